//! What is kept of what was read: that it never lies, what it spares, and what is not kept.

mod answer;
mod bell;
mod model;
mod node;
mod row;
mod table;
