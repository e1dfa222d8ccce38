//! Reading a request: the four parameters, from a JSON body or a query string.

use super::Refused;
use super::media::check_post;
use async_graphql::Variables;
use poem::http::{Method, StatusCode, header};
use poem::{Body, Request};
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// Largest request body, in bytes
const MAX_BODY: u64 = 100_000;
/// A larger body than this is not even read to its end
const MAX_DRAINED: u64 = 8_000_000;
/// How long that may take
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// A well-formed GraphQL request
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// The document's text
    pub query: Option<String>,
    /// Which of its operations
    pub operation_name: Option<String>,
    /// Values of its variables
    #[serde(default)]
    pub variables: Option<Variables>,
    /// For protocols beyond GraphQL
    #[serde(default)]
    pub extensions: Option<HashMap<String, serde_json::Value>>,
}

impl Params {
    /// Reads a request by its method.
    pub async fn read(request: &Request, body: Body) -> Result<Self, Refused> {
        match *request.method() {
            Method::GET => Self::of_query(request.uri().query().unwrap_or_default()),
            Method::POST => {
                check_post(request.headers())?;
                Self::of_json(&whole(request, body).await?)
            }
            _ => {
                let message =
                    "GraphQL is asked by GET or POST; PUT and DELETE are for event streams";
                Err(Refused::method(message, "GET, POST, PUT, DELETE"))
            }
        }
    }

    /// Reads a JSON body.
    fn of_json(body: &[u8]) -> Result<Self, Refused> {
        let refuse = |message: String| Err(Refused::new(StatusCode::BAD_REQUEST, message));
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => {
                return refuse("Send one operation a request; batches are refused".to_owned());
            }
            Some(b'{') => {}
            _ => return refuse("The request body is a JSON object with \"query\"".to_owned()),
        }
        match serde_json::from_slice::<Self>(body) {
            Ok(params) => params.checked(),
            Err(err) => refuse(format!("The request body is not right: {err}")),
        }
    }

    /// Reads a query string.
    fn of_query(query: &str) -> Result<Self, Refused> {
        let mut params =
            Self { query: None, operation_name: None, variables: None, extensions: None };
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                // An empty parameter is how forms say "left out".
                _ if value.is_empty() => {}
                "query" => params.query = Some(value.into_owned()),
                "operationName" => params.operation_name = Some(value.into_owned()),
                "variables" => params.variables = json(&key, &value)?,
                "extensions" => params.extensions = json(&key, &value)?,
                _ => {}
            }
        }
        params.checked()
    }

    fn checked(self) -> Result<Self, Refused> {
        if self.query.as_ref().is_none_or(String::is_empty) {
            return Err(Refused::new(
                StatusCode::BAD_REQUEST,
                "The parameter \"query\" is missing: the document's text",
            ));
        }
        Ok(self)
    }
}

/// The bytes of a body, if they are not too many. A body that is somewhat too large is read to its
/// end all the same: a client that is still sending would not get to see the answer.
async fn whole(request: &Request, body: Body) -> Result<Vec<u8>, Refused> {
    let early = |_| Refused::new(StatusCode::BAD_REQUEST, "The request body ended early");
    let declared = request.header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let mut reader = body.into_async_read();
    let mut bytes = Vec::new();
    if declared.is_none_or(|length: u64| length <= MAX_DRAINED) {
        (&mut reader).take(MAX_BODY + 1).read_to_end(&mut bytes).await.map_err(early)?;
        if bytes.len() as u64 <= MAX_BODY {
            return Ok(bytes);
        }
        let (mut rest, mut nowhere) = ((&mut reader).take(MAX_DRAINED), tokio::io::sink());
        let drained = tokio::io::copy(&mut rest, &mut nowhere);
        tokio::time::timeout(DRAIN_TIME, drained).await.ok();
    }
    let message = format!("A request body has at most {MAX_BODY} bytes");
    Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, message))
}

fn json<T: for<'de> Deserialize<'de>>(key: &str, text: &str) -> Result<Option<T>, Refused> {
    let is_object = text.trim_start().starts_with('{') || text.trim() == "null";
    match serde_json::from_str(text) {
        Ok(value) if is_object => Ok(value),
        _ => Err(Refused::new(
            StatusCode::BAD_REQUEST,
            format!("The parameter \"{key}\" is a JSON object"),
        )),
    }
}
