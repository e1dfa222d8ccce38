//! A Redis of a test's own, which can be killed.

use super::free_port;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on a private port, which keeps nothing
pub struct Redis {
    child: Option<Child>,
    port: u16,
    further: Vec<String>,
}

impl Redis {
    pub async fn start(further: &[&str]) -> Self {
        let further = further.iter().map(|word| (*word).to_owned()).collect();
        let mut redis = Self { child: None, port: free_port(), further };
        redis.restart().await;
        redis
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        }
    }

    /// Starts it again on the same port.
    pub async fn restart(&mut self) {
        let port = self.port.to_string();
        let child = Command::new(program())
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(&self.further)
            .stdout(Stdio::null())
            .spawn()
            .expect("Redis starts");
        self.child = Some(child);
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "Redis did not start");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Says a command by `redis-cli`.
    pub fn say(&self, words: &[&str]) {
        self.ask(words);
    }

    /// The same, and what is answered
    pub fn ask(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let said = Command::new("redis-cli").args(["-p", &port]).args(words).output();
        let said = said.expect("redis-cli runs");
        assert!(said.status.success(), "{words:?}");
        String::from_utf8(said.stdout).expect("UTF-8")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

#[expect(clippy::disallowed_methods, reason = "the program is named by the environment")]
fn program() -> String {
    std::env::var("PLAZA_TEST_REDIS_SERVER")
        .expect("PLAZA_TEST_REDIS_SERVER names redis-server; `make test` sets it")
}
