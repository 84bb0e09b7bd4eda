//! Samples: every message with views as they come from real figures. Templates are held against them at start, and
//! tests read them. They are built by the same builders as real messages, so that a view and its sample cannot differ.

mod asked;
mod conduct;
mod pictures;
mod queue;
mod reach;
mod registry;
mod reminder;
mod sources;
mod summary;
mod trust;
mod unknown;
mod world;

use super::Message;
use super::view::{self, Lookup};
use crate::domain::alert::{NoticeKind, NotifyReason, UnitNotice};
use crate::domain::assessment::{Assessment, PeriodAssessment};
use crate::domain::indicator::{CodeError, Indicator, IndicatorCode};
use crate::domain::org_unit::UnitCode;
use crate::domain::period::{PeriodError, ReportingPeriod};
use crate::domain::rate::PercentError;
use crate::domain::renewal::ReconnectReason;
use crate::domain::snapshot::SnapshotHeader;
use crate::domain::stall::LaneView;
use crate::domain::subscription::Role;
use chrono::DateTime;
use world::{June, World, header};

/// A message with a name of its own.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What distinguishes it from other samples: "bulletin, first".
    pub name: String,
    /// The message.
    pub message: Message,
}

/// The samples cannot be built: a mistake in this program, found by its tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// A code does not have the form of one.
    #[error("samples: {0}")]
    Code(#[from] CodeError),
    /// A percentage is none.
    #[error("samples: {0}")]
    Percent(#[from] PercentError),
    /// A period is none.
    #[error("samples: {0}")]
    Period(#[from] PeriodError),
    /// Something is missing.
    #[error("samples: a {0} is missing")]
    Incomplete(&'static str),
}

/// All samples.
///
/// # Errors
/// Never, unless the samples themselves are wrong.
pub fn samples() -> Result<Vec<Sample>, SampleError> {
    let world = World::new()?;
    let mut samples = Samples(Vec::new());
    to_units(&world, &mut samples)?;
    about_units(&world, &mut samples)?;
    samples.add("digest, first", summary::digest(world.lookup(), false)?);
    samples.add("digest, against June", summary::digest(world.lookup(), true)?);
    pictures::add(&world, &mut samples)?;
    to_the_office(&world, &mut samples)?;
    trust::corrections(&world, &mut samples)?;
    in_the_chat(&world, &mut samples)?;
    queue::about_the_queue(&mut samples);
    reach::add(world.lookup(), &mut samples)?;
    reminder::add(&world, &mut samples)?;
    asked::add(&world, &mut samples)?;
    conduct::add(&world, &mut samples)?;
    registry::add(&mut samples)?;
    sources::add(&world, &mut samples)?;
    Ok(samples.0)
}

struct Samples(Vec<Sample>);

impl Samples {
    fn add(&mut self, name: &str, message: impl Into<Message>) {
        self.0.push(Sample { name: name.to_owned(), message: message.into() });
    }
}

fn notice(unit: &str, kind: NoticeKind, reason: NotifyReason, back: &[&str]) -> Result<UnitNotice, SampleError> {
    Ok(UnitNotice {
        unit: UnitCode::parse(unit)?,
        kind,
        reason,
        because: match reason {
            NotifyReason::Worsened | NotifyReason::FellBelow | NotifyReason::Corrected => {
                vec![IndicatorCode::parse("digitization")?]
            }
            _ => Vec::new(),
        },
        recovered: back.iter().map(|code| IndicatorCode::parse(code)).collect::<Result<_, _>>()?,
        key: "sample".into(),
    })
}

fn to_units(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    use NotifyReason::{Corrected, FellBelow, FirstMissed, NoData, Recovered, StillMissed, Worsened};
    let lookup = world.lookup();
    let first = world.july(June::Absent, 24, |_| false)?;
    let alike = world.july(June::SameDay, 24, |_| false)?;
    let unlike = world.july(June::Whole, 24, |_| false)?;
    let closed = world.july(June::Whole, 31, |_| false)?;
    let holes = world.july(June::SameDay, 24, |o| {
        o.unit.as_str() == "so-noi-vu" && matches!(o.indicator.as_str(), "digitization" | "population_db")
    })?;
    let bulletins: [(&str, &str, &PeriodAssessment, NotifyReason, &[&str]); 9] = [
        ("first", "so-xay-dung", &first, FirstMissed, &[]),
        ("fell below June", "so-xay-dung", &alike, FellBelow, &[]),
        ("worsened against the whole of June", "an-lao-xa", &unlike, Worsened, &[]),
        ("every week", "an-lao", &alike, StillMissed, &[]),
        ("corrected, one back", "bql-kkt", &alike, Corrected, &["online_payment"]),
        ("cannot be reached", "so-tu-phap", &alike, FirstMissed, &[]),
        ("nothing happened, no data", "so-noi-vu", &holes, NoData, &[]),
        ("closed month", "so-xay-dung", &closed, FirstMissed, &[]),
        ("closed month at 100%", "so-tu-phap", &closed, StillMissed, &[]),
    ];
    for (name, unit, period, reason, back) in bulletins {
        let notice = notice(unit, NoticeKind::Bulletin, reason, back)?;
        samples.add(&format!("bulletin, {name}"), view::bulletin(lookup, period, &notice, 5));
    }
    let fortnight =
        crate::domain::alert::AlertPolicy { repeat_after: chrono::Duration::days(14), ..lookup.policy.clone() };
    let repeated = notice("an-lao", NoticeKind::Bulletin, StillMissed, &[])?;
    let other = Lookup { policy: &fortnight, ..lookup };
    samples.add("bulletin, last day", view::bulletin(other, &alike, &repeated, 0));
    let back = notice("bql-kkt", NoticeKind::Recovered, Recovered, &["online_payment"])?;
    samples.add("recovered", view::recovered(lookup, &alike, &back, 5));
    let back = notice("so-noi-vu", NoticeKind::Recovered, Recovered, &["population_db", "digitization"])?;
    samples.add("recovered, closed month", view::recovered(lookup, &closed, &back, 0));
    let back = notice("so-xay-dung", NoticeKind::Recovered, Recovered, &["digitization"])?;
    samples.add("recovered, another basis", view::recovered(lookup, &alike, &back, 5));
    let nothing = notice("bql-kkt", NoticeKind::NoData, NoData, &[])?;
    samples.add("no data", view::no_data(lookup, &first, &nothing));
    Ok(())
}

fn about_units(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let codes = |codes: &[&str]| codes.iter().map(|c| UnitCode::parse(c)).collect::<Result<Vec<_>, _>>();
    let statuses = [
        ("one unit", June::SameDay, 24, codes(&["bql-kkt"])?),
        ("a shared name", June::Absent, 24, codes(&["an-lao", "an-lao-xa"])?),
        ("nothing happened", June::Whole, 24, codes(&["so-noi-vu"])?),
        ("fell, another basis", June::SameDay, 24, codes(&["so-xay-dung"])?),
        ("closed month", June::Whole, 31, codes(&["so-tu-phap"])?),
    ];
    for (name, june, day, units) in statuses {
        let period = world.july(june, day, |_| false)?;
        samples.add(&format!("status, {name}"), view::status(lookup, &period, &units, 5));
    }
    let empty = world.july(June::Absent, 24, |o| o.unit.as_str() == "bql-kkt")?;
    samples.add("status, no data", view::status(lookup, &empty, &codes(&["bql-kkt"])?, 5));

    let same_day = world.july(June::SameDay, 24, |_| false)?;
    let (indicators, many) = many_indicators(lookup, &same_day)?;
    let lookup_of_many = Lookup { indicators: &indicators, ..lookup };
    samples.add("status, many indicators", view::status(lookup_of_many, &many, &codes(&["so-xay-dung"])?, 5));
    let named = view::status(lookup_of_many, &many, &codes(&["an-lao", "an-lao-xa"])?, 5);
    samples.add("status, many indicators, a shared name", named);

    let july = ReportingPeriod::parse("2023-07")?;
    let an_lao = [world.unit("an-lao")?, world.unit("an-lao-xa")?];
    samples.add("targets", view::targets(lookup, &world.book, &an_lao[..1], july));
    samples.add("targets, a shared name", view::targets(lookup, &world.book, &an_lao, july));
    // Only the general default holds in this year.
    let later = ReportingPeriod::parse("2024-01")?;
    samples.add("targets, nothing assigned", view::targets(lookup, &world.book, &an_lao[..1], later));
    Ok(())
}

/// The month as of an office with three times as many indicators.
fn many_indicators(
    lookup: Lookup<'_>,
    month: &PeriodAssessment,
) -> Result<(Vec<Indicator>, PeriodAssessment), SampleError> {
    let mut indicators = lookup.indicators.to_vec();
    let mut assessments = month.assessments.clone();
    for group in ["cấp huyện", "cấp xã"] {
        for own in lookup.indicators {
            let code = IndicatorCode::parse(&format!("{}_{}", own.code, indicators.len()))?;
            let of_it = month.assessments.iter().filter(|a| a.indicator == own.code);
            assessments.extend(of_it.map(|a| Assessment { indicator: code.clone(), ..a.clone() }));
            indicators.push(Indicator { code, short_name: format!("{} {group}", own.short_name), ..own.clone() });
        }
    }
    // Those of one unit stand next to each other; the sort keeps their order.
    assessments.sort_by(|a, b| a.unit.cmp(&b.unit));
    Ok((indicators, PeriodAssessment::new(month.header.clone(), month.previous.clone(), assessments)))
}

fn to_the_office(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let held = header("2023-07", 24, 3)?;
    let made_up = SnapshotHeader { sample: true, ..held.clone() };
    trust::held(lookup, &held, samples)?;
    samples.add("held figures confirmed", Message::FeedConfirmed(view::snapshot(&held)));
    samples.add("nothing is held", Message::NothingHeld);
    let findings = summary::findings()?;
    for (n, finding) in findings.iter().enumerate() {
        samples.add(&format!("finding {}, {}", n + 1, finding.kind.as_str()), view::finding(lookup, finding));
    }
    samples.add("audit", view::audit(lookup, &held, &findings));
    let since = DateTime::from_timestamp_nanos(1_690_160_700_000_000_000);
    let mut lane = LaneView {
        lane: "telegram:7000000001".to_owned(),
        waiting: 38,
        waiting_since: Some(since),
        last_sent: None,
        last_error: Some("502: Bad Gateway".to_owned()),
    };
    samples.add("lane stalled", view::lane_stalled(&lane, since, since + chrono::Duration::minutes(12)));
    lane.last_error = None;
    samples.add("lane stalled, no reason", view::lane_stalled(&lane, since, since + chrono::Duration::minutes(75)));
    samples.add("lane flows", view::lane_flows("zalo_bot:1459232241454765289"));
    samples.add("audit, nothing found", view::audit(lookup, &made_up, &[]));
    let many: Vec<_> = findings.iter().cycle().take(45).cloned().collect();
    let reasons = [
        ("refused", ReconnectReason::Refused, Some("-14014: Invalid refresh token")),
        ("no answer", ReconnectReason::Lost, Some("no answer within 6000 ms")),
        ("the program ended", ReconnectReason::Abandoned, None),
    ];
    for (name, reason, detail) in reasons {
        samples.add(&format!("Zalo OA: {name}"), view::zalo_oa_reconnect("1147483647", reason, detail));
    }
    samples.add("audit, more than a chat can hold", view::audit(lookup, &held, &many));
    samples.add("new findings", view::new_findings(lookup, &held, &findings[findings.len() - 3..]));
    samples.add("new findings, more than a message holds", view::new_findings(lookup, &held, &many));
    unknown::add(samples);
    Ok(())
}

fn in_the_chat(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    let unit = Role::Unit(UnitCode::parse("so-xay-dung")?);
    let roles: [(&str, &[Role]); 5] = [
        ("unit", std::slice::from_ref(&unit)),
        ("leader", &[Role::Leader]),
        ("office", &[Role::Office]),
        ("unit and office", &[unit.clone(), Role::Office]),
        ("nobody", &[]),
    ];
    for (name, roles) in roles {
        samples.add(&format!("help, {name}"), view::help(lookup, roles));
    }
    for (name, role) in [("unit", &unit), ("leader", &Role::Leader), ("office", &Role::Office)] {
        samples.add(&format!("linked, {name}"), view::linked(lookup, "Điều hành <Sở Xây dựng>", role));
        samples.add(&format!("code issued, {name}"), view::code_issued(lookup, role, "K7M2-P9QX", conduct::moment()?));
    }
    let units = [world.unit("so-tu-phap")?, world.unit("an-lao-xa")?];
    let ask = |unit: &UnitCode| format!("/status {unit}");
    let unknown = view::unknown_unit("sở <giao thông> & \"vận tải\"", &units);
    samples.add("unknown unit", unknown.clone().to_choose(ask));
    samples.add("unknown unit, on the command line", unknown);
    samples.add("unknown unit, no suggestion", view::unknown_unit("xyz", &[]));
    samples.add("no unit named", view::unknown_unit("", &[]));
    samples.add("ambiguous unit", view::ambiguous_unit("sở", &units).to_choose(ask));
    samples.add("ambiguous unit, on the command line", view::ambiguous_unit("sở", &units));
    samples.add("near miss", view::near_miss("/statsu", "/status sở tư pháp"));
    let latest = header("2023-07", 24, 1)?;
    let made_up = SnapshotHeader { sample: true, ..latest.clone() };
    let august = ReportingPeriod::parse("2023-08")?;
    samples.add("no figures of the period", view::no_figures(Some(august), Some(&latest)));
    samples.add("no figures but samples", view::no_figures(Some(august), Some(&made_up)));
    samples.add("no figures at all", view::no_figures(None, None));
    samples.add("bad month", view::bad_month("tháng 13"));
    samples.add("forbidden", view::forbidden(lookup, &[unit]));
    samples.add("forbidden, not a unit", view::forbidden(lookup, &[]));
    samples.add("link refused", Message::LinkRefused);
    samples.add("code, for whom", Message::CodeAsk);
    samples.add("unlinked", Message::Unlinked);
    samples.add("unhealthy", Message::Unhealthy);
    samples.add("more", Message::More);
    samples.add("rest", view::rest("📊 Sở Xây dựng · tháng 7/2023 (số liệu đến 24/7)"));
    Ok(())
}
