//! Changing stores: field by field, by owner and managers.

use super::{create, span, update};
use crate::support::{MakeStore, done, global, id, message, of_input, on_both, refusals, refused};
use serde_json::json;
use uuid::Uuid;

on_both! {
    async fn an_omitted_field_stays_and_null_clears_it(app: &TestApp) {
        let owner = app.member("elena").await;
        let sent = json!({
            "handle": "central", "name": "Central", "description": "Café", "currency": "NIO", "timeZone": "America/Managua",
            "openingHours": [span("MONDAY", "08:00", "12:00")], "locationName": "El parque", "location": { "latitude": 12.1, "longitude": -85.3 },
        });
        let before = done(create(&owner, sent).await)["store"].clone();
        let store = id(&before);
        assert_eq!(done(update(&owner, json!({ "id": store })).await)["store"], before);
        for (field, value) in [
            ("name", json!("Otra")),
            ("description", json!("Pan")),
            ("timeZone", json!("Europe/Madrid")),
            ("openingHours", json!([span("SUNDAY", "22:00", "01:00")])),
            ("locationName", json!("Otro lado")),
            ("location", json!({ "latitude": -1.5, "longitude": 3.25 })),
        ] {
            let mut expected = done(update(&owner, json!({ "id": store })).await)["store"].clone();
            expected[field] = value.clone();
            assert_eq!(
                done(update(&owner, json!({ "id": store, field: value })).await)["store"],
                expected,
                "{field}"
            );
        }
        for (field, cleared) in [
            ("description", json!("")),
            ("openingHours", json!([])),
            ("locationName", json!(null)),
            ("location", json!(null)),
        ] {
            let mut expected = done(update(&owner, json!({ "id": store })).await)["store"].clone();
            expected[field] = cleared;
            assert_eq!(
                done(update(&owner, json!({ "id": store, field: null })).await)["store"],
                expected,
                "{field}"
            );
        }
        let payload = update(&owner, json!({ "id": store, "name": null, "timeZone": null })).await;
        assert_eq!(refusals(&payload), ["REQUIRED name", "REQUIRED timeZone"]);
        assert!(message(&payload, "name").contains("leave it out"));
    }
}

on_both! {
    async fn only_owner_and_managers_change_a_store(app: &TestApp) {
        let owner = app.member("elena").await;
        let store = MakeStore::new("central").by(&owner).await;
        for (handle, role) in [("marta", "MANAGER"), ("carlos", "CLERK"), ("raul", "COURIER")] {
            let person = app.member(handle).await;
            let set = json!({ "storeId": store, "userId": person.id, "role": role });
            done(owner.mutate("storeMemberSet", set, "").await);
            let payload = update(&person, json!({ "id": store, "name": role })).await;
            if role == "MANAGER" {
                assert_eq!(done(payload)["store"]["name"], "MANAGER");
            } else {
                assert_eq!(refused(&payload).0, "FORBIDDEN", "{role}");
            }
        }
        let (refusal, told) = refused(
            &update(&app.member("nadie").await, json!({ "id": store, "name": "Mía" })).await,
        );
        assert_eq!(refusal, "FORBIDDEN");
        assert!(told.contains("owner and managers"), "{told}");
        done(update(&app.admin().await, json!({ "id": store, "description": "Revisada" })).await);
        let (query, variables) = of_input("storeUpdate", json!({ "id": store }), "store { id }");
        assert_eq!(
            app.guest().fail(&query, variables).await["extensions"]["code"],
            "UNAUTHENTICATED"
        );
        for (wrong, expected) in [
            (global(5, Uuid::from_u128(7)), "NOT_FOUND id"),
            (owner.id.clone(), "INVALID id"),
            ("central".to_owned(), "INVALID id"),
        ] {
            assert_eq!(
                refusals(&update(&owner, json!({ "id": wrong, "name": "Otra" })).await),
                [expected]
            );
        }
        let logo = update(&owner, json!({ "id": store, "logoId": owner.id })).await;
        assert_eq!(refusals(&logo), ["NOT_FOUND logoId"]);
    }
}
