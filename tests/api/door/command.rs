//! The binary's commands: what they say, how they end, and bad configuration.

use crate::support::{Answer, Endpoint, Redis, TestApp};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// `plaza` in a folder, with nothing of this machine's environment
pub fn plaza(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plaza"));
    command.env_clear().envs(environment.iter().copied()).args(arguments).current_dir(folder);
    command
}

/// What a command said, and its exit code
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn run(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Said {
    let Output { status, stdout, stderr } =
        plaza(folder, environment, arguments).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let said = Said {
        code: status.code().expect("it ends by itself"),
        out: text(stdout),
        err: text(stderr),
    };
    assert!(!said.err.contains("panicked"), "{}", said.err);
    said
}

/// The same on the database of a test, beside its server
pub fn run_beside(app: &TestApp, arguments: &[&str]) -> Said {
    let settings = app.settings();
    let environment: Vec<_> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    run(folder().path(), &environment, arguments)
}

/// What it says there where all goes well
pub fn does_beside(app: &TestApp, arguments: &[&str]) -> String {
    let said = tokio::task::block_in_place(|| run_beside(app, arguments));
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    said.out
}

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

#[test]
fn help_teaches_the_first_steps_and_names_every_command() {
    let folder = folder();
    let help = run(folder.path(), &[], &["--help"]);
    assert_eq!(help.code, 0);
    for word in [
        "serve",
        "migrate",
        "backup",
        "restore",
        "seed",
        "schema",
        "check",
        "plaza serve --demo",
        "http://localhost:8000",
        "plaza.toml",
        "DATABASE_URL",
    ] {
        assert!(help.out.contains(word), "{word}: {}", help.out);
    }
    let none = run(folder.path(), &[], &[]);
    assert_eq!(
        (none.code, none.err.contains("Usage: plaza")),
        (2, true),
        "without a command: {}",
        none.err
    );
    for command in ["serve", "migrate", "backup", "restore", "seed", "schema", "check"] {
        let help = run(folder.path(), &[], &[command, "--help"]);
        assert!(help.code == 0 && help.out.contains("Usage: plaza"), "{command}");
    }
    let down = run(folder.path(), &[], &["migrate", "down", "--help"]);
    assert!(down.out.contains("--yes") && down.out.contains("the data is lost"), "{}", down.out);
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0,
        "asking changes nothing"
    );
}

#[test]
fn a_mistyped_command_is_told_what_is_near() {
    let folder = folder();
    let said = run(folder.path(), &[], &["serv"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("serve"), "{}", said.err);
    assert_eq!(run(folder.path(), &[], &["serve", "--dem0"]).code, 2);
}

#[test]
fn settings_are_listed_with_what_is_expected() {
    let folder = folder();
    let said = run(folder.path(), &[], &["check", "--help"]);
    for (variable, key, expected) in plaza::config::KEYS {
        assert!(said.out.contains(variable) && said.out.contains(key), "{variable}");
        let first = expected.split(' ').next().expect("a word");
        assert!(said.out.contains(first), "{variable}");
    }
}

#[test]
fn the_schema_is_printed_without_any_configuration() {
    let folder = folder();
    let said = run(folder.path(), &[], &["schema"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("type Query") && said.out.contains("listings("), "{:.200}", said.out);
    async_graphql::parser::parse_schema(&said.out).expect("it is a schema");
    assert_eq!(run(folder.path(), &[], &["schema"]).out, said.out, "each time the same");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_reader_that_leaves_is_no_failure_of_ours() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let folder = folder();
    let mut command = plaza(folder.path(), &[], &["schema"]);
    let output = command
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
        .wait_with_output()
        .expect("ends");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!err.contains("panicked"), "{err}");
}

#[test]
fn every_bad_value_is_named_at_once_with_what_is_expected() {
    let environment = [
        ("PLAZA_LISTEN", "8000"),
        ("PLAZA_SECRET", "too short to be one"),
        ("DATABASE_URL", "mysql://root:hunter2@localhost/x"),
        ("PLAZA_DATABASE_CONNECTIONS", "0"),
        ("PLAZA_CORS_ORIGINS", "https://app.example.com/path"),
        ("PLAZA_INTROSPECTION", "maybe"),
        ("PLAZA_LOG", "plaza=loud=very"),
        ("PLAZA_LOG_FORMAT", "xml"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
        ("PLAZA_LISTENN", "1"),
    ];
    for command in [&["check"][..], &["serve"], &["migrate", "status"]] {
        let folder = folder();
        let said = run(folder.path(), &environment, command);
        assert_eq!(said.code, 78, "{command:?}: {}", said.err);
        assert!(said.err.starts_with("The configuration can't be used:"), "{}", said.err);
        for (variable, _) in environment {
            assert!(said.err.contains(&format!("\n  {variable} ")), "{variable}: {}", said.err);
        }
        for told in [
            "address and port, such as 127.0.0.1:8000",
            "at least 32 characters",
            "postgres://user:password@host/database",
            "number from 1 to 1000",
            "https://app.example.com",
            "true or false",
            "text or json",
            "is not known; there are PLAZA_LISTEN,",
        ] {
            assert!(said.err.contains(told), "{told}: {}", said.err);
        }
        assert!(
            !said.err.contains("hunter2") && !said.err.contains("too short to be one"),
            "{}",
            said.err
        );
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}

#[test]
fn the_file_is_read_and_the_environment_is_stronger() {
    let folder = folder();
    let write =
        |text: &str| std::fs::write(folder.path().join("plaza.toml"), text).expect("writes");
    write(
        "listen = \"127.0.0.1:9001\"\ncors_origins = [\"https://a.example\", \"https://b.example\"]\nintrospection = false\ndatabase_connections = 2\n",
    );
    run(folder.path(), &[], &["migrate", "up"]);
    let said = run(folder.path(), &[], &["check"]);
    assert!(said.code == 0 && said.out.contains("127.0.0.1:9001"), "{} {}", said.out, said.err);
    let said = run(folder.path(), &[("PLAZA_LISTEN", "127.0.0.1:9002")], &["check"]);
    assert!(said.out.contains("127.0.0.1:9002"), "{}", said.out);
    let said = run(folder.path(), &[("PLAZA_LISTEN", "")], &["check"]);
    assert!(said.out.contains("127.0.0.1:9001"), "an empty variable is not set: {}", said.out);
    for (text, told) in [
        ("listen = 8000", "plaza.toml: listen must be address and port"),
        ("listenn = \"x\"", "plaza.toml: listenn is not known"),
        ("[listen]\nport = 1", "plaza.toml: listen must be"),
        ("introspection = \"maybe\"", "plaza.toml: introspection must be true or false"),
        ("listen = ", "plaza.toml can't be read"),
    ] {
        write(text);
        let said = run(folder.path(), &[], &["check"]);
        assert_eq!(said.code, 78, "{text}");
        assert!(said.err.contains(told), "{text}: {}", said.err);
    }
}

#[test]
fn check_says_what_is_configured_and_whether_it_answers() {
    let folder = folder();
    let said = run(folder.path(), &[], &["check"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("embedded") && said.out.contains("run `plaza migrate up` first"),
        "{}",
        said.out
    );
    run(folder.path(), &[], &["migrate", "up"]);
    let said = run(folder.path(), &[], &["check"]);
    assert!(said.code == 0 && said.out.contains("SQLite, up to date"), "{}", said.out);
    let environment = [
        ("DATABASE_URL", "postgres://plaza:hunter2hunter2@127.0.0.1:1/plaza"),
        ("PLAZA_SECRET", "0123456789abcdef0123456789abcdef"),
    ];
    let said = run(folder.path(), &environment, &["check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("scaled") && said.out.contains("can't be reached"), "{}", said.out);
    assert!(!format!("{}{}", said.out, said.err).contains("hunter2"), "{} {}", said.out, said.err);
    assert!(
        !format!("{}{}", said.out, said.err).contains("0123456789abcdef"),
        "{} {}",
        said.out,
        said.err
    );
}

#[test]
fn serving_makes_its_secret_once_and_stops_when_it_is_told_to() {
    let folder = folder();
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let environment = [("PLAZA_LISTEN", "127.0.0.1:0"), ("PLAZA_LOG_FORMAT", "json")];
        let mut server = plaza(folder.path(), &environment, &["serve"])
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(server.stderr.take().expect("a pipe")).lines();
        let listen = lines.find_map(|line| {
            let line: serde_json::Value =
                serde_json::from_str(&line.expect("a line")).expect("JSON");
            line["listen"].as_str().map(str::to_owned)
        });
        let listen = listen.expect("it says where it serves");
        let mut socket = std::net::TcpStream::connect(&listen).expect("connects");
        std::io::Write::write_all(&mut socket, b"GET /ready HTTP/1.0\r\n\r\n").expect("writes");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("reads");
        assert!(
            answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"),
            "{answer}"
        );
        let told = Command::new("kill")
            .args(["-TERM", &server.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(told.success());
        let rest: Vec<_> = lines.map(|line| line.expect("a line")).collect();
        assert!(server.wait().expect("ends").success(), "{rest:#?}");
        secrets
            .push(std::fs::read_to_string(folder.path().join("data/secret")).expect("it is kept"));
        assert!(!rest.join("").contains(&secrets[0]));
    }
    assert_eq!(secrets[0].len(), 64);
    assert_eq!(secrets[0], secrets[1]);
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(folder.path().join("data/secret"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "its owner alone");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = taken.local_addr().expect("an address").to_string();
    let said = run(folder.path(), &[("PLAZA_LISTEN", &address)], &["serve"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&address), "{}", said.err);
    assert!(!said.err.contains('\u{1b}'), "a file gets no colours: {}", said.err);
}

#[tokio::test]
async fn check_tells_whether_redis_answers_and_figures_hold() {
    let redis = Redis::start(&[]).await;
    let folder = folder();
    let path = folder.path().display().to_string();
    for (url, code, told) in [
        (format!("redis://{}", redis.address()), 0, "redis           answers"),
        ("redis://127.0.0.1:9".to_owned(), 1, "redis           does not answer"),
    ] {
        let environment = [("PLAZA_DATA_DIR", path.as_str()), ("REDIS_URL", url.as_str())];
        let migrated = run(folder.path(), &environment, &["migrate", "up"]);
        assert_eq!(migrated.code, 0, "{}", migrated.err);
        let said = run(folder.path(), &environment, &["check", "--figures"]);
        assert_eq!(said.code, code, "{} {}", said.out, said.err);
        assert!(said.out.contains(told), "{}", said.out);
        assert!(said.out.contains("figures         all equal to a recount"), "{}", said.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_whether_the_assistant_answers() {
    let folder = folder();
    let path = folder.path().display().to_string();
    let migrated = run(folder.path(), &[("PLAZA_DATA_DIR", path.as_str())], &["migrate", "up"]);
    assert_eq!(migrated.code, 0, "{}", migrated.err);
    for (answer, code, told) in [
        (Answer::error(404), 0, "assistant       answers\n"),
        (Answer::error(401), 1, "assistant       answers, and refuses the key\n"),
        (Answer::hung_up(), 1, "assistant       does not answer\n"),
    ] {
        let endpoint = Endpoint::start([answer]).await;
        let mut environment = endpoint.settings().to_vec();
        environment.push(("PLAZA_DATA_DIR", path.as_str()));
        let said = run(folder.path(), &environment, &["check"]);
        assert_eq!(said.code, code, "{} {}", said.out, said.err);
        assert!(said.out.contains(told), "{}", said.out);
    }
}
