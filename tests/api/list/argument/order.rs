//! Bad values in queries and mutations of orders, sent by somebody who owns the store and is the buyer.

use super::cells;
use crate::support::{Client, MakeListing, MakeOrder, MakeStore, message, on_both, refusals};
use serde_json::{Value, json};

/// A case a line: what it shows; a field of the root, or a mutation, the field of its input and the
/// bad value as JSON; code and place of the refusal (`-`: the library's own), and a part of its
/// sentence. USER, STORE, LISTING, ORDER and LONG stand for such.
pub const CASES: &str = r#"
OrderFilter.status | viewer { orders(filter: { status: [] }) { nodes { id } } } | INVALID filter.status | leave it out to see all
OrderFilter.status | store(handle: "central") { orders(filter: { status: [] }) { totalCount } } | INVALID filter.status | at least one
OrderFilter.number | viewer { orders(filter: { number: "42" }) { nodes { id } } } | INVALID filter.number | one is "A-0042"
OrderFilter.number | store(handle: "central") { orders(filter: { number: "" }) { totalCount } } | INVALID filter.number | one is "A-0042"
OrderFilter.number | viewer { orders(filter: { number: "A-10000" }) { nodes { id } } } | INVALID filter.number | one is "A-0042"
OrderFilter.number | viewer { orders(filter: { number: "LONG" }) { nodes { id } } } | INVALID filter.number | one is "A-0042"
OrderFilter.placedAfter | viewer { orders(filter: { placedAfter: "yesterday" }) { nodes { id } } } | - | 2026-11-21T18:30:00Z
OrderFilter.placedBefore | store(handle: "central") { orders(filter: { placedBefore: "2026-11-21" }) { nodes { id } } } | - | 2026-11-21T18:30:00Z
OrderConnection.totalCount.limit | viewer { orders { totalCount(limit: 0) } } | OUT_OF_RANGE limit | 1 to 1000000
OrderConnection.totalCount.limit | store(handle: "central") { orders { totalCount(limit: 1000001) } } | OUT_OF_RANGE limit | 1 to 1000000
OrderEventConnection.totalCount.limit | node(id: "ORDER") { ... on Order { history { totalCount(limit: -1) } } } | OUT_OF_RANGE limit | 1 to 1000000
OrderPlaceInput.storeId | orderPlace.storeId = "USER" | INVALID storeId | a Store is expected
OrderItemInput.listingId | orderPlace.items = [{"listingId":"STORE","quantity":1}] | INVALID items.0.listingId | a Listing is expected
OrderItemInput.listingId | orderPlace.items = [{"listingId":"","quantity":1}] | INVALID items.0.listingId | not an id
OrderItemInput.quantity | orderPlace.items = [{"listingId":"LISTING","quantity":-1}] | OUT_OF_RANGE items.0.quantity | 1 to 1000
OrderPlaceInput.note | orderPlace.note = "LONG" | TOO_LONG note | at most 500
OrderPlaceInput.note | orderPlace.note = "a\u0000b" | INVALID note | place 2
OrderPlaceInput.scheduledFor | orderPlace.scheduledFor = "2026-11-18T14:59:59Z" | OUT_OF_RANGE scheduledFor | a time to come
OrderPlaceInput.scheduledFor | orderPlace.scheduledFor = "9999-12-31T23:59:59Z" | OUT_OF_RANGE scheduledFor | at most 30 days
OrderPlaceInput.idempotencyKey | orderPlace.idempotencyKey = "" | INVALID idempotencyKey | 1 to 128
OrderPlaceInput.idempotencyKey | orderPlace.idempotencyKey = "LONG" | INVALID idempotencyKey | 1 to 128
OrderStepInput.id | orderAccept.id = "STORE" | INVALID id | an Order is expected
OrderStepInput.id | orderReject.id = "x" | INVALID id | the id of an Order
OrderStepInput.version | orderAccept.version = 7 | CONFLICT version | PLACED at version 1
OrderStepInput.version | orderCancel.version = -2147483648 | CONFLICT version | PLACED at version 1
OrderStepInput.note | orderAccept.note = "LONG" | TOO_LONG note | at most 500
OrderStepInput.note | orderAccept.note = "\u202e" | INVALID note | place 1
OrderStepInput.idempotencyKey | orderAccept.idempotencyKey = "a\u0007" | INVALID idempotencyKey | visible
"#;

/// Code and place of the one error of a query, and its sentence
async fn refused(client: &Client, field: &str) -> (String, String) {
    let error = client.fail(&format!("{{ {field} }}"), json!({})).await;
    let code = error["extensions"]["code"].as_str().expect("a code");
    assert_ne!(code, "INTERNAL", "{field}");
    let path: Vec<_> = error["extensions"]["field"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let told = error["message"].as_str().expect("a sentence").to_owned();
    (format!("{code} {}", path.join(".")).trim_end().to_owned(), told)
}

/// The payload of a mutation with this input
async fn payload(client: &Client, mutation: &str, input: Value) -> Value {
    if mutation == "orderPlace" {
        return client.mutate(mutation, input, "").await;
    }
    let query = format!(
        "mutation($i: OrderStepInput!) {{ {mutation}(input: $i) {{ userErrors {{ code message field }} }} }}"
    );
    client.ask(&query, json!({ "i": input })).await[mutation].clone()
}

on_both! {
    async fn values_that_make_no_sense_are_refused_with_what_would(app: &TestApp) {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        let category = app.category("comida", None).await;
        let listing = MakeListing::new(&store, &category, "Queso").by(&owner).await;
        let order = MakeOrder::new(&store).item(&listing, 1).by(&owner).await;
        for case in CASES.lines().filter(|line| !line.is_empty()) {
            let case = case
                .replace("\"LONG\"", &format!("\"{}\"", "ñ".repeat(501)))
                .replace("\"USER\"", &format!("\"{}\"", owner.id))
                .replace("STORE", &store)
                .replace("\"LISTING\"", &format!("\"{listing}\""))
                .replace("\"ORDER\"", &format!("\"{order}\""));
            let [shows, field, refusal, part] = cells(&case);
            let (code, told) = match field.split_once(" = ") {
                None => refused(&owner, field).await,
                Some((at, value)) => {
                    let (mutation, field) = at.split_once('.').expect("a field");
                    let mut input = match mutation {
                        "orderPlace" => json!({
                            "storeId": store, "idempotencyKey": "una",
                            "items": [{ "listingId": listing, "quantity": 1 }],
                        }),
                        _ => json!({ "id": order }),
                    };
                    input[field] = serde_json::from_str(value).expect("JSON");
                    let payload = payload(&owner, mutation, input).await;
                    let place = refusal.split_once(' ').map_or("", |(_, place)| place);
                    (refusals(&payload).join(", "), message(&payload, place))
                }
            };
            assert!(refusal == "-" || code == refusal, "{shows} {field}: {code}");
            assert!(told.contains(part), "{shows} {field}: {told}");
        }
        let orders = owner.ask("{ viewer { orders { totalCount } } }", json!({})).await;
        assert_eq!(orders["viewer"]["orders"]["totalCount"], 1, "nothing was placed");
    }
}
