//! The figures are what a recount of the orders gives, after any of thousands of random histories.
//!
//! Each begins in the same town with empty books, at an hour of its own; services are called
//! without the door, for the number of histories. One that fails is shrunk and printed whole, with
//! the `PROPTEST_RNG_SEED` that draws the same ones again.

mod act;
mod happen;
mod town;

use crate::support::{TestApp, on_both, times};
use act::{History, history};
use plaza::db::Dialect;
use plaza::services::figures_recount;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use sea_orm::ConnectionTrait;
use std::cell::RefCell;
use tokio::runtime::Handle;
use town::Town;

/// Histories on SQLite
const HISTORIES: usize = 10_000;
/// Histories on PostgreSQL, which takes longer: as many with `PLAZA_TORTURE=10`
const HISTORIES_POSTGRES: usize = 1000;
/// PostgreSQL keeps what was deleted, and each recount would read it: thrown away now and then.
const SWEEP: &str =
    r#"VACUUM "order", order_item, order_event, order_figure, listing_figure, listing"#;
/// Histories between two sweeps
const SWEEP_AFTER: usize = 200;
/// Nothing here has to survive a power cut, and SQLite would wait for the disk most of the time.
const HASTE: &str = "PRAGMA synchronous = OFF";

/// Plays a history, and recounts.
async fn play(town: &mut Town<'_>, history: &History) -> Result<(), TestCaseError> {
    town.begin(history.start).await;
    for act in &history.acts {
        town.act(act).await?;
    }
    let wrong = figures_recount(town.app.app.db.reader(), town.app.app.clock.now())
        .await
        .expect("recounts");
    prop_assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

async fn run_text(app: &TestApp, text: &str) {
    app.app.db.raw_writer().execute_unprepared(text).await.expect("runs");
}

on_both! {
    async fn figures_equal_a_recount_after_thousands_of_random_histories(app: &TestApp) {
        let postgres = app.app.db.dialect() == Dialect::Postgres;
        let cases = if postgres { times() * HISTORIES_POSTGRES } else { HISTORIES };
        let mut town = Town::build(app).await;
        if !postgres {
            run_text(app, HASTE).await;
        }
        let mut config = ProptestConfig {
            cases: u32::try_from(cases).expect("fits"),
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let seed = match config.rng_seed {
            RngSeed::Fixed(seed) => seed,
            RngSeed::Random => u64::from_be_bytes(plaza::app::random_bytes()),
        };
        config.rng_seed = RngSeed::Fixed(seed);
        let mut played = 0;
        let (runtime, town_of) = (Handle::current(), RefCell::new((&mut played, &mut town)));
        let outcome = tokio::task::block_in_place(|| {
            TestRunner::new(config).run(&history(), |history| {
                let (played, town) = &mut *town_of.borrow_mut();
                **played += 1;
                runtime.block_on(async {
                    if postgres && **played % SWEEP_AFTER == 0 {
                        run_text(app, SWEEP).await;
                    }
                    play(town, &history).await
                })
            })
        });
        if let Err(failure) = outcome {
            panic!("{failure}\nPROPTEST_RNG_SEED={seed}");
        }
        town.tally_up();
        let tally = &town.tally;
        println!("{played} histories of PROPTEST_RNG_SEED={seed}, {tally:?}");
        let all = [tally.not_placed, tally.steps, tally.no_steps, tally.midnights];
        assert!(all.iter().chain(&tally.left).all(|count| *count > cases / 50), "{tally:?}");
    }
}
