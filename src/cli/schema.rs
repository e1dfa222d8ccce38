//! `plaza schema`: the GraphQL schema as text.

use super::say;

/// Prints the schema.
pub fn run() {
    say(crate::schema::sdl().trim_end());
}
