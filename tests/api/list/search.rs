//! Search: filters in every mix, under every sort, from both ends, give exactly what a plain reading
//! of all rows gives; the same on both databases.

use super::at::ListAt;
use super::market::{Dice, Market, TOWNS};
use super::reference::{Filter, Sort, ids, list};
use crate::support::{START_MICROS, on_both};
use plaza::rules::distance::metres_of_chord2;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Set = fn(&mut Filter);

const SHOWN: &[&str] = &["ACTIVE", "SOLD_OUT"];
const EVERY: &[&str] = &["ARCHIVED", "SOLD_OUT", "PAUSED", "ACTIVE", "DRAFT"];

/// Values of each condition
const CONDITIONS: &[&[Set]] = &[
    &[
        |f| f.text = Some("CAMION"),
        |f| f.text = Some("los niños, queso"),
        |f| f.text = Some("zapato"),
    ],
    &[|f| f.category = Some(0), |f| f.category = Some(6)],
    &[
        |f| f.min = Some(2500),
        |f| f.max = Some(2500),
        |f| (f.min, f.max) = (Some(1000), Some(9900)),
    ],
    &[|f| f.currency = Some("NIO"), |f| f.currency = Some("USD")],
    &[
        |f| f.near = Some((TOWNS[0].0 + 0.0003, TOWNS[0].1, 700)),
        |f| f.near = Some((TOWNS[1].0, TOWNS[1].1, 29_000)),
        |f| f.near = Some((TOWNS[2].0, TOWNS[2].1, 45_000)),
        |f| f.near = Some((12.0, -85.0, 500_000)),
    ],
    &[|f| f.in_stock = Some(true), |f| f.in_stock = Some(false)],
    &[|f| f.created_after = Some(START_MICROS + 40_000_000)],
    &[|f| f.store = Some(1)],
    &[|f| f.publisher = Some(0)],
    &[|f| f.status = Some(SHOWN), |f| f.status = Some(EVERY)],
];

/// No condition, each alone, each with each, and mixes of many
fn mixes() -> Vec<Filter> {
    let mut mixes = vec![Filter::default()];
    let mut mix = |sets: &[Set]| {
        let mut filter = Filter::default();
        sets.iter().for_each(|set| set(&mut filter));
        mixes.push(filter);
    };
    for (at, values) in CONDITIONS.iter().enumerate() {
        for one in *values {
            mix(&[*one]);
            for other in CONDITIONS[at + 1..].iter().flat_map(|values| values.iter()) {
                mix(&[*one, *other]);
            }
        }
    }
    let mut dice = Dice::new();
    for _ in 0..60 {
        let mut sets = Vec::new();
        for values in CONDITIONS {
            if dice.below(3) == 0 {
                sets.push(dice.pick(values));
            }
        }
        mix(&sets);
    }
    mixes
}

/// What the connection says of a whole list beside its rows
fn figures(market: &Market, filter: &Filter) -> Value {
    let found = list(market, filter, Sort::Oldest);
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for item in &found {
        *counts.entry(market.categories[item.category].1).or_default() += 1;
    }
    // Amounts as decimals, without zeros at their end.
    let amount = |cents: Option<i64>| {
        cents
            .map(|cents| f64::from(i32::try_from(cents).expect("small")) / 100.0)
            .map(|major| major.to_string())
    };
    let cents = || found.iter().map(|item| item.cents);
    json!({
        "totalCount": found.len(),
        "few": found.len().min(5),
        "categories": counts,
        "prices": { "min": amount(cents().min()), "max": amount(cents().max()) },
    })
}

fn told_figures(page: &Value) -> Value {
    let facets = page["facets"]["categories"].as_array().expect("facets");
    let counts: Vec<i64> = facets.iter().filter_map(|facet| facet["count"].as_i64()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "most first: {counts:?}");
    let counts: BTreeMap<&str, &Value> = facets
        .iter()
        .map(|facet| (facet["category"]["slug"].as_str().expect("a slug"), &facet["count"]))
        .collect();
    json!({
        "totalCount": page["totalCount"],
        "few": page["few"],
        "categories": counts,
        "prices": page["facets"]["prices"],
    })
}

const FIGURES: &str = "totalCount few: totalCount(limit: 5) \
     facets { categories { category { slug } count } prices { min max } }";

on_both! {
    async fn every_mix_of_filters_under_every_sort_is_what_plain_reading_finds(app: &TestApp) {
        let market = Market::seed(app, 300).await;
        let (mut lists, mut rows) = (0, 0);
        for (mix, filter) in mixes().into_iter().enumerate() {
            // Pages small enough that every third list has several.
            let size = if mix % 3 == 0 { 41 } else { 100 };
            let at = |sort: Sort| {
                ListAt::root(
                    "listings",
                    format!("sort: {} {}", sort.name(), filter.written(&market)),
                )
            };
            for sort in Sort::ALL.into_iter().filter(|sort| filter.allows(*sort)) {
                let expected = ids(&list(&market, &filter, sort));
                assert_eq!(
                    at(sort).forward(&market.admin, size).await,
                    expected,
                    "{sort:?} {filter:?}"
                );
                assert_eq!(
                    at(sort).backward(&market.admin, size - 4).await,
                    expected,
                    "from the end: {sort:?} {filter:?}"
                );
                lists += 1;
                rows += expected.len();
            }
            let page = at(Sort::Newest).page(&market.admin, "first: 1", FIGURES).await;
            assert_eq!(told_figures(&page), figures(&market, &filter), "{filter:?}");
        }
        assert!(lists > 1000 && rows > 20 * lists, "{lists} lists of {rows} rows");
    }
}

on_both! {
    async fn small_pages_of_the_nearest_are_the_same_rows(app: &TestApp) {
        let market = Market::seed(app, 150).await;
        for (lat, lon, metres) in [
            (TOWNS[0].0, TOWNS[0].1, 500_000),
            (12.0, -85.0, 300_000),
            (TOWNS[2].0, TOWNS[2].1, 2_000),
        ] {
            let filter = Filter { near: Some((lat, lon, metres)), ..Filter::default() };
            let at =
                ListAt::root("listings", format!("sort: DISTANCE {}", filter.written(&market)));
            let expected = ids(&list(&market, &filter, Sort::Distance));
            for size in [1, 2, 5, 100] {
                assert_eq!(
                    at.forward(&app.guest(), size).await,
                    expected,
                    "{size} at once, {filter:?}"
                );
                assert_eq!(
                    at.backward(&app.guest(), size).await,
                    expected,
                    "{size} at once, {filter:?}"
                );
            }
        }
    }
}

on_both! {
    async fn distances_are_those_of_the_reference_under_every_sort(app: &TestApp) {
        let market = Market::seed(app, 60).await;
        let (lat, lon) = TOWNS[3];
        let filter =
            Filter { near: Some((lat, lon, 500_000)), text: Some("café"), ..Filter::default() };
        for sort in Sort::ALL {
            let at = ListAt::root(
                "listings",
                format!("sort: {} {}", sort.name(), filter.written(&market)),
            );
            let page = at.page(&app.guest(), "first: 100", "nodes { id distance }").await;
            let expected = list(&market, &filter, sort);
            assert!(expected.len() > 3);
            for (node, item) in page["nodes"].as_array().expect("nodes").iter().zip(&expected) {
                assert_eq!(node["id"], item.id);
                let metres = metres_of_chord2(filter.away(item).expect("a place"));
                let told = node["distance"].as_f64().expect("metres");
                assert!((told - metres).abs() <= metres * 1e-12, "{told} {metres}");
            }
        }
        let far = ListAt::root("listings", "").page(&app.guest(), "", "nodes { distance }").await;
        assert_eq!(far["nodes"][0]["distance"], json!(null), "nothing to measure from");
    }
}
