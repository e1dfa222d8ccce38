//! Opening hours by the store's own clock.

use super::{create, input, span, with};
use crate::support::{MakeStore, done, on_both, refusals, refused};
use serde_json::{Value, json};

on_both! {
    async fn open_and_next_opening_follow_the_stores_clock(app: &TestApp) {
        let owner = app.member("elena").await;
        // It is Wednesday 09:00 in Managua.
        let hours = json!([
            span("WEDNESDAY", "08:00", "12:00"),
            span("WEDNESDAY", "18:00", "01:00"),
            span("FRIDAY", "10:00", "10:30")
        ]);
        MakeStore::new("central").with("openingHours", hours).by(&owner).await;
        MakeStore::new("siempre")
            .with(
                "openingHours",
                json!(
                    ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
                        .map(|day| span(day, "00:00", "00:00"))
                ),
            )
            .by(&owner)
            .await;
        MakeStore::new("nunca").by(&owner).await;
        let query = "{ central: store(handle: \"central\") { ...o } siempre: store(handle: \"siempre\") { ...o } nunca: store(handle: \"nunca\") { ...o } } \
             fragment o on Store { isOpen nextOpensAt }";
        for (minutes, is_open, next) in [
            (0, true, "2026-11-19T00:00:00.000000Z"),
            (3 * 60, false, "2026-11-19T00:00:00.000000Z"),
            (6 * 60, true, "2026-11-20T16:00:00.000000Z"),
            (6 * 60 + 59, true, "2026-11-20T16:00:00.000000Z"),
            (1, false, "2026-11-20T16:00:00.000000Z"),
            (33 * 60 + 29, true, "2026-11-25T14:00:00.000000Z"),
        ] {
            app.pass_seconds(minutes * 60);
            let told = app.guest().ask(query, json!({})).await;
            assert_eq!(
                told["central"],
                json!({ "isOpen": is_open, "nextOpensAt": next }),
                "after {minutes} minutes"
            );
            assert_eq!(told["siempre"], json!({ "isOpen": true, "nextOpensAt": null }));
            assert_eq!(told["nunca"], json!({ "isOpen": false, "nextOpensAt": null }));
        }
    }
}

on_both! {
    async fn hours_that_overlap_are_named(app: &TestApp) {
        let owner = app.member("elena").await;
        for (hours, first, second) in [
            (
                vec![
                    span("MONDAY", "08:00", "12:00"),
                    span("TUESDAY", "08:00", "12:00"),
                    span("MONDAY", "11:59", "13:00"),
                ],
                0,
                2,
            ),
            (vec![span("MONDAY", "20:00", "03:00"), span("TUESDAY", "02:00", "05:00")], 0, 1),
            (vec![span("MONDAY", "00:30", "05:00"), span("SUNDAY", "22:00", "01:00")], 0, 1),
            (vec![span("FRIDAY", "08:00", "08:00"), span("SATURDAY", "07:00", "09:00")], 0, 1),
        ] {
            let payload =
                create(&owner, with(input("central"), "openingHours", json!(hours))).await;
            let (refusal, told) = refused(&payload);
            assert_eq!(refusal, format!("INVALID openingHours.{second}"));
            assert_eq!(told, format!("Spans {first} and {second} overlap; join them into one"));
        }
        let payload = create(
            &owner,
            with(input("central"), "openingHours", json!([span("MONDAY", "8:00", "12:00")])),
        )
        .await;
        assert_eq!(
            refused(&payload),
            (
                "INVALID openingHours.0.opensAt".to_owned(),
                "A time is HH:MM, from 00:00 to 23:59".to_owned()
            )
        );
        let payload = create(
            &owner,
            with(input("central"), "openingHours", json!([span("MONDAY", "08:00", "24:00")])),
        )
        .await;
        assert_eq!(refusals(&payload), ["INVALID openingHours.0.closesAt"]);
        let many: Vec<Value> = (0..43).map(|_| span("MONDAY", "08:00", "08:01")).collect();
        let (refusal, told) =
            refused(&create(&owner, with(input("central"), "openingHours", json!(many))).await);
        assert_eq!(refusal, "OUT_OF_RANGE openingHours");
        assert!(told.contains("42"), "{told}");
        // One that ends where the next begins is no overlap.
        let touching = json!([span("MONDAY", "08:00", "12:00"), span("MONDAY", "12:00", "08:00")]);
        done(create(&owner, with(input("central"), "openingHours", touching)).await);
    }
}
