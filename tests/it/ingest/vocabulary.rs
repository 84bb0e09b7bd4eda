//! The words of Bình Định, 2023: what the catalog will say, written out for the reader's tests alone.

use chitieu::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
use chitieu::domain::org_unit::{OrgUnit, Tier, TierCode, UnitCode};
use chitieu::ingest::Vocabulary;

pub const DECISION: &str = "2679/QĐ-UBND ngày 20/7/2023";

const AGENCIES: [(&str, &str); 18] = [
    ("bql-kkt", "BQL KKT tỉnh"),
    ("so-cong-thuong", "Sở Công Thương"),
    ("so-du-lich", "Sở Du lịch"),
    ("so-giao-duc-dao-tao", "Sở GD và ĐT"),
    ("so-giao-thong-van-tai", "Sở GTVT"),
    ("so-ke-hoach-dau-tu", "Sở KH và ĐT"),
    ("so-khoa-hoc-cong-nghe", "Sở KH và CN"),
    ("so-lao-dong", "Sở LĐ-TB&XH"),
    ("so-ngoai-vu", "Sở Ngoại vụ"),
    ("so-noi-vu", "Sở Nội vụ"),
    ("so-nong-nghiep", "Sở NN và PTNT"),
    ("so-tai-chinh", "Sở Tài chính"),
    ("so-tai-nguyen-moi-truong", "Sở TN và MT"),
    ("so-thong-tin-truyen-thong", "Sở TT và TT"),
    ("so-tu-phap", "Sở Tư pháp"),
    ("so-van-hoa-the-thao", "Sở VH và TT"),
    ("so-xay-dung", "Sở Xây dựng"),
    ("so-y-te", "Sở Y tế"),
];
const DISTRICTS: [(&str, &str); 11] = [
    ("an-lao", "UBND huyện An Lão"),
    ("hoai-an", "UBND huyện Hoài Ân"),
    ("phu-cat", "UBND huyện Phù Cát"),
    ("phu-my", "UBND huyện Phù Mỹ"),
    ("tay-son", "UBND huyện Tây Sơn"),
    ("tuy-phuoc", "UBND huyện Tuy Phước"),
    ("van-canh", "UBND huyện Vân Canh"),
    ("vinh-thanh", "UBND huyện Vĩnh Thạnh"),
    ("an-nhon", "UBND thị xã An Nhơn"),
    ("hoai-nhon", "UBND thị xã Hoài Nhơn"),
    ("quy-nhon", "UBND TP. Quy Nhơn"),
];

/// Owned words, of which [`Vocabulary`] is a view.
pub struct Words {
    pub tiers: Vec<Tier>,
    pub units: Vec<OrgUnit>,
    pub indicators: Vec<Indicator>,
}

impl Words {
    pub fn binh_dinh() -> Self {
        let tiers = vec![
            tier("provincial", "Cấp tỉnh", "CẤP TỈNH"),
            tier("district", "Cấp huyện", "cấp huyện"),
            tier("commune", "Cấp xã", "cap xa"),
        ];
        let mut units: Vec<OrgUnit> = AGENCIES.iter().map(|(code, name)| unit(code, name, "", "provincial")).collect();
        for (prefix, qualifier, tier) in [("huyen", "cấp huyện", "district"), ("xa", "cấp xã", "commune")] {
            units.extend(DISTRICTS.iter().map(|(code, name)| unit(&format!("{prefix}-{code}"), name, qualifier, tier)));
        }
        units[14].aliases.push("Sở Tư pháp tỉnh".to_owned());
        use DenominatorSource::{FilesReceived, Implied, Own};
        let indicators = vec![
            indicator("online_submission", "Hồ sơ trực tuyến", FilesReceived, "ho so truc tuyen"),
            indicator("online_payment", "Thanh toán trực tuyến", Own, "Thanh toán trực tuyến"),
            indicator("digitization", "Số hóa hồ sơ", FilesReceived, "số hóa thành phần hồ sơ"),
            indicator("electronic_result", "Cấp kết quả điện tử", Implied, "cấp kết quả điện tử"),
            indicator("population_db", "Khai thác CSDL dân cư", FilesReceived, "Cơ sở dữ liệu quốc gia về dân cư"),
        ];
        Self { tiers, units, indicators }
    }

    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { tiers: &self.tiers, units: &self.units, indicators: &self.indicators, report_decision: DECISION }
    }
}

fn tier(code: &str, name: &str, heading: &str) -> Tier {
    let code = TierCode::parse(code).expect("a code");
    Tier { code, name: name.to_owned(), headings: vec![heading.to_owned()] }
}

pub fn unit(code: &str, name: &str, qualifier: &str, tier: &str) -> OrgUnit {
    OrgUnit {
        code: UnitCode::parse(code).expect("a code"),
        name: name.to_owned(),
        qualifier: qualifier.to_owned(),
        tier: TierCode::parse(tier).expect("a code"),
        aliases: Vec::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
    }
}

fn indicator(code: &str, name: &str, denominator: DenominatorSource, heading: &str) -> Indicator {
    Indicator {
        code: IndicatorCode::parse(code).expect("a code"),
        name: name.to_owned(),
        short_name: name.to_owned(),
        needed_noun: "hồ sơ".to_owned(),
        direction: Direction::HigherIsBetter,
        remedy: Remedy::New,
        denominator,
        basis: format!("{code}/2023"),
        headings: vec![heading.to_owned()],
        aliases: Vec::new(),
    }
}
