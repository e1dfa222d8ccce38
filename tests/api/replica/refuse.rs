//! What is no position, and what is no replica.

use super::{HEADER, READ, until};
use crate::door::command::{Said, run};
use crate::support::{Backend, Client, MakeStore, Process, TestApp, free_port, on_both};
use plaza::db::{Dialect, WalPosition};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

const RUBBISH: [&str; 5] = ["0/3000148", "1", "7", "1AAAAAAAAAAAAAAAAAAAAAAAA", "ñ"];

/// `plaza check` with these settings
fn check(settings: &[(String, String)]) -> Said {
    let folder = TempDir::new().expect("a temporary folder");
    let pairs = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    run(folder.path(), &pairs.collect::<Vec<_>>(), &["check"])
}

async fn sent(client: &Client, body: &Value, position: Option<&str>) -> Response {
    let mut request = client.request(Method::POST, "/graphql").json(body);
    if let Some(position) = position {
        request = request.header(HEADER, position.as_bytes());
    }
    request.send().await.expect("answers")
}

/// The one error of a request that is refused as a bad one
async fn refused(response: Response) -> String {
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{body:#}");
    body["errors"][0]["message"].as_str().expect("a sentence").to_owned()
}

on_both! {
    async fn rubbish_is_a_bad_request_that_names_where_it_stands(app: &TestApp) {
        let guest = app.guest();
        for rubbish in RUBBISH {
            let body = json!({ "query": "{ __typename }" });
            let said = refused(sent(&guest, &body, Some(rubbish)).await).await;
            assert!(said.contains("Plaza-Position"), "{said}");
            let body = json!({ "query": "{ __typename }", "extensions": { "position": rubbish } });
            let said = refused(sent(&guest, &body, None).await).await;
            assert!(said.contains("extensions.position"), "{said}");
        }
        let none = json!({ "query": "{ __typename }", "extensions": { "position": null } });
        assert_eq!(sent(&guest, &none, Some("")).await.status(), 200);
    }
}

on_both! {
    async fn mutations_tell_a_position_where_there_may_be_replicas(app: &TestApp) {
        let owner = app.member("berta").await;
        MakeStore::new("rotulo").by(&owner).await;
        let question = json!({ "query": READ, "variables": { "h": "rotulo" } });
        let far = app.app.positions.seal(WalPosition::UNKNOWN);
        let read = sent(&owner, &question, Some(&far)).await;
        assert!(read.headers().get(HEADER).is_none(), "a query changes nothing");
        let read: Value = read.json().await.expect("JSON");
        assert_eq!(read["data"]["store"]["name"], "Tienda rotulo", "the primary knows it");
        assert_eq!(read["extensions"].get("position"), None);

        let refused = "mutation { storeUpdate(input: {id: \"x\"}) { userErrors { code } } }";
        let told = sent(&owner, &json!({ "query": refused }), None).await;
        let header = told.headers().get(HEADER).cloned();
        let body: Value = told.json().await.expect("JSON");
        match app.app.db.dialect() {
            Dialect::Postgres => {
                let header = header.expect("a position");
                assert_eq!(body["extensions"]["position"], header.to_str().expect("ASCII"));
            }
            Dialect::Sqlite => {
                assert_eq!((header, body["extensions"].get("position")), (None, None));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_is_no_replica() {
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let mut settings = app.settings();
    let url =
        settings.iter().find(|(name, _)| name == "DATABASE_URL").expect("a database").1.clone();
    let url = url.replacen("postgres@", "postgres:geheim@", 1);
    let gone = format!("postgres://postgres:geheim@127.0.0.1:{}/plaza", free_port());
    let urls = format!("{url},{gone}");
    let server = Process::start(&app, &[("DATABASE_REPLICA_URLS", &urls)]).await;
    let guest = server.client(&app.guest());
    let there = async |path: &str| {
        guest
            .request(Method::GET, path)
            .send()
            .await
            .expect("answers")
            .text()
            .await
            .expect("a text")
    };
    until(async || there("/metrics").await.contains("plaza_replica_up{replica=\"2\"} 0")).await;
    for _ in 0..20 {
        guest.ask("{ listings(first: 1) { totalCount } }", json!({})).await;
    }
    let figures = there("/metrics").await;
    assert!(figures.contains("plaza_replica_up{replica=\"1\"} 0"), "{figures}");
    assert!(!figures.contains("plaza_db_statements_total{role=\"replica\"}"), "{figures}");
    let ready: Value = serde_json::from_str(&there("/ready").await).expect("JSON");
    assert_eq!(
        ready,
        json!({
        "status": "degraded", "dependencies": { "database": "up", "replica 1": "down", "replica 2": "down" } })
    );

    settings.push(("DATABASE_REPLICA_URLS".to_owned(), urls));
    let said = check(&settings);
    assert_eq!(said.code, 1);
    for number in 1..=2 {
        let named = said.out.lines().find(|line| line.starts_with(&format!("replica {number}")));
        assert!(named.is_some_and(|line| line.contains(" 127.0.0.1:")), "{}", said.out);
    }
    assert!(said.out.contains("it is a primary, and no replica"), "{}", said.out);
    assert!(said.out.contains("can't be reached"), "{}", said.out);
    assert!(
        !said.out.contains("geheim") && !said.err.contains("geheim"),
        "{}{}",
        said.out,
        said.err
    );
    drop(server);
    app.finish().await;
}

#[test]
fn sqlite_has_no_replicas() {
    let settings =
        [("DATABASE_REPLICA_URLS".to_owned(), "postgres://db2.internal/plaza".to_owned())];
    let said = check(&settings);
    assert_ne!(said.code, 0);
    let expected = "DATABASE_URL is demanded with DATABASE_REPLICA_URLS";
    assert!(said.err.contains(expected) && said.err.contains("postgres://"), "{}", said.err);
}
