//! One unit's figures of one indicator over the months, against the target.

use super::pen::{Anchor, FAINT, Face, INK, LINE, Pen};
use super::{Picture, WIDTH, heat, widths};
use crate::domain::period::ReportingPeriod;
use crate::domain::rate::{Exact, Percent, Rate};

/// The most months that a picture shows: the newest.
pub const MONTHS_MOST: usize = 13;

/// What is known of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendValue {
    /// A rate.
    Rate(Rate),
    /// Nothing happened.
    NoActivity,
    /// No figure.
    NoData,
}

/// One month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendPoint {
    /// Which.
    pub period: ReportingPeriod,
    /// The figures cover only a part of it.
    pub open: bool,
    /// Made up for demonstration.
    pub sample: bool,
    /// The figure.
    pub value: TrendValue,
    /// The target that held.
    pub target: Option<Percent>,
    /// Formula or denominator changed since the figure before: "không cùng cơ sở tính".
    pub other_basis: bool,
}

/// What the picture is made of.
#[derive(Clone, Copy, Debug)]
pub struct TrendInput<'a> {
    /// The unit's name with its qualifier.
    pub unit: &'a str,
    /// The indicator's short name.
    pub indicator: &'a str,
    /// The months, the oldest first; months without figures between them are drawn as gaps.
    pub points: &'a [TrendPoint],
}

const MARGIN: i64 = 24;
const HEIGHT: i64 = 790;
const LEFT: i64 = 96;
const RIGHT: i64 = WIDTH - 130;
const TOP: i64 = 240;
const BOTTOM: i64 = 620;
const LINE_INK: &str = "#12395f";
const TARGET_INK: &str = "#a3341f";

/// Where things stand.
struct Scale {
    months: i64,
    top: i64,
}

impl Scale {
    fn of(points: &[TrendPoint]) -> Self {
        let rates = points.iter().filter_map(|point| match point.value {
            TrendValue::Rate(rate) => Some(rate.exact()),
            _ => None,
        });
        let most = rates.chain(points.iter().filter_map(|point| point.target.map(Percent::exact))).max();
        // Percentages end at 100; what is above (a part larger than its whole) still has room.
        let top = most.map_or(100, |most| (most / Exact::from(25)).ceil().to_integer() * 25).clamp(100, 1_000_000);
        Self { months: i64::try_from(points.len()).unwrap_or(1).max(1), top: i64::try_from(top).unwrap_or(100) }
    }

    fn x(&self, month: usize) -> i64 {
        let month = i64::try_from(month).unwrap_or(0);
        LEFT + (RIGHT - LEFT) * (2 * month + 1) / (2 * self.months)
    }

    fn y(&self, percent: Exact) -> i64 {
        let up = percent * Exact::from(i128::from(BOTTOM - TOP)) / Exact::from(i128::from(self.top));
        BOTTOM - i64::try_from(up.round().to_integer()).unwrap_or(0)
    }
}

/// The picture.
#[must_use]
pub fn trend(input: TrendInput<'_>) -> Picture {
    let months = months(input.points);
    let scale = Scale::of(&months);
    let mut pen = Pen::new();
    let title = head(&mut pen, &input, &months);
    grid(&mut pen, &scale);
    targets(&mut pen, &scale, &months);
    line(&mut pen, &scale, &months);
    for (n, point) in months.iter().enumerate() {
        month(&mut pen, &scale, &months, n, point);
    }
    foot(&mut pen, &months);
    Picture { svg: pen.finish(WIDTH, HEIGHT, &title), width: WIDTH, height: HEIGHT, title }
}

/// The newest months, with those between them that have no figures.
fn months(points: &[TrendPoint]) -> Vec<TrendPoint> {
    let mut months: Vec<TrendPoint> = Vec::new();
    for point in points.iter().rev() {
        let mut before = months.last().and_then(|later| later.period.previous());
        while let Some(gap) = before.filter(|gap| *gap > point.period && months.len() < MONTHS_MOST) {
            let gap_point = TrendPoint {
                period: gap,
                open: false,
                sample: false,
                value: TrendValue::NoData,
                target: None,
                other_basis: false,
            };
            months.push(gap_point);
            before = gap.previous();
        }
        if months.len() == MONTHS_MOST {
            break;
        }
        months.push(*point);
    }
    months.reverse();
    months
}

fn head(pen: &mut Pen, input: &TrendInput<'_>, months: &[TrendPoint]) -> String {
    let room = WIDTH - 2 * MARGIN;
    // A long name takes two lines of smaller letters.
    let long = widths::width(input.unit, 40, true) > room;
    let (size, mut y) = if long { (32, 48) } else { (40, 62) };
    for line in widths::lines(input.unit, size, true, room, 2) {
        pen.text(MARGIN, y, Anchor::Start, Face::bold(size, INK), &line);
        y += 40;
    }
    y += 6;
    let span = match (months.first(), months.last()) {
        (Some(first), Some(last)) if first.period != last.period => {
            format!("từ {} đến {}", first.period.name_vi(), last.period.name_vi())
        }
        (Some(only), _) => only.period.name_vi(),
        _ => "chưa có số liệu".to_owned(),
    };
    let words = format!("{} (%), {span}", input.indicator);
    for line in widths::lines(&words, 28, false, room, 2) {
        pen.text(MARGIN, y, Anchor::Start, Face::plain(28, INK), &line);
        y += 36;
    }
    if months.iter().any(|month| month.sample) {
        heat::badge(pen, WIDTH - MARGIN - heat::BADGE, TOP - 30);
    }
    format!("{}: {}, {span}", input.unit, input.indicator)
}

fn grid(pen: &mut Pen, scale: &Scale) {
    for quarter in 0..=4 {
        let value = scale.top * quarter / 4;
        let y = scale.y(Exact::from(i128::from(value)));
        pen.line((LEFT, y), (RIGHT, y), &format!("stroke=\"{LINE}\" stroke-width=\"2\""));
        pen.text(LEFT - 12, y + 9, Anchor::End, Face::plain(24, FAINT), &value.to_string());
    }
}

/// The target as steps; its last level is written beside it.
fn targets(pen: &mut Pen, scale: &Scale, months: &[TrendPoint]) {
    let half = (RIGHT - LEFT) / (2 * scale.months);
    let stroke = format!("stroke=\"{TARGET_INK}\" stroke-width=\"4\" stroke-dasharray=\"14 10\"");
    let mut last = None;
    for (n, month) in months.iter().enumerate() {
        let Some(target) = month.target else { continue };
        let (x, y) = (scale.x(n), scale.y(target.exact()));
        pen.line((x - half, y), (x + half, y), &stroke);
        last = Some((target, y));
    }
    if let Some((target, y)) = last {
        pen.text(RIGHT + 10, y - 6, Anchor::Start, Face::bold(22, TARGET_INK), "Chỉ tiêu");
        pen.text(RIGHT + 10, y + 20, Anchor::Start, Face::bold(24, TARGET_INK), &target.to_string());
    }
}

/// The line between neighbours that may be compared.
fn line(pen: &mut Pen, scale: &Scale, months: &[TrendPoint]) {
    let stroke = format!("stroke=\"{LINE_INK}\" stroke-width=\"5\"");
    for (n, pair) in months.windows(2).enumerate() {
        let (x1, x2) = (scale.x(n), scale.x(n + 1));
        if let [
            TrendPoint { value: TrendValue::Rate(a), .. },
            TrendPoint { value: TrendValue::Rate(b), other_basis, .. },
        ] = pair
            && !other_basis
        {
            pen.line((x1, scale.y(a.exact())), (x2, scale.y(b.exact())), &stroke);
        }
    }
}

fn month(pen: &mut Pen, scale: &Scale, months: &[TrendPoint], n: usize, point: &TrendPoint) {
    let x = scale.x(n);
    let name = point.period.month().to_string();
    pen.text(x, BOTTOM + 36, Anchor::Middle, Face::plain(24, INK), &name);
    let year = n == 0 || point.period.month() == 1;
    if year {
        pen.text(x, BOTTOM + 64, Anchor::Middle, Face::plain(22, FAINT), &point.period.year().to_string());
    }
    if point.other_basis {
        let edge = x - (RIGHT - LEFT) / (2 * scale.months);
        pen.line(
            (edge, TOP - 8),
            (edge, BOTTOM),
            &format!("stroke=\"{FAINT}\" stroke-width=\"3\" stroke-dasharray=\"3 7\""),
        );
    }
    match point.value {
        TrendValue::NoActivity => pen.text(x, BOTTOM - 14, Anchor::Middle, Face::bold(34, FAINT), "–"),
        TrendValue::NoData => pen.text(x, BOTTOM - 14, Anchor::Middle, Face::bold(28, FAINT), "?"),
        TrendValue::Rate(rate) => {
            let y = scale.y(rate.exact());
            pen.raw(&format!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"10\" fill=\"{}\" stroke=\"{LINE_INK}\" stroke-width=\"4\"/>",
                if point.open { "#ffffff" } else { LINE_INK }
            ));
            if labelled(months, n) {
                label(pen, scale, (x, y), rate, point);
            }
        }
    }
}

/// Where there is room every month has its figure, otherwise every second one, counted from the newest.
fn labelled(months: &[TrendPoint], n: usize) -> bool {
    months.len() <= 9 || (months.len() - 1 - n).is_multiple_of(2)
}

/// The figure above its point; below it where the target's line would run through it.
fn label(pen: &mut Pen, scale: &Scale, (x, y): (i64, i64), rate: Rate, point: &TrendPoint) {
    let above = y - 20;
    let struck = point.target.is_some_and(|target| {
        let line = scale.y(target.exact());
        line < y && line > above - 26
    });
    let baseline = if struck && y + 40 < BOTTOM { y + 42 } else { above };
    let text = rate.to_string();
    let text = text.trim_end_matches('%');
    pen.raw("<g stroke=\"#ffffff\" stroke-width=\"6\" paint-order=\"stroke\">");
    pen.text(x, baseline, Anchor::Middle, Face::bold(26, LINE_INK), text);
    pen.raw("</g>");
}

fn foot(pen: &mut Pen, months: &[TrendPoint]) {
    let any = |wanted: &dyn Fn(&TrendPoint) -> bool| months.iter().any(wanted);
    let mut notes: Vec<&str> = Vec::new();
    if any(&|m| m.open && matches!(m.value, TrendValue::Rate(_))) {
        notes.push("Điểm rỗng: tháng chưa hết kỳ.");
    }
    if any(&|m| m.value == TrendValue::NoActivity) {
        notes.push("–: không phát sinh.");
    }
    if any(&|m| m.value == TrendValue::NoData) {
        notes.push("?: chưa có số liệu.");
    }
    if any(&|m| m.other_basis) {
        notes.push("Vạch chấm dọc: không cùng cơ sở tính với tháng trước.");
    }
    let words = notes.join(" ");
    for (line, n) in widths::lines(&words, 22, false, WIDTH - 2 * MARGIN, 2).iter().zip(0..) {
        pen.text(MARGIN, BOTTOM + 108 + 32 * n, Anchor::Start, Face::plain(22, INK), line);
    }
}
