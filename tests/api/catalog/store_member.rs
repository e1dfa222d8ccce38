//! Who works in a store: named by its owner, seen by its staff, with an owner at all times.

use crate::support::{
    Client, MakeStore, TestApp, done, global, of_input, on_both, refusals, refused,
};
use serde_json::{Value, json};
use uuid::Uuid;

const STAFF: &str = "store { owner { handle } staff { role user { handle } since } }";

async fn set(by: &Client, store: &str, person: &str, role: Option<&str>) -> Value {
    let input = json!({ "storeId": store, "userId": person, "role": role });
    by.mutate("storeMemberSet", input, STAFF).await
}

/// `HANDLE ROLE` of everybody, as somebody sees them; None where they don't
async fn staff(store: &str, seen_by: &Client) -> Option<Vec<String>> {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Store { staff { role user { handle } } } } }";
    let store = seen_by.ask(query, json!({ "id": store })).await;
    let staff = store["node"]["staff"].as_array()?;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    Some(
        staff
            .iter()
            .map(|member| format!("{} {}", text(&member["user"]["handle"]), text(&member["role"])))
            .collect(),
    )
}

async fn owner_and_store(app: &TestApp) -> (Client, String) {
    let owner = app.member("elena").await;
    let store = MakeStore::new("central").by(&owner).await;
    (owner, store)
}

on_both! {
    async fn the_owner_gives_and_takes_roles(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let (carlos, marta) = (app.member("carlos").await, app.member("marta").await);
        app.pass_seconds(60);
        done(set(&owner, &store, &carlos.id, Some("COURIER")).await);
        let made = done(set(&owner, &store, &marta.id, Some("MANAGER")).await);
        assert_eq!(
            made["store"],
            json!({ "owner": { "handle": "elena" }, "staff": [
                { "role": "OWNER", "user": { "handle": "elena" }, "since": "2026-11-18T15:00:00.000000Z" },
                { "role": "MANAGER", "user": { "handle": "marta" }, "since": "2026-11-18T15:01:00.000000Z" },
                { "role": "COURIER", "user": { "handle": "carlos" }, "since": "2026-11-18T15:01:00.000000Z" },
            ]})
        );
        done(set(&owner, &store, &carlos.id, Some("CLERK")).await);
        assert_eq!(
            staff(&store, &carlos).await,
            Some(vec!["elena OWNER".into(), "marta MANAGER".into(), "carlos CLERK".into()])
        );
        let gone = done(set(&owner, &store, &carlos.id, None).await);
        assert_eq!(gone["store"]["staff"].as_array().map(Vec::len), Some(2));
        assert_eq!(staff(&store, &carlos).await, None, "who is gone sees nothing more");
        done(set(&owner, &store, &carlos.id, None).await);
    }
}

on_both! {
    async fn staff_alone_see_the_staff(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let carlos = app.member("carlos").await;
        done(set(&owner, &store, &carlos.id, Some("COURIER")).await);
        for (person, sees) in [
            (owner, true),
            (carlos, true),
            (app.admin().await, true),
            (app.guest(), false),
            (app.member("nadie").await, false),
        ] {
            assert_eq!(staff(&store, &person).await.is_some(), sees);
        }
    }
}

on_both! {
    async fn only_the_owner_names_staff(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let (marta, nadie) = (app.member("marta").await, app.member("nadie").await);
        done(set(&owner, &store, &marta.id, Some("MANAGER")).await);
        for person in [&marta, &nadie] {
            let (refusal, told) = refused(&set(person, &store, &nadie.id, Some("OWNER")).await);
            assert_eq!(refusal, "FORBIDDEN");
            assert!(told.contains("Only the store's owner"), "{told}");
        }
        assert_eq!(refusals(&set(&marta, &store, &marta.id, None).await), ["FORBIDDEN"]);
        let input = json!({ "storeId": store, "userId": nadie.id, "role": "CLERK" });
        let (query, variables) = of_input("storeMemberSet", input, "store { id }");
        assert_eq!(
            app.guest().fail(&query, variables).await["extensions"]["code"],
            "UNAUTHENTICATED"
        );
        assert_eq!(
            staff(&store, &owner).await,
            Some(vec!["elena OWNER".into(), "marta MANAGER".into()])
        );
        done(set(&app.admin().await, &store, &nadie.id, Some("CLERK")).await);
    }
}

on_both! {
    async fn a_store_keeps_an_owner(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        for role in [None, Some("MANAGER"), Some("CLERK"), Some("COURIER")] {
            let (refusal, told) = refused(&set(&owner, &store, &owner.id, role).await);
            assert_eq!(refusal, "CONFLICT userId");
            assert!(told.contains("make somebody else OWNER first"), "{told}");
        }
        let same = done(set(&owner, &store, &owner.id, Some("OWNER")).await);
        assert_eq!(
            same["store"]["staff"].as_array().map(Vec::len),
            Some(1),
            "naming the owner changes nothing"
        );
    }
}

on_both! {
    async fn a_store_is_handed_over(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let (marta, nadie) = (app.member("marta").await, app.member("nadie").await);
        done(set(&owner, &store, &marta.id, Some("CLERK")).await);
        let made = done(set(&owner, &store, &marta.id, Some("OWNER")).await);
        assert_eq!(made["store"]["owner"]["handle"], "marta");
        assert_eq!(
            staff(&store, &marta).await,
            Some(vec!["marta OWNER".into(), "elena MANAGER".into()])
        );
        assert_eq!(refusals(&set(&owner, &store, &nadie.id, Some("CLERK")).await), ["FORBIDDEN"]);
        // To somebody who did not work there, and the old owner can go now.
        done(set(&marta, &store, &nadie.id, Some("OWNER")).await);
        done(set(&nadie, &store, &owner.id, None).await);
        assert_eq!(
            staff(&store, &nadie).await,
            Some(vec!["nadie OWNER".into(), "marta MANAGER".into()])
        );
        let stores = "{ viewer { stores { handle owner { handle } } } }";
        assert_eq!(owner.ask(stores, json!({})).await["viewer"]["stores"], json!([]));
        let worked = json!([{ "handle": "central", "owner": { "handle": "nadie" } }]);
        assert_eq!(marta.ask(stores, json!({})).await["viewer"]["stores"], worked);
    }
}

on_both! {
    async fn handing_over_at_once_to_two_leaves_one_owner(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let (marta, nadie) = (app.member("marta").await, app.member("nadie").await);
        let (one, two) = futures_util::future::join(
            set(&owner, &store, &marta.id, Some("OWNER")),
            set(&owner, &store, &nadie.id, Some("OWNER")),
        )
        .await;
        assert_eq!(
            [refusals(&one), refusals(&two)].concat(),
            ["FORBIDDEN"],
            "the second is no owner any more"
        );
        let staff = staff(&store, &owner).await.expect("a manager now");
        assert_eq!(
            staff.iter().filter(|member| member.ends_with(" OWNER")).count(),
            1,
            "{staff:?}"
        );
        assert!(staff.contains(&"elena MANAGER".to_owned()), "{staff:?}");
    }
}

on_both! {
    async fn twenty_stores_is_the_bound_for_handed_over_ones_too(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let rich = app.member("rica").await;
        for at in 0..20 {
            MakeStore::new(&format!("tienda-{at}")).by(&rich).await;
        }
        let (refusal, told) = refused(&set(&owner, &store, &rich.id, Some("OWNER")).await);
        assert_eq!(refusal, "OUT_OF_RANGE userId");
        assert!(told.contains("at most 20 stores"), "{told}");
        done(set(&owner, &store, &rich.id, Some("MANAGER")).await);
    }
}

on_both! {
    async fn unknown_people_and_stores_are_named(app: &TestApp) {
        let (owner, store) = owner_and_store(app).await;
        let (nobody, nowhere) = (global(1, Uuid::from_u128(7)), global(5, Uuid::from_u128(7)));
        for (store, person, expected, part) in [
            (&store, &nobody, "NOT_FOUND userId", "no such user"),
            (&nowhere, &owner.id, "NOT_FOUND storeId", "no such store"),
            (&owner.id, &owner.id, "INVALID storeId", "id of a User; a Store is expected"),
            (&store, &store, "INVALID userId", "id of a Store; a User is expected"),
        ] {
            let (refusal, told) = refused(&set(&owner, store, person, Some("CLERK")).await);
            assert_eq!(refusal, expected);
            assert!(told.contains(part), "{told}");
        }
    }
}
