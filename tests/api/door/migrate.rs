//! `plaza migrate` on both databases: up, status, down all the way, and up again.

use super::place::Place;
use crate::support::Backend;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

impl Place {
    /// Steps of `migrate status`, by whether they are taken
    fn steps(&self) -> (Vec<String>, Vec<String>) {
        let said = self.run(&["migrate", "status"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let lines = said.out.lines().map(|line| line.split_once("  ").expect("state and name"));
        let (taken, missing): (Vec<_>, Vec<_>) =
            lines.partition(|(state, _)| state.trim() == "taken");
        let names = |steps: Vec<(&str, &str)>| {
            steps.into_iter().map(|step| step.1.trim().to_owned()).collect()
        };
        (names(taken), names(missing))
    }

    /// Everything that the schema consists of but the record of steps, as text
    async fn schema(&self) -> Vec<String> {
        let db = self.connect().await;
        let text = match db.get_database_backend() {
            DbBackend::Sqlite => "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE tbl_name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite_stat%' ORDER BY 1",
            _ => "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
                  FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%'
                  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'seaql%'
                  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'seaql%'
                  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
                  UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%seaql%' ORDER BY 1",
        };
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), text))
            .await
            .expect("reads");
        let schema =
            rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("text")).collect();
        db.close().await.expect("closes");
        schema
    }
}

async fn there_and_back(backend: Backend) {
    let target = Place::make(backend).await;
    let (taken, all) = target.steps();
    assert!(taken.is_empty() && all.len() >= 7, "{taken:?} {all:?}");

    let said = target.run(&["migrate", "up"]);
    assert_eq!(
        (said.code, said.out.trim()),
        (0, format!("{} steps taken; the database is up to date", all.len()).as_str())
    );
    assert_eq!(target.steps(), (all.clone(), vec![]));
    let schema = target.schema().await;
    assert!(schema.len() > 40, "{schema:#?}");
    let again = target.run(&["migrate", "up"]);
    assert_eq!((again.code, again.out.trim()), (0, "0 steps taken; the database is up to date"));

    let unsure = target.run(&["migrate", "down"]);
    assert_eq!((unsure.code, unsure.err.contains("add --yes")), (1, true), "{}", unsure.err);
    assert_eq!(target.steps().0, all, "nothing was undone");

    let (last, before) = all.split_last().expect("steps");
    let one = target.run(&["migrate", "down", "--yes"]);
    assert_eq!((one.code, one.out.trim()), (0, "1 steps undone"));
    assert_eq!(target.steps(), (before.to_vec(), vec![last.clone()]));
    let check = target.run(&["check"]);
    assert_eq!(check.code, 1);
    assert!(check.out.contains("misses 1 schema steps"), "{}", check.out);

    let rest = target.run(&["migrate", "down", "--yes", "--steps", "99"]);
    assert_eq!(
        (rest.code, rest.out.trim()),
        (0, format!("{} steps undone", before.len()).as_str()),
        "{}",
        rest.err
    );
    assert_eq!(target.steps(), (vec![], all.clone()));
    assert_eq!(target.schema().await, Vec::<String>::new(), "nothing is left");

    assert_eq!(target.run(&["migrate", "up"]).code, 0);
    assert_eq!(target.schema().await, schema, "and all of it comes back alike");
    assert_eq!(target.run(&["check"]).code, 0);
    target.remove().await;
}

#[tokio::test]
async fn sqlite_goes_up_and_all_the_way_down_and_up_again() {
    there_and_back(Backend::Sqlite).await;
}

#[tokio::test]
async fn postgres_goes_up_and_all_the_way_down_and_up_again() {
    there_and_back(Backend::Postgres).await;
}
