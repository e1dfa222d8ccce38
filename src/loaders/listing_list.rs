//! Lists of listings: of the market, a store, a category with all below it, a publisher.

use super::Loads;
use super::beside::{Reference, To};
use super::list::{Asked, Listed, Query, by_query, created_after, list, parent, plan};
use crate::db::{Partition, Reads, Sql};
use crate::entities::{CategoryId, Currency, Listing, Row, StoreId, Timestamp, UserId, listing};
use crate::error::Result;
use async_graphql::dataloader::Loader;
use sea_orm::TryGetable;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Listings as a noun of lists
#[derive(Debug)]
pub struct Listings;

/// Whose listings
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ListingScope {
    /// Everybody's
    Market,
    /// Of a store
    Store(StoreId),
    /// Of a category and all below it, which are these
    Category(Arc<[CategoryId]>),
    /// Of a person
    Publisher(UserId),
}

/// Conditions on listings
#[derive(Debug, Default)]
pub struct ListingFilter {
    /// A category and all below it; empty for any
    pub categories: Vec<CategoryId>,
    /// Of this store alone
    pub store: Option<StoreId>,
    /// Of this person alone
    pub publisher: Option<UserId>,
    /// Least price, on the scale of `Money::sort_amount`
    pub price_min: Option<i64>,
    /// Largest price, on the scale of `Money::sort_amount`
    pub price_max: Option<i64>,
    /// Priced in this currency
    pub currency: Option<Currency>,
    /// Has stock, or has none
    pub in_stock: Option<bool>,
    /// Newer than this
    pub created_after: Option<Timestamp>,
}

impl ListingFilter {
    /// The scope that says the same as the market with this filter, where an index walks it.
    fn narrowest(&self) -> ListingScope {
        match (self.store, self.publisher) {
            (Some(store), _) => ListingScope::Store(store),
            (None, Some(publisher)) => ListingScope::Publisher(publisher),
            (None, None) if !self.categories.is_empty() => {
                ListingScope::Category(self.categories.clone().into())
            }
            (None, None) => ListingScope::Market,
        }
    }
}

impl Listed for Listings {
    type Scope = ListingScope;
    type Filter = ListingFilter;
    type Row = Listing;
    const TABLE: &'static str = "listing";
    const WIDE: &'static str = listing::WIDE;
    const REFERENCES: &'static [Reference] = &[
        Reference { field: "store", column: "store_id", to: To::Store },
        Reference { field: "category", column: "category_id", to: To::Category },
        Reference { field: "publisher", column: "publisher_id", to: To::User },
    ];

    fn column(scope: &ListingScope) -> Option<&'static str> {
        match scope {
            ListingScope::Market => None,
            ListingScope::Store(_) => Some("store_id"),
            ListingScope::Category(_) => Some("category_id"),
            ListingScope::Publisher(_) => Some("publisher_id"),
        }
    }

    fn partition(scopes: &[&ListingScope], query: &Query<Self>) -> Partition {
        // Words and places have indexes of their own, which lead where there is one parent.
        let searched = !query.terms.is_empty() || query.near.is_some();
        let narrowest = match scopes {
            [ListingScope::Market] => Some(query.filter.narrowest()),
            [scope] => Some((*scope).clone()),
            _ => None,
        };
        match (narrowest, searched) {
            (Some(ListingScope::Category(_)), true) => Partition::whole(),
            (Some(scope), _) => {
                Partition { column: Self::column(&scope), parents: vec![values(&scope)] }
            }
            (None, _) => Partition {
                column: scopes.first().and_then(|scope| Self::column(scope)),
                parents: scopes.iter().map(|scope| values(scope)).collect(),
            },
        }
    }

    fn conditions(sql: &mut Sql, l: &str, scopes: &[&ListingScope], query: &Query<Self>) {
        let (filter, parted) = (&query.filter, Self::partition(scopes, query).column);
        if let ([ListingScope::Category(below)], None) = (scopes, parted) {
            sql.push(" AND ").any_id(&format!("{l}.category_id"), below.iter().map(|id| id.0));
        }
        let by_filter = matches!(scopes, [ListingScope::Market]) && parted == Some("category_id");
        if !filter.categories.is_empty() && !by_filter {
            sql.push(" AND ")
                .any_id(&format!("{l}.category_id"), filter.categories.iter().map(|id| id.0));
        }
        if let Some(store) = filter.store {
            sql.push(" AND ").push(l).push(".store_id = ").bind(store);
        }
        if let Some(publisher) = filter.publisher {
            sql.push(" AND ").push(l).push(".publisher_id = ").bind(publisher);
        }
        if let Some(min) = filter.price_min {
            sql.push(" AND ").push(l).push(".price_sort >= ").bind(min);
        }
        if let Some(max) = filter.price_max {
            sql.push(" AND ").push(l).push(".price_sort <= ").bind(max);
        }
        if let Some(currency) = filter.currency {
            sql.push(" AND ").push(l).push(".currency = ").bind(currency.code());
        }
        match filter.in_stock {
            Some(true) => {
                sql.push(&format!(" AND ({l}.stock IS NULL OR {l}.stock > 0)"));
            }
            Some(false) => {
                sql.push(&format!(" AND {l}.stock = 0"));
            }
            None => {}
        }
        created_after(sql, l, filter.created_after);
    }

    fn id(row: &Listing) -> Uuid {
        row.id.0
    }

    fn refers(row: &Listing, to: To) -> Uuid {
        match to {
            To::Store => row.store_id.0,
            To::Category => row.category_id.0,
            To::User => row.publisher_id.0,
        }
    }
}

fn values(scope: &ListingScope) -> Vec<Uuid> {
    match scope {
        ListingScope::Market => vec![Uuid::nil()],
        ListingScope::Store(id) => vec![id.0],
        ListingScope::Category(below) => below.iter().map(|id| id.0).collect(),
        ListingScope::Publisher(id) => vec![id.0],
    }
}

/// Counts by category and the span of prices over a list under a parent
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FacetsOf {
    /// The parent
    pub scope: ListingScope,
    /// What of it; the slice does not matter
    pub asked: Asked<Listings>,
}

/// What a list holds, in figures
#[derive(Debug, Default)]
pub struct Facets {
    /// Listings by category, most first
    pub categories: Vec<(CategoryId, i64)>,
    /// Least and largest price, on the scale of `Money::sort_amount`
    pub prices: Option<(i64, i64)>,
}

impl Loader<FacetsOf> for Loads {
    type Value = Arc<Facets>;
    type Error = crate::error::Error;

    async fn load(&self, keys: &[FacetsOf]) -> Result<HashMap<FacetsOf, Arc<Facets>>> {
        self.batch("facets", keys, |keys| async move {
            let mut found = HashMap::with_capacity(keys.len());
            for ((asked, _), scopes) in
                by_query(&keys, |key| ((&key.asked, Listings::column(&key.scope)), &key.scope))
            {
                let (partition, filter) = plan::<Listings>(&scopes, asked.query());
                let list = list::<Listings>(asked.query(), Listing::CARD, &partition, &filter);
                let aggregates = "count(*), min(l.price_sort), max(l.price_sort)";
                let sql = list.grouped(self.db.dialect(), "l.category_id", aggregates);
                let mut facets: Vec<Facets> = scopes.iter().map(|_| Facets::default()).collect();
                for row in self.rows(sql).await? {
                    let Some(of_parent) = facets.get_mut(parent(&row)?) else { continue };
                    let (low, high) =
                        (i64::try_get_by_index(&row, 3)?, i64::try_get_by_index(&row, 4)?);
                    of_parent.categories.push((
                        CategoryId::try_get_by_index(&row, 1)?,
                        i64::try_get_by_index(&row, 2)?,
                    ));
                    let span = of_parent.prices.get_or_insert((low, high));
                    *span = (span.0.min(low), span.1.max(high));
                }
                for (scope, mut of_parent) in scopes.iter().zip(facets) {
                    of_parent
                        .categories
                        .sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
                    found.insert(
                        FacetsOf { scope: (*scope).clone(), asked: asked.clone() },
                        Arc::new(of_parent),
                    );
                }
            }
            Ok(found)
        })
        .await
    }
}
