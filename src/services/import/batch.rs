//! One transaction of an import.

use super::job::JobSteps;
use super::offer::Offer;
use super::plan::changes;
use super::reader::Batch;
use super::report::{BadLine, ImportCounts};
use crate::app::App;
use crate::db::{Columns, Dialect, Reads, WriteTx};
use crate::entities::{CategoryId, Listing, ListingId, Store, StoreId, StoreRole};
use crate::error::Result;
use crate::services::change::Change;
use crate::services::listing::NewListing;
use crate::services::store::{lock_store, no_store};
use crate::services::viewer::{Member, demand_role};
use sea_orm::{FromQueryResult, QueryResult, TryGetable};
use std::collections::{BTreeSet, HashMap};

/// Who imports, and into which store
pub(super) struct Importer<'a> {
    pub(super) app: &'a App,
    pub(super) member: &'a Member,
    pub(super) store: StoreId,
}

/// What becomes of what a batch has written
pub(super) enum Ends<'a> {
    Commit,
    /// A dry run
    Undo,
    /// It is committed together with how far the job has come
    Step(Box<JobSteps<'a>>),
}

impl Ends<'_> {
    /// Batches that were done before
    pub(super) fn batches(&self) -> u64 {
        match self {
            Self::Step(steps) => steps.batches(),
            Self::Commit | Self::Undo => 0,
        }
    }

    /// What became of their lines
    pub(super) fn counts(&self) -> ImportCounts {
        match self {
            Self::Step(steps) => steps.counts(),
            Self::Commit | Self::Undo => ImportCounts::default(),
        }
    }

    async fn end(&mut self, tx: WriteTx, done: Done<'_>) -> Result<()> {
        match self {
            Self::Commit => tx.commit().await,
            Self::Undo => Ok(()),
            Self::Step(steps) => steps.step(tx, done).await,
        }
    }
}

/// A batch, written
pub(super) struct Done<'a> {
    /// All lines up to here
    pub(super) counts: ImportCounts,
    /// What is wrong with some of the batch
    pub(super) bad: &'a [BadLine],
    /// Bytes of the file up to here
    pub(super) bytes: u64,
}

impl Importer<'_> {
    /// Writes lines. What is wrong with some of them, in their order
    pub(super) async fn write(
        &self,
        Batch { offers, mut bad, bad_lines, bytes }: Batch,
        counts: &mut ImportCounts,
        ends: &mut Ends<'_>,
    ) -> Result<Vec<BadLine>> {
        if offers.is_empty() && !matches!(ends, Ends::Step(_)) {
            counts.bad += bad_lines;
            return Ok(bad);
        }
        let tx = self.app.db.write().await?;
        // The store's lock keeps two imports into it apart.
        let Some(store) = lock_store(&tx, self.store).await? else {
            return Err(no_store("storeId").into());
        };
        demand_role(&tx, self.member, store.id, StoreRole::Manager).await?;
        let (categories, now) = (categories(&tx, &offers).await?, self.app.clock.now());
        let present = present(&tx, store.id, offers.iter(), false).await?;
        // Only what changes is locked, and then judged by what it is by then.
        let differs = |offer: &&Offer| {
            let (listing, category) = (present.get(&offer.key)?, categories.get(&offer.category)?);
            Some(!matches!(changes(offer, listing, *category, now), Ok(None)))
        };
        let differing = offers.iter().filter(|offer| differs(offer).unwrap_or_default());
        let locked = self::present(&tx, store.id, differing, true).await?;
        let mut new = Vec::new();
        let mut done = ImportCounts { bad: counts.bad + bad_lines, ..*counts };
        for offer in offers {
            let Some(category) = categories.get(&offer.category).copied() else {
                let reason = "There is no category with this slug";
                bad.push(BadLine::new(offer.line, Some("category"), &offer.category, reason));
                done.bad += 1;
                continue;
            };
            let Some(listing) = locked.get(&offer.key).or_else(|| present.get(&offer.key)) else {
                new.push(self.create(offer, &store, category));
                continue;
            };
            match changes(&offer, listing, category, now) {
                Ok(Some(columns)) => {
                    tx.update(listing.id.0, columns).await?;
                    done.updated += 1;
                }
                Ok(None) => done.unchanged += 1,
                Err(reason) => {
                    bad.push(BadLine::new(offer.line, Some("status"), "active", reason));
                    done.bad += 1;
                }
            }
        }
        done.created += new.len() as u64;
        tx.insert_all(new).await?;
        bad.sort_by_key(|bad| bad.line);
        ends.end(tx, Done { counts: done, bad: &bad, bytes }).await?;
        *counts = done;
        Ok(bad)
    }

    fn create(&self, offer: Offer, store: &Store, category: CategoryId) -> Columns {
        let new = NewListing {
            id: ListingId(self.app.ids.next()),
            publisher: self.member.user.id,
            category,
            title: offer.title,
            description: match offer.description {
                Change::Set(text) => text,
                Change::Keep | Change::Clear => String::new(),
            },
            price: Some(offer.price),
            stock: match offer.stock {
                Change::Set(count) => Some(count),
                Change::Keep | Change::Clear => None,
            },
            location_name: offer.location_name,
            place: offer.place,
            publish: offer.publish.unwrap_or(true),
            now: self.app.clock.now(),
        };
        new.columns(store).set("import_key", offer.key)
    }
}

/// Ids of the categories that these lines name, by slug
async fn categories(tx: &WriteTx, offers: &[Offer]) -> Result<HashMap<String, CategoryId>> {
    let slugs: BTreeSet<&str> = offers.iter().map(|offer| offer.category.as_str()).collect();
    let mut sql = tx.sql("SELECT c.slug, c.id FROM category c WHERE ");
    sql.any_text("c.slug", slugs.into_iter().map(str::to_owned));
    let rows = tx.all(sql).await?;
    rows.iter()
        .map(|row| Ok((String::try_get_by_index(row, 0)?, CategoryId::try_get_by_index(row, 1)?)))
        .collect()
}

/// Listings of the store that these lines are about, by key
async fn present(
    tx: &WriteTx,
    store: StoreId,
    offers: impl Iterator<Item = &Offer>,
    lock: bool,
) -> Result<HashMap<String, Listing>> {
    let keys: Vec<String> = offers.map(|offer| offer.key.clone()).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = tx.sql("SELECT l.* FROM listing l WHERE l.store_id = ");
    sql.bind(store).push(" AND ").any_text("l.import_key", keys);
    if lock {
        // In the order in which listings are locked everywhere.
        sql.push(" ORDER BY l.id").either(" FOR UPDATE", "");
    }
    // The table may grow a hundredfold under an import: a plan made at its start would later read
    // all of the store's listings at each batch.
    plan_anew(tx, true).await?;
    let rows = tx.all(sql).await?;
    plan_anew(tx, false).await?;
    let listing = |row: &QueryResult| {
        let key = String::try_get_by(row, "import_key")?;
        Ok((key, Listing::from_query_result(row, "")?))
    };
    rows.iter().map(listing).collect()
}

/// Whether PostgreSQL plans each statement anew, or plans it once for all values
async fn plan_anew(tx: &WriteTx, anew: bool) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        let mode = if anew { "force_custom_plan" } else { "auto" };
        tx.run(tx.sql(&format!("SET LOCAL plan_cache_mode = {mode}"))).await?;
    }
    Ok(())
}
