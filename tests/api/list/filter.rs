//! Single filters, to the letter and to the metre: words as people write them, distances at their
//! edges, stores that are open now.

use super::at::ListAt;
use crate::support::{Client, MakeListing, MakeStore, TestApp, done, id, on_both};
use plaza::rules::distance::{EARTH_RADIUS_METRES, Point, chord2, chord2_of_metres, unit_vector};
use serde_json::{Value, json};

/// Of latitude
const DEGREES_A_METRE: f64 = 180.0 / (std::f64::consts::PI * EARTH_RADIUS_METRES);

/// A person with a store and a category
async fn shop(app: &TestApp) -> (Client, String, String) {
    let owner = app.member("elena").await;
    let store = MakeStore::new("una").by(&owner).await;
    let category = app.category("todo", None).await;
    (owner, store, category)
}

async fn titles(client: &Client, arguments: &str) -> Vec<String> {
    let page =
        ListAt::root("listings", arguments).page(client, "first: 100", "nodes { title }").await;
    let nodes = page["nodes"].as_array().expect("nodes");
    nodes.iter().map(|node| node["title"].as_str().expect("a title").to_owned()).collect()
}

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

fn near(lat: f64, lon: f64, metres: u32) -> String {
    format!(
        "filter: {{ near: {{ point: {{ latitude: {lat} longitude: {lon} }} radiusMetres: {metres} }} }}"
    )
}

async fn put(
    owner: &Client,
    store: &str,
    category: &str,
    title: &str,
    lat: f64,
    lon: f64,
) -> String {
    let place = json!({ "latitude": lat, "longitude": lon });
    MakeListing::new(store, category, title).with("location", place).by(owner).await
}

on_both! {
    async fn a_metre_more_is_farther_and_the_very_point_is_nearest(app: &TestApp) {
        let (owner, store, category) = shop(app).await;
        let (lat, lon) = (12.106_311, -85.364_507);
        let metre = DEGREES_A_METRE;
        for at in [3, 0, 2, 4, 1] {
            put(&owner, &store, &category, &format!("a {at} m"), lat + f64::from(at) * metre, lon)
                .await;
        }
        MakeListing::new(&store, &category, "nowhere").by(&owner).await;
        let all = ["a 0 m", "a 1 m", "a 2 m", "a 3 m", "a 4 m"];
        for metres in [5, 100, 40_000, 500_000] {
            let sorted = format!("sort: DISTANCE {}", near(lat, lon, metres));
            assert_eq!(titles(&app.guest(), &sorted).await, all, "{metres}");
        }
        assert_eq!(
            titles(&app.guest(), &format!("sort: DISTANCE {}", near(lat, lon, 1)))
                .await
                .first()
                .expect("one"),
            "a 0 m"
        );
        let list = ListAt::root("listings", format!("sort: DISTANCE {}", near(lat, lon, 500)));
        let page = list.page(&app.guest(), "", "nodes { distance }").await;
        for (at, node) in page["nodes"].as_array().expect("nodes").iter().enumerate() {
            let metres = node["distance"].as_f64().expect("metres");
            assert!(
                (metres - f64::from(u32::try_from(at).expect("few"))).abs() < 0.001,
                "{metres}"
            );
        }
        assert_eq!(page["nodes"][0]["distance"], json!(0.0));
    }
}

on_both! {
    async fn the_antimeridian_and_the_poles_are_no_borders(app: &TestApp) {
        let (owner, store, category) = shop(app).await;
        for (title, lat, lon) in [
            ("este", -16.5, 179.999),
            ("en la línea", -16.5, 180.0),
            ("oeste", -16.5, -179.998),
            ("polo", 90.0, 0.0),
            ("casi polo", 89.999, 120.0),
            ("del otro lado", 89.998, -60.0),
        ] {
            put(&owner, &store, &category, title, lat, lon).await;
        }
        let fiji = ["oeste", "en la línea", "este"];
        let pole = ["casi polo", "polo", "del otro lado"];
        for metres in [1_000, 29_000, 500_000] {
            let sorted = format!("sort: DISTANCE {}", near(-16.5, -179.9981, metres));
            assert_eq!(titles(&app.guest(), &sorted).await, fiji, "{metres}");
            let sorted = format!("sort: DISTANCE {}", near(89.9995, 120.0, metres));
            assert_eq!(titles(&app.guest(), &sorted).await, pole, "{metres}");
            assert_eq!(titles(&app.guest(), &near(90.0, -77.0, metres)).await.len(), 3);
        }
    }
}

/// The latitude on the zero meridian that is this many metres from the equator to the last bit of
/// the measure, where a float hits it
fn on_the_edge(metres: u32) -> Option<f64> {
    let edge = chord2_of_metres(f64::from(metres));
    let away =
        |lat: f64| chord2(unit_vector(Point::new(lat, 0.0).expect("a point")), [1.0, 0.0, 0.0]);
    let mut lat = f64::from(metres) * DEGREES_A_METRE;
    for _ in 0..200 {
        lat = lat.next_down();
    }
    (0..400).find_map(|_| {
        lat = lat.next_up();
        (away(lat).total_cmp(&edge).is_eq()).then_some(lat)
    })
}

on_both! {
    async fn the_edge_of_the_radius_is_inside_to_the_last_bit(app: &TestApp) {
        let (owner, store, category) = shop(app).await;
        let radii = [
            1, 7, 33, 100, 149, 151, 450, 999, 1000, 3_333, 29_999, 30_001, 123_456, 499_999,
            500_000,
        ];
        let edges: Vec<_> =
            radii.into_iter().filter_map(|metres| Some((metres, on_the_edge(metres)?))).collect();
        assert!(edges.len() > 5, "{edges:?}");
        for (metres, lat) in &edges {
            put(&owner, &store, &category, &format!("a {metres} m"), *lat, 0.0).await;
            let beyond = lat + 1e-6;
            put(&owner, &store, &category, &format!("más allá de {metres} m"), beyond, 0.0).await;
        }
        for (metres, _) in &edges {
            for sort in ["NEWEST", "DISTANCE", "PRICE_ASC"] {
                let list =
                    ListAt::root("listings", format!("sort: {sort} {}", near(0.0, 0.0, *metres)));
                for page in ["first: 100", "last: 100"] {
                    let page = list.page(&app.guest(), page, "nodes { title } totalCount").await;
                    let titles: Vec<_> = page["nodes"]
                        .as_array()
                        .expect("nodes")
                        .iter()
                        .filter_map(|node| node["title"].as_str())
                        .collect();
                    assert!(
                        titles.contains(&format!("a {metres} m").as_str()),
                        "{sort} {metres}: {titles:?}"
                    );
                    assert!(
                        !titles.contains(&format!("más allá de {metres} m").as_str()),
                        "{sort} {metres}"
                    );
                    assert_eq!(page["totalCount"], titles.len());
                }
            }
        }
    }
}

/// Handles of the stores that are open, or closed, and what each says of itself
async fn open(app: &TestApp, open: bool) -> Vec<String> {
    let list = ListAt::root("stores", format!("sort: NAME filter: {{ openNow: {open} }}"));
    let page = list.page(&app.guest(), "first: 100", "nodes { handle isOpen } totalCount").await;
    let nodes = page["nodes"].as_array().expect("nodes");
    assert_eq!(page["totalCount"], nodes.len());
    assert!(nodes.iter().all(|node| node["isOpen"] == open), "{nodes:?}");
    nodes.iter().map(|node| node["handle"].as_str().expect("a handle").to_owned()).collect()
}

on_both! {
    async fn stores_are_open_by_their_own_clock(app: &TestApp) {
        let owner = app.member("elena").await;
        let hours = |spans: &[(&str, &str, &str)]| -> Value {
            spans
                .iter()
                .map(|(day, from, to)| json!({ "weekday": day, "opensAt": from, "closesAt": to }))
                .collect()
        };
        // Wednesday 15:00 in UTC: 09:00 in Managua, 16:00 in Madrid, 04:00 on Thursday in Auckland,
        // 20:45 in Kathmandu.
        for (handle, zone, spans) in [
            ("a-managua", "America/Managua", hours(&[("WEDNESDAY", "09:00", "12:00")])),
            ("b-managua-later", "America/Managua", hours(&[("WEDNESDAY", "09:01", "12:00")])),
            ("c-managua-before", "America/Managua", hours(&[("WEDNESDAY", "08:00", "09:00")])),
            ("d-madrid", "Europe/Madrid", hours(&[("WEDNESDAY", "16:00", "16:30")])),
            ("e-auckland-night", "Pacific/Auckland", hours(&[("WEDNESDAY", "22:00", "05:00")])),
            ("f-auckland-thursday", "Pacific/Auckland", hours(&[("WEDNESDAY", "03:00", "05:00")])),
            ("g-kathmandu", "Asia/Kathmandu", hours(&[("WEDNESDAY", "20:45", "20:46")])),
            (
                "h-always",
                "UTC",
                hours(&[("MONDAY", "00:00", "00:00"), ("WEDNESDAY", "15:00", "15:00")]),
            ),
            ("i-never", "UTC", json!([])),
        ] {
            MakeStore::new(handle)
                .with("name", json!(handle))
                .with("timeZone", json!(zone))
                .with("openingHours", spans)
                .by(&owner)
                .await;
        }
        let now_open = ["a-managua", "d-madrid", "e-auckland-night", "g-kathmandu", "h-always"];
        assert_eq!(open(app, true).await, now_open);
        let closed = ["b-managua-later", "c-managua-before", "f-auckland-thursday", "i-never"];
        assert_eq!(open(app, false).await, closed);
        app.pass_seconds(60);
        assert_eq!(
            open(app, true).await,
            ["a-managua", "b-managua-later", "d-madrid", "e-auckland-night", "h-always"]
        );
        // Wednesday 18:00 in UTC: noon in Managua, which is closed again.
        app.pass_seconds(3 * 3600 - 60);
        assert_eq!(open(app, true).await, ["h-always"]);
    }
}

on_both! {
    async fn a_night_from_sunday_into_monday_is_open_on_both_sides(app: &TestApp) {
        let owner = app.member("elena").await;
        let night = json!([{ "weekday": "SUNDAY", "opensAt": "22:00", "closesAt": "03:00" }]);
        let store = MakeStore::new("bar").with("openingHours", night).by(&owner).await;
        assert!(open(app, true).await.is_empty());
        // From Wednesday 09:00 to Sunday 22:30, and on to Monday 02:30 and 03:00.
        for (minutes, is_open) in [(109 * 60 + 30, true), (4 * 60, true), (30, false)] {
            app.pass_seconds(minutes * 60);
            assert_eq!(open(app, is_open).await, ["bar"], "after {minutes} minutes");
        }
        let asked = app
            .guest()
            .ask(
                "query($id: ID!) { node(id: $id) { ... on Store { id isOpen } } }",
                json!({ "id": store }),
            )
            .await;
        assert_eq!(id(&asked["node"]), store);
        assert_eq!(asked["node"]["isOpen"], false);
    }
}
