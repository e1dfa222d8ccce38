//! Trusted proxies: whose word counts about where a request comes from. Shown by what depends on
//! it: failed sign-ins are counted by address.

use super::command::run_beside;
use super::{Answer, body, post};
use crate::support::{Backend, TestApp};
use serde_json::json;

/// The address that the next sign-in's failure is noted under, with these header lines
async fn noted(app: &TestApp, from: u8, lines: &[(&str, &str)]) -> String {
    let query = "mutation { signIn(input: { login: \"nobody@correo.ni\", password: \"otra clave larga\" }) { userErrors { code } } }";
    let request = app.guest().calling_from(from).request(reqwest::Method::POST, "/graphql");
    let mut request =
        request.header("content-type", "application/json").body(body(query, json!({})));
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // Out of the window: each case is a first failure.
    app.pass_seconds(16 * 60);
    last_address(app)
}

fn last_address(app: &TestApp) -> String {
    let said = run_beside(app, &["audit", "--json", "--limit", "1"]);
    let entry: serde_json::Value = serde_json::from_str(&said.out).expect("an entry");
    entry["address"].as_str().expect("an address").to_owned()
}

async fn behind(proxies: &str) -> TestApp {
    TestApp::start_with(Backend::Sqlite, &[("PLAZA_TRUSTED_PROXIES", proxies)]).await
}

const XFF: &str = "x-forwarded-for";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_address_from_a_peer_that_is_not_trusted_has_no_effect() {
    for proxies in ["", "10.0.0.0/8,127.0.0.7"] {
        let app = behind(proxies).await;
        for lines in [
            &[(XFF, "203.0.113.7")][..],
            &[(XFF, "127.0.0.7")],
            &[("forwarded", "for=203.0.113.7")],
            &[("forwarded", "for=203.0.113.7;proto=https"), (XFF, "203.0.113.7")],
            &[("x-real-ip", "203.0.113.7"), ("client-ip", "203.0.113.7")],
        ] {
            assert_eq!(noted(&app, 1, lines).await, "127.0.0.1", "{proxies:?} {lines:?}");
        }
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_is_believed_from_the_right() {
    let app = behind("127.0.0.7, 10.0.0.0/8, 2001:db8:f::/48").await;
    for (lines, expected) in [
        (&[][..], "127.0.0.7"),
        (&[(XFF, "203.0.113.7")][..], "203.0.113.7"),
        // What the client wrote itself stands to the left.
        (&[(XFF, "198.51.100.1, 203.0.113.7")], "203.0.113.7"),
        (&[(XFF, "10.9.9.9, 203.0.113.7")], "203.0.113.7"),
        // A chain of ours.
        (&[(XFF, "203.0.113.7, 10.0.0.2, 10.0.0.1")], "203.0.113.7"),
        (&[(XFF, "203.0.113.7,2001:db8:f::1")], "203.0.113.7"),
        (&[(XFF, "198.51.100.1, 203.0.113.7, 10.0.0.1")], "203.0.113.7"),
        // From within: the farthest of ours.
        (&[(XFF, "10.0.0.9, 10.0.0.1")], "10.0.0.9"),
        // Many lines are one list.
        (&[(XFF, "198.51.100.1"), (XFF, "203.0.113.7"), (XFF, "10.0.0.1")], "203.0.113.7"),
        (&[(XFF, "203.0.113.7"), (XFF, "198.51.100.1, 10.0.0.1")], "198.51.100.1"),
        // Spellings.
        (&[(XFF, "203.0.113.7:4711")], "203.0.113.7"),
        (&[(XFF, "2001:db8::7")], "2001:db8::7"),
        (&[(XFF, "[2001:db8::7]:4711")], "2001:db8::7"),
        (&[(XFF, "[2001:DB8:0::7]")], "2001:db8::7"),
        (&[(XFF, "::ffff:203.0.113.7")], "203.0.113.7"),
        (&[("forwarded", "for=203.0.113.7")], "203.0.113.7"),
        (&[("forwarded", "For=\"[2001:db8::7]:4711\";proto=http;by=10.0.0.1")], "2001:db8::7"),
        (
            &[(
                "forwarded",
                "for=198.51.100.1;host=\"a,b;c\", proto=https; for=203.0.113.7, for=10.0.0.1",
            )],
            "203.0.113.7",
        ),
        (&[("forwarded", "for=198.51.100.1"), ("forwarded", "for=203.0.113.7")], "203.0.113.7"),
    ] {
        assert_eq!(noted(&app, 7, lines).await, expected, "{lines:?}");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rubbish_makes_the_proxys_own_address_count() {
    let app = behind("127.0.0.7,10.0.0.0/8").await;
    let long = vec!["10.0.0.1"; 400].join(", ");
    for lines in [
        &[(XFF, "")][..],
        &[(XFF, "unknown")],
        &[(XFF, "203.0.113.7, rubbish")],
        &[(XFF, "203.0.113.7, , 10.0.0.1")],
        &[(XFF, "203.0.113.7,")],
        &[(XFF, "203.0.113.256")],
        &[(XFF, "203.0.113.7 10.0.0.1")],
        &[(XFF, "0x7f.1, 10.0.0.1")],
        &[(XFF, "[203.0.113.7]")],
        &[(XFF, "203.0.113.7"), (XFF, "ñ")],
        &[("forwarded", "for=unknown")],
        &[("forwarded", "for=_hidden, for=10.0.0.1")],
        &[("forwarded", "by=203.0.113.7")],
        &[("forwarded", "for=\"203.0.113.7")],
        &[("forwarded", "=;;,,\"")],
        // A proxy sets one of the two: the other is the client's, and says something else.
        &[("forwarded", "for=198.51.100.1"), (XFF, "203.0.113.7")],
        &[("forwarded", "rubbish"), (XFF, "203.0.113.7")],
    ] {
        assert_eq!(noted(&app, 7, lines).await, "127.0.0.7", "{lines:?}");
    }
    // What stands left of the client's address is not looked at.
    for lines in [
        &[(XFF, "rubbish, ,, 203.0.113.7")][..],
        &[(XFF, "203.0.113.7"), ("forwarded", "for=_x,for=203.0.113.7")],
    ] {
        assert_eq!(noted(&app, 7, lines).await, "203.0.113.7", "{lines:?}");
    }
    let answer = Answer::of(post(&app, body("{ __typename }", json!({}))).header(XFF, long)).await;
    assert_eq!(answer.status, 200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_failures_behind_a_proxy_slow_one_client_and_not_the_others() {
    let app = behind("127.0.0.0/8").await;
    let code = async |client: &str, at: usize| {
        let query = format!(
            "mutation {{ signIn(input: {{ login: \"nobody{at}@correo.ni\", password: \"otra clave larga\" }}) {{ userErrors {{ code }} }} }}"
        );
        let request = post(&app, body(&query, json!({}))).header(XFF, client);
        Answer::of(request).await.json()["data"]["signIn"]["userErrors"][0]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    };
    for at in 0..5 {
        // A new forged address each time, left of the one that the proxy saw.
        assert_eq!(code(&format!("198.51.100.{at}, 203.0.113.7"), at).await, "BAD_CREDENTIALS");
    }
    assert_eq!(code("198.51.100.99, 203.0.113.7", 5).await, "TOO_MANY_ATTEMPTS");
    assert_eq!(code("203.0.113.8", 6).await, "BAD_CREDENTIALS");
    // Whoever has one address of IPv6 has the 2^64 around it.
    for at in 0..5 {
        assert_eq!(code(&format!("2001:db8:1:2::{at:x}"), 10 + at).await, "BAD_CREDENTIALS");
    }
    assert_eq!(code("2001:db8:1:2:ffff::", 20).await, "TOO_MANY_ATTEMPTS");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_has_the_address_of_its_handshake() {
    let app = behind("127.0.0.0/8").await;
    let headers = [("sec-websocket-protocol", "graphql-transport-ws"), (XFF, "203.0.113.7")];
    let mut socket = app.guest().raw_socket(&headers).await;
    socket.init(None).await;
    let query = "mutation { signIn(input: { login: \"nobody@correo.ni\", password: \"otra clave larga\" }) { userErrors { code } } }";
    socket.subscribe("1", query, json!({})).await;
    assert_eq!(socket.data("1").await["signIn"]["userErrors"][0]["code"], "BAD_CREDENTIALS");
    assert_eq!(last_address(&app), "203.0.113.7");
    app.finish().await;
}
