//! Every list of stores and profiles, under every sort, from both ends.

use crate::list::at::ListAt;
use crate::list::market::{Dice, TOWNS};
use crate::support::{Client, MakeStore, START_MICROS, TestApp, done, id, on_both};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plaza::entities::UserRole;
use plaza::rules::distance::{Point, chord2, unit_vector};
use plaza::rules::search_text::{query_terms, sort_key, terms};
use serde_json::{Value, json};
use std::cmp::Ordering;

const NAMES: [&str; 5] =
    ["Pulpería El Águila", "pulperia el aguila", "Ñandú", "Nandú", "Zapatería"];
const WORDS: [&str; 3] = ["Arreglo camiones", "Vendo café", "Café y camiones"];
/// Somewhere near the first town, so that not all stand at the same distance
const HERE: &str = "near: { point: { latitude: 12.1 longitude: -85.4 } radiusMetres: 500000 }";

/// A store or a profile as it was made
struct Made {
    id: String,
    created: i64,
    name: &'static str,
    words: &'static str,
    place: (f64, f64),
}

impl Made {
    fn row(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&self.id).expect("a global id").split_off(2)
    }

    fn away(&self) -> f64 {
        let vector = |(lat, lon)| unit_vector(Point::new(lat, lon).expect("a point"));
        chord2(vector(self.place), vector((12.1, -85.4)))
    }

    fn relevance(&self) -> usize {
        let held = terms(self.words, 99);
        query_terms("camión café").iter().filter(|term| held.contains(term)).count()
    }
}

/// The order that a sort means
fn compare(sort: &str, a: &Made, b: &Made) -> Ordering {
    let (id, older) = (a.row().cmp(&b.row()), a.created.cmp(&b.created));
    match sort {
        "NEWEST" => older.then(id).reverse(),
        "NAME" => sort_key(a.name).cmp(&sort_key(b.name)).then(id),
        "DISTANCE" => a.away().total_cmp(&b.away()).then(id),
        "RELEVANCE" => a.relevance().cmp(&b.relevance()).then(older).then(id).reverse(),
        other => panic!("no such sort: {other}"),
    }
}

/// Walks a list by each of these sorts with their filters.
async fn walk(client: &Client, field: &'static str, made: &mut [Made], sorts: &[(&str, &str)]) {
    for (sort, filter) in sorts {
        made.sort_by(|a, b| compare(sort, a, b));
        let expected: Vec<_> = made.iter().map(|made| made.id.clone()).collect();
        let at = ListAt::root(field, format!("sort: {sort} filter: {{ {filter} }}"));
        assert_eq!(at.forward(client, 7).await, expected, "forward: {field} {sort} {filter}");
        assert_eq!(at.backward(client, 7).await, expected, "backward: {field} {sort} {filter}");
    }
}

async fn throw(app: &TestApp, at: usize, dice: &mut Dice, now: &mut i64) -> Made {
    if at % 4 == 3 {
        app.pass_seconds(1);
        *now += 1_000_000;
    }
    Made {
        id: String::new(),
        created: *now,
        name: dice.pick(&NAMES),
        words: dice.pick(&WORDS),
        place: dice.pick(&TOWNS),
    }
}

fn place(made: &Made) -> Value {
    json!({ "latitude": made.place.0, "longitude": made.place.1 })
}

on_both! {
    async fn stores_are_the_same_from_both_ends(app: &TestApp) {
        let owners = [app.member("elena").await, app.member("fidel").await];
        let (mut dice, mut now, mut made) = (Dice::new(), START_MICROS, Vec::new());
        for at in 0..30 {
            let mut store = throw(app, at, &mut dice, &mut now).await;
            store.id = MakeStore::new(&format!("tienda-{at}"))
                .with("name", json!(store.name))
                .with("description", json!(store.words))
                .with("location", place(&store))
                .by(&owners[at % 2])
                .await;
            made.push(store);
        }
        let sorts =
            [("NEWEST", ""), ("NEWEST", HERE), ("NAME", ""), ("NAME", HERE), ("DISTANCE", HERE)];
        walk(&app.guest(), "stores", &mut made, &sorts).await;
        // Words of the description; "Vendo café" alone holds no truck.
        made.retain(|made| made.words != "Vendo café");
        let text = "text: \"camión\"";
        let both = format!("{text} {HERE}");
        let sorts = [("NEWEST", text), ("NAME", text), ("DISTANCE", both.as_str())];
        walk(&app.guest(), "stores", &mut made, &sorts).await;
    }
}

on_both! {
    async fn profiles_are_the_same_from_both_ends(app: &TestApp) {
        app.category("mecanica", None).await;
        let (mut dice, mut now, mut made) = (Dice::new(), START_MICROS, Vec::new());
        for at in 0..26 {
            let mut profile = throw(app, at, &mut dice, &mut now).await;
            let person = app.person(&format!("persona-{at}"), UserRole::Member).await;
            let name = json!({ "displayName": profile.name });
            done(person.mutate("viewerUpdate", name, "viewer { user { id } }").await);
            // Every profile holds both words; they weigh more in the headline.
            let input = json!({
                "kind": "SPECIALIST", "headline": profile.words, "bio": "De camión en camión, con café.",
                "location": place(&profile),
            });
            let updated = done(person.mutate("profileUpdate", input, "profile { id }").await);
            profile.id = id(&updated["profile"]);
            made.push(profile);
        }
        let text = "text: \"camión café\"";
        let both = format!("{text} {HERE} kind: SPECIALIST verified: false");
        let sorts = [
            ("NEWEST", ""),
            ("NAME", ""),
            ("DISTANCE", HERE),
            ("RELEVANCE", text),
            ("NEWEST", text),
            ("RELEVANCE", both.as_str()),
            ("DISTANCE", both.as_str()),
            ("NAME", "kind: SPECIALIST"),
        ];
        walk(&app.guest(), "profiles", &mut made, &sorts).await;
    }
}
