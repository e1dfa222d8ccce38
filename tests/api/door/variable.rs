//! Variables: wrong values are named with their path and what is expected, every time alike.

use super::{Answer, ask, body, post, refused};
use crate::support::{TestApp, on_one};
use serde_json::json;

const SEARCH: &str = "query($f: ListingFilter, $s: ListingSort!, $n: Int) {
    listings(filter: $f, sort: $s, first: $n) { totalCount } }";

#[tokio::test]
async fn wrong_values_are_named_with_their_path() {
    on_one(&[], async |app: &TestApp| {
        for (variables, told) in [
            (json!({}), "Variable \"$s\" of type \"ListingSort!\" is missing"),
            (json!({ "s": null }), "Variable \"$s\": \"ListingSort!\" is expected"),
            (json!({ "s": "BEST" }), "Variable \"$s\": one of NEWEST, "),
            (json!({ "s": 1 }), "Variable \"$s\": one of NEWEST, "),
            (json!({ "s": "NEWEST", "n": "20" }), "Variable \"$n\": \"Int\" is expected"),
            (json!({ "s": "NEWEST", "n": 1.5 }), "Variable \"$n\": \"Int\" is expected"),
            (json!({ "s": "NEWEST", "n": 3_000_000_000_i64 }), "Variable \"$n\": \"Int\" is expected"),
            (json!({ "s": "NEWEST", "n": [1] }), "Variable \"$n\": \"Int\" is expected"),
            (json!({ "s": "NEWEST", "f": "x" }), "Variable \"$f\": \"ListingFilter\" is expected"),
            (json!({ "s": "NEWEST", "f": [{}] }), "Variable \"$f\": \"ListingFilter\" is expected"),
            (json!({ "s": "NEWEST", "f": { "colour": "red" } }), "Variable \"$f.colour\": \"ListingFilter\" has no field of this name"),
            (json!({ "s": "NEWEST", "f": { "text": 5 } }), "Variable \"$f.text\": \"String\" is expected"),
            (json!({ "s": "NEWEST", "f": { "near": { "radiusMetres": 5 } } }), "Variable \"$f.near.point\": \"GeoPointInput!\" is missing"),
            (json!({ "s": "NEWEST", "f": { "near": { "radiusMetres": 5, "point": { "latitude": "x", "longitude": 1 } } } }),
                "Variable \"$f.near.point.latitude\": \"Float!\" is expected"),
        ] {
            let answer = refused(app, SEARCH, variables).await;
            assert_eq!(answer.code(), "BAD_REQUEST");
            assert!(answer.message().starts_with(told), "{}", answer.message());
        }
    })
    .await;
}

#[tokio::test]
async fn items_of_lists_are_named_by_their_number_and_lists_have_an_end() {
    on_one(&[], async |app: &TestApp| {
        let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        for (ids, told) in [
            (json!(["a", null]), "Variable \"$ids.1\": \"ID!\" is expected"),
            (json!(["a", ["b"]]), "Variable \"$ids.1\": \"ID!\" is expected"),
            (json!([true]), "Variable \"$ids.0\": \"ID!\" is expected"),
            (json!(vec!["a"; 1001]), "Variable \"$ids\": a list has at most 1000 items"),
        ] {
            assert_eq!(refused(app, nodes, json!({ "ids": ids })).await.message(), told);
        }
        let answer = ask(app, nodes, json!({ "ids": vec!["a"; 101] })).await;
        assert_eq!(
            (answer.code().as_str(), answer.message().as_str()),
            ("OUT_OF_RANGE", "nodes takes at most 100 ids")
        );
        let answer = ask(app, nodes, json!({ "ids": ["a", "", 5] })).await;
        assert_eq!(answer.json()["data"], json!({ "nodes": [null, null, null] }));
    })
    .await;
}

#[tokio::test]
async fn numbers_beyond_any_type_are_refused_not_rounded() {
    on_one(&[], async |app: &TestApp| {
        for number in ["1e400", "-1e400", "99999999999999999999", "-2147483649", "2147483648", "1e2", "0.1", "-0"] {
            let request = format!(r#"{{"query":"query($n: Int) {{ listings(first: $n) {{ totalCount }} }}","variables":{{"n":{number}}}}}"#);
            let answer = Answer::of(post(app, request)).await;
            assert!(answer.status < 500, "{number}");
            let told = answer.message();
            assert!(["\"Int\" is expected", "number out of range", "first is 1 to 100"].iter().any(|said| told.contains(said)), "{number}: {told}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_schema_does_not_have_is_named_by_the_validator() {
    on_one(&[], async |app: &TestApp| {
        for (query, told) in [
            ("{ servic { name } }", "Unknown field \"servic\" on type \"Query\". Did you mean \"service\"?"),
            ("{ service { name { x } } }", "Field \"name\" must not have a selection since type \"String\" has no subfields"),
            ("{ service }", "Field \"service\" of type \"Service\" must have a selection of subfields"),
            ("{ user { id } }", "Field \"user\" argument \"handle\" of type \"Query\" is required but not provided"),
            ("{ user(handle: 5) { id } }", "Invalid value for argument \"handle\", expected type \"String\""),
            ("{ user(handl: \"x\") { id } }", "Field \"user\" argument \"handle\""),
            ("{ listings(sort: BEST) { totalCount } }", "Invalid value for argument \"sort\", enumeration type \"ListingSort\" does not contain the value \"BEST\""),
            ("{ listings(filter: { colour: 1 }) { totalCount } }", "Invalid value for argument \"filter\", unknown field \"colour\" of type \"ListingFilter\""),
            ("query($a: Nothing) { user(handle: $a) { id } }", "Unknown type \"Nothing\""),
            ("{ user(handle: $h) { id } }", "Variable \"$h\" is not defined"),
            ("query($h: Int = 1) { user(handle: $h) { id } }", "Variable \"$h\" is of type \"Int\", where \"String!\" is expected"),
            ("query($h: String) { user(handle: $h) { id } }", "Variable \"$h\" is of type \"String\", where \"String!\" is expected"),
            ("mutation($i: ProfileUpdateInput = {}) { viewerUpdate(input: $i) { userErrors { code } } }", "Variable \"$i\" is of type \"ProfileUpdateInput\", where \"ViewerUpdateInput!\" is expected"),
            ("query($h: String) { __typename }", "Variable \"$h\" is not used"),
            ("{ service { name @unknown } }", "Unknown directive \"unknown\""),
            ("{ service { ...f } } fragment f on Nothing { id }", "Unknown type \"Nothing\""),
            ("{ a: service { name } a: viewer { role } }", "Fields \"a\" conflict because \"service\" and \"viewer\" are different fields"),
        ] {
            let answer = refused(app, query, json!({})).await;
            assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED", "{query} {}", answer.text);
            assert!(answer.message().starts_with(told), "{query} {}", answer.message());
        }
        let answer = refused(app, "{\n  servic { name }\n}", json!({})).await;
        assert_eq!(answer.json()["errors"][0]["locations"], json!([{ "line": 2, "column": 3 }]));
        let many = refused(app, &format!("{{ service {{ {} }} }}", "x ".repeat(900)), json!({})).await;
        assert_eq!(many.json()["errors"].as_array().map(Vec::len), Some(50), "there is an end to them");
    })
    .await;
}

#[tokio::test]
async fn documents_that_do_not_parse_are_told_where_and_never_sent_back() {
    on_one(&[], async |app: &TestApp| {
        for (query, line, column) in [
            ("{\n  service(", 2, 11),
            ("query {", 1, 8),
            ("nonsense", 1, 1),
            ("{ a } }", 1, 7),
            ("", 0, 0),
        ] {
            let answer = Answer::of(post(app, body(query, json!({})))).await;
            if query.is_empty() {
                assert_eq!(answer.status, 400);
                continue;
            }
            assert_eq!(answer.code(), "GRAPHQL_PARSE_FAILED", "{query} {}", answer.text);
            assert_eq!(
                answer.json()["errors"][0]["locations"],
                json!([{ "line": line, "column": column }]),
                "{}",
                answer.text
            );
            assert!(answer.message().contains("expected"), "{}", answer.message());
        }
        let long = format!("{{ a(b: \"{}\" }}", "secret ".repeat(5000));
        let answer = Answer::of(post(app, body(&long, json!({})))).await;
        assert!(!answer.text.contains("secret"), "{:.300}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn several_operations_need_a_name_and_the_name_must_be_there() {
    on_one(&[], async |app: &TestApp| {
        let both = "query A { service { name } } query B { __typename }";
        for (name, told) in [
            (json!(null), "The document has several operations; send operationName"),
            (json!("C"), "The document has no operation \"C\""),
            (json!(""), "The document has no operation \"\""),
        ] {
            let answer =
                Answer::of(post(app, json!({ "query": both, "operationName": name }).to_string()))
                    .await;
            assert_eq!((answer.code().as_str(), answer.message().as_str()), ("BAD_REQUEST", told));
        }
        for (name, data) in [
            ("A", json!({ "service": { "name": "Plaza" } })),
            ("B", json!({ "__typename": "Query" })),
        ] {
            let answer =
                Answer::of(post(app, json!({ "query": both, "operationName": name }).to_string()))
                    .await;
            assert_eq!(answer.json()["data"], data);
        }
        let wrong_beside = "query A { service { name } } query B { nope }";
        for name in ["A", "B", "A"] {
            let answer = Answer::of(post(
                app,
                json!({ "query": wrong_beside, "operationName": name }).to_string(),
            ))
            .await;
            assert_eq!(
                answer.code(),
                "GRAPHQL_VALIDATION_FAILED",
                "a document is valid as a whole"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_default_holds_in_directives_too() {
    on_one(&[], async |app: &TestApp| {
        let query = "query($show: Boolean! = true, $hide: Boolean = true, $first: Int = 2) {
            service @include(if: $show) { version }
            categories @skip(if: $hide) { id }
            listings(first: $first) { nodes { id } }
        }";
        let shown = app.guest().ask(query, json!({})).await;
        assert!(shown["service"]["version"].is_string(), "{shown}");
        assert_eq!(shown.get("categories"), None, "{shown}");
        let other = app.guest().ask(query, json!({ "show": false, "hide": false })).await;
        assert_eq!(other.get("service"), None, "{other}");
        assert_eq!(other["categories"], json!([]), "{other}");
    })
    .await;
}
