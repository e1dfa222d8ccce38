//! Words of messages, by conversation.
//!
//! A row a word's form: who searches knows their conversations, so each form is looked up in each of
//! them, by the key alone. The rows are apart from `message`, whose body a streaming reply overwrites
//! every second.

use crate::step;

step!(
    "m0011_message_search",
    up(ddl) {
        let layout = if ddl.is_postgres() { "" } else { "WITHOUT ROWID, " };
        // No references: they would be looked up for every word, and no message's row is deleted.
        ddl.run(&[&format!(
            "CREATE TABLE message_term (
                conversation_id {{uuid}} NOT NULL,
                term {{text}} NOT NULL,
                message_id {{uuid}} NOT NULL,
                CONSTRAINT message_term_pkey PRIMARY KEY (conversation_id, term, message_id)
            ) {layout}{{strict}}"
        )])
        .await?;
        // The key alone answers once vacuum has seen the rows: it comes after every 50th, not fifth.
        ddl.postgres(&[
            "ALTER TABLE message_term SET (autovacuum_vacuum_insert_scale_factor = 0.02)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE message_term"]).await?;
    }
);
