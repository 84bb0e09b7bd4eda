//! Sockets and HTTP: everything that a fault can break below the level of the API.
//!
//! A cut socket must look like one from outside, so the server listens through a stream that can be
//! told to fail instead of answering. A panic in the handler would do the same, with noise.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::Shared;
use super::error::ApiError;
use super::fault::{Fault, Seen};
use super::methods;
use super::params::Params;
use super::world::Call;

/// The API's limit for uploads.
const BODY_MOST: usize = 50 * 1024 * 1024;

/// Cuts the connection that a request came in on.
#[derive(Debug, Clone, Default)]
pub struct Scissors(Arc<AtomicBool>);

impl Scissors {
    /// Nothing more goes out on this connection; the answer returned here is never seen.
    pub fn cut(&self) -> Response {
        self.0.store(true, Ordering::SeqCst);
        StatusCode::IM_A_TEAPOT.into_response()
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Self {
        stream.io().scissors.clone()
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
pub struct Cuttable(pub TcpListener);

impl Listener for Cuttable {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Benches count milliseconds; waiting for a fuller packet would be counted as theirs.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, scissors: Scissors::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// One such connection.
#[derive(Debug)]
pub struct CuttableStream {
    stream: TcpStream,
    scissors: Scissors,
}

impl CuttableStream {
    fn is_cut(&self) -> bool {
        self.scissors.0.load(Ordering::SeqCst)
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The API's one route.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/{bot}/{method}", axum::routing::any(handle))
        .route("/file/{bot}/{*path}", axum::routing::get(super::files::serve))
        .layer(DefaultBodyLimit::max(BODY_MOST))
        .with_state(shared)
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((bot, method)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut stopped = shared.stopped.subscribe();
    if *stopped.borrow() {
        return scissors.cut();
    }
    let query = query.unwrap_or_default();
    let answer = answer(&shared, &bot, &method, &query, &headers, &body);
    // A pooled connection outlives the listener; without this a hung call would outlive its test.
    let answer = tokio::select! {
        answer = answer => answer,
        _ = stopped.wait_for(|stopped| *stopped) => None,
    };
    answer.unwrap_or_else(|| scissors.cut())
}

/// The answer, or `None` for a closed socket.
async fn answer(
    shared: &Shared,
    bot: &str,
    method: &str,
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Response> {
    let now = (shared.elapsed)();
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let params = Params::read(query, content_type, body);
    let name = methods::canonical(method);
    let spelled = name.unwrap_or(method).to_owned();
    let logged = params.as_ref().map_or(Value::Null, Params::as_json);

    let (entry, fault) = {
        let mut world = shared.world();
        let fault = world.faults.take(&Seen { method: &spelled, params: &logged });
        world.log.push(Call { at: now, method: spelled, params: logged, status: None, description: None });
        (world.log.len() - 1, fault)
    };
    match &fault {
        Some(Fault::Html(status)) => {
            shared.world().log[entry].status = Some(*status);
            return Some(proxy_page(*status));
        }
        Some(Fault::Close) => return None,
        Some(Fault::Hang) => std::future::pending().await,
        _ => {}
    }

    let result = async {
        if bot.strip_prefix("bot") != Some(shared.token.as_str()) {
            return Err(ApiError::unauthorized());
        }
        let name = name.ok_or_else(ApiError::no_such_method)?;
        let params = params?;
        match &fault {
            Some(Fault::Refuse(error)) => Err(error.clone()),
            _ if name == "getUpdates" => poll(shared, &params).await,
            _ => {
                let result = methods::call(&mut shared.world(), now, name, &params);
                shared.wake_polls();
                result
            }
        }
    }
    .await;

    match fault {
        Some(Fault::RecordThenClose) => return None,
        Some(Fault::RecordThenDelay(delay)) => tokio::time::sleep(delay).await,
        _ => {}
    }
    Some(respond(shared, entry, result))
}

/// Writes the answer and notes it in the log.
fn respond(shared: &Shared, entry: usize, result: Result<Value, ApiError>) -> Response {
    let (status, description, body) = match result {
        Ok(value) => (200, None, json!({"ok": true, "result": value})),
        Err(error) => (error.code, Some(error.description.clone()), error.body()),
    };
    let mut world = shared.world();
    world.too_many += usize::from(status == 429);
    world.updates.conflicts += usize::from(status == 409);
    world.log[entry].status = Some(status);
    world.log[entry].description = description;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(body)).into_response()
}

/// What stands in front of an API that is down.
pub fn proxy_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// `getUpdates`. As in the server's source, a poll ends another one only if it has to wait itself.
async fn poll(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let limit = params.int("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100).clamp(1, 100);
    let timeout = params.int("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0).min(50);
    // Subscribed before the first look, so that nothing arrives unseen between look and wait.
    let mut changed = shared.changed.subscribe();
    let poll = {
        let mut world = shared.world();
        if !world.webhook.is_empty() {
            return Err(ApiError::webhook_active());
        }
        if world.updates.rival {
            return Err(ApiError::other_poller());
        }
        world.updates.allow(params);
        world.updates.acknowledge(params.int("offset").unwrap_or(0));
        let ready = world.updates.batch(limit);
        if !ready.is_empty() || timeout == 0 {
            return Ok(Value::Array(ready));
        }
        world.updates.begin_wait()
    };
    shared.wake_polls();
    let deadline = tokio::time::sleep(Duration::from_secs(timeout));
    tokio::pin!(deadline);
    loop {
        let expired = tokio::select! {
            _ = changed.changed() => false,
            () = &mut deadline => true,
        };
        let mut world = shared.world();
        if !world.webhook.is_empty() {
            return Err(ApiError::webhook_took_over());
        }
        if !world.updates.may_wait(poll) || world.updates.rival {
            return Err(ApiError::other_poller());
        }
        let ready = world.updates.batch(limit);
        if expired || !ready.is_empty() {
            world.updates.end_wait(poll);
            return Ok(Value::Array(ready));
        }
    }
}
