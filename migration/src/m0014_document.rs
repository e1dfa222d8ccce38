//! Documents that clients may run, what they are used for, and keys of partners.

use crate::step;

step!(
    "m0014_document",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE client (
                name {text} NOT NULL CONSTRAINT client_pkey PRIMARY KEY,
                mode {small} NOT NULL,
                created_at {big} NOT NULL
            ) {strict}"#,
            r#"CREATE TABLE document (
                id {uuid} NOT NULL CONSTRAINT document_pkey PRIMARY KEY,
                client {text} NOT NULL REFERENCES client (name),
                document_id {text} NOT NULL,
                operation_name {text} NOT NULL,
                hash {bytes} NOT NULL,
                body {text} NOT NULL,
                cost {int} NOT NULL,
                sql_statements {int},
                published_at {big} NOT NULL,
                retired_at {big},
                uses {big} NOT NULL,
                last_used_at {big},
                CONSTRAINT document_of_client UNIQUE (client, document_id)
            ) {strict}"#,
            r#"CREATE TABLE field_use (
                client {text} NOT NULL REFERENCES client (name),
                field {text} NOT NULL,
                uses {big} NOT NULL,
                last_used_at {big} NOT NULL,
                CONSTRAINT field_use_pkey PRIMARY KEY (client, field)
            ) {strict}"#,
            r#"CREATE TABLE api_key (
                id {uuid} NOT NULL CONSTRAINT api_key_pkey PRIMARY KEY,
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                client {text} NOT NULL REFERENCES client (name),
                name {text} NOT NULL,
                prefix {text} NOT NULL,
                digest {bytes} NOT NULL CONSTRAINT api_key_digest UNIQUE,
                scopes {int} NOT NULL,
                created_at {big} NOT NULL,
                last_used_at {big},
                revoked_at {big}
            ) {strict}"#,
            "CREATE INDEX api_key_user_idx ON api_key (user_id, created_at)",
            "CREATE INDEX api_key_revoked_idx ON api_key (revoked_at) WHERE revoked_at IS NOT NULL",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&[
            "DROP TABLE api_key",
            "DROP TABLE field_use",
            "DROP TABLE document",
            "DROP TABLE client",
        ])
        .await?;
    }
);
