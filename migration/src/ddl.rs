//! DDL for two dialects: one text with `{placeholders}` for what they spell differently.
//!
//! | placeholder | PostgreSQL | SQLite |
//! |---|---|---|
//! | `{uuid}` | `uuid` | `BLOB` (16 bytes) |
//! | `{int}` `{small}` `{big}` | `integer` `smallint` `bigint` | `INTEGER` |
//! | `{bool}` | `boolean` | `INTEGER` |
//! | `{float}` | `double precision` | `REAL` |
//! | `{text}` | `text COLLATE "C"` | `TEXT` (compared bytewise by both) |
//! | `{bytes}` | `bytea` | `BLOB` |
//! | `{row_no}` | nothing | `row_no INTEGER PRIMARY KEY,` for full text and nested pages |
//! | `{key}` | `PRIMARY KEY` | `UNIQUE`, since `row_no` is the primary key there |
//! | `{strict}` | nothing | `STRICT` |
//! | `{false}` | `false` | `0` |

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs DDL in the dialect of the connected database
pub struct Ddl<'a, 'c>(pub &'a SchemaManager<'c>);

impl Ddl<'_, '_> {
    pub fn is_postgres(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Postgres
    }

    /// Runs each statement on either database.
    pub async fn run(&self, statements: &[&str]) -> Result<(), DbErr> {
        for statement in statements {
            self.0.get_connection().execute_unprepared(&self.spell(statement)).await?;
        }
        Ok(())
    }

    /// Runs the statements on PostgreSQL alone.
    pub async fn postgres(&self, statements: &[&str]) -> Result<(), DbErr> {
        if self.is_postgres() { self.run(statements).await } else { Ok(()) }
    }

    /// Runs the statements on SQLite alone.
    pub async fn sqlite(&self, statements: &[&str]) -> Result<(), DbErr> {
        if self.is_postgres() { Ok(()) } else { self.run(statements).await }
    }

    fn spell(&self, statement: &str) -> String {
        const WORDS: [(&str, &str, &str); 12] = [
            ("{uuid}", "uuid", "BLOB"),
            ("{int}", "integer", "INTEGER"),
            ("{small}", "smallint", "INTEGER"),
            ("{big}", "bigint", "INTEGER"),
            ("{bool}", "boolean", "INTEGER"),
            ("{float}", "double precision", "REAL"),
            ("{text}", "text COLLATE \"C\"", "TEXT"),
            ("{bytes}", "bytea", "BLOB"),
            ("{row_no}", "", "row_no INTEGER PRIMARY KEY,"),
            ("{key}", "PRIMARY KEY", "NOT NULL UNIQUE"),
            ("{strict}", "", "STRICT"),
            ("{false}", "false", "0"),
        ];
        WORDS.iter().fold(statement.to_owned(), |text, (word, postgres, sqlite)| {
            text.replace(word, if self.is_postgres() { postgres } else { sqlite })
        })
    }
}

/// Declares a migration step: its name, what it makes, and how that is undone
#[macro_export]
macro_rules! step {
    ($name:literal, up($up:ident) $make:block, down($down:ident) $undo:block) => {
        pub struct Step;

        impl sea_orm_migration::prelude::MigrationName for Step {
            fn name(&self) -> &str {
                $name
            }
        }

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Step {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                let $up = $crate::ddl::Ddl(manager);
                $make;
                Ok(())
            }
            async fn down(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                let $down = $crate::ddl::Ddl(manager);
                $undo;
                Ok(())
            }
        }
    };
}
