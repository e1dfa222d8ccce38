//! Rows that come, go and move while somebody pages.

use crate::list::at::ListAt;
use crate::support::{Client, MakeListing, MakeStore, TestApp, done, id, on_both, row};
use plaza::db::Reads;
use serde_json::{Value, json};

struct Shop {
    owner: Client,
    store: String,
    category: String,
    /// From the first put up to the last
    listings: Vec<String>,
}

impl Shop {
    /// Listings at prices 10, 20, 30 …, a second apart
    async fn open(app: &TestApp, listings: u32) -> Self {
        let owner = app.member("elena").await;
        let store = MakeStore::new("una").by(&owner).await;
        let category = app.category("comida", None).await;
        let mut shop = Self { owner, store, category, listings: Vec::new() };
        for at in 1..=listings {
            app.pass_seconds(1);
            let made = shop.put_up(&format!("{}", at * 10)).await;
            shop.listings.push(made);
        }
        shop
    }

    async fn put_up(&self, price: &str) -> String {
        MakeListing::new(&self.store, &self.category, "Queso").price(price).by(&self.owner).await
    }
}

async fn page(list: &ListAt, client: &Client, asked: &str) -> (Vec<String>, Value) {
    let page = list
        .page(
            client,
            asked,
            "nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }",
        )
        .await;
    (page["nodes"].as_array().expect("nodes").iter().map(id).collect(), page["pageInfo"].clone())
}

on_both! {
    async fn paging_goes_on_where_the_row_of_the_cursor_is_gone(app: &TestApp) {
        let shop = Shop::open(app, 12).await;
        let guest = app.guest();
        let list = ListAt::root("listings", "sort: PRICE_ASC");
        let (first, info) = page(&list, &guest, "first: 4").await;
        assert_eq!(first, shop.listings[..4]);
        let after = format!("first: 4 after: {}", info["endCursor"]);
        let before = format!("last: 4 before: {}", info["endCursor"]);
        // Paused, then moved to the end, then gone for good: the place in the list stays.
        done(shop.owner.mutate_id("listingPause", &first[3], "listing { id }").await);
        assert_eq!(page(&list, &guest, &after).await.0, shop.listings[4..8]);
        assert_eq!(page(&list, &guest, &before).await.0, shop.listings[..3]);
        done(shop.owner.mutate_id("listingPublish", &first[3], "listing { id }").await);
        let dearer = json!({ "id": first[3], "price": { "amount": "999", "currency": "NIO" } });
        done(shop.owner.mutate("listingUpdate", dearer, "listing { id }").await);
        assert_eq!(page(&list, &guest, &after).await.0, shop.listings[4..8]);
        delete(app, &first[3]).await;
        assert_eq!(page(&list, &guest, &after).await.0, shop.listings[4..8]);
        let (back, info) = page(&list, &guest, &before).await;
        assert_eq!(back, shop.listings[..3]);
        assert_eq!(info["hasPreviousPage"], false);
    }
}

async fn delete(app: &TestApp, id: &str) {
    let tx = app.app.db.write().await.expect("begins");
    let mut sql = tx.sql("DELETE FROM listing WHERE id = ");
    sql.bind(row(id));
    assert_eq!(tx.run(sql).await.expect("deletes"), 1);
    tx.commit().await.expect("commits");
}

on_both! {
    async fn new_rows_neither_double_nor_hide_those_that_were_there(app: &TestApp) {
        let shop = Shop::open(app, 20).await;
        let guest = app.guest();
        for (sort, backward) in [
            ("NEWEST", false),
            ("OLDEST", false),
            ("PRICE_ASC", false),
            ("PRICE_DESC", true),
            ("NEWEST", true),
        ] {
            let list = ListAt::under("store(handle: \"una\")", "listings", format!("sort: {sort}"));
            let (size, past, end, more) = if backward {
                ("last", "before", "startCursor", "hasPreviousPage")
            } else {
                ("first", "after", "endCursor", "hasNextPage")
            };
            let (mut seen, mut asked) = (Vec::new(), format!("{size}: 3"));
            loop {
                let (ids, info) = page(&list, &guest, &asked).await;
                seen.extend(ids);
                if info[more] == false {
                    break;
                }
                assert!(seen.len() < 200, "the end comes nearer");
                asked = format!("{size}: 3 {past}: {}", info[end]);
                // Two in between, before and behind where the reader stands, and at a price that is there.
                if seen.len() < 15 {
                    for price in ["5", "100", "195"] {
                        shop.put_up(price).await;
                    }
                }
            }
            let mut once = seen.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), seen.len(), "{sort}: a row came twice");
            assert!(shop.listings.iter().all(|id| seen.contains(id)), "{sort}: a row was lost");
        }
    }
}

on_both! {
    async fn a_cursor_stays_good_where_the_tree_of_categories_grows(app: &TestApp) {
        let shop = Shop::open(app, 6).await;
        let list = ListAt::under("category(slug: \"comida\")", "listings", "sort: PRICE_ASC");
        let (first, info) = page(&list, &app.guest(), "first: 3").await;
        assert_eq!(first, shop.listings[..3]);
        let below = app.category("quesos", Some(&shop.category)).await;
        let added =
            MakeListing::new(&shop.store, &below, "Quesillo").price("45").by(&shop.owner).await;
        let (next, _) =
            page(&list, &app.guest(), &format!("first: 3 after: {}", info["endCursor"])).await;
        assert_eq!(next, [shop.listings[3].clone(), added, shop.listings[4].clone()]);
    }
}
