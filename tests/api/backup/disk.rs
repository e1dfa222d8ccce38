//! A disk that is full: nothing half-made is left, and it is said.

use super::{Place, backend, files, tools, with_file};
use crate::support::on_both;
use std::process::Command;

/// Runs a program and tells what it leaves in the folder, which is a small file system of its own
const SMALL: &str =
    r#"mount -t tmpfs -o size=32k none "$0" && "$@"; code=$?; ls -A "$0"; exit $code"#;
/// The same where the system lets us make none: no file can grow
const LIMITED: &str = r#"trap '' XFSZ; ulimit -f 64; "$@"; code=$?; ls -A "$0"; exit $code"#;

/// A program for whose files there is little room in a folder
fn cramped(command: &Command, folder: &str) -> Command {
    let may = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", folder]).output();
    let mut shell = if may.is_ok_and(|said| said.status.success()) {
        let mut apart = Command::new("unshare");
        apart.args(["-m", "sh", "-c", SMALL]);
        apart
    } else {
        let mut limited = Command::new("sh");
        limited.args(["-c", LIMITED]);
        limited
    };
    shell.arg(folder).arg(command.get_program()).args(command.get_args());
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    shell.env_clear().envs(set).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    shell.current_dir(command.get_current_dir().expect("it has one"));
    shell
}

on_both! {
    async fn a_full_disk_is_named_and_nothing_is_left_on_it(app: &TestApp) {
        let (place, tools) = (Place::like(app).await, tools());
        place.does(&["migrate", "up"]);
        place.tell(&heavy(matches!(backend(app), Backend::Postgres))).await;
        let folder = place.path("small");
        std::fs::create_dir(&folder).expect("makes a folder");
        let file = format!("{folder}/a.backup");
        let command = place.command(&with_file("backup", &file, &tools, &[]));
        let output = cramped(&command, &folder).output().expect("it starts");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{out}{err}");
        let lines: Vec<_> = err.lines().filter(|line| !line.contains('%')).collect();
        assert_eq!(lines.len(), 1, "{err}");
        let begin = format!("Nothing can be written to {folder}: ");
        assert!(lines[0].starts_with(&begin) && lines[0].ends_with("; nothing was kept there"), "{err}");
        assert_eq!(out, "", "nothing is left");
        assert!(files(folder.as_ref()).is_empty());
        place.does(&with_file("backup", &file, &tools, &[]));
        place.remove().await;
    }
}

/// Rows that can't be compressed into a little room
fn heavy(postgres: bool) -> String {
    let (text, rows) = if postgres {
        ("md5(n::text) || md5((n + 7)::text)", "generate_series(1, 4000) AS g(n)")
    } else {
        (
            "hex(randomblob(32))",
            "(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 4000) SELECT n FROM g)",
        )
    };
    format!("INSERT INTO topic (name, seq) SELECT {text}, n FROM {rows}")
}
