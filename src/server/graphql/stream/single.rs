//! Many operations on one connection: the protocol's single-connection mode.
//!
//! `PUT` makes a reservation and tells its token: always a new one, since a client whose stream was
//! cut may still send the old token along. Whoever brings the token opens the one stream of the
//! reservation, once; further requests with the token start operations on it and stop them. An
//! operation runs as the viewer of its own request, who has to be of the session that made the
//! reservation. A browser's `EventSource` can send no headers, so the token alone opens the stream;
//! after that it is worth nothing without the session's access token.
//!
//! Operations run as the stream is read. When it ends, for whatever reason, they end with it, and
//! nobody hears `complete`: a client comes back as after a cut, and goes on by its cursors. Events
//! carry no `id:`, since a browser would send back one for all operations; each payload that has a
//! place in a stream has its cursor in it. Status codes are those of the protocol's reference,
//! npm `graphql-sse`; beyond them, 403 is for another session and 429 for too many operations.

use super::open::OpenStream;
use super::reservation::{Reservation, WAITS};
use super::respond_with;
use crate::server::graphql::answer::Answer;
use crate::server::graphql::gate::Gate;
use crate::server::graphql::media::{self, Accepted};
use crate::server::graphql::operations::{MAX_ID, MAX_OPERATIONS, NoRoom, end, payloads};
use crate::server::graphql::params::Params;
use crate::server::graphql::{Refused, mutation_by_get, not_acceptable, respond};
use crate::server::identity;
use crate::services::Viewer;
use futures_util::StreamExt;
use poem::http::{Method, StatusCode, header};
use poem::{Request, Response};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::mpsc::error::TrySendError;

/// The reservation's token, as a header and in the query string
const TOKEN_HEADER: &str = "x-graphql-event-stream-token";
const TOKEN_PARAMETER: &str = "token";
/// Names the operation to stop, in the query string; the one to start, in `extensions`
const OPERATION_ID: &str = "operationId";

/// The token that a request brings
pub fn token(request: &Request) -> Option<String> {
    let header = request.header(TOKEN_HEADER).filter(|token| !token.is_empty());
    header.map(str::to_owned).or_else(|| parameter(request, TOKEN_PARAMETER))
}

/// Answers a request of this mode: `PUT`, `DELETE`, or any with a token.
pub async fn answer(gate: &Arc<Gate>, request: Request, token: Option<String>) -> Response {
    let accepted = Accepted::of(request.headers());
    let told = accepted.unwrap_or(Accepted::Json);
    let viewer = match identity::viewer(&gate.app, &request).await {
        Ok(viewer) => viewer,
        Err(err) => return respond(&Answer::failed(err), told),
    };
    let token = token.unwrap_or_default();
    let answered = match (request.method().clone(), accepted) {
        (Method::PUT, _) => reserve(gate, &request, viewer),
        (Method::DELETE, _) => stop(gate, &request, &viewer, &token),
        (Method::GET | Method::POST, None) => return not_acceptable(&request),
        (Method::GET, Some(Accepted::EventStream)) => open(gate, &viewer, token),
        (Method::POST, Some(Accepted::EventStream)) => {
            media::check_post(request.headers()).and_then(|()| open(gate, &viewer, token))
        }
        (_, _) => start(gate, request, viewer, &token).await,
    };
    answered.unwrap_or_else(|refused| refused.response(told))
}

fn reserve(gate: &Arc<Gate>, request: &Request, viewer: Viewer) -> Result<Response, Refused> {
    if !media::takes_text(request.headers()) {
        let message = "A reservation's token is text/plain: accept it";
        return Err(Refused::new(StatusCode::NOT_ACCEPTABLE, message));
    }
    let token = gate.reservations.make(viewer, gate.app.clock.now());
    let (kept, gate) = (Arc::clone(&token), Arc::clone(gate));
    tokio::spawn(async move {
        gate.stop.run_until_cancelled(tokio::time::sleep(WAITS)).await;
        // What waits in it must not outlast the server either.
        gate.reservations.give_up(&kept);
    });
    Ok(Response::builder()
        .status(StatusCode::CREATED)
        .content_type("text/plain; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(token.to_string()))
}

fn open(gate: &Arc<Gate>, viewer: &Viewer, token: String) -> Result<Response, Refused> {
    let reservation = find(gate, &token)?;
    if !matches!(viewer, Viewer::Guest) {
        demand_session(&reservation, viewer)?;
    }
    let Some(arrivals) = gate.reservations.open(&token) else {
        let message = "This stream is open already; make another reservation for another one";
        return Err(Refused::new(StatusCode::CONFLICT, message).coded("CONFLICT"));
    };
    let end = end(gate, &reservation.viewer);
    let stream = OpenStream::new(Arc::clone(gate), token, reservation, arrivals);
    Ok(respond_with(stream.events().take_until(end)))
}

async fn start(
    gate: &Arc<Gate>,
    mut request: Request,
    viewer: Viewer,
    token: &str,
) -> Result<Response, Refused> {
    let body = request.take_body();
    let params = Params::read(&request, body).await?.checked()?;
    let params = params.seeing(&request, &gate.app.positions)?;
    let reservation = find(gate, token)?;
    demand_session(&reservation, &viewer)?;
    let id = operation_id(&params)?;
    let caller = identity::caller(&request);
    let ready = match gate.admit(params, &viewer, &caller).await {
        Ok(ready) => ready,
        // What runs is told by 202: a 200 under `application/json` would only be taken for it.
        Err(answer) => return Ok(respond(&answer, Accepted::GraphqlResponse)),
    };
    if *request.method() == Method::GET && ready.is_mutation() {
        return Err(mutation_by_get());
    }
    let results = payloads(Arc::clone(gate), ready, viewer, caller, None);
    let mut operations = reservation.operations.lock();
    let full = || {
        let message = format!("A stream has at most {MAX_OPERATIONS} operations at a time");
        Refused::new(StatusCode::TOO_MANY_REQUESTS, message).coded("LIMIT")
    };
    operations.check(&id).map_err(|no_room| match no_room {
        NoRoom::Taken => {
            let message = format!("An operation with the id {id} runs already");
            Refused::new(StatusCode::CONFLICT, message).coded("CONFLICT")
        }
        NoRoom::Full => full(),
    })?;
    let place = reservation.departures.try_reserve().map_err(|err| match err {
        // It ended while the document was read.
        TrySendError::Closed(()) => no_such_stream(),
        // Stopped ones still take their place until a reader comes.
        TrySendError::Full(()) => full(),
    })?;
    place.send(operations.start(id, results));
    Ok(Response::builder().status(StatusCode::ACCEPTED).finish())
}

fn stop(gate: &Gate, request: &Request, viewer: &Viewer, token: &str) -> Result<Response, Refused> {
    let reservation = find(gate, token)?;
    demand_session(&reservation, viewer)?;
    let Some(id) = parameter(request, OPERATION_ID) else {
        let message = "The parameter \"operationId\" is missing: which operation to stop";
        return Err(Refused::new(StatusCode::BAD_REQUEST, message));
    };
    reservation.operations.lock().stop(&id);
    Ok(Response::builder().status(StatusCode::OK).finish())
}

fn find(gate: &Gate, token: &str) -> Result<Arc<Reservation>, Refused> {
    gate.reservations.find(token, gate.app.clock.now()).ok_or_else(no_such_stream)
}

fn no_such_stream() -> Refused {
    let message = "There is no such stream here: its token is unknown or has ended, or it is \
                   another server's; make a reservation by PUT";
    Refused::new(StatusCode::NOT_FOUND, message).coded("NOT_FOUND")
}

fn demand_session(reservation: &Reservation, viewer: &Viewer) -> Result<(), Refused> {
    if reservation.viewer.session() == viewer.session() {
        return Ok(());
    }
    let message =
        "This stream belongs to another session: send the access token of the one that reserved it";
    Err(Refused::new(StatusCode::FORBIDDEN, message).coded("FORBIDDEN"))
}

fn operation_id(params: &Params) -> Result<String, Refused> {
    let extensions = params.extensions.as_ref();
    match extensions.and_then(|extensions| extensions.get(OPERATION_ID)).and_then(Value::as_str) {
        Some(id) if !id.is_empty() && id.len() <= MAX_ID => Ok(id.to_owned()),
        _ => {
            let message = format!("extensions.operationId is a text of 1 to {MAX_ID} bytes");
            Err(Refused::new(StatusCode::BAD_REQUEST, message))
        }
    }
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(key, value)| key == name && !value.is_empty());
    found.map(|(_, value)| value.into_owned())
}
