//! A store's week: when it is open, and when it opens next.
//!
//! Owns: reading and writing local times, finding spans that overlap, and the two questions asked
//! of a week in a time zone. Leaves to others: where spans are stored, the most that a store may
//! have, and the names of the weekdays.
//!
//! Everything goes by the clock on the store's wall: a span holds the minutes of the week that the
//! clock shows. On the night when clocks go forward the skipped minutes do not occur (a store that
//! opens within them opens at the jump); on the night when they go back the repeated ones occur
//! twice. So [`is_open`] and a database filter that compares [`minute_of_week`] with
//! [`week_interval`] always agree.

use crate::entities::StoreHours;
use chrono::{DateTime, Datelike, Days, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// One stretch of open hours, beginning on `weekday`. Weekday and minutes are taken to be in range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// 0 = Monday, 6 = Sunday.
    pub weekday: u8,
    /// Minute of the local day, 0..=1439.
    pub opens: u16,
    /// Minute of the local day, 0..=1439. Not after `opens`: runs past midnight; the same as
    /// `opens`: 24 hours.
    pub closes: u16,
}

impl From<&StoreHours> for Span {
    /// Columns are checked when written.
    fn from(row: &StoreHours) -> Self {
        Self {
            weekday: u8::try_from(row.weekday).unwrap_or_default(),
            opens: u16::try_from(row.opens).unwrap_or_default(),
            closes: u16::try_from(row.closes).unwrap_or_default(),
        }
    }
}

/// Two spans, by their places in the list, that share a minute of the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overlap {
    pub first: usize,
    pub second: usize,
}

/// Minutes of the day for exactly `HH:MM`, 00:00 to 23:59.
pub fn parse_time(text: &str) -> Option<u16> {
    let &[h1, h2, b':', m1, m2] = text.as_bytes() else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let (hour, minute) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// `HH:MM` for minutes of the day.
pub fn format_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Refuses a week in which two spans overlap. Sunday night past midnight meets Monday.
///
/// # Errors
/// The first such pair in the order of the list.
pub fn check(spans: &[Span]) -> Result<(), Overlap> {
    for (first, a) in spans.iter().enumerate() {
        for (later, b) in spans[first + 1..].iter().enumerate() {
            if overlaps(*a, *b) {
                return Err(Overlap { first, second: first + 1 + later });
            }
        }
    }
    Ok(())
}

fn overlaps(a: Span, b: Span) -> bool {
    holds(a, week_interval(b).0) || holds(b, week_interval(a).0)
}

/// First minute of the week that is open, and the first that is closed again. The end is beyond
/// 10,080 where a span runs from Sunday into Monday: a filter for minute `m` asks for
/// `start <= m AND m < end OR start <= m + 10080 AND m + 10080 < end`.
pub fn week_interval(span: Span) -> (u16, u16) {
    let start = u16::from(span.weekday) * DAY + span.opens;
    let length = if span.closes > span.opens {
        span.closes - span.opens
    } else {
        DAY - span.opens + span.closes
    };
    (start, start + length)
}

/// Minutes since Monday 00:00 that the clock in `tz` shows.
pub fn minute_of_week(tz: Tz, now: DateTime<Utc>) -> u16 {
    let local = now.with_timezone(&tz);
    let minutes = local.weekday().num_days_from_monday() * u32::from(DAY)
        + local.hour() * 60
        + local.minute();
    u16::try_from(minutes).expect("a week has 10,080 minutes")
}

/// Whether the clock in `tz` shows an open minute.
pub fn is_open(spans: &[Span], tz: Tz, now: DateTime<Utc>) -> bool {
    let minute = minute_of_week(tz, now);
    spans.iter().any(|span| holds(*span, minute))
}

fn holds(span: Span, minute: u16) -> bool {
    let (start, end) = week_interval(span);
    (start..end).contains(&minute) || (start..end).contains(&(minute + WEEK))
}

/// The next instant strictly after `now` at which the store goes from closed to open. While it is
/// open, that is the opening after the coming closing; spans that adjoin are one. `None` without
/// hours or open round the clock.
pub fn next_opens_at(spans: &[Span], tz: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    /// A week; once more, in case this week's only opening falls into an hour that the clocks skip;
    /// and a day either way.
    const DAYS: u64 = 16;
    let today = now.with_timezone(&tz).date_naive();
    let yesterday = today.checked_sub_days(Days::new(1))?;
    let dates = (0..DAYS).filter_map(|ahead| yesterday.checked_add_days(Days::new(ahead)));
    dates.flat_map(|date| openings(spans, tz, date)).find(|instant| *instant > now)
}

/// Instants of one local date, in order, at which the store goes from closed to open.
fn openings(spans: &[Span], tz: Tz, date: NaiveDate) -> Vec<DateTime<Utc>> {
    let weekday = date.weekday().num_days_from_monday();
    let of_the_day = spans.iter().filter(|span| u32::from(span.weekday) == weekday);
    let mut instants: Vec<_> = of_the_day.flat_map(|span| instants(tz, date, span.opens)).collect();
    instants.extend(clock_change(tz, date));
    instants.sort_unstable();
    instants.dedup();
    let opens = |instant: &DateTime<Utc>| {
        is_open(spans, tz, *instant) && !is_open(spans, tz, *instant - TimeDelta::seconds(1))
    };
    instants.retain(opens);
    instants
}

/// When the clock in `tz` shows this minute of this date: once, twice, or never.
fn instants(tz: Tz, date: NaiveDate, minute: u16) -> impl Iterator<Item = DateTime<Utc>> {
    let time = date.and_hms_opt(u32::from(minute / 60), u32::from(minute % 60), 0);
    let found = time.map(|time| tz.from_local_datetime(&time));
    let (one, other) = found.map_or((None, None), |found| (found.earliest(), found.latest()));
    [one, other].into_iter().flatten().map(|instant| instant.to_utc())
}

/// The instant of this local date at which the clock is set forward or back, to the second.
fn clock_change(tz: Tz, date: NaiveDate) -> Option<DateTime<Utc>> {
    let offset = |instant: DateTime<Utc>| tz.offset_from_utc_datetime(&instant.naive_utc()).fix();
    // Offsets lie between -12 and +14 hours: three days of UTC hold the local date with room on
    // both sides.
    let midnight = date.and_hms_opt(0, 0, 0)?.and_utc();
    let (mut before, mut after) = (midnight - TimeDelta::days(1), midnight + TimeDelta::days(2));
    if offset(before) == offset(after) {
        return None;
    }
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if offset(middle) == offset(before) { before = middle } else { after = middle }
    }
    (after.with_timezone(&tz).date_naive() == date).then_some(after)
}

#[cfg(test)]
mod tests;
