//! Limits on documents, checked before anything is validated or executed: each passes at its bound
//! and is refused one beyond, and says both.

use super::{ask, body, post, refused};
use crate::support::{TestApp, on_one};
use serde_json::{Value, json};

/// Passes: executed, without errors
async fn passes(app: &TestApp, query: &str, variables: Value) -> Value {
    let answer = ask(app, query, variables).await;
    let told = answer.json();
    assert_eq!((answer.status, told.get("errors")), (200, None), "{query:.300}");
    told
}

/// Refused for a limit, with these words
async fn beyond(app: &TestApp, query: &str, variables: Value, told: &str) {
    let answer = refused(app, query, variables).await;
    assert_eq!(answer.code(), "LIMIT_EXCEEDED", "{query:.300} {}", answer.text);
    assert!(answer.message().contains(told), "{query:.300} {}", answer.message());
}

#[tokio::test]
async fn a_document_has_1000_tokens() {
    on_one(&[], async |app: &TestApp| {
        let names = |count: usize| format!("{{ service {{ {} }} }}", "name ".repeat(count));
        passes(app, &names(995), json!({})).await;
        beyond(app, &names(996), json!({}), "at most 1000 tokens").await;
        let long = format!("{{ service {{ name }} }} # {}", "word ".repeat(5000));
        passes(app, &long, json!({})).await;
        let text = format!("{{ user(handle: \"{}\") {{ id }} }}", "word ".repeat(5000));
        passes(app, &text, json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn tokens_are_counted_without_blanks_between_them_too() {
    on_one(&[], async |app: &TestApp| {
        for dense in [
            format!("{{{}}} fragment a on Query{{__typename}}", "...a".repeat(900)),
            format!("{{user(handle:[{}]){{id}}}}", "-1".repeat(1100)),
            format!("{{user(handle:[{}]){{id}}}}", "1.5e3-".repeat(1100)),
            format!("{{user(handle:[{}]){{id}}}}", "\"a\"".repeat(1100)),
            format!("{{a{}}}", "@b".repeat(600)),
            format!("{{{}}}", "a:b,".repeat(400)),
            format!("query({}){{a}}", "$a:I=1".repeat(250)),
        ] {
            beyond(app, &dense, json!({}), "at most 1000 tokens").await;
        }
    })
    .await;
}

#[tokio::test]
async fn fields_are_at_most_10_deep_fragments_included() {
    on_one(&[], async |app: &TestApp| {
        let nested = |leaf: &str| {
            format!("{{ listings(first: 1) {{ nodes {{ store {{ listings(first: 1) {{ nodes {{ store {{ listings(first: 1) {{ nodes {{ store {{ {leaf} }} }} }} }} }} }} }} }} }} }}")
        };
        passes(app, &nested("name"), json!({})).await;
        beyond(app, &nested("owner { handle }"), json!({}), "at most 10 levels of fields; this one has 11").await;
        let hidden = nested("...a") + " fragment a on Store { ... on Store { owner { handle } } }";
        beyond(app, &hidden, json!({}), "at most 10 levels").await;
        let shallow = nested("...a") + " fragment a on Store { ... on Store { ... @include(if: true) { name } } }";
        passes(app, &shallow, json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn an_operation_has_15_aliases() {
    on_one(&[], async |app: &TestApp| {
        let aliases = |count: usize| format!("{{ service {{ {} }} }}", (0..count).map(|at| format!("a{at}: name ")).collect::<String>());
        passes(app, &aliases(15), json!({})).await;
        beyond(app, &aliases(16), json!({}), "at most 15 aliases; this one has 16").await;
        let spread = "{ service { ...a ...a ...a ...a } } fragment a on Service { a: name b: name c: name d: name }";
        beyond(app, spread, json!({}), "at most 15 aliases; this one has 16").await;
        let many = format!("{{ {} }}", (0..10_000).map(|at| format!("a{at}:x ")).collect::<String>());
        beyond(app, &many, json!({}), "at most 1000 tokens").await;
    })
    .await;
}

#[tokio::test]
async fn an_operation_has_10_root_fields() {
    on_one(&[], async |app: &TestApp| {
        passes(app, &format!("{{ {} }}", "__typename ".repeat(10)), json!({})).await;
        beyond(app, &format!("{{ {} }}", "__typename ".repeat(11)), json!({}), "at most 10 root fields; this one has 11").await;
        let spread = "{ ...a ...a ... { ...a } } fragment a on Query { __typename service { name } viewer { role } user(handle: \"x\") { id } }";
        beyond(app, spread, json!({}), "at most 10 root fields; this one has 12").await;
        let sign_ins = (0..11).map(|at| format!("a{at}: signIn(input: {{ login: \"x\", password: \"x\" }}) {{ userErrors {{ code }} }} "));
        let guesses = format!("mutation {{ {} }}", sign_ins.collect::<String>());
        beyond(app, &guesses, json!({}), "at most 10 root fields").await;
    })
    .await;
}

#[tokio::test]
async fn an_operation_has_50_directives() {
    on_one(&[], async |app: &TestApp| {
        let directives = |count: usize| {
            format!("{{ service {{ {} }} }}", "name @skip(if: false) ".repeat(count))
        };
        passes(app, &directives(50), json!({})).await;
        beyond(app, &directives(51), json!({}), "at most 50 directives; this one has 51").await;
        let hidden = "{ service { ...a ...a } } fragment a on Service { ".to_owned()
            + &"name @skip(if: false) ".repeat(26)
            + "}";
        beyond(app, &hidden, json!({}), "at most 50 directives; this one has 52").await;
        beyond(
            app,
            &format!("{{ __typename {} }}", "@a ".repeat(5000)),
            json!({}),
            "at most 1000 tokens",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_operation_has_2000_fields_once_its_fragments_are_spread() {
    on_one(&[], async |app: &TestApp| {
        let expanded = |more: usize| {
            format!(
                "{{ service {{ {} {} {} }} }} fragment a on Service {{ {} }} fragment b on Service {{ {} }}",
                "...b ".repeat(3), "...a ".repeat(9), "name ".repeat(more), "name ".repeat(50), "...a ".repeat(10),
            )
        };
        passes(app, &expanded(49), json!({})).await;
        beyond(app, &expanded(50), json!({}), "at most 2000 fields once its fragments are spread; this one has 2001").await;
    })
    .await;
}

/// `f0` spreads `f1` twice, which spreads `f2` twice, and so on: 16 million fields
fn doubling() -> String {
    let steps =
        (0..24).map(|at| format!("fragment f{at} on Query{{...f{} ...f{}}}", at + 1, at + 1));
    steps.collect::<String>() + "fragment f24 on Query{__typename}"
}

#[tokio::test]
async fn doubling_fragments_are_refused_wherever_they_hide() {
    on_one(&[], async |app: &TestApp| {
        let bomb = format!("{{...f0}}{}", doubling());
        assert!(bomb.len() < 1000, "{}", bomb.len());
        beyond(app, &bomb, json!({}), "this one has more").await;
        // The library looks at every operation and fragment of a document, whichever is asked for.
        let beside = format!("query A {{ __typename }} query B {{ ...f0 }} {}", doubling());
        let request = json!({ "query": beside, "operationName": "A" }).to_string();
        let answer = super::Answer::of(post(app, request)).await;
        assert_eq!(answer.code(), "LIMIT_EXCEEDED", "{}", answer.text);
        let unused = format!("{{ __typename }} {}", doubling());
        assert_eq!(refused(app, &unused, json!({})).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn rings_of_fragments_are_refused_wherever_they_hide() {
    on_one(&[], async |app: &TestApp| {
        let ring = "fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }";
        let itself = "fragment a on Query { service { name } ...a ...a ...a }";
        for (query, name) in [
            (format!("{{ ...a }} {ring}"), ""),
            (format!("{{ ...a }} {itself}"), ""),
            (format!("query A {{ __typename }} query B {{ ...a }} {ring}"), "A"),
            (format!("query A {{ __typename }} query B {{ ...a }} {itself}"), "A"),
            (format!("{{ __typename }} {ring}"), ""),
            (format!("{{ __typename }} {itself}"), ""),
        ] {
            let mut request = json!({ "query": query });
            if !name.is_empty() {
                request["operationName"] = json!(name);
            }
            let request = post(app, request.to_string())
                .header("accept", "application/graphql-response+json");
            let answer = super::Answer::of(request).await;
            assert_eq!(answer.status, 400, "{query}");
            assert!(answer.message().contains("spreads itself"), "{query} {}", answer.message());
        }
        let missing = refused(app, "{ ...nowhere }", json!({})).await;
        assert!(missing.message().contains("There is no fragment \"nowhere\""));
    })
    .await;
}

#[tokio::test]
async fn an_operation_costs_at_most_5000() {
    on_one(&[], async |app: &TestApp| {
        let listings = |titles: usize| {
            format!("{{ listings(first: 100) {{ nodes {{ {} }} }} }}", "title ".repeat(titles))
        };
        let told = passes(app, &listings(47), json!({})).await;
        assert_eq!(
            told["extensions"]["cost"],
            json!({ "estimated": 4902, "actual": 3 }),
            "2 + 100 rows of 2 + 47, and none came"
        );
        beyond(app, &listings(48), json!({}), "costs at most 5000; this one may cost 5002").await;
        let told = passes(app, "{ listings { nodes { title } } }", json!({})).await;
        assert_eq!(
            told["extensions"]["cost"]["estimated"], 62,
            "20 rows where the size is left out"
        );
    })
    .await;
}

#[tokio::test]
async fn sizes_in_variables_and_defaults_cost_as_much_as_written_ones() {
    on_one(&[], async |app: &TestApp| {
        let nested =
            "listings(first: $n) { nodes { store { listings(first: $n) { nodes { title } } } } }";
        let asked = format!("query($n: Int) {{ {nested} }}");
        passes(app, &asked, json!({ "n": 5 })).await;
        beyond(app, &asked, json!({ "n": 100 }), "may cost 30602").await;
        beyond(app, &asked, json!({ "n": 1_000_000 }), "far more").await;
        beyond(app, &asked, json!({ "n": 2_147_483_647 }), "far more").await;
        let by_default = format!("query($n: Int = 100) {{ {nested} }}");
        beyond(app, &by_default, json!({}), "may cost 30602").await;
        passes(app, &by_default, json!({ "n": 5 })).await;
        let list = "query($n: Int) { listings(first: $n) { totalCount } }";
        let answer = ask(app, list, json!({ "n": 1_000_000 })).await;
        assert_eq!(answer.code(), "OUT_OF_RANGE");
        assert_eq!(answer.message(), "first is 1 to 100");
    })
    .await;
}

#[tokio::test]
async fn no_spelling_of_a_size_costs_less_than_its_rows() {
    on_one(&[], async |app: &TestApp| {
        let cost = async |query: &str, variables: Value| {
            passes(app, query, variables).await["extensions"]["cost"]["estimated"].as_u64().expect("a cost")
        };
        let rows = |rows: u64| 2 + rows * 3;
        let sized = "query($n: Int = 1) { listings(first: $n) { nodes { title } } }";
        assert_eq!(cost(sized, json!({})).await, rows(1));
        assert_eq!(cost(sized, json!({ "n": null })).await, rows(20), "null is the field's default, not the variable's");
        let null_default = "query($n: Int = null) { listings(first: $n) { nodes { title } } }";
        assert_eq!(cost(null_default, json!({})).await, rows(20));
        let relay = "query($f: Int, $l: Int) { listings(first: $f, last: $l) { nodes { title } } }";
        assert_eq!(cost(relay, json!({ "l": 90 })).await, rows(90), "whichever is given");
        assert_eq!(cost(relay, json!({ "f": null, "l": 90 })).await, rows(90));
        assert_eq!(cost(relay, json!({ "f": 90 })).await, rows(90));
        assert_eq!(cost(relay, json!({})).await, rows(20));
        assert_eq!(cost("query($f: Int) { listings(first: $f, last: 90) { nodes { title } } }", json!({})).await, rows(90));
        let ids = vec!["x"; 90];
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assert_eq!(cost(nodes, json!({ "ids": ids })).await, 90 * 3);
        assert_eq!(cost(nodes, json!({ "ids": "x" })).await, 3, "one stands for a list of one");
        let written = format!("query($ids: [ID!]! = {}) {{ nodes(ids: $ids) {{ id }} }}", json!(ids));
        assert_eq!(cost(&written, json!({})).await, 90 * 3, "defaults count too");
        let hours = "{ stores(first: 10) { nodes { openingHours { weekday } topListings(first: 100) { title } } } }";
        assert_eq!(cost(hours, json!({})).await, 2 + 10 * (2 + 5 * 3 + 100 * 3));
    })
    .await;
}

#[tokio::test]
async fn limits_hold_for_mutations_and_streams_too() {
    on_one(&[], async |app: &TestApp| {
        let deep = "mutation { signOut { userErrors { ...a } } } fragment a on UserError { ...a }";
        assert_eq!(refused(app, deep, json!({})).await.status, 400);
        let wide = format!("subscription {{ service {{ {} }} }}", "name ".repeat(1000));
        for accept in ["application/json", "text/event-stream"] {
            let answer =
                super::Answer::of(post(app, body(&wide, json!({}))).header("accept", accept)).await;
            assert!(answer.text.contains("at most 1000 tokens"), "{accept} {}", answer.text);
        }
    })
    .await;
}
