//! Documents as build tools write them:
//!
//! - `.graphql` and `.gql` files, or folders of them: an operation with every fragment that it reaches, whatever
//!   file that is in; the id is the SHA-256 of that text
//! - Apollo's manifest, version 1: `{"format": "apollo-persisted-query-manifest", "operations": […]}`
//! - Relay's map, and any other: `{"id": "text"}`
//! - Relay's pairs: `[["id", "text"]]`

use crate::app::hex;
use crate::server::without_kind;
use apollo_compiler::ast::{self, Definition, Selection};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A document as it was found
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub id: String,
    pub text: String,
    /// File, and operation or id in it
    pub place: String,
}

/// What Apollo's tools write
#[derive(Deserialize)]
struct Manifest {
    version: u32,
    operations: Vec<ManifestOperation>,
}

#[derive(Deserialize)]
struct ManifestOperation {
    id: String,
    name: Option<String>,
    body: String,
}

/// The name in Apollo's manifests
pub const MANIFEST: &str = "apollo-persisted-query-manifest";

/// Reads all documents of these folders and files.
///
/// # Errors
/// What is wrong, a sentence each, with the file that it is in.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Found>, Vec<String>> {
    let mut faults = Vec::new();
    let mut files = BTreeSet::new();
    for path in paths {
        collect(path, &mut files, &mut faults);
    }
    let mut texts = Vec::new();
    for path in files {
        match std::fs::read_to_string(&path) {
            Ok(text) => texts.push((path, text)),
            Err(err) => faults.push(format!("{} can't be read: {err}", path.display())),
        }
    }
    if texts.is_empty() && faults.is_empty() {
        faults.push("There is no .graphql, .gql or .json file at these paths".to_owned());
    }
    from_texts(&texts, faults)
}

/// Reads the documents of these files' texts.
///
/// # Errors
/// As [`read`], with the faults found before.
pub fn from_texts(
    texts: &[(PathBuf, String)],
    mut faults: Vec<String>,
) -> Result<Vec<Found>, Vec<String>> {
    let mut found = Vec::new();
    let mut sources = Sources::default();
    for (path, text) in texts {
        let place = path.display().to_string();
        let read = if is_graphql(path) {
            sources.add(&place, text)
        } else {
            from_json(&place, text).map(|documents| found.extend(documents))
        };
        if let Err(fault) = read {
            faults.push(fault);
        }
    }
    sources.documents(&mut found, &mut faults);
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn is_graphql(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "graphql" || ending == "gql")
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>, faults: &mut Vec<String>) {
    if !path.is_dir() {
        files.insert(path.to_owned());
        return;
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries.flatten().map(|entry| entry.path()) {
                if entry.is_dir() {
                    collect(&entry, files, faults);
                } else if is_graphql(&entry) {
                    files.insert(entry);
                }
            }
        }
        Err(err) => faults.push(format!("{} can't be read: {err}", path.display())),
    }
}

fn from_json(place: &str, text: &str) -> Result<Vec<Found>, String> {
    let json: Value =
        serde_json::from_str(text).map_err(|err| format!("{place} is no JSON: {err}"))?;
    let of = |id: &str, name: &str, text: &str| Found {
        // Whoever asks may say it or not.
        id: without_kind(id).to_owned(),
        text: text.to_owned(),
        place: format!("{place}, {name}"),
    };
    let pair = |id: &str, text: Option<&str>| {
        let text = text.ok_or_else(|| format!("{place}, {id}: a document is a text"))?;
        Ok(of(id, id, text))
    };
    if json.get("format").is_some_and(|format| format == MANIFEST) {
        let manifest = Manifest::deserialize(&json)
            .map_err(|err| format!("{place} is no manifest as Apollo writes it: {err}"))?;
        if manifest.version != 1 {
            return Err(format!(
                "{place} is a manifest of version {}; 1 is read",
                manifest.version
            ));
        }
        let operations = manifest.operations.iter();
        return Ok(operations
            .map(|one| of(&one.id, one.name.as_deref().unwrap_or(&one.id), &one.body))
            .collect());
    }
    match &json {
        Value::Object(map) => map.iter().map(|(id, text)| pair(id, text.as_str())).collect(),
        Value::Array(pairs) => pairs
            .iter()
            .map(|entry| match entry.as_array().map(Vec::as_slice) {
                Some([Value::String(id), text]) => pair(id, text.as_str()),
                _ => Err(format!("{place}: a pair is [\"id\", \"text\"]")),
            })
            .collect(),
        _ => Err(format!("{place}: expected a manifest, a map {{\"id\": \"text\"}}, or pairs")),
    }
}

/// Definitions of all `.graphql` files, by which fragments are found across files
#[derive(Default)]
struct Sources {
    operations: Vec<(String, Part)>,
    fragments: BTreeMap<String, Part>,
}

/// One definition: its text, and the fragments that it names
#[derive(Clone)]
struct Part {
    name: String,
    text: String,
    spreads: Vec<String>,
}

impl Sources {
    fn add(&mut self, place: &str, text: &str) -> Result<(), String> {
        let document = ast::Document::parse(text, place).map_err(|broken| {
            let told: Vec<_> = broken.errors.iter().map(|error| error.to_json().message).collect();
            format!("{place}: {}", told.join("; "))
        })?;
        for definition in &document.definitions {
            let span = definition.location();
            let text = span
                .and_then(|span| text.get(span.offset()..span.end_offset()))
                .unwrap_or_default()
                .trim()
                .to_owned();
            match definition {
                Definition::OperationDefinition(operation) => {
                    let name = operation.name.as_ref().map(ToString::to_string);
                    let name = name.unwrap_or_default();
                    let spreads = spreads(&operation.selection_set);
                    self.operations.push((place.to_owned(), Part { name, text, spreads }));
                }
                Definition::FragmentDefinition(fragment) => {
                    let name = fragment.name.to_string();
                    let spreads = spreads(&fragment.selection_set);
                    let part = Part { name: name.clone(), text, spreads };
                    let before = self.fragments.insert(name.clone(), part.clone());
                    if before.is_some_and(|before| before.text != part.text) {
                        return Err(format!("{place}: another file has a fragment {name} too"));
                    }
                }
                _ => {
                    return Err(format!(
                        "{place}: a schema is defined here; clients send operations and fragments"
                    ));
                }
            }
        }
        Ok(())
    }

    fn documents(&self, found: &mut Vec<Found>, faults: &mut Vec<String>) {
        for (place, operation) in &self.operations {
            let mut parts = vec![operation.text.as_str()];
            let mut names: Vec<&String> = operation.spreads.iter().collect();
            let mut at = 0;
            while let Some(name) = names.get(at).copied() {
                at += 1;
                match self.fragments.get(name) {
                    Some(fragment) => {
                        parts.push(&fragment.text);
                        for further in &fragment.spreads {
                            if !names.contains(&further) {
                                names.push(further);
                            }
                        }
                    }
                    None => faults.push(format!("{place}: no file has the fragment {name}")),
                }
            }
            let text = parts.join("\n\n");
            let id = hex(&Sha256::digest(&text));
            found.push(Found { id, text, place: format!("{place}, {}", operation.name) });
        }
    }
}

/// Names of the fragments that a selection spreads, each once
fn spreads(selections: &[Selection]) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |name: String| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    for selection in selections {
        match selection {
            Selection::Field(field) => spreads(&field.selection_set).into_iter().for_each(&mut add),
            Selection::InlineFragment(inline) => {
                spreads(&inline.selection_set).into_iter().for_each(&mut add);
            }
            Selection::FragmentSpread(spread) => add(spread.fragment_name.to_string()),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Result<Vec<(String, String)>, Vec<String>> {
        let texts: Vec<_> =
            files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
        let found = from_texts(&texts, Vec::new())?;
        Ok(found.into_iter().map(|found| (found.place, found.text)).collect())
    }

    #[test]
    fn operations_take_their_fragments_along_from_any_file() {
        let found = of(&[
            ("a/Two.graphql", "query One { a ...F }\n\n# said\nquery Two { b }"),
            ("a/fragments/F.graphql", "fragment F on T { c ...G }"),
            ("a/fragments/G.graphql", "fragment G on T { d ...F }"),
        ]);
        let expected = [
            (
                "a/Two.graphql, One",
                "query One { a ...F }\n\nfragment F on T { c ...G }\n\nfragment G on T { d ...F }",
            ),
            ("a/Two.graphql, Two", "query Two { b }"),
        ];
        assert_eq!(
            found,
            Ok(expected.map(|(place, text)| (place.to_owned(), text.to_owned())).to_vec())
        );
    }

    #[test]
    fn every_format_is_read() {
        let body = "query One { a }";
        for json in [
            format!(
                r#"{{"format":"{MANIFEST}","version":1,"operations":[{{"id":"x","name":"One","type":"query","body":"{body}"}}]}}"#
            ),
            format!(r#"{{"x":"{body}"}}"#),
            format!(r#"[["x","{body}"]]"#),
        ] {
            let texts = [(PathBuf::from("m.json"), json.clone())];
            let found = from_texts(&texts, Vec::new()).expect(&json);
            assert_eq!((found[0].id.as_str(), found[0].text.as_str()), ("x", body), "{json}");
        }
    }

    #[test]
    fn every_fault_is_named_with_its_file() {
        let faults = of(&[
            ("a.graphql", "query One { a ...Missing }"),
            ("b.graphql", "query {"),
            ("c.graphql", "type T { a: Int }"),
            ("d.json", "{"),
            ("e.json", r#"{"x": 1}"#),
            ("f.json", "[[1]]"),
            ("g.json", "1"),
            (
                "h.json",
                r#"{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}"#,
            ),
        ])
        .expect_err("all wrong");
        for file in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            assert!(
                faults.iter().any(|fault| fault.starts_with(&format!("{file}."))),
                "{file}: {faults:?}"
            );
        }
    }
}
