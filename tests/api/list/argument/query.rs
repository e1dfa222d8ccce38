//! Bad values in queries.

use super::cells;
use crate::list::at::ListAt;
use crate::support::{Client, MakeListing, MakeStore, TestApp, on_both};
use serde_json::{Value, json};

/// A case a line: what it shows, a field of the root (with USER, STORE, CATEGORY for an id of that
/// kind), code and place of the refusal, and a part of its sentence. `-`: the library says which
/// argument a scalar that can't be read is of, and has codes of its own.
pub const CASES: &str = r#"
ListingFilter.text | listings(filter: { text: "" }) | INVALID filter.text | holds no word
ListingFilter.text | listings(filter: { text: "de la, los y" }) | INVALID filter.text | leave it out
ListingFilter.text | listings(filter: { text: "¿¡ … \u0000 \u202e !?" }) | INVALID filter.text | holds no word
ListingFilter.text | listings(filter: { text: "LONG" }) | TOO_LONG filter.text | at most 200 characters
ListingFilter.categoryId | listings(filter: { categoryId: "STORE" }) | INVALID filter.categoryId | id of a Store; a Category is expected
ListingFilter.categoryId | listings(filter: { categoryId: "comida" }) | INVALID filter.categoryId | not an id
ListingFilter.categoryId | listings(filter: { categoryId: "NOTHING" }) | NOT_FOUND filter.categoryId | no such category
ListingFilter.storeId | listings(filter: { storeId: "USER" }) | INVALID filter.storeId | a Store is expected
ListingFilter.publisherId | listings(filter: { publisherId: "STORE" }) | INVALID filter.publisherId | a User is expected
ListingFilter.publisherId | listings(filter: { publisherId: 7 }) | INVALID filter.publisherId | not an id
ListingFilter.status | listings(filter: { status: [] }) | INVALID filter.status | leave it out for ACTIVE
ListingFilter.status | listings(filter: { status: [DRAFT] }) | FORBIDDEN filter.status | send storeId, signed in
ListingFilter.status | store(handle: "central") { listings(filter: { status: [ACTIVE PAUSED] }) } | FORBIDDEN filter.status | Only the store's staff
PriceRangeInput.min | listings(filter: { price: { min: "20", max: "10" } }) | INVALID filter.price | swap them
PriceRangeInput.min | listings(filter: { price: { min: "1000000000001" } }) | OUT_OF_RANGE filter.price.min | at most 1,000,000,000,000
PriceRangeInput.max | listings(filter: { price: { max: "79228162514264337593543950335" } }) | OUT_OF_RANGE filter.price.max | at most
PriceRangeInput.max | listings(filter: { price: { max: "ten" } }) | - | one is a string such as "12.50"
PriceRangeInput.max | listings(filter: { price: { max: "NaN" } }) | - | exact decimal
PriceRangeInput.min | listings(filter: { price: { min: 12.5 } }) | - | exact decimal
ListingFilter.currency | listings(filter: { currency: "XYZ" }) | INVALID filter.currency | "NIO" and "USD" are
ListingFilter.currency | listings(filter: { currency: "córdoba" }) | INVALID filter.currency | ISO 4217
GeoPointInput.latitude | listings(filter: { near: { point: { latitude: 91 longitude: 0 } radiusMetres: 5 } }) | OUT_OF_RANGE filter.near.point | from -90 to 90
GeoPointInput.latitude | listings(filter: { near: { point: { latitude: -1e300 longitude: 0 } radiusMetres: 5 } }) | OUT_OF_RANGE filter.near.point | from -90 to 90
GeoPointInput.longitude | stores(filter: { near: { point: { latitude: 1 longitude: 180.001 } radiusMetres: 5 } }) | OUT_OF_RANGE filter.near.point | from -180 to 180
NearInput.radiusMetres | listings(filter: { near: { point: { latitude: 1 longitude: 2 } radiusMetres: 0 } }) | OUT_OF_RANGE filter.near.radiusMetres | 1 to 500,000
NearInput.radiusMetres | stores(filter: { near: { point: { latitude: 1 longitude: 2 } radiusMetres: 500001 } }) | OUT_OF_RANGE filter.near.radiusMetres | 1 to 500,000
NearInput.radiusMetres | profiles(filter: { near: { point: { latitude: 1 longitude: 2 } radiusMetres: -5 } }) | OUT_OF_RANGE filter.near.radiusMetres | 1 to 500,000
ListingFilter.createdAfter | listings(filter: { createdAfter: "yesterday" }) | - | 2026-11-21T18:30:00Z
ListingFilter.createdAfter | listings(filter: { createdAfter: "2026-13-01T00:00:00Z" }) | - | 2026-11-21T18:30:00Z
ListingFilter.createdAfter | listings(filter: { createdAfter: "2026-11-21" }) | - | 2026-11-21T18:30:00Z
Query.listings.sort | listings(sort: DISTANCE) | INVALID sort | needs filter.near
Query.listings.sort | listings(sort: RELEVANCE filter: { currency: "NIO" }) | INVALID sort | needs filter.text
Store.listings.sort | store(handle: "central") { listings(sort: DISTANCE) } | INVALID sort | needs filter.near
Category.listings.sort | category(slug: "comida") { listings(sort: RELEVANCE) } | INVALID sort | needs filter.text
Query.stores.sort | stores(sort: DISTANCE) | INVALID sort | needs filter.near
Query.profiles.sort | profiles(sort: DISTANCE) | INVALID sort | needs filter.near
Query.profiles.sort | profiles(sort: RELEVANCE) | INVALID sort | needs filter.text
StoreFilter.text | stores(filter: { text: "el de la" }) | INVALID filter.text | holds no word
StoreFilter.text | stores(filter: { text: "LONG" }) | TOO_LONG filter.text | at most 200
ProfileFilter.text | profiles(filter: { text: "…" }) | INVALID filter.text | holds no word
ProfileFilter.categoryId | profiles(filter: { categoryId: "USER" }) | INVALID filter.categoryId | a Category is expected
ProfileFilter.categoryId | profiles(filter: { categoryId: "NOTHING" }) | NOT_FOUND filter.categoryId | no such category
Query.nodes.ids | nodes(ids: [HUNDRED_AND_ONE]) | OUT_OF_RANGE ids | at most 100
ListingConnection.totalCount.limit | listings { totalCount(limit: 0) } | OUT_OF_RANGE limit | 1 to 1000000
ListingConnection.totalCount.limit | listings { totalCount(limit: 1000001) } | OUT_OF_RANGE limit | 1 to 1000000
StoreConnection.totalCount.limit | stores { totalCount(limit: -1) } | OUT_OF_RANGE limit | 1 to 1000000
ProfileConnection.totalCount.limit | profiles { totalCount(limit: 0) } | OUT_OF_RANGE limit | 1 to 1000000
Store.topListings.first | store(handle: "central") { topListings(first: 0) { id } } | OUT_OF_RANGE first | 1 to 100
Store.topListings.first | store(handle: "central") { topListings(first: 101) { id } } | OUT_OF_RANGE first | 1 to 100
"#;

/// A store with a listing, and ids of every kind to put into the cases
async fn ids(app: &TestApp) -> Vec<(&'static str, String)> {
    let owner = app.member("elena").await;
    let category = app.category("comida", None).await;
    let store = MakeStore::new("central").by(&owner).await;
    MakeListing::new(&store, &category, "Queso").by(&owner).await;
    let nothing = crate::support::global(4, uuid::Uuid::from_u128(7));
    let hundred = format!("\"{store}\" ").repeat(101);
    vec![
        ("HUNDRED_AND_ONE", hundred),
        ("LONG", "ñ".repeat(201)),
        ("NOTHING", nothing),
        ("USER", owner.id.clone()),
        ("STORE", store),
        ("CATEGORY", category),
    ]
}

/// The document of a case: what it lists is asked for an id.
fn document(field: &str, ids: &[(&'static str, String)]) -> String {
    let field = ids.iter().fold(field.to_owned(), |text, (name, id)| text.replace(name, id));
    let asked = match field.trim_end().trim_end_matches([' ', '}']) {
        list if list.ends_with(')')
            && !list.contains("totalCount")
            && !list.contains("nodes(ids") =>
        {
            let end = list.len();
            let (list, rest) = field.split_at(end);
            format!("{list} {{ nodes {{ id }} }}{rest}")
        }
        nodes if nodes.contains("nodes(ids") => format!("{field} {{ id }}"),
        _ => field,
    };
    format!("{{ {asked} }}")
}

/// Code and place of the one error, and its sentence
async fn refused(client: &Client, query: &str) -> (String, String) {
    let reply = client.send(query, json!({})).await;
    assert!(reply.status < 500, "{query}: {}", reply.status);
    let errors = reply.body["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("no error: {query} {}", reply.body));
    let [error] = errors.as_slice() else { panic!("one error was expected: {:#}", reply.body) };
    let code = error["extensions"]["code"].as_str().expect("a code");
    assert_ne!(code, "INTERNAL", "{query}");
    let field = error["extensions"]["field"].as_array().into_iter().flatten();
    let path: Vec<_> = field.filter_map(Value::as_str).collect();
    let told = error["message"].as_str().expect("a sentence").to_owned();
    (format!("{code} {}", path.join(".")).trim_end().to_owned(), told)
}

on_both! {
    async fn values_that_make_no_sense_are_refused_with_what_would(app: &TestApp) {
        let ids = ids(app).await;
        for case in CASES.lines().filter(|line| !line.is_empty()) {
            let [shows, field, refusal, part] = cells(case);
            let (code, told) = refused(&app.guest(), &document(field, &ids)).await;
            assert!(told.contains(part), "{shows} {field}: {told}");
            assert!(refusal == "-" || code == refusal, "{shows} {field}: {code}");
        }
    }
}

on_both! {
    async fn values_at_the_bounds_are_good(app: &TestApp) {
        let ids = ids(app).await;
        for field in [
            r#"listings(filter: { text: "queso el de la" })"#,
            r#"listings(filter: { storeId: "STORE" publisherId: "USER" categoryId: "CATEGORY" status: [ACTIVE ACTIVE] inStock: true })"#,
            r#"listings(filter: { price: { min: "10", max: "10.00" } currency: "NIO" })"#,
            r#"listings(filter: { price: { min: null, max: "1000000000000" } text: null near: null status: null storeId: null })"#,
            r#"listings(filter: { price: { min: "-1000000000000" } })"#,
            r#"listings(filter: { price: { min: 10 max: 10 } })"#,
            r#"listings(filter: { createdAfter: "2026-11-18T08:59:59.999999-06:00" })"#,
            "listings(filter: {}) { totalCount(limit: 1000000) }",
            "listings(filter: null sort: NEWEST)",
        ] {
            let answer = app.guest().ask(&document(field, &ids), json!({})).await;
            let list = &answer["listings"];
            assert!(
                list["nodes"].as_array().is_some_and(|nodes| nodes.len() == 1)
                    || list["totalCount"] == 1,
                "{field}: {answer}"
            );
        }
        let nowhere = ListAt::root(
            "listings",
            r#"filter: { near: { point: { latitude: -90 longitude: 180 } radiusMetres: 1 } }"#,
        );
        assert_eq!(nowhere.page(&app.guest(), "", "nodes { id }").await["nodes"], json!([]));
        let other = crate::support::global(5, uuid::Uuid::from_u128(7));
        let unknown = ListAt::root("listings", format!("filter: {{ storeId: \"{other}\" }}"));
        assert_eq!(
            unknown.page(&app.guest(), "", "nodes { id } totalCount").await["totalCount"],
            0
        );
    }
}
