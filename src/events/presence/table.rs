//! Who is where, and who wants to know of it.

use super::{GRACE, HOLDS, IDLE, Inbox, Presence};
use crate::entities::UserId;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// What a server tells of people
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Online,
    Away,
    Leaving,
    /// Asks who is there
    Hello,
}

impl Sign {
    pub(super) fn letter(self) -> char {
        match self {
            Self::Online => '+',
            Self::Away => '~',
            Self::Leaving => '-',
            Self::Hello => '?',
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        let signs = [Self::Online, Self::Away, Self::Leaving, Self::Hello];
        signs.into_iter().find(|sign| word.chars().eq([sign.letter()]))
    }

    pub(super) fn level(self) -> Presence {
        match self {
            Self::Online => Presence::Online,
            Self::Away => Presence::Away,
            Self::Leaving | Self::Hello => Presence::Offline,
        }
    }
}

/// A person on a server
struct Entry {
    server: Uuid,
    level: Presence,
    /// Until when this is believed; None: as long as a connection here is open
    until: Option<Instant>,
    /// Their last connection to that server has closed, then
    left: Option<Instant>,
}

impl Entry {
    fn new(server: Uuid, level: Presence, until: Option<Instant>) -> Self {
        Self { server, level, until, left: None }
    }
}

type Entries = SmallVec<[Entry; 1]>;

/// A person's connections to this server
struct Open {
    connections: usize,
    acted: Instant,
}

/// Who is where
#[derive(Default)]
pub(super) struct Table {
    people: HashMap<UserId, Entries>,
    here: HashMap<UserId, Open>,
    /// People who are gone, of this server or of one that died, and when they were last here
    gone: Vec<(UserId, Instant)>,
    inboxes: HashMap<UserId, Vec<Arc<Inbox>>>,
}

fn level(entries: Option<&Entries>) -> Presence {
    let levels = entries.into_iter().flatten().map(|entry| entry.level);
    levels.max().unwrap_or(Presence::Offline)
}

impl Table {
    pub(super) fn level(&self, person: UserId) -> Presence {
        level(self.people.get(&person))
    }

    /// A connection here has opened. True: others don't know yet that the person is here.
    pub(super) fn arrive(&mut self, own: Uuid, person: UserId, now: Instant) -> bool {
        let open = self.here.entry(person).or_insert(Open { connections: 0, acted: now });
        open.connections += 1;
        open.acted = now;
        if open.connections > 1 && self.level(person) == Presence::Online {
            return false;
        }
        self.put(person, Entry::new(own, Presence::Online, None));
        true
    }

    /// A connection here has closed. True: it was the person's last.
    pub(super) fn leave(&mut self, own: Uuid, person: UserId, now: Instant) -> bool {
        let Some(open) = self.here.get_mut(&person) else { return false };
        open.connections -= 1;
        if open.connections > 0 {
            return false;
        }
        self.here.remove(&person);
        self.soon_gone(own, person, now);
        true
    }

    /// A person did something. True: others took them for away.
    pub(super) fn act(&mut self, own: Uuid, person: UserId, now: Instant) -> bool {
        let Some(open) = self.here.get_mut(&person) else { return false };
        open.acted = now;
        let mut entries = self.people.get(&person).into_iter().flatten();
        let away = entries.any(|entry| entry.server == own && entry.level == Presence::Away);
        if away {
            self.put(person, Entry::new(own, Presence::Online, None));
        }
        away
    }

    /// Hears of people of another server.
    pub(super) fn hear(
        &mut self,
        server: Uuid,
        sign: Sign,
        people: impl Iterator<Item = UserId>,
        now: Instant,
    ) {
        for person in people {
            if sign == Sign::Leaving {
                self.soon_gone(server, person, now);
            } else {
                self.put(person, Entry::new(server, sign.level(), Some(now + HOLDS)));
            }
        }
    }

    /// Notices who is gone, and who does nothing: the latter are answered.
    pub(super) fn look(&mut self, own: Uuid, now: Instant) -> Vec<UserId> {
        let idle = self.here.iter().filter(|(_, open)| now - open.acted >= IDLE);
        let idle: Vec<UserId> = idle.map(|(person, _)| *person).collect();
        let mut away = Vec::new();
        for person in idle {
            let mut entries = self.people.get(&person).into_iter().flatten();
            if entries.any(|entry| entry.server == own && entry.level == Presence::Online) {
                self.put(person, Entry::new(own, Presence::Away, None));
                away.push(person);
            }
        }
        self.end(own, now);
        away
    }

    /// Ends what is no longer believed.
    fn end(&mut self, own: Uuid, now: Instant) {
        let over = |entry: &Entry| entry.until.is_some_and(|until| until <= now);
        let ended = self.people.iter().filter(|(_, entries)| entries.iter().any(over));
        let ended: Vec<UserId> = ended.map(|(person, _)| *person).collect();
        for person in ended {
            let entries = self.people.get(&person).into_iter().flatten();
            for entry in entries.filter(|entry| over(entry)) {
                // The server that they left keeps it in mind; one that died can't.
                let left = match entry.left {
                    Some(left) if entry.server == own => Some(left),
                    Some(_) => None,
                    None => entry.until.map(|until| until - HOLDS),
                };
                self.gone.extend(left.map(|left| (person, left)));
            }
            self.change(person, |entries| entries.retain(|entry| !over(entry)));
            if self.level(person) == Presence::Offline {
                self.people.remove(&person);
            }
        }
    }

    /// People with a connection to this server, and whether they do something
    pub(super) fn roll(&self, own: Uuid) -> Vec<(UserId, Presence)> {
        let of = |(person, entries): (&UserId, &Entries)| {
            let mut entries = entries.iter();
            let entry = entries.find(|entry| entry.server == own && entry.until.is_none())?;
            Some((*person, entry.level))
        };
        self.people.iter().filter_map(of).collect()
    }

    /// People of this server, also those who are believed to come back
    pub(super) fn people(&self, own: Uuid) -> Vec<UserId> {
        let of = |entries: &Entries| entries.iter().any(|entry| entry.server == own);
        let people = self.people.iter().filter(|(_, entries)| of(entries));
        people.map(|(person, _)| *person).collect()
    }

    /// Who has gone since this was last asked, and how long ago they were last here
    pub(super) fn gone(&mut self, now: Instant) -> Vec<(UserId, Duration)> {
        std::mem::take(&mut self.gone)
            .into_iter()
            .map(|(person, left)| (person, now - left))
            .collect()
    }

    pub(super) fn listen(&mut self, inbox: &Arc<Inbox>, people: &[UserId]) {
        for person in people {
            self.inboxes.entry(*person).or_default().push(Arc::clone(inbox));
        }
    }

    pub(super) fn forget(&mut self, inbox: &Arc<Inbox>, people: &[UserId]) {
        for person in people {
            let Some(inboxes) = self.inboxes.get_mut(person) else { continue };
            inboxes.retain(|other| !Arc::ptr_eq(other, inbox));
            if inboxes.is_empty() {
                self.inboxes.remove(person);
            }
        }
    }

    fn soon_gone(&mut self, server: Uuid, person: UserId, now: Instant) {
        let Some(entries) = self.people.get_mut(&person) else { return };
        let until = now + GRACE;
        for entry in entries.iter_mut().filter(|entry| entry.server == server) {
            entry.until = Some(entry.until.map_or(until, |earlier| earlier.min(until)));
            entry.left = Some(now);
        }
    }

    fn put(&mut self, person: UserId, entry: Entry) {
        self.change(person, |entries| {
            entries.retain(|other| other.server != entry.server);
            entries.push(entry);
        });
    }

    fn change(&mut self, person: UserId, change: impl FnOnce(&mut Entries)) {
        let entries = self.people.entry(person).or_default();
        let before = level(Some(&*entries));
        change(entries);
        if level(Some(&*entries)) != before {
            self.inboxes.get(&person).into_iter().flatten().for_each(|inbox| inbox.put(person));
        }
    }
}
