//! The pictures, kept as reviewed SVG: whoever changes one sees what changed, and looks at it.
//!
//! `CHITIEU_PICTURES=DIR cargo test --test it charts::` writes all of them to a folder as PNG, to be looked at as a phone
//! shows them: 390 pixels wide.

use chitieu::app::context;
use chitieu::chart::{HeatInput, Picture, TrendInput, TrendPoint, TrendValue, heat, trend};
use chitieu::config::Config;
use chitieu::domain::assessment::PeriodAssessment;
use chitieu::domain::indicator::{Indicator, IndicatorCode};
use chitieu::domain::org_unit::{OrgUnit, Tier, UnitCode};
use chitieu::domain::period::ReportingPeriod;
use chitieu::domain::rate::{Percent, Rate};
use chitieu::ingest::Hints;
use chitieu::service::Context;
use chitieu::service::evaluate::Evaluation;
use chitieu::service::import::{InputFile, read_files, record};
use std::path::Path;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization as _;

/// Writes the picture for whoever wants to look at it, and holds it against what was reviewed.
fn kept(name: &str, picture: &Picture) {
    if let Some(folder) = chitieu::config::variable("CHITIEU_PICTURES") {
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(path, chitieu::chart::png(picture).expect("it is drawn")).expect("the folder is there");
    }
    insta::with_settings!({snapshot_path => "charts", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, picture.svg);
    });
}

async fn july() -> (tempfile::TempDir, Context, Arc<Evaluation>) {
    let folder = tempfile::tempdir().expect("a folder");
    let context = office(folder.path()).await;
    let header = context.store.current(None).await.expect("the database answers").expect("July is there");
    let evaluation = Evaluation::of(&context, &header).await.expect("it is assessed");
    (folder, context, evaluation)
}

fn of<'a>(
    tiers: &'a [Tier],
    units: &'a [OrgUnit],
    indicators: &'a [Indicator],
    period: &'a PeriodAssessment,
) -> HeatInput<'a> {
    HeatInput { organisation: "tỉnh Bình Định", tiers, units, indicators, period }
}

/// The report beside the June that is made up for it.
const FILES: [&str; 2] = ["so-lieu-mau-2023-06-24.csv", "bao-cao-2023-07.txt"];

/// An office that has read the samples.
async fn office(folder: &Path) -> Context {
    let database = format!("sqlite://{}/chitieu.db", folder.display());
    let config = Config::from_lookup(&|name| (name == "DATABASE_URL").then(|| database.clone())).expect("it is valid");
    let context = context(&config).await.expect("the office opens");
    let file = |name: &str| InputFile {
        name: name.to_owned(),
        bytes: std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect("a sample"),
    };
    let read = read_files(&context, &FILES.map(file), &Hints::default());
    record(&context, &read).await.expect("the figures are recorded");
    context
}

#[tokio::test]
async fn forty_units_stand_on_one_page() {
    let (_folder, context, evaluation) = july().await;
    let catalog = &context.catalog;
    let pages = heat(of(&catalog.tiers, &catalog.units, &catalog.indicators, &evaluation.period));
    assert_eq!(pages.len(), 1);
    kept("heat-july", &pages[0]);
    let again = heat(of(&catalog.tiers, &catalog.units, &catalog.indicators, &evaluation.period));
    assert_eq!(pages, again, "the same figures give the same picture");
    let drawn = chitieu::chart::png(&pages[0]).expect("it is drawn");
    assert!(drawn.starts_with(b"\x89PNG") && drawn.len() < 700_000, "{} bytes", drawn.len());
    assert_eq!(chitieu::chart::png(&pages[0]).expect("it is drawn"), drawn, "the same picture gives the same bytes");
}

/// The pixels of a PNG, three bytes each.
fn pixels(file: &[u8]) -> (usize, Vec<[u8; 3]>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("a picture");
    let of_pixel = info.line_size / info.width as usize;
    let colours = bytes[..info.buffer_size()].chunks_exact(of_pixel).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    (info.width as usize, colours.collect())
}

/// One word of a picture: where it stands, and what it says.
struct Label {
    left: usize,
    right: usize,
    baseline: usize,
    size: usize,
    says: String,
}

/// All words of a picture, and the picture without any.
fn labels(picture: &Picture) -> (Vec<Label>, Picture) {
    let (mut found, mut without) = (Vec::new(), String::new());
    let mut rest = picture.svg.as_str();
    while let Some((before, from)) = rest.split_once("<text ") {
        let (text, after) = from.split_once("</text>").expect("it ends");
        let (attributes, says) = text.split_once('>').expect("it says something");
        let number = |name: &str| {
            let value = attributes.split_once(&format!("{name}=\"")).and_then(|(_, value)| value.split_once('"'));
            value.unwrap_or_else(|| panic!("{name}: {attributes}")).0.parse::<f64>().expect("a number") as usize
        };
        let (x, size) = (number("x"), number("font-size"));
        // The first letters are enough, whichever way the word runs from there.
        let (left, right) = match attributes {
            a if a.contains("\"end\"") => (x.saturating_sub(size), x),
            a if a.contains("\"middle\"") => (x.saturating_sub(size), x + size),
            _ => (x, x + size),
        };
        found.push(Label { left, right, baseline: number("y"), size, says: says.to_owned() });
        without.push_str(before);
        rest = after;
    }
    without.push_str(rest);
    (found, Picture { svg: without, ..picture.clone() })
}

/// Every word of a picture leaves ink where it stands: a font that is not found, or a letter that it has not, shows nothing.
fn every_word_is_to_be_seen(picture: &Picture) {
    let (labels, bare) = labels(picture);
    let (width, with) = pixels(&chitieu::chart::png(picture).expect("it is drawn"));
    let (_, without) = pixels(&chitieu::chart::png(&bare).expect("it is drawn"));
    assert_eq!(with.len(), without.len());
    assert!(labels.len() > 20, "{}", labels.len());
    for Label { left, right, baseline, size, says } in &labels {
        let rows = baseline.saturating_sub(*size)..*baseline;
        let ink = rows
            .flat_map(|y| (*left..(*right).min(width)).map(move |x| y * width + x))
            .filter(|at| with[*at].iter().zip(without[*at]).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>() > 150)
            .count();
        assert!(ink >= 5, "“{says}” at {left},{baseline} leaves {ink} pixels");
    }
    // And nothing but words is missing from the other picture.
    let changed = with.iter().zip(&without).filter(|(a, b)| a != b).count();
    assert!(changed > 500 && changed < with.len() / 4, "{changed} of {}", with.len());
}

#[tokio::test]
async fn every_word_of_a_picture_is_to_be_seen() {
    let (_folder, context, evaluation) = july().await;
    let catalog = &context.catalog;
    every_word_is_to_be_seen(&heat(of(&catalog.tiers, &catalog.units, &catalog.indicators, &evaluation.period))[0]);
    every_word_is_to_be_seen(&a_year());
}

/// 149 units with long names, as a file gives them: decomposed.
#[tokio::test]
async fn many_units_with_long_names_are_shared_out_over_pages() {
    let (_folder, context, evaluation) = july().await;
    let catalog = &context.catalog;
    let long = [
        "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai",
        "Ban Quản lý Khu kinh tế và các khu công nghiệp, khu công nghệ cao tỉnh",
        "UBND phường Quy Nhơn Nam",
        "UBND xã Kông Bơ La",
        "Xã Ia Đrăng, \"phía tây\" <sông> & suối",
    ];
    let (mut units, mut assessments) = (Vec::new(), Vec::new());
    for (n, (old, text)) in catalog.units.iter().cycle().zip(long.iter().cycle()).take(149).enumerate() {
        let code = UnitCode::parse(&format!("unit-{n}")).expect("a code");
        let name = format!("{text} {n}").nfd().collect();
        let of_old = evaluation.period.of_unit(&old.code).cloned();
        assessments.extend(of_old.map(|mut a| {
            a.unit = code.clone();
            a
        }));
        units.push(OrgUnit { code, name, ..old.clone() });
    }
    let mut header = evaluation.header().clone();
    header.sample = true;
    let period = PeriodAssessment::new(header, evaluation.period.previous.clone(), assessments);
    let pages = heat(of(&catalog.tiers, &units, &catalog.indicators, &period));
    assert_eq!(pages.len(), 3);
    for page in &pages {
        assert!(page.width + page.height < 10_000 && page.height < 20 * page.width, "what Telegram takes");
        assert_eq!(page.svg, page.svg.nfc().collect::<String>(), "composed, or the font cannot draw it");
        assert!(!page.svg.contains("<sông>"));
    }
    let names = pages.iter().map(|page| page.svg.matches("font-size=\"26\" fill=\"#1c2733\"").count()).sum::<usize>();
    assert!(names >= 149, "{names}");
    for (page, n) in pages.iter().zip(1..) {
        kept(&format!("heat-149-{n}"), page);
    }
}

#[tokio::test]
async fn few_and_many_columns() {
    let (_folder, context, evaluation) = july().await;
    let catalog = &context.catalog;
    let few = &catalog.units[..5];
    let one = heat(of(&catalog.tiers, few, &catalog.indicators[..1], &evaluation.period));
    kept("heat-one-column", &one[0]);
    let mut indicators = catalog.indicators.clone();
    let mut assessments = evaluation.period.assessments.clone();
    for n in 0..5 {
        let code = IndicatorCode::parse(&format!("more_{n}")).expect("a code");
        for unit in few {
            let first = evaluation.period.of_unit(&unit.code).next().cloned();
            assessments.extend(first.map(|mut a| {
                a.indicator = code.clone();
                a
            }));
        }
        indicators.push(Indicator { code, ..catalog.indicators[0].clone() });
    }
    assessments.sort_by_key(|a| catalog.units.iter().position(|unit| unit.code == a.unit));
    let period = PeriodAssessment::new(evaluation.header().clone(), None, assessments);
    let many = heat(of(&catalog.tiers, few, &indicators, &period));
    assert!(many[0].svg.contains("Còn 2 chỉ tiêu khác"));
    kept("heat-ten-columns", &many[0]);
    let nobody = heat(of(&catalog.tiers, &[], &catalog.indicators, &period));
    assert_eq!(nobody.len(), 1, "a picture even of nothing");
}

fn point(period: &str, value: TrendValue) -> TrendPoint {
    TrendPoint {
        period: ReportingPeriod::parse(period).expect("a month"),
        open: false,
        sample: false,
        value,
        target: Percent::parse_plain("60").ok(),
        other_basis: false,
    }
}

fn rate(text: &str) -> TrendValue {
    TrendValue::Rate(Rate::Published(Percent::parse_plain(text).expect("a percentage")))
}

fn a_year() -> Picture {
    let points = [
        point("2022-06", rate("12")),
        point("2022-07", rate("22,5")),
        point("2022-08", TrendValue::NoActivity),
        point("2022-09", rate("47,15")),
        point("2022-12", rate("61")),
        TrendPoint { other_basis: true, ..point("2023-01", rate("55")) },
        point("2023-02", rate("58,9")),
        TrendPoint { target: Percent::parse_plain("70").ok(), ..point("2023-03", rate("66,6")) },
        TrendPoint { target: Percent::parse_plain("70").ok(), ..point("2023-04", rate("100")) },
        TrendPoint { target: Percent::parse_plain("70").ok(), sample: true, ..point("2023-06", rate("71")) },
        TrendPoint { target: Percent::parse_plain("70").ok(), open: true, ..point("2023-07", rate("64,2")) },
    ];
    let unit = "Ban Quản lý Khu kinh tế và các khu công nghiệp, khu công nghệ cao tỉnh";
    trend(TrendInput { unit, indicator: "Khai thác CSDL dân cư", points: &points })
}

#[test]
fn a_year_with_all_that_can_happen() {
    let picture = a_year();
    kept("trend-year", &picture);
    let months = picture.svg.matches("font-size=\"24\" text-anchor=\"middle\" fill=\"#1c2733\"").count();
    assert_eq!(months, 13, "the newest thirteen, with the gaps");
    assert!(picture.svg.contains("Vạch chấm dọc: không cùng"));
}

#[test]
fn a_short_story() {
    let points = [
        TrendPoint { sample: true, open: true, ..point("2023-06", rate("27,4")) },
        TrendPoint { open: true, ..point("2023-07", rate("29,7")) },
    ];
    let unit: String = "Sở Xây dựng".nfd().collect();
    kept("trend-two-months", &trend(TrendInput { unit: &unit, indicator: "Hồ sơ trực tuyến", points: &points }));
    let above = [point("2023-07", rate("134"))];
    let picture = trend(TrendInput { unit: &unit, indicator: "Cấp kết quả điện tử", points: &above });
    assert!(picture.svg.contains(">150<"), "what is above 100 still has room");
    let nothing = trend(TrendInput { unit: &unit, indicator: "Số hóa hồ sơ", points: &[] });
    assert!(nothing.svg.contains("chưa có số liệu"));
}
