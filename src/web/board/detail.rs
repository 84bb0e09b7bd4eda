//! The card of a figure: all that is known of it, what has to be done first.

use super::uncapitalised;
use crate::domain::assessment::{Assessment, Comparison, Needed, Previous};
use crate::domain::indicator::Indicator;
use crate::domain::org_unit::{OrgUnit, Tier};
use crate::domain::period::short_day_vi;
use crate::domain::rate::{Exact, Percent, count_vi};
use crate::domain::target::TargetOrigin;

/// What a sentence adds when an open month stands beside a closed one.
pub(super) const UNLIKE_MONTHS: &str = "; kỳ chưa khép đặt cạnh kỳ đã khép, chỉ để tham khảo";

/// A line of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetailLine {
    /// What it speaks of.
    pub label: &'static str,
    /// What it says.
    pub text: String,
    /// What has to be added to it, in small print; empty for most.
    pub note: String,
    /// What has to be done: stands out.
    pub strong: bool,
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Where the picture of the figure's months is, without the month: `/chart/trend/so-tu-phap/digitization.svg`.
    pub months: String,
    /// The unit with its qualifier.
    pub unit: String,
    /// The indicator in full.
    pub indicator: String,
    /// Line by line.
    pub lines: Vec<DetailLine>,
}

impl Detail {
    pub(super) fn new(assessment: &Assessment, unit: &OrgUnit, tier: &Tier, indicator: &Indicator, open: bool) -> Self {
        let lines = lines(assessment, tier, indicator, open);
        let months = format!("/chart/trend/{}/{}.svg", unit.code, indicator.code);
        Self { months, unit: unit.full_name(), indicator: indicator.name.clone(), lines }
    }
}

fn line(label: &'static str, text: String, note: String) -> DetailLine {
    DetailLine { label, text, note, strong: false }
}

fn lines(assessment: &Assessment, tier: &Tier, indicator: &Indicator, open: bool) -> Vec<DetailLine> {
    let target = &assessment.target;
    let mut lines = Vec::new();
    if let Some(text) = assessment.needed.filter(|_| open).map(|needed| needed_text(needed, indicator)) {
        lines.push(DetailLine { strong: true, ..line("Cần thực hiện", text, String::new()) });
    }
    // Nothing can be added to a month that is over: what counts is how many it lacked.
    if let Some(lacked) = assessment.lacked().filter(|_| !open) {
        let about = if assessment.denominator.is_some_and(|d| d.implied) { "≈ " } else { "" };
        let text = format!("thiếu {about}{} {}", count_vi(lacked), indicator.needed_noun);
        lines.push(DetailLine { strong: true, ..line("Kỳ đã kết thúc", text, String::new()) });
    }
    let origin = match target.origin {
        TargetOrigin::Default => "Mức chung; ",
        TargetOrigin::Catalog | TargetOrigin::Report => "",
    };
    lines.push(line("Chỉ tiêu được giao", target.level.to_string(), format!("{origin}{}", target.decision)));
    if let Some(gap) = assessment.gap {
        lines.push(line("So với chỉ tiêu", gap.to_string(), String::new()));
    }
    lines.extend(counts(assessment));
    // Every further file fails a target of 100 %, which the line above already says.
    if let Some(slack) = assessment.slack.filter(|_| target.level < Percent::whole(100)) {
        let note = "không đạt vẫn giữ được chỉ tiêu".to_owned();
        lines.push(line("Dư địa", format!("thêm tối đa {} hồ sơ", count_vi(slack)), note));
    }
    if let Some(rank) = assessment.rank {
        lines.push(line(
            "Xếp hạng",
            format!("hạng {}/{} {}", rank.place, rank.of, uncapitalised(&tier.name)),
            String::new(),
        ));
    }
    lines.extend(against_previous(assessment));
    lines
}

/// "cần thêm 19 hồ sơ nộp trực tuyến liên tiếp".
fn needed_text(needed: Needed, indicator: &Indicator) -> String {
    let count = |files: u64, approximate: bool| format!("{}{}", if approximate { "≈ " } else { "" }, count_vi(files));
    match needed {
        Needed::New { files, approximate } => {
            format!("cần thêm {} {} liên tiếp", count(files, approximate), indicator.needed_noun)
        }
        Needed::Convert { files, approximate } => {
            format!("còn thiếu {} {}", count(files, approximate), indicator.needed_noun)
        }
        Needed::Unreachable => "không còn khả năng đạt trong kỳ này".to_owned(),
    }
}

/// "10/29".
fn counts(assessment: &Assessment) -> Option<DetailLine> {
    let note = |text: &str| {
        if assessment.few { format!("ít hồ sơ{text}") } else { text.trim_start_matches("; ").to_owned() }
    };
    let (text, note) = match (assessment.numerator, assessment.denominator) {
        (Some(part), Some(whole)) if whole.implied => {
            let text = format!("{} / ≈ {}", count_vi(part), count_vi(whole.count));
            (text, note("; tổng số suy ra từ tỷ lệ công bố"))
        }
        (Some(part), Some(whole)) => (format!("{} / {}", count_vi(part), count_vi(whole.count)), note("")),
        (Some(part), None) => (count_vi(part), note("; không công bố tổng số")),
        (None, Some(whole)) => (format!("– / {}", count_vi(whole.count)), note("")),
        (None, None) => return None,
    };
    Some(line("Số hồ sơ", text, note))
}

fn against_previous(assessment: &Assessment) -> Vec<DetailLine> {
    let comparison = &assessment.comparison;
    if matches!(comparison, Comparison::Rearranged) {
        return vec![line("So với kỳ trước", "không so sánh được (sắp xếp đơn vị)".to_owned(), String::new())];
    }
    let Some(previous) = comparison.previous() else { return Vec::new() };
    let mut lines = vec![line("Kỳ trước", previous.actual.to_string(), previous_note(previous))];
    match comparison {
        Comparison::Change { points, like_for_like, .. } => {
            let few = if assessment.compares_few() { "ít hồ sơ" } else { "" };
            let unlike = if *like_for_like { "" } else { UNLIKE_MONTHS };
            let remark = format!("{few}{unlike}");
            let remark = remark.trim_start_matches("; ");
            let same = points.exact() == Exact::from(0);
            let text = if same { "không thay đổi".to_owned() } else { points.to_string() };
            lines.push(line("So với kỳ trước", text, remark.to_owned()));
        }
        Comparison::Incomparable(..) => {
            lines.push(line("So với kỳ trước", "không cùng cơ sở tính".to_owned(), String::new()));
        }
        Comparison::None | Comparison::Rearranged => {}
    }
    lines
}

fn previous_note(previous: &Previous) -> String {
    let sample = if previous.sample { ", số liệu mẫu" } else { "" };
    format!("{}, đến {}{sample}", previous.period.name_vi(), short_day_vi(previous.as_of))
}

#[cfg(test)]
mod tests {
    use super::super::{BoardView, fixture};

    /// What the cell shows, then its card.
    fn show(unit: &str, indicator: usize) -> Vec<String> {
        show_in(&fixture::board(), unit, indicator)
    }

    fn show_in(board: &fixture::Board, unit: &str, indicator: usize) -> Vec<String> {
        let view = BoardView::new(&board.input());
        let row = view.tiers.iter().flat_map(|t| &t.rows).find(|row| row.code == unit).unwrap();
        let cell = row.cells[indicator].clone().unwrap();
        let change = cell
            .change
            .map_or_else(String::new, |c| format!(" {}{} {}", c.icon(), if c.hollow { " hollow" } else { "" }, c.text));
        let mut seen = vec![format!("{} {} / {}{change}", cell.tone.class(), cell.rate, cell.target)];
        seen.extend(cell.detail.lines.into_iter().map(|line| {
            format!(
                "{}: {}{}",
                line.label,
                line.text,
                if line.note.is_empty() { String::new() } else { format!(" [{}]", line.note) }
            )
        }));
        seen
    }

    #[test]
    fn a_missed_cell_says_what_to_do_first() {
        assert_eq!(
            show("bql-kkt", 0),
            [
                "far 34,4% / 60% up 6,8",
                "Cần thực hiện: cần thêm 19 hồ sơ nộp trực tuyến liên tiếp",
                "Chỉ tiêu được giao: 60% [2679/QĐ-UBND ngày 20/7/2023]",
                "So với chỉ tiêu: −25,6 điểm %",
                "Số hồ sơ: 10 / 29",
                "Xếp hạng: hạng 2/2 cấp tỉnh",
                "Kỳ trước: 27,6% [tháng 6/2023, đến 24/6, số liệu mẫu]",
                "So với kỳ trước: +6,8 điểm %",
            ]
        );
    }

    #[test]
    fn an_implied_denominator_is_marked() {
        assert_eq!(
            show("bql-kkt", 1),
            [
                "far 77,4% / 100%",
                "Cần thực hiện: còn thiếu ≈ 7 hồ sơ cần cấp kết quả điện tử",
                "Chỉ tiêu được giao: 100% [Mức chung; 107/KH-UBND ngày 8/6/2023]",
                "So với chỉ tiêu: −22,6 điểm %",
                "Số hồ sơ: 24 / ≈ 31 [tổng số suy ra từ tỷ lệ công bố]",
                "Xếp hạng: hạng 2/2 cấp tỉnh",
            ]
        );
    }

    #[test]
    fn a_met_cell_says_how_safe_it_is() {
        assert_eq!(
            show("so-y-te", 0),
            [
                "met 88,6% / 60% down 1,4",
                "Chỉ tiêu được giao: 60% [2679/QĐ-UBND ngày 20/7/2023]",
                "So với chỉ tiêu: +28,6 điểm %",
                "Số hồ sơ: 125 / 141",
                "Dư địa: thêm tối đa 67 hồ sơ [không đạt vẫn giữ được chỉ tiêu]",
                "Xếp hạng: hạng 1/2 cấp tỉnh",
                "Kỳ trước: 90% [tháng 6/2023, đến 24/6, số liệu mẫu]",
                "So với kỳ trước: −1,4 điểm %",
            ]
        );
    }

    #[test]
    fn no_activity_no_data_and_few_files_are_told_apart() {
        assert_eq!(show("so-noi-vu", 0)[0], "idle – / 60%");
        assert_eq!(
            show("so-noi-vu", 1),
            ["blank chưa có / 100%", "Chỉ tiêu được giao: 100% [Mức chung; 107/KH-UBND ngày 8/6/2023]",]
        );
        // One file of two: a fall by half is no mark on the board, but the card tells it.
        let few = show("an-lao-xa", 0);
        assert_eq!(few[0], "behind 50% / 60%");
        assert!(few.contains(&"Số hồ sơ: 1 / 2 [ít hồ sơ]".to_owned()), "{few:?}");
        assert!(few.contains(&"So với kỳ trước: −50,0 điểm % [ít hồ sơ]".to_owned()), "{few:?}");
    }

    #[test]
    fn an_open_month_beside_a_closed_one_is_hollow_and_says_so() {
        let mut board = fixture::board();
        board.close_previous();
        let seen = show_in(&board, "bql-kkt", 0);
        assert_eq!(seen[0], "far 34,4% / 60% up hollow 6,8");
        assert_eq!(
            seen.last().unwrap(),
            "So với kỳ trước: +6,8 điểm % [kỳ chưa khép đặt cạnh kỳ đã khép, chỉ để tham khảo]"
        );
    }

    #[test]
    fn few_files_a_month_ago_are_no_arrow_either() {
        let mut board = fixture::board();
        board.few_before();
        let seen = show_in(&board, "so-y-te", 0);
        assert_eq!(seen[0], "met 88,6% / 60%");
        assert_eq!(seen.last().unwrap(), "So với kỳ trước: +22,0 điểm % [ít hồ sơ]");
    }

    #[test]
    fn another_basis_is_no_change() {
        let mut board = fixture::board();
        board.change_basis();
        let seen = show_in(&board, "bql-kkt", 0);
        assert_eq!(seen[0], "far 34,4% / 60%");
        assert_eq!(seen.last().unwrap(), "So với kỳ trước: không cùng cơ sở tính");
    }
}
