//! A sample of where listings are, read now and then: a hint for searches around a point.
//!
//! Owns: the reading, a stretch of the index of cells at a time, so that no statement is long, and
//! the sample that is in force. Leaves to `rules::distance` what follows from it.

use super::connect::Db;
use super::reader::Reads;
use crate::error::Result;
use crate::rules::distance::Crowd;
use parking_lot::RwLock;
use sea_orm::TryGetable;
use std::sync::Arc;
use tokio::sync::Notify;

/// Rows of a stretch: a multiple of every step of a sample
const STRETCH: usize = 1 << 14;

/// The sample in force
#[derive(Clone, Default)]
pub(super) struct Known {
    crowd: Arc<RwLock<Arc<Crowd>>>,
    wanted: Arc<Notify>,
}

impl Db {
    /// Where the market's listings are many; empty until [`Db::survey`] was there. Whoever asks
    /// wants a fresh one before long.
    pub fn crowd(&self) -> Arc<Crowd> {
        self.crowd.wanted.notify_one();
        Arc::clone(&self.crowd.crowd.read())
    }

    /// Waits until somebody has asked for the sample since this was awaited last.
    pub async fn crowd_is_wanted(&self) {
        self.crowd.wanted.notified().await;
    }

    /// Looks where the market's listings are: a walk along the whole index of cells.
    ///
    /// # Errors
    /// The database fails.
    pub async fn survey(&self) -> Result<()> {
        let mut crowd = Crowd::default();
        let mut last = 0_i64;
        loop {
            let step = crowd.step().min(STRETCH);
            let cells = self.stretch(last, step).await?;
            let read = cells.len();
            last = cells.last().copied().unwrap_or(last);
            crowd.extend(cells);
            if read < STRETCH / step {
                break;
            }
        }
        *self.crowd.crowd.write() = Arc::new(crowd);
        Ok(())
    }

    /// The cell of every so many-th listing of a stretch beyond a cell, its last one among them
    async fn stretch(&self, beyond: i64, step: usize) -> Result<Vec<i64>> {
        let reader = self.reader();
        let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
        let mut sql = reader.sql(
            "SELECT c.cell FROM (SELECT f.cell, row_number() OVER (ORDER BY f.cell) AS n FROM \
             (SELECT l.cell FROM listing l WHERE l.shelf = 1 AND l.cell > ",
        );
        sql.bind(beyond).push(" ORDER BY l.cell LIMIT ").bind(number(STRETCH));
        sql.push(") f) c WHERE c.n % ").bind(number(step));
        sql.push(" = 0 ORDER BY c.n");
        let rows = reader.all(sql).await?;
        rows.iter().map(|row| Ok(i64::try_get_by_index(row, 0)?)).collect()
    }
}
