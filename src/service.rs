//! The imperative shell: each worker loads, lets the domain decide, and saves.
//!
//! A worker is a step and a loop. The step takes everything it needs, does what is due `now`, and reports; the loop in
//! `app` only sleeps and calls it again, so that tests call the step and move the clock. Nothing here formats a sentence
//! (that is `message`), knows a wire format (`channel`), or decides who hears what (`domain`).

pub mod answer;
pub mod behind;
pub mod budget;
mod compose;
mod context;
pub mod deliver;
pub mod duties;
pub mod evaluate;
pub mod hear;
pub mod import;
pub mod link;
pub mod menu;
pub mod office;
pub mod poll;
pub mod publish;
pub mod reach;
pub mod rehearse;
pub mod remind;
pub mod replica;
pub mod stall;
pub mod unknown;
pub mod web_chats;
pub mod zalo_oa;

pub use compose::{Letter, dialect_of, limit_of};
pub use context::{Context, Parts, ServiceError, Wake};
