//! Distance on the ground, and how a database finds what is near without a geographic extension.
//!
//! Owns: checked points, the distance measure that SQL repeats term by term, the H3 cell stored
//! with each row, and the plan of a "nearest first" search (which ranges of cells to read, ring by
//! ring). Leaves to others: the SQL, the columns, and what a cursor looks like.
//!
//! A row stores its point as latitude and longitude, as a unit vector `x, y, z`, and as [`cell`],
//! an indexed integer. The order of a distance sort is [`chord2`], the squared chord between unit
//! vectors: eight arithmetic steps in SQL, the same bits on both databases, and monotone in the
//! distance on the ground.
//!
//! - `point`: [`Point`], [`unit_vector`], [`chord2`], metres to chord and back
//! - `cells`: [`cell`], and which stored numbers lie below a coarser cell
//! - `bands`, `walk`, `refine`: [`bands`], [`bands_inwards`] and [`cover`], the search plan
//! - `crowd`: [`Crowd`], a sample of where rows are, by which the plan is finer there

mod bands;
mod cells;
mod crowd;
mod point;
mod refine;
mod walk;

pub use bands::{Band, MAX_RADIUS_METRES, bands, bands_inwards, cover};
pub use cells::cell;
pub use crowd::Crowd;
pub use point::{
    EARTH_RADIUS_METRES, Point, PointError, chord2, chord2_of_metres, metres_of_chord2, unit_vector,
};

#[cfg(test)]
mod tests;
