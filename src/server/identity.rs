//! From headers to who asks: bearer token, address, what the client calls itself.

use crate::app::App;
use crate::error::{Error, Result};
use crate::services::{Caller, Viewer, who};
use poem::Request;
use poem::http::header;
use std::net::{IpAddr, Ipv4Addr};

/// The viewer behind the `Authorization` header; a guest without one.
///
/// # Errors
/// The header is not a live bearer token of ours.
pub async fn viewer(app: &App, request: &Request) -> Result<Viewer> {
    let header = request.headers().get(header::AUTHORIZATION);
    bearer(app, header.map(|value| value.to_str().unwrap_or_default())).await
}

/// The viewer behind `Bearer` and a token; a guest without.
///
/// # Errors
/// It is not a live token of ours.
pub async fn bearer(app: &App, authorization: Option<&str>) -> Result<Viewer> {
    let Some(text) = authorization else { return Ok(Viewer::Guest) };
    let token = text
        .split_once(' ')
        .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()));
    match token {
        Some(token) => who(app, token).await,
        None => Err(Error::Denied("The Authorization header is \"Bearer\" and an access token")),
    }
}

/// Where the request comes from. Forwarded addresses are anybody's to write, so the peer's counts.
pub fn caller(request: &Request) -> Caller {
    let address = request
        .remote_addr()
        .as_socket_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), std::net::SocketAddr::ip);
    let user_agent = request.header(header::USER_AGENT).map(str::to_owned);
    Caller { address, user_agent }
}
