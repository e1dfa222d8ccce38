//! Traces: from the caller's `traceparent` down to statements and batches, out by OTLP.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// A collector that keeps every body it is sent
pub fn collector() -> (u16, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = listener.local_addr().expect("is bound").port();
    let (sender, bodies) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("accepts");
            stream.set_read_timeout(Some(Duration::from_millis(500))).expect("takes a timeout");
            let (mut body, mut chunk) = (Vec::new(), [0; 65_536]);
            while let Ok(read) = stream.read(&mut chunk) {
                if read == 0 {
                    break;
                }
                body.extend_from_slice(&chunk[..read]);
            }
            std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .ok();
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    (port, bodies)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_trace_goes_from_the_caller_down_to_the_statements() {
    let (port, bodies) = collector();
    let data = tempfile::TempDir::new().expect("a folder");
    let mut server = Command::new(env!("CARGO_BIN_EXE_plaza"))
        .arg("serve")
        .env("PLAZA_DATA_DIR", data.path())
        .env("PLAZA_LISTEN", "127.0.0.1:0")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{port}"))
        .env("PLAZA_LOG_FORMAT", "json")
        .env_remove("DATABASE_URL")
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut log = std::io::BufReader::new(server.stderr.take().expect("is piped"));
    let address = listening(&mut log);
    let answer = reqwest::Client::new()
        .post(format!("http://{address}/graphql"))
        .header("content-type", "application/json")
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .body(r#"{"query":"{ listings { nodes { id } } }"}"#)
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), 200);
    Command::new("kill").arg(server.id().to_string()).status().expect("kills");
    let sent = tokio::task::spawn_blocking(move || bodies.recv_timeout(Duration::from_secs(20)))
        .await
        .expect("waits")
        .expect("spans were sent before the end");
    assert!(server.wait().expect("ends").success());
    let trace = u128::from_str_radix(TRACE, 16).expect("is hexadecimal").to_be_bytes();
    assert!(contains(&sent, &trace), "the caller's trace goes on");
    for name in ["POST /graphql", "graphql.execute", "loader.batch", "db.query"] {
        assert!(contains(&sent, name.as_bytes()), "there is a span {name}");
    }
}

/// The address in the line that says so
fn listening(log: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    while log.read_line(&mut line).expect("reads the log") > 0 {
        let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if let Some(address) = told["listen"].as_str() {
            return address.to_owned();
        }
        line.clear();
    }
    panic!("the server ended without listening");
}
