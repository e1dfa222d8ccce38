//! People, what they offer, and the one password that signs some of them in.

use super::super::calendar::{self, Calendar};
use super::super::dice::Dice;
use super::super::market::{BIOS, Calling, Town};
use super::super::prose::{Lexicon, Prose};
use super::super::row::{self, Cell, Row, Table, columns_with_place};
use super::{Tree, around};
use crate::entities::{ProfileKind, Timestamp, UserRole};
use crate::rules::distance::Point;
use crate::rules::search_text::sort_key;
use uuid::Uuid;

pub(in crate::cli::seed) const USER: Table = Table {
    name: "\"user\"",
    columns: &["id", "handle", "display_name", "email", "phone", "locale", "role", "joined_at"],
    searched: false,
};

pub(in crate::cli::seed) const CREDENTIAL: Table = Table {
    name: "credential",
    columns: &["user_id", "password_hash", "changed_at"],
    searched: false,
};

pub(in crate::cli::seed) const PROFILE: Table = Table {
    name: "profile",
    columns: columns_with_place!(
        ["id", "user_id", "kind", "headline", "bio", "category_id"],
        ["verified", "name_key", "shelf", "created_at"]
    ),
    searched: true,
};

/// A row of `user`
#[derive(Clone, Debug)]
pub(in crate::cli::seed) struct Person {
    pub(in crate::cli::seed) id: Uuid,
    pub(in crate::cli::seed) handle: String,
    pub(in crate::cli::seed) name: Prose,
    pub(in crate::cli::seed) email: Option<String>,
    pub(in crate::cli::seed) phone: Option<&'static str>,
    pub(in crate::cli::seed) role: UserRole,
    pub(in crate::cli::seed) joined_at: Timestamp,
}

impl Person {
    pub(in crate::cli::seed) fn row(&self) -> Row {
        Row::of(vec![
            self.id.into(),
            self.handle.clone().into(),
            (&self.name).into(),
            self.email.clone().into(),
            self.phone.into(),
            "es-NI".into(),
            Cell::Int(self.role as i64),
            self.joined_at.into(),
        ])
    }
}

/// A row of `credential`
pub(in crate::cli::seed) fn credential_row(user: Uuid, password_hash: &str, at: Timestamp) -> Row {
    Row::of(vec![user.into(), password_hash.to_owned().into(), at.into()])
}

/// A row of `profile`
#[derive(Clone, Debug)]
pub(in crate::cli::seed) struct Profile {
    pub(in crate::cli::seed) id: Uuid,
    pub(in crate::cli::seed) kind: ProfileKind,
    pub(in crate::cli::seed) headline: &'static str,
    pub(in crate::cli::seed) bio: Prose,
    pub(in crate::cli::seed) category: Option<Uuid>,
    pub(in crate::cli::seed) place: Prose,
    pub(in crate::cli::seed) point: Option<Point>,
    pub(in crate::cli::seed) verified: bool,
    pub(in crate::cli::seed) created_at: Timestamp,
}

impl Profile {
    /// The profile that somebody who joined at an instant made for themself soon after; without a
    /// calling, that of somebody who buys.
    pub(in crate::cli::seed) fn of(
        kind: ProfileKind,
        calling: Option<&Calling>,
        tree: &Tree,
        town: &'static Town,
        (calendar, joined_at): (&Calendar, Timestamp),
        dice: &mut Dice,
    ) -> Self {
        let created_at = calendar.after(joined_at, dice, 2);
        let mut bio = Prose::default();
        if let Some(calling) = calling {
            bio.add(calling.sentence).add(" ").add(dice.word(BIOS));
        }
        Self {
            id: calendar::id(created_at, dice),
            kind,
            headline: calling.map_or("", |calling| calling.headline),
            bio,
            category: calling.and_then(|calling| tree.find(calling.category)),
            place: Prose::of(&[dice.word(town.barrios), ", ", town.name]),
            point: around(town, dice),
            verified: calling.is_some() && dice.chance(1, 3),
            created_at,
        }
    }

    pub(in crate::cli::seed) fn row(&self, person: &Person, lexicon: &mut Lexicon) -> Row {
        let mut weighty = person.name.clone();
        weighty.add(" ").add(self.headline);
        let mut cells = vec![
            self.id.into(),
            person.id.into(),
            Cell::Int(self.kind as i64),
            self.headline.into(),
            (&self.bio).into(),
            self.category.into(),
        ];
        cells.extend(row::place(Some(&self.place), self.point));
        cells.extend([
            self.verified.into(),
            sort_key(&person.name.text()).into(),
            Cell::Int(1),
            self.created_at.into(),
        ]);
        Row { cells, words: Some(lexicon.words(&weighty, &self.bio)) }
    }
}
