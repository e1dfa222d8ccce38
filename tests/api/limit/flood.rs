//! Ten thousand tries of passwords from one address, in every packing there is: five get to the check.

use super::post;
use crate::account::{PASSWORD, newcomer, try_sign_up};
use crate::support::{Backend, Client, Process, Redis, TestApp};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Tries in a document: as many as it has root fields
const PACKED: usize = 10;
/// Documents by HTTP, as event streams, and by sockets
const POSTED: usize = 600;
const STREAMED: usize = 100;
const SAID: usize = 300;
const SOCKETS: usize = 6;
/// Nobody is turned away for want of room, however few cores there are
const ROOM: (&str, &str) = ("PLAZA_OPERATIONS", "1000");
/// Requests at once
const AT_ONCE: usize = 40;

fn document() -> String {
    let variables: String = (0..PACKED).map(|at| format!("$i{at}: SignInInput! ")).collect();
    let fields: String = (0..PACKED)
        .map(|at| {
            format!(
                "a{at}: signIn(input: $i{at}) {{ tokens {{ accessToken }} userErrors {{ code }} }} "
            )
        })
        .collect();
    format!("mutation({variables}) {{ {fields} }}")
}

/// Guesses at one account in every other document, and at as many accounts as there are tries
fn guesses(number: usize) -> Value {
    let guess = |at: usize| {
        let login = match number % 2 {
            0 => "rosa@correo.ni".to_owned(),
            _ => format!("nobody{number}x{at}@correo.ni"),
        };
        (
            format!("i{at}"),
            json!({ "login": login, "password": format!("clave larga {number} {at}") }),
        )
    };
    Value::Object((0..PACKED).map(guess).collect::<Map<_, _>>())
}

/// Tries that were answered, and those that were said to be wrong, and not to be too many
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    answered: usize,
    wrong: usize,
}

impl std::ops::Add for Found {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { answered: self.answered + other.answered, wrong: self.wrong + other.wrong }
    }
}

/// What came of a document; nothing where the server had too much to do for it
fn found(answer: &Value) -> Found {
    if answer["errors"][0]["extensions"]["code"] == "OVERLOADED" {
        return Found::default();
    }
    let data = &answer["data"];
    let fields = data.as_object().unwrap_or_else(|| panic!("data was expected: {answer:#}"));
    assert_eq!(fields.len(), PACKED);
    let wrong = fields.values().map(|field| match field["userErrors"][0]["code"].as_str() {
        Some("BAD_CREDENTIALS") => 1,
        Some("TOO_MANY_ATTEMPTS") => 0,
        _ => panic!("neither wrong nor too many: {field:#}"),
    });
    Found { answered: PACKED, wrong: wrong.sum() }
}

async fn posted(guest: &Client, number: usize) -> Found {
    found(&guest.send(&document(), guesses(number)).await.body)
}

async fn streamed(guest: &Client, number: usize) -> Found {
    let body = json!({ "query": document(), "variables": guesses(number) });
    let request = guest.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let answer = request.json(&body).send().await.expect("answers").text().await.expect("whole");
    let result = answer.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&answer);
    found(&serde_json::from_str(result).expect("JSON"))
}

async fn said(guest: &Client, numbers: std::ops::Range<usize>) -> Found {
    let mut socket = guest.socket().await;
    for number in numbers.clone() {
        socket.subscribe(&number.to_string(), &document(), guesses(number)).await;
    }
    let (mut heard, mut all) = (0, Found::default());
    while heard < numbers.len() {
        let message = socket.hear().await;
        let answer = match message["type"].as_str() {
            Some("next") => message["payload"].clone(),
            Some("error") => json!({ "errors": message["payload"] }),
            _ => continue,
        };
        (heard, all) = (heard + 1, all + found(&answer));
    }
    all
}

/// Everything at once, over these servers in turns. How many were said to be wrong
async fn flood(guests: &[Client]) -> usize {
    let guest = |number: usize| &guests[number % guests.len()];
    let by_post = stream::iter(0..POSTED).map(|number| posted(guest(number), number));
    let by_stream =
        stream::iter(0..STREAMED).map(|number| streamed(guest(number), POSTED + number));
    let a_socket = SAID / SOCKETS;
    let by_socket = (0..SOCKETS).map(|at| {
        let first = POSTED + STREAMED + at * a_socket;
        said(guest(at), first..first + a_socket)
    });
    let (posts, streams, sockets) = tokio::join!(
        by_post.buffer_unordered(AT_ONCE).fold(Found::default(), async |sum, one| sum + one),
        by_stream.buffer_unordered(4).fold(Found::default(), async |sum, one| sum + one),
        join_all(by_socket),
    );
    let all = sockets.into_iter().fold(posts + streams, std::ops::Add::add);
    assert!(all.answered > 5_000, "few were tried: {all:?}");
    all.wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_tries_five_get_to_the_check() {
    assert_eq!((POSTED + STREAMED + SAID) * PACKED, 10_000);
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = TestApp::start_with(backend, &[ROOM]).await;
        try_sign_up(&app, newcomer("rosa")).await;
        let checked = app.app.passwords.checked();
        let batch = post(&app.guest(), "").json(&vec![json!({ "query": "{ __typename }" }); 5]);
        assert_eq!(batch.send().await.expect("answers").status(), 400, "no batches");
        let found = flood(&[app.guest()]).await;
        assert_eq!((found, app.app.passwords.checked() - checked), (5, 5));
        let right = json!({ "i": { "login": "rosa@correo.ni", "password": PASSWORD } });
        let refused = app.guest().ask(crate::account::SIGN_IN, right).await;
        assert_eq!(crate::support::refusals(&refused["signIn"]), ["TOO_MANY_ATTEMPTS"]);
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_tries_at_two_servers_five_get_to_the_check() {
    let redis = Redis::start(&[]).await;
    let app = TestApp::start(Backend::Postgres).await;
    app.come_to_the_present();
    try_sign_up(&app, newcomer("rosa")).await;
    let url = format!("redis://{}", redis.address());
    let settings = [("REDIS_URL", url.as_str()), ROOM];
    let servers = [Process::start(&app, &settings).await, Process::start(&app, &settings).await];
    let guests = servers.each_ref().map(|server| server.client(&app.guest()));
    let found = flood(&guests).await;
    let mut checked = 0.0;
    for guest in &guests {
        checked += super::figure(guest, "plaza_password_checks_total").await;
    }
    assert_eq!(found, 5);
    assert!((checked - 5.0).abs() < f64::EPSILON, "{checked}");
    drop(servers);
    app.finish().await;
}
