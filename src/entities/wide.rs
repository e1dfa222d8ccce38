//! A column that lists leave out of their SELECT unless somebody asked for it.
//!
//! `Option` would read an unselected column as NULL, and a client would see an empty text. `Wide`
//! keeps "was not read" apart, so that whoever needs the value must load it.

use sea_orm::sea_query::{
    ArrayType, ColumnType, Nullable, StringLen, Value, ValueType, ValueTypeErr,
};
use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable};
use std::sync::Arc;

/// Long text of a row: read with the row, or not at all
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Wide {
    /// The statement that read the row did not select the column
    #[default]
    Unread,
    /// What the column holds
    Read(Arc<str>),
}

impl Wide {
    /// The text, where it was read.
    pub fn get(&self) -> Option<&Arc<str>> {
        match self {
            Self::Unread => None,
            Self::Read(text) => Some(text),
        }
    }
}

impl<T: Into<Arc<str>>> From<T> for Wide {
    fn from(text: T) -> Self {
        Self::Read(text.into())
    }
}

impl From<Wide> for Value {
    fn from(wide: Wide) -> Self {
        Self::String(wide.get().map(ToString::to_string))
    }
}

impl TryGetable for Wide {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        match String::try_get_by(row, index) {
            Ok(text) => Ok(Self::Read(text.into())),
            // The columns behind this type are NOT NULL: an error can only mean "not selected".
            Err(_) => Ok(Self::Unread),
        }
    }
}

impl ValueType for Wide {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::String(Some(text)) => Ok(Self::from(text)),
            _ => Err(ValueTypeErr),
        }
    }
    fn type_name() -> String {
        "Wide".to_owned()
    }
    fn array_type() -> ArrayType {
        ArrayType::String
    }
    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::None)
    }
}

impl Nullable for Wide {
    fn null() -> Value {
        Value::String(None)
    }
}
