//! One figure of the board: what stands in the cell.

use super::detail::Detail;
use super::uncapitalised;
use crate::domain::assessment::{Assessment, Comparison, Rating};
use crate::domain::indicator::Indicator;
use crate::domain::org_unit::{OrgUnit, Tier};
use crate::domain::rate::{Exact, Percent, Points, decimal_vi, scaled};
use crate::domain::scale::Scale;

/// How a cell looks. A colour never stands alone: every tone has a mark and a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Reached.
    Met,
    /// Not reached, within 5 points.
    Near,
    /// Not reached, up to 20 points away.
    Behind,
    /// Not reached, up to 40 points away.
    Far,
    /// Not reached, more than 40 points away.
    Furthest,
    /// Nothing happened.
    Idle,
    /// No figure.
    Blank,
    /// A figure with nothing to hold it against.
    Plain,
}

impl Tone {
    /// Of a rating, with its distance to the target where there is one.
    #[must_use]
    pub fn of(rating: Rating, gap: Option<Points>) -> Self {
        match rating {
            Rating::Met => Self::Met,
            Rating::NoActivity => Self::Idle,
            Rating::NoData => Self::Blank,
            Rating::Missed => {
                let within = |points: i128| gap.is_some_and(|gap| gap.share() <= Exact::from(points));
                match () {
                    () if within(5) => Self::Near,
                    () if within(20) => Self::Behind,
                    () if within(40) => Self::Far,
                    () => Self::Furthest,
                }
            }
        }
    }

    /// The class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Near => "near",
            Self::Behind => "behind",
            Self::Far => "far",
            Self::Furthest => "furthest",
            Self::Idle => "idle",
            Self::Blank => "blank",
            Self::Plain => "plain",
        }
    }

    /// The mark of the icon sheet, if the tone has one.
    #[must_use]
    pub const fn icon(self) -> Option<&'static str> {
        match self {
            Self::Met => Some("met"),
            Self::Near => Some("near"),
            Self::Behind | Self::Far | Self::Furthest => Some("missed"),
            Self::Idle | Self::Blank | Self::Plain => None,
        }
    }

    /// The verdict in words.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "Đạt",
            Self::Near => "Chưa đạt, còn thiếu không quá 5 điểm %",
            Self::Behind | Self::Far | Self::Furthest => "Chưa đạt",
            Self::Idle => "Không phát sinh",
            Self::Blank => "Chưa có số liệu",
            Self::Plain => "Không có chỉ tiêu chung",
        }
    }
}

/// A change against the previous month, for a small mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeMark {
    /// The figure is higher than before.
    pub up: bool,
    /// The figure is as before.
    pub same: bool,
    /// An open month stands beside a closed one: drawn hollow.
    pub hollow: bool,
    /// The distance without sign: `6,8`; empty when nothing changed.
    pub text: String,
    /// In words: `+6,8 điểm %`.
    pub words: String,
}

impl ChangeMark {
    pub(super) fn new(points: Points, like_for_like: bool) -> Self {
        let words = points.to_string();
        // The sign that people read decides: a change that rounds away has none, and is no arrow either.
        let same = !words.starts_with(['+', '−']);
        let figure = words.split(' ').next().unwrap_or_default().trim_start_matches(['+', '−']);
        let text = if same { String::new() } else { figure.to_owned() };
        Self { up: words.starts_with('+'), same, hollow: !like_for_like, text, words }
    }

    /// The mark of the icon sheet.
    #[must_use]
    pub const fn icon(&self) -> &'static str {
        match (self.same, self.up) {
            (true, _) => "same",
            (false, true) => "up",
            (false, false) => "down",
        }
    }
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The indicator's code.
    pub indicator: String,
    /// How it looks.
    pub tone: Tone,
    /// The rate as published, `–` or `chưa có`.
    pub rate: String,
    /// The target: `60%`.
    pub target: String,
    /// Ten-thousandths of a percent, to sort by; none is last.
    pub sort: Option<i128>,
    /// Against the previous month, where that means something.
    pub change: Option<ChangeMark>,
    /// All of it in a sentence, for those who do not see the cell.
    pub label: String,
    /// What opens on it.
    pub detail: Detail,
}

impl Cell {
    pub(super) fn new(assessment: &Assessment, unit: &OrgUnit, tier: &Tier, indicator: &Indicator, open: bool) -> Self {
        let tone = Tone::of(assessment.rating, assessment.gap);
        let rate = match (assessment.actual, assessment.rating) {
            (Some(rate), _) => rate.to_string(),
            (None, Rating::NoActivity) => "–".to_owned(),
            (None, _) => "chưa có".to_owned(),
        };
        let target = assessment.target.level.to_string();
        let change = match &assessment.comparison {
            // With so few files a change is one file: the card tells it, the board does not point at it.
            Comparison::Change { points, like_for_like, .. } if !assessment.compares_few() => {
                Some(ChangeMark::new(*points, *like_for_like))
            }
            _ => None,
        };
        let label = match assessment.actual {
            Some(rate) => format!("{indicator}: {rate}, {}, chỉ tiêu {target}", uncapitalised(tone.word())),
            None => format!("{indicator}: {}, chỉ tiêu {target}", uncapitalised(tone.word())),
        };
        Self {
            indicator: indicator.code.to_string(),
            tone,
            rate,
            target,
            sort: assessment.actual.map(|rate| scaled(rate.exact(), Percent::MAX_DECIMALS)),
            change,
            label,
            detail: Detail::new(assessment, unit, tier, indicator, open),
        }
    }
}

/// An average: one decimal, never rounded up to a target that it does not reach; of scores the plain mean with two.
pub(super) fn average_vi(value: Exact, target: Option<Percent>, scale: Scale) -> String {
    if let Scale::Points(full) = scale {
        return format!("{}/{full}{}", decimal_vi(value, 2), scale.suffix());
    }
    let ten = Exact::from(10);
    let rounded = (value * ten).round() / ten;
    let misleads = target.is_some_and(|target| rounded >= target.exact() && value < target.exact());
    let shown = if misleads { (value * ten).floor() / ten } else { rounded };
    format!("{}%", decimal_vi(shown, 1))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use rstest::rstest;

    fn exact(text: &str) -> Exact {
        Percent::parse_plain(text).unwrap().exact()
    }

    #[rstest]
    #[case(Rating::Met, Some("3"), Tone::Met)]
    #[case(Rating::Missed, Some("-0.1"), Tone::Near)]
    #[case(Rating::Missed, Some("-5"), Tone::Near)]
    #[case(Rating::Missed, Some("-5.01"), Tone::Behind)]
    #[case(Rating::Missed, Some("-20"), Tone::Behind)]
    #[case(Rating::Missed, Some("-20.1"), Tone::Far)]
    #[case(Rating::Missed, Some("-40"), Tone::Far)]
    #[case(Rating::Missed, Some("-97.2"), Tone::Furthest)]
    // Where lower is better, the distance has the other sign.
    #[case(Rating::Missed, Some("4"), Tone::Near)]
    #[case(Rating::NoActivity, None, Tone::Idle)]
    #[case(Rating::NoData, None, Tone::Blank)]
    fn tones(#[case] rating: Rating, #[case] gap: Option<&str>, #[case] tone: Tone) {
        assert_eq!(Tone::of(rating, gap.map(|gap| Points::between(exact(gap), Exact::from(0)))), tone);
    }

    #[rstest]
    #[case("73.59", Some("35"), "73,6%")]
    #[case("99.96", Some("100"), "99,9%")]
    #[case("99.96", None, "100,0%")]
    #[case("50", Some("50"), "50,0%")]
    #[case("49.99", Some("50"), "49,9%")]
    fn averages_never_seem_to_reach(#[case] value: &str, #[case] target: Option<&str>, #[case] text: &str) {
        assert_eq!(average_vi(exact(value), target.map(|t| Percent::parse_plain(t).unwrap()), Scale::Percent), text);
    }

    #[test]
    fn a_change_that_rounds_away_is_no_arrow() {
        let mark = |points: &str| {
            let mark = ChangeMark::new(Points::between(exact(points), Exact::from(0)), true);
            format!("{} {}", mark.icon(), mark.text)
        };
        assert_eq!(mark("0.12"), "up 0,12");
        assert_eq!(mark("-0.5"), "down 0,5");
        assert_eq!(mark("0"), "same ");
        assert_eq!(mark("-0.004"), "same ");
    }

    #[test]
    fn a_label_is_a_sentence() {
        let board = fixture::board();
        let view = super::super::BoardView::new(&board.input());
        let label = |tier: usize, row: usize| view.tiers[tier].rows[row].cells[0].clone().unwrap().label;
        assert_eq!(label(0, 0), "Hồ sơ trực tuyến: 34,4%, chưa đạt, chỉ tiêu 60%");
        assert_eq!(label(0, 2), "Hồ sơ trực tuyến: không phát sinh, chỉ tiêu 60%");
    }
}
