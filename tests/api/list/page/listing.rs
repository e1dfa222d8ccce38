//! Every list of listings, under every sort, from both ends.

use crate::list::at::ListAt;
use crate::list::market::{Market, TOWNS};
use crate::list::reference::{Filter, Sort, ids, list};
use crate::support::{Client, on_both};
use serde_json::json;

const EVERY: &[&str] = &["DRAFT", "ACTIVE", "PAUSED", "SOLD_OUT", "ARCHIVED"];

/// Walks a list by every sort that it has, and compares with the reference under `filter`.
async fn walk(
    market: &Market,
    client: &Client,
    within: Option<&str>,
    given: Filter,
    whole: Filter,
) {
    for sort in Sort::ALL.into_iter().filter(|sort| given.allows(*sort)) {
        let arguments = format!("sort: {} {}", sort.name(), given.written(market));
        let at = match within {
            Some(within) => ListAt::under(within, "listings", arguments),
            None => ListAt::root("listings", arguments),
        };
        let expected = ids(&list(market, &whole, sort));
        assert!(expected.len() > 7, "{within:?} {given:?} is more than one page");
        let case = format!("{within:?} {sort:?} {given:?}");
        assert_eq!(at.forward(client, 7).await, expected, "forward: {case}");
        assert_eq!(at.backward(client, 7).await, expected, "backward: {case}");
    }
}

on_both! {
    async fn every_list_is_the_same_from_both_ends(app: &TestApp) {
        let market = Market::seed(app, 200).await;
        let guest = app.guest();
        let (lat, lon) = TOWNS[0];
        let any = Filter::default();
        let searched = Filter { text: Some("niños"), near: Some((lat, lon, 500_000)), ..any };
        for given in [any, searched, Filter { near: Some((lat, lon, 20_000)), ..any }] {
            walk(&market, &guest, None, given, given).await;
        }
        for given in [any, Filter { near: Some((lat, lon, 500_000)), ..any }] {
            let store = format!("store(handle: \"{}\")", market.stores[1].1);
            let whole = Filter { store: Some(1), ..given };
            walk(&market, &guest, Some(&store), given, whole).await;
            // A category with categories below it, so that its pages are merged of several parts.
            let whole = Filter { category: Some(0), ..given };
            walk(&market, &guest, Some("category(slug: \"comida\")"), given, whole).await;
        }
        let given = Filter { text: Some("niños"), ..any };
        let whole = Filter { category: Some(1), ..given };
        walk(&market, &guest, Some("category(slug: \"ropa\")"), given, whole).await;
        // Every state is a part of its own, shown and hidden.
        let given = Filter { status: Some(EVERY), near: Some((lat, lon, 500_000)), ..any };
        let whole = Filter { store: Some(0), ..given };
        walk(&market, &market.people[0].0, None, whole, whole).await;
        walk(&market, &market.admin, None, given, given).await;
    }
}

on_both! {
    async fn the_list_of_a_person_is_the_same_from_both_ends(app: &TestApp) {
        let market = Market::seed(app, 80).await;
        let whole = Filter { publisher: Some(0), ..Filter::default() };
        for sort in [Sort::Newest, Sort::Oldest, Sort::PriceAsc, Sort::PriceDesc] {
            let at = ListAt::under(
                "user(handle: \"berta\")",
                "listings",
                format!("sort: {}", sort.name()),
            );
            let expected = ids(&list(&market, &whole, sort));
            assert!(expected.len() > 7);
            assert_eq!(at.forward(&app.guest(), 7).await, expected, "forward: {sort:?}");
            assert_eq!(at.backward(&app.guest(), 7).await, expected, "backward: {sort:?}");
        }
        // There is no filter to measure from or to match.
        for (sort, needed) in [("DISTANCE", "filter.near"), ("RELEVANCE", "filter.text")] {
            let at = ListAt::under("user(handle: \"berta\")", "listings", format!("sort: {sort}"));
            let (refusal, told) = at.refused(&app.guest(), "").await;
            assert_eq!(refusal, "INVALID sort");
            assert!(told.contains(needed), "{told}");
        }
    }
}

on_both! {
    async fn lists_of_different_parents_in_one_document_do_not_mix(app: &TestApp) {
        let market = Market::seed(app, 60).await;
        let query = "{
            listings(first: 100) { nodes { id } totalCount facets { categories { count } } }
            store(handle: \"tienda-berta\") { listings(first: 100) { ...all } owner { listings(first: 100) { ...all } } }
            user(handle: \"chepe\") { listings(first: 100) { ...all } }
            category(slug: \"comida\") { listings(first: 100) { ...all } }
        } fragment all on ListingConnection { nodes { id } totalCount facets { categories { count } } }";
        let answer = app.guest().ask(query, json!({})).await;
        let any = Filter::default();
        for (found, filter) in [
            (&answer["listings"], any),
            (&answer["store"]["listings"], Filter { store: Some(0), ..any }),
            (&answer["store"]["owner"]["listings"], Filter { publisher: Some(0), ..any }),
            (&answer["user"]["listings"], Filter { publisher: Some(1), ..any }),
            (&answer["category"]["listings"], Filter { category: Some(0), ..any }),
        ] {
            let expected = ids(&list(&market, &filter, Sort::Newest));
            let nodes = found["nodes"].as_array().expect("nodes");
            let found_ids: Vec<_> = nodes.iter().map(crate::support::id).collect();
            assert_eq!(found_ids, expected, "{filter:?}");
            assert_eq!(found["totalCount"], expected.len(), "{filter:?}");
            let counts = found["facets"]["categories"].as_array().expect("facets");
            let counted: i64 = counts.iter().filter_map(|facet| facet["count"].as_i64()).sum();
            assert_eq!(usize::try_from(counted).expect("fits"), expected.len(), "{filter:?}");
        }
    }
}
