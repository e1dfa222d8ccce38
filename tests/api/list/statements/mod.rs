//! A fixed number of statements, however many parents: every field that leads to another row or to
//! a list is found in the schema and run under one parent and under twenty, on both databases.
//!
//! A field that was added later is walked by itself. Where the walk can't reach it, it fails and
//! says what to teach it (`schema::call`) or what to make more of (`world`).

mod page;
mod schema;
mod walk;
mod world;

use crate::support::{TestApp, on_both};
use schema::{Schema, call};
use serde_json::json;
use walk::{Way, lists, objects, ways};
use world::{MANY, World};

/// Fields with arguments that must be sent, asked under many aliases instead of many parents
const BY_ARGUMENT: [&str; 5] = ["node", "nodes", "user", "category", "store"];

/// Fields that show nothing in any world, with the reason
const EMPTY: [(&str, &str); 1] = [("Query.categories Category.parent", "the list is of roots")];

/// Runs a selection at the end of a way under one parent and under twenty, and under half of them
/// twice over under another alias.
async fn check(app: &TestApp, world: &World, way: &Way, case: &str, selection: &str) {
    let inner = format!("asked: {selection}");
    let (one, answer) = way.ask(app, world, 1, &inner).await;
    let shown = objects(&answer, "asked");
    assert!(shown > 0, "{case} shows nothing: make some of it in world.rs");
    let (many, answer) = way.ask(app, world, MANY, &inner).await;
    let more = objects(&answer, "asked");
    assert!(more > shown || !way.is_of_nodes(), "{case} shows no more of {MANY}: see world.rs");
    assert_eq!(one, many, "{case}: statements under 1 parent and under {MANY}");
    // Half the parents: a document costs twice as much with everything in it twice.
    let (twice, _) = way.ask(app, world, MANY / 2, &format!("{inner} again: {selection}")).await;
    assert_eq!(one, twice, "{case}: asked twice, under another alias");
}

on_both! {
    async fn fields_that_lead_to_rows_cost_the_same_under_1_parent_and_20(app: &TestApp) {
        let (world, schema) = (World::make(app).await, Schema::read(&app.guest()).await);
        let mut walked = 0;
        for (of, way) in ways(&schema) {
            for field in schema.fields(&of).iter().filter(|field| schema.is_composite(field)) {
                let case = format!("{of}.{}", field.name);
                let below = schema.everything(&field.of);
                let selection = format!("{} {{ {below} }}", call(&of, field, 2));
                check(app, &world, &way, &case, &selection).await;
                walked += 1;
            }
            // Scalars may read too: long texts, and whatever is computed from other rows.
            if schema.is_node(&of) {
                let scalars = schema.everything(&of);
                let (one, _) = way.ask(app, &world, 1, &scalars).await;
                let (many, _) = way.ask(app, &world, MANY, &scalars).await;
                assert_eq!(one, many, "scalars of {of}");
            }
        }
        assert!(walked > 30, "only {walked} fields were found");
    }
}

on_both! {
    async fn rows_of_every_list_cost_the_same_under_1_parent_and_20(app: &TestApp) {
        let (world, schema) = (World::make(app).await, Schema::read(&app.guest()).await);
        let mut walked = 0;
        for (list, row, way) in lists(&schema) {
            for field in schema.fields(&row).iter().filter(|field| schema.is_composite(field)) {
                let case = format!("{list} {row}.{}", field.name);
                if EMPTY.iter().any(|(known, _)| *known == case) {
                    continue;
                }
                let below = schema.little(&field.of);
                let selection = format!("{} {{ {below} }}", call(&row, field, 2));
                check(app, &world, &way, &case, &selection).await;
                walked += 1;
            }
        }
        assert!(walked > 60, "only {walked} fields were found");
    }
}

on_both! {
    async fn fields_of_the_root_share_their_statements_under_many_aliases(app: &TestApp) {
        let (world, schema) = (World::make(app).await, Schema::read(&app.guest()).await);
        for field in schema.fields("Query").iter().filter(|field| !field.required.is_empty()) {
            assert!(
                BY_ARGUMENT.contains(&field.name.as_str()),
                "the walk does not know Query.{}: teach it",
                field.name
            );
        }
        for (argument, values) in &world.arguments {
            let (field, argument) = argument.split_once('.').expect("a field and its argument");
            let of = &schema
                .fields("Query")
                .iter()
                .find(|known| known.name == field)
                .expect("a field")
                .of;
            let asked = |values: &[String]| {
                let asked = values.iter().enumerate().map(|(at, value)| {
                    format!(
                        "a{at}: {field}({argument}: \"{value}\") {{ {} }}",
                        schema.everything(of)
                    )
                });
                format!("{{ {} }}", asked.collect::<Vec<_>>().join(" "))
            };
            let (one, _) = app.statements(world.owner.ask(&asked(&values[..1]), json!({}))).await;
            let (many, answer) =
                app.statements(world.owner.ask(&asked(&values[..10]), json!({}))).await;
            assert_eq!(one, many, "{field} under 1 and under 10 aliases");
            assert!(
                answer
                    .as_object()
                    .is_some_and(|found| found.values().all(|found| !found.is_null())),
                "{answer}"
            );
        }
        for (of, ids) in &world.ids {
            let asked = |ids: &[String]| {
                let asked = ids.iter().enumerate().map(|(at, id)| {
                    format!(
                        "a{at}: node(id: \"{id}\") {{ ... on {of} {{ {} }} }}",
                        schema.everything(of)
                    )
                });
                format!("{{ {} }}", asked.collect::<Vec<_>>().join(" "))
            };
            let (one, _) = app.statements(world.owner.ask(&asked(&ids[..1]), json!({}))).await;
            let (many, _) = app.statements(world.owner.ask(&asked(&ids[..10]), json!({}))).await;
            assert_eq!(one, many, "node({of}) under 1 and under 10 aliases");
        }
    }
}
