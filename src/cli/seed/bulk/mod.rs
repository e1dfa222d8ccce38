//! As many people, stores and listings as asked for.
//!
//! Every row follows from the seed and its own number alone: nothing is kept in memory, and what
//! points at another row works out that row's id anew. Things appear in the order of time, as they
//! do in a real market, so that ids and times grow with the rows.

mod listing;
mod person;
mod store;

use super::calendar::Calendar;
use super::compose::{self, Tree, credential_row};
use super::demo::{self, WithProfile};
use super::load::Load;
use super::market::{Good, goods};
use super::prose::Lexicon;
use super::row::{Row, Table};
use crate::error::Result;
use std::collections::HashMap;
use std::ops::Range;

/// How many of each
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) users: u64,
    pub(super) stores: u64,
    pub(super) listings: u64,
}

/// The market that is made
pub(super) struct Market {
    seed: u64,
    sizes: Sizes,
    calendar: Calendar,
    tree: Tree,
    goods: Vec<Good>,
    /// Where the goods of a category stand
    shelves: HashMap<&'static str, Range<usize>>,
    /// Those who can sign in; none where they are in the database already
    known: Vec<WithProfile>,
    /// What the database holds already; numbers in handles go on from there
    before: Sizes,
}

/// What is told of rows as they are written
pub(super) trait Watch: Send {
    /// So many rows of a table are to come.
    fn begin(&mut self, table: &str, rows: u64);
    /// So many more are written.
    fn written(&mut self, rows: u64);
    /// The table is done.
    fn end(&mut self);
}

impl Market {
    /// A market of these sizes, beside what a database holds already.
    pub(super) fn new(
        seed: u64,
        sizes: Sizes,
        calendar: Calendar,
        tree: Tree,
        before: Sizes,
    ) -> Self {
        let goods = goods();
        let mut shelves: HashMap<&'static str, Range<usize>> = HashMap::new();
        for (at, good) in goods.iter().enumerate() {
            shelves
                .entry(good.category)
                .and_modify(|shelf| shelf.end = at + 1)
                .or_insert(at..at + 1);
        }
        let known = if before.users == 0 { demo::known(&calendar, &tree) } else { Vec::new() };
        // Rows added later are others, even from the same seed.
        let seed = seed ^ before.users.rotate_left(32) ^ before.listings.rotate_left(16);
        Self { seed, sizes, calendar, tree, goods, shelves, known, before }
    }

    /// Those who can sign in are among the people
    pub(super) fn has_known(&self) -> bool {
        !self.known.is_empty()
    }

    /// Writes everything; the number of rows.
    pub(super) async fn write(
        &self,
        load: &mut Load,
        lexicon: &mut Lexicon,
        password_hash: &str,
        watch: &mut impl Watch,
    ) -> Result<u64> {
        let Sizes { users, stores, listings } = self.sizes;
        let mut rows = 0;
        let known = self
            .known
            .iter()
            .map(|(person, _)| credential_row(person.id, password_hash, person.joined_at));
        rows +=
            write(load, watch, &compose::CATEGORY, 0, self.tree.missing().iter().cloned()).await?;
        rows += write(load, watch, &compose::USER, users, (0..users).map(|n| self.person(n).row()))
            .await?;
        rows += write(load, watch, &compose::CREDENTIAL, 0, known).await?;
        let profiles = (0..users).filter_map(|n| self.profile_row(n, lexicon));
        rows += write(load, watch, &compose::PROFILE, users * 3 / 5, profiles).await?;
        let store_rows = (0..stores).map(|n| self.store(n).store.row(lexicon));
        rows += write(load, watch, &compose::STORE, stores, store_rows).await?;
        let hours = (0..stores).flat_map(|n| self.store(n).store.hours_rows());
        rows += write(load, watch, &compose::STORE_HOURS, stores * 7, hours).await?;
        let staff = (0..stores).flat_map(|n| self.member_rows(n));
        rows += write(load, watch, &compose::STORE_MEMBER, stores * 5 / 2, staff).await?;
        let listing_rows = (0..listings).map(|n| self.listing_row(n, lexicon));
        rows += write(load, watch, &compose::LISTING, listings, listing_rows).await?;
        Ok(rows)
    }
}

async fn write(
    load: &mut Load,
    watch: &mut impl Watch,
    table: &'static Table,
    expected: u64,
    rows: impl Iterator<Item = Row> + Send,
) -> Result<u64> {
    watch.begin(table.name.trim_matches('"'), expected);
    let written = load.rows(table, rows, |rows| watch.written(rows)).await?;
    watch.end();
    Ok(written)
}
