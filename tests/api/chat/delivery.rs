//! How far messages have come to a device of each person: by streams, and never back.

use super::{change, direct, group, say};
use crate::support::{Client, Socket, on_both};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TALK: &str = "subscription($id: ID!) { conversationUpdates(id: $id) { kind change { __typename \
    ... on ReadMoved { user { handle } readUpTo deliveredUpTo } } } }";
const INBOX: &str = "subscription { inboxUpdates { kind } }";

/// What is told of one person next: handle, read, delivered
async fn moved(socket: &mut Socket) -> Value {
    loop {
        let change = socket.data("1").await["conversationUpdates"]["change"].clone();
        if change["__typename"] == "ReadMoved" {
            return json!([change["user"]["handle"], change["readUpTo"], change["deliveredUpTo"]]);
        }
    }
}

/// How far messages have come to a person, once it is so far
async fn delivered(client: &Client, talk: &str, handle: &str, position: i64) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Conversation { participants { \
        readUpTo deliveredUpTo user { handle } } } } }";
    let begun = Instant::now();
    loop {
        let answer = client.ask(query, json!({ "id": talk })).await["node"]["participants"].take();
        let people = answer.as_array().expect("people").iter();
        let person = people.clone().find(|person| person["user"]["handle"] == handle);
        let person = person.expect("they are in it").clone();
        if person["deliveredUpTo"].as_i64() >= Some(position) {
            return person;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "not delivered: {person:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

on_both! {
    async fn a_sender_hears_that_a_message_has_come_and_that_it_was_read(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        let mut open = ana.socket().await;
        open.subscribe("1", TALK, json!({ "id": talk })).await;
        assert_eq!(open.data("1").await["conversationUpdates"]["kind"], "SNAPSHOT");
        let mut phone = bruno.socket().await;
        phone.subscribe("1", INBOX, json!({})).await;
        assert_eq!(phone.data("1").await["inboxUpdates"]["kind"], "SNAPSHOT");
        say(&ana, &talk, "uno").await;
        say(&ana, &talk, "dos").await;
        phone.data("1").await;
        phone.data("1").await;
        let mut told = moved(&mut open).await;
        if told == json!(["bruno", 0, 1]) {
            told = moved(&mut open).await;
        }
        assert_eq!(told, json!(["bruno", 0, 2]), "it has come, and is not read");
        change(&bruno, "conversationMarkRead", &talk, ", position: 2").await;
        assert_eq!(moved(&mut open).await, json!(["bruno", 2, 2]));
        open.is_silent().await;
    }
}

on_both! {
    async fn whoever_is_not_there_has_received_nothing(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let talk = direct(&ana, &bruno).await;
        say(&ana, &talk, "uno").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let person = delivered(&ana, &talk, "bruno", 0).await;
        assert_eq!((&person["readUpTo"], &person["deliveredUpTo"]), (&json!(0), &json!(0)));
    }
}

on_both! {
    async fn in_a_large_group_it_is_known_and_not_told(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let others = join_all((0..20).map(|at| {
            let app = &app;
            async move { app.member(&format!("vecina-{at}")).await }
        }))
        .await;
        let people: Vec<&Client> = others.iter().chain([&bruno]).collect();
        let talk = group(&ana, &people).await;
        let mut open = ana.socket().await;
        open.subscribe("1", TALK, json!({ "id": talk })).await;
        open.data("1").await;
        let mut phone = bruno.socket().await;
        phone.subscribe("1", INBOX, json!({})).await;
        phone.data("1").await;
        say(&ana, &talk, "uno").await;
        phone.data("1").await;
        let person = delivered(&ana, &talk, "bruno", 1).await;
        assert_eq!((&person["readUpTo"], &person["deliveredUpTo"]), (&json!(0), &json!(1)));
        let change = open.data("1").await["conversationUpdates"]["change"].clone();
        assert_eq!(change["__typename"], "MessageSent");
        open.is_silent().await;
    }
}
