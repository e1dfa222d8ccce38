//! What a question asks for, as far as words tell: its language, whether it is about hours or one's own
//! orders, and what is looked for once the words of asking are left out.
//!
//! Made for the assistant that answers without a model: it need not understand, only look for the
//! right things. Own code: a list of words, which no library has for these two languages.

use super::search_text::{plain, words};

/// Language of a question
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Spanish,
    English,
}

/// What a question is about
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// What is on the market
    Goods,
    /// When a store is open
    Hours,
    /// The orders of whoever asks
    Orders,
}

/// A question, as far as it is understood
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub language: Language,
    pub about: About,
    /// What is looked for, in plain spelling
    pub words: Vec<String>,
}

const SPANISH: &str = "a abre abren abierta abierto al algo algun alguna buenas buenos busco cierra \
    comprar como compra compras con conseguir cual cuales cuando cuanto cuanta cuesta cuestan de del dia dias \
    donde el ella en encontrar es esta estan este gracias hay hola hora domingo horario horarios horas hoy jueves la las lo los lunes martes manana \
    me mi miercoles mis muestrame necesito noches o para pedido pedidos por favor precio precios puedo que quiero quisiera sabado \
    se si sobre su sus tarde tardes tenes tiene tienen tienes tienda un una unos unas valen vale venden vendes viernes y ya ahora ayuda";
const ENGLISH: &str = "a about an and any anything are at buy can close closed closes do does find for from get \
    have hello hey hi hours how i in is it looking me much my need of offer on open opening opens or order orders \
    please price prices purchase purchases sell sells shop show some store thanks that the there this time to \
    friday help monday now saturday sunday thursday tuesday wednesday tomorrow today want what when where which with you your";
const HOURS: &str = "abre abren abierta abierto abiertas abiertos cierra cierran cerrado hora horario horarios horas \
    open opens opening hours close closes closed";
const ORDERS: &str = "pedido pedidos orden ordenes compra compras order orders purchase purchases";

/// Reads a question. Where words don't tell its language, that of the locale counts.
pub fn read(text: &str, locale: &str) -> Question {
    let plain = plain(text);
    let all: Vec<&str> = words(&plain).collect();
    let count = |list: &str| all.iter().filter(|word| holds(list, word)).count();
    let (spanish, english) = (count(SPANISH), count(ENGLISH));
    let is_english = english > spanish || (english == spanish && locale.starts_with("en"));
    let language = if is_english { Language::English } else { Language::Spanish };
    let about = match (count(HOURS), count(ORDERS)) {
        (0, 0) => About::Goods,
        (0, _) => About::Orders,
        (_, _) => About::Hours,
    };
    let asks =
        |word: &&&str| [SPANISH, ENGLISH, HOURS, ORDERS].iter().any(|list| holds(list, word));
    let words = all.iter().filter(|word| !asks(word)).map(|word| (*word).to_owned()).collect();
    Question { language, about, words }
}

fn holds(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_asking_are_left_out() {
        for (text, language, about, words) in [
            ("Hola, ¿tienen queso fresco?", Language::Spanish, About::Goods, "queso fresco"),
            ("¿Cuánto cuesta la cuajada?", Language::Spanish, About::Goods, "cuajada"),
            ("Do you have any fresh cheese?", Language::English, About::Goods, "fresh cheese"),
            (
                "¿A qué hora abre la Cafetería Central?",
                Language::Spanish,
                About::Hours,
                "cafeteria central",
            ),
            (
                "When does Cafetería Central close?",
                Language::English,
                About::Hours,
                "cafeteria central",
            ),
            ("¿Dónde están mis pedidos?", Language::Spanish, About::Orders, ""),
            ("What about my order 12?", Language::English, About::Orders, "12"),
            ("queso", Language::Spanish, About::Goods, "queso"),
            ("", Language::Spanish, About::Goods, ""),
        ] {
            let words = words.split_whitespace().map(str::to_owned).collect();
            assert_eq!(read(text, "es-NI"), Question { language, about, words }, "{text}");
        }
        assert_eq!(read("saddle", "en-US").language, Language::English);
    }
}
