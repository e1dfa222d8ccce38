//! `plaza check --figures`: what is kept against what it is a sum of.

use crate::door::command::run_beside;
use crate::support::{Shop, on_both};
use sea_orm::ConnectionTrait;
use serde_json::json;

/// What is broken, what puts it right again, and what is said
const WRONG: [(&str, &str, &str); 9] = [
    (
        "UPDATE order_figure SET total_minor = total_minor + 7",
        "UPDATE order_figure SET total_minor = total_minor - 7",
        "sum in the figures of store",
    ),
    (
        "UPDATE listing_figure SET quantity = quantity + 1",
        "UPDATE listing_figure SET quantity = quantity - 1",
        "quantity sold of listing",
    ),
    (
        r#"UPDATE "order" SET item_count = item_count + 1"#,
        r#"UPDATE "order" SET item_count = item_count - 1"#,
        "number of items of order",
    ),
    (
        r#"UPDATE "order" SET version = version + 1"#,
        r#"UPDATE "order" SET version = version - 1"#,
        "version of order",
    ),
    (
        "UPDATE store_counter SET orders = orders + 1",
        "UPDATE store_counter SET orders = orders - 1",
        "highest number of an order of store",
    ),
    ("UPDATE listing SET stock = -3", "UPDATE listing SET stock = NULL", "stock of listing"),
    ("UPDATE topic SET seq = seq + 1", "UPDATE topic SET seq = seq - 1", "number of topic"),
    (
        "UPDATE conversation SET last_position = last_position + 1",
        "UPDATE conversation SET last_position = last_position - 1",
        "last position of conversation",
    ),
    (
        "UPDATE participant SET read_up_to = read_up_to + 5",
        "UPDATE participant SET read_up_to = read_up_to - 5",
        "read or delivered, beyond the last position, of conversation",
    ),
];

on_both! {
    async fn each_number_that_is_wrong_is_named(app: &TestApp) {
        app.come_to_the_present();
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        shop.step("orderAccept", &order).await;
        let start = json!({ "kind": "DIRECT", "participantIds": [shop.owner.id] });
        let talk = shop.buyer.mutate("conversationStart", start, "conversation { id }").await;
        let talk = json!({ "conversationId": talk["conversation"]["id"], "body": "hola", "idempotencyKey": "1" });
        crate::support::done(shop.buyer.mutate("messageSend", talk, "message { id }").await);
        let check = || run_beside(app, &["check", "--figures"]);
        let good = check();
        assert_eq!(good.code, 0, "{}{}", good.out, good.err);
        let all = "all equal to a recount: 1 order figures, 1 listing figures, 1 orders, 1 order counters, 0 stocks, ";
        assert!(good.out.contains(all) && good.out.contains(" 1 conversations, 2 unread counts"), "{}", good.out);
        for (breaks, mends, told) in WRONG {
            let db = app.app.db.raw_writer();
            db.execute_unprepared(breaks).await.expect(breaks);
            let said = check();
            let line = format!("figures         {told} ");
            assert!(said.code == 1 && said.out.contains(&line), "{breaks}: {}", said.out);
            assert!(!said.out.contains("all equal"), "{}", said.out);
            db.execute_unprepared(mends).await.expect(mends);
        }
        assert_eq!(check().code, 0);
    }
}
