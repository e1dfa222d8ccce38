//! Lists of orders: a buyer's and a store's, under every sort and filter, from both ends.

use super::{Shop, take};
use crate::list::at::ListAt;
use crate::list::market::Dice;
use crate::support::{Client, MakeListing, MakeOrder, MakeStore, TestApp, done, id, on_both, row};
use serde_json::{Value, json};

/// An order as it was placed and moved
struct Placed {
    id: String,
    /// Seconds since the start
    placed: i64,
    updated: i64,
    status: &'static str,
    fulfilment: &'static str,
    number: String,
    /// In the store "central"
    here: bool,
    /// Of `shop.buyer`
    mine: bool,
}

struct Book {
    shop: Shop,
    orders: Vec<Placed>,
}

const WAYS: [(&[&str], &str); 7] = [
    (&[], "PLACED"),
    (&["Accept"], "ACCEPTED"),
    (&["Accept", "Prepare"], "PREPARING"),
    (&["Accept", "Prepare", "Ready"], "READY"),
    (&["Accept", "Prepare", "Ready", "Complete"], "COMPLETED"),
    (&["Reject"], "REJECTED"),
    (&["Accept", "Cancel"], "CANCELLED"),
];

impl Book {
    /// Orders of two buyers in two stores, several at one instant, in every state
    async fn write(app: &TestApp, count: usize) -> Self {
        let shop = Shop::open(app).await;
        let other = app.patient("otilia").await;
        let elsewhere = MakeStore::new("otra").by(&shop.owner).await;
        let here = shop.listing("Queso").by(&shop.owner).await;
        let there = MakeListing::new(&elsewhere, &shop.category, "Pan").by(&shop.owner).await;
        let (mut dice, mut orders, mut now) = (Dice::new(), Vec::new(), 0);
        for _ in 0..count {
            if dice.below(3) == 0 {
                app.pass_seconds(60);
                now += 60;
            }
            let (is_here, mine) = (dice.below(4) > 0, dice.below(3) > 0);
            let fulfilment = dice.pick(&["PICKUP", "DELIVERY"]);
            let (store, listing) =
                if is_here { (&shop.store, &here) } else { (&elsewhere, &there) };
            let buyer = if mine { &shop.buyer } else { &other };
            let make = MakeOrder::new(store).item(listing, 1).with("fulfilment", json!(fulfilment));
            let made = make.place(buyer, "id number").await;
            orders.push(Placed {
                id: id(&made),
                placed: now,
                updated: now,
                status: "PLACED",
                fulfilment,
                number: made["number"].as_str().expect("a number").to_owned(),
                here: is_here,
                mine,
            });
        }
        // Moved in another order than placed, some of them at one instant.
        for at in (0..count).map(|at| (at * 7 + 3) % count) {
            let (steps, status) = dice.pick(&WAYS);
            if dice.below(2) == 0 {
                app.pass_seconds(60);
                now += 60;
            }
            for step in steps {
                done(take(&shop.owner, step, &orders[at].id).await);
                orders[at].updated = now;
            }
            orders[at].status = status;
        }
        Self { shop, orders }
    }

    /// Ids of those that a filter leaves, in the order of a sort
    fn ids(&self, sort: &str, leaves: impl Fn(&Placed) -> bool) -> Vec<String> {
        let mut found: Vec<&Placed> = self.orders.iter().filter(|order| leaves(order)).collect();
        found.sort_by_key(|order| match sort {
            "UPDATED" => (order.updated, row(&order.id)),
            _ => (order.placed, row(&order.id)),
        });
        if sort != "OLDEST" {
            found.reverse();
        }
        found.into_iter().map(|order| order.id.clone()).collect()
    }
}

const SORTS: [&str; 3] = ["NEWEST", "OLDEST", "UPDATED"];

fn time(seconds: i64) -> String {
    let minutes = 15 * 60 + seconds / 60;
    format!("2026-11-18T{:02}:{:02}:00Z", minutes / 60, minutes % 60)
}

/// Walks a list from both ends under every sort, and counts it.
async fn walk(
    book: &Book,
    client: &Client,
    within: &str,
    filter: &str,
    leaves: impl Fn(&Placed) -> bool,
) {
    for sort in SORTS {
        let list = ListAt::under(within, "orders", format!("sort: {sort} {filter}"));
        let expected = book.ids(sort, &leaves);
        let case = format!("{within} {sort} {filter}");
        assert_eq!(list.forward(client, 4).await, expected, "forward: {case}");
        assert_eq!(list.backward(client, 4).await, expected, "backward: {case}");
        let counted = list.page(client, "", "totalCount few: totalCount(limit: 2)").await;
        let few = expected.len().min(2);
        assert_eq!(counted, json!({ "totalCount": expected.len(), "few": few }), "{case}");
    }
}

const HERE: &str = "store(handle: \"central\")";

on_both! {
    async fn every_sort_is_the_same_from_both_ends(app: &TestApp) {
        let book = Book::write(app, 40).await;
        walk(&book, &book.shop.buyer, "viewer", "", |order| order.mine).await;
        walk(&book, &book.shop.clerk, HERE, "", |order| order.here).await;
        // The newest first, unless said otherwise.
        let newest = ListAt::under("viewer", "orders", "").forward(&book.shop.buyer, 100).await;
        assert_eq!(newest, book.ids("NEWEST", |order| order.mine));
    }
}

on_both! {
    async fn filters_leave_what_they_say_in_every_mix(app: &TestApp) {
        let book = Book::write(app, 40).await;
        let (from, to) = (60, book.orders[20].placed);
        let every = WAYS.map(|(_, status)| status);
        let statuses: [(&str, &[&str]); 4] = [
            ("", &every),
            ("status: [PLACED]", &["PLACED"]),
            ("status: [CANCELLED, READY, ACCEPTED, READY]", &["CANCELLED", "READY", "ACCEPTED"]),
            ("status: null number: null", &every),
        ];
        for (status, kept) in statuses {
            for fulfilment in ["", "PICKUP", "DELIVERY"] {
                for span in [false, true] {
                    let mut filter = status.to_owned();
                    if !fulfilment.is_empty() {
                        filter.extend([" fulfilment: ", fulfilment]);
                    }
                    if span {
                        let (after, before) = (time(from), time(to));
                        filter.push_str(&format!(
                            " placedAfter: \"{after}\" placedBefore: \"{before}\""
                        ));
                    }
                    let filter = format!("filter: {{ {filter} }}");
                    let leaves = |order: &Placed| {
                        kept.contains(&order.status)
                            && (fulfilment.is_empty() || order.fulfilment == fulfilment)
                            && (!span || (order.placed > from && order.placed < to))
                    };
                    walk(&book, &book.shop.buyer, "viewer", &filter, |order| {
                        order.mine && leaves(order)
                    })
                    .await;
                    walk(&book, &book.shop.owner, HERE, &filter, |order| {
                        order.here && leaves(order)
                    })
                    .await;
                }
            }
        }
    }
}

on_both! {
    async fn a_number_is_found_however_it_is_written(app: &TestApp) {
        let book = Book::write(app, 40).await;
        let number =
            book.orders.iter().find(|order| order.here && order.mine).expect("one").number.clone();
        let short = number.replace("A-0", "a").replace("a00", "a");
        for written in [number.clone(), format!(" {number} "), number.to_lowercase(), short] {
            let filter = format!("filter: {{ number: \"{written}\" }}");
            walk(&book, &book.shop.owner, HERE, &filter, |order| {
                order.here && order.number == number
            })
            .await;
            walk(&book, &book.shop.buyer, "viewer", &filter, |order| {
                order.mine && order.number == number
            })
            .await;
        }
        let none = "filter: { number: \"ZZ-9999\" }";
        walk(&book, &book.shop.owner, HERE, none, |_| false).await;
    }
}

on_both! {
    async fn a_cursor_is_good_on_its_own_list_alone(app: &TestApp) {
        let book = Book::write(app, 12).await;
        // The owner is staff of both stores, and buys here too.
        let listing = book.shop.listing("Café").by(&book.shop.owner).await;
        book.shop.order(&listing, 1).by(&book.shop.owner).await;
        let there = "store(handle: \"otra\")";
        let lists = [
            ListAt::under("viewer", "orders", ""),
            ListAt::under("viewer", "orders", "sort: OLDEST"),
            ListAt::under("viewer", "orders", "sort: UPDATED"),
            ListAt::under("viewer", "orders", "filter: { status: [PLACED] }"),
            ListAt::under("viewer", "orders", "filter: { fulfilment: PICKUP }"),
            ListAt::under(HERE, "orders", ""),
            ListAt::under(HERE, "orders", "sort: UPDATED"),
            ListAt::under(HERE, "orders", "filter: { placedAfter: \"2026-01-01T00:00:00Z\" }"),
            ListAt::under(there, "orders", ""),
            ListAt::under(HERE, "listings", ""),
        ];
        let owner = &book.shop.owner;
        let mut cursors = Vec::new();
        for list in &lists {
            let page = list.page(owner, "first: 1", "pageInfo { endCursor }").await;
            cursors.push(page["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned());
        }
        for (at, list) in lists.iter().enumerate() {
            for (from, cursor) in cursors.iter().enumerate() {
                let asked = format!("first: 1 after: \"{cursor}\"");
                if at == from {
                    list.page(owner, &asked, "nodes { id }").await;
                    continue;
                }
                let (refusal, told) = list.refused(owner, &asked).await;
                assert_eq!(refusal, "INVALID after", "{from} on {at}");
                assert!(told.contains("another list"), "{told}");
            }
        }
        // Cursors are no secret between people: another viewer's list is another list.
        let asked = format!("first: 1 after: \"{}\"", cursors[0]);
        assert_eq!(lists[0].refused(&book.shop.buyer, &asked).await.0, "INVALID after");
    }
}

on_both! {
    async fn a_page_of_orders_is_a_fixed_number_of_statements(app: &TestApp) {
        let book = Book::write(app, 40).await;
        // Those that the store has moved: each history leads to two people.
        let moved = "filter: { status: [ACCEPTED PREPARING READY COMPLETED REJECTED CANCELLED] }";
        let select = "nodes { number status nextStatuses store { name } buyer { handle } \
             items { title listing { title } } history { nodes { kind actor { handle } } } } totalCount";
        let mut counts = Vec::new();
        for rows in [1, 5, 12] {
            for (client, within) in [(&book.shop.buyer, "viewer"), (&book.shop.owner, HERE)] {
                let query =
                    format!("{{ {within} {{ orders(first: {rows} {moved}) {{ {select} }} }} }}");
                let (count, answer) = app.statements(client.ask(&query, json!({}))).await;
                let parent =
                    answer.as_object().and_then(|data| data.values().next()).expect("a parent");
                assert_eq!(parent["orders"]["nodes"].as_array().map(Vec::len), Some(rows));
                counts.push(count);
            }
        }
        assert!(counts.chunks(2).all(|pair| *pair == counts[..2]), "{counts:?}");
        assert!(counts[0] <= 10 && counts[1] <= 11, "{counts:?}");
        // Both stores with their orders and figures: the same as one.
        let of = async |handles: &[&str]| {
            let stores = handles.iter().enumerate().map(|(at, handle)| {
                format!("s{at}: store(handle: \"{handle}\") {{ orders {{ nodes {{ number items {{ title }} }} totalCount }} \
                     dashboard {{ orderCount topListings {{ quantity listing {{ title }} }} }} }}")
            });
            let query = format!("{{ {} }}", stores.collect::<Vec<_>>().join(" "));
            app.statements(book.shop.owner.ask(&query, json!({}))).await.0
        };
        assert_eq!(of(&["central"]).await, of(&["central", "otra"]).await);
    }
}

on_both! {
    async fn orders_that_come_in_between_do_not_shift_a_page(app: &TestApp) {
        let shop = Shop::open(app).await;
        let listing = shop.listing("Queso").by(&shop.owner).await;
        let mut orders = Vec::new();
        for _ in 0..6 {
            app.pass_seconds(1);
            orders.push(shop.order(&listing, 1).by(&shop.buyer).await);
        }
        orders.reverse();
        let page = async |asked: &str| -> (Vec<String>, Value) {
            let query = format!(
                "{{ viewer {{ orders({asked}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }} }}"
            );
            let mut found = shop.buyer.ask(&query, json!({})).await["viewer"]["orders"].take();
            let ids = found["nodes"].as_array().expect("nodes").iter().map(id).collect();
            (ids, found["pageInfo"]["endCursor"].take())
        };
        let (first, cursor) = page("first: 3").await;
        assert_eq!(first, orders[..3]);
        app.pass_seconds(1);
        shop.order(&listing, 1).by(&shop.buyer).await;
        done(take(&shop.buyer, "Cancel", &orders[1]).await);
        assert_eq!(page(&format!("first: 3 after: {cursor}")).await.0, orders[3..]);
    }
}
