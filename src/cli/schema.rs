//! `plaza schema`: the GraphQL schema as text.

use super::{Failure, say};

/// Prints the schema.
pub fn run() -> Result<(), Failure> {
    say(crate::schema::sdl().trim_end());
    Ok(())
}
