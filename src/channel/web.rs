//! The chats embedded in the program's own page. The "provider" is our own database, so a message arrives exactly once:
//! the delivery's id is unique there.

use crate::channel::{Channel, Outgoing, Sending, Task};
use crate::domain::delivery::SendOutcome;
use crate::domain::subscription::Medium;
use crate::message::Dialect;
use crate::store::{Store, WebAuthor};
use tokio::sync::broadcast;

/// The lane of all web chats.
pub const WEB_LANE: &str = "web";

/// The way to the web chats.
pub struct WebChannel {
    store: Store,
    hint: broadcast::Sender<String>,
}

impl WebChannel {
    /// Messages go into `store`; open pages are told by `hint` (the chat's id).
    #[must_use]
    pub const fn new(store: Store, hint: broadcast::Sender<String>) -> Self {
        Self { store, hint }
    }
}

impl Channel for WebChannel {
    fn lane(&self) -> &str {
        WEB_LANE
    }

    fn medium(&self) -> Medium {
        Medium::Web
    }

    fn send<'a>(&'a self, message: Outgoing<'a>) -> Sending<'a> {
        Box::pin(async move {
            let html = html(&message);
            let appended = self
                .store
                .append_web_message(
                    message.chat_id,
                    Some(message.delivery_id),
                    WebAuthor::Bot,
                    message.plain,
                    Some(&html),
                    message.now,
                )
                .await;
            match appended {
                Ok(_) => {
                    // Nobody may be looking; then there is nobody to tell.
                    let _nobody_looks = self.hint.send(message.chat_id.to_owned());
                    SendOutcome::Accepted { message_id: None }
                }
                Err(error) => SendOutcome::Retry { why: error.to_string() },
            }
        })
    }
}

/// The text as the page shows it, with the picture above it.
fn html(message: &Outgoing<'_>) -> String {
    let Task::Show(photo) = message.task else { return message.text.to_owned() };
    let Some(link) = &photo.link else { return message.text.to_owned() };
    let (link, title) = (Dialect::WebHtml.escape(link), Dialect::WebHtml.escape(&photo.title));
    format!("<img src=\"{link}\" alt=\"{title}\">\n{}", message.text)
}
