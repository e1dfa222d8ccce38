//! People in numbers: every second one with a profile, those with a store as sellers.

use super::Market;
use crate::cli::seed::calendar;
use crate::cli::seed::compose::{Person, Profile, handle_of};
use crate::cli::seed::dice::{Dice, share};
use crate::cli::seed::market::{Calling, MEN, SELLERS, SKILLS, SURNAMES, TOWNS, WOMEN};
use crate::cli::seed::prose::{Lexicon, Prose};
use crate::cli::seed::row::Row;
use crate::entities::{ProfileKind, Timestamp, UserRole};
use uuid::Uuid;

impl Market {
    /// The person with a number
    pub(super) fn person(&self, number: u64) -> Person {
        if let Some((person, _)) = self.known_at(number) {
            return person.clone();
        }
        let mut dice = self.person_dice(number);
        let joined_at = self.joined_at(number);
        let id = calendar::id(joined_at, &mut dice);
        let first = dice.word(if is_woman(number) { WOMEN } else { MEN });
        let (surname, second) = (dice.word(SURNAMES), dice.word(SURNAMES));
        let handle = format!(
            "{}.{}{}",
            handle_of(first, '.'),
            handle_of(surname, '.'),
            number + self.before.users
        );
        Person {
            id,
            // Nobody's mailbox (RFC 2606), and no phone: made-up numbers ring at somebody's.
            email: Some(format!("{handle}@example.com")),
            handle,
            name: Prose::of(&[first, " ", surname, " ", second]),
            phone: None,
            role: UserRole::Member,
            joined_at,
        }
    }

    /// The id of the person with a number
    pub(super) fn person_id(&self, number: u64) -> Uuid {
        match self.known_at(number) {
            Some((person, _)) => person.id,
            None => calendar::id(self.joined_at(number), &mut self.person_dice(number)),
        }
    }

    /// The profile of the person with a number, where they have one
    pub(super) fn profile_row(&self, number: u64, lexicon: &mut Lexicon) -> Option<Row> {
        if let Some((person, profile)) = self.known_at(number) {
            return Some(profile.as_ref()?.row(person, lexicon));
        }
        let mut dice = Dice::of(self.seed, "profile", number);
        let (kind, calling) = match dice.below(100) {
            _ if self.owns_a_store(number) => {
                (ProfileKind::Business, Some(calling(SELLERS, number, &mut dice)))
            }
            0..22 => (ProfileKind::Specialist, Some(calling(SKILLS, number, &mut dice))),
            22..50 => (ProfileKind::Consumer, None),
            _ => return None,
        };
        let town = dice.weighted(TOWNS, |town| town.weight);
        let when = (&self.calendar, self.joined_at(number));
        let profile = Profile::of(kind, calling, &self.tree, town, when, &mut dice);
        Some(profile.row(&self.person(number), lexicon))
    }

    fn known_at(&self, number: u64) -> Option<&crate::cli::seed::demo::WithProfile> {
        self.known.get(usize::try_from(number).ok()?)
    }

    fn joined_at(&self, number: u64) -> Timestamp {
        self.calendar.at(share(number, self.sizes.users))
    }

    fn person_dice(&self, number: u64) -> Dice {
        Dice::of(self.seed, "user", number)
    }
}

fn is_woman(number: u64) -> bool {
    number.is_multiple_of(2)
}

/// A calling whose word fits the person
fn calling(callings: &'static [Calling], number: u64, dice: &mut Dice) -> &'static Calling {
    let start = dice.place(callings.len());
    let fits = |calling: &&Calling| calling.woman.is_none_or(|woman| woman == is_woman(number));
    callings.iter().cycle().skip(start).take(callings.len()).find(fits).unwrap_or(&callings[0])
}
