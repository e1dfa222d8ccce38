//! How much somebody may ask for, and how much at once the server does.

use super::read::Source;

/// Most of a bucket: its arithmetic has to be exact where numbers have 53 bits
const MOST: u64 = 1_000_000_000;

/// How much a bucket holds, and how fast it fills
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What can be taken at once
    pub capacity: u64,
    /// What comes back in [`Rate::seconds`]
    pub restored: u64,
    /// In how long
    pub seconds: u64,
}

/// Limits that a deployment can set; None: there is none
#[derive(Clone, Copy, Debug)]
pub struct LimitConfig {
    /// Cost of a guest's operations, by address
    pub address: Option<Rate>,
    /// Cost of a signed-in person's operations
    pub person: Option<Rate>,
    /// Cost of an API key's operations, by its client
    pub client: Option<Rate>,
    /// Accounts that are made from an address
    pub sign_up: Option<Rate>,
    /// Questions that a person asks the assistant
    pub question: Option<Rate>,
    /// Operations that are executed at once; None: by the number of cores and connections
    pub operations: Option<u32>,
}

impl LimitConfig {
    pub(super) fn read(source: &mut Source) -> Self {
        let mut cost = |name, capacity, restored| {
            let usual = Some(Rate { capacity, restored, seconds: 1 });
            source.parse(name, |text| unless_off(text, a_second)).unwrap_or(usual)
        };
        let address = cost("limit_address", 20_000, 500);
        let person = cost("limit_person", 20_000, 1_000);
        let client = cost("limit_client", 50_000, 2_500);
        let mut count = |name, usual, seconds| {
            let rate = |capacity| Rate { capacity, restored: capacity, seconds };
            source
                .parse(name, |text| unless_off(text, |text| number(text).map(rate)))
                .unwrap_or(Some(rate(usual)))
        };
        let sign_up = count("limit_sign_up", 10, 3600);
        let question = count("limit_questions", 20, 60);
        let operations = source.parse("operations", |text| {
            text.parse().ok().filter(|operations| (1..=100_000).contains(operations))
        });
        Self { address, person, client, sign_up, question, operations }
    }
}

/// `off`, or what is read otherwise
fn unless_off(text: &str, read: impl FnOnce(&str) -> Option<Rate>) -> Option<Option<Rate>> {
    if text == "off" { Some(None) } else { read(text).map(Some) }
}

/// `20000:500`: what there is at once, and what comes back a second
fn a_second(text: &str) -> Option<Rate> {
    let (capacity, restored) = text.split_once(':')?;
    Some(Rate { capacity: number(capacity)?, restored: number(restored)?, seconds: 1 })
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| (1..=MOST).contains(number))
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigError};
    use super::*;

    fn limits(pairs: &[(&str, &str)]) -> LimitConfig {
        Config::from_pairs(pairs.iter().copied()).expect("they hold").limits
    }

    #[test]
    fn a_limit_is_a_capacity_and_what_comes_back_or_off() {
        let set = limits(&[("PLAZA_LIMIT_ADDRESS", "300:7"), ("PLAZA_LIMIT_PERSON", "off")]);
        assert_eq!(set.address, Some(Rate { capacity: 300, restored: 7, seconds: 1 }));
        assert_eq!(set.person, None);
        assert_eq!(set.client, limits(&[]).client);
        let set = limits(&[("PLAZA_LIMIT_SIGN_UP", "3"), ("PLAZA_LIMIT_QUESTIONS", "off")]);
        assert_eq!(set.sign_up, Some(Rate { capacity: 3, restored: 3, seconds: 3600 }));
        assert_eq!(set.question, None);
        assert_eq!(limits(&[("PLAZA_OPERATIONS", "8")]).operations, Some(8));
    }

    #[test]
    fn a_bad_limit_is_named_with_what_is_expected() {
        for (key, value) in [
            ("PLAZA_LIMIT_ADDRESS", "20000"),
            ("PLAZA_LIMIT_ADDRESS", "20000:"),
            ("PLAZA_LIMIT_PERSON", "0:5"),
            ("PLAZA_LIMIT_PERSON", "5:0"),
            ("PLAZA_LIMIT_CLIENT", "-1:5"),
            ("PLAZA_LIMIT_CLIENT", "1000000001:5"),
            ("PLAZA_LIMIT_CLIENT", "none"),
            ("PLAZA_LIMIT_SIGN_UP", "10:1"),
            ("PLAZA_LIMIT_QUESTIONS", "0"),
            ("PLAZA_OPERATIONS", "off"),
            ("PLAZA_OPERATIONS", "0"),
        ] {
            let Err(ConfigError(problems)) = Config::from_pairs([(key, value)]) else {
                panic!("{key}={value} is taken");
            };
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].key, key);
            assert!(problems[0].message.contains("such as"), "{problems:?}");
        }
    }
}
