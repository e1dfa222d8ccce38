//! Long texts are read where they are selected, with the row, and nowhere else.

use crate::support::{Client, MakeListing, MakeStore, TestApp, done, id, on_both};
use plaza::app::App;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Hears the statements of an app.
struct Recorder {
    app: Arc<App>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    fn on(app: &TestApp) -> Self {
        let recorder = Self { app: Arc::clone(&app.app), heard: Arc::default() };
        let heard = Arc::clone(&recorder.heard);
        let listens = app.app.db.stats().listen(move |sql| {
            heard.lock().expect("not poisoned").push(sql.to_owned());
        });
        assert!(listens, "nobody else listens");
        recorder
    }

    /// The texts of the statements of a query, with nothing in memory, and its answer
    async fn ask(&self, client: &Client, query: &str, variables: Value) -> (Vec<String>, Value) {
        self.app.db.changes().forget();
        self.heard.lock().expect("not poisoned").clear();
        let answer = client.ask(query, variables).await;
        (self.heard.lock().expect("not poisoned").clone(), answer)
    }
}

/// Those of the statements that read a column
fn reading<'a>(statements: &'a [String], column: &str) -> Vec<&'a String> {
    let column = format!(".{column}");
    statements.iter().filter(|sql| sql.contains(&column)).collect()
}

struct Town {
    recorder: Recorder,
    guest: Client,
    store: String,
    listing: String,
    profile: String,
}

/// A person with a profile, a store and three listings, each with a long text
async fn town(app: &TestApp) -> Town {
    let owner = app.member("elena").await;
    let category = app.category("comida", None).await;
    let store =
        MakeStore::new("central").with("description", json!("De la tienda")).by(&owner).await;
    let mut listing = String::new();
    for title in ["Queso", "Cuajada", "Crema"] {
        listing = MakeListing::new(&store, &category, title)
            .with("description", json!(format!("De {title}")))
            .by(&owner)
            .await;
    }
    let profile = json!({ "headline": "Quesera", "bio": "De Elena" });
    let profile = done(owner.mutate("profileUpdate", profile, "profile { id }").await);
    Town {
        recorder: Recorder::on(app),
        guest: app.guest(),
        store,
        listing,
        profile: id(&profile["profile"]),
    }
}

/// Every connection, the type of its rows, and their long text
const LISTS: [(&str, &str, &str); 6] = [
    ("{ listings(first: 2) { BELOW } }", "Listing", "description"),
    ("{ store(handle: \"central\") { listings(first: 2) { BELOW } } }", "Listing", "description"),
    ("{ category(slug: \"comida\") { listings(first: 2) { BELOW } } }", "Listing", "description"),
    ("{ user(handle: \"elena\") { listings(first: 2) { BELOW } } }", "Listing", "description"),
    ("{ stores(first: 2) { BELOW } }", "Store", "description"),
    ("{ profiles(first: 2) { BELOW } }", "Profile", "bio"),
];

/// Ways to select it
const WIDE: [&str; 8] = [
    "nodes { WIDE }",
    "edges { node { WIDE } }",
    "nodes { id WIDE } edges { node { WIDE } }",
    "nodes { id } edges { node { long: WIDE } }",
    "a: nodes { id } b: nodes { WIDE }",
    "... { nodes { WIDE } }",
    "nodes { ... { ... @include(if: true) { WIDE @skip(if: false) } } }",
    "edges { node { ...a } }",
];

on_both! {
    async fn a_list_without_the_long_text_never_reads_it(app: &TestApp) {
        let town = town(app).await;
        for (list, _, wide) in LISTS {
            for below in [
                "nodes { id }",
                "edges { cursor node { id createdAt location { latitude } } } pageInfo { endCursor }",
                "totalCount nodes { __typename }",
            ] {
                let query = list.replace("BELOW", below);
                let (statements, _) = town.recorder.ask(&town.guest, &query, json!({})).await;
                assert!(!statements.is_empty());
                assert_eq!(reading(&statements, wide), Vec::<&String>::new(), "{query}");
            }
        }
    }
}

on_both! {
    async fn a_list_with_the_long_text_reads_it_in_the_same_statement(app: &TestApp) {
        let town = town(app).await;
        for (list, of, wide) in LISTS {
            let narrow = list.replace("BELOW", "nodes { id }");
            let (without, _) = town.recorder.ask(&town.guest, &narrow, json!({})).await;
            for below in WIDE {
                let fragments =
                    format!("fragment a on {of} {{ ...b }} fragment b on {of} {{ WIDE }}");
                let query = list.replace("BELOW", below)
                    + if below.contains("...a") { &fragments } else { "" };
                let query = query.replace("WIDE", wide);
                let (statements, answer) = town.recorder.ask(&town.guest, &query, json!({})).await;
                assert_eq!(statements.len(), without.len(), "{query}\n{statements:#?}");
                assert_eq!(reading(&statements, wide).len(), 1, "{query}");
                assert!(answer.to_string().contains("\"De "), "{query}: {answer}");
            }
        }
    }
}

on_both! {
    async fn what_a_directive_leaves_out_is_not_read(app: &TestApp) {
        let town = town(app).await;
        for (list, _, wide) in LISTS {
            for (below, reads) in [
                ("nodes { id WIDE @include(if: $wanted) }", true),
                ("edges { node { id WIDE @skip(if: $wanted) } }", false),
                ("nodes { id ... @include(if: $wanted) { WIDE } }", true),
                ("nodes @include(if: $wanted) { WIDE } edges { node { id } }", true),
            ] {
                let query = format!(
                    "query($wanted: Boolean!) {}",
                    list.replace("BELOW", below).replace("WIDE", wide)
                );
                for wanted in [true, false] {
                    let (statements, answer) =
                        town.recorder.ask(&town.guest, &query, json!({ "wanted": wanted })).await;
                    assert_eq!(
                        reading(&statements, wide).len(),
                        usize::from(wanted == reads),
                        "{query} {wanted}"
                    );
                    assert_eq!(
                        answer.to_string().contains("\"De "),
                        wanted == reads,
                        "{query} {wanted}"
                    );
                }
            }
        }
    }
}

on_both! {
    async fn a_row_that_was_read_without_it_gets_it_from_a_loader(app: &TestApp) {
        let town = town(app).await;
        for (of, id, wide, told) in [
            ("Listing", &town.listing, "description", "De Crema"),
            ("Store", &town.store, "description", "De la tienda"),
            ("Profile", &town.profile, "bio", "De Elena"),
        ] {
            let query =
                format!("query($id: ID!) {{ node(id: $id) {{ ... on {of} {{ id WIDE }} }} }}");
            let (statements, _) = town
                .recorder
                .ask(&town.guest, &query.replace("WIDE", "createdAt"), json!({ "id": id }))
                .await;
            assert_eq!((statements.len(), reading(&statements, wide).len()), (1, 0), "{of}");
            let (statements, answer) = town
                .recorder
                .ask(&town.guest, &query.replace("WIDE", wide), json!({ "id": id }))
                .await;
            assert_eq!((statements.len(), reading(&statements, wide).len()), (2, 1), "{of}");
            assert_eq!(answer["node"][wide], told);
        }
        // The store of three listings: once.
        let query =
            "{ listings { nodes { title store { description } publisher { profile { bio } } } } }";
        let (statements, answer) = town.recorder.ask(&town.guest, query, json!({})).await;
        // Listings, stores, people, and after them the profiles; then the two long texts.
        assert_eq!(statements.len(), 6, "{statements:#?}");
        assert_eq!(
            (reading(&statements, "description").len(), reading(&statements, "bio").len()),
            (1, 1)
        );
        for node in answer["listings"]["nodes"].as_array().expect("nodes") {
            assert_eq!(
                (&node["store"]["description"], &node["publisher"]["profile"]["bio"]),
                (&json!("De la tienda"), &json!("De Elena"))
            );
        }
    }
}

on_both! {
    async fn a_long_text_of_the_rows_below_is_none_of_the_rows_above(app: &TestApp) {
        let town = town(app).await;
        let query = "{ stores { nodes { name listings { nodes { description } } } } }";
        let (statements, answer) = town.recorder.ask(&town.guest, query, json!({})).await;
        let reads = reading(&statements, "description");
        assert_eq!((statements.len(), reads.len()), (2, 1), "{statements:#?}");
        assert!(reads[0].contains("listing"), "{reads:?}");
        assert_eq!(
            answer["stores"]["nodes"][0]["listings"]["nodes"].as_array().map(Vec::len),
            Some(3)
        );
        // The same list twice, once with and once without: each reads what it shows.
        let query = "{ narrow: listings { nodes { title } } wide: listings { nodes { title description } } }";
        let (statements, answer) = town.recorder.ask(&town.guest, query, json!({})).await;
        assert_eq!(
            (statements.len(), reading(&statements, "description").len()),
            (2, 1),
            "{statements:#?}"
        );
        assert_eq!(answer["wide"]["nodes"][0]["description"], "De Crema");
        // An empty text is empty because it is, not because nobody looked.
        let owner = app.member("nueva").await;
        let empty = MakeStore::new("vacia").by(&owner).await;
        let read = town
            .guest
            .ask(
                "query($id: ID!) { node(id: $id) { ... on Store { description } } }",
                json!({ "id": empty }),
            )
            .await;
        assert_eq!(read["node"]["description"], "");
    }
}
