//! Stores, their hours, their people and their best sellers.

use crate::step;

step!(
    "m0005_store",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE store (
                {row_no}
                id {uuid} CONSTRAINT store_pkey {key},
                handle {text} NOT NULL CONSTRAINT store_handle_key UNIQUE,
                name {text} NOT NULL,
                name_key {text} NOT NULL,
                description {text} NOT NULL,
                owner_id {uuid} NOT NULL REFERENCES "user" (id),
                currency {text} NOT NULL,
                time_zone {text} NOT NULL,
                location_name {text},
                latitude {float},
                longitude {float},
                x {float},
                y {float},
                z {float},
                cell {big},
                shelf {small} NOT NULL DEFAULT 1,
                created_at {big} NOT NULL
            ) {strict}"#,
            "CREATE INDEX store_newest_idx ON store (shelf, created_at, id)",
            "CREATE INDEX store_name_idx ON store (shelf, name_key, id)",
            "CREATE INDEX store_owner_idx ON store (owner_id)",
            "CREATE INDEX store_cell_idx ON store (shelf, cell, x, y, z, id)",
            r#"CREATE TABLE store_hours (
                store_id {uuid} NOT NULL REFERENCES store (id) ON DELETE CASCADE,
                position {small} NOT NULL,
                weekday {small} NOT NULL,
                opens {small} NOT NULL,
                closes {small} NOT NULL,
                week_start {int} NOT NULL,
                week_end {int} NOT NULL,
                CONSTRAINT store_hours_pkey PRIMARY KEY (store_id, position)
            ) {strict}"#,
            r#"CREATE TABLE store_member (
                store_id {uuid} NOT NULL REFERENCES store (id) ON DELETE CASCADE,
                user_id {uuid} NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
                role {small} NOT NULL,
                since {big} NOT NULL,
                CONSTRAINT store_member_pkey PRIMARY KEY (store_id, user_id)
            ) {strict}"#,
            "CREATE INDEX store_member_user_idx ON store_member (user_id, store_id)",
        ])
        .await?;
        ddl.postgres(&[
            "ALTER TABLE store ADD COLUMN search tsvector NOT NULL DEFAULT ''::tsvector",
            "CREATE INDEX store_search_idx ON store USING gin (search)",
        ])
        .await?;
        ddl.sqlite(&[
            "CREATE VIRTUAL TABLE store_search USING fts5 (a, b, content = '', \
             contentless_delete = 1, tokenize = 'ascii', detail = column)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.sqlite(&["DROP TABLE store_search"]).await?;
        ddl.run(&["DROP TABLE store_member", "DROP TABLE store_hours", "DROP TABLE store"]).await?;
    }
);
