//! Files on their way in: the multipart request specification, and what is no such thing.

use super::{FIELDS, lines, market, parts, send};
use crate::support::on_one;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_taken_from_people_who_are_signed_in() {
    on_one(&[], async |app| {
        let (_, store) = market(app).await;
        let (status, body) = send(&app.guest(), &store, "menu.csv", lines(1).as_bytes()).await;
        assert_eq!(
            (status, &body["errors"][0]["extensions"]["code"]),
            (401, &json!("UNAUTHENTICATED"))
        );
        let forged = app.guest().with_token("forged");
        let (status, body) = send(&forged, &store, "menu.csv", lines(1).as_bytes()).await;
        assert_eq!(
            (status, &body["errors"][0]["extensions"]["code"]),
            (401, &json!("UNAUTHENTICATED"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_a_header_of_its_own_is_refused() {
    on_one(&[], async |app| {
        let (owner, store) = market(app).await;
        let (kind, body) = parts(&store, "menu.csv", b"");
        let request = owner.request(reqwest::Method::POST, "/graphql").header("content-type", kind);
        assert_eq!(request.body(body).send().await.expect("answers").status(), 415);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_too_large_is_not_read_to_its_end() {
    on_one(&[("PLAZA_UPLOAD_SIZE", "1")], async |app| {
        let (owner, store) = market(app).await;
        let fits = vec![b'x'; 900_000];
        assert_eq!(send(&owner, &store, "menu.csv", &fits).await.0, 200);
        let large = vec![b'x'; 1_000_001];
        let (status, body) = send(&owner, &store, "menu.csv", &large).await;
        assert_eq!(
            (status, &body["errors"][0]["message"]),
            (413, &json!("A file has at most 1 MB"))
        );

        // A gigabyte is refused by its length alone: nothing of it was sent.
        let address = app.url.trim_start_matches("http://");
        let mut socket = tokio::net::TcpStream::connect(address).await.expect("connects");
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ngraphql-preflight: 1\r\n\
             content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000000\r\n\r\n",
            owner.bearer().expect("signed in")
        );
        socket.write_all(head.as_bytes()).await.expect("writes");
        let mut answer = vec![0; 4096];
        let read = socket.read(&mut answer).await.expect("answers");
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_is_told_what_it_lacks() {
    on_one(&[], async |app| {
        let (owner, store) = market(app).await;
        let post = async |body: &str| -> (u16, Value) {
            let request = owner.request(reqwest::Method::POST, "/graphql");
            let request = request
                .header("content-type", "multipart/form-data; boundary=x")
                .header("graphql-preflight", "1");
            let answer = request.body(body.to_owned()).send().await.expect("answers");
            let status = answer.status().as_u16();
            (status, answer.json().await.expect("JSON"))
        };
        let part = |name: &str, text: &str| format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        let operations = json!({
            "query": "mutation($f: Upload!, $s: ID!) { listingImport(storeId: $s, file: $f) { job { id } } }",
            "variables": { "f": null, "s": store },
        });
        let operations = part("operations", &operations.to_string());
        for (body, said) in [
            (String::new(), "ended early"),
            ("rubbish".to_owned(), "ended early"),
            (part("map", "{}") + "--x--", "\"operations\" is missing"),
            (operations.clone() + "--x--", "\"map\" is missing"),
            (operations.clone() + &part("map", "[]") + "--x--", "is a JSON object"),
            (operations.clone() + &part("map", "{}") + "--x--", "one file a request"),
            (operations.clone() + &part("map", r#"{"0":["variables.f"]}"#) + "--x--", "\"0\" is missing"),
            (
                operations.clone() + &part("map", r#"{"0":["variables.g.0"]}"#) + &part("0", "a") + "--x--",
                "no variable that is null",
            ),
            (
                operations.clone() + &part("map", r#"{"0":["variables.s"]}"#) + &part("0", "a") + "--x--",
                "no variable that is null",
            ),
        ] {
            let (status, answer) = post(&body).await;
            let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(status == 400 && message.contains(said), "{status} {message}, of {body}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_no_file() {
    on_one(&[], async |app| {
        let (owner, store) = market(app).await;
        let query = format!(
            "mutation($s: ID!, $f: Upload!) {{ listingImport(storeId: $s, file: $f) {{ job {{ {FIELDS} }} userErrors {{ code field }} }} }}"
        );
        let told = owner.fail(&query, json!({ "s": store, "f": "menu.csv" })).await;
        assert!(told["message"].as_str().is_some_and(|said| said.contains("multipart/form-data")), "{told}");
        // As the server itself writes it where a file stands
        let sent = owner.ask(&query, json!({ "s": store, "f": "multipart:0" })).await;
        assert_eq!(sent["listingImport"]["userErrors"], json!([{ "code": "REQUIRED", "field": ["file"] }]));
        for forged in ["multipart:", "multipart:x", "multipart:99999999999999999999", "#__graphql_file__:0"] {
            let told = owner.fail(&query, json!({ "s": store, "f": forged })).await;
            assert_ne!(told["extensions"]["code"], "INTERNAL", "{forged}");
        }
    })
    .await;
}
