//! Scalars of the contract. Texts with a form of their own (phone numbers, currencies) are checked
//! by the services, so that a wrong one comes back as a `userErrors` entry beside all others.

use crate::entities::{Currency, Timestamp};
use crate::error::{Code, Refusal};
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as Utc3339, NaiveDate, Utc};
use rust_decimal::Decimal as Exact;

/// A count as `Int` has it, whose most is 2,147,483,647
pub fn count(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Timestamp in UTC, RFC 3339, at most microseconds; what is answered has all six digits of them, so that
/// texts sort as times do
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// Timestamp in UTC, RFC 3339, at most microseconds; what is answered has all six digits of them, so that
/// texts sort as times do
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        match Utc3339::parse_from_rfc3339(text) {
            Ok(at) => Ok(Self(at.with_timezone(&Utc).into())),
            Err(_) => Err(InputValueError::custom(
                "This is not a timestamp; one is \"2026-11-21T18:30:00Z\"",
            )),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_text())
    }
}

/// Calendar date, ISO 8601
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// Calendar date, ISO 8601
#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse()
            .map(Self)
            .map_err(|_| InputValueError::custom("This is not a date; one is \"2026-11-21\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Exact decimal number as a string, such as "12.50"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub Exact);

/// Exact decimal number as a string, such as "12.50"
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = match &value {
            Value::String(text) => exact(text.trim()),
            // A whole number is exact; a fraction as a JSON number is not.
            Value::Number(number) => number.as_i64().map(Exact::from),
            _ => None,
        };
        parsed.map(Self).ok_or_else(|| {
            InputValueError::custom(
                "This is not an exact decimal; one is a string such as \"12.50\"",
            )
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Digits with at most one point among them, and a sign before; the parser alone takes more.
fn exact(text: &str) -> Option<Exact> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

macro_rules! text_scalars {
    ($($(#[$doc:meta])* $name:ident $graphql:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$doc])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    )*};
}

text_scalars! {
    /// ISO 4217 currency code, such as "NIO", "MXN", "USD"
    CurrencyCode "Currency"
    /// Phone number in E.164 form, such as "+50588888888"
    PhoneNumber "PhoneNumber"
    /// E-mail address
    EmailAddress "EmailAddress"
    /// Absolute https or http URL
    Url "URL"
}

impl CurrencyCode {
    /// The currency, or what would be right.
    ///
    /// # Errors
    /// ISO 4217 has no such currency in use.
    pub fn currency(&self, field: &str) -> Result<Currency, Refusal> {
        Currency::from_code(&self.0).ok_or_else(|| {
            let message = "This is not an ISO 4217 currency; \"NIO\" and \"USD\" are";
            Refusal::new(Code::Invalid, message).at(field)
        })
    }
}

impl From<Currency> for CurrencyCode {
    fn from(currency: Currency) -> Self {
        Self(currency.code().to_owned())
    }
}

/// JSON object
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// JSON object
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Object(_) => Ok(Self(value.into_json()?)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// What a variable holds in place of a file, which has a number in its request
const FILE: &str = "multipart:";

/// What stands in a variable in place of a file.
pub fn file_variable(number: usize) -> Value {
    Value::String(format!("{FILE}{number}"))
}

/// File, sent beside the operation as `multipart/form-data`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload(pub usize);

/// File, sent beside the operation as `multipart/form-data`
#[Scalar(
    name = "Upload",
    specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec"
)]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::String(text) => text.strip_prefix(FILE).and_then(|number| number.parse().ok()),
            _ => None,
        };
        number.map(Self).ok_or_else(|| {
            InputValueError::custom(
                "A file is expected, sent beside the operation as multipart/form-data",
            )
        })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
