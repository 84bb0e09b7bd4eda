//! Samples of figures that are doubted, and of figures that were corrected.

use super::world::{June, World};
use super::{SampleError, Samples};
use crate::domain::assessment::{Assessment, Rating};
use crate::domain::correction::{CorrectedFigure, UnitCorrection};
use crate::domain::feed::{Fall, FeedDoubt, HoldReason, Jumps};
use crate::domain::indicator::IndicatorCode;
use crate::domain::org_unit::UnitCode;
use crate::domain::rate::{Percent, Rate};
use crate::domain::snapshot::SnapshotHeader;
use crate::message::view::{self, Lookup};

/// Every reason alone, and all together.
pub(super) fn held(lookup: Lookup<'_>, held: &SnapshotHeader, samples: &mut Samples) -> Result<(), SampleError> {
    let units = |codes: &[&str]| codes.iter().map(|code| UnitCode::parse(code)).collect::<Result<Vec<_>, _>>();
    let indicator = IndicatorCode::parse("digitization")?;
    let fall = Fall { unit: UnitCode::parse("so-tu-phap")?, indicator: indicator.clone(), from: 1_442, to: 435 };
    let reasons = [
        HoldReason::Vanished { units: units(&["so-tu-phap", "an-lao-xa"])?, expected: 6 },
        HoldReason::Partial {
            indicators: vec![indicator],
            units: units(&["so-xay-dung", "so-noi-vu", "bql-kkt", "an-lao"])?,
            missing: 9,
            expected: 30,
        },
        HoldReason::CountsFell { fell: 12, compared: 30, examples: vec![fall] },
        HoldReason::Jumped(Jumps { moved: 87, compared: 160 }),
        HoldReason::Unchanged { figures: 200, since: held.period.first_day() },
        HoldReason::Mixed {
            same: units(&["so-xay-dung", "so-noi-vu"])?,
            moved: units(&["bql-kkt", "an-lao", "an-lao-xa", "so-tu-phap"])?,
            compared: 6,
        },
    ];
    let doubt = |reasons: &[HoldReason]| FeedDoubt { reasons: reasons.to_vec(), reference: "sample".into() };
    for reason in &reasons {
        let name = format!("held: {}", reason.as_str());
        samples.add(&name, view::feed_suspicious(lookup, held, &doubt(std::slice::from_ref(reason))));
    }
    samples.add("held: several reasons", view::feed_suspicious(lookup, held, &doubt(&reasons)));
    Ok(())
}

/// What a figure was before: another rate, or none.
fn before(now: &Assessment, rate: Option<&str>, rating: Rating) -> Result<CorrectedFigure, SampleError> {
    let actual = rate.map(Percent::parse_plain).transpose()?.map(Rate::Published);
    let before = Assessment { actual, rating, ..now.clone() };
    Ok(CorrectedFigure { indicator: now.indicator.clone(), before: Some(before) })
}

pub(super) fn corrections(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let open = world.july(June::SameDay, 24, |_| false)?;
    let closed = world.july(June::Absent, 31, |_| false)?;
    let unit = UnitCode::parse("so-xay-dung")?;
    let of_unit: Vec<&Assessment> = open.of_unit(&unit).collect();
    let [online, payment, digitization, result, population] = of_unit[..] else {
        return Err(SampleError::Incomplete("indicator"));
    };
    let counted = Assessment { numerator: online.numerator.map(|n| n.saturating_sub(1)), ..online.clone() };
    let figures = vec![
        CorrectedFigure { indicator: online.indicator.clone(), before: Some(counted) },
        before(payment, None, Rating::NoActivity)?,
        before(digitization, Some("62"), Rating::Missed)?,
        before(result, None, Rating::NoData)?,
        before(population, Some("100"), Rating::Met)?,
    ];
    let all = UnitCorrection { unit: unit.clone(), figures };
    let one = UnitCorrection { unit: unit.clone(), figures: vec![before(payment, Some("40.1"), Rating::Missed)?] };
    samples.add("correction", view::correction(lookup, &open, &all, 5));
    samples.add("correction, closed month", view::correction(lookup, &closed, &one, 0));
    let noi_vu = UnitCode::parse("so-noi-vu")?;
    let nothing: Vec<&Assessment> = open.of_unit(&noi_vu).filter(|a| a.rating == Rating::NoActivity).collect();
    let [nothing, ..] = nothing[..] else { return Err(SampleError::Incomplete("cell without activity")) };
    let happened = UnitCorrection { unit: noi_vu.clone(), figures: vec![before(nothing, Some("12"), Rating::Missed)?] };
    samples.add("correction, nothing happened", view::correction(lookup, &open, &happened, 5));
    let header = super::header("2023-07", 31, 4)?;
    samples.add("correction of an old month", view::correction_recorded(lookup, &header, &[all, happened]));
    samples.add("correction of an old month, averages only", view::correction_recorded(lookup, &header, &[]));
    Ok(())
}
