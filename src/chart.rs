//! Charts: assessed figures become a picture, for whoever would rather look than read.
//!
//! - [`heat`] is the table of units × indicators, split into pages where there are many units.
//! - [`trend`] is one unit's figures of one indicator over the months.
//! - Both are [`Picture`]s: SVG text with its size, the same for the page and for chats. The same values always give the
//!   same bytes.
//! - [`png`] draws such a picture with the fonts that the program carries, so that no machine's fonts matter.
//!
//! A colour never stands alone: reached, missed and how far each have a sign of their own, and the shades darken with the
//! distance, so that a print in black and white reads the same. The fonts lack ▲ ▼ ✓ →, so those are paths.
//!
//! All coordinates are whole pixels, reckoned with exact fractions. What is absent: time, files, the database, and any
//! knowledge of who will see the picture.

mod heat;
mod marks;
mod pen;
mod png;
mod tone;
mod trend;
mod widths;

pub use heat::{HeatInput, LARGEST_PAGE, heat};
pub use png::{PngError, png};
pub use trend::{MONTHS_MOST, TrendInput, TrendPoint, TrendValue, trend};

/// The width of every picture, in pixels: a phone shows it at about a third, so that letters of 26 pixels are as large
/// there as those of a message.
pub const WIDTH: i64 = 1080;

/// A picture as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// A whole SVG document.
    pub svg: String,
    /// In pixels.
    pub width: i64,
    /// In pixels.
    pub height: i64,
    /// What it shows, in a line: for those who cannot see it.
    pub title: String,
}
