//! Cursors and sizes: what is refused, and what the ends of a list look like.

use crate::list::at::ListAt;
use crate::support::{MakeListing, MakeStore, TestApp, on_both};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Three stores and listings of one person with a profile; the connections that hang on them
async fn lists(app: &TestApp) -> Vec<ListAt> {
    let owner = app.member("elena").await;
    let category = app.category("comida", None).await;
    let mut stores = Vec::new();
    for handle in ["una", "otra", "tercera"] {
        stores.push(MakeStore::new(handle).by(&owner).await);
    }
    for (at, store) in stores.iter().chain([&stores[0], &stores[0]]).enumerate() {
        MakeListing::new(store, &category, &format!("Queso número {at}")).by(&owner).await;
    }
    for handle in ["elena-2", "elena-3"] {
        app.member(handle).await.mutate("profileUpdate", json!({ "kind": "BUSINESS" }), "").await;
    }
    vec![
        ListAt::root("listings", ""),
        ListAt::under("store(handle: \"una\")", "listings", ""),
        ListAt::under("category(slug: \"comida\")", "listings", ""),
        ListAt::under("user(handle: \"elena\")", "listings", ""),
        ListAt::root("stores", ""),
        ListAt::root("profiles", ""),
    ]
}

const INFO: &str = "edges { cursor } \
     pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";

fn cursor(page: &Value, which: &str) -> String {
    page["pageInfo"][which].as_str().expect("a cursor").to_owned()
}

on_both! {
    async fn a_cursor_is_good_on_its_own_list_alone(app: &TestApp) {
        let mut lists = lists(app).await;
        lists.extend([
            ListAt::root("listings", "sort: OLDEST"),
            ListAt::root("listings", "sort: PRICE_ASC"),
            ListAt::root("listings", "filter: { currency: \"NIO\" }"),
            ListAt::under("store(handle: \"otra\")", "listings", ""),
            ListAt::under("store(handle: \"una\")", "listings", "filter: { text: \"queso\" }"),
            ListAt::root("stores", "sort: NAME"),
        ]);
        let guest = app.guest();
        let mut cursors = Vec::new();
        for list in &lists {
            cursors.push(cursor(&list.page(&guest, "first: 1", INFO).await, "endCursor"));
        }
        for (at, list) in lists.iter().enumerate() {
            for (from, cursor) in cursors.iter().enumerate().filter(|(from, _)| *from != at) {
                for (page, field) in [("after", "first"), ("before", "last")] {
                    let asked = format!("{field}: 1 {page}: \"{cursor}\"");
                    let (refusal, told) = list.refused(&guest, &asked).await;
                    assert_eq!(refusal, format!("INVALID {page}"), "{from} on {at}");
                    assert!(told.contains("another list") && told.contains("must stay"), "{told}");
                }
            }
        }
    }
}

/// Cursors that were never given out: of no form, or with other keys than the list sorts by
fn rubbish(good: &str) -> Vec<String> {
    let bytes = URL_SAFE_NO_PAD.decode(good).expect("base64");
    let (head, keys) = bytes.split_at(25);
    let with = |keys: &[u8]| URL_SAFE_NO_PAD.encode([head, keys].concat());
    let infinite = [&[1], f64::INFINITY.to_be_bytes().as_slice()].concat();
    let mut made = vec![
        String::new(),
        "x".to_owned(),
        "AAAA".to_owned(),
        good.replace(['a', 'A', 'Q'], "~"),
        "é".to_owned(),
        "A".repeat(20_000),
        format!("{good}AAAA"),
        good.chars().skip(3).collect(),
        with(&[]),
        with(&[keys, keys].concat()),
        with(&[9, 9, 9]),
        with(&infinite),
        with(&[2, 200, 65]),
        with(&[2, 3, 97, 0, 98]),
        with(&[2, 2, 0xff, 0xfe]),
        URL_SAFE_NO_PAD.encode([&[2], &bytes[1..]].concat()),
    ];
    // A value of each kind that this list does not sort by.
    let kinds: [&[u8]; 3] =
        [&[0, 0, 0, 0, 0, 0, 0, 0, 1], &[1, 63, 240, 0, 0, 0, 0, 0, 0], &[2, 1, 97]];
    made.extend(kinds.iter().filter(|kind| kind[0] != keys[0]).map(|kind| with(kind)));
    made
}

on_both! {
    async fn rubbish_is_no_cursor_and_never_a_fault(app: &TestApp) {
        let mut lists = lists(app).await;
        let near = "filter: { near: { point: { latitude: 0 longitude: 0 } radiusMetres: 500 } }";
        lists.push(ListAt::root("stores", "sort: NAME"));
        let owner = app.member("gil").await;
        let place = json!({ "latitude": 0, "longitude": 0 });
        MakeStore::new("cero").with("location", place).by(&owner).await;
        lists.push(ListAt::root("stores", format!("sort: DISTANCE {near}")));
        for list in &lists {
            let page = list.page(&app.guest(), "first: 1", INFO).await;
            for made in rubbish(&cursor(&page, "endCursor")) {
                for (size, past) in [("first", "after"), ("last", "before")] {
                    let asked = format!("{size}: 1 {past}: \"{made}\"");
                    let (refusal, told) = list.refused(&app.guest(), &asked).await;
                    assert_eq!(refusal, format!("INVALID {past}"), "{made:.60}");
                    assert!(told.contains("not a cursor") && told.contains("as it came"), "{told}");
                }
            }
        }
    }
}

on_both! {
    async fn sizes_and_directions_are_checked_on_every_list(app: &TestApp) {
        for list in &lists(app).await {
            let good = cursor(&list.page(&app.guest(), "first: 1", INFO).await, "endCursor");
            for size in ["first", "last"] {
                for wrong in [0, 101, -1, i32::MIN] {
                    let (refusal, told) =
                        list.refused(&app.guest(), &format!("{size}: {wrong}")).await;
                    assert_eq!(
                        (refusal, told),
                        (format!("OUT_OF_RANGE {size}"), format!("{size} is 1 to 100"))
                    );
                }
            }
            for (page, field, told) in [
                ("first: 1 last: 1".to_owned(), "last", "first or last, not both"),
                (
                    format!("after: \"{good}\" before: \"{good}\""),
                    "before",
                    "after or before, not both",
                ),
                (format!("first: 1 before: \"{good}\""), "before", "before goes with last"),
                (format!("last: 1 after: \"{good}\""), "after", "after goes with first"),
            ] {
                let (refusal, sentence) = list.refused(&app.guest(), &page).await;
                assert_eq!(refusal, format!("INVALID {field}"), "{page}");
                assert!(sentence.contains(told), "{sentence}");
            }
            let named = list
                .page(&app.guest(), "first: null last: null after: null before: null", INFO)
                .await;
            assert_eq!(
                named,
                list.page(&app.guest(), "", INFO).await,
                "null is as good as nothing"
            );
        }
    }
}

on_both! {
    async fn the_ends_of_a_list_are_told(app: &TestApp) {
        for list in &lists(app).await {
            let all = list.page(&app.guest(), "first: 100", INFO).await;
            let count = all["totalCount"].as_u64().expect("a count");
            assert!((2..=5).contains(&count), "{count}");
            let whole = [(&json!(false), &json!(false)); 1][0];
            for page in [format!("first: {count}"), format!("last: {count}")] {
                let page = list.page(&app.guest(), &page, INFO).await;
                assert_eq!(page["edges"], all["edges"]);
                assert_eq!(
                    (&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["hasPreviousPage"]),
                    whole
                );
            }
            let (first, last) = (cursor(&all, "startCursor"), cursor(&all, "endCursor"));
            for (page, next, previous) in [
                (format!("after: \"{last}\""), false, true),
                (format!("before: \"{first}\""), true, false),
            ] {
                let page = list.page(&app.guest(), &page, INFO).await;
                let expected = json!({ "edges": [], "totalCount": count, "pageInfo": {
                    "hasNextPage": next, "hasPreviousPage": previous, "startCursor": null, "endCursor": null,
                }});
                assert_eq!(page, expected);
            }
        }
    }
}

on_both! {
    async fn a_list_of_nothing_is_empty_at_both_ends(app: &TestApp) {
        let owner = app.member("elena").await;
        MakeStore::new("una").by(&owner).await;
        app.category("comida", None).await;
        let nothing = json!({ "edges": [], "totalCount": 0, "pageInfo": {
            "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null,
        }});
        for list in [
            ListAt::root("listings", ""),
            ListAt::root("listings", "sort: RELEVANCE filter: { text: \"queso\" }"),
            ListAt::under("store(handle: \"una\")", "listings", ""),
            ListAt::under("category(slug: \"comida\")", "listings", "sort: PRICE_ASC"),
            ListAt::under("user(handle: \"elena\")", "listings", "sort: OLDEST"),
            ListAt::root("stores", "filter: { text: \"queso\" }"),
            ListAt::root("profiles", ""),
        ] {
            for page in ["", "last: 5"] {
                assert_eq!(list.page(&app.guest(), page, INFO).await, nothing);
            }
        }
    }
}
