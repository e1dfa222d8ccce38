//! Bad values in mutations of the catalog.

use crate::support::{MakeListing, MakeStore, message, of_input, on_both, refusals};
use serde_json::{Value, json};

/// What it shows, the mutation, the path in its input, the bad value as JSON (with `USER`, `STORE`,
/// `CATEGORY`, `LONG` for such), code and place of the refusal, and a part of its sentence
pub const CASES: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "CategoryCreateInput.slug",
        "categoryCreate",
        "slug",
        r#""Ñandú""#,
        "INVALID slug",
        "lowercase letters",
    ),
    (
        "CategoryCreateInput.slug",
        "categoryCreate",
        "slug",
        r#""a\u0000b""#,
        "INVALID slug",
        "lowercase letters",
    ),
    (
        "CategoryCreateInput.name",
        "categoryCreate",
        "name",
        r#""""#,
        "REQUIRED name",
        "can't be empty",
    ),
    (
        "CategoryCreateInput.name",
        "categoryCreate",
        "name",
        r#""a\u0007""#,
        "INVALID name",
        "control character",
    ),
    (
        "CategoryCreateInput.parentId",
        "categoryCreate",
        "parentId",
        r#""STORE""#,
        "INVALID parentId",
        "a Category is expected",
    ),
    (
        "CategoryUpdateInput.id",
        "categoryUpdate",
        "id",
        r#""STORE""#,
        "INVALID id",
        "a Category is expected",
    ),
    (
        "CategoryUpdateInput.name",
        "categoryUpdate",
        "name",
        r#""LONG""#,
        "TOO_LONG name",
        "at most 60",
    ),
    (
        "CategoryUpdateInput.parentId",
        "categoryUpdate",
        "parentId",
        r#""x""#,
        "INVALID parentId",
        "not an id",
    ),
    (
        "StoreCreateInput.handle",
        "storeCreate",
        "handle",
        r#""a\u0000bc""#,
        "INVALID handle",
        "letters a to z",
    ),
    ("StoreCreateInput.name", "storeCreate", "name", r#""LONG""#, "TOO_LONG name", "at most 80"),
    (
        "StoreCreateInput.description",
        "storeCreate",
        "description",
        r#""\u001b""#,
        "INVALID description",
        "control character",
    ),
    (
        "StoreCreateInput.currency",
        "storeCreate",
        "currency",
        r#""EURO""#,
        "INVALID currency",
        "ISO 4217",
    ),
    (
        "StoreCreateInput.timeZone",
        "storeCreate",
        "timeZone",
        r#""GMT-6:00""#,
        "INVALID timeZone",
        "America/Managua",
    ),
    (
        "StoreCreateInput.locationName",
        "storeCreate",
        "locationName",
        r#""LONG""#,
        "TOO_LONG locationName",
        "at most 120",
    ),
    (
        "GeoPointInput.longitude",
        "storeCreate",
        "location",
        r#"{"latitude":0,"longitude":181}"#,
        "OUT_OF_RANGE location",
        "from -180 to 180",
    ),
    (
        "OpeningHoursInput.opensAt",
        "storeCreate",
        "openingHours",
        r#"[{"weekday":"MONDAY","opensAt":"9 am","closesAt":"17:00"}]"#,
        "INVALID openingHours.0.opensAt",
        "HH:MM",
    ),
    (
        "OpeningHoursInput.closesAt",
        "storeCreate",
        "openingHours",
        r#"[{"weekday":"MONDAY","opensAt":"09:00","closesAt":"25:00"}]"#,
        "INVALID openingHours.0.closesAt",
        "00:00 to 23:59",
    ),
    (
        "OpeningHoursInput.closesAt",
        "storeUpdate",
        "openingHours",
        r#"[{"weekday":"MONDAY","opensAt":"09:00","closesAt":"17:00"},{"weekday":"MONDAY","opensAt":"16:59","closesAt":"18:00"}]"#,
        "INVALID openingHours.1",
        "Spans 0 and 1 overlap",
    ),
    (
        "StoreUpdateInput.id",
        "storeUpdate",
        "id",
        r#""CATEGORY""#,
        "INVALID id",
        "a Store is expected",
    ),
    (
        "StoreUpdateInput.name",
        "storeUpdate",
        "name",
        r#"" \t ""#,
        "REQUIRED name",
        "can't be empty",
    ),
    (
        "StoreUpdateInput.description",
        "storeUpdate",
        "description",
        r#""a\u202eb""#,
        "INVALID description",
        "place 2",
    ),
    (
        "StoreUpdateInput.timeZone",
        "storeUpdate",
        "timeZone",
        r#""america/managua""#,
        "INVALID timeZone",
        "America/Managua",
    ),
    (
        "StoreUpdateInput.locationName",
        "storeUpdate",
        "locationName",
        r#""a\u2028b""#,
        "INVALID locationName",
        "place 2",
    ),
    (
        "StoreUpdateInput.logoId",
        "storeUpdate",
        "logoId",
        r#""STORE""#,
        "NOT_FOUND logoId",
        "no such upload",
    ),
    (
        "GeoPointInput.latitude",
        "storeUpdate",
        "location",
        r#"{"latitude":90.000001,"longitude":0}"#,
        "OUT_OF_RANGE location",
        "from -90 to 90",
    ),
    (
        "StoreMemberSetInput.storeId",
        "storeMemberSet",
        "storeId",
        r#""USER""#,
        "INVALID storeId",
        "a Store is expected",
    ),
    (
        "StoreMemberSetInput.userId",
        "storeMemberSet",
        "userId",
        r#""STORE""#,
        "INVALID userId",
        "a User is expected",
    ),
    (
        "ListingCreateInput.storeId",
        "listingCreate",
        "storeId",
        r#""CATEGORY""#,
        "INVALID storeId",
        "a Store is expected",
    ),
    (
        "ListingCreateInput.categoryId",
        "listingCreate",
        "categoryId",
        r#""STORE""#,
        "INVALID categoryId",
        "a Category is expected",
    ),
    (
        "ListingCreateInput.title",
        "listingCreate",
        "title",
        r#""LONG""#,
        "TOO_LONG title",
        "at most 120 characters; these are 201",
    ),
    (
        "ListingCreateInput.description",
        "listingCreate",
        "description",
        r#""\u0000""#,
        "INVALID description",
        "place 1",
    ),
    (
        "MoneyInput.amount",
        "listingCreate",
        "price",
        r#"{"amount":"-0.01","currency":"NIO"}"#,
        "OUT_OF_RANGE price.amount",
        "0 or more",
    ),
    (
        "MoneyInput.amount",
        "listingCreate",
        "price",
        r#"{"amount":"0.001","currency":"NIO"}"#,
        "INVALID price.amount",
        "2 decimals",
    ),
    (
        "MoneyInput.currency",
        "listingCreate",
        "price",
        r#"{"amount":"1","currency":"$"}"#,
        "INVALID price.currency",
        "ISO 4217",
    ),
    (
        "ListingCreateInput.stock",
        "listingCreate",
        "stock",
        "-1",
        "OUT_OF_RANGE stock",
        "0 to 1000000",
    ),
    (
        "ListingCreateInput.stock",
        "listingCreate",
        "stock",
        "2147483647",
        "OUT_OF_RANGE stock",
        "null where it is not counted",
    ),
    (
        "ListingCreateInput.imageIds",
        "listingCreate",
        "imageIds",
        r#"["STORE"]"#,
        "NOT_FOUND imageIds.0",
        "no such upload",
    ),
    (
        "ListingCreateInput.locationName",
        "listingCreate",
        "locationName",
        r#""LONG""#,
        "TOO_LONG locationName",
        "at most 120",
    ),
    (
        "ListingCreateInput.idempotencyKey",
        "listingCreate",
        "idempotencyKey",
        r#""LONG""#,
        "INVALID idempotencyKey",
        "1 to 128",
    ),
    (
        "ListingCreateInput.idempotencyKey",
        "listingCreate",
        "idempotencyKey",
        r#""a\u0000""#,
        "INVALID idempotencyKey",
        "visible",
    ),
    (
        "ListingUpdateInput.id",
        "listingUpdate",
        "id",
        r#""STORE""#,
        "INVALID id",
        "a Listing is expected",
    ),
    (
        "ListingUpdateInput.categoryId",
        "listingUpdate",
        "categoryId",
        r#""USER""#,
        "INVALID categoryId",
        "a Category is expected",
    ),
    (
        "ListingUpdateInput.title",
        "listingUpdate",
        "title",
        r#""ab""#,
        "TOO_SHORT title",
        "at least 3",
    ),
    (
        "ListingUpdateInput.description",
        "listingUpdate",
        "description",
        r#""\u0008""#,
        "INVALID description",
        "control character",
    ),
    (
        "MoneyInput.amount",
        "listingUpdate",
        "price",
        r#"{"amount":"1000000001","currency":"NIO"}"#,
        "OUT_OF_RANGE price.amount",
        "at most 1000000000",
    ),
    (
        "ListingUpdateInput.stock",
        "listingUpdate",
        "stock",
        "1000001",
        "OUT_OF_RANGE stock",
        "0 to 1000000",
    ),
    (
        "ListingUpdateInput.imageIds",
        "listingUpdate",
        "imageIds",
        r#"["x"]"#,
        "NOT_FOUND imageIds.0",
        "no such upload",
    ),
    (
        "ListingUpdateInput.locationName",
        "listingUpdate",
        "locationName",
        r#""""#,
        "REQUIRED locationName",
        "can't be empty",
    ),
    (
        "Mutation.listingPublish.id",
        "listingPublish",
        "",
        r#""STORE""#,
        "INVALID id",
        "a Listing is expected",
    ),
    ("Mutation.listingPause.id", "listingPause", "", r#""""#, "INVALID id", "not an id"),
    (
        "Mutation.listingArchive.id",
        "listingArchive",
        "",
        r#""CATEGORY""#,
        "INVALID id",
        "a Listing is expected",
    ),
];

/// Good inputs, by mutation
fn good(mutation: &str, [user, store, category, listing]: [&str; 4]) -> Value {
    match mutation {
        "categoryCreate" => json!({ "slug": "nueva", "name": "Nueva" }),
        "categoryUpdate" => json!({ "id": category }),
        "storeCreate" => {
            json!({ "handle": "nueva", "name": "Nueva", "currency": "NIO", "timeZone": "America/Managua" })
        }
        "storeUpdate" => json!({ "id": store }),
        "storeMemberSet" => json!({ "storeId": store, "userId": user, "role": "CLERK" }),
        "listingCreate" => json!({
            "storeId": store, "categoryId": category, "title": "Queso", "price": { "amount": "1", "currency": "NIO" },
        }),
        "listingUpdate" => json!({ "id": listing }),
        other => panic!("there is no good input of {other}"),
    }
}

on_both! {
    async fn values_that_make_no_sense_are_refused_with_what_would(app: &TestApp) {
        let (admin, user) = (app.admin().await, app.member("elena").await);
        let store = MakeStore::new("central").by(&admin).await;
        let category = app.category("comida", None).await;
        let listing = MakeListing::new(&store, &category, "Queso").by(&admin).await;
        for (shows, mutation, field, value, refusal, part) in CASES {
            let value = value
                .replace("LONG", &"ñ".repeat(201))
                .replace("USER", &user.id)
                .replace("STORE", &store)
                .replace("CATEGORY", &category);
            let value: Value = serde_json::from_str(&value).expect("JSON");
            let payload = if field.is_empty() {
                admin.mutate_id(mutation, value.as_str().expect("an id"), "").await
            } else {
                let mut input = good(mutation, [&user.id, &store, &category, &listing]);
                input[*field] = value;
                admin.mutate(mutation, input, "").await
            };
            assert_eq!(refusals(&payload), [*refusal], "{shows} {field}");
            let place = refusal.split_once(' ').map_or("", |(_, place)| place);
            assert!(
                message(&payload, place).contains(part),
                "{shows}: {}",
                message(&payload, place)
            );
        }
        // The inputs that the bad values were put into are good themselves.
        for mutation in [
            "categoryCreate",
            "categoryUpdate",
            "storeCreate",
            "storeUpdate",
            "storeMemberSet",
            "listingCreate",
            "listingUpdate",
        ] {
            let input = good(mutation, [&user.id, &store, &category, &listing]);
            let (query, variables) = of_input(mutation, input, "");
            let answer = admin.ask(&query, variables).await;
            assert_eq!(answer[mutation]["userErrors"], json!([]), "{mutation}");
        }
    }
}
