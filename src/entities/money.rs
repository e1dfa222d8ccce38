//! Money: a whole number of a currency's minor units, and the currency.
//!
//! Parsing and printing follow the number of decimals that ISO 4217 gives each currency. What
//! amounts are sensible for a price is `rules/price.rs`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable};
use std::fmt;
use std::str::FromStr;

/// ISO 4217 currency
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency of a three-letter code in capitals, where ISO 4217 has it in use.
    pub fn from_code(code: &str) -> Option<Self> {
        let currency = iso_currency::Currency::from_code(code)?;
        currency.exponent().is_some().then_some(Self(currency))
    }

    /// The currency that a column says: they only ever hold codes that were checked when written.
    pub(super) fn of_column(code: &str) -> Self {
        Self::from_code(code).unwrap_or(Self(iso_currency::Currency::USD))
    }

    /// Three letters, such as `NIO`
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of the major unit: 2 for NIO, 0 for JPY
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        Self::from_code(code).ok_or(UnknownCurrency)
    }
}

/// The text is no ISO 4217 code in use
#[derive(Debug)]
pub struct UnknownCurrency;

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ISO 4217 currency")
    }
}

impl std::error::Error for UnknownCurrency {}

impl TryGetable for Currency {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        String::try_get_by(row, index).map(|code| Self::of_column(&code))
    }
}

/// Why an amount is not money
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// More decimals than the currency has
    TooPrecise {
        /// What the currency allows
        decimals: u32,
    },
    /// Beyond what a BIGINT of ten-thousandths holds
    TooLarge,
}

/// An exact amount of one currency
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// In minor units: 1250 is NIO 12.50
    pub minor: i64,
    /// What the units are of
    pub currency: Currency,
}

/// Decimals of the scale on which amounts of all currencies compare
const SORT_DECIMALS: u32 = 4;
/// Largest amount in major units
const MAX_MAJOR: i64 = 1_000_000_000_000;

impl Money {
    /// An amount of major units, such as 12.50, exactly.
    ///
    /// # Errors
    /// More decimals than the currency has, or more than 10^12 major units.
    pub fn from_major(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let decimals = currency.decimals();
        let amount = amount.normalize();
        if amount.scale() > decimals {
            return Err(MoneyError::TooPrecise { decimals });
        }
        if amount.abs() > Decimal::from(MAX_MAJOR) {
            return Err(MoneyError::TooLarge);
        }
        let minor =
            (amount * Decimal::from(10_i64.pow(decimals))).to_i64().ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, currency })
    }

    /// The amount in major units with the currency's decimals.
    pub fn major(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals())
    }

    /// The amount in ten-thousandths of the major unit: the number by which prices of all
    /// currencies are compared as written.
    pub fn sort_amount(self) -> i64 {
        self.minor
            .saturating_mul(10_i64.pow(SORT_DECIMALS.saturating_sub(self.currency.decimals())))
    }
}

/// A plain amount on the scale of [`Money::sort_amount`], rounded to it; None when out of range.
pub fn sort_amount_of(amount: Decimal) -> Option<i64> {
    (amount.abs() <= Decimal::from(MAX_MAJOR))
        .then(|| (amount * Decimal::from(10_i64.pow(SORT_DECIMALS))).round().to_i64())
        .flatten()
}

/// The amount in major units of a number on the scale of [`Money::sort_amount`].
pub fn major_of_sort_amount(amount: i64) -> Decimal {
    Decimal::new(amount, SORT_DECIMALS).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nio(text: &str) -> Result<Money, MoneyError> {
        let currency = Currency::from_code("NIO").ok_or(MoneyError::TooLarge)?;
        Money::from_major(text.parse().map_err(|_| MoneyError::TooLarge)?, currency)
    }

    #[test]
    fn decimals_beyond_the_currency_are_refused() {
        assert_eq!(nio("12.50").map(|m| m.minor), Ok(1250));
        assert_eq!(nio("12.500").map(|m| m.minor), Ok(1250));
        assert_eq!(nio("12.505"), Err(MoneyError::TooPrecise { decimals: 2 }));
    }

    #[test]
    fn what_goes_in_comes_out() {
        assert_eq!(nio("0.05").map(|m| m.major().to_string()), Ok("0.05".to_owned()));
        assert_eq!(nio("1000000000001"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn currencies_without_decimals_compare_by_major_units() {
        let yen =
            Currency::from_code("JPY").and_then(|c| Money::from_major(Decimal::from(12), c).ok());
        assert_eq!(yen.map(Money::sort_amount), nio("12").ok().map(Money::sort_amount));
    }
}
