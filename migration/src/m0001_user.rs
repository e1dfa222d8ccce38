//! People with an account, and their passwords apart from what others may read.

use crate::step;

step!(
    "m0001_user",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE "user" (
                id {uuid} NOT NULL CONSTRAINT user_pkey PRIMARY KEY,
                handle {text} NOT NULL CONSTRAINT user_handle_key UNIQUE,
                display_name {text} NOT NULL,
                email {text} CONSTRAINT user_email_key UNIQUE,
                phone {text} CONSTRAINT user_phone_key UNIQUE,
                locale {text} NOT NULL,
                role {small} NOT NULL,
                suspended_at {big},
                suspended_reason {text},
                joined_at {big} NOT NULL
            ) {strict}"#,
            r#"CREATE TABLE credential (
                user_id {uuid} NOT NULL CONSTRAINT credential_pkey PRIMARY KEY
                    REFERENCES "user" (id) ON DELETE CASCADE,
                password_hash {text} NOT NULL,
                changed_at {big} NOT NULL
            ) {strict}"#,
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE credential", r#"DROP TABLE "user""#]).await?;
    }
);
