//! What is sold: hand-written goods of every category, read from the lists beside this file.

/// What goods have in common beyond their category: which sentences fit, and whether they are counted
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::seed) enum Theme {
    Food,
    Ranch,
    Livestock,
    Craft,
    Hardware,
    Home,
    Wear,
    Electronics,
    Vehicle,
    Service,
    Beauty,
    Property,
}

/// One thing that is sold
#[derive(Clone, Copy, Debug)]
pub(in crate::cli::seed) struct Good {
    pub category: &'static str,
    pub theme: Theme,
    pub title: &'static str,
    /// Lowest and highest price in whole units of the currency
    pub price: (i64, i64),
    /// Priced in US dollars, otherwise in córdobas
    pub dollars: bool,
    /// How it is measured, such as `por libra`
    pub measure: &'static str,
    /// A sentence about it
    pub detail: &'static str,
}

const LISTS: [&str; 5] = [
    include_str!("food.txt"),
    include_str!("ranch.txt"),
    include_str!("home.txt"),
    include_str!("wear.txt"),
    include_str!("service.txt"),
];

/// All goods, those of a category in a row. Lines that are no good are left out: a test finds them.
pub(in crate::cli::seed) fn goods() -> Vec<Good> {
    let mut goods = Vec::with_capacity(512);
    for list in LISTS {
        let mut section = None;
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            match line.strip_prefix('[') {
                Some(head) => section = read_section(head),
                None => goods.extend(section.and_then(|section| read_good(section, line))),
            }
        }
    }
    goods
}

fn read_section(head: &'static str) -> Option<(&'static str, Theme)> {
    let (category, theme) = head.split_once("] ")?;
    let theme = match theme {
        "food" => Theme::Food,
        "ranch" => Theme::Ranch,
        "livestock" => Theme::Livestock,
        "craft" => Theme::Craft,
        "hardware" => Theme::Hardware,
        "home" => Theme::Home,
        "wear" => Theme::Wear,
        "electronics" => Theme::Electronics,
        "vehicle" => Theme::Vehicle,
        "service" => Theme::Service,
        "beauty" => Theme::Beauty,
        "property" => Theme::Property,
        _ => return None,
    };
    Some((category, theme))
}

fn read_good((category, theme): (&'static str, Theme), line: &'static str) -> Option<Good> {
    let mut parts = line.split(" | ");
    let (title, price, measure, detail) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let (dollars, range) = match price.strip_prefix("US ") {
        Some(range) => (true, range),
        None => (false, price),
    };
    let (low, high) = range.split_once('-')?;
    let price = (low.parse().ok()?, high.parse().ok()?);
    (parts.next().is_none() && price.0 < price.1).then_some(Good {
        category,
        theme,
        title,
        price,
        dollars,
        measure,
        detail,
    })
}

#[cfg(test)]
mod tests {
    use super::super::CATEGORIES;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_line_is_a_good_of_a_known_category() {
        let lines = LISTS.iter().flat_map(|list| list.lines());
        let written = lines.filter(|line| !line.starts_with(['#', '['])).count();
        let goods = goods();
        assert_eq!(goods.len(), written);
        for good in &goods {
            assert!(CATEGORIES.iter().any(|(slug, ..)| *slug == good.category), "{good:?}");
        }
    }

    #[test]
    fn a_category_names_each_good_once() {
        let mut seen = HashSet::new();
        for good in goods() {
            assert!(seen.insert((good.category, good.title, good.measure)), "{good:?}");
        }
    }
}
