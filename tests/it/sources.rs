//! Fetching from sources and bringing files by the page, over real sockets.

mod fetching;
mod page;
mod secrets;
