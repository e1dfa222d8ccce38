//! Conversations of a person, as lists: their places in them.

use super::list::{Listed, Query};
use crate::db::{Partition, Sql};
use crate::entities::{Participant, UserId, participant};
use uuid::Uuid;

/// A person's conversations as a noun of lists
#[derive(Debug)]
pub struct Conversations;

impl Listed for Conversations {
    type Scope = UserId;
    type Filter = ();
    type Row = Participant;
    const TABLE: &'static str = "participant";
    const CARD: &'static [&'static str] = participant::CARD;
    const WIDE: &'static str = "";

    fn column(_: &UserId) -> Option<&'static str> {
        Some("user_id")
    }

    fn partition(people: &[&UserId], _: &Query<Self>) -> Partition {
        let parents = people.iter().map(|person| vec![person.0]).collect();
        Partition { column: Some("user_id"), parents }
    }

    fn conditions(_: &mut Sql, _: &str, _: &[&UserId], _: &Query<Self>) {}

    fn id(row: &Participant) -> Uuid {
        row.id
    }
}
