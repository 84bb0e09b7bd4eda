//! The whole province, as the July 2023 report prints it, for the leaders' summary and the audit.

use super::SampleError;
use super::world::header;
use crate::domain::audit::{Finding, FindingKind};
use crate::domain::digest::{Corrected, Digest, Lowest, Mover, Moves, ScopeIndicator, ScopeSummary, Spread, Totals};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::{Scope, TierCode, UnitCode};
use crate::domain::rate::{Exact, Percent, Points, Rate};
use crate::domain::snapshot::SnapshotHeader;
use crate::message::view::{DigestView, Lookup, digest as view};

/// Indicator, then for the province and each tier: published average, ΣN, ΣD, target (`-`: none).
const AVERAGES: [(&str, [[&str; 4]; 4]); 5] = [
    (
        "online_submission",
        [
            ["44", "13128", "29908", "50"],
            ["57", "3395", "5955", "50"],
            ["13", "1178", "8881", "50"],
            ["56.7", "8555", "15072", "50"],
        ],
    ),
    (
        "online_payment",
        [
            ["60.8", "14592", "23973", "35"],
            ["64.5", "2290", "3547", "35"],
            ["41", "3512", "8482", "35"],
            ["60.8", "8790", "11944", "35"],
        ],
    ),
    (
        "digitization",
        [
            ["65", "19439", "29908", "-"],
            ["78.8", "4661", "5955", "70"],
            ["61.3", "5448", "8881", "60"],
            ["61.9", "9330", "15072", "55"],
        ],
    ),
    (
        "electronic_result",
        [
            ["52", "15441", "28869", "100"],
            ["34.2", "2038", "5020", "100"],
            ["41.8", "3715", "8995", "100"],
            ["64.2", "9688", "14854", "100"],
        ],
    ),
    (
        "population_db",
        [
            ["-", "25566", "29908", "100"],
            ["64.9", "3868", "5955", "100"],
            ["94.4", "8392", "8881", "100"],
            ["88.2", "13306", "15072", "100"],
        ],
    ),
];

const SCOPES: [&str; 4] = ["province", "provincial", "district", "commune"];

/// Ratings of the province and of each tier: met, missed, nothing happened.
const TOTALS: [[u32; 3]; 4] = [[62, 134, 4], [38, 48, 4], [8, 47, 0], [16, 39, 0]];

pub(super) fn digest(lookup: Lookup<'_>, with_june: bool) -> Result<DigestView, SampleError> {
    let previous = with_june.then(|| header("2023-06", 24, 1)).transpose()?;
    let previous = previous.map(|header| SnapshotHeader { sample: true, ..header });
    let scopes = scopes(with_june)?;
    let unit = |code: &str| UnitCode::parse(code);
    let lowest = [("an-lao-xa", 1971), ("an-lao", 1815), ("so-xay-dung", 1144)]
        .into_iter()
        .map(|(code, tenths)| {
            let totals = Totals {
                met: u32::from(tenths < 1500),
                missed: if tenths < 1500 { 4 } else { 5 },
                ..Totals::default()
            };
            Ok(Lowest { unit: unit(code)?, totals, distance: Exact::new(tenths, 10) })
        })
        .collect::<Result<_, SampleError>>()?;
    let mover = |code: &str, indicator: &str, tenths: i128| -> Result<Mover, SampleError> {
        let points = Points::between(Exact::new(tenths, 10), Exact::from(0));
        Ok(Mover { unit: unit(code)?, indicator: IndicatorCode::parse(indicator)?, points, like_for_like: true })
    };
    let (improved, declined) = if with_june {
        (
            vec![mover("so-xay-dung", "online_submission", 21)?, mover("bql-kkt", "electronic_result", 16)?],
            vec![mover("so-xay-dung", "digitization", -34)?],
        )
    } else {
        (vec![], vec![])
    };
    let [met, missed, no_activity] = TOTALS[0];
    let digest = Digest {
        header: header("2023-07", 24, 2)?,
        previous,
        totals: Totals { met, missed, no_activity, no_data: 0 },
        scopes,
        missing_all: vec![unit("an-lao")?, unit("an-lao-xa")?],
        lowest,
        improved,
        declined,
        moves: moves(with_june)?,
        corrected: with_june.then_some(Corrected { units: 3, figures: 4 }),
    };
    Ok(view(lookup, &digest, &findings()?))
}

/// The province and each tier.
pub(super) fn scopes(with_june: bool) -> Result<Vec<ScopeSummary>, SampleError> {
    (0..SCOPES.len()).map(|n| scope(n, with_june)).collect()
}

/// Who crossed a target, and the ends of two indicators.
fn moves(with_june: bool) -> Result<Moves, SampleError> {
    let pair = |unit: &str, indicator: &str| -> Result<(UnitCode, IndicatorCode), SampleError> {
        Ok((UnitCode::parse(unit)?, IndicatorCode::parse(indicator)?))
    };
    let rate = |text: &str| Percent::parse_plain(text).map(Rate::Published);
    let spread = |indicator: &str, low: &str, improved: Vec<Mover>| -> Result<Spread, SampleError> {
        let lowest = vec![(UnitCode::parse("an-lao")?, rate(low)?), (UnitCode::parse("an-lao-xa")?, rate("18.8")?)];
        Ok(Spread { indicator: IndicatorCode::parse(indicator)?, lowest, improved })
    };
    let points = Points::between(Exact::new(127, 10), Exact::from(0));
    let mover = Mover {
        unit: UnitCode::parse("bql-kkt")?,
        indicator: IndicatorCode::parse("online_submission")?,
        points,
        like_for_like: true,
    };
    let (reached, fallen, improved) = if with_june {
        let reached = ["so-xay-dung", "bql-kkt", "so-tu-phap", "so-noi-vu"];
        let reached = reached.iter().map(|unit| pair(unit, "digitization")).collect::<Result<_, _>>()?;
        (reached, vec![pair("an-lao", "online_payment")?], vec![mover])
    } else {
        (vec![], vec![], vec![])
    };
    let spreads = vec![spread("online_submission", "7.2", improved)?, spread("digitization", "7.5", vec![])?];
    Ok(Moves { reached, fallen, spreads })
}

fn scope(n: usize, with_june: bool) -> Result<ScopeSummary, SampleError> {
    let indicators = AVERAGES
        .iter()
        .map(|(indicator, cells)| {
            let [published, part, whole, target] = cells[n];
            let percent = |text| if text == "-" { Ok(None) } else { Percent::parse_plain(text).map(Some) };
            let number = |text: &str| text.parse::<i128>().map_err(|_| SampleError::Incomplete("count"));
            let computed = Exact::new(number(part)? * 100, number(whole)?);
            let previous = with_june.then(|| computed - Exact::new(11, 10));
            Ok(ScopeIndicator {
                scale: crate::domain::scale::Scale::Percent,
                indicator: IndicatorCode::parse(indicator)?,
                published: percent(published)?,
                computed: Some(computed),
                approximate: *indicator == "electronic_result",
                target: percent(target)?,
                totals: Totals::default(),
                previous,
                change: previous.map(|previous| Points::between(computed, previous)),
            })
        })
        .collect::<Result<_, SampleError>>()?;
    let [met, missed, no_activity] = TOTALS[n];
    Ok(ScopeSummary { scope: scope_of(n)?, totals: Totals { met, missed, no_activity, no_data: 0 }, indicators })
}

fn scope_of(n: usize) -> Result<Scope, SampleError> {
    if n == 0 { Ok(Scope::Whole) } else { Ok(Scope::Tier(TierCode::parse(SCOPES[n])?)) }
}

/// One finding of every kind, and both kinds of wrong averages.
pub(super) fn findings() -> Result<Vec<Finding>, SampleError> {
    let payment = IndicatorCode::parse("online_payment")?;
    let percent = |text| Percent::parse_plain(text).map(Some);
    let of = |kind, unit: &str, indicator: &str| -> Result<Finding, SampleError> {
        Ok(Finding {
            unit: Some(UnitCode::parse(unit)?),
            indicator: Some(IndicatorCode::parse(indicator)?),
            ..Finding::new(kind)
        })
    };
    let seen = |kind, place: &str, text: &str| Finding {
        place: Some(place.to_owned()),
        text: Some(text.to_owned()),
        ..Finding::new(kind)
    };
    Ok(vec![
        Finding {
            scope: Some(scope_of(3)?),
            indicator: Some(payment),
            published: percent("60.8")?,
            computed: Some(Exact::new(879_000, 11_944)),
            part: Some(8790),
            whole: Some(11_944),
            ..Finding::new(FindingKind::AverageDiffers)
        },
        Finding {
            scope: Some(scope_of(2)?),
            indicator: Some(IndicatorCode::parse("electronic_result")?),
            published: percent("41.8")?,
            computed: Some(Exact::new(371_500, 8995)),
            approximate: true,
            part: Some(3715),
            whole: Some(8995),
            plain_mean: Some(Exact::new(418, 10)),
            ..Finding::new(FindingKind::AverageDiffers)
        },
        Finding {
            scope: Some(Scope::Whole),
            indicator: Some(IndicatorCode::parse("electronic_result")?),
            published: percent("52")?,
            computed: Some(Exact::new(1_544_100, 28_869)),
            approximate: true,
            part: Some(15_441),
            whole: Some(28_869),
            ..Finding::new(FindingKind::AverageDiffers)
        },
        Finding {
            published: percent("76.4")?,
            computed: Some(Exact::new(9700, 1663)),
            part: Some(97),
            whole: Some(1663),
            implied: Some(127),
            ..of(FindingKind::RateDiffers, "so-tu-phap", "population_db")?
        },
        Finding {
            part: Some(717),
            whole: Some(713),
            over_all: true,
            ..of(FindingKind::PartExceedsWhole, "so-tu-phap", "online_payment")?
        },
        Finding { part: Some(84), whole: Some(80), ..of(FindingKind::PartExceedsWhole, "so-noi-vu", "digitization")? },
        Finding { published: percent("134")?, ..of(FindingKind::RateOutOfRange, "bql-kkt", "electronic_result")? },
        Finding {
            published: percent("578")?,
            computed: Some(Exact::new(1100, 19)),
            ..of(FindingKind::RateOutOfRange, "bql-kkt", "digitization")?
        },
        seen(FindingKind::UnknownUnit, "Phụ lục 1, dòng 7", "Sở <Thương mại> & Du lịch"),
        Finding { unit: Some(UnitCode::parse("so-noi-vu")?), ..Finding::new(FindingKind::MissingUnit) },
        Finding {
            unit: Some(UnitCode::parse("so-tu-phap")?),
            ..seen(FindingKind::DuplicateRow, "Phụ lục 1, dòng 15", "Sở Tư pháp")
        },
        Finding {
            place: Some("Phụ lục 3, dòng 1".to_owned()),
            text: Some("29,9x".to_owned()),
            ..of(FindingKind::UnreadableCell, "an-lao-xa", "electronic_result")?
        },
        Finding { part: Some(110), whole: Some(120), ..of(FindingKind::CountFell, "bql-kkt", "digitization")? },
        Finding { unit: Some(UnitCode::parse("an-lao")?), ..Finding::new(FindingKind::UnitNotValidInPeriod) },
    ])
}
