use crate::support::{Backend, TestApp};
use plaza::db::Reads;
use sea_orm::TryGetable;

#[tokio::test]
async fn scratch_floats() {
    let app = TestApp::start(Backend::Sqlite).await;
    let reader = app.app.db.reader();
    let mut seed = 88172645463325252u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut list: Vec<f64> = vec![-5e-324, 5e-324, 0.0];
    for _ in 0..20000 {
        let m =
            (next() % 1_000_000_000_000) as f64 / 1e6 * if next() % 2 == 0 { 1.0 } else { 1e-6 };
        list.push(plaza::rules::distance::chord2_of_metres(m.min(500_000.0)));
    }
    let mut sql = reader.sql("SELECT value ->> 0 FROM json_each(");
    let json: Vec<Vec<f64>> = list.iter().map(|x| vec![*x]).collect();
    sql.bind(serde_json::to_string(&json).unwrap()).push(")");
    let rows = reader.all(sql).await.unwrap();
    let mut bad = 0;
    for (row, x) in rows.iter().zip(&list) {
        let y = f64::try_get_by_index(row, 0).unwrap();
        if y.to_bits() != x.to_bits() {
            bad += 1;
            if bad < 10 {
                println!("{x:e} -> {y:e}");
            }
        }
    }
    let v = reader.one(reader.sql("SELECT sqlite_version()")).await.unwrap().unwrap();
    println!("bad {bad} of {} in {}", list.len(), String::try_get_by_index(&v, 0).unwrap());
    app.finish().await;
}
