//! Stores: opened by anybody signed in, with hours by their own clock, changed by owner and managers.

mod create;
mod hours;
mod update;

use crate::support::Client;
use serde_json::{Value, json};

/// Everything there is to a store
const FIELDS: &str = "id handle name description currency timeZone locationName \
     location { latitude longitude } openingHours { weekday opensAt closesAt } owner { handle } createdAt";

fn input(handle: &str) -> Value {
    json!({ "handle": handle, "name": "Cafetería Central", "currency": "NIO", "timeZone": "America/Managua" })
}

fn with(mut input: Value, field: &str, value: Value) -> Value {
    input[field] = value;
    input
}

fn span(weekday: &str, opens: &str, closes: &str) -> Value {
    json!({ "weekday": weekday, "opensAt": opens, "closesAt": closes })
}

async fn create(owner: &Client, input: Value) -> Value {
    owner.mutate("storeCreate", input, &format!("store {{ {FIELDS} }}")).await
}

async fn update(person: &Client, input: Value) -> Value {
    person.mutate("storeUpdate", input, &format!("store {{ {FIELDS} }}")).await
}
