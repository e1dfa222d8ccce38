//! The same list under many parents at once: each gets its own page.

use crate::list::market::{Market, TOWNS};
use crate::list::reference::{Filter, Sort, ids, list};
use crate::support::{START_MICROS, id, on_both};
use plaza::rules::distance::metres_of_chord2;
use serde_json::{Value, json};

/// Pages of every parent in an answer, by the parent's id
fn pages(answer: &Value) -> Vec<(String, &Value)> {
    let parents = answer["nodes"].as_array().expect("parents").iter();
    parents.map(|parent| (id(parent), &parent["listings"])).collect()
}

/// The document that asks a page under many parents of a type
fn query(of: &str, arguments: &str) -> String {
    let all = "nodes { id distance } pageInfo { hasNextPage hasPreviousPage } totalCount \
         facets { categories { count } }";
    format!(
        "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ id listings({arguments}) {{ {all} }} }} }} }}"
    )
}

/// Checks a page against the first or the last rows of the reference.
fn check(page: &Value, market: &Market, filter: &Filter, sort: Sort, backward: bool, case: &str) {
    let whole = list(market, filter, sort);
    let from = if backward { whole.len().saturating_sub(4) } else { 0 };
    let expected = &whole[from..whole.len().min(from + 4)];
    let nodes = page["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.iter().map(id).collect::<Vec<_>>(), ids(expected), "{case}");
    let ahead = if backward { "hasPreviousPage" } else { "hasNextPage" };
    assert_eq!(page["pageInfo"][ahead], whole.len() > 4, "{case}");
    assert_eq!(page["totalCount"], whole.len(), "{case}");
    let facets = page["facets"]["categories"].as_array().expect("facets").iter();
    let counted: u64 = facets.filter_map(|facet| facet["count"].as_u64()).sum();
    assert_eq!(counted, whole.len() as u64, "{case}");
    for (node, item) in nodes.iter().zip(expected) {
        let metres = filter.away(item).map(metres_of_chord2);
        match (node["distance"].as_f64(), metres) {
            (Some(told), Some(metres)) => {
                assert!((told - metres).abs() <= metres * 1e-12, "{case}");
            }
            (told, metres) => assert_eq!(told, metres, "{case}"),
        }
    }
}

/// Asks a list under every parent by every sort that it has, from both ends.
async fn ask(
    market: &Market,
    of: &str,
    parents: &[String],
    given: Filter,
    narrow: fn(&mut Filter, usize),
) {
    for sort in Sort::ALL.into_iter().filter(|sort| given.allows(*sort)) {
        // The list of a person has no filter.
        let filter = if of == "User" { String::new() } else { given.written(market) };
        for page in ["first: 4", "last: 4"] {
            let document = query(of, &format!("sort: {} {filter} {page}", sort.name()));
            let answer = market.admin.ask(&document, json!({ "ids": parents })).await;
            for (at, (parent, found)) in pages(&answer).into_iter().enumerate() {
                assert_eq!(parent, parents[at]);
                let mut whole = given;
                narrow(&mut whole, at);
                let case = format!("{of} {at} {sort:?} {page} {given:?}");
                check(found, market, &whole, sort, page == "last: 4", &case);
            }
        }
    }
}

on_both! {
    async fn each_of_many_parents_gets_its_own_page(app: &TestApp) {
        let market = Market::seed(app, 200).await;
        let (lat, lon) = TOWNS[0];
        let any = Filter::default();
        let stores: Vec<_> = market.stores.iter().map(|store| store.0.clone()).collect();
        let categories: Vec<_> =
            market.categories.iter().map(|category| category.0.clone()).collect();
        let people: Vec<_> = market.people.iter().map(|person| person.0.id.clone()).collect();
        ask(&market, "User", &people, any, |filter, at| filter.publisher = Some(at)).await;
        for given in [
            any,
            Filter { near: Some((lat, lon, 500_000)), text: Some("niños"), ..any },
            Filter { near: Some((lat, lon, 1_500)), in_stock: Some(true), ..any },
            Filter {
                text: Some("café"),
                currency: Some("NIO"),
                created_after: Some(START_MICROS + 9_000_000),
                ..any
            },
            Filter { min: Some(1000), max: Some(9900), publisher: Some(0), ..any },
            Filter {
                status: Some(&["ACTIVE", "SOLD_OUT", "PAUSED"]),
                near: Some((lat, lon, 100_000)),
                ..any
            },
        ] {
            ask(&market, "Store", &stores, given, |filter, at| filter.store = Some(at)).await;
            ask(&market, "Category", &categories, given, |filter, at| filter.category = Some(at))
                .await;
        }
    }
}

on_both! {
    async fn a_parent_and_a_filter_hold_at_once(app: &TestApp) {
        let market = Market::seed(app, 90).await;
        let any = Filter::default();
        let both = Filter { store: Some(1), category: Some(0), ..any };
        let within = Filter { category: Some(0), ..any }.written(&market);
        let store = format!(
            "store(handle: \"{}\") {{ listings(first: 100 {within}) {{ nodes {{ id }} }} }}",
            market.stores[1].1
        );
        let of_store = Filter { store: Some(1), ..any }.written(&market);
        let category = format!(
            "category(slug: \"comida\") {{ listings(first: 100 {of_store}) {{ nodes {{ id }} }} }}"
        );
        let other = Filter { store: Some(2), ..any }.written(&market);
        let nothing = format!(
            "store(handle: \"{}\") {{ listings({other}) {{ nodes {{ id }} totalCount }} }}",
            market.stores[1].1
        );
        let below = Filter { category: Some(3), ..any };
        let part = format!(
            "category(slug: \"comida\") {{ listings(first: 100 {}) {{ nodes {{ id }} }} }}",
            below.written(&market)
        );
        let apart = format!(
            "category(slug: \"ropa\") {{ listings({}) {{ nodes {{ id }} }} }}",
            below.written(&market)
        );
        for (asked, expected) in [
            (store, list(&market, &both, Sort::Newest)),
            (category, list(&market, &both, Sort::Newest)),
            (nothing, Vec::new()),
            (part, list(&market, &below, Sort::Newest)),
            (apart, Vec::new()),
        ] {
            let answer = app.guest().ask(&format!("{{ parent: {asked} }}"), json!({})).await;
            let nodes = answer["parent"]["listings"]["nodes"].as_array().expect("nodes");
            assert_eq!(nodes.iter().map(id).collect::<Vec<_>>(), ids(&expected), "{asked}");
        }
    }
}
