//! Who is here, on this server and on the others: told over the bell, and stored nowhere.
//!
//! A person is here while a connection of theirs is open. Each server tells when somebody comes or
//! goes, and every ten seconds who is there; it is believed for thirty. So people of a server that
//! died are gone by themselves, a bell that was lost is made good by the next, and no server keeps
//! account of another. Whoever goes is believed to come back for a few seconds: phones change
//! networks, and servers are replaced.
//!
//! - `table`: who is where, and who wants to know of it

mod table;

use super::bell::Ring;
use crate::entities::UserId;
use parking_lot::Mutex;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use table::{Sign, Table};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

/// How often each server tells who is there
const ROLL: Duration = Duration::from_secs(10);
/// How long that is believed
const HOLDS: Duration = Duration::from_secs(30);
/// How long whoever goes is believed to come back
const GRACE: Duration = Duration::from_secs(5);
/// Whoever does nothing for so long is away
const IDLE: Duration = Duration::from_secs(5 * 60);
/// How often it is looked at who is gone or away
const LOOK: Duration = Duration::from_secs(1);
/// People told of in one line
const LINE: usize = 500;

/// Whether a person is here
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// No connection is open
    Offline,
    /// A connection is open, but nothing was done for 5 minutes
    Away,
    /// A connection is open
    Online,
}

/// Who is here
pub struct Presences {
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

struct Inner {
    /// This server's name among the others
    own: Uuid,
    table: Mutex<Table>,
    told: Mutex<Option<UnboundedSender<Ring>>>,
}

/// A connection of a person: they are here as long as it is held.
pub struct Here {
    inner: Arc<Inner>,
    person: UserId,
}

impl Here {
    /// They did something.
    pub fn act(&self) {
        self.inner.act(self.person);
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let last = self.inner.table.lock().leave(self.inner.own, self.person, Instant::now());
        if last {
            self.inner.tell(Sign::Leaving, &[self.person]);
        }
    }
}

impl Presences {
    /// Nobody is here yet. `own` is this server's name.
    pub(super) fn start(own: Uuid) -> Self {
        let inner = Arc::new(Inner { own, table: Mutex::default(), told: Mutex::default() });
        Self { task: tokio::spawn(look_for_ever(Arc::clone(&inner))), inner }
    }

    /// A connection of a person has opened.
    pub fn arrive(&self, person: UserId) -> Here {
        let first = self.inner.table.lock().arrive(self.inner.own, person, Instant::now());
        if first {
            self.inner.tell(Sign::Online, &[person]);
        }
        Here { inner: Arc::clone(&self.inner), person }
    }

    /// A person did something, on whichever connection.
    pub fn act(&self, person: UserId) {
        self.inner.act(person);
    }

    /// Whether a person is here
    pub fn of(&self, person: UserId) -> Presence {
        self.inner.table.lock().level(person)
    }

    /// Begins to listen to these people. Each is heard of at once, and then as they come and go.
    pub fn watch(&self, people: &[UserId]) -> Watch {
        let inbox = Arc::new(Inbox {
            changed: Mutex::new(people.iter().copied().collect()),
            ring: Notify::new(),
        });
        self.inner.table.lock().listen(&inbox, people);
        inbox.ring.notify_one();
        Watch { inner: Arc::clone(&self.inner), inbox, people: people.to_vec() }
    }

    /// People of this server, and of one that died, who have gone since this was last asked; and how
    /// long ago they were last here
    pub fn gone(&self) -> Vec<(UserId, Duration)> {
        self.inner.table.lock().gone(Instant::now())
    }

    /// People of this server who are here, or believed to come back to it
    pub fn here(&self) -> Vec<UserId> {
        self.inner.table.lock().people(self.inner.own)
    }

    /// Tells by this bell from now on.
    pub(super) fn told_by(&self, told: UnboundedSender<Ring>) {
        self.inner.told.lock().replace(told);
    }

    /// The bell works from now on: others are asked who is there, and told.
    pub(super) fn greet(&self) {
        self.inner.tell(Sign::Hello, &[]);
        self.inner.roll();
    }

    /// Hears a line of another server.
    pub(super) fn hear(&self, line: &str) {
        let mut words = line.split(' ');
        let server = words.next().and_then(|server| Uuid::try_parse(server).ok());
        let sign = words.next().and_then(Sign::read);
        let (Some(server), Some(sign)) = (server, sign) else { return };
        if server == self.inner.own {
            return;
        }
        if sign == Sign::Hello {
            return self.inner.roll();
        }
        let people = words.filter_map(|word| Uuid::try_parse(word).ok()).map(UserId);
        self.inner.table.lock().hear(server, sign, people, Instant::now());
    }
}

impl Drop for Presences {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Inner {
    fn act(&self, person: UserId) {
        let back = self.table.lock().act(self.own, person, Instant::now());
        if back {
            self.tell(Sign::Online, &[person]);
        }
    }

    fn tell(&self, sign: Sign, people: &[UserId]) {
        let told = self.told.lock();
        let Some(told) = told.as_ref() else { return };
        let people = people.iter().map(|person| format!(" {}", person.0.simple()));
        let line = format!("{} {}{}", self.own.simple(), sign.letter(), people.collect::<String>());
        // A bell that has ended is a server that ends.
        told.send(Ring::Presence(line)).ok();
    }

    /// Tells who is there.
    fn roll(&self) {
        if self.told.lock().is_none() {
            return;
        }
        let people = self.table.lock().roll(self.own);
        for sign in [Sign::Online, Sign::Away] {
            let those = people.iter().filter(|(_, level)| *level == sign.level());
            let those: Vec<UserId> = those.map(|(person, _)| *person).collect();
            those.chunks(LINE).for_each(|people| self.tell(sign, people));
        }
    }
}

async fn look_for_ever(inner: Arc<Inner>) {
    let mut rolled = Instant::now();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = Instant::now();
        let away = inner.table.lock().look(inner.own, now);
        away.chunks(LINE).for_each(|people| inner.tell(Sign::Away, people));
        if now - rolled >= ROLL {
            rolled = now;
            inner.roll();
        }
    }
}

/// Whose coming and going a stream was told of
struct Inbox {
    changed: Mutex<BTreeSet<UserId>>,
    ring: Notify,
}

impl Inbox {
    fn put(&self, person: UserId) {
        self.changed.lock().insert(person);
        self.ring.notify_one();
    }
}

/// Listens to people until it is dropped
pub struct Watch {
    inner: Arc<Inner>,
    inbox: Arc<Inbox>,
    people: Vec<UserId>,
}

impl Watch {
    /// Waits for somebody to come or go: who, and what they are by now. A slow listener hears of
    /// each person once, as they are.
    pub async fn next(&self) -> (UserId, Presence) {
        loop {
            let changed = self.inbox.changed.lock().pop_first();
            if let Some(person) = changed {
                return (person, self.inner.table.lock().level(person));
            }
            self.inbox.ring.notified().await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.inner.table.lock().forget(&self.inbox, &self.people);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
    use tokio::time::{advance, timeout};

    fn person(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    /// A server, and what it tells
    fn server(name: u128) -> (Presences, UnboundedReceiver<Ring>) {
        let (told, heard) = unbounded_channel();
        let presences = Presences::start(Uuid::from_u128(name));
        presences.told_by(told);
        (presences, heard)
    }

    fn carry(from: &mut UnboundedReceiver<Ring>, to: &Presences) {
        while let Ok(ring) = from.try_recv() {
            if let Ring::Presence(line) = ring {
                to.hear(&line);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_goes_is_gone_after_a_while_and_back_at_once() {
        let (here, _told) = server(1);
        let phone = here.arrive(person(1));
        let laptop = here.arrive(person(1));
        drop(phone);
        advance(GRACE * 2).await;
        assert_eq!(here.of(person(1)), Presence::Online, "the laptop is still there");
        drop(laptop);
        assert_eq!(here.of(person(1)), Presence::Online, "perhaps only changing networks");
        let back = here.arrive(person(1));
        tokio::time::sleep(GRACE * 2).await;
        assert_eq!(here.of(person(1)), Presence::Online);
        assert!(here.gone().is_empty());
        drop(back);
        tokio::time::sleep(GRACE * 2).await;
        assert_eq!(here.of(person(1)), Presence::Offline);
        let gone = here.gone();
        assert!(
            matches!(&gone[..], [(who, ago)] if *who == person(1) && *ago >= GRACE),
            "{gone:?}"
        );
        assert!(here.gone().is_empty(), "told once");
    }

    #[tokio::test(start_paused = true)]
    async fn people_of_a_server_that_died_are_gone_and_nobody_else() {
        let (dying, mut from_dying) = server(2);
        let (living, mut from_living) = server(3);
        let (watching, _told) = server(4);
        let _gone = dying.arrive(person(1));
        let _both = (dying.arrive(person(2)), living.arrive(person(2)));
        let _stays = living.arrive(person(3));
        for _ in 0..3 {
            carry(&mut from_dying, &watching);
            carry(&mut from_living, &watching);
            tokio::time::sleep(ROLL).await;
        }
        // From here on nothing of it comes through.
        let died = Instant::now();
        while watching.of(person(1)) == Presence::Online {
            carry(&mut from_living, &watching);
            tokio::time::sleep(LOOK).await;
        }
        assert!(died.elapsed() <= HOLDS + 2 * LOOK, "{:?}", died.elapsed());
        assert_eq!(watching.of(person(2)), Presence::Online);
        assert_eq!(watching.of(person(3)), Presence::Online);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_comes_late_asks_who_is_there() {
        let (early, mut from_early) = server(5);
        let _here = early.arrive(person(1));
        while from_early.try_recv().is_ok() {}
        let (late, mut from_late) = server(6);
        late.greet();
        carry(&mut from_late, &early);
        carry(&mut from_early, &late);
        assert_eq!(late.of(person(1)), Presence::Online);
        assert_eq!(late.of(person(2)), Presence::Offline);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_nothing_is_away_until_they_do() {
        let (here, mut told) = server(7);
        let (there, _) = server(8);
        let phone = here.arrive(person(1));
        let watch = there.watch(&[person(1)]);
        assert_eq!(watch.next().await, (person(1), Presence::Offline));
        carry(&mut told, &there);
        assert_eq!(watch.next().await, (person(1), Presence::Online));
        // Longer than a roll is believed: it is told again and again.
        for _ in 0..31 {
            tokio::time::sleep(ROLL).await;
            carry(&mut told, &there);
        }
        assert_eq!(watch.next().await, (person(1), Presence::Away));
        phone.act();
        carry(&mut told, &there);
        assert_eq!(watch.next().await, (person(1), Presence::Online));
        phone.act();
        carry(&mut told, &there);
        let more = timeout(LOOK, watch.next()).await;
        assert!(more.is_err(), "nothing new: {more:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn rubbish_on_the_bell_is_passed_over() {
        let (here, _told) = server(9);
        for line in ["", "x", "x + y", &format!("{} ! {}", Uuid::max(), Uuid::max())] {
            here.hear(line);
        }
        assert_eq!(here.of(UserId(Uuid::max())), Presence::Offline);
    }
}
