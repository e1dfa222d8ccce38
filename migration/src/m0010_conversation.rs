//! Conversations, the people in them, and their messages.
//!
//! A conversation counts its messages; `position` is that count, gapless. A person's read position
//! is one number, and so is the copy of the count beside it: what is unread is their difference, and
//! a person's list and sum are read from `participant` alone. Whoever leaves has no row any more.
//! `pair` holds both ids of a direct conversation, the lower first, so that there is one a pair.

use crate::step;

step!(
    "m0010_conversation",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE conversation (
                id {uuid} NOT NULL CONSTRAINT conversation_pkey PRIMARY KEY,
                kind {small} NOT NULL,
                title {text},
                order_id {uuid} CONSTRAINT conversation_order_id_key UNIQUE REFERENCES "order" (id),
                pair {bytes} CONSTRAINT conversation_pair_key UNIQUE,
                last_position {int} NOT NULL,
                created_at {big} NOT NULL,
                updated_at {big} NOT NULL
            ) {strict}"#,
            r#"CREATE TABLE participant (
                {row_no}
                id {uuid} CONSTRAINT participant_pkey {key},
                conversation_id {uuid} NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                joined_at {big} NOT NULL,
                read_up_to {int} NOT NULL,
                delivered_up_to {int} NOT NULL,
                last_position {int} NOT NULL,
                muted {bool} NOT NULL,
                active_at {big} NOT NULL,
                CONSTRAINT participant_person_key UNIQUE (conversation_id, user_id)
            ) {strict}"#,
            "CREATE INDEX participant_active_idx ON participant (user_id, active_at, id)",
            // Most conversations are read, and take no room in it.
            "CREATE INDEX participant_unread_idx ON participant (user_id)
                WHERE last_position > read_up_to",
            r#"CREATE TABLE message (
                {row_no}
                id {uuid} CONSTRAINT message_pkey {key},
                conversation_id {uuid} NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
                position {int} NOT NULL,
                author {small} NOT NULL,
                sender_id {uuid} REFERENCES "user" (id) ON DELETE SET NULL,
                body {text} NOT NULL,
                reply_to_id {uuid} REFERENCES message (id) ON DELETE SET NULL,
                status {small} NOT NULL,
                version {int} NOT NULL,
                sent_at {big} NOT NULL,
                edited_at {big},
                CONSTRAINT message_position_key UNIQUE (conversation_id, position)
            ) {strict}"#,
            "CREATE INDEX message_reply_idx ON message (reply_to_id) WHERE reply_to_id IS NOT NULL",
            // What happened, where a topic tells of several things.
            "ALTER TABLE event ADD COLUMN kind {small} NOT NULL DEFAULT 0",
        ])
        .await?;
        // Rows that are overwritten with each message: room for it in every page.
        ddl.postgres(&[
            "ALTER TABLE conversation SET (fillfactor = 70)",
            "ALTER TABLE participant SET (fillfactor = 70)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&[
            "ALTER TABLE event DROP COLUMN kind",
            "DROP TABLE message",
            "DROP TABLE participant",
            "DROP TABLE conversation",
        ])
        .await?;
    }
);
