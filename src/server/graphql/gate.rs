//! Through the checks to execution, and from its outcome to an answer.

use super::answer::{Answer, name_errors, told};
use super::charge::Costs;
use super::document::{Document, Documents};
use super::follow::{Runs, States};
use super::keep::Data;
use super::load::Load;
use super::media::Told;
use super::params::Params;
use super::position::Source;
use super::ready::Ready;
use super::stream::Reservations;
use super::trusted::{Chosen, Trusted};
use super::upload::AT_ONCE;
use crate::app::App;
use crate::cache::{Answers, Rows};
use crate::db::counting_statements;
use crate::entities::ApiScope;
use crate::error::Fault;
use crate::loaders::{Driver, Keeping, Loaders};
use crate::schema::{Request as Context, Schemas, Who};
use crate::server::guard::{Demands, INVALID, Rejected, actual_cost, check_cost, check_variables};
use crate::services::{Caller, KeyGrant, Took, Used, Viewer};
use async_graphql::Variables;
use async_graphql::parser::types::{OperationDefinition, OperationType};
use async_graphql::{Request, Response};
use futures_util::FutureExt;
use serde_json::json;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Longest execution
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Most errors of a document that are told
const MAX_ERRORS: usize = 50;
/// What the library says of the operation without a name that [`Gate::validate`] asks for
const VALID: &str = "Unknown operation named \"\"";

/// Everything between a request and its answer
pub struct Gate {
    /// Plaza, running
    pub app: Arc<App>,
    pub(super) schemas: Schemas,
    pub(super) documents: Documents,
    /// Documents that were published
    pub(super) trusted: Trusted,
    /// Rows in memory; None: they are read each time
    rows: Option<Arc<Rows>>,
    /// Answers in memory; None: they are made each time
    answers: Option<Answers<Data>>,
    /// Payloads that several streams share
    pub(super) runs: Runs,
    /// States of streams in the making
    pub(super) states: States,
    /// Event streams that were announced, and those that came of them
    pub(super) reservations: Reservations,
    /// How much is done at once
    pub(super) load: Load,
    /// Turns of those who send files
    pub(super) uploads: Semaphore,
    /// What operations take is in the figures
    counts: bool,
    /// Told to stop: streams end
    pub(super) stop: CancellationToken,
    /// Open sockets, which the library does not wait for
    pub sockets: TaskTracker,
}

impl Gate {
    /// No document known yet.
    pub fn new(app: Arc<App>, schemas: Schemas, stop: CancellationToken) -> Self {
        let documents = Documents::new(&schemas.strict.sdl(), schemas.introspection);
        // Writers get as many, and who only reads has connections of their own.
        let states = States::new(app.config.database_connections.div_ceil(4) as usize);
        let (runs, reservations) = (Runs::default(), Reservations::default());
        let sockets = TaskTracker::new();
        let (trusted, load) = (Trusted::default(), Load::new(&app.config));
        let rows = app.rows.clone();
        let changes = app.db.changes();
        let config = &app.config.cache;
        let answers = config.answers.then(|| Answers::new(config, Arc::clone(changes)));
        Self {
            app,
            schemas,
            documents,
            trusted,
            rows,
            answers,
            runs,
            states,
            reservations,
            load,
            uploads: Semaphore::new(AT_ONCE),
            counts: true,
            stop,
            sockets,
        }
    }

    /// The same, which reads everything each time, and is in no figures: for documents that are tried.
    #[must_use]
    pub fn for_trying(self) -> Self {
        Self { rows: None, answers: None, counts: false, ..self }
    }

    /// Tells how much is kept in memory.
    pub fn tell(&self) {
        self.answers.iter().for_each(Answers::tell);
    }

    /// Reads the documents that were published, where they are others than at the last time.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn refresh(&self) -> crate::error::Result<()> {
        self.trusted.refresh(&self.app, &self.documents).await
    }

    /// Checks a request without trust.
    ///
    /// # Errors
    /// The answer, where the document or a variable is not right, or beyond a bound, or not for this
    /// client.
    pub async fn prepare(
        &self,
        params: Params,
        viewer: &Viewer,
        caller: &Caller,
    ) -> Result<Ready, Answer> {
        let prepared = async {
            let chosen = self
                .trusted
                .choose(&self.documents, &params, viewer, caller)
                .map_err(|rejected| Answer::rejected(&rejected))?;
            let ready = self
                .check(&chosen, params, viewer)
                .map_err(|rejected| Answer::rejected(&rejected))?;
            self.validate(&ready.document).await?;
            self.trusted.register(&chosen);
            self.count(&ready);
            Ok(ready)
        };
        AssertUnwindSafe(prepared).catch_unwind().await.unwrap_or_else(|_| {
            Err(Answer::failed(Fault::new("reading a document", "a rule panicked").into()))
        })
    }

    fn check(&self, chosen: &Chosen, params: Params, viewer: &Viewer) -> Result<Ready, Rejected> {
        if let (Some(key), Some(published)) = (viewer.key(), &chosen.published) {
            check_scopes(key, &published.demands)?;
        }
        let position = params.sees(&self.app.positions)?;
        let document = Arc::clone(&chosen.document);
        let operation = document.operation(params.operation_name.as_deref())?;
        let variables = params.variables.unwrap_or_default();
        let variables = with_defaults(&operation.definition, variables);
        check_variables(self.documents.types(), &operation.definition, &variables)
            .map_err(|rejected| self.documents.veiled_variables(rejected, &document, &variables))?;
        let cost = operation.cost.with(&variables);
        metrics::histogram!("plaza_operation_cost")
            .record(f64::from(u32::try_from(cost).unwrap_or(u32::MAX)));
        check_cost(cost)?;
        let (published, client) = (chosen.published.clone(), Arc::clone(&chosen.client));
        let operation_name = params.operation_name;
        let files = params.files.into();
        Ok(Ready {
            files,
            document,
            operation,
            operation_name,
            variables,
            cost,
            charge: None,
            published,
            client,
            tells_cost: true,
            position,
        })
    }

    /// Counts the use of a document and its fields.
    fn count(&self, ready: &Ready) {
        let used = Used {
            client: Arc::clone(&ready.client),
            document: ready.published.as_ref().map(|published| published.id),
            hash: ready.document.hash,
        };
        self.app.uses.count(used, || self.documents.fields(&ready.document));
    }

    /// Validates a document by all rules of the specification, once. The library does so before it
    /// looks for the operation: asked for one that no document can have, it executes nothing. No
    /// variable has a say, so that a document is valid or not whatever comes with it.
    pub(super) async fn validate(&self, document: &Document) -> Result<(), Answer> {
        if document.is_valid() {
            return Ok(());
        }
        let mut request = Request::new("");
        request.operation_name = Some(String::new());
        request.set_parsed_query(document.parsed.clone());
        let mut response = self.schemas.strict.execute(request).await;
        if matches!(response.errors.as_slice(), [only] if only.message == VALID) {
            document.mark_valid();
            return Ok(());
        }
        // Fragments are looked at in no order.
        response.errors.sort_by_key(|err| err.locations.first().map(|at| (at.line, at.column)));
        response.errors.truncate(MAX_ERRORS);
        self.documents.veil_errors(&mut response, document);
        name_errors(&mut response, INVALID);
        let body = json!({ "errors": response.errors }).to_string().into_bytes();
        Err(Answer::new(Told::Rejected, body))
    }

    /// Executes and writes the answer, which holds the position that comes beside it: what whoever
    /// asked has to see from now on, where something may have been changed.
    pub async fn execute(
        &self,
        ready: Ready,
        viewer: Viewer,
        caller: Caller,
    ) -> (Answer, Option<String>) {
        let (started, cost) = (Instant::now(), ready.cost);
        let (operation, client) = ready.labels();
        let mut counting = pin!(counting_statements(self.answered(ready, viewer, caller)));
        let (answer, position) = counting.as_mut().await;
        let statements = counting.take_value().map_or(0, Cell::into_inner);
        let time = started.elapsed();
        let took = Took { time, cost, statements, failed: answer.has_errors };
        if self.counts {
            self.app.operations.count(&operation, &client, took);
        }
        let outcome = match answer.told {
            Told::Executed => "executed",
            Told::Rejected => "rejected",
            Told::Unauthenticated => "unauthenticated",
            Told::Limited { .. } => "limited",
            Told::Unavailable => "unavailable",
        };
        metrics::histogram!("plaza_operation_seconds", "operation" => operation, "client" => client, "outcome" => outcome)
            .record(time.as_secs_f64());
        (answer, position)
    }

    async fn answered(
        &self,
        ready: Ready,
        viewer: Viewer,
        caller: Caller,
    ) -> (Answer, Option<String>) {
        match &self.answers {
            Some(answers) if ready.kind() == OperationType::Query => {
                (self.recall(answers, ready, viewer, caller).await, None)
            }
            _ => {
                let from = self.source_of(&ready, self.fresh_of(&ready));
                let ran = self.run(&ready, &from, Who::new(viewer), caller).await;
                let position = self.position_after(ready.kind()).await;
                let answer = match ran {
                    Ok((response, cost)) => {
                        self.told(&ready, response, cost, position.as_deref()).await
                    }
                    Err(failed) => failed.past(position.as_deref()),
                };
                (answer, position)
            }
        }
    }

    /// Executes. What came of it, and what that cost
    pub(super) async fn run(
        &self,
        ready: &Ready,
        from: &Source,
        who: Who,
        caller: Caller,
    ) -> Result<(Response, u64), Answer> {
        let span = tracing::debug_span!(
            "graphql.execute",
            graphql.operation.kind = kind(ready.kind()),
            graphql.cost = ready.cost
        );
        let driver = Driver::default();
        let reader = from.reader.clone();
        let loaders = match &self.rows {
            Some(rows) if ready.kind() == OperationType::Query => {
                let rows = Keeping { rows: Arc::clone(rows), mark: from.mark, fresh: from.fresh };
                Loaders::keeping(reader, &driver, rows)
            }
            _ => Loaders::new(reader, &driver),
        };
        let loaders = if ready.operation.writes_again { loaders.forgetful() } else { loaders };
        let mut context = self.context(who, caller, loaders);
        context.files = Arc::clone(&ready.files);
        let request = request(ready.clone(), context);
        let execution = AssertUnwindSafe(driver.run(self.schemas.fast.execute(request)))
            .catch_unwind()
            .instrument(span);
        match tokio::time::timeout(TIME_LIMIT, execution).await {
            Ok(Ok(mut response)) => {
                self.documents.veil_errors(&mut response, &ready.document);
                let actual = actual_cost(&response.data).clamp(1, ready.cost.max(1));
                Ok((response, actual))
            }
            Ok(Err(_)) => Err(Answer::failed(
                Fault::new("executing an operation", "a resolver panicked").into(),
            )),
            Err(_) => {
                let message = format!(
                    "The answer took longer than {} s; ask for less at once",
                    TIME_LIMIT.as_secs()
                );
                Err(Answer::new(Told::Unavailable, told(&message, "TIMEOUT")))
            }
        }
    }

    /// The answer of what was executed, paid for.
    pub(super) async fn told(
        &self,
        ready: &Ready,
        response: Response,
        cost: u64,
        position: Option<&str>,
    ) -> Answer {
        let left = self.settle(ready.charge, cost).await;
        let costs = Costs { estimated: ready.cost, actual: Some(cost), left };
        Answer::of(response, ready.tells_cost.then_some(&costs), position)
    }

    /// Takes names of the schema out of what the library says, where introspection is off.
    pub(super) fn veil(&self, response: &mut Response, ready: &Ready) {
        self.documents.veil_errors(response, &ready.document);
    }

    /// What resolvers find in their context.
    pub(super) fn context(&self, who: Who, caller: Caller, loaders: Loaders) -> Context {
        Context {
            loaders,
            instant: self.app.clock.now(),
            schema_hash: Arc::clone(&self.schemas.hash),
            app: Arc::clone(&self.app),
            who,
            caller,
            files: Arc::default(),
            turn: None,
        }
    }
}

/// The variables with the values that the operation has for those that were left out: the library
/// forgets them in `@include` and `@skip`.
fn with_defaults(operation: &OperationDefinition, mut variables: Variables) -> Variables {
    for definition in &operation.variable_definitions {
        let (name, default) = (&definition.node.name.node, &definition.node.default_value);
        if let Some(default) = default
            && !variables.contains_key(name)
        {
            variables.insert(name.clone(), default.node.clone());
        }
    }
    variables
}

/// Refuses what a key may not do.
fn check_scopes(key: &KeyGrant, demands: &Demands) -> Result<(), Rejected> {
    let forbidden = |message| Err(Rejected { message, code: "FORBIDDEN", at: None });
    if let Some(field) = &demands.person {
        return forbidden(format!("{field} is for people who are signed in, not for API keys"));
    }
    let missing: Vec<_> = demands.scopes.without(key.scopes).iter().map(ApiScope::name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    forbidden(format!("This API key lacks the scope {}", missing.join(", ")))
}

/// The library's request
pub(super) fn request(ready: Ready, context: Context) -> Request {
    let mut request = Request::new("").variables(ready.variables).data(context);
    request.operation_name = ready.operation_name;
    request.set_parsed_query(ready.document.parsed.clone());
    request
}

pub(super) fn kind(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}
