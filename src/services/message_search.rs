//! The words by which messages are found, kept with each message.

use crate::db::{Reads, WriteTx};
use crate::entities::{Message, MessageStatus};
use crate::error::Result;
use crate::rules::message_search::message_terms;
use std::collections::BTreeSet;

/// Lets a message be found by what it says now, and no longer by what it said before: nothing where
/// it is new, is still being written, broke off or was deleted. To be called in the transaction that
/// changes it.
///
/// # Errors
/// As the database has it.
pub(super) async fn replace_words(
    tx: &WriteTx,
    before: Option<&Message>,
    after: &Message,
) -> Result<()> {
    let (old, new) = (before.map(terms).unwrap_or_default(), terms(after));
    if old.iter().any(|term| !new.contains(term)) {
        let mut sql = tx.sql("DELETE FROM message_term WHERE conversation_id = ");
        sql.bind(after.conversation_id).push(" AND message_id = ").bind(after.id);
        sql.push(" AND ").any_text("term", old.difference(&new).cloned());
        tx.run(sql).await?;
    }
    if new.iter().any(|term| !old.contains(term)) {
        let mut sql =
            tx.sql("INSERT INTO message_term (conversation_id, term, message_id) SELECT ");
        sql.bind(after.conversation_id).either("::uuid", "").push(", v.text, ").bind(after.id);
        sql.either("::uuid", "").push(" FROM ").texts(new.difference(&old).cloned());
        tx.run(sql).await?;
    }
    Ok(())
}

fn terms(message: &Message) -> BTreeSet<String> {
    match message.status {
        MessageStatus::Sent => message_terms(&message.body).into_iter().collect(),
        MessageStatus::Streaming | MessageStatus::Failed | MessageStatus::Deleted => {
            BTreeSet::new()
        }
    }
}
