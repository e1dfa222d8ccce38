//! Stores of the demo.

use super::WithProfile;
use crate::cli::seed::calendar::{self, Calendar};
use crate::cli::seed::compose::{Stall, Store, around};
use crate::cli::seed::dice::Dice;
use crate::cli::seed::market::{Hours, TOWNS};
use crate::cli::seed::prose::Prose;
use crate::entities::Timestamp;
use uuid::Uuid;

/// A store as it is written down here
pub(in crate::cli::seed) struct Written {
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Handle of its owner
    pub(super) owner: &'static str,
    pub(super) town: &'static str,
    pub(super) barrio: &'static str,
    pub(super) hours: Hours,
    pub(super) currency: &'static str,
    /// Slugs of what it sells
    pub(in crate::cli::seed) sells: &'static [&'static str],
    /// How many listings it has at most
    pub(in crate::cli::seed) listings: usize,
}

/// A town and a neighbourhood of it
type Place = (&'static str, &'static str);

const fn store(
    handle: &'static str,
    name: &'static str,
    owner: &'static str,
    place: Place,
    hours: Hours,
    about: &'static str,
) -> Written {
    Written {
        handle,
        name,
        about,
        owner,
        town: place.0,
        barrio: place.1,
        hours,
        currency: "NIO",
        sells: &[],
        listings: 0,
    }
}

impl Written {
    const fn sells(mut self, listings: usize, sells: &'static [&'static str]) -> Self {
        self.sells = sells;
        self.listings = listings;
        self
    }

    const fn in_dollars(mut self) -> Self {
        self.currency = "USD";
        self
    }
}

const CENTRE: Place = ("Juigalpa", "Parque Central");

/// A store that has opened
pub(in crate::cli::seed) struct Opened {
    pub(in crate::cli::seed) written: &'static Written,
    pub(in crate::cli::seed) store: Store,
    pub(in crate::cli::seed) stall: Stall,
}

/// The stores, all open after the first weeks
pub(super) fn opened(seed: u64, calendar: &Calendar, people: &[WithProfile]) -> Vec<Opened> {
    let stores = STORES.iter().zip(0_u32..).filter_map(|(written, number)| {
        let (owner, _) = people.iter().find(|(person, _)| person.handle == written.owner)?;
        let created_at = calendar.at(0.08 + f64::from(number) / 28.0 * 0.05);
        Some(open(written, owner.id, created_at, &mut Dice::of(seed, "store", u64::from(number))))
    });
    stores.collect()
}

/// The store with which the market begins: bruno's
pub(in crate::cli::seed) fn first_store(
    owner: Uuid,
    created_at: Timestamp,
    dice: &mut Dice,
) -> Opened {
    open(&STORES[0], owner, created_at, dice)
}

fn open(written: &'static Written, owner: Uuid, created_at: Timestamp, dice: &mut Dice) -> Opened {
    let town = TOWNS.iter().find(|town| town.name == written.town).unwrap_or(&TOWNS[0]);
    let place = Prose::of(&[written.barrio, ", ", written.town]);
    let point = around(town, dice);
    let store = Store {
        id: calendar::id(created_at, dice),
        handle: written.handle.to_owned(),
        name: Prose::of(&[written.name]),
        description: Prose::of(&[written.about]),
        owner,
        currency: written.currency,
        time_zone: town.time_zone,
        place: place.clone(),
        point,
        hours: written.hours,
        created_at,
    };
    let stall =
        Stall { store: store.id, publisher: owner, currency: written.currency, town, place, point };
    Opened { written, store, stall }
}

/// The first is bruno's
const STORES: &[Written] = &[
    store("cafeteria-central", "Cafetería Central", "bruno", CENTRE, Hours::Cafe,
        "Café de altura, desayunos chontaleños y repostería de la casa, frente al parque central. Hay internet y mesas en el corredor.")
        .sells(28, &["comida-preparada", "bebidas", "panaderia"]),
    store("pulperia-la-bendicion", "Pulpería La Bendición", "tania.orozco", ("Juigalpa", "Barrio Palo Solo"), Hours::Daily,
        "De todo para la casa, desde las seis de la mañana. Recargas, gas y pan fresco.")
        .sells(30, &["abarrotes", "limpieza", "bebidas", "dulces"]),
    store("queseria-los-bravo", "Quesería Los Bravo", "noel.bravo", ("Cuapa", "Barrio Central"), Hours::Bakery,
        "Queso, cuajada y crema de ganado propio. Entregamos en Juigalpa los martes y los viernes.")
        .sells(14, &["lacteos"]),
    store("veterinaria-el-corral", "Farmacia Veterinaria El Corral", "denis.espinoza", ("Juigalpa", "Barrio Virgen María"), Hours::Shop,
        "Medicina para ganado y mascotas, con receta y consejo de médico veterinario. Cadena de frío para vacunas.")
        .sells(30, &["insumos-veterinarios", "alimento-animal", "veterinarios"]),
    store("panaderia-san-jose", "Panadería San José", "martha.lazo", ("Juigalpa", "Barrio San Antonio"), Hours::Bakery,
        "Horno de leña desde 1985. Pan simple a las cinco de la mañana y a las tres de la tarde.")
        .sells(16, &["panaderia", "dulces"]),
    store("ferreteria-gaitan", "Ferretería Gaitán", "ramon.gaitan", ("Juigalpa", "Barrio Pueblo Nuevo"), Hours::Weekdays,
        "Materiales, herramientas y pintura, con entrega en la obra y crédito a clientes conocidos.")
        .sells(40, &["herramientas", "materiales-de-construccion", "electricidad", "fontaneria", "pinturas"]),
    store("talabarteria-chontales", "Talabartería Chontales", "yader.sovalbarro", ("Juigalpa", "Barrio Punta Caliente"), Hours::Shop,
        "Albardas, monturas y riendas de cuero curtido aquí mismo. Trabajo de tres generaciones.")
        .sells(14, &["monturas"]),
    store("comedor-dona-francisca", "Comedor Doña Francisca", "francisca.mejia", ("Juigalpa", "Mercado Municipal"), Hours::Cafe,
        "Comida casera en el mercado: desayuno, almuerzo y nacatamales el fin de semana.")
        .sells(18, &["comida-preparada"]),
    store("fritanga-la-nocturna", "Fritanga La Nocturna", "gloria.ramirez", ("Juigalpa", "Barrio Santa Clara"), Hours::Night,
        "Carne asada, tajadas y repochetas hasta las dos de la mañana, de jueves a domingo.")
        .sells(12, &["comida-preparada", "bebidas"]),
    store("finca-el-mayales", "Finca El Mayales", "bismarck.robleto", ("Juigalpa", "Comarca Hato Grande"), Hours::None,
        "Ganado Pardo Suizo y Brahman, vaquillas y sementales. Se atiende con cita en la finca.")
        .sells(20, &["ganado", "alimento-animal"]).in_dollars(),
    store("boutique-claudia", "Boutique Claudia", "claudia.marenco", CENTRE, Hours::Weekdays,
        "Ropa nueva y americana escogida, para mujer y niños. Cada viernes entra mercadería.")
        .sells(26, &["ropa-de-mujer", "ropa-infantil", "cosmeticos"]),
    store("celulares-picado", "Celulares Picado", "kevin.picado", CENTRE, Hours::Weekdays,
        "Teléfonos nuevos y usados, accesorios y taller propio con garantía por escrito.")
        .sells(32, &["celulares", "accesorios-de-celular", "computadoras", "audio-y-video"]),
    store("agropecuaria-jarquin", "Agropecuaria Jarquín", "pedro.jarquin", ("Acoyapa", "Barrio La Estación"), Hours::Weekdays,
        "Semilla, abono y herramientas para el potrero y la milpa.")
        .sells(28, &["semillas-y-abonos", "herramientas-agricolas", "granos-basicos"]),
    store("verduras-dona-socorro", "Verduras Doña Socorro", "socorro.obando", ("Juigalpa", "Mercado Municipal"), Hours::Daily,
        "Verdura y fruta que llega de Sébaco y Jinotega los lunes y los jueves.")
        .sells(22, &["frutas-y-verduras", "granos-basicos"]),
    store("zapateria-el-paso", "Zapatería El Paso", "felix.toruno", ("Juigalpa", "Barrio Los Maestros"), Hours::Shop,
        "Botas vaqueras hechas a mano y reparación de todo calzado.")
        .sells(14, &["calzado", "deportes"]),
    store("carniceria-la-res", "Carnicería La Res", "henry.flores", ("Juigalpa", "Mercado Municipal"), Hours::Bakery,
        "Res y cerdo de destace diario; chicharrón los sábados desde temprano.")
        .sells(16, &["carnes", "mariscos"]),
    store("electrohogar-marenco", "Electrohogar Marenco", "olga.rivas", ("Boaco", "Barrio El Calvario"), Hours::Weekdays,
        "Refrigeradoras, cocinas y abanicos, con crédito y servicio técnico.")
        .sells(24, &["electrodomesticos", "cocina"]),
    store("muebles-masatepe", "Muebles El Guanacaste", "carlos.tellez", ("Masaya", "Monimbó"), Hours::Weekdays,
        "Mecedoras, comedores y camas de madera sólida; enviamos a todo el país.")
        .sells(20, &["muebles", "artesania"]),
    store("autolote-amerrisque", "Autolote Amerrisque", "victor.suarez", ("Juigalpa", "Salida a Managua"), Hours::Weekdays,
        "Carros, motos y repuestos, con revisión y traspaso el mismo día.")
        .sells(30, &["carros", "motos", "repuestos", "bicicletas"]).in_dollars(),
    store("servicios-el-rayo", "Servicios El Rayo", "lester.amador", ("Juigalpa", "Barrio Padre Miguel"), Hours::Always,
        "Electricistas, fontaneros y llantera a domicilio, las veinticuatro horas.")
        .sells(26, &["electricistas", "fontaneros", "reparaciones", "transporte"]),
    store("salon-heydi", "Salón Heydi", "heydi.guido", ("Juigalpa", "Barrio Nuevo Amanecer"), Hours::Weekdays,
        "Cortes, tintes y uñas, con cita o sin ella.")
        .sells(16, &["salones-de-belleza", "cosmeticos"]),
    store("taller-nubia", "Taller de Costura Nubia", "nubia.salazar", ("Santo Tomás", "Barrio Guadalupe"), Hours::Shop,
        "Vestidos de quince años, uniformes y arreglos que se entregan a tiempo.")
        .sells(12, &["costura", "ropa-de-mujer"]),
    store("libreria-el-saber", "Librería El Saber", "cesar.aragon", ("Juigalpa", "Barrio Los Maestros"), Hours::Weekdays,
        "Útiles, piñatas, fotocopias y clases de reforzamiento.")
        .sells(20, &["utiles-escolares", "juguetes", "clases"]),
    store("artesanias-monimbo", "Artesanías Monimbó", "petrona.lopez", ("Masaya", "Mercado de Artesanías"), Hours::Daily,
        "Hamacas, barro y jícaras de familias de Masaya y Chontales.")
        .sells(14, &["artesania", "dulces"]),
    store("bienes-raices-chontales", "Bienes Raíces Chontales", "ulises.borge", CENTRE, Hours::Shop,
        "Casas, fincas y alquileres en Chontales y Boaco, con trato directo.")
        .sells(14, &["casas-y-terrenos", "alquileres"]).in_dollars(),
    store("tico-repuestos", "Repuestos La Frontera", "erick.ordonez", ("Liberia", "Barrio Guadalupe"), Hours::Weekdays,
        "Repuestos para moto y carro; enviamos a Nicaragua por encomienda.")
        .sells(16, &["repuestos", "bicicletas"]).in_dollars(),
    store("cafe-choluteca", "Granos y Café del Sur", "tomas.perez", ("Choluteca", "Barrio San José"), Hours::Weekdays,
        "Café, maíz y frijol al por mayor para los dos lados de la frontera.")
        .sells(16, &["granos-basicos", "bebidas"]).in_dollars(),
    store("clinica-carla", "Clínica Veterinaria Carla Sequeira", "carla", ("Juigalpa", "Barrio Santa Clara"), Hours::Shop,
        "Consultas, cirugías y jornadas de vacunación en finca; emergencias con una llamada.")
        .sells(16, &["veterinarios", "insumos-veterinarios"]),
];

#[cfg(test)]
mod tests {
    use super::super::people::handles;
    use super::*;
    use crate::cli::seed::market::goods;
    use crate::rules::account;
    use std::collections::HashSet;

    #[test]
    fn stores_have_owners_towns_and_goods() {
        let goods = goods();
        let mut seen = HashSet::new();
        for store in STORES {
            assert!(
                seen.insert(store.handle) && account::handle(store.handle).is_ok(),
                "{}",
                store.handle
            );
            assert!(handles().any(|handle| handle == store.owner), "{}", store.owner);
            assert!(TOWNS.iter().any(|town| town.name == store.town), "{}", store.town);
            for slug in store.sells {
                assert!(goods.iter().any(|good| good.category == *slug), "{slug}");
            }
        }
    }
}
