//! Stores: opened by anybody signed in, with hours by their own clock, changed by owner and managers.

use crate::support::{
    Client, MakeStore, done, global, id, message, of_input, on_both, refusals, refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

const WHOLE: &str = "store { id handle name description currency timeZone locationName \
     location { latitude longitude } openingHours { weekday opensAt closesAt } owner { handle } createdAt }";

fn input(handle: &str) -> Value {
    json!({ "handle": handle, "name": "Cafetería Central", "currency": "NIO", "timeZone": "America/Managua" })
}

fn with(mut input: Value, field: &str, value: Value) -> Value {
    input[field] = value;
    input
}

fn span(weekday: &str, opens: &str, closes: &str) -> Value {
    json!({ "weekday": weekday, "opensAt": opens, "closesAt": closes })
}

async fn create(owner: &Client, input: Value) -> Value {
    owner.mutate("storeCreate", input, WHOLE).await
}

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
            "owner": { "handle": "elena" }, "createdAt": "2026-11-18T15:00:00Z",
        });
        assert_eq!(made["store"], expected);
        let query = format!(
            "{{ store(handle: \"CAFETERIA-central\") {{ {} }} }}",
            &WHOLE[8..WHOLE.len() - 2]
        );
        assert_eq!(app.guest().ask(&query, json!({})).await["store"], expected);
    }
}

on_both! {
    async fn open_and_next_opening_follow_the_stores_clock(app: &TestApp) {
        let owner = app.member("elena").await;
        // It is Wednesday 09:00 in Managua.
        let hours = json!([
            span("WEDNESDAY", "08:00", "12:00"),
            span("WEDNESDAY", "18:00", "01:00"),
            span("FRIDAY", "10:00", "10:30")
        ]);
        MakeStore::new("central").with("openingHours", hours).by(&owner).await;
        MakeStore::new("siempre")
            .with(
                "openingHours",
                json!(
                    ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
                        .map(|day| span(day, "00:00", "00:00"))
                ),
            )
            .by(&owner)
            .await;
        MakeStore::new("nunca").by(&owner).await;
        let query = "{ central: store(handle: \"central\") { ...o } siempre: store(handle: \"siempre\") { ...o } nunca: store(handle: \"nunca\") { ...o } } \
             fragment o on Store { isOpen nextOpensAt }";
        for (minutes, is_open, next) in [
            (0, true, "2026-11-19T00:00:00Z"),
            (3 * 60, false, "2026-11-19T00:00:00Z"),
            (6 * 60, true, "2026-11-20T16:00:00Z"),
            (6 * 60 + 59, true, "2026-11-20T16:00:00Z"),
            (1, false, "2026-11-20T16:00:00Z"),
            (33 * 60 + 29, true, "2026-11-25T14:00:00Z"),
        ] {
            app.pass_seconds(minutes * 60);
            let told = app.guest().ask(query, json!({})).await;
            assert_eq!(
                told["central"],
                json!({ "isOpen": is_open, "nextOpensAt": next }),
                "after {minutes} minutes"
            );
            assert_eq!(told["siempre"], json!({ "isOpen": true, "nextOpensAt": null }));
            assert_eq!(told["nunca"], json!({ "isOpen": false, "nextOpensAt": null }));
        }
    }
}

on_both! {
    async fn hours_that_overlap_are_named(app: &TestApp) {
        let owner = app.member("elena").await;
        for (hours, first, second) in [
            (
                vec![
                    span("MONDAY", "08:00", "12:00"),
                    span("TUESDAY", "08:00", "12:00"),
                    span("MONDAY", "11:59", "13:00"),
                ],
                0,
                2,
            ),
            (vec![span("MONDAY", "20:00", "03:00"), span("TUESDAY", "02:00", "05:00")], 0, 1),
            (vec![span("MONDAY", "00:30", "05:00"), span("SUNDAY", "22:00", "01:00")], 0, 1),
            (vec![span("FRIDAY", "08:00", "08:00"), span("SATURDAY", "07:00", "09:00")], 0, 1),
        ] {
            let payload =
                create(&owner, with(input("central"), "openingHours", json!(hours))).await;
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, format!("INVALID openingHours.{second}"));
            assert_eq!(told, format!("Spans {first} and {second} overlap; join them into one"));
        }
        let payload = create(
            &owner,
            with(input("central"), "openingHours", json!([span("MONDAY", "8:00", "12:00")])),
        )
        .await;
        assert_eq!(
            refused(&payload),
            (
                "INVALID openingHours.0.opensAt".to_owned(),
                "A time is HH:MM, from 00:00 to 23:59".to_owned()
            )
        );
        let payload = create(
            &owner,
            with(input("central"), "openingHours", json!([span("MONDAY", "08:00", "24:00")])),
        )
        .await;
        assert_eq!(refusals(&payload), ["INVALID openingHours.0.closesAt"]);
        let many: Vec<Value> = (0..43).map(|_| span("MONDAY", "08:00", "08:01")).collect();
        let (refusal, told) =
            refused(&create(&owner, with(input("central"), "openingHours", json!(many))).await);
        assert_eq!(refusal, "OUT_OF_RANGE openingHours");
        assert!(told.contains("42"), "{told}");
        // One that ends where the next begins is no overlap.
        let touching = json!([span("MONDAY", "08:00", "12:00"), span("MONDAY", "12:00", "08:00")]);
        done(create(&owner, with(input("central"), "openingHours", touching)).await);
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

async fn update(person: &Client, input: Value) -> Value {
    person.mutate("storeUpdate", input, WHOLE).await
}

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
