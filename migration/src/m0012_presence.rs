//! When people were last here. Whether they are is told over the bell, and stored nowhere.
//!
//! A table of its own, so that it does not rewrite people's rows.

use crate::step;

step!(
    "m0012_presence",
    up(ddl) {
        ddl.run(&[r#"CREATE TABLE presence (
            user_id {uuid} NOT NULL CONSTRAINT presence_pkey PRIMARY KEY
                REFERENCES "user" (id) ON DELETE CASCADE,
            seen_at {big} NOT NULL
        ) {strict}"#])
            .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE presence"]).await?;
    }
);
