//! What a process used: CPU time to the nanosecond, memory now and at most.

use anyhow::{Context, Result};
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;
use procfs::process::Process;
use serde::Serialize;
use std::time::Duration;

/// CPU time of a process so far, all its threads, those that ended too.
///
/// # Errors
/// There is no such process.
pub fn cpu(pid: i32) -> Result<Duration> {
    let clock = clock_getcpuclockid(Pid::from_raw(pid)).context("finding a process's CPU clock")?;
    Ok(Duration::from(clock_gettime(clock).context("reading a process's CPU clock")?))
}

/// CPU time of the children of a process that have ended, in ticks of 10 ms.
pub fn cpu_of_ended_children(pid: i32) -> Result<Duration> {
    let stat = Process::new(pid)?.stat()?;
    let ticks = u64::try_from(stat.cutime + stat.cstime).unwrap_or_default();
    Ok(Duration::from_secs(ticks) / u32::try_from(procfs::ticks_per_second()).unwrap_or(100))
}

/// Running children of a process whose command line holds a text.
pub fn children(pid: i32, holding: &str) -> Result<Vec<i32>> {
    let mut found = Vec::new();
    for process in procfs::process::all_processes()?.flatten() {
        let (Ok(stat), Ok(words)) = (process.stat(), process.cmdline()) else { continue };
        if stat.ppid == pid && words.iter().any(|word| word.contains(holding)) {
            found.push(process.pid);
        }
    }
    Ok(found)
}

/// The process that started this one.
pub fn parent(pid: i32) -> Result<i32> {
    Ok(Process::new(pid)?.stat()?.ppid)
}

/// Memory of a process, in MiB
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    /// Resident, pages shared with others included in full
    pub rss: f64,
    /// Resident, pages shared with others divided among them
    pub pss: f64,
}

/// Memory of a process now.
pub fn memory(pid: i32) -> Result<Memory> {
    let rollup = Process::new(pid)?.smaps_rollup()?;
    let sum = |name: &str| {
        let maps = rollup.memory_map_rollup.iter();
        maps.filter_map(|map| map.extension.map.get(name)).sum::<u64>()
    };
    Ok(Memory { rss: mebibytes(sum("Rss")), pss: mebibytes(sum("Pss")) })
}

/// The most memory that a process had resident so far, in bytes; none where it has ended.
pub fn peak(pid: i32) -> Option<u64> {
    Some(Process::new(pid).ok()?.status().ok()?.vmhwm? * 1024)
}

/// Bytes as MiB
pub fn mebibytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}
