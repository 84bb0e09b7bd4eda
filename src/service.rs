//! The imperative shell: each worker loads, lets the domain decide, and saves.
//!
//! A worker is a step and a loop. The step takes everything it needs, does what is due `now`, and reports; the loop in
//! `app` only sleeps and calls it again, so that tests call the step and move the clock. Nothing here formats a sentence
//! (that is `message`), knows a wire format (`channel`), or decides who hears what (`domain`).

pub mod answer;
pub mod behind;
pub mod board;
pub mod budget;
mod compose;
pub mod conduct;
mod context;
pub mod deliver;
pub mod digest;
pub mod duties;
pub mod escalation;
pub mod evaluate;
pub mod hear;
pub mod import;
pub mod link;
pub mod menu;
pub mod mute;
pub mod office;
pub mod picture;
pub mod poll;
pub mod promise;
pub mod publish;
pub mod reach;
pub mod registry;
pub mod rehearse;
pub mod remind;
pub mod replica;
pub mod schedule;
pub mod stall;
pub mod unknown;
pub mod uploads;
pub mod web_chats;
pub mod zalo_oa;

pub use compose::{Extent, Letter, dialect_of, limit_of};
pub use context::{Context, Parts, ServiceError, Wake};
