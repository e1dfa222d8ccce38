//! Values of the contract that are no rows: global ids, instants, money.

use async_graphql::{
    ID, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat};
use iso_currency::Currency;
use rust_decimal::Decimal;
use sea_orm::DeriveValueType;
use sea_orm::entity::prelude::Uuid;

const VERSION: u8 = 1;

/// Kinds of rows with a global id
#[derive(Clone, Copy)]
pub enum Kind {
    User = 1,
    Category = 4,
    Store = 5,
    Listing = 6,
    Order = 7,
    OrderItem = 8,
}

/// Version, kind and row id in base64url
pub fn global_id(kind: Kind, row: Uuid) -> ID {
    let mut bytes = [0; 18];
    bytes[0] = VERSION;
    bytes[1] = kind as u8;
    bytes[2..].copy_from_slice(row.as_bytes());
    ID(URL_SAFE_NO_PAD.encode(bytes))
}

/// Microseconds since 1970 in a BIGINT; RFC 3339 for clients
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
pub struct Timestamp(pub i64);

/// Timestamp in UTC, RFC 3339
#[Scalar(name = "DateTime")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(DateTime::parse_from_rfc3339(text)?.timestamp_micros()))
    }

    fn to_value(&self) -> Value {
        let at = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        Value::String(at.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// Exact amount of one currency
#[derive(SimpleObject)]
pub struct Money {
    /// In the currency's major unit
    amount: Decimal,
    /// ISO 4217 code
    currency: String,
}

impl Money {
    /// From minor units and the currency's code
    pub fn new(minor: i64, currency: &str) -> Self {
        let decimals = Currency::from_code(currency).and_then(Currency::exponent);
        let amount = Decimal::new(minor, decimals.map_or(2, u32::from));
        Self { amount, currency: currency.to_owned() }
    }
}
