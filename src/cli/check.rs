//! `plaza check`: says what is configured, and tries every connection.

use super::{Failure, migrate, partition, say};
use crate::app::Clock;
use crate::config::{Config, KEYS, TlsConfig};
use crate::db::{Db, Dialect, ReplicaFound, find_replica};
use crate::gateways::assistant::{Reach, reach};
use crate::gateways::redis::redis_answers;
use crate::server::Certificate;
use crate::services::recount_all;
use clap::Args;
use std::fmt::Write;

/// Arguments of `plaza check`
#[derive(Args)]
#[command(after_help = settings())]
pub struct CheckArgs {
    /// Recount everything that is kept and could be counted: figures, totals, versions, numbers
    #[arg(long)]
    figures: bool,
}

fn settings() -> String {
    let mut text = "Settings, in the environment or (second name) in plaza.toml:\n".to_owned();
    for (variable, key, expected) in KEYS {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  {variable:<28} {key:<21} {expected}");
    }
    text
}

/// Runs the command.
pub async fn run(args: CheckArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    say(&format!(
        "configuration   good: {}",
        if config.is_scaled() { "scaled" } else { "embedded" }
    ));
    say(&format!("listen          {}", config.listen));
    let certified = config.tls.as_ref().is_none_or(certificate_holds);
    let mut bad = false;
    let db = match Db::connect(&config.database(), 1).await {
        Ok(db) => db,
        Err(err) => {
            say(&format!("database        can't be reached: {}", super::sentence(&err)));
            return Err(Failure::Code(1));
        }
    };
    let name = match db.dialect() {
        Dialect::Postgres => "PostgreSQL",
        Dialect::Sqlite => "SQLite",
    };
    match migrate::demand_current(&db).await {
        Ok(steps) if steps.newer.is_empty() => say(&format!("database        {name}, up to date")),
        Ok(steps) => say(&format!(
            "database        {name}, {} schema steps newer than this version, which serves it all the same",
            steps.newer.len()
        )),
        Err(err) => {
            bad = true;
            say(&format!("database        {name}: {}", super::sentence(&err)));
        }
    }
    bad |= !months_hold(&db).await?;
    if args.figures && !bad {
        bad = !figures_hold(&db).await?;
    }
    db.close().await;
    bad |= !replicas_hold(&config).await;
    if let Some(redis) = &config.redis_url {
        let answers = redis_answers(redis.expose()).await;
        say(&format!("redis           {}", if answers { "answers" } else { "does not answer" }));
        bad |= !answers;
    }
    if let Some(model) = &config.assistant {
        let reached = reach(model).await?;
        say(&format!(
            "assistant       {}",
            match reached {
                Reach::Answers => "answers",
                Reach::RefusesKey => "answers, and refuses the key",
                Reach::Silent => "does not answer",
            }
        ));
        bad |= reached != Reach::Answers;
    }
    if let Some(endpoint) = &config.otlp_endpoint {
        say(&format!("traces          go to {endpoint}"));
    }
    if bad || !certified { Err(Failure::Code(1)) } else { Ok(()) }
}

/// Says until when the certificate is good; whether it is today.
fn certificate_holds(files: &TlsConfig) -> bool {
    match Certificate::read(files) {
        Ok(certificate) => {
            let (until, now) = (certificate.until, Clock::System.now());
            let days = until.0.saturating_sub(now.0).div_euclid(24 * 3600 * 1_000_000);
            let left = if until > now { format!("{days} days left") } else { "ended".to_owned() };
            say(&format!("tls             certificate until {}: {left}", until.to_utc()));
            until > now
        }
        Err(refusal) => {
            say(&format!("tls             {}", refusal.message));
            false
        }
    }
}

/// Says of each replica what was found; whether all of them are what they should be.
async fn replicas_hold(config: &Config) -> bool {
    let mut hold = true;
    for (url, number) in config.replicas.urls.iter().zip(1..) {
        let (name, found) = find_replica(&config.database(), url.expose()).await;
        hold &= found == ReplicaFound::Replica;
        let said = match found {
            ReplicaFound::Replica => "replays what the primary writes".to_owned(),
            ReplicaFound::Primary => {
                "replays nobody's log: it is a primary, and no replica".to_owned()
            }
            ReplicaFound::Stranger => "has other data than the primary at DATABASE_URL".to_owned(),
            ReplicaFound::Nothing(reason) => format!("can't be reached: {reason}"),
        };
        say(&format!("{:<15} {name} {said}", format!("replica {number}")));
    }
    hold
}

/// Says how orders are parted, where they are.
async fn months_hold(db: &Db) -> Result<bool, Failure> {
    if db.is_half_parted().await? {
        say(
            "orders          half parted by month: run `plaza partition` again, before the first of \
             these months, whose orders would be refused",
        );
        return Ok(false);
    }
    if let Some(parted) = db.by_month().await? {
        let rest = if parted.has_rest { "; others in order_rest" } else { "" };
        say(&format!("orders          by month, {}{rest}", partition::span(&parted.months)));
    }
    Ok(true)
}

/// Says what is kept and is not what it is a sum of.
async fn figures_hold(db: &Db) -> Result<bool, Failure> {
    let recount = recount_all(db.reader(), Clock::System.now()).await?;
    for figure in &recount.wrong {
        say(&format!(
            "figures         {}: kept as {}, and should be {}",
            figure.what, figure.kept, figure.counted
        ));
    }
    if recount.wrong.is_empty() {
        let looked_at: Vec<_> =
            recount.looked_at.iter().map(|(called, rows)| format!("{rows} {called}")).collect();
        say(&format!("figures         all equal to a recount: {}", looked_at.join(", ")));
    }
    Ok(recount.wrong.is_empty())
}
