//! Words as people write them.

use super::{shop, titles};
use crate::support::{Backend, MakeListing, TestApp, done, on_both};
use plaza::db::Reads;
use sea_orm::TryGetable;
use serde_json::json;

on_both! {
    async fn words_are_found_in_every_spelling_and_number(app: &TestApp) {
        let (owner, store, category) = shop(app).await;
        for (title, description) in [
            ("Camión Isuzu", "Con caja seca"),
            ("Llantas", "Para CAMIONES grandes"),
            ("Zapatos de niños", "Cuero"),
            ("Uniforme", "De niña, escolar"),
            ("Camisa", "Nueva"),
        ] {
            MakeListing::new(&store, &category, title)
                .with("description", json!(description))
                .by(&owner)
                .await;
        }
        for (text, found) in [
            ("camion", vec!["Camión Isuzu", "Llantas"]),
            ("CAMIÓN", vec!["Camión Isuzu", "Llantas"]),
            ("camiones", vec!["Camión Isuzu", "Llantas"]),
            ("ninos", vec!["Zapatos de niños", "Uniforme"]),
            ("niñas", vec!["Zapatos de niños", "Uniforme"]),
            ("zapato para los niños", vec!["Zapatos de niños"]),
            ("camion isuzu seca", vec!["Camión Isuzu"]),
            ("camion niños", vec![]),
            // Every mark is a blank: no query language of a database shows through.
            ("'camion' | \\\" & ! * :A ( isuzu", vec!["Camión Isuzu"]),
            ("camion OR zapatos", vec![]),
            ("isuzu -camion", vec!["Camión Isuzu"]),
            ("cam", vec![]),
        ] {
            let arguments = format!("sort: OLDEST filter: {{ text: \"{text}\" }}");
            assert_eq!(titles(&app.guest(), &arguments).await, found, "{text}");
        }
    }
}

on_both! {
    async fn a_changed_text_is_found_by_its_new_words_alone(app: &TestApp) {
        let (owner, store, category) = shop(app).await;
        let listing = MakeListing::new(&store, &category, "Queso seco")
            .with("description", json!("De vaca"))
            .by(&owner)
            .await;
        let change = json!({ "id": listing, "title": "Cuajada fresca" });
        done(owner.mutate("listingUpdate", change, "listing { id }").await);
        for (text, found) in [("queso", 0), ("cuajada", 1), ("vacas", 1)] {
            let found_titles =
                titles(&app.guest(), &format!("filter: {{ text: \"{text}\" }}")).await;
            assert_eq!(found_titles.len(), found, "{text}");
        }
        let cleared = json!({ "id": listing, "description": null });
        done(owner.mutate("listingUpdate", cleared, "listing { id }").await);
        assert!(titles(&app.guest(), "filter: { text: \"vaca\" }").await.is_empty());
    }
}

/// A plan for any word would take a common one for rare, and read all its matches.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_plans_anew_for_the_words_at_hand() {
    let settings = [("PLAZA_DATABASE_CONNECTIONS", "1"), ("PLAZA_CACHE_ANSWERS", "off")];
    let app = TestApp::start_with(Backend::Postgres, &settings).await;
    for sort in ["RELEVANCE", "NEWEST", "PRICE_ASC"] {
        for _ in 0..8 {
            titles(&app.guest(), &format!("sort: {sort} filter: {{ text: \"queso\" }}")).await;
        }
    }
    let reader = app.app.db.reader();
    let plans = "SELECT sum(custom_plans)::bigint, sum(generic_plans)::bigint \
                 FROM pg_prepared_statements WHERE statement LIKE '%::text::tsquery%' AND statement NOT LIKE '%pg_prepared%'";
    let row = reader.one(reader.sql(plans)).await.expect("reads").expect("a row");
    let count = |at| i64::try_get_by_index(&row, at).expect("a count");
    assert_eq!((count(0), count(1)), (24, 0));
    app.finish().await;
}
