//! The demo: the market of Juigalpa, Chontales, in Nicaragua, and its surroundings.
//!
//! Some sixty people, thirty stores and six hundred listings of the last 90 days, the same at every
//! start but for the dates. Who can sign in is in `people`; nobody else has a password. `life` has them
//! order and write to each other.

mod life;
mod people;
mod stores;

pub(super) use people::{PASSWORD, WithProfile, known};
pub(super) use stores::{Opened, first_store};

use super::calendar::Calendar;
use super::compose::{self, Tree, credential_row, member_row, offer, top_listing_row};
use super::dice::Dice;
use super::load::Load;
use super::market::goods;
use super::prose::Lexicon;
use super::row::{Row, Table};
use crate::app::App;
use crate::entities::{ListingStatus, StoreRole, Timestamp};
use crate::error::Result;
use uuid::Uuid;

/// The seed of everything in the demo
const SEED: u64 = 505;
/// How far back it goes
const DAYS: i64 = 90;
/// Best sellers that a store shows
const TOP: usize = 5;

/// Fills an empty database with demo data; one with people or listings in it stays as it is.
///
/// # Errors
/// The database could not be written.
pub async fn demo(app: &App) -> Result<()> {
    let hash = app.passwords.hash(PASSWORD.to_owned()).await?;
    let mut load = Load::begin(&app.db, compose::TABLES).await?;
    if load.count(&compose::USER).await? > 0 || load.count(&compose::LISTING).await? > 0 {
        return Ok(());
    }
    let calendar = Calendar::before(app.clock.now(), DAYS);
    let tree = Tree::new(SEED, calendar.start(), &load.categories().await?);
    let mut lexicon = Lexicon::new(app.db.dialect());
    let people: Vec<_> =
        known(&calendar, &tree).into_iter().chain(people::neighbours(&calendar, &tree)).collect();
    let stores = stores::opened(SEED, &calendar, &people);
    write(&mut load, &compose::CATEGORY, tree.missing().to_vec()).await?;
    write_people(&mut load, &people, &hash, &mut lexicon).await?;
    write_stores(&mut load, &stores, &people, &mut lexicon).await?;
    let best = write_listings(&mut load, &stores, &tree, &calendar, &mut lexicon).await?;
    load.finish(&app.db, compose::TABLES).await?;
    match (stores.first(), best.as_slice()) {
        (Some(counter), [_, ..]) => life::begin(app, counter, &best).await,
        _ => Ok(()),
    }
}

async fn write(load: &mut Load, table: &'static Table, rows: Vec<Row>) -> Result<()> {
    load.rows(table, rows.into_iter(), |_| {}).await?;
    Ok(())
}

async fn write_people(
    load: &mut Load,
    people: &[WithProfile],
    hash: &str,
    lexicon: &mut Lexicon,
) -> Result<()> {
    write(load, &compose::USER, people.iter().map(|(person, _)| person.row()).collect()).await?;
    let signing_in = people.iter().filter(|(person, _)| person.phone.is_some());
    let credentials =
        signing_in.map(|(person, _)| credential_row(person.id, hash, person.joined_at)).collect();
    write(load, &compose::CREDENTIAL, credentials).await?;
    let profiles =
        people.iter().filter_map(|(person, profile)| Some(profile.as_ref()?.row(person, lexicon)));
    let profiles = profiles.collect();
    write(load, &compose::PROFILE, profiles).await
}

async fn write_stores(
    load: &mut Load,
    stores: &[Opened],
    people: &[WithProfile],
    lexicon: &mut Lexicon,
) -> Result<()> {
    write(load, &compose::STORE, stores.iter().map(|opened| opened.store.row(lexicon)).collect())
        .await?;
    write(
        load,
        &compose::STORE_HOURS,
        stores.iter().flat_map(|opened| opened.store.hours_rows()).collect(),
    )
    .await?;
    // Staff are taken in turn from those who own nothing: they stand at the end.
    let mut helpers = people.iter().rev().map(|(person, _)| person).take(40).cycle();
    let mut members = Vec::new();
    for (opened, number) in stores.iter().zip(0_usize..) {
        let (store, since) = (opened.store.id, opened.store.created_at);
        members.push(member_row(store, opened.store.owner, StoreRole::Owner, since));
        let roles = [StoreRole::Manager, StoreRole::Clerk, StoreRole::Courier];
        for role in roles.into_iter().skip(number % 3) {
            if let Some(helper) = helpers.next().filter(|helper| helper.id != opened.store.owner) {
                members.push(member_row(store, helper.id, role, since));
            }
        }
    }
    write(load, &compose::STORE_MEMBER, members).await
}

/// Writes the listings; the best of the first store.
async fn write_listings(
    load: &mut Load,
    stores: &[Opened],
    tree: &Tree,
    calendar: &Calendar,
    lexicon: &mut Lexicon,
) -> Result<Vec<Uuid>> {
    let goods = goods();
    let mut best_of_first = Vec::new();
    let mut listings: Vec<(Timestamp, Row)> = Vec::new();
    let mut top: Vec<Row> = Vec::new();
    for (opened, number) in stores.iter().zip(0_u64..) {
        let mut dice = Dice::of(SEED, "shelf", number);
        let mut sold: Vec<_> =
            goods.iter().filter(|good| opened.written.sells.contains(&good.category)).collect();
        dice.shuffle(&mut sold);
        let mut best: Vec<Uuid> = Vec::new();
        for good in sold.into_iter().take(opened.written.listings) {
            // After the stores opened, and before now.
            let created_at = calendar.at(0.14 + 0.86 * dice.unit());
            let (id, status, row) =
                offer(&opened.stall, good, tree, (calendar, created_at), &mut dice, lexicon);
            listings.push((created_at, row));
            if status == ListingStatus::Active && best.len() < TOP {
                best.push(id);
            }
        }
        if number == 0 {
            best_of_first.clone_from(&best);
        }
        top.extend(
            best.into_iter()
                .zip(1_i64..)
                .map(|(id, rank)| top_listing_row(opened.store.id, rank, id)),
        );
    }
    listings.sort_by_key(|(created_at, _)| *created_at);
    write(load, &compose::LISTING, listings.into_iter().map(|(_, row)| row).collect()).await?;
    write(load, &compose::TOP_LISTING, top).await?;
    Ok(best_of_first)
}
