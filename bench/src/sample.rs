//! Measured times: medians, spread, ratios.

use serde::Serialize;
use std::time::Duration;

/// Blocks into which rounds are cut to see how far their ratios are apart
const BLOCKS: usize = 10;

/// Times of one thing, in the order of their rounds, in milliseconds
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<f64>);

/// Median and quartiles, in milliseconds
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Spread {
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
}

/// Median and the slow end, in milliseconds
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tail {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

/// How many times as long one thing takes as another
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Ratio {
    /// Of the medians over all rounds
    pub of_medians: f64,
    /// Least ratio of medians over a tenth of the rounds
    pub low: f64,
    /// Largest
    pub high: f64,
}

impl Sample {
    /// Adds a time.
    pub fn push(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e3);
    }

    /// How many there are
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Median and quartiles
    pub fn spread(&self) -> Spread {
        let [p25, p50, p75] = [25, 50, 75].map(|percent| quantile(&self.0, percent));
        Spread { p25, p50, p75 }
    }

    /// Median and the slow end
    pub fn tail(&self) -> Tail {
        let [p50, p99, max] = [50, 99, 100].map(|percent| quantile(&self.0, percent));
        Tail { p50, p99, max }
    }

    /// What so many percent stay below
    pub fn below(&self, percent: usize) -> f64 {
        quantile(&self.0, percent)
    }

    /// How many times as long this takes as another thing, measured in the same rounds
    pub fn against(&self, other: &Self) -> Ratio {
        let size = (self.len() / BLOCKS).max(1);
        let blocks = self.0.chunks_exact(size).zip(other.0.chunks_exact(size));
        let ratios: Vec<f64> =
            blocks.map(|(this, other)| quantile(this, 50) / quantile(other, 50)).collect();
        Ratio {
            of_medians: quantile(&self.0, 50) / quantile(&other.0, 50),
            low: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            high: ratios.iter().copied().fold(0.0, f64::max),
        }
    }
}

/// The median of some figures
pub fn median(of: &[f64]) -> f64 {
    quantile(of, 50)
}

/// What one in twenty stays below
pub fn twentieth(of: &[f64]) -> f64 {
    quantile(of, 5)
}

/// The time that so many percent stay below; 50 is the median
fn quantile(times: &[f64], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_medians() {
        let mut slow = Sample::default();
        let mut fast = Sample::default();
        for round in 0..100 {
            fast.push(Duration::from_micros(100));
            // One outlier in ten changes no median.
            slow.push(Duration::from_micros(if round % 10 == 0 { 9000 } else { 150 }));
        }
        let ratio = slow.against(&fast);
        assert!((ratio.of_medians - 1.5).abs() < 1e-9);
        assert!((ratio.low - 1.5).abs() < 1e-9 && (ratio.high - 1.5).abs() < 1e-9);
    }
}
