//! Listings: written by a store's owner and managers, moved along by `rules::listing_flow`.

mod create;
mod step;
mod update;

pub(super) use create::NewListing;
pub use create::{ListingCreate, listing_create};
pub use step::{ListingStep, listing_step};
pub use update::{ListingUpdate, listing_update};

use super::category::category_in;
use super::viewer::{Member, demand_role};
use crate::db::{Reads, WriteTx};
use crate::entities::{CategoryId, Currency, Listing, ListingId, Money, MoneyError, StoreRole};
use crate::error::{Code, Refusal, Result};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Longest title, in characters
pub(super) const MAX_TITLE: usize = 120;
/// Longest description, in characters
pub(super) const MAX_DESCRIPTION: usize = 10_000;
/// Largest counted stock
const MAX_STOCK: i32 = 1_000_000;
/// Largest price in major units
const MAX_PRICE: i64 = 1_000_000_000;

/// A price as a client sends it
#[derive(Clone, Copy, Debug)]
pub struct PriceInput {
    pub amount: Decimal,
    pub currency: Currency,
}

pub(super) fn price(given: PriceInput) -> Result<Money, Refusal> {
    let refuse = |code, message: String| Err(Refusal::new(code, message).at("price.amount"));
    if given.amount.is_sign_negative() && !given.amount.is_zero() {
        return refuse(Code::OutOfRange, "A price is 0 or more".to_owned());
    }
    if given.amount > Decimal::from(MAX_PRICE) {
        return refuse(Code::OutOfRange, format!("A price is at most {MAX_PRICE}"));
    }
    match Money::from_major(given.amount, given.currency) {
        Ok(money) => Ok(money),
        Err(MoneyError::TooPrecise { decimals }) => {
            refuse(Code::Invalid, format!("{} has {decimals} decimals", given.currency))
        }
        Err(MoneyError::TooLarge) => {
            refuse(Code::OutOfRange, format!("A price is at most {MAX_PRICE}"))
        }
    }
}

pub(super) fn stock(given: i32) -> Result<i32, Refusal> {
    if (0..=MAX_STOCK).contains(&given) {
        return Ok(given);
    }
    let message = format!("Stock is 0 to {MAX_STOCK}, or null where it is not counted");
    Err(Refusal::new(Code::OutOfRange, message).at("stock"))
}

async fn demand_category(tx: &WriteTx, id: CategoryId) -> Result<()> {
    match category_in(tx, id).await? {
        Some(_) => Ok(()),
        None => {
            Err(Refusal::new(Code::NotFound, "There is no such category").at("categoryId").into())
        }
    }
}

/// A listing that the viewer may change, locked until the transaction ends. To strangers a listing
/// that they can't see does not exist.
async fn lock_own(tx: &WriteTx, viewer: &Member, id: ListingId) -> Result<Listing> {
    let missing = || Refusal::new(Code::NotFound, "There is no such listing").at("id");
    let Some(listing) = read(tx, id, true).await? else { return Err(missing().into()) };
    let allowed = demand_role(tx, viewer, listing.store_id, StoreRole::Manager).await;
    match allowed {
        Err(_)
            if !listing.is_public()
                && super::viewer::role_in(tx, listing.store_id, viewer.user.id)
                    .await?
                    .is_none() =>
        {
            Err(missing().into())
        }
        other => other.map(|()| listing),
    }
}

async fn read(tx: &WriteTx, id: ListingId, lock: bool) -> Result<Option<Listing>> {
    let mut sql = tx.sql("SELECT l.* FROM listing l WHERE l.id = ");
    sql.bind(id);
    if lock {
        sql.either(" FOR UPDATE", "");
    }
    Ok(tx.one(sql).await?.map(|row| Listing::from_query_result(&row, "")).transpose()?)
}

async fn finish(tx: WriteTx, id: ListingId) -> Result<Arc<Listing>> {
    let listing = read(&tx, id, false).await?;
    tx.commit().await?;
    listing
        .map(Arc::new)
        .ok_or_else(|| Refusal::new(Code::NotFound, "There is no such listing").at("id").into())
}
