//! Two servers that read, write and tell each other in every order there is: the caches themselves
//! against a database of numbers, a step at a time, drawn from a seed. Between any two steps of one
//! operation there may be hundreds of others: that is the delay. No read may yield less than what had been
//! written, acknowledged, and told to its server when it began.

use plaza::cache::{Answers, Asked, Found, Kept, Rows, keepable};
use plaza::config::{CacheConfig, Config};
use plaza::db::{Changes, Mark, Sources, Table, Written};
use plaza::entities::{Currency, Store, StoreId, Timestamp, UserId, Wide};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const STEPS: usize = 100_000;
const ROWS: u128 = 12;
/// Operations that are under way at most
const AT_ONCE: usize = 24;
/// An answer is read from all rows: its number is their sum.
const WHOLE: Uuid = Uuid::max();

/// How a change gets from one server to the other
#[derive(Clone, Copy, PartialEq)]
enum Bell {
    /// Both are told by the same counter: one process
    Local,
    /// A line, some time later, in any order
    Line,
}

struct Server {
    changes: Arc<Changes>,
    rows: Rows,
    answers: Answers<u64>,
    /// What is told to the other
    told: Arc<Mutex<Vec<String>>>,
    /// What a read that begins now must at least see, by row
    known: HashMap<Uuid, u64>,
}

/// An operation between two of its steps
enum Work {
    /// Has looked in vain and will ask the database
    Reads { server: usize, row: Uuid, least: u64, mark: Mark },
    /// Has its answer and will keep it
    Keeps { server: usize, row: Uuid, least: u64, mark: Mark, number: u64 },
    /// Has committed and will count it
    Counts { server: usize, row: Uuid, number: u64 },
    /// Is on its way to the other server, with what will be known there
    Tells { server: usize, line: String, row: Uuid, number: u64 },
}

struct Model {
    random: StdRng,
    bell: Bell,
    /// Mistake that the model must find: the mark is taken after the database was asked
    late: bool,
    database: HashMap<Uuid, u64>,
    servers: [Server; 2],
    work: Vec<Work>,
    hits: usize,
    lies: usize,
}

pub(super) fn config() -> CacheConfig {
    Config::from_pairs([]).expect("defaults hold").cache
}

fn server(changes: &Arc<Changes>, bell: Bell) -> Server {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    if bell == Bell::Line {
        let told = Arc::clone(&told);
        changes.told_by(move |line| told.lock().expect("not poisoned").push(line));
    }
    Server {
        rows: Rows::new(&config(), Arc::clone(changes)),
        answers: Answers::new(&config(), Arc::clone(changes)),
        changes: Arc::clone(changes),
        told,
        known: HashMap::new(),
    }
}

impl Model {
    fn new(bell: Bell, seed: u64, late: bool) -> Self {
        let changes: [Arc<Changes>; 2] = match bell {
            Bell::Local => {
                let shared = Arc::default();
                [Arc::clone(&shared), shared]
            }
            Bell::Line => Default::default(),
        };
        Self {
            random: StdRng::seed_from_u64(seed),
            bell,
            late,
            database: HashMap::new(),
            servers: changes.each_ref().map(|changes| server(changes, bell)),
            work: Vec::new(),
            hits: 0,
            lies: 0,
        }
    }

    fn run(mut self) -> Self {
        for _ in 0..STEPS {
            if self.work.len() < AT_ONCE && self.random.random_ratio(1, 3) {
                self.begin();
            } else if !self.work.is_empty() {
                let at = self.random.random_range(0..self.work.len());
                let work = self.work.swap_remove(at);
                self.go_on(work);
            }
        }
        self
    }

    fn begin(&mut self) {
        let server = self.random.random_range(0..2);
        let row = Uuid::from_u128(self.random.random_range(1..=ROWS));
        if self.random.random_ratio(1, 8) {
            let number = self.database.entry(row).or_default();
            *number += 1;
            let number = *number;
            self.work.push(Work::Counts { server, row, number });
        } else if self.random.random_ratio(1, 4) {
            self.look(server, WHOLE);
        } else {
            self.look(server, row);
        }
    }

    fn look(&mut self, server: usize, row: Uuid) {
        let here = &self.servers[server];
        let least = least(&here.known, row);
        let mark = here.changes.now();
        let kept = if row == WHOLE {
            let asked = Asked { at: mark, fresh: Mark::ALWAYS, now: Timestamp(0) };
            match here.answers.get(&[0; 32], asked) {
                Found::Answer(kept) => Some(kept.answer),
                Found::Stale | Found::Nothing | Found::Never => None,
            }
        } else {
            let (kept, _) = here.rows.get::<_, Store>(vec![StoreId(row)], |id| id.0, Mark::ALWAYS);
            kept.first().map(|(_, store)| store.name.parse().expect("a number"))
        };
        match kept {
            Some(number) => {
                self.hits += 1;
                self.lies += usize::from(number < least);
            }
            None => self.work.push(Work::Reads { server, row, least, mark }),
        }
    }

    fn go_on(&mut self, work: Work) {
        match work {
            Work::Reads { server, row, least, mark } => {
                let number = match row {
                    WHOLE => self.database.values().sum(),
                    row => self.database.get(&row).copied().unwrap_or_default(),
                };
                self.work.push(Work::Keeps { server, row, least, mark, number });
            }
            Work::Keeps { server, row, least, mark, number } => {
                self.lies += usize::from(number < least);
                let here = &self.servers[server];
                let mark = if self.late { here.changes.now() } else { mark };
                if row == WHOLE {
                    let tables = keepable(Sources::table(Table::Store)).expect("one table");
                    let kept = Kept { answer: number, bytes: 8, mark, tables, until: None };
                    here.answers.put([0; 32], kept);
                } else {
                    here.rows.put::<StoreId, Store>(row, &Arc::new(store(row, number)), mark);
                }
            }
            Work::Counts { server, row, number } => {
                let mut written = Written::default();
                // Some transactions don't know which rows they wrote.
                let known = self.random.random_ratio(4, 5).then_some(&row);
                written.add("store", known.map(std::slice::from_ref));
                self.servers[server].changes.wrote(&written);
                self.learn(server, row, number);
                if self.bell == Bell::Local {
                    self.learn(1 - server, row, number);
                }
                let lines: Vec<_> =
                    self.servers[server].told.lock().expect("not poisoned").drain(..).collect();
                for line in lines {
                    self.work.push(Work::Tells { server: 1 - server, line, row, number });
                }
            }
            Work::Tells { server, line, row, number } => {
                self.servers[server].changes.hear(&line);
                self.learn(server, row, number);
            }
        }
    }

    /// From now on, whoever reads there must see it.
    fn learn(&mut self, server: usize, row: Uuid, number: u64) {
        let known = self.servers[server].known.entry(row).or_default();
        *known = number.max(*known);
    }
}

fn least(known: &HashMap<Uuid, u64>, row: Uuid) -> u64 {
    match row {
        WHOLE => known.values().sum(),
        row => known.get(&row).copied().unwrap_or_default(),
    }
}

pub(super) fn store(id: Uuid, number: u64) -> Store {
    Store {
        id: StoreId(id),
        handle: String::new(),
        name: number.to_string(),
        description: Wide::Unread,
        owner_id: UserId(id),
        currency: Currency::from_code("NIO").expect("a currency"),
        time_zone: String::new(),
        location_name: None,
        latitude: None,
        longitude: None,
        shelf: 1,
        created_at: Timestamp(0),
    }
}

#[test]
fn no_read_sees_less_than_was_acknowledged_and_told() {
    for (bell, seed) in [(Bell::Local, 1), (Bell::Line, 2)] {
        let model = Model::new(bell, seed, false).run();
        assert_eq!(model.lies, 0, "seed {seed}");
        // Most reads are answered from memory, though a write comes with every eighth.
        assert!(model.hits > STEPS / 20, "{} hits", model.hits);
    }
}

#[test]
fn a_mark_that_is_taken_too_late_is_found_out() {
    for (bell, seed) in [(Bell::Local, 1), (Bell::Line, 2)] {
        let model = Model::new(bell, seed, true).run();
        assert!(model.lies > 10, "{} lies", model.lies);
    }
}
