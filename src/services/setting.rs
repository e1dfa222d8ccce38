//! Settings that hold for all servers, and can be changed while they run. Each is known here with what
//! it may be; what was never set is as here.
//!
//! Servers learn of a change as they learn of documents: by the bell, and within half a second without.

use super::audit::{Entry, audit};
use super::viewer::{Caller, Viewer, demand_admin};
use crate::app::App;
use crate::db::{Reader, Reads, UPKEEP};
use crate::entities::{AuditKind, Cell, Timestamp};
use crate::error::{Code, Refusal, Result};
use crate::events::News;
use parking_lot::RwLock;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A setting that there is
struct Known {
    key: &'static str,
    field: &'static str,
    may_be: MayBe,
    /// For administrators
    told: &'static str,
}

#[derive(Clone, Copy)]
enum MayBe {
    /// This, where it was never set
    Switch(bool),
    /// `usual` where it was never set; None: as the environment has it
    Number { usual: Option<u32>, least: u32, most: u32 },
}

const SIGN_UP: Known = Known {
    key: "signUp",
    field: "open",
    may_be: MayBe::Switch(true),
    told: "Whether new people may sign up",
};
const ORDERS: Known = Known {
    key: "orders",
    field: "open",
    may_be: MayBe::Switch(true),
    told: "Whether orders may be placed",
};
const ASSISTANT: Known = Known {
    key: "assistant",
    field: "dailyQuestions",
    may_be: MayBe::Number { usual: None, least: 0, most: 100_000 },
    told: "Questions that the assistant answers a person in a day; ASSISTANT_DAILY_LIMIT where it was never set",
};
const LOG: Known = Known {
    key: "log",
    field: "days",
    may_be: MayBe::Number { usual: Some(7), least: 1, most: 90 },
    told: "Days for which a stream can go on where it was",
};
const KNOWN: [Known; 4] = [SIGN_UP, ORDERS, ASSISTANT, LOG];

/// A setting as administrators see it
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub key: &'static str,
    pub value: Map<String, Value>,
    /// What it means, and what it may be
    pub told: String,
    /// None: it was never set
    pub updated_at: Option<Timestamp>,
}

/// What holds at this moment
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values {
    pub sign_up_open: bool,
    pub orders_open: bool,
    /// None: as the environment has it
    pub daily_questions: Option<u32>,
    pub log_days: u32,
}

/// What holds, as this server knows it
pub struct Settings(RwLock<Values>);

impl Default for Settings {
    fn default() -> Self {
        Self(RwLock::new(Values::of(&[])))
    }
}

impl Settings {
    /// What holds
    pub fn now(&self) -> Values {
        *self.0.read()
    }

    /// Reads what holds.
    ///
    /// # Errors
    /// The database gave no answer; what was known stays.
    pub async fn refresh(&self, reader: &Reader) -> Result<()> {
        let values = Values::of(&read(reader).await?);
        *self.0.write() = values;
        Ok(())
    }
}

/// Settings that were set, by their keys
type Set = (String, Map<String, Value>, Timestamp);

impl Values {
    fn of(set: &[Set]) -> Self {
        Self {
            sign_up_open: SIGN_UP.switch(set),
            orders_open: ORDERS.switch(set),
            daily_questions: ASSISTANT.number(set),
            log_days: LOG.number(set).unwrap_or_default(),
        }
    }
}

async fn read(reader: &Reader) -> Result<Vec<Set>> {
    let rows = reader
        .all(reader.sql(&format!("{UPKEEP}SELECT key, value, updated_at FROM setting")))
        .await?;
    let row = |row| -> Result<_> {
        let value = serde_json::from_str(&String::cell(row, 1)?).unwrap_or_default();
        Ok((String::cell(row, 0)?, value, Timestamp::cell(row, 2)?))
    };
    rows.iter().map(row).collect()
}

impl Known {
    fn said<'a>(&self, set: &'a [Set]) -> Option<&'a Value> {
        set.iter().find(|(key, ..)| key == self.key)?.1.get(self.field)
    }

    fn switch(&self, set: &[Set]) -> bool {
        let usual = matches!(self.may_be, MayBe::Switch(true));
        self.said(set).and_then(Value::as_bool).unwrap_or(usual)
    }

    fn number(&self, set: &[Set]) -> Option<u32> {
        let said = self.said(set).and_then(Value::as_u64).and_then(|number| number.try_into().ok());
        match self.may_be {
            MayBe::Number { usual, .. } => said.or(usual),
            MayBe::Switch(_) => said,
        }
    }

    /// What it is where it was never set
    fn usual(&self, daily_limit: u32) -> Map<String, Value> {
        let value = match self.may_be {
            MayBe::Switch(on) => json!(on),
            MayBe::Number { usual, .. } => json!(usual.unwrap_or(daily_limit)),
        };
        Map::from_iter([(self.field.to_owned(), value)])
    }

    fn expected(&self) -> String {
        match self.may_be {
            MayBe::Switch(_) => format!("{{\"{0}\": true}} or {{\"{0}\": false}}", self.field),
            MayBe::Number { least, most, .. } => {
                format!("{{\"{}\": number}}, a whole number from {least} to {most}", self.field)
            }
        }
    }

    fn holds(&self, value: &Map<String, Value>) -> bool {
        value.len() == 1
            && value.get(self.field).is_some_and(|value| match self.may_be {
                MayBe::Switch(_) => value.is_boolean(),
                MayBe::Number { least, most, .. } => value
                    .as_u64()
                    .is_some_and(|number| (least.into()..=most.into()).contains(&number)),
            })
    }

    fn setting(&self, value: Map<String, Value>, updated_at: Option<Timestamp>) -> Setting {
        let told = format!("{}: {}", self.told, self.expected());
        Setting { key: self.key, value, told, updated_at }
    }
}

/// All settings, by their keys.
///
/// # Errors
/// The database gave no answer.
pub async fn settings(app: &App) -> Result<Vec<Setting>> {
    let rows = read(app.db.reader()).await?;
    let setting = |known: &Known| match rows.iter().find(|(key, ..)| key == known.key) {
        Some((_, value, at)) => known.setting(value.clone(), Some(*at)),
        None => known.setting(known.usual(app.config.assistant_daily_limit), None),
    };
    Ok(KNOWN.iter().map(setting).collect())
}

/// Sets a setting for all servers. Noted in the audit log.
///
/// # Errors
/// Refused to all but administrators, and where there is no such setting, or the value is none for it.
pub async fn setting_set(
    app: &App,
    viewer: &Viewer,
    caller: &Caller,
    key: &str,
    value: Map<String, Value>,
) -> Result<Setting> {
    let member = demand_admin(viewer, "change settings")?;
    let Some(known) = KNOWN.iter().find(|known| known.key == key) else {
        let keys: Vec<_> = KNOWN.iter().map(|known| known.key).collect();
        let message = format!("There is no such setting; there are {}", keys.join(", "));
        return Err(Refusal::new(Code::NotFound, message).at("key").into());
    };
    if !known.holds(&value) {
        let message = format!("{} is expected", known.expected());
        return Err(Refusal::new(Code::Invalid, message).at("value").into());
    }
    let now = app.clock.now();
    let text = Value::Object(value.clone()).to_string();
    let tx = app.db.write().await?;
    let mut sql = tx.sql("INSERT INTO setting (key, value, updated_at) VALUES (");
    sql.bind(known.key).push(", ").bind(text).push(", ").bind(now);
    sql.push(") ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at");
    tx.run(sql).await?;
    let entry = Entry::of(AuditKind::SettingSet, member).from(caller).about_name(known.key);
    audit(&tx, app, entry.with("value", Value::Object(value.clone()))).await?;
    let mut news = News::default();
    news.guard_changed(Uuid::nil());
    app.log.commit(tx, news, now).await?;
    app.settings.refresh(app.db.reader()).await?;
    Ok(known.setting(value, Some(now)))
}
