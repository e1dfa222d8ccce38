//! Twenty of everything, each with all that hangs on it, so that a walk finds something everywhere.

use crate::job::steps::queue;
use crate::partner::publish;
use crate::support::{Client, MakeListing, MakeOrder, MakeStore, TestApp, done, id, row};
use plaza::db::Columns;
use plaza::entities::{SessionId, UserId};
use plaza::services::operations_write;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of each kind
pub const MANY: usize = 20;

pub struct World {
    /// Ids by the type's name
    pub ids: BTreeMap<&'static str, Vec<String>>,
    /// Values of root fields' arguments, by `field.argument`
    pub arguments: BTreeMap<&'static str, Vec<String>>,
    /// Owns every store, is signed in on as many devices, and ordered something of each store
    pub owner: Client,
    /// Has one store, one session and one order
    pub lone: Client,
    /// Sees what administrators see
    pub admin: Client,
}

impl World {
    pub async fn make(app: &TestApp) -> Self {
        let (owner, lone) = (app.member("la-duena").await, app.member("la-sola").await);
        let admin = app.admin().await;
        let (ids, arguments) = (BTreeMap::new(), BTreeMap::new());
        let mut world = Self { ids, arguments, owner, lone, admin: admin.clone() };
        let root = category(&admin, "raiz", None).await;
        for at in 0..MANY {
            app.pass_seconds(1);
            let person = app.member(&format!("persona-{at}")).await;
            let above = category(&admin, &format!("medio-{at}"), Some(&root)).await;
            let below = category(&admin, &format!("hoja-{at}"), Some(&above)).await;
            category(&admin, &format!("brote-{at}"), Some(&below)).await;
            let handle = format!("tienda-{at}");
            let (counter, offers) =
                store(app, &handle, &world.owner, &person, [&above, &below]).await;
            if at == 0 {
                let (counter, offers) =
                    store(app, "tienda-sola", &world.lone, &person, [&above, &below]).await;
                let bought = order(&world.lone, &counter, &offers[..2]).await;
                let (_, message) = talk(&world.lone, &person, &bought).await;
                usage(app, &world.lone, &message).await;
                key(app, &world.lone, "erp-sola").await;
            }
            let bought = order(&world.owner, &counter, &offers[..2]).await;
            order(&world.owner, &counter, &offers[3..]).await;
            let (conversation, message) = talk(&world.owner, &person, &bought).await;
            usage(app, &world.owner, &message).await;
            let ids = [
                ("Conversation", conversation),
                ("Message", message),
                ("Profile", world.profile(&person, &below).await),
                ("Session", world.session(app).await),
                ("User", person.id),
                ("Category", above),
                ("Store", counter),
                ("Listing", offers[0].clone()),
                ("Order", bought),
                ("ApiKey", key(app, &world.owner, &format!("erp-{at}")).await),
                ("Job", queue(app, &world.owner, "counting").await),
            ];
            for (kind, id) in ids {
                world.ids.entry(kind).or_default().push(id);
            }
            for (argument, value) in [
                ("user.handle", format!("persona-{at}")),
                ("store.handle", handle),
                ("category.slug", format!("medio-{at}")),
            ] {
                world.arguments.entry(argument).or_default().push(value);
            }
        }
        operations_write(&app.app).await.expect("writes what operations took");
        world
    }

    async fn profile(&self, person: &Client, category: &str) -> String {
        let input = json!({ "headline": "Quesera", "bio": "Larga", "categoryId": category, "location": place(1) });
        id(&done(person.mutate("profileUpdate", input, "profile { id }").await)["profile"])
    }

    /// One more device of the owner
    async fn session(&self, app: &TestApp) -> String {
        let (app, now) = (&app.app, app.app.clock.now());
        let session = SessionId(app.ids.next());
        let device = Columns::of("session")
            .set("id", session)
            .set("user_id", UserId(row(&self.owner.id)))
            .set("generation", 0_i64)
            .set("rotated_at", now)
            .set("user_agent", "un teléfono")
            .set("created_at", now)
            .set("last_used_at", now)
            .set("expires_at", now.plus_seconds(30 * 24 * 3600));
        let tx = app.db.write().await.expect("begins");
        tx.insert(device).await.expect("inserts the session");
        tx.commit().await.expect("commits");
        crate::support::global(2, session.0)
    }
}

/// A store with hours, a manager, listings and best sellers; with its listings, the last of which
/// has a price in dollars
async fn store(
    app: &TestApp,
    handle: &str,
    owner: &Client,
    manager: &Client,
    categories: [&str; 2],
) -> (String, Vec<String>) {
    let hours = json!([{ "weekday": "MONDAY", "opensAt": "08:00", "closesAt": "17:00" }]);
    let store = MakeStore::new(handle)
        .with("description", json!("Larga"))
        .with("location", place(handle.len()))
        .with("openingHours", hours)
        .by(owner)
        .await;
    let role = json!({ "storeId": store, "userId": manager.id, "role": "MANAGER" });
    done(owner.mutate("storeMemberSet", role, "").await);
    let mut listings = Vec::new();
    for category in [categories[0], categories[1], categories[1]] {
        listings.push(listing(manager, &store, category).await);
    }
    best_sellers(app, &store, &listings).await;
    let dollars = json!({ "amount": "3.00", "currency": "USD" });
    let imported = MakeListing::new(&store, categories[0], "Aceite").with("price", dollars);
    listings.push(imported.by(manager).await);
    (store, listings)
}

/// An order for the next Monday, when the store is open, that was accepted
/// A key for a client with two documents
async fn key(app: &TestApp, person: &Client, client: &str) -> String {
    for name in ["One", "Two"] {
        publish(&app.app, client, name, &format!("query {name} {{ service {{ name }} }}")).await;
    }
    crate::partner::key(person, client, &["CATALOG_READ"]).await.0
}

async fn order(buyer: &Client, store: &str, listings: &[String]) -> String {
    let order = MakeOrder::new(store).with("scheduledFor", json!("2026-11-23T15:00:00Z"));
    let order = listings.iter().fold(order, |order, listing| order.item(listing, 2));
    let order = order.by(buyer).await;
    let query = "mutation($i: OrderStepInput!) { orderAccept(input: $i) { userErrors { code message field } } }";
    done(buyer.ask(query, json!({ "i": { "id": order } })).await["orderAccept"].take());
    order
}

/// The conversation of a buyer and the staff about an order, and a message of it that answers
/// another, is answered and was read
async fn talk(buyer: &Client, staff: &Client, order: &str) -> (String, String) {
    let input = json!({ "kind": "ORDER", "orderId": order });
    let started = buyer.mutate("conversationStart", input, "conversation { id }").await;
    let conversation = id(&done(started)["conversation"]);
    let mut sent: Vec<String> = Vec::new();
    for sender in [staff, buyer, staff] {
        let input = json!({
            "conversationId": conversation, "body": "Hola", "replyToId": sent.last(),
            "idempotencyKey": format!("{conversation}-{}", sent.len()),
        });
        let message = sender.mutate("messageSend", input, "message { id }").await;
        sent.push(id(&done(message)["message"]));
    }
    (conversation, sent.swap_remove(1))
}

/// What a reply took: straight into its table here, so that a message has both a sender and this
async fn usage(app: &TestApp, person: &Client, message: &str) {
    let now = app.app.clock.now();
    let columns = Columns::of("reply")
        .set("message_id", row(message))
        .set("user_id", UserId(row(&person.id)))
        .set("beat_at", now)
        .set("finished_at", now)
        .set("model", "offline")
        .set("prompt_tokens", 0)
        .set("completion_tokens", 0)
        .set("latency_ms", 1)
        .set("from_cache", false);
    let tx = app.app.db.write().await.expect("begins");
    tx.insert(columns).await.expect("inserts");
    tx.commit().await.expect("commits");
}

fn place(at: usize) -> Value {
    json!({ "latitude": 12.0 + f64::from(u32::try_from(at).expect("few")) * 0.01, "longitude": -85.0 })
}

async fn category(admin: &Client, slug: &str, parent: Option<&str>) -> String {
    let input = json!({ "slug": slug, "name": slug, "parentId": parent });
    id(&done(admin.mutate("categoryCreate", input, "category { id }").await)["category"])
}

async fn listing(person: &Client, store: &str, category: &str) -> String {
    MakeListing::new(store, category, "Queso seco")
        .with("description", json!("Larga"))
        .with("location", place(3))
        .by(person)
        .await
}

/// Written by a job once something was sold: straight into its table here
async fn best_sellers(app: &TestApp, store: &str, listings: &[String]) {
    let tx = app.app.db.write().await.expect("begins");
    for (listing, rank) in listings.iter().zip(1_i16..) {
        let columns = Columns::of("store_top_listing")
            .set("store_id", row(store))
            .set("rank", rank)
            .set("listing_id", row(listing));
        tx.insert(columns).await.expect("inserts");
    }
    tx.commit().await.expect("commits");
}
