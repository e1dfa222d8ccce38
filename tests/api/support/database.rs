//! A database for one test: a file, or a copy of a migrated template on the test server.

use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection};
use tempfile::TempDir;

/// Which database a test runs on
#[derive(Clone, Copy, Debug)]
pub enum Backend {
    /// A file in a temporary folder
    Sqlite,
    /// A database on the server that `PLAZA_TEST_POSTGRES` names
    Postgres,
}

/// Made for one test
pub struct Database {
    /// Data folder of the app
    pub folder: TempDir,
    /// None: SQLite in the folder
    pub url: Option<String>,
    name: String,
}

impl Database {
    pub async fn make(backend: Backend) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        match backend {
            Backend::Sqlite => Self { folder, url: None, name: String::new() },
            Backend::Postgres => {
                let server = server();
                let name =
                    format!("plaza_{:032x}", u128::from_be_bytes(plaza::app::random_bytes()));
                let admin = connect(&server).await;
                admin
                    .execute_unprepared(&format!("CREATE DATABASE {name}"))
                    .await
                    .expect("makes a database");
                admin.close().await.expect("closes");
                let url =
                    format!("{}/{name}", server.rsplit_once('/').expect("a URL with a database").0);
                Self { folder, url: Some(url), name }
            }
        }
    }

    pub async fn remove(self) {
        if self.url.is_some() {
            let admin = connect(&server()).await;
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            admin.execute_unprepared(&drop).await.expect("drops the database");
            admin.close().await.expect("closes");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test server is named by the environment")]
fn server() -> String {
    std::env::var("PLAZA_TEST_POSTGRES")
        .expect("PLAZA_TEST_POSTGRES names a PostgreSQL server for tests; `make test` starts one")
}

async fn connect(url: &str) -> DatabaseConnection {
    Connect::connect(url).await.expect("the test server answers")
}
