//! Whole answers in memory: whose they are, how long they are good, and what is not kept.

use crate::support::{Client, MakeListing, MakeStore, Shop, TestApp, done, on_both};
use futures_util::future::join_all;
use serde_json::{Value, json};

const LIST: &str = "{ listings(first: 5) { nodes { title store { name } } } }";

/// Statements that a question takes, and its answer
async fn ask(app: &TestApp, client: &Client, query: &str) -> (u64, Value) {
    let from = app.app.db.stats().statements().0;
    let answer = client.ask(query, json!({})).await;
    (app.app.db.stats().statements().0 - from, answer)
}

/// How often the answer cache was asked so far, by outcome: hit, stale, miss
async fn counted(app: &TestApp) -> [u64; 3] {
    let sent = app.guest().request(reqwest::Method::GET, "/metrics").send().await;
    let figures = sent.expect("answers").text().await.expect("a text");
    ["hit", "stale", "miss"].map(|outcome| {
        let name = "plaza_cache_requests_total{cache=\"answer\",outcome=";
        let line = figures
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(&format!("\"{outcome}\"}} ")));
        line.map_or(0, |number| number.parse().expect("a number"))
    })
}

on_both! {
    async fn a_guest_hears_from_memory_what_another_asked_until_it_changes(app: &TestApp) {
        let shop = Shop::open(app).await;
        let (_, first) = ask(app, &app.guest(), LIST).await;
        let (none, again) = ask(app, &app.guest(), LIST).await;
        assert_eq!((none, &again), (0, &first));
        let change = json!({ "id": shop.listing, "title": "Queso de crema" });
        done(shop.owner.mutate("listingUpdate", change, "listing { id }").await);
        let (some, changed) = ask(app, &app.guest(), LIST).await;
        assert!(some > 0);
        assert_eq!(changed["listings"]["nodes"][0]["title"], "Queso de crema");
        // What no list of listings is made from leaves it alone.
        let renamed = json!({ "displayName": "Berta Luz" });
        done(shop.owner.mutate("viewerUpdate", renamed, "viewer { email }").await);
        assert_eq!(ask(app, &app.guest(), LIST).await.0, 0);
    }
}

on_both! {
    async fn of_many_who_ask_at_once_one_asks_the_database(app: &TestApp) {
        Shop::open(app).await;
        let [hits, stale, misses] = counted(app).await;
        let (alone, _) = app.statements(app.guest().ask(LIST, json!({}))).await;
        assert_eq!(counted(app).await, [hits, stale, misses + 1], "who asks is counted once");
        let guests: Vec<_> = (0..40).map(|_| app.guest()).collect();
        let all = join_all(guests.iter().map(|guest| guest.ask(LIST, json!({}))));
        let (together, answers) = app.statements(all).await;
        assert_eq!(together, alone);
        assert!(answers.iter().all(|answer| answer == &answers[0]));
        assert_eq!(counted(app).await, [hits + 39, stale + 1, misses + 1]);
    }
}

on_both! {
    async fn another_page_or_operation_is_another_answer(app: &TestApp) {
        let shop = Shop::open(app).await;
        let category = app.category("bebidas", None).await;
        MakeListing::new(&shop.store, &category, "Cacao")
            .with("price", json!({ "amount": "5.00", "currency": "NIO" }))
            .with("publish", json!(true))
            .by(&shop.owner)
            .await;
        let query = "query Page($after: String) { listings(first: 1, after: $after) { nodes { title } pageInfo { endCursor } } } ";
        let guest = app.guest();
        let first = guest.ask(query, json!({})).await;
        let after = json!({ "after": first["listings"]["pageInfo"]["endCursor"] });
        let second = guest.ask(query, after.clone()).await;
        assert_eq!(first["listings"]["nodes"][0]["title"], "Cacao");
        assert_eq!(second["listings"]["nodes"][0]["title"], "Queso seco");
        assert_eq!(guest.ask(query, after).await, second);
        let two = "query A { store(handle: \"pulperia\") { name } } query B { store(handle: \"pulperia\") { handle } }";
        let mut answers = Vec::new();
        for name in ["A", "B", "A"] {
            let body = json!({ "query": two, "operationName": name });
            let sent = guest.request(reqwest::Method::POST, "/graphql").json(&body).send().await;
            let body: Value = sent.expect("answers").json().await.expect("JSON");
            answers.push(body["data"]["store"].clone());
        }
        assert_eq!(answers[1], json!({ "handle": "pulperia" }));
        assert_eq!(answers[0], answers[2]);
    }
}

on_both! {
    async fn nobody_is_told_what_was_made_for_somebody(app: &TestApp) {
        let shop = Shop::open(app).await;
        let own = "{ viewer { user { handle } } listings(first: 1) { nodes { title } } }";
        assert_eq!(ask(app, &app.guest(), own).await.1["viewer"], Value::Null);
        for (client, handle) in [(&shop.buyer, "rosa"), (&shop.owner, "berta")] {
            for _ in 0..2 {
                assert_eq!(ask(app, client, own).await.1["viewer"]["user"]["handle"], handle);
            }
        }
        assert_eq!(ask(app, &app.guest(), own).await.1["viewer"], Value::Null);
        // What nobody's being there mattered for is the same for members: who they are is all that is read.
        ask(app, &app.guest(), LIST).await;
        assert_eq!(ask(app, &shop.buyer, LIST).await.0, 1);
    }
}

on_both! {
    async fn a_hidden_store_is_its_peoples_alone_whoever_asked_first(app: &TestApp) {
        let shop = Shop::open(app).await;
        let query = "{ store(handle: \"pulperia\") { name } }";
        for _ in 0..2 {
            assert_eq!(ask(app, &app.guest(), query).await.1["store"]["name"], "Tienda pulperia");
        }
        let suspend = "mutation($u: ID!) { userSuspend(userId: $u, reason: \"prueba\") { userErrors { code } } }";
        app.admin().await.ask(suspend, json!({ "u": shop.owner.id })).await;
        assert_eq!(ask(app, &app.guest(), query).await.1["store"], Value::Null);
    }
}

on_both! {
    async fn what_the_clock_says_is_good_for_the_minute(app: &TestApp) {
        // It is Wednesday 09:00 in Managua.
        let hours = json!([{ "weekday": "WEDNESDAY", "opensAt": "09:01", "closesAt": "17:00" }]);
        MakeStore::new("pulperia").with("openingHours", hours).by(&app.member("berta").await).await;
        let query = "{ store(handle: \"pulperia\") { isOpen } }";
        assert_eq!(ask(app, &app.guest(), query).await.1["store"]["isOpen"], false);
        app.pass_seconds(59);
        assert_eq!(ask(app, &app.guest(), query).await, (0, json!({ "store": { "isOpen": false } })));
        app.pass_seconds(1);
        assert_eq!(ask(app, &app.guest(), query).await.1["store"]["isOpen"], true);
    }
}

on_both! {
    async fn who_is_here_and_what_went_wrong_are_not_kept(app: &TestApp) {
        let shop = Shop::open(app).await;
        let here = "{ user(handle: \"rosa\") { presence { state } } }";
        for _ in 0..2 {
            assert!(ask(app, &shop.owner, here).await.0 > 1);
        }
        let wrong = "{ listings(first: 5, after: \"x\") { nodes { title } } }";
        for _ in 0..2 {
            let answer = app.guest().fail(wrong, json!({})).await;
            assert!(answer.to_string().contains("cursor"), "{answer}");
        }
    }
}

on_both! {
    async fn what_it_costs_is_told_and_paid_each_time(app: &TestApp) {
        Shop::open(app).await;
        let cost = async || {
            let answer = app.guest().send(LIST, json!({})).await;
            answer.body["extensions"]["cost"].clone()
        };
        let first = cost().await;
        assert!(first["actual"].as_u64().is_some_and(|actual| actual > 1), "{first}");
        assert_eq!(cost().await, first);
    }
}
