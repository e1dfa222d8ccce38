//! Results of mutations by the client's key.

use crate::step;

step!(
    "m0007_idempotency",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE idempotency (
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                mutation {text} NOT NULL,
                key {text} NOT NULL,
                input_hash {bytes} NOT NULL,
                result_id {uuid} NOT NULL,
                created_at {big} NOT NULL,
                CONSTRAINT idempotency_pkey PRIMARY KEY (user_id, mutation, key)
            ) {strict}"#,
            "CREATE INDEX idempotency_age_idx ON idempotency (created_at)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE idempotency"]).await?;
    }
);
