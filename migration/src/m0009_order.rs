//! Orders: what was bought at which price, every step, and the day's figures.
//!
//! An order is counted in one row of `order_figure`, by the store's local day and hour in which it
//! was placed, its state and its currency; a step moves it to another. The figures of a day are sums
//! over its few rows.

use crate::step;

step!(
    "m0009_order",
    up(ddl) {
        let stored = if ddl.is_postgres() { "STORED" } else { "VIRTUAL" };
        ddl.run(&[
            &format!(r#"CREATE TABLE "order" (
                {{row_no}}
                id {{uuid}} CONSTRAINT order_pkey {{key}},
                store_id {{uuid}} NOT NULL REFERENCES store (id),
                buyer_id {{uuid}} NOT NULL REFERENCES "user" (id),
                number {{int}} NOT NULL,
                status {{small}} NOT NULL,
                fulfilment {{small}} NOT NULL,
                note {{text}},
                currency {{text}} NOT NULL,
                total_minor {{big}} NOT NULL,
                item_count {{int}} NOT NULL,
                day {{int}} NOT NULL,
                hour {{small}} NOT NULL,
                placed_at {{big}} NOT NULL,
                scheduled_for {{big}},
                updated_at {{big}} NOT NULL,
                version {{int}} NOT NULL,
                shelf {{small}} GENERATED ALWAYS AS (status) {stored},
                CONSTRAINT order_number_key UNIQUE (store_id, number)
            ) {{strict}}"#),
            r#"CREATE INDEX order_store_placed_idx ON "order" (store_id, shelf, placed_at, id)"#,
            r#"CREATE INDEX order_store_updated_idx ON "order" (store_id, shelf, updated_at, id)"#,
            r#"CREATE INDEX order_buyer_placed_idx ON "order" (buyer_id, shelf, placed_at, id)"#,
            r#"CREATE INDEX order_buyer_updated_idx ON "order" (buyer_id, shelf, updated_at, id)"#,
            r#"CREATE TABLE order_item (
                id {uuid} NOT NULL CONSTRAINT order_item_pkey PRIMARY KEY,
                order_id {uuid} NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
                position {small} NOT NULL,
                listing_id {uuid} REFERENCES listing (id) ON DELETE SET NULL,
                title {text} NOT NULL,
                price_minor {big} NOT NULL,
                quantity {int} NOT NULL,
                stock_taken {bool} NOT NULL,
                CONSTRAINT order_item_position_key UNIQUE (order_id, position)
            ) {strict}"#,
            "CREATE INDEX order_item_listing_idx ON order_item (listing_id)",
            r#"CREATE TABLE order_event (
                {row_no}
                id {uuid} CONSTRAINT order_event_pkey {key},
                order_id {uuid} NOT NULL REFERENCES "order" (id) ON DELETE CASCADE,
                version {int} NOT NULL,
                kind {small} NOT NULL,
                actor_id {uuid} REFERENCES "user" (id) ON DELETE SET NULL,
                note {text},
                occurred_at {big} NOT NULL,
                CONSTRAINT order_event_version_key UNIQUE (order_id, version)
            ) {strict}"#,
            r#"CREATE TABLE store_counter (
                store_id {uuid} NOT NULL CONSTRAINT store_counter_pkey PRIMARY KEY
                    REFERENCES store (id) ON DELETE CASCADE,
                orders {int} NOT NULL
            ) {strict}"#,
            r#"CREATE TABLE order_figure (
                store_id {uuid} NOT NULL REFERENCES store (id) ON DELETE CASCADE,
                day {int} NOT NULL,
                hour {small} NOT NULL,
                status {small} NOT NULL,
                currency {text} NOT NULL,
                orders {int} NOT NULL,
                total_minor {big} NOT NULL,
                CONSTRAINT order_figure_pkey PRIMARY KEY (store_id, day, hour, status, currency)
            ) {strict}"#,
            r#"CREATE TABLE listing_figure (
                store_id {uuid} NOT NULL REFERENCES store (id) ON DELETE CASCADE,
                day {int} NOT NULL,
                listing_id {uuid} NOT NULL REFERENCES listing (id) ON DELETE CASCADE,
                currency {text} NOT NULL,
                quantity {int} NOT NULL,
                total_minor {big} NOT NULL,
                CONSTRAINT listing_figure_pkey PRIMARY KEY (store_id, day, listing_id, currency)
            ) {strict}"#,
        ])
        .await?;
        // Counters are overwritten in place: room for it in every page.
        ddl.postgres(&[
            "ALTER TABLE store_counter SET (fillfactor = 50)",
            "ALTER TABLE order_figure SET (fillfactor = 70)",
            "ALTER TABLE listing_figure SET (fillfactor = 70)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.run(&[
            "DROP TABLE listing_figure",
            "DROP TABLE order_figure",
            "DROP TABLE store_counter",
            "DROP TABLE order_event",
            "DROP TABLE order_item",
            r#"DROP TABLE "order""#,
        ])
        .await?;
    }
);
