//! Files of listings, imported by a job.

use super::{ended, job, lines, market, order, send};
use crate::support::{Backend, TestApp, on_both};
use serde_json::json;

const WORKS: [(&str, &str); 1] = [("PLAZA_JOBS", "2")];

async fn each_bad_line_is_named_and_the_good_ones_are_kept(backend: Backend) {
    let app = TestApp::start_with(backend, &WORKS).await;
    let (owner, store) = market(&app).await;
    let file = "código;título;categoría;precio;existencias;color\r\n\
        Q-1;Queso ahumado;lacteos;1.234,50;8;rojo\r\n\
        Q-2;Cuajada fresca;lacteos;55;;\r\n\
        Q-3;Crema;lacteos;1,234;5;\r\n\
        Q-5;Leche;nada;30;1;\r\n";
    let ordered = order(&owner, &store, "menu.csv", file.as_bytes()).await;
    assert_eq!(ordered["kind"], "listings.import");
    let done = ended(&owner, &ordered["id"]).await;
    assert_eq!(
        (&done["status"], &done["attempts"], &done["done"], &done["total"]),
        (&json!("SUCCEEDED"), &json!(1), &json!(file.len()), &json!(file.len()))
    );
    let result = &done["result"];
    assert_eq!(
        json!([result["created"], result["updated"], result["unchanged"], result["bad"]]),
        json!([2, 0, 0, 2])
    );
    let bad: Vec<_> = result["badLines"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|bad| json!([bad["line"], bad["column"], bad["value"]]))
        .collect();
    assert_eq!(bad, [json!([4, "price", "1,234"]), json!([5, "category", "nada"])]);
    assert_eq!(
        result["warnings"],
        json!(["There is no column \"color\"; what it holds is left out"])
    );

    let again = order(&owner, &store, "menu.csv", file.as_bytes()).await;
    let again = ended(&owner, &again["id"]).await;
    assert_eq!(json!([again["result"]["created"], again["result"]["unchanged"]]), json!([0, 2]));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_bad_line_is_named_on_sqlite() {
    each_bad_line_is_named_and_the_good_ones_are_kept(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_bad_line_is_named_on_postgres() {
    each_bad_line_is_named_and_the_good_ones_are_kept(Backend::Postgres).await;
}

on_both! {
    async fn a_file_is_seen_by_nobody_else_and_waits_for_a_worker(app: &TestApp) {
        let (owner, store) = market(app).await;
        let ordered = order(&owner, &store, "menu.jsonl", b"{\"title\":\"Queso\",\"category\":\"lacteos\",\"price\":55}").await;
        assert_eq!(ordered["status"], "QUEUED");
        let stranger = app.member("otra").await;
        assert_eq!(job(&stranger, &ordered["id"]).await, json!(null));
        assert_eq!(job(&app.guest(), &ordered["id"]).await, json!(null));
        assert_eq!(job(&app.admin().await, &ordered["id"]).await["status"], "QUEUED");
        assert_eq!(job(&owner, &ordered["id"]).await["status"], "QUEUED", "nobody works here");
    }
}

on_both! {
    async fn what_is_no_table_of_listings_is_refused_at_once(app: &TestApp) {
        let (owner, store) = market(app).await;
        let refusal = async |name: &str, content: &[u8]| {
            let (_, body) = send(&owner, &store, name, content).await;
            let refused = &body["data"]["listingImport"];
            assert_eq!(refused["job"], json!(null), "{name}");
            json!([refused["userErrors"][0]["code"], refused["userErrors"][0]["field"], refused["userErrors"][0]["message"]])
        };
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0";
        assert_eq!(refusal("menu.csv", png).await, json!(["UNSUPPORTED", ["file"], "This is a picture (PNG), not CSV or JSON Lines"]));
        let workbook = refusal("menu.csv", b"PK\x03\x04\x14\0\x06\0").await;
        assert!(workbook[2].as_str().is_some_and(|said| said.contains("save the sheet as CSV (UTF-8)")), "{workbook}");
        assert_eq!(refusal("menu.csv", b"").await[0], "REQUIRED");
        let unnamed = refusal("menu.csv", b"a,b,c\n1,2,3\n").await;
        assert!(unnamed[2].as_str().is_some_and(|said| said.contains("title")), "{unnamed}");
        assert_eq!(refusal("menu.csv", b"\xFF\xFEt\0i\0").await[0], "INVALID");

        let stranger = app.member("otra").await;
        let (_, body) = send(&stranger, &store, "menu.csv", lines(1).as_bytes()).await;
        assert_eq!(body["data"]["listingImport"]["userErrors"][0]["code"], "FORBIDDEN");
        assert_eq!(body["data"]["listingImport"]["userErrors"][0]["field"], json!(["storeId"]));
    }
}
