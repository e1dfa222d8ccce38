//! What people write: Spanish and English words, each as often as Zipf's law has it.

use plaza::rules::message_search::message_terms;
use std::collections::{BTreeMap, HashSet};

/// Spanish: the goods of the seeded market, which are described in its words
const GOODS: [&str; 5] = [
    include_str!("../../src/cli/seed/market/goods/food.txt"),
    include_str!("../../src/cli/seed/market/goods/home.txt"),
    include_str!("../../src/cli/seed/market/goods/ranch.txt"),
    include_str!("../../src/cli/seed/market/goods/service.txt"),
    include_str!("../../src/cli/seed/market/goods/wear.txt"),
];
/// English: what neighbours write to each other
const ENGLISH: &str = "hello thanks please tomorrow morning today price order orders delivery bring \
    brought market cheese bread coffee fresh pound dozen house street corner bus open opens closed \
    pay paid cash change call called waiting wait here there soon later great good best cheap \
    expensive send sent receive received photo picture look looking looks want wanted need needs \
    sell selling sold buy buying bought store stores neighbour neighbours week weekend friday monday \
    work working works school children family mother father friend friends party birthday cake rain \
    raining water light power broken fix fixed repair repaired tools paint wood door window keys \
    chickens horse cattle milk eggs beans rice corn fruit mango banana lemon sugar salt oil soap \
    shoes shirt dress size colour blue green white black small large used new";
/// What makes further words of these, rare ones
const ENDINGS: [&str; 9] = ["s", "ito", "ita", "itos", "itas", "ero", "era", "ón", "azo"];
/// Words that anybody knows
const KNOWN: usize = 20_000;
/// Words of a message, and how many more there may be
const WORDS: (u64, u64) = (4, 8);

/// Chance that falls the same way each time: SplitMix64, as `plaza seed` has it
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    /// The stream of one row: kind of row, number of the row
    pub fn of(kind: u64, number: u64) -> Self {
        let mut seeded = Self(kind);
        Self(seeded.next() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// 64 bits
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

/// All words, the most frequent first, with the terms by which each is found
pub struct Vocabulary {
    words: Vec<String>,
    /// Of each word: numbers of its terms
    of_word: Vec<Vec<u32>>,
    /// In the order of their bytes
    terms: Vec<String>,
    /// How often the words up to each come up, of all
    shares: Vec<f64>,
}

impl Vocabulary {
    /// Each word is 1/n as frequent as the most frequent one, where n is its place.
    pub fn new() -> Self {
        let words = words();
        let found: Vec<Vec<String>> = words.iter().map(|word| message_terms(word)).collect();
        let mut numbers: BTreeMap<&str, u32> =
            found.iter().flatten().map(|term| (term.as_str(), 0)).collect();
        for (number, at) in (0..).zip(numbers.values_mut()) {
            *at = number;
        }
        let of_word = found.iter().map(|terms| {
            terms.iter().filter_map(|term| numbers.get(term.as_str()).copied()).collect()
        });
        let of_word = of_word.collect();
        let terms = numbers.keys().map(|&term| term.to_owned()).collect();
        let mut sum = 0.0;
        let shares = (1..=u32::try_from(words.len()).unwrap_or(u32::MAX)).map(|place| {
            sum += f64::from(place).recip();
            sum
        });
        let shares: Vec<f64> = shares.collect();
        Self { shares, words, of_word, terms }
    }

    /// A word, by Zipf's law
    pub fn draw(&self, dice: &mut Dice) -> usize {
        // 32 bits are exact as a float, and enough.
        let part = u32::try_from(dice.next() >> 32).unwrap_or_default();
        let all = self.shares.last().copied().unwrap_or_default();
        let at = all * f64::from(part) / f64::from(u32::MAX);
        self.shares.partition_point(|share| *share < at).min(self.words.len() - 1)
    }

    /// Words of a message
    pub fn sentence(&self, dice: &mut Dice) -> Vec<usize> {
        let count = WORDS.0 + dice.below(WORDS.1);
        (0..count).map(|_| self.draw(dice)).collect()
    }

    /// Such words as a text
    pub fn text(&self, sentence: &[usize]) -> String {
        sentence.iter().map(|&word| self.words[word].as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Numbers of the terms by which such words are found, each once
    pub fn terms_of(&self, sentence: &[usize]) -> Vec<u32> {
        let mut terms: Vec<u32> =
            sentence.iter().flat_map(|&word| &self.of_word[word]).copied().collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// The term with a number. Numbers are in the order of the terms' bytes.
    pub fn term(&self, number: u32) -> &str {
        &self.terms[number as usize]
    }
}

/// Words that say something, each once: a third of the frequent ones are English
fn words() -> Vec<String> {
    let goods = GOODS.join(" ").to_lowercase();
    let spanish = goods.split(|c: char| !c.is_alphabetic());
    let mut english = ENGLISH.split_whitespace();
    let mut seen = HashSet::new();
    let mut found: Vec<String> = Vec::new();
    for word in spanish {
        let other = if found.len().is_multiple_of(3) { english.next() } else { None };
        for word in std::iter::once(word).chain(other) {
            if word.len() > 2 && !message_terms(word).is_empty() && seen.insert(word.to_owned()) {
                found.push(word.to_owned());
            }
        }
    }
    let known = found.len();
    for ending in ENDINGS {
        for at in 0..known {
            let stem = found[at].trim_end_matches(['a', 'e', 'o', 's']);
            let word = format!("{stem}{ending}");
            if found.len() < KNOWN && seen.insert(word.clone()) {
                found.push(word);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_drawn_by_zipfs_law_and_found_by_the_terms_of_the_whole_text() {
        let (vocabulary, mut dice) = (Vocabulary::new(), Dice::of(1, 1));
        assert!(vocabulary.words.len() > 10_000, "{} words", vocabulary.words.len());
        let mut drawn = vec![0_u32; vocabulary.words.len()];
        for _ in 0..100_000 {
            drawn[vocabulary.draw(&mut dice)] += 1;
        }
        let tenth = f64::from(drawn[0]) / f64::from(drawn[9]);
        assert!((8.0..12.0).contains(&tenth), "{tenth}");
        for _ in 0..100 {
            let sentence = vocabulary.sentence(&mut dice);
            let terms = vocabulary.terms_of(&sentence);
            let terms: Vec<&str> = terms.iter().map(|term| vocabulary.term(*term)).collect();
            assert_eq!(terms, message_terms(&vocabulary.text(&sentence)));
        }
    }
}
