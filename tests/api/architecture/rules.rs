//! The rules of the house, over files as (path, text): who may import whom, who may know which
//! library, where SQL stands, and the shape of a file. ARCHITECTURE.md says why.

use std::collections::BTreeSet;

use super::source::{self, Literal, Name};

/// Below services and loaders, where decisions, rows and outside things are.
const GROUND: &[&str] =
    &["cache", "events", "limits", "db", "gateways", "rules", "entities", "config", "error"];

/// Each room, and the rooms that it may name besides itself. `a::b` is a room within a room.
const ROOMS: &[(&str, &[&[&str]])] = &[
    (
        "main",
        &[&["cli", "server", "app", "telemetry", "schema", "services", "loaders", "jobs"], GROUND],
    ),
    ("lib", &[]),
    ("cli", &[&["server", "app", "telemetry", "schema", "services", "loaders", "jobs"], GROUND]),
    ("server", &[&["app", "telemetry", "schema", "services", "loaders", "jobs"], GROUND]),
    // What every request needs, built in one place: it knows all it builds.
    ("app", &[&["telemetry", "schema", "services", "loaders", "jobs"], GROUND]),
    ("schema", &[&["app", "telemetry", "services", "loaders"], GROUND]),
    ("jobs", &[&["app", "telemetry", "services"], GROUND]),
    ("services", &[&["app", "telemetry", "jobs::queue"], GROUND]),
    ("loaders", &[&["app", "telemetry"], GROUND]),
    // A service queues a job in its own transaction; what the job does is above the service.
    ("jobs::queue", &[&["events", "db", "rules", "entities", "config", "error"]]),
    ("cache", &[&["events", "db", "rules", "entities", "config", "error"]]),
    ("events", &[&["gateways::redis", "db", "rules", "entities", "config", "error"]]),
    ("limits", &[&["gateways::redis", "rules", "entities", "config", "error"]]),
    ("db", &[&["rules", "entities", "config", "error"]]),
    ("gateways", &[&["rules", "entities", "config", "error"]]),
    // What servers say to each other over Redis is their own matter; the connection is here.
    ("gateways::redis", &[&["config", "error"]]),
    ("rules", &[&["entities", "config", "error"]]),
    ("entities", &[&["error"]]),
    ("telemetry", &[&["config", "error"]]),
    ("config", &[&["error"]]),
    ("error", &[]),
];

const NEW_ROOM: &str = "a new room is a decision; add it to ROOMS in tests/api/architecture/rules.rs \
                        and to the map in ARCHITECTURE.md";

/// Rooms that hold SQL, and the commands that move rows in bulk.
const SQL_ROOMS: [&str; 5] = ["loaders", "services", "db", "events", "jobs"];
const SQL_COMMANDS: [&str; 2] = ["src/cli/seed", "src/cli/import"];
const SQL_NAMES: [&str; 7] = [
    "Statement",
    "ConnectionTrait",
    "TransactionTrait",
    "QueryFilter",
    "QueryOrder",
    "QuerySelect",
    "QueryTrait",
];

/// Names that say nothing of what a file owns.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];

/// What loaders may know of async-graphql: the loader, and the timer that it waits by.
const LOADER_PARTS: [&str; 2] = ["dataloader", "runtime"];

const LONG: usize = 400;
const TOO_LONG: usize = 600;

/// What is wrong, a line each: `src/services/order.rs:3: …`. Only `src/` has rooms; the shape of a
/// file holds everywhere.
pub(crate) fn findings(files: &[(String, String)]) -> Vec<String> {
    let folders: BTreeSet<&str> =
        files.iter().filter_map(|(path, _)| Some(path.rsplit_once('/')?.0)).collect();
    let mut out = Vec::new();
    for (path, text) in files {
        let mut say = |line: usize, what: &str| out.push(format!("{path}:{line}: {what}"));
        shape(path, text, &folders, &mut say);
        let Some(inside) = path.strip_prefix("src/") else {
            continue;
        };
        let module: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
        let Some(room) = room(&module) else {
            say(1, &format!("no room is called {}: {NEW_ROOM}", module[0]));
            continue;
        };
        let module = match module.as_slice() {
            ["lib" | "main"] => &[],
            [folder @ .., "mod"] => folder,
            all => all,
        };
        let (names, literals) = source::read(module, text);
        for name in &names {
            imports(room, name, &mut say);
            libraries(room, name, &mut say);
        }
        if !SQL_ROOMS.iter().any(|holder| within(room, holder))
            && !SQL_COMMANDS.iter().any(|start| path.starts_with(start))
        {
            sql(room, &names, &literals, &mut say);
        }
    }
    out
}

/// The room that a module path lies in, the innermost where rooms nest.
fn room(path: &[impl AsRef<str>]) -> Option<&'static str> {
    let path = path.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("::");
    ROOMS
        .iter()
        .map(|(room, _)| *room)
        .filter(|room| within(&path, room))
        .max_by_key(|room| room.len())
}

/// Whether a module path is that of the room, or of something in it.
fn within(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn imports(own: &'static str, name: &Name, say: &mut impl FnMut(usize, &str)) {
    // `lib.rs` declares the rooms, and names what is in none of them.
    if !name.here || own == "lib" {
        return;
    }
    let path = name.path.join("::");
    let Some(other) = room(&name.path) else {
        // A binary has private things at its root (`self::…`), which are nobody else's matter.
        if own != "main" {
            say(name.line, &format!("crate::{path} lies in no room: {NEW_ROOM}"));
        }
        return;
    };
    let may: Vec<&str> =
        ROOMS.iter().filter(|(room, _)| *room == own).flat_map(|(_, may)| may.concat()).collect();
    if !within(other, own) && !may.iter().any(|room| within(other, room)) {
        let may = if may.is_empty() { "no other room".to_owned() } else { may.join(", ") };
        say(
            name.line,
            &format!("{own} names crate::{path}: imports run downwards only; {own} may name {may}"),
        );
    }
}

fn libraries(own: &str, name: &Name, say: &mut impl FnMut(usize, &str)) {
    let Some(root) = name.path.first().filter(|_| !name.here) else {
        return;
    };
    let path = name.path.join("::");
    let is = |library: &str| {
        root.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    if is("poem") && own != "server" {
        say(name.line, &format!("{own} names {path}: only server knows poem"));
    }
    if is("async_graphql") && !["schema", "server"].contains(&own) {
        if own != "loaders" {
            say(
                name.line,
                &format!(
                    "{own} names {path}: only schema knows async-graphql, and server, which runs it"
                ),
            );
        } else if !name.path.get(1).is_some_and(|part| LOADER_PARTS.contains(&part.as_str())) {
            let parts = LOADER_PARTS.join(", ");
            say(
                name.line,
                &format!("{own} names {path}: of async-graphql, loaders know {parts} alone"),
            );
        }
    }
}

fn sql(own: &str, names: &[Name], literals: &[Literal], say: &mut impl FnMut(usize, &str)) {
    const RULE: &str =
        "SQL stands only in loaders, services, db, events, jobs, and the commands seed and import";
    for name in names {
        let parts: Vec<&str> = name.path.iter().map(String::as_str).collect();
        let builds = match parts.as_slice() {
            ["db", "Sql" | "sql", ..] => name.here,
            ["sea_orm", rest @ ..] => {
                !name.here && rest.iter().any(|part| SQL_NAMES.contains(part))
            }
            ["sqlx", ..] => !name.here,
            _ => false,
        };
        if builds {
            say(name.line, &format!("{own} names {}: {RULE}", parts.join("::")));
        }
    }
    for literal in literals.iter().filter(|literal| is_sql(&literal.text)) {
        let start: String = literal.text.trim_start().chars().take(30).collect();
        say(literal.line, &format!("{own} holds the statement \"{start}…\": {RULE}"));
    }
}

/// Whether the text reads like a statement, by its keywords in capitals: "Select a store" is none.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["SELECT" | "PRAGMA", _, ..]
        | ["INSERT", "INTO" | "OR", ..]
        | ["DELETE", "FROM", ..]
        | ["CREATE" | "ALTER" | "DROP", "TABLE" | "INDEX" | "UNIQUE" | "VIRTUAL", ..] => true,
        ["UPDATE", .., _] => words.contains(&"SET"),
        ["WITH", .., _] => words.iter().any(|word| word.trim_start_matches('(') == "SELECT"),
        _ => false,
    }
}

fn shape(path: &str, text: &str, folders: &BTreeSet<&str>, say: &mut impl FnMut(usize, &str)) {
    let header = || text.lines().take_while(|line| line.starts_with("//!"));
    if header().next().is_none() {
        say(1, "a file opens with `//!`: what it owns, and what it leaves to others");
    }

    let lines = text.lines().count();
    if lines > TOO_LONG {
        say(
            TOO_LONG + 1,
            &format!(
                "{lines} lines: no file has over {TOO_LONG}; split it by noun, then by action"
            ),
        );
    } else if lines > LONG && !header().any(|line| line.contains("Why so long:")) {
        say(
            LONG + 1,
            &format!("{lines} lines: over {LONG}, a file says `Why so long:` in its header"),
        );
    }

    let stem = path.trim_end_matches(".rs");
    if folders.contains(stem) {
        say(1, &format!("{path} beside {stem}/: a module with a folder is {stem}/mod.rs"));
    }
    for part in stem.split('/') {
        let last = part.rsplit('_').next().unwrap_or(part);
        if EMPTY_NAMES.contains(&part) || EMPTY_NAMES.contains(&last) {
            say(1, &format!("{part} names nothing: call it by what it owns"));
        }
    }
}
