//! What people offer, found by name, kind, place and words.
//!
//! `shelf` is 1 for what everybody may see and 11 for what is hidden. `x y z` is the place as a
//! unit vector and `cell` its H3 cell: both for distance search.

use crate::step;

step!(
    "m0004_profile",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE profile (
                {row_no}
                id {uuid} CONSTRAINT profile_pkey {key},
                user_id {uuid} NOT NULL CONSTRAINT profile_user_key UNIQUE
                    REFERENCES "user" (id) ON DELETE CASCADE,
                kind {small} NOT NULL,
                headline {text} NOT NULL,
                bio {text} NOT NULL,
                category_id {uuid} REFERENCES category (id),
                location_name {text},
                latitude {float},
                longitude {float},
                x {float},
                y {float},
                z {float},
                cell {big},
                verified {bool} NOT NULL DEFAULT {false},
                name_key {text} NOT NULL,
                shelf {small} NOT NULL DEFAULT 1,
                created_at {big} NOT NULL
            ) {strict}"#,
            "CREATE INDEX profile_newest_idx ON profile (shelf, created_at, id)",
            "CREATE INDEX profile_name_idx ON profile (shelf, name_key, id)",
            "CREATE INDEX profile_kind_newest_idx ON profile (kind, shelf, created_at, id)",
            "CREATE INDEX profile_category_idx ON profile (category_id, shelf, created_at, id)",
            "CREATE INDEX profile_cell_idx ON profile (shelf, cell, x, y, z, id)",
        ])
        .await?;
        ddl.postgres(&[
            "ALTER TABLE profile ADD COLUMN search tsvector NOT NULL DEFAULT ''::tsvector",
            "CREATE INDEX profile_search_idx ON profile USING gin (search)",
        ])
        .await?;
        ddl.sqlite(&[
            "CREATE VIRTUAL TABLE profile_search USING fts5 (a, b, content = '', \
             contentless_delete = 1, tokenize = 'ascii', detail = column)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.sqlite(&["DROP TABLE profile_search"]).await?;
        ddl.run(&["DROP TABLE profile"]).await?;
    }
);
