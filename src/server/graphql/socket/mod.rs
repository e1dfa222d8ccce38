//! WebSockets: the handshake.
//!
//! Own handler: the library's waits for ever on a client that says nothing or reads nothing, takes
//! any number of operations, and keeps 128 KiB of buffers a socket. What is said on a socket is
//! `session`, in which words `protocol`.

mod protocol;
mod session;

use super::Refused;
use super::gate::Gate;
use crate::server::identity;
use poem::http::uri::Authority;
use poem::http::{StatusCode, Uri, header};
use poem::web::websocket::{WebSocket, WebSocketConfig};
use poem::{FromRequest, IntoResponse, Request, Response};
use protocol::PROTOCOL;
use session::Session;
use std::sync::Arc;

/// Largest message of a client, in bytes
const MAX_MESSAGE: usize = 64 * 1024;
/// Buffers of a socket, in bytes: most of them are quiet
const READ_BUFFER: usize = 2 * 1024;
/// What may wait to be written, in bytes
const WRITE_BUFFER: usize = 1024 * 1024;

/// Whether a request wants to become a WebSocket
pub fn is_wanted(request: &Request) -> bool {
    let upgrade = request.header(header::UPGRADE);
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

/// Opens a socket.
pub async fn open(gate: &Arc<Gate>, request: &Request) -> Response {
    if !origin_may(request, &gate.app.config.cors_origins) {
        let message = "Pages of this origin may not connect; add it to PLAZA_CORS_ORIGINS";
        return Refused::new(StatusCode::FORBIDDEN, message).response(super::Accepted::Json);
    }
    let Ok(socket) = WebSocket::from_request_without_body(request).await else {
        let message = "This is no handshake of a WebSocket of version 13";
        return Refused::new(StatusCode::BAD_REQUEST, message).response(super::Accepted::Json);
    };
    let spoken = request.header(header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    let understood = spoken.split(',').any(|protocol| protocol.trim() == PROTOCOL);
    let token = request.header(header::AUTHORIZATION).map(str::to_owned);
    let (gate, caller) = (Arc::clone(gate), identity::caller(request));
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let tracker = gate.sockets.clone();
    let serve = move |stream| {
        tracker.track_future(Session::new(gate, caller, token, understood).run(stream))
    };
    socket.protocols([PROTOCOL]).config(config).on_upgrade(serve).into_response()
}

/// Browsers tell which page opens a socket, and no rule of theirs keeps foreign pages out: our own
/// origin and those that are listed may. Others than browsers send no origin.
fn origin_may(request: &Request, listed: &[String]) -> bool {
    let Some(origin) = request.header(header::ORIGIN) else { return true };
    let own = |origin: &str| {
        let origin = origin.parse::<Uri>().ok();
        let authority = origin.as_ref().and_then(|origin| origin.authority());
        authority.map(Authority::as_str) == request.header(header::HOST)
    };
    listed.iter().any(|known| known == origin) || own(origin)
}
