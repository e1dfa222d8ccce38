//! `plaza documents …`: what clients may run.

mod check;
mod demo;
mod list;
mod measure;
mod publish;
mod retire;
mod sample;
mod source;

pub use demo::publish as publish_demo;

use super::{Failure, connect, say};
use crate::app::App;
use crate::entities::ClientMode;
use crate::error::{Code, Refusal, Result};
use crate::services::{client_mode_set, clients_list};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `plaza documents`
#[derive(Args)]
pub struct DocumentsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Publish a client's documents: all of them, or none where one is not right
    Publish(publish::PublishArgs),
    /// List documents, what they cost, and when they were used last
    List(list::ListArgs),
    /// Tell which published documents this server's schema, or another, does not answer
    Check(check::CheckArgs),
    /// Take documents back: a client may no longer run them
    Retire(retire::RetireArgs),
    /// Set what a client may send, or say it
    Mode(ModeArgs),
}

#[derive(Args)]
#[command(after_help = "\
log         any document; what was not published is noted in the log
safelist    published documents, by id or as text, however it is laid out
require-id  published documents, by their ids alone

The client '*' stands for whoever names no client that is known. A client names itself by the header
GraphQL-Client-Name, which anybody can write: where it matters, set a mode for '*' too, or hand out
API keys, which are bound to their client.")]
struct ModeArgs {
    /// Name of the client
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// What it may send; left out: say what is set
    mode: Option<Mode>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    Log,
    Safelist,
    RequireId,
}

/// Where documents come from
#[derive(Args)]
struct Given {
    /// Name of the client, as it sends it in GraphQL-Client-Name
    #[arg(long, value_name = "NAME")]
    client: String,
    /// Folders or files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Runs the command.
pub async fn run(args: DocumentsArgs) -> Result<(), Failure> {
    let app = connect().await?;
    let done = match args.what {
        What::Publish(args) => publish::run(&app, args).await,
        What::List(args) => list::run(&app, &args).await,
        What::Check(args) => check::run(&app, &args).await,
        What::Retire(args) => retire::run(&app, args).await,
        What::Mode(args) => mode(&app, args).await,
    };
    app.db.close().await;
    done
}

async fn mode(app: &Arc<App>, args: ModeArgs) -> Result<(), Failure> {
    let Some(mode) = args.mode else {
        let clients = clients_list(app.db.reader()).await?;
        let wanted = |name: &str| args.client.as_deref().is_none_or(|wanted| wanted == name);
        for client in clients.iter().filter(|client| wanted(&client.name)) {
            say(&format!("{:<24} {}", client.name, client.mode.name()));
        }
        return Ok(());
    };
    let Some(client) = args.client else {
        let message = "Name the client whose mode to set: --client NAME";
        return Err(Refusal::new(Code::Required, message).into());
    };
    let mode = match mode {
        Mode::Log => ClientMode::Log,
        Mode::Safelist => ClientMode::Safelist,
        Mode::RequireId => ClientMode::RequireId,
    };
    client_mode_set(app, &client, mode).await?;
    say(&format!("{client}: {}", mode.name()));
    Ok(())
}
