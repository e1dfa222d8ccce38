//! Messages by their words, in the conversations that somebody is in.
//!
//! Each form of each searched word is looked up in each of the conversations: what others write costs
//! nothing, however common the word. Best match first: how many of the words a message has as they
//! were written, then how new it is, by its id.

use super::Loads;
use crate::db::Sql;
use crate::entities::{ConversationId, Message, MessageId, MessageStatus, UserId, message};
use crate::error::{Error, Result};
use crate::rules::message_search::Word;
use async_graphql::dataloader::Loader;
use sea_orm::{FromQueryResult, TryGetable};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Messages of a person's conversations that have all of these words
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessagesWith {
    /// Who searches
    pub person: UserId,
    /// In this conversation alone
    pub conversation: Option<ConversationId>,
    /// What for
    pub words: Arc<[Word]>,
    /// At most so many
    pub limit: u32,
    /// Only those after this one: how many words it has as written, and which it is
    pub past: Option<(i64, MessageId)>,
}

/// A page of what was found
pub struct Matches {
    /// Best first, each with how many of the words it has as written
    pub found: Vec<(Arc<Message>, i64)>,
    /// There are more after these
    pub more: bool,
}

impl Loader<MessagesWith> for Loads {
    type Value = Arc<Matches>;
    type Error = Error;

    async fn load(&self, keys: &[MessagesWith]) -> Result<HashMap<MessagesWith, Arc<Matches>>> {
        self.batch("message_search", keys, |keys| async move {
            let mut found = HashMap::with_capacity(keys.len());
            for key in keys {
                let matches = self.matches(&key).await?;
                found.insert(key, Arc::new(matches));
            }
            Ok(found)
        })
        .await
    }
}

impl Loads {
    async fn matches(&self, key: &MessagesWith) -> Result<Matches> {
        let mut found = Vec::new();
        for row in self.rows(key.page(self.sql("WITH "))).await? {
            let held = i64::try_get_by(&row, "held")?;
            found.push((Arc::new(Message::from_query_result(&row, "")?), held));
        }
        let more = found.len() > key.limit as usize;
        found.truncate(key.limit as usize);
        Ok(Matches { found, more })
    }
}

impl MessagesWith {
    fn page(&self, mut sql: Sql) -> Sql {
        let limit = sql.number(i64::from(self.limit) + 1);
        self.with_mine(&mut sql);
        self.with_asked(&mut sql);
        sql.push(
            "found(id, held) AS (SELECT t.message_id, sum(a.exact) FROM mine CROSS JOIN asked a ",
        );
        match &*self.words {
            [word] => self.newest(&mut sql, word, limit),
            _ => self.all(&mut sql),
        }
        sql.push("), page(id, held) AS (SELECT f.id, f.held FROM found f");
        if let Some((held, id)) = self.past {
            sql.push(" WHERE (f.held, f.id) < (").bind(held).push(", ").bind(id).push(")");
        }
        sql.push(&format!(" ORDER BY f.held DESC, f.id DESC LIMIT ${limit}) SELECT "));
        sql.columns("m", message::CARD).push(", page.held FROM page ");
        // SQLite takes tables of a CROSS JOIN in this order: the page first.
        sql.either("JOIN", "CROSS JOIN").push(" message m ON m.id = page.id");
        sql.push(" WHERE m.status = ").bind(MessageStatus::Sent);
        sql.push(" ORDER BY page.held DESC, page.id DESC");
        sql
    }

    /// `mine(id) AS (…), `: the conversations
    fn with_mine(&self, sql: &mut Sql) {
        sql.push("mine(id) AS MATERIALIZED (SELECT p.conversation_id FROM participant p WHERE p.user_id = ");
        sql.bind(self.person);
        if let Some(conversation) = self.conversation {
            sql.push(" AND p.conversation_id = ").bind(conversation);
        }
        sql.push("), ");
    }

    /// `asked(term, word, exact) AS (…), `: each form of each word, which is a bit
    fn with_asked(&self, sql: &mut Sql) {
        let mut asked: Vec<(&str, i32, i32)> = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            asked.push((&word.exact, 1 << at, 1));
            asked.extend(word.forms.iter().map(|form| (form.as_str(), 1 << at, 0)));
        }
        sql.push("asked(term, word, exact) AS (").word_forms(&asked).push("), ");
    }

    /// One word: the newest of each form in each conversation will do. What a page needs is among
    /// them, since as many that are newer and no worse fill it. Past a message, forms leave out what
    /// has the word as written: that came before.
    fn newest(&self, sql: &mut Sql, word: &Word, limit: usize) {
        sql.either(
            "CROSS JOIN LATERAL (",
            "CROSS JOIN message_term t ON t.conversation_id = mine.id AND t.term = a.term \
             AND t.message_id IN (",
        );
        sql.push(
            "SELECT n.message_id FROM message_term n WHERE n.conversation_id = mine.id \
             AND n.term = a.term",
        );
        if let Some((held, id)) = self.past {
            let (exact, form) = if held > 0 { (id.0, Uuid::max()) } else { (Uuid::nil(), id.0) };
            sql.push(" AND n.message_id < CASE a.exact WHEN 1 THEN ").bind(exact);
            sql.push(" ELSE ").bind(form);
            sql.push(
                " END AND (a.exact = 1 OR NOT EXISTS (SELECT 1 FROM message_term e \
                 WHERE e.conversation_id = mine.id AND e.message_id = n.message_id AND e.term = ",
            );
            sql.bind(word.exact.clone()).push("))");
        }
        sql.push(&format!(" ORDER BY n.message_id DESC LIMIT ${limit})"));
        sql.either(" t", "").push(" GROUP BY t.message_id");
    }

    /// Several words: all that have one, and of these all that have every one
    fn all(&self, sql: &mut Sql) {
        // Fenced, so that PostgreSQL looks up each form by the whole key.
        sql.either(
            "CROSS JOIN LATERAL (SELECT n.message_id FROM message_term n \
             WHERE n.conversation_id = mine.id AND n.term = a.term OFFSET 0) t",
            "CROSS JOIN message_term t ON t.conversation_id = mine.id AND t.term = a.term",
        );
        sql.push(" GROUP BY t.message_id HAVING ");
        // A bit a word: SQLite has no bit_or, but their sum without repetitions is the same.
        sql.either("bit_or(a.word)", "sum(DISTINCT a.word)").push(" = ");
        sql.bind((1_i32 << self.words.len()) - 1);
    }
}
