//! Jobs: ordered, followed, given up, tried again; killed in the middle; asked for by the clock.

mod clock;
mod follow;
mod import;
mod kill;
mod refuse;
pub mod steps;
mod upload;

use crate::support::{Client, TestApp};
use serde_json::{Value, json};

/// The fields of a job that tests look at
pub const FIELDS: &str = "id kind status done total message result attempts finishedAt";

/// The multipart request specification's body of an import, and its content type
pub fn parts(store: &str, name: &str, content: &[u8]) -> (String, Vec<u8>) {
    let query = format!(
        "mutation($store: ID!, $file: Upload!) {{ listingImport(storeId: $store, file: $file) {{ \
         job {{ {FIELDS} }} userErrors {{ code message field }} }} }}"
    );
    let operations = json!({ "query": query, "variables": { "store": store, "file": null } });
    let mut body = Vec::new();
    for (part, text) in
        [("operations", operations.to_string()), ("map", r#"{"0":["variables.file"]}"#.to_owned())]
    {
        body.extend_from_slice(
            format!("--x\r\ncontent-disposition: form-data; name=\"{part}\"\r\n\r\n{text}\r\n")
                .as_bytes(),
        );
    }
    let head = format!(
        "--x\r\ncontent-disposition: form-data; name=\"0\"; filename=\"{name}\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--x--\r\n");
    ("multipart/form-data; boundary=x".to_owned(), body)
}

/// Sends a file of listings; status and body of the answer.
pub async fn send(client: &Client, store: &str, name: &str, content: &[u8]) -> (u16, Value) {
    let (kind, body) = parts(store, name, content);
    let request = client.request(reqwest::Method::POST, "/graphql");
    let request = request.header("content-type", kind).header("graphql-preflight", "1");
    let answer = request.body(body).send().await.expect("the server answers");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("the answer is whole");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Orders an import that must be taken; the job.
pub async fn order(client: &Client, store: &str, name: &str, content: &[u8]) -> Value {
    let (_, body) = send(client, store, name, content).await;
    let payload = &body["data"]["listingImport"];
    assert_eq!(payload["userErrors"], json!([]), "no refusal was expected: {body:#}");
    payload["job"].clone()
}

/// The job behind an id, as somebody sees it
pub async fn job(client: &Client, id: &Value) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Job {{ {FIELDS} }} }} }}");
    client.ask(&query, json!({ "id": id })).await["node"].clone()
}

/// Waits until a job has ended; the job.
pub async fn ended(client: &Client, id: &Value) -> Value {
    for _ in 0..3000 {
        let job = job(client, id).await;
        if !job["finishedAt"].is_null() {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the job does not end: {:#}", job(client, id).await);
}

/// A store, its owner, and the category of its goods
pub async fn market(app: &TestApp) -> (Client, String) {
    app.category("lacteos", None).await;
    let owner = app.member("noel").await;
    let store = crate::support::MakeStore::new("queseria").by(&owner).await;
    (owner, store)
}

/// So many lines, each of another listing
pub fn lines(count: usize) -> String {
    let mut file = "sku,title,category,price,stock\n".to_owned();
    for line in 0..count {
        file.push_str(&format!(
            "S-{line},Queso {line},lacteos,{}.50,{}\n",
            10 + line % 90,
            line % 7
        ));
    }
    file
}
