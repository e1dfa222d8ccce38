//! Orders: their lines and history; lists, mutations, figures and streams beside.

pub mod dashboard;
pub mod history;
pub mod list;
pub mod mutation;
pub mod update;

pub use dashboard::StoreDashboard;
pub use list::{OrderArgs, OrderConnection, OrderFilter, OrderSort};
pub use mutation::OrderMutation;
pub use update::OrderSubscription;

use super::context::ContextExt;
use super::conversation::{self, Conversation};
use super::direct::{Direct, Ready};
use super::listing::Listing;
use super::node::Global;
use super::page::PageArgs;
use super::scalar::DateTime;
use super::store::{Store, is_staff, store};
use super::user::{User, user_beside};
use super::value::Money;
use crate::entities::{
    Currency, Fulfilment as Way, Listing as ListingRow, Order as Row, OrderItem as ItemRow,
    OrderStatus as Status, StoreRole,
};
use crate::error::Result;
use crate::loaders::{Beside, ConversationOfOrder, ItemsOfOrder, ListingById, RoleInStore};
use crate::rules::order_flow::{self, Part};
use crate::services::Viewer;
use async_graphql::{Context, Enum, ID, Object};
use history::OrderEventConnection;
use std::sync::Arc;

/// Where an order stands
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum OrderStatus {
    /// Store has not answered yet
    Placed,
    /// Store will do it
    Accepted,
    /// Being made ready
    Preparing,
    /// Waits to be picked up or delivered
    Ready,
    /// Handed over
    Completed,
    /// Store will not do it
    Rejected,
    /// Called off by the buyer or the store
    Cancelled,
}

/// How an order reaches the buyer
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Way")]
pub enum Fulfilment {
    /// Buyer comes for it
    Pickup,
    /// It is brought
    Delivery,
}

/// What a buyer bought of a store
pub struct Order(pub Arc<Row>, pub Beside);

impl Order {
    /// An order by itself
    pub fn of(row: Arc<Row>) -> Self {
        Self(row, Beside::default())
    }
}

/// What a buyer bought of a store
#[Object]
impl Order {
    /// Global id
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Short number within the store, such as "A-0042"
    async fn number(&self) -> String {
        self.0.short_number()
    }

    /// Who sells
    async fn store(&self, ctx: &Context<'_>) -> Result<Direct<Store>> {
        store(ctx, &self.1, self.0.store_id).await.map(Direct)
    }

    /// Who buys
    async fn buyer(&self, ctx: &Context<'_>) -> Result<Direct<User>> {
        user_beside(ctx, &self.1, self.0.buyer_id).await.map(Direct)
    }

    /// Where it stands
    async fn status(&self) -> OrderStatus {
        self.0.status.into()
    }

    /// Steps that the viewer may take now
    async fn next_statuses(&self, ctx: &Context<'_>) -> Result<Vec<OrderStatus>> {
        let part = part_of(ctx, &self.0).await?;
        let next = order_flow::next(self.0.status, self.0.fulfilment, part);
        Ok(next.into_iter().map(Into::into).collect())
    }

    /// How it reaches the buyer
    async fn fulfilment(&self) -> Fulfilment {
        self.0.fulfilment.into()
    }

    /// What the buyer wrote with it
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Lines, in the order in which they were sent
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<Direct<OrderItem>>> {
        let items = ctx.loaders().load(ItemsOfOrder(self.0.id)).await?.unwrap_or_default();
        let asked = ctx.field().selection_set().any(|field| field.name() == "listing");
        let ids = items.iter().filter_map(|row| row.listing_id).filter(|_| asked);
        let listings = ctx.loaders().load_all(ids.map(ListingById).collect()).await?;
        let (mut listings, currency) = (listings.into_iter(), self.0.currency);
        let item = |row: &Arc<ItemRow>| {
            let listing = row.listing_id.and_then(|_| listings.next().flatten());
            Direct(OrderItem { row: Arc::clone(row), currency, listing, asked })
        };
        Ok(items.iter().map(item).collect())
    }

    /// Sum of the quantities
    async fn item_count(&self) -> i32 {
        self.0.item_count
    }

    /// What it costs in all
    async fn total(&self) -> Direct<Money> {
        Direct(self.0.total().into())
    }

    /// When it was placed
    async fn placed_at(&self) -> DateTime {
        DateTime(self.0.placed_at)
    }

    /// For a later pick-up
    async fn scheduled_for(&self) -> Option<DateTime> {
        self.0.scheduled_for.map(DateTime)
    }

    /// When its last event happened
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Grows with each event; gapless
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What its buyer and the people of its store write about it; null where nobody has begun, or the
    /// viewer is not in it
    async fn conversation(&self, ctx: &Context<'_>) -> Option<Result<Conversation>> {
        let row = match ctx.loaders().load(ConversationOfOrder(self.0.id)).await.transpose()? {
            Ok(row) => row,
            Err(err) => return Some(Err(err)),
        };
        let mine = conversation::place(ctx, row.id).await.transpose()?;
        Some(mine.map(|mine| Conversation { row, mine: Some(mine) }))
    }

    /// Everything that happened to it, first things first
    async fn history(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<OrderEventConnection> {
        history::connection(self.0.id, &PageArgs { first, after, last, before })
    }
}

impl Ready for Order {
    fn is_ready(&self, field: &str) -> bool {
        match field {
            "total" => true,
            "store" => self.1.store.is_some(),
            "buyer" => self.1.user.is_some(),
            _ => false,
        }
    }
}

/// One line of an order, as it was when ordered
pub struct OrderItem {
    row: Arc<ItemRow>,
    currency: Currency,
    /// Where it was asked for with the line
    listing: Option<Arc<ListingRow>>,
    asked: bool,
}

/// One line of an order, as it was when ordered
#[Object]
impl OrderItem {
    /// Global id
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Null once the listing is gone
    async fn listing(&self, ctx: &Context<'_>) -> Option<Result<Direct<Listing>>> {
        if self.asked {
            return self.listing.clone().map(|row| Ok(Direct(Listing::of(row))));
        }
        let row = ctx.loaders().load(ListingById(self.row.listing_id?)).await.transpose()?;
        Some(row.map(|row| Direct(Listing::of(row))))
    }

    /// As it was when ordered
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Price of one when ordered
    async fn unit_price(&self) -> Direct<Money> {
        Direct(self.row.unit_price(self.currency).into())
    }

    /// How many
    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    /// Price of all
    async fn total(&self) -> Direct<Money> {
        Direct(self.row.total(self.currency).into())
    }
}

impl Ready for OrderItem {
    fn is_ready(&self, field: &str) -> bool {
        matches!(field, "unitPrice" | "total") || (field == "listing" && self.asked)
    }
}

/// What the viewer is to an order. Administrators count as its store's owner.
async fn part_of(ctx: &Context<'_>, row: &Row) -> Result<Part> {
    let Viewer::Member(member) = ctx.viewer() else { return Ok(Part::default()) };
    let staff = if member.user.is_admin() {
        Some(StoreRole::Owner)
    } else {
        ctx.loaders().load(RoleInStore((row.store_id, member.user.id))).await?
    };
    Ok(Part { buyer: row.buyer_id == member.user.id, staff })
}

/// Whether the viewer may see an order: its buyer, its store's staff, the platform's staff.
///
/// # Errors
/// The lookup failed.
pub async fn may_see(ctx: &Context<'_>, row: &Row) -> Result<bool> {
    if ctx.viewer().user_id() == Some(row.buyer_id) || ctx.viewer().is_platform_staff() {
        return Ok(true);
    }
    is_staff(ctx, row.store_id).await
}
