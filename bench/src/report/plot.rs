//! A plot of latency by depth and by size: a flat line is what is promised.

use crate::section::{Findings, Run};
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::path::Path;

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 420;
const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 119, 180),
    RGBColor(255, 127, 14),
    RGBColor(44, 160, 44),
    RGBColor(214, 39, 40),
    RGBColor(148, 103, 189),
    RGBColor(90, 90, 90),
];

/// A line: its name, and milliseconds by page or size
type Curve<'a> = (&'a str, Vec<(f64, f64)>);
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws a row a database: depth on the left, growth on the right. False where there is nothing.
///
/// # Errors
/// The file can't be written.
pub fn write(run: &Run, file: &Path) -> Result<bool> {
    let drawn: Vec<&Findings> = run
        .findings
        .iter()
        .filter(|findings| !findings.depth.is_empty() || !findings.growth.is_empty())
        .collect();
    let rows = u32::try_from(drawn.len())?;
    if rows == 0 {
        return Ok(false);
    }
    let area = SVGBackend::new(file, (WIDTH, HEIGHT * rows)).into_drawing_area();
    area.fill(&WHITE)?;
    for (findings, row) in drawn.iter().zip(area.split_evenly((drawn.len(), 1))) {
        let halves = row.split_evenly((1, 2));
        let [left, right] = halves.as_slice() else { return Err(anyhow!("two halves")) };
        let name = findings.engine.name();
        chart(left, &format!("{name}: ms by page"), "page", &depth(findings))?;
        chart(
            right,
            &format!("{name}: ms by listings in the market"),
            "listings",
            &growth(findings),
        )?;
    }
    area.present()?;
    Ok(true)
}

fn depth(findings: &Findings) -> Vec<Curve<'_>> {
    let points = |list: &crate::section::Depth| {
        list.pages.iter().map(|page| (f64::from(page.number()), page.measured.ms.p50)).collect()
    };
    findings.depth.iter().map(|list| (list.list.as_str(), points(list))).collect()
}

fn growth(findings: &Findings) -> Vec<Curve<'_>> {
    let points = |list: &crate::section::Growth| {
        list.sizes.iter().map(|size| (f64::from(size.listings), size.measured.ms.p50)).collect()
    };
    findings.growth.iter().map(|list| (list.list.as_str(), points(list))).collect()
}

fn chart(area: &Area<'_>, title: &str, unit: &str, curves: &[Curve<'_>]) -> Result<()> {
    let points = || curves.iter().flat_map(|(_, points)| points.iter().copied());
    let least = points().map(|(x, _)| x).fold(f64::INFINITY, f64::min);
    let most = points().map(|(x, _)| x).fold(least, f64::max);
    if !least.is_finite() {
        return Ok(());
    }
    let fastest = points().map(|(_, y)| y).fold(f64::INFINITY, f64::min);
    let slowest = points().map(|(_, y)| y).fold(fastest, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(
            (least * 0.9..most * 1.1).log_scale(),
            (fastest * 0.5..slowest * 2.0).log_scale(),
        )?;
    chart.configure_mesh().x_desc(unit).y_desc("ms, p50").light_line_style(WHITE).draw()?;
    for ((name, points), colour) in curves.iter().zip(COLOURS.into_iter().cycle()) {
        let line = LineSeries::new(points.iter().copied(), colour.stroke_width(2)).point_size(3);
        chart
            .draw_series(line)?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}
