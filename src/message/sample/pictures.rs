//! Digests in their other dresses, pictures' captions, and boards.

use super::world::{World, header};
use super::{SampleError, Samples, summary};
use crate::domain::period::ReportingPeriod;
use crate::message::view::{self, PeriodView, PictureView};

pub(super) fn add(world: &World, samples: &mut Samples) -> Result<(), SampleError> {
    let lookup = world.lookup();
    samples.add("digest, weekly", summary::digest(lookup, true)?.of_week());
    samples.add("digest, monthly", summary::digest(lookup, true)?.of_month());
    samples.add("digest, new figures", summary::digest(lookup, false)?.of_new_figures());
    samples.add("digest, the rest", summary::digest(lookup, true)?.more());
    samples.add("digest, the rest, first", summary::digest(lookup, false)?.more());
    samples.add("board", view::board(summary::digest(lookup, true)?));
    samples.add("board, first", view::board(summary::digest(lookup, false)?));
    samples.add("board not pinned", view::board_unpinned("Lãnh đạo UBND tỉnh Bình Định"));
    let when = PeriodView::of(&header("2023-07", 24, 2)?);
    samples.add("picture, all units", PictureView::heat("tỉnh Bình Định", when));
    let july = ReportingPeriod::parse("2023-07")?;
    let name = "Hồ sơ trực tuyến".to_owned();
    samples.add("picture, months", PictureView::trend("Sở Xây dựng".to_owned(), name, july));
    Ok(())
}
