//! `chitieu` tells public agencies, in the chat they already read, where they stand against the targets assigned to
//! them. The way of a figure through the rooms:
//!
//! ```text
//! fetch -> read -> record -> assess -> decide -> compose -> enqueue -> deliver
//! (source) (ingest) (store)  (domain)  (domain)  (message)  (store)    (channel)
//! and beside it:   hear -> parse -> answer      (channel, domain, service)
//! ```
//!
//! `docs/ARCHITECTURE.md` draws the floors; a module uses only what lies below it.

pub mod app;
pub mod catalog;
pub mod channel;
pub mod chart;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod entropy;
pub mod ingest;
pub mod message;
pub mod service;
pub mod source;
pub mod store;
pub mod telemetry;
pub mod web;
