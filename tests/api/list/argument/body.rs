//! Values that are too much for any argument.

use crate::support::{MakeStore, of_input, on_both};
use serde_json::json;

on_both! {
    async fn a_title_of_a_megabyte_is_too_much_of_a_body(app: &TestApp) {
        let owner = app.member("elena").await;
        let (store, category) =
            (MakeStore::new("central").by(&owner).await, app.category("comida", None).await);
        let listing = |title: String| {
            let input = json!({ "storeId": store, "categoryId": category, "title": title, "price": { "amount": "1", "currency": "NIO" } });
            of_input("listingCreate", input, "listing { id }")
        };
        let (query, variables) = listing("x".repeat(1_000_000));
        let reply = owner.send(&query, variables).await;
        assert_eq!(reply.status, 413);
        let told = reply.body["errors"][0]["message"].as_str().expect("a sentence");
        assert!(told.contains("at most 100000 bytes"), "{told}");
        // As much as a body holds is refused by the field itself.
        let (query, variables) = listing("x".repeat(99_000));
        let payload = owner.ask(&query, variables).await["listingCreate"].clone();
        assert_eq!(crate::support::refusals(&payload), ["TOO_LONG title"]);
        let listed = app.guest().ask("{ listings { totalCount } }", json!({})).await;
        assert_eq!(listed["listings"]["totalCount"], 0);
    }
}

on_both! {
    async fn numbers_beyond_every_type_are_refused(app: &TestApp) {
        for number in ["1e400", "-1e400", "99999999999999999999", "NaN", "Infinity"] {
            for query in [
                format!("{{ listings(first: {number}) {{ totalCount }} }}"),
                format!(
                    "{{ listings(filter: {{ near: {{ point: {{ latitude: {number} longitude: 0 }} radiusMetres: 5 }} }}) {{ totalCount }} }}"
                ),
            ] {
                let reply = app.guest().send(&query, json!({})).await;
                assert!(reply.status < 500, "{query}: {}", reply.status);
                let code = reply.code().to_owned();
                assert!(!code.is_empty() && code != "INTERNAL", "{query}: {}", reply.body);
            }
            let body = format!(
                "{{\"query\":\"query($n: Float!) {{ listings(filter: {{ near: {{ point: {{ latitude: $n longitude: 0 }} radiusMetres: 5 }} }}) {{ totalCount }} }}\",\"variables\":{{\"n\":{number}}}}}"
            );
            let request = app
                .guest()
                .request(reqwest::Method::POST, "/graphql")
                .header("content-type", "application/json");
            let response = request.body(body).send().await.expect("answers");
            assert!(response.status().as_u16() < 500, "{number}: {}", response.status());
            let text = response.text().await.expect("is whole");
            assert!(text.contains("\"errors\"") && !text.contains("INTERNAL"), "{number}: {text}");
        }
    }
}
