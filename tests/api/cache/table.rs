//! That the caches know of every table there is.

use crate::support::on_both;
use plaza::db::{Dialect, OTHERS, Reads, Table};
use sea_orm::TryGetable;

on_both! {
    async fn no_table_is_unknown(app: &TestApp) {
        let reader = app.app.db.reader();
        let sql = match app.app.db.dialect() {
            Dialect::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
            // A virtual table keeps its rows in tables of its own, which nobody names.
            Dialect::Sqlite => "SELECT name FROM pragma_table_list WHERE type <> 'shadow' AND name <> 'sqlite_schema' AND name <> 'sqlite_temp_schema'",
        };
        let rows = reader.all(reader.sql(sql)).await.expect("answers");
        assert!(rows.len() > 30, "{} tables", rows.len());
        for row in rows {
            let name = String::try_get_by_index(&row, 0).expect("a name");
            let known = Table::named(&name).is_some() || OTHERS.contains(&name.as_str());
            assert!(known, "{name} is missing in db/table: are its rows kept, or not?");
        }
    }
}
