//! Accounts: signing up, changing one's own, suspending somebody else's.

use super::audit::{Entry, audit};
use super::change::Change;
use super::input::{line, text_code};
use super::quota::count_sign_up;
use super::session::open_session;
use super::token::AuthTokens;
use super::viewer::{Caller, Member, Viewer};
use crate::app::App;
use crate::db::{Columns, Reads, WriteTx, refuse_taken};
use crate::entities::{AuditKind, User, UserId, UserRole};
use crate::error::{Code, Error, Refusal, Refusals, Result};
use crate::events::News;
use crate::rules::account::{self, EmailError, HandleError, PasswordError, PhoneError};
use crate::rules::search_text;
use sea_orm::FromQueryResult;
use std::sync::Arc;

/// Unique columns of a person, the input field of each, and what to say
pub(super) const TAKEN: &[(&str, &str, &str)] = &[
    ("user.handle", "handle", "This handle is taken; choose another"),
    ("user.email", "email", "There is an account with this e-mail address; sign in instead"),
    ("user.phone", "phone", "There is an account with this phone number; sign in instead"),
];

/// Input of [`sign_up`]
#[derive(Clone)]
pub struct SignUp {
    pub display_name: String,
    pub handle: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub password: String,
    pub locale: String,
    pub referral_code: Option<String>,
}

/// Makes an account and signs it in.
///
/// # Errors
/// Refused with everything that is wrong with the input at once; with `TOO_MANY_ATTEMPTS` and how
/// long to wait, or with `UNAVAILABLE` where nobody can count.
pub async fn sign_up(app: &App, caller: &Caller, input: SignUp) -> Result<(AuthTokens, Viewer)> {
    if !app.settings.now().sign_up_open {
        let message = "Nobody can sign up at the moment; try again later";
        return Err(Refusal::new(Code::Unavailable, message).into());
    }
    let mut refusals = Refusals::default();
    let reachable = input.phone.is_some() || input.email.is_some();
    let display_name = refusals.keep(display_name(input.display_name));
    let handle = refusals.keep(handle(input.handle));
    let phone = input.phone.and_then(|phone| refusals.keep(self::phone(phone)));
    let email = input.email.and_then(|email| refusals.keep(self::email(email)));
    let locale = refusals.keep(locale(input.locale));
    if !reachable {
        refusals.add(
            Refusal::new(Code::Required, "A phone number or an e-mail address is needed")
                .at("phone"),
        );
    }
    if input.referral_code.is_some_and(|code| !code.is_empty()) {
        refusals.add(
            Refusal::new(Code::NotFound, "There is no such referral code; leave it out")
                .at("referralCode"),
        );
    }
    let known: Vec<&str> = [&display_name, &handle, &phone, &email]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    refusals.keep(strong(&input.password, &known, "password"));
    refusals.check()?;
    count_sign_up(app, caller).await?;
    let password_hash = app.passwords.hash(input.password).await?;
    let (now, id) = (app.clock.now(), UserId(app.ids.next()));
    let tx = app.db.write().await?;
    let columns = Columns::of("user")
        .set("id", id)
        .set_if("handle", handle)
        .set_if("display_name", display_name)
        .set_if("email", email)
        .set_if("phone", phone)
        .set_if("locale", locale)
        .set("role", UserRole::Member)
        .set("joined_at", now);
    tx.insert(columns).await.map_err(|err| refuse_taken(err, TAKEN))?;
    tx.insert(
        Columns::of("credential")
            .set("user_id", id)
            .set("password_hash", password_hash)
            .set("changed_at", now),
    )
    .await?;
    let (session, tokens) = open_session(app, &tx, id, caller).await?;
    let entry = Entry::of_user(AuditKind::SignUp, id).from(caller).about(id);
    audit(&tx, app, entry.with("session", session.0.to_string())).await?;
    let user = Arc::new(user_in(&tx, id).await?.ok_or_else(gone)?);
    tx.commit().await?;
    let member = Member { user, session, until: tokens.access_until, key: None };
    Ok((tokens, Viewer::Member(Arc::new(member))))
}

/// Input of [`viewer_update`]
#[derive(Clone, Default)]
pub struct ViewerUpdate {
    pub display_name: Change<String>,
    pub handle: Change<String>,
    pub email: Change<String>,
    pub phone: Change<String>,
    pub locale: Change<String>,
}

/// Changes the viewer's own account.
///
/// # Errors
/// Refused where a value is malformed or taken, or where no way to sign in would be left.
pub async fn viewer_update(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    input: ViewerUpdate,
) -> Result<Viewer> {
    let member = viewer.member()?;
    let mut refusals = Refusals::default();
    let name = input
        .display_name
        .checked(&mut refusals, display_name)
        .required("displayName", &mut refusals);
    let handle = input.handle.checked(&mut refusals, handle).required("handle", &mut refusals);
    let locale = input.locale.checked(&mut refusals, locale).required("locale", &mut refusals);
    let email = input.email.checked(&mut refusals, email).optional();
    let phone = input.phone.checked(&mut refusals, phone).optional();
    refusals.check()?;
    let tx = app.db.write().await?;
    let user = lock_user(&tx, member.user.id).await?.ok_or_else(gone)?;
    let left = |change: &Option<Option<String>>, now: &Option<String>| match change {
        Some(value) => value.is_some(),
        None => now.is_some(),
    };
    if !left(&email, &user.email) && !left(&phone, &user.phone) {
        let message =
            "Keep a phone number or an e-mail address: without either, nobody could sign in";
        return Err(Refusal::new(Code::Required, message).at("phone").into());
    }
    let changes = |change: &Option<Option<String>>, now: &Option<String>| {
        change.as_ref().is_some_and(|value| value != now)
    };
    let (new_email, new_phone) = (changes(&email, &user.email), changes(&phone, &user.phone));
    let columns = Columns::of("user")
        .set_if("display_name", name.clone())
        .set_if("handle", handle)
        .set_if("email", email)
        .set_if("phone", phone)
        .set_if("locale", locale);
    if !columns.is_empty() {
        tx.update(user.id.0, columns).await.map_err(|err| refuse_taken(err, TAKEN))?;
    }
    if let Some(name) = name {
        super::profile::rename(&tx, user.id, &name).await?;
    }
    if new_email || new_phone {
        let entry = Entry::of(AuditKind::LoginChanged, member).from(caller).about(user.id);
        audit(&tx, app, entry.with("email", new_email).with("phone", new_phone)).await?;
    }
    let user = Arc::new(user_in(&tx, user.id).await?.ok_or_else(gone)?);
    tx.commit().await?;
    let key = member.key.clone();
    Ok(Viewer::Member(Arc::new(Member { user, session: member.session, until: member.until, key })))
}

/// Ends every session of a person and hides what they publish.
///
/// # Errors
/// Refused to everybody but support and administrators, and for people of the same or higher rank.
pub async fn user_suspend(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    id: UserId,
    reason: String,
) -> Result<Arc<User>> {
    let member = viewer.member()?;
    if !viewer.is_platform_staff() {
        return Err(Refusal::new(
            Code::Forbidden,
            "Only the platform's staff may suspend somebody",
        )
        .into());
    }
    let mut refusals = Refusals::default();
    let reason = refusals.keep(line("reason", 3, 500)(reason));
    refusals.check()?;
    let tx = app.db.write().await?;
    let Some(user) = lock_user(&tx, id).await? else {
        return Err(Refusal::new(Code::NotFound, "There is no such user").at("userId").into());
    };
    if user.id == member.user.id {
        return Err(Refusal::new(Code::Forbidden, "Nobody can suspend themself")
            .at("userId")
            .into());
    }
    if user.role as i16 >= member.user.role as i16 {
        let message = "Somebody of the same or a higher role can't be suspended";
        return Err(Refusal::new(Code::Forbidden, message).at("userId").into());
    }
    let now = app.clock.now();
    if user.suspended_at.is_none() {
        tx.update(
            id.0,
            Columns::of("user").set("suspended_at", now).set("suspended_reason", reason),
        )
        .await?;
        hide(&tx, id).await?;
        let entry = Entry::of(AuditKind::UserSuspended, member).from(caller).about(id);
        audit(&tx, app, entry).await?;
    }
    let mut sql = tx.sql("UPDATE session SET revoked_at = ");
    sql.bind(now).push(" WHERE revoked_at IS NULL AND user_id = ").bind(id);
    tx.run(sql).await?;
    let user = user_in(&tx, id).await?.ok_or_else(gone)?;
    app.log.commit(tx, News::right_lost_by(id), now).await?;
    Ok(Arc::new(user))
}

/// Takes what a person publishes off every public list: their listings and those of the stores
/// they own, the stores, and the profile.
async fn hide(tx: &WriteTx, id: UserId) -> Result<()> {
    let mut sql = tx.sql("UPDATE listing SET hidden = ");
    sql.bind(true).push(" WHERE publisher_id = ").bind(id);
    sql.push(" OR store_id IN (SELECT id FROM store WHERE owner_id = ").bind(id).push(")");
    tx.run(sql).await?;
    for statement in [
        "UPDATE store SET shelf = 11 WHERE owner_id = ",
        "UPDATE profile SET shelf = 11 WHERE user_id = ",
    ] {
        let mut sql = tx.sql(statement);
        sql.bind(id);
        tx.run(sql).await?;
    }
    Ok(())
}

/// A person's row inside a transaction
pub(super) async fn user_in(tx: &impl Reads, id: UserId) -> Result<Option<User>> {
    let mut sql = tx.sql(r#"SELECT u.* FROM "user" u WHERE u.id = "#);
    sql.bind(id);
    Ok(tx.one(sql).await?.map(|row| User::from_query_result(&row, "")).transpose()?)
}

/// A person's row, locked until the transaction ends
pub(super) async fn lock_user(tx: &WriteTx, id: UserId) -> Result<Option<User>> {
    let mut sql = tx.sql(r#"SELECT u.* FROM "user" u WHERE u.id = "#);
    sql.bind(id).either(" FOR UPDATE", "");
    Ok(tx.one(sql).await?.map(|row| User::from_query_result(&row, "")).transpose()?)
}

/// The stored hash of a person's password
pub(super) async fn password_hash(db: &impl Reads, id: UserId) -> Result<Option<String>> {
    let mut sql = db.sql("SELECT password_hash FROM credential WHERE user_id = ");
    sql.bind(id);
    db.value(sql).await
}

pub(super) fn gone() -> Error {
    Error::Denied("This account is gone; sign up again")
}

fn display_name(given: String) -> Result<String, Refusal> {
    account::display_name(&given)
        .map_err(|err| Refusal::new(text_code(&err), err.message()).at("displayName"))
}

fn handle(given: String) -> Result<String, Refusal> {
    account::handle(&given).map_err(|err| {
        let code = match err {
            HandleError::TooShort => Code::TooShort,
            HandleError::TooLong => Code::TooLong,
            _ => Code::Invalid,
        };
        Refusal::new(code, err.message()).at("handle")
    })
}

fn phone(given: String) -> Result<String, Refusal> {
    account::phone(&given).map_err(|err| {
        let code = if err == PhoneError::Required { Code::Required } else { Code::Invalid };
        Refusal::new(code, err.message()).at("phone")
    })
}

/// E-mail addresses differ in more than case: one person can't have two that don't.
fn email(given: String) -> Result<String, Refusal> {
    account::email(&given.to_lowercase()).map_err(|err| {
        let code = match err {
            EmailError::Required => Code::Required,
            EmailError::TooLong => Code::TooLong,
            EmailError::Invalid => Code::Invalid,
        };
        Refusal::new(code, err.message()).at("email")
    })
}

fn locale(given: String) -> Result<String, Refusal> {
    account::locale(&given).map_err(|err| Refusal::new(Code::Invalid, err.message()).at("locale"))
}

/// Refuses a weak password.
pub(super) fn strong(password: &str, known: &[&str], field: &str) -> Result<(), Refusal> {
    account::password(password, known).map_err(|err| {
        let code = match err {
            PasswordError::TooShort => Code::TooShort,
            PasswordError::TooLong => Code::TooLong,
            _ => Code::Invalid,
        };
        Refusal::new(code, err.message()).at(field)
    })
}

/// The key by which a name is sorted
pub(super) fn name_key(name: &str) -> String {
    search_text::sort_key(name)
}
