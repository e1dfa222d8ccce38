//! With an endpoint: what it is asked, what it looks up, what comes of it.

use super::{alone, ask};
use crate::support::{Answer, Backend, Endpoint, Shop, TestApp, step_by};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_what_the_model_said_after_looking_things_up() {
    let endpoint = Endpoint::start([
        Answer::calls(&[("search_listings", r#"{"words":"queso"}"#), ("my_orders", "{}")]),
        Answer::text(&["Hay ", "queso seco", " a 25.00 NIO."]),
        Answer::text(&["De nada."]),
    ])
    .await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let shop = Shop::open(&app).await;
    shop.place().await;
    let talk = alone(&shop.buyer).await;
    let reply = ask(&shop.buyer, &talk, "¿Tienen queso?").await;
    assert_eq!(
        (&reply["status"], &reply["body"]),
        (&json!("SENT"), &json!("Hay queso seco a 25.00 NIO."))
    );
    let usage = json!({ "model": "fake-1", "promptTokens": 22, "completionTokens": 14, "fromCache": false });
    for (field, value) in usage.as_object().expect("fields") {
        assert_eq!(&reply["usage"][field], value, "{field}");
    }
    assert_eq!(ask(&shop.buyer, &talk, "Gracias").await["body"], "De nada.");

    let asked = endpoint.asked();
    let said =
        |request: usize| asked[request].body["messages"].as_array().expect("messages").clone();
    let first = said(0);
    assert_eq!(first.len(), 2, "how to behave, and the question: {first:#?}");
    assert_eq!(first[1]["content"], "¿Tienen queso?");
    let tools: Vec<&Value> = asked[0].body["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tool| &tool["function"]["name"])
        .collect();
    assert_eq!(tools, ["search_listings", "store_hours", "my_orders"]);
    let results: Vec<Value> = said(1)
        .iter()
        .filter(|message| message["role"] == "tool")
        .map(|message| {
            serde_json::from_str(message["content"].as_str().expect("a text")).expect("JSON")
        })
        .collect();
    let [listings, orders] = &results[..] else { panic!("{results:#?}") };
    assert_eq!(listings["found"][0]["title"], "Queso seco");
    assert_eq!(listings["found"][0]["price"], "25.00 NIO");
    assert_eq!(orders["found"][0]["items"], json!(["1 x Queso seco"]));
    // The next question comes with what was said before, without what was looked up.
    let roles: Vec<Value> = said(2).iter().map(|message| message["role"].clone()).collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_questions_on_equal_data_are_answered_once() {
    let look = || Answer::calls(&[("search_listings", r#"{"words":"queso"}"#)]);
    let endpoint =
        Endpoint::start([look(), Answer::text(&["A 25."]), Answer::text(&["A 30."])]).await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let shop = Shop::open(&app).await;
    for (client, cached) in [(&shop.buyer, false), (&shop.owner, true)] {
        let talk = alone(client).await;
        let reply = ask(client, &talk, "¿A cuánto el queso?").await;
        assert_eq!(
            (&reply["body"], &reply["usage"]["fromCache"]),
            (&json!("A 25."), &json!(cached))
        );
    }
    assert_eq!(endpoint.count(), 2);
    let price = json!({ "id": shop.listing, "version": 1, "price": { "amount": "30.00", "currency": "NIO" } });
    shop.owner.mutate("listingUpdate", price, "listing { id }").await;
    let talk = alone(&shop.buyer).await;
    let reply = ask(&shop.buyer, &talk, "¿A cuánto el queso?").await;
    assert_eq!(reply["body"], "A 30.", "other data is another question");
    assert_eq!(endpoint.count(), 3);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_only_looks_things_up_must_say_something_at_last() {
    let look = || Answer::calls(&[("my_orders", "rubbish"), ("no_such_tool", "{}")]);
    let mut script: Vec<Answer> = (0..5).map(|_| look()).collect();
    script.push(Answer::text(&["No sé."]));
    let endpoint = Endpoint::start(script).await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let shop = Shop::open(&app).await;
    step_by(&shop.buyer, "orderCancel", json!({ "id": shop.place().await })).await;
    let talk = alone(&shop.buyer).await;
    assert_eq!(ask(&shop.buyer, &talk, "¿Y?").await["body"], "No sé.");
    let asked = endpoint.asked();
    assert_eq!(asked.len(), 6);
    let last = &asked[5].body;
    assert!(last["tools"].as_array().is_none_or(Vec::is_empty), "{last:#}");
    let told = last["messages"].to_string();
    assert!(told.contains("not as described") && told.contains("no such tool"), "{told}");
    app.finish().await;
}
