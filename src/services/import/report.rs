//! What an import says while it runs, to whoever watches it: a terminal, or a job's record.

/// One thing wrong with one line
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Line of the file, the first is 1
    pub line: u64,
    /// Column at fault, where one is
    pub column: Option<&'static str>,
    /// What stands there, cut to a few words
    pub value: String,
    /// What is wrong, and what would be right
    pub reason: String,
}

impl BadLine {
    /// Characters of a value that are shown
    const SHOWN: usize = 60;

    /// Something wrong in a column
    pub(super) fn new(
        line: u64,
        column: Option<&'static str>,
        value: &str,
        reason: impl Into<String>,
    ) -> Self {
        let mut shown: String =
            value.chars().take(Self::SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if value.chars().nth(Self::SHOWN).is_some() {
            shown.push('…');
        }
        Self { line, column, value: shown, reason: reason.into() }
    }
}

/// What became of the lines so far
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New listings
    pub created: u64,
    /// Listings that differed from their line
    pub updated: u64,
    /// Listings that were as their line says
    pub unchanged: u64,
    /// Lines left out
    pub bad: u64,
}

/// News of an import under way
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// About the file as a whole
    Warning(&'a str),
    /// A line is left out
    Bad(&'a BadLine),
    /// So many bytes of the file are dealt with
    Progress(u64, &'a ImportCounts),
}
