//! Distances at their edges: the very point, a metre more, the radius, the antimeridian, the poles.

use super::{shop, titles};
use crate::list::at::ListAt;
use crate::support::{Client, MakeListing, on_both};
use plaza::rules::distance::{EARTH_RADIUS_METRES, Point, chord2, chord2_of_metres, unit_vector};
use serde_json::json;

/// Of latitude
const DEGREES_A_METRE: f64 = 180.0 / (std::f64::consts::PI * EARTH_RADIUS_METRES);

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
