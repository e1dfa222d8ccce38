//! PostgreSQL's own programs: `pg_dump` writes an archive, `pg_restore` reads it and brings it back.
//!
//! They are run on threads that may wait. A password goes to them by the environment, since everybody
//! on a machine can read the arguments of its processes.

mod archive;
mod command;

pub use archive::ArchiveRows;

use crate::config::Secret;
use crate::error::{Code, Error, Fault, Refusal, Result};
use archive::read_rows;
use command::{Ended, address, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The schema that Plaza's tables are in
const SCHEMA: &str = "--schema=public";

/// Where the programs are
#[derive(Clone, Debug)]
pub struct PostgresTools {
    /// None: where the system looks for programs
    pub folder: Option<PathBuf>,
}

/// Is told of each line that a program says about its progress
pub type Told = Box<dyn FnMut(&str) + Send>;

impl PostgresTools {
    /// Refuses programs that are not there, or are older than a server of this major version.
    ///
    /// # Errors
    /// As it says, with the package that has better ones.
    pub async fn demand(&self, name: &'static str, server: u32) -> Result<()> {
        let mut command = self.command(name);
        command.arg("--version");
        let said = on_a_thread(move || command.output()).await?;
        let Some(version) =
            said.ok().and_then(|said| major(&String::from_utf8_lossy(&said.stdout)))
        else {
            let place = match &self.folder {
                Some(folder) => format!("in {}", folder.display()),
                None => "in PATH".to_owned(),
            };
            let message = format!(
                "There is no {name} {place}: install PostgreSQL's client programs (on Debian: \
                 apt-get install postgresql-client-{server}), or name their folder by --tools"
            );
            return Err(Refusal::new(Code::Unavailable, message).into());
        };
        if version < server {
            let message = format!(
                "{name} is of PostgreSQL {version}, and the server is {server}: install newer client \
                 programs (on Debian: apt-get install postgresql-client-{server}), or name their \
                 folder by --tools"
            );
            return Err(Refusal::new(Code::Unsupported, message).into());
        }
        Ok(())
    }

    /// Writes one state of a database, by the name of its snapshot, into a file.
    ///
    /// # Errors
    /// Refused where the file can't be written, such as on a full disk.
    pub async fn dump(&self, url: &Secret, snapshot: &str, to: &Path, told: Told) -> Result<()> {
        let mut command = self.connected("pg_dump", url)?;
        command.args(["--format=custom", "--verbose", "--no-owner", "--no-privileges", SCHEMA]);
        // Rows of a table of parts are counted, and come back, as rows of the whole.
        command.arg("--load-via-partition-root");
        // Whoever brings it back begins another epoch.
        command.args(["--exclude-table-data=public.epoch", "--snapshot", snapshot, "--file"]);
        command.arg(to);
        match on_a_thread(move || run(command, told)).await? {
            Ended::Well => Ok(()),
            Ended::NoRoom(reason) => {
                let folder = to.parent().unwrap_or(to).display();
                let message =
                    format!("Nothing can be written to {folder}: {reason}; nothing was kept there");
                Err(Refusal::new(Code::Unavailable, message).into())
            }
            Ended::Badly(reason) => Err(Fault::new("pg_dump", reason).into()),
        }
    }

    /// Reads an archive to its end.
    ///
    /// # Errors
    /// Refused where it is not whole.
    pub async fn read(&self, archive: &Path) -> Result<ArchiveRows> {
        let mut list = self.command("pg_restore");
        list.arg("--list").arg(archive);
        let mut data = self.command("pg_restore");
        data.arg("--file=-").arg(archive);
        let read = on_a_thread(move || read_rows(list, data)).await?;
        let name = archive.display();
        read.map_err(|reason| {
            let message = if reason.contains("unsupported version") {
                format!(
                    "{name} was made by a newer pg_dump than there is a pg_restore ({reason}): install \
                     newer client programs (on Debian: postgresql-client), or name their folder by --tools"
                )
            } else {
                format!("{name} is no whole archive: {reason}")
            };
            Refusal::new(Code::Invalid, message).into()
        })
    }

    /// Brings an archive back into a database that has none of its tables: all of it, or nothing.
    ///
    /// # Errors
    /// The database did not take it.
    pub async fn restore(&self, url: &Secret, archive: &Path, told: Told) -> Result<()> {
        let mut command = self.connected("pg_restore", url)?;
        command.args(["--single-transaction", "--exit-on-error", "--verbose"]);
        command.args(["--no-owner", "--no-privileges", SCHEMA]).arg(archive);
        match on_a_thread(move || run(command, told)).await? {
            Ended::Well => Ok(()),
            Ended::NoRoom(reason) | Ended::Badly(reason) => {
                Err(Fault::new("pg_restore", reason).into())
            }
        }
    }

    fn connected(&self, name: &str, url: &Secret) -> Result<Command> {
        let mut command = self.command(name);
        let (address, password) = address(url.expose())
            .ok_or_else(|| Fault::new("reading the database's address", "it is no URL"))?;
        command.arg("--dbname").arg(address);
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        Ok(command)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = match &self.folder {
            Some(folder) => Command::new(folder.join(name)),
            None => Command::new(name),
        };
        // What they say is read; a moment is told in UTC.
        command.env("LC_ALL", "C").env("TZ", "UTC");
        command
    }
}

/// `pg_dump (PostgreSQL) 15.18 (Debian …)` is of 15.
fn major(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    version.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|err| Error::from(Fault::new("waiting for a program", err)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_programs_tell_them() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("pg_restore (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("Error: no PostgreSQL installed\n"), None);
    }
}
