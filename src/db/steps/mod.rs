//! The schema's steps: which are taken, and taking or undoing them, one process at a time.
//!
//! sea-orm-migration takes a step; this decides when. Each step is one transaction that begins with
//! a lock (`turn`), looks what is missing, takes the next step and commits: however many processes
//! start at once, each step is taken once, and one that is killed leaves nothing half done.
//!
//! A database may know steps that this program does not: a newer one is being rolled out. Such a
//! schema is served, and never changed.

mod month;
mod turn;

use super::connect::Db;
use super::driver;
use super::reader::Reads;
use super::sql::Sql;
use crate::error::{Code, Fault, Refusal, Result};
use migration::{Migrator, MigratorTrait};
pub use month::{ByMonth, MONTHS_AHEAD, Month};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, TryGetable};
use std::time::{Duration, Instant};
pub use turn::Turn;

/// Pause before a step is tried again whose tables were in use
const REST: Duration = Duration::from_secs(1);

/// How a database's steps compare with this program's
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Ours, and whether they are taken, in order
    pub known: Vec<(String, bool)>,
    /// Taken, but not ours
    pub newer: Vec<String>,
}

impl Steps {
    /// Compares the names of steps that are taken with this program's.
    pub fn of(taken: &[String]) -> Self {
        let ours: Vec<String> =
            Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let newer = taken.iter().filter(|name| !ours.contains(name)).cloned().collect();
        let known = ours.into_iter().map(|name| {
            let is_taken = taken.contains(&name);
            (name, is_taken)
        });
        Self { known: known.collect(), newer }
    }

    /// How many are missing
    pub fn missing(&self) -> usize {
        self.known.iter().filter(|(_, taken)| !taken).count()
    }

    /// Refuses a schema with steps that this program does not know; `what` was made by a newer one.
    ///
    /// # Errors
    /// There are such steps.
    pub fn demand_known(&self, what: &str) -> Result<()> {
        let Some(last) = self.newer.last() else { return Ok(()) };
        let (count, version) = (self.newer.len(), env!("CARGO_PKG_VERSION"));
        let message = format!(
            "{what} was made by a newer Plaza: it has {count} schema steps that version {version} \
             does not know, the last of them {last}; use that version or later"
        );
        Err(Refusal::new(Code::Conflict, message).into())
    }
}

/// How long to wait for others, and who is told meanwhile
pub struct Patience<'a> {
    /// Longest wait: for another process that changes the schema, and for tables in use
    pub wait: Duration,
    /// Is told whom it waits for
    pub tell: &'a (dyn Fn(&str) + Sync),
}

impl Db {
    /// Which steps are taken. Nothing is made by asking.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn steps(&self) -> Result<Steps> {
        of(self.reader()).await
    }

    /// Whether this is a life of the database that streams can tell from another: a backup that was
    /// just brought back has none.
    ///
    /// # Errors
    /// The database gave no answer.
    pub async fn has_epoch(&self) -> Result<bool> {
        Ok(self.reader().one(self.reader().sql("SELECT id FROM epoch")).await?.is_some())
    }

    /// Waits until nobody else changes the schema, and keeps it so until that is dropped.
    ///
    /// # Errors
    /// Refused where that did not come in time.
    pub async fn hold_steps(&self, patience: &Patience<'_>) -> Result<Turn> {
        let turn = Turn::wait(self, patience).await?;
        turn.linger().await?;
        Ok(turn)
    }

    /// Takes every step that is missing; how many this process took.
    ///
    /// # Errors
    /// Refused where the schema is newer than this program, or others were in the way for longer
    /// than the patience.
    pub async fn steps_up(&self, patience: &Patience<'_>) -> Result<usize> {
        let mut count = 0;
        while self.one(patience, Way::Up).await? {
            count += 1;
        }
        Ok(count)
    }

    /// Undoes so many steps, the last first; how many there were to undo.
    ///
    /// # Errors
    /// As [`Db::steps_up`].
    pub async fn steps_down(&self, steps: u32, patience: &Patience<'_>) -> Result<usize> {
        let mut count = 0;
        for _ in 0..steps {
            if !self.one(patience, Way::Down).await? {
                break;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Takes or undoes the next step, where there is one.
    async fn one(&self, patience: &Patience<'_>, way: Way) -> Result<bool> {
        let begun = Instant::now();
        loop {
            let turn = Turn::wait(self, patience).await?;
            let steps = of(&turn).await?;
            steps.demand_known("This database")?;
            let Some(step) = way.next(&steps) else {
                if way.is_up() {
                    epoch(&turn).await?;
                }
                turn.commit().await?;
                return Ok(false);
            };
            turn.hurry().await?;
            match way.go(turn.connection()).await {
                Ok(()) => {
                    turn.commit().await?;
                    return Ok(true);
                }
                Err(err) if driver::was_in_the_way(&err) => {
                    let_go(self, turn, &format!("Step {step}"), begun, patience).await?;
                }
                Err(err) => {
                    return Err(Fault::new("bringing the database up to date", err).into());
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

impl Way {
    fn is_up(self) -> bool {
        matches!(self, Self::Up)
    }

    /// Name of the step that comes next
    fn next(self, steps: &Steps) -> Option<String> {
        let next = match self {
            Self::Up => steps.known.iter().find(|(_, taken)| !taken),
            Self::Down => steps.known.iter().rfind(|(_, taken)| *taken),
        };
        next.map(|(name, _)| name.clone())
    }

    async fn go(self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        match self {
            Self::Up => Migrator::up(tx, Some(1)).await,
            Self::Down => Migrator::down(tx, Some(1)).await,
        }
    }
}

/// Lets others go on whose tables are needed, and waits until it is tried again.
async fn let_go(
    db: &Db,
    turn: Turn,
    what: &str,
    begun: Instant,
    patience: &Patience<'_>,
) -> Result<()> {
    turn.give_up().await?;
    let others = turn::oldest(db).await?;
    if begun.elapsed() >= patience.wait {
        return Err(in_use(what, &others, begun.elapsed()).into());
    }
    (patience.tell)(&format!("{what} waits for tables in use{others}"));
    tokio::time::sleep(REST).await;
    Ok(())
}

fn in_use(what: &str, others: &str, waited: Duration) -> Refusal {
    let seconds = waited.as_secs();
    let message = format!(
        "{what} could not have its tables for {seconds} s, since they are in use{others}; \
         nothing of it was done: end what uses them, and try again"
    );
    Refusal::new(Code::Conflict, message)
}

/// Which steps are taken
pub(super) async fn of(reads: &impl Reads) -> Result<Steps> {
    taken(reads).await.map(|taken| Steps::of(&taken))
}

/// Names of the steps that are taken, in order
async fn taken(reads: &impl Reads) -> Result<Vec<String>> {
    let mut there = reads.sql("SELECT 1 WHERE ");
    there.either(
        "to_regclass('seaql_migrations') IS NOT NULL",
        "EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'seaql_migrations')",
    );
    if reads.one(there).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows =
        reads.all(reads.sql("SELECT version FROM seaql_migrations ORDER BY version")).await?;
    rows.iter().map(|row| Ok(String::try_get_by_index(row, 0)?)).collect()
}

/// Gives the database an epoch where it has none: a backup holds none, so that whoever brings one
/// back, by whatever means, begins another.
async fn epoch(turn: &Turn) -> Result<()> {
    let mut sql = Sql::new(turn.dialect(), "INSERT INTO epoch (id) SELECT ");
    sql.either("gen_random_uuid()", "randomblob(16)");
    sql.push(" WHERE NOT EXISTS (SELECT 1 FROM epoch)");
    turn.connection().execute_raw(sql.into_statement()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn steps_that_nobody_here_knows_are_newer_and_refused() {
        let all: Vec<String> = Steps::of(&[]).known.into_iter().map(|(name, _)| name).collect();
        assert_eq!(Steps::of(&[]).missing(), all.len());
        assert!(Steps::of(&all).demand_known("It").is_ok());
        let newer = [all.clone(), names(&["m9998_x", "m9999_y"])].concat();
        let steps = Steps::of(&newer);
        assert_eq!((steps.missing(), steps.newer.len()), (0, 2));
        let Err(crate::error::Error::Refused(refusals)) = steps.demand_known("It") else {
            panic!("a refusal was expected");
        };
        assert!(refusals[0].message.contains("2 schema steps"), "{refusals:?}");
        assert!(refusals[0].message.contains("m9999_y"), "{refusals:?}");
    }
}
