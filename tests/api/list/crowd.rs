//! The same searches where a word and a place hold more rows than a statement reads and sorts at
//! once: the list's own order is the other way to a page, and leads to the same rows.

use super::at::ListAt;
use super::market::{Market, TOWNS};
use super::reference::{Filter, Sort, ids, list};
use crate::support::{START_MICROS, on_both};

/// More than `db::list::way` reads at once
const MANY: usize = 1000;

/// Compares the first and the last pages of a list with the reference.
async fn compare(market: &Market, filter: Filter, size: usize, pages: usize) {
    for sort in Sort::ALL.into_iter().filter(|sort| filter.allows(*sort)) {
        let arguments = format!("sort: {} {}", sort.name(), filter.written(market));
        let (at, expected) =
            (ListAt::root("listings", arguments), ids(&list(market, &filter, sort)));
        let rows = expected.len().min(size * pages);
        let case = format!("{sort:?} {filter:?}");
        let begin = at.begin(&market.people[0].0, size, pages).await;
        assert_eq!(begin, expected[..rows], "from the start: {case}");
        let end = at.end(&market.people[0].0, size, pages).await;
        assert_eq!(end, expected[expected.len() - rows..], "from the end: {case}");
    }
}

on_both! {
    async fn a_crowded_market_is_searched_to_the_same_rows(app: &TestApp) {
        let market = Market::crowd(app, 1300).await;
        let (lat, lon) = TOWNS[0];
        let any = Filter::default();
        let (word, rare) =
            (Filter { text: Some("café"), ..any }, Filter { text: Some("niños"), ..any });
        let town = Filter { near: Some((lat + 0.01, lon + 0.01, 3_000)), ..any };
        let country = Filter { near: Some((lat, lon, 400_000)), ..any };
        let both = Filter { text: word.text, ..town };
        // With and without a look at where listings are.
        compare(&market, country, 70, 3).await;
        app.app.db.survey().await.expect("looks");
        assert!(!app.app.db.crowd().is_empty());
        for crowded in [word, town, country, both] {
            let rows = list(&market, &crowded, Sort::Newest).len();
            assert!(rows > MANY, "{rows} rows of {crowded:?}");
            compare(&market, crowded, 70, 3).await;
        }
        // Conditions that leave little of much, and much of little.
        for narrow in [
            Filter { min: Some(2500), currency: Some("USD"), ..word },
            Filter { category: Some(1), store: Some(2), ..word },
            Filter { publisher: Some(1), in_stock: Some(true), ..both },
            Filter { created_after: Some(START_MICROS + 40_000_000), ..town },
            Filter { text: rare.text, ..town },
            Filter { near: Some((lat, lon, 400)), ..word },
            Filter { near: Some((TOWNS[1].0, TOWNS[1].1, 25_000)), ..word },
            Filter { text: Some("café camiones juguete"), ..country },
            Filter { max: Some(0), category: Some(5), ..town },
            rare,
        ] {
            compare(&market, narrow, 40, 2).await;
        }
        // One way to the end.
        let at = ListAt::root("listings", format!("sort: PRICE_ASC {}", both.written(&market)));
        let expected = ids(&list(&market, &both, Sort::PriceAsc));
        assert_eq!(at.forward(&app.guest(), 100).await, expected);
    }
}
