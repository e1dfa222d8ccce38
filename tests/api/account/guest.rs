//! Guests: every mutation but signing up, in and refreshing is theirs only after signing in.

use crate::support::{TestApp, on_one};
use serde_json::{Map, Value, json};

/// What needs no sign-in
const OPEN: [&str; 3] = ["signUp", "signIn", "sessionRefresh"];
const TYPES: &str = "{ __schema { mutationType { fields { name args { name type { ...T } } type { name ofType { name } } } }
    types { kind name inputFields { name type { ...T } } enumValues { name } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The least value of a type: what is demanded, and nothing of sense
fn least(ty: &Value, types: &Value) -> Value {
    let inner = &ty["ofType"];
    let name = ty["name"].as_str().unwrap_or_default();
    match ty["kind"].as_str().unwrap_or_default() {
        "NON_NULL" => least(inner, types),
        "LIST" => json!([]),
        "ENUM" => named(types, name)["enumValues"][0]["name"].clone(),
        "INPUT_OBJECT" => {
            let fields = named(types, name)["inputFields"].as_array().expect("fields");
            let demanded = fields.iter().filter(|field| field["type"]["kind"] == "NON_NULL");
            let fields = demanded.map(|field| {
                (field["name"].as_str().expect("a name").to_owned(), least(&field["type"], types))
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        _ => match name {
            "Int" | "Float" => json!(1),
            "Boolean" => json!(true),
            "Decimal" => json!("1"),
            "JSON" => json!({}),
            "Upload" => json!("multipart:0"),
            _ => json!("x"),
        },
    }
}

fn named<'a>(types: &'a Value, name: &str) -> &'a Value {
    let mut all = types.as_array().expect("types").iter();
    all.find(|ty| ty["name"] == name).expect("the type is there")
}

/// A type as a document writes it
fn written(ty: &Value) -> String {
    match ty["kind"].as_str().unwrap_or_default() {
        "NON_NULL" => format!("{}!", written(&ty["ofType"])),
        "LIST" => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().expect("a name").to_owned(),
    }
}

/// A call of a mutation with the least that its arguments demand
fn call(mutation: &Value, types: &Value) -> (String, Value) {
    let name = mutation["name"].as_str().expect("a name");
    let (mut declared, mut passed, mut variables) = (String::new(), String::new(), Map::new());
    for arg in mutation["args"].as_array().expect("arguments") {
        let arg_name = arg["name"].as_str().expect("a name");
        declared += &format!("${arg_name}: {} ", written(&arg["type"]));
        passed += &format!("{arg_name}: ${arg_name} ");
        variables.insert(arg_name.to_owned(), least(&arg["type"], types));
    }
    let parens = |text: String| if text.is_empty() { text } else { format!("({text})") };
    let query =
        format!("mutation{} {{ {name}{} {{ __typename }} }}", parens(declared), parens(passed));
    (query, Value::Object(variables))
}

#[tokio::test]
async fn every_other_mutation_asks_a_guest_to_sign_in_whatever_the_input() {
    on_one(&[], async |app: &TestApp| {
        let schema = app.guest().ask(TYPES, json!({})).await;
        let types = &schema["__schema"]["types"];
        let mutations = schema["__schema"]["mutationType"]["fields"].as_array().expect("mutations");
        assert!(mutations.len() > 15, "all mutations are walked");
        for mutation in mutations {
            let (query, variables) = call(mutation, types);
            let reply = app.guest().send(&query, variables).await;
            let name = mutation["name"].as_str().expect("a name");
            let demands = reply.code() == "UNAUTHENTICATED";
            assert_eq!(demands, !OPEN.contains(&name), "{name}: {:#}", reply.body);
            if demands {
                assert_eq!(reply.status, 200, "the request is well-formed: {name}");
                assert_eq!(reply.body["errors"][0]["path"], json!([name]));
                assert_eq!(reply.body["errors"][0]["message"], "Sign in first");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_guest_has_no_face_and_sees_no_session() {
    on_one(&[], async |app: &TestApp| {
        let seen = app.guest().ask("{ viewer { role } }", json!({})).await;
        assert_eq!(seen, json!({ "viewer": null }));
    })
    .await;
}
