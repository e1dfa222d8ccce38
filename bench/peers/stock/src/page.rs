//! Pages of lists, latest first or earliest first, by async-graphql's connections and SeaORM's cursors.

use crate::value::Timestamp;
use async_graphql::connection::{Connection, Edge, OpaqueCursor, query};
use async_graphql::{Enum, OutputType, Result};
use sea_orm::entity::prelude::Uuid;
use sea_orm::{DatabaseConnection, DbErr, FromQueryResult, SelectModel};

const PAGE: u16 = 20;

/// Order of a list by time
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum Sort {
    /// Latest first
    Newest,
    /// Earliest first
    Oldest,
}

/// Place in a list: when, and which row
pub type Position = OpaqueCursor<(i64, Uuid)>;

/// One page of a list, and whether there are more rows
pub async fn page<M>(
    db: &DatabaseConnection,
    mut rows: sea_orm::Cursor<SelectModel<M>>,
    sort: Sort,
    (first, after): (Option<i32>, Option<String>),
    position: impl Fn(&M) -> (Timestamp, Uuid),
) -> Result<Connection<Position, M>>
where
    M: FromQueryResult + OutputType,
{
    query(after, None, first, None, |after: Option<Position>, _, first, _| async move {
        let first = first.unwrap_or(usize::from(PAGE));
        if let Some(OpaqueCursor(after)) = after {
            rows.after(after);
        }
        if sort == Sort::Newest {
            rows.desc();
        }
        let mut found = rows.first(first as u64 + 1).all(db).await?;
        let mut connection = Connection::new(false, found.len() > first);
        found.truncate(first);
        connection.edges.extend(found.into_iter().map(|row| {
            let (at, id) = position(&row);
            Edge::new(OpaqueCursor((at.0, id)), row)
        }));
        Ok::<_, DbErr>(connection)
    })
    .await
}
