//! A PostgreSQL of a test's own, and one that replays what it writes. Both can be killed, and are
//! whatever the test's end is.

use crate::support::free_port;
use sea_orm::sqlx::{self, Connection, PgConnection};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take
const PATIENCE: Duration = Duration::from_secs(30);

/// What both are set up with: small, and nothing has to survive a power cut
const SETTINGS: [&str; 10] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "max_connections=60",
    "shared_buffers=16MB",
    "wal_keep_size=256MB",
    "max_wal_senders=4",
    // A replica that was killed follows again at once.
    "wal_retrieve_retry_interval=100ms",
    "logging_collector=off",
    "log_min_messages=fatal",
];

/// A primary and its replica. What is dropped first is stopped first.
pub struct Pair {
    pub replica: Server,
    pub primary: Server,
    _folder: TempDir,
}

impl Pair {
    /// Starts both, with further settings of the primary.
    pub async fn start(further: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let user = User::unless_root();
        if let Some(user) = user {
            chown(folder.path(), Some(user.id), Some(user.group)).expect("root may");
        }
        let data = folder.path().join("primary");
        let mut init = program("initdb", user);
        init.arg("-D").arg(&data).args(["-U", "postgres", "--auth=trust", "--no-sync"]);
        run(init.args(["--encoding=UTF8", "--locale=C.UTF-8"]));
        let primary = Server::start(data, user, further).await;
        let data = folder.path().join("replica");
        let mut copy = program("pg_basebackup", user);
        copy.arg("-D").arg(&data).arg("-d").arg(primary.url());
        run(copy.args(["-R", "--checkpoint=fast", "--no-sync"]));
        let replica = Server::start(data, user, &[]).await;
        Self { replica, primary, _folder: folder }
    }
}

/// One server
pub struct Server {
    child: Option<Child>,
    port: u16,
    data: PathBuf,
    user: Option<User>,
    further: Vec<String>,
}

impl Server {
    async fn start(data: PathBuf, user: Option<User>, further: &[&str]) -> Self {
        let further = further.iter().map(|setting| (*setting).to_owned()).collect();
        let mut server = Self { child: None, port: free_port(), data, user, further };
        server.restart().await;
        server
    }

    /// As Plaza connects to it
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it again on the same port, after it was killed.
    pub async fn restart(&mut self) {
        let begun = Instant::now();
        self.child = Some(self.spawn());
        loop {
            if PgConnection::connect(&self.url()).await.is_ok() {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start");
            let child = self.child.as_mut().expect("it was started");
            if child.try_wait().expect("waits").is_some() {
                // Processes of the one before still end.
                self.child = Some(self.spawn());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn spawn(&self) -> Child {
        let mut command = program("postgres", self.user);
        command.arg("-D").arg(&self.data).args(["-p", &self.port.to_string()]);
        for setting in SETTINGS.iter().copied().chain(self.further.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.spawn().expect("it starts")
    }

    /// As a power cut would: at once, and without a word.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let parts = parts(child.id());
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            // Those would notice by themselves, and go on for a moment.
            signal("-KILL", &parts);
        }
    }

    /// Everything of it stands still, and its connections stay open.
    pub fn freeze(&self) {
        signal("-STOP", &self.processes());
    }

    /// It goes on.
    pub fn thaw(&self) {
        signal("-CONT", &self.processes());
    }

    fn processes(&self) -> Vec<u32> {
        let own = self.child.as_ref().expect("it runs").id();
        [own].into_iter().chain(parts(own)).collect()
    }

    /// Replays nothing more, until it is told to.
    pub async fn pause(&self) {
        self.tell("SELECT pg_wal_replay_pause()").await;
        let begun = Instant::now();
        while self.ask("SELECT pg_get_wal_replay_pause_state()").await != "paused" {
            assert!(begun.elapsed() < PATIENCE, "it does not pause");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn resume(&self) {
        self.tell("SELECT pg_wal_replay_resume()").await;
    }

    async fn tell(&self, sql: &'static str) {
        let mut connection = PgConnection::connect(&self.url()).await.expect("it answers");
        sqlx::query(sql).execute(&mut connection).await.expect("it does so");
    }

    async fn ask(&self, sql: &'static str) -> String {
        let mut connection = PgConnection::connect(&self.url()).await.expect("it answers");
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a text")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// PostgreSQL refuses to be root.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl User {
    fn unless_root() -> Option<Self> {
        let number = |arguments: &[&str]| -> Option<u32> {
            let said = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
            String::from_utf8(said.stdout).ok()?.trim().parse().ok()
        };
        let of = |name| Some(Self { id: number(&["-u", name])?, group: number(&["-g", name])? });
        (number(&["-u"]) == Some(0)).then(|| of("postgres").or(of("nobody")).expect("a user"))
    }
}

/// One of PostgreSQL's programs
#[expect(clippy::disallowed_methods, reason = "`tests/services` names them by the environment")]
fn program(name: &str, user: Option<User>) -> Command {
    let known = std::env::var("PLAZA_TEST_PGBENCH").expect("`tests/services` names pgbench");
    let folder = Path::new(&known).parent().expect("it is in a folder");
    let mut command = Command::new(folder.join(name));
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(user) = user {
        command.uid(user.id).gid(user.group);
    }
    command
}

fn run(command: &mut Command) {
    let output = command.stderr(Stdio::piped()).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The processes that a server has started
fn parts(server: u32) -> Vec<u32> {
    let children = format!("/proc/{server}/task/{server}/children");
    let children = std::fs::read_to_string(children).unwrap_or_default();
    children.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

fn signal(name: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let processes = processes.iter().map(u32::to_string);
    // One that has ended since is no matter.
    Command::new("kill")
        .arg(name)
        .args(processes)
        .stderr(Stdio::null())
        .status()
        .expect("kill runs");
}
