//! Where rows are many: a sample of their cells, by which a search cuts finely only where that
//! spares rows.
//!
//! Owns: the sample, how it stays small, and how many rows it lets expect between two stored
//! numbers. Leaves to `db` the reading of it and to `refine` what to do with it. It is a hint: rows
//! that came since are found all the same, since a search covers every place whatever the sample
//! says.

use std::ops::Range;

/// Most cells in a sample: 1 MiB
const MOST: usize = 1 << 17;
/// Of so many rows one is taken, where there are few
const STEP: usize = 16;

/// The cells of every so many-th row, in their order. Empty where nothing is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Crowd {
    cells: Vec<i64>,
    step: usize,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { cells: Vec::new(), step: STEP }
    }
}

impl Crowd {
    /// Of so many rows one is wanted: a power of two, at least 16.
    pub fn step(&self) -> usize {
        self.step
    }

    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Takes further cells of the sample, which are not below those it has. Where it grows too
    /// large, every other one goes, and fewer are wanted from then on.
    pub fn extend(&mut self, cells: impl IntoIterator<Item = i64>) {
        self.cells.extend(cells);
        while self.cells.len() > MOST {
            let mut at = 0_usize;
            self.cells.retain(|_| {
                at += 1;
                at.is_multiple_of(2)
            });
            self.step *= 2;
        }
    }

    pub(super) fn all(&self) -> Range<usize> {
        0..self.cells.len()
    }

    /// Those of a part of the sample that lie within a range of stored numbers
    pub(super) fn within(&self, part: &Range<usize>, (first, last): (i64, i64)) -> Range<usize> {
        let cells = self.cells.get(part.clone()).unwrap_or_default();
        let begin = cells.partition_point(|cell| *cell < first);
        let end = cells.partition_point(|cell| *cell <= last);
        part.start + begin..part.start + end
    }

    /// About how many rows a part of the sample stands for
    pub(super) fn rows(&self, part: &Range<usize>) -> usize {
        part.len() * self.step
    }
}
