//! The shape of an operation, each fragment measured once.

use super::{INVALID, Rejected};
use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned};
use std::collections::HashMap;

/// Deepest field
const MAX_DEPTH: usize = 10;
/// Deepest field below `__schema` and `__type`: the standard query has 15 levels
const MAX_INTROSPECTION_DEPTH: usize = 20;
/// Lists of types and fields in each other below `__schema` and `__type`: each level multiplies
/// the answer by all that the schema has. As graphql-js' `MaxIntrospectionDepthRule`.
const MAX_INTROSPECTION_LISTS: usize = 2;
/// Fields of a type that lead to further types
const TYPE_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];
/// Most aliases
const MAX_ALIASES: usize = 15;
/// Most fields of the operation itself
const MAX_ROOT_FIELDS: usize = 10;
/// Most directives
const MAX_DIRECTIVES: usize = 50;
/// Most fields once all fragments are spread
const MAX_SELECTIONS: usize = 2000;

/// Refuses documents of which any operation is beyond any bound, or any fragment spreads itself:
/// the library walks through all of them, whichever is asked for.
///
/// # Errors
/// Names the bound and the measure.
pub fn check_shapes(document: &ExecutableDocument, introspection: bool) -> Result<(), Rejected> {
    for (_, operation) in document.operations.iter() {
        let shape = check_shape(document, &operation.node)?;
        // By the specification, and a rule that the library does not have
        if operation.node.ty == OperationType::Subscription && shape.fields != 1 {
            return Err(Rejected::invalid("A subscription has exactly one root field"));
        }
        if shape.introspection_depth > 0 && !introspection {
            let message = "Introspection is off here: __schema and __type are not answered";
            return Err(Rejected { message: message.to_owned(), code: INVALID, at: None });
        }
    }
    let mut fragments = Fragments { definitions: &document.fragments, measured: HashMap::new() };
    document.fragments.keys().try_for_each(|name| fragments.fragment(name).map(|_| ()))
}

/// Refuses an operation beyond any bound.
fn check_shape(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<Shape, Rejected> {
    let mut fragments = Fragments { definitions: &document.fragments, measured: HashMap::new() };
    let shape = fragments.measure(&operation.selection_set.node)?;
    let directives = shape.directives + operation.directives.len();
    let root_fields = shape.fields;
    let bounds = [
        ("levels of fields", shape.depth, MAX_DEPTH),
        ("levels of introspection", shape.introspection_depth, MAX_INTROSPECTION_DEPTH),
        ("levels of introspection into lists", shape.introspection_lists, MAX_INTROSPECTION_LISTS),
        ("aliases", shape.aliases, MAX_ALIASES),
        ("root fields", root_fields, MAX_ROOT_FIELDS),
        ("directives", directives, MAX_DIRECTIVES),
        ("fields once its fragments are spread", shape.selections, MAX_SELECTIONS),
    ];
    for (what, measured, bound) in bounds {
        if measured > bound {
            let measured =
                if measured >= CEILING { "more".to_owned() } else { measured.to_string() };
            return Err(Rejected::limit(format!(
                "An operation has at most {bound} {what}; this one has {measured}"
            )));
        }
    }
    Ok(shape)
}

/// Sums stop growing here: what is beyond is refused anyway
const CEILING: usize = 1_000_000;

/// Measures of a selection, with everything below it
#[derive(Clone, Copy, Default)]
struct Shape {
    /// Fields of the selection itself, fragments spread
    fields: usize,
    depth: usize,
    introspection_depth: usize,
    /// Of lists that only introspection has, in each other
    lists: usize,
    introspection_lists: usize,
    aliases: usize,
    directives: usize,
    selections: usize,
}

impl Shape {
    fn add(&mut self, other: Self) {
        self.fields = (self.fields + other.fields).min(CEILING);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.lists = self.lists.max(other.lists);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
        self.aliases = (self.aliases + other.aliases).min(CEILING);
        self.directives = (self.directives + other.directives).min(CEILING);
        self.selections = (self.selections + other.selections).min(CEILING);
    }
}

struct Fragments<'a> {
    definitions: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// None while a fragment is being measured
    measured: HashMap<&'a str, Option<Shape>>,
}

impl<'a> Fragments<'a> {
    fn measure(&mut self, selections: &'a SelectionSet) -> Result<Shape, Rejected> {
        let mut sum = Shape::default();
        for selection in &selections.items {
            sum.add(match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let below = self.measure(&field.selection_set.node)?;
                    let name = field.name.node.as_str();
                    let introspects = matches!(name, "__schema" | "__type");
                    let depth = if introspects { 1 } else { below.depth + 1 };
                    let introspection_depth =
                        if introspects { below.depth + 1 } else { below.introspection_depth };
                    let lists = below.lists + usize::from(TYPE_LISTS.contains(&name));
                    let introspection_lists =
                        if introspects { lists } else { below.introspection_lists };
                    Shape {
                        fields: 1,
                        depth,
                        introspection_depth,
                        lists: if introspects { 0 } else { lists },
                        introspection_lists,
                        aliases: (below.aliases + usize::from(field.alias.is_some())).min(CEILING),
                        directives: (below.directives + field.directives.len()).min(CEILING),
                        selections: (below.selections + 1).min(CEILING),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let mut shape = self.measure(&inline.node.selection_set.node)?;
                    shape.directives += inline.node.directives.len();
                    shape
                }
                Selection::FragmentSpread(spread) => {
                    let mut shape = self.fragment(spread.node.fragment_name.node.as_str())?;
                    shape.directives += spread.node.directives.len();
                    shape
                }
            });
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str) -> Result<Shape, Rejected> {
        match self.measured.get(name) {
            Some(Some(shape)) => return Ok(*shape),
            Some(None) => {
                return Err(Rejected::invalid(format!("Fragment \"{name}\" spreads itself")));
            }
            None => {}
        }
        let Some(definition) = self.definitions.get(name) else {
            return Err(Rejected::invalid(format!("There is no fragment \"{name}\"")));
        };
        self.measured.insert(name, None);
        let shape = self.measure(&definition.node.selection_set.node)?;
        self.measured.insert(name, Some(shape));
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Rejected> {
        let document = async_graphql::parser::parse_query(text).expect("parses");
        let (_, operation) = document.operations.iter().next().expect("has an operation");
        check_shape(&document, &operation.node).map(|_| ())
    }

    #[test]
    fn doubling_fragments_are_measured_once_each() {
        let mut text = "{ ...f0 }".to_owned();
        for at in 0..24 {
            text += &format!(" fragment f{at} on Query {{ ...f{} ...f{} }}", at + 1, at + 1);
        }
        text += " fragment f24 on Query { service { name } }";
        let refused = check(&text).expect_err("16 million fields");
        assert!(refused.message.contains("more"), "{}", refused.message);
    }

    #[test]
    fn every_operation_and_fragment_of_a_document_counts() {
        let whole = |text: &str| {
            check_shapes(&async_graphql::parser::parse_query(text).expect("parses"), true)
        };
        assert!(whole("query A { a } query B { b { c } } fragment f on Query { a }").is_ok());
        let wide = format!("query A {{ a }} query B {{ {} }}", "a ".repeat(11));
        assert!(whole(&wide).is_err_and(|refused| refused.message.contains("root fields")));
        assert!(whole("{ a } fragment f on Query { ...g } fragment g on Query { ...f }").is_err());
    }

    #[test]
    fn introspection_may_not_go_round() {
        assert!(check("{ __schema { types { fields { type { fields { name } } } } } }").is_ok());
        assert!(
            check(
                "{ __schema { types { fields { type { possibleTypes { fields { name } } } } } } }"
            )
            .is_err()
        );
        assert!(check("{ fields { fields { fields { fields { name } } } } }").is_ok());
    }

    #[test]
    fn rings_of_fragments_are_refused() {
        assert!(
            check("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }").is_err()
        );
        assert!(check("{ ...missing }").is_err());
    }

    #[test]
    fn ten_levels_pass_and_eleven_do_not() {
        let nested = |levels: usize| "{a".repeat(levels) + &"}".repeat(levels);
        assert!(check(&nested(10)).is_ok());
        assert!(check(&nested(11)).is_err());
    }

    #[test]
    fn aliases_roots_and_directives_are_counted() {
        let aliases = |n: usize| {
            format!(
                "{{ service {{ {} }} }}",
                (0..n).map(|at| format!("a{at}: name ")).collect::<String>()
            )
        };
        assert!(check(&aliases(15)).is_ok());
        assert!(check(&aliases(16)).is_err());
        assert!(check(&format!("{{ {} }}", "a b c d e f g h i j")).is_ok());
        assert!(check(&format!("{{ {} }}", "a b c d e f g h i j k")).is_err());
        assert!(check(&format!("{{ a {} }}", "@skip(if: false) ".repeat(51))).is_err());
    }
}
