//! Reading a request: its parameters, from a JSON body or a query string.

use super::Refused;
use super::media::check_post;
use crate::db::WalPosition;
use crate::server::guard::Rejected;
use crate::services::SentFile;
use async_graphql::Variables;
use poem::http::{Method, StatusCode, header};
use poem::{Body, Request};
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// Largest request body, in bytes
pub(super) const MAX_BODY: u64 = 100_000;
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
    /// Or its id, where it was published
    #[serde(default)]
    pub document_id: Option<String>,
    /// Which of its operations
    pub operation_name: Option<String>,
    /// Values of its variables
    #[serde(default)]
    pub variables: Option<Variables>,
    /// For protocols beyond GraphQL
    #[serde(default)]
    pub extensions: Option<HashMap<String, serde_json::Value>>,
    /// Files that came with it
    #[serde(skip)]
    pub files: Vec<SentFile>,
    /// What it has to see, by its headers
    #[serde(skip)]
    pub position: Option<WalPosition>,
}

/// A document's id, as a request names it
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// As `documentId`
    Id(String),
    /// As `extensions.persistedQuery.sha256Hash`
    Hash(String),
}

impl Named {
    /// The id
    pub fn id(&self) -> &str {
        let (Self::Id(id) | Self::Hash(id)) = self;
        id
    }
}

impl Params {
    /// A document with its variables
    pub fn of(text: &str, variables: Variables) -> Self {
        Self {
            query: Some(text.to_owned()),
            document_id: None,
            operation_name: None,
            variables: Some(variables),
            extensions: None,
            files: Vec::new(),
            position: None,
        }
    }

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
    pub(super) fn of_json(body: &[u8]) -> Result<Self, Refused> {
        let refuse = |message: String| Err(Refused::new(StatusCode::BAD_REQUEST, message));
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => {
                return refuse("Send one operation a request; batches are refused".to_owned());
            }
            Some(b'{') => {}
            _ => return refuse("The request body is a JSON object with \"query\"".to_owned()),
        }
        match serde_json::from_slice::<Self>(body) {
            Ok(params) => Ok(params),
            Err(err) => refuse(format!("The request body is not right: {err}")),
        }
    }

    /// Reads a query string.
    fn of_query(query: &str) -> Result<Self, Refused> {
        let mut params = Self {
            query: None,
            document_id: None,
            operation_name: None,
            variables: None,
            extensions: None,
            files: Vec::new(),
            position: None,
        };
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match key.as_ref() {
                // An empty parameter is how forms say "left out".
                _ if value.is_empty() => {}
                "query" => params.query = Some(value.into_owned()),
                "documentId" => params.document_id = Some(value.into_owned()),
                "operationName" => params.operation_name = Some(value.into_owned()),
                "variables" => params.variables = json(&key, &value)?,
                "extensions" => params.extensions = json(&key, &value)?,
                _ => {}
            }
        }
        Ok(params)
    }

    /// The document's id stands in the path.
    ///
    /// # Errors
    /// Another one stands beside it.
    pub fn with_path(mut self, id: String) -> Result<Self, Refused> {
        if self.document_id.as_ref().is_some_and(|other| *other != id) {
            let message = "The path and \"documentId\" name two documents; send one of them";
            return Err(Refused::new(StatusCode::BAD_REQUEST, message));
        }
        self.document_id = Some(id);
        Ok(self)
    }

    /// Size of its document, in bytes
    pub fn written(&self) -> usize {
        self.query.as_ref().map_or(0, String::len)
    }

    /// Refuses a request that names no document.
    ///
    /// # Errors
    /// It has neither text nor id.
    pub fn checked(self) -> Result<Self, Refused> {
        if !self.names_a_document() {
            return Err(Refused::new(
                StatusCode::BAD_REQUEST,
                "The parameter \"query\" is missing: the document's text; or \"documentId\", where it was published",
            ));
        }
        Ok(self)
    }

    /// There is a text or an id
    pub fn names_a_document(&self) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        said(&self.query) || said(&self.document_id) || self.persisted_query().is_some()
    }

    /// The id that is named, in whichever place
    ///
    /// # Errors
    /// It is no id, or there are two.
    pub fn named(&self) -> Result<Option<Named>, Rejected> {
        let hash = self.persisted_query().map(read_persisted_query).transpose()?;
        let id = self.document_id.as_deref().filter(|id| !id.is_empty());
        let id = id.map(without_kind);
        match (id, hash) {
            (Some(id), Some(hash)) if id != hash => Err(Rejected::invalid(
                "\"documentId\" and \"extensions.persistedQuery\" name two documents; send one of them",
            )),
            (_, Some(hash)) => Ok(Some(Named::Hash(hash))),
            (Some(id), None) => Ok(Some(Named::Id(id.to_owned()))),
            (None, None) => Ok(None),
        }
    }

    fn persisted_query(&self) -> Option<&serde_json::Value> {
        self.extensions.as_ref()?.get("persistedQuery").filter(|query| !query.is_null())
    }
}

/// An id without the specification's way to say that it is a hash:
/// <https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md>
pub fn without_kind(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}

/// `{"version": 1, "sha256Hash": "…"}`
fn read_persisted_query(query: &serde_json::Value) -> Result<String, Rejected> {
    let first_version = query.get("version").is_none_or(|version| version == 1);
    match query.get("sha256Hash").and_then(serde_json::Value::as_str) {
        Some(hash) if first_version && !hash.is_empty() => Ok(without_kind(hash).to_owned()),
        _ => Err(Rejected::invalid(
            "extensions.persistedQuery is {\"version\": 1, \"sha256Hash\": \"…\"}",
        )),
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
