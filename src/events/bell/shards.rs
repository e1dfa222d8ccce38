//! Channels over which topics are spread, and which of them somebody here needs.

use crate::events::topic::Topic;
use std::collections::BTreeMap;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Channels over which topics are spread
const SHARDS: u64 = 64;
/// The channel that every server hears, and where they say who is there
pub(super) const EVERYBODY: u64 = SHARDS;

/// A shard in which the first topic is followed here, or the last no longer
#[derive(Clone, Copy, Debug)]
pub(in crate::events) enum Need {
    Hear(u64),
    Forget(u64),
}

/// How many topics of each shard are followed here
#[derive(Default)]
pub(in crate::events) struct Shards {
    topics: BTreeMap<u64, usize>,
    told: Option<UnboundedSender<Need>>,
}

impl Shards {
    pub(in crate::events) fn add(&mut self, topic: Topic) {
        let shard = shard(&topic.name());
        let topics = self.topics.entry(shard).or_default();
        *topics += 1;
        if *topics == 1 {
            self.tell(Need::Hear(shard));
        }
    }

    pub(in crate::events) fn remove(&mut self, topic: Topic) {
        let shard = shard(&topic.name());
        let Some(topics) = self.topics.get_mut(&shard) else { return };
        *topics -= 1;
        if *topics == 0 {
            self.topics.remove(&shard);
            self.tell(Need::Forget(shard));
        }
    }

    fn tell(&self, need: Need) {
        if let Some(told) = &self.told {
            // A bell that has ended needs to know nothing.
            told.send(need).ok();
        }
    }

    /// Tells a bell from now on.
    pub(super) fn watch(&mut self) -> UnboundedReceiver<Need> {
        let (told, needs) = unbounded_channel();
        self.told = Some(told);
        self.topics.keys().for_each(|shard| self.tell(Need::Hear(*shard)));
        needs
    }
}

/// Where a topic rings: FNV-1a of its name, so that every server agrees
pub(super) fn shard(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % SHARDS
}

pub(super) fn channel(shard: u64) -> String {
    format!("plaza:bell:{shard}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn topics_spread_over_all_shards() {
        let shards: BTreeSet<u64> = (0..2000).map(|n| shard(&format!("order:{n:032x}"))).collect();
        assert_eq!(shards.len() as u64, SHARDS);
    }
}
