//! Buckets by field: accounts that are made, and questions that are asked, each time they are.

use crate::account::{PASSWORD, SIGN_UP, newcomer, try_sign_up};
use crate::support::{Backend, TestApp, done, message, on_one, refusals};
use serde_json::{Value, json};

const NONE: [&str; 0] = [];

fn fields(answer: &Value) -> Vec<Vec<String>> {
    let fields = answer.as_object().expect("fields").values();
    fields.map(refusals).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_makes_so_many_accounts_an_hour_however_they_are_packed() {
    on_one(&[("PLAZA_LIMIT_SIGN_UP", "3")], async |app: &TestApp| {
        assert_eq!(refusals(&try_sign_up(app, newcomer("rosa")).await), NONE);
        let aliases: String = (0..4)
            .map(|at| {
                format!("a{at}: signUp(input: {{ displayName: \"Rosa\", handle: \"rosa-{at}\", email: \"r{at}@correo.ni\", password: \"{PASSWORD}\" }}) {{ userErrors {{ code message field }} }} ")
            })
            .collect();
        let packed = app.guest().ask(&format!("mutation {{ {aliases} }}"), json!({})).await;
        let slowed = vec!["TOO_MANY_ATTEMPTS".to_owned()];
        assert_eq!(fields(&packed), [vec![], vec![], slowed.clone(), slowed.clone()]);
        let refused = try_sign_up(app, newcomer("carla")).await;
        assert_eq!(message(&refused, ""), "Too many accounts were made from here; try again in 20 min");
        let input = json!({ "i": newcomer("carla") });
        let mut socket = app.guest().socket().await;
        socket.subscribe("1", SIGN_UP, input.clone()).await;
        assert_eq!(refusals(&socket.data("1").await["signUp"]), slowed);
        let elsewhere = app.guest().calling_from(9).ask(SIGN_UP, input).await;
        assert_eq!(refusals(&elsewhere["signUp"]), NONE);
        app.pass_seconds(20 * 60);
        assert_eq!(refusals(&try_sign_up(app, newcomer("dora")).await), NONE);
        assert_eq!(refusals(&try_sign_up(app, newcomer("elsa")).await), slowed);
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_an_account_is_not_counted() {
    on_one(&[("PLAZA_LIMIT_SIGN_UP", "1")], async |app: &TestApp| {
        for _ in 0..3 {
            let refused =
                try_sign_up(app, json!({ "displayName": "", "handle": "x", "password": "y" }))
                    .await;
            assert!(!refusals(&refused).contains(&"TOO_MANY_ATTEMPTS".to_owned()));
        }
        assert_eq!(refusals(&try_sign_up(app, newcomer("rosa")).await), NONE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_asks_the_assistant_so_often_a_minute() {
    let app = TestApp::start_with(Backend::Sqlite, &[("PLAZA_LIMIT_QUESTIONS", "2")]).await;
    let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
    for _ in 0..2 {
        let talk = crate::assistant::alone(&ana).await;
        crate::assistant::ask(&ana, &talk, "hola").await;
    }
    let talk = crate::assistant::alone(&ana).await;
    let refused = crate::assistant::put(&ana, &talk, "hola").await;
    assert_eq!(refusals(&refused), ["TOO_MANY_ATTEMPTS conversationId"]);
    assert_eq!(
        message(&refused, "conversationId"),
        "Too many questions at once; ask again in 31 s"
    );
    let theirs = crate::assistant::alone(&bruno).await;
    done(crate::assistant::put(&bruno, &theirs, "hola").await);
    app.pass_seconds(31);
    done(crate::assistant::put(&ana, &talk, "hola").await);
    app.finish().await;
}
