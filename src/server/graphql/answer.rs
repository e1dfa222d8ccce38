//! Answers as they go out: what came of a request, written once.

use super::charge::Costs;
use super::media::Told;
use super::position::KEY;
use crate::error::{Error, Fault};
use crate::limits::Verdict;
use crate::server::guard::Rejected;
use async_graphql::{Response, Value};
use serde_json::json;

/// An answer as it goes out
pub struct Answer {
    /// What came of it
    pub told: Told,
    /// JSON
    pub body: Vec<u8>,
    /// Something could not be answered
    pub has_errors: bool,
    /// What is left to whoever asked; None: nobody counts
    pub quota: Option<Verdict>,
}

impl Answer {
    /// An answer that holds errors alone, and that nobody has counted.
    pub fn new(told: Told, body: Vec<u8>) -> Self {
        Self { told, body, has_errors: true, quota: None }
    }

    /// The answer of a request that failed before anything was executed.
    pub fn failed(err: Error) -> Self {
        let unauthenticated = matches!(err, Error::Denied(_));
        let told = if unauthenticated { Told::Unauthenticated } else { Told::Unavailable };
        let err = async_graphql::Error::from(err).into_server_error(async_graphql::Pos::default());
        let extensions = err.extensions.as_ref().map(|values| json!(values)).unwrap_or_default();
        let body = json!({ "errors": [{ "message": err.message, "extensions": extensions }] });
        Self::new(told, body.to_string().into_bytes())
    }

    /// The answer of a document that can't be executed.
    pub fn rejected(rejected: &Rejected) -> Self {
        let mut error = error(&rejected.message, rejected.code);
        if let Some(at) = rejected.at {
            error["locations"] = json!([{ "line": at.line, "column": at.column }]);
        }
        Self::new(Told::Rejected, json!({ "errors": [error] }).to_string().into_bytes())
    }

    /// The answer of what was executed.
    pub fn of(mut response: Response, costs: Option<&Costs>, position: Option<&str>) -> Self {
        name_errors(&mut response, "INVALID");
        if let Some(costs) = costs {
            let cost = Value::from_json(costs.told()).unwrap_or_default();
            response.extensions.insert("cost".to_owned(), cost);
        }
        if let Some(position) = position {
            response.extensions.insert(KEY.to_owned(), Value::from(position));
        }
        let has_errors = !response.errors.is_empty();
        let quota = costs.and_then(|costs| costs.left);
        match serde_json::to_vec(&response) {
            Ok(body) => Self { told: Told::Executed, body, has_errors, quota },
            Err(err) => Self::failed(Fault::new("writing an answer", err).into()).past(position),
        }
    }

    /// The same answer that holds errors alone, and what whoever asked has to see from now on.
    #[must_use]
    pub fn past(self, position: Option<&str>) -> Self {
        let Some(position) = position else { return self };
        let mut told: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        told["extensions"][KEY] = json!(position);
        Self { body: told.to_string().into_bytes(), ..self }
    }
}

/// Gives this code to every error without one: those are the library's, about the document or an
/// argument.
pub fn name_errors(response: &mut Response, code: &str) {
    for err in &mut response.errors {
        let extensions = err.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
}

/// A body that holds one error
pub fn told(message: &str, code: &str) -> Vec<u8> {
    json!({ "errors": [error(message, code)] }).to_string().into_bytes()
}

fn error(message: &str, code: &str) -> serde_json::Value {
    json!({ "message": message, "extensions": { "code": code } })
}
