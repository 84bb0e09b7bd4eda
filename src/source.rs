//! Where bytes come from: an HTTP address that is asked, a folder that is watched.
//!
//! A source only fetches. It does not read figures, does not store, and does not remember: what it has to remember (an
//! entity tag, a file already taken, what a look saw) is handed in and handed back.

mod answer;
pub mod folder;
pub mod http;
