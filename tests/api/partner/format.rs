//! Each format that a build writes, published by the command.

use super::{code, documents, known, post};
use crate::support::on_both;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

const BODY: &str = "query Version { service { name } }";

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes a folder");
    std::fs::write(&path, text).expect("writes");
    path.display().to_string()
}

/// The files of a format, and the id that it gives to the document
fn files(format: &str, folder: &Path) -> (String, String) {
    let pair = |id: &str| json!({ id: BODY }).to_string();
    match format {
        "folder" => {
            write(folder, "ops/fragments/Name.graphql", "fragment Name on Service { name }\n");
            write(
                folder,
                "ops/Version.graphql",
                "# of the shop\nquery Version { service { ...Name } }\n",
            );
            let text = "query Version { service { ...Name } }\n\nfragment Name on Service { name }";
            let id = plaza::app::hex(&<sha2::Sha256 as sha2::Digest>::digest(text));
            (folder.join("ops").display().to_string(), id)
        }
        "apollo" => {
            let operation =
                json!({ "id": "apollo-1", "name": "Version", "type": "query", "body": BODY });
            let manifest = json!({
                "format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation],
            });
            (write(folder, "apollo.json", &manifest.to_string()), "apollo-1".to_owned())
        }
        "relay map" => (write(folder, "relay.json", &pair("5f8d")), "5f8d".to_owned()),
        "relay pairs" => {
            let pairs = json!([["pair-1", BODY]]).to_string();
            (write(folder, "pairs.json", &pairs), "pair-1".to_owned())
        }
        _ => (write(folder, "map.json", &pair("any/id~1")), "any/id~1".to_owned()),
    }
}

on_both! {
    async fn what_a_build_wrote_is_run_by_its_ids(app: &TestApp) {
        let folder = TempDir::new().expect("a folder");
        for format in ["folder", "apollo", "relay map", "relay pairs", "map"] {
            let client = format.replace(' ', "-");
            let (path, id) = files(format, folder.path());
            let manifest = folder.path().join("manifest.json").display().to_string();
            let arguments =
                ["publish", "--no-measure", "--client", &client, "--manifest", &manifest, &path];
            let (code, said) = documents(app, &arguments);
            assert_eq!(code, 0, "{format}: {said}");
            assert!(said.contains("1 documents published"), "{format}: {said}");
            let text = std::fs::read_to_string(&manifest).expect("a manifest");
            let written: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(written["operations"][0]["id"], json!(id), "{format}");
            known(&app.guest(), &client, &id).await;
            let answer = post(&app.guest(), &client, json!({ "documentId": id })).await;
            assert_eq!(answer["data"]["service"]["name"], "Plaza", "{format}: {answer:#}");
            // The manifest that was written is one that can be published.
            let (code, said) =
                documents(app, &["publish", "--no-measure", "--client", &client, &manifest]);
            assert_eq!((code, said.contains("1 as they were")), (0, true), "{format}: {said}");
        }
    }
}

on_both! {
    async fn nothing_is_published_where_one_is_broken_and_each_fault_is_named(app: &TestApp) {
        let folder = TempDir::new().expect("a folder");
        let manifest = json!({ "good": BODY, "unknown": "query A { service { nothing } }", "broken": "query {",
            "two": "query A { service { name } } query B { service { name } }",
            "nameless": "{ service { name } }",
            "dear": "query Dear { listings(first: 100) { nodes { store { listings(first: 100) { nodes { id } } } } } }" });
        let path = write(folder.path(), "m.json", &manifest.to_string());
        let (code, said) = documents(app, &["publish", "--no-measure", "--client", "shop", &path]);
        assert_eq!(code, 1, "{said}");
        for (id, fault) in [
            ("unknown", "Unknown field \"nothing\""),
            ("broken", "Syntax"),
            ("two", "one operation"),
            ("nameless", "has a name"),
            ("dear", "costs at most 5000"),
        ] {
            assert!(said.lines().any(|line| line.contains(&format!("m.json, {id}: ")) && line.contains(fault)),
                "{id}: {said}");
        }
        assert!(!said.contains("good:"), "{said}");
        let answer = post(&app.guest(), "shop", json!({ "documentId": "good" })).await;
        assert_eq!(super::code(&answer), "PERSISTED_QUERY_NOT_IN_LIST");
        let (code, said) = documents(app, &["list", "--client", "shop"]);
        assert_eq!(code, 1, "{said}");
    }
}

#[tokio::test]
async fn publishing_measures_statements_on_demo_data() {
    crate::support::on_one(&[], async |app| {
        let folder = TempDir::new().expect("a folder");
        let operations = json!({
            "feed": "query Feed { listings(first: 5) { nodes { id store { id name } } } }",
            "one": "query One($id: ID!) { node(id: $id) { ... on Store { name } } }",
            "write": "mutation Out { signOut { userErrors { code } } }",
        });
        let path = write(folder.path(), "m.json", &operations.to_string());
        let (exit, said) = documents(app, &["publish", "--client", "shop", &path]);
        assert_eq!(exit, 0, "{said}");
        let (_, said) = documents(app, &["list", "--client", "shop", "--json"]);
        let counts: Vec<(String, Value)> = said
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .map(|row| {
                (
                    row["documentId"].as_str().expect("an id").to_owned(),
                    row["sqlStatements"].clone(),
                )
            })
            .collect();
        let expected = [("feed", json!(1)), ("one", json!(1)), ("write", json!(null))];
        assert_eq!(counts, expected.map(|(id, count)| (id.to_owned(), count)), "{said}");
        known(&app.guest(), "", "feed").await;
        let answer = post(&app.guest(), "", json!({ "documentId": "feed" })).await;
        assert_eq!(code(&answer), "");
    })
    .await;
}
