//! From draft to archive: which steps there are, and who sees a listing in which state.

use crate::support::{
    Client, MakeListing, MakeStore, TestApp, done, global, on_both, refusals, refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

struct Shop {
    owner: Client,
    store: String,
    category: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        Self { owner, store, category: app.category("comida", None).await }
    }

    /// A listing brought to a state
    async fn listing(&self, status: &str) -> String {
        let stock = if status == "SOLD_OUT" { json!(0) } else { json!(null) };
        let make = MakeListing::new(&self.store, &self.category, status)
            .with("stock", stock)
            .with("publish", json!(status != "DRAFT"));
        let listing = make.by(&self.owner).await;
        match status {
            "PAUSED" => done(self.step("Pause", &listing).await),
            "ARCHIVED" => done(self.step("Archive", &listing).await),
            _ => json!(null),
        };
        listing
    }

    async fn step(&self, step: &str, listing: &str) -> Value {
        self.owner
            .mutate_id(&format!("listing{step}"), listing, "listing { id status version }")
            .await
    }
}

const EVERY: [&str; 5] = ["DRAFT", "ACTIVE", "PAUSED", "SOLD_OUT", "ARCHIVED"];

on_both! {
    async fn states_move_along_the_drawn_arrows_alone(app: &TestApp) {
        let shop = Shop::open(app).await;
        for (from, step, to) in [
            ("DRAFT", "Publish", Ok("ACTIVE")),
            ("DRAFT", "Pause", Err("published or archived")),
            ("DRAFT", "Archive", Ok("ARCHIVED")),
            ("ACTIVE", "Publish", Ok("ACTIVE")),
            ("ACTIVE", "Pause", Ok("PAUSED")),
            ("ACTIVE", "Archive", Ok("ARCHIVED")),
            ("PAUSED", "Publish", Ok("ACTIVE")),
            ("PAUSED", "Pause", Ok("PAUSED")),
            ("PAUSED", "Archive", Ok("ARCHIVED")),
            ("SOLD_OUT", "Publish", Ok("SOLD_OUT")),
            ("SOLD_OUT", "Pause", Ok("PAUSED")),
            ("SOLD_OUT", "Archive", Ok("ARCHIVED")),
            ("ARCHIVED", "Publish", Err("stays in the archive")),
            ("ARCHIVED", "Pause", Err("stays in the archive")),
            ("ARCHIVED", "Archive", Ok("ARCHIVED")),
        ] {
            let listing = shop.listing(from).await;
            let version = done(
                shop.owner
                    .mutate("listingUpdate", json!({ "id": listing }), "listing { version }")
                    .await,
            )["listing"]["version"]
                .as_i64();
            let payload = shop.step(step, &listing).await;
            match to {
                Ok(to) => {
                    let moved = &done(payload)["listing"];
                    assert_eq!(moved["status"], to, "{from} {step}");
                    let grown = i64::from(from != to);
                    assert_eq!(
                        moved["version"].as_i64(),
                        version.map(|version| version + grown),
                        "a step to where it stands changes nothing"
                    );
                }
                Err(part) => {
                    let (refusal, told) = refused(&payload);
                    assert_eq!(refusal, "CONFLICT id", "{from} {step}");
                    assert!(told.contains(part), "{told}");
                }
            }
        }
    }
}

on_both! {
    async fn what_is_archived_stays_so_and_without_stock_nothing_is_for_sale(app: &TestApp) {
        let shop = Shop::open(app).await;
        let archived = shop.listing("ARCHIVED").await;
        let changed = json!({ "id": archived, "stock": 5 });
        let changed = done(shop.owner.mutate("listingUpdate", changed, "listing { status }").await);
        assert_eq!(changed["listing"]["status"], "ARCHIVED");
        let draft = MakeListing::new(&shop.store, &shop.category, "Nada")
            .with("stock", json!(0))
            .with("publish", json!(false))
            .by(&shop.owner)
            .await;
        assert_eq!(done(shop.step("Publish", &draft).await)["listing"]["status"], "SOLD_OUT");
        done(shop.step("Pause", &draft).await);
        assert_eq!(done(shop.step("Publish", &draft).await)["listing"]["status"], "SOLD_OUT");
        for step in ["Publish", "Pause", "Archive"] {
            for (id, refusal) in [
                (global(6, Uuid::from_u128(7)), "NOT_FOUND id"),
                (shop.store.clone(), "INVALID id"),
                ("x".to_owned(), "INVALID id"),
            ] {
                assert_eq!(refusals(&shop.step(step, &id).await), [refusal]);
            }
            let query =
                format!("mutation($id: ID!) {{ listing{step}(id: $id) {{ listing {{ id }} }} }}");
            let error = app.guest().fail(&query, json!({ "id": draft })).await;
            assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
        }
    }
}

/// Which of these somebody sees by `node`, and by `nodes`
async fn seen(client: &Client, listings: &[String]) -> Vec<bool> {
    let both = client
        .ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": listings }))
        .await;
    let all: Vec<bool> =
        both["nodes"].as_array().expect("nodes").iter().map(|node| !node.is_null()).collect();
    for (listing, seen) in listings.iter().zip(&all) {
        let one =
            client.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": listing })).await;
        assert_eq!(one["node"].is_null(), !seen);
    }
    all
}

async fn titles(client: &Client, list: &str) -> Vec<String> {
    let found = client
        .ask(
            &format!("{{ {list} {{ listings(sort: OLDEST) {{ nodes {{ title }} }} }} }}"),
            json!({}),
        )
        .await;
    let parent = found.as_object().and_then(|data| data.values().next()).expect("a parent");
    let nodes = parent["listings"]["nodes"].as_array().expect("nodes");
    nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
}

on_both! {
    async fn drafts_and_paused_ones_are_seen_by_the_staff_alone(app: &TestApp) {
        let shop = Shop::open(app).await;
        let mut listings = Vec::new();
        for status in EVERY {
            listings.push(shop.listing(status).await);
        }
        let (stranger, guest, clerk) =
            (app.member("nadie").await, app.guest(), app.member("carlos").await);
        let set = json!({ "storeId": shop.store, "userId": clerk.id, "role": "CLERK" });
        done(shop.owner.mutate("storeMemberSet", set, "").await);
        for person in [&guest, &stranger] {
            assert_eq!(seen(person, &listings).await, [false, true, false, true, false]);
        }
        for person in [&shop.owner, &clerk, &app.admin().await] {
            assert_eq!(seen(person, &listings).await, [true; 5]);
        }
        // Lists that name no state hold what is on the market, also for the staff.
        for person in [&guest, &shop.owner] {
            for parent in [
                "store(handle: \"central\")",
                "category(slug: \"comida\")",
                "user(handle: \"elena\")",
            ] {
                assert_eq!(titles(person, parent).await, ["ACTIVE"]);
            }
        }
        // Who put it up and is gone from the store sees no more of it than anybody.
        let manager = app.member("marta").await;
        let role =
            |role: Value| json!({ "storeId": shop.store, "userId": manager.id, "role": role });
        done(shop.owner.mutate("storeMemberSet", role(json!("MANAGER")), "").await);
        let draft = MakeListing::new(&shop.store, &shop.category, "De Marta")
            .with("publish", json!(false))
            .by(&manager)
            .await;
        assert_eq!(seen(&manager, std::slice::from_ref(&draft)).await, [true]);
        done(shop.owner.mutate("storeMemberSet", role(json!(null)), "").await);
        assert_eq!(seen(&manager, &[draft]).await, [false]);
    }
}

on_both! {
    async fn the_staff_list_every_state_of_their_store_and_nobody_else_does(app: &TestApp) {
        let shop = Shop::open(app).await;
        for status in EVERY {
            shop.listing(status).await;
        }
        let (clerk, admin) = (app.member("carlos").await, app.admin().await);
        let (guest, stranger) = (app.guest(), app.member("nadie").await);
        let set = json!({ "storeId": shop.store, "userId": clerk.id, "role": "CLERK" });
        done(shop.owner.mutate("storeMemberSet", set, "").await);
        let lists = [
            format!("{{ l: listings(sort: OLDEST filter: {{ storeId: \"{}\" status: [STATUS] }}) {{ nodes {{ status }} }} }}", shop.store),
            "{ l: store(handle: \"central\") { l: listings(sort: OLDEST filter: { status: [STATUS] }) { nodes { status } } } }".to_owned(),
        ];
        let statuses = |mut list: &Value| -> Vec<String> {
            while list.get("l").is_some() {
                list = &list["l"];
            }
            list["nodes"]
                .as_array()
                .expect("nodes")
                .iter()
                .filter_map(|node| node["status"].as_str().map(str::to_owned))
                .collect()
        };
        for list in &lists {
            for person in [&shop.owner, &clerk, &admin] {
                for status in EVERY {
                    let found = person.ask(&list.replace("STATUS", status), json!({})).await;
                    assert_eq!(statuses(&found), [status]);
                }
                let all = person
                    .ask(
                        &list.replace("STATUS", &format!("{}, DRAFT", EVERY.join(", "))),
                        json!({}),
                    )
                    .await;
                assert_eq!(statuses(&all), EVERY);
            }
            for person in [&guest, &stranger] {
                let found = person.ask(&list.replace("STATUS", "ACTIVE"), json!({})).await;
                assert_eq!(statuses(&found), ["ACTIVE"]);
                for status in ["DRAFT", "ACTIVE, SOLD_OUT", "ARCHIVED"] {
                    let error = person.fail(&list.replace("STATUS", status), json!({})).await;
                    assert_eq!(error["extensions"]["code"], "FORBIDDEN");
                    assert_eq!(error["extensions"]["field"], json!(["filter", "status"]));
                    assert!(
                        error["message"].as_str().is_some_and(|told| told.contains("storeId")),
                        "{error}"
                    );
                }
            }
        }
    }
}
