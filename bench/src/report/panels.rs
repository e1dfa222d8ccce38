//! Panels of a plot: one quantity each, by a logarithmic axis of how much there is; a line a request
//! and database. SQLite's lines are whole, PostgreSQL's dashed.

use crate::engine::Engine;
use crate::section::{Crowded, Findings, Growth, MarketOf, SizeOf};
use crate::usage::mebibytes;
use anyhow::Result;
use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

const COLOURS: [RGBColor; 10] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 39, 40),
    RGBColor(44, 160, 44),
    RGBColor(255, 127, 14),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(227, 119, 194),
    RGBColor(90, 90, 90),
    RGBColor(188, 140, 0),
    RGBColor(23, 160, 180),
];
/// Width of a line that is to be dashed: the library's SVG knows no dashes
const DASHED: u32 = 97;
/// An axis is logarithmic where the largest figure is so many times the least
const WIDE: f64 = 8.0;
const COLUMNS: usize = 3;
/// Of the names below the panels: a line's height, and names in a line
const LEGEND: u32 = 22;
const NAMES: usize = 5;

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A line of a panel
pub struct Line {
    pub name: String,
    pub colour: RGBColor,
    pub dashed: bool,
    pub points: Vec<(f64, f64)>,
}

/// A quantity
pub struct Panel {
    pub title: String,
    pub x: &'static str,
    pub y: &'static str,
    /// Its axis is logarithmic too; else it begins at nothing
    pub log: bool,
    /// Names of the lines stand in it
    pub legend: bool,
    pub lines: Vec<Line>,
}

/// The drawing, with dashes in it
pub fn dashed(drawn: &str) -> String {
    let dashes = "stroke-width=\"2\" stroke-dasharray=\"6 4\"";
    drawn.replace(&format!("stroke-width=\"{DASHED}\""), dashes)
}

/// A colour for each number
pub fn colour(at: usize) -> RGBColor {
    COLOURS.get(at % COLOURS.len()).copied().unwrap_or(BLACK)
}

/// What growth costs, a panel a quantity; none where it was not measured.
pub fn growth(findings: &[Findings]) -> Vec<Panel> {
    let measured: Vec<(Engine, &Growth)> =
        findings.iter().filter_map(|of| Some((of.engine, of.growth.as_ref()?))).collect();
    if measured.is_empty() {
        return Vec::new();
    }
    let mut panels = vec![
        requests(&measured, "Half of the answers come within", "ms, p50", |of| of.measured.ms.p50),
        requests(&measured, "95 % of the answers come within", "ms, p95", |of| of.p95),
        requests(&measured, "CPU time of the server", "ms a request", |of| {
            of.measured.server_cpu_ms
        }),
        requests(&measured, "CPU time of PostgreSQL", "ms a request", |of| {
            of.measured.database_cpu_ms
        }),
        markets(&measured, "Memory of the server, after all of these", false, |of| of.after.pss),
        markets(&measured, "Size of the database", true, |of| mebibytes(of.database_bytes)),
    ];
    panels.extend([
        sockets(&measured, "Memory of the server", "MiB", &[("", |of| of.memory.pss)]),
        sockets(
            &measured,
            "One event to all: until it is read",
            "ms",
            &[("p50", |of| of.delivery.ms.p50), ("p99", |of| of.delivery.ms.p99)],
        ),
        sockets(
            &measured,
            "One event to all: CPU time of the server",
            "ms",
            &[("", Crowded::delivery_cpu_ms)],
        ),
    ]);
    panels.retain(|panel| !panel.lines.is_empty());
    panels
}

/// Rows that so many panels take
pub fn rows(panels: &[Panel]) -> u32 {
    u32::try_from(panels.len().div_ceil(COLUMNS)).unwrap_or_default()
}

/// Pixels that the names below them take
pub fn legend_height(panels: &[Panel]) -> u32 {
    let lines = shared(panels).len().div_ceil(NAMES) + 1;
    if panels.is_empty() { 0 } else { u32::try_from(lines).unwrap_or_default() * LEGEND + 8 }
}

/// Draws the block: panels, and the names of the lines that several of them have.
///
/// # Errors
/// The file can't be written.
pub fn draw_growth(area: &Area<'_>, panels: &[Panel], height: u32) -> Result<()> {
    let (above, below) = area.split_vertically(height * rows(panels));
    let places = above.split_evenly((rows(panels) as usize, COLUMNS));
    for (panel, place) in panels.iter().zip(&places) {
        draw(place, panel)?;
    }
    let style = TextStyle::from(("sans-serif", 14)).color(&BLACK);
    let width = i32::try_from(below.dim_in_pixel().0)? / i32::try_from(NAMES)?;
    let place = |at: usize| -> Result<(i32, i32)> {
        let (row, column) = (i32::try_from(at / NAMES)?, i32::try_from(at % NAMES)?);
        Ok((20 + column * width, 8 + row * i32::try_from(LEGEND)?))
    };
    let names = shared(panels);
    for (at, line) in names.iter().enumerate() {
        let (x, y) = place(at)?;
        let stroke = line.colour.stroke_width(3);
        below.draw(&PathElement::new([(x, y + 6), (x + 22, y + 6)], stroke))?;
        below.draw_text(&line.name, &style, (x + 28, y))?;
    }
    let (x, y) = place(names.len().div_ceil(NAMES) * NAMES)?;
    below.draw_text("SQLite: whole lines. PostgreSQL: dashed.", &style, (x, y))?;
    Ok(())
}

/// Lines whose names stand below the panels, each once
fn shared(panels: &[Panel]) -> Vec<&Line> {
    let panel = panels.iter().find(|panel| !panel.legend);
    let mut found: Vec<&Line> = Vec::new();
    for line in panel.into_iter().flat_map(|panel| &panel.lines) {
        if found.iter().all(|known| known.name != line.name) {
            found.push(line);
        }
    }
    found
}

fn requests(
    measured: &[(Engine, &Growth)],
    title: &str,
    y: &'static str,
    of: impl Fn(&SizeOf) -> f64,
) -> Panel {
    let lines = measured.iter().flat_map(|(engine, growth)| {
        let of = &of;
        growth.requests.iter().enumerate().map(move |(at, grown)| Line {
            name: grown.request.clone(),
            colour: colour(at),
            dashed: *engine == Engine::Postgres,
            // What takes none of it, such as PostgreSQL's time on SQLite, is no line.
            points: positive(grown.sizes.iter().map(|size| (size.listings, of(size)))),
        })
    });
    Panel { x: "listings", log: true, legend: false, ..panel(title, y, lines) }
}

fn markets(
    measured: &[(Engine, &Growth)],
    title: &str,
    log: bool,
    of: impl Fn(&MarketOf) -> f64,
) -> Panel {
    let lines = measured.iter().map(|(engine, growth)| {
        let points = growth.markets.iter().map(|market| (market.listings, of(market)));
        Line { points: positive(points), ..line_of(*engine, "") }
    });
    Panel { x: "listings", log, ..panel(title, "MiB", lines) }
}

/// A figure of a crowd, and what it is called
type Named = (&'static str, fn(&Crowded) -> f64);

fn sockets(
    measured: &[(Engine, &Growth)],
    title: &str,
    y: &'static str,
    figures: &[Named],
) -> Panel {
    let lines = measured.iter().flat_map(|(engine, growth)| {
        figures.iter().enumerate().map(move |(at, (name, of))| {
            let points = growth.sockets.iter().map(|crowded| (crowded.sockets, of(crowded)));
            Line { points: positive(points), colour: colour(at), ..line_of(*engine, name) }
        })
    });
    Panel { x: "sockets", log: true, ..panel(title, y, lines) }
}

fn panel(title: &str, y: &'static str, lines: impl Iterator<Item = Line>) -> Panel {
    let lines = lines.filter(|line| !line.points.is_empty()).collect();
    Panel { title: title.to_owned(), x: "", y, log: true, legend: true, lines }
}

fn line_of(engine: Engine, name: &str) -> Line {
    let name = format!("{} {name}", engine.name()).trim_end().to_owned();
    Line { name, colour: colour(0), dashed: engine == Engine::Postgres, points: Vec::new() }
}

fn positive(points: impl Iterator<Item = (u32, f64)>) -> Vec<(f64, f64)> {
    points.map(|(x, y)| (f64::from(x), y)).filter(|(_, y)| *y > 0.0).collect()
}

/// Draws one panel.
///
/// # Errors
/// The file can't be written.
pub fn draw(area: &Area<'_>, panel: &Panel) -> Result<()> {
    let points = || panel.lines.iter().flat_map(|line| line.points.iter().copied());
    let bounds = |of: fn((f64, f64)) -> f64| {
        let figures = points().map(of);
        figures.fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(at), high.max(at)))
    };
    let ((left, right), (low, high)) = (bounds(|(x, _)| x), bounds(|(_, y)| y));
    if !left.is_finite() {
        return Ok(());
    }
    let mut builder = ChartBuilder::on(area);
    builder
        .caption(&panel.title, ("sans-serif", 17))
        .margin(10)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(64);
    let across = (left * 0.85..right * 1.18).log_scale();
    if panel.log && high > low * WIDE {
        let mut chart = builder.build_cartesian_2d(across, (low * 0.6..high * 1.8).log_scale())?;
        lines(&mut chart, panel, true)
    } else {
        let mut chart = builder.build_cartesian_2d(across, 0.0..high * 1.3)?;
        lines(&mut chart, panel, false)
    }
}

type Chart<'a, X, Y> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>;

fn lines<'a, X, Y>(chart: &mut Chart<'a, X, Y>, panel: &Panel, log: bool) -> Result<()>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let pale = BLACK.mix(0.12);
    let across = panel.lines.iter().flat_map(|line| &line.points).map(|(x, _)| *x);
    let (least, most) =
        across.fold((f64::INFINITY, 0.0_f64), |(least, most), x| (least.min(x), most.max(x)));
    let wide = most > least * WIDE;
    chart
        .configure_mesh()
        .x_desc(panel.x)
        .y_desc(panel.y)
        .x_label_formatter(&|x| if wide { power(*x) } else { number(*x) })
        .y_label_formatter(&|y| if log { roomy(*y) } else { number(*y) })
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .bold_line_style(pale)
        .max_light_lines(0)
        .draw()?;
    for line in &panel.lines {
        let stroke = line.colour.stroke_width(if line.dashed { DASHED } else { 2 });
        let points = || line.points.iter().copied();
        let drawn = chart.draw_series(LineSeries::new(points(), stroke))?;
        if panel.legend {
            let sample = move |(x, y)| PathElement::new([(x, y), (x + 20, y)], stroke);
            drawn.label(&line.name).legend(sample);
        }
        chart.draw_series(points().map(|at| Circle::new(at, 3, line.colour.filled())))?;
    }
    if panel.legend {
        let mut names = chart.configure_series_labels();
        names.position(SeriesLabelPosition::UpperLeft).label_font(("sans-serif", 13));
        names.background_style(WHITE.mix(0.8)).draw()?;
    }
    Ok(())
}

/// The same of powers of ten alone: what lies between has no room for its name.
fn power(of: f64) -> String {
    let exponent = of.log10();
    let whole = (exponent - exponent.round()).abs() < 1e-6;
    if whole { number(of) } else { String::new() }
}

/// The same of what begins with 1, 2 or 5, between which there is room
fn roomy(of: f64) -> String {
    let leading = of / 10.0_f64.powf(of.log10().floor());
    let begins = [1.0, 2.0, 5.0, 10.0].iter().any(|with| (leading - with).abs() < 1e-6);
    if begins { number(of) } else { String::new() }
}

/// 1,000,000 or 0.05
fn number(of: f64) -> String {
    if of < 1000.0 {
        let text = format!("{of:.3}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{of:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
