//! Stores that are open now, by their own clock.

use crate::list::at::ListAt;
use crate::support::{MakeStore, TestApp, id, on_both};
use serde_json::{Value, json};

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
