//! A connection somewhere in the schema, and walking it from either end.

use crate::support::{Client, id};
use serde_json::{Value, json};

/// A connection: the field it hangs under, its own field, and its arguments but for the page's
pub struct ListAt {
    within: Option<String>,
    /// Type that the field belongs to, where the field above may be of several
    on: Option<&'static str>,
    field: &'static str,
    arguments: String,
}

impl ListAt {
    pub fn root(field: &'static str, arguments: impl Into<String>) -> Self {
        Self { within: None, on: None, field, arguments: arguments.into() }
    }

    /// `within` is a field of the root with its arguments.
    pub fn under(
        within: impl Into<String>,
        field: &'static str,
        arguments: impl Into<String>,
    ) -> Self {
        Self { within: Some(within.into()), on: None, field, arguments: arguments.into() }
    }

    /// A field of the node behind an id
    pub fn of_node(id: &str, on: &'static str, field: &'static str) -> Self {
        let mut list = Self::under(format!("node(id: \"{id}\")"), field, "");
        list.on = Some(on);
        list
    }

    /// The document that asks a page for `select`.
    pub fn query(&self, page: &str, select: &str) -> String {
        let arguments = [self.arguments.as_str(), page].join(" ");
        let arguments = arguments.trim();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let connection = format!("list: {}{arguments} {{ {select} }}", self.field);
        let connection = match self.on {
            Some(on) => format!("... on {on} {{ {connection} }}"),
            None => connection,
        };
        match &self.within {
            Some(parent) => format!("{{ within: {parent} {{ {connection} }} }}"),
            None => format!("{{ {connection} }}"),
        }
    }

    /// The connection, with `select` of it.
    pub async fn page(&self, client: &Client, page: &str, select: &str) -> Value {
        let mut data = client.ask(&self.query(page, select), json!({})).await;
        match &self.within {
            Some(_) => data["within"]["list"].take(),
            None => data["list"].take(),
        }
    }

    /// Code and field of the error that a page must be refused with, and its sentence
    pub async fn refused(&self, client: &Client, page: &str) -> (String, String) {
        let error = client.fail(&self.query(page, "nodes { id }"), json!({})).await;
        let code = error["extensions"]["code"].as_str().expect("a code");
        let field = error["extensions"]["field"].as_array().into_iter().flatten();
        let path: Vec<_> = field.filter_map(Value::as_str).collect();
        let told = error["message"].as_str().expect("a sentence").to_owned();
        (format!("{code} {}", path.join(".")).trim_end().to_owned(), told)
    }

    /// All ids, page after page from the start
    pub async fn forward(&self, client: &Client, size: usize) -> Vec<String> {
        self.begin(client, size, 200).await
    }

    /// All ids in the list's order, page after page from the end
    pub async fn backward(&self, client: &Client, size: usize) -> Vec<String> {
        self.end(client, size, 200).await
    }

    /// Ids of the first pages
    pub async fn begin(&self, client: &Client, size: usize, pages: usize) -> Vec<String> {
        self.walk(client, size, pages, ["first", "after"]).await.concat()
    }

    /// Ids of the last pages, in the list's order
    pub async fn end(&self, client: &Client, size: usize, pages: usize) -> Vec<String> {
        let mut pages = self.walk(client, size, pages, ["last", "before"]).await;
        pages.reverse();
        pages.concat()
    }

    async fn walk(
        &self,
        client: &Client,
        size: usize,
        most: usize,
        [count, past]: [&str; 2],
    ) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let stand = cursor.as_ref().map(|cursor| format!("{past}: \"{cursor}\""));
            let page = format!("{count}: {size} {}", stand.unwrap_or_default());
            let page = self.page(client, &page, WHOLE).await;
            let (ids, more) = check(&page, size, count == "last", cursor.is_some());
            pages.push(ids);
            if !more || pages.len() == most {
                return pages;
            }
            let end = if count == "last" { "startCursor" } else { "endCursor" };
            cursor = page["pageInfo"][end].as_str().map(str::to_owned);
        }
    }
}

const WHOLE: &str = "edges { cursor node { id } } nodes { id } \
     pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// Ids of a page and whether there are more, after checking that its parts agree
fn check(page: &Value, size: usize, backward: bool, past: bool) -> (Vec<String>, bool) {
    let edges = page["edges"].as_array().expect("edges");
    let ids: Vec<String> = edges.iter().map(|edge| id(&edge["node"])).collect();
    let nodes: Vec<String> = page["nodes"].as_array().expect("nodes").iter().map(id).collect();
    assert_eq!(ids, nodes, "edges and nodes hold the same rows");
    let info = &page["pageInfo"];
    let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
    assert_eq!(info["startCursor"], cursor(edges.first()));
    assert_eq!(info["endCursor"], cursor(edges.last()));
    let (ahead, behind) = if backward {
        ("hasPreviousPage", "hasNextPage")
    } else {
        ("hasNextPage", "hasPreviousPage")
    };
    assert_eq!(info[behind], past, "{behind} of a page past a cursor: {page:#}");
    let more = info[ahead].as_bool().expect("a boolean");
    assert!(ids.len() <= size && (!more || ids.len() == size), "{} of {size}", ids.len());
    (ids, more)
}
