//! Signed-in devices, and the failures that slow further sign-ins.

use crate::step;

step!(
    "m0002_session",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE session (
                id {uuid} NOT NULL CONSTRAINT session_pkey PRIMARY KEY,
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                generation {big} NOT NULL,
                rotated_at {big} NOT NULL,
                user_agent {text},
                created_at {big} NOT NULL,
                last_used_at {big} NOT NULL,
                expires_at {big} NOT NULL,
                revoked_at {big}
            ) {strict}"#,
            "CREATE INDEX session_user_idx ON session (user_id, created_at)",
            "CREATE INDEX session_expires_idx ON session (expires_at)",
            r#"CREATE TABLE sign_in_failure (
                id {uuid} NOT NULL CONSTRAINT sign_in_failure_pkey PRIMARY KEY,
                subject {bytes} NOT NULL,
                failed_at {big} NOT NULL
            ) {strict}"#,
            "CREATE INDEX sign_in_failure_subject_idx ON sign_in_failure (subject, failed_at)",
            "CREATE INDEX sign_in_failure_age_idx ON sign_in_failure (failed_at)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE sign_in_failure", "DROP TABLE session"]).await?;
    }
);
