//! `plaza documents list`: what is published, what it costs, and when it was used last.

use crate::app::{App, hex};
use crate::cli::{Failure, minute, say};
use crate::entities::{Document, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::services::{clients_list, field_uses, published_of};
use clap::Args;
use serde_json::json;

/// Arguments of `plaza documents list`
#[derive(Args)]
pub struct ListArgs {
    /// Name of the client; all of them if left out
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// Retired ones too
    #[arg(long)]
    retired: bool,
    /// The fields that the client uses, published or not, instead of its documents
    #[arg(long, requires = "client")]
    fields: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub async fn run(app: &App, args: &ListArgs) -> Result<(), Failure> {
    let reader = app.db.reader();
    let clients = clients_list(reader).await?;
    if let Some(name) = &args.client
        && !clients.iter().any(|client| client.name == *name)
    {
        let message = format!("There is no client {name:?}; nothing was published for it");
        return Err(Refusal::new(Code::NotFound, message).into());
    }
    if let (true, Some(client)) = (args.fields, &args.client) {
        return fields(app, client, args.json).await;
    }
    let documents = published_of(reader, args.client.as_deref()).await?;
    for client in clients {
        let wanted = |row: &&Document| {
            row.client == client.name && (args.retired || row.retired_at.is_none())
        };
        let own: Vec<_> = documents.iter().filter(wanted).collect();
        if args.client.as_deref().is_some_and(|name| name != client.name) {
            continue;
        }
        if args.json {
            own.iter().for_each(|row| say(&object(row).to_string()));
            continue;
        }
        say(&format!("{} ({}), {} documents", client.name, client.mode.name(), own.len()));
        if !own.is_empty() {
            say("  cost  statements      uses  last used         operation, id");
        }
        own.iter().for_each(|row| say(&line(row)));
    }
    Ok(())
}

fn line(row: &Document) -> String {
    let statements = row.sql_statements.map_or_else(|| "-".to_owned(), |count| count.to_string());
    let used = row.last_used_at.map_or_else(|| "never".to_owned(), minute);
    let retired = row.retired_at.map_or("", |_| "  (retired)");
    format!(
        "  {:>4}  {statements:>10}  {:>8}  {used:<16}  {} {}{retired}",
        row.cost, row.uses, row.operation_name, row.document_id
    )
}

fn object(row: &Document) -> serde_json::Value {
    json!({
        "client": row.client,
        "documentId": row.document_id,
        "operationName": row.operation_name,
        "hash": hex(&row.hash),
        "cost": row.cost,
        "sqlStatements": row.sql_statements,
        "publishedAt": row.published_at.to_text(),
        "retiredAt": row.retired_at.map(Timestamp::to_text),
        "uses": row.uses,
        "lastUsedAt": row.last_used_at.map(Timestamp::to_text),
    })
}

async fn fields(app: &App, client: &str, as_json: bool) -> Result<(), Failure> {
    for used in field_uses(app.db.reader(), client).await? {
        if as_json {
            let at = used.last_used_at.to_text();
            let object = json!({ "field": used.field, "uses": used.uses, "lastUsedAt": at });
            say(&object.to_string());
        } else {
            say(&format!("{:>10}  {}  {}", used.uses, minute(used.last_used_at), used.field));
        }
    }
    Ok(())
}
