//! Files that people send: a message tells an id, `getFile` tells a path, and the path gives the bytes.

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::sync::Arc;

use super::error::ApiError;
use super::fault::{Fault, Seen};
use super::params::Params;
use super::wire::{Scissors, proxy_page};
use super::world::{Call, World};
use super::{FakeTelegram, Shared};

/// What bots may fetch at most.
const FILE_MOST: usize = 20 * 1024 * 1024;

/// A file that somebody sent.
#[derive(Debug, Clone)]
pub struct SentFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Below the bot's files.
    pub path: String,
}

pub fn get_file(world: &World, params: &Params) -> Result<Value, ApiError> {
    let id = params.text("file_id");
    let file = world
        .files
        .get(&id)
        .ok_or_else(|| ApiError::bad_request("wrong file_id or the file is temporarily unavailable"))?;
    if file.bytes.len() > FILE_MOST {
        return Err(ApiError::bad_request("file is too big"));
    }
    Ok(json!({"file_id": id, "file_unique_id": "u", "file_size": file.bytes.len(), "file_path": file.path}))
}

/// `GET /file/bot<token>/<path>`. Faults call it `file`.
pub async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    let params = json!({"path": path});
    let (fault, bytes) = {
        let mut world = shared.world();
        let fault = world.faults.take(&Seen { method: "file", params: &params });
        let at = (shared.elapsed)();
        world.log.push(Call { at, method: "file".to_owned(), params, status: None, description: None });
        (fault, world.files.values().find(|file| file.path == path).map(|file| file.bytes.clone()))
    };
    match fault {
        Some(Fault::Html(status)) => return proxy_page(status),
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::RecordThenDelay(delay)) => tokio::time::sleep(delay).await,
        Some(_) => return scissors.cut(),
        None => {}
    }
    if bot.strip_prefix("bot") != Some(shared.token.as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |bytes| Body::from(bytes).into_response())
}

impl FakeTelegram {
    /// A person sends a file. Returns the update's id.
    pub fn push_document(&self, chat: i64, from: i64, name: &str, bytes: &[u8]) -> i64 {
        self.push_with(|world, now| {
            let number = world.files.len() + 1;
            let (id, path) = (format!("BQAC-{number}"), format!("documents/file_{number}"));
            world.files.insert(id.clone(), SentFile { bytes: bytes.to_vec(), path });
            let mut message = super::people::incoming(world, chat, from, now);
            message["document"] = json!({"file_id": id, "file_unique_id": "u", "file_name": name,
                "file_size": bytes.len(), "mime_type": "application/octet-stream"});
            json!({"message": message})
        })
    }
}
