//! Statements that nobody waits for any more leave their connection as they found it: whoever is
//! next gets the answer to their own.

use crate::support::on_both;
use plaza::db::Reads;
use sea_orm::TryGetable;
use std::time::Duration;
use tokio::task::JoinSet;

/// Many rows, so that there is something to give up
const NUMBERS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
                       SELECT i + ";

on_both! {
    async fn nobody_hears_what_another_asked(app: &TestApp) {
        let mut asking = JoinSet::new();
        for number in 0..400_u32 {
            let db = app.app.db.clone();
            asking.spawn(async move {
                let mut sql = db.reader().sql(NUMBERS);
                sql.bind(i64::from(number) * 1_000).push(" FROM n");
                let patience = Duration::from_micros(u64::from(number % 8) * 300);
                let whole = number % 2 == 0;
                let answer = match whole {
                    true => Ok(db.reader().all(sql).await),
                    false => tokio::time::timeout(patience, db.reader().all(sql)).await,
                };
                let Ok(rows) = answer else { return 0 };
                let rows = rows.expect("answers");
                assert_eq!(rows.len(), 300);
                for (row, expected) in rows.iter().zip(i64::from(number) * 1_000 + 1..) {
                    assert_eq!(i64::try_get_by_index(row, 0).expect("a number"), expected);
                }
                1
            });
        }
        let answered: u32 = asking.join_all().await.into_iter().sum();
        assert!((200..400).contains(&answered), "{answered} of 400 waited for their answer");
    }
}
