//! Who is here: told to those who share a conversation, at every server, and gone by itself.

use super::{change, direct, group};
use crate::support::{Backend, Client, Process, Redis, Socket, TestApp, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const WATCH: &str = "subscription($ids: [ID!]!) { presenceUpdates(userIds: $ids) { user { handle } \
    presence { state lastSeenAt } } }";
/// What a home screen holds open
const INBOX: &str = "subscription { inboxUpdates { kind } }";

/// What one person sees of another, by a handle
async fn seen(client: &Client, handle: &str) -> Value {
    let query =
        "query($handle: String!) { user(handle: $handle) { presence { state lastSeenAt } } }";
    client.ask(query, json!({ "handle": handle })).await["user"]["presence"].clone()
}

async fn watch(client: &Client, ids: &[&String]) -> Socket {
    let mut socket = client.socket().await;
    socket.subscribe("1", WATCH, json!({ "ids": ids })).await;
    socket
}

/// The next update: who, and their state
async fn next(socket: &mut Socket) -> (String, String) {
    let update = socket.data("1").await["presenceUpdates"].clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&update["user"]["handle"]), text(&update["presence"]["state"]))
}

fn is(who: &str, state: &str) -> (String, String) {
    (who.to_owned(), state.to_owned())
}

on_both! {
    async fn people_who_share_a_conversation_see_each_other_come_and_go(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        direct(&ana, &bruno).await;
        let mut socket = watch(&ana, &[&bruno.id, &ana.id, &bruno.id]).await;
        let first = BTreeMap::from([next(&mut socket).await, next(&mut socket).await]);
        assert_eq!(first, BTreeMap::from([is("ana", "ONLINE"), is("bruno", "OFFLINE")]));
        assert_eq!(seen(&ana, "bruno").await, json!({ "state": "OFFLINE", "lastSeenAt": null }));
        let phone = bruno.socket().await;
        assert_eq!(next(&mut socket).await, is("bruno", "ONLINE"));
        assert_eq!(seen(&ana, "bruno").await, json!({ "state": "ONLINE", "lastSeenAt": null }));
        let laptop = bruno.socket().await;
        drop(phone);
        let left = Instant::now();
        drop(laptop);
        assert_eq!(next(&mut socket).await, is("bruno", "OFFLINE"));
        assert!(left.elapsed() >= Duration::from_secs(5), "perhaps only changing networks");
        // It is written down a moment later.
        while seen(&ana, "bruno").await["lastSeenAt"] == Value::Null {
            assert!(left.elapsed() < Duration::from_secs(30), "never seen");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(seen(&bruno, "ana").await["state"], "ONLINE");
    }
}

on_both! {
    async fn an_event_stream_is_being_here(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        direct(&ana, &bruno).await;
        let events = bruno.request(reqwest::Method::POST, "/graphql")
            .header("accept", "text/event-stream")
            .json(&json!({ "query": INBOX }))
            .send().await.expect("answers");
        let mut socket = watch(&ana, &[&bruno.id]).await;
        let mut state = next(&mut socket).await;
        if state.1 == "OFFLINE" {
            state = next(&mut socket).await;
        }
        assert_eq!(state, is("bruno", "ONLINE"));
        drop(events);
        assert_eq!(next(&mut socket).await, is("bruno", "OFFLINE"));
    }
}

on_both! {
    async fn strangers_and_guests_are_told_nothing(app: &TestApp) {
        let (ana, zoila) = (app.member("ana").await, app.member("zoila").await);
        let bruno = app.member("bruno").await;
        direct(&ana, &bruno).await;
        let _here = ana.socket().await;
        let nothing = json!({ "state": "OFFLINE", "lastSeenAt": null });
        for client in [&zoila, &app.guest()] {
            assert_eq!(seen(client, "ana").await, nothing);
        }
        for (ids, refused) in [
            (vec![&bruno.id, &ana.id], json!(["userIds", "0"])),
            (vec![], json!(["userIds"])),
            (vec![&ana.id; 201], json!(["userIds"])),
        ] {
            let mut socket = watch(&zoila, &ids).await;
            let error = socket.error("1").await;
            assert_eq!(error["extensions"]["field"], refused, "{error:#}");
        }
        let mut guest = app.guest().socket().await;
        guest.subscribe("1", WATCH, json!({ "ids": [ana.id] })).await;
        assert_eq!(guest.error("1").await["extensions"]["code"], "UNAUTHENTICATED");
    }
}

on_both! {
    async fn whoever_leaves_the_last_shared_conversation_is_told_of_no_more(app: &TestApp) {
        let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
        let carla = app.member("carla").await;
        let talk = group(&ana, &[&bruno, &carla]).await;
        let mut socket = watch(&ana, &[&bruno.id, &carla.id]).await;
        next(&mut socket).await;
        next(&mut socket).await;
        change(&bruno, "conversationLeave", &talk, "").await;
        let _bruno = bruno.socket().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let _carla = carla.socket().await;
        assert_eq!(next(&mut socket).await, is("carla", "ONLINE"));
        assert_eq!(seen(&ana, "bruno").await["state"], "OFFLINE");
    }
}

/// While Redis is away a server knows its own people alone; once it is back, all of them again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_came_while_redis_was_away_is_told_once_it_is_back() {
    let mut redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let one = Process::start(&app, &settings).await;
    let other = Process::start(&app, &settings).await;
    let (ana, bruno) = (app.member("ana").await, app.member("bruno").await);
    direct(&ana, &bruno).await;
    let mut socket = watch(&other.client(&ana), &[&bruno.id]).await;
    assert_eq!(next(&mut socket).await, is("bruno", "OFFLINE"));
    redis.kill();
    let _phone = one.client(&bruno).socket().await;
    assert_eq!(seen(&one.client(&ana), "bruno").await["state"], "ONLINE");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(seen(&other.client(&ana), "bruno").await["state"], "OFFLINE");
    redis.restart().await;
    assert_eq!(next(&mut socket).await, is("bruno", "ONLINE"));
    drop((one, other));
    app.finish().await;
}

/// A server with a thousand people on it dies; another server has ten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_a_server_that_died_are_gone_within_45_s_and_nobody_else() {
    const GROUPS: usize = 6;
    let redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str())];
    let mut dying = Process::start(&app, &settings).await;
    let living = Process::start(&app, &settings).await;
    let watcher = app.member("watcher").await;
    let mut sockets = Vec::new();
    let mut watching = living.client(&watcher).socket().await;
    for number in 0..GROUPS {
        let mut people = Vec::new();
        for person in 0..169 {
            let handle = format!("p{number}x{person}");
            let client = app.member(&handle).await;
            // The last two of each group are on the server that lives.
            let server = if person < 167 { &dying } else { &living };
            sockets.push(server.client(&client).socket().await);
            people.push(client);
        }
        group(&watcher, &Vec::from_iter(&people)).await;
        let ids: Vec<&String> = people.iter().map(|person| &person.id).collect();
        watching.subscribe(&number.to_string(), WATCH, json!({ "ids": ids })).await;
    }
    let mut states: BTreeMap<String, String> = BTreeMap::new();
    let all = GROUPS * 169;
    let online = |states: &BTreeMap<String, String>| {
        states.values().filter(|state| *state == "ONLINE").count()
    };
    while online(&states) < all {
        heard(&mut watching, &mut states).await;
    }
    dying.kill();
    let died = Instant::now();
    while online(&states) > GROUPS * 2 {
        heard(&mut watching, &mut states).await;
    }
    assert!(died.elapsed() < Duration::from_secs(45), "{:?}", died.elapsed());
    tokio::time::sleep(Duration::from_secs(3)).await;
    watching.is_silent().await;
    let here = states.iter().filter(|(_, state)| *state == "ONLINE");
    assert!(here.clone().all(|(who, _)| who.ends_with("x167") || who.ends_with("x168")));
    drop((sockets, dying, living));
    app.finish().await;
}

async fn heard(socket: &mut Socket, states: &mut BTreeMap<String, String>) {
    let message = socket.hear_within(Duration::from_secs(50)).await;
    let update = &message["payload"]["data"]["presenceUpdates"];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{message:#}")).to_owned();
    states.insert(text(&update["user"]["handle"]), text(&update["presence"]["state"]));
}
