//! Cost: its estimate is taken, what it did not cost is given back, and headers tell what is left.

use super::{ACTUAL, ESTIMATE, Heard, LISTINGS, ask, guests, left, person, post, use_up};
use crate::partner::{key, known, publish};
use crate::support::{TestApp, on_one};
use plaza::limits::Bucket;
use reqwest::Method;
use serde_json::{Value, json};

const SMALL: [(&str, &str); 2] =
    [("PLAZA_LIMIT_ADDRESS", "1000:10"), ("PLAZA_LIMIT_PERSON", "2000:50")];

#[tokio::test]
async fn what_an_operation_did_not_cost_is_given_back_and_told() {
    on_one(&SMALL, async |app: &TestApp| {
        for at in 1..=3 {
            let heard = ask(&app.guest(), LISTINGS).await;
            let available = 1000 - at * ACTUAL;
            assert_eq!(heard.status, 200);
            let told = json!({ "estimated": ESTIMATE, "actual": ACTUAL,
                "available": available, "restoresPerSecond": 10 });
            assert_eq!(*heard.cost(), told);
            assert_eq!(heard.header("ratelimit-policy"), r#""cost";q=1000;w=100"#);
            assert_eq!(heard.header("ratelimit"), format!(r#""cost";r={available};t=1"#));
        }
        app.pass_seconds(1);
        let heard = ask(&app.guest(), "{ __typename }").await;
        assert_eq!(heard.cost()["available"], 999, "what was used has come back");
    })
    .await;
}

#[tokio::test]
async fn rows_that_came_count_as_estimated() {
    on_one(&SMALL, async |app: &TestApp| {
        for slug in ["comida", "ropa"] {
            app.category(slug, None).await;
        }
        let heard = ask(&app.guest(), "{ categories { slug name } }").await;
        assert_eq!(heard.body["data"]["categories"].as_array().map(Vec::len), Some(2));
        assert_eq!(heard.cost()["actual"], 2 * (2 + 2), "{}", heard.body);
        let nobody = ask(&app.guest(), "{ store(handle: \"nobody\") { name } }").await;
        assert_eq!(nobody.cost()["actual"], 1);
    })
    .await;
}

#[tokio::test]
async fn what_costs_more_than_is_left_is_refused_until_it_is_there() {
    on_one(&SMALL, async |app: &TestApp| {
        use_up(app, Bucket::CostAddress, guests(&app.app), 900).await;
        let refused = ask(&app.guest(), LISTINGS).await;
        assert_eq!((refused.status, refused.code()), (429, "RATE_LIMITED"));
        assert_eq!(
            refused.message(),
            "This may cost 302, and 99 of 1000 are left; try again in 21 s"
        );
        assert_eq!(refused.body.get("data"), None);
        assert_eq!(refused.header("retry-after"), "21", "203 more at 10 a second");
        assert_eq!(refused.body["errors"][0]["extensions"]["retryAfter"], 21);
        let told = json!({ "estimated": 302, "available": 99, "restoresPerSecond": 10 });
        assert_eq!(*refused.cost(), told);
        assert_eq!(refused.header("ratelimit"), r#""cost";r=99;t=91"#);
        let small = ask(&app.guest(), "{ __typename }").await;
        assert_eq!(small.status, 200, "what costs less is answered");
        app.pass_seconds(21);
        assert_eq!(ask(&app.guest(), LISTINGS).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn what_costs_more_than_anybody_has_is_told_to_ask_for_less() {
    on_one(&[("PLAZA_LIMIT_ADDRESS", "200:10")], async |app: &TestApp| {
        let refused = ask(&app.guest(), LISTINGS).await;
        assert_eq!((refused.status, refused.code()), (429, "RATE_LIMITED"));
        assert!(
            refused.message().ends_with("ask for fewer rows or fields"),
            "{}",
            refused.message()
        );
        assert_eq!(refused.header("retry-after"), "");
    })
    .await;
}

#[tokio::test]
async fn each_person_and_each_address_has_their_own() {
    on_one(&SMALL, async |app: &TestApp| {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        use_up(app, Bucket::CostAddress, guests(&app.app), 1000).await;
        use_up(app, Bucket::CostPerson, person(&bruno), 2000).await;
        assert_eq!(ask(&app.guest(), LISTINGS).await.status, 429);
        assert_eq!(ask(&bruno, LISTINGS).await.status, 429);
        let elsewhere = app.guest().calling_from(2);
        assert_eq!(ask(&elsewhere, LISTINGS).await.cost()["available"], 997);
        let heard = ask(&ana, LISTINGS).await;
        assert_eq!(heard.cost()["available"], 1997);
        assert_eq!(heard.cost()["restoresPerSecond"], 50);
    })
    .await;
}

#[tokio::test]
async fn the_keys_of_a_client_share_one_bucket_which_is_not_their_persons() {
    let settings = [("PLAZA_LIMIT_CLIENT", "1000:10"), SMALL[1]];
    on_one(&settings, async |app: &TestApp| {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        publish(&app.app, "other", "own", "query Own { service { name } }").await;
        known(&app.guest(), "other", "own").await;
        let own = json!({ "documentId": "own" });
        let mut left = Vec::new();
        for (person, client) in [(&ana, "erp"), (&bruno, "erp"), (&ana, "other")] {
            let (_, with_key) = key(person, client, &["CATALOG_READ"]).await;
            let request = with_key.request(Method::POST, "/graphql").json(&own);
            let heard = Heard::of(request).await;
            assert!(heard.cost()["available"].is_u64(), "{} {}", heard.status, heard.body);
            left.push(heard.cost()["available"].clone());
        }
        assert_eq!(left, [997, 994, 997]);
        let asked = ask(&ana, "{ __typename }").await.cost()["available"].as_u64();
        assert!(asked.is_some_and(|left| left > 1000), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn without_a_limit_nothing_is_told_of_it() {
    on_one(&[], async |app: &TestApp| {
        let heard = ask(&app.guest(), LISTINGS).await;
        assert_eq!(*heard.cost(), json!({ "estimated": ESTIMATE, "actual": ACTUAL }));
        assert_eq!((heard.header("ratelimit"), heard.header("ratelimit-policy")), ("", ""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_have_no_more_than_there_is() {
    on_one(&SMALL, async |app: &TestApp| {
        let guest = app.guest();
        let asked = (0..40).map(|_| Heard::of(post(&guest, LISTINGS)));
        let heard = futures_util::future::join_all(asked).await;
        let used: u64 = heard
            .iter()
            .map(|heard| match heard.status {
                200 => heard.cost()["actual"].as_u64().expect("a number"),
                429 => 1,
                other => panic!("{other}: {}", heard.body),
            })
            .sum();
        assert_eq!(left(app, Bucket::CostAddress, guests(&app.app)).await, 1000 - used);
        let available = heard.iter().filter_map(|heard| heard.cost()["available"].as_u64());
        assert!(available.max().is_some_and(|most| most < 1000));
        assert!(heard.iter().all(|heard| heard.cost()["estimated"] != Value::Null));
    })
    .await;
}
