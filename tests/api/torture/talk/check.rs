//! What must hold at the end.

use super::sender::Sent;
use super::stream::{INBOXES, Overheard, TALKS, Told};
use super::{Room, number, places};
use crate::support::{TestApp, id, row};
use plaza::db::Reads;
use sea_orm::TryGetable;
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

pub async fn all(app: &TestApp, room: &Room, sent: &[Sent], heard: &Overheard) {
    let last = i64::try_from(sent.len()).expect("few");
    let positions: Vec<i64> = (1..=last).collect();
    let mut acknowledged: Vec<(i64, Uuid, &str)> =
        sent.iter().map(|one| (one.position, one.id, one.body.as_str())).collect();
    acknowledged.sort_unstable();
    let stored = stored(app, room).await;
    let stored: Vec<_> = stored.iter().map(|(at, id, body)| (*at, *id, body.as_str())).collect();
    assert_eq!(stored, acknowledged, "what was acknowledged is there, and nothing else");
    let there: Vec<i64> = stored.iter().map(|(position, ..)| *position).collect();
    assert_eq!(there, positions, "no gap, and none twice");

    assert_eq!((heard.talks.len(), heard.inboxes.len()), (TALKS, INBOXES.len()));
    for stream in heard.talks.iter().chain(&heard.inboxes) {
        let told = stream.iter().filter_map(|told| match told {
            Told::Sent(position) => Some(*position),
            Told::Read(..) => None,
        });
        let told: Vec<i64> = told.collect();
        assert_eq!(told, positions, "each stream heard each message once, in order");
    }
    for stream in &heard.talks {
        nobody_goes_back(stream);
    }
    unread_is_what_is_past_the_place(room, last).await;
}

/// Position, id and body of all messages, by position
async fn stored(app: &TestApp, room: &Room) -> Vec<(i64, Uuid, String)> {
    let reader = app.app.db.reader();
    let mut sql = reader
        .sql("SELECT CAST(position AS bigint), id, body FROM message WHERE conversation_id = ");
    sql.bind(row(&room.talk)).push(" ORDER BY position");
    let rows = reader.all(sql).await.expect("reads");
    let read = |row| {
        (
            i64::try_get_by_index(row, 0).expect("a position"),
            Uuid::try_get_by_index(row, 1).expect("an id"),
            String::try_get_by_index(row, 2).expect("a body"),
        )
    };
    rows.iter().map(read).collect()
}

/// How far people have read and received only grows, as one stream tells it.
fn nobody_goes_back(stream: &[Told]) {
    let mut places: HashMap<&str, [i64; 2]> = HashMap::new();
    let mut moves = 0;
    for told in stream {
        let Told::Read(who, now) = told else { continue };
        let before = places.insert(who, *now).unwrap_or_default();
        assert!(now[0] >= before[0] && now[1] >= before[1], "{who}: {before:?}, then {now:?}");
        moves += 1;
    }
    assert!(moves > 10, "only {moves} read positions moved");
}

async fn unread_is_what_is_past_the_place(room: &Room, last: i64) {
    let query = "query($id: ID!) { viewer { unreadCount } node(id: $id) { ... on Conversation { unreadCount \
        lastMessage { position } participants { user { id } readUpTo deliveredUpTo } } } }";
    for person in &room.people {
        let data = person.ask(query, json!({ "id": room.talk })).await;
        let node = &data["node"];
        assert_eq!(number(&node["lastMessage"]["position"]), last);
        let participants = node["participants"].as_array().expect("people");
        let own = participants.iter().find(|one| id(&one["user"]) == person.id).expect("it is in");
        let unread = last - places(own)[0];
        assert_eq!(number(&node["unreadCount"]), unread);
        assert_eq!(number(&data["viewer"]["unreadCount"]), unread, "it has but one conversation");
    }
}
