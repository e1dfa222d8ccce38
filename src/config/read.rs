//! Gathers values by key and notes everything that is wrong with them.

use super::KEYS;
use figment::Figment;
use figment::providers::{Format, Toml};
use std::collections::BTreeMap;
use std::fmt;

/// One key that can't be used
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// As the environment or the file names it
    pub key: String,
    /// What is wrong, and what would be right
    pub message: String,
}

/// Everything wrong with a configuration
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The configuration can't be used:")?;
        for problem in &self.0 {
            write!(f, "\n  {} {}", problem.key, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Values by the file's key, and what was found wrong so far
pub(super) struct Source {
    /// Name as written, and value
    values: BTreeMap<&'static str, (String, String)>,
    problems: Vec<Problem>,
}

impl Source {
    /// The environment over `plaza.toml`
    pub(super) fn read() -> Result<Self, ConfigError> {
        let file: BTreeMap<String, figment::value::Value> =
            Figment::from(Toml::file("plaza.toml")).extract().map_err(|err| {
                ConfigError(vec![Problem {
                    key: "plaza.toml".to_owned(),
                    message: format!("can't be read: {err}"),
                }])
            })?;
        let mut source = Self { values: BTreeMap::new(), problems: Vec::new() };
        for (key, value) in file {
            match KEYS.iter().find(|(_, name, _)| *name == key) {
                Some((_, name, expected)) => match text_of(&value) {
                    Some(text) => {
                        source.values.insert(name, (format!("plaza.toml: {key}"), text));
                    }
                    None => {
                        source.problem(format!("plaza.toml: {key}"), format!("must be {expected}"));
                    }
                },
                None => source.unknown(format!("plaza.toml: {key}"), KEYS.iter().map(|key| key.1)),
            }
        }
        source.take(std::env::vars());
        Ok(source)
    }

    pub(super) fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut source = Self { values: BTreeMap::new(), problems: Vec::new() };
        source.take(pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
        source
    }

    fn take(&mut self, pairs: impl Iterator<Item = (String, String)>) {
        for (key, value) in pairs {
            match KEYS.iter().find(|(name, ..)| *name == key) {
                // An empty variable is how shells and compose files say "not set".
                Some(_) if value.is_empty() => {}
                Some((_, name, _)) => {
                    self.values.insert(name, (key, value));
                }
                // Variables of the test and build tools are theirs.
                None if key.starts_with("PLAZA_")
                    && !key.starts_with("PLAZA_TEST_")
                    && key != "PLAZA_BIN" =>
                {
                    self.unknown(key, KEYS.iter().map(|key| key.0));
                }
                None => {}
            }
        }
    }

    /// The value of a key, where it is set and as expected
    pub(super) fn parse<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (written, text) = self.values.get(name)?;
        let parsed = parse(text.trim());
        if parsed.is_none() {
            let (written, expected) = (written.clone(), expected(name));
            self.problem(written, format!("must be {expected}"));
        }
        parsed
    }

    /// Notes that a key is missing, unless its value was already found wrong
    pub(super) fn miss(&mut self, name: &'static str, message: &str) {
        if !self.values.contains_key(name) {
            let key = KEYS.iter().find(|key| key.1 == name).map_or(name, |key| key.0);
            self.problem(key.to_owned(), format!("{message}: {}", expected(name)));
        }
    }

    pub(super) fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        if self.problems.is_empty() { Ok(config) } else { Err(ConfigError(self.problems)) }
    }

    fn problem(&mut self, key: String, message: String) {
        self.problems.push(Problem { key, message });
    }

    fn unknown(&mut self, key: String, known: impl Iterator<Item = &'static str>) {
        let known: Vec<_> = known.collect();
        self.problem(key, format!("is not known; there are {}", known.join(", ")));
    }
}

fn expected(name: &str) -> &'static str {
    KEYS.iter().find(|key| key.1 == name).map_or("", |key| key.2)
}

/// A scalar of the file as text; lists become comma-separated
fn text_of(value: &figment::value::Value) -> Option<String> {
    use figment::value::Value;
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => number.to_i128().map(|n| n.to_string()),
        Value::Array(_, items) => {
            items.iter().map(text_of).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        _ => None,
    }
}
