//! A replica that is too far behind is passed over by those who bring no position too.

use super::{Pair, Sign, plaza, until};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_too_far_behind_is_passed_over_until_it_has_caught_up() {
    let pair = Pair::start(&[]).await;
    let app = plaza(&pair, &[("PLAZA_REPLICA_MAX_LAG", "1")]).await;
    let sign = Sign::put_up(&app, "rotulo").await;
    let first = sign.write("uno").await;
    app.replica_is("up").await;
    until(async || sign.shows("uno").await).await;
    pair.replica.pause().await;
    sign.write("dos").await;
    app.replica_is("behind").await;
    let before = app.replica_statements().await;
    for _ in 0..10 {
        assert_eq!(sign.read_any().await, "dos");
        assert_eq!(sign.read(&first).await, "dos", "a position makes nobody content with less");
    }
    assert_eq!(app.replica_statements().await, before);
    assert_eq!(app.ready().await.1, "degraded");
    let figures = app.guest().request(Method::GET, "/metrics").send().await.expect("answers");
    let figures = figures.text().await.expect("a text");
    let lag = figures.lines().find_map(|line| {
        line.strip_prefix("plaza_replica_lag_seconds{replica=\"1\"} ")?.parse::<f64>().ok()
    });
    assert!(lag.is_some_and(|lag| lag > 1.0), "{lag:?}");
    assert!(figures.contains("plaza_replica_up{replica=\"1\"} 1"));
    assert!(figures.contains("plaza_db_connections{role=\"replica\",state=\"idle\"}"));
    pair.replica.resume().await;
    app.replica_is("up").await;
    until(async || {
        let before = app.replica_statements().await;
        sign.read_any().await == "dos" && app.replica_statements().await > before
    })
    .await;
    app.finish().await;
}
