//! What is counted, and what a schema would break.

use super::{documents, key, known, post, publish};
use crate::support::{TestApp, on_both};
use plaza::services::{field_uses, published_of, uses_write};
use serde_json::json;
use tempfile::TempDir;

on_both! {
    async fn documents_and_fields_are_counted_by_client(app: &TestApp) {
        let guest = app.guest();
        publish(&app.app, "shop", "one", "query One { service { name } }").await;
        publish(&app.app, "shop", "two", "query Two { service { name version } }").await;
        known(&guest, "shop", "two").await;
        uses_write(&app.app).await.expect("writes");
        let before = counts(app).await;
        for _ in 0..3 {
            post(&guest, "shop", json!({ "documentId": "one" })).await;
        }
        post(&guest, "shop", json!({ "documentId": "two" })).await;
        // As text it is the same document, and what was not published counts for its fields.
        post(&guest, "shop", json!({ "query": "query One {service{name}}" })).await;
        post(&guest, "shop", json!({ "query": "{ categories { name } }" })).await;
        // What is not right is not used.
        post(&guest, "shop", json!({ "query": "{ service { nothing } }" })).await;
        uses_write(&app.app).await.expect("writes");
        let after = counts(app).await;
        assert_eq!(after[0] - before[0], 4, "one");
        assert_eq!(after[1] - before[1], 1, "two");
        let fields = field_uses(app.app.db.reader(), "shop").await.expect("reads");
        let uses = |name: &str| fields.iter().find(|used| used.field == name).map_or(0, |used| used.uses);
        let known = before.iter().sum::<i64>();
        assert_eq!(uses("Service.name"), 5 + known);
        assert_eq!(uses("Service.version"), 1 + before[1]);
        assert_eq!(uses("Category.name"), 1);
        assert_eq!(uses("Query.categories"), 1);
    }
}

async fn counts(app: &TestApp) -> Vec<i64> {
    let rows = published_of(app.app.db.reader(), Some("shop")).await.expect("reads");
    rows.iter().map(|row| row.uses).collect()
}

on_both! {
    async fn a_check_tells_which_documents_a_schema_would_break(app: &TestApp) {
        let person = app.member("elena").await;
        publish(&app.app, "erp", "feed", "query Feed { listings { nodes { title } } }").await;
        publish(&app.app, "erp", "own", "query Own { service { name } }").await;
        known(&app.guest(), "erp", "own").await;
        let (_, partner) = key(&person, "erp", &["CATALOG_READ"]).await;
        post(&partner, "", json!({ "documentId": "feed" })).await;
        uses_write(&app.app).await.expect("writes");
        let folder = TempDir::new().expect("a folder");
        let schema = plaza::schema::sdl().replace("\ttitle: String!", "\theadline: String!");
        assert_ne!(schema, plaza::schema::sdl());
        let path = folder.path().join("next.graphql");
        std::fs::write(&path, schema).expect("writes");
        let path = path.display().to_string();
        let (exit, said) = documents(app, &["check", "--schema", &path]);
        assert_eq!(exit, 2, "{said}");
        assert!(said.contains("erp Feed feed, used 1 times"), "{said}");
        assert!(said.contains("`title`") && said.contains("2 documents, 1 would break"), "{said}");
        let (exit, said) = documents(app, &["check"]);
        assert_eq!((exit, said.trim()), (0, "2 documents, 0 would break"));
    }
}
