//! A small town's market, the same at every run: listings with ties in every sort, in several
//! towns, two currencies, a tree of categories and every state.

use crate::support::{Client, MakeListing, MakeStore, START_MICROS, TestApp, done};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A listing as it was put up
pub struct Item {
    pub id: String,
    /// Microseconds since 1970
    pub created: i64,
    pub title: String,
    pub description: String,
    pub cents: i64,
    pub currency: &'static str,
    pub stock: Option<i32>,
    /// Latitude and longitude as sent
    own_place: Option<(f64, f64)>,
    /// Where it stands: there, or where its store does
    pub place: Option<(f64, f64)>,
    /// Number in `Market::categories`
    pub category: usize,
    /// Number in `Market::stores`
    pub store: usize,
    /// Number in `Market::people`
    pub publisher: usize,
    pub status: &'static str,
}

/// Everything that was put up, and who by
pub struct Market {
    pub items: Vec<Item>,
    /// Global id, slug, and the number of the category above
    pub categories: Vec<(String, &'static str, Option<usize>)>,
    /// Global ids and handles
    pub stores: Vec<(String, &'static str)>,
    /// Handles, signed in
    pub people: Vec<(Client, &'static str)>,
    /// May list every state
    pub admin: Client,
}

pub const TOWNS: [(f64, f64); 4] =
    [(12.106, -85.364), (12.136, -86.251), (11.934, -85.956), (12.013, -83.763)];

const CATEGORIES: [(&str, Option<usize>); 8] = [
    ("comida", None),
    ("ropa", None),
    ("transporte", None),
    ("quesos", Some(0)),
    ("cafes", Some(0)),
    ("infantil", Some(1)),
    ("zapatos", Some(5)),
    ("varios", None),
];

const THINGS: [&str; 12] = [
    "Camión",
    "Camiones de juguete",
    "Café molido",
    "Zapatos para niños",
    "Vestido de niña",
    "Queso seco",
    "Machete",
    "Gallina india",
    "Frijol rojo",
    "Bicicleta de montaña",
    "Limones",
    "Educación física",
];
const KINDS: [&str; 5] = ["usado", "nuevo", "de Juigalpa", "grande", "para regalo"];
const WORDS: [&str; 6] = [
    "Se entrega con un camión propio.",
    "Sirve a niños y niñas.",
    "Pregunte por el café.",
    "",
    "Zapatos y quesos también.",
    "Precio de feria, ¡aproveche!",
];
const CENTS: [i64; 6] = [1000, 2500, 2500, 9900, 0, 150_000];

/// Numbers that look thrown, and are always the same (xorshift64)
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(0x5eed_b8da_130e_2026)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("fits")
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What kind of market
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Something of everything
    Town,
    /// One town, one word: more of both than a statement reads at once
    Crowd,
}

impl Market {
    /// A market of this many listings.
    pub async fn seed(app: &TestApp, listings: usize) -> Self {
        Self::of(app, listings, Kind::Town).await
    }

    /// As many, most of them in one place and with the same word.
    pub async fn crowd(app: &TestApp, listings: usize) -> Self {
        Self::of(app, listings, Kind::Crowd).await
    }

    async fn of(app: &TestApp, listings: usize, kind: Kind) -> Self {
        let mut market = Self::open(app).await;
        let (mut dice, mut now) = (Dice::new(), START_MICROS);
        let at_once = if kind == Kind::Town { 3 } else { 25 };
        while market.items.len() < listings {
            let thrown: Vec<_> = (0..at_once).map(|_| market.throw(&mut dice, kind, now)).collect();
            let put_up = join_all(thrown.into_iter().map(|item| market.put_up(item))).await;
            market.items.extend(put_up);
            app.pass_seconds(1);
            now += 1_000_000;
        }
        market
    }

    /// Stores and categories, and nothing in them
    async fn open(app: &TestApp) -> Self {
        let admin = app.admin().await;
        let mut categories = Vec::new();
        for (slug, above) in CATEGORIES {
            let parent = above.map(|above: usize| {
                let (id, ..): &(String, &str, Option<usize>) = &categories[above];
                id.clone()
            });
            let input = json!({ "slug": slug, "name": slug, "parentId": parent });
            let made = done(admin.mutate("categoryCreate", input, "category { id }").await);
            categories.push((crate::support::id(&made["category"]), slug, above));
        }
        let mut people = Vec::new();
        for handle in ["berta", "chepe", "digna"] {
            people.push((app.member(handle).await, handle));
        }
        let mut stores = Vec::new();
        for (at, handle) in ["tienda-berta", "tienda-chepe", "tienda-digna"].into_iter().enumerate()
        {
            // The last store has no place: neither have its listings without one of their own.
            let place = TOWNS[..2].get(at).copied().map(point);
            let store = MakeStore::new(handle).with("location", json!(place));
            stores.push((store.by(&people[at].0).await, handle));
        }
        // Berta sells in Chepe's store too.
        let role = json!({ "storeId": stores[1].0, "userId": people[0].0.id, "role": "MANAGER" });
        done(people[1].0.mutate("storeMemberSet", role, "store { id }").await);
        Self { items: Vec::new(), categories, stores, people, admin }
    }

    fn throw(&self, dice: &mut Dice, kind: Kind, created: i64) -> Item {
        let store = dice.below(3);
        let publisher = if store == 1 { dice.below(2) } else { store };
        let title = format!("{} {}", dice.pick(&THINGS), dice.pick(&KINDS));
        let crowded = kind == Kind::Crowd && dice.below(20) > 0;
        let description = if crowded { WORDS[2] } else { dice.pick(&WORDS) }.to_owned();
        let (cents, currency) = (dice.pick(&CENTS), dice.pick(&["NIO", "NIO", "USD"]));
        let stock = dice.pick(&[None, None, Some(1), Some(3), Some(0)]);
        let stock = if crowded && stock == Some(0) { Some(2) } else { stock };
        let category = dice.below(self.categories.len());
        // Half a kilometre of steps: many stand at the very same point.
        let town = if crowded { TOWNS[0] } else { dice.pick(&TOWNS) };
        let mut step = || f64::from(u32::try_from(dice.below(5)).expect("few")) * 0.005;
        let own = (town.0 + step(), town.1 + step());
        let own = (crowded || dice.below(4) > 0).then_some(own);
        let status = match (dice.below(if crowded { 40 } else { 8 }), stock) {
            (0, _) => "DRAFT",
            (1, _) => "PAUSED",
            (2, _) => "ARCHIVED",
            (_, Some(0)) => "SOLD_OUT",
            _ => "ACTIVE",
        };
        let place = own.or_else(|| TOWNS[..2].get(store).copied());
        Item {
            id: String::new(),
            created,
            title,
            description,
            cents,
            currency,
            stock,
            own_place: own,
            place,
            category,
            store,
            publisher,
            status,
        }
    }

    async fn put_up(&self, mut item: Item) -> Item {
        let client = &self.people[item.publisher].0;
        let amount = format!("{}.{:02}", item.cents / 100, item.cents % 100);
        let (store, category) = (&self.stores[item.store].0, &self.categories[item.category].0);
        item.id = MakeListing::new(store, category, &item.title)
            .with("description", json!(item.description))
            .with("price", json!({ "amount": amount, "currency": item.currency }))
            .with("stock", json!(item.stock))
            .with("publish", json!(item.status != "DRAFT"))
            .with("location", json!(item.own_place.map(point)))
            .by(client)
            .await;
        match item.status {
            "PAUSED" => done(client.mutate_id("listingPause", &item.id, "listing { id }").await),
            "ARCHIVED" => {
                done(client.mutate_id("listingArchive", &item.id, "listing { id }").await)
            }
            _ => json!(null),
        };
        item
    }
}

fn point((latitude, longitude): (f64, f64)) -> Value {
    json!({ "latitude": latitude, "longitude": longitude })
}
