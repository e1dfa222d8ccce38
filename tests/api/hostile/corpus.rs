//! Documents of somebody who means harm, the same at every run: more than two thousand, in families.
//!
//! Drawn by a generator of its own (`dice`), so that they don't change with a library.

use super::dice::{Dice, TEXTS};
use serde_json::{Value, json};

/// One request body
#[derive(Clone, Debug)]
pub struct Thrown {
    /// What it tries
    pub family: &'static str,
    /// As it is sent
    pub body: String,
}

/// Every family, in turn. `documents` are honest ones, to be spoilt; `fields` are root fields with an
/// argument each, as `Query listings first`.
pub fn corpus(seed: u64, documents: &[String], fields: &[[String; 3]]) -> Vec<Thrown> {
    let mut dice = Dice(seed);
    let mut all = Vec::new();
    for round in 1..=40 {
        all.extend(grown(round).map(|(family, text)| Thrown { family, body: query(&text) }));
        let drawn = drawn(&mut dice, documents, round);
        all.extend(drawn.map(|(family, body)| Thrown { family, body }));
    }
    for _ in 0..500 {
        all.push(Thrown {
            family: "an honest document, spoilt",
            body: spoilt(&mut dice, documents),
        });
    }
    for _ in 0..500 {
        all.push(Thrown { family: "a bad value", body: bad_value(&mut dice, fields) });
    }
    all
}

/// Documents that grow from round to round
fn grown(round: usize) -> [(&'static str, String); 20] {
    [
        ("deep", deep(round * 3)),
        ("deep lists", format!("{{ a(b: {}{}) }}", "[".repeat(round * 40), "]".repeat(round * 40))),
        (
            "deep objects",
            format!(
                "{{ listings(filter: {}{}) {{ nodes {{ id }} }} }}",
                "{near: ".repeat(round * 8),
                "}".repeat(round * 8)
            ),
        ),
        ("fragments that double", doubling(round)),
        ("fragments in a ring", ring(round)),
        ("fragments nobody uses", unused(round * 8)),
        ("aliases", aliases(round * 12)),
        (
            "directives",
            format!("{{ service {{ name {} }} }}", "@skip(if: false) ".repeat(round * 8)),
        ),
        (
            "directives on fragments",
            format!("{{ {} }}", "... @include(if: true) { service { name } } ".repeat(round * 3)),
        ),
        ("fields that could merge", merging(round * 6)),
        ("fields that could merge, deep", merging_deep(round)),
        ("operations", "query A { service { name } } ".repeat(round * 6)),
        ("tokens", format!("{{ {} }}", "a ".repeat(round * 120))),
        ("a long text", format!("{{ user(handle: \"{}\") {{ id }} }}", "x".repeat(round * 2_000))),
        ("comments", format!("{} {{ service {{ name }} }}", "# x\n".repeat(round * 500))),
        ("commas", format!("{{{} service {{ name }} }}", ",".repeat(round * 2_000))),
        (
            "a block text",
            format!(
                "{{ user(handle: \"\"\"{}\"\"\") {{ id }} }}",
                "\n  \\\"\"\" ".repeat(round * 100)
            ),
        ),
        ("many variables", variables(round * 10)),
        ("introspection in rings", introspection(round)),
        ("introspection by aliases", introspection_aliases(round)),
    ]
}

/// Bodies with something drawn in them
fn drawn(dice: &mut Dice, documents: &[String], round: usize) -> [(&'static str, String); 8] {
    [
        ("pages that multiply", many_rows(dice, round)),
        ("a search for much", search(dice, round)),
        ("deep variables", deep_variables(round)),
        ("no JSON", not_json(dice, documents, round)),
        ("a batch", format!("[{}]", vec![query("{ service { name } }"); round].join(","))),
        ("an id", identifier(dice, round)),
        ("a forged cursor", forged(dice, "after")),
        ("a forged node", forged_node(dice)),
    ]
}

fn query(text: &str) -> String {
    json!({ "query": text }).to_string()
}

fn deep(levels: usize) -> String {
    let ring = ["listings { nodes {", "store {", "listings { nodes {"];
    let closed = [2, 1, 2];
    let (mut text, mut open) = ("{ ".to_owned(), 1);
    for level in 0..levels {
        text += ring[level % 3];
        open += closed[level % 3];
    }
    text + " id " + &"}".repeat(open)
}

fn doubling(levels: usize) -> String {
    let mut text = "{ ...F0 } ".to_owned();
    for level in 0..levels {
        let next = level + 1;
        text += &format!(
            "fragment F{level} on Query {{ a{level}: service {{ name }} ...F{next} ...F{next} }} "
        );
    }
    text + &format!("fragment F{levels} on Query {{ service {{ name }} }}")
}

fn ring(length: usize) -> String {
    let mut text = "{ ...F0 } ".to_owned();
    for at in 0..length {
        text += &format!("fragment F{at} on Query {{ ...F{} }} ", (at + 1) % length);
    }
    text
}

fn unused(count: usize) -> String {
    let fragments =
        (0..count).map(|at| format!("fragment F{at} on Query {{ ...F{} }} ", (at * 7 + 1) % count));
    "{ service { name } } ".to_owned() + &fragments.collect::<String>()
}

fn aliases(count: usize) -> String {
    let fields = (0..count).map(|at| format!("a{at}: listings(first: 100) {{ totalCount }} "));
    format!("{{ {} }}", fields.collect::<String>())
}

/// Every pair of these has to be compared by a simple validator.
fn merging(count: usize) -> String {
    let fields = (0..count).map(|at| format!("a: user(handle: \"{at}\") {{ id }} "));
    format!("{{ {} }}", fields.collect::<String>())
}

fn merging_deep(levels: usize) -> String {
    let levels = levels.min(30);
    let mut text = "{ ...F0 ...G0 } ".to_owned();
    for level in 0..levels {
        for name in ["F", "G"] {
            let next = level + 1;
            text += &format!("fragment {name}{level} on Query {{ ...F{next} ...G{next} }} ");
        }
    }
    text + &["F", "G"]
        .map(|name| format!("fragment {name}{levels} on Query {{ service {{ name }} }} "))
        .concat()
}

fn variables(count: usize) -> String {
    let declared =
        (0..count).map(|at| format!("$v{at}: ListingFilter = {{text: \"{at}\", near: {{}}}} "));
    format!("query A({}) {{ service {{ name }} }}", declared.collect::<String>())
}

fn introspection(levels: usize) -> String {
    let (open, close) = ("fields { type { ".repeat(levels), "} } ".repeat(levels));
    format!("{{ __schema {{ types {{ {open} name {close} }} }} }}")
}

fn introspection_aliases(count: usize) -> String {
    let fields = (0..count).map(|at| {
        format!("a{at}: __type(name: \"Query\") {{ fields {{ args {{ type {{ name }} }} }} }} ")
    });
    format!("{{ {} }}", fields.collect::<String>())
}

fn many_rows(dice: &mut Dice, round: usize) -> String {
    let first = [100, 101, 2_147_483_647, -1, 0][dice.below(5)];
    let inner = "nodes { store { listings(first: $n) { nodes { store { listings(last: $n) { totalCount } } } } } }";
    let text = format!(
        "query A($n: Int = {first}) {{ {} }}",
        (0..round.min(9))
            .map(|at| format!("a{at}: listings(first: $n) {{ {inner} }} "))
            .collect::<String>()
    );
    json!({ "query": text, "variables": { "n": first } }).to_string()
}

fn search(dice: &mut Dice, round: usize) -> String {
    let words: Vec<_> = (0..round * 20)
        .map(|_| {
            if dice.below(3) == 0 {
                (*dice.pick(&TEXTS)).to_owned()
            } else {
                format!("cafe{}", dice.below(9))
            }
        })
        .collect();
    let sort = *dice.pick(&["RELEVANCE", "NEAREST", "PRICE_LOW", "NEWEST"]);
    let text = format!(
        "query A($f: ListingFilter) {{ listings(filter: $f, sort: {sort}, first: 100) {{ totalCount(limit: 1000000) facets {{ prices {{ min }} }} nodes {{ id }} }} }}"
    );
    let near = json!({ "point": { "latitude": 12.1, "longitude": -85.4 }, "radiusKm": 20_000 });
    json!({ "query": text, "variables": { "f": { "text": words.join(" "), "near": near } } })
        .to_string()
}

fn deep_variables(levels: usize) -> String {
    let (open, close) = ("{\"a\":[".repeat(levels * 100), "]}".repeat(levels * 100));
    format!(
        "{{\"query\":\"query A($f: ListingFilter) {{ listings(filter: $f) {{ totalCount }} }}\",\"variables\":{{\"f\":{open}1{close}}}}}"
    )
}

fn not_json(dice: &mut Dice, documents: &[String], round: usize) -> String {
    let body = query(dice.pick::<String>(documents));
    let cut: String = body.chars().take(body.chars().count() * round / 41).collect();
    match dice.below(4) {
        0 => cut,
        1 => format!("{body}{body}"),
        2 => body.replacen("\"query\"", "\"query\":\"{ service { name } }\",\"query\"", 1),
        _ => format!("{}{cut}", "\u{FEFF}"),
    }
}

fn identifier(dice: &mut Dice, round: usize) -> String {
    let id = match dice.below(5) {
        0 => "0".repeat(round * 1_000),
        1 => format!("{:064x}", dice.next()),
        2 => "sha256:".repeat(round),
        _ => (*dice.pick(&TEXTS)).to_owned(),
    };
    let persisted = json!({ "version": 1, "sha256Hash": id });
    match dice.below(4) {
        0 => json!({ "documentId": id }),
        1 => json!({ "extensions": { "persistedQuery": persisted } }),
        2 => json!({ "documentId": id, "query": "{ service { name } }" }),
        _ => json!({ "extensions": { "persistedQuery": [persisted] }, "documentId": id }),
    }
    .to_string()
}

/// An id or a cursor that nobody gave out
fn opaque(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    match dice.below(4) {
        0 => (*dice.pick(&TEXTS)).to_owned(),
        1 => String::new(),
        _ => {
            let length = [1, 4, 24, 60, 400][dice.below(5)];
            (0..length).map(|_| char::from(*dice.pick(LETTERS))).collect()
        }
    }
}

fn forged(dice: &mut Dice, argument: &str) -> String {
    let list = *dice.pick(&["listings", "stores", "profiles"]);
    let text =
        format!("query A($c: String) {{ {list}({argument}: $c, first: 5) {{ nodes {{ id }} }} }}");
    json!({ "query": text, "variables": { "c": opaque(dice) } }).to_string()
}

fn forged_node(dice: &mut Dice) -> String {
    // Version 1, a kind, and sixteen bytes: as ours look
    let kind = *dice.pick(&["AQE", "AQI", "AQU", "AQY", "AQc", "AQo", "AQs", "AQw", "AQ0", "AQ_"]);
    let id = format!(
        "{kind}{}",
        opaque(dice)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .chain(std::iter::repeat('A'))
            .take(21)
            .collect::<String>()
    );
    let ids: Vec<_> = (0..=dice.below(120))
        .map(|at| if at % 3 == 0 { opaque(dice) } else { id.clone() })
        .collect();
    let text = "query A($id: ID!, $ids: [ID!]!) { node(id: $id) { id ... on Order { number } ... on Message { body } } nodes(ids: $ids) { id } }";
    json!({ "query": text, "variables": { "id": id, "ids": ids } }).to_string()
}

/// A document of the apps with a few letters changed, left out, doubled or exchanged
fn spoilt(dice: &mut Dice, documents: &[String]) -> String {
    const SIGNS: [char; 18] = [
        '{', '}', '(', ')', '[', ']', '"', '$', '@', '!', ':', '=', '.', '#', '\\', '\u{0}', 'é',
        '9',
    ];
    let mut text: Vec<char> = dice.pick(documents).chars().collect();
    for _ in 0..=dice.below(6) {
        if text.len() < 2 {
            break;
        }
        let at = dice.below(text.len() - 1);
        match dice.below(5) {
            0 => drop(text.remove(at)),
            1 => text.insert(at, *dice.pick(&SIGNS)),
            2 => text.swap(at, at + 1),
            3 => text[at] = *dice.pick(&SIGNS),
            _ => {
                let end = (at + dice.below(40)).min(text.len());
                let part: Vec<_> = text[at..end].to_vec();
                text.splice(at..at, part);
            }
        }
    }
    let text: String = text.into_iter().collect();
    json!({ "query": text, "variables": value(dice, 3) }).to_string()
}

/// A root field with a value that it does not expect
fn bad_value(dice: &mut Dice, fields: &[[String; 3]]) -> String {
    let [root, field, argument] = dice.pick(fields);
    let written = literal(dice, 3);
    let operation = root.to_lowercase();
    query(&format!("{operation} A {{ {field}({argument}: {written}) {{ __typename }} }}"))
}

fn literal(dice: &mut Dice, depth: usize) -> String {
    match dice.below(if depth == 0 { 6 } else { 8 }) {
        0 => json!(dice.pick(&TEXTS)).to_string(),
        1 => ["1", "-1", "1.5e308", "99999999999999999999", "0.1", "-0"][dice.below(6)].to_owned(),
        2 => ["true", "null", "NEWEST", "__proto__", "constructor"][dice.below(5)].to_owned(),
        3 => "$undeclared".to_owned(),
        4 => json!(opaque(dice)).to_string(),
        5 => "[]".to_owned(),
        6 => format!("[{}, {}]", literal(dice, depth - 1), literal(dice, depth - 1)),
        _ => {
            let name = *dice.pick(&[
                "id",
                "text",
                "near",
                "input",
                "price",
                "login",
                "password",
                "idempotencyKey",
            ]);
            format!("{{ {name}: {} }}", literal(dice, depth - 1))
        }
    }
}

fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 5 } else { 7 }) {
        0 => json!(dice.pick(&TEXTS)),
        1 => json!(dice.next()),
        2 => Value::Null,
        3 => json!(opaque(dice)),
        4 => json!(-1.5e300),
        5 => json!([value(dice, depth - 1), value(dice, depth - 1)]),
        _ => {
            json!({ "id": value(dice, depth - 1), "input": value(dice, depth - 1), "first": value(dice, depth - 1) })
        }
    }
}
