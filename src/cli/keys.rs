//! `plaza keys …`: keys of partners, made for somebody by the operator.

use super::{Failure, connect, minute, say};
use crate::app::App;
use crate::entities::{ApiKey, ApiScope};
use crate::error::{Code, Refusal, Result};
use crate::services::{
    ActFor, ApiKeyCreate, KeyMaker, act_for, api_key_create, api_key_revoke, keys_list,
};
use clap::{Args, Subcommand};

/// Arguments of `plaza keys`
#[derive(Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a key, and show it this once
    Create(CreateArgs),
    /// List keys
    List(ListArgs),
    /// End a key at once, with everything that is open with it
    Revoke(RevokeArgs),
}

#[derive(Args)]
#[command(after_help = "\
The key acts for the person, within its scopes, and runs the published documents of its client alone.
Scopes: CATALOG_READ CATALOG_WRITE ORDERS_READ ORDERS_WRITE PARCELS_READ PARCELS_WRITE PAYMENTS_READ CHAT

Example:
  plaza keys create --client partner --as bruno --name \"ERP\" --scope CATALOG_READ --scope ORDERS_READ")]
struct CreateArgs {
    /// Client whose documents the key may run
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Handle, phone number or e-mail address of whom it acts for
    #[arg(long = "as", value_name = "LOGIN_OR_HANDLE")]
    person: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope, required = true)]
    scopes: Vec<ApiScope>,
}

#[derive(Args)]
struct ListArgs {
    /// Whose keys; everybody's if left out
    #[arg(long = "as", value_name = "LOGIN_OR_HANDLE")]
    person: Option<String>,
}

#[derive(Args)]
struct RevokeArgs {
    /// What the key begins with, as `plaza keys list` shows it
    prefix: String,
}

fn scope(name: &str) -> Result<ApiScope, String> {
    ApiScope::named(name).ok_or_else(|| {
        let names: Vec<_> = ApiScope::ALL.iter().map(|scope| scope.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

/// Runs the command.
pub async fn run(args: KeysArgs) -> Result<(), Failure> {
    let app = connect().await?;
    let done = match args.what {
        What::Create(args) => create(&app, args).await,
        What::List(args) => list(&app, args).await,
        What::Revoke(args) => revoke(&app, &args.prefix).await,
    };
    app.db.close().await;
    Ok(done?)
}

async fn create(app: &App, args: CreateArgs) -> Result<()> {
    let viewer = act_for(app, ActFor::Login(&args.person)).await?;
    let input = ApiKeyCreate { name: args.name, client: args.client, scopes: args.scopes };
    let (_, secret) = api_key_create(app, &viewer, KeyMaker::Operator, input).await?;
    super::tell("The key is shown this once; send it as Authorization: Bearer …");
    say(&secret);
    Ok(())
}

async fn list(app: &App, args: ListArgs) -> Result<()> {
    let person = match &args.person {
        Some(login) => act_for(app, ActFor::Login(login)).await?.user_id(),
        None => None,
    };
    for key in keys_list(app.db.reader(), person).await? {
        say(&line(&key));
    }
    Ok(())
}

fn line(key: &ApiKey) -> String {
    let used = key.last_used_at.map_or_else(|| "never".to_owned(), minute);
    let revoked = key.revoked_at.map_or("", |_| "  (revoked)");
    let scopes: Vec<_> = key.scopes.iter().map(ApiScope::name).collect();
    format!(
        "{}  {:<20} used {used:<16}  {}: {}{revoked}",
        key.prefix,
        key.client,
        key.name,
        scopes.join(" ")
    )
}

async fn revoke(app: &App, prefix: &str) -> Result<()> {
    let keys = keys_list(app.db.reader(), None).await?;
    // Who has the whole key may give it: what stands after its prefix is looked at by nobody.
    let is_of = |key: &&ApiKey| {
        let rest = prefix.strip_prefix(&key.prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    let mut matching = keys.iter().filter(is_of);
    let (Some(key), None) = (matching.next(), matching.next()) else {
        // What was typed may be a secret, and ends in a log here or there.
        let message = "There is no such key; `plaza keys list` shows all, by what they begin with";
        return Err(Refusal::new(Code::NotFound, message).into());
    };
    let viewer = act_for(app, ActFor::Id(key.user_id)).await?;
    api_key_revoke(app, &viewer, KeyMaker::Operator, key.id).await?;
    say(&format!("{}: revoked", key.prefix));
    Ok(())
}
