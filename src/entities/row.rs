//! Rows read by the places of their columns, each value as its type has it.
//!
//! sea-orm reads a column by its name, which it looks for in a table of names, and asks for each
//! value whether its type is the expected one: twice the time that reading takes. A statement that
//! selects a row's `CARD` knows where each column is, also where rows of several tables stand side
//! by side, and the migrations know its type. What is read by name elsewhere stays sea-orm's affair.

use super::{
    ApiKeyId, ApiScopes, AuditActor, AuditEntryId, AuditKind, CategoryId, ConversationId,
    ConversationKind, Currency, DocumentId, Fulfilment, JobId, JobStatus, ListingId, ListingStatus,
    MessageAuthor, MessageId, MessageStatus, OrderEventId, OrderEventKind, OrderId, OrderItemId,
    OrderStatus, ProfileId, ProfileKind, SessionId, StoreId, StoreRole, Timestamp, UserId,
    UserRole, Wide,
};
use sea_orm::sqlx::{Decode, Postgres, Row as _, Sqlite};
use sea_orm::{ActiveEnum, DbErr, QueryResult, RuntimeErr};
use uuid::Uuid;

/// A row that statements select as its `CARD`
pub trait Row: Sized {
    /// Columns without the wide one, in the order in which they are read
    const CARD: &'static [&'static str];

    /// Reads the row whose `CARD` begins at a place, from 0. The wide column stays unread.
    ///
    /// # Errors
    /// There is something else.
    fn read(row: &QueryResult, first: usize) -> Result<Self, DbErr>;

    /// Takes in the wide column, where the row has one.
    fn widen(&mut self, _text: Wide) {}
}

/// A value of a column
pub trait Cell: Sized {
    /// Reads the column at a place, from 0. Its type is not looked at, apart from NULL.
    ///
    /// # Errors
    /// There is no such column, or something that can't be this.
    fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr>;
}

/// Reads by the driver that the row came from.
fn decode<'r, T>(row: &'r QueryResult, at: usize) -> Result<T, DbErr>
where
    T: Decode<'r, Postgres> + Decode<'r, Sqlite>,
{
    let read = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => row.try_get_unchecked(at),
        (_, Some(row)) => row.try_get_unchecked(at),
        _ => return Err(DbErr::Type("a row of no driver".to_owned())),
    };
    read.map_err(|err| DbErr::Query(RuntimeErr::SqlxError(err.into())))
}

/// As the drivers have it
macro_rules! plain {
    ($($cell:ty),*) => {$(
        impl Cell for $cell {
            fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
                decode(row, at)
            }
        }

        impl Cell for Option<$cell> {
            fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
                decode(row, at)
            }
        }
    )*};
}

plain!(bool, i16, i32, i64, f64, String, Uuid, Vec<u8>);

/// A plain value under a name of its own
macro_rules! named {
    ($($cell:ident($plain:ty)),* $(,)?) => {$(
        impl Cell for $cell {
            fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
                <$plain>::cell(row, at).map(Self)
            }
        }

        impl Cell for Option<$cell> {
            fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
                Ok(Option::<$plain>::cell(row, at)?.map($cell))
            }
        }
    )*};
}

named! {
    ApiKeyId(Uuid), AuditEntryId(Uuid), CategoryId(Uuid), ConversationId(Uuid), DocumentId(Uuid), JobId(Uuid), ListingId(Uuid),
    MessageId(Uuid), OrderEventId(Uuid), OrderId(Uuid), OrderItemId(Uuid), ProfileId(Uuid),
    SessionId(Uuid), StoreId(Uuid), UserId(Uuid), ApiScopes(i32), Timestamp(i64),
}

/// One of few, by its number
macro_rules! one_of {
    ($($cell:ident),* $(,)?) => {$(
        impl Cell for $cell {
            fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
                Self::try_from_value(&i16::cell(row, at)?)
            }
        }
    )*};
}

one_of!(
    AuditActor,
    AuditKind,
    ConversationKind,
    Fulfilment,
    JobStatus,
    ListingStatus,
    MessageAuthor,
    MessageStatus,
    OrderEventKind,
    OrderStatus,
    ProfileKind,
    StoreRole,
    UserRole,
);

impl Cell for Currency {
    fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
        Ok(Self::of_column(decode(row, at)?))
    }
}

impl Cell for Wide {
    fn cell(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
        decode::<&str>(row, at).map(Self::from)
    }
}

/// The next column
pub(super) fn next<T: Cell>(row: &QueryResult, at: &mut usize) -> Result<T, DbErr> {
    *at += 1;
    T::cell(row, *at - 1)
}

/// Says which columns a row has; `unread` names the wide one.
macro_rules! card {
    ($row:ident: $($column:ident),* $(,)? $(; unread $wide:ident)?) => {
        impl super::Row for $row {
            const CARD: &'static [&'static str] = &[$(stringify!($column)),*];

            fn read(
                row: &sea_orm::QueryResult,
                first: usize,
            ) -> Result<Self, sea_orm::DbErr> {
                let mut at = first;
                Ok(Self {
                    $($column: super::row::next(row, &mut at)?,)*
                    $($wide: super::Wide::Unread,)?
                })
            }

            $(
                fn widen(&mut self, text: super::Wide) {
                    self.$wide = text;
                }
            )?
        }
    };
}

pub(super) use card;
