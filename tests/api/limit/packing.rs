//! However operations come, by whichever way in, they are paid out of one bucket.

use super::{LISTINGS, ask, left, person, post, use_up};
use crate::door::Answer;
use crate::stream::reservation::{self, data, start, stream};
use crate::support::{Client, Events, TestApp, on_one};
use plaza::limits::Bucket;
use reqwest::Method;
use serde_json::{Value, json};

const SMALL: [(&str, &str); 1] = [("PLAZA_LIMIT_PERSON", "1000:1")];
const INBOX: &str = "subscription { inboxUpdates { kind } }";
const MULTIPART: &str = "multipart/mixed;subscriptionSpec=1.0,application/json";

async fn rest(app: &TestApp, of: &Client) -> u64 {
    left(app, Bucket::CostPerson, person(of)).await
}

#[tokio::test]
async fn every_way_in_takes_from_the_same_bucket() {
    on_one(&SMALL, async |app: &TestApp| {
        let ana = app.member("ana").await;
        assert_eq!(ask(&ana, LISTINGS).await.cost()["available"], 997);
        let query: String = url::form_urlencoded::byte_serialize(LISTINGS.as_bytes()).collect();
        let got = Answer::of(ana.request(Method::GET, &format!("/graphql?query={query}"))).await;
        assert_eq!(got.json()["extensions"]["cost"]["available"], 994);
        let mut socket = ana.socket().await;
        socket.subscribe("1", LISTINGS, json!({})).await;
        assert_eq!(socket.hear().await["payload"]["extensions"]["cost"]["available"], 991);
        let mut events = Events::open(post(&ana, LISTINGS)).await;
        assert_eq!(events.result().await["extensions"]["cost"]["available"], 988);
        let (token, mut events) = stream(&ana).await;
        reservation::started(&ana, &token, "1", LISTINGS, json!({})).await;
        data(&mut events, "1").await;
        assert_eq!(rest(app, &ana).await, 985);
        let aliased = "{ a: listings(first: 100) { nodes { title } } b: listings(first: 100) { nodes { title } } }";
        let heard = ask(&ana, aliased).await;
        assert_eq!((&heard.cost()["estimated"], &heard.cost()["actual"]), (&json!(604), &json!(6)));
        assert_eq!(rest(app, &ana).await, 979);
    })
    .await;
}

#[tokio::test]
async fn opening_a_stream_costs_its_estimate_by_every_way() {
    on_one(&SMALL, async |app: &TestApp| {
        let ana = app.member("ana").await;
        let mut socket = ana.socket().await;
        socket.subscribe("1", INBOX, json!({})).await;
        socket.data("1").await;
        let once = 1000 - rest(app, &ana).await;
        assert!((1..20).contains(&once), "{once}");
        let mut events = Events::open(post(&ana, INBOX)).await;
        events.result().await;
        assert_eq!(rest(app, &ana).await, 1000 - 2 * once);
        let parts = post(&ana, INBOX).header("accept", MULTIPART).send().await.expect("answers");
        assert_eq!(parts.status(), 200);
        let told = format!(r#""cost";r={};t={}"#, 1000 - 3 * once, 3 * once);
        assert_eq!(parts.headers()["ratelimit"], told.as_str());
        assert_eq!(parts.headers()["ratelimit-policy"], r#""cost";q=1000;w=1000"#);
    })
    .await;
}

#[tokio::test]
async fn every_way_in_refuses_whoever_has_used_it_up() {
    on_one(&SMALL, async |app: &TestApp| {
        let ana = app.member("ana").await;
        let (token, _events) = stream(&ana).await;
        let mut socket = ana.socket().await;
        use_up(app, Bucket::CostPerson, person(&ana), 1000).await;
        let refused = |status: u16, error: &Value| {
            assert_eq!((status, &error["extensions"]["code"]), (429, &json!("RATE_LIMITED")));
            assert_eq!(error["extensions"]["retryAfter"], 1);
        };
        for accept in [
            "application/json",
            "application/graphql-response+json",
            "text/event-stream",
            MULTIPART,
        ] {
            for query in [LISTINGS, INBOX, "mutation { signOut { userErrors { code } } }"] {
                let answer = Answer::of(post(&ana, query).header("accept", accept)).await;
                refused(answer.status, &answer.json()["errors"][0]);
                assert_eq!(answer.header("retry-after"), "1");
            }
        }
        let answer = start(&ana, &token, "1", LISTINGS, json!({})).await;
        refused(answer.status, &answer.json()["errors"][0]);
        for (id, query) in [("1", LISTINGS), ("2", INBOX)] {
            socket.subscribe(id, query, json!({})).await;
            refused(429, &socket.error(id).await);
        }
        app.pass_seconds(700);
        socket.subscribe("1", LISTINGS, json!({})).await;
        socket.data("1").await;
        assert!(ask(&ana, LISTINGS).await.status == 200, "nothing was signed out");
    })
    .await;
}
