//! Steps of an order: the flow, who may take which step, and what is refused with which sentence.

use super::{STEPS, Shop, look, step, stock, support, take};
use crate::support::{Client, TestApp, done, global, on_both, refusals, refused};
use serde_json::{Value, json};
use uuid::Uuid;

const STATUSES: [&str; 7] =
    ["PLACED", "ACCEPTED", "PREPARING", "READY", "COMPLETED", "REJECTED", "CANCELLED"];

/// What somebody is to an order
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Buyer,
    /// Clerk, manager, owner, administrator
    Counter,
    Courier,
    Stranger,
}

/// Where a part may take an order, by the words
fn allowed(part: Part, from: &str, fulfilment: &str) -> &'static [&'static str] {
    match (part, from) {
        (Part::Counter, "PLACED") => &["ACCEPTED", "REJECTED", "CANCELLED"],
        (Part::Counter, "ACCEPTED") => &["PREPARING", "CANCELLED"],
        (Part::Counter, "PREPARING") => &["READY", "CANCELLED"],
        (Part::Counter, "READY") => &["COMPLETED", "CANCELLED"],
        (Part::Buyer, "PLACED" | "ACCEPTED") => &["CANCELLED"],
        (Part::Courier, "READY") if fulfilment == "DELIVERY" => &["COMPLETED"],
        _ => &[],
    }
}

/// Code and sentence by which a step is refused
fn refusal(part: Part, from: &str, to: &str, fulfilment: &str) -> (&'static str, String) {
    if part == Part::Stranger {
        return ("NOT_FOUND id", "There is no such order".to_owned());
    }
    let may = allowed(part, from, fulfilment);
    let instead = match may {
        [] if ["COMPLETED", "REJECTED", "CANCELLED"].contains(&from) => "it stays so".to_owned(),
        [] => "the next step is somebody else's".to_owned(),
        may => format!("you can take it to {}", may.join(" or ")),
    };
    if from == to {
        return ("CONFLICT id", format!("The order is {from} already; {instead}"));
    }
    let others = [Part::Buyer, Part::Counter].map(|other| allowed(other, from, fulfilment));
    if others.concat().contains(&to) {
        let told = format!("An order that is {from} can't be taken to {to} by you; {instead}");
        return ("FORBIDDEN id", told);
    }
    ("CONFLICT id", format!("An order that is {from} can't be taken to {to}; {instead}"))
}

/// Takes every step from one status as everybody, and compares with what they may.
async fn try_all(
    shop: &Shop,
    people: &[(&Client, Part)],
    listing: &str,
    from: &str,
    fulfilment: &str,
) {
    let make = || shop.order(listing, 1).with("fulfilment", json!(fulfilment));
    let mut order = shop.order_at(make(), from).await;
    for (person, part) in people {
        let may = allowed(*part, from, fulfilment);
        if *part != Part::Stranger {
            let seen = look(person, &order, "status nextStatuses").await;
            let expected = json!({ "status": from, "nextStatuses": may });
            assert_eq!(seen, expected, "{part:?} {fulfilment}");
        }
        for (name, to) in STEPS {
            let case = format!("{part:?}: {from} to {to}, {fulfilment}");
            let payload = take(person, name, &order).await;
            if may.contains(&to) {
                assert_eq!(done(payload)["order"]["status"], to, "{case}");
                order = shop.order_at(make(), from).await;
            } else {
                let (code, told) = refused(&payload);
                let (expected, sentence) = refusal(*part, from, to, fulfilment);
                assert_eq!((code.as_str(), told), (expected, sentence), "{case}");
                assert_eq!(payload["order"], json!(null), "{case}");
            }
        }
    }
    assert_eq!(
        look(&shop.owner, &order, "status").await["status"],
        from,
        "refusals changed nothing"
    );
}

/// Everybody, and what they are
async fn try_fulfilment(app: &TestApp, fulfilment: &str) {
    let shop = Shop::open(app).await;
    let listing = shop.listing("Queso").by(&shop.owner).await;
    let (manager, stranger, admin) =
        (app.member("marta").await, app.member("nadie").await, app.admin().await);
    shop.hire(&manager, json!("MANAGER")).await;
    let people = [
        (&shop.buyer, Part::Buyer),
        (&shop.clerk, Part::Counter),
        (&manager, Part::Counter),
        (&shop.owner, Part::Counter),
        (&admin, Part::Counter),
        (&shop.courier, Part::Courier),
        (&stranger, Part::Stranger),
    ];
    for from in STATUSES {
        try_all(&shop, &people, &listing, from, fulfilment).await;
    }
}

on_both! {
    async fn every_step_of_a_pickup_is_taken_by_whom_the_flow_says(app: &TestApp) {
        try_fulfilment(app, "PICKUP").await;
    }
}

on_both! {
    async fn every_step_of_a_delivery_is_taken_by_whom_the_flow_says(app: &TestApp) {
        try_fulfilment(app, "DELIVERY").await;
    }
}

on_both! {
    async fn a_clerk_takes_an_order_from_door_to_door(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.counted("Queso", 5).await;
        let order = shop.order(&listing, 2).with("note", json!("Rápido")).by(&shop.buyer).await;
        let mut version = 1;
        for (at, (name, to)) in STEPS[..4].iter().enumerate() {
            app.pass_seconds(60);
            let input = json!({ "id": order, "version": version, "note": format!(" Paso {at} ") });
            let moved =
                step(&shop.clerk, name, input, "id status version updatedAt placedAt note").await;
            version += 1;
            let expected = json!({
                "id": order, "status": to, "version": version, "note": "Rápido",
                "placedAt": "2026-11-18T15:00:00.000000Z", "updatedAt": format!("2026-11-18T15:0{}:00.000000Z", at + 1),
            });
            assert_eq!(done(moved)["order"], expected, "the step's note is the history's");
        }
        let history = look(
            &shop.buyer,
            &order,
            "history { nodes { kind version note occurredAt actor { id } } }",
        )
        .await;
        let event = |at: usize, kind: &str, note: Value, actor: &Client| {
            json!({
                "kind": kind, "version": at + 1, "note": note, "actor": { "id": actor.id },
                "occurredAt": format!("2026-11-18T15:0{at}:00.000000Z"),
            })
        };
        let expected = json!([
            event(0, "PLACED", json!(null), &shop.buyer),
            event(1, "ACCEPTED", json!("Paso 0"), &shop.clerk),
            event(2, "PREPARING", json!("Paso 1"), &shop.clerk),
            event(3, "READY", json!("Paso 2"), &shop.clerk),
            event(4, "COMPLETED", json!("Paso 3"), &shop.clerk),
        ]);
        assert_eq!(history["history"]["nodes"], expected);
        assert_eq!(stock(&shop.owner, &listing).await.1, 3, "what is sold is gone");
    }
}

on_both! {
    async fn a_stale_version_is_refused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order_at(shop.order(&listing, 1), "ACCEPTED").await;
        for version in [1, 0, 3, -1, i32::MAX] {
            for (client, name) in
                [(&shop.clerk, "Prepare"), (&shop.buyer, "Cancel"), (&shop.clerk, "Accept")]
            {
                let input = json!({ "id": order, "version": version });
                let (refusal, told) = refused(&step(client, name, input, "id").await);
                assert_eq!(refusal, "CONFLICT version");
                let parts =
                    [format!("since version {version}"), "ACCEPTED at version 2".to_owned()];
                assert!(parts.iter().all(|part| told.contains(part)), "{told}");
            }
        }
        for version in [json!(2), json!(null)] {
            let input = json!({ "id": order, "version": version });
            let name = if version.is_null() { "Ready" } else { "Prepare" };
            done(step(&shop.clerk, name, input, "id").await);
        }
        // A stranger learns no version.
        let input = json!({ "id": order, "version": 1 });
        let stranger = app.member("nadie").await;
        assert_eq!(refusals(&step(&stranger, "Ready", input, "id").await), ["NOT_FOUND id"]);
    }
}

on_both! {
    async fn steps_with_bad_input_are_refused(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&listing, 1).by(&shop.buyer).await;
        let helper = support(app).await;
        for (name, _) in STEPS {
            for (input, refusal) in [
                (json!({ "id": global(7, Uuid::from_u128(7)) }), "NOT_FOUND id"),
                (json!({ "id": shop.store }), "INVALID id"),
                (json!({ "id": "A-0001" }), "INVALID id"),
                (json!({ "id": order, "note": "x".repeat(501) }), "TOO_LONG note"),
                (json!({ "id": order, "note": "a\u{7}" }), "INVALID note"),
                (json!({ "id": order, "idempotencyKey": "" }), "INVALID idempotencyKey"),
                (
                    json!({ "id": order, "idempotencyKey": "k".repeat(129) }),
                    "INVALID idempotencyKey",
                ),
            ] {
                assert_eq!(
                    refusals(&step(&shop.clerk, name, input, "id").await),
                    [refusal],
                    "{name}"
                );
            }
            let query = format!(
                "mutation($i: OrderStepInput!) {{ order{name}(input: $i) {{ order {{ id }} }} }}"
            );
            let error = app.guest().fail(&query, json!({ "i": { "id": order } })).await;
            assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
            assert_eq!(refusals(&take(&helper, name, &order).await), ["NOT_FOUND id"]);
        }
        let left = look(&shop.clerk, &order, "status version history { totalCount }").await;
        assert_eq!(
            left,
            json!({ "status": "PLACED", "version": 1, "history": { "totalCount": 1 } })
        );
        let input = json!({ "id": order, "note": " \n" });
        done(step(&shop.clerk, "Accept", input, "id").await);
        let told = look(&shop.clerk, &order, "history(last: 1) { nodes { note } }").await;
        assert_eq!(told["history"]["nodes"], json!([{ "note": null }]));
    }
}

on_both! {
    async fn who_buys_of_their_own_store_is_both(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let order = shop.order(&listing, 1).by(&shop.courier).await;
        let next = async |client: &Client| {
            look(client, &order, "nextStatuses").await["nextStatuses"].clone()
        };
        assert_eq!(next(&shop.courier).await, json!(["CANCELLED"]));
        done(take(&shop.clerk, "Accept", &order).await);
        assert_eq!(next(&shop.courier).await, json!(["CANCELLED"]));
        done(take(&shop.clerk, "Prepare", &order).await);
        assert_eq!(next(&shop.courier).await, json!([]));
        // Whoever lost their place in the store is a stranger.
        shop.hire(&shop.clerk, json!(null)).await;
        assert_eq!(refusals(&take(&shop.clerk, "Ready", &order).await), ["NOT_FOUND id"]);
        assert_eq!(next(&shop.courier).await, json!([]));
    }
}
