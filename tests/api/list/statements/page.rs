//! The page that everybody opens first: so many statements, whatever its size.

use super::world::World;
use crate::support::{MakeListing, TestApp, on_both};
use serde_json::json;

const PAGE: &str = "query($n: Int!) { listings(first: $n) { nodes { id title price { amount currency } \
     store { id name } publisher { id displayName profile { id headline } } category { id name } } } }";

/// A hundred listings of twenty people in twenty stores and forty categories
async fn market(app: &TestApp) -> World {
    let world = World::make(app).await;
    for at in 0..40 {
        let (store, category) = (&world.ids["Store"][at % 20], &world.ids["Category"][at % 20]);
        MakeListing::new(store, category, "Uno más").by(&world.owner).await;
    }
    world
}

on_both! {
    async fn the_page_of_listings_is_at_most_six_statements_for_5_20_and_100(app: &TestApp) {
        let world = market(app).await;
        let mut counts = Vec::new();
        for rows in [5, 20, 100] {
            for client in [&app.guest(), &world.owner] {
                let (count, page) = app.statements(client.ask(PAGE, json!({ "n": rows }))).await;
                assert_eq!(page["listings"]["nodes"].as_array().map(Vec::len), Some(rows));
                counts.push(count);
            }
        }
        // Listings, stores, people, profiles, categories; and who asks, where somebody is signed in.
        assert_eq!(counts, [5, 6, 5, 6, 5, 6]);
    }
}

on_both! {
    async fn figures_of_a_page_are_a_statement_each(app: &TestApp) {
        market(app).await;
        let count = async |select: &str| {
            let query = format!("{{ listings {{ {select} }} }}");
            app.statements(app.guest().ask(&query, json!({}))).await.0
        };
        assert_eq!(count("nodes { id }").await, 1);
        assert_eq!(
            count("nodes { id } edges { cursor node { id } } pageInfo { endCursor hasNextPage }")
                .await,
            1
        );
        assert_eq!(count("totalCount").await, 1, "who asks for the count alone reads no rows");
        assert_eq!(count("nodes { id } totalCount").await, 2);
        assert_eq!(count("nodes { id } totalCount facets { prices { min } }").await, 3);
        assert_eq!(
            count("facets { categories { count category { name } } prices { min max } }").await,
            2
        );
    }
}

on_both! {
    async fn twenty_stores_tell_hours_staff_and_listings_in_a_statement_each(app: &TestApp) {
        let world = market(app).await;
        let query = "query($n: Int!) { stores(first: $n) { nodes { openingHours { weekday } isOpen nextOpensAt owner { handle } \
             staff { role user { handle } } listings(first: 3) { nodes { title category { slug } } totalCount } } } }";
        for rows in [1, 5, 20] {
            let (count, page) = app.statements(world.owner.ask(query, json!({ "n": rows }))).await;
            assert_eq!(page["stores"]["nodes"].as_array().map(Vec::len), Some(rows));
            // Who asks, stores, hours, owners, roles, staff, their people, listings, counts, categories.
            assert_eq!(count, 10, "{rows} stores: {page:#}");
        }
    }
}
