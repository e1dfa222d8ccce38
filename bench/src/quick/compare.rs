//! What is measured against what is kept: pure, and said in tables.

use super::figures::{Figures, Kept};
use crate::engine::Engine;
use std::collections::BTreeMap;

/// Many times what is kept that allocations and bytes may be, which hardly vary; statements must be the
/// same
const LIMIT: f64 = 1.05;
/// The same of CPU time. One build differs from itself: by 46 % between two machines' kernels, and by
/// 80 % in the search on PostgreSQL, where the server sleeps while it waits. What takes a fifth more is
/// told, and fails nothing.
const CPU_LIMIT: f64 = 2.0;
const CPU_TOLD: f64 = 1.2;
/// Share of what is kept below which it is better, and the new figure is worth keeping
const BETTER: f64 = 0.8;
/// Statements are whole but for rounding
const ROUNDING: f64 = 0.011;
/// How new figures are kept
pub const ACCEPT: &str = "make bench-quick KEEP=1";

/// One of the figures
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    Statements,
    Allocations,
    Bytes,
    Cpu,
}

/// How a figure stands to the one that is kept
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Worse,
    /// More than noise on one machine, less than another machine may make of it
    Doubtful,
    Alike,
    Better,
}

/// A figure of a query, and the one that is kept
#[derive(Clone, Debug)]
pub struct Change {
    pub engine: Engine,
    pub query: String,
    pub measure: Measure,
    pub kept: f64,
    pub now: f64,
}

/// All figures against those that are kept
#[derive(Debug, Default)]
pub struct Comparison {
    pub changes: Vec<Change>,
    /// Measured, and not kept
    pub new: Vec<(Engine, String)>,
    /// Kept, and not measured any more
    pub gone: Vec<(Engine, String)>,
}

impl Measure {
    pub const ALL: [Self; 4] = [Self::Statements, Self::Allocations, Self::Bytes, Self::Cpu];

    /// As tables name it
    pub fn name(self) -> &'static str {
        match self {
            Self::Statements => "statements",
            Self::Allocations => "allocations",
            Self::Bytes => "bytes allocated",
            Self::Cpu => "CPU, in pieces of calibration",
        }
    }

    fn of(self, figures: &Figures) -> f64 {
        match self {
            Self::Statements => figures.statements,
            Self::Allocations => figures.allocations,
            Self::Bytes => figures.bytes,
            Self::Cpu => figures.cpu,
        }
    }
}

impl Change {
    /// How it stands
    pub fn verdict(&self) -> Verdict {
        let (most, told, least) = match self.measure {
            Measure::Statements => (self.kept + ROUNDING, f64::INFINITY, self.kept - ROUNDING),
            Measure::Cpu => (self.kept * CPU_LIMIT, self.kept * CPU_TOLD, self.kept * BETTER),
            _ => (self.kept * LIMIT, f64::INFINITY, self.kept * BETTER),
        };
        if self.now > most {
            Verdict::Worse
        } else if self.now > told {
            Verdict::Doubtful
        } else if self.now < least {
            Verdict::Better
        } else {
            Verdict::Alike
        }
    }

    /// `+12 %`
    pub fn percent(&self) -> String {
        if self.kept > 0.0 {
            format!("{:+.0} %", (self.now / self.kept - 1.0) * 100.0)
        } else if self.now > 0.0 {
            "from none".to_owned()
        } else {
            "+0 %".to_owned()
        }
    }
}

impl Comparison {
    /// Compares what was measured; databases that were not are left alone.
    pub fn of(measured: &Kept, kept: &Kept) -> Self {
        let none = BTreeMap::new();
        let mut found = Self::default();
        for (engine, measured) in measured {
            let kept = kept.get(engine).unwrap_or(&none);
            for (query, now) in measured {
                match kept.get(query) {
                    Some(kept) => found.changes.extend(changes(*engine, query, kept, now)),
                    None => found.new.push((*engine, query.clone())),
                }
            }
            let gone = kept.keys().filter(|query| !measured.contains_key(*query));
            found.gone.extend(gone.map(|query| (*engine, query.clone())));
        }
        found
    }

    /// Those that stand so
    pub fn standing(&self, verdict: Verdict) -> Vec<&Change> {
        self.changes.iter().filter(|change| change.verdict() == verdict).collect()
    }

    /// Nothing is worse, and the same is measured that is kept.
    pub fn holds(&self) -> bool {
        self.standing(Verdict::Worse).is_empty() && self.new.is_empty() && self.gone.is_empty()
    }

    /// What there is to say besides the figures themselves
    pub fn told(&self) -> String {
        let mut parts = Vec::new();
        let better = self.standing(Verdict::Better);
        if !better.is_empty() {
            let heading = format!("Better than what is kept. Keep it: {ACCEPT}");
            parts.push(format!("{heading}\n\n{}", table(&better)));
        }
        let named = |of: &[(Engine, String)]| {
            let names = of.iter().map(|(engine, query)| format!("  {}: {query}", engine.name()));
            names.collect::<Vec<_>>().join("\n")
        };
        if !self.new.is_empty() {
            parts.push(format!("Measured, and no figures are kept of it:\n{}", named(&self.new)));
        }
        if !self.gone.is_empty() {
            parts.push(format!("Kept, and not measured any more:\n{}", named(&self.gone)));
        }
        let doubtful = self.standing(Verdict::Doubtful);
        if !doubtful.is_empty() {
            let heading = "More CPU time than is kept by over 20 %, which may be this machine: measure \
                           the commit before beside it";
            parts.push(format!("{heading}\n\n{}", table(&doubtful)));
        }
        let worse = self.standing(Verdict::Worse);
        if !worse.is_empty() {
            let limit = "Worse than what is kept (statements by any, allocations and bytes by more than \
                         5 %, CPU time by more than twice):";
            parts.push(format!("{limit}\n\n{}", table(&worse)));
        }
        if !self.holds() {
            parts.push(format!(
                "FAILED. If that is the price of something, keep the new figures, and say in the \
                 commit what they buy:\n  {ACCEPT}"
            ));
        }
        if parts.is_empty() {
            parts.push("Nothing costs more than it did.".to_owned());
        }
        parts.join("\n\n")
    }
}

fn changes<'a>(
    engine: Engine,
    query: &'a str,
    kept: &'a Figures,
    now: &'a Figures,
) -> impl Iterator<Item = Change> + 'a {
    Measure::ALL.into_iter().map(move |measure| Change {
        engine,
        query: query.to_owned(),
        measure,
        kept: measure.of(kept),
        now: measure.of(now),
    })
}

fn table(changes: &[&Change]) -> String {
    let row = |change: &&Change| {
        let figures = [change.kept, change.now].map(|figure| match change.measure {
            Measure::Statements => format!("{figure:.2}"),
            Measure::Allocations | Measure::Bytes => format!("{figure:.0}"),
            Measure::Cpu => format!("{figure:.4}"),
        });
        let [kept, now] = figures;
        let [engine, measure] = [change.engine.name(), change.measure.name()].map(str::to_owned);
        vec![engine, change.query.clone(), measure, kept, now, change.percent()]
    };
    let heads = ["database", "query", "figure", "kept", "now", "change"].map(str::to_owned);
    let rows: Vec<Vec<String>> = changes.iter().map(row).collect();
    columns(&heads, &rows, 3)
}

/// Columns under heads, all but the first few to the right
pub fn columns(heads: &[String], rows: &[Vec<String>], texts: usize) -> String {
    let all = || std::iter::once(heads).chain(rows.iter().map(Vec::as_slice));
    let width = |at: usize| {
        let cells = all().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
            if at < texts { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Figures = Figures { statements: 5.0, allocations: 1000.0, bytes: 1e5, cpu: 0.5 };

    fn of(queries: &[(&str, Figures)]) -> Kept {
        let queries = queries.iter().map(|(name, figures)| ((*name).to_owned(), *figures));
        Kept::from([(Engine::Sqlite, queries.collect())])
    }

    fn verdicts(now: Figures) -> Vec<Verdict> {
        let compared = Comparison::of(&of(&[("list", now)]), &of(&[("list", KEPT)]));
        compared.changes.iter().map(Change::verdict).collect()
    }

    #[test]
    fn what_does_not_vary_is_held_closely_and_cpu_time_loosely() {
        use Verdict::{Alike, Better, Doubtful, Worse};
        assert_eq!(verdicts(KEPT), [Alike; 4]);
        let more = Figures { statements: 5.0, allocations: 1049.0, bytes: 1.04e5, cpu: 0.59 };
        assert_eq!(verdicts(more), [Alike; 4]);
        let doubtful = Figures { cpu: 0.99, ..KEPT };
        assert_eq!(verdicts(doubtful), [Alike, Alike, Alike, Doubtful]);
        let told = Comparison::of(&of(&[("list", doubtful)]), &of(&[("list", KEPT)]));
        assert!(told.holds() && told.told().contains("+98 %"), "{}", told.told());
        let worse = Figures { statements: 5.0, allocations: 1051.0, bytes: 1.06e5, cpu: 1.01 };
        assert_eq!(verdicts(worse), [Alike, Worse, Worse, Worse]);
        let better = Figures { statements: 5.0, allocations: 799.0, bytes: 7.9e4, cpu: 0.39 };
        assert_eq!(verdicts(better), [Alike, Better, Better, Better]);
    }

    #[test]
    fn one_statement_more_is_one_too_many() {
        let more = |statements| verdicts(Figures { statements, ..KEPT })[0];
        assert_eq!(
            (more(5.0), more(6.0), more(4.0)),
            (Verdict::Alike, Verdict::Worse, Verdict::Better)
        );
        // Of many, too: a share would let it through.
        let many = Figures { statements: 30.0, ..KEPT };
        let now = of(&[("order", Figures { statements: 31.0, ..KEPT })]);
        assert!(!Comparison::of(&now, &of(&[("order", many)])).holds());
        // Where there was none, a share says nothing.
        let none = of(&[("none", Figures { statements: 0.0, ..KEPT })]);
        let one = of(&[("none", Figures { statements: 1.0, ..KEPT })]);
        assert!(!Comparison::of(&one, &none).holds());
        assert!(Comparison::of(&none, &none).holds());
    }

    #[test]
    fn what_is_better_is_told_and_does_not_fail() {
        let better = of(&[("list", Figures { allocations: 500.0, ..KEPT })]);
        let compared = Comparison::of(&better, &of(&[("list", KEPT)]));
        assert!(compared.holds());
        let told = compared.told();
        assert!(
            told.contains("-50 %") && told.contains(ACCEPT) && !told.contains("FAILED"),
            "{told}"
        );
    }

    #[test]
    fn queries_that_came_or_went_are_named() {
        let compared = Comparison::of(&of(&[("new", KEPT)]), &of(&[("old", KEPT)]));
        assert!(!compared.holds());
        let told = compared.told();
        assert!(told.contains("no figures are kept of it:\n  SQLite: new"), "{told}");
        assert!(told.contains("not measured any more:\n  SQLite: old"), "{told}");
        assert!(told.contains(ACCEPT), "{told}");
    }

    #[test]
    fn a_database_that_was_not_measured_is_left_alone() {
        let mut kept = of(&[("list", KEPT)]);
        kept.insert(Engine::Postgres, BTreeMap::from([("list".to_owned(), KEPT)]));
        assert!(Comparison::of(&of(&[("list", KEPT)]), &kept).holds());
    }

    #[test]
    fn a_failure_names_the_query_both_figures_and_the_way_to_accept_it() {
        let worse = of(&[("list", Figures { statements: 40.0, cpu: 1.1, ..KEPT })]);
        let told = Comparison::of(&worse, &of(&[("list", KEPT)])).told();
        for part in ["SQLite", "list", "statements", "5.00", "40.00", "+700 %", "+120 %", ACCEPT] {
            assert!(told.contains(part), "no {part} in {told}");
        }
    }
}
