//! Lists of orders: of a buyer, of a store.

use super::beside::{Reference, To};
use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{Fulfilment, Order, StoreId, Timestamp, UserId};
use uuid::Uuid;

/// Orders as a noun of lists
#[derive(Debug)]
pub struct Orders;

/// Whose orders
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderScope {
    /// Placed by a person
    Buyer(UserId),
    /// Placed with a store
    Store(StoreId),
}

/// Conditions on orders
#[derive(Debug, Default)]
pub struct OrderFilter {
    /// Placed after this
    pub placed_after: Option<Timestamp>,
    /// Placed before this
    pub placed_before: Option<Timestamp>,
    /// Reached the buyer this way
    pub fulfilment: Option<Fulfilment>,
    /// Number within the store
    pub number: Option<i32>,
}

impl Listed for Orders {
    type Scope = OrderScope;
    type Filter = OrderFilter;
    type Row = Order;
    const TABLE: &'static str = "\"order\"";
    const WIDE: &'static str = "";
    const REFERENCES: &'static [Reference] = &[
        Reference { field: "store", column: "store_id", to: To::Store },
        Reference { field: "buyer", column: "buyer_id", to: To::User },
    ];

    fn column(scope: &OrderScope) -> Option<&'static str> {
        Some(match scope {
            OrderScope::Buyer(_) => "buyer_id",
            OrderScope::Store(_) => "store_id",
        })
    }

    fn partition(scopes: &[&OrderScope], _: &Query<Self>) -> Partition {
        let id = |scope: &&OrderScope| match scope {
            OrderScope::Buyer(id) => vec![id.0],
            OrderScope::Store(id) => vec![id.0],
        };
        Partition {
            column: scopes.first().and_then(|scope| Self::column(scope)),
            parents: scopes.iter().map(id).collect(),
        }
    }

    fn conditions(sql: &mut Sql, o: &str, _: &[&OrderScope], query: &Query<Self>) {
        let filter = &query.filter;
        if let Some(after) = filter.placed_after {
            sql.push(" AND ").push(o).push(".placed_at > ").bind(after);
        }
        if let Some(before) = filter.placed_before {
            sql.push(" AND ").push(o).push(".placed_at < ").bind(before);
        }
        if let Some(fulfilment) = filter.fulfilment {
            sql.push(" AND ").push(o).push(".fulfilment = ").bind(fulfilment);
        }
        if let Some(number) = filter.number {
            sql.push(" AND ").push(o).push(".number = ").bind(number);
        }
    }

    fn id(row: &Order) -> Uuid {
        row.id.0
    }

    fn refers(row: &Order, to: To) -> Uuid {
        match to {
            To::Store => row.store_id.0,
            To::User => row.buyer_id.0,
            To::Category => Uuid::nil(),
        }
    }
}
