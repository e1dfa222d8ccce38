//! Stores in numbers: owners spread over all people, each with some staff.

use super::Market;
use crate::cli::seed::calendar;
use crate::cli::seed::compose::{Stall, Store, around, handle_of, member_row};
use crate::cli::seed::demo::{Opened, first_store};
use crate::cli::seed::dice::{Dice, share};
use crate::cli::seed::market::{BLOCKS, LANDMARKS, STORE_NAMES, TOWNS, TRADES, Trade};
use crate::cli::seed::prose::Prose;
use crate::cli::seed::row::Row;
use crate::entities::{StoreRole, Timestamp};

/// A store and what it sells
pub(super) struct Counter {
    pub(super) store: Store,
    pub(super) stall: Stall,
    pub(super) sells: &'static [&'static str],
}

/// Longest part of a handle before the number
const HANDLE_CHARS: usize = 22;

impl Market {
    /// The store with a number
    pub(super) fn store(&self, number: u64) -> Counter {
        let mut dice = Dice::of(self.seed, "store", number);
        let created_at = self.calendar.at(share(number, self.sizes.stores));
        let owner = self.person_id(self.owner_of(number));
        if number == 0 && !self.known.is_empty() {
            let Opened { written, store, stall } = first_store(owner, created_at, &mut dice);
            return Counter { store, stall, sells: written.sells };
        }
        let trade: &Trade = dice.weighted(TRADES, |trade| trade.weight);
        let name = dice.word(STORE_NAMES);
        let town = dice.weighted(TOWNS, |town| town.weight);
        let home = town.time_zone == TOWNS[0].time_zone;
        let currency = if home && dice.chance(19, 20) { "NIO" } else { "USD" };
        let place = Prose::of(&[dice.word(town.barrios), ", ", town.name]);
        let point = around(town, &mut dice);
        let id = calendar::id(created_at, &mut dice);
        let about =
            [trade.about, " ", dice.word(LANDMARKS), dice.word(BLOCKS), " ", town.name, "."];
        let mut handle = handle_of(&format!("{} {name}", trade.kind), '-');
        handle.truncate(HANDLE_CHARS);
        let store = Store {
            id,
            handle: format!("{}-{}", handle.trim_end_matches('-'), number + self.before.stores),
            name: Prose::of(&[trade.kind, " ", name]),
            description: Prose::of(&about),
            owner,
            currency,
            time_zone: town.time_zone,
            place: place.clone(),
            point,
            hours: trade.hours,
            created_at,
        };
        Counter {
            stall: Stall { store: id, publisher: owner, currency, town, place, point },
            store,
            sells: trade.sells,
        }
    }

    /// The owner's number: somebody who joined before the store opened
    pub(super) fn owner_of(&self, store: u64) -> u64 {
        if store == 0 && !self.known.is_empty() {
            // bruno
            return 1;
        }
        let owner =
            u128::from(store) * u128::from(self.sizes.users) / u128::from(self.sizes.stores.max(1));
        u64::try_from(owner).unwrap_or_default()
    }

    /// Whether a person is the owner of a store
    pub(super) fn owns_a_store(&self, person: u64) -> bool {
        let (stores, users) = (u128::from(self.sizes.stores), u128::from(self.sizes.users.max(1)));
        let first = (u128::from(person) * stores).div_ceil(users);
        first < stores && u64::try_from(first).is_ok_and(|first| self.owner_of(first) == person)
    }

    /// The people of a store: its owner, and up to three who had joined by then
    pub(super) fn member_rows(&self, number: u64) -> Vec<Row> {
        let Store { id, owner, created_at, .. } = self.store(number).store;
        let mut members = vec![member_row(id, owner, StoreRole::Owner, created_at)];
        for (person, role) in self.staff(number) {
            members.push(member_row(
                id,
                self.person_id(person),
                role,
                self.hired_at(number, created_at),
            ));
        }
        members
    }

    /// The numbers of a store's staff besides its owner
    fn staff(&self, store: u64) -> Vec<(u64, StoreRole)> {
        let mut dice = Dice::of(self.seed, "staff", store);
        let owner = self.owner_of(store);
        let mut staff: Vec<(u64, StoreRole)> = Vec::new();
        for role in [StoreRole::Manager, StoreRole::Clerk, StoreRole::Courier] {
            let person = dice.below(owner + 1);
            if dice.chance(1, 2)
                && person != owner
                && staff.iter().all(|(other, _)| *other != person)
            {
                staff.push((person, role));
            }
        }
        staff
    }

    /// The manager's number, where the store has one
    pub(super) fn manager_of(&self, store: u64) -> Option<u64> {
        self.staff(store)
            .into_iter()
            .find(|(_, role)| *role == StoreRole::Manager)
            .map(|(person, _)| person)
    }

    fn hired_at(&self, store: u64, opened_at: Timestamp) -> Timestamp {
        self.calendar.after(opened_at, &mut Dice::of(self.seed, "hired", store), 60)
    }
}
