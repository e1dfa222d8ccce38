//! Moving a listing from state to state.

use super::{finish, lock_own};
use crate::app::App;
use crate::db::Columns;
use crate::entities::{Listing, ListingId};
use crate::error::{Code, Refusal, Result};
use crate::rules::listing_flow;
use crate::services::viewer::Viewer;
use std::sync::Arc;

pub use crate::rules::listing_flow::Step as ListingStep;

/// Takes a step with a listing. A step to where it already stands changes nothing.
///
/// # Errors
/// Refused to everybody but the store's owner and managers, and where the flow has no such step;
/// the message names those it has.
pub async fn listing_step(
    app: &App,
    viewer: &Viewer,
    id: ListingId,
    step: ListingStep,
) -> Result<Arc<Listing>> {
    let member = viewer.member()?;
    let tx = app.db.write().await?;
    let listing = lock_own(&tx, member, id).await?;
    match listing_flow::next(listing.status, step, listing.stock) {
        Ok(status) if status == listing.status => {}
        Ok(status) => {
            let columns = Columns::of("listing")
                .set("status", status)
                .set("version", listing.version + 1)
                .set("updated_at", app.clock.now());
            tx.update(listing.id.0, columns).await?;
        }
        Err(refused) => {
            return Err(Refusal::new(Code::Conflict, refused.message()).at("id").into());
        }
    }
    finish(tx, listing.id).await
}
