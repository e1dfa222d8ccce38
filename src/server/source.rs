//! Where a request comes from: the peer, or whom a trusted proxy speaks for.
//!
//! Anybody can write `X-Forwarded-For` and `Forwarded` (RFC 7239), so they count only where the peer
//! is a proxy of ours, and then from the right: each proxy adds whom it saw. The right-most address
//! that is none of ours is the client's; what stands left of it is the client's own word. Whatever
//! can't be read, up to there, makes the peer's address count.
//!
//! A proxy sets one of the two and hands the other through as the client wrote it: where both are
//! there, they must say the same.
//!
//! Own code: the reading is short, and whom to believe is what matters.

use ipnet::IpNet;
use poem::http::uri::Scheme;
use poem::http::{HeaderMap, HeaderName, header};
use poem::{Endpoint, Middleware, Request, Result};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a request comes from, as far as it can be believed
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Address of the client
    pub address: IpAddr,
    /// The client speaks TLS with us, or with a proxy that we trust
    pub secure: bool,
}

impl Source {
    /// As [`Sources`] found it
    pub fn of(request: &Request) -> Self {
        let nobody = Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), secure: false };
        request.data::<Self>().copied().unwrap_or(nobody)
    }
}

/// Finds the source of each request, believing these proxies
pub struct Sources(pub Arc<[IpNet]>);

impl<E: Endpoint> Middleware<E> for Sources {
    type Output = SourcesEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        SourcesEndpoint { endpoint, trusted: Arc::clone(&self.0) }
    }
}

/// An endpoint whose requests know their source
pub struct SourcesEndpoint<E> {
    endpoint: E,
    trusted: Arc<[IpNet]>,
}

impl<E: Endpoint> Endpoint for SourcesEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<E::Output> {
        let peer = request.remote_addr().as_socket_addr();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), SocketAddr::ip).to_canonical();
        let found = find(&self.trusted, peer, request.headers());
        let secure = found.secure || *request.scheme() == Scheme::HTTPS;
        request.extensions_mut().insert(Source { secure, ..found });
        self.endpoint.call(request).await
    }
}

fn find(trusted: &[IpNet], peer: IpAddr, headers: &HeaderMap) -> Source {
    if !is_trusted(trusted, peer) {
        return Source { address: peer, secure: false };
    }
    let (hops, proto) = (forwarded(headers), last(headers, &FORWARDED_PROTO));
    let standard = hops.last().is_some().then(|| client(trusted, hops.iter().map(|hop| hop.0)));
    let usual = headers
        .contains_key(&FORWARDED_FOR)
        .then(|| client(trusted, list(headers, &FORWARDED_FOR).into_iter().map(Some)));
    let address = match (standard, usual) {
        (Some(one), Some(other)) => one.filter(|_| one == other),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => None,
    };
    let told = hops.last().and_then(|hop| hop.1).or(proto);
    let secure = told.is_some_and(|told| told.eq_ignore_ascii_case("https"));
    Source { address: address.unwrap_or(peer), secure }
}

/// The right-most address that is no proxy of ours; the left-most where all are. None where one of
/// those can't be read.
fn client<'a>(
    trusted: &[IpNet],
    hops: impl DoubleEndedIterator<Item = Option<&'a str>>,
) -> Option<IpAddr> {
    let mut left_most = None;
    for hop in hops.rev() {
        let address = address(hop?)?;
        if !is_trusted(trusted, address) {
            return Some(address);
        }
        left_most = Some(address);
    }
    left_most
}

fn is_trusted(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// An address as proxies write it: bare, in brackets, with a port
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let bare = text.parse().ok().or_else(bracketed);
    let found = bare.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    found.map(|address| address.to_canonical())
}

/// `for` and `proto` of each element of `Forwarded`
fn forwarded(headers: &HeaderMap) -> Vec<(Option<&str>, Option<&str>)> {
    let elements = list(headers, &header::FORWARDED).into_iter();
    elements.map(|element| (parameter(element, "for"), parameter(element, "proto"))).collect()
}

fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    split(element, ';').into_iter().find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        key.trim().eq_ignore_ascii_case(name).then(|| quoted.unwrap_or(value))
    })
}

/// The last value of a header that is a list
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    list(headers, name).pop()
}

/// All values of a header that is a list, over all its lines. A line that is no text is one value
/// that nobody can read.
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?"));
    lines.flat_map(|line| split(line, ',')).collect()
}

/// Parts between commas, or semicolons, that stand in no quotes
fn split(text: &str, comma: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|letter| {
        quoted ^= letter == '"';
        letter == comma && !quoted
    })
    .map(str::trim)
    .collect()
}
