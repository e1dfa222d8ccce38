//! Buckets on Redis: the same arithmetic to the last unit, one bucket for all servers, nothing kept.

use super::{ask, known};
use crate::support::{Backend, Process, Redis, TestApp};
use plaza::config::{LimitConfig, Rate};
use plaza::entities::Timestamp;
use plaza::limits::{Bucket, Limits, Outcome, Subject};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

fn limits(rate: Rate) -> LimitConfig {
    let rate = Some(rate);
    LimitConfig {
        address: rate,
        person: rate,
        client: rate,
        sign_up: rate,
        question: rate,
        operations: None,
    }
}

fn subject(number: u8) -> Subject {
    Subject::of_digest(&[number; 16])
}

/// The instant that Redis keeps with a bucket; None where it is full
fn kept_at(redis: &Redis, bucket: Bucket, number: u8) -> Option<i64> {
    let key = format!("plaza:limit:{}:{}", bucket.name(), format!("{number:02x}").repeat(16));
    let kept = redis.ask(&["GET", &key]);
    kept.trim().split_once(' ').map(|(_, at)| at.parse().expect("an instant"))
}

/// Time passes as it does: the bucket in this process is told the instants that Redis has noted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_reckons_as_we_do() {
    let redis = Redis::start(&[]).await;
    let url = format!("redis://{}", redis.address());
    let mut dice = StdRng::seed_from_u64(5);
    for (number, rate) in [
        Rate { capacity: 100, restored: 2, seconds: 1 },
        Rate { capacity: 20_000, restored: 500, seconds: 1 },
        Rate { capacity: 5, restored: 5, seconds: 900 },
        Rate { capacity: 7, restored: 3, seconds: 2 },
        Rate { capacity: 1_000_000_000, restored: 1_000_000, seconds: 1 },
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number).expect("few");
        let clock = Arc::new(AtomicI64::new(0));
        let told = Arc::clone(&clock);
        let here =
            Limits::start(limits(rate), None, move || Timestamp(told.load(Ordering::SeqCst)));
        let there = Limits::start(limits(rate), Some(&url), || panic!("Redis has its own clock"));
        let bucket = Bucket::CostPerson;
        let (mut refused, mut full) = (0, 0);
        for _ in 0..150 {
            let amount = dice.random_range(0..=rate.capacity / 2 + 1);
            let gives_back = dice.random_range(0..4) == 0;
            let verdict = match gives_back {
                true => there.give_back(bucket, subject(number), amount).await,
                false => there.take(bucket, subject(number), amount).await,
            };
            // A full bucket is not kept, and is full at any later instant too.
            let at = kept_at(&redis, bucket, number);
            let was_full = known(verdict).full_after.is_zero();
            if at.is_none() && !was_full && !gives_back {
                // It has filled before we could look, and so has ours without this.
                continue;
            }
            clock.store(at.unwrap_or_else(|| plaza::app::Clock::System.now().0), Ordering::SeqCst);
            let own = match gives_back {
                true => here.give_back(bucket, subject(number), amount).await,
                false => here.take(bucket, subject(number), amount).await,
            };
            if at.is_some() || was_full {
                assert_eq!(verdict, own, "{rate:?}, {amount}, {gives_back}");
            }
            refused += usize::from(!known(verdict).allowed);
            full += usize::from(at.is_none());
            if dice.random_range(0..10) == 0 {
                tokio::time::sleep(Duration::from_millis(dice.random_range(1..30))).await;
            }
        }
        assert!(refused > 0, "{rate:?}: nothing was refused");
        assert!(full < 150, "{rate:?}: nothing was ever kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_takes_of_two_servers_are_no_more_than_there_is() {
    let redis = Redis::start(&[]).await;
    let url = format!("redis://{}", redis.address());
    let rate = Rate { capacity: 1000, restored: 1, seconds: 3600 };
    let servers = [(); 2].map(|()| Limits::start(limits(rate), Some(&url), || panic!("unasked")));
    let takes = (0..600).map(|at: usize| servers[at % 2].take(Bucket::CostAddress, subject(1), 3));
    let taken = futures_util::future::join_all(takes).await;
    let allowed = taken.into_iter().filter(|outcome| known(*outcome).allowed).count();
    assert_eq!(allowed, 333);
}

/// Whoever signs in while Redis is away for a moment has failed nowhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_given_back_is_given_back_later() {
    let redis = Redis::start(&[]).await;
    let url = format!("redis://{}", redis.address());
    let rate = Rate { capacity: 5, restored: 5, seconds: 900 };
    let limits = Limits::start(limits(rate), Some(&url), || panic!("Redis has its own clock"));
    let (bucket, subject) = (Bucket::CostPerson, subject(1));
    for _ in 0..5 {
        assert!(known(limits.take(bucket, subject, 1).await).allowed);
    }
    assert!(!known(limits.take(bucket, subject, 1).await).allowed);
    redis.say(&["client", "pause", "1500"]);
    let lost = limits.give_back(bucket, subject, 1).await;
    assert!(matches!(lost, Outcome::Away), "{lost:?}");
    let begun = std::time::Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(20), "it was never given back");
        match limits.take(bucket, subject, 1).await {
            Outcome::Known(verdict) if verdict.allowed => break,
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    assert!(
        !known(limits.take(bucket, subject, 1).await).allowed,
        "one was owed, and one was paid"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_and_a_redis_that_has_forgotten_the_script_count_too() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().display().to_string();
    let cluster = Redis::start(&["--cluster-enabled", "yes", "--dir", &path]).await;
    cluster.say(&["cluster", "addslotsrange", "0", "16383"]);
    let one = Redis::start(&[]).await;
    let rate = Rate { capacity: 1000, restored: 1, seconds: 3600 };
    let urls = [
        (format!("redis+cluster://{}", cluster.address()), &cluster),
        (format!("redis://{}", one.address()), &one),
    ];
    for (url, redis) in urls {
        let limits = Limits::start(limits(rate), Some(&url), || panic!("unasked"));
        let begun = std::time::Instant::now();
        // A Cluster takes a while to find itself whole.
        while limits.take(Bucket::CostPerson, subject(99), 1).await == Outcome::Away {
            assert!(begun.elapsed() < Duration::from_secs(20), "{url}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for number in 0..50 {
            let verdict = known(limits.take(Bucket::CostPerson, subject(number), 400).await);
            assert_eq!((verdict.allowed, verdict.remaining), (true, 600), "{url}");
        }
        redis.say(&["SCRIPT", "FLUSH"]);
        for (taken, remaining) in [(400, 200), (400, 200), (200, 0)] {
            let verdict = known(limits.take(Bucket::CostPerson, subject(7), taken).await);
            assert_eq!(verdict.remaining, remaining, "{url}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_is_forgotten_once_it_is_full() {
    let redis = Redis::start(&[]).await;
    let url = format!("redis://{}", redis.address());
    let rate = Rate { capacity: 1000, restored: 10_000, seconds: 1 };
    let limits = Limits::start(limits(rate), Some(&url), || panic!("unasked"));
    assert!(known(limits.take(Bucket::SignUp, subject(1), 900).await).allowed);
    assert_eq!(redis.ask(&["DBSIZE"]).trim(), "1");
    let begun = std::time::Instant::now();
    while redis.ask(&["DBSIZE"]).trim() != "0" {
        assert!(begun.elapsed() < Duration::from_secs(10), "it stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    known(limits.take(Bucket::SignUp, subject(1), 900).await);
    assert_eq!(known(limits.give_back(Bucket::SignUp, subject(1), 900).await).remaining, 1000);
    assert_eq!(redis.ask(&["DBSIZE"]).trim(), "0", "given back, it is full at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_what_somebody_may_ask_for() {
    let redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str()), ("PLAZA_LIMIT_PERSON", "1000:1")];
    let servers = [Process::start(&app, &settings).await, Process::start(&app, &settings).await];
    let ana = app.member("ana").await;
    for at in 1..=10 {
        let heard = ask(&servers[at % 2].client(&ana), super::LISTINGS).await;
        let left = heard.cost()["available"].as_u64().expect("a number");
        let used = 3 * u64::try_from(at).expect("few");
        // As much as the test takes seconds has come back.
        assert!((1000 - used..1000 - used + 20).contains(&left), "{left} after {at}");
    }
    drop(servers);
    app.finish().await;
}

/// A Redis that takes connections and says nothing, and one that nobody has started
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_answer_nobody_knows_and_nobody_waits_twice() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let nobody = crate::support::free_port();
    for port in [silent.local_addr().expect("bound").port(), nobody] {
        let rate = Rate { capacity: 10, restored: 1, seconds: 1 };
        let url = format!("redis://127.0.0.1:{port}");
        let limits = Limits::start(limits(rate), Some(&url), || panic!("unasked"));
        let many = async {
            for _ in 0..1000 {
                let outcome = limits.take(Bucket::CostPerson, subject(1), 1).await;
                assert_eq!(outcome, Outcome::Away);
            }
        };
        let patience = Duration::from_secs(20);
        tokio::time::timeout(patience, many).await.expect("a thousand do not wait one by one");
    }
}
