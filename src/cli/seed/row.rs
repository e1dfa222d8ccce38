//! Rows on their way into a table, whichever database it is in.

use super::prose::{Prose, Words};
use crate::entities::Timestamp;
use crate::rules::distance::{Point, cell, unit_vector};
use uuid::Uuid;

/// A table and the columns that are written, in the order of the cells
#[derive(Debug)]
pub(super) struct Table {
    /// As SQL names it
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// Found by words: `search` on PostgreSQL, on SQLite `row_no` and a table of its own
    pub(super) searched: bool,
}

/// One value
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Id(Uuid),
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Fixed(&'static str),
}

/// One row
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) words: Option<Words>,
}

impl Row {
    /// A row without words
    pub(super) fn of(cells: Vec<Cell>) -> Self {
        Self { cells, words: None }
    }
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.0)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<&Prose> for Cell {
    fn from(prose: &Prose) -> Self {
        Self::Text(prose.text())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Columns of a place, as [`place`] fills them
macro_rules! columns_with_place {
    ([$($before:literal),*], [$($after:literal),*]) => {
        &[$($before,)* "location_name", "latitude", "longitude", "x", "y", "z", "cell", $($after),*]
    };
}
pub(super) use columns_with_place;

/// The cells of a place
pub(super) fn place(name: Option<&Prose>, point: Option<Point>) -> [Cell; 7] {
    let vector = point.map(unit_vector);
    [
        name.map_or(Cell::Null, Cell::from),
        point.map_or(Cell::Null, |point| Cell::Float(point.lat())),
        point.map_or(Cell::Null, |point| Cell::Float(point.lon())),
        vector.map_or(Cell::Null, |v| Cell::Float(v[0])),
        vector.map_or(Cell::Null, |v| Cell::Float(v[1])),
        vector.map_or(Cell::Null, |v| Cell::Float(v[2])),
        point.map(cell).into(),
    ]
}
