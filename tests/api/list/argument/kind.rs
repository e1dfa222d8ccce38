//! Values of other types: made from the schema for every argument and every field of every input.

use super::schema::{Inputs, is_list, named};
use crate::support::{MakeListing, MakeOrder, MakeStore, on_both};
use serde_json::{Map, Value, json};

/// Values that are none of a type
fn wrong(inputs: &Inputs, ty: &Value) -> Vec<Value> {
    let name = named(ty);
    if is_list(ty) {
        // One value stands for a list of one.
        return wrong(inputs, &json!({ "kind": "SCALAR", "name": name }))
            .into_iter()
            .filter(|value| !value.is_array())
            .collect();
    }
    if inputs.types.contains_key(name) {
        return vec![json!("x"), json!(5), json!(true), json!({ "unknownField": 1 })];
    }
    if inputs.enums.contains_key(name) {
        return vec![json!("NO_SUCH_VALUE"), json!(5), json!({}), json!(true)];
    }
    match name {
        "Int" => vec![
            json!("5"),
            json!(1.5),
            json!(3_000_000_000_i64),
            json!(true),
            json!([]),
            json!({}),
        ],
        "Float" => vec![json!("NaN"), json!("5"), json!(true), json!([]), json!({})],
        "Boolean" => vec![json!("yes"), json!(1), json!({})],
        "ID" => vec![json!(true), json!({}), json!(1.5)],
        "Upload" => vec![json!("x"), json!(5), json!(true), json!({})],
        "JSON" => vec![json!("x"), json!(5), json!(true), json!([])],
        "String" | "Currency" | "DateTime" | "Decimal" => {
            vec![json!(true), json!({}), json!(["x"]), json!(1.25)]
        }
        other => panic!("what is no {other}? teach the test"),
    }
}

/// The least good value of a type
fn least(inputs: &Inputs, ty: &Value) -> Value {
    let name = named(ty);
    if is_list(ty) {
        return json!([]);
    }
    if let Some(fields) = inputs.types.get(name) {
        let demanded = fields.iter().filter(|field| field.ty["kind"] == "NON_NULL");
        return demanded
            .map(|field| (field.name.clone(), least(inputs, &field.ty)))
            .collect::<Map<_, _>>()
            .into();
    }
    if let Some(values) = inputs.enums.get(name) {
        return json!(values[0]);
    }
    match name {
        "Int" | "Float" => json!(1),
        "Boolean" => json!(true),
        "JSON" => json!({}),
        "Upload" => json!("multipart:0"),
        _ => json!("1"),
    }
}

/// Values of a type with one thing in them that is wrong, and where
fn spoilt(inputs: &Inputs, ty: &Value, place: &str) -> Vec<(String, Value)> {
    let mut found: Vec<_> =
        wrong(inputs, ty).into_iter().map(|value| (place.to_owned(), value)).collect();
    for field in inputs.types.get(named(ty)).into_iter().flatten() {
        for (place, value) in spoilt(inputs, &field.ty, &format!("{place}.{}", field.name)) {
            let mut whole = if is_list(ty) {
                least(inputs, &json!({ "name": named(ty) }))
            } else {
                least(inputs, ty)
            };
            whole[&field.name] = value;
            found.push((place, if is_list(ty) { json!([whole]) } else { whole }));
        }
    }
    found
}

/// A type as a document writes it
fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => ty["name"].as_str().expect("a name").to_owned(),
    }
}

fn check(status: u16, body: &Value, case: &str) {
    assert!(status < 500, "{case}: {status}");
    let errors = body["errors"].as_array();
    let errors =
        errors.unwrap_or_else(|| panic!("{case} is no value of the type, but was taken: {body}"));
    for error in errors {
        let (code, told) =
            (&error["extensions"]["code"], error["message"].as_str().unwrap_or_default());
        assert!(
            !["INTERNAL", "UNAUTHENTICATED"].contains(&code.as_str().expect("a code")),
            "{case}: {error}"
        );
        // Each says what is expected, or what the value is not and what one is.
        let says = ["xpected", "one is", "no field of this name", "one of"]
            .iter()
            .any(|part| told.contains(part));
        assert!(says, "{case}: {told}");
    }
}

/// Where a field is asked: its parent, and what it selects
fn parent(of: &str) -> Option<&'static str> {
    match of {
        "Query" | "Mutation" | "Subscription" => Some("FIELD"),
        "Store" => Some("store(handle: \"central\") { FIELD }"),
        "Category" => Some("category(slug: \"comida\") { FIELD }"),
        "User" => Some("user(handle: \"elena\") { FIELD }"),
        "ListingConnection" => Some("listings { FIELD }"),
        "StoreConnection" => Some("stores { FIELD }"),
        "ProfileConnection" => Some("profiles { FIELD }"),
        "Viewer" => Some("viewer { FIELD }"),
        "Admin" => Some("admin { FIELD }"),
        "AuditEntryConnection" => Some("admin { auditLog { FIELD } }"),
        "JobConnection" => Some("admin { jobs { FIELD } }"),
        "OrderConnection" => Some("viewer { orders { FIELD } }"),
        "Order" => Some("viewer { orders { nodes { FIELD } } }"),
        "ConversationConnection" => Some("viewer { conversations { FIELD } }"),
        "Conversation" => Some("viewer { conversations { nodes { FIELD } } }"),
        "MessageConnection" => Some("viewer { conversations { nodes { messages { FIELD } } } }"),
        "OrderEventConnection" => Some("viewer { orders { nodes { history { FIELD } } } }"),
        _ => None,
    }
}

on_both! {
    async fn values_of_other_types_are_refused_with_the_type_that_is_expected(app: &TestApp) {
        let admin = app.admin().await;
        // Scalars of our own are read where the field is: its parent has to be there.
        let elena = app.member("elena").await;
        let store = MakeStore::new("central").by(&elena).await;
        let category = app.category("comida", None).await;
        let listing = MakeListing::new(&store, &category, "Queso").by(&elena).await;
        let order = MakeOrder::new(&store).item(&listing, 1).by(&admin).await;
        admin.talk_about(&order).await;
        let inputs = Inputs::read(&admin).await;
        let mut cases = 0;
        for (field, arguments) in
            inputs.arguments.iter().filter(|(_, arguments)| !arguments.is_empty())
        {
            let (of, name) = field.split_once('.').expect("a type and a field");
            let parent =
                parent(of).unwrap_or_else(|| panic!("how is {of}.{name} asked? teach the test"));
            let below = if name == "totalCount" { "" } else { "{ __typename }" };
            for argument in arguments {
                for (place, value) in spoilt(&inputs, &argument.ty, &argument.name) {
                    let mut variables = Map::from_iter([("v".to_owned(), value)]);
                    let (mut declared, mut passed) = (
                        format!("$v: {}", written(&argument.ty)),
                        format!("{}: $v", argument.name),
                    );
                    for other in arguments.iter().filter(|other| {
                        other.name != argument.name && other.ty["kind"] == "NON_NULL"
                    }) {
                        declared.extend([" $", &other.name, ": ", &written(&other.ty)]);
                        passed.extend([" ", &other.name, ": $", &other.name]);
                        variables.insert(other.name.clone(), least(&inputs, &other.ty));
                    }
                    let kind = match of {
                        "Mutation" => "mutation",
                        "Subscription" => "subscription",
                        _ => "query",
                    };
                    let query = format!(
                        "{kind}({declared}) {{ {} }}",
                        parent.replace("FIELD", &format!("{name}({passed}) {below}"))
                    );
                    let reply = admin.send(&query, Value::Object(variables.clone())).await;
                    check(
                        reply.status,
                        &reply.body,
                        &format!("{field} {place} {}", variables["v"]),
                    );
                    cases += 1;
                }
            }
        }
        assert!(cases > 500, "only {cases} values were made");
    }
}
