//! Properties of the distance measure and of the search plan, at random places and at the awkward
//! ones: poles, antimeridian, pentagons.

#![expect(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "edges of bands are compared to the bit, and cell numbers fit"
)]

use h3o::{CellIndex, LatLng, Resolution};
use proptest::prelude::*;

use super::cells::{LEVELS, REACH_METRES, RESOLUTIONS, STORED, centre, range};
use super::*;

fn point(lat: f64, lon: f64) -> Point {
    Point::new(lat, lon).expect("a valid point")
}

fn anywhere() -> impl Strategy<Value = Point> {
    (-1.0..=1.0f64, -180.0..=180.0f64).prop_map(|(z, lon)| point(z.asin().to_degrees(), lon))
}

/// Within about 50 km of a pentagon's centre, of a pole or of the antimeridian, or anywhere.
fn place() -> impl Strategy<Value = Point> {
    let near = -0.5..=0.5f64;
    let pentagon = (0..12usize, near.clone(), near.clone()).prop_map(|(index, north, east)| {
        let cell = Resolution::Zero.pentagons().nth(index).expect("twelve pentagons");
        let at = LatLng::from(cell);
        point((at.lat() + north).clamp(-90.0, 90.0), (at.lng() + east).clamp(-180.0, 180.0))
    });
    let pole = (any::<bool>(), 0.0..=0.5f64, -180.0..=180.0f64).prop_map(|(is_north, off, lon)| {
        point(if is_north { 90.0 - off } else { off - 90.0 }, lon)
    });
    let antimeridian = (-80.0..=80.0f64, near)
        .prop_map(|(lat, off)| point(lat, if off < 0.0 { 180.0 + off } else { off - 180.0 }));
    prop_oneof![2 => anywhere(), 1 => pentagon, 1 => pole, 1 => antimeridian]
}

/// The place `metres` away in the direction `bearing` (radians, clockwise from north).
fn travel(from: Point, bearing: f64, metres: f64) -> Point {
    let (lat, angle) = (from.lat().to_radians(), metres / EARTH_RADIUS_METRES);
    let sin = lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos();
    let east = (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * sin);
    let lon = from.lon() + east.to_degrees();
    point(sin.clamp(-1.0, 1.0).asin().to_degrees(), (lon + 540.0).rem_euclid(360.0) - 180.0)
}

/// Directions and shares of a radius.
fn steps() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec(
        (
            0.0..std::f64::consts::TAU,
            prop_oneof![0.0..=1.0f64, (0.0..=1.0f64).prop_map(|x| x.powi(8))],
        ),
        64,
    )
}

/// Where rows are: each a direction, a share of the radius, and how many there are; or nowhere.
fn sample() -> impl Strategy<Value = Vec<(f64, f64, usize)>> {
    let rows = (0.0..std::f64::consts::TAU, 0.0..=1.2f64, 1..200usize);
    prop_oneof![Just(Vec::new()), prop::collection::vec(rows, 1..60)]
}

fn crowded(centre: Point, radius: f64, sample: &[(f64, f64, usize)]) -> Crowd {
    let rows = sample.iter().flat_map(|(bearing, share, rows)| {
        std::iter::repeat_n(cell(travel(centre, *bearing, radius * share)), *rows)
    });
    let mut rows: Vec<i64> = rows.collect();
    rows.sort_unstable();
    let mut crowd = Crowd::default();
    crowd.extend(rows);
    crowd
}

fn radius() -> impl Strategy<Value = f64> {
    (0.0..=5.7f64).prop_map(|power| 10f64.powf(power).min(MAX_RADIUS_METRES))
}

fn holds(ranges: &[(i64, i64)], cell: i64) -> bool {
    ranges.iter().any(|&(first, last)| first <= cell && cell <= last)
}

fn is_sorted_and_disjoint(ranges: &[(i64, i64)]) -> bool {
    ranges.iter().all(|range| range.0 <= range.1)
        && ranges.windows(2).all(|pair| pair[0].1 < pair[1].0)
}

fn stored(number: i64) -> Option<CellIndex> {
    CellIndex::try_from(u64::try_from(number).ok()?).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_point_of_a_band_has_its_cell_in_a_range(
        centre in place(),
        from in 0.0..=1.0f64,
        width in radius(),
        radius in radius(),
        steps in steps(),
        sample in sample(),
    ) {
        let from = radius * from.powi(4);
        let crowd = crowded(centre, radius, &sample);
        let bands = bands(centre, from, width, radius, &crowd);
        prop_assert!(!bands.is_empty() && bands.len() <= 19);
        prop_assert!(bands[0].from_chord2 < chord2_of_metres(from));
        prop_assert!(bands.windows(2).all(|pair| pair[0].to_chord2 == pair[1].from_chord2));
        prop_assert_eq!(bands[bands.len() - 1].to_chord2, chord2_of_metres(radius));
        for band in &bands {
            prop_assert!(is_sorted_and_disjoint(&band.ranges));
            prop_assert!(band.ranges.len() <= 600, "{} ranges", band.ranges.len());
        }
        for (bearing, share) in steps {
            let other = travel(centre, bearing, from + (radius - from) * share);
            let distance = chord2(unit_vector(centre), unit_vector(other));
            let has = |band: &&Band| band.from_chord2 <= distance && distance <= band.to_chord2;
            for band in bands.iter().filter(has) {
                let metres = metres_of_chord2(distance);
                prop_assert!(holds(&band.ranges, cell(other)), "{other:?} at {metres} m");
            }
        }
    }

    #[test]
    fn the_way_inwards_leaves_no_point_out_either(
        centre in place(),
        from in radius(),
        width in radius(),
        steps in steps(),
        sample in sample(),
    ) {
        let crowd = crowded(centre, from, &sample);
        let bands = bands_inwards(centre, from, width, &crowd);
        prop_assert!(!bands.is_empty() && bands.len() <= 19);
        prop_assert!(bands[0].to_chord2 > chord2_of_metres(from));
        prop_assert!(bands.windows(2).all(|pair| pair[0].from_chord2 == pair[1].to_chord2));
        prop_assert!(bands[bands.len() - 1].from_chord2 < 0.0, "a row at the very point");
        for band in &bands {
            prop_assert!(is_sorted_and_disjoint(&band.ranges));
            prop_assert!(band.ranges.len() <= 600, "{} ranges", band.ranges.len());
        }
        for (bearing, share) in steps {
            let other = travel(centre, bearing, from * share);
            let distance = chord2(unit_vector(centre), unit_vector(other));
            let has = |band: &&Band| band.from_chord2 <= distance && distance <= band.to_chord2;
            for band in bands.iter().filter(has) {
                let metres = metres_of_chord2(distance);
                prop_assert!(holds(&band.ranges, cell(other)), "{other:?} at {metres} m");
            }
        }
    }

    #[test]
    fn every_point_within_the_radius_has_its_cell_in_the_cover(
        centre in place(),
        radius in radius(),
        steps in steps(),
    ) {
        let ranges = cover(centre, radius);
        prop_assert!(is_sorted_and_disjoint(&ranges));
        prop_assert!(ranges.len() <= 200, "{} ranges", ranges.len());
        for (bearing, share) in steps {
            let other = travel(centre, bearing, radius * share);
            if chord2(unit_vector(centre), unit_vector(other)) <= chord2_of_metres(radius) {
                prop_assert!(holds(&ranges, cell(other)), "{other:?} in {radius} m of {centre:?}");
            }
        }
    }

    #[test]
    fn descendants_of_a_cell_are_one_run_of_stored_numbers(
        at in place(),
        level in 0..LEVELS,
        share in 0.0..1.0f64,
    ) {
        let level = RESOLUTIONS[level];
        let cell = LatLng::new(at.lat(), at.lon()).expect("finite").to_cell(level);
        let (first, last) = range(cell);
        let within = stored(first + ((last - first) as f64 * share) as i64);
        let ends = [stored(first), stored(last)];
        let beyond = [ends[0].and_then(CellIndex::pred), ends[1].and_then(CellIndex::succ)];
        prop_assert!(ends.iter().all(|end| end.and_then(|end| end.parent(level)) == Some(cell)));
        prop_assert!(beyond.iter().flatten().all(|other| other.parent(level) != Some(cell)));
        for inner in within.into_iter().filter(|inner| inner.resolution() == STORED) {
            prop_assert_eq!(inner.parent(level), Some(cell));
        }
    }

    #[test]
    fn no_point_is_out_of_reach_of_the_cells_above_its_own(at in place()) {
        let own = stored(cell(at)).expect("a cell");
        for (level, reach) in REACH_METRES.into_iter().enumerate() {
            let above = own.parent(RESOLUTIONS[level]).expect("an ancestor");
            let metres = metres_of_chord2(chord2(centre(above), unit_vector(at)));
            prop_assert!(metres <= reach, "{metres} m at level {level}");
        }
    }

    #[test]
    fn metres_and_chord_agree_and_grow_together(
        metres in 0.0..=20_000_000.0f64,
        more in 0.001..1_000.0f64,
    ) {
        let back = metres_of_chord2(chord2_of_metres(metres));
        prop_assert!((back - metres).abs() <= 1e-6 + metres * 1e-12, "{back} for {metres}");
        prop_assert!(chord2_of_metres(metres) < chord2_of_metres(metres + more));
    }

    #[test]
    fn distance_is_that_of_the_haversine_formula(a in place(), b in place()) {
        let [here, there] = [a, b].map(|at| LatLng::new(at.lat(), at.lon()).expect("finite"));
        let expected = here.distance_rads(there) * EARTH_RADIUS_METRES;
        let metres = metres_of_chord2(chord2(unit_vector(a), unit_vector(b)));
        prop_assert!((metres - expected).abs() < 0.5, "{metres} against {expected}");
    }
}

#[test]
fn known_distance_managua_to_granada() {
    let (managua, granada) = (point(12.1364, -86.2514), point(11.9344, -85.9560));
    let metres = metres_of_chord2(chord2(unit_vector(managua), unit_vector(granada)));
    assert!((metres - 39_220.0).abs() < 200.0, "{metres}");
}

#[test]
fn coordinates_out_of_range_are_named() {
    for lat in [90.000_001, -91.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Point::new(lat, 0.0), Err(PointError::Latitude));
    }
    for lon in [180.000_001, -181.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(Point::new(0.0, lon), Err(PointError::Longitude));
    }
}

#[test]
fn both_sides_of_the_antimeridian_are_one_place() {
    assert_eq!(Point::new(10.0, 180.0), Point::new(10.0, -180.0));
    assert_eq!(cell(point(10.0, 180.0)), cell(point(10.0, -180.0)));
    assert!(Point::new(-0.0, -0.0).expect("valid").lat().is_sign_positive());
}

#[test]
fn a_cursor_at_the_radius_still_sees_ties_and_one_beyond_sees_nothing() {
    let (centre, unknown) = (point(12.0, -86.0), Crowd::default());
    let at_the_edge = bands(centre, 5_000.0, 100.0, 5_000.0, &unknown);
    assert_eq!(at_the_edge.len(), 1);
    assert!(at_the_edge[0].from_chord2 < chord2_of_metres(5_000.0));
    assert_eq!(at_the_edge[0].to_chord2, chord2_of_metres(5_000.0));
    assert_eq!(bands(centre, 5_001.0, 100.0, 5_000.0, &unknown), []);
    assert!(
        bands(centre, 0.0, 100.0, 5_000.0, &unknown)[0].from_chord2 < 0.0,
        "a row at the very point"
    );
}

#[test]
fn senseless_metres_do_no_harm() {
    let (centre, unknown) = (point(12.0, -86.0), Crowd::default());
    assert_eq!(bands(centre, f64::NAN, f64::NAN, f64::NAN, &unknown).len(), 1);
    assert_eq!(bands(centre, -5.0, f64::INFINITY, f64::INFINITY, &unknown).len(), 1);
    assert_eq!(bands_inwards(centre, f64::NAN, f64::NAN, &unknown).len(), 1);
    assert_eq!(cover(centre, f64::INFINITY), cover(centre, MAX_RADIUS_METRES));
}

#[test]
fn neighbouring_ranges_are_joined() {
    let of_the_whole_earth =
        CellIndex::base_cells().map(range).fold(Vec::new(), |mut ranges, next| {
            cells::append(&mut ranges, next);
            ranges
        });
    let last = CellIndex::last(STORED);
    assert_eq!(
        of_the_whole_earth,
        [(u64::from(CellIndex::first(STORED)) as i64, u64::from(last) as i64)]
    );
}

#[test]
fn ranges_by_bits_are_those_of_the_children() {
    for level in RESOLUTIONS {
        for cell in level.pentagons().flat_map(|pentagon| pentagon.grid_disk::<Vec<_>>(1)) {
            let last = cell.children_count(STORED) - 1;
            let ends = [0, last].map(|at| cell.child_at(at, STORED).expect("a child"));
            let (first, last) = range(cell);
            assert_eq!([stored(first), stored(last)], ends.map(Some), "{cell} at {level}");
        }
    }
}

#[test]
fn a_sample_stays_small_and_keeps_its_shape() {
    let mut crowd = Crowd::default();
    for stretch in 0..40_i64 {
        let step = crowd.step() / 16;
        crowd.extend((0..10_000).step_by(step).map(|at| stretch * 10_000 + at));
    }
    let (all, half) = (crowd.all(), crowd.within(&crowd.all(), (0, 199_999)));
    assert!(all.len() <= 1 << 17 && crowd.step() == 64, "{} cells", all.len());
    assert!(crowd.rows(&half).abs_diff(crowd.rows(&all) / 2) < 100_000);
}

#[test]
fn a_ring_through_a_crowd_is_fine_there_and_coarse_elsewhere() {
    let centre = point(12.0, -86.0);
    let town = cell(travel(centre, 1.0, 60_500.0));
    let mut crowd = Crowd::default();
    crowd.extend(std::iter::repeat_n(town, 5_000));
    let plain = &bands(centre, 60_000.0, 10.0, 500_000.0, &Crowd::default())[0];
    let fine = &bands(centre, 60_000.0, 10.0, 500_000.0, &crowd)[0];
    assert!(holds(&plain.ranges, town) && !holds(&fine.ranges, town));
    assert!(fine.ranges.len() < plain.ranges.len());
}
