//! Through the checks to execution, and from its outcome to an answer.

use super::document::{Document, Documents, Operation};
use super::media::Told;
use super::params::Params;
use crate::app::App;
use crate::error::{Error, Fault};
use crate::loaders::{Driver, Loaders};
use crate::schema::{Request as Context, Schemas};
use crate::server::guard::{MAX_COST, Rejected, check_variables};
use crate::services::{Caller, Viewer};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, Value, Variables};
use futures_util::FutureExt;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Longest execution
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Everything between a request and its answer
pub struct Gate {
    /// Plaza, running
    pub app: Arc<App>,
    pub(super) schemas: Schemas,
    documents: Documents,
    /// Told to stop: streams end
    pub(super) stop: CancellationToken,
}

/// A request that passed every check before execution
pub struct Ready {
    document: Arc<Document>,
    operation: Arc<Operation>,
    operation_name: Option<String>,
    variables: Variables,
    cost: u64,
}

impl Ready {
    /// It changes something
    pub fn is_mutation(&self) -> bool {
        self.operation.kind == OperationType::Mutation
    }

    /// It is followed
    pub fn is_subscription(&self) -> bool {
        self.operation.kind == OperationType::Subscription
    }
}

/// An answer as it goes out
pub struct Answer {
    /// What came of it
    pub told: Told,
    /// JSON
    pub body: Vec<u8>,
}

impl Gate {
    /// No document known yet.
    pub fn new(app: Arc<App>, schemas: Schemas, stop: CancellationToken) -> Self {
        let documents = Documents::new(&schemas.strict.sdl());
        Self { app, schemas, documents, stop }
    }

    /// Checks a request without trust.
    ///
    /// # Errors
    /// The document or a variable is not right, or beyond a bound.
    pub fn prepare(&self, params: Params) -> Result<Ready, Rejected> {
        let document = self.documents.get(&params.query.unwrap_or_default())?;
        let operation = document.operation(params.operation_name.as_deref())?;
        let variables = params.variables.unwrap_or_default();
        check_variables(self.documents.types(), &operation.definition, &variables)?;
        let cost = operation.cost.with(&variables);
        metrics::histogram!("plaza_operation_cost").record(f64::from(u32::try_from(cost).unwrap_or(u32::MAX)));
        if cost > MAX_COST {
            let told = if cost >= 1_000_000 { "far more".to_owned() } else { cost.to_string() };
            let message = format!(
                "An operation costs at most {MAX_COST}; this one may cost {told}. Ask for fewer rows or fields"
            );
            return Err(Rejected::limit(message));
        }
        Ok(Ready { document, operation, operation_name: params.operation_name, variables, cost })
    }

    /// Executes and writes the answer.
    pub async fn execute(&self, ready: Ready, viewer: Viewer, caller: Caller) -> Answer {
        let started = Instant::now();
        let kind = kind(ready.operation.kind);
        let span = tracing::info_span!(
            "graphql.execute",
            graphql.operation.kind = kind,
            graphql.cost = ready.cost
        );
        let (document, cost) = (Arc::clone(&ready.document), ready.cost);
        let schema = if document.is_valid() { &self.schemas.fast } else { &self.schemas.strict };
        let driver = Driver::default();
        let request = self.request(ready, viewer, caller, &driver);
        let execution =
            AssertUnwindSafe(driver.run(schema.execute(request))).catch_unwind().instrument(span);
        let answer = match tokio::time::timeout(TIME_LIMIT, execution).await {
            Ok(Ok(response)) => Answer::of(response, &document, cost),
            Ok(Err(_)) => {
                Answer::failed(Fault::new("executing an operation", "a resolver panicked").into())
            }
            Err(_) => {
                let message = format!(
                    "The answer took longer than {} s; ask for less at once",
                    TIME_LIMIT.as_secs()
                );
                Answer { told: Told::Unavailable, body: told(&message, "TIMEOUT") }
            }
        };
        let outcome = match answer.told {
            Told::Executed => "executed",
            Told::Rejected => "rejected",
            Told::Unauthenticated => "unauthenticated",
            Told::Unavailable => "unavailable",
        };
        // Names of free documents are the client's to invent: they must not become labels.
        metrics::histogram!("plaza_operation_seconds", "operation" => "other", "client" => "other", "outcome" => outcome)
            .record(started.elapsed().as_secs_f64());
        answer
    }

    /// The library's request, with everything resolvers find in their context.
    pub(super) fn request(
        &self,
        ready: Ready,
        viewer: Viewer,
        caller: Caller,
        driver: &Driver,
    ) -> Request {
        let context = Context {
            loaders: Loaders::new(self.app.db.reader().clone(), driver),
            now: self.app.clock.now(),
            schema_hash: Arc::clone(&self.schemas.hash),
            app: Arc::clone(&self.app),
            viewer,
            caller,
        };
        let mut request = Request::new("").variables(ready.variables).data(context);
        request.operation_name = ready.operation_name;
        request.set_parsed_query(ready.document.parsed.clone());
        request
    }
}

impl Answer {
    /// The answer of a request that failed before anything was executed.
    pub fn failed(err: Error) -> Self {
        let unauthenticated = matches!(err, Error::Denied(_));
        let told = if unauthenticated { Told::Unauthenticated } else { Told::Unavailable };
        let err = async_graphql::Error::from(err).into_server_error(async_graphql::Pos::default());
        let extensions = err.extensions.as_ref().map(|values| json!(values)).unwrap_or_default();
        let body = json!({ "errors": [{ "message": err.message, "extensions": extensions }] });
        Self { told, body: body.to_string().into_bytes() }
    }

    /// The answer of a document that can't be executed.
    pub fn rejected(rejected: &Rejected) -> Self {
        Self { told: Told::Rejected, body: told(&rejected.message, rejected.code) }
    }

    fn of(mut response: Response, document: &Document, cost: u64) -> Self {
        // Errors of validation have no path; those of execution do.
        let rejected = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|err| err.path.is_empty());
        if !rejected {
            document.mark_valid();
        }
        name_errors(&mut response, rejected);
        if !rejected {
            let cost = Value::from_json(json!({ "estimated": cost })).unwrap_or_default();
            response.extensions.insert("cost".to_owned(), cost);
        }
        let written = if rejected {
            serde_json::to_vec(&json!({ "errors": response.errors }))
        } else {
            serde_json::to_vec(&response)
        };
        match written {
            Ok(body) => Self { told: if rejected { Told::Rejected } else { Told::Executed }, body },
            Err(err) => Self::failed(Fault::new("writing an answer", err).into()),
        }
    }
}

/// Gives every error a code. Those without one are the library's: about the document or an argument.
pub(super) fn name_errors(response: &mut Response, rejected: bool) {
    for err in &mut response.errors {
        let extensions = err.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", if rejected { "GRAPHQL_VALIDATION_FAILED" } else { "INVALID" });
        }
    }
}

/// A body that holds one error
pub fn told(message: &str, code: &str) -> Vec<u8> {
    json!({ "errors": [{ "message": message, "extensions": { "code": code } }] })
        .to_string()
        .into_bytes()
}

fn kind(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}
