//! Weeks across midnight, across the week's end, and on the nights when clocks change.

use chrono_tz::{America, Australia, Pacific};
use proptest::prelude::*;

use super::*;

const NEW_YORK: Tz = America::New_York;

fn span(weekday: u8, opens: &str, closes: &str) -> Span {
    Span {
        weekday,
        opens: parse_time(opens).expect("a time"),
        closes: parse_time(closes).expect("a time"),
    }
}

/// The instant when the clock in New York first shows this; `EST` or `EDT` behind it picks one of
/// two.
fn new_york(text: &str) -> DateTime<Utc> {
    let text = text.replace("EDT", "-0400").replace("EST", "-0500");
    DateTime::parse_from_str(&text, "%F %T %z").expect("a local time with its offset").to_utc()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn every_day(opens: &str, closes: &str) -> Vec<Span> {
    (0..7).map(|weekday| span(weekday, opens, closes)).collect()
}

#[test]
fn times_are_strict() {
    for (text, minutes) in [("00:00", 0), ("08:30", 510), ("23:59", 1439)] {
        assert_eq!(parse_time(text), Some(minutes));
        assert_eq!(format_time(minutes), text);
    }
    let wrong =
        ["24:00", "8:30", "08:60", "08:3", "08-30", " 08:30", "08:30:00", "+8:30", "０８:３０"];
    for text in wrong.into_iter().chain([""]) {
        assert_eq!(parse_time(text), None, "{text}");
    }
}

#[test]
fn overlaps_are_found_across_midnight_and_across_the_week() {
    assert_eq!(check(&[span(0, "08:00", "12:00"), span(0, "12:00", "18:00")]), Ok(()));
    assert_eq!(check(&every_day("00:00", "00:00")), Ok(()));
    let broken = Err(Overlap { first: 0, second: 1 });
    assert_eq!(check(&[span(0, "08:00", "12:01"), span(0, "12:00", "18:00")]), broken);
    assert_eq!(check(&[span(0, "00:30", "02:00"), span(6, "20:00", "01:00")]), broken);
    assert_eq!(check(&[span(6, "20:00", "01:00"), span(0, "01:00", "02:00")]), Ok(()));
    assert_eq!(check(&[span(2, "10:00", "10:00"), span(3, "09:59", "11:00")]), broken);
    let last_two =
        [span(0, "08:00", "09:00"), span(1, "08:00", "09:00"), span(1, "08:30", "08:45")];
    assert_eq!(check(&last_two), Err(Overlap { first: 1, second: 2 }));
}

#[test]
fn sunday_night_belongs_to_monday_morning_too() {
    let bar = [span(6, "20:00", "02:00")];
    assert_eq!(week_interval(bar[0]), (9840, 10200));
    assert!(is_open(&bar, America::Managua, utc("2026-03-02T07:59:59Z")), "Monday 01:59:59");
    assert!(!is_open(&bar, America::Managua, utc("2026-03-02T08:00:00Z")), "Monday 02:00");
}

#[test]
fn managua_has_no_clock_changes() {
    let shop = every_day("08:00", "17:00");
    let next = |now| next_opens_at(&shop, America::Managua, utc(now));
    assert_eq!(next("2026-03-08T13:59:59Z"), Some(utc("2026-03-08T14:00:00Z")));
    assert_eq!(next("2026-03-08T14:00:00Z"), Some(utc("2026-03-09T14:00:00Z")));
    assert_eq!(minute_of_week(America::Managua, utc("2026-03-09T05:59:59Z")), WEEK - 1);
    assert_eq!(minute_of_week(America::Managua, utc("2026-03-09T06:00:00Z")), 0);
}

#[test]
fn adjoining_spans_open_once() {
    let shop = [span(0, "08:00", "12:00"), span(0, "12:00", "18:00"), span(2, "09:00", "10:00")];
    let monday_at_nine = utc("2026-03-02T15:00:00Z");
    assert_eq!(
        next_opens_at(&shop, America::Managua, monday_at_nine),
        Some(utc("2026-03-04T15:00:00Z"))
    );
    assert_eq!(next_opens_at(&every_day("05:00", "05:00"), NEW_YORK, monday_at_nine), None);
    assert_eq!(next_opens_at(&[], NEW_YORK, monday_at_nine), None);
}

#[test]
fn a_week_with_one_opening_comes_round_again() {
    let shop = [span(0, "08:00", "08:00")];
    let next = next_opens_at(&shop, America::Managua, utc("2026-03-02T14:00:00Z"));
    assert_eq!(next, Some(utc("2026-03-09T14:00:00Z")));
}

#[test]
fn opening_within_the_skipped_hour_happens_at_the_jump() {
    let shop = every_day("02:30", "06:00");
    let jump = new_york("2026-03-08 03:00:00 EDT");
    assert_eq!(next_opens_at(&shop, NEW_YORK, new_york("2026-03-08 01:00:00 EST")), Some(jump));
    assert!(is_open(&shop, NEW_YORK, jump));
    let skipped_whole = [span(6, "02:15", "02:45")];
    let a_week_later = new_york("2026-03-15 02:15:00 EDT");
    assert_eq!(
        next_opens_at(&skipped_whole, NEW_YORK, new_york("2026-03-08 01:00:00 EST")),
        Some(a_week_later)
    );
    let since_last_week =
        next_opens_at(&skipped_whole, NEW_YORK, new_york("2026-03-01 02:20:00 EST"));
    assert_eq!(since_last_week, Some(a_week_later));
}

#[test]
fn hours_after_the_switch_follow_the_new_offset() {
    let shop = every_day("08:00", "17:00");
    let spring = next_opens_at(&shop, NEW_YORK, new_york("2026-03-07 18:00:00 EST"));
    assert_eq!(spring, Some(new_york("2026-03-08 08:00:00 EDT")));
    let autumn = next_opens_at(&shop, NEW_YORK, new_york("2026-10-31 18:00:00 EDT"));
    assert_eq!(autumn, Some(new_york("2026-11-01 08:00:00 EST")));
}

#[test]
fn the_repeated_hour_opens_twice() {
    let shop = every_day("01:15", "01:45");
    let (first, second) =
        (new_york("2026-11-01 01:15:00 EDT"), new_york("2026-11-01 01:15:00 EST"));
    assert_eq!(next_opens_at(&shop, NEW_YORK, first - TimeDelta::hours(2)), Some(first));
    assert_eq!(next_opens_at(&shop, NEW_YORK, first), Some(second));
    assert_eq!(next_opens_at(&shop, NEW_YORK, second), Some(new_york("2026-11-02 01:15:00 EST")));
    let night = every_day("20:00", "01:30");
    let back_at_one = new_york("2026-11-01 01:00:00 EST");
    assert_eq!(
        next_opens_at(&night, NEW_YORK, new_york("2026-11-01 01:30:00 EDT")),
        Some(back_at_one)
    );
}

#[test]
fn a_date_that_never_was_is_no_trouble() {
    let shop = [span(4, "10:00", "12:00"), span(5, "00:00", "08:00")];
    let thursday = utc("2011-12-30T06:00:00Z");
    assert_eq!(
        next_opens_at(&shop, Pacific::Apia, thursday),
        Some(utc("2011-12-30T10:00:00Z")),
        "Saturday 00:00"
    );
}

/// Instants around which clocks change, in the zones of [`zone`].
const SWITCHES: [&str; 6] = [
    "2026-03-08T07:00:00Z",
    "2026-11-01T06:00:00Z",
    "2026-04-04T15:00:00Z",
    "2026-10-03T15:30:00Z",
    "2026-04-23T22:00:00Z",
    "2026-10-29T21:00:00Z",
];

fn zone() -> impl Strategy<Value = Tz> {
    let zones = [NEW_YORK, America::Managua, Australia::Lord_Howe, Tz::Africa__Cairo];
    prop::sample::select(zones.to_vec())
}

/// Up to seven spans on quarters of an hour, as all clock changes are.
fn week() -> impl Strategy<Value = Vec<Span>> {
    let quarter = || (0..96u16).prop_map(|quarter| quarter * 15);
    let span = (0..7u8, quarter(), quarter()).prop_map(|(weekday, opens, closes)| Span {
        weekday,
        opens,
        closes,
    });
    prop::collection::vec(span, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn next_opening_is_what_watching_the_clock_finds(
        spans in week(),
        tz in zone(),
        switch in prop::sample::select(SWITCHES.to_vec()),
        seconds_before in -100_000..700_000i64,
    ) {
        let now = utc(switch) - TimeDelta::seconds(seconds_before);
        let first = now.timestamp().div_euclid(900) + 1;
        let at = |quarter: i64| DateTime::from_timestamp(quarter * 900, 0).expect("in range");
        let is_open = |quarter: i64| is_open(&spans, tz, at(quarter));
        let opens = |quarter: &i64| is_open(*quarter) && !is_open(*quarter - 1);
        let watched = (first..first + 15 * 96).find(opens).map(at);
        prop_assert_eq!(next_opens_at(&spans, tz, now), watched);
    }

    #[test]
    fn the_check_agrees_with_counting_minutes(spans in week()) {
        let is_shared = |minute: u16| spans.iter().filter(|span| holds(**span, minute)).count() > 1;
        prop_assert_eq!(check(&spans).is_err(), (0..WEEK).any(is_shared));
    }

    #[test]
    fn the_database_filter_agrees_with_is_open(
        spans in week(),
        seconds in 0..40_000_000i64,
    ) {
        let now = utc("2026-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
        let minute = minute_of_week(NEW_YORK, now);
        let is_found = spans.iter().map(|span| week_interval(*span)).any(|(start, end)| {
            (start <= minute && minute < end) || (start <= minute + WEEK && minute + WEEK < end)
        });
        prop_assert_eq!(is_open(&spans, NEW_YORK, now), is_found);
    }
}
