//! Plaza as a process of its own, which can be killed.

use super::{Client, TestApp};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take
const PATIENCE: Duration = Duration::from_secs(30);

/// A server on the database of a test
pub struct Process {
    child: Child,
    environment: Vec<(String, String)>,
    pub url: String,
}

impl Process {
    /// Starts a server on a free port, with further settings.
    pub async fn start(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let mut environment = app.settings();
        environment.push(("PLAZA_LISTEN".to_owned(), format!("127.0.0.1:{port}")));
        environment.push(("PLAZA_LOG".to_owned(), "error".to_owned()));
        let further =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        environment.extend(further);
        let url = format!("http://127.0.0.1:{port}");
        let mut server = Self { child: spawn(&environment), environment, url };
        server.answers().await;
        server
    }

    /// As a power cut would: at once, and without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Starts it again with one more setting, which ends it sooner or later, and waits until it has.
    #[cfg(debug_assertions)]
    pub async fn live_and_die(&mut self, name: &str, value: &str) {
        let further = [(name.to_owned(), value.to_owned())];
        let environment: Vec<_> = self.environment.iter().chain(&further).cloned().collect();
        self.child = spawn(&environment);
        let begun = Instant::now();
        while self.child.try_wait().expect("waits").is_none() {
            assert!(begun.elapsed() < PATIENCE, "it lives on");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Asks it to stop, as an orchestrator does, and waits until it has.
    pub async fn stop(&mut self) -> bool {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    /// Starts it again on the same port, after it has ended.
    pub async fn restart(&mut self) {
        self.child = spawn(&self.environment);
        self.answers().await;
    }

    /// The same person, speaking to this server
    pub fn client(&self, of: &Client) -> Client {
        of.speaking_to(&self.url)
    }

    /// CPU time that all its threads have taken so far, as the kernel counts it
    pub fn cpu(&self) -> Duration {
        let tasks = format!("/proc/{}/task", self.child.id());
        let tasks = std::fs::read_dir(tasks).expect("it runs").flatten();
        // Nanoseconds on the CPU come first. A thread may end while we look.
        let taken = tasks.filter_map(|task| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(taken.sum())
    }

    async fn answers(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            assert!(self.child.try_wait().expect("waits").is_none(), "it ended at its start");
            let ready = reqwest::get(format!("{}/ready", self.url)).await;
            if ready.is_ok_and(|ready| ready.status() == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server did not start");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn spawn(environment: &[(String, String)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_plaza"))
        .arg("serve")
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}

/// A port that nobody has at this moment, below those that the system hands out by itself
pub fn free_port() -> u16 {
    loop {
        let [high, low] = plaza::app::random_bytes::<2>();
        let port = 12_000 + u16::from_be_bytes([high, low]) % 8000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
