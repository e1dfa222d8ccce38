//! The rules held against small files: a checker that can't fail is worth nothing.

use super::rules::findings;

/// Each line is `path | code`, and the code (under a header) breaks no rule.
#[track_caller]
fn holds(table: &str) {
    for [path, code] in rows(table) {
        assert_eq!(of(path, code), Vec::<String>::new(), "{path}: {code}");
    }
}

/// Each line is `path | code | what is said`, and nothing else is said of the code's one line.
#[track_caller]
fn breaks(table: &str) {
    for [path, code, said] in rows(table) {
        let found = of(path, code);
        let want = format!("{path}:2: {said}");
        assert!(
            found.len() == 1 && found[0].starts_with(&want),
            "{path}: {code}\nwant {want}\n got {found:#?}"
        );
    }
}

fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let row = |line| -> [&str; N] {
        let parts = str::split(line, '|').map(str::trim).collect::<Vec<_>>();
        parts.try_into().expect("a line has its columns")
    };
    table.lines().map(str::trim).filter(|line| !line.is_empty()).map(row).collect()
}

fn of(path: &str, code: &str) -> Vec<String> {
    findings(&[(path.to_owned(), format!("//! Header.\n{code}"))])
}

#[test]
fn imports_run_downwards() {
    holds(
        "
        src/main.rs                  | use plaza::cli; fn main() { plaza::error::report(); }
        src/cli/serve.rs             | use crate::{app::App, server, telemetry};
        src/server/graphql.rs        | use crate::schema; use super::limits;
        src/app.rs                   | use crate::{config::Config, db::Db, loaders, schema, services};
        src/schema/store/mod.rs      | use crate::{loaders::store::StoreById, services::store};
        src/services/store/create.rs | use crate::{app::App, db::Db, jobs::queue, rules::money};
        src/loaders/store.rs         | use crate::{cache::Cache, entities::store};
        src/jobs/expire.rs           | use crate::{jobs::queue, services::order};
        src/rules/money.rs           | use crate::{entities::money::Money, error::Refusal};
        src/entities/store.rs        | use super::id::StoreId; use crate::error::Refusal;
        src/lib.rs                   | pub mod app; pub mod error;
        ",
    );
}

#[test]
fn imports_never_run_upwards() {
    breaks(
        "
        src/services/store.rs  | use crate::schema::page;                | services names crate::schema::page: imports run downwards only
        src/services/store.rs  | use crate::{db, loaders::A};            | services names crate::loaders::A
        src/services/order.rs  | use crate::jobs::worker;                | services names crate::jobs::worker
        src/loaders/store.rs   | fn a() { crate::services::b::fetch() }  | loaders names crate::services::b::fetch
        src/jobs/queue.rs      | use super::worker;                      | jobs::queue names crate::jobs::worker
        src/rules/fee/mod.rs   | use super::super::db::Db;               | rules names crate::db::Db
        src/rules/fee.rs       | mod tests { use crate::services; }      | rules names crate::services
        src/schema/mod.rs      | use crate::server;                      | schema names crate::server
        src/entities/store.rs  | use crate::config::Config;              | entities names crate::config::Config
        src/db/mod.rs          | use crate::app::App;                    | db names crate::app::App
        src/db/mod.rs          | use crate::telemetry;                   | db names crate::telemetry
        src/db/mod.rs          | use crate::events;                      | db names crate::events
        src/config/mod.rs      | use crate::db;                          | config names crate::db
        src/telemetry.rs       | use crate::db;                          | telemetry names crate::db
        src/app.rs             | use crate::server;                      | app names crate::server
        src/error.rs           | use crate::config;                      | error names crate::config: imports run downwards only; error may name no other room
        ",
    );
}

#[test]
fn a_room_that_is_not_on_the_map_is_refused() {
    assert!(of("src/clock.rs", "")[0].starts_with("src/clock.rs:1: no room is called clock"));
    breaks(
        "
        src/services/store.rs | use crate::Clock; | crate::Clock lies in no room
        src/services/store.rs | use crate::*;     | crate::* lies in no room
        ",
    );
}

#[test]
fn a_library_stays_in_its_room() {
    holds(
        "
        src/server/graphql.rs | use poem::Request; use async_graphql::Response;
        src/schema/store.rs   | use async_graphql::Object;
        src/loaders/store.rs  | use async_graphql::dataloader::{DataLoader, Loader};
        src/rules/fee.rs      | let poem = 1; // async_graphql::Object
        ",
    );
    breaks(
        "
        src/schema/mod.rs  | use poem::Request;                              | schema names poem::Request: only server knows poem
        src/cli/serve.rs   | fn a() { ::poem::Server::new() }                | cli names poem::Server::new: only server
        src/services/a.rs  | #[derive(async_graphql::SimpleObject)]          | services names async_graphql::SimpleObject: only schema knows
        src/error.rs       | use async_graphql as gql;                       | error names async_graphql: only schema
        src/entities/a.rs  | use async_graphql_value::Name;                  | entities names async_graphql_value::Name: only schema
        src/loaders/a.rs   | use async_graphql::{dataloader::Loader, Error}; | loaders names async_graphql::Error: of async-graphql, loaders know dataloader, runtime alone
        ",
    );
}

#[test]
fn sql_stays_in_its_rooms() {
    holds(
        r#"
        src/loaders/a.rs      | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/services/a.rs     | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/db/a.rs           | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/events/log.rs     | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/jobs/queue.rs     | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/cli/seed/mod.rs   | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/cli/import.rs     | use sea_orm::Statement; const A: &str = "SELECT 1";
        src/entities/store.rs | use sea_orm::entity::prelude::*;
        src/schema/mod.rs     | const A: &str = "Select a store"; // "SELECT 1"
        "#,
    );
    breaks(
        r##"
        src/schema/a.rs      | use sea_orm::{EntityTrait, QueryFilter};    | schema names sea_orm::QueryFilter: SQL stands only in
        src/cli/check.rs     | fn a() { sea_orm::Statement::from_string() } | cli names sea_orm::Statement::from_string: SQL
        src/schema/a.rs      | use crate::db::{Reader, Sql};               | schema names db::Sql: SQL
        src/server/health.rs | use sqlx::query;                            | server names sqlx::query: SQL
        src/gateways/a.rs    | const A: &str = "  SELECT id FROM a";       | gateways holds the statement "SELECT id FROM a…": SQL
        src/gateways/a.rs    | const A: &str = r#"WITH a AS (SELECT 1) b"#; | gateways holds the statement
        src/gateways/a.rs    | const A: &str = "UPDATE a SET b = 1";       | gateways holds the statement
        src/gateways/a.rs    | const A: &str = "INSERT INTO a";            | gateways holds the statement
        src/gateways/a.rs    | const A: &str = "DELETE FROM a";            | gateways holds the statement
        src/gateways/a.rs    | const A: &str = "PRAGMA optimize";          | gateways holds the statement
        src/gateways/a.rs    | const A: &str = "CREATE TABLE a (id INT)";  | gateways holds the statement
        "##,
    );
}

#[test]
fn a_file_opens_with_its_header() {
    for path in ["src/lib.rs", "migration/src/lib.rs", "tests/api/store.rs"] {
        let found = findings(&[(path.to_owned(), "pub mod app;".to_owned())]);
        let want = format!(
            "{path}:1: a file opens with `//!`: what it owns, and what it leaves to others"
        );
        assert_eq!(found, [want]);
    }
}

#[test]
fn a_long_file_says_why_and_none_is_longer_than_that() {
    let why = "//! Why so long: a table.\n";
    let of_lines = |count: usize| of("tests/api/a.rs", &"\n".repeat(count - 1));
    let with_reason =
        |count: usize| of("tests/api/a.rs", &format!("{why}{}", "\n".repeat(count - 2)));
    assert!(of_lines(400).is_empty());
    assert!(of_lines(401)[0].starts_with("tests/api/a.rs:401: 401 lines: over 400"));
    assert!(with_reason(600).is_empty());
    assert!(with_reason(601)[0].starts_with("tests/api/a.rs:601: 601 lines: no file has over 600"));
}

#[test]
fn a_name_says_what_a_file_owns() {
    assert!(of("src/rules/common_password.rs", "").is_empty());
    for name in ["utils", "helpers/text", "order_manager", "common/mod"] {
        let found = of(&format!("src/services/{name}.rs"), "");
        assert!(found.len() == 1 && found[0].contains(" names nothing"), "{name}: {found:?}");
    }
}

#[test]
fn a_module_with_a_folder_is_in_it() {
    let file = |path: &str| (path.to_owned(), "//! Header.\n".to_owned());
    let found = findings(&[file("src/db.rs"), file("src/db/keyset.rs")]);
    assert_eq!(
        found,
        ["src/db.rs:1: src/db.rs beside src/db/: a module with a folder is src/db/mod.rs"]
    );
    assert!(findings(&[file("src/db/mod.rs"), file("src/db/keyset.rs")]).is_empty());
}
