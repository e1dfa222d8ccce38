//! Orders: placing them, moving them along, listing them, and the figures of a day.

mod figure;
mod history;
mod hours;
mod idempotency;
mod list;
mod month;
mod node;
mod place;
mod race;
mod random_history;
mod recount;
mod refusal;
mod step;
mod stock;

use crate::support::{Client, MakeListing, MakeOrder, MakeStore, TestApp, done};
use plaza::entities::UserRole;
use serde_json::{Value, json};

/// A store without hours, its staff, and a buyer
struct Shop {
    owner: Client,
    clerk: Client,
    courier: Client,
    buyer: Client,
    store: String,
    category: String,
}

impl Shop {
    async fn open(app: &TestApp) -> Self {
        Self::open_with(app, json!([])).await
    }

    /// A store with these hours
    async fn open_with(app: &TestApp, hours: Value) -> Self {
        let (owner, buyer) = (app.patient("elena").await, app.patient("bruno").await);
        let (clerk, courier) = (app.patient("carla").await, app.patient("memo").await);
        let store = MakeStore::new("central").with("openingHours", hours).by(&owner).await;
        let shop = Self {
            owner,
            clerk,
            courier,
            buyer,
            store,
            category: app.category("comida", None).await,
        };
        shop.hire(&shop.clerk, json!("CLERK")).await;
        shop.hire(&shop.courier, json!("COURIER")).await;
        shop
    }

    /// Gives somebody a role in the store; null: none any more.
    async fn hire(&self, person: &Client, role: Value) {
        let set = json!({ "storeId": self.store, "userId": person.id, "role": role });
        done(self.owner.mutate("storeMemberSet", set, "").await);
    }

    /// A listing at 10.00 NIO
    fn listing(&self, title: &str) -> MakeListing {
        MakeListing::new(&self.store, &self.category, title)
    }

    /// A listing at 10.00 NIO with so many in stock
    async fn counted(&self, title: &str, stock: i32) -> String {
        self.listing(title).with("stock", json!(stock)).by(&self.owner).await
    }

    /// An order of some of one listing
    fn order(&self, listing: &str, quantity: i32) -> MakeOrder {
        MakeOrder::new(&self.store).item(listing, quantity)
    }

    /// An order that the owner has brought to a status
    async fn order_at(&self, make: MakeOrder, status: &str) -> String {
        let order = make.by(&self.buyer).await;
        for step in steps_to(status) {
            done(take(&self.owner, step, &order).await);
        }
        order
    }

    /// The dashboard, with `select` of it
    async fn dashboard(&self, client: &Client, select: &str) -> Value {
        let query = format!("{{ store(handle: \"central\") {{ dashboard {{ {select} }} }} }}");
        client.ask(&query, json!({})).await["store"]["dashboard"].take()
    }
}

/// Status and stock of a listing, as its store's staff sees them
async fn stock(staff: &Client, listing: &str) -> (String, Value) {
    let query = "query($id: ID!) { node(id: $id) { ... on Listing { status stock } } }";
    let found = staff.ask(query, json!({ "id": listing })).await["node"].take();
    (found["status"].as_str().expect("a status").to_owned(), found["stock"].clone())
}

/// The payload of a step, such as `Accept`, with `select` of the order
async fn step(client: &Client, step: &str, input: Value, select: &str) -> Value {
    let query = format!(
        "mutation($i: OrderStepInput!) {{ order{step}(input: $i) {{ order {{ {select} }} \
         userErrors {{ code message field }} }} }}"
    );
    client.ask(&query, json!({ "i": input })).await[format!("order{step}")].take()
}

/// The payload of a step without anything else
async fn take(client: &Client, name: &str, order: &str) -> Value {
    step(client, name, json!({ "id": order }), "id status version").await
}

/// An order by its id, with `select` of it
async fn look(client: &Client, order: &str, select: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Order {{ {select} }} }} }}");
    client.ask(&query, json!({ "id": order })).await["node"].take()
}

/// Suspends somebody.
async fn suspend(admin: &Client, person: &str) {
    let query = "mutation($id: ID!) { userSuspend(userId: $id, reason: \"Vende humo\") { \
         userErrors { code message field } } }";
    done(admin.ask(query, json!({ "id": person })).await["userSuspend"].take());
}

/// Steps with the status that each leads to
const STEPS: [(&str, &str); 6] = [
    ("Accept", "ACCEPTED"),
    ("Prepare", "PREPARING"),
    ("Ready", "READY"),
    ("Complete", "COMPLETED"),
    ("Reject", "REJECTED"),
    ("Cancel", "CANCELLED"),
];

/// Steps that bring a new order to a status
fn steps_to(status: &str) -> &'static [&'static str] {
    match status {
        "PLACED" => &[],
        "ACCEPTED" => &["Accept"],
        "PREPARING" => &["Accept", "Prepare"],
        "READY" => &["Accept", "Prepare", "Ready"],
        "COMPLETED" => &["Accept", "Prepare", "Ready", "Complete"],
        "REJECTED" => &["Reject"],
        "CANCELLED" => &["Cancel"],
        other => panic!("there is no status {other}"),
    }
}

/// Somebody of the platform's support
async fn support(app: &TestApp) -> Client {
    app.person("ayuda", UserRole::Support).await
}
