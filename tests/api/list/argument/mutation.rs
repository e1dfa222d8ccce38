//! Bad values in mutations of the catalog.

use super::cells;
use crate::support::{MakeListing, MakeStore, message, of_input, on_both, refusals};
use serde_json::{Value, json};

/// A case a line: what it shows, the mutation and the field of its input (none: it takes an id), the
/// bad value as JSON (with USER, STORE, CATEGORY, LONG for such), code and place of the refusal, and
/// a part of its sentence
pub const CASES: &str = r#"
CategoryCreateInput.slug | categoryCreate.slug | "Ñandú" | INVALID slug | lowercase letters
CategoryCreateInput.slug | categoryCreate.slug | "a\u0000b" | INVALID slug | lowercase letters
CategoryCreateInput.name | categoryCreate.name | "" | REQUIRED name | can't be empty
CategoryCreateInput.name | categoryCreate.name | "a\u0007" | INVALID name | control character
CategoryCreateInput.parentId | categoryCreate.parentId | "STORE" | INVALID parentId | a Category is expected
CategoryUpdateInput.id | categoryUpdate.id | "STORE" | INVALID id | a Category is expected
CategoryUpdateInput.name | categoryUpdate.name | "LONG" | TOO_LONG name | at most 60
CategoryUpdateInput.parentId | categoryUpdate.parentId | "x" | INVALID parentId | not an id
StoreCreateInput.handle | storeCreate.handle | "a\u0000bc" | INVALID handle | letters a to z
StoreCreateInput.name | storeCreate.name | "LONG" | TOO_LONG name | at most 80
StoreCreateInput.description | storeCreate.description | "\u001b" | INVALID description | control character
StoreCreateInput.currency | storeCreate.currency | "EURO" | INVALID currency | ISO 4217
StoreCreateInput.timeZone | storeCreate.timeZone | "GMT-6:00" | INVALID timeZone | America/Managua
StoreCreateInput.locationName | storeCreate.locationName | "LONG" | TOO_LONG locationName | at most 120
GeoPointInput.longitude | storeCreate.location | {"latitude":0,"longitude":181} | OUT_OF_RANGE location | from -180 to 180
OpeningHoursInput.opensAt | storeCreate.openingHours | [{"weekday":"MONDAY","opensAt":"9 am","closesAt":"17:00"}] | INVALID openingHours.0.opensAt | HH:MM
OpeningHoursInput.closesAt | storeCreate.openingHours | [{"weekday":"MONDAY","opensAt":"09:00","closesAt":"25:00"}] | INVALID openingHours.0.closesAt | 00:00 to 23:59
OpeningHoursInput.closesAt | storeUpdate.openingHours | [{"weekday":"MONDAY","opensAt":"09:00","closesAt":"17:00"},{"weekday":"MONDAY","opensAt":"16:59","closesAt":"18:00"}] | INVALID openingHours.1 | Spans 0 and 1 overlap
StoreUpdateInput.id | storeUpdate.id | "CATEGORY" | INVALID id | a Store is expected
StoreUpdateInput.name | storeUpdate.name | " \t " | REQUIRED name | can't be empty
StoreUpdateInput.description | storeUpdate.description | "a\u202eb" | INVALID description | place 2
StoreUpdateInput.timeZone | storeUpdate.timeZone | "america/managua" | INVALID timeZone | America/Managua
StoreUpdateInput.locationName | storeUpdate.locationName | "a\u2028b" | INVALID locationName | place 2
StoreUpdateInput.logoId | storeUpdate.logoId | "STORE" | NOT_FOUND logoId | no such upload
GeoPointInput.latitude | storeUpdate.location | {"latitude":90.000001,"longitude":0} | OUT_OF_RANGE location | from -90 to 90
StoreMemberSetInput.storeId | storeMemberSet.storeId | "USER" | INVALID storeId | a Store is expected
StoreMemberSetInput.userId | storeMemberSet.userId | "STORE" | INVALID userId | a User is expected
ListingCreateInput.storeId | listingCreate.storeId | "CATEGORY" | INVALID storeId | a Store is expected
ListingCreateInput.categoryId | listingCreate.categoryId | "STORE" | INVALID categoryId | a Category is expected
ListingCreateInput.title | listingCreate.title | "LONG" | TOO_LONG title | at most 120 characters; these are 201
ListingCreateInput.description | listingCreate.description | "\u0000" | INVALID description | place 1
MoneyInput.amount | listingCreate.price | {"amount":"-0.01","currency":"NIO"} | OUT_OF_RANGE price.amount | 0 or more
MoneyInput.amount | listingCreate.price | {"amount":"0.001","currency":"NIO"} | INVALID price.amount | 2 decimals
MoneyInput.currency | listingCreate.price | {"amount":"1","currency":"$"} | INVALID price.currency | ISO 4217
ListingCreateInput.stock | listingCreate.stock | -1 | OUT_OF_RANGE stock | 0 to 1000000
ListingCreateInput.stock | listingCreate.stock | 2147483647 | OUT_OF_RANGE stock | null where it is not counted
ListingCreateInput.imageIds | listingCreate.imageIds | ["STORE"] | NOT_FOUND imageIds.0 | no such upload
ListingCreateInput.locationName | listingCreate.locationName | "LONG" | TOO_LONG locationName | at most 120
ListingCreateInput.idempotencyKey | listingCreate.idempotencyKey | "LONG" | INVALID idempotencyKey | 1 to 128
ListingCreateInput.idempotencyKey | listingCreate.idempotencyKey | "a\u0000" | INVALID idempotencyKey | visible
ListingUpdateInput.id | listingUpdate.id | "STORE" | INVALID id | a Listing is expected
ListingUpdateInput.categoryId | listingUpdate.categoryId | "USER" | INVALID categoryId | a Category is expected
ListingUpdateInput.title | listingUpdate.title | "ab" | TOO_SHORT title | at least 3
ListingUpdateInput.description | listingUpdate.description | "\u0008" | INVALID description | control character
MoneyInput.amount | listingUpdate.price | {"amount":"1000000001","currency":"NIO"} | OUT_OF_RANGE price.amount | at most 1000000000
ListingUpdateInput.stock | listingUpdate.stock | 1000001 | OUT_OF_RANGE stock | 0 to 1000000
ListingUpdateInput.imageIds | listingUpdate.imageIds | ["x"] | NOT_FOUND imageIds.0 | no such upload
ListingUpdateInput.locationName | listingUpdate.locationName | "" | REQUIRED locationName | can't be empty
ApiKeyCreateInput.name | apiKeyCreate.name | "a\u0007" | INVALID name | control character
ApiKeyCreateInput.client | apiKeyCreate.client | "nobody" | NOT_FOUND client | No documents
ApiKeyCreateInput.scopes | apiKeyCreate.scopes | [] | REQUIRED scopes | at least one
Mutation.apiKeyRevoke.id | apiKeyRevoke | "STORE" | INVALID id | an ApiKey is expected
Mutation.listingPublish.id | listingPublish | "STORE" | INVALID id | a Listing is expected
Mutation.listingPause.id | listingPause | "" | INVALID id | not an id
Mutation.listingArchive.id | listingArchive | "CATEGORY" | INVALID id | a Listing is expected
"#;

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
        "apiKeyCreate" => json!({ "name": "ERP", "client": "erp", "scopes": ["CHAT"] }),
        other => panic!("there is no good input of {other}"),
    }
}

on_both! {
    async fn values_that_make_no_sense_are_refused_with_what_would(app: &TestApp) {
        let (admin, user) = (app.admin().await, app.member("elena").await);
        let store = MakeStore::new("central").by(&admin).await;
        let category = app.category("comida", None).await;
        let listing = MakeListing::new(&store, &category, "Queso").by(&admin).await;
        crate::partner::publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        for case in CASES.lines().filter(|line| !line.is_empty()) {
            let [shows, at, value, refusal, part] = cells(case);
            let (mutation, field) = at.split_once('.').unwrap_or((at, ""));
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
                input[field] = value;
                admin.mutate(mutation, input, "").await
            };
            assert_eq!(refusals(&payload), [refusal], "{shows} {field}");
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
            "apiKeyCreate",
        ] {
            let input = good(mutation, [&user.id, &store, &category, &listing]);
            let (query, variables) = of_input(mutation, input, "");
            let answer = admin.ask(&query, variables).await;
            assert_eq!(answer[mutation]["userErrors"], json!([]), "{mutation}");
        }
    }
}
