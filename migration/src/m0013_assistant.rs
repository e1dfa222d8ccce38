//! Replies of the assistant: who asked, what it took, and a sign of life while one is written. And
//! what people wrote and asked, a row a person and day.

use crate::step;

step!(
    "m0013_assistant",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE reply (
                message_id {uuid} NOT NULL CONSTRAINT reply_pkey PRIMARY KEY
                    REFERENCES message (id) ON DELETE CASCADE,
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                beat_at {big} NOT NULL,
                finished_at {big},
                model {text} NOT NULL,
                prompt_tokens {int} NOT NULL,
                completion_tokens {int} NOT NULL,
                latency_ms {int} NOT NULL,
                from_cache {bool} NOT NULL
            ) {strict}"#,
            // Those that are being written, which are few.
            "CREATE INDEX reply_open_idx ON reply (beat_at) WHERE finished_at IS NULL",
            r#"CREATE TABLE chat_day (
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                day {int} NOT NULL,
                messages {int} NOT NULL,
                asked {int} NOT NULL,
                replies {int} NOT NULL,
                tokens {big} NOT NULL,
                reply_ms {big} NOT NULL,
                active_at {big} NOT NULL,
                CONSTRAINT chat_day_pkey PRIMARY KEY (user_id, day)
            ) {strict}"#,
        ])
        .await?;
        // Rows that are overwritten with each message: room for it in every page.
        ddl.postgres(&["ALTER TABLE chat_day SET (fillfactor = 70)"]).await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE chat_day", "DROP TABLE reply"]).await?;
    }
);
