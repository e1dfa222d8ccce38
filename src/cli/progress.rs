//! How far a long command is: a bar at a terminal, elsewhere a line each tenth of the way.

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// How many a second
#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
pub fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(0.001)
}

/// Progress of one piece of work
pub struct Progress {
    bar: ProgressBar,
    what: String,
    total: u64,
    done: u64,
    tenths: u64,
    lines: bool,
}

impl Progress {
    /// Begins; `unit` is what is counted, such as `rows`.
    pub fn start(what: &str, total: u64, unit: &str) -> Self {
        let lines = !std::io::stderr().is_terminal();
        let bar = if lines { ProgressBar::hidden() } else { ProgressBar::new(total) };
        let unit = if unit == "bytes" {
            "{binary_bytes} of {binary_total_bytes}"
        } else {
            "{human_pos} of {human_len}"
        };
        let template = format!("{{msg:<24}} {{wide_bar}} {unit}  {{elapsed}}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        // Also where the work is given up
        let bar = bar.with_finish(ProgressFinish::AndClear);
        Self { bar, what: what.to_owned(), total, done: 0, tenths: 0, lines }
    }

    /// So much more is done.
    pub fn advance(&mut self, by: u64) {
        self.reach(self.done.saturating_add(by));
    }

    /// So much is done.
    pub fn reach(&mut self, done: u64) {
        self.done = done;
        self.bar.set_position(done);
        let tenths = (done * 10).checked_div(self.total).unwrap_or(10).min(10);
        if self.lines && tenths > self.tenths {
            self.tenths = tenths;
            super::tell(&format!("{} {} %", self.what, tenths * 10));
        }
    }

    /// Says a line without disturbing the bar.
    pub fn tell(&self, line: &str) {
        self.bar.suspend(|| super::tell(line));
    }

    /// Ends, leaving no trace of the bar.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
