//! A database of conversations, the same each time: one very long, a hundred of somebody who searches,
//! as many words of others', and a group in which nothing was written yet.

use crate::command;
use crate::engine::Place;
use crate::fill::{Cell, Fill};
use crate::options::Options;
use crate::people::{sign_in, told};
use crate::tell;
use crate::words::{Dice, Vocabulary};
use anyhow::{Context, Result};
use plaza::entities::{ConversationKind, MessageAuthor, MessageStatus};
use serde::Serialize;
use std::time::Instant;
use uuid::Uuid;

/// Conversations of the one who searches, and people of each
pub const MINE: u32 = 100;
const AROUND: u32 = 5;
/// People who all write into one conversation
pub const CROWD: u32 = 50;
/// Everybody; the first one searches, the next two have the long conversation
const PEOPLE: u32 = 1_000;
/// Of a hundred messages: in the long conversation, and in the hundred of the one who searches
const DEEP: u32 = 43;
const SEARCHED: u32 = 20;

/// Conversations whose messages are made and written at once
const AT_ONCE: usize = 100;

/// First and last millisecond of what was written: two years
const FROM: u64 = 1_730_000_000_000;
const SPAN: u64 = 63_000_000_000;
/// When everybody came, in microseconds
const BEFORE: i64 = 1_720_000_000_000_000;

/// What there is, and who may ask for it
pub struct Talks {
    pub loaded: Loaded,
    /// Conversation with the most messages, and an access token of somebody who is in it
    pub deep: (Uuid, String),
    pub deep_messages: u32,
    /// Access token of who is in a hundred conversations
    pub searcher: String,
    /// The group, and an access token of each who is in it
    pub crowd: (Uuid, Vec<String>),
    pub vocabulary: Vocabulary,
}

/// What loading took
#[derive(Clone, Debug, Serialize)]
pub struct Loaded {
    pub messages: u32,
    pub conversations: usize,
    /// Messages of the long conversation, and of the hundred of who searches
    pub deep: u32,
    pub searched: u32,
    /// Rows of words
    pub words: u32,
    pub seconds: f64,
    /// Of the database when it was full
    pub bytes: u64,
}

/// A conversation to be
struct Talk {
    number: u32,
    people: Vec<u32>,
    messages: u32,
}

/// Makes the database anew, with so many messages.
///
/// # Errors
/// It can't be made.
pub async fn make(options: &Options, place: &Place) -> Result<Talks> {
    tell(&format!("{}: writing {} messages", place.engine.name(), options.messages));
    place.make().await?;
    command::must(place.plaza(&options.plaza).args(["migrate", "up"])).await?;
    let (vocabulary, talks) = (Vocabulary::new(), plan(options.messages));
    let started = Instant::now();
    let words = fill(place, &vocabulary, &talks).await?;
    let loaded = Loaded {
        messages: talks.iter().map(|talk| talk.messages).sum(),
        conversations: talks.len(),
        deep: share(options.messages, DEEP),
        searched: MINE * own(options.messages),
        words,
        seconds: started.elapsed().as_secs_f64(),
        bytes: place.bytes().await?,
    };
    tell(&format!("  {words} rows of words, all in {:.0} s", loaded.seconds));
    let [deep, crowd] = [talks.first(), talks.last()].map(|talk| talk.context("no conversation"));
    let (deep, crowd) = (deep?, crowd?);
    let (reader, searcher, crowd_tokens) = signed_in(place, crowd).await?;
    Ok(Talks {
        deep: (talk_id(deep.number), reader),
        deep_messages: deep.messages,
        searcher,
        crowd: (talk_id(crowd.number), crowd_tokens),
        vocabulary,
        loaded,
    })
}

/// Messages in each of the conversations of the one who searches
fn own(messages: u32) -> u32 {
    share(messages, SEARCHED) / MINE
}

fn share(messages: u32, percent: u32) -> u32 {
    messages / 100 * percent
}

/// The long one first, the crowd last
fn plan(messages: u32) -> Vec<Talk> {
    let deep = share(messages, DEEP);
    let mut talks = vec![Talk { number: 0, people: vec![1, 2], messages: deep }];
    let (own, mut left) = (own(messages), messages - deep);
    for number in 1.. {
        let size = own.min(left);
        if size == 0 {
            break;
        }
        left -= size;
        let first = if number <= MINE { 0 } else { 3 };
        // Four others, each conversation its own
        let others = (1..AROUND).map(|at| 4 + (number * AROUND + at) % (PEOPLE - 4));
        let people = std::iter::once(first).chain(others).collect();
        talks.push(Talk { number, people, messages: size });
    }
    let number = u32::try_from(talks.len()).unwrap_or(u32::MAX);
    talks.push(Talk { number, people: (10..10 + CROWD).collect(), messages: 0 });
    talks
}

fn user_id(person: u32) -> Uuid {
    made_id(FROM - SPAN, 1, u64::from(person))
}

fn talk_id(number: u32) -> Uuid {
    made_id(FROM - SPAN, 2, u64::from(number))
}

/// An id of version 7
pub fn made_id(millis: u64, kind: u64, number: u64) -> Uuid {
    let mut rest = [0; 10];
    let mut dice = Dice::of(kind, number);
    let [low, high] = [dice.next().to_be_bytes(), number.to_be_bytes()];
    // What is made in the same millisecond is in the order of its numbers.
    rest.iter_mut().zip(high.into_iter().skip(3).chain(low)).for_each(|(to, from)| *to = from);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

/// Fills all tables: how many rows of words there are.
async fn fill(place: &Place, vocabulary: &Vocabulary, talks: &[Talk]) -> Result<u32> {
    let mut fill = Fill::begin(place).await?;
    people(&mut fill).await?;
    conversations(&mut fill, talks).await?;
    let mut words = 0;
    // The long one is the first.
    for some in talks.chunks(AT_ONCE) {
        words += messages(&mut fill, vocabulary, some).await?;
    }
    fill.finish().await?;
    Ok(words)
}

async fn people(fill: &mut Fill) -> Result<()> {
    let names: Vec<[String; 3]> = (0..PEOPLE)
        .map(|at| [format!("vecino-{at}"), format!("Vecina {at}"), format!("v{at}@example.com")])
        .collect();
    let rows = (0..).zip(&names).map(|(at, [handle, name, email])| {
        let texts = [handle, name, email].map(|text| Cell::Text(text.as_str()));
        let [handle, name, email] = texts;
        [
            Cell::Id(user_id(at)),
            handle,
            name,
            email,
            Cell::Text("es-NI"),
            Cell::Int(0),
            Cell::Int(BEFORE),
        ]
    });
    let columns = ["id", "handle", "display_name", "email", "locale", "role", "joined_at"];
    fill.rows("\"user\"", columns, rows).await
}

async fn conversations(fill: &mut Fill, talks: &[Talk]) -> Result<()> {
    let kind = Cell::Int(ConversationKind::Group as i64);
    let rows = talks.iter().map(|talk| {
        let (last, at) = (Cell::Int(talk.messages.into()), Cell::Int(ended(talk)));
        [Cell::Id(talk_id(talk.number)), kind, Cell::Text("Barrio"), last, Cell::Int(BEFORE), at]
    });
    let columns = ["id", "kind", "title", "last_position", "created_at", "updated_at"];
    fill.rows("conversation", columns, rows).await?;
    let places =
        talks.iter().flat_map(|talk| talk.people.iter().map(move |person| (talk, *person)));
    let rows = (0..).zip(places).map(|(at, (talk, person))| {
        // Most have read all; whoever has not is some messages behind.
        let behind = (talk.number + person) % 4 * 3;
        let read = Cell::Int(talk.messages.saturating_sub(behind).into());
        [
            Cell::Id(made_id(FROM - SPAN, 3, at)),
            Cell::Id(talk_id(talk.number)),
            Cell::Id(user_id(person)),
            Cell::Int(BEFORE),
            read,
            read,
            Cell::Int(talk.messages.into()),
            Cell::Bool(false),
            Cell::Int(ended(talk)),
        ]
    });
    let columns = [
        "id",
        "conversation_id",
        "user_id",
        "joined_at",
        "read_up_to",
        "delivered_up_to",
        "last_position",
        "muted",
        "active_at",
    ];
    fill.rows("participant", columns, rows).await
}

/// A message to be
struct Written<'a> {
    talk: &'a Talk,
    position: u32,
    id: Uuid,
    words: Vec<usize>,
    body: String,
}

impl<'a> Written<'a> {
    fn new(vocabulary: &Vocabulary, talk: &'a Talk, position: u32) -> Self {
        let words = vocabulary.sentence(&mut Dice::of(talk.number.into(), position.into()));
        let number = (u64::from(talk.number) << 32) | u64::from(position);
        let id = made_id(millis(talk, position), 4, number);
        Self { talk, position, id, body: vocabulary.text(&words), words }
    }
}

/// The messages of some conversations, and their words: how many rows of words.
async fn messages(fill: &mut Fill, vocabulary: &Vocabulary, talks: &[Talk]) -> Result<u32> {
    let written: Vec<Written<'_>> = talks
        .iter()
        .flat_map(|talk| (1..=talk.messages).map(move |at| Written::new(vocabulary, talk, at)))
        .collect();
    let author = Cell::Int(MessageAuthor::Person as i64);
    let status = Cell::Int(MessageStatus::Sent as i64);
    let rows = written.iter().map(|one| {
        let sender = one.talk.people[one.position as usize % one.talk.people.len()];
        [
            Cell::Id(one.id),
            Cell::Id(talk_id(one.talk.number)),
            Cell::Int(one.position.into()),
            author,
            Cell::Id(user_id(sender)),
            Cell::Text(&one.body),
            status,
            Cell::Int(1),
            Cell::Int(micros(millis(one.talk, one.position))),
        ]
    });
    let columns = [
        "id",
        "conversation_id",
        "position",
        "author",
        "sender_id",
        "body",
        "status",
        "version",
        "sent_at",
    ];
    fill.rows("message", columns, rows).await?;
    // In the order of the key, which is filled from the front to the end: conversation, term, message.
    let mut terms: Vec<(u32, u32, u32)> = Vec::with_capacity(written.len() * 17);
    for (at, one) in (0..).zip(&written) {
        let found = vocabulary.terms_of(&one.words);
        terms.extend(found.into_iter().map(|term| (one.talk.number, term, at)));
    }
    terms.sort_unstable();
    let rows = terms.iter().map(|(talk, term, at)| {
        let id = written[*at as usize].id;
        [Cell::Id(talk_id(*talk)), Cell::Text(vocabulary.term(*term)), Cell::Id(id)]
    });
    fill.rows("message_term", ["conversation_id", "term", "message_id"], rows).await?;
    Ok(u32::try_from(terms.len())?)
}

/// Conversations go on at the same time: the newest messages are of all of them.
fn millis(talk: &Talk, position: u32) -> u64 {
    let step = SPAN / u64::from(talk.messages.max(1));
    FROM + step * u64::from(position) + Dice::of(5, talk.number.into()).below(step)
}

fn micros(millis: u64) -> i64 {
    i64::try_from(millis * 1_000).unwrap_or(i64::MAX)
}

fn ended(talk: &Talk) -> i64 {
    if talk.messages == 0 { BEFORE } else { micros(millis(talk, talk.messages)) }
}

/// Access tokens: of one in the long conversation, of who searches, and of the crowd
async fn signed_in(place: &Place, crowd: &Talk) -> Result<(String, String, Vec<String>)> {
    let db = place.connect().await?;
    let tx = db.write().await.map_err(told)?;
    let two = sign_in(&tx, [1, 0].into_iter().map(user_id)).await?;
    let crowd = sign_in(&tx, crowd.people.iter().map(|person| user_id(*person))).await?;
    tx.commit().await.map_err(told)?;
    db.close().await;
    let [reader, searcher] = <[String; 2]>::try_from(two).ok().context("two are signed in")?;
    Ok((reader, searcher, crowd))
}
