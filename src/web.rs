//! The page: the board that an office shows its leaders, and the chats on the web.
//!
//! `board` turns assessed figures into a view, which holds nothing but text and marks; `page` turns views into HTML;
//! `assets` holds what the page loads. All three are pure: they know neither requests nor the database, so a page can
//! be looked at with any figures.
//!
//! What is absent, on purpose: no build step, nothing loaded from elsewhere, no script or style inside the HTML (the
//! page works under [`page::CONTENT_SECURITY_POLICY`]), and no figure computed in the browser: the script only sorts,
//! filters and shows what stands in the HTML, which can be read without it.

mod api;
pub mod assets;
mod auth;
pub mod board;
mod health;
mod hooks;
pub mod page;
mod pictures;
mod server;
mod uploads;

pub use hooks::{ZaloBotHooks, ZaloOaHook};
pub use server::{Page, TelegramLanes, router, webhook_path};
