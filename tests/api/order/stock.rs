//! Stock that an order took: put back when the order is rejected or cancelled, and only then.

use super::{Shop, stock, take};
use crate::support::{MakeOrder, done, on_both, refusals, row};
use plaza::db::Reads;
use serde_json::{Value, json};

fn at(status: &str, left: impl Into<Value>) -> (String, Value) {
    (status.to_owned(), left.into())
}

on_both! {
    async fn rejecting_and_cancelling_put_the_stock_back(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (one, many) = (shop.counted("Queso", 1).await, shop.counted("Pan", 9).await);
        let both = || MakeOrder::new(&shop.store).item(&many, 4).item(&one, 1);
        for (status, name) in [
            ("PLACED", "Reject"),
            ("PLACED", "Cancel"),
            ("ACCEPTED", "Cancel"),
            ("PREPARING", "Cancel"),
            ("READY", "Cancel"),
        ] {
            let order = shop.order_at(both(), status).await;
            assert_eq!(stock(&shop.owner, &one).await, at("SOLD_OUT", 0), "{status}");
            assert_eq!(stock(&shop.owner, &many).await, at("ACTIVE", 5), "{status}");
            let lacking = both().send(&shop.buyer, "id").await;
            assert_eq!(refusals(&lacking), ["OUT_OF_STOCK items.1.quantity"]);
            done(take(&shop.clerk, name, &order).await);
            assert_eq!(stock(&shop.owner, &one).await, at("ACTIVE", 1), "{status} {name}");
            assert_eq!(stock(&shop.owner, &many).await, at("ACTIVE", 9), "{status} {name}");
            // What is called off once is not called off again.
            for again in ["Reject", "Cancel"] {
                assert_eq!(refusals(&take(&shop.clerk, again, &order).await), ["CONFLICT id"]);
            }
            assert_eq!(stock(&shop.owner, &many).await, at("ACTIVE", 9), "{status} {name}");
        }
        let market = app.guest().ask("{ listings { totalCount } }", json!({})).await;
        assert_eq!(market["listings"]["totalCount"], 2, "they are on the market again");
    }
}

on_both! {
    async fn what_was_taken_from_the_market_meanwhile_stays_so(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (name, status) in [("Pause", "PAUSED"), ("Archive", "ARCHIVED")] {
            for left in [0, 3] {
                let listing = shop.counted("Queso", left + 2).await;
                let order = shop.order(&listing, 2).by(&shop.buyer).await;
                done(
                    shop.owner
                        .mutate_id(&format!("listing{name}"), &listing, "listing { id }")
                        .await,
                );
                done(take(&shop.buyer, "Cancel", &order).await);
                assert_eq!(stock(&shop.owner, &listing).await, at(status, left + 2), "{name}");
            }
        }
    }
}

on_both! {
    async fn only_what_was_counted_is_put_back(app: &TestApp) {
        let shop = Shop::open(app).await;
        let set = async |listing: &str, left: Value| {
            let input = json!({ "id": listing, "stock": left });
            done(shop.owner.mutate("listingUpdate", input, "listing { id }").await);
        };
        // Counted only since the order was placed.
        let later = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&later, 7).by(&shop.buyer).await;
        set(&later, json!(10)).await;
        done(take(&shop.buyer, "Cancel", &order).await);
        assert_eq!(stock(&shop.owner, &later).await, at("ACTIVE", 10));
        // Not counted any more.
        let no_more = shop.counted("Pan", 7).await;
        let order = shop.order(&no_more, 7).by(&shop.buyer).await;
        set(&no_more, json!(null)).await;
        done(take(&shop.buyer, "Cancel", &order).await);
        assert_eq!(stock(&shop.owner, &no_more).await, at("ACTIVE", json!(null)));
        // Counted anew: what comes back comes on top.
        let anew = shop.counted("Maíz", 7).await;
        let order = shop.order(&anew, 7).by(&shop.buyer).await;
        set(&anew, json!(1_000_000)).await;
        done(take(&shop.buyer, "Cancel", &order).await);
        assert_eq!(stock(&shop.owner, &anew).await, at("ACTIVE", 1_000_007));
        // Gone for good.
        let gone = shop.counted("Frijol", 7).await;
        let order = MakeOrder::new(&shop.store).item(&gone, 2).item(&anew, 7).by(&shop.buyer).await;
        let tx = app.app.db.write().await.expect("begins");
        let mut sql = tx.sql("DELETE FROM listing WHERE id = ");
        sql.bind(row(&gone));
        assert_eq!(tx.run(sql).await.expect("deletes"), 1);
        tx.commit().await.expect("commits");
        done(take(&shop.clerk, "Reject", &order).await);
        assert_eq!(stock(&shop.owner, &anew).await, at("ACTIVE", 1_000_007));
    }
}

on_both! {
    async fn a_sale_is_a_change_of_the_listing(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (listing, uncounted) =
            (shop.counted("Queso", 5).await, shop.listing("Café").by(&shop.owner).await);
        app.pass_seconds(60);
        let both = MakeOrder::new(&shop.store).item(&listing, 1).item(&uncounted, 1);
        let order = both.by(&shop.buyer).await;
        let seen = async |listing: &str| {
            let query =
                "query($id: ID!) { node(id: $id) { ... on Listing { version updatedAt } } }";
            shop.owner.ask(query, json!({ "id": listing })).await["node"].take()
        };
        let changed = json!({ "version": 2, "updatedAt": "2026-11-18T15:01:00.000000Z" });
        assert_eq!(seen(&listing).await, changed);
        let same = json!({ "version": 1, "updatedAt": "2026-11-18T15:00:00.000000Z" });
        assert_eq!(seen(&uncounted).await, same, "nothing of it was taken");
        done(take(&shop.buyer, "Cancel", &order).await);
        assert_eq!(seen(&listing).await["version"], 3);
        assert_eq!(seen(&uncounted).await, same);
    }
}
