//! Pictures, uploaded with their caption.

use super::TelegramChannel;
use super::address::TelegramAddress;
use super::verdict::{self, Said};
use crate::channel::bot_api::NoReply;
use crate::channel::{Outgoing, Photo};
use crate::domain::delivery::SendOutcome;
use reqwest::multipart::{Form, Part};

/// The most characters of a caption, after its markup was read.
pub const CAPTION_MOST: usize = 1_024;

/// The most bytes of a picture.
const PHOTO_MOST: usize = 10 * 1024 * 1024;

impl TelegramChannel {
    pub(super) async fn show(&self, address: TelegramAddress, message: Outgoing<'_>, photo: &Photo) -> SendOutcome {
        let length = message.plain.chars().count();
        if length > CAPTION_MOST {
            return SendOutcome::Refused {
                why: format!("a caption has at most {CAPTION_MOST} characters, not {length}"),
            };
        }
        if photo.png.is_empty() || photo.png.len() > PHOTO_MOST {
            let why = format!("a picture has 1 to {PHOTO_MOST} bytes, not {}", photo.png.len());
            return SendOutcome::Refused { why };
        }
        let marked_up = self.upload(address, message.text, Some("HTML"), photo).await;
        if !self.refused_markup(&marked_up, message) {
            return verdict::outcome(marked_up);
        }
        verdict::outcome(self.upload(address, message.plain, None, photo).await)
    }

    async fn upload(
        &self,
        address: TelegramAddress,
        caption: &str,
        parse_mode: Option<&'static str>,
        photo: &Photo,
    ) -> Result<Said, NoReply> {
        let part = Part::bytes(photo.png.clone()).file_name("picture.png").mime_str("image/png");
        let part = part.map_err(|_| NoReply::NotSent { why: "the picture's kind is none".to_owned() })?;
        let mut form = Form::new().text("chat_id", address.chat.to_string()).text("caption", caption.to_owned());
        if let Some(thread) = address.thread {
            form = form.text("message_thread_id", thread.to_string());
        }
        if let Some(mode) = parse_mode {
            form = form.text("parse_mode", mode);
        }
        self.api.upload("sendPhoto", form.part("photo", part), self.api.timeout()).await
    }
}
