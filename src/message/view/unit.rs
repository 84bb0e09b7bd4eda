//! What a unit's group gets of our own accord: bulletin, recovered, no data.

use super::indicator::{files_needed, warning_mark};
use super::{ComparisonView, LineView, Lookup, NamesView, PeriodView};
use crate::domain::alert::{NotifyReason, UnitNotice};
use crate::domain::assessment::{Assessment, PeriodAssessment, Rating};
use crate::domain::digest::Totals;
use crate::domain::pace::per_working_day;
use crate::domain::rate::{Exact, count_vi};
use crate::message::HEAD_LINES;
use chrono::Duration;
use serde::Serialize;
use std::cmp::Reverse;

/// A bulletin fits a phone: at most so many lines.
pub const BULLETIN_LINES: usize = HEAD_LINES;

/// How many reached indicators one line names.
const REACHED: usize = 6;

/// How many names a line of names holds.
const NAMES: usize = 6;

/// Why we speak again: at most one is true, none for the first time.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "questions that a template asks one by one")]
pub struct WhyView {
    /// Further from the target than when last told.
    pub worsened: bool,
    /// Repeated every week.
    pub weekly: bool,
    /// Repeated after another interval.
    pub repeated: bool,
    /// The figures of a day already told were corrected.
    pub corrected: bool,
    /// Below the previous month.
    pub fell_below: bool,
    /// A figure is missing.
    pub no_data: bool,
    /// "Hồ sơ trực tuyến": which indicators are the reason; null where that is not known.
    pub names: Option<NamesView>,
}

impl WhyView {
    fn of(lookup: Lookup<'_>, notice: &UnitNotice) -> Self {
        let names: Vec<String> = notice.because.iter().map(|code| lookup.indicator_name(code)).collect();
        let none = Self { names: NamesView::of(&names, NAMES), ..Self::default() };
        match notice.reason {
            NotifyReason::FirstMissed | NotifyReason::Recovered => none,
            NotifyReason::StillMissed if lookup.policy.repeat_after == Duration::days(7) => {
                Self { weekly: true, ..none }
            }
            NotifyReason::StillMissed => Self { repeated: true, ..none },
            NotifyReason::Corrected => Self { corrected: true, ..none },
            NotifyReason::NoData => Self { no_data: true, ..none },
            NotifyReason::FellBelow => Self { fell_below: true, ..none },
            NotifyReason::Worsened => Self { worsened: true, ..none },
        }
    }
}

/// How many of a unit's indicators are reached.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ScoreView {
    /// Reached.
    pub met: u32,
    /// With a figure.
    pub rated: u32,
    /// Some have no figure.
    pub partial: bool,
    /// Missed.
    pub focus: u32,
    /// Reached, but below the previous month.
    pub fallen: usize,
}

/// The time that is left.
#[derive(Clone, Debug, Serialize)]
pub struct PaceView {
    /// Working days to the end of the month.
    pub days: u32,
    /// "tháng 7".
    pub month: String,
    /// How many files of the most urgent indicator have to come on each of them: "26".
    pub files: Option<String>,
    /// What they are called.
    pub noun: String,
    /// They are files already received.
    pub on_hand: bool,
}

/// To a unit: what is not reached, and what to do.
#[derive(Clone, Debug, Serialize)]
pub struct BulletinView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// Why we speak again.
    pub why: WhyView,
    /// How many are reached.
    pub score: ScoreView,
    /// What needs attention, the most urgent first.
    pub lines: Vec<LineView>,
    /// How many more need attention.
    pub more: usize,
    /// What is reached.
    pub reached: Vec<LineView>,
    /// How many more are reached.
    pub reached_more: usize,
    /// Where nothing happened.
    pub no_activity: Option<NamesView>,
    /// Where there is no figure.
    pub no_data: Option<NamesView>,
    /// Against the previous month.
    pub comparison: ComparisonView,
    /// Null when the month is over.
    pub pace: Option<PaceView>,
}

/// To a unit: what is reached again.
#[derive(Clone, Debug, Serialize)]
pub struct RecoveredView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// How many are reached.
    pub score: ScoreView,
    /// What is reached again.
    pub lines: Vec<LineView>,
    /// Against the previous month.
    pub comparison: ComparisonView,
    /// Null when the month is over.
    pub pace: Option<PaceView>,
}

/// To a unit: there are no figures of it.
#[derive(Clone, Debug, Serialize)]
pub struct NoDataView {
    /// "Sở Xây dựng".
    pub unit: String,
    /// The period.
    pub when: PeriodView,
    /// "Văn phòng UBND tỉnh".
    pub office: String,
}

/// The bulletin of a notice of kind `Bulletin`. `working_days_left` counts from the day of writing to the period's end.
#[must_use]
pub fn bulletin(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    notice: &UnitNotice,
    working_days_left: u32,
) -> BulletinView {
    let assessments: Vec<&Assessment> = period.of_unit(&notice.unit).collect();
    let line = |a: &&Assessment| LineView::of_warning(lookup, period, a, notice.recovered.contains(&a.indicator));
    let names = |rating| {
        let of_rating = assessments.iter().filter(|a| a.rating == rating);
        NamesView::of(&of_rating.map(|a| lookup.indicator_name(&a.indicator)).collect::<Vec<_>>(), NAMES)
    };
    let mut lines: Vec<LineView> = by_urgency(lookup, &assessments).iter().map(line).collect();
    let mut reached: Vec<LineView> = assessments.iter().map(line).filter(|l| l.mark.green).collect();
    let no_activity = names(Rating::NoActivity);
    let no_data = names(Rating::NoData);
    let why = WhyView::of(lookup, notice);
    let pace = pace(lookup, period, &assessments, working_days_left);
    let told_why = notice.reason != NotifyReason::FirstMissed;
    let optional = [told_why, !reached.is_empty(), no_activity.is_some(), no_data.is_some()];
    // Besides these: header, score, comparison, time left, and the way to more.
    let room = BULLETIN_LINES - 5 - optional.iter().filter(|there| **there).count();
    let more = if lines.len() > room { lines.len() - (room - 1) } else { 0 };
    lines.truncate(lines.len() - more);
    let reached_more = reached.len().saturating_sub(REACHED);
    reached.truncate(REACHED);
    BulletinView {
        unit: lookup.unit_name(&notice.unit),
        when: PeriodView::of(&period.header),
        why,
        score: score(lookup, &assessments),
        lines,
        more,
        reached,
        reached_more,
        no_activity,
        no_data,
        comparison: ComparisonView::of(lookup, period, &notice.unit),
        pace,
    }
}

/// The message of a notice of kind `Recovered`.
#[must_use]
pub fn recovered(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    notice: &UnitNotice,
    working_days_left: u32,
) -> RecoveredView {
    let assessments: Vec<&Assessment> = period.of_unit(&notice.unit).collect();
    let back = assessments.iter().filter(|a| notice.recovered.contains(&a.indicator));
    RecoveredView {
        unit: lookup.unit_name(&notice.unit),
        when: PeriodView::of(&period.header),
        score: score(lookup, &assessments),
        lines: back.map(|a| LineView::of(lookup, period, a, true)).collect(),
        comparison: ComparisonView::of(lookup, period, &notice.unit),
        pace: pace(lookup, period, &assessments, working_days_left),
    }
}

/// The message of a notice of kind `NoData`.
#[must_use]
pub fn no_data(lookup: Lookup<'_>, period: &PeriodAssessment, notice: &UnitNotice) -> NoDataView {
    NoDataView {
        unit: lookup.unit_name(&notice.unit),
        when: PeriodView::of(&period.header),
        office: lookup.office.to_owned(),
    }
}

pub(super) fn score(lookup: Lookup<'_>, assessments: &[&Assessment]) -> ScoreView {
    let totals = Totals::of(assessments.iter().copied());
    ScoreView {
        met: totals.met,
        rated: totals.rated(),
        partial: totals.no_activity + totals.no_data > 0,
        focus: totals.missed,
        fallen: by_urgency(lookup, assessments).iter().filter(|a| a.rating == Rating::Met).count(),
    }
}

/// What needs attention: first what is missed by far, then what is near or fell; within a colour the most files first,
/// because that is the most work, then the largest distance.
pub(super) fn by_urgency<'a>(lookup: Lookup<'_>, assessments: &[&'a Assessment]) -> Vec<&'a Assessment> {
    let colour = |a: &Assessment| {
        let mark = warning_mark(lookup, a);
        (mark.red || mark.yellow).then_some(u8::from(!mark.red))
    };
    let distance = |a: &Assessment| a.gap.map_or(Exact::from(0), crate::domain::rate::Points::share);
    let mut urgent: Vec<&Assessment> = assessments.iter().copied().filter(|a| colour(a).is_some()).collect();
    urgent.sort_by_key(|a| {
        let met = a.rating == Rating::Met;
        (colour(a), met, Reverse(files_needed(a).map(|(files, _)| files)), Reverse(distance(a)))
    });
    urgent
}

/// The pace that the most urgent indicator needs.
pub(super) fn pace(
    lookup: Lookup<'_>,
    period: &PeriodAssessment,
    assessments: &[&Assessment],
    days: u32,
) -> Option<PaceView> {
    if !period.header.is_open() {
        return None;
    }
    let urgent = by_urgency(lookup, assessments);
    let first = urgent.iter().find_map(|a| files_needed(a).map(|(files, fresh)| (*a, files, fresh)));
    let indicator = first.and_then(|(a, ..)| lookup.indicator(&a.indicator));
    Some(PaceView {
        days,
        month: PeriodView::of(&period.header).month,
        // Fewer files than days is no pace.
        files: first
            .filter(|(_, files, _)| *files >= u64::from(days))
            .and_then(|(_, files, _)| per_working_day(files, days))
            .map(count_vi),
        noun: indicator.map_or_else(String::new, |i| i.needed_noun.clone()),
        on_hand: first.is_some_and(|(.., fresh)| !fresh),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::{AlertPolicy, NoticeKind};
    use crate::domain::assessment::{AssessPolicy, Comparison, Denominator, Needed, Previous};
    use crate::domain::indicator::{DenominatorSource, Direction, Indicator, IndicatorCode, Remedy};
    use crate::domain::org_unit::UnitCode;
    use crate::domain::period::ReportingPeriod;
    use crate::domain::rate::{Percent, Points, Rate};
    use crate::domain::snapshot::{SnapshotHeader, SnapshotState};
    use crate::domain::target::{Target, TargetOrigin};
    use crate::message::{Dialect, Message, Messages};
    use chrono::{DateTime, NaiveDate};

    fn policy() -> AlertPolicy {
        AlertPolicy {
            assess: AssessPolicy { few_files: 3, same_day_tolerance: 3 },
            repeat_after: Duration::days(7),
            worsened_points: Percent::whole(2),
            fell_points: Percent::whole(1),
        }
    }

    fn indicators(count: usize) -> Vec<Indicator> {
        let indicator = |n: usize| Indicator {
            code: IndicatorCode::parse(&format!("i{n}")).unwrap(),
            name: format!("Chỉ tiêu {n}"),
            short_name: format!("Chỉ tiêu {n}"),
            needed_noun: "hồ sơ".into(),
            direction: Direction::HigherIsBetter,
            remedy: Remedy::Convert,
            denominator: DenominatorSource::FilesReceived,
            scale: crate::domain::scale::Scale::Percent,
            zero_over_zero: crate::domain::indicator::ZeroOverZero::NoActivity,
            basis: "x".into(),
            headings: vec![],
            aliases: vec![],
        };
        (0..count).map(indicator).collect()
    }

    /// A figure of 100 files against a target of 80 %.
    fn figure(n: usize, rate: u16, needed: Option<Needed>) -> Assessment {
        let actual = Percent::whole(rate);
        let level = Percent::whole(80);
        Assessment {
            unit: UnitCode::parse("u").unwrap(),
            indicator: IndicatorCode::parse(&format!("i{n}")).unwrap(),
            direction: Direction::HigherIsBetter,
            rating: if actual >= level { Rating::Met } else { Rating::Missed },
            actual: Some(Rate::Published(actual)),
            target: Target {
                level,
                decision: String::new(),
                valid_from: None,
                valid_to: None,
                origin: TargetOrigin::Report,
            },
            gap: Some(Points::between(actual.exact(), level.exact())),
            numerator: Some(u64::from(rate)),
            denominator: Some(Denominator { count: 100, implied: false }),
            needed,
            slack: None,
            rank: None,
            comparison: Comparison::None,
            few: false,
        }
    }

    fn period(assessments: Vec<Assessment>) -> PeriodAssessment {
        let header = SnapshotHeader {
            id: "x".into(),
            number: 1,
            period: ReportingPeriod::parse("2026-10").unwrap(),
            as_of: NaiveDate::from_ymd_opt(2026, 10, 9).unwrap(),
            sample: false,
            source: "x".into(),
            recorded_at: DateTime::UNIX_EPOCH,
            state: SnapshotState::Published,
        };
        PeriodAssessment::new(header, None, assessments)
    }

    fn compose(indicators: &[Indicator], period: &PeriodAssessment, reason: NotifyReason) -> (BulletinView, String) {
        let policy = policy();
        let lookup = Lookup { organisation: "", office: "", tiers: &[], units: &[], indicators, policy: &policy };
        let notice = UnitNotice {
            unit: UnitCode::parse("u").unwrap(),
            kind: NoticeKind::Bulletin,
            reason,
            because: vec![],
            recovered: vec![],
            key: String::new(),
        };
        let view = bulletin(lookup, period, &notice, 10);
        let message: Message = view.clone().into();
        let text = Messages::embedded().unwrap().render(&message, Dialect::Plain).unwrap().text;
        (view, text)
    }

    fn convert(files: u64) -> Option<Needed> {
        Some(Needed::Convert { files, approximate: false })
    }

    #[test]
    fn the_most_work_comes_first_within_a_colour() {
        let figures = vec![
            figure(0, 78, convert(900)),
            figure(1, 60, None),
            figure(2, 50, convert(3)),
            figure(3, 70, convert(40)),
            figure(4, 90, None),
        ];
        let (view, _) = compose(&indicators(5), &period(figures), NotifyReason::FirstMissed);
        let names: Vec<_> = view.lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["Chỉ tiêu 3", "Chỉ tiêu 2", "Chỉ tiêu 1", "Chỉ tiêu 0"]);
        assert!(view.lines[0].mark.red && view.lines[3].mark.yellow);
        assert_eq!(view.pace.unwrap().files.as_deref(), Some("4"), "40 files in 10 days");
    }

    #[test]
    fn an_index_of_many_indicators_still_fits_a_phone() {
        let mut figures: Vec<_> = (0..20).map(|n| figure(n, 30, convert(50))).collect();
        figures.extend((20..40).map(|n| figure(n, 95, None)));
        for n in 40..45 {
            let rating = if n % 2 == 0 { Rating::NoActivity } else { Rating::NoData };
            figures.push(Assessment { rating, actual: None, gap: None, ..figure(n, 95, None) });
        }
        let (view, text) = compose(&indicators(45), &period(figures), NotifyReason::Corrected);
        assert_eq!(text.lines().count(), BULLETIN_LINES, "{text}");
        assert_eq!(view.lines.len() + view.more, 20);
        assert!(text.contains(&format!("… và {} chỉ tiêu khác cần tập trung.", view.more)), "{text}");
        assert!(text.contains(" · và 14 chỉ tiêu khác"), "{text}");
    }

    #[test]
    fn few_files_are_called_few() {
        let few = Assessment { few: true, ..figure(0, 50, convert(1)) };
        let (_, text) = compose(&indicators(1), &period(vec![few]), NotifyReason::FirstMissed);
        assert!(text.contains("🔴 Chỉ tiêu 0 50% / 80% (−30,0 điểm %, ít hồ sơ): còn thiếu 1 hồ sơ"), "{text}");
    }

    #[test]
    fn where_lower_is_better_a_rise_is_the_bad_news() {
        let mut fallen = figure(0, 80, None);
        fallen.rating = Rating::Met;
        fallen.direction = Direction::LowerIsBetter;
        let as_of = NaiveDate::from_ymd_opt(2026, 9, 9).unwrap();
        let september = ReportingPeriod::parse("2026-09").unwrap();
        let before = Percent::whole(70);
        let actual = Rate::Published(before);
        let previous = Previous { period: september, as_of, actual, sample: false, few: false };
        let points = Points::between(Percent::whole(80).exact(), before.exact());
        fallen.comparison = Comparison::Change { previous, points, like_for_like: true };
        let mut period = period(vec![fallen]);
        period.previous = Some(SnapshotHeader { period: september, as_of, ..period.header.clone() });
        let (_, text) = compose(&indicators(1), &period, NotifyReason::FellBelow);
        assert!(text.contains("🟡 Chỉ tiêu 0 80% / 80%: đạt, nhưng tăng 10,0 điểm % so với tháng 9"), "{text}");
        assert!(text.contains("So với tháng 9 (đến 9/9): Chỉ tiêu 0 +10,0 điểm %."), "{text}");
    }

    #[test]
    fn five_points_are_near() {
        for (rate, red) in [(74, true), (75, false), (79, false)] {
            let (view, _) =
                compose(&indicators(1), &period(vec![figure(0, rate, convert(1))]), NotifyReason::FirstMissed);
            assert_eq!(view.lines[0].mark.red, red, "{rate}");
        }
    }
}
