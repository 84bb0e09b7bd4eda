//! HTTP and the calls. Every answer of the API is 200.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{APP_ID, APP_SECRET, Call, Fault, Group, Received, SECRET, Shared, World};

/// A refusal: code and message.
type Refusal = (i64, String);

pub fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).layer(DefaultBodyLimit::max(4 * 1024 * 1024)).with_state(shared)
}

/// One request.
struct Request<'a> {
    uri: &'a Uri,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Request<'_> {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = match (method.as_str(), uri.path()) {
        ("POST", "/v4/oa/access_token") => Call::Refresh,
        ("POST", "/v3.0/oa/group/message") => Call::Send,
        ("POST", "/v2.0/oa/upload/image") => Call::Upload,
        ("GET", "/v3.0/oa/group/getgroupsofoa") => Call::Groups,
        _ => return page(404),
    };
    let fault = {
        let mut world = shared.world();
        world.calls.push(call);
        if call != Call::Refresh && !world.has_room() {
            return refused((-32, "Too many requests".to_owned()));
        }
        let at = world.faults.iter().position(|(of, _)| *of == call);
        at.map(|at| world.faults.remove(at).1)
    };
    match &fault {
        Some(Fault::Html(status)) => return page(*status),
        Some(Fault::Refuse(code, message)) => return refused((*code, (*message).to_owned())),
        Some(Fault::DelayThenCarryOut(late)) => tokio::time::sleep(*late).await,
        _ => {}
    }
    let request = Request { uri: &uri, headers: &headers, body: &body };
    let result = carry_out(&mut shared.world(), call, &request);
    match fault {
        Some(Fault::CarryOutThenDelay(late)) => tokio::time::sleep(late).await,
        Some(Fault::CarryOutThenPage) => return page(200),
        _ => {}
    }
    match (call, result) {
        (_, Err(refusal)) => refused(refusal),
        (Call::Refresh, Ok(pair)) => axum::Json(pair).into_response(),
        (_, Ok(data)) => axum::Json(json!({"data": data, "error": 0, "message": "Success"})).into_response(),
    }
}

fn refused((code, message): Refusal) -> Response {
    axum::Json(json!({"error": code, "message": message})).into_response()
}

fn refusal<T>(code: i64, message: &str) -> Result<T, Refusal> {
    Err((code, message.to_owned()))
}

fn page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "text/html")], format!("<html><h1>{status}</h1></html>")).into_response()
}

fn carry_out(world: &mut World, call: Call, request: &Request<'_>) -> Result<Value, Refusal> {
    if call == Call::Refresh {
        return refresh(world, request);
    }
    if world.access.as_deref() != Some(request.header("access_token")) {
        // The real one repeats nothing; a fake that does finds out whether we strike it out.
        return refusal(world.ended, &format!("Access token is invalid: {}", request.header("access_token")));
    }
    match call {
        Call::Send => send(world, request),
        Call::Upload => upload(world, request),
        _ => groups(world, request),
    }
}

/// The refresh token works once.
fn refresh(world: &mut World, request: &Request<'_>) -> Result<Value, Refusal> {
    let form = std::str::from_utf8(request.body).unwrap_or_default();
    let field = |name: &str| {
        let pair = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        pair.unwrap_or_default().to_owned()
    };
    if field("app_id") != APP_ID || field("grant_type") != "refresh_token" {
        return refusal(-14002, "Invalid app id");
    }
    if request.header("secret_key") != APP_SECRET {
        return refusal(-14004, &format!("Invalid secret key {}", request.header("secret_key")));
    }
    if field("refresh_token") != world.refresh {
        return refusal(-14014, &format!("Invalid refresh token {}", field("refresh_token")));
    }
    world.pairs += 1;
    let (access, refresh) = (format!("{SECRET}-access-{}", world.pairs), format!("{SECRET}-refresh-{}", world.pairs));
    world.access = Some(access.clone());
    world.refresh.clone_from(&refresh);
    Ok(json!({"access_token": access, "refresh_token": refresh, "expires_in": "90000"}))
}

fn send(world: &mut World, request: &Request<'_>) -> Result<Value, Refusal> {
    let body: Value = serde_json::from_slice(request.body).unwrap_or_default();
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (group, text) = (text("/recipient/group_id"), text("/message/text"));
    let length = text.encode_utf16().count().max(text.chars().count());
    match world.groups.get(&group) {
        _ if length == 0 || length > 2_000 => return refusal(-201, "Params is invalid"),
        None => return refusal(-201, "Params is invalid: group_id"),
        Some(Group { inside: false, .. }) => return refusal(-403, "OA is not in group"),
        Some(Group { enabled: false, .. }) => return refusal(-237, "Group is disabled"),
        Some(_) => {}
    }
    world.next_id += 1;
    let attachment = match body.pointer("/message/attachment") {
        None => None,
        Some(attachment) => {
            let element = attachment.pointer("/payload/elements/0");
            let id = element.and_then(|e| e.get("attachment_id")).and_then(Value::as_str).unwrap_or_default();
            let known = id.strip_prefix("att-").is_some();
            let kind = element.and_then(|e| e.get("media_type")).and_then(Value::as_str);
            if !known || kind != Some("image") {
                return refusal(-201, "Params is invalid: attachment");
            }
            Some(id.to_owned())
        }
    };
    world.received.push(Received { group: group.clone(), text, attachment });
    Ok(json!({"message_id": format!("{:020x}", 0x96d3_u64 + world.next_id), "group_id": group}))
}

/// A multipart form with one part, `file`, that is a picture of at most 1 MB.
fn upload(world: &mut World, request: &Request<'_>) -> Result<Value, Refusal> {
    let multipart = request.header("content-type").starts_with("multipart/form-data; boundary=");
    let boundary = request.header("content-type").rsplit('=').next().unwrap_or_default().to_owned();
    let find = |needle: &[u8]| request.body.windows(needle.len()).position(|window| window == needle);
    let end = format!("\r\n--{boundary}--");
    let (Some(head), Some(end)) = (find(b"\r\n\r\n"), find(end.as_bytes())) else {
        return refusal(-201, "Params is invalid: no form");
    };
    let named = String::from_utf8_lossy(&request.body[..head]).contains("name=\"file\"; filename=");
    let picture = &request.body[head + 4..end];
    if !multipart || !named || picture.len() > 1_048_576 {
        return refusal(-201, "Params is invalid: file");
    }
    world.next_id += 1;
    world.uploads.push(picture.to_vec());
    Ok(json!({"attachment_id": format!("att-{}", world.next_id)}))
}

fn groups(world: &World, request: &Request<'_>) -> Result<Value, Refusal> {
    let query = request.uri.query().unwrap_or_default();
    let field = |name: &str| {
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
    };
    let (Some(offset), Some(count @ 1..=50)) = (field("offset"), field("count")) else {
        return refusal(-201, "Params is invalid");
    };
    let group = |(id, group): (&String, &Group)| {
        let status = if group.enabled { "enabled" } else { "disabled" };
        json!({"group_id": id, "name": group.name, "status": status, "total_member": 12})
    };
    let groups: Vec<Value> = world.groups.iter().skip(offset).take(count).map(group).collect();
    Ok(json!({"groups": groups, "total": world.groups.len()}))
}
