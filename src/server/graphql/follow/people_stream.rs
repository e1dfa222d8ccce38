//! One stream of who is here: each person as they are, and then as they come and go. Nothing of it is
//! stored, so there is nothing to go on from: whoever comes back is told again of everybody.

use super::Payload;
use super::make::Maker;
use crate::entities::UserId;
use crate::error::{Error, Result};
use crate::events::{Presence, Topic, Watch};
use crate::schema::Turn;
use std::collections::BTreeMap;

/// One stream of who is here
pub struct PeopleStream {
    maker: Maker,
    watch: Watch,
    /// What was told of each person last. Who is not in it is not told of.
    told: BTreeMap<UserId, Option<Presence>>,
}

impl PeopleStream {
    pub fn new(maker: Maker, people: Vec<UserId>) -> Self {
        let watch = maker.gate.app.log.hub().presence().watch(&people);
        Self { maker, watch, told: people.into_iter().map(|person| (person, None)).collect() }
    }

    pub async fn next(&mut self) -> Result<Payload> {
        loop {
            let (person, presence) = self.watch.next().await;
            let Some(told) = self.told.get(&person) else { continue };
            if *told == Some(presence) {
                continue;
            }
            let (app, viewer) = (&self.maker.gate.app, &self.maker.viewer);
            match app.rights.check(viewer, Topic::Presence(person)).await {
                Ok(()) => {}
                // They share no conversation any more: the others are still told of.
                Err(Error::Refused(_)) => {
                    self.told.remove(&person);
                    continue;
                }
                Err(err) => return Err(err),
            }
            self.told.insert(person, Some(presence));
            let reader = app.db.reader().clone();
            let (body, _) = self.maker.make(Turn::Tell(person, presence), reader).await;
            return Ok(Payload::Next { body, cursor: None });
        }
    }
}
