//! Reading a request: the four parameters, from a JSON body or a query string.

use super::Refused;
use async_graphql::Variables;
use poem::http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;

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
    /// Reads a JSON body.
    pub fn of_json(body: &[u8]) -> Result<Self, Refused> {
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
    pub fn of_query(query: &str) -> Result<Self, Refused> {
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
