//! `plaza seed`, and the demo data of `plaza serve --demo`.
//!
//! - `market`: what there is, in words; `demo`: a town's market of hand-written people and stores
//! - `bulk`: as many people, stores and listings as asked for
//! - `compose`: either of them as rows; `load`: rows into the database
//! - `dice`, `calendar`, `prose`, `row`: chance, time, texts and cells

mod bulk;
mod calendar;
mod compose;
mod demo;
mod dice;
mod load;
mod market;
mod prose;
mod row;

pub use demo::demo;

use super::progress::{Progress, per_second};
use super::{Failure, connect, say};
use crate::app::App;
use crate::entities::Timestamp;
use crate::error::{Code, Refusal, Result};
use bulk::{Market, Sizes, Watch};
use calendar::Calendar;
use chrono::{NaiveDate, NaiveTime};
use clap::{Args, ValueEnum};
use compose::{TABLES, Tree};
use load::Load;
use prose::Lexicon;
use std::time::Instant;

/// How far back the data goes
const DAYS: i64 = 730;
/// From so many listings on, making indexes afterwards is cheaper
const MANY: u64 = 20_000;

/// Arguments of `plaza seed`
#[derive(Args, Debug)]
#[command(after_help = "\
The same seed, sizes and day give the same rows, but for the hash of the password. On an empty
database the people ana, bruno, carla and admin of the demo are among them, with its password: never
seed what is reachable from outside.

Examples:
  plaza seed                                        1,000 listings
  plaza seed --scale large                          1,000,000 listings, 100,000 people, 20,000 stores
  plaza seed --listings 50000 --users 2000 --seed 7")]
pub struct SeedArgs {
    /// How much: 1,000, 50,000 or 1,000,000 listings
    #[arg(long, value_enum, default_value_t = Scale::Small)]
    scale: Scale,
    /// Number of listings instead of the scale's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    listings: Option<u64>,
    /// Number of people; a tenth of the listings if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(4..=100_000_000))]
    users: Option<u64>,
    /// Number of stores; a fiftieth of the listings if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    stores: Option<u64>,
    /// Another number gives other data
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// The data ends with the start of this day, in UTC; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
    /// Add to a database that has listings already
    #[arg(long)]
    append: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scale {
    Small,
    Medium,
    Large,
}

impl SeedArgs {
    fn sizes(&self) -> Sizes {
        let listings = self.listings.unwrap_or(match self.scale {
            Scale::Small => 1_000,
            Scale::Medium => 50_000,
            Scale::Large => 1_000_000,
        });
        Sizes {
            listings,
            users: self.users.unwrap_or((listings / 10).max(20)),
            stores: self.stores.unwrap_or((listings / 50).max(1)),
        }
    }
}

/// Runs the command.
pub async fn run(args: SeedArgs) -> Result<(), Failure> {
    let app = connect().await?;
    seed(&app, &args).await?;
    app.db.close().await;
    Ok(())
}

/// Fills a database with made-up data.
///
/// # Errors
/// Refused where there are listings and nobody asked for more.
async fn seed(app: &App, args: &SeedArgs) -> Result<()> {
    let started = Instant::now();
    let sizes = args.sizes();
    let hash = app.passwords.hash(demo::PASSWORD.to_owned()).await?;
    let mut load = Load::begin(&app.db, TABLES).await?;
    let before = Sizes {
        users: load.count(&compose::USER).await?,
        stores: load.count(&compose::STORE).await?,
        listings: load.count(&compose::LISTING).await?,
    };
    if before.listings > 0 && !args.append {
        let message = format!(
            "This database has {} listings already; add --append to put more beside them",
            before.listings
        );
        return Err(Refusal::new(Code::Conflict, message).into());
    }
    let calendar =
        Calendar::before(args.until.map_or_else(|| start_of_day(app.clock.now()), midnight), DAYS);
    let tree = Tree::new(args.seed, calendar.start(), &load.categories().await?);
    let market = Market::new(args.seed, sizes, calendar, tree, before);
    let afterwards = before.listings == 0 && sizes.listings >= MANY;
    let indexes = if afterwards { load.set_indexes_aside(TABLES).await? } else { Vec::new() };
    let mut lexicon = Lexicon::new(app.db.dialect());
    let rows = market.write(&mut load, &mut lexicon, &hash, &mut Terminal(None)).await?;
    let written = Instant::now();
    let mut progress = Progress::start("indexes", indexes.len() as u64, "");
    for index in &indexes {
        load.make_index(index).await?;
        progress.advance(1);
    }
    progress.finish();
    let indexed = Instant::now();
    load.finish(&app.db, TABLES).await?;
    let total = started.elapsed();
    say(&format!(
        "{} listings, {} people and {} stores in {:.1} s: {rows} rows, {:.0} a second\n\
         rows {:.1} s, indexes {:.1} s, commit and statistics {:.1} s",
        sizes.listings,
        sizes.users,
        sizes.stores,
        total.as_secs_f64(),
        per_second(rows, total),
        (written - started).as_secs_f64(),
        (indexed - written).as_secs_f64(),
        indexed.elapsed().as_secs_f64(),
    ));
    if market.has_known() {
        say(&format!("ana, bruno, carla and admin sign in with the password {}", demo::PASSWORD));
    }
    Ok(())
}

fn start_of_day(now: Timestamp) -> Timestamp {
    midnight(now.to_utc().date_naive())
}

fn midnight(day: NaiveDate) -> Timestamp {
    day.and_time(NaiveTime::MIN).and_utc().into()
}

/// Shows the progress of one table after the other
struct Terminal(Option<Progress>);

impl Watch for Terminal {
    fn begin(&mut self, table: &str, rows: u64) {
        self.0 = (rows > 0).then(|| Progress::start(table, rows, "rows"));
    }

    fn written(&mut self, rows: u64) {
        if let Some(progress) = &mut self.0 {
            progress.advance(rows);
        }
    }

    fn end(&mut self) {
        if let Some(progress) = self.0.take() {
            progress.finish();
        }
    }
}
