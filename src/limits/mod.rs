//! How much somebody may ask for: buckets that are emptied by use and fill by themselves.
//!
//! A bucket holds a number of units, and so many come back a second. Whoever takes more than there
//! is, is refused and told how long to wait. Servers that share a Redis share their buckets; a server
//! without one has its own. What is counted, and what a refusal looks like, is the caller's matter.
//!
//! - `bucket`: which buckets there are, and their arithmetic
//! - `subject`: whose they are
//! - `local`: in this process
//! - `shared`: on Redis

mod bucket;
mod local;
mod shared;
mod subject;

pub use bucket::{Bucket, Verdict};
pub use subject::{Subject, network};

use crate::config::{LimitConfig, Rate};
use crate::entities::Timestamp;
use bucket::Change;
use local::Local;
use shared::Shared;

/// Tries of a password within [`SIGN_IN_SECONDS`], by account and by address
pub const SIGN_IN_TRIES: u32 = 5;
/// How long a try counts
pub const SIGN_IN_SECONDS: u32 = 15 * 60;

/// All buckets
pub struct Limits {
    config: LimitConfig,
    way: Way,
}

enum Way {
    Local(Local),
    Shared(Shared),
}

/// What there is to say of a bucket
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is no such limit here
    Off,
    /// Redis is away: nobody knows
    Away,
    /// This is how it stands
    Known(Verdict),
}

impl Limits {
    /// All buckets are full. With a Redis they are kept there, by its clock; else here, by ours.
    pub fn start(
        config: LimitConfig,
        redis: Option<&str>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        let way = match redis {
            Some(url) => Way::Shared(Shared::start(url)),
            None => Way::Local(Local::new(Box::new(now))),
        };
        Self { config, way }
    }

    /// What a bucket holds, and how fast it fills; None: there is no such limit here.
    pub fn rate(&self, bucket: Bucket) -> Option<Rate> {
        match bucket {
            Bucket::CostAddress => self.config.address,
            Bucket::CostPerson => self.config.person,
            Bucket::CostClient => self.config.client,
            Bucket::SignInAccount | Bucket::SignInAddress => Some(Rate {
                capacity: SIGN_IN_TRIES.into(),
                restored: SIGN_IN_TRIES.into(),
                seconds: SIGN_IN_SECONDS.into(),
            }),
            Bucket::SignUp => self.config.sign_up,
            Bucket::Question => self.config.question,
        }
    }

    /// Takes so many units, or none where there are fewer.
    pub async fn take(&self, bucket: Bucket, subject: Subject, amount: u64) -> Outcome {
        let outcome = self.change(bucket, subject, Change::Take(amount)).await;
        if let Outcome::Known(Verdict { allowed: false, .. }) = outcome {
            bucket.count_refusal();
        }
        outcome
    }

    /// Gives back what was taken and not used. A bucket never holds more than its capacity.
    pub async fn give_back(&self, bucket: Bucket, subject: Subject, amount: u64) -> Outcome {
        self.change(bucket, subject, Change::GiveBack(amount)).await
    }

    async fn change(&self, bucket: Bucket, subject: Subject, change: Change) -> Outcome {
        let Some(rate) = self.rate(bucket) else { return Outcome::Off };
        match &self.way {
            Way::Local(local) => Outcome::Known(local.change(bucket, subject, rate, change)),
            Way::Shared(shared) => match shared.change(bucket, subject, rate, change).await {
                Some(verdict) => Outcome::Known(verdict),
                None => Outcome::Away,
            },
        }
    }
}
