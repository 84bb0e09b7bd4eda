//! Which colour and which sign a figure has. The limits are those of the board.

use super::marks::Sign;
use crate::domain::assessment::{Assessment, Comparison, Rating};
use crate::domain::rate::Exact;

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tone {
    pub(super) ground: &'static str,
    pub(super) ink: &'static str,
    pub(super) sign: Option<Sign>,
}

pub(super) const MET: Tone = Tone { ground: "#d3efda", ink: "#0b4f26", sign: Some(Sign::Tick) };
pub(super) const NEAR: Tone = Tone { ground: "#fdf1c7", ink: "#4a3a00", sign: Some(Sign::Ring) };
pub(super) const BEHIND: Tone = Tone { ground: "#f9c9a3", ink: "#4d2600", sign: Some(Sign::Disc) };
pub(super) const FAR: Tone = Tone { ground: "#cf5a35", ink: "#ffffff", sign: Some(Sign::Disc) };
pub(super) const FURTHEST: Tone = Tone { ground: "#7c1d14", ink: "#ffffff", sign: Some(Sign::Disc) };
pub(super) const NOTHING: Tone = Tone { ground: "#eef1f4", ink: "#55616e", sign: None };

/// Of an assessment.
pub(super) fn of(assessment: &Assessment) -> Tone {
    match assessment.rating {
        Rating::Met => MET,
        Rating::NoActivity | Rating::NoData => NOTHING,
        Rating::Missed => {
            let within = |points: i128| assessment.gap.is_some_and(|gap| gap.magnitude() <= Exact::from(points));
            match () {
                () if within(5) => NEAR,
                () if within(20) => BEHIND,
                () if within(40) => FAR,
                () => FURTHEST,
            }
        }
    }
}

/// The sign of a change against the previous month; none where nothing changed that people would see, and none where up
/// and down would be wrong words.
pub(super) fn change(assessment: &Assessment) -> Option<Sign> {
    let Comparison::Change { points, like_for_like, .. } = &assessment.comparison else { return None };
    let words = points.to_string();
    match (words.starts_with('+'), words.starts_with('−'), like_for_like) {
        (true, _, true) => Some(Sign::Up),
        (true, _, false) => Some(Sign::HollowUp),
        (_, true, true) => Some(Sign::Down),
        (_, true, false) => Some(Sign::HollowDown),
        _ => None,
    }
}
