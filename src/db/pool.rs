//! How a database and the connections to it stand.

use super::connect::{Db, Dialect};
use super::reader::Reads;
use super::reading::Reading;
use crate::error::Result;

/// Connections of a pool
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connections {
    pub open: u32,
    /// Of these, so many have nothing to do
    pub idle: u32,
    /// So many there may be
    pub most: u32,
}

impl Connections {
    fn of(open: u32, idle: usize, most: u32) -> Self {
        Self { open, idle: u32::try_from(idle).unwrap_or(u32::MAX), most }
    }
}

impl Db {
    /// Connections of each pool, by role
    pub fn connections(&self) -> Vec<(&'static str, Connections)> {
        match self.dialect {
            Dialect::Postgres => {
                let pool = self.writer.get_postgres_connection_pool();
                let most = pool.options().get_max_connections();
                let held = ("primary", Connections::of(pool.size(), pool.num_idle(), most));
                let read = self.reader.reading().map(Reading::connections);
                let read = read.map(|read| ("reader", read));
                let replicas = self.replicas.as_ref().map(|replicas| replicas.connections());
                let replicas = replicas.map(|replicas| ("replica", replicas));
                [held].into_iter().chain(read).chain(replicas).collect()
            }
            Dialect::Sqlite => {
                let reader = self.reader.pool().map(|pool| ("reader", pool));
                let pools = [("primary", &self.writer)].into_iter().chain(reader);
                pools
                    .map(|(role, connection)| {
                        let pool = connection.get_sqlite_connection_pool();
                        let most = pool.options().get_max_connections();
                        (role, Connections::of(pool.size(), pool.num_idle(), most))
                    })
                    .collect()
            }
        }
    }

    /// Bytes that the database takes on its disk
    ///
    /// # Errors
    /// It gave no answer.
    pub async fn size(&self) -> Result<i64> {
        let text = match self.dialect {
            Dialect::Postgres => "SELECT pg_database_size(current_database())",
            Dialect::Sqlite => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
        };
        Ok(self.reader.value(self.reader.sql(text)).await?.unwrap_or_default())
    }
}
