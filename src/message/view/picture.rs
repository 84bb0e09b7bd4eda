//! Below a picture, and the board in a chat.

use super::{DigestView, PeriodView};
use crate::domain::period::ReportingPeriod;
use serde::Serialize;

/// What a picture shows.
#[derive(Clone, Debug, Serialize)]
pub struct PictureView {
    /// "tỉnh Bình Định": the heat table of all; null for the months of one unit.
    pub organisation: Option<String>,
    /// Of which figures; null for months.
    pub when: Option<PeriodView>,
    /// "Sở Xây dựng"; null for the heat table.
    pub unit: Option<String>,
    /// "Hồ sơ trực tuyến".
    pub name: Option<String>,
    /// "tháng 7/2023": the last month.
    pub until: Option<String>,
}

impl PictureView {
    /// The heat table of a snapshot.
    #[must_use]
    pub fn heat(organisation: &str, when: PeriodView) -> Self {
        Self { organisation: Some(organisation.to_owned()), when: Some(when), unit: None, name: None, until: None }
    }

    /// The months of one unit and indicator.
    #[must_use]
    pub fn trend(unit: String, indicator: String, until: ReportingPeriod) -> Self {
        Self { organisation: None, when: None, unit: Some(unit), name: Some(indicator), until: Some(until.name_vi()) }
    }
}

/// The pinned message of the leaders' chat: the first lines of the summary.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct BoardView(DigestView);

/// The pinned message.
#[must_use]
pub const fn board(digest: DigestView) -> BoardView {
    BoardView(digest)
}

/// The board of a chat could not be pinned.
#[derive(Clone, Debug, Serialize)]
pub struct BoardUnpinnedView {
    /// What people call the chat.
    pub title: String,
}

/// The board of a chat could not be pinned.
#[must_use]
pub fn board_unpinned(title: &str) -> BoardUnpinnedView {
    BoardUnpinnedView { title: super::one_line(title, 80) }
}
