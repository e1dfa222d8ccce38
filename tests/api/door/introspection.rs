//! Introspection, on and off.

use super::{Answer, ask, refused};
use crate::support::{TestApp, on_one};
use serde_json::{Value, json};

/// What graphql-js' `getIntrospectionQuery()` writes, with every option that this library knows
fn standard() -> String {
    let of_type = (0..9).fold(String::new(), |inner, _| format!("ofType {{ name kind {inner} }}"));
    format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name kind }} mutationType {{ name kind }}
            subscriptionType {{ name kind }} types {{ ...FullType }}
            directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
        fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
            fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
                type {{ ...TypeRef }} isDeprecated deprecationReason }}
            inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
            enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
            possibleTypes {{ ...TypeRef }} }}
        fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue
            isDeprecated deprecationReason }}
        fragment TypeRef on __Type {{ kind name {of_type} }}"
    )
}

#[tokio::test]
async fn the_standard_query_passes_and_knows_the_schema() {
    on_one(&[], async |app: &TestApp| {
        let answer = ask(app, &standard(), json!({})).await;
        assert_eq!(answer.status, 200, "{:.500}", answer.text);
        let data = answer.json();
        assert_eq!(data.get("errors"), None, "{:#}", data["errors"]);
        let schema = &data["data"]["__schema"];
        assert_eq!(schema["mutationType"]["name"], "Mutation");
        let types = schema["types"].as_array().expect("types");
        let listing = types.iter().find(|ty| ty["name"] == "Listing").expect("the type is there");
        assert_eq!(listing["interfaces"][0]["name"], "Node");
        assert!(listing["fields"].as_array().expect("fields").len() > 10);
        assert_eq!(data["extensions"]["cost"]["estimated"], 0, "it reads no rows");
        let again = ask(app, &standard(), json!({})).await;
        assert_eq!(again.text, answer.text);
    })
    .await;
}

#[tokio::test]
async fn a_type_can_be_asked_for_beside_data() {
    on_one(&[], async |app: &TestApp| {
        let query = r#"{ __type(name: "Money") { kind fields { name type { kind ofType { name } } } } service { name } }"#;
        let answer = ask(app, query, json!({})).await.json();
        assert_eq!(answer["data"]["__type"]["fields"][0]["type"]["ofType"]["name"], "Decimal");
        assert_eq!(answer["data"]["service"]["name"], "Plaza");
        let none = ask(app, r#"{ __type(name: "Nothing") { kind } }"#, json!({})).await.json();
        assert_eq!(none["data"]["__type"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn introspection_that_goes_in_circles_is_refused() {
    on_one(&[], async |app: &TestApp| {
        let circle = |levels: usize| {
            let inner = (0..levels).fold("name".to_owned(), |inner, _| format!("fields {{ type {{ {inner} }} }}"));
            format!("{{ __schema {{ types {{ {inner} }} }} }}")
        };
        assert_eq!(ask(app, &circle(2), json!({})).await.status, 200);
        for levels in [3, 6, 9] {
            let answer = refused(app, &circle(levels), json!({})).await;
            assert_eq!(answer.code(), "LIMIT_EXCEEDED");
            assert!(answer.message().contains("introspection"), "{}", answer.message());
        }
        for hidden in [
            "{ __schema { types { ...a } } } fragment a on __Type { fields { type { ...b } } }
                fragment b on __Type { possibleTypes { ...c } } fragment c on __Type { fields { name type { interfaces { name } } } }",
            "{ __type(name: \"Query\") { ... { fields { type { ofType { fields { args { type { inputFields { name } } } } } } } } } }",
            "{ x: __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        ] {
            assert_eq!(refused(app, hidden, json!({})).await.code(), "LIMIT_EXCEEDED", "{hidden}");
        }
        let deep = (0..25).fold("name".to_owned(), |inner, _| format!("ofType {{ {inner} }}"));
        let answer = refused(app, &format!("{{ __schema {{ types {{ {deep} }} }} }}"), json!({})).await;
        assert_eq!(answer.message(), "An operation has at most 20 levels of introspection; this one has 28");
    })
    .await;
}

#[tokio::test]
async fn where_it_is_off_nothing_is_told_of_the_schema_but_the_type_of_an_answer() {
    on_one(&[("PLAZA_INTROSPECTION", "false")], async |app: &TestApp| {
        for query in [&standard(), "{ __schema { types { name } } }", r#"{ __type(name: "User") { name } }"#,
            "mutation { __schema { types { name } } }"] {
            let answer = refused(app, query, json!({})).await;
            assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED");
            assert!(!answer.text.contains("Did you mean"), "{}", answer.text);
            let again = refused(app, query, json!({})).await;
            assert_eq!(again.text, answer.text);
        }
        let answer = ask(app, "{ __typename service { __typename name } }", json!({})).await;
        assert_eq!(answer.json()["data"], json!({ "__typename": "Query", "service": { "__typename": "Service", "name": "Plaza" } }));
        for close in ["{ servic { name } }", "{ service { nam } }", "{ user(handl: 1) { id } }", "{ listings(sort: NEWES) { totalCount } }"] {
            let answer = refused(app, close, json!({})).await;
            assert!(!answer.text.contains("Did you mean"), "{}", answer.text);
        }
        let page = Answer::of(app.guest().request(reqwest::Method::GET, "/")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("PLAZA_INTROSPECTION=true"), "it says how to turn it on");
    })
    .await;
}
