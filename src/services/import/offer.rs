//! A line understood and checked by the rules of listings, as far as that needs no database.

use super::column::Column;
use super::number::number;
use super::record::{Cell, Record};
use super::report::BadLine;
use crate::entities::{Currency, Money};
use crate::error::Refusal;
use crate::rules::distance::Point;
use crate::services::change::Change;
use crate::services::input::{PlaceInput, line, paragraphs, point};
use crate::services::listing::{MAX_DESCRIPTION, MAX_TITLE, PriceInput, price, stock};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};

/// Longest key of another system, in characters
const MAX_SKU: usize = 64;

/// What a line offers
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Offer {
    pub(super) line: u64,
    /// By which the same listing is found again
    pub(super) key: String,
    /// The line names its key itself
    pub(super) has_sku: bool,
    pub(super) title: String,
    pub(super) description: Change<String>,
    /// Slug
    pub(super) category: String,
    pub(super) price: Money,
    pub(super) stock: Change<i32>,
    /// Some(true): on the market; Some(false): new ones start as drafts; None: new ones on the
    /// market, others as they are
    pub(super) publish: Option<bool>,
    pub(super) place: Option<Point>,
    pub(super) location_name: Option<String>,
}

impl Offer {
    /// Understands a line. Prices without a currency are in `currency`.
    ///
    /// # Errors
    /// Everything that is wrong with the line.
    pub(super) fn read(record: &Record, currency: Currency) -> Result<Self, Vec<BadLine>> {
        let mut bad = Problems { record, found: Vec::new() };
        let sku = bad.text(Column::Sku, line("sku", 1, MAX_SKU));
        let title = bad.needed(Column::Title, line("title", 3, MAX_TITLE));
        let description =
            bad.change(Column::Description, paragraphs("description", MAX_DESCRIPTION));
        let category = bad.needed(Column::Category, line("category", 1, 60));
        let price = bad.price(currency);
        let stock = bad.stock();
        let publish = bad.status();
        let location_name = bad.text(Column::LocationName, line("locationName", 1, 120));
        let place = bad.place();
        let (Some(title), Some(category), Some(price), true) =
            (title, category, price, bad.found.is_empty())
        else {
            return Err(bad.found);
        };
        let key = key(sku.as_deref(), &title, &category);
        let has_sku = sku.is_some();
        Ok(Self {
            line: record.line,
            key,
            has_sku,
            title,
            description,
            category,
            price,
            stock,
            publish,
            place,
            location_name,
        })
    }
}

/// The key of a listing in its store: the other system's, or one made of title and category.
fn key(sku: Option<&str>, title: &str, category: &str) -> String {
    if let Some(sku) = sku {
        return format!("sku:{sku}");
    }
    let digest =
        Sha256::new().chain_update(title).chain_update([0]).chain_update(category).finalize();
    format!("title:{}", URL_SAFE_NO_PAD.encode(&digest[..16]))
}

/// A line, and what was found wrong with it so far
struct Problems<'a> {
    record: &'a Record,
    found: Vec<BadLine>,
}

impl Problems<'_> {
    fn add(&mut self, column: Column, reason: impl Into<String>) {
        self.found.push(self.record.bad(column, reason));
    }

    fn keep<T>(&mut self, column: Column, outcome: Result<T, Refusal>) -> Option<T> {
        outcome.map_err(|refusal| self.add(column, refusal.message)).ok()
    }

    /// A text that may be missing
    fn text(
        &mut self,
        column: Column,
        check: impl Fn(String) -> Result<String, Refusal>,
    ) -> Option<String> {
        match self.record.cell(column) {
            Cell::Absent | Cell::Empty => None,
            cell => self.keep(column, check(cell.raw())),
        }
    }

    /// A text that every line has
    fn needed(
        &mut self,
        column: Column,
        check: impl Fn(String) -> Result<String, Refusal>,
    ) -> Option<String> {
        self.keep(column, check(self.record.cell(column).raw()))
    }

    /// A text that stays where the file has no such column, and is cleared where it is empty
    fn change(
        &mut self,
        column: Column,
        check: impl Fn(String) -> Result<String, Refusal>,
    ) -> Change<String> {
        match self.record.cell(column) {
            Cell::Absent => Change::Keep,
            Cell::Empty => Change::Clear,
            cell => self.keep(column, check(cell.raw())).map_or(Change::Keep, Change::Set),
        }
    }

    fn number(&mut self, column: Column) -> Option<Decimal> {
        match self.record.cell(column) {
            Cell::Absent | Cell::Empty => None,
            Cell::Number(number) => Some(*number),
            Cell::Text(text) => number(text).map_err(|err| self.add(column, err.message())).ok(),
        }
    }

    fn price(&mut self, currency: Currency) -> Option<Money> {
        let currency = match self
            .text(Column::Currency, |text| Ok(text.trim().to_ascii_uppercase()))
        {
            None => Some(currency),
            Some(code) => Currency::from_code(&code).or_else(|| {
                self.add(Column::Currency, "This is no currency of ISO 4217, such as NIO or USD");
                None
            }),
        };
        if matches!(self.record.cell(Column::Price), Cell::Absent | Cell::Empty) {
            self.add(Column::Price, "Every line has a price; write 0 for what costs nothing");
        }
        let (amount, currency) = (self.number(Column::Price)?, currency?);
        self.keep(Column::Price, price(PriceInput { amount, currency }))
    }

    fn stock(&mut self) -> Change<i32> {
        match self.record.cell(Column::Stock) {
            Cell::Absent => return Change::Keep,
            Cell::Empty => return Change::Clear,
            _ => {}
        }
        let Some(count) = self.number(Column::Stock) else { return Change::Keep };
        let whole = count.is_integer().then(|| count.to_i32()).flatten();
        if whole.is_none() {
            self.add(
                Column::Stock,
                "Stock is a whole number; leave it empty where it is not counted",
            );
        }
        whole
            .and_then(|count| self.keep(Column::Stock, stock(count)))
            .map_or(Change::Keep, Change::Set)
    }

    fn status(&mut self) -> Option<bool> {
        let text = self.text(Column::Status, |text| Ok(text.trim().to_lowercase()))?;
        match text.as_str() {
            "active" | "activo" | "activa" | "publicado" | "publicada" => Some(true),
            "draft" | "borrador" => Some(false),
            _ => {
                self.add(
                    Column::Status,
                    "Status is draft or active; leave it empty to keep it as it is",
                );
                None
            }
        }
    }

    fn place(&mut self) -> Option<Point> {
        let (latitude, longitude) =
            (self.degrees(Column::Latitude), self.degrees(Column::Longitude));
        let is_empty = |column| matches!(self.record.cell(column), Cell::Absent | Cell::Empty);
        match (is_empty(Column::Latitude), is_empty(Column::Longitude)) {
            (true, true) => None,
            (false, false) => {
                let place = PlaceInput { latitude: latitude?, longitude: longitude? };
                let column = if (-90.0..=90.0).contains(&place.latitude) {
                    Column::Longitude
                } else {
                    Column::Latitude
                };
                self.keep(column, point("location")(place))
            }
            (true, false) => {
                self.add(Column::Latitude, "A longitude needs a latitude");
                None
            }
            (false, true) => {
                self.add(Column::Longitude, "A latitude needs a longitude");
                None
            }
        }
    }

    /// Degrees have no thousands: a single sign is the decimal one
    fn degrees(&mut self, column: Column) -> Option<f64> {
        let degrees = match self.record.cell(column) {
            Cell::Absent | Cell::Empty => return None,
            Cell::Number(number) => number.to_f64(),
            Cell::Text(text) => text
                .trim()
                .replace(',', ".")
                .parse::<Decimal>()
                .ok()
                .and_then(|degrees| degrees.to_f64()),
        };
        if degrees.is_none() {
            self.add(column, "Write decimal degrees, such as 12.1063 or -85.3645");
        }
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(cells: &[(Column, &str)]) -> Record {
        let mut record = Record::new(7);
        for (column, text) in cells {
            record.set(*column, Cell::of(text));
        }
        record
    }

    fn read(cells: &[(Column, &str)]) -> Result<Offer, Vec<BadLine>> {
        Offer::read(&record(cells), Currency::from_code("NIO").expect("a currency"))
    }

    const GOOD: [(Column, &str); 3] = [
        (Column::Title, " Queso seco "),
        (Column::Category, "lacteos"),
        (Column::Price, "1.234,50"),
    ];

    fn with(more: &[(Column, &'static str)]) -> Result<Offer, Vec<BadLine>> {
        read(&[&GOOD, more].concat())
    }

    #[test]
    fn a_line_is_understood() {
        let offer = with(&[
            (Column::Stock, "12"),
            (Column::Latitude, "12,1063"),
            (Column::Longitude, "-85.364"),
            (Column::Status, "Activo"),
        ]);
        let offer = offer.expect("good");
        assert_eq!(
            (offer.title.as_str(), offer.price.minor, offer.publish),
            ("Queso seco", 123_450, Some(true))
        );
        assert_eq!(offer.place.map(|place| (place.lat(), place.lon())), Some((12.1063, -85.364)));
        assert_eq!((offer.stock, offer.description), (Change::Set(12), Change::Keep));
    }

    #[test]
    fn a_key_is_the_sku_or_title_and_category() {
        let key =
            |more: &[(Column, &'static str)]| with(more).map(|offer| offer.key).unwrap_or_default();
        assert_eq!(key(&[(Column::Sku, "A-1")]), "sku:A-1");
        assert_eq!(key(&[(Column::Stock, "3")]), key(&[]));
        assert_ne!(key(&[(Column::Category, "quesos")]), key(&[]));
    }

    #[test]
    fn everything_wrong_is_named_by_column() {
        let bad = read(&[
            (Column::Title, "Q"),
            (Column::Price, "1,234"),
            (Column::Stock, "1.5"),
            (Column::Status, "vendido"),
            (Column::Currency, "C$"),
            (Column::Latitude, "91"),
            (Column::Longitude, "0"),
        ]);
        let columns: Vec<_> = bad.expect_err("bad").iter().filter_map(|bad| bad.column).collect();
        assert_eq!(
            columns,
            ["title", "category", "currency", "price", "stock", "status", "latitude"]
        );
    }

    #[test]
    fn half_a_place_is_none() {
        let bad = with(&[(Column::Latitude, "12.1")]).expect_err("no longitude");
        assert_eq!(bad[0].column, Some("longitude"));
    }
}
