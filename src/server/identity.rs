//! From headers to who asks: bearer token, address, what the client calls itself.

use crate::app::App;
use crate::error::{Error, Result};
use crate::server::source::Source;
use crate::services::{Caller, Viewer, who, who_of_many};
use poem::Request;
use poem::http::header;
use std::sync::Arc;

/// The viewer behind the `Authorization` header; a guest without one.
///
/// # Errors
/// The header is not a live bearer token of ours.
pub async fn viewer(app: &App, request: &Request) -> Result<Viewer> {
    match request.headers().get(header::AUTHORIZATION) {
        Some(value) => {
            let viewer = who(app, token(value.to_str().unwrap_or_default())?).await?;
            // Who is connected besides, is not away.
            viewer.person_here().inspect(|person| app.log.hub().presence().act(*person));
            Ok(viewer)
        }
        None => Ok(Viewer::Guest),
    }
}

/// The viewer behind what a socket says of itself, `Bearer` and a token; a guest without. Sockets
/// come in thousands when a server has restarted.
///
/// # Errors
/// It is not a live token of ours.
pub async fn viewer_of_socket(app: &App, authorization: Option<&str>) -> Result<Viewer> {
    match authorization {
        Some(text) => who_of_many(app, token(text)?).await,
        None => Ok(Viewer::Guest),
    }
}

/// The token after `Bearer`
fn token(authorization: &str) -> Result<&str> {
    authorization
        .split_once(' ')
        .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()))
        .ok_or(Error::Denied("The Authorization header is \"Bearer\" and an access token"))
}

/// Headers by which a client names itself
const CLIENT_NAMES: [&str; 2] = ["graphql-client-name", "apollographql-client-name"];
/// Longest name that is looked at, in bytes
const MAX_CLIENT_NAME: usize = 100;

/// The name that a client gives itself, on a socket in the payload of `connection_init`
pub fn client_of_payload(payload: &serde_json::Value) -> Option<Arc<str>> {
    let said = payload
        .as_object()?
        .iter()
        .find(|(key, _)| CLIENT_NAMES.iter().any(|name| key.eq_ignore_ascii_case(name)));
    client_name(said?.1.as_str()?)
}

fn client_name(said: &str) -> Option<Arc<str>> {
    (!said.is_empty() && said.len() <= MAX_CLIENT_NAME).then(|| said.into())
}

/// Where the request comes from, and what the client calls itself.
pub fn caller(request: &Request) -> Caller {
    let address = Source::of(request).address;
    let user_agent = request.header(header::USER_AGENT).map(str::to_owned);
    let client = CLIENT_NAMES.iter().find_map(|name| client_name(request.header(name)?));
    Caller { address, user_agent, client }
}
