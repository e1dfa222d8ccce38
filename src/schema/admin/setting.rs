//! Settings that hold for all servers.

use crate::entities::Timestamp;
use crate::error::{Code, Refusal, Result};
use crate::schema::context::ContextExt;
use crate::schema::scalar::{DateTime, Json};
use crate::schema::user_error::{outcome, payload};
use crate::services;
use async_graphql::{Context, Object};

/// Setting that holds for all servers
pub struct Setting(pub services::Setting);

/// Setting that holds for all servers
#[Object]
impl Setting {
    /// What it is called
    async fn key(&self) -> &str {
        self.0.key
    }

    /// What it is
    async fn value(&self) -> Json {
        Json(serde_json::Value::Object(self.0.value.clone()))
    }

    /// What it means, and what it may be
    async fn description(&self) -> &str {
        &self.0.told
    }

    /// When it was set last; the beginning of 1970 where it never was
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at.unwrap_or(Timestamp(0)))
    }
}

payload! {
    /// Setting after the change
    SettingPayload { setting: Setting }
}

/// Mutations on settings
#[derive(Default)]
pub struct SettingMutation;

#[Object]
impl SettingMutation {
    /// Administrators only. Holds on all servers within a second
    async fn setting_set(
        &self,
        ctx: &Context<'_>,
        key: String,
        value: Json,
    ) -> Result<SettingPayload> {
        let set = async {
            let serde_json::Value::Object(value) = value.0 else {
                return Err(Refusal::new(Code::Invalid, "An object is expected")
                    .at("value")
                    .into());
            };
            let caller = &ctx.request().caller;
            services::setting_set(ctx.app(), ctx.viewer(), caller, &key, value).await
        };
        outcome(set.await, |setting| SettingPayload::done(Setting(setting)))
    }
}
