//! Documents that clients may run: published, retired, and what each client may send besides.
//!
//! Every change is an event of [`crate::events::Topic::Guard`], by which servers learn of it.
//!
//! - `publish`: new documents of a client, all or none
//! - `retire`: what it may no longer run
//! - `mode`: what it may send
//! - `kept`: what servers keep at hand
//! - `uses`: what is used, how often, by whom

mod kept;
mod mode;
mod publish;
mod retire;
mod uses;

pub use kept::{Kept, guard_number, kept, published_of};
pub use mode::{client_mode_set, clients_list};
pub use publish::{DocumentNew, Publication, documents_publish};
pub use retire::{Retirement, documents_retire};
pub use uses::{FieldUse, Used, Uses, field_uses, uses_keep, uses_write};

use crate::db::{Reads, WriteTx};
use crate::entities::{ClientMode, Timestamp};
use crate::error::{Code, Refusal, Result};

/// Stands for whoever names no client that is known
pub const EVERYBODY: &str = "*";
/// Longest name of a client, in characters
const MAX_NAME: usize = 64;

/// Refuses what can't be a client's name.
fn named(name: &str) -> Result<&str, Refusal> {
    let plain = |char: char| char.is_ascii_alphanumeric() || "._-/@".contains(char);
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(plain) {
        let message = format!(
            "A client's name has 1 to {MAX_NAME} of a-z, A-Z, 0-9, `.`, `_`, `-`, `/`, `@`"
        );
        return Err(Refusal::new(Code::Invalid, message).at("client"));
    }
    Ok(name)
}

/// Makes the client where it is new, and locks it.
async fn lock(tx: &WriteTx, client: &str, now: Timestamp) -> Result<()> {
    let mut sql = tx.sql("INSERT INTO client (name, mode, created_at) VALUES (");
    sql.bind(client).push(", ").bind(ClientMode::Log).push(", ").bind(now);
    sql.push(") ON CONFLICT (name) DO UPDATE SET name = excluded.name");
    tx.run(sql).await?;
    Ok(())
}
