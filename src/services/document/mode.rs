//! What a client may send: anything, what was published, or ids alone.

use super::{EVERYBODY, lock, named};
use crate::app::App;
use crate::db::{Reader, Reads};
use crate::entities::{AuditKind, Client, ClientMode};
use crate::error::Result;
use crate::events::News;
use crate::services::audit::{Entry, audit};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Sets what a client may send; [`EVERYBODY`] stands for whoever names none that is known.
///
/// # Errors
/// Refused for what can't be a client's name.
pub async fn client_mode_set(app: &App, client: &str, mode: ClientMode) -> Result<()> {
    if client != EVERYBODY {
        named(client)?;
    }
    let now = app.clock.now();
    let tx = app.db.write().await?;
    lock(&tx, client, now).await?;
    let mut sql = tx.sql("UPDATE client SET mode = ");
    sql.bind(mode).push(" WHERE name = ").bind(client);
    tx.run(sql).await?;
    let entry = Entry::of_operator(AuditKind::ClientModeSet).about_name(client);
    audit(&tx, app, entry.with("mode", mode.name())).await?;
    let mut news = News::default();
    news.guard_changed(Uuid::nil());
    app.log.commit(tx, news, now).await
}

/// All clients, by name.
///
/// # Errors
/// The database gave no answer.
pub async fn clients_list(reader: &Reader) -> Result<Vec<Client>> {
    let rows = reader.all(reader.sql("SELECT * FROM client ORDER BY name")).await?;
    Ok(rows.iter().map(|row| Client::from_query_result(row, "")).collect::<Result<_, _>>()?)
}
