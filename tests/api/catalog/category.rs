//! The category tree: read from either end, tended by administrators alone.

use crate::support::{Client, done, global, id, message, of_input, on_both, refusals, refused};
use plaza::entities::UserRole;
use serde_json::{Value, json};
use uuid::Uuid;

async fn add(admin: &Client, slug: &str, name: &str, parent: Option<&str>) -> Value {
    let input = json!({ "slug": slug, "name": name, "parentId": parent });
    admin.mutate("categoryCreate", input, "category { id slug name parent { slug } }").await
}

async fn added(admin: &Client, slug: &str, parent: Option<&str>) -> String {
    id(&done(add(admin, slug, slug, parent).await)["category"])
}

async fn update(admin: &Client, input: Value) -> Value {
    admin.mutate("categoryUpdate", input, "category { id name parent { slug } }").await
}

on_both! {
    async fn the_tree_is_read_from_either_end(app: &TestApp) {
        let admin = app.admin().await;
        let food = added(&admin, "comida", None).await;
        added(&admin, "ropa", None).await;
        for (slug, name) in [("b", "Ñame"), ("c", "Nance"), ("a", "  Ácidos  "), ("d", "nopal")] {
            done(add(&admin, &format!("fruta-{slug}"), name, Some(&food)).await);
        }
        let query = "{ categories { slug parent { slug } children { name parent { slug } children { slug } } } }";
        let read = app.guest().ask(query, json!({})).await;
        let leaf =
            |name: &str| json!({ "name": name, "parent": { "slug": "comida" }, "children": [] });
        let food = json!({
            "slug": "comida", "parent": null,
            "children": [leaf("Ácidos"), leaf("Ñame"), leaf("Nance"), leaf("nopal")],
        });
        assert_eq!(
            read["categories"],
            json!([food, { "slug": "ropa", "parent": null, "children": [] }])
        );
        let read = app.guest().ask("{ one: category(slug: \"fruta-b\") { name parent { slug } } none: category(slug: \"fruta\") { name } }", json!({})).await;
        assert_eq!(
            read,
            json!({ "one": { "name": "Ñame", "parent": { "slug": "comida" } }, "none": null })
        );
    }
}

on_both! {
    async fn only_administrators_tend_the_tree(app: &TestApp) {
        let category = added(&app.admin().await, "comida", None).await;
        let support = app.person("ayuda", UserRole::Support).await;
        for person in [app.member("elena").await, support] {
            for payload in [
                add(&person, "ropa", "Ropa", None).await,
                update(&person, json!({ "id": category, "name": "Otra" })).await,
            ] {
                let (refusal, told) = refused(&payload);
                assert_eq!(refusal, "FORBIDDEN");
                assert!(told.contains("Only administrators"), "{told}");
                assert_eq!(payload["category"], json!(null));
            }
        }
        for (mutation, input) in [
            ("categoryCreate", json!({ "slug": "ropa", "name": "Ropa" })),
            ("categoryUpdate", json!({ "id": category, "name": "Otra" })),
        ] {
            let (query, variables) = of_input(mutation, input, "category { id }");
            let error = app.guest().fail(&query, variables).await;
            assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
        }
        let read = app.guest().ask("{ categories { name } }", json!({})).await;
        assert_eq!(read["categories"], json!([{ "name": "comida" }]));
    }
}

on_both! {
    async fn a_slug_is_given_once_and_is_readable(app: &TestApp) {
        let admin = app.admin().await;
        added(&admin, "comida", None).await;
        let (refusal, told) = refused(&add(&admin, "comida", "Comida", None).await);
        assert_eq!(refusal, "TAKEN slug");
        assert!(told.contains("already"), "{told}");
        let wrong = add(&admin, "Frutas y más", " ", None).await;
        assert_eq!(refusals(&wrong), ["INVALID slug", "REQUIRED name"]);
        assert!(message(&wrong, "slug").contains("frutas-y-verduras"), "shows a right one");
        let wrong = add(&admin, "frutas", &"x".repeat(61), None).await;
        assert_eq!(refusals(&wrong), ["TOO_LONG name"]);
        assert!(message(&wrong, "name").contains("60"));
        let both = futures_util::future::join(
            add(&admin, "frutas", "Frutas", None),
            add(&admin, "frutas", "Frutas", None),
        )
        .await;
        let mut outcomes = [refusals(&both.0), refusals(&both.1)].concat();
        outcomes.sort_unstable();
        assert_eq!(outcomes, ["TAKEN slug"], "one of two at once gets it");
    }
}

on_both! {
    async fn an_omitted_field_stays_and_a_null_parent_makes_a_root(app: &TestApp) {
        let admin = app.admin().await;
        let food = added(&admin, "comida", None).await;
        let fruit = added(&admin, "fruta", Some(&food)).await;
        let renamed = done(update(&admin, json!({ "id": fruit, "name": "Frutas frescas" })).await);
        assert_eq!(renamed["category"]["parent"]["slug"], "comida");
        let root = done(update(&admin, json!({ "id": fruit, "parentId": null })).await);
        assert_eq!(
            root["category"],
            json!({ "id": fruit, "name": "Frutas frescas", "parent": null })
        );
        let back = done(update(&admin, json!({ "id": fruit, "parentId": food })).await);
        assert_eq!(back["category"]["parent"]["slug"], "comida");
        let unchanged = done(update(&admin, json!({ "id": fruit })).await);
        assert_eq!(unchanged["category"], back["category"]);
        let (refusal, told) = refused(&update(&admin, json!({ "id": fruit, "name": null })).await);
        assert_eq!(refusal, "REQUIRED name");
        assert!(told.contains("leave it out"), "{told}");
    }
}

on_both! {
    async fn a_category_never_gets_below_itself(app: &TestApp) {
        let admin = app.admin().await;
        let top = added(&admin, "top", None).await;
        let middle = added(&admin, "middle", Some(&top)).await;
        let bottom = added(&admin, "bottom", Some(&middle)).await;
        for below in [&top, &middle, &bottom] {
            let payload = update(&admin, json!({ "id": top, "parentId": below })).await;
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, "CONFLICT parentId");
            assert!(told.contains("below itself"), "{told}");
        }
        // Each below the other, at once: one of them comes first.
        let other = added(&admin, "other", None).await;
        let (one, two) = futures_util::future::join(
            update(&admin, json!({ "id": top, "parentId": other })),
            update(&admin, json!({ "id": other, "parentId": top })),
        )
        .await;
        assert_eq!([refusals(&one), refusals(&two)].concat(), ["CONFLICT parentId"]);
        let read = app.guest().ask("{ categories { slug } }", json!({})).await;
        assert_eq!(
            read["categories"].as_array().map(Vec::len),
            Some(1),
            "one root is left: {read}"
        );
    }
}

on_both! {
    async fn the_tree_has_six_levels(app: &TestApp) {
        let admin = app.admin().await;
        let mut path: Vec<String> = Vec::new();
        for level in 1..=6 {
            let above = path.last().map(String::as_str);
            path.push(added(&admin, &format!("level-{level}"), above).await);
        }
        let (refusal, told) =
            refused(&add(&admin, "level-7", "7", path.last().map(String::as_str)).await);
        assert_eq!(refusal, "OUT_OF_RANGE parentId");
        assert!(told.contains("at most 6 levels"), "{told}");
        // A branch is as high as its lowest leaf.
        let branch = added(&admin, "branch", None).await;
        added(&admin, "leaf", Some(&branch)).await;
        let moved = update(&admin, json!({ "id": branch, "parentId": path[4] })).await;
        assert_eq!(refusals(&moved), ["OUT_OF_RANGE parentId"]);
        done(update(&admin, json!({ "id": branch, "parentId": path[3] })).await);
    }
}

on_both! {
    async fn ids_of_nothing_and_of_other_kinds_are_told_apart(app: &TestApp) {
        let admin = app.admin().await;
        let category = added(&admin, "comida", None).await;
        let nothing = global(4, Uuid::from_u128(7));
        for (payload, expected, part) in [
            (
                add(&admin, "a-b", "A", Some(&nothing)).await,
                "NOT_FOUND parentId",
                "no such category",
            ),
            (
                add(&admin, "a-b", "A", Some(&admin.id)).await,
                "INVALID parentId",
                "id of a User; a Category is expected",
            ),
            (add(&admin, "a-b", "A", Some("comida")).await, "INVALID parentId", "not an id"),
            (
                update(&admin, json!({ "id": nothing, "name": "A" })).await,
                "NOT_FOUND id",
                "no such category",
            ),
            (
                update(&admin, json!({ "id": admin.id })).await,
                "INVALID id",
                "a Category is expected",
            ),
            (
                update(&admin, json!({ "id": category, "parentId": nothing })).await,
                "NOT_FOUND parentId",
                "no such category",
            ),
            (
                update(&admin, json!({ "id": category, "parentId": "" })).await,
                "INVALID parentId",
                "not an id",
            ),
        ] {
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, expected);
            assert!(told.contains(part), "{told}");
        }
    }
}
