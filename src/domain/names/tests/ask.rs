//! A table of queries and answers.

use super::*;
use unicode_normalization::UnicodeNormalization;

/// Queries that mean one name, by its short code.
const ONE: &[(&str, &[&str])] = &[
    (
        "bql-kkt",
        &[
            "BQL KKT tỉnh",
            "bql-kkt",
            "bql kkt",
            "bqlkkt",
            "BQL KKT",
            "ban quan ly khu kinh te",
            "Ban Quản lý Khu kinh tế",
            "ban quản lý khu kinh tế tỉnh",
            "khu kinh tế",
            "kkt",
            "ban quản lý kkt",
            "ban ql khu kinh tế",
            "quản lý khu kinh tế",
        ],
    ),
    (
        "so-cong-thuong",
        &[
            "Sở Công Thương",
            "so cong thuong",
            "công thương",
            "SỞ CÔNG THƯƠNG",
            "sct",
            "sở ct",
            "s công thương",
            "socongthuong",
            "sở công thươg",
        ],
    ),
    ("so-du-lich", &["Sở Du lịch", "so du lich", "du lịch", "dulich", "sở dl", "sdl", "sở du lich", "du licj"]),
    (
        "so-gddt",
        &[
            "Sở GD và ĐT",
            "Sở GDĐT",
            "so gddt",
            "sở gd&đt",
            "SGDĐT",
            "sở giáo dục",
            "giáo dục",
            "sở giáo dục và đào tạo",
            "so giao duc dao tao",
            "đào tạo",
            "sở gd",
            "giao duc va dao tao",
            "sở giáo duc",
            "so gd dt",
        ],
    ),
    (
        "so-gtvt",
        &[
            "Sở GTVT",
            "sở gtvt",
            "gtvt",
            "sgtvt",
            "S GTVT",
            "sở giao thông",
            "giao thông vận tải",
            "so giao thong van tai",
            "sở gt vt",
            "vận tải",
            "g.t.v.t",
        ],
    ),
    (
        "so-khdt",
        &[
            "Sở KH và ĐT",
            "sở khđt",
            "khdt",
            "KH&ĐT",
            "sở kế hoạch",
            "ke hoach dau tu",
            "sở kế hoạch và đầu tư",
            "đầu tư",
            "so kh dt",
            "SKHĐT",
        ],
    ),
    (
        "so-khcn",
        &[
            "Sở KH và CN",
            "sở khcn",
            "KH&CN",
            "khoa học",
            "khoa học công nghệ",
            "sở khoa học và công nghệ",
            "so khoa hoc",
            "sở công nghệ",
            "công nghệ",
        ],
    ),
    (
        "so-ldtbxh",
        &[
            "Sở LĐ-TB&XH",
            "so lao dong",
            "sở lao động",
            "ldtbxh",
            "LĐTBXH",
            "sở lđ tbxh",
            "ld-tbxh",
            "sldtbxh",
            "sở tbxh",
            "lao động thương binh xã hội",
            "Sở Lao động - Thương binh và Xã hội",
            "thương binh xã hội",
            "sở ldtb&xh",
            "thuong binh",
        ],
    ),
    ("so-ngoai-vu", &["Sở Ngoại vụ", "so ngoai vu", "ngoại vụ", "ngoaivu", "ngoại"]),
    ("so-noi-vu", &["Sở Nội vụ", "so noi vu", "nội vụ", "noivu", "snv", "sở nv", "nội"]),
    (
        "so-nnptnt",
        &[
            "Sở NN và PTNT",
            "nnptnt",
            "NN&PTNT",
            "sở nông nghiệp",
            "nông nghiệp",
            "sở nn",
            "phát triển nông thôn",
            "ptnt",
            "sở nông nghiệp và phát triển nông thôn",
            "nong thon",
            "sở nông nghiệp & ptnt",
            "sở nong nghep",
        ],
    ),
    ("so-tai-chinh", &["Sở Tài chính", "so tai chinh", "tài chính", "taichinh", "stc", "sở tc", "tai chihn"]),
    (
        "so-tnmt",
        &[
            "Sở TN và MT",
            "tnmt",
            "TN&MT",
            "stnmt",
            "sở tài nguyên",
            "môi trường",
            "tài nguyên môi trường",
            "sở tài nguyên và môi trường",
            "tai nguyen",
        ],
    ),
    (
        "so-tttt",
        &[
            "Sở TT và TT",
            "tttt",
            "TT&TT",
            "stttt",
            "sở thông tin",
            "thông tin và truyền thông",
            "truyền thông",
            "so thong tin truyen thong",
        ],
    ),
    (
        "so-tu-phap",
        &[
            "Sở Tư pháp",
            "so tu phap",
            "SỞ TƯ PHÁP",
            "tu phap",
            "tư pháp",
            "tuphap",
            "sotuphap",
            "sở tp",
            "stp",
            "S. Tư pháp",
            "sở tư phap",
            "so tu phpa",
            "sở tư pháp tỉnh bình định",
            "Sở Tư pháp Bình Định",
            "sở tư pháp tỉnh",
            "so tuphap",
            "tưpháp",
        ],
    ),
    (
        "so-vhtt",
        &[
            "Sở VH và TT",
            "vhtt",
            "VH&TT",
            "văn hóa",
            "sở văn hoá",
            "sở văn hóa thể thao",
            "thể thao",
            "sở vh",
            "van hoa va the thao",
        ],
    ),
    ("so-xay-dung", &["Sở Xây dựng", "so xay dung", "xây dựng", "xaydung", "sxd", "sở xd", "xay dugn"]),
    (
        "so-y-te",
        &[
            "Sở Y tế",
            "so y te",
            "sở y té",
            "y tế",
            "yte",
            "sở ytế",
            "syt",
            "SỞ Y TẾ",
            "Sơ Y tê",
            "sở y tế bình định",
            "so-y-te",
        ],
    ),
    (
        "an-lao",
        &[
            "UBND huyện An Lão",
            "an lao",
            "An Lão",
            "huyện an lão",
            "AN LÃO",
            "anlao",
            "h. an lão",
            "ubnd an lão",
            "huyen an lao",
            "uỷ ban nhân dân huyện An Lão",
            "ủy ban an lão",
            "an loa",
            "UBND H. An Lão",
            "an lão tỉnh bình định",
        ],
    ),
    (
        "hoai-an",
        &["UBND huyện Hoài Ân", "hoai an", "Hoài Ân", "hoài ân", "huyện hoài ân", "hoaian", "ubnd hoài ân", "hoia an"],
    ),
    ("phu-cat", &["UBND huyện Phù Cát", "phu cat", "phù cát", "phucat", "huyện phù cát", "phu kat", "cát"]),
    ("phu-my", &["UBND huyện Phù Mỹ", "phu my", "phù mỹ", "phumy", "huyện phù mỹ", "phu mỹ", "phù mi", "phù lỹ", "mỹ"]),
    ("tay-son", &["UBND huyện Tây Sơn", "tay son", "tây sơn", "tayson", "huyện tây sơn", "tây sơnn", "tây"]),
    (
        "tuy-phuoc",
        &["UBND huyện Tuy Phước", "tuy phuoc", "tuy phước", "tuyphuoc", "tuy phươc", "tuy phuớc", "tuy", "phước"],
    ),
    ("van-canh", &["UBND huyện Vân Canh", "van canh", "vân canh", "vancanh", "huyện vân canh", "canh", "van cahn"]),
    (
        "vinh-thanh",
        &[
            "UBND huyện Vĩnh Thạnh",
            "vinh thanh",
            "vĩnh thạnh",
            "vinhthanh",
            "vĩnh thanh",
            "vĩnh",
            "thạnh",
            "huyện vĩnh thạnh",
        ],
    ),
    (
        "an-nhon",
        &[
            "UBND thị xã An Nhơn",
            "an nhon",
            "an nhơn",
            "annhon",
            "thị xã an nhơn",
            "tx an nhơn",
            "TX. An Nhơn",
            "huyện an nhơn",
            "an nhown",
        ],
    ),
    (
        "hoai-nhon",
        &[
            "UBND thị xã Hoài Nhơn",
            "hoai nhon",
            "hoài nhơn",
            "hoainhon",
            "tx hoài nhơn",
            "thị xã hoài nhơn",
            "hoai nhơn",
        ],
    ),
    (
        "quy-nhon",
        &[
            "UBND TP. Quy Nhơn",
            "quy nhon",
            "quy nhơn",
            "tp quy nhơn",
            "TP. Quy Nhơn",
            "thành phố quy nhơn",
            "quynhon",
            "tp.quy nhơn",
            "quy",
            "qui nhơn",
            "tp nhơn",
        ],
    ),
    (
        "an-lao-xa",
        &[
            "an lão xã",
            "các xã an lão",
            "cấp xã an lão",
            "xã an lão",
            "huyện an lão xã",
            "UBND huyện An Lão (các xã)",
            "an lao cap xa",
            "an lão, cấp xã",
            "an-lao-xa",
        ],
    ),
    ("an-lao-huyen", &["cấp huyện an lão", "an lão cấp huyện", "UBND huyện An Lão cấp huyện", "an-lao-huyen"]),
    ("an-nhon-xa", &["an nhơn xã", "thị xã an nhơn xã", "các xã an nhơn", "bộ phận cấp xã an nhơn", "xã an nhơn"]),
    ("an-nhon-huyen", &["cấp huyện an nhơn", "thị xã an nhơn cấp huyện"]),
    ("quy-nhon-xa", &["quy nhơn xã", "cấp xã quy nhơn", "tp quy nhơn khối xã"]),
];

/// Queries that are asked back, or known to nobody, in the form of `answer`.
const OTHER: &[(&str, &str)] = &[
    ("phù", "? phu-cat phu-my"),
    ("an", "? an-lao an-nhon hoai-an"),
    ("ân", "? an-lao an-nhon hoai-an"),
    ("hoài", "? hoai-an hoai-nhon"),
    ("nhơn", "? an-nhon hoai-nhon quy-nhon"),
    ("lao", "? an-lao so-ldtbxh"),
    ("huyện an", "? an-lao hoai-an"),
    ("thị xã", "? an-nhon hoai-nhon"),
    ("thị xã nhơn", "? an-nhon hoai-nhon"),
    ("sở kh", "? so-khcn so-khdt"),
    ("kh", "? so-khcn so-khdt"),
    ("sở tt", "? so-tttt so-vhtt"),
    ("sở đt", "? so-gddt so-khdt"),
    ("vụ", "? so-ngoai-vu so-noi-vu"),
    ("thông", "? so-gtvt so-tttt"),
    ("thương", "? so-cong-thuong so-ldtbxh"),
    ("công", "? so-cong-thuong so-khcn"),
    ("tài", "? so-gtvt so-tai-chinh so-tnmt"),
    ("tu", "? so-khdt so-tu-phap"),
    ("te", "? bql-kkt so-y-te"),
    ("hoài xã", "? hoai-an-xa hoai-nhon-xa"),
    ("sở", "-"),
    ("so", "-"),
    ("ubnd", "-"),
    ("UBND huyện", "-"),
    ("tỉnh", "-"),
    ("xã", "-"),
    ("cấp xã", "-"),
    ("cấp huyện", "-"),
    ("", "-"),
    ("   ", "-"),
    ("...", "-"),
    ("và", "-"),
    ("sở xyz", "-"),
    ("xyz", "-"),
    ("12345", "-"),
    ("tình hình thế nào", "-"),
    ("ubnd tỉnh bình định", "-"),
    ("bình định", "- so-ldtbxh"),
    ("công an", "-"),
    ("thanh hóa", "- so-vhtt vinh-thanh"),
    ("hoài đức", "- hoai-an hoai-nhon so-gddt"),
    ("phù yên", "- phu-cat phu-my"),
    ("tây ninh", "- tay-son"),
    ("vĩnh long", "- vinh-thanh"),
    ("trạm y tế", "- so-y-te"),
    ("sở y tế hà nội", "- so-y-te"),
    ("sở kinh tế", "- bql-kkt"),
    ("dông thương", "? so-cong-thuong so-ldtbxh"),
    ("trung tâm khuyến nông sở nông nghiệp", "- so-nnptnt"),
    ("sở y tế xyz", "- so-y-te"),
    ("minh", "-"),
    ("sở nông nghiệp và môi trường", "- so-nnptnt so-tnmt"),
    ("cấp tỉnh an lão", "- an-lao"),
    ("cấp xã sở y tế", "- so-y-te"),
];

#[test]
fn one_name_is_found() {
    let index = index();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (code, queries) in ONE {
        for query in *queries {
            for typed in [(*query).to_owned(), query.nfd().collect(), query.to_uppercase()] {
                asked += 1;
                let got = answer(index, &typed);
                if got != format!("= {code}") {
                    wrong.push(format!("{typed}: {got}, not = {code}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn other_queries_are_asked_back_or_unknown() {
    let index = index();
    let wrong: Vec<String> = OTHER
        .iter()
        .map(|(query, expected)| (query, expected, answer(index, query)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(query, expected, got)| format!("{query}: {got}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_tables_are_long_enough() {
    let one: usize = ONE.iter().map(|(_, queries)| queries.len()).sum();
    assert!(one + OTHER.len() >= 200, "{one} + {}", OTHER.len());
}

/// A catalog without aliases still understands nearly everything: the abbreviations are in the program.
#[test]
fn aliases_are_not_needed() {
    let index = NameIndex::new(&units(false), &tiers()).at_home_in("tỉnh Bình Định");
    let mut wrong = Vec::new();
    for (code, queries) in ONE {
        for query in *queries {
            let got = answer(&index, query);
            if got != format!("= {code}") {
                wrong.push(format!("{query}: {got}, not = {code}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
