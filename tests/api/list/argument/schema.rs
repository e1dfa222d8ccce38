//! Arguments and input types of the catalog, as the schema tells them.

use crate::support::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Mutations of accounts: their inputs are tested with them
const OF_ACCOUNTS: [&str; 9] = [
    "signUp",
    "signIn",
    "sessionRefresh",
    "signOut",
    "sessionRevoke",
    "passwordChange",
    "viewerUpdate",
    "profileUpdate",
    "userSuspend",
];

/// An argument, or a field of an input
#[derive(Clone)]
pub struct Input {
    pub name: String,
    /// As introspection writes it
    pub ty: Value,
}

pub struct Inputs {
    /// Arguments by `Type.field`
    pub arguments: BTreeMap<String, Vec<Input>>,
    /// Fields of input types
    pub types: BTreeMap<String, Vec<Input>>,
    /// Values of enums
    pub enums: BTreeMap<String, Vec<String>>,
}

const QUERY: &str = "{ __schema { types { kind name fields { name args { name type { ...t } } } \
     inputFields { name type { ...t } } enumValues { name } } } } \
     fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Inputs {
    pub async fn read(client: &Client) -> Self {
        let answer = client.ask(QUERY, json!({})).await;
        let (mut arguments, mut types, mut enums) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for ty in answer["__schema"]["types"].as_array().expect("types") {
            let name = text(&ty["name"]);
            if name.starts_with("__") {
                continue;
            }
            for field in ty["fields"].as_array().into_iter().flatten() {
                let field_name = text(&field["name"]);
                if name != "Mutation" || !OF_ACCOUNTS.contains(&field_name.as_str()) {
                    arguments.insert(format!("{name}.{field_name}"), inputs(&field["args"]));
                }
            }
            match ty["kind"].as_str() {
                Some("INPUT_OBJECT") => {
                    types.insert(name, inputs(&ty["inputFields"]));
                }
                Some("ENUM") => {
                    let values = ty["enumValues"].as_array().expect("values");
                    enums.insert(name, values.iter().map(|value| text(&value["name"])).collect());
                }
                _ => {}
            }
        }
        Self { arguments, types, enums }
    }

    /// Names of all arguments and input fields that take a value, as `Type.field.argument` or
    /// `Input.field`; enums and booleans hold no nonsense of their own type.
    pub fn values(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (field, arguments) in &self.arguments {
            for argument in arguments {
                self.collect(&format!("{field}.{}", argument.name), &argument.ty, &mut names);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    fn collect(&self, name: &str, ty: &Value, names: &mut Vec<String>) {
        let named = named(ty);
        if let Some(fields) = self.types.get(named) {
            for field in fields {
                self.collect(&format!("{named}.{}", field.name), &field.ty, names);
            }
        } else if named != "Boolean" && (!self.enums.contains_key(named) || is_list(ty)) {
            names.push(name.to_owned());
        }
    }
}

/// The name of a type without lists and bangs
pub fn named(ty: &Value) -> &str {
    let mut ty = ty;
    while !ty["ofType"].is_null() {
        ty = &ty["ofType"];
    }
    ty["name"].as_str().expect("a name")
}

/// The type is a list
pub fn is_list(ty: &Value) -> bool {
    ty["kind"] == "LIST" || (!ty["ofType"].is_null() && is_list(&ty["ofType"]))
}

fn inputs(list: &Value) -> Vec<Input> {
    let list = list.as_array().into_iter().flatten();
    list.map(|input| Input { name: text(&input["name"]), ty: input["type"].clone() }).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}
