//! `plaza partition`: orders by month, on PostgreSQL.

use super::{Failure, migrate, say, tell};
use crate::app::Clock;
use crate::config::Config;
use crate::db::{Db, MONTHS_AHEAD, Month, Patience};
use clap::Args;
use std::time::Duration;

/// Arguments of `plaza partition`
#[derive(Args)]
#[command(after_help = "\
The tables that are there become the part before the first month: nothing is written again, and servers
go on. A month of orders, with their lines and steps, can then be taken away in one piece. Lists of
orders look into every month, which costs them something: read `Orders by month` in the book before.")]
pub struct PartitionArgs {
    /// First month with a part of its own; by default the next one that is a week away or more
    #[arg(long, value_name = "YYYY-MM")]
    from: Option<Month>,
    /// Months to make ahead of this one. Workers keep three ahead by themselves
    #[arg(long, default_value_t = MONTHS_AHEAD, value_parser = clap::value_parser!(u32).range(1..=120))]
    ahead: u32,
    /// How long to wait for another node that does the same, and for tables that are in use
    #[arg(long, value_name = "SPAN", default_value = "2m", value_parser = humantime::parse_duration)]
    wait: Duration,
}

/// Runs the command.
pub async fn run(args: PartitionArgs) -> Result<(), Failure> {
    let config = Config::read()?;
    let db = Db::connect(&config.database(), 2).await?;
    migrate::demand_current(&db).await?;
    let patience = Patience { wait: args.wait, tell: &tell };
    let now = Clock::System.now().to_utc();
    db.part_by_month(args.from, now, &patience).await?;
    let made = db.months_until(Month::of(now).plus(args.ahead), &patience).await?;
    for month in made {
        tell(&format!("Made {month}"));
    }
    if let Some(parted) = db.by_month().await? {
        say(&format!("Orders are parted by month, {}", span(&parted.months)));
        if parted.has_rest {
            say("Orders of months without a part of their own are in order_rest");
        }
    }
    db.close().await;
    Ok(())
}

/// `from 2026-12 to 2027-03`
pub fn span(months: &[Month]) -> String {
    match (months.first(), months.last()) {
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        _ => "and no month has a part of its own".to_owned(),
    }
}
