//! Figures of operations in the database: by the hour, and after two days by the day.

use super::{Buckets, Calls, Label};
use crate::app::App;
use crate::db::{Reads, Sql, UPKEEP, WriteTx};
use crate::entities::Timestamp;
use crate::error::Result;
use crate::jobs::queue::{Progress, Taken};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Hours that are kept one by one
const HOURS: i32 = 48;
/// Days that are kept
const DAYS: i32 = 90;
/// Rows of a statement
const AT_ONCE: usize = 100;

/// The hour of an instant, counted from 1970
pub(super) fn hour(at: Timestamp) -> i32 {
    i32::try_from(at.0.div_euclid(3600 * 1_000_000)).unwrap_or(i32::MAX)
}

/// Writes what was counted since the last time.
///
/// # Errors
/// The database could not write: then it is written with what comes.
pub async fn operations_write(app: &App) -> Result<()> {
    let counted = app.operations.take();
    if counted.is_empty() {
        return Ok(());
    }
    let written = write(app, &counted).await;
    if written.is_err() {
        app.operations.give_back(counted);
    }
    written
}

async fn write(app: &App, counted: &HashMap<Label, Buckets>) -> Result<()> {
    let mut rows: Vec<(&Label, i16, Calls)> = counted
        .iter()
        .flat_map(|(label, buckets)| buckets.iter().map(move |(at, calls)| (label, *at, *calls)))
        .collect();
    // In one order, so that servers that write at once don't wait for each other in a circle.
    rows.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let hour = hour(app.clock.now());
    let tx = app.db.write().await?;
    for some in rows.chunks(AT_ONCE) {
        let mut sql = tx.sql(UPKEEP);
        sql.push("INSERT INTO operation_figure (hour, operation, client, bucket, calls, errors, cost, statements) VALUES ");
        for (at, ((operation, client), bucket, calls)) in some.iter().enumerate() {
            sql.push(if at == 0 { "(" } else { ", (" }).bind(hour);
            sql.push(", ").bind(operation.to_string()).push(", ").bind(client.to_string());
            sql.push(", ").bind(*bucket);
            for number in [calls.calls, calls.errors, calls.cost, calls.statements] {
                sql.push(", ").bind(number);
            }
            sql.push(")");
        }
        add(&mut sql);
        tx.run(sql).await?;
    }
    tx.commit().await
}

fn add(sql: &mut Sql) {
    sql.push(" ON CONFLICT (hour, operation, client, bucket) DO UPDATE SET ");
    for (at, column) in ["calls", "errors", "cost", "statements"].into_iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        sql.push(&format!("{comma}{column} = operation_figure.{column} + excluded.{column}"));
    }
}

/// Makes days of hours that are past, and throws away what is older than 90 days: in one transaction,
/// so that nothing is counted twice.
///
/// # Errors
/// The database failed: nothing has happened then.
pub async fn operations_roll_up(app: &App, taken: &mut Taken) -> Result<Value> {
    let now = app.clock.now();
    let tx = app.db.write().await?;
    let days = roll_up(&tx, hour(now)).await?;
    let progress = Progress { done: 1, total: Some(1), ..Progress::default() };
    taken.lease.step(&app.log, tx, progress, now).await?;
    Ok(json!({ "rows": days }))
}

async fn roll_up(tx: &WriteTx, now: i32) -> Result<u64> {
    // Whole days alone: a day is not added to once it stands.
    let past = (now - HOURS).div_euclid(24) * 24;
    let mut sql = tx.sql(UPKEEP);
    sql.push(
        "INSERT INTO operation_figure (hour, operation, client, bucket, calls, errors, cost, statements) \
         SELECT hour / 24 * 24, operation, client, bucket, SUM(calls), SUM(errors), SUM(cost), \
         SUM(statements) FROM operation_figure WHERE hour % 24 <> 0 AND hour < ",
    );
    sql.bind(past).push(" GROUP BY hour / 24 * 24, operation, client, bucket");
    add(&mut sql);
    let rows = tx.run(sql).await?;
    let mut sql = tx.sql(UPKEEP);
    sql.push("DELETE FROM operation_figure WHERE (hour % 24 <> 0 AND hour < ").bind(past);
    sql.push(") OR hour < ").bind(now - DAYS * 24);
    tx.run(sql).await?;
    Ok(rows)
}
