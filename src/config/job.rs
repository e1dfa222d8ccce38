//! Jobs: how many this server runs, and the files that they are given.

use super::read::Source;

/// Jobs: how many this server runs, and the files that they are given
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobConfig {
    /// Jobs at a time; 0: others run them
    pub at_once: usize,
    /// Largest file that is taken, in bytes
    pub upload_size: u64,
}

impl JobConfig {
    pub(super) fn read(source: &mut Source) -> Self {
        let megabytes: u64 = source
            .parse("upload_size", |text| text.parse().ok().filter(|n| (1..=1000).contains(n)))
            .unwrap_or(32);
        Self {
            at_once: source
                .parse("jobs", |text| text.parse().ok().filter(|n| *n <= 64))
                .unwrap_or(2),
            upload_size: megabytes * 1_000_000,
        }
    }
}
