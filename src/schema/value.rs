//! Small values that many nouns share: money, places, ranges.

use super::direct::Ready;
use super::scalar::{CurrencyCode, Decimal};
use crate::entities::Money as Amount;
use crate::error::{Code, Refusal};
use crate::rules::distance::{MAX_RADIUS_METRES, Point};
use crate::services::{PlaceInput, PriceInput};
use async_graphql::{InputObject, SimpleObject};

/// Exact amount of one currency
#[derive(Clone, SimpleObject)]
pub struct Money {
    /// Amount in the currency's major unit
    pub amount: Decimal,
    /// Currency of the amount
    pub currency: CurrencyCode,
}

impl Ready for Money {}

impl From<Amount> for Money {
    fn from(money: Amount) -> Self {
        Self { amount: Decimal(money.major()), currency: money.currency.into() }
    }
}

/// Exact amount of one currency
#[derive(Clone, InputObject)]
pub struct MoneyInput {
    /// Amount in the currency's major unit, such as "12.50"
    pub amount: Decimal,
    /// ISO 4217 code
    pub currency: CurrencyCode,
}

impl MoneyInput {
    /// The price it says.
    ///
    /// # Errors
    /// The currency is unknown.
    pub fn price(self) -> Result<PriceInput, Refusal> {
        Ok(PriceInput {
            amount: self.amount.0,
            currency: self.currency.currency("price.currency")?,
        })
    }
}

/// Point on the globe, WGS 84
#[derive(Clone, Copy, SimpleObject)]
pub struct GeoPoint {
    /// Degrees north, -90 to 90
    pub latitude: f64,
    /// Degrees east, -180 to 180
    pub longitude: f64,
}

impl GeoPoint {
    /// The point of a row that may have none
    pub fn of(latitude: Option<f64>, longitude: Option<f64>) -> Option<Self> {
        latitude.zip(longitude).map(|(latitude, longitude)| Self { latitude, longitude })
    }
}

/// Point on the globe, WGS 84
#[derive(Clone, Copy, Debug, InputObject)]
pub struct GeoPointInput {
    /// Degrees north, -90 to 90
    pub latitude: f64,
    /// Degrees east, -180 to 180
    pub longitude: f64,
}

impl From<GeoPointInput> for PlaceInput {
    fn from(point: GeoPointInput) -> Self {
        Self { latitude: point.latitude, longitude: point.longitude }
    }
}

/// Disk around a point
#[derive(Clone, Copy, Debug, InputObject)]
pub struct NearInput {
    /// Centre
    pub point: GeoPointInput,
    /// At most 500,000
    pub radius_metres: i32,
}

impl NearInput {
    /// Centre and radius in metres.
    ///
    /// # Errors
    /// The point is not on the globe, or the radius beyond its bounds.
    pub fn disk(self) -> Result<(Point, f64), Refusal> {
        let centre = Point::new(self.point.latitude, self.point.longitude)
            .map_err(|err| Refusal::new(Code::OutOfRange, err.message()).at("filter.near.point"))?;
        let radius = f64::from(self.radius_metres);
        if !(1.0..=MAX_RADIUS_METRES).contains(&radius) {
            let message = "radiusMetres is 1 to 500,000";
            return Err(Refusal::new(Code::OutOfRange, message).at("filter.near.radiusMetres"));
        }
        Ok((centre, radius))
    }
}

/// Span of prices, both ends included; amounts compare as written, whatever the currency
#[derive(Clone, Copy, Debug, InputObject)]
pub struct PriceRangeInput {
    /// Least price
    pub min: Option<Decimal>,
    /// Largest price
    pub max: Option<Decimal>,
}
