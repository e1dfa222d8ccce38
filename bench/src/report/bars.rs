//! Bars: CPU time of each server an answer, a panel a question. The line over a bar goes from the
//! least of its rounds to the most.

use crate::sample::median;
use crate::section::{Compared, Peer, Question, Served};
use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;

/// Pixels of the block
pub const HEIGHT: u32 = 250;
const GREY: RGBColor = RGBColor(150, 150, 150);
const OURS: RGBColor = RGBColor(31, 119, 180);
/// Above and beside the bars, and of one bar with what is between it and the next
const TOP: i32 = 62;
const LEFT: i32 = 12;
const BAR: i32 = 42;
/// Of a bar alone
const THICK: i32 = 16;

/// Draws a panel a question.
///
/// # Errors
/// The file can't be written.
pub fn draw(area: &DrawingArea<SVGBackend<'_>, Shift>, found: &[Compared]) -> Result<()> {
    for (place, compared) in area.split_evenly((1, found.len())).iter().zip(found) {
        panel(place, compared)?;
    }
    Ok(())
}

fn panel(area: &DrawingArea<SVGBackend<'_>, Shift>, compared: &Compared) -> Result<()> {
    let style = |size: i32| TextStyle::from(("sans-serif", size)).color(&BLACK);
    let title = match compared.question {
        Question::Nested => "Nested list of 20",
        Question::Orders => "Ten orders with items",
        Question::Key => "One row by its key",
        Question::Service => "No database",
    };
    area.draw_text(title, &style(18), (LEFT, 12))?;
    area.draw_text("server CPU, ms an answer: less is better", &style(13), (LEFT, 36))?;
    let most = compared.servers.iter().flat_map(|served| &served.turns.server_cpu_ms);
    let most = most.copied().fold(0.0, f64::max);
    let room = f64::from(area.dim_in_pixel().0) - f64::from(2 * LEFT) - 60.0;
    for (at, served) in (0_i32..).zip(&compared.servers) {
        bar(area, served, TOP + at * BAR, |ms| LEFT + pixels(room * ms / most), &style(13))?;
    }
    Ok(())
}

fn bar(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    served: &Served,
    y: i32,
    x: impl Fn(f64) -> i32,
    style: &TextStyle<'_>,
) -> Result<()> {
    let rounds = &served.turns.server_cpu_ms;
    let middle = median(rounds);
    let least = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = rounds.iter().copied().fold(0.0, f64::max);
    let colour = if served.peer == Peer::Plaza { OURS } else { GREY };
    area.draw_text(served.peer.name(), style, (LEFT, y))?;
    let (top, bottom) = (y + THICK, y + 2 * THICK);
    area.draw(&Rectangle::new([(LEFT, top), (x(middle), bottom)], colour.filled()))?;
    let across = top + THICK / 2;
    area.draw(&PathElement::new([(x(least), across), (x(most), across)], BLACK.stroke_width(2)))?;
    area.draw_text(&format!("{middle:.3}"), style, (x(most) + 8, top))?;
    Ok(())
}

/// Whole pixels; a drawing has few.
#[expect(clippy::cast_possible_truncation, reason = "some hundreds at most")]
fn pixels(length: f64) -> i32 {
    length.round() as i32
}
