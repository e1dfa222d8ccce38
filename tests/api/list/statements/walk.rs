//! The walk: for each field that leads to objects a document that reaches it from one parent, and
//! from twenty.

use super::schema::{Field, Schema, call};
use super::world::{MANY, World};
use crate::support::TestApp;
use serde_json::{Value, json};
use std::collections::VecDeque;

/// Where a way begins
#[derive(Clone, Debug, PartialEq)]
enum Start {
    /// Twenty nodes of a type, by their ids
    Nodes(String),
    /// The viewer: one with one of everything, one with twenty
    Viewer,
    /// Fields of the root, which say how many rows
    Root,
}

/// From a start down through fields to a type
#[derive(Clone)]
pub struct Way {
    start: Start,
    /// Fields with the type they belong to
    path: Vec<(String, Field)>,
}

impl Way {
    fn then(&self, of: &str, field: &Field) -> Self {
        let mut path = self.path.clone();
        path.push((of.to_owned(), field.clone()));
        Self { start: self.start.clone(), path }
    }

    /// The document that asks `inner` of every object at the way's end, under this many parents
    fn document(&self, parents: usize, inner: &str) -> String {
        let rows = if self.start == Start::Root { parents } else { 2 };
        let mut text = inner.to_owned();
        for (of, field) in self.path.iter().rev() {
            text = format!("{} {{ {text} }}", call(of, field, rows));
        }
        match &self.start {
            Start::Nodes(of) => {
                format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ {text} }} }} }}")
            }
            Start::Viewer => format!("{{ viewer {{ {text} }} }}"),
            Start::Root => format!("{{ {text} }}"),
        }
    }

    /// It begins at nodes, of which there are twenty
    pub fn is_of_nodes(&self) -> bool {
        matches!(self.start, Start::Nodes(_))
    }

    /// What it costs in statements, and what was answered
    pub async fn ask(
        &self,
        app: &TestApp,
        world: &World,
        parents: usize,
        inner: &str,
    ) -> (u64, Value) {
        let client = match &self.start {
            Start::Viewer if parents == 1 => &world.lone,
            Start::Root if self.path.first().is_some_and(|(_, field)| field.name == "admin") => {
                &world.admin
            }
            _ => &world.owner,
        };
        let variables = match &self.start {
            Start::Nodes(of) => json!({ "ids": world.ids_of(of)[..parents] }),
            _ => json!({}),
        };
        app.statements(client.ask(&self.document(parents, inner), variables)).await
    }
}

impl World {
    fn ids_of(&self, of: &str) -> &[String] {
        let ids = self.ids.get(of).map(Vec::as_slice).unwrap_or_default();
        assert!(
            ids.len() == MANY,
            "{of} is a node, but the world has no {MANY} of it: make them in world.rs"
        );
        ids
    }
}

/// The shortest way to every type that queries reach
pub fn ways(schema: &Schema) -> Vec<(String, Way)> {
    let mut found: Vec<(String, Way)> = Vec::new();
    let mut next = VecDeque::new();
    for node in &schema.nodes {
        next.push_back((node.clone(), Way { start: Start::Nodes(node.clone()), path: Vec::new() }));
    }
    next.push_back(("Viewer".to_owned(), Way { start: Start::Viewer, path: Vec::new() }));
    // What hangs on nodes is reached from them: the root comes last.
    let mut root_is_left = true;
    loop {
        while let Some((of, way)) = next.pop_front() {
            if found.iter().any(|(known, _)| *known == of) {
                continue;
            }
            for field in
                schema.fields(&of).iter().filter(|field| schema.types.contains_key(&field.of))
            {
                next.push_back((field.of.clone(), way.then(&of, field)));
            }
            found.push((of, way));
        }
        if !std::mem::take(&mut root_is_left) {
            return found;
        }
        for field in root_fields(schema) {
            next.push_back((field.of.clone(), root(&field)));
        }
    }
}

/// Fields of the root that can be asked without arguments; the viewer is a start of its own
fn root_fields(schema: &Schema) -> Vec<Field> {
    let fields = schema
        .fields("Query")
        .iter()
        .filter(|field| field.required.is_empty() && field.of != "Viewer");
    fields.filter(|field| schema.is_composite(field)).cloned().collect()
}

fn root(field: &Field) -> Way {
    Way { start: Start::Root, path: vec![("Query".to_owned(), field.clone())] }
}

/// Every list of objects that queries reach: what it is called, the type of its rows, the way to them
pub fn lists(schema: &Schema) -> Vec<(String, String, Way)> {
    let mut fields: Vec<_> = root_fields(schema)
        .into_iter()
        .map(|field| ("Query".to_owned(), root(&field), field))
        .collect();
    for (of, way) in ways(schema) {
        for field in schema.fields(&of).iter().filter(|field| schema.is_composite(field)) {
            fields.push((of.clone(), way.then(&of, field), field.clone()));
        }
    }
    let mut lists = Vec::new();
    for (of, way, field) in fields {
        let name = format!("{of}.{}", field.name);
        if field.list {
            lists.push((name, field.of, way));
            continue;
        }
        let inner = schema.fields(&field.of).iter();
        if let Some(nodes) = inner.clone().find(|inner| inner.name == "nodes" && inner.list) {
            lists.push((format!("{name}.nodes"), nodes.of.clone(), way.then(&field.of, nodes)));
        }
        if let Some(edges) = inner.clone().find(|inner| inner.name == "edges" && inner.list) {
            let way = way.then(&field.of, edges);
            let node = schema
                .fields(&edges.of)
                .iter()
                .find(|inner| inner.name == "node")
                .expect("an edge's node");
            lists.push((format!("{name}.edges"), node.of.clone(), way.then(&edges.of, node)));
        }
    }
    lists
}

/// How many objects an answer holds under this alias
pub fn objects(answer: &Value, alias: &str) -> usize {
    match answer {
        Value::Array(items) => items.iter().map(|item| objects(item, alias)).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| if name == alias { count(value) } else { objects(value, alias) })
            .sum(),
        _ => 0,
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Null => 0,
        _ => 1,
    }
}
