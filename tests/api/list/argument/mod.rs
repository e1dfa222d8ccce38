//! Bad values for every argument of the catalog, of orders, of chat and of lists: each is refused with a sentence that
//! says what would be right, and none is our fault.
//!
//! - `query`, `mutation`, `order`, `chat`: values of the right type that make no sense, a table each
//! - `kind`: values of other types, made from the schema
//! - here: that no argument is left out

mod body;
mod chat;
mod kind;
mod mutation;
mod order;
mod query;
mod schema;

use crate::support::{Backend, TestApp};
use schema::Inputs;

/// Arguments whose every value of the right type makes sense, or that are shown elsewhere
const ELSEWHERE: [(&str, &str); 25] = [
    ("first", "page::cursor, on every list"),
    ("last", "page::cursor, on every list"),
    ("after", "page::cursor, on every list"),
    ("before", "page::cursor, on every list"),
    ("Query.user.handle", "a handle that nobody has is null: catalog::store"),
    ("Query.store.handle", "a handle that nobody has is null: catalog::store"),
    ("Query.category.slug", "a slug that nobody has is null: catalog::store"),
    ("Query.node.id", "an id of nothing is null: catalog::node"),
    ("ListingUpdateInput.version", "every number is a version: catalog::listing_update"),
    ("Admin.jobs.kind", "a kind that there is not has no jobs: operation::admin"),
    ("Admin.trustedDocuments.client", "a client that there is not has none"),
    ("AuditEntryConnection.totalCount.limit", "for administrators: operation::admin"),
    ("JobConnection.totalCount.limit", "for administrators: operation::admin"),
    ("Mutation.jobCancel.id", "job::refuse"),
    ("Mutation.jobRetry.id", "job::refuse"),
    ("Mutation.listingImport.file", "job::import, job::upload"),
    ("Mutation.listingImport.storeId", "job::import"),
    ("Mutation.settingSet.key", "operation::setting"),
    ("Mutation.settingSet.value", "operation::setting"),
    ("Subscription.jobUpdates.id", "streams have tests of their own"),
    ("Subscription.nodeChanges.ids", "streams have tests of their own"),
    ("Subscription.conversationUpdates.id", "streams have tests of their own"),
    ("Subscription.orderUpdates.id", "streams have tests of their own"),
    ("Subscription.presenceUpdates.userIds", "streams have tests of their own"),
    ("Subscription.storeOrderUpdates.storeId", "streams have tests of their own"),
];

#[tokio::test]
async fn every_argument_has_a_bad_value_in_a_table() {
    let app = TestApp::start(Backend::Sqlite).await;
    let inputs = Inputs::read(&app.guest()).await;
    let tables = [query::CASES, mutation::CASES, order::CASES, chat::CASES].concat();
    let tables: Vec<_> = tables.lines().filter_map(|line| line.split(" | ").next()).collect();
    let mut missing = inputs.values();
    assert!(missing.len() > 60, "only {} arguments were found", missing.len());
    missing.retain(|name| {
        let last = name.rsplit('.').next().unwrap_or_default();
        !tables.contains(&name.as_str())
            && !ELSEWHERE.iter().any(|(known, _)| *known == name || *known == last)
    });
    assert_eq!(missing, Vec::<String>::new(), "arguments without a bad value");
    app.finish().await;
}

/// The cells of a table's line
fn cells<const N: usize>(line: &str) -> [&str; N] {
    let cells: Vec<_> = line.split(" | ").collect();
    cells.try_into().unwrap_or_else(|cells| panic!("{N} cells were expected: {cells:?}"))
}
