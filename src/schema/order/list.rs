//! Lists of orders: the viewer's own, and a store's for its staff.

use super::{Fulfilment, Order, OrderStatus};
use crate::db::{KeyExpr, Sort};
use crate::entities::{OrderStatus as Status, order};
use crate::error::{Code, Refusal, Result};
use crate::loaders::{self, Asked, OrderScope, Orders, Query};
use crate::schema::connection::{Connection, Shown, plain_connection};
use crate::schema::page::{ListHash, PageArgs};
use crate::schema::scalar::DateTime;
use crate::schema::search;
use async_graphql::{Enum, InputObject};
use std::sync::Arc;

/// Which orders
#[derive(Debug, Default, InputObject)]
pub struct OrderFilter {
    /// In one of these states
    status: Option<Vec<OrderStatus>>,
    /// Placed after this
    placed_after: Option<DateTime>,
    /// Placed before this
    placed_before: Option<DateTime>,
    /// Reaches the buyer this way
    fulfilment: Option<Fulfilment>,
    /// Short number within its store, such as "A-0042"
    number: Option<String>,
}

/// Order of orders
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderSort {
    /// Placed last first
    Newest,
    /// Placed first first
    Oldest,
    /// Moved last first
    Updated,
}

impl OrderSort {
    fn keys(self) -> Sort {
        match self {
            Self::Newest => search::sort(&[KeyExpr::Int("placed_at")], true),
            Self::Oldest => search::sort(&[KeyExpr::Int("placed_at")], false),
            Self::Updated => search::sort(&[KeyExpr::Int("updated_at")], true),
        }
    }
}

plain_connection!(OrderConnection, OrderEdge, Orders, Order, |hit, beside| Order(
    Arc::clone(&hit.row),
    beside
));

/// Arguments of every list of orders
pub struct OrderArgs {
    pub filter: Option<OrderFilter>,
    pub sort: OrderSort,
    pub page: PageArgs,
    pub shown: Shown,
}

impl OrderArgs {
    /// The list under a parent.
    ///
    /// # Errors
    /// A filter that can't be met, or paging arguments that are not right.
    pub fn connection(self, scope: OrderScope) -> Result<OrderConnection> {
        let filter = self.filter.unwrap_or_default();
        let hash = ListHash::of(&("orders", scope, &filter, self.sort));
        let sort = self.sort.keys();
        let slice = self.page.slice(hash, &sort)?;
        let query = Query {
            filter: loaders::OrderFilter {
                placed_after: filter.placed_after.map(|at| at.0),
                placed_before: filter.placed_before.map(|at| at.0),
                fulfilment: filter.fulfilment.map(Into::into),
                number: filter.number.as_deref().map(number).transpose()?,
            },
            terms: Vec::new(),
            near: None,
            shelves: shelves(filter.status.as_deref())?,
            sort,
            slice,
            wide: false,
            beside: self.shown.beside,
        };
        Ok(OrderConnection(Connection { scope, asked: Asked::new(query), hash }))
    }
}

fn number(text: &str) -> Result<i32> {
    order::number_of(text).ok_or_else(|| {
        let message = "This is no number of an order; one is \"A-0042\"";
        Refusal::new(Code::Invalid, message).at("filter.number").into()
    })
}

fn shelves(asked: Option<&[OrderStatus]>) -> Result<Vec<i16>> {
    let wanted = |status: &Status| {
        asked.is_none_or(|asked| asked.iter().any(|one| Status::from(*one) == *status))
    };
    if asked.is_some_and(<[_]>::is_empty) {
        let message = "Name at least one status; leave it out to see all";
        return Err(Refusal::new(Code::Invalid, message).at("filter.status").into());
    }
    Ok(Status::ALL.into_iter().filter(wanted).map(shelf).collect())
}

fn shelf(status: Status) -> i16 {
    sea_orm::ActiveEnum::into_value(status)
}
