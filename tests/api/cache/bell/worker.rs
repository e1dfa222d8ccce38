//! Who reads and writes at a node, with a pause after each step.

use super::super::model::store;
use super::world::{Node, Notice, World, id, sum};
use super::{BUSY, ROWS};
use plaza::cache::{Asked, Found, Kept, keepable};
use plaza::db::{Mark, Sources, Table, Written};
use plaza::entities::{Store, StoreId, Timestamp, UserId};
use rand::RngExt;
use rand::rngs::StdRng;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// The one answer, which is read from all rows: its number is their sum
const WHOLE: [u8; 32] = [0; 32];

/// One who reads and writes at a node
pub struct Worker {
    pub world: Arc<World>,
    pub at: usize,
    pub random: StdRng,
}

impl Worker {
    pub async fn work(mut self) {
        while self.world.goes_on() {
            let rows = if self.random.random() { BUSY } else { ROWS };
            let row = self.random.random_range(0..rows);
            if self.at < self.world.writers && self.random.random_ratio(1, 8) {
                self.write(row).await;
            } else if self.random.random_ratio(1, 4) {
                self.ask().await;
            } else {
                self.read(row).await;
            }
        }
    }

    fn node(&self) -> &Node {
        &self.world.nodes[self.at]
    }

    /// A step is done. Before the next there is a pause.
    async fn step(&mut self) {
        self.world.steps.fetch_add(1, SeqCst);
        let is_deaf = self.node().changes.is_deaf();
        self.world.deaf.fetch_add(usize::from(is_deaf), SeqCst);
        if is_deaf || self.world.slow.load(SeqCst) {
            return sleep(Duration::from_millis(20)).await;
        }
        match self.random.random_range(0..24) {
            0 => sleep(Duration::from_millis(self.random.random_range(1..4))).await,
            turns => {
                for _ in 0..turns / 2 {
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    /// A read yields a number, and must not yield less than another.
    fn saw(&self, number: u64, least: u64) {
        self.world.lies[self.at].fetch_add(usize::from(number < least), SeqCst);
    }

    /// Memory yields a number. It must not where the other's writes go unheard.
    fn hit(&self, number: u64, least: u64, was_deaf: bool) {
        let in_vain = was_deaf && self.node().changes.is_deaf();
        self.world.hits.fetch_add(1, SeqCst);
        self.saw(if in_vain { 0 } else { number }, least.max(u64::from(in_vain)));
    }

    /// Reads a row: from memory, or else the truth, which is kept.
    async fn read(&mut self, row: usize) {
        self.node().learn();
        let least = self.node().known[row].load(SeqCst);
        let was_deaf = self.node().changes.is_deaf();
        let mark = self.node().changes.now();
        if let Some(number) = self.node().kept(row) {
            self.hit(number, least, was_deaf);
            return self.step().await;
        }
        self.step().await;
        let number = self.world.truth[row].load(SeqCst);
        self.step().await;
        let mark = if self.world.late { self.node().changes.now() } else { mark };
        let row = id(row);
        self.node().rows.put::<StoreId, Store>(row, &Arc::new(store(row, number)), mark);
        self.saw(number, least);
        self.step().await;
    }

    /// Asks for the sum of all, as guests ask: of many at once one reads the truth.
    async fn ask(&mut self) {
        self.node().learn();
        let least = sum(&self.node().known);
        let asked = Asked { at: self.node().changes.now(), fresh: Mark::ALWAYS, now: Timestamp(0) };
        let mut turn = None;
        for _ in 0..2 {
            let was_deaf = self.node().changes.is_deaf();
            if let Found::Answer(kept) = self.node().answers.get(&WHOLE, asked) {
                self.hit(kept.answer, least, was_deaf);
                return self.step().await;
            }
            if turn.is_none() {
                turn = Some(self.node().answers.turn(WHOLE).await);
                self.step().await;
            }
        }
        let mark = self.node().changes.now();
        self.step().await;
        let answer = sum(&self.world.truth);
        self.step().await;
        let mark = if self.world.late { self.node().changes.now() } else { mark };
        let tables = keepable(Sources::table(Table::Store)).expect("one table");
        self.node().answers.put(WHOLE, Kept { answer, bytes: 8, mark, tables, until: None });
        drop(turn);
        self.saw(answer, least);
        self.step().await;
    }

    async fn write(&mut self, row: usize) {
        let number = self.world.truth[row].fetch_add(1, SeqCst) + 1;
        self.step().await;
        let mut written = Written::default();
        // Few transactions don't know which rows they wrote.
        let known = self.random.random_ratio(999, 1_000).then(|| [id(row)]);
        written.add("store", known.as_ref().map(<[Uuid; 1]>::as_slice));
        self.node().changes.wrote(&written);
        self.node().known[row].fetch_max(number, SeqCst);
        self.world.writes.fetch_add(1, SeqCst);
        let marker = UserId(Uuid::from_u128(self.random.random()));
        let here = self.node().hub.presence().arrive(marker);
        let other = &self.world.nodes[1 - self.at];
        let notice = Notice { row, number, marker, _here: here };
        other.coming.lock().expect("not poisoned").push_back(notice);
        self.step().await;
    }
}
