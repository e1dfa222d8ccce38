//! The schema as a client reads it, and how to ask for everything below a field.

use crate::support::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A field of an object type
#[derive(Clone)]
pub struct Field {
    pub name: String,
    /// Name of the type, without lists and bangs
    pub of: String,
    pub list: bool,
    /// Names of the arguments
    pub arguments: Vec<String>,
    /// Names of those that must be sent
    pub required: Vec<String>,
}

/// Object types with their fields
pub struct Schema {
    pub types: BTreeMap<String, Vec<Field>>,
    /// Types that `nodes` finds by their ids
    pub nodes: Vec<String>,
}

/// What is sent to fields of pages that need more than to be asked
const SENT: [(&str, &str); 1] = [("Viewer.messageSearch", "text: \"hola\"")];

const QUERY: &str = "{ __schema { types { kind name interfaces { name } fields { name args { name defaultValue type { kind } } \
     type { ...t } } } } } fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

impl Schema {
    pub async fn read(client: &Client) -> Self {
        let answer = client.ask(QUERY, json!({})).await;
        let all = answer["__schema"]["types"].as_array().expect("types");
        let objects =
            all.iter().filter(|ty| ty["kind"] == "OBJECT" && !text(&ty["name"]).starts_with("__"));
        let (mut types, mut nodes) = (BTreeMap::new(), Vec::new());
        for object in objects {
            let fields = object["fields"].as_array().expect("fields").iter().map(field).collect();
            types.insert(text(&object["name"]), fields);
            if object["interfaces"].as_array().into_iter().flatten().any(|of| of["name"] == "Node")
            {
                nodes.push(text(&object["name"]));
            }
        }
        let others =
            all.iter().filter(|ty| matches!(ty["kind"].as_str(), Some("INTERFACE" | "UNION")));
        let others: Vec<_> = others.map(|ty| text(&ty["name"])).collect();
        assert_eq!(
            others,
            ["ConversationChange", "Node"],
            "the walk knows how to ask for one interface, and that one union is of streams alone; \
             teach it the others"
        );
        Self { types, nodes }
    }

    pub fn fields(&self, of: &str) -> &[Field] {
        self.types.get(of).unwrap_or_else(|| panic!("there is no object type {of}"))
    }

    /// Whether the field leads to objects
    pub fn is_composite(&self, field: &Field) -> bool {
        self.types.contains_key(&field.of) || field.of == "Node"
    }

    pub fn is_node(&self, of: &str) -> bool {
        self.nodes.iter().any(|node| node == of)
    }

    /// A selection of everything in a type: its scalars, and of its objects those that are no nodes
    /// themselves, with all that is in them.
    pub fn everything(&self, of: &str) -> String {
        self.below(of, true, 0)
    }

    /// A selection of little, that still reads everything there is to a row
    pub fn little(&self, of: &str) -> String {
        if self.is_node(of) {
            return "__typename id".to_owned();
        }
        let fields = self.fields(of).iter();
        let scalars = fields
            .clone()
            .filter(|field| !self.is_composite(field))
            .map(|field| call(of, field, 2));
        let mut selected: Vec<_> = scalars.chain(["__typename".to_owned()]).collect();
        let nodes = fields.clone().find(|field| field.name == "nodes");
        for field in nodes.map_or_else(
            || fields.filter(|field| self.is_composite(field)).collect(),
            |nodes| vec![nodes],
        ) {
            selected.push(format!("{} {{ {} }}", call(of, field, 2), self.little(&field.of)));
        }
        selected.join(" ")
    }

    fn below(&self, of: &str, whole: bool, depth: usize) -> String {
        assert!(depth < 8, "{of} holds itself: teach the walk where to stop");
        let mut selected = vec!["__typename".to_owned()];
        for field in self.fields(of) {
            if !self.is_composite(field) {
                selected.push(call(of, field, 2));
            } else if whole && !self.is_node(of) {
                let below = self.below(&field.of, !self.is_node(&field.of), depth + 1);
                selected.push(format!("{} {{ {below} }}", call(of, field, 2)));
            }
        }
        selected.join(" ")
    }
}

/// The field with as few arguments as it can be called with; `rows` where it says how many
pub fn call(of: &str, field: &Field, rows: usize) -> String {
    if let Some((_, sent)) = SENT.iter().find(|(known, _)| *known == format!("{of}.{}", field.name))
    {
        return format!("{}({sent}, first: {rows})", field.name);
    }
    assert!(
        field.required.is_empty(),
        "the walk does not know what to send as {:?} of {of}.{}: teach it",
        field.required,
        field.name
    );
    if field.arguments.iter().any(|argument| argument == "first") {
        format!("{}(first: {rows})", field.name)
    } else {
        field.name.clone()
    }
}

fn field(field: &Value) -> Field {
    let (mut ty, mut list) = (&field["type"], false);
    while !ty["ofType"].is_null() {
        list |= ty["kind"] == "LIST";
        ty = &ty["ofType"];
    }
    let arguments = field["args"].as_array().expect("arguments");
    let required = arguments.iter().filter(|argument| {
        argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
    });
    Field {
        name: text(&field["name"]),
        of: text(&ty["name"]),
        list,
        required: required.map(|argument| text(&argument["name"])).collect(),
        arguments: arguments.iter().map(|argument| text(&argument["name"])).collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a name").to_owned()
}
