//! A peer that Plaza is measured beside: the same libraries, used as their own documentation shows
//! them. The same tables, queries and answers; nothing of Plaza, and none of its ways: no cache, no
//! documents kept parsed, no fast validation, no allocator of its own, no batching of its own.
//!
//! Followed:
//! - async-graphql's book (async-graphql.github.io/async-graphql/en): «SimpleObject», «Object»,
//!   «Complex Object», «Context» (data of the schema and of a request), «Custom scalars», «Cursor
//!   connections», «Optimizing N+1 queries», «Poem»; docs.rs/async-graphql/8.0.0-rc.5, `dataloader`
//! - async-graphql's examples (github.com/async-graphql/examples): `poem/starwars`,
//!   `poem/token-from-header`
//! - SeaORM's documentation (sea-ql.org/SeaORM/docs): «Entity Structure», «ActiveEnum», «New Type»,
//!   «Select», «Paginate: cursor pagination», «Database Connection»; its `graphql_example`;
//!   docs.rs/sea-orm/2.0.4, `ConnectOptions`
//! - poem's (docs.rs/poem): `Server`, `Data`, `handler`

mod entity;
mod loader;
mod page;
mod query;
mod value;

use async_graphql::dataloader::DataLoader;
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{EmptyMutation, EmptySubscription, Schema};
use async_graphql_poem::{GraphQLRequest, GraphQLResponse};
use clap::Parser;
use loader::PostgresLoader;
use poem::http::{HeaderMap, header};
use poem::listener::TcpListener;
use poem::web::Data;
use poem::{EndpointExt, Route, Server, handler, post};
use query::{Query, Service, UserId};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::error::Error;
use std::time::Duration;

/// What the environment says
#[derive(Parser)]
struct Options {
    /// Listens on this port of 127.0.0.1
    #[arg(long, env)]
    port: u16,
    /// postgres://…
    #[arg(long, env, required_unless_present = "plain")]
    database_url: Option<String>,
    /// Say one line of text and nothing else: what poem can do at most
    #[arg(long)]
    plain: bool,
    /// Most connections to the database
    #[arg(long, env, default_value_t = 12)]
    connections: u32,
    /// What `service { version }` answers
    #[arg(long, env, default_value = env!("CARGO_PKG_VERSION"))]
    version: String,
}

type PlazaSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// Who asks: the id of a user, taken as it is
fn user_from_headers(headers: &HeaderMap) -> Option<UserId> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")?.parse().ok().map(UserId)
}

#[handler]
async fn graphql(
    schema: Data<&PlazaSchema>,
    db: Data<&DatabaseConnection>,
    headers: &HeaderMap,
    request: GraphQLRequest,
) -> GraphQLResponse {
    let loader = PostgresLoader::new(db.clone());
    let loader = DataLoader::new(loader, TokioSpawner::current(), TokioTimer::default());
    let mut request = request.0.data(loader);
    if let Some(user) = user_from_headers(headers) {
        request = request.data(user);
    }
    schema.execute(request).await.into()
}

#[handler]
fn one_line() -> &'static str {
    "Hello, world!"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let listener = TcpListener::bind(("127.0.0.1", options.port));
    let Some(url) = options.database_url.filter(|_| !options.plain) else {
        return Ok(Server::new(listener).run(Route::new().at("/graphql", post(one_line))).await?);
    };
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(options.connections)
        .min_connections(options.connections)
        // Its documentation: the default asks with a ping before each statement, a round trip more.
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false);
    let db = Box::pin(Database::connect(connect)).await?;
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription)
        .data(db.clone())
        .data(Service::new(options.version))
        .finish();
    let app = Route::new().at("/graphql", post(graphql)).data(schema).data(db);
    Server::new(listener).run(app).await?;
    Ok(())
}
