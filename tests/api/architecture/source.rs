//! What a Rust file names: the paths in its code and its `use` trees, resolved as far as a reader
//! without a compiler can, and its string literals. Comments don't count.
//!
//! Leaves to `rules` what may be named where.

use super::token::{Kind, Token, tokens};

/// A path as the code has it, with where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) line: usize,
    /// Whether it is in this crate: `crate::`, `super::`, `self::` or, in the binary, `plaza::`.
    pub(crate) here: bool,
    /// Its segments, without the root of this crate; `*` for a glob.
    pub(crate) path: Vec<String>,
}

/// A string literal, with where it starts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Reads a file of the module `module` (`["services", "order"]` for `src/services/order.rs`).
pub(crate) fn read(module: &[&str], text: &str) -> (Vec<Name>, Vec<Literal>) {
    let tokens = tokens(text);
    let literals = tokens.iter().filter_map(|token| match &token.kind {
        Kind::Text(text) => Some(Literal { line: token.line, text: text.clone() }),
        Kind::Word(_) | Kind::Sign(_) => None,
    });
    let literals = literals.collect();
    let reader = Reader { tokens: &tokens, at: 0, names: Vec::new() };
    (reader.names(module), literals)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    names: Vec<Name>,
}

impl Reader<'_> {
    fn names(mut self, module: &[&str]) -> Vec<Name> {
        let mut inside: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
        let mut depth = 0_usize;
        // Of each inline module that we are in, the depth within its braces.
        let mut inline = Vec::new();
        while self.at < self.tokens.len() {
            if self.sign(0, "{") {
                depth += 1;
            } else if self.sign(0, "}") {
                if inline.last() == Some(&depth) {
                    inline.pop();
                    inside.pop();
                }
                depth = depth.saturating_sub(1);
            } else if self.word(0) == Some("mod") && self.sign(2, "{") {
                if let Some(name) = self.word(1) {
                    inside.push(name.to_owned());
                    inline.push(depth + 1);
                }
            } else if self.word(0) == Some("use") && !self.sign(1, "<") {
                self.at += 1;
                self.tree(&inside, &[]);
            } else if self.word(0).is_some() && self.sign(1, "::") && !self.continues() {
                self.path(&inside);
            }
            self.at += 1;
        }
        self.names
    }

    /// A path in code; ends on its last segment.
    fn path(&mut self, inside: &[String]) {
        let line = self.line();
        let mut path = Vec::from_iter(self.word(0).map(str::to_owned));
        while self.sign(1, "::") {
            let Some(next) = self.word(2) else { break };
            path.push(next.to_owned());
            self.at += 2;
        }
        // An exported macro lives at the root of its crate, wherever it was written.
        let called = self.sign(1, "!") && ["(", "[", "{"].iter().any(|sign| self.sign(2, sign));
        if !(called && path.len() == 2 && path[0] == "crate") {
            self.add(line, inside, path);
        }
    }

    /// A `use` tree under `prefix`; ends on the token after it.
    fn tree(&mut self, inside: &[String], prefix: &[String]) {
        let line = self.line();
        let mut path = prefix.to_vec();
        loop {
            if let Some(word) = self.word(0) {
                path.push(word.to_owned());
            } else if self.sign(0, "*") {
                path.push("*".to_owned());
            } else if self.sign(0, "{") {
                self.at += 1;
                while self.at < self.tokens.len() && !self.sign(0, "}") {
                    self.tree(inside, &path);
                    if self.sign(0, ",") {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return;
            } else if !self.sign(0, "::") {
                // Nothing we know as part of a tree: leave it, and don't stand still.
                self.at += 1;
                return;
            }
            self.at += 1;
            if self.word(0) == Some("as") {
                self.at += 2;
            }
            if self.sign(0, ",") || self.sign(0, ";") || self.sign(0, "}") {
                if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                    path.pop();
                }
                self.add(line, inside, path);
                return;
            }
            if self.at >= self.tokens.len() {
                return;
            }
        }
    }

    fn add(&mut self, line: usize, inside: &[String], path: Vec<String>) {
        let (here, path) = resolve(inside, path);
        self.names.push(Name { line, here, path });
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match &self.tokens.get(self.at + ahead)?.kind {
            Kind::Word(word) => Some(word),
            Kind::Text(_) | Kind::Sign(_) => None,
        }
    }

    fn sign(&self, ahead: usize, sign: &str) -> bool {
        self.tokens
            .get(self.at + ahead)
            .is_some_and(|token| matches!(token.kind, Kind::Sign(is) if is == sign))
    }

    /// Whether the word here follows `something::`, rather than starting a path (`::poem` starts one).
    fn continues(&self) -> bool {
        let before = |back: usize| Some(&self.tokens.get(self.at.checked_sub(back)?)?.kind);
        before(1) == Some(&Kind::Sign("::"))
            && matches!(before(2), Some(Kind::Word(_) | Kind::Sign(">")))
    }
}

/// Whether the path is one of this crate, and what is left of it without `crate`, `self` and `super`.
fn resolve(inside: &[String], path: Vec<String>) -> (bool, Vec<String>) {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let start = match path.first().map(String::as_str) {
        Some("crate") => &[],
        Some("self") => inside,
        Some("super") => &inside[..inside.len().saturating_sub(supers)],
        Some("plaza") if inside.is_empty() => &[],
        _ => return (false, path),
    };
    let rest = path.into_iter().skip(supers.max(1));
    (true, start.iter().cloned().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::{Name, read};

    fn names(text: &str) -> Vec<String> {
        let (names, _) = read(&["services", "order"], text);
        let show = |name: Name| {
            format!(
                "{}{}@{}",
                if name.here { "crate::" } else { "" },
                name.path.join("::"),
                name.line
            )
        };
        names.into_iter().map(show).collect()
    }

    #[test]
    fn use_trees_are_taken_apart() {
        let text = "use crate::{db::{self, keyset::*}, rules::money as coins};\nuse std::fmt;";
        let want = ["crate::db@1", "crate::db::keyset::*@1", "crate::rules::money@1", "std::fmt@2"];
        assert_eq!(names(text), want);
    }

    #[test]
    fn each_line_of_a_tree_counts() {
        let text =
            "use crate::{\n    db::Db,\n    entities,\n};\npub(crate) use crate::error::Fault;";
        assert_eq!(names(text), ["crate::db::Db@2", "crate::entities@3", "crate::error::Fault@5"]);
    }

    #[test]
    fn paths_in_code_count_wherever_they_stand() {
        let text = "fn a(x: &crate::db::Db<'_>) -> Vec<::poem::Request> {\n    Vec::<crate::rules::A>::new()\n}";
        let want = ["crate::db::Db@1", "poem::Request@1", "Vec@2", "crate::rules::A@2"];
        assert_eq!(names(text), want);
    }

    #[test]
    fn super_and_self_are_resolved_and_inline_modules_seen() {
        let text = "use super::super::loaders::A;\nuse self::b::C;\nmod tests { use super::*; fn a() { if x {} } }\nuse super::d;";
        let want = [
            "crate::loaders::A@1",
            "crate::services::order::b::C@2",
            "crate::services::order::*@3",
            "crate::services::d@4",
        ];
        assert_eq!(names(text), want);
    }

    #[test]
    fn comments_strings_lifetimes_and_macros_hide_nothing_and_name_nothing() {
        let text = r##"
            // crate::loaders::A
            /* crate::loaders::B /* crate::loaders::C */ crate::loaders::D */
            const A: &str = "crate::loaders::E \" crate::loaders::F";
            const B: &str = r#"crate::loaders::G " crate::loaders::H"#;
            const C: char = '"';
            const D: char = '\'';
            fn a<'a>(x: &'a str) -> impl Sized + use<'a> { crate::typed_id!(A); crate::db::B }
        "##;
        assert_eq!(names(text), ["crate::db::B@8"]);
    }

    #[test]
    fn a_broken_file_ends() {
        for text in [
            "use",
            "use crate::{",
            "use crate::{a, ?",
            "\"",
            "r#\"",
            "'",
            "/*",
            "mod a {",
            "crate::",
        ] {
            names(text);
        }
    }
}
