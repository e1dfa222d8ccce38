//! Builders: a noun each, with chained setters and sane defaults. People are written straight into
//! the database, since hashing a password for each would take the tests' time; everything else goes
//! through the door.

use super::{Client, TestApp, done};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plaza::db::Columns;
use plaza::entities::{SessionId, UserId, UserRole};
use serde_json::{Value, json};
use uuid::Uuid;

impl TestApp {
    /// A new person, signed in, without a password.
    pub async fn person(&self, handle: &str, role: UserRole) -> Client {
        self.sign_up(handle, role, 0).await
    }

    /// A new member whose access token lasts for four weeks, for tests in which days pass
    pub async fn patient(&self, handle: &str) -> Client {
        self.sign_up(handle, UserRole::Member, 28 * 24 * 3600).await
    }

    /// `ahead`: seconds from now at which the access token is said to be issued
    async fn sign_up(&self, handle: &str, role: UserRole, ahead: i64) -> Client {
        let (app, now) = (&self.app, self.app.clock.now());
        let (user, session) = (UserId(app.ids.next()), SessionId(app.ids.next()));
        let tx = app.db.write().await.expect("begins");
        let person = Columns::of("user")
            .set("id", user)
            .set("handle", handle)
            .set("display_name", format!("Persona {handle}"))
            .set("email", format!("{handle}@example.com"))
            .set("locale", "es-NI")
            .set("role", role)
            .set("joined_at", now);
        tx.insert(person).await.expect("inserts the person");
        let device = Columns::of("session")
            .set("id", session)
            .set("user_id", user)
            .set("generation", 0_i64)
            .set("rotated_at", now)
            .set("created_at", now)
            .set("last_used_at", now)
            .set("expires_at", now.plus_seconds(30 * 24 * 3600));
        tx.insert(device).await.expect("inserts the session");
        tx.commit().await.expect("commits");
        let tokens = app.tokens.issue(user, session, 0, now.plus_seconds(ahead)).expect("signs");
        Client::new(&self.url, Some(tokens.access)).with_id(global(1, user.0))
    }

    /// A category, made by an administrator of its own
    pub async fn category(&self, slug: &str, parent: Option<&str>) -> String {
        let admin = self.person(&format!("admin-{slug}"), UserRole::Admin).await;
        let query = "mutation($i: CategoryCreateInput!) { categoryCreate(input: $i) { category { id } userErrors { message } } }";
        let made = admin
            .ask(query, json!({ "i": { "slug": slug, "name": slug, "parentId": parent } }))
            .await;
        id(&made["categoryCreate"]["category"])
    }
}

/// A global id as the server writes it: version 1, kind, row id
pub fn global(kind: u8, row: Uuid) -> String {
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(row.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The row behind a global id
pub fn row(id: &str) -> Uuid {
    let bytes = URL_SAFE_NO_PAD.decode(id).expect("a global id");
    Uuid::from_slice(&bytes[2..]).expect("16 bytes")
}

/// The id of a node in an answer
pub fn id(node: &Value) -> String {
    node["id"]
        .as_str()
        .unwrap_or_else(|| panic!("a node with an id was expected: {node:#}"))
        .to_owned()
}

/// A store
pub struct MakeStore {
    input: Value,
}

impl MakeStore {
    pub fn new(handle: &str) -> Self {
        let input = json!({
            "handle": handle, "name": format!("Tienda {handle}"), "currency": "NIO", "timeZone": "America/Managua",
        });
        Self { input }
    }

    /// Sets a field of the input.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.input[field] = value;
        self
    }

    /// Opens it; its id.
    pub async fn by(self, owner: &Client) -> String {
        let query = "mutation($i: StoreCreateInput!) { storeCreate(input: $i) { store { id } userErrors { message field } } }";
        let made = owner.ask(query, json!({ "i": self.input })).await;
        id(&made["storeCreate"]["store"])
    }
}

/// A listing, on the market unless said otherwise
pub struct MakeListing {
    input: Value,
}

impl MakeListing {
    pub fn new(store: &str, category: &str, title: &str) -> Self {
        let input = json!({
            "storeId": store, "categoryId": category, "title": title, "publish": true,
            "price": { "amount": "10.00", "currency": "NIO" },
        });
        Self { input }
    }

    /// Sets a field of the input.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.input[field] = value;
        self
    }

    /// Sets the price in NIO.
    pub fn price(self, amount: &str) -> Self {
        self.with("price", json!({ "amount": amount, "currency": "NIO" }))
    }

    /// Puts it up; its id.
    pub async fn by(self, staff: &Client) -> String {
        let query = "mutation($i: ListingCreateInput!) { listingCreate(input: $i) { listing { id } userErrors { message field } } }";
        let made = staff.ask(query, json!({ "i": self.input })).await;
        id(&made["listingCreate"]["listing"])
    }
}

/// An order, under a key of its own unless said otherwise
#[derive(Clone)]
pub struct MakeOrder {
    input: Value,
}

impl MakeOrder {
    pub fn new(store: &str) -> Self {
        let key = plaza::app::random_hex::<16>();
        Self { input: json!({ "storeId": store, "items": [], "idempotencyKey": key }) }
    }

    /// Adds a line.
    pub fn item(mut self, listing: &str, quantity: i32) -> Self {
        let item = json!({ "listingId": listing, "quantity": quantity });
        self.input["items"].as_array_mut().expect("items").push(item);
        self
    }

    /// Sets a field of the input.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.input[field] = value;
        self
    }

    /// Sends it: the payload, with `select` of the order.
    pub async fn send(&self, buyer: &Client, select: &str) -> Value {
        buyer.mutate("orderPlace", self.input.clone(), &format!("order {{ {select} }}")).await
    }

    /// Places it; the order, with `select` of it.
    pub async fn place(&self, buyer: &Client, select: &str) -> Value {
        done(self.send(buyer, select).await)["order"].take()
    }

    /// Places it; its id.
    pub async fn by(self, buyer: &Client) -> String {
        id(&self.place(buyer, "id").await)
    }
}

impl Client {
    /// A conversation about an order, and a message in it
    pub async fn talk_about(&self, order: &str) -> (String, String) {
        let input = json!({ "kind": "ORDER", "orderId": order });
        let started = self.mutate("conversationStart", input, "conversation { id }").await;
        let talk = id(&done(started)["conversation"]);
        let input = json!({ "conversationId": talk, "body": "Hola", "idempotencyKey": talk });
        let sent = self.mutate("messageSend", input, "message { id }").await;
        (talk, id(&done(sent)["message"]))
    }
}
