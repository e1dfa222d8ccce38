//! Rubbish is not free: a document that is refused has cost its reading, and whoever has nothing left
//! is refused unread.

use super::{Heard, ask, guests, left, use_up};
use crate::support::{TestApp, on_one};
use plaza::limits::Bucket;
use reqwest::Method;

const SMALL: [(&str, &str); 1] = [("PLAZA_LIMIT_ADDRESS", "1000:10")];

#[tokio::test]
async fn a_refused_document_costs_by_its_size() {
    on_one(&SMALL, async |app: &TestApp| {
        let mut rest = 1000;
        for (document, cost) in [
            ("{ nope }".to_owned(), 1),
            ("{ nope".to_owned(), 1),
            ("{ nope }".to_owned(), 1),
            (format!("{{ nope }} #{}", "x".repeat(20_000)), 101),
            ("{ a: b ".repeat(30), 2),
        ] {
            let heard = ask(&app.guest(), &document).await;
            assert!(heard.status == 200 || heard.status == 400, "{}", heard.body);
            assert!(heard.body.get("data").is_none(), "{}", heard.body);
            rest -= cost;
            assert_eq!(
                left(app, Bucket::CostAddress, guests(&app.app)).await,
                rest,
                "{document:.40}"
            );
            assert!(heard.header("ratelimit").starts_with(&format!("\"cost\";r={rest};")));
        }
    })
    .await;
}

#[tokio::test]
async fn what_comes_by_the_wrong_way_costs_no_more() {
    on_one(&SMALL, async |app: &TestApp| {
        let mutation = "mutation%7BsignOut%7BuserErrors%7Bcode%7D%7D%7D";
        let got = app.guest().request(Method::GET, &format!("/graphql?query={mutation}"));
        assert_eq!(Heard::of(got).await.status, 405);
        assert_eq!(left(app, Bucket::CostAddress, guests(&app.app)).await, 999);
        let plain = ask(&app.guest(), "subscription { inboxUpdates { kind } }").await;
        assert_eq!(plain.status, 406);
        assert_eq!(left(app, Bucket::CostAddress, guests(&app.app)).await, 998);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_nothing_left_is_refused_unread() {
    on_one(&SMALL, async |app: &TestApp| {
        use_up(app, Bucket::CostAddress, guests(&app.app), 1000).await;
        for document in ["{ nope }", "{ nope", "{ __typename }"] {
            let heard = ask(&app.guest(), document).await;
            assert_eq!((heard.status, heard.code()), (429, "RATE_LIMITED"), "{document}");
            assert_eq!(heard.header("retry-after"), "1");
        }
    })
    .await;
}
