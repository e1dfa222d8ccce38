//! Settings that hold for all servers, and can be changed while they run. Each is known here with what
//! it may be; what was never set is as here.
//!
//! Servers learn of a change as they learn of documents: by the bell, and within half a second without.

use super::audit::{Entry, audit};
use super::viewer::{Caller, Viewer};
use crate::app::App;
use crate::db::{Reader, Reads, UPKEEP};
use crate::entities::{AuditKind, Cell, Timestamp, UserRole};
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
    Switch(bool),
    Number { default: i64, least: i64, most: i64 },
}

const KNOWN: [Known; 4] = [
    Known {
        key: "signUp",
        field: "open",
        may_be: MayBe::Switch(true),
        told: "Whether new people may sign up",
    },
    Known {
        key: "orders",
        field: "open",
        may_be: MayBe::Switch(true),
        told: "Whether orders may be placed",
    },
    Known {
        key: "assistant",
        field: "dailyQuestions",
        may_be: MayBe::Number { default: -1, least: 0, most: 100_000 },
        told: "Questions that the assistant answers a person in a day; ASSISTANT_DAILY_LIMIT where it was never set",
    },
    Known {
        key: "log",
        field: "days",
        may_be: MayBe::Number { default: 7, least: 1, most: 90 },
        told: "Days for which a stream can go on where it was",
    },
];

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
    pub log_days: i64,
}

impl Default for Values {
    fn default() -> Self {
        Self { sign_up_open: true, orders_open: true, daily_questions: None, log_days: 7 }
    }
}

/// What holds, as this server knows it
#[derive(Default)]
pub struct Settings(RwLock<Values>);

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
        let values = values(&read(reader).await?);
        *self.0.write() = values;
        Ok(())
    }
}

fn values(rows: &[(String, Map<String, Value>, Timestamp)]) -> Values {
    let said = |key: &str| {
        let known = KNOWN.iter().find(|known| known.key == key)?;
        rows.iter().find(|(name, ..)| name == key)?.1.get(known.field).cloned()
    };
    let usual = Values::default();
    let switch = |key, usual| said(key).and_then(|value| value.as_bool()).unwrap_or(usual);
    Values {
        sign_up_open: switch("signUp", usual.sign_up_open),
        orders_open: switch("orders", usual.orders_open),
        daily_questions: said("assistant").and_then(|value| u32::try_from(value.as_u64()?).ok()),
        log_days: said("log").and_then(|value| value.as_i64()).unwrap_or(usual.log_days),
    }
}

async fn read(reader: &Reader) -> Result<Vec<(String, Map<String, Value>, Timestamp)>> {
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
    fn value(&self, daily_limit: u32) -> Map<String, Value> {
        let value = match self.may_be {
            MayBe::Switch(on) => json!(on),
            MayBe::Number { default: -1, .. } => json!(daily_limit),
            MayBe::Number { default, .. } => json!(default),
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
                MayBe::Number { least, most, .. } => {
                    value.as_i64().is_some_and(|number| (least..=most).contains(&number))
                }
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
        None => known.setting(known.value(app.config.assistant_daily_limit), None),
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
    let member = viewer.member()?;
    if member.user.role != UserRole::Admin {
        return Err(Refusal::new(Code::Forbidden, "Only administrators may change settings").into());
    }
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
