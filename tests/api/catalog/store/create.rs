//! Opening stores: what is kept, what is refused, one handle each.

use super::{FIELDS, create, input, span, with};
use crate::support::{done, id, message, of_input, on_both, refusals, refused};
use serde_json::json;

on_both! {
    async fn a_new_store_holds_what_was_sent_and_belongs_to_whoever_sent_it(app: &TestApp) {
        let owner = app.member("elena").await;
        let hours = json!([
            span("FRIDAY", "18:00", "02:30"),
            span("MONDAY", "08:00", "12:00"),
            span("MONDAY", "14:00", "17:30")
        ]);
        let sent = json!({
            "handle": "Cafeteria-Central", "name": "  Cafetería   Central ", "description": "Café\r\ny pan",
            "currency": "NIO", "timeZone": "America/Managua", "openingHours": hours,
            "locationName": "Frente al parque", "location": { "latitude": 12.1063, "longitude": -85.3645 },
        });
        let made = done(create(&owner, sent).await);
        let store = id(&made["store"]);
        let expected = json!({
            "id": store, "handle": "cafeteria-central", "name": "Cafetería   Central", "description": "Café\ny pan",
            "currency": "NIO", "timeZone": "America/Managua", "locationName": "Frente al parque",
            "location": { "latitude": 12.1063, "longitude": -85.3645 },
            "openingHours": [span("MONDAY", "08:00", "12:00"), span("MONDAY", "14:00", "17:30"), span("FRIDAY", "18:00", "02:30")],
            "owner": { "handle": "elena" }, "createdAt": "2026-11-18T15:00:00.000000Z",
        });
        assert_eq!(made["store"], expected);
        let query = format!("{{ store(handle: \"CAFETERIA-central\") {{ {FIELDS} }} }}");
        assert_eq!(app.guest().ask(&query, json!({})).await["store"], expected);
    }
}

on_both! {
    async fn everything_wrong_with_a_new_store_is_told_at_once(app: &TestApp) {
        let owner = app.member("elena").await;
        let wrong = json!({
            "handle": "a b", "name": "", "description": "x".repeat(5001), "currency": "NIO", "timeZone": "Managua",
            "locationName": "a\u{7}b", "location": { "latitude": 91, "longitude": 0 },
        });
        let payload = create(&owner, wrong).await;
        assert_eq!(
            refusals(&payload),
            [
                "INVALID handle",
                "REQUIRED name",
                "TOO_LONG description",
                "INVALID timeZone",
                "INVALID locationName",
                "OUT_OF_RANGE location",
            ]
        );
        for (field, part) in [
            ("handle", "no spaces"),
            ("description", "at most 5000"),
            ("timeZone", "America/Managua"),
            ("locationName", "control character at place 2"),
            ("location", "from -90 to 90"),
        ] {
            assert!(message(&payload, field).contains(part), "{}", message(&payload, field));
        }
        let (refusal, told) =
            refused(&create(&owner, with(input("central"), "currency", json!("XYZ"))).await);
        assert_eq!(refusal, "INVALID currency");
        assert!(told.contains("NIO"), "{told}");
        assert_eq!(
            refusals(&create(&owner, with(input("central"), "currency", json!("nio"))).await),
            ["INVALID currency"]
        );
        let (refusal, told) = refused(&create(&owner, input("admin")).await);
        assert_eq!(refusal, "INVALID handle");
        assert!(told.contains("reserved"), "{told}");
        let (query, variables) = of_input("storeCreate", input("central"), "store { id }");
        assert_eq!(
            app.guest().fail(&query, variables).await["extensions"]["code"],
            "UNAUTHENTICATED"
        );
    }
}

on_both! {
    async fn a_handle_is_given_once(app: &TestApp) {
        let (elena, fidel) = (app.member("elena").await, app.member("fidel").await);
        done(create(&elena, input("central")).await);
        let (refusal, told) = refused(&create(&fidel, input("CENTRAL")).await);
        assert_eq!(refusal, "TAKEN handle");
        assert!(told.contains("choose another"), "{told}");
        let (one, two) = futures_util::future::join(
            create(&elena, input("nueva")),
            create(&fidel, input("nueva")),
        )
        .await;
        assert_eq!(
            [refusals(&one), refusals(&two)].concat(),
            ["TAKEN handle"],
            "one of two at once gets it"
        );
        let owned = app.guest().ask("{ stores { totalCount } }", json!({})).await;
        assert_eq!(owned["stores"]["totalCount"], 2);
    }
}

on_both! {
    async fn a_person_owns_twenty_stores_and_no_more(app: &TestApp) {
        let owner = app.member("elena").await;
        for at in 0..20 {
            done(create(&owner, input(&format!("tienda-{at}"))).await);
        }
        let (refusal, told) = refused(&create(&owner, input("tienda-20")).await);
        assert_eq!(refusal, "OUT_OF_RANGE");
        assert!(told.contains("at most 20 stores"), "{told}");
    }
}

on_both! {
    async fn a_handle_that_nobody_has_finds_nothing(app: &TestApp) {
        let query = "query($h: String!) { store(handle: $h) { id } user(handle: $h) { id } category(slug: $h) { id } }";
        for handle in [
            "nadie",
            "",
            "a b",
            "\u{0}",
            "a\u{0}b",
            "'; DROP TABLE store; --",
            "ñandú",
            &"x".repeat(5000),
        ] {
            let found = app.guest().ask(query, json!({ "h": handle })).await;
            assert_eq!(
                found,
                json!({ "store": null, "user": null, "category": null }),
                "{handle:.20}"
            );
        }
    }
}
