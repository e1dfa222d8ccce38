//! Running one of the programs: what it says, and how it ends.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use url::Url;

/// How a program ended
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It has done its work
    Well,
    /// A file could not be written, for this reason
    NoRoom(String),
    /// It said this
    Badly(String),
}

/// What the system says where a file can't grow
const NO_ROOM: [&str; 3] = ["No space left on device", "File too large", "Disk quota exceeded"];

/// Runs a program to its end, and hands on what it says meanwhile.
pub(super) fn run(mut command: Command, mut told: impl FnMut(&str)) -> Ended {
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(err) => return Ended::Badly(err.to_string()),
    };
    let mut said = Said::default();
    if let Some(err) = child.stderr.take() {
        for line in BufReader::new(err).lines().map_while(Result::ok) {
            told(&line);
            said.hear(&line);
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ended::Well,
        Ok(status) => said.ended(&status.to_string()),
        Err(err) => Ended::Badly(err.to_string()),
    }
}

/// What a program said of its failure
#[derive(Default)]
pub(super) struct Said {
    error: Option<String>,
    last: String,
}

impl Said {
    pub(super) fn hear(&mut self, line: &str) {
        if self.error.is_none()
            && let Some((_, error)) = line.split_once("error: ")
        {
            self.error = Some(error.to_owned());
        }
        line.clone_into(&mut self.last);
    }

    /// It ended badly.
    pub(super) fn ended(self, status: &str) -> Ended {
        let reason = self.reason(status);
        match NO_ROOM.iter().find(|text| reason.contains(*text)) {
            Some(text) => Ended::NoRoom((*text).to_owned()),
            None => Ended::Badly(reason),
        }
    }

    pub(super) fn reason(self, status: &str) -> String {
        let last = if self.last.is_empty() { status.to_owned() } else { self.last };
        self.error.unwrap_or(last)
    }
}

/// A URL without its password and what only our driver knows, and the password
pub(super) fn address(url: &str) -> Option<(String, Option<String>)> {
    let mut url = Url::parse(url).ok()?;
    let mut password = url.password().map(decoded);
    url.set_password(None).ok()?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    for (name, value) in pairs {
        match name.as_str() {
            "password" => password = Some(value),
            "statement-cache-capacity" | "application_name" => {}
            _ => {
                url.query_pairs_mut().append_pair(&name, &value);
            }
        }
    }
    Some((url.to_string(), password))
}

fn decoded(text: &str) -> String {
    // A form's value with a `+` that stands for itself
    let form = format!("p={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_address() {
        let url = "postgres://plaza:a%2Fb+c%40@db.internal:5433/plaza?sslmode=require&statement-cache-capacity=5";
        let (address, password) = address(url).expect("a URL");
        assert_eq!(address, "postgres://plaza@db.internal:5433/plaza?sslmode=require");
        assert_eq!(password.as_deref(), Some("a/b+c@"));
        let (plain, none) = super::address("postgres://postgres@127.0.0.1/plaza").expect("a URL");
        assert_eq!((plain.as_str(), none), ("postgres://postgres@127.0.0.1/plaza", None));
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let ended = |line: &str| {
            let mut said = Said::default();
            said.hear(line);
            said.ended("exit status: 1")
        };
        let full = "pg_dump: error: could not write to file: No space left on device";
        assert_eq!(ended(full), Ended::NoRoom("No space left on device".to_owned()));
        let other = "pg_dump: error: query failed";
        assert_eq!(ended(other), Ended::Badly("query failed".to_owned()));
    }
}
