//! Kinds of stores, with what they sell and when they open, and names that stores have.

use crate::rules::opening_hours::Span;

/// When a store is open
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli::seed) enum Hours {
    /// Monday to Saturday, half a day on Saturday, closed at noon
    Shop,
    /// Monday to Saturday without a break, closed on Sunday
    Weekdays,
    /// From early to late, every day
    Daily,
    /// From before dawn, on Sunday until eleven
    Bakery,
    /// Breakfast to supper, closed on Sunday
    Cafe,
    /// Evenings from Thursday, past midnight
    Night,
    /// Round the clock
    Always,
    /// By appointment
    None,
}

impl Hours {
    /// The week's spans
    pub(in crate::cli::seed) fn spans(self) -> Vec<Span> {
        const fn at(hour: u16, minute: u16) -> u16 {
            hour * 60 + minute
        }
        let days = |days: std::ops::Range<u8>, opens, closes| {
            days.map(move |weekday| Span { weekday, opens, closes })
        };
        match self {
            Self::Shop => days(0..5, at(8, 0), at(12, 0))
                .chain(days(0..5, at(13, 30), at(17, 30)))
                .chain(days(5..6, at(8, 0), at(12, 30)))
                .collect(),
            Self::Weekdays => days(0..6, at(7, 30), at(17, 30)).collect(),
            Self::Daily => days(0..7, at(6, 0), at(21, 0)).collect(),
            Self::Bakery => {
                days(0..6, at(4, 30), at(19, 0)).chain(days(6..7, at(4, 30), at(11, 0))).collect()
            }
            Self::Cafe => days(0..6, at(6, 30), at(20, 0)).collect(),
            Self::Night => {
                days(3..6, at(18, 0), at(2, 0)).chain(days(6..7, at(12, 0), at(0, 30))).collect()
            }
            Self::Always => days(0..7, 0, 0).collect(),
            Self::None => Vec::new(),
        }
    }
}

/// A kind of store
#[derive(Clone, Copy, Debug)]
pub(in crate::cli::seed) struct Trade {
    pub kind: &'static str,
    pub hours: Hours,
    /// Slugs of what it sells
    pub sells: &'static [&'static str],
    pub about: &'static str,
    /// How often such stores are
    pub weight: u32,
}

const fn trade(
    kind: &'static str,
    weight: u32,
    hours: Hours,
    sells: &'static [&'static str],
    about: &'static str,
) -> Trade {
    Trade { kind, hours, sells, about, weight }
}

pub(in crate::cli::seed) const TRADES: &[Trade] = &[
    trade(
        "Pulpería",
        22,
        Hours::Daily,
        &["abarrotes", "bebidas", "limpieza", "dulces"],
        "De todo para la casa, abierto desde temprano.",
    ),
    trade(
        "Distribuidora",
        8,
        Hours::Weekdays,
        &["abarrotes", "granos-basicos", "limpieza"],
        "Ventas al por mayor y al detalle, con reparto.",
    ),
    trade(
        "Verduras",
        9,
        Hours::Daily,
        &["frutas-y-verduras"],
        "Verdura y fruta que llega de Sébaco y de Jinotega.",
    ),
    trade(
        "Granos",
        6,
        Hours::Weekdays,
        &["granos-basicos", "semillas-y-abonos"],
        "Compra y venta de granos básicos.",
    ),
    trade("Lácteos", 8, Hours::Daily, &["lacteos"], "Queso, cuajada y crema de fincas de la zona."),
    trade("Carnicería", 6, Hours::Bakery, &["carnes"], "Res y cerdo de destace diario."),
    trade("Mariscos", 3, Hours::Weekdays, &["mariscos"], "Pescado y camarón con cadena de frío."),
    trade(
        "Panadería",
        7,
        Hours::Bakery,
        &["panaderia", "dulces"],
        "Horno de leña y receta de la familia.",
    ),
    trade(
        "Comedor",
        9,
        Hours::Cafe,
        &["comida-preparada", "bebidas"],
        "Comida casera, para comer aquí o llevar.",
    ),
    trade(
        "Fritanga",
        4,
        Hours::Night,
        &["comida-preparada"],
        "Carne asada y antojitos en la noche.",
    ),
    trade(
        "Veterinaria",
        6,
        Hours::Shop,
        &["insumos-veterinarios", "alimento-animal", "veterinarios"],
        "Medicina y alimento para ganado y mascotas, con asesoría.",
    ),
    trade(
        "Finca",
        7,
        Hours::None,
        &["ganado", "lacteos", "alimento-animal"],
        "Cría y venta de ganado; se atiende con cita.",
    ),
    trade(
        "Talabartería",
        2,
        Hours::Shop,
        &["monturas", "artesania"],
        "Albardas, riendas y trabajos en cuero.",
    ),
    trade(
        "Agropecuaria",
        6,
        Hours::Weekdays,
        &["semillas-y-abonos", "herramientas-agricolas", "alimento-animal"],
        "Todo para la siembra y el potrero.",
    ),
    trade(
        "Ferretería",
        9,
        Hours::Weekdays,
        &["herramientas", "materiales-de-construccion", "electricidad", "fontaneria", "pinturas"],
        "Materiales y herramientas, con entrega en la obra.",
    ),
    trade(
        "Mueblería",
        4,
        Hours::Weekdays,
        &["muebles", "cocina"],
        "Muebles de madera sólida, hechos aquí.",
    ),
    trade(
        "Electrohogar",
        4,
        Hours::Weekdays,
        &["electrodomesticos", "cocina", "audio-y-video"],
        "Aparatos para la casa, con crédito y garantía.",
    ),
    trade(
        "Librería",
        4,
        Hours::Weekdays,
        &["utiles-escolares", "juguetes"],
        "Útiles, piñatas y fotocopias.",
    ),
    trade(
        "Boutique",
        7,
        Hours::Weekdays,
        &["ropa-de-mujer", "ropa-infantil", "cosmeticos"],
        "Ropa escogida y a buen precio.",
    ),
    trade(
        "Tienda",
        8,
        Hours::Weekdays,
        &["ropa-de-hombre", "ropa-de-mujer", "calzado", "deportes"],
        "Ropa y calzado para toda la familia.",
    ),
    trade("Zapatería", 3, Hours::Shop, &["calzado"], "Calzado de cuero y reparación."),
    trade(
        "Celulares",
        8,
        Hours::Weekdays,
        &["celulares", "accesorios-de-celular", "computadoras"],
        "Teléfonos, accesorios y taller propio.",
    ),
    trade(
        "Autoventa",
        4,
        Hours::Weekdays,
        &["carros", "motos"],
        "Vehículos revisados, con traspaso el mismo día.",
    ),
    trade(
        "Repuestos",
        6,
        Hours::Weekdays,
        &["repuestos", "bicicletas", "motos"],
        "Repuestos para moto y carro.",
    ),
    trade(
        "Servicios",
        9,
        Hours::Always,
        &["electricistas", "fontaneros", "reparaciones", "transporte"],
        "Llámenos a cualquier hora.",
    ),
    trade(
        "Taller de costura",
        3,
        Hours::Shop,
        &["costura", "ropa-de-mujer"],
        "Vestidos, uniformes y arreglos.",
    ),
    trade("Academia", 2, Hours::Weekdays, &["clases"], "Clases en grupos pequeños."),
    trade(
        "Salón",
        6,
        Hours::Weekdays,
        &["salones-de-belleza", "cosmeticos"],
        "Cortes, tintes y uñas.",
    ),
    trade(
        "Artesanías",
        3,
        Hours::Daily,
        &["artesania", "dulces"],
        "Piezas hechas a mano por familias de la zona.",
    ),
    trade(
        "Bienes raíces",
        3,
        Hours::Shop,
        &["casas-y-terrenos", "alquileres"],
        "Casas, fincas y alquileres con trato serio.",
    ),
];

pub(in crate::cli::seed) const STORE_NAMES: &[&str] = &[
    "La Bendición",
    "San José",
    "El Buen Precio",
    "Chontales",
    "Doña Tania",
    "Los Hermanos",
    "La Esquina",
    "Santa Clara",
    "El Porvenir",
    "Amerrisque",
    "Don Chico",
    "La Economía",
    "Guadalupe",
    "El Progreso",
    "Los Laureles",
    "La Chontaleña",
    "San Sebastián",
    "El Nicaragüense",
    "La Familia",
    "El Ceibo",
    "Tres Hermanas",
    "La Ceiba",
    "Don Ramón",
    "Mi Cosecha",
    "Flor de Sacuanjoche",
    "El Madroño",
    "La Virgen",
    "Nueva Vida",
    "Los Robles",
    "El Guanacaste",
    "Mayales",
    "Santa Fe",
    "La Unión",
    "El Malinche",
    "Doña Nubia",
    "San Antonio",
];

#[cfg(test)]
mod tests {
    use super::super::{CATEGORIES, goods};
    use super::*;
    use crate::rules::opening_hours;

    #[test]
    fn hours_hold_the_rules_of_stores() {
        for trade in TRADES {
            assert!(opening_hours::check(&trade.hours.spans()).is_ok(), "{trade:?}");
        }
        assert!(opening_hours::check(&Hours::Night.spans()).is_ok());
    }

    #[test]
    fn a_trade_sells_goods_that_there_are() {
        let goods = goods();
        for slug in TRADES.iter().flat_map(|trade| trade.sells) {
            assert!(CATEGORIES.iter().any(|(known, ..)| known == slug), "{slug}");
            assert!(goods.iter().any(|good| good.category == *slug), "{slug}");
        }
    }
}
