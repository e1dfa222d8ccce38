//! What the figures were measured on and with: without it they mean nothing.

use crate::options::Options;
use crate::postgres;
use anyhow::Result;
use procfs::{CpuInfo, Current, LoadAverage, Meminfo};
use serde::Serialize;
use std::process::Command;

/// Machine, versions, and what else went on
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub memory_gib: u64,
    pub kernel: String,
    /// Commit of the sources, with `+` where they were changed since
    pub commit: String,
    pub day: String,
    pub postgres: Option<String>,
    /// Processes that wanted to run, over the minute before the start and before the end
    pub load: [f32; 2],
}

impl Machine {
    /// Looks around, at the start.
    ///
    /// # Errors
    /// `/proc` can't be read, or PostgreSQL not asked.
    pub async fn look(options: &Options) -> Result<Self> {
        let info = CpuInfo::current()?;
        let postgres = match &options.postgres {
            Some(url) => {
                let sql = "SELECT current_setting('server_version') || ', shared_buffers ' \
                           || current_setting('shared_buffers') || ', fsync ' || current_setting('fsync')";
                postgres::text(url, sql).await?
            }
            None => None,
        };
        Ok(Self {
            cpu: info.model_name(0).unwrap_or("unknown").to_owned(),
            cores: info.num_cores(),
            memory_gib: Meminfo::current()?.mem_total >> 30,
            // What a distribution or a cloud adds to the number says nothing of speed.
            kernel: said("uname", &["-sr"]).split('-').next().unwrap_or_default().to_owned(),
            commit: commit(),
            day: said("date", &["-u", "+%Y-%m-%d"]),
            postgres,
            load: [load()?; 2],
        })
    }

    /// Notes the load at the end.
    ///
    /// # Errors
    /// `/proc` can't be read.
    pub fn finish(&mut self) -> Result<()> {
        self.load[1] = load()?;
        Ok(())
    }
}

fn load() -> Result<f32> {
    Ok(LoadAverage::current()?.one)
}

fn commit() -> String {
    let commit = said("git", &["rev-parse", "--short", "HEAD"]);
    let changed = !said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    if changed { commit + "+" } else { commit }
}

/// What a command says, or nothing
fn said(command: &str, arguments: &[&str]) -> String {
    let output = Command::new(command).args(arguments).output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}
