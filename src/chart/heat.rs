//! The heat table: units × indicators, the tiers one below the other, in each the units that reach most first.

use super::marks::{self, Sign};
use super::pen::{Anchor, FAINT, Face, INK, LINE, Pen};
use super::tone::{self, Tone};
use super::{Picture, WIDTH, widths};
use crate::domain::assessment::{Assessment, Comparison, PeriodAssessment, Rating};
use crate::domain::digest::Totals;
use crate::domain::indicator::Indicator;
use crate::domain::org_unit::{OrgUnit, Tier, UnitCode};
use crate::domain::period::{day_vi, short_day_vi};
use crate::domain::rate::Rate;
use std::collections::HashMap;

/// What the table is made of.
#[derive(Clone, Copy, Debug)]
pub struct HeatInput<'a> {
    /// Whose: "tỉnh Bình Định".
    pub organisation: &'a str,
    /// All tiers, in the order people expect.
    pub tiers: &'a [Tier],
    /// All units.
    pub units: &'a [OrgUnit],
    /// All indicators, in the order people expect.
    pub indicators: &'a [Indicator],
    /// The period, assessed.
    pub period: &'a PeriodAssessment,
}

/// Units on one page; more are shared out evenly over several, so that none is too tall for a phone.
pub const LARGEST_PAGE: usize = 60;

/// Indicators that find room beside the names; the others are counted below the table.
const COLUMNS_MOST: usize = 8;

const MARGIN: i64 = 24;
const NAME_SIZE: i64 = 26;
const ROW: i64 = 44;
/// What the second line of a name adds.
const SECOND_LINE: i64 = 26;
const TIER_ROW: i64 = 52;

/// One unit's line.
struct Row<'a> {
    name: Vec<String>,
    cells: Vec<Option<&'a Assessment>>,
}

impl Row<'_> {
    fn height(&self) -> i64 {
        if self.name.len() > 1 { ROW + SECOND_LINE } else { ROW }
    }
}

/// A tier with those of its units that stand on a page.
struct Block<'a> {
    tier: &'a Tier,
    totals: Totals,
    rows: Vec<Row<'a>>,
}

/// Where the columns stand.
struct Columns {
    first: i64,
    width: i64,
}

impl Columns {
    fn of(count: usize) -> Self {
        let count = i64::try_from(count.max(1)).unwrap_or(1);
        // Many columns leave less room for the names.
        let names = if count > 5 { 250 } else { 330 };
        let width = ((WIDTH - 2 * MARGIN - names) / count).min(200);
        Self { first: WIDTH - MARGIN - width * count, width }
    }

    fn left(&self, column: usize) -> i64 {
        self.first + self.width * i64::try_from(column).unwrap_or(0)
    }

    /// Whether there is room beside a figure for how it changed.
    const fn show_change(&self) -> bool {
        self.width >= 120
    }

    const fn name_room(&self) -> i64 {
        self.first - MARGIN - 12
    }
}

/// The table of a period on as many pages as it needs; at least one.
#[must_use]
pub fn heat(input: HeatInput<'_>) -> Vec<Picture> {
    let shown = &input.indicators[..input.indicators.len().min(COLUMNS_MOST)];
    let columns = Columns::of(shown.len());
    let blocks = blocks(&input, shown, &columns);
    let pages = pages(blocks);
    let count = pages.len();
    pages.iter().zip(1..).map(|(blocks, number)| draw(&input, shown, &columns, blocks, (number, count))).collect()
}

fn blocks<'a>(input: &HeatInput<'a>, shown: &[Indicator], columns: &Columns) -> Vec<Block<'a>> {
    let mut of_unit: HashMap<&UnitCode, Vec<&Assessment>> = HashMap::new();
    for assessment in &input.period.assessments {
        of_unit.entry(&assessment.unit).or_default().push(assessment);
    }
    let block = |tier: &'a Tier| {
        let members = input.units.iter().filter(|unit| unit.tier == tier.code);
        let mut units: Vec<(Totals, &OrgUnit, &Vec<&Assessment>)> = members
            .filter_map(|unit| of_unit.get(&unit.code).map(|all| (Totals::of(all.iter().copied()), unit, all)))
            .collect();
        let totals = units.iter().fold(Totals::default(), |sum, (totals, ..)| add(sum, *totals));
        // Stable: the catalog's order among equals.
        units.sort_by(|(a, ..), (b, ..)| b.met.cmp(&a.met).then_with(|| a.missed.cmp(&b.missed)));
        let rows = units.into_iter().map(|(_, unit, all)| Row {
            name: widths::lines(&unit.name, NAME_SIZE, false, columns.name_room(), 2),
            cells: shown.iter().map(|i| all.iter().copied().find(|a| a.indicator == i.code)).collect(),
        });
        Block { tier, totals, rows: rows.collect() }
    };
    input.tiers.iter().map(block).filter(|block| !block.rows.is_empty()).collect()
}

const fn add(a: Totals, b: Totals) -> Totals {
    Totals {
        met: a.met + b.met,
        missed: a.missed + b.missed,
        no_activity: a.no_activity + b.no_activity,
        no_data: a.no_data + b.no_data,
    }
}

/// Shares the units out over pages of nearly the same number.
fn pages(blocks: Vec<Block<'_>>) -> Vec<Vec<Block<'_>>> {
    let units: usize = blocks.iter().map(|block| block.rows.len()).sum();
    let count = units.div_ceil(LARGEST_PAGE).max(1);
    let share = units.div_ceil(count).max(1);
    let mut pages: Vec<Vec<Block<'_>>> = vec![Vec::new()];
    let mut room = share;
    for mut block in blocks {
        loop {
            if room == 0 {
                pages.push(Vec::new());
                room = share;
            }
            let rest = block.rows.split_off(block.rows.len().min(room));
            room -= block.rows.len();
            let (tier, totals) = (block.tier, block.totals);
            if let Some(page) = pages.last_mut() {
                page.push(block);
            }
            if rest.is_empty() {
                break;
            }
            block = Block { tier, totals, rows: rest };
        }
    }
    pages
}

fn draw(
    input: &HeatInput<'_>,
    shown: &[Indicator],
    columns: &Columns,
    blocks: &[Block<'_>],
    (number, count): (usize, usize),
) -> Picture {
    let mut pen = Pen::new();
    let title = title(input);
    let mut y = head(&mut pen, input, (number, count));
    y = headings(&mut pen, shown, columns, y);
    for block in blocks {
        tier_row(&mut pen, block, y);
        y += TIER_ROW;
        for row in &block.rows {
            draw_row(&mut pen, row, columns, y);
            y += row.height();
        }
    }
    let height = foot(&mut pen, input, shown.len(), columns.show_change(), y);
    let title = if count > 1 { format!("{title}, trang {number}/{count}") } else { title };
    Picture { svg: pen.finish(WIDTH, height, &title), width: WIDTH, height, title }
}

/// What the picture shows, in a line.
fn title(input: &HeatInput<'_>) -> String {
    let header = &input.period.header;
    let sample = if header.sample { " (số liệu mẫu)" } else { "" };
    format!(
        "Kết quả chỉ tiêu {}, {}, số liệu đến {}{sample}",
        input.organisation,
        header.period.name_vi(),
        day_vi(header.as_of)
    )
}

fn head(pen: &mut Pen, input: &HeatInput<'_>, (number, count): (usize, usize)) -> i64 {
    let header = &input.period.header;
    let room = WIDTH - 2 * MARGIN;
    let mut y = 64;
    for line in widths::lines(&format!("Kết quả chỉ tiêu {}", input.organisation), 42, true, room, 2) {
        pen.text(MARGIN, y, Anchor::Start, Face::bold(42, INK), &line);
        y += 48;
    }
    let period = header.period;
    let when = format!("Tháng {}/{}, số liệu đến {}", period.month(), period.year(), day_vi(header.as_of));
    pen.text(MARGIN, y, Anchor::Start, Face::plain(30, INK), &when);
    if count > 1 {
        pen.text(WIDTH - MARGIN, y, Anchor::End, Face::plain(28, FAINT), &format!("Trang {number}/{count}"));
    }
    if header.sample {
        let x = MARGIN + widths::width(&when, 30, false) + 24;
        badge(pen, x, y);
    }
    y += 42;
    let totals = Totals::of(input.period.assessments.iter());
    let all = totals.rated() + totals.no_activity + totals.no_data;
    let mut words = format!("Đạt {}/{all}, chưa đạt {}", totals.met, totals.missed);
    for (count, what) in [(totals.no_activity, "không phát sinh"), (totals.no_data, "chưa có số liệu")] {
        if count > 0 {
            words.push_str(&format!(", {what} {count}"));
        }
    }
    pen.text(MARGIN, y, Anchor::Start, Face::bold(28, INK), &words);
    pen.text(WIDTH - MARGIN, y, Anchor::End, Face::plain(24, FAINT), "Đơn vị: %");
    y + 30
}

/// How wide the frame of "SỐ LIỆU MẪU" is.
pub(super) const BADGE: i64 = 194;

/// "SỐ LIỆU MẪU" in a frame, beside a line of text.
pub(super) fn badge(pen: &mut Pen, x: i64, baseline: i64) {
    let width = BADGE;
    pen.rect(x, baseline - 30, width, 40, "rx=\"6\" fill=\"#fff4d6\" stroke=\"#8a5a00\" stroke-width=\"2\"");
    pen.text(x + width / 2, baseline - 2, Anchor::Middle, Face::bold(24, "#6b4600"), "SỐ LIỆU MẪU");
}

fn headings(pen: &mut Pen, shown: &[Indicator], columns: &Columns, y: i64) -> i64 {
    const SIZE: i64 = 22;
    let words: Vec<_> =
        shown.iter().map(|i| widths::balanced(&i.short_name, SIZE, true, columns.width - 6, 4)).collect();
    let tallest = i64::try_from(words.iter().map(Vec::len).max().unwrap_or(1)).unwrap_or(1);
    let bottom = y + tallest * 26 + 8;
    for (column, lines) in words.iter().enumerate() {
        let mut baseline = bottom - 10 - 26 * (i64::try_from(lines.len()).unwrap_or(1) - 1);
        for line in lines {
            let middle = columns.left(column) + columns.width / 2;
            pen.text(middle, baseline, Anchor::Middle, Face::bold(SIZE, INK), line);
            baseline += 26;
        }
    }
    bottom
}

fn tier_row(pen: &mut Pen, block: &Block<'_>, y: i64) {
    pen.rect(MARGIN, y + 6, WIDTH - 2 * MARGIN, TIER_ROW - 8, "fill=\"#e5edf6\"");
    pen.text(MARGIN + 10, y + 38, Anchor::Start, Face::bold(28, "#12395f"), &block.tier.name);
    let totals = block.totals;
    let all = totals.rated() + totals.no_activity + totals.no_data;
    let words = format!("đạt {}/{all}", totals.met);
    pen.text(WIDTH - MARGIN - 10, y + 38, Anchor::End, Face::bold(26, "#12395f"), &words);
}

fn draw_row(pen: &mut Pen, row: &Row<'_>, columns: &Columns, y: i64) {
    let height = row.height();
    for (line, n) in row.name.iter().zip(0..) {
        pen.text(MARGIN, y + 31 + n * 28, Anchor::Start, Face::plain(NAME_SIZE, INK), line);
    }
    pen.line((MARGIN, y + height), (columns.first, y + height), &format!("stroke=\"{LINE}\" stroke-width=\"1\""));
    for (column, cell) in row.cells.iter().enumerate() {
        let left = columns.left(column);
        if let Some(assessment) = cell {
            draw_cell(pen, assessment, columns, (left, y), height);
        }
    }
}

fn draw_cell(pen: &mut Pen, assessment: &Assessment, columns: &Columns, (x, y): (i64, i64), height: i64) {
    let width = columns.width;
    let Tone { ground, ink, sign } = tone::of(assessment);
    pen.rect(x + 2, y + 2, width - 4, height - 4, &format!("rx=\"4\" fill=\"{ground}\""));
    let (middle, base) = (y + height / 2, y + height / 2 + 9);
    if let Some(sign) = sign {
        marks::draw(pen, sign, (x + if columns.show_change() { 18 } else { 16 }, middle), 18, ink);
    }
    match (assessment.rating, assessment.actual) {
        (Rating::NoActivity, _) => pen.text(x + width / 2, base, Anchor::Middle, Face::plain(26, ink), "–"),
        (Rating::NoData, _) | (_, None) => {
            pen.text(x + width / 2, base, Anchor::Middle, Face::plain(26, ink), "?");
        }
        (_, Some(actual)) => {
            let text = figure(actual);
            let right = if columns.show_change() { 30 } else { 8 };
            // Beside the signs; two decimals need smaller letters.
            let sizes = [26, 22, 20];
            let fits = |size: &i64| widths::width(&text, *size, true) <= width - right - 32;
            let size = sizes.into_iter().find(fits).unwrap_or(18);
            pen.text(x + width - right, base, Anchor::End, Face::bold(size, ink), &text);
            if columns.show_change()
                && let Some(change) = tone::change(assessment)
            {
                marks::draw(pen, change, (x + width - 16, middle), 16, ink);
            }
        }
    }
}

/// "57,8": a rate as people read it, without the sign that the head of the table has.
fn figure(rate: Rate) -> String {
    rate.to_string().trim_end_matches('%').to_owned()
}

fn foot(pen: &mut Pen, input: &HeatInput<'_>, shown: usize, changes: bool, y: i64) -> i64 {
    let mut y = y + 22;
    let legend: [(Tone, &str); 5] = [
        (tone::MET, "đạt"),
        (tone::NEAR, "thiếu đến 5 điểm %"),
        (tone::BEHIND, "thiếu đến 20"),
        (tone::FAR, "thiếu đến 40"),
        (tone::FURTHEST, "thiếu trên 40"),
    ];
    let mut x = MARGIN;
    for (tone, words) in legend {
        let wide = 52 + widths::width(words, 22, false) + 22;
        if x + wide > WIDTH - MARGIN {
            x = MARGIN;
            y += 44;
        }
        pen.rect(x, y, 42, 34, &format!("rx=\"4\" fill=\"{}\"", tone.ground));
        if let Some(sign) = tone.sign {
            marks::draw(pen, sign, (x + 21, y + 17), 18, tone.ink);
        }
        pen.text(x + 52, y + 25, Anchor::Start, Face::plain(22, INK), words);
        x += wide;
    }
    y += 68;
    let mut notes = Vec::new();
    notes.push("– không phát sinh; ? chưa có số liệu".to_owned());
    if input.indicators.len() > shown {
        notes.push(format!("Còn {} chỉ tiêu khác, xem trên bảng theo dõi.", input.indicators.len() - shown));
    }
    if let Some(previous) = input.period.previous.as_ref().filter(|_| changes) {
        let alike = input.period.assessments.iter().find_map(|a| match a.comparison {
            Comparison::Change { like_for_like, .. } => Some(like_for_like),
            _ => None,
        });
        let up = if alike == Some(false) { Sign::HollowUp } else { Sign::Up };
        let down = if alike == Some(false) { Sign::HollowDown } else { Sign::Down };
        marks::draw(pen, up, (MARGIN + 8, y - 8), 16, INK);
        marks::draw(pen, down, (MARGIN + 32, y - 8), 16, INK);
        let sample = if previous.sample { ", số liệu mẫu" } else { "" };
        let unlike = if alike == Some(false) { "; một tháng chưa hết kỳ, chỉ để tham khảo" } else { "" };
        let words = format!(
            "tăng, giảm so với {} (đến {}{sample}){unlike}",
            previous.period.name_vi(),
            short_day_vi(previous.as_of)
        );
        for line in widths::lines(&words, 22, false, WIDTH - 2 * MARGIN - 52, 2) {
            pen.text(MARGIN + 52, y, Anchor::Start, Face::plain(22, INK), &line);
            y += 32;
        }
    }
    for note in notes {
        pen.text(MARGIN, y, Anchor::Start, Face::plain(22, INK), &note);
        y += 32;
    }
    y
}
