//! Logs, spans and figures hold no secret and nothing personal, at whatever level: a server is sent
//! all kinds of them, and everything that it wrote is searched.

use crate::account::{PASSWORD, SIGN_IN, SIGN_UP};
use crate::support::{Backend, Client, TestApp, free_port, refusals};
use crate::trace::collector;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const KEY: &str = "plaza_live_3vX9qLm2TtR8wYb6";
const NEW_PASSWORD: &str = "ometepe tiene dos picos";
const VIEWER: &str = "{ viewer { user { id } email phone } }";

/// What is planted besides tokens, which the server makes
const PLANTED: [&str; 15] = [
    PASSWORD,
    NEW_PASSWORD,
    "clave equivocada",
    "rosa.martinez@correo.ni",
    "otra.persona@correo.ni",
    "8888 4321",
    "88884321",
    KEY,
    "ein-fremdes-token",
    "marked-in-variables",
    "marked-in-query",
    "marked-in-a-literal",
    "marked-in-a-cookie",
    "database-password",
    "a secret for tests alone",
];

/// A server that writes down all it can, and where
struct Talkative {
    server: Child,
    log: PathBuf,
    spans: std::sync::mpsc::Receiver<Vec<u8>>,
    client: Client,
}

impl Talkative {
    async fn start(app: &TestApp) -> Self {
        let (port, (collects, spans)) = (free_port(), collector());
        let log = app.app.config.data_dir.join("log");
        let settings = app.settings().into_iter().map(|(name, value)| {
            let value = value.replace("postgres@", "postgres:database-password@");
            (name, value)
        });
        let server = Command::new(env!("CARGO_BIN_EXE_plaza"))
            .arg("serve")
            .env_clear()
            .envs(settings)
            .env("PLAZA_LISTEN", format!("127.0.0.1:{port}"))
            .env("PLAZA_LOG", "trace")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{collects}"))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).expect("makes the log"))
            .spawn()
            .expect("starts");
        let client = app.guest().speaking_to(&format!("http://127.0.0.1:{port}"));
        let mut tries = 0;
        while client.request(Method::GET, "/ready").send().await.is_err() {
            assert!(tries < 600, "it does not start");
            tries += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self { server, log, spans, client }
    }

    /// Stops it: everything that it wrote, and everything that it told the collector
    async fn stop(mut self) -> (String, String) {
        Command::new("kill").arg(self.server.id().to_string()).status().expect("kills");
        tokio::task::spawn_blocking(move || {
            assert!(self.server.wait().expect("ends").success());
            let spans: Vec<u8> = self.spans.try_iter().flatten().collect();
            let log = std::fs::read_to_string(&self.log).expect("a log");
            (log, String::from_utf8_lossy(&spans).into_owned())
        })
        .await
        .expect("waits")
    }
}

/// The tokens of a payload
fn tokens(payload: &Value) -> [String; 2] {
    ["accessToken", "refreshToken"].map(|name| {
        let token = payload["tokens"][name].as_str();
        token.unwrap_or_else(|| panic!("tokens were expected: {payload:#}")).to_owned()
    })
}

/// Signs up and in, rightly and wrongly; all tokens that came of it.
async fn come_and_go(guest: &Client) -> Vec<String> {
    let input = json!({ "displayName": "Rosa Martínez", "handle": "rosa", "password": PASSWORD,
        "email": "rosa.martinez@correo.ni", "phone": "+505 8888 4321" });
    let signed_up = guest.ask(SIGN_UP, json!({ "i": input })).await;
    let mut seen = tokens(&signed_up["signUp"]).to_vec();
    for (login, password) in [
        ("rosa.martinez@correo.ni", "clave equivocada"),
        ("otra.persona@correo.ni", PASSWORD),
        ("+505 8888 4321", PASSWORD),
    ] {
        let input = json!({ "login": login, "password": password });
        let answer = guest.ask(SIGN_IN, json!({ "i": input })).await;
        if password == PASSWORD && login.starts_with('+') {
            seen.extend(tokens(&answer["signIn"]));
        }
    }
    let rosa = guest.with_token(&seen[0]);
    let request = rosa.request(Method::POST, "/graphql").header("content-type", "application/json");
    let request = request.header("x-request-id", "a-request-that-is-found");
    request.body(json!({ "query": VIEWER }).to_string()).send().await.expect("answers");
    let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW_PASSWORD });
    let change = "mutation($i: PasswordChangeInput!) { passwordChange(input: $i) { userErrors { code field } } }";
    assert_eq!(refusals(&rosa.ask(change, json!({ "i": input })).await["passwordChange"]), [""; 0]);
    let refresh = "mutation($t: String!) { sessionRefresh(refreshToken: $t) { tokens { accessToken refreshToken } userErrors { code field } } }";
    let next = guest.ask(refresh, json!({ "t": seen[1] })).await;
    seen.extend(tokens(&next["sessionRefresh"]));
    seen
}

/// Sends what is wrong in all the places where a secret may stand.
async fn send_rubbish(guest: &Client) {
    let bodies = [
        r#"{"query":"{ user(handle: \"marked-in-a-literal\") { id } }"}"#,
        r#"{"query":"{ usr(handle: \"marked-in-a-literal\") { id } }"}"#,
        r#"{"query":"{ user(handle: \"marked-in-a-literal\" { id } }"}"#,
        r#"{"query":"query($h: Int!) { user(handle: $h) { id } }","variables":{"h":"marked-in-variables"}}"#,
        r#"{"query":"query($h: String!) { user(handle: $h) { id } }","variables":{"h":"marked-in-variables"}}"#,
        r#"{"query":"{ __typename }","variables":"marked-in-variables"#,
    ];
    let token = KEY;
    for body in bodies {
        let request = guest.request(Method::POST, "/graphql").body(body);
        let request = request.header("content-type", "application/json").header("x-api-key", token);
        request.header("cookie", "session=marked-in-a-cookie").send().await.expect("answers");
    }
    for authorization in [
        format!("Bearer {KEY}"),
        "Bearer ein-fremdes-token".into(),
        format!("Basic {KEY}"),
        KEY.into(),
    ] {
        let request = guest.request(Method::POST, "/graphql").body(bodies[0]);
        let request = request.header("content-type", "application/json");
        let status =
            request.header("authorization", authorization).send().await.expect("answers").status();
        assert_eq!(status, 401);
    }
    let http2 = reqwest::Client::builder().http2_prior_knowledge().build().expect("builds");
    let request = http2.post(format!("{}/graphql", guest.url())).bearer_auth(KEY).body(bodies[4]);
    let request = request.header("content-type", "application/json");
    request.header("cookie", "session=marked-in-a-cookie").send().await.expect("answers");
    for path in [
        "/graphql?query=query($h:String!){user(handle:$h){id}}&variables={\"h\":\"marked-in-query\"}",
        "/graphql?query={marked-in-query}",
        "/nothing/plaza_live_3vX9qLm2TtR8wYb6?token=marked-in-query",
    ] {
        guest
            .request(Method::GET, path)
            .header("apollo-require-preflight", "1")
            .send()
            .await
            .expect("answers");
    }
}

/// Over a socket: a token and variables in messages.
async fn speak(rosa: &Client) {
    let mut socket = rosa.socket().await;
    let query = "query($h: String!) { user(handle: $h) { id } }";
    socket.subscribe("1", query, json!({ "h": "marked-in-variables" })).await;
    socket.data("1").await;
    let mut stranger = rosa.raw_socket(&[("sec-websocket-protocol", "graphql-transport-ws")]).await;
    let payload = json!({ "Authorization": format!("Bearer {KEY}") });
    stranger.say(json!({ "type": "connection_init", "payload": payload })).await;
    stranger.closes().await;
}

/// Faults with values at hand: a table that is away, and one that refuses a row.
async fn fail(app: &TestApp, guest: &Client, rosa: &Client) {
    let db = app.app.db.raw_writer();
    let input = json!({ "displayName": "Otra", "handle": "otra", "password": PASSWORD,
        "email": "otra.persona@correo.ni" });
    for (break_it, mend_it) in [
        ("ALTER TABLE credential RENAME TO away", "ALTER TABLE away RENAME TO credential"),
        ("CREATE UNIQUE INDEX odd ON \"user\" (locale)", "DROP INDEX odd"),
    ] {
        db.execute_unprepared(break_it).await.expect("breaks");
        let error = guest.fail(SIGN_UP, json!({ "i": input })).await;
        assert_eq!(error["message"], "Something went wrong");
        db.execute_unprepared(mend_it).await.expect("mends");
    }
    db.execute_unprepared("ALTER TABLE session RENAME TO away").await.expect("breaks");
    assert_eq!(rosa.send(VIEWER, json!({})).await.status, 503);
    db.execute_unprepared("ALTER TABLE away RENAME TO session").await.expect("mends");
}

async fn nothing_secret_is_written(backend: Backend) {
    let app = TestApp::start(backend).await;
    let talkative = Talkative::start(&app).await;
    let guest = talkative.client.clone();
    let tokens = come_and_go(&guest).await;
    let rosa = guest.with_token(&tokens[4]);
    rosa.ask(VIEWER, json!({})).await;
    send_rubbish(&guest).await;
    speak(&rosa).await;
    fail(&app, &guest, &rosa).await;
    let figures = guest.request(Method::GET, "/metrics").send().await.expect("answers");
    let figures = figures.text().await.expect("a text");
    let (log, spans) = talkative.stop().await;
    assert!(
        log.contains("request failed") && log.contains("DEBUG"),
        "all was written: {log:.2000}"
    );
    assert!(spans.contains("db.query") && figures.contains("plaza_http_requests_total"));
    assert!(log.contains("a-request-that-is-found"), "the request's own id is no secret");
    let quiet = |line: &&str| line.contains("DEBUG") || line.contains("TRACE");
    let libraries: Vec<_> =
        log.lines().filter(quiet).filter(|line| !line.contains("plaza::")).collect();
    assert_eq!(libraries, [""; 0], "only Plaza itself speaks below INFO");
    for (name, text) in [("log", &log), ("spans", &spans), ("figures", &figures)] {
        for secret in PLANTED.into_iter().chain(tokens.iter().map(String::as_str)) {
            let at = text.find(secret);
            let around = at.map(|at| {
                String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(300)..at + secret.len()])
            });
            assert_eq!(around, None, "{name} hold {secret:?}");
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_is_written_on_sqlite() {
    nothing_secret_is_written(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_secret_is_written_on_postgres() {
    nothing_secret_is_written(Backend::Postgres).await;
}
