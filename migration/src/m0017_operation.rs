//! What operations took, by the hour; and settings that hold for all servers.
//!
//! A row is the calls of one operation that took about as long: `bucket` is four times the binary
//! logarithm of the microseconds. Counts of several servers add up, and so do hours to days.

use crate::step;

step!(
    "m0017_operation",
    up(ddl) {
        let table = if ddl.is_postgres() { "" } else { "STRICT, WITHOUT ROWID" };
        ddl.run(&[
            &format!("CREATE TABLE operation_figure (
                hour {{int}} NOT NULL,
                operation {{text}} NOT NULL,
                client {{text}} NOT NULL,
                bucket {{small}} NOT NULL,
                calls {{big}} NOT NULL,
                errors {{big}} NOT NULL,
                cost {{big}} NOT NULL,
                statements {{big}} NOT NULL,
                CONSTRAINT operation_figure_pkey PRIMARY KEY (hour, operation, client, bucket)
            ) {table}"),
            &format!("CREATE TABLE setting (
                key {{text}} NOT NULL CONSTRAINT setting_pkey PRIMARY KEY,
                value {{text}} NOT NULL,
                updated_at {{big}} NOT NULL
            ) {table}"),
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&["DROP TABLE setting", "DROP TABLE operation_figure"]).await?;
    }
);
