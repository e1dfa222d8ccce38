//! What a line of either format says, column by column, before anybody judges it.

use super::column::{COLUMNS, Column};
use super::report::BadLine;
use rust_decimal::Decimal;

/// What stands in one column of one line
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell {
    /// The line has no such column: what is there stays
    #[default]
    Absent,
    /// Nothing: what is there is cleared
    Empty,
    /// A text, still to be understood
    Text(String),
    /// A number that the format itself tells apart from texts
    Number(Decimal),
}

impl Cell {
    /// A text as it stands in a file
    pub(super) fn of(text: &str) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// The text as it stands there
    pub(super) fn raw(&self) -> String {
        match self {
            Self::Absent | Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }

    /// As it is shown to whoever must mend it
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Absent | Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// One line
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) line: u64,
    cells: [Cell; COLUMNS],
}

impl Record {
    /// A line that says nothing yet
    pub(super) fn new(line: u64) -> Self {
        Self { line, cells: Default::default() }
    }

    /// Sets what stands in a column.
    pub(super) fn set(&mut self, column: Column, cell: Cell) {
        self.cells[column as usize] = cell;
    }

    /// What stands in a column
    pub(super) fn cell(&self, column: Column) -> &Cell {
        &self.cells[column as usize]
    }

    /// Nothing stands anywhere
    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell, Cell::Absent | Cell::Empty))
    }

    /// Something is wrong with what stands in a column.
    pub(super) fn bad(&self, column: Column, reason: impl Into<String>) -> BadLine {
        BadLine::new(self.line, Some(column.name()), &self.cell(column).shown(), reason)
    }
}
