//! Messages by their words, in the conversations that somebody is in.
//!
//! Each form of each searched word is looked up in each of the conversations: what others write costs
//! nothing, however common the word. Best match first: how many of the words a message has as they
//! were written, then how new it is, by its id.

use super::Loads;
use crate::db::Sql;
use crate::entities::{ConversationId, Message, MessageId, MessageStatus, Row, UserId};
use crate::error::{Error, Result};
use crate::rules::message_search::Word;
use async_graphql::dataloader::Loader;
use sea_orm::TryGetable;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A word with fewer rows than this in somebody's conversations is rare: each of them is looked at
const FEW: i64 = 2_000;

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
            found.push((Arc::new(Message::read(&row, 0)?), held));
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
        match &*self.words {
            [word] => {
                sql.push("found(id, held) AS (SELECT t.message_id, sum(a.exact) FROM mine CROSS JOIN asked a ");
                self.newest(&mut sql, word, limit);
                sql.push(")");
            }
            _ => self.several(&mut sql, limit),
        }
        sql.push(", page(id, held) AS (SELECT f.id, f.held FROM found f");
        if let Some((held, id)) = self.past {
            sql.push(" WHERE (f.held, f.id) < (").bind(held).push(", ").bind(id).push(")");
        }
        sql.push(&format!(" ORDER BY f.held DESC, f.id DESC LIMIT ${limit}) SELECT "));
        sql.columns("m", Message::CARD).push(", page.held FROM page ");
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
        newest_of(sql, limit, |sql| {
            let Some((held, id)) = self.past else { return };
            let (exact, form) = if held > 0 { (id.0, Uuid::max()) } else { (Uuid::nil(), id.0) };
            sql.push(" AND n.message_id < CASE a.exact WHEN 1 THEN ").bind(exact);
            sql.push(" ELSE ").bind(form);
            sql.push(
                " END AND (a.exact = 1 OR NOT EXISTS (SELECT 1 FROM message_term e \
                 WHERE e.conversation_id = mine.id AND e.message_id = n.message_id AND e.term = ",
            );
            sql.bind(word.exact.clone()).push("))");
        });
        sql.push(" GROUP BY t.message_id");
    }

    /// Several words. The first page is mostly full of messages that have all of them as written, and
    /// the newest of these are found by walking one word and looking up the others. Where they don't
    /// fill it, all matches are read: by the rarest word where that is rare, else by all of them.
    fn several(&self, sql: &mut Sql, limit: usize) {
        let few = sql.number(FEW);
        sql.push(&format!(
            "sizes(word, n) AS MATERIALIZED (SELECT s.word, sum(s.n) FROM (SELECT a.word, \
             (SELECT count(*) FROM (SELECT 1 FROM mine CROSS JOIN message_term t \
             WHERE t.conversation_id = mine.id AND t.term = a.term LIMIT ${few}) x) AS n \
             FROM asked a) s GROUP BY s.word), \
             rarest(word, n) AS MATERIALIZED (SELECT word, n FROM sizes ORDER BY n, word LIMIT 1), "
        ));
        self.as_written(sql, limit);
        let open = format!("(SELECT count(*) FROM best) < ${limit}");
        sql.push("rare(id, held) AS (SELECT c.id, sum(a.exact) FROM (SELECT DISTINCT mine.id AS talk, t.message_id AS id ");
        sql.push("FROM mine CROSS JOIN asked a ");
        terms_of(sql);
        sql.push(&format!(
            " WHERE {open} AND a.word = (SELECT word FROM rarest) AND (SELECT n FROM rarest) < ${few}) c \
             CROSS JOIN asked a "
        ));
        sql.either(
            "CROSS JOIN LATERAL (SELECT 1 FROM message_term e WHERE e.conversation_id = c.talk \
             AND e.term = a.term AND e.message_id = c.id OFFSET 0) x",
            "CROSS JOIN message_term e ON e.conversation_id = c.talk AND e.term = a.term \
             AND e.message_id = c.id",
        );
        sql.push(" GROUP BY c.id HAVING ");
        self.every_word(sql);
        sql.push("), common(id, held) AS (SELECT t.message_id, sum(a.exact) FROM mine CROSS JOIN asked a ");
        terms_of(sql);
        sql.push(&format!(
            " WHERE {open} AND (SELECT n FROM rarest) >= ${few} GROUP BY t.message_id HAVING "
        ));
        self.every_word(sql);
        sql.push(
            "), found(id, held) AS (SELECT id, held FROM best UNION SELECT id, held FROM rare \
             UNION SELECT id, held FROM common)",
        );
    }

    /// `best(id, held) AS (…), `: the newest of each conversation that have all words as written.
    /// Empty past the first page.
    fn as_written(&self, sql: &mut Sql, limit: usize) {
        sql.push("best(id, held) AS MATERIALIZED (SELECT t.message_id, ");
        sql.push(&format!("CAST({} AS bigint)", self.words.len()));
        sql.push(" FROM mine CROSS JOIN asked a ");
        newest_of(sql, limit, |sql| {
            for word in self.words.iter() {
                let exact = sql.number(word.exact.clone());
                sql.push(&format!(
                    " AND (a.term = ${exact} OR EXISTS (SELECT 1 FROM message_term e \
                 WHERE e.conversation_id = mine.id AND e.term = ${exact} \
                 AND e.message_id = n.message_id))"
                ));
            }
        });
        sql.push(" WHERE a.exact = 1 AND a.word = (SELECT word FROM rarest)");
        sql.push(if self.past.is_some() { " AND 1 = 0), " } else { "), " });
    }

    fn every_word(&self, sql: &mut Sql) {
        // A bit a word: SQLite has no bit_or, but their sum without repetitions is the same.
        sql.either("bit_or(a.word)", "sum(DISTINCT a.word)").push(" = ");
        sql.bind((1_i32 << self.words.len()) - 1);
    }
}

/// Joins what has the asked form, in each of the conversations
fn terms_of(sql: &mut Sql) {
    // Fenced, so that PostgreSQL looks up each form by the whole key.
    sql.either(
        "CROSS JOIN LATERAL (SELECT n.message_id FROM message_term n \
         WHERE n.conversation_id = mine.id AND n.term = a.term OFFSET 0) t",
        "CROSS JOIN message_term t ON t.conversation_id = mine.id AND t.term = a.term",
    );
}

/// Joins the newest of what has the asked form, in each of the conversations, where further
/// conditions hold for `n`.
fn newest_of(sql: &mut Sql, limit: usize, conditions: impl FnOnce(&mut Sql)) {
    sql.either(
        "CROSS JOIN LATERAL (",
        "CROSS JOIN message_term t ON t.conversation_id = mine.id AND t.term = a.term \
         AND t.message_id IN (",
    );
    sql.push(
        "SELECT n.message_id FROM message_term n WHERE n.conversation_id = mine.id \
         AND n.term = a.term",
    );
    conditions(sql);
    sql.push(&format!(" ORDER BY n.message_id DESC LIMIT ${limit})")).either(" t", "");
}
