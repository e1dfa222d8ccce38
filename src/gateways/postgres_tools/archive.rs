//! What is in an archive: its rows by table, and the steps of its schema. The archive is read as the
//! script that `pg_restore` makes of it, so that its last byte was seen.

use super::command::Said;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// What an archive holds
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveRows {
    /// When it was begun, as `pg_restore` tells it, in UTC
    pub created: String,
    /// Rows by table
    pub rows: BTreeMap<String, i64>,
    /// Names of the schema's steps
    pub steps: Vec<String>,
}

/// Table that has the names of steps in its first column
const STEPS: &str = "seaql_migrations";

/// Reads an archive by two commands: the list of what it has, and all of it.
///
/// # Errors
/// What is wrong with it
pub(super) fn read_rows(list: Command, data: Command) -> Result<ArchiveRows, String> {
    let mut archive = ArchiveRows::default();
    lines(list, |line| {
        if let Some(at) = text(line).strip_prefix("; Archive created at ") {
            at.trim_end().clone_into(&mut archive.created);
        }
    })?;
    let mut table = None;
    lines(data, |line| archive.take(line, &mut table))?;
    Ok(archive)
}

impl ArchiveRows {
    /// One line of the script; `table` is the one whose rows are being read.
    fn take(&mut self, line: &[u8], table: &mut Option<String>) {
        let Some(name) = table else {
            *table = copied(line);
            if let Some(name) = table {
                self.rows.entry(name.clone()).or_default();
            }
            return;
        };
        if line == b"\\." {
            *table = None;
            return;
        }
        if name == STEPS {
            let row = text(line);
            self.steps.extend(row.split('\t').next().map(str::to_owned));
        }
        if let Some(rows) = self.rows.get_mut(name) {
            *rows += 1;
        }
    }
}

/// The table of a line such as `COPY public."order" (id, …) FROM stdin;`
fn copied(line: &[u8]) -> Option<String> {
    let line = line.strip_prefix(b"COPY public.")?;
    let line = line.strip_suffix(b" FROM stdin;")?;
    let name = text(line);
    Some(name.split(" (").next()?.trim_matches('"').to_owned())
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}

/// Runs a program to its end, and takes each line that it writes.
fn lines(mut command: Command, mut take: impl FnMut(&[u8])) -> Result<(), String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|err| err.to_string())?;
    // What it complains of is read beside: a pipe that is full would hold it up.
    let complaints = child.stderr.take().map(|err| {
        std::thread::spawn(move || {
            let mut said = Said::default();
            BufReader::new(err).lines().map_while(Result::ok).for_each(|line| said.hear(&line));
            said
        })
    });
    let read = read_lines(&mut child, &mut take);
    let status = child.wait().map_err(|err| err.to_string())?;
    let said = complaints.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !status.success() {
        return Err(said.reason(&status.to_string()));
    }
    read.map_err(|err| err.to_string())
}

fn read_lines(child: &mut Child, take: &mut impl FnMut(&[u8])) -> std::io::Result<()> {
    let Some(out) = child.stdout.take() else { return Ok(()) };
    let mut out = BufReader::with_capacity(1 << 16, out);
    let mut line = Vec::new();
    while out.read_until(b'\n', &mut line)? > 0 {
        take(line.strip_suffix(b"\n").unwrap_or(&line));
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_table_and_steps_are_named() {
        let script = "COPY public.seaql_migrations (version, applied_at) FROM stdin;\n\
            m0001_user\t17\nm0002_session\t17\n\\.\n\nCOPY public.\"order\" (id) FROM stdin;\n\
            COPY public.store (id) FROM stdin;\n\\\\.\n\\.\n\
            COPY public.message (id) FROM stdin;\n\\.\nCOPY other.thing (id) FROM stdin;\n";
        let (mut archive, mut table) = (ArchiveRows::default(), None);
        script.lines().for_each(|line| archive.take(line.as_bytes(), &mut table));
        assert_eq!(archive.steps, ["m0001_user", "m0002_session"]);
        let rows: Vec<_> = archive.rows.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
        assert_eq!(rows, [("message", 0), ("order", 2), ("seaql_migrations", 2)]);
    }
}
