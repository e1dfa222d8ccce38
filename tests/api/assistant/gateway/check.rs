//! `plaza check` says whether the endpoint answers, and whether it takes the key; `/ready` needs none.

use crate::support::{Answer, Endpoint, free_port, on_one};
use plaza::config::Config;
use plaza::gateways::assistant::{Reach, reach};

async fn reached(settings: [(&str, &str); 3]) -> Reach {
    let config = Config::from_pairs(settings).expect("the settings hold");
    reach(&config.assistant.expect("it is set")).await.expect("a client is made")
}

#[tokio::test]
async fn any_answer_is_one_and_a_refused_key_is_told() {
    for (status, expected) in [
        (200, Reach::Answers),
        (404, Reach::Answers),
        (500, Reach::Answers),
        (401, Reach::RefusesKey),
        (403, Reach::RefusesKey),
    ] {
        let endpoint = Endpoint::start([Answer::error(status)]).await;
        assert_eq!(reached(endpoint.settings()).await, expected, "{status}");
        let asked = endpoint.asked().pop().expect("it was asked");
        assert_eq!(asked.line, "GET /v1/models");
    }
}

#[tokio::test]
async fn an_endpoint_that_hangs_or_is_away_is_silent() {
    let endpoint = Endpoint::start([Answer::silence()]).await;
    assert_eq!(reached(endpoint.settings()).await, Reach::Silent);
    let url = format!("http://127.0.0.1:{}/v1", free_port());
    let away = [("ASSISTANT_URL", url.as_str()), ("ASSISTANT_KEY", "k"), ("ASSISTANT_MODEL", "m")];
    assert_eq!(reached(away).await, Reach::Silent);
}

#[tokio::test]
async fn a_server_is_ready_without_its_assistant() {
    let url = format!("http://127.0.0.1:{}/v1", free_port());
    let settings = [("ASSISTANT_URL", url.as_str()), ("ASSISTANT_MODEL", "m")];
    on_one(&settings, async |app| {
        assert!(app.app.assistant.is_configured());
        let ready = reqwest::get(format!("{}/ready", app.url)).await.expect("it answers");
        assert_eq!(ready.status(), 200);
    })
    .await;
}
