//! Stores in many zones, their people, and the books as they stand.

use crate::support::{MakeListing, MakeStore, START_MICROS, TestApp, done, row};
use chrono_tz::Tz;
use plaza::entities::{Currency, ListingId, Order, StoreId};
use plaza::services::{ActFor, OrderPlace, Viewer, act_for};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::sync::Arc;

/// Zones and currencies: three quarters of an hour, half an hour of summer time, a midnight that
/// there is not once a year, and both ends of the date line
const STORES: [(&str, &str, &str); 6] = [
    ("America/Managua", "NIO", "USD"),
    ("Asia/Kathmandu", "INR", "USD"),
    ("Pacific/Kiritimati", "USD", "JPY"),
    ("Australia/Lord_Howe", "JPY", "NIO"),
    ("Africa/Cairo", "USD", "NIO"),
    ("Pacific/Pago_Pago", "NIO", "USD"),
];

/// Empty books, full shelves, first prices
const BEGIN: &str = r#"BEGIN; DELETE FROM order_figure; DELETE FROM listing_figure; DELETE FROM "order";
    DELETE FROM idempotency;
    UPDATE listing SET price_minor = f.price_minor, price_sort = f.price_sort, currency = f.currency,
      stock = f.stock, status = f.status FROM first_listing f WHERE f.id = listing.id
      AND (listing.price_minor <> f.price_minor OR listing.currency <> f.currency
        OR listing.stock <> f.stock OR listing.status <> f.status); COMMIT"#;

pub struct Stall {
    pub id: StoreId,
    pub zone: Tz,
    /// With the currencies that each may be priced in
    pub listings: Vec<(ListingId, [Currency; 2])>,
}

/// How often things went one way or the other
#[derive(Debug, Default)]
pub struct Tally {
    pub placed: usize,
    pub not_placed: usize,
    pub steps: usize,
    pub no_steps: usize,
    pub midnights: usize,
    /// Orders by the state that they were left in
    pub left: [usize; 7],
}

pub struct Town<'a> {
    pub app: &'a TestApp,
    pub tally: Tally,
    pub stalls: Vec<Stall>,
    /// Owner, courier, buyer, and a stranger
    pub people: Vec<Viewer>,
    /// Orders of this history, as they stand
    pub orders: Vec<Arc<Order>>,
    /// The last order that was tried
    pub tried: Option<OrderPlace>,
    /// Keys that were used up, over all histories
    pub keys: usize,
}

fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

impl<'a> Town<'a> {
    pub async fn build(app: &'a TestApp) -> Self {
        let owner = app.member("elena").await;
        let mut people = Vec::new();
        for handle in ["memo", "bruno", "nadie"] {
            people.push(app.member(handle).await);
        }
        let category = app.category("comida", None).await;
        let mut stalls = Vec::new();
        for (at, (zone, own, other)) in STORES.into_iter().enumerate() {
            let mut make = MakeStore::new(&format!("tienda-{at}"))
                .with("timeZone", json!(zone))
                .with("currency", json!(own));
            if at % 3 == 2 {
                let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
                let hours = days
                    .map(|day| json!({ "weekday": day, "opensAt": "06:00", "closesAt": "02:00" }));
                make = make.with("openingHours", json!(hours));
            }
            let store = make.by(&owner).await;
            let hire = json!({ "storeId": store, "userId": people[0].id, "role": "COURIER" });
            done(owner.mutate("storeMemberSet", hire, "").await);
            let mut listings = Vec::new();
            for (currencies, amount, stock) in [
                ([own, other], "12", json!(null)),
                ([own, other], "1", json!(7)),
                ([own, other], "999", json!(4)),
                ([other, own], "3", json!(null)),
            ] {
                let price = json!({ "amount": amount, "currency": currencies[0] });
                let make = MakeListing::new(&store, &category, "Cosa").with("price", price);
                let listing = make.with("stock", stock).by(&owner).await;
                listings.push((ListingId(row(&listing)), currencies.map(currency)));
            }
            stalls.push(Stall {
                id: StoreId(row(&store)),
                zone: zone.parse().expect("a zone"),
                listings,
            });
        }
        let mut viewers = Vec::new();
        for handle in ["elena", "memo", "bruno", "nadie"] {
            viewers.push(act_for(&app.app, ActFor::Login(handle)).await.expect("they are here"));
        }
        let copy = "CREATE TABLE first_listing AS SELECT id, price_minor, price_sort, currency, stock, status FROM listing";
        app.app.db.raw_writer().execute_unprepared(copy).await.expect("copies");
        Self {
            app,
            tally: Tally::default(),
            stalls,
            people: viewers,
            orders: Vec::new(),
            tried: None,
            keys: 0,
        }
    }

    /// Begins anew, at a minute of the year.
    pub async fn begin(&mut self, minute: i64) {
        self.tally_up();
        self.tried = None;
        self.app.go_to(START_MICROS + minute * 60_000_000);
        self.app.app.db.raw_writer().execute_unprepared(BEGIN).await.expect("begins anew");
    }

    /// Counts how the orders of a history ended.
    pub fn tally_up(&mut self) {
        for order in self.orders.drain(..) {
            self.tally.left[order.status as usize] += 1;
        }
    }
}
