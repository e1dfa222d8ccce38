//! Chance that falls the same way for the same number, on every machine and in every release.
//!
//! SplitMix64 (Steele, Lea, Flood 2014, public domain at <https://prng.di.unimi.it/splitmix64.c>)
//! in ten lines of our own: `rand` promises no stable stream between its releases, and a
//! generator for each row must cost nothing to start.

/// A stream of chance
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The stream of one row: seed, kind of row, number of the row.
    pub(super) fn of(seed: u64, kind: &str, number: u64) -> Self {
        let mut state = seed;
        for byte in kind.bytes() {
            state = mix(state ^ u64::from(byte));
        }
        Self(mix(state ^ number))
    }

    /// 64 bits
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `end`; 0 where that is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The high half of the product: a bias of less than end / 2^64.
        u64::try_from((u128::from(self.next()) * u128::from(end)) >> 64).unwrap_or_default()
    }

    /// A place in a list of this length
    pub(super) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    /// A number of at least 0 and less than 1
    pub(super) fn unit(&mut self) -> f64 {
        share(self.next() >> 11, 1 << 53)
    }

    /// True in `part` of `whole` cases
    pub(super) fn chance(&mut self, part: u64, whole: u64) -> bool {
        self.below(whole) < part
    }

    /// One of a list that is not empty
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.place(list.len())]
    }

    /// One of these words or sentences
    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.place(words.len())]
    }

    /// One of a list that is not empty, the heavier the more often
    pub(super) fn weighted<'a, T>(&mut self, list: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let total: u64 = list.iter().map(|one| u64::from(weight(one))).sum();
        let mut at = self.below(total);
        let found = list.iter().find(|one| {
            let heavy = u64::from(weight(one));
            let here = at < heavy;
            at = at.saturating_sub(heavy);
            here
        });
        found.unwrap_or(&list[0])
    }

    /// A list in another order
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.place(at + 1));
        }
    }
}

/// A part of a whole: 0 to 1
#[expect(clippy::cast_precision_loss, reason = "the numbers of rows are far below 2^53")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn mix(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_splitmix64() {
        let mut dice = Dice(1_234_567);
        assert_eq!(
            [dice.next(), dice.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }

    #[test]
    fn rows_and_kinds_have_streams_of_their_own() {
        let first = |kind, number| Dice::of(1, kind, number).next();
        assert_ne!(first("user", 1), first("user", 2));
        assert_ne!(first("user", 1), first("store", 1));
    }

    #[test]
    fn heavier_comes_up_more_often() {
        let mut dice = Dice(7);
        let heavy =
            (0..1000).filter(|_| *dice.weighted(&[9_u32, 1], |weight| *weight) == 9).count();
        assert!((850..950).contains(&heavy), "{heavy}");
    }
}
