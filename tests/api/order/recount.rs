//! The figures are what a recount of the orders gives, after any history.

use super::{STEPS, Shop, look, step};
use crate::list::market::Dice;
use crate::support::{MakeListing, MakeOrder, MakeStore, TestApp, id, on_both, row};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use plaza::db::{Reads, Sql};
use sea_orm::TryGetable;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Steps of a history
const STEPS_TAKEN: usize = 1000;
/// Steps between recounts
const STRETCH: usize = 125;

/// Number and sum by store, day, hour, state and currency
type Orders = BTreeMap<(Uuid, i32, i16, i16, String), (i64, i64)>;
/// Quantity and sum by store, day, listing and currency
type Sold = BTreeMap<(Uuid, i32, Uuid, String), (i64, i64)>;

struct Town {
    shop: Shop,
    /// Ids, zones and listings of the stores
    stores: Vec<(String, Tz, Vec<String>)>,
    orders: Vec<String>,
}

impl Town {
    async fn build(app: &TestApp) -> Self {
        let shop = Shop::open(app).await;
        let zones = ["America/Managua", "Asia/Kathmandu", "Pacific/Kiritimati"];
        let mut stores = Vec::new();
        for (at, zone) in zones.into_iter().enumerate() {
            let handle = format!("tienda-{at}");
            let store = MakeStore::new(&handle).with("timeZone", json!(zone)).by(&shop.owner).await;
            let mut listings = Vec::new();
            for (price, currency, stock) in [
                ("12.50", "NIO", json!(null)),
                ("0.33", "NIO", json!(40)),
                ("99.99", "NIO", json!(6)),
                ("3.20", "USD", json!(null)),
            ] {
                let price = json!({ "amount": price, "currency": currency });
                let make = MakeListing::new(&store, &shop.category, "Cosa").with("price", price);
                listings.push(make.with("stock", stock).by(&shop.owner).await);
            }
            stores.push((store, zone.parse().expect("a zone"), listings));
        }
        Self { shop, stores, orders: Vec::new() }
    }

    /// Something happens: an order, a step (which may be refused), a price, or time.
    async fn happen(&mut self, app: &TestApp, dice: &mut Dice) {
        match dice.below(10) {
            0..4 => self.place(dice).await,
            4..8 => self.step(dice).await,
            8 => self.reprice(dice).await,
            _ => {
                let minutes = [1, 25, 61, 200, 700];
                app.pass_seconds(60 * dice.pick(&minutes));
            }
        }
    }

    async fn place(&mut self, dice: &mut Dice) {
        let (store, _, listings) = &self.stores[dice.below(self.stores.len())];
        let mut make = MakeOrder::new(store);
        let first = dice.below(listings.len());
        for at in 0..=dice.below(2) {
            let quantity = i32::try_from(1 + dice.below(4)).expect("few");
            make = make.item(&listings[(first + at) % listings.len()], quantity);
        }
        let payload = make.send(&self.shop.buyer, "id").await;
        if !payload["order"].is_null() {
            self.orders.push(id(&payload["order"]));
        }
    }

    async fn step(&self, dice: &mut Dice) {
        if self.orders.is_empty() {
            return;
        }
        // Rather a late order, so that many come to an end.
        let order = &self.orders[self.orders.len() - 1 - dice.below(self.orders.len().min(12))];
        let client = if dice.below(4) == 0 { &self.shop.buyer } else { &self.shop.owner };
        let seen = look(&self.shop.owner, order, "nextStatuses").await;
        let next = seen["nextStatuses"].as_array().expect("a list");
        // Mostly onwards, sometimes off, and now and then a step that there is not.
        let name = match (dice.below(8), next.as_slice()) {
            (0, _) | (_, []) => dice.pick(&STEPS).0,
            (1, next) => name_of(next.last()),
            (_, next) => name_of(next.first()),
        };
        step(client, name, json!({ "id": order }), "id").await;
    }

    async fn reprice(&self, dice: &mut Dice) {
        let (_, _, listings) = &self.stores[dice.below(self.stores.len())];
        let amount = format!("{}.{:02}", dice.below(200), dice.below(100));
        let currency = dice.pick(&["NIO", "NIO", "NIO", "USD"]);
        let input = json!({
            "id": listings[dice.below(listings.len())], "price": { "amount": amount, "currency": currency },
        });
        crate::support::done(self.shop.owner.mutate("listingUpdate", input, "").await);
    }

    fn zone(&self, store: Uuid) -> Tz {
        let found = self.stores.iter().find(|(id, _, _)| row(id) == store);
        found.expect("a store of the town").1
    }
}

/// The step that leads to a status
fn name_of(status: Option<&Value>) -> &'static str {
    let found = STEPS.iter().find(|(_, to)| status.is_some_and(|status| status == to));
    found.expect("a step").0
}

/// Day and hour of an instant by a clock on the wall
pub(super) fn local(micros: i64, zone: Tz) -> (i32, i16) {
    let local =
        DateTime::<Utc>::from_timestamp_micros(micros).expect("an instant").with_timezone(&zone);
    let days = local.date_naive().num_days_from_ce() - NaiveDate::default().num_days_from_ce();
    (days, i16::try_from(local.hour()).expect("an hour"))
}

async fn rows(app: &TestApp, text: &str) -> Vec<sea_orm::QueryResult> {
    let reader = app.app.db.reader();
    let sql: Sql = reader.sql(text);
    reader.all(sql).await.expect("reads")
}

fn at<T: TryGetable>(row: &sea_orm::QueryResult, index: usize) -> T {
    T::try_get_by_index(row, index).expect("a column")
}

/// The figures by the orders themselves
async fn recount(app: &TestApp, town: &Town) -> (Orders, Sold) {
    let (mut orders, mut sold) = (Orders::new(), Sold::new());
    let placed =
        rows(app, r#"SELECT store_id, placed_at, status, currency, total_minor FROM "order""#)
            .await;
    for row in &placed {
        let store: Uuid = at(row, 0);
        let (day, hour) = local(at(row, 1), town.zone(store));
        let sums = orders.entry((store, day, hour, at(row, 2), at(row, 3))).or_default();
        *sums = (sums.0 + 1, sums.1 + at::<i64>(row, 4));
    }
    let lines = rows(
        app,
        r#"SELECT o.store_id, o.placed_at, o.status, o.currency, i.listing_id, i.quantity, i.price_minor
           FROM order_item i JOIN "order" o ON o.id = i.order_id"#,
    );
    for row in &lines.await {
        let (store, status): (Uuid, i16) = (at(row, 0), at(row, 2));
        // 5 and 6: rejected, cancelled.
        if status < 5 {
            let (day, _) = local(at(row, 1), town.zone(store));
            let quantity = i64::from(at::<i32>(row, 5));
            let sums = sold.entry((store, day, at(row, 4), at(row, 3))).or_default();
            *sums = (sums.0 + quantity, sums.1 + quantity * at::<i64>(row, 6));
        }
    }
    (orders, sold)
}

/// The figures as they were kept
async fn kept(app: &TestApp) -> (Orders, Sold) {
    let orders = rows(
        app,
        "SELECT store_id, day, hour, status, currency, orders, total_minor FROM order_figure",
    );
    let orders = orders.await.into_iter().map(|row| {
        let key = (at(&row, 0), at(&row, 1), at(&row, 2), at(&row, 3), at(&row, 4));
        (key, (i64::from(at::<i32>(&row, 5)), at(&row, 6)))
    });
    let sold = rows(
        app,
        "SELECT store_id, day, listing_id, currency, quantity, total_minor FROM listing_figure",
    );
    let sold = sold.await.into_iter().map(|row| {
        let key = (at(&row, 0), at(&row, 1), at(&row, 2), at(&row, 3));
        (key, (i64::from(at::<i32>(&row, 4)), at(&row, 5)))
    });
    let something = |sums: &(i64, i64)| *sums != (0, 0);
    (
        orders.filter(|(_, sums)| something(sums)).collect(),
        sold.filter(|(_, sums)| something(sums)).collect(),
    )
}

/// What a store's dashboard shows, against the recount
async fn compare(app: &TestApp, town: &Town, (orders, sold): &(Orders, Sold)) {
    for (at, (store, zone, _)) in town.stores.iter().enumerate() {
        let query = format!(
            "{{ store(handle: \"tienda-{at}\") {{ dashboard {{ orderCount revenue {{ amount }} byStatus {{ count }} \
             hourly {{ orderCount }} topListings {{ quantity }} }} }} }}"
        );
        let found = town.shop.owner.ask(&query, json!({})).await["store"]["dashboard"].take();
        let (today, hour) = local(app.app.clock.now().to_utc().timestamp_micros(), *zone);
        let mine = || orders.iter().filter(|(key, _)| key.0 == row(store) && key.1 == today);
        let counted = || mine().filter(|(key, _)| key.3 < 5);
        assert_eq!(found["orderCount"], counted().map(|(_, sums)| sums.0).sum::<i64>());
        let revenue: i64 =
            counted().filter(|(key, _)| key.4 == "NIO").map(|(_, sums)| sums.1).sum();
        assert_eq!(found["revenue"]["amount"], format!("{}.{:02}", revenue / 100, revenue % 100));
        for status in 0..7 {
            let count: i64 =
                mine().filter(|(key, _)| key.3 == status).map(|(_, sums)| sums.0).sum();
            let told = &found["byStatus"][usize::try_from(status).expect("few")]["count"];
            assert_eq!(*told, count, "state {status}");
        }
        let hours: Vec<i64> = (0..=hour)
            .map(|hour| counted().filter(|(key, _)| key.2 == hour).map(|(_, sums)| sums.0).sum())
            .collect();
        let told = found["hourly"].as_array().expect("hours").iter();
        assert_eq!(told.filter_map(|hour| hour["orderCount"].as_i64()).collect::<Vec<_>>(), hours);
        let mut best: Vec<i64> = sold
            .iter()
            .filter(|(key, _)| key.0 == row(store) && key.1 == today)
            .map(|(_, sums)| sums.0)
            .collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let told = found["topListings"].as_array().expect("rows").iter();
        let told: Vec<i64> = told.filter_map(|row: &Value| row["quantity"].as_i64()).collect();
        assert_eq!(told, best);
    }
}

on_both! {
    async fn figures_equal_a_recount_after_any_history(app: &TestApp) {
        let (mut town, mut dice) = (Town::build(app).await, Dice::new());
        for at in 1..=STEPS_TAKEN {
            town.happen(app, &mut dice).await;
            if at % STRETCH == 0 {
                let counted = recount(app, &town).await;
                assert_eq!(kept(app).await, counted, "after {at} steps");
                compare(app, &town, &counted).await;
            }
        }
        let (orders, sold) = recount(app, &town).await;
        assert!(town.orders.len() > 100, "only {} orders", town.orders.len());
        assert!(orders.len() > 30 && sold.len() > 15, "{} {}", orders.len(), sold.len());
        let states: std::collections::BTreeSet<i16> = orders.keys().map(|key| key.3).collect();
        assert_eq!(states.len(), 7, "orders in every state");
    }
}
