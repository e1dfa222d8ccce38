//! Listings, with an index for each sort under each parent.
//!
//! `shelf` is the state by which lists find a listing: its status, or its status + 10 while it is
//! hidden. Every list asks for one shelf at a time, so it leads every index. `import_key` is what an
//! import finds its listing by.

use crate::step;

step!(
    "m0006_listing",
    up(ddl) {
        let stored = if ddl.is_postgres() { "STORED" } else { "VIRTUAL" };
        let hidden = if ddl.is_postgres() { "hidden" } else { "hidden = 1" };
        ddl.run(&[
            &format!(r#"CREATE TABLE listing (
                {{row_no}}
                id {{uuid}} CONSTRAINT listing_pkey {{key}},
                store_id {{uuid}} NOT NULL REFERENCES store (id),
                publisher_id {{uuid}} NOT NULL REFERENCES "user" (id),
                category_id {{uuid}} NOT NULL REFERENCES category (id),
                title {{text}} NOT NULL,
                description {{text}} NOT NULL,
                price_minor {{big}} NOT NULL,
                currency {{text}} NOT NULL,
                price_sort {{big}} NOT NULL,
                stock {{int}},
                status {{small}} NOT NULL,
                hidden {{bool}} NOT NULL DEFAULT {{false}},
                location_name {{text}},
                latitude {{float}},
                longitude {{float}},
                x {{float}},
                y {{float}},
                z {{float}},
                cell {{big}},
                promoted {{bool}} NOT NULL DEFAULT {{false}},
                import_key {{text}},
                version {{int}} NOT NULL DEFAULT 1,
                created_at {{big}} NOT NULL,
                updated_at {{big}} NOT NULL,
                shelf {{small}} GENERATED ALWAYS AS
                    (CASE WHEN {hidden} THEN status + 10 ELSE status END) {stored}
            ) {{strict}}"#),
            "CREATE INDEX listing_newest_idx ON listing (shelf, created_at, id)",
            "CREATE INDEX listing_price_idx ON listing (shelf, price_sort, id)",
            "CREATE INDEX listing_category_newest_idx ON listing (category_id, shelf, created_at, id)",
            "CREATE INDEX listing_category_price_idx ON listing (category_id, shelf, price_sort, id)",
            "CREATE INDEX listing_store_newest_idx ON listing (store_id, shelf, created_at, id)",
            "CREATE INDEX listing_store_price_idx ON listing (store_id, shelf, price_sort, id)",
            "CREATE INDEX listing_publisher_newest_idx ON listing (publisher_id, shelf, created_at, id)",
            "CREATE INDEX listing_cell_idx ON listing (shelf, cell, x, y, z, id)",
            // Most listings were never imported, and take no room in it.
            "CREATE UNIQUE INDEX listing_import_key ON listing (store_id, import_key)
                WHERE import_key IS NOT NULL",
            r#"CREATE TABLE store_top_listing (
                store_id {uuid} NOT NULL REFERENCES store (id) ON DELETE CASCADE,
                rank {small} NOT NULL,
                listing_id {uuid} NOT NULL REFERENCES listing (id) ON DELETE CASCADE,
                CONSTRAINT store_top_listing_pkey PRIMARY KEY (store_id, rank)
            ) {strict}"#,
        ])
        .await?;
        ddl.postgres(&[
            "ALTER TABLE listing ADD COLUMN search tsvector NOT NULL DEFAULT ''::tsvector",
            "CREATE INDEX listing_search_idx ON listing USING gin (search)",
            // Words of the title: matches by relevance are read class by class.
            "CREATE INDEX listing_title_idx ON listing USING gin (ts_filter(search, '{a}'))",
        ])
        .await?;
        ddl.sqlite(&[
            "CREATE VIRTUAL TABLE listing_search USING fts5 (a, b, content = '', \
             contentless_delete = 1, tokenize = 'ascii', detail = column)",
        ])
        .await?;
    },
    down(ddl) {
        ddl.sqlite(&["DROP TABLE listing_search"]).await?;
        ddl.run(&["DROP TABLE store_top_listing", "DROP TABLE listing"]).await?;
    }
);
