//! Files beside an operation, by the GraphQL multipart request specification:
//! <https://github.com/jaydenseric/graphql-multipart-request-spec>.
//!
//! Only people who are signed in may send one, and that is asked before its first byte is read. A file
//! goes to the disk as it comes, into a place without a name, and is gone when nobody holds it any more.

use super::Refused;
use super::gate::Gate;
use super::params::{MAX_BODY, Params};
use crate::schema::file_variable;
use crate::server::identity;
use crate::services::SentFile;
use async_graphql_value::ConstValue;
use poem::http::{StatusCode, header};
use poem::web::{Field, Multipart};
use poem::{Body, FromRequest, Request, RequestBody};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Uploads that one server takes at a time; others wait
pub const AT_ONCE: usize = 4;
/// How long one may take
const TIME: Duration = Duration::from_secs(300);
/// Longest name of a file that is kept, in characters
const NAME_CHARS: usize = 200;

/// The request says that it carries files
pub fn is_multipart(request: &Request) -> bool {
    let kind = request.header(header::CONTENT_TYPE).unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// Reads the operation and its file.
pub async fn read(gate: &Gate, request: &Request, body: Body) -> Result<Params, Refused> {
    super::media::check_post(request.headers())?;
    match identity::viewer(&gate.app, request).await {
        Ok(viewer) if viewer.user_id().is_some() => {}
        Ok(_) => {
            return Err(denied("Sign in first: files are taken from people who are signed in"));
        }
        Err(crate::error::Error::Denied(message)) => return Err(denied(message)),
        Err(_) => {
            return Err(Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not to be had at the moment",
            )
            .coded("UNAVAILABLE"));
        }
    }
    let limit = gate.app.config.jobs.upload_size;
    let declared =
        request.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|declared| declared > limit + 2 * MAX_BODY) {
        return Err(too_large(limit));
    }
    // Closed never.
    let _turn = gate.uploads.acquire().await;
    match tokio::time::timeout(TIME, parts(request, body, limit)).await {
        Ok(params) => params,
        Err(_) => {
            let message = format!("The file did not come within {} s", TIME.as_secs());
            Err(Refused::new(StatusCode::REQUEST_TIMEOUT, message))
        }
    }
}

async fn parts(request: &Request, body: Body, limit: u64) -> Result<Params, Refused> {
    let mut body = RequestBody::new(body);
    let mut parts = Multipart::from_request(request, &mut body).await.map_err(|_| broken())?;
    let operations = text(part(&mut parts, "operations").await?).await?;
    let mut params = Params::of_json(&operations)?;
    let map = text(part(&mut parts, "map").await?).await?;
    let map: HashMap<String, Vec<String>> = serde_json::from_slice(&map).map_err(|_| {
        bad("The part \"map\" is a JSON object, such as {\"0\": [\"variables.file\"]}".to_owned())
    })?;
    let one = map.into_iter().collect::<Vec<_>>();
    let [(name, paths)] = one.as_slice() else {
        return Err(bad("Send one file a request".to_owned()));
    };
    let [path] = paths.as_slice() else {
        return Err(bad("A file stands for one variable".to_owned()));
    };
    let field = part(&mut parts, name).await?;
    params.files = vec![keep(field, limit).await?];
    let place = params.variables.as_mut().and_then(|variables| {
        let mut path = path.strip_prefix("variables.")?.split('.');
        let first = variables.get_mut(path.next()?)?;
        path.try_fold(first, |value, part| match value {
            ConstValue::Object(fields) => fields.get_mut(part),
            ConstValue::List(items) => items.get_mut(part.parse::<usize>().ok()?),
            _ => None,
        })
    });
    match place {
        Some(place @ ConstValue::Null) => *place = file_variable(0),
        _ => {
            return Err(bad(format!(
                "\"{path}\" is no variable that is null, where the file would stand"
            )));
        }
    }
    Ok(params)
}

/// The next part, which must have this name
async fn part(parts: &mut Multipart, name: &str) -> Result<Field, Refused> {
    match parts.next_field().await {
        Ok(Some(field)) if field.name() == Some(name) => Ok(field),
        Ok(_) => Err(bad(format!(
            "The part \"{name}\" is missing here: first \"operations\", then \"map\", then the file"
        ))),
        Err(_) => Err(broken()),
    }
}

async fn text(field: Field) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    field
        .into_async_read()
        .take(MAX_BODY + 1)
        .read_to_end(&mut bytes)
        .await
        .map_err(|_| broken())?;
    if bytes.len() as u64 > MAX_BODY {
        let message = format!("Apart from its file a request has at most {MAX_BODY} bytes");
        return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    Ok(bytes)
}

/// Writes a file to the disk as it comes.
async fn keep(field: Field, limit: u64) -> Result<SentFile, Refused> {
    let name: String = field.file_name().unwrap_or_default().chars().take(NAME_CHARS).collect();
    let file = tempfile::tempfile().map_err(|err| no_room(&err))?;
    let mut file = tokio::fs::File::from_std(file);
    let mut content = field.into_async_read().take(limit + 1);
    let (mut bytes, mut buffer) = (0, vec![0; 64 * 1024]);
    loop {
        let read = content.read(&mut buffer).await.map_err(|_| broken())?;
        let Some(some) = buffer.get(..read).filter(|some| !some.is_empty()) else { break };
        bytes += read as u64;
        if bytes > limit {
            return Err(too_large(limit));
        }
        file.write_all(some).await.map_err(|err| no_room(&err))?;
    }
    file.flush().await.map_err(|err| no_room(&err))?;
    Ok(SentFile { name, bytes, content: Arc::new(file.into_std().await) })
}

fn bad(message: String) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, message)
}

fn broken() -> Refused {
    bad("The request body ended early, or is no multipart/form-data".to_owned())
}

fn denied(message: &str) -> Refused {
    Refused::new(StatusCode::UNAUTHORIZED, message).coded("UNAUTHENTICATED")
}

fn too_large(limit: u64) -> Refused {
    let message = format!("A file has at most {} MB", limit / 1_000_000);
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn no_room(err: &io::Error) -> Refused {
    tracing::error!(upload.cause = %err, "a file that was sent could not be kept");
    let message = "There is no room for the file at the moment; try again later";
    Refused::new(StatusCode::INSUFFICIENT_STORAGE, message).coded("UNAVAILABLE")
}
