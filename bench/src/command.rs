//! Runs a command of `plaza` to its end: how long it took, and how much memory at most.

use crate::usage;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often memory is looked at; its peak is remembered by the kernel in between
const LOOK: Duration = Duration::from_millis(20);

/// What running a command took
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Ran {
    pub seconds: f64,
    /// Largest resident memory of the process, in MiB
    pub peak_rss: f64,
    /// What it answered
    #[serde(skip)]
    pub output: String,
    /// What it told on its way
    #[serde(skip)]
    pub told: String,
    /// It ended well
    #[serde(skip)]
    pub success: bool,
}

/// Runs a command to its end. What it says of its progress goes to a file and is left there.
///
/// # Errors
/// It can't be started.
pub async fn run(command: &mut Command) -> Result<Ran> {
    let started = Instant::now();
    let out = tempfile(command, "out")?;
    let err = tempfile(command, "err")?;
    command.stdin(Stdio::null()).stdout(out.1).stderr(err.1);
    let mut child = command.spawn().with_context(|| format!("starting {command:?}"))?;
    let pid = i32::try_from(child.id())?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = usage::peak(pid).unwrap_or(peak).max(peak);
        tokio::time::sleep(LOOK).await;
    };
    let seconds = started.elapsed().as_secs_f64();
    Ok(Ran {
        seconds,
        peak_rss: usage::mebibytes(peak),
        output: std::fs::read_to_string(&out.0)?,
        told: std::fs::read_to_string(&err.0)?,
        success: status.success(),
    })
}

/// Runs a command that has to end well.
///
/// # Errors
/// It did not; what it said comes along.
pub async fn must(command: &mut Command) -> Result<Ran> {
    let ran = run(command).await?;
    if !ran.success {
        bail!("{command:?} failed:\n{}{}", ran.output, ran.told);
    }
    Ok(ran)
}

fn tempfile(command: &Command, ending: &str) -> Result<(std::path::PathBuf, std::fs::File)> {
    let folder = command.get_current_dir().context("commands run in a folder of their own")?;
    let path = folder.join(format!("command.{ending}"));
    let file = std::fs::File::create(&path)?;
    Ok((path, file))
}
