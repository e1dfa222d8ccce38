//! When made-up things happened, and ids that tell it as those of real ones do.

use super::dice::Dice;
use crate::entities::Timestamp;
use uuid::{Builder, Uuid};

const DAY: i64 = 24 * 3600 * 1_000_000;

/// The stretch of time that the data covers
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    start: i64,
    end: i64,
}

impl Calendar {
    /// So many days, up to an instant
    pub(super) fn before(end: Timestamp, days: i64) -> Self {
        Self { start: end.0 - days * DAY, end: end.0 }
    }

    /// The beginning
    pub(super) fn start(&self) -> Timestamp {
        Timestamp(self.start)
    }

    /// An instant by how many of all things have happened by then, 0 to 1. The market grows: its
    /// second half took less time than its first.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "years in microseconds are far below 2^53"
    )]
    pub(super) fn at(&self, share: f64) -> Timestamp {
        // A square root is the same on every machine.
        let passed = share.clamp(0.0, 1.0).sqrt();
        Timestamp(self.start + ((self.end - self.start) as f64 * passed) as i64)
    }

    /// Some time after an instant, before the end.
    pub(super) fn after(&self, at: Timestamp, dice: &mut Dice, days: u64) -> Timestamp {
        let later = i64::try_from(dice.below(days * DAY.unsigned_abs())).unwrap_or_default();
        Timestamp(at.0.saturating_add(later).min(self.end.max(at.0)))
    }
}

/// An id of version 7 made at an instant: ordered by microseconds (RFC 9562, section 6.2, method 3).
pub(super) fn id(at: Timestamp, dice: &mut Dice) -> Uuid {
    let millis = u64::try_from(at.0.div_euclid(1000)).unwrap_or_default();
    let fraction = at.0.rem_euclid(1000) * 4096 / 1000;
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&u16::try_from(fraction).unwrap_or_default().to_be_bytes());
    bytes[2..].copy_from_slice(&dice.next().to_be_bytes());
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_microseconds() {
        let mut dice = Dice::of(1, "id", 1);
        let at = 1_760_000_000_000_000;
        let ids: Vec<Uuid> =
            (0..2000).step_by(7).map(|micros| id(Timestamp(at + micros), &mut dice)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].get_version_num(), 7);
    }

    #[test]
    fn nothing_happens_after_the_end() {
        let calendar = Calendar::before(Timestamp(100 * DAY), 90);
        assert_eq!(calendar.at(0.0), Timestamp(10 * DAY));
        assert_eq!(calendar.at(1.0), Timestamp(100 * DAY));
        let later = calendar.after(Timestamp(99 * DAY), &mut Dice::of(1, "later", 1), 30);
        assert!(later >= Timestamp(99 * DAY) && later <= Timestamp(100 * DAY));
    }
}
