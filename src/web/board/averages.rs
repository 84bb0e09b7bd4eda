//! The averages of the province and of its tiers.

use super::cell::{ChangeMark, Tone, average_vi};
use super::{BoardInput, Row};
use crate::domain::assessment::Rating;
use crate::domain::digest::{ScopeIndicator, ScopeSummary};
use crate::domain::indicator::{Direction, Indicator};
use crate::domain::org_unit::Scope;
use crate::domain::rate::{Exact, Percent, Points, scaled};

/// One average.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Average {
    /// How it looks.
    pub tone: Tone,
    /// ΣN/ΣD with "≈" where denominators are implied, else what the source prints, else `–`.
    pub value: String,
    /// The default target; none where only the tiers have one.
    pub target: Option<String>,
    /// Against the previous month.
    pub change: Option<ChangeMark>,
    /// "báo cáo ghi 60,8%" where the source prints something else.
    pub remark: Option<String>,
    /// Length of its bar, in thousandths.
    pub bar: i128,
    /// Place of the target's mark, in thousandths.
    pub tick: Option<i128>,
    /// The average in a sentence.
    pub label: String,
}

/// The averages of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AverageRow {
    /// "Toàn tỉnh" or the tier.
    pub name: String,
    /// Its tier's code, or `province`.
    pub code: String,
    /// Cells of the scope that are met.
    pub met: u32,
    /// Cells of the scope in which there was something to reach.
    pub rated: u32,
    /// One for each column.
    pub cells: Vec<Average>,
}

pub(super) fn rows(input: &BoardInput<'_>, like_for_like: bool) -> Vec<AverageRow> {
    input.digest.scopes.iter().map(|summary| row(input, summary, like_for_like)).collect()
}

fn row(input: &BoardInput<'_>, summary: &ScopeSummary, like_for_like: bool) -> AverageRow {
    let name = match &summary.scope {
        Scope::Whole => "Toàn tỉnh".to_owned(),
        Scope::Tier(code) => input
            .tiers
            .iter()
            .find(|tier| &tier.code == code)
            .map_or_else(|| code.to_string(), |tier| tier.name.clone()),
    };
    let cell = |indicator: &Indicator| {
        let of_indicator = summary.indicators.iter().find(|entry| entry.indicator == indicator.code);
        of_indicator.map_or_else(|| nothing(indicator), |entry| average(entry, indicator, like_for_like))
    };
    AverageRow {
        name,
        code: summary.scope.as_str().to_owned(),
        met: summary.totals.met,
        rated: summary.totals.rated(),
        cells: input.indicators.iter().map(cell).collect(),
    }
}

fn nothing(indicator: &Indicator) -> Average {
    Average {
        tone: Tone::Blank,
        value: "–".to_owned(),
        target: None,
        change: None,
        remark: None,
        bar: 0,
        tick: None,
        label: format!("{indicator}: chưa có số liệu"),
    }
}

fn average(entry: &ScopeIndicator, indicator: &Indicator, like_for_like: bool) -> Average {
    let Some(value) = entry.computed.or_else(|| entry.published.map(Percent::exact)) else {
        return nothing(indicator);
    };
    let text = match (entry.computed, entry.published) {
        (None, Some(published)) => published.to_string(),
        _ => format!("{}{}", if entry.approximate { "≈ " } else { "" }, average_vi(value, entry.target, entry.scale)),
    };
    let tone = entry.target.map_or(Tone::Plain, |target| {
        let gap = Points::between(value, target.exact()).on(entry.scale);
        let met = match indicator.direction {
            Direction::HigherIsBetter => value >= target.exact(),
            Direction::LowerIsBetter => value <= target.exact(),
        };
        Tone::of(if met { Rating::Met } else { Rating::Missed }, Some(gap))
    });
    let target = entry.target.map(|target| target.to_string());
    let mut label = format!("{indicator}: bình quân {text}, {}", super::uncapitalised(tone.word()));
    if let Some(target) = &target {
        label.push_str(", chỉ tiêu ");
        label.push_str(target);
    }
    Average {
        tone,
        value: text,
        target,
        change: entry.change.map(|points| ChangeMark::new(points, like_for_like)),
        remark: remark(entry),
        bar: thousandths(entry.scale.share(value)),
        tick: entry.target.map(|target| thousandths(entry.scale.share(target.exact()))),
        label,
    }
}

/// A printed average that does not follow from the table is not hidden: the leader has the printed one on the desk.
fn remark(entry: &ScopeIndicator) -> Option<String> {
    let (published, computed) = (entry.published?, entry.computed?);
    let distance = Points::between(published.exact(), computed).magnitude();
    (distance >= published.last_decimal()).then(|| format!("báo cáo ghi {published}"))
}

fn thousandths(percent: Exact) -> i128 {
    scaled(percent, 1).clamp(0, 1000)
}

impl Row {
    /// Thousandths of its indicators that are reached, to sort by; none where there was nothing to reach.
    #[must_use]
    pub fn met_share(&self) -> Option<u32> {
        (self.met * 1000).checked_div(self.rated)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BoardView, fixture};
    use super::*;

    fn seen(average: &Average) -> String {
        let mut text = format!("{} {}", average.tone.class(), average.value);
        for (name, part) in [("target", &average.target), ("remark", &average.remark)] {
            if let Some(part) = part {
                text.push_str(&format!(" {name} {part}"));
            }
        }
        if let Some(change) = &average.change {
            text.push_str(&format!(" {} {}", change.icon(), change.text));
        }
        text
    }

    #[test]
    fn averages_are_sums_and_keep_what_was_printed() {
        let board = fixture::board();
        let view = BoardView::new(&board.input());
        let rows: Vec<_> = view
            .averages
            .iter()
            .map(|row| (row.name.as_str(), row.cells.iter().map(seen).collect::<Vec<_>>()))
            .collect();
        // (10 + 125 + 1) / (29 + 141 + 2) = 79,07 %; the report prints 80,1 %, which does not follow. A month before
        // (8 + 126 + 2) / (29 + 140 + 2) = 79,53 %. Results: (24 + 111 + 270) / (31 + 119 + 334).
        let province = ["plain 79,1% remark báo cáo ghi 80,1% down 0,46", "behind ≈ 83,7% target 100%"];
        assert_eq!(rows[0], ("Toàn tỉnh", province.map(str::to_owned).to_vec()));
        assert_eq!(rows[1].0, "Cấp tỉnh");
        assert_eq!(rows[1].1[0], "met 79,4% target 60% up 0,12");
        assert_eq!(rows[2].0, "Cấp xã");
        assert_eq!(rows.len(), 3);
        assert_eq!(view.averages[1].cells[0].tick, Some(600));
        assert_eq!(view.averages[1].cells[0].bar, 794);
    }
}
