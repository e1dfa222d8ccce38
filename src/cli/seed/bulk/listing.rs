//! Listings in numbers: older stores have more of them, and some times and many prices are equal.

use super::Market;
use crate::cli::seed::compose::{Stall, offer};
use crate::cli::seed::dice::{Dice, share};
use crate::cli::seed::prose::Lexicon;
use crate::cli::seed::row::Row;
use crate::entities::Timestamp;

/// Listings that may have come in one go
const BATCH: u64 = 16;
/// One in so many batches did
const BATCHES: u64 = 40;

impl Market {
    /// The row of the listing with a number
    pub(super) fn listing_row(&self, number: u64, lexicon: &mut Lexicon) -> Row {
        let mut dice = Dice::of(self.seed, "listing", number);
        let store = self.store_of(number, &mut dice);
        let counter = self.store(store);
        let category = dice.pick(counter.sells);
        let shelf = self.shelves.get(category).cloned().unwrap_or(0..self.goods.len());
        let good = dice.pick(&self.goods[shelf]);
        let manager = self.manager_of(store).filter(|_| dice.chance(1, 3));
        let publisher = manager.map_or(counter.stall.publisher, |manager| self.person_id(manager));
        let stall = Stall { publisher, ..counter.stall };
        let when = (&self.calendar, self.listed_at(number));
        offer(&stall, good, &self.tree, when, &mut dice, lexicon).2
    }

    /// A store that was open by then, the older the likelier
    fn store_of(&self, number: u64, dice: &mut Dice) -> u64 {
        let by_then = number - number % BATCH;
        let open = u128::from(self.sizes.stores) * u128::from(by_then)
            / u128::from(self.sizes.listings.max(1));
        let open = u64::try_from(open).unwrap_or_default().max(1);
        // The square of a share is most often small.
        let place = u128::from(dice.below(open));
        u64::try_from(place * place / u128::from(open)).unwrap_or_default()
    }

    /// When the listing was made: at an instant of its own, or together with its batch, to the
    /// microsecond, as an import does it
    fn listed_at(&self, number: u64) -> Timestamp {
        let batch = number / BATCH;
        let together = Dice::of(self.seed, "batch", batch).chance(1, BATCHES);
        let place = if together { batch * BATCH } else { number };
        let all = self.sizes.listings + 1;
        let within = Dice::of(self.seed, "time", place).unit();
        self.calendar.at(share(place, all) + within * share(1, all))
    }
}
