//! Plots: latency by depth, where a flat line is what is promised, CPU time beside peers', and what
//! growth costs.

use super::bars;
use super::panels::{self, Line, Panel};
use crate::section::{Compared, Depth, Findings, Run};
use anyhow::Result;
use plotters::prelude::*;
use std::path::Path;

const WIDTH: u32 = 1260;
/// Of a row of panels
const HEIGHT: u32 = 340;

/// Draws a row for depth, a row for peers and a block for growth, each where it was measured. False where
/// none was.
///
/// # Errors
/// The file can't be written.
pub fn write(run: &Run, file: &Path) -> Result<bool> {
    let depths: Vec<Panel> = run.findings.iter().filter_map(depth).collect();
    let growth = panels::growth(&run.findings);
    let peers: Vec<&[Compared]> =
        run.findings.iter().map(|of| &*of.peers).filter(|peers| !peers.is_empty()).collect();
    let rows = u32::from(!depths.is_empty()) + panels::rows(&growth);
    let beside = bars::HEIGHT * u32::try_from(peers.len())?;
    if rows + beside == 0 {
        return Ok(false);
    }
    let height = HEIGHT * rows + panels::legend_height(&growth) + beside;
    let mut drawn = String::new();
    draw(&mut drawn, (WIDTH, height), &depths, &peers, &growth)?;
    std::fs::write(file, panels::dashed(&drawn))?;
    Ok(true)
}

fn draw(
    drawn: &mut String,
    size: (u32, u32),
    depths: &[Panel],
    peers: &[&[Compared]],
    growth: &[Panel],
) -> Result<()> {
    let area = SVGBackend::with_string(drawn, size).into_drawing_area();
    // White, whatever the page's own colour is: lines and letters are dark.
    area.fill(&WHITE)?;
    let mut rest = area.clone();
    if !depths.is_empty() {
        let (row, below) = rest.split_vertically(HEIGHT);
        for (panel, place) in depths.iter().zip(row.split_evenly((1, depths.len()))) {
            panels::draw(&place, panel)?;
        }
        rest = below;
    }
    for of in peers {
        let (block, below) = rest.split_vertically(bars::HEIGHT);
        bars::draw(&block, of)?;
        rest = below;
    }
    if !growth.is_empty() {
        panels::draw_growth(&rest, growth, HEIGHT)?;
    }
    area.present()?;
    Ok(())
}

fn depth(findings: &Findings) -> Option<Panel> {
    let points = |list: &Depth| {
        list.pages.iter().map(|page| (f64::from(page.number()), page.measured.ms.p50)).collect()
    };
    let lines = findings.depth.iter().enumerate().map(|(at, list)| Line {
        name: list.list.clone(),
        colour: panels::colour(at),
        dashed: false,
        points: points(list),
    });
    let lines: Vec<Line> = lines.collect();
    (!lines.is_empty()).then(|| Panel {
        title: format!("{}: a page by its number", findings.engine.name()),
        x: "page",
        y: "ms, p50",
        log: true,
        legend: true,
        lines,
    })
}
