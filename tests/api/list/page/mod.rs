//! Pages: every connection with every sort from both ends, cursors, and rows that come and go.

mod change;
mod cursor;
mod listing;
mod nested;
mod store_and_profile;
