//! Batches leave when nobody can add to them, once, and nobody waits for ever.

use super::Driver;
use crate::loaders::drive::Queue;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use futures_util::FutureExt;
use futures_util::future::{join, join_all, poll_fn};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// Keys of each batch that left, sorted
type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

/// Doubles numbers; odd thousands panic
struct Double(Batches);

impl Loader<u32> for Double {
    type Value = u32;
    type Error = &'static str;

    async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, &'static str> {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        self.0.lock().expect("not poisoned").push(sorted);
        // As a database would: the answer comes from another task.
        let keys = keys.to_vec();
        let answer = tokio::spawn(async move {
            tokio::task::yield_now().await;
            keys.into_iter().map(|key| (key, key * 2)).collect::<HashMap<_, _>>()
        });
        let answer = answer.await.expect("does not panic");
        if answer.contains_key(&1000) { Err("1000 is refused") } else { Ok(answer) }
    }
}

/// Adds one; the same loaders, another question
impl Loader<String> for Double {
    type Value = String;
    type Error = &'static str;

    async fn load(&self, keys: &[String]) -> Result<HashMap<String, String>, &'static str> {
        assert!(!keys.iter().any(|key| key == "panic"), "a batch that panics");
        self.0.lock().expect("not poisoned").push(vec![u32::try_from(keys.len()).expect("few")]);
        Ok(keys.iter().map(|key| (key.clone(), format!("{key}!"))).collect())
    }
}

type Loaders = DataLoader<Double, HashMapCache>;

fn loaders(queue: &Queue) -> (Loaders, Batches) {
    let batches = Batches::default();
    let loads = Double(Arc::clone(&batches));
    let loaders =
        DataLoader::with_cache(loads, queue.clone(), queue.clone(), HashMapCache::default());
    (loaders, batches)
}

fn left(batches: &Batches) -> Vec<Vec<u32>> {
    batches.lock().expect("not poisoned").clone()
}

/// Comes back this often before it goes on, as a resolver with much to do before it loads.
async fn come_back(times: u32) {
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[tokio::test]
async fn siblings_share_one_batch() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    let found = driver.run(join_all((0..20).map(|key| loaders.load_one(key)))).await;
    let expected: Vec<_> = (0..20).map(|key| Ok(Some(key * 2))).collect();
    assert_eq!(found, expected);
    assert_eq!(left(&batches), [(0..20).collect::<Vec<_>>()]);
}

#[tokio::test]
async fn siblings_that_arrive_late_share_it_too() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    let load = |key: u32| {
        let loaders = &loaders;
        async move {
            come_back(key * 7).await;
            loaders.load_one(key).await
        }
    };
    driver.run(join_all((0..20).map(load))).await;
    assert_eq!(left(&batches), [(0..20).collect::<Vec<_>>()]);
}

#[tokio::test]
async fn what_a_batch_brings_asks_in_one_batch_again() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    let load = |key: u32| {
        let loaders = &loaders;
        async move {
            let double = loaders.load_one(key).await.expect("loads").expect("is there");
            come_back(key).await;
            let text = loaders.load_one(double.to_string()).await.expect("loads");
            let fourfold = loaders.load_one(double + 100).await.expect("loads");
            (text, fourfold)
        }
    };
    let found = driver.run(join_all((0..20).map(load))).await;
    assert_eq!(found[3], (Some("6!".to_owned()), Some(212)));
    let later: Vec<u32> = (0..20).map(|key| key * 2 + 100).collect();
    assert_eq!(left(&batches), [(0..20).collect(), vec![20], later]);
}

#[tokio::test]
async fn a_batch_waits_for_those_on_their_way() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    // The first loads numbers, which take a while, and then a text; the second loads a text after
    // one of its own, which is quick. Both texts at the end leave together.
    let first = async {
        loaders.load_one(1).await.expect("loads");
        loaders.load_one("a".to_owned()).await
    };
    let second = async {
        loaders.load_one("quick".to_owned()).await.expect("loads");
        loaders.load_one("b".to_owned()).await
    };
    driver.run(join(first, second)).await.0.expect("loads");
    let sizes: Vec<usize> = left(&batches).iter().map(|keys| keys[0] as usize).collect();
    assert_eq!(left(&batches).len(), 3, "{sizes:?}");
    assert_eq!(left(&batches).last(), Some(&vec![2]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_on_many_threads_do_not_disturb_each_other() {
    let request = || async {
        let driver = Driver::default();
        let (loaders, batches) = loaders(&driver.queue());
        let load = |key: u32| {
            let loaders = &loaders;
            async move {
                let double = loaders.load_one(key).await.expect("loads").expect("is there");
                loaders.load_one(double + 1).await
            }
        };
        driver.run(join_all((0..20).map(load))).await;
        left(&batches).len()
    };
    let requests = (0..200).map(|_| tokio::spawn(request()));
    for batches in join_all(requests).await {
        assert_eq!(batches.expect("does not panic"), 2);
    }
}

#[tokio::test]
async fn a_batch_that_fails_fails_for_all_that_wait_and_no_more() {
    let driver = Driver::default();
    let (loaders, _) = loaders(&driver.queue());
    let keys = [1, 1000, 2].map(|key| loaders.load_one(key));
    let found = driver.run(join_all(keys)).await;
    assert_eq!(found, [Err("1000 is refused"); 3]);
    assert_eq!(driver.run(loaders.load_one(1)).await, Ok(Some(2)));
}

#[tokio::test]
async fn a_panic_ends_the_request_instead_of_hanging_it() {
    let driver = Driver::default();
    let (loaders, _) = loaders(&driver.queue());
    let request = driver.run(loaders.load_one("panic".to_owned()));
    assert!(AssertUnwindSafe(request).catch_unwind().await.is_err());
}

#[tokio::test]
async fn a_request_that_waits_for_something_else_does_not_hold_batches_back() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    let (tell, told) = tokio::sync::oneshot::channel();
    let waiting = async {
        let told: u32 = told.await.expect("is told");
        loaders.load_one(told).await
    };
    let telling = async {
        let double = loaders.load_one(1).await.expect("loads").expect("is there");
        tell.send(double).expect("somebody listens");
    };
    let (found, ()) = driver.run(join(waiting, telling)).await;
    assert_eq!(found, Ok(Some(4)));
    assert_eq!(left(&batches), [vec![1], vec![2]]);
}

#[tokio::test]
async fn a_dropped_request_takes_its_batches_along() {
    for polls in 0..3 {
        let driver = Driver::default();
        let (loaders, batches) = loaders(&driver.queue());
        let alive = Arc::downgrade(&batches);
        {
            let mut request = Box::pin(driver.run(loaders.load_one(1)));
            for _ in 0..polls {
                assert!(request.as_mut().now_or_never().is_none(), "the answer takes a while");
            }
        }
        drop((driver, loaders, batches));
        assert!(alive.upgrade().is_none(), "something is left after {polls} polls");
    }
}

#[tokio::test]
async fn a_request_that_ends_before_its_batches_leaves_nothing_behind() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    let alive = Arc::downgrade(&batches);
    // The sibling starts a batch, and in the same poll the request fails.
    let request = async {
        let sibling = loaders.load_one(1);
        let failing = async { Err::<(), _>("refused") };
        futures_util::future::try_join(async { sibling.await.map(|_| ()) }, failing).await
    };
    assert_eq!(driver.run(request).await, Err("refused"));
    drop((driver, loaders, batches));
    assert!(alive.upgrade().is_none(), "the batch that nobody polled is gone");
}

#[tokio::test]
async fn a_stream_loads_at_each_event_after_a_failed_one_too() {
    let driver = Driver::default();
    let (loaders, batches) = loaders(&driver.queue());
    for come_back_before in 0..3 {
        // An event that fails while its sibling waits at the gate, or on its way.
        let failing = async {
            come_back(come_back_before).await;
            Err::<(), _>("refused")
        };
        let sibling = async { loaders.load_one(come_back_before).await.map(|_| ()) };
        driver.run(futures_util::future::try_join(sibling, failing)).await.expect_err("refused");
        let key = come_back_before + 10;
        let next = tokio::time::timeout(
            std::time::Duration::from_secs(20),
            driver.run(loaders.load_one(key)),
        );
        assert_eq!(next.await.expect("does not hang"), Ok(Some(key * 2)));
    }
    let asked: Vec<u32> = left(&batches).concat();
    assert!([0, 1, 2, 10, 11, 12].iter().all(|key| asked.contains(key)), "{asked:?}");
}
