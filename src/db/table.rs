//! Which tables a statement reads or writes, by its text.
//!
//! Why by the text: services and loaders write SQL, and a table that somebody has to name a second
//! time is a table that somebody forgets. A word of the text that is a table's name counts, wherever
//! it stands, so that at worst a cache forgets too much.

use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of a change that are told one by one; more are "some"
const MOST: usize = 200;

macro_rules! tables {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// A table whose rows look alike to everybody, so that they may be kept
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table { $(#[doc = $text] $name),* }

        impl Table {
            /// How many there are
            pub const COUNT: usize = [$($text),*].len();
            const ALL: [Self; Self::COUNT] = [$(Self::$name),*];

            /// As the database calls it
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

tables! {
    Category = "category",
    Listing = "listing",
    Profile = "profile",
    Store = "store",
    StoreHours = "store_hours",
    StoreMember = "store_member",
    StoreTopListing = "store_top_listing",
    User = "user",
}

/// Tables whose rows are never kept. A test holds that no table is missing here.
pub const OTHERS: [&str; 33] = [
    "api_key",
    "audit_entry",
    "chat_day",
    "client",
    "conversation",
    "credential",
    "document",
    "epoch",
    "event",
    "field_use",
    "idempotency",
    "job",
    "listing_figure",
    "message",
    "message_term",
    "operation_figure",
    "order",
    "order_event",
    "order_figure",
    "order_item",
    "participant",
    "presence",
    "reply",
    "seaql_migrations",
    "session",
    "setting",
    "sign_in_failure",
    "store_counter",
    "topic",
    "upload",
    "upload_part",
    "sqlite_sequence",
    "sqlite_stat1",
];

impl Table {
    /// The table of a name. Words of a table's rows that stand apart are its own.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.strip_suffix("_search").unwrap_or(name);
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What a statement reads
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    tables: u32,
    /// Something else, too, that may change unnoticed
    others: bool,
}

impl Sources {
    /// What this text reads
    pub fn of(text: &str) -> Self {
        let mut sources = Self::default();
        for word in words(text) {
            if let Some(table) = Table::named(word) {
                sources.tables |= 1 << table.index();
            } else if OTHERS.contains(&word) {
                sources.others = true;
            }
        }
        sources
    }

    /// One table alone
    pub fn table(table: Table) -> Self {
        Self { tables: 1 << table.index(), others: false }
    }

    /// Both
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { tables: self.tables | other.tables, others: self.others || other.others }
    }

    /// All that was read, where every change of it is counted
    pub fn tables(self) -> Option<impl Iterator<Item = Table>> {
        let held = move |table: &Table| self.tables & (1 << table.index()) != 0;
        (!self.others).then(|| Table::ALL.into_iter().filter(held))
    }
}

/// What a transaction has written, of tables whose rows are kept
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written(BTreeMap<Table, Rows>);

/// Rows of a table
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// These
    These(Vec<Uuid>),
    /// Some
    Unknown,
}

impl Written {
    /// Nothing
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By table
    pub fn tables(&self) -> impl Iterator<Item = (Table, &Rows)> {
        self.0.iter().map(|(table, rows)| (*table, rows))
    }

    /// Adds rows of a table; None: nobody knows which.
    pub fn add(&mut self, table: &str, rows: Option<&[Uuid]>) {
        let Some(table) = Table::named(table) else { return };
        let known = self.0.entry(table).or_insert_with(|| Rows::These(Vec::new()));
        match (&mut *known, rows) {
            (Rows::These(known), Some(rows)) if known.len() + rows.len() <= MOST => {
                known.extend_from_slice(rows);
            }
            _ => *known = Rows::Unknown,
        }
    }

    /// Adds what a statement writes, which says itself which rows that may be.
    pub fn add_statement(&mut self, text: &str, rows: Option<&[Uuid]>) {
        match target(text) {
            Target::Nothing => {}
            Target::Table(name) => self.add(name, rows),
            Target::Unclear => words(text).for_each(|word| self.add(word, None)),
        }
    }

    /// As other servers are told: `listing:ID,ID store`
    pub fn write(&self) -> String {
        let table = |(table, rows): (&Table, &Rows)| match rows {
            Rows::Unknown => table.name().to_owned(),
            Rows::These(rows) => {
                let rows: Vec<_> = rows.iter().map(|row| row.simple().to_string()).collect();
                format!("{}:{}", table.name(), rows.join(","))
            }
        };
        self.0.iter().map(table).collect::<Vec<_>>().join(" ")
    }

    /// The same, read again
    pub fn read(line: &str) -> Option<Self> {
        let mut written = Self::default();
        for part in line.split_whitespace() {
            let (name, rows) = match part.split_once(':') {
                Some((name, rows)) => (name, Some(rows)),
                None => (part, None),
            };
            Table::named(name)?;
            let ids = rows.map(|rows| rows.split(',').filter(|id| !id.is_empty()));
            let ids =
                ids.map(|ids| ids.map(|id| Uuid::try_parse(id).ok()).collect::<Option<Vec<_>>>());
            match ids {
                Some(ids) => written.add(name, Some(&ids?)),
                None => written.add(name, None),
            }
        }
        Some(written)
    }
}

enum Target<'a> {
    Nothing,
    Table(&'a str),
    Unclear,
}

/// What a statement writes to
fn target(text: &str) -> Target<'_> {
    let text = text.strip_prefix(super::UPKEEP).unwrap_or(text);
    let mut words = words(text);
    let first = words.next().unwrap_or_default();
    let is = |word: &str, known: &str| word.eq_ignore_ascii_case(known);
    let name = if is(first, "SELECT") {
        return Target::Nothing;
    } else if is(first, "UPDATE") {
        words.next()
    } else if is(first, "INSERT") || is(first, "DELETE") {
        words.find(|word| is(word, "INTO") || is(word, "FROM")).and_then(|_| words.next())
    } else {
        None
    };
    name.map_or(Target::Unclear, Target::Table)
}

/// Names and keywords of a text. Keywords are upper case, so that `ORDER BY` is no table.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    text.split(move |sign| !part(sign)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(statements: &[&str]) -> String {
        let mut written = Written::default();
        statements.iter().for_each(|text| written.add_statement(text, None));
        written.write()
    }

    #[test]
    fn what_a_statement_writes_is_its_target() {
        assert_eq!(written(&["UPDATE listing SET stock = 1 FROM store"]), "listing");
        assert_eq!(written(&["INSERT OR REPLACE INTO store_search (a) VALUES (1)"]), "store");
        assert_eq!(written(&["/* upkeep */ DELETE FROM \"user\" WHERE 1"]), "user");
        assert_eq!(written(&["SELECT * FROM listing FOR UPDATE", "UPDATE message SET a = 1"]), "");
        let with = "WITH a AS (SELECT 1 FROM store) UPDATE profile SET b = 1";
        assert_eq!(written(&[with]), "profile store", "who can't tell takes all");
    }

    #[test]
    fn rows_are_told_one_by_one_until_they_are_many() {
        let rows: Vec<_> = (0..MOST as u128).map(Uuid::from_u128).collect();
        let mut change = Written::default();
        change.add("listing", Some(&rows));
        change.add("store", None);
        change.add("message", None);
        assert_eq!(Written::read(&change.write()).as_ref(), Some(&change));
        change.add("listing", Some(&[Uuid::max()]));
        assert_eq!(change.write(), "listing store");
        assert_eq!(Written::read("listing:rubbish"), None);
        assert_eq!(Written::read("parcel"), None);
    }

    #[test]
    fn what_a_statement_reads_is_every_table_in_it() {
        let names = |text| {
            let tables = Sources::of(text).tables();
            tables.map(|tables| tables.map(Table::name).collect::<Vec<_>>())
        };
        assert_eq!(
            names("SELECT t.id FROM store_top_listing t JOIN listing l ON 1 ORDER BY t.rank"),
            Some(vec!["listing", "store_top_listing"])
        );
        assert_eq!(
            names("SELECT 1 FROM \"user\" u, listing_search"),
            Some(vec!["listing", "user"])
        );
        assert_eq!(names("SELECT 1 FROM listing l JOIN \"order\" o ON 1"), None);
        assert_eq!(names("SELECT 1 FROM session"), None);
    }
}
