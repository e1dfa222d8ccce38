//! Cores apart: who offers more than can be done must not take the cores of who is to do it.

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// This thread itself
const SELF: Pid = Pid::from_raw(0);

/// Servers on one half of the cores, we on the other, until it is dropped
pub struct Apart {
    database: Option<Pid>,
    all: CpuSet,
    ours: CpuSet,
    /// Cores that servers have
    pub theirs: usize,
}

impl Apart {
    /// Moves this thread and the database to the first half: what is started from now on begins there.
    /// On one core all share it.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn begin(database: Option<i32>) -> Result<Self> {
        Self::divide(database, |halves| halves.0)
    }

    /// The same with the database on our half: servers have theirs to themselves. Its processes of
    /// connections to come are there, those of older ones are not.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn servers_alone(database: Option<i32>) -> Result<Self> {
        Self::divide(database, |halves| halves.1)
    }

    /// All on one core, until it is dropped: whoever waits for another waits for a switch, each time.
    /// On several, how long a wait takes depends on which of them sleep.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn on_one(database: Option<i32>) -> Result<Self> {
        let together = Self::divide(database, |halves| halves.1)?;
        let last = (0..CpuSet::count()).rfind(|core| together.ours.is_set(*core).unwrap_or(false));
        let core = set(&[last.context("there is no core")?])?;
        for process in [Some(SELF), together.database].into_iter().flatten() {
            sched_setaffinity(process, &core).context("choosing a core")?;
        }
        Ok(together)
    }

    fn divide(
        database: Option<i32>,
        of_database: impl Fn((CpuSet, CpuSet)) -> CpuSet,
    ) -> Result<Self> {
        let all = sched_getaffinity(SELF).context("asking for our cores")?;
        let cores: Vec<usize> =
            (0..CpuSet::count()).filter(|core| all.is_set(*core).unwrap_or(false)).collect();
        let (first, second) = cores.split_at(cores.len().div_ceil(2));
        let (theirs, ours) = (set(first)?, set(if second.is_empty() { first } else { second })?);
        let database = database.map(Pid::from_raw);
        sched_setaffinity(SELF, &theirs).context("choosing cores")?;
        if let Some(database) = database {
            sched_setaffinity(database, &of_database((theirs, ours))).context("choosing cores")?;
        }
        Ok(Self { database, all, ours, theirs: first.len() })
    }

    /// Moves this thread to the second half.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn leave(&self) -> Result<()> {
        sched_setaffinity(SELF, &self.ours).context("choosing cores")
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        for process in [Some(SELF), self.database].into_iter().flatten() {
            // A process that has ended needs no cores.
            sched_setaffinity(process, &self.all).ok();
        }
    }
}

fn set(cores: &[usize]) -> Result<CpuSet> {
    let mut set = CpuSet::new();
    for core in cores {
        set.set(*core).context("naming a core")?;
    }
    Ok(set)
}
