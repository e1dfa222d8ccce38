//! The demo: a market that is there once, is found, and is signed in to.

use crate::support::on_both;
use serde_json::json;

on_both! {
    async fn the_demo_fills_an_empty_database_once(app: &TestApp) {
        plaza::cli::fill_with_demo(&app.app).await.expect("fills");
        let query = "{ listings { totalCount(limit: 5000) } categories { slug } \
            store(handle: \"cafeteria-central\") { name timeZone owner { handle } openingHours { weekday } } }";
        let first = app.guest().ask(query, json!({})).await;
        assert_eq!(first["store"]["owner"]["handle"], "bruno");
        assert!(first["listings"]["totalCount"].as_i64().is_some_and(|count| count > 400));
        plaza::cli::fill_with_demo(&app.app).await.expect("leaves it alone");
        assert_eq!(app.guest().ask(query, json!({})).await, first);
    }
}

on_both! {
    async fn people_of_the_demo_order_and_write_to_each_other(app: &TestApp) {
        plaza::cli::fill_with_demo(&app.app).await.expect("fills");
        let sign_in = "mutation { signIn(input: { login: \"+50588880002\", password: \"plaza-demo-2026\" }) \
            { tokens { accessToken } } }";
        let done = app.guest().ask(sign_in, json!({})).await;
        let token = done["signIn"]["tokens"]["accessToken"].as_str().expect("a token").to_owned();
        let bruno = app.guest().with_token(&token);
        let query = "{ store(handle: \"cafeteria-central\") { orders { nodes { status buyer { handle } } } } \
            viewer { unreadCount conversations { nodes { kind title lastMessage { body } } } } }";
        let seen = bruno.ask(query, json!({})).await;
        let orders = seen["store"]["orders"]["nodes"].as_array().expect("orders");
        let mut states: Vec<_> = orders.iter().filter_map(|order| order["status"].as_str()).collect();
        states.sort_unstable();
        assert_eq!(states, ["ACCEPTED", "PLACED", "PREPARING", "REJECTED"]);
        let talks = seen["viewer"]["conversations"]["nodes"].as_array().expect("conversations");
        let kinds: Vec<_> = talks.iter().filter_map(|talk| talk["kind"].as_str()).collect();
        assert_eq!(kinds, ["GROUP", "ORDER"]);
        assert_eq!(seen["viewer"]["unreadCount"], 3, "{seen:#}");
    }
}

on_both! {
    async fn what_the_demo_holds_is_found_by_words(app: &TestApp) {
        plaza::cli::fill_with_demo(&app.app).await.expect("fills");
        let query = "query($t: String!) { listings(first: 50, filter: { text: $t }) { nodes { title description } } }";
        let found = app.guest().ask(query, json!({ "t": "quesos" })).await;
        let nodes = found["listings"]["nodes"].as_array().expect("a list");
        assert!(!nodes.is_empty());
        for node in nodes {
            let text = format!("{} {}", node["title"], node["description"]).to_lowercase();
            assert!(text.contains("queso"), "{text}");
        }
    }
}

on_both! {
    async fn the_people_of_the_demo_sign_in(app: &TestApp) {
        plaza::cli::fill_with_demo(&app.app).await.expect("fills");
        let query = "mutation($l: String!) { signIn(input: { login: $l, password: \"plaza-demo-2026\" }) \
            { viewer { user { handle } } userErrors { message } } }";
        for (login, handle) in [("+50588880001", "ana"), ("+50588880009", "admin")] {
            let done = app.guest().ask(query, json!({ "l": login })).await;
            assert_eq!(done["signIn"]["viewer"]["user"]["handle"], handle, "{done}");
        }
        let done = app.guest().ask(query, json!({ "l": "tania.orozco@example.com" })).await;
        assert!(done["signIn"]["viewer"].is_null(), "{done}");
    }
}
