//! What can happen in a history, drawn at random.

use proptest::collection::vec;
use proptest::prelude::*;

/// Something that happens. Numbers of stores, listings, orders and people are counted round.
#[derive(Clone, Debug)]
pub enum Act {
    /// Somebody orders so many of this listing and of those after it, brought or fetched, for now or
    /// so many minutes on.
    Place { store: usize, first: usize, quantities: Vec<i32>, delivery: bool, ahead: Option<i64> },
    /// The last order that was tried is sent once more, under its key.
    Again,
    /// The owner takes an order one step on.
    Onward { order: usize },
    /// Somebody takes an order to some state, which is refused more often than not.
    Step { who: usize, order: usize, to: usize },
    /// An order is called off, or rejected, by anybody.
    End { who: usize, order: usize, reject: bool },
    /// A listing costs something else, perhaps in the other currency.
    Price { listing: usize, cents: i64, other: bool },
    /// Time passes.
    Minutes(i64),
    /// It is so many minutes past the next midnight of a store, or before it.
    Midnight { store: usize, past: i64 },
}

/// A history: the minute of the year that it begins at, and what happens
#[derive(Clone, Debug)]
pub struct History {
    pub start: i64,
    pub acts: Vec<Act>,
}

pub fn history() -> impl Strategy<Value = History> {
    (0_i64..366 * 24 * 60, vec(act(), 1..18)).prop_map(|(start, acts)| History { start, acts })
}

fn act() -> impl Strategy<Value = Act> {
    let number = || 0_usize..1000;
    let quantities = vec(1..4_i32, 1..3);
    let ahead = prop::option::weighted(0.3, -30_i64..3 * 24 * 60);
    prop_oneof![
        6 => (number(), number(), quantities, any::<bool>(), ahead).prop_map(
            |(store, first, quantities, delivery, ahead)| {
                Act::Place { store, first, quantities, delivery, ahead }
            }
        ),
        1 => Just(Act::Again),
        6 => number().prop_map(|order| Act::Onward { order }),
        2 => (number(), number(), number())
            .prop_map(|(who, order, to)| Act::Step { who, order, to }),
        2 => (number(), number(), any::<bool>())
            .prop_map(|(who, order, reject)| Act::End { who, order, reject }),
        1 => (number(), 0..20_000_i64, any::<bool>())
            .prop_map(|(listing, cents, other)| Act::Price { listing, cents, other }),
        1 => (1..700_i64).prop_map(Act::Minutes),
        2 => (number(), -2..3_i64).prop_map(|(store, past)| Act::Midnight { store, past }),
    ]
}
