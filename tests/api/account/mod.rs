//! Accounts: signing up and in, sessions and tokens, passwords, profiles, suspension, and what a
//! guest may not. A file a subject; here stands what they share.

mod audit;
mod guest;
mod password;
mod profile_update;
mod session;
mod sign_in;
mod sign_up;
mod user_suspend;
mod viewer_update;

use crate::support::{Client, TestApp, refusals};
use serde_json::{Value, json};

/// A password that every rule lets through
pub const PASSWORD: &str = "volcán masaya brilla";

pub const SIGN_UP: &str = "mutation($i: SignUpInput!) { signUp(input: $i) {
    tokens { accessToken accessTokenExpiresAt refreshToken }
    viewer { user { handle displayName } email phone role locale }
    userErrors { code message field } } }";

pub const SIGN_IN: &str = "mutation($i: SignInInput!) { signIn(input: $i) {
    tokens { accessToken refreshToken } viewer { user { handle } }
    userErrors { code message field } } }";

pub const REFRESH: &str = "mutation($t: String!) { sessionRefresh(refreshToken: $t) {
    tokens { accessToken refreshToken } userErrors { code message field } } }";

pub const SESSIONS: &str =
    "{ viewer { sessions { current userAgent createdAt lastUsedAt expiresAt } } }";

/// A signed-in device with both its tokens
pub struct Device {
    pub client: Client,
    pub access: String,
    pub refresh: String,
}

impl Device {
    fn of(payload: &Value, client: &Client) -> Self {
        let token = |name: &str| {
            let token = payload["tokens"][name].as_str();
            token.unwrap_or_else(|| panic!("tokens were expected: {payload:#}")).to_owned()
        };
        let (access, refresh) = (token("accessToken"), token("refreshToken"));
        Self { client: client.with_token(&access), access, refresh }
    }

    /// Still signed in
    pub async fn is_live(&self) -> bool {
        self.client.send("{ viewer { role } }", json!({})).await.status == 200
    }
}

/// Input that signs up, by e-mail
pub fn newcomer(handle: &str) -> Value {
    json!({
        "displayName": "Rosa Martínez", "handle": handle,
        "email": format!("{handle}@correo.ni"), "password": PASSWORD,
    })
}

/// The payload of a sign-up
pub async fn try_sign_up(app: &TestApp, input: Value) -> Value {
    app.guest().ask(SIGN_UP, json!({ "i": input })).await["signUp"].take()
}

/// A new person with the password [`PASSWORD`], signed in by signing up
pub async fn sign_up(app: &TestApp, handle: &str) -> Device {
    let payload = try_sign_up(app, newcomer(handle)).await;
    assert_eq!(refusals(&payload), [""; 0], "{payload:#}");
    Device::of(&payload, &app.guest())
}

/// The payload of a sign-in from wherever the client calls
pub async fn try_sign_in(client: &Client, login: &str, password: &str) -> Value {
    let input = json!({ "login": login, "password": password });
    client.ask(SIGN_IN, json!({ "i": input })).await["signIn"].take()
}

/// A further device of the person who signed up under this handle
pub async fn sign_in(app: &TestApp, handle: &str) -> Device {
    let payload = try_sign_in(&app.guest(), &format!("{handle}@correo.ni"), PASSWORD).await;
    Device::of(&payload, &app.guest())
}

/// The payload of a refresh
pub async fn refresh(app: &TestApp, token: &str) -> Value {
    app.guest().ask(REFRESH, json!({ "t": token })).await["sessionRefresh"].take()
}
