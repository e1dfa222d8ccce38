//! TLS: certificates of all kinds, good and bad, renewed and ended; HTTP/2, WebSockets, and clients
//! that speak something else.

use super::command::{plaza, run};
use super::{Answer, body};
use crate::support::{Backend, TestApp};
use futures_util::{SinkExt, StreamExt};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use reqwest::{Method, Version};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// What has not come by then does not come
const PATIENCE: Duration = Duration::from_secs(20);
const HSTS: &str = "strict-transport-security";

/// A certificate that trusts itself, and its key, as PEM
struct Pair {
    cert: String,
    key: String,
}

impl Pair {
    fn good() -> Self {
        Self::until(2100)
    }

    /// Ends with the first day of a year
    fn until(year: i32) -> Self {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).expect("names");
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let cert = params.self_signed(&key).expect("signs");
        Self { cert: cert.pem(), key: key.serialize_pem() }
    }

    fn write(&self, folder: &Path) {
        std::fs::write(folder.join("cert.pem"), &self.cert).expect("writes");
        std::fs::write(folder.join("key.pem"), &self.key).expect("writes");
    }

    /// Trusts this certificate and no other
    fn client(&self) -> reqwest::ClientBuilder {
        let root = reqwest::Certificate::from_pem(self.cert.as_bytes()).expect("a certificate");
        reqwest::Client::builder().tls_certs_only([root])
    }

    /// The same on a bare connection
    async fn connect(&self, address: &str) -> tokio_rustls::client::TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(self.cert.as_bytes()).expect("PEM"))
            .expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("versions");
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(address).await.expect("connects");
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("shakes hands")
    }
}

fn files(folder: &TempDir) -> [String; 2] {
    ["cert.pem", "key.pem"].map(|name| folder.path().join(name).display().to_string())
}

/// Plaza with a certificate, the folder that it is in, and further settings
async fn start(pair: &Pair, settings: &[(&str, &str)]) -> (TestApp, TempDir) {
    let folder = TempDir::new().expect("a folder");
    pair.write(folder.path());
    let [cert, key] = files(&folder);
    let tls = [("PLAZA_TLS_CERT", cert.as_str()), ("PLAZA_TLS_KEY", key.as_str())];
    let app = TestApp::start_with(Backend::Sqlite, &[&tls, settings].concat()).await;
    assert!(app.url.starts_with("https://"));
    (app, folder)
}

async fn names_itself(client: &reqwest::Client, app: &TestApp) -> Option<Version> {
    let request = client.request(Method::POST, format!("{}/graphql", app.url));
    let request = request.header("content-type", "application/json");
    let answer = request.body(body("{ service { name } }", json!({}))).send().await.ok()?;
    let version = answer.version();
    let told: Value = answer.json().await.ok()?;
    (told["data"]["service"]["name"] == "Plaza").then_some(version)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_1_and_2_are_spoken_and_told_to_stay() {
    let pair = Pair::good();
    let (app, _folder) = start(&pair, &[]).await;
    for (client, version) in [
        (pair.client().http1_only(), Version::HTTP_11),
        (pair.client(), Version::HTTP_2),
        (pair.client().tls_version_max(reqwest::tls::Version::TLS_1_2), Version::HTTP_2),
    ] {
        let client = client.build().expect("builds");
        assert_eq!(names_itself(&client, &app).await, Some(version));
        for path in ["/", "/health", "/nothing"] {
            let answer = Answer::of(client.get(format!("{}{path}", app.url))).await;
            assert_eq!(answer.header(HSTS), "max-age=63072000", "{path}");
        }
    }
    let stranger = Pair::good().client().build().expect("builds");
    assert_eq!(names_itself(&stranger, &app).await, None, "who trusts another is not fooled");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_socket_runs_under_tls() {
    let pair = Pair::good();
    let (app, _folder) = start(&pair, &[]).await;
    let address = app.url.trim_start_matches("https://");
    let mut request = format!("wss://{address}/graphql").into_client_request().expect("a request");
    let protocol = "graphql-transport-ws".parse().expect("a value");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let stream = pair.connect(address).await;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("opens");
    let follow = json!({ "query": "subscription { service { name } }" });
    for said in [
        json!({ "type": "connection_init" }),
        json!({ "type": "subscribe", "id": "1", "payload": follow }),
    ] {
        socket.send(Message::text(said.to_string())).await.expect("takes it");
        let heard =
            tokio::time::timeout(PATIENCE, socket.next()).await.expect("hears").expect("open");
        let heard: Value =
            serde_json::from_str(heard.expect("a message").to_text().expect("text")).expect("JSON");
        if said["type"] == "subscribe" {
            assert_eq!(heard["payload"]["data"]["service"]["name"], "Plaza", "{heard}");
        }
    }
    drop(socket);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_something_else_or_nothing_keeps_nobody_waiting() {
    let pair = Pair::good();
    let (app, _folder) = start(&pair, &[]).await;
    let address = app.url.trim_start_matches("https://");
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(address).await.expect("connects"));
    }
    let mut plain = TcpStream::connect(address).await.expect("connects");
    plain.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writes");
    let mut answer = Vec::new();
    // An alert of TLS, or nothing; the connection ends.
    tokio::time::timeout(PATIENCE, plain.read_to_end(&mut answer)).await.expect("is let go").ok();
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    let client = pair.client().build().expect("builds");
    assert_eq!(names_itself(&client, &app).await, Some(Version::HTTP_2));
    let mut last = silent.pop().expect("one");
    let ended = tokio::time::timeout(PATIENCE, last.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "who says nothing is let go");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_never() {
    let (first, second) = (Pair::good(), Pair::good());
    let (app, folder) = start(&first, &[]).await;
    let before = first.client().build().expect("builds");
    assert!(names_itself(&before, &app).await.is_some());
    // What is written in two steps, or is broken, changes nothing.
    std::fs::write(folder.path().join("cert.pem"), &second.cert).expect("writes");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(names_itself(&first.client().build().expect("builds"), &app).await.is_some());
    second.write(folder.path());
    let begun = Instant::now();
    while names_itself(&second.client().build().expect("builds"), &app).await.is_none() {
        assert!(begun.elapsed() < PATIENCE, "the new one does not come");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(
        names_itself(&first.client().build().expect("builds"), &app).await.is_none(),
        "the old one is gone"
    );
    assert!(names_itself(&before, &app).await.is_some(), "connections from before go on");
    std::fs::remove_file(folder.path().join("key.pem")).expect("removes");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(names_itself(&second.client().build().expect("builds"), &app).await.is_some());
    app.finish().await;
}

#[test]
fn files_that_can_not_be_used_are_named_and_nothing_is_served() {
    let (one, other) = (Pair::good(), Pair::good());
    let garbage = "-----BEGIN CERTIFICATE-----\nkein Zertifikat\n-----END CERTIFICATE-----\n";
    let hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (cert, key, told) in [
        (None, Some(one.key.as_str()), "PLAZA_TLS_CERT: {cert} can't be read: No such file"),
        (Some(one.cert.as_str()), None, "PLAZA_TLS_KEY: {key} can't be read: No such file"),
        (Some(""), Some(&one.key), "PLAZA_TLS_CERT: {cert} holds no certificate in PEM"),
        (Some(&one.key), Some(&one.key), "PLAZA_TLS_CERT: {cert} holds no certificate in PEM"),
        (Some(garbage), Some(&one.key), "PLAZA_TLS_CERT: {cert} is broken"),
        (Some(hollow), Some(&one.key), "PLAZA_TLS_CERT: {cert} is broken"),
        (Some(&one.cert), Some(""), "PLAZA_TLS_KEY: {key} holds no private key in PEM"),
        (Some(&one.cert), Some(&one.cert), "PLAZA_TLS_KEY: {key} holds no private key in PEM"),
        (
            Some(&one.cert),
            Some(&other.key),
            "PLAZA_TLS_KEY: {key} is not the key of the certificate in {cert}",
        ),
    ] {
        let folder = TempDir::new().expect("a folder");
        for (name, text) in [("cert.pem", cert), ("key.pem", key)] {
            if let Some(text) = text {
                std::fs::write(folder.path().join(name), text).expect("writes");
            }
        }
        let [cert, key] = files(&folder);
        let environment = [
            ("PLAZA_TLS_CERT", cert.as_str()),
            ("PLAZA_TLS_KEY", &key),
            ("PLAZA_LISTEN", "127.0.0.1:0"),
        ];
        let told = told.replace("{cert}", &cert).replace("{key}", &key);
        let served = run(folder.path(), &environment, &["serve"]);
        assert_eq!(served.code, 1, "{}", served.err);
        assert!(served.err.contains(&told), "{told}: {}", served.err);
        let checked = run(folder.path(), &environment, &["check"]);
        assert!(checked.code == 1 && checked.out.contains(&told), "{told}: {}", checked.out);
        let secret = one.key.lines().nth(1).expect("a line");
        assert!(!format!("{}{}{}", served.err, checked.out, checked.err).contains(secret));
    }
}

#[test]
fn check_says_when_the_certificate_ends() {
    for (year, code, told) in [
        (2100, 0, "certificate until 2100-01-01"),
        (2020, 1, "until 2020-01-01 00:00:00 UTC: ended"),
    ] {
        let folder = TempDir::new().expect("a folder");
        Pair::until(year).write(folder.path());
        let [cert, key] = files(&folder);
        let environment = [("PLAZA_TLS_CERT", cert.as_str()), ("PLAZA_TLS_KEY", key.as_str())];
        run(folder.path(), &environment, &["migrate", "up"]);
        let said = run(folder.path(), &environment, &["check"]);
        assert_eq!(said.code, code, "{} {}", said.out, said.err);
        assert!(said.out.contains(told), "{}", said.out);
    }
    let folder = TempDir::new().expect("a folder");
    let alone = run(folder.path(), &[("PLAZA_TLS_CERT", "cert.pem")], &["check"]);
    assert!(
        alone.code == 78 && alone.err.contains("PLAZA_TLS_KEY is demanded with PLAZA_TLS_CERT"),
        "{}",
        alone.err
    );
}

#[test]
fn the_binary_serves_by_tls_and_says_so() {
    let folder = TempDir::new().expect("a folder");
    Pair::good().write(folder.path());
    let [cert, key] = files(&folder);
    let environment = [
        ("PLAZA_TLS_CERT", cert.as_str()),
        ("PLAZA_TLS_KEY", &key),
        ("PLAZA_LISTEN", "127.0.0.1:0"),
    ];
    let mut server = plaza(folder.path(), &environment, &["serve", "--demo"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut lines =
        std::io::BufRead::lines(std::io::BufReader::new(server.stdout.take().expect("a pipe")));
    let told = lines.find_map(|line| line.ok().filter(|line| line.contains("GraphiQL")));
    assert!(told.is_some_and(|line| line.contains("https://127.0.0.1:")));
    server.kill().expect("ends");
    server.wait().expect("has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_that_speaks_tls_is_told_to_stay_too() {
    for (proxies, lines, hsts) in [
        ("127.0.0.0/8", &[("x-forwarded-proto", "https")][..], true),
        (
            "127.0.0.0/8",
            &[("x-forwarded-proto", "HTTPS"), ("x-forwarded-for", "203.0.113.7")],
            true,
        ),
        ("127.0.0.0/8", &[("forwarded", "for=203.0.113.7;proto=https")], true),
        ("127.0.0.0/8", &[("x-forwarded-proto", "https, http")], false),
        ("127.0.0.0/8", &[("x-forwarded-proto", "http")], false),
        ("127.0.0.0/8", &[], false),
        ("10.0.0.0/8", &[("x-forwarded-proto", "https")], false),
        ("", &[("forwarded", "for=203.0.113.7;proto=https")], false),
    ] {
        let app = TestApp::start_with(Backend::Sqlite, &[("PLAZA_TRUSTED_PROXIES", proxies)]).await;
        let mut request = app.guest().request(Method::GET, "/health");
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        assert_eq!(!Answer::of(request).await.header(HSTS).is_empty(), hsts, "{proxies} {lines:?}");
        app.finish().await;
    }
}
