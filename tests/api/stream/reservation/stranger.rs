//! Whose a stream is: the session's that reserved it, and nobody else's.

use super::super::ORDER;
use super::{SERVICE, completes, data, opening, reserve, start, started, stop, stream};
use crate::account::{refresh, sign_in, sign_up};
use crate::door::Answer;
use crate::support::{Events, Shop, on_one};
use serde_json::{Value, json};

#[tokio::test]
async fn another_session_has_no_part_in_a_stream() {
    on_one(&[], async |app| {
        let (rosa, mallory, guest) =
            (app.member("rosa").await, app.member("mallory").await, app.guest());
        let guests = reserve(&guest).await;
        let (token, mut events) = stream(&rosa).await;
        let unused = reserve(&rosa).await;
        started(&rosa, &token, "1", SERVICE, json!({})).await;
        data(&mut events, "1").await;
        for (client, token) in
            [(&mallory, &token), (&mallory, &unused), (&mallory, &guests), (&guest, &unused)]
        {
            let refused = start(client, token, "2", SERVICE, json!({})).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"));
            assert_eq!(stop(client, token, "1").await, 403);
        }
        let opened = opening(&mallory, &unused).header("accept", "text/event-stream");
        assert_eq!(Answer::of(opened).await.status, 403);
        events.is_silent().await;
        assert_eq!(start(&rosa, &token, "1", SERVICE, json!({})).await.status, 409, "it runs on");
        let mut own = Events::open(opening(&rosa, &unused)).await;
        started(&rosa, &unused, "1", SERVICE, json!({})).await;
        data(&mut own, "1").await;
    })
    .await;
}

#[tokio::test]
async fn a_stream_goes_on_under_the_next_access_token_of_its_session() {
    on_one(&[], async |app| {
        let rosa = sign_up(app, "rosa").await;
        let (token, mut events) = stream(&rosa.client).await;
        let next = refresh(app, &rosa.refresh).await;
        let next = next["tokens"]["accessToken"].as_str().expect("a token").to_owned();
        // Another device of hers is another session.
        let other = sign_in(app, "rosa").await;
        assert_eq!(start(&other.client, &token, "1", SERVICE, json!({})).await.status, 403);
        let query = "{ viewer { user { handle } } }";
        started(&rosa.client.with_token(&next), &token, "1", query, json!({})).await;
        assert_eq!(data(&mut events, "1").await["viewer"]["user"]["handle"], "rosa");
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_followed_is_a_result_with_errors_and_the_end() {
    on_one(&[], async |app| {
        let shop = Shop::open(app).await;
        let order = shop.place().await;
        let mallory = app.member("mallory").await;
        let (token, mut events) = stream(&mallory).await;
        started(&mallory, &token, "1", ORDER, json!({ "id": order })).await;
        let result = events.result().await;
        assert_eq!((&result["id"], &result["payload"]["data"]), (&json!("1"), &Value::Null));
        assert!(result["payload"]["errors"][0]["message"].is_string(), "{result}");
        completes(&mut events, "1").await;
        started(&mallory, &token, "1", SERVICE, json!({})).await;
        data(&mut events, "1").await;
    })
    .await;
}
