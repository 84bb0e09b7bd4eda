//! The office's page for bringing figures: a file is read and shown, and recorded when a person accepts it.
//!
//! It asks for the same token as every page. Forms of other sites are refused, because where no token is set a browser on
//! this machine would carry them out.

use crate::domain::period::moment_vi;
use crate::domain::upload::UPLOAD_BYTES_MOST;
use crate::message::{Dialect, Message};
use crate::service::uploads::{BY_PAGE, Decider};
use crate::service::{ServiceError, uploads};
use crate::web::server::{Page, error_page};
use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::sync::Semaphore;

/// A request of the form. Of a file that is too large the rest is read and thrown away: whoever is cut off while sending
/// sees a broken connection instead of the reason. Beyond this they are.
pub(super) const LONGEST_FORM: usize = 3 * UPLOAD_BYTES_MOST;

/// So many files are taken at once: each is held in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

#[derive(Template)]
#[template(path = "uploads.html", config = "src/web/askama.toml")]
struct UploadsPage<'a> {
    organisation: &'a str,
    said: Option<String>,
    offered: Option<i64>,
    most: usize,
    waiting: Vec<WaitingFile>,
}

struct WaitingFile {
    number: i64,
    name: String,
    brought_by: String,
    until: String,
}

/// `GET /uploads`.
pub(super) async fn form(State(page): State<Page>) -> Response {
    show(&page, StatusCode::OK, None).await
}

/// `POST /uploads`: a form with one file.
pub(super) async fn upload(State(page): State<Page>, headers: HeaderMap, form: Multipart) -> Response {
    if !is_own(&headers) {
        return error_page(&page, StatusCode::FORBIDDEN);
    }
    let Ok(_turn) = AT_ONCE.try_acquire() else {
        return error_page(&page, StatusCode::SERVICE_UNAVAILABLE);
    };
    let file = match file_of(form).await {
        Ok(Some((name, Some(bytes)))) => (name, bytes),
        Ok(Some((_, None))) => return too_large(&page).await,
        Ok(None) => return error_page(&page, StatusCode::BAD_REQUEST),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return too_large(&page).await;
        }
        Err(_) => return error_page(&page, StatusCode::BAD_REQUEST),
    };
    let (name, bytes) = file;
    let taken = uploads::take(&page.context, &page.context.id(), &name, bytes, BY_PAGE).await;
    if let Ok(Message::Upload(view)) = &taken {
        let act = uploads::on_the_page("upload", view.number, &name, "upload");
        if let Err(error) = page.context.store.act(&act, page.context.now()).await {
            tracing::error!(%error, "a file that was brought is not on record");
        }
    }
    said(&page, taken).await
}

/// `POST /uploads/{number}/accept`.
pub(super) async fn accept(State(page): State<Page>, headers: HeaderMap, Path(number): Path<i64>) -> Response {
    if !is_own(&headers) {
        return error_page(&page, StatusCode::FORBIDDEN);
    }
    said(&page, uploads::accept(&page.context, number, Decider::Page).await).await
}

/// `POST /uploads/{number}/drop`.
pub(super) async fn discard(State(page): State<Page>, headers: HeaderMap, Path(number): Path<i64>) -> Response {
    if !is_own(&headers) {
        return error_page(&page, StatusCode::FORBIDDEN);
    }
    said(&page, uploads::discard(&page.context, number, Decider::Page).await).await
}

/// Whether a form was sent by a page of ours, or by no page at all.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return true };
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    [header::HOST.as_str(), "x-forwarded-host"].into_iter().filter_map(text).any(|own| own == host)
}

/// The answer to a file that is too large.
async fn too_large(page: &Page) -> Response {
    let why = crate::message::view::FileRefusal::TooLarge;
    let said = crate::message::view::file_refused(None, why).into();
    show(page, StatusCode::PAYLOAD_TOO_LARGE, Some(said)).await
}

/// The first file of the form with its name; without bytes when it is too large.
async fn file_of(mut form: Multipart) -> Result<Option<(String, Option<Vec<u8>>)>, MultipartError> {
    while let Some(mut field) = form.next_field().await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().filter(|name| !name.is_empty()).unwrap_or("tệp không tên").to_owned();
        let mut bytes = Some(Vec::new());
        while let Some(chunk) = field.chunk().await? {
            bytes = bytes.filter(|kept: &Vec<u8>| kept.len() + chunk.len() <= UPLOAD_BYTES_MOST);
            if let Some(kept) = &mut bytes {
                kept.extend_from_slice(&chunk);
            }
        }
        return Ok(Some((name, bytes)));
    }
    Ok(None)
}

async fn said(page: &Page, message: Result<Message, ServiceError>) -> Response {
    match message {
        Ok(message) => show(page, StatusCode::OK, Some(message)).await,
        Err(error) => {
            tracing::error!(%error, "a file could not be taken");
            error_page(page, StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

async fn show(page: &Page, status: StatusCode, message: Option<Message>) -> Response {
    match render(page, message).await {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of files failed");
            error_page(page, StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

async fn render(page: &Page, message: Option<Message>) -> anyhow::Result<String> {
    let context = &page.context;
    let offered = match &message {
        Some(Message::Upload(view)) => Some(view.number),
        _ => None,
    };
    // The words are those of the chat; its dialect escapes what came out of the file.
    let said = match message {
        Some(message) => Some(context.messages.render(&message, Dialect::WebHtml)?.text),
        None => None,
    };
    let waiting = context.store.waiting_uploads(context.now()).await?;
    let waiting = waiting.into_iter().filter(|file| Some(file.number) != offered).map(|file| WaitingFile {
        number: file.number,
        name: file.name,
        brought_by: file.brought_by,
        until: moment_vi(file.expires_at),
    });
    Ok(UploadsPage {
        organisation: page.organisation(),
        said,
        offered,
        most: UPLOAD_BYTES_MOST / 1024 / 1024,
        waiting: waiting.collect(),
    }
    .render()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_sites_are_refused() {
        let from = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_own(&headers)
        };
        assert!(from(&[]), "a program");
        assert!(from(&[("sec-fetch-site", "same-origin"), ("origin", "http://else.where")]));
        assert!(from(&[("origin", "http://127.0.0.1:8350"), ("host", "127.0.0.1:8350")]));
        assert!(from(&[("origin", "https://office.vn"), ("host", "10.0.0.1"), ("x-forwarded-host", "office.vn")]));
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("origin", "http://evil.example"), ("host", "127.0.0.1:8350")]));
        assert!(!from(&[("origin", "null"), ("host", "127.0.0.1:8350")]));
    }
}
