//! Chat completions, as OpenAI made them and most others speak them: hosted models, gateways, and
//! servers on one's own machine.
//!
//! - `request`: what is asked, as JSON
//! - `events`: server-sent events out of bytes
//! - `answer`: an answer put together out of its pieces

mod answer;
mod events;
mod request;

pub(super) use answer::{Answer, DONE};
pub(super) use events::Events;

use super::ask::Ask;
use super::reply::{Trouble, Why};
use super::retry;
use crate::config::{ModelConfig, Secret};
use crate::error::Fault;
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response};
use std::error::Error;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::bytes::Bytes;
use url::Url;

/// How long `plaza check` waits for an answer
const PATIENCE: Duration = Duration::from_secs(2);
/// Characters of a body that the log shows
const SHOWN: usize = 200;
/// Bytes of a body that are read to show them: a secret at the cut is still whole
const READ: usize = 2000;
/// A word of letters and digits this long is taken for a key
const KEY_LIKE: usize = 20;

/// An endpoint and a model there
pub(super) struct OpenAi {
    client: Client,
    chat: Url,
    model: String,
    key: Option<Secret>,
    tail: Duration,
}

/// Whether an endpoint answers
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It does
    Answers,
    /// It does, and refuses the key
    RefusesKey,
    /// It doesn't, or not within two seconds
    Silent,
}

/// Asks an endpoint for its models, to see whether it is there.
///
/// # Errors
/// As [`super::Assistant::new`].
pub async fn reach(config: &ModelConfig) -> Result<Reach, Fault> {
    let asked = client(config, PATIENCE)?.get(below(&config.url, &["models"])).send();
    Ok(match timeout(PATIENCE, asked).await {
        Ok(Ok(response)) if is_refused_key(response.status()) => Reach::RefusesKey,
        Ok(Ok(_)) => Reach::Answers,
        Ok(Err(_)) | Err(_) => Reach::Silent,
    })
}

/// Redirects are not followed: the key is for this endpoint alone. Nor is a proxy taken from the
/// environment: configuration is what `config` reads, and a gateway can stand in the URL.
fn client(config: &ModelConfig, connect: Duration) -> Result<Client, Fault> {
    let mut headers = HeaderMap::new();
    if let Some(key) = &config.key {
        let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose()))
            .map_err(|_| Fault::new("writing ASSISTANT_KEY", "it is no header's value"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let mut builder = Client::builder()
        .default_headers(headers)
        .user_agent(concat!("plaza/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    if config.url.scheme() == "http" {
        // Nobody's certificate is looked at, and a small container has none to compare it with.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|err| Fault::new("making the assistant's client", chain(&err)))
}

fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn is_refused_key(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// What an answer's body is
pub(super) enum Kind {
    /// Pieces as they are made
    Events,
    /// All in one, by a server that does not stream
    Whole,
    /// No answer of a model
    Other,
}

pub(super) fn kind(response: &Response) -> Kind {
    let named = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = named.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    match kind.to_ascii_lowercase().as_str() {
        "text/event-stream" => Kind::Events,
        "application/json" => Kind::Whole,
        _ => Kind::Other,
    }
}

impl OpenAi {
    pub(super) fn new(
        config: &ModelConfig,
        connect: Duration,
        tail: Duration,
    ) -> Result<Self, Fault> {
        Ok(Self {
            client: client(config, connect)?,
            chat: below(&config.url, &["chat", "completions"]),
            model: config.model.clone(),
            key: config.key.clone(),
            tail,
        })
    }

    pub(super) fn model(&self) -> &str {
        &self.model
    }

    pub(super) fn body(&self, ask: &Ask) -> Bytes {
        request::body(&self.model, ask).to_string().into()
    }

    /// One request, until its answer begins. Whatever is no success is trouble.
    pub(super) async fn send(&self, body: Bytes) -> Result<Response, Trouble> {
        let request = self
            .client
            .post(self.chat.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/json")
            .body(body);
        let response = request.send().await.map_err(network)?;
        let status = response.status();
        let (why, again) = match status.as_u16() {
            200..=299 => return Ok(response),
            429 => (Why::Busy, true),
            500 | 502 | 503 | 504 => (Why::Down, true),
            401 | 403 => (Why::KeyRefused, false),
            400..=499 => (Why::Refused, false),
            501..=599 => (Why::Down, false),
            _ => (Why::Garbled, false),
        };
        let after = retry::asked_for(response.headers());
        Err(Trouble { again, after, ..self.trouble(why, response).await })
    }

    /// Trouble with an answer, told by how its body begins
    pub(super) async fn trouble(&self, why: Why, mut response: Response) -> Trouble {
        let status = response.status().as_u16();
        let mut begins = Vec::new();
        let read = async {
            while let Ok(Some(bytes)) = response.chunk().await {
                begins.extend_from_slice(&bytes);
                if begins.len() >= READ {
                    break;
                }
            }
        };
        // Half of it is better than none.
        timeout(self.tail, read).await.ok();
        begins.truncate(READ);
        Trouble::new(why, String::from_utf8_lossy(&begins)).with_status(status)
    }

    /// How a text begins, without the key and whatever else looks like one
    pub(super) fn shown(&self, text: &str) -> String {
        let text = match &self.key {
            Some(key) => text.replace(key.expose(), "(secret)"),
            None => text.to_owned(),
        };
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
        let mut shown = String::new();
        for word in text.split_inclusive(|c| !is_part(c)) {
            let bare = word.trim_end_matches(|c| !is_part(c));
            if bare.len() >= KEY_LIKE {
                shown.push_str(&word.replace(bare, "(secret)"));
            } else {
                shown.push_str(word);
            }
        }
        shown.chars().take(SHOWN).collect()
    }
}

/// Trouble on the way: no connection, or one that was cut
pub(super) fn network(err: reqwest::Error) -> Trouble {
    let why = if err.is_timeout() { Why::Slow } else { Why::Down };
    Trouble::new(why, chain(&err.without_url()))
}

/// An error with its causes
fn chain(err: &dyn Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text.push_str(": ");
        text.push_str(&err.to_string());
        cause = err.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(url: &str) -> OpenAi {
        let config = ModelConfig {
            url: Url::parse(url).expect("a URL"),
            key: Some(Secret::new("short.key")),
            model: "m".to_owned(),
        };
        OpenAi::new(&config, PATIENCE, PATIENCE).expect("is made")
    }

    #[test]
    fn the_path_is_below_the_base_with_or_without_a_slash() {
        for base in ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1/"] {
            assert_eq!(model(base).chat.as_str(), "http://127.0.0.1:9/v1/chat/completions");
        }
        assert_eq!(model("http://127.0.0.1:9").chat.path(), "/chat/completions");
    }

    #[test]
    fn what_is_shown_has_no_key_and_is_short() {
        let model = model("http://127.0.0.1:9/v1");
        let shown = model.shown("bad short.key, sk-proj-0123456789abcdef0123, and ñandú");
        assert_eq!(shown, "bad (secret), (secret), and ñandú");
        assert_eq!(model.shown(&"ñ ".repeat(500)).chars().count(), SHOWN);
    }
}
