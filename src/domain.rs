//! The ground floor: what the figures mean and what follows from them.
//!
//! Everything here is a value or a pure function of values. A decision (is the target met, how many files
//! are still needed, whom do we tell and why now) takes the figures, the targets, the history, the policy
//! and `now`, and returns what was decided together with the reason for it.
//!
//! What is absent, on purpose: no async, no input or output, no clock, no randomness, no environment, and no
//! serialisation formats. Rooms above translate their formats into these types at their own border, so that a
//! value that exists here is valid.

pub mod alert;
pub mod assessment;
pub mod audit;
pub mod behind;
pub mod board;
pub mod breaker;
pub mod budget;
pub mod command;
pub mod correction;
pub mod delivery;
pub mod digest;
pub mod drawing;
pub mod escalation;
pub mod feed;
pub mod guessing;
pub mod history;
pub mod holidays;
pub mod hurry;
pub mod indicator;
pub mod lane;
pub mod lineage;
pub mod lunar;
pub mod mapping;
pub mod mute;
pub mod names;
pub mod observation;
pub mod org_unit;
pub mod pace;
pub mod period;
pub mod promise;
pub mod ranking;
pub mod rate;
pub mod reach;
pub mod reminder;
pub mod renewal;
pub mod scale;
pub mod schedule;
pub mod share;
pub mod snapshot;
pub mod stall;
pub mod subscription;
pub mod target;
pub mod upload;
