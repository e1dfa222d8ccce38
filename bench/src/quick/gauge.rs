//! What a batch of requests takes of Plaza: statements, allocations, CPU time. This thread's own part,
//! which is the client's, is left out.

use super::calibration::Calibration;
use super::wire::Wire;
use alloc_tracker::{Report, Session};
use anyhow::{Result, ensure};
use nix::time::{ClockId, clock_gettime};
use plaza::app::App;
use std::time::Duration;

/// Pieces of calibration beside a batch
const PIECES: u32 = 2;

/// What one batch took, a request
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    pub statements: f64,
    pub allocations: f64,
    pub bytes: f64,
    /// CPU time, in ms
    pub cpu_ms: f64,
}

/// Sends the requests one after the other.
///
/// # Errors
/// An answer has errors.
pub fn batch(app: &App, wire: &mut Wire, requests: &[Vec<u8>]) -> Result<Batch> {
    let session = Session::new().no_stdout().no_file();
    let (all, own) = (session.operation("all"), session.operation("own"));
    let statements = app.db.stats().statements().0;
    let cpu = server_cpu()?;
    // Spans must know their count when they end, also where an answer is wrong.
    let all = all.measure_process().iterations(1);
    let own = own.measure_thread().no_peak().iterations(1);
    for request in requests {
        wire.send(request)?;
    }
    drop(own);
    drop(all);
    let cpu = server_cpu()?.saturating_sub(cpu);
    let statements = app.db.stats().statements().0 - statements;
    let report = session.to_report();
    let [all, own] = ["all", "own"].map(|name| taken(&report, name));
    ensure!(all.0 > own.0, "nothing is counted: this program must have the allocator that counts");
    let count = figure(requests.len() as u64);
    Ok(Batch {
        statements: figure(statements) / count,
        allocations: figure(all.0 - own.0) / count,
        bytes: figure(all.1 - own.1) / count,
        cpu_ms: cpu.as_secs_f64() * 1e3 / count,
    })
}

/// CPU time of a piece of calibration now, in ms
///
/// # Errors
/// The system refuses.
pub fn calibrate(calibration: &mut Calibration) -> Result<f64> {
    let before = own_cpu()?;
    for _ in 0..PIECES {
        calibration.work()?;
    }
    Ok(own_cpu()?.saturating_sub(before).as_secs_f64() * 1e3 / f64::from(PIECES))
}

/// Allocations and their bytes
fn taken(report: &Report, name: &str) -> (u64, u64) {
    let found = report.operations().find(|(of, _)| *of == name);
    found.map_or((0, 0), |(_, of)| (of.total_allocations_count(), of.total_bytes_allocated()))
}

/// CPU time of all threads but this one
fn server_cpu() -> Result<Duration> {
    let all = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?);
    Ok(all.saturating_sub(own_cpu()?))
}

fn own_cpu() -> Result<Duration> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?))
}

/// A count as a figure; counts here are far below what a float tells apart.
fn figure(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
