//! Many at once: each thing is sold once, whoever asks, and nobody waits for ever.

use super::{Shop, step, stock, take};
use crate::support::{Client, MakeOrder, TestApp, done, on_both, refusals, times};
use futures_util::future::{join, join_all};
use serde_json::json;
use std::collections::BTreeSet;

const BUYERS: usize = 100;
/// Units that are fought for; 200 with `PLAZA_TORTURE=10`
const ROUNDS: usize = 20;

async fn buyers(app: &TestApp, count: usize) -> Vec<Client> {
    let mut buyers = Vec::new();
    for at in 0..count {
        buyers.push(app.member(&format!("compra-{at}")).await);
    }
    buyers
}

on_both! {
    async fn one_unit_is_sold_once_however_many_want_it(app: &TestApp) {
        let shop = Shop::open(app).await;
        let buyers = buyers(app, BUYERS).await;
        let rounds = times() * ROUNDS;
        for round in 0..rounds {
            let last = shop.counted("El último", 1).await;
            let sent = buyers
                .iter()
                .map(async |buyer| shop.order(&last, 1).send(buyer, "number buyer { id }").await);
            let answers = join_all(sent).await;
            let (sold, refused): (Vec<_>, Vec<_>) =
                answers.iter().partition(|payload| !payload["order"].is_null());
            assert_eq!(sold.len(), 1, "round {round}");
            assert_eq!(
                sold[0]["order"]["number"],
                format!("A-{:04}", round + 1),
                "no number is lost"
            );
            for payload in refused {
                assert_eq!(refusals(payload), ["OUT_OF_STOCK items.0.quantity"]);
            }
            assert_eq!(stock(&shop.owner, &last).await, ("SOLD_OUT".to_owned(), json!(0)));
        }
        let query =
            "{ store(handle: \"central\") { orders { totalCount } dashboard { orderCount } } }";
        let found = shop.owner.ask(query, json!({})).await;
        let expected =
            json!({ "orders": { "totalCount": rounds }, "dashboard": { "orderCount": rounds } });
        assert_eq!(found["store"], expected);
        println!("{rounds} rounds of {BUYERS} buyers for one unit, a sale each");
    }
}

on_both! {
    async fn orders_of_the_same_things_in_any_order_do_not_stop_each_other(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut things = Vec::new();
        for at in 0..4 {
            things.push(shop.counted(&format!("Cosa {at}"), 100).await);
        }
        let buyers = buyers(app, 30).await;
        // Each thing in another place of the order, and half of the orders called off at once.
        let sent = buyers.iter().enumerate().map(async |(at, buyer)| {
            let mut make = MakeOrder::new(&shop.store);
            for place in 0..4 {
                make = make.item(&things[(at * (1 + at % 2 * 2) + place) % 4], 1);
            }
            let order = make.place(buyer, "id number").await;
            let id = order["id"].as_str().expect("an id").to_owned();
            if at % 2 == 0 {
                done(take(buyer, "Cancel", &id).await);
            } else {
                done(take(&shop.clerk, "Accept", &id).await);
            }
            order["number"].as_str().expect("a number").to_owned()
        });
        let numbers: BTreeSet<String> = join_all(sent).await.into_iter().collect();
        let expected: BTreeSet<String> = (1..=30).map(|at| format!("A-{at:04}")).collect();
        assert_eq!(numbers, expected, "numbers without a gap");
        for thing in &things {
            assert_eq!(stock(&shop.owner, thing).await.1, 85);
        }
        let figures = shop.dashboard(&shop.owner, "orderCount byStatus { status count }").await;
        assert_eq!(figures["orderCount"], 15);
        assert_eq!(figures["byStatus"][1], json!({ "status": "ACCEPTED", "count": 15 }));
        assert_eq!(figures["byStatus"][6], json!({ "status": "CANCELLED", "count": 15 }));
    }
}

on_both! {
    async fn of_two_who_take_a_step_at_once_one_does(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 50).await;
        for round in 0..10 {
            let order = shop.order(&listing, 5).by(&shop.buyer).await;
            let (cancelled, rejected) =
                join(take(&shop.buyer, "Cancel", &order), take(&shop.clerk, "Reject", &order))
                    .await;
            let done = [&cancelled, &rejected].map(|payload| !payload["order"].is_null());
            assert!(done[0] != done[1], "round {round}: {cancelled:#} {rejected:#}");
            let lost = if done[0] { &rejected } else { &cancelled };
            assert_eq!(refusals(lost), ["CONFLICT id"]);
            assert_eq!(stock(&shop.owner, &listing).await.1, 50, "put back once");
        }
        // A clerk and a clerk at the same version.
        let order = shop.order(&listing, 5).by(&shop.buyer).await;
        let accept =
            || step(&shop.clerk, "Accept", json!({ "id": order, "version": 1 }), "version");
        let answers = join_all((0..8).map(|_| accept())).await;
        let taken = answers.iter().filter(|payload| payload["order"]["version"] == 2).count();
        assert_eq!(taken, 1);
        for payload in answers.iter().filter(|payload| payload["order"].is_null()) {
            assert_eq!(refusals(payload), ["CONFLICT version"]);
        }
    }
}
