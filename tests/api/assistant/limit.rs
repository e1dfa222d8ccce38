//! One question at a time, and so many a day.

use super::{alone, ask, ended, last, put};
use crate::support::{Answer, Backend, Endpoint, TestApp, done, on_one, refusals};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_many_questions_are_answered_a_day() {
    on_one(&[("ASSISTANT_DAILY_LIMIT", "2")], async |app| {
        let (ana, bruno) = (app.patient("ana").await, app.member("bruno").await);
        for _ in 0..2 {
            let talk = alone(&ana).await;
            ask(&ana, &talk, "hola").await;
        }
        let talk = alone(&ana).await;
        let refused = put(&ana, &talk, "hola").await;
        assert_eq!(refusals(&refused), ["TOO_MANY_ATTEMPTS conversationId"]);
        assert!(
            refused["userErrors"][0]["message"]
                .as_str()
                .expect("a sentence")
                .contains("2 questions a day")
        );
        assert_eq!(last(&ana, &talk).await["lastMessage"], json!(null), "nothing was written");
        let theirs = alone(&bruno).await;
        ask(&bruno, &theirs, "hola").await;
        app.pass_seconds(24 * 3600);
        ask(&ana, &talk, "hola").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_question_waits_for_the_reply() {
    let endpoint = Endpoint::start([Answer::stream().says("Un ").hangs()]).await;
    let app = TestApp::start_with(Backend::Sqlite, &endpoint.settings()).await;
    let ana = app.member("ana").await;
    let talk = alone(&ana).await;
    done(put(&ana, &talk, "uno").await);
    assert_eq!(refusals(&put(&ana, &talk, "dos").await), ["CONFLICT conversationId"]);
    // In another conversation it may be asked.
    let other = alone(&ana).await;
    endpoint.now([Answer::text(&["Hola."])]);
    assert_eq!(ask(&ana, &other, "tres").await["body"], "Hola.");
    // The first breaks off after the longest silence.
    assert_eq!(ended(&ana, &talk).await["status"], "FAILED");
    assert_eq!(ask(&ana, &talk, "cuatro").await["body"], "Hola.");
    app.finish().await;
}
