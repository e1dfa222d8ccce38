//! The statements of a recount. Each finds rows that are wrong: a key, and pairs of a number as it is
//! kept and as it should be.
//!
//! What is kept and what is counted go into one pile, which is summed by its keys. SQLite looks for each
//! row of a full join among all others: with 100,000 orders it was not done after six minutes.

/// One kind of row
pub(super) struct Check {
    /// What its rows are called, many
    pub(super) called: &'static str,
    /// Where they are
    pub(super) rows: &'static str,
    /// What the numbers of a wrong row are, before its key
    pub(super) numbers: &'static [&'static str],
    /// Finds wrong rows; `{since}` is the moment from which events are all there
    pub(super) differs: &'static str,
}

/// So many of [`CHECKS`] are figures of stores
pub(super) const FIGURES: usize = 2;

pub(super) const CHECKS: &[Check] = &[
    Check {
        called: "order figures",
        rows: "order_figure WHERE orders <> 0",
        numbers: &["orders counted by the figures of store", "sum in the figures of store"],
        differs: r#"SELECT store_id, CAST(sum(kept) AS bigint), CAST(sum(counted) AS bigint),
            CAST(sum(kept_minor) AS bigint), CAST(sum(counted_minor) AS bigint)
            FROM (SELECT store_id, day, hour, status, currency, orders AS kept, 0 AS counted,
                total_minor AS kept_minor, 0 AS counted_minor FROM order_figure
              UNION ALL
              SELECT store_id, day, hour, status, currency, 0, count(*), 0, sum(total_minor)
              FROM "order" GROUP BY store_id, day, hour, status, currency) f
            GROUP BY store_id, day, hour, status, currency
            HAVING sum(kept) <> sum(counted) OR sum(kept_minor) <> sum(counted_minor) LIMIT 100"#,
    },
    Check {
        called: "listing figures",
        rows: "listing_figure WHERE quantity <> 0",
        numbers: &["quantity sold of listing", "sum sold of listing"],
        differs: r#"SELECT listing_id, CAST(sum(kept) AS bigint), CAST(sum(counted) AS bigint),
            CAST(sum(kept_minor) AS bigint), CAST(sum(counted_minor) AS bigint)
            FROM (SELECT store_id, day, listing_id, currency, quantity AS kept, 0 AS counted,
                total_minor AS kept_minor, 0 AS counted_minor FROM listing_figure
              UNION ALL
              SELECT o.store_id, o.day, i.listing_id, o.currency, 0, sum(i.quantity),
                0, sum(i.quantity * i.price_minor)
              FROM order_item i JOIN "order" o ON o.id = i.order_id
              WHERE o.status < 5 AND i.listing_id IS NOT NULL
              GROUP BY o.store_id, o.day, i.listing_id, o.currency) f
            GROUP BY store_id, day, listing_id, currency
            HAVING sum(kept) <> sum(counted) OR sum(kept_minor) <> sum(counted_minor) LIMIT 100"#,
    },
    Check {
        called: "orders",
        rows: r#""order""#,
        numbers: &[
            "total of order",
            "number of items of order",
            "version of order",
            "number of steps of order",
        ],
        differs: r#"SELECT o.id, o.total_minor, COALESCE(i.total, 0),
            CAST(o.item_count AS bigint), COALESCE(i.items, 0),
            CAST(o.version AS bigint), COALESCE(e.latest, 0),
            COALESCE(e.steps, 0), CAST(o.version AS bigint)
            FROM "order" o
            LEFT JOIN (SELECT order_id, CAST(sum(price_minor * quantity) AS bigint) AS total,
                 CAST(sum(quantity) AS bigint) AS items
               FROM order_item GROUP BY order_id) i ON i.order_id = o.id
            LEFT JOIN (SELECT order_id, CAST(max(version) AS bigint) AS latest, count(*) AS steps
               FROM order_event GROUP BY order_id) e ON e.order_id = o.id
            WHERE i.total IS NULL OR o.total_minor <> i.total OR o.item_count <> i.items
              OR e.steps IS NULL OR o.version <> e.latest OR o.version <> e.steps LIMIT 100"#,
    },
    Check {
        called: "order counters",
        rows: "store_counter",
        numbers: &["highest number of an order of store"],
        differs: r#"SELECT store_id, CAST(sum(kept) AS bigint), CAST(sum(counted) AS bigint)
            FROM (SELECT store_id, orders AS kept, 0 AS counted FROM store_counter
              UNION ALL
              SELECT store_id, 0, max(number) FROM "order" GROUP BY store_id) f
            GROUP BY store_id HAVING sum(kept) <> sum(counted) LIMIT 100"#,
    },
    Check {
        called: "stocks",
        rows: "listing WHERE stock IS NOT NULL",
        numbers: &["stock of listing"],
        differs: "SELECT id, CAST(stock AS bigint), CAST(0 AS bigint) FROM listing
            WHERE stock < 0 LIMIT 100",
    },
    Check {
        called: "topics",
        rows: "topic",
        numbers: &["number of topic", "events without a gap in topic"],
        differs: "SELECT e.topic, COALESCE(t.seq, 0), e.newest, e.held, e.span
            FROM (SELECT topic, max(seq) AS newest, count(*) AS held,
                 max(seq) - min(seq) + 1 AS span
               FROM event WHERE at >= {since} GROUP BY topic) e
            LEFT JOIN topic t ON t.name = e.topic
            WHERE t.seq IS NULL OR t.seq <> e.newest OR e.held <> e.span LIMIT 100",
    },
    Check {
        called: "conversations",
        rows: "conversation",
        numbers: &["last position of conversation", "number of messages of conversation"],
        differs: "SELECT c.id, CAST(c.last_position AS bigint), COALESCE(m.latest, 0),
            COALESCE(m.messages, 0), CAST(c.last_position AS bigint)
            FROM conversation c
            LEFT JOIN (SELECT conversation_id, CAST(max(position) AS bigint) AS latest,
                 count(*) AS messages
               FROM message GROUP BY conversation_id) m ON m.conversation_id = c.id
            WHERE c.last_position <> COALESCE(m.latest, 0)
              OR c.last_position <> COALESCE(m.messages, 0) LIMIT 100",
    },
    Check {
        called: "unread counts",
        rows: "participant",
        numbers: &["last position, for a participant, of conversation"],
        differs: "SELECT c.id, CAST(p.last_position AS bigint), CAST(c.last_position AS bigint)
            FROM participant p JOIN conversation c ON c.id = p.conversation_id
            WHERE p.last_position <> c.last_position LIMIT 100",
    },
    Check {
        called: "read positions",
        rows: "participant",
        numbers: &["read or delivered, beyond the last position, of conversation"],
        differs: "SELECT conversation_id,
            CAST(CASE WHEN read_up_to > delivered_up_to THEN read_up_to ELSE delivered_up_to END
              AS bigint), CAST(last_position AS bigint)
            FROM participant WHERE read_up_to > last_position OR delivered_up_to > last_position
            LIMIT 100",
    },
];
