//! Automatic persisted queries, as Apollo's clients send them.

use super::{code, mode, post, within_a_second};
use crate::support::{Client, on_both};
use plaza::entities::ClientMode;
use serde_json::{Value, json};

const TEXT: &str = "query Version { service { name } }";

async fn send(client: &Client, text: Option<&str>, of: &str) -> Value {
    let hash = plaza::app::hex(&<sha2::Sha256 as sha2::Digest>::digest(of));
    let mut body =
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(text) = text {
        body["query"] = json!(text);
    }
    post(client, "", body).await
}

on_both! {
    async fn who_is_signed_in_registers_what_is_valid(app: &TestApp) {
        let person = app.member("elena").await;
        assert_eq!(code(&send(&person, None, TEXT).await), "PERSISTED_QUERY_NOT_FOUND");
        assert_eq!(code(&send(&app.guest(), None, TEXT).await), "PERSISTED_QUERY_NOT_SUPPORTED");
        // A guest's text is answered, and not kept.
        assert_eq!(code(&send(&app.guest(), Some(TEXT), TEXT).await), "");
        assert_eq!(code(&send(&person, None, TEXT).await), "PERSISTED_QUERY_NOT_FOUND");
        assert_eq!(code(&send(&person, Some(TEXT), TEXT).await), "");
        let answer = send(&person, None, TEXT).await;
        assert_eq!(answer["data"]["service"]["name"], "Plaza", "{answer:#}");
        for wrong in ["query Wrong { nothing }", "query {", "query Wrong($a: Nothing) { service { name } }"] {
            assert_ne!(code(&send(&person, Some(wrong), wrong).await), "");
            assert_eq!(code(&send(&person, None, wrong).await), "PERSISTED_QUERY_NOT_FOUND", "{wrong}");
        }
        // Where free texts are no longer taken, neither are registered ones.
        mode(app, "*", ClientMode::RequireId).await;
        within_a_second(|| send(&person, None, TEXT), |answer| code(answer) == "PERSISTED_QUERY_NOT_IN_LIST").await;
        mode(app, "*", ClientMode::Safelist).await;
        within_a_second(|| send(&person, None, TEXT), |answer| code(answer) == "PERSISTED_QUERY_NOT_FOUND").await;
        assert_eq!(code(&send(&person, Some(TEXT), TEXT).await), "QUERY_NOT_IN_SAFELIST");
    }
}
