//! Checked points and the distance between them.
//!
//! Owns: what a valid point is, its unit vector, the squared chord, and metres on the ground for a
//! chord. Leaves to `cells` and `bands` how a database finds points by it.

use std::f64::consts::PI;

/// Mean radius of the earth, `(2a + b) / 3` of the WGS 84 ellipsoid (IUGG), in metres.
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// A place on the earth, in degrees. Latitude is within -90..=90, longitude within -180..180.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    lat: f64,
    lon: f64,
}

/// Which coordinate is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PointError {
    Latitude,
    Longitude,
}

impl PointError {
    /// A sentence for the person who sent the point.
    pub fn message(self) -> &'static str {
        match self {
            Self::Latitude => "Latitude must be a number from -90 to 90, in degrees",
            Self::Longitude => "Longitude must be a number from -180 to 180, in degrees",
        }
    }

    /// The name of the coordinate at fault, as the contract spells it.
    pub fn coordinate(self) -> &'static str {
        match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
        }
    }
}

impl Point {
    /// `lat` and `lon` in degrees. Infinities and NaN are out of range. Longitude 180 becomes -180
    /// and minus zero becomes zero, so that one place has one spelling.
    ///
    /// # Errors
    /// The first coordinate that is out of range.
    pub fn new(lat: f64, lon: f64) -> Result<Self, PointError> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PointError::Latitude);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PointError::Longitude);
        }
        let lon = if lon >= 180.0 { -180.0 } else { lon };
        Ok(Self { lat: lat + 0.0, lon: lon + 0.0 })
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }
}

/// The point on a sphere of radius 1: x towards (0, 0), y towards (0, 90 E), z towards the north
/// pole.
pub fn unit_vector(point: Point) -> [f64; 3] {
    let (sin_lat, cos_lat) = point.lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = point.lon.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// The squared straight line between two unit vectors, 0..=4.
///
/// SQL computes the same bits by `(x-x0)*(x-x0) + (y-y0)*(y-y0) + (z-z0)*(z-z0)`: the order of
/// operations is part of the contract, since cursors hold the result.
pub fn chord2(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [dx, dy, dz] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    dx * dx + dy * dy + dz * dz
}

/// Metres along the ground for a squared chord: `2 R asin(c / 2)`. Monotone.
pub fn metres_of_chord2(chord2: f64) -> f64 {
    2.0 * EARTH_RADIUS_METRES * (chord2.max(0.0).sqrt() / 2.0).min(1.0).asin()
}

/// The squared chord for metres along the ground: `(2 sin(m / 2R))²`. Monotone; negative metres
/// count as none, and more than half the way round as half the way round.
pub fn chord2_of_metres(metres: f64) -> f64 {
    let half_angle = (metres.max(0.0) / (2.0 * EARTH_RADIUS_METRES)).min(PI / 2.0);
    let chord = 2.0 * half_angle.sin();
    chord * chord
}
