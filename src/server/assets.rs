//! Pages built from `web/` and embedded: GraphiQL, offline, and the dashboard. Without Node at build
//! time a page says how to build it.

use super::compression::takes_brotli;
use poem::http::{HeaderValue, StatusCode, header};
use poem::web::Path;
use poem::{Request, Response, handler};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Web;

const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     worker-src 'self' blob:; img-src 'self' data:; font-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Of files whose names change with what is in them
const FOR_EVER: &str = "public, max-age=31536000, immutable";

const HOW_TO_BUILD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Plaza</title>\
     <h1>Plaza is running</h1><p>Its pages were not built into this binary. Install Node 20 or newer, \
     then <code>make run</code>, or <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code> and build again.</p>\
     <p>The API answers at <code>/graphql</code>.</p></html>";

/// GraphiQL at the root
#[handler]
pub fn graphiql(request: &Request) -> Response {
    built(request, "graphiql/index.html")
}

/// The dashboard, at whichever of its own paths: the page itself tells them apart
#[handler]
pub fn dashboard(request: &Request) -> Response {
    built(request, "dashboard/index.html")
}

fn built(request: &Request, name: &str) -> Response {
    match Web::get(name) {
        Some(page) => file(request, "text/html; charset=utf-8", &page, "no-cache"),
        None => page(HOW_TO_BUILD),
    }
}

/// The root where GraphiQL is off
#[handler]
pub fn no_graphiql() -> Response {
    page(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Plaza</title><h1>Plaza is running</h1>\
         <p>The API answers at <code>/graphql</code>. GraphiQL and introspection are off; \
         <code>PLAZA_INTROSPECTION=true</code> turns them on.</p></html>",
    )
}

/// Where nothing is
pub fn nothing() -> Response {
    Response::builder()
        .status(StatusCode::NOT_FOUND)
        .content_type("text/plain; charset=utf-8")
        .body("There is nothing here; the API is at /graphql")
}

/// A file with a hash in its name: good for ever
#[handler]
pub fn asset(request: &Request, Path(path): Path<String>) -> Response {
    let name = format!("assets/{path}");
    let Some(found) = Web::get(&name) else { return nothing() };
    let kind = found.metadata.mimetype().to_owned();
    if !takes_brotli(request.headers()) {
        return file(request, &kind, &found, FOR_EVER);
    }
    // The build compresses as well as can be: a third less than what can be done for each request.
    let Some(small) = Web::get(&format!("{name}.br")) else {
        return file(request, &kind, &found, FOR_EVER);
    };
    let mut response = file(request, &kind, &small, FOR_EVER);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn page(text: &'static str) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)
        .header(header::CACHE_CONTROL, "no-cache")
        .body(text)
}

fn file(request: &Request, kind: &str, file: &rust_embed::EmbeddedFile, cache: &str) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag = format!("\"{}\"", crate::app::hex(hash.get(..12).unwrap_or(&hash)));
    let response = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::CACHE_CONTROL, cache)
        .header(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    if request.header(header::IF_NONE_MATCH) == Some(tag.as_str()) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type(kind).body(file.data.to_vec())
}
