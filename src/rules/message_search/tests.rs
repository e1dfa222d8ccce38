//! Words that must meet in either language, and excerpts that show them.

use super::word::words;
use super::*;
use crate::rules::search_text::plain;
use proptest::prelude::*;

/// Families of words of which each finds every other.
const FAMILIES: &str = "
    pedido pedidos Pedidos | entregar entregado entrega entregamos | órdenes orden ordenes | café
    cafe cafés | niño nino niños | luz luces | camión camiones camion | canción canciones | inglés
    ingleses | buscando buscar buscado | llegó llegar llegaron | order orders ordered ordering |
    delivery deliveries | deliver delivers delivered delivering | box boxes | city cities | buy buys
    buying | want wants wanted wanting | tomato tomatoes | bag bags | hello Hello HELLO | shipment
    shipments | running run runs
";

#[test]
fn forms_of_a_word_find_each_other_in_both_languages() {
    for family in FAMILIES.split('|') {
        for searched in family.split_whitespace() {
            let [word] = searched_words(searched).try_into().expect("one word");
            for other in family.split_whitespace() {
                assert!(word.is_form(&plain(other)), "{searched} finds {other}: {word:?}");
            }
        }
    }
}

#[test]
fn different_words_stay_apart() {
    let all = "pedido perdido orden orbe order border caja casa box bolsa bag boda entrega entero";
    for searched in all.split_whitespace() {
        let [word] = searched_words(searched).try_into().expect("one word");
        for other in all.split_whitespace().filter(|other| *other != searched) {
            assert!(!word.is_form(other), "{searched} finds {other}: {word:?}");
        }
    }
}

#[test]
fn a_message_has_each_term_once() {
    assert_eq!(
        message_terms("Los pedidos, the orders: ¡PEDIDOS! 25 кофе"),
        ["+order", "+pedido", "=25", "=orders", "=pedidos", "=кофе", "~order", "~ped"]
    );
    assert!(message_terms("… ¿y? of the").is_empty());
}

#[test]
fn stop_words_of_both_languages_are_not_searched_for() {
    for text in ["de la, EL", "the of and", "de the", "¿¡ … !?", ""] {
        assert!(searched_words(text).is_empty(), "{text}");
    }
    let words = searched_words("the pedidos de Orders, pedidos");
    let exact: Vec<_> = words.iter().map(|word| word.exact.as_str()).collect();
    assert_eq!(exact, ["=pedidos", "=orders"]);
    let many: String = (0..40).map(|number| format!("w{number} ")).collect();
    assert_eq!(searched_words(&many).len(), 16);
}

fn shown(body: &str, searched: &str) -> String {
    excerpt(body, &searched_words(searched))
}

#[test]
fn an_excerpt_marks_what_was_found() {
    for (body, searched, text) in [
        ("¿Hay pedidos hoy?", "pedido", "¿Hay «pedidos» hoy?"),
        ("Two orders\n\nand  one\torder.", "order", "Two «orders» and one «order»."),
        ("CAFÉ/café-cafe\u{301}", "cafe", "«CAFÉ»/«café»-«cafe\u{301}»"),
        ("Dijo «café» y ya", "café", "Dijo “«café»” y ya"),
        ("½ ﬁlete, 5㎏", "filete 5kg", "½ «ﬁlete», «5㎏»"),
        ("Кофе с молоком", "МОЛОКОМ", "Кофе с «молоком»"),
        ("nada", "otra", "nada"),
        ("", "otra", ""),
    ] {
        assert_eq!(shown(body, searched), text);
    }
}

#[test]
fn an_excerpt_is_the_part_with_the_most_of_the_words() {
    let filler = |from: usize, to: usize| {
        (from..to).map(|at| format!("p{at}")).collect::<Vec<_>>().join(" ")
    };
    let body = format!("queso {} queso fresco {}", filler(0, 60), filler(60, 120));
    let text = shown(&body, "queso fresco");
    assert_eq!(text, format!("…{} «queso» «fresco» {}…", filler(46, 60), filler(60, 74)));
    let text = shown(&format!("queso {}", filler(0, 60)), "queso");
    assert_eq!(text, format!("«queso» {}…", filler(0, 29)));
    let text = shown(&format!("{} queso", filler(0, 60)), "queso");
    assert_eq!(text, format!("…{} «queso»", filler(31, 60)));
    // What has no spaces is cut too.
    let long = shown(&"字".repeat(9_000), "字");
    assert!(long.chars().count() < 2_600, "{}", long.chars().count());
    assert!(long.ends_with('…'));
}

proptest! {
    #[test]
    fn every_word_of_a_message_finds_it_and_is_marked(body in "\\PC{0,300}", at in 0..50_usize) {
        let plain = plain(&body);
        let found: Vec<&str> = words(&plain).collect();
        prop_assume!(!found.is_empty());
        let word = found[at % found.len()];
        let searched = searched_words(word);
        prop_assume!(searched.len() == 1);
        prop_assert!(message_terms(&body).contains(&searched[0].exact));
        let text = excerpt(&body, &searched);
        prop_assert!(text.contains('«') && text.contains('»'), "{text:?} shows {word:?}");
    }

    #[test]
    fn an_excerpt_without_its_marks_is_a_part_of_the_body(
        body in "[a-zñé «»\n,.字]{0,400}",
        searched in "[a-zé]{1,2} [a-z]",
    ) {
        let text = shown(&body, &searched);
        let bare: String = text.chars().filter(|c| !"«»…".contains(*c)).collect();
        let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = line.replace('«', "“").replace('»', "”");
        prop_assert!(line.contains(&bare), "{bare:?} of {line:?}");
        prop_assert!(text.matches('«').count() == text.matches('»').count());
    }

    #[test]
    fn what_has_a_stem_in_common_is_found(one in "[a-z]{1,12}", other in "[a-z]{1,12}") {
        let (one, other) = (searched_words(&one), searched_words(&other));
        prop_assume!(one.len() == 1 && other.len() == 1);
        let stems = |word: &Word, mark| {
            word.forms.iter().find(|form| form.starts_with(mark)).cloned()
        };
        let common = ['~', '+'].iter().any(|mark| {
            stems(&one[0], *mark).is_some_and(|stem| stems(&other[0], *mark) == Some(stem))
        });
        if common {
            prop_assert!(one[0].is_form(other[0].exact.trim_start_matches('=')));
        }
    }
}
