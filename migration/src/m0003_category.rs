//! The category tree.

use crate::step;

step!(
    "m0003_category",
    up(ddl) {
        ddl.run(&[
            r#"CREATE TABLE category (
                id {uuid} NOT NULL CONSTRAINT category_pkey PRIMARY KEY,
                slug {text} NOT NULL CONSTRAINT category_slug_key UNIQUE,
                name {text} NOT NULL,
                name_key {text} NOT NULL,
                parent_id {uuid} REFERENCES category (id)
            ) {strict}"#,
            "CREATE INDEX category_parent_idx ON category (parent_id, name_key)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE category"]).await?;
    }
);
