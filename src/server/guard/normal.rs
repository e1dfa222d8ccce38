//! A document's meaning as a number: two texts that differ in white space, commas, comments, the
//! order of arguments, of input fields, of variables or of definitions have the same; any other difference makes
//! another. The order of selections stays, since it is the order of the answer.
//!
//! Own code, because a library's printer keeps the order of arguments. Every part is written with what begins and
//! ends it, so that no two documents run together into one text.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet, VariableDefinition,
};
use async_graphql_value::{Name, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 of a document's meaning.
pub fn meaning(document: &ExecutableDocument) -> [u8; 32] {
    let mut definitions: Vec<String> = document
        .operations
        .iter()
        .map(|(name, operation)| operation_text(name, &operation.node))
        .chain(document.fragments.iter().map(|(name, fragment)| {
            let mut out = Writer(format!("fragment {name} on "));
            out.push(fragment.node.type_condition.node.on.node.as_str());
            out.directives(&fragment.node.directives);
            out.selections(&fragment.node.selection_set.node);
            out.0
        }))
        .collect();
    definitions.sort_unstable();
    Sha256::digest(definitions.join("\n")).into()
}

fn operation_text(name: Option<&Name>, operation: &OperationDefinition) -> String {
    let kind = match operation.ty {
        OperationType::Query => "query ",
        OperationType::Mutation => "mutation ",
        OperationType::Subscription => "subscription ",
    };
    let mut out = Writer(kind.to_owned());
    out.push(name.map_or("", Name::as_str));
    let mut variables: Vec<String> = operation
        .variable_definitions
        .iter()
        .map(|variable| variable_text(&variable.node))
        .collect();
    variables.sort_unstable();
    out.between('(', ')', &variables);
    out.directives(&operation.directives);
    out.selections(&operation.selection_set.node);
    out.0
}

fn variable_text(variable: &VariableDefinition) -> String {
    let mut out = Writer(format!("${}:{}", variable.name.node, variable.var_type.node));
    if let Some(default) = &variable.default_value {
        out.push("=");
        out.value(&default.node.clone().into_value());
    }
    out.directives(&variable.directives);
    out.0
}

struct Writer(String);

impl Writer {
    fn push(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn between(&mut self, open: char, close: char, parts: &[String]) {
        if parts.is_empty() {
            return;
        }
        self.0.push(open);
        for part in parts {
            self.push(part);
            self.0.push(',');
        }
        self.0.push(close);
    }

    fn selections(&mut self, set: &SelectionSet) {
        if set.items.is_empty() {
            return;
        }
        self.push("{");
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(&field.node),
                Selection::FragmentSpread(spread) => {
                    self.push("...");
                    self.push(spread.node.fragment_name.node.as_str());
                    self.directives(&spread.node.directives);
                }
                Selection::InlineFragment(inline) => {
                    self.push("...on ");
                    let on = inline.node.type_condition.as_ref();
                    self.push(on.map_or("", |on| on.node.on.node.as_str()));
                    self.directives(&inline.node.directives);
                    self.selections(&inline.node.selection_set.node);
                }
            }
            self.push(";");
        }
        self.push("}");
    }

    fn field(&mut self, field: &Field) {
        // `a: a` is `a`.
        if let Some(alias) = field.alias.as_ref().filter(|alias| alias.node != field.name.node) {
            self.push(alias.node.as_str());
            self.push(":");
        }
        self.push(field.name.node.as_str());
        self.arguments(&field.arguments);
        self.directives(&field.directives);
        self.selections(&field.selection_set.node);
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            self.push("@");
            self.push(directive.node.name.node.as_str());
            self.arguments(&directive.node.arguments);
        }
    }

    fn arguments(&mut self, arguments: &[(Positioned<Name>, Positioned<Value>)]) {
        let mut arguments: Vec<String> =
            arguments.iter().map(|(name, value)| pair(&name.node, &value.node)).collect();
        arguments.sort_unstable();
        self.between('(', ')', &arguments);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => {
                self.push("$");
                self.push(name);
            }
            Value::Null => self.push("null"),
            // Writing to a String can't fail.
            Value::Number(number) => _ = write!(self.0, "{number}"),
            Value::String(text) => _ = write!(self.0, "{text:?}"),
            Value::Boolean(value) => _ = write!(self.0, "{value}"),
            Value::Binary(bytes) => _ = write!(self.0, "{bytes:?}"),
            Value::Enum(name) => self.push(name),
            Value::List(items) => {
                self.push("[");
                for item in items {
                    self.value(item);
                    self.push(",");
                }
                self.push("]");
            }
            Value::Object(fields) => {
                let mut fields: Vec<String> =
                    fields.iter().map(|(name, value)| pair(name, value)).collect();
                fields.sort_unstable();
                self.push("{");
                fields.iter().for_each(|field| self.push(&format!("{field},")));
                self.push("}");
            }
        }
    }
}

fn pair(name: &Name, value: &Value) -> String {
    let mut out = Writer(format!("{name}:"));
    out.value(value);
    out.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn of(text: &str) -> [u8; 32] {
        meaning(&parse_query(text).expect(text))
    }

    const DOCUMENT: &str = "query Shops($n: Int = 2, $near: Near) @live {
        shops(first: $n, filter: {near: $near, tags: [\"a\", \"b\"]}) { ...card again: name @skip(if: false) }
        ... on Query { me { id } } }
        fragment card on Shop { name hours(day: MONDAY, raw: true) { from } }";

    #[test]
    fn white_space_and_the_order_of_what_has_none_don_t_matter() {
        for same in [
            "fragment card on Shop{name hours(raw:true day:MONDAY){from}}
             query Shops($near:Near,$n:Int=2)@live{shops(filter:{tags:[\"a\",\"b\"],near:$near},first:$n){...card again:name@skip(if:false)}...on Query{me{id}}}",
            &DOCUMENT.replace('\n', "\n # a word\n"),
            &DOCUMENT.replace("{ name hours", "{ name: name hours"),
            &DOCUMENT.replace("\"a\"", "\"\"\"a\"\"\""),
        ] {
            assert_eq!(of(same), of(DOCUMENT), "{same}");
        }
    }

    #[test]
    fn everything_else_matters() {
        for (part, other) in [
            ("Shops(", "Shop("),
            ("query Shops", "mutation Shops"),
            ("$n: Int = 2", "$n: Int = 3"),
            ("$n: Int = 2", "$n: Int! = 2"),
            ("@live", ""),
            ("first: $n", "last: $n"),
            ("first: $n", "first: 2"),
            ("\"a\", \"b\"", "\"b\", \"a\""),
            ("\"a\", \"b\"", "\"a,b\""),
            ("\"a\", \"b\"", "\"a\""),
            ("again: name", "again: nam"),
            ("again: name", "agai: name"),
            ("again: name", "name"),
            ("if: false", "if: true"),
            ("MONDAY", "\"MONDAY\""),
            ("raw: true", "raw: false"),
            ("on Query", "on Mutation"),
            ("... on Query { me { id } }", "me { id }"),
            ("{ from }", "{ to }"),
            ("...card again: name", "again: name ...card"),
            ("id } } }", "id } }"),
        ] {
            let changed = DOCUMENT.replacen(part, other, 1);
            assert_ne!(changed, DOCUMENT, "{part}");
            if let Ok(parsed) = parse_query(&changed) {
                assert_ne!(meaning(&parsed), of(DOCUMENT), "{part} → {other}");
            }
        }
    }
}
