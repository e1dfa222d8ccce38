//! Imports of listings: the same file twice, bad lines, changed lines, other people's stores.

use crate::support::{MakeStore, TestApp, on_both};
use plaza::db::Reads;
use plaza::error::{Code, Error};
use plaza::services::{
    ActFor, ImportCounts, ImportEvent, ImportFormat, ListingsImport, act_for, listings_import,
    store_with_handle,
};
use serde_json::{Value, json};

const MENU: &str = "\u{FEFF}código;título;categoría;precio;existencias;color\r\n\
    Q-1;Queso ahumado;lacteos;1.234,50;8;rojo\r\n\
    Q-2;Cuajada fresca;lacteos;55;;\r\n\
    Q-3;x;lacteos;1,234;5;\r\n\
    ;Crema dulce;lacteos;60.00;4;\r\n\
    Q-5;Leche;nada;30;1;\r\n";

/// Counts of an import, and what it said: warnings, and line, column and reason of what was bad
async fn import(
    app: &TestApp,
    who: &str,
    file: &str,
    dry_run: bool,
) -> (ImportCounts, Vec<String>) {
    let store = store_with_handle(&app.app, "queseria").await.expect("the store is there");
    let viewer = act_for(&app.app, ActFor::Login(who)).await.expect("the person is there");
    let format = if file.starts_with('{') { ImportFormat::JsonLines } else { ImportFormat::Csv };
    let mut said = Vec::new();
    let mut watch = |event: ImportEvent<'_>| match event {
        ImportEvent::Warning(text) => said.push(text.to_owned()),
        ImportEvent::Bad(bad) => {
            said.push(format!("{} {}", bad.line, bad.column.unwrap_or_default()));
        }
        ImportEvent::Progress(..) => {}
    };
    let source = std::io::Cursor::new(file.as_bytes().to_vec());
    let import = ListingsImport { store, format, dry_run };
    let counts = listings_import(&app.app, &viewer, import, source, &mut watch).await;
    (counts.expect("imports"), said)
}

/// What is on the market, cheapest first: title, price, stock, version
async fn shelf(app: &TestApp) -> Vec<Value> {
    let query = "{ listings(sort: PRICE_ASC) { nodes { title price { amount } stock version } } }";
    let found = app.guest().ask(query, json!({})).await;
    let line = |node: &Value| {
        json!([node["title"], node["price"]["amount"], node["stock"], node["version"]])
    };
    found["listings"]["nodes"].as_array().expect("a list").iter().map(line).collect()
}

/// A store of noel's, and the category of its goods
async fn open(app: &TestApp) {
    app.category("lacteos", None).await;
    let owner = app.member("noel").await;
    MakeStore::new("queseria").by(&owner).await;
}

fn counts(created: u64, updated: u64, unchanged: u64, bad: u64) -> ImportCounts {
    ImportCounts { created, updated, unchanged, bad }
}

on_both! {
    async fn good_lines_are_kept_and_bad_ones_are_named(app: &TestApp) {
        open(app).await;
        let (done, said) = import(app, "noel", MENU, false).await;
        assert_eq!(done, counts(3, 0, 0, 2));
        assert_eq!(said, [
            "There is no column \"color\"; what it holds is left out",
            "4 title",
            "4 price",
            "6 category",
        ]);
        let expected = [
            json!(["Cuajada fresca", "55.00", null, 1]),
            json!(["Crema dulce", "60.00", 4, 1]),
            json!(["Queso ahumado", "1234.50", 8, 1]),
        ];
        assert_eq!(shelf(app).await, expected);
    }
}

on_both! {
    async fn the_same_file_again_changes_nothing(app: &TestApp) {
        open(app).await;
        import(app, "noel", MENU, false).await;
        let before = shelf(app).await;
        app.pass_seconds(60);
        assert_eq!(import(app, "noel", MENU, false).await.0, counts(0, 0, 3, 2));
        assert_eq!(shelf(app).await, before);
    }
}

on_both! {
    async fn a_changed_line_changes_its_listing_alone(app: &TestApp) {
        open(app).await;
        import(app, "noel", MENU, false).await;
        let changed = MENU.replace("Queso ahumado", "Queso seco ahumado").replace("60.00", "65,00");
        assert_eq!(import(app, "noel", &changed, false).await.0, counts(0, 2, 1, 2));
        let expected = [
            json!(["Cuajada fresca", "55.00", null, 1]),
            json!(["Crema dulce", "65.00", 4, 2]),
            json!(["Queso seco ahumado", "1234.50", 8, 2]),
        ];
        assert_eq!(shelf(app).await, expected);
        let query = "{ listings(filter: { text: \"secos\" }) { totalCount } }";
        assert_eq!(app.guest().ask(query, json!({})).await["listings"]["totalCount"], 1);
    }
}

on_both! {
    async fn a_dry_run_writes_nothing(app: &TestApp) {
        open(app).await;
        assert_eq!(import(app, "noel", MENU, true).await.0, counts(3, 0, 0, 2));
        assert_eq!(shelf(app).await, Vec::<Value>::new());
    }
}

on_both! {
    async fn a_column_that_the_file_lacks_stays_as_it_is(app: &TestApp) {
        open(app).await;
        import(app, "noel", MENU, false).await;
        let line = "{\"sku\": \"Q-1\", \"title\": \"Queso ahumado\", \"category\": \"lacteos\", \"price\": 99.5}\n";
        assert_eq!(import(app, "noel", line, false).await.0, counts(0, 1, 0, 0));
        assert!(shelf(app).await.contains(&json!(["Queso ahumado", "99.50", 8, 2])));
        let cleared = line.replace("99.5}", "99.5, \"stock\": null}");
        assert_eq!(import(app, "noel", &cleared, false).await.0, counts(0, 1, 0, 0));
        assert!(shelf(app).await.contains(&json!(["Queso ahumado", "99.50", null, 3])));
    }
}

on_both! {
    async fn nothing_comes_back_from_the_archive(app: &TestApp) {
        open(app).await;
        import(app, "noel", MENU, false).await;
        let tx = app.app.db.write().await.expect("begins");
        let mut sql = tx.sql("UPDATE listing SET status = ");
        sql.bind(plaza::entities::ListingStatus::Archived).push(" WHERE import_key = 'sku:Q-1'");
        assert_eq!(tx.run(sql).await.expect("updates"), 1);
        tx.commit().await.expect("commits");
        assert_eq!(import(app, "noel", MENU, false).await.0, counts(0, 0, 3, 2));
        let active = "sku,title,category,price,status,stock\nQ-1,Queso ahumado,lacteos,1234.5,active,8\n";
        let (done, said) = import(app, "noel", active, false).await;
        assert_eq!((done, said), (counts(0, 0, 0, 1), vec!["2 status".to_owned()]));
    }
}

on_both! {
    async fn strangers_may_not_import(app: &TestApp) {
        open(app).await;
        app.member("eva").await;
        let store = store_with_handle(&app.app, "queseria").await.expect("the store is there");
        let eva = act_for(&app.app, ActFor::Login("eva")).await.expect("the person is there");
        let import = ListingsImport { store, format: ImportFormat::Csv, dry_run: false };
        let done = listings_import(&app.app, &eva, import, MENU.as_bytes(), &mut |_| {}).await;
        let Err(Error::Refused(refusals)) = done else { panic!("refused, and not {done:?}") };
        assert_eq!(refusals[0].code, Code::Forbidden);
        assert!(act_for(&app.app, ActFor::Login("nobody")).await.is_err());
    }
}

on_both! {
    async fn a_file_that_is_none_is_refused_as_a_whole(app: &TestApp) {
        open(app).await;
        let noel = act_for(&app.app, ActFor::Login("noel@example.com")).await.expect("found");
        for (file, expected) in [
            (&b""[..], "The file is empty"),
            (b"title,price\n", "The first line names no column category;"),
            (b"title,titulo,price,category\n", "Two columns mean title"),
            (b"\xFF\xFEt\0", "This is not UTF-8"),
        ] {
            let store = store_with_handle(&app.app, "queseria").await.expect("the store is there");
            let import = ListingsImport { store, format: ImportFormat::Csv, dry_run: false };
            let done = listings_import(&app.app, &noel, import, file, &mut |_| {}).await;
            let Err(Error::Refused(refusals)) = done else { panic!("refused, and not {done:?}") };
            assert!(refusals[0].message.starts_with(expected), "{}", refusals[0].message);
        }
    }
}
