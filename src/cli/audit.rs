//! `plaza audit`: what was done to accounts, rights and settings, newest first.

use super::{Failure, connect, say, tell};
use crate::app::App;
use crate::entities::{AuditActor, AuditKind};
use crate::services::{AuditFilter, AuditLine, audit_trail};
use clap::Args;
use serde_json::{Value, json};
use std::time::Duration;

/// Arguments of `plaza audit`
#[derive(Args, Debug)]
#[command(after_help = kinds())]
pub struct AuditArgs {
    /// Nothing older than this, such as 90m, 24h or 7d
    #[arg(long, value_name = "SPAN", value_parser = humantime::parse_duration)]
    since: Option<Duration>,
    /// One kind of entry, such as SIGN_IN_FAILED
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<AuditKind>,
    /// Done by the person with this handle
    #[arg(long, value_name = "HANDLE")]
    actor: Option<String>,
    /// Done to the person with this handle
    #[arg(long, value_name = "HANDLE")]
    subject: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

fn kinds() -> String {
    let names: Vec<_> = AuditKind::all().map(AuditKind::name).collect();
    format!("Kinds: {}", names.join(", "))
}

fn kind(text: &str) -> Result<AuditKind, String> {
    AuditKind::named(text).ok_or_else(|| "there is no such kind; --help lists them".to_owned())
}

/// Runs the command.
pub async fn run(args: AuditArgs) -> Result<(), Failure> {
    let app = connect().await?;
    let lines = audit_trail(&app, filter(&app, &args), args.limit).await?;
    app.db.close().await;
    if lines.is_empty() && !args.json {
        tell("There are no such entries");
    }
    for line in lines {
        say(&if args.json { object(&line).to_string() } else { text(&line) });
    }
    Ok(())
}

fn filter(app: &App, args: &AuditArgs) -> AuditFilter {
    let since = args.since.map(|span| {
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        app.clock.now().plus_seconds(seconds.saturating_neg())
    });
    AuditFilter { since, kind: args.kind, actor: args.actor.clone(), subject: args.subject.clone() }
}

/// `2026-11-18T15:00:00.000000Z  STORE_ROLE_SET  bruno  127.0.0.1  to rosa  role=MANAGER store=la-vaca`
fn text(line: &AuditLine) -> String {
    let entry = &line.entry;
    let mut columns = vec![
        entry.at.to_text(),
        format!("{:<22}", entry.kind.name()),
        format!("{:<16}", actor(line)),
        format!("{:<15}", entry.address.as_deref().unwrap_or("-")),
    ];
    columns.extend(subject(line).map(|subject| format!("to {subject}")));
    columns.extend(entry.client.as_ref().map(|client| format!("by {client:?}")));
    let details = details(line);
    let details: Vec<_> = details
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| match value {
            Value::String(text) => format!("{key}={text}"),
            value => format!("{key}={value}"),
        })
        .collect();
    columns.push(details.join(" "));
    columns.join("  ").trim_end().to_owned()
}

fn object(line: &AuditLine) -> Value {
    let entry = &line.entry;
    json!({
        "id": entry.id.0,
        "at": entry.at.to_text(),
        "kind": entry.kind.name(),
        "actor": actor(line),
        "actorId": entry.actor_id.map(|id| id.0),
        "address": entry.address,
        "client": entry.client,
        "subject": subject(line),
        "subjectId": entry.subject_id,
        "details": details(line),
    })
}

/// Handle, or who it was where nobody has one; the id of whoever is gone
fn actor(line: &AuditLine) -> String {
    match (line.entry.actor, &line.actor, line.entry.actor_id) {
        (AuditActor::Guest, ..) => "(guest)".to_owned(),
        (AuditActor::Operator, ..) => "(operator)".to_owned(),
        (AuditActor::User, Some(handle), _) => handle.clone(),
        (AuditActor::User, None, id) => id.map(|id| id.0.to_string()).unwrap_or_default(),
    }
}

fn subject(line: &AuditLine) -> Option<String> {
    let id = || line.entry.subject_id.map(|id| id.to_string());
    line.entry.subject.clone().or_else(|| line.subject.clone()).or_else(id)
}

fn details(line: &AuditLine) -> Value {
    serde_json::from_str(&line.entry.details).unwrap_or_default()
}
