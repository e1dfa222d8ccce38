//! What operations took: counted, written, added up over servers, rolled up.

use crate::job::ended;
use crate::support::on_both;
use plaza::db::Reads;
use plaza::jobs;
use plaza::services::operations_write;
use serde_json::{Value, json};

const FIGURES: &str = "{ admin { slowOperations(first: 5) { operation client calls errors p50Ms p95Ms p99Ms meanCost meanSqlStatements } } }";

on_both! {
    async fn an_operation_is_counted_with_its_statements_and_errors(app: &TestApp) {
        let admin = app.admin().await;
        app.guest().ask("{ categories { id } }", json!({})).await;
        let figures = async || -> Value {
            operations_write(&app.app).await.expect("writes");
            admin.ask(FIGURES, json!({})).await["admin"]["slowOperations"][0].clone()
        };
        let number = |figures: &Value, field: &str| figures[field].as_f64().expect("a number");
        let before = figures().await;
        for _ in 0..10 {
            app.app.db.changes().forget();
            admin.ask("{ categories { id } viewer { stores { id } } }", json!({})).await;
        }
        app.guest().send("{ listings(first: 1000) { nodes { id } } }", json!({})).await;
        app.guest().fail("{ stores(after: \"rubbish\") { nodes { id } } }", json!({})).await;
        let after = figures().await;
        assert_eq!((&after["operation"], &after["client"]), (&json!("other"), &json!(null)));
        // Those that were asked for, and the one that asked for the figures before
        assert!(number(&after, "calls") - number(&before, "calls") >= 12.0, "{before} {after}");
        assert!(number(&after, "errors") > number(&before, "errors"), "{before} {after}");
        assert!(number(&after, "p50Ms") > 0.0 && number(&after, "p50Ms") <= number(&after, "p99Ms"), "{after}");
        assert!(number(&after, "meanSqlStatements") >= 1.0, "{after}");
    }
}

on_both! {
    async fn hours_become_days_and_nothing_is_counted_twice(app: &TestApp) {
        let admin = app.admin().await;
        let reader = app.app.db.reader();
        let calls = async || {
            let sql = reader.sql("SELECT CAST(COALESCE(SUM(calls), 0) AS bigint) FROM operation_figure");
            reader.value::<i64>(sql).await.expect("reads").unwrap_or_default()
        };
        let rows = async || {
            let sql = reader.sql("SELECT COUNT(DISTINCT hour) FROM operation_figure");
            reader.value::<i64>(sql).await.expect("reads").unwrap_or_default()
        };
        for _ in 0..30 {
            app.guest().ask("{ categories { id } }", json!({})).await;
            operations_write(&app.app).await.expect("writes");
            app.pass_seconds(3600);
        }
        let (counted, hours) = (calls().await, rows().await);
        assert!(counted >= 30 && hours >= 30, "{counted} in {hours} hours");
        app.pass_seconds(72 * 3600);
        for _ in 0..2 {
            let (working, stop) = crate::job::steps::work(app, jobs::all(), 1);
            let admin = app.member(&format!("persona-{}", plaza::app::random_hex::<3>())).await;
            let id = crate::job::steps::queue(app, &admin, "operations.roll_up").await;
            ended(&admin, &json!(id)).await;
            stop.cancel();
            working.await.expect("stops");
        }
        assert_eq!(calls().await, counted, "nothing is lost, and nothing is counted twice");
        assert!(rows().await <= 3, "days: {}", rows().await);
        app.pass_seconds(91 * 86_400);
        let (working, stop) = crate::job::steps::work(app, jobs::all(), 1);
        let later = app.member("mas-tarde").await;
        let id = crate::job::steps::queue(app, &later, "operations.roll_up").await;
        ended(&later, &json!(id)).await;
        stop.cancel();
        working.await.expect("stops");
        assert_eq!(calls().await, 0, "after 90 days it goes");
        drop(admin);
    }
}
