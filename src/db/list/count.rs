//! Counting and grouping the rows of a list, under every parent in one statement.

use super::List;
use crate::db::connect::Dialect;
use crate::db::sql::Sql;

impl List<'_> {
    /// Counts each parent's rows, no further than `limit`. Row shape: parent number, count.
    pub fn count(&self, dialect: Dialect, limit: i64) -> Sql {
        let mut sql = self.with_parts(dialect);
        let bound = self.bind_shared(&mut sql);
        let limit = sql.number(limit);
        sql.push("SELECT r.k, (SELECT count(*) FROM (SELECT 1 FROM parts p JOIN ");
        sql.push(self.table).push(" l ON ");
        self.part_matches(&mut sql, "p");
        sql.push(" WHERE p.k = r.k");
        self.conditions(&mut sql, &bound, "l");
        sql.push(&format!(" LIMIT ${limit}) c) FROM (SELECT DISTINCT k FROM parts) r"));
        sql
    }

    /// Groups each parent's rows. Row shape: parent number, then `group` and `aggregates`, both
    /// over the alias `l`.
    pub fn grouped(&self, dialect: Dialect, group: &str, aggregates: &str) -> Sql {
        let mut sql = self.with_parts(dialect);
        let bound = self.bind_shared(&mut sql);
        sql.push(&format!(
            "SELECT p.k, {group}, {aggregates} FROM parts p JOIN {} l ON ",
            self.table
        ));
        self.part_matches(&mut sql, "p");
        // `1 = 1` carries the conditions, which all begin with AND.
        sql.push(" WHERE 1 = 1");
        self.conditions(&mut sql, &bound, "l");
        sql.push(&format!(" GROUP BY p.k, {group}"));
        sql
    }
}
