//! Signs that the font lacks, as paths around a point.

use super::pen::Pen;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Reached.
    Tick,
    /// Not reached, nearly.
    Ring,
    /// Not reached.
    Disc,
    /// Higher than before.
    Up,
    /// Lower than before.
    Down,
    /// Higher than before, but months are compared that are not alike.
    HollowUp,
    /// Lower than before, but months are compared that are not alike.
    HollowDown,
}

/// Draws a sign of about `size` pixels around a point.
pub(super) fn draw(pen: &mut Pen, sign: Sign, (x, y): (i64, i64), size: i64, colour: &str) {
    let half = size / 2;
    let (left, right, top, bottom) = (x - half, x + half, y - half, y + half);
    let stroke = (size / 5).max(2);
    let drawn = match sign {
        Sign::Tick => format!(
            "<path d=\"M{left} {y} L{} {} L{right} {top}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{stroke}\"/>",
            x - half / 3,
            bottom - half / 4
        ),
        Sign::Ring => format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{stroke}\"/>",
            half - 1
        ),
        Sign::Disc => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" fill=\"{colour}\"/>", half - 1),
        Sign::Up => format!("<path d=\"M{left} {bottom} L{right} {bottom} L{x} {top} Z\" fill=\"{colour}\"/>"),
        Sign::Down => format!("<path d=\"M{left} {top} L{right} {top} L{x} {bottom} Z\" fill=\"{colour}\"/>"),
        Sign::HollowUp => format!(
            "<path d=\"M{left} {bottom} L{right} {bottom} L{x} {top} Z\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        ),
        Sign::HollowDown => format!(
            "<path d=\"M{left} {top} L{right} {top} L{x} {bottom} Z\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        ),
    };
    pen.raw(&drawn);
}
