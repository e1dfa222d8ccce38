//! Words that must meet, words that must not, and literals that the databases accept.

use proptest::prelude::*;

use super::*;

fn stem(word: &str) -> String {
    let found = terms(word, 10);
    assert_eq!(found.len(), 1, "{word} is one word: {found:?}");
    found.concat()
}

/// Families of words that must meet.
const FAMILIES: &str = "
    camión camion camiones CAMIÓN | canción canciones cancion | café cafe cafés cafes Café | limón
    limon limones | niño niños nino ninos niña | veterinaria veterinario veterinarias veterinarios
    | zapatos zapato | gallinas gallina | educación educacion educaciones | solución soluciones
    solucion | colchón colchon colchones | volcán volcan volcanes | alemán aleman alemanes |
    almacén almacen almacenes | sartén sarten sartenes | jardín jardin jardines | orden órdenes |
    inglés ingles ingleses | interés interes intereses | mes meses | país pais países paises |
    autobús autobus autobuses | bus buses | menú menu menús menus | laptop laptops | tablet
    tablets | luz luces | lápiz lapiz lápices | arroz arroces | dulce dulces | cafetería cafeteria
    cafeterías | panadería panaderia panaderias | refrigeradora refrigeradoras | teléfono telefono
    teléfonos | mueble muebles | llave llaves | carro carros | azul azules | tren trenes | pan
    panes | señor señores senor | pingüino pinguino pingüinos | computador computadores | casa
    casas | reloj relojes | pez peces | papel papeles | animal animales | gas gases | taxi taxis |
    gris grises | jean jeans | bebé bebe bebés | sofá sofa sofás
";

#[test]
fn spellings_and_numbers_of_a_word_meet() {
    for family in FAMILIES.split('|') {
        let stems: Vec<String> = family.split_whitespace().map(stem).collect();
        assert!(stems.iter().all(|stem| *stem == stems[0]), "{family}: {stems:?}");
    }
}

#[test]
fn different_things_stay_apart() {
    let words =
        "ventana venta banana baño casa caso2 perro gato mesa camión camisa plato plátano llave";
    let stems: Vec<String> = words.split_whitespace().map(stem).collect();
    for (index, one) in stems.iter().enumerate() {
        assert!(!stems[index + 1..].contains(one), "{one} in {stems:?}");
    }
}

#[test]
fn any_script_has_words_and_signs_have_none() {
    assert_eq!(terms("ﬁlete 42½kg—Ｗｉｆｉ/5G", 99), ["filet", "421", "2kg", "wifi", "5g"]);
    assert_eq!(terms("Кофе Ñandú, हिन्दी", 99), ["кофе", "nandu", "हिनदी"]);
    assert_eq!(terms(" ¡¿!? — 'a' \\ \" \u{301} ", 99), Vec::<String>::new());
}

#[test]
fn stop_words_are_dropped_and_may_leave_nothing() {
    assert_eq!(query_terms("Café con leche para el niño"), ["caf", "lech", "nin"]);
    assert!(query_terms("de la, en EL y por").is_empty());
}

#[test]
fn a_query_is_short_and_holds_each_term_once() {
    assert_eq!(query_terms("gallina Gallinas roja gallina"), ["gallin", "roj"]);
    let many: String = (0..40).map(|number| format!("w{number} ")).collect();
    assert_eq!(query_terms(&many).len(), QUERY_TERMS);
    assert_eq!(terms(&many, 5).len(), 5);
    let long = "ñ".repeat(500) + &"я".repeat(500);
    assert_eq!(terms(&long, 5)[0].len(), TERM_BYTES);
}

#[test]
fn documents_and_queries_of_postgres() {
    let document = tsvector(&[('B', "El café negro y limones"), ('A', "Café con limón")]);
    assert_eq!(document, "'caf':1A,3B 'limon':2A,5B 'negr':4B");
    assert_eq!(tsvector(&[('A', "de la")]), "");
    assert_eq!(tsquery(&query_terms("limones café")), "'limon' & 'caf'");
    assert_eq!(tsquery_weight("caf", 'A'), "'caf':A");
    assert_eq!(tsquery_weight(r"o'x\", 'A'), r"'o''x\\':A");
}

#[test]
fn a_term_has_at_most_255_positions_and_none_beyond_16383() {
    let body = "pan ".repeat(5_000);
    let document = tsvector(&[('D', &body), ('A', "pan")]);
    assert!(document.starts_with("'pan':1A,2D,") && document.ends_with(",255D"), "{document}");
    let distinct: String = (0..4_200).map(|number| format!("w{number} ")).collect();
    let texts: Vec<(char, &str)> = std::iter::repeat_n(('C', distinct.as_str()), 5).collect();
    let positions = tsvector(&texts)
        .split([':', ',', ' '])
        .filter_map(|part| part.strip_suffix('C')?.parse().ok())
        .max();
    assert_eq!(positions, Some(16_383));
}

#[test]
fn documents_and_queries_of_sqlite() {
    assert_eq!(fts5("El café negro, ¡con limones!"), "caf negr limon");
    assert_eq!(fts5_query(&query_terms("limones café")), "\"limon\" AND \"caf\"");
    assert_eq!(fts5_column_query("title", "caf"), "title : \"caf\"");
    assert_eq!(fts5_column_query("title", "a\"b"), "title : \"a\"\"b\"");
}

#[test]
fn classes_are_every_way_to_hold_so_many() {
    let terms = query_terms("limones café");
    assert_eq!(tsquery_class(&terms[..1], 1), "('limon')");
    assert_eq!(tsquery_class(&terms[..1], 0), "(!'limon')");
    assert_eq!(tsquery_class(&terms, 1), "('limon' & !'caf') | (!'limon' & 'caf')");
    assert_eq!(fts5_class("a", &terms, 2), "(a : \"limon\" AND a : \"caf\")");
    assert_eq!(fts5_class("a", &terms[..1], 0), "((\"limon\") NOT (a : \"limon\"))");
    let one = fts5_class("a", &terms, 1);
    assert!(one.starts_with("((a : \"limon\" AND \"caf\") NOT (a : \"caf\")) OR (("), "{one}");
    let three = query_terms("uno dos tres");
    let ways = |held| tsquery_class(&three, held).split(" | ").count();
    assert_eq!([0, 1, 2, 3].map(ways), [1, 3, 3, 1]);
}

#[test]
fn names_sort_without_accents_or_case() {
    assert_eq!(sort_key("  Ñandú\t El  ÁGUILA "), "nandu el aguila");
    assert!(sort_key("Árbol") < sort_key("barco") && sort_key("barco") < sort_key("Casa"));
    let long = sort_key(&"я".repeat(300));
    assert_eq!((long.len(), sort_key(&format!("{} b", "a".repeat(199))).len()), (200, 199));
    assert_eq!(sort_key(""), "");
}

proptest! {
    #[test]
    fn terms_hold_letters_and_digits_only(text in "\\PC{0,60}", limit in 0..20usize) {
        let found = terms(&text, limit);
        prop_assert!(found.len() <= limit);
        for term in &found {
            prop_assert!(!term.is_empty() && term.len() <= TERM_BYTES, "{term:?}");
            prop_assert!(term.chars().all(char::is_alphanumeric), "{term:?}");
        }
        let column = fts5(&text);
        let column: Vec<&str> = column.split_terminator(' ').collect();
        prop_assert_eq!(column, terms(&text, INDEXED_TERMS));
    }

    #[test]
    fn accents_and_case_never_matter(text in "[a-zñáéíóúüA-ZÑÁÉÍÓÚÜ ]{0,40}") {
        let bare = |c: char| match c {
            'á' | 'Á' => 'a',
            'é' | 'É' => 'e',
            'í' | 'Í' => 'i',
            'ó' | 'Ó' => 'o',
            'ú' | 'ü' | 'Ú' | 'Ü' => 'u',
            'ñ' | 'Ñ' => 'n',
            other => other.to_ascii_lowercase(),
        };
        let bare: String = text.chars().map(bare).collect();
        prop_assert_eq!(terms(&text, 99), terms(&bare, 99));
        prop_assert_eq!(sort_key(&text), sort_key(&bare));
    }

    #[test]
    fn every_query_finds_the_text_it_is_taken_from(text in "\\PC{0,60}") {
        let document = terms(&text, INDEXED_TERMS);
        prop_assert!(query_terms(&text).iter().all(|term| document.contains(term)));
    }

    #[test]
    fn sort_keys_are_short(text in "\\PC{0,300}") {
        let key = sort_key(&text);
        prop_assert!(key.len() <= SORT_KEY_BYTES, "{key:?}");
        prop_assert!(key.trim() == key && !key.contains("  "), "{key:?}");
    }
}
