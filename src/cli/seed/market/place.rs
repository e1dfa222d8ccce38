//! Towns with their places on the map, neighbourhoods, and how one says there where something is.

/// A town and how often it comes up
#[derive(Clone, Copy, Debug)]
pub(in crate::cli::seed) struct Town {
    pub name: &'static str,
    pub latitude: f64,
    pub longitude: f64,
    /// Share among all towns
    pub weight: u32,
    /// How far things lie from the centre, in kilometres
    pub radius: f64,
    pub time_zone: &'static str,
    pub barrios: &'static [&'static str],
}

const NICARAGUA: &str = "America/Managua";
const COSTA_RICA: &str = "America/Costa_Rica";
const HONDURAS: &str = "America/Tegucigalpa";

const fn town(name: &'static str, latitude: f64, longitude: f64, weight: u32, radius: f64) -> Town {
    Town {
        name,
        latitude,
        longitude,
        weight,
        radius,
        time_zone: NICARAGUA,
        barrios: COMMON_BARRIOS,
    }
}

const fn city(
    name: &'static str,
    latitude: f64,
    longitude: f64,
    weight: u32,
    radius: f64,
    barrios: &'static [&'static str],
) -> Town {
    Town { name, latitude, longitude, weight, radius, time_zone: NICARAGUA, barrios }
}

const fn abroad(mut town: Town, time_zone: &'static str) -> Town {
    town.time_zone = time_zone;
    town
}

const COMMON_BARRIOS: &[&str] = &[
    "Barrio Central",
    "Barrio San José",
    "Barrio Guadalupe",
    "Barrio El Calvario",
    "Barrio La Estación",
    "Barrio Santa Rosa",
];

/// The first is the town that the demo is about
pub(in crate::cli::seed) const TOWNS: &[Town] = &[
    city(
        "Juigalpa",
        12.1063,
        -85.3645,
        300,
        2.2,
        &[
            "Barrio Palo Solo",
            "Barrio Virgen María",
            "Barrio Punta Caliente",
            "Barrio Pueblo Nuevo",
            "Barrio Santa Clara",
            "Barrio Padre Miguel",
            "Barrio San Antonio",
            "Barrio Los Maestros",
            "Barrio Nuevo Amanecer",
            "Barrio Tamanes",
        ],
    ),
    town("Cuapa", 12.2686, -85.3872, 40, 1.2),
    town("Comalapa", 12.2836, -85.5108, 30, 1.0),
    town("Acoyapa", 11.9697, -85.1717, 40, 1.4),
    town("Santo Tomás", 12.0694, -85.0906, 50, 1.5),
    town("La Libertad", 12.2167, -85.1667, 30, 1.2),
    town("Santo Domingo", 12.2653, -85.0814, 30, 1.2),
    town("Villa Sandino", 12.0483, -84.9936, 25, 1.1),
    town("San Pedro de Lóvago", 12.1286, -85.1175, 25, 1.0),
    town("Puerto Díaz", 11.9972, -85.5242, 8, 0.7),
    town("Boaco", 12.4722, -85.6586, 60, 1.8),
    town("Camoapa", 12.3839, -85.5125, 50, 1.6),
    town("Nueva Guinea", 11.6874, -84.4560, 45, 2.0),
    town("El Rama", 12.1592, -84.2194, 35, 1.6),
    town("San Carlos", 11.1236, -84.7794, 20, 1.4),
    city(
        "Managua",
        12.1364,
        -86.2514,
        230,
        8.0,
        &[
            "Altamira",
            "Bello Horizonte",
            "Linda Vista",
            "Reparto San Juan",
            "Las Colinas",
            "Ciudad Jardín",
            "Bolonia",
            "Mercado Oriental",
            "Mercado Roberto Huembes",
            "Villa Fontana",
            "Carretera a Masaya",
        ],
    ),
    city(
        "Masaya",
        11.9744,
        -86.0942,
        60,
        2.4,
        &[
            "Monimbó",
            "Barrio San Jerónimo",
            "Mercado de Artesanías",
            "Barrio San Juan",
            "Barrio Fátima",
        ],
    ),
    city(
        "Granada",
        11.9344,
        -85.9560,
        55,
        2.2,
        &[
            "Calle La Calzada",
            "Barrio Xalteva",
            "Barrio La Otra Banda",
            "Calle Atravesada",
            "Barrio Sabaneta",
        ],
    ),
    city(
        "León",
        12.4379,
        -86.8780,
        60,
        2.6,
        &[
            "Subtiava",
            "Barrio El Laborío",
            "Barrio Zaragoza",
            "Barrio San Felipe",
            "Barrio Guadalupe",
        ],
    ),
    town("Chinandega", 12.6294, -87.1311, 45, 2.2),
    city(
        "Estelí",
        13.0919,
        -86.3538,
        55,
        2.4,
        &[
            "Barrio Oscar Gámez",
            "Barrio Juno Rodríguez",
            "Barrio El Rosario",
            "Barrio Alfredo Lazo",
            "Barrio Panamá Soberana",
        ],
    ),
    city(
        "Matagalpa",
        12.9256,
        -85.9175,
        55,
        2.0,
        &[
            "Barrio Guanuca",
            "Barrio Palo Alto",
            "Barrio Apante",
            "Barrio El Cementerio",
            "Barrio Liberación",
        ],
    ),
    town("Jinotega", 13.0910, -86.0023, 40, 1.8),
    town("Rivas", 11.4372, -85.8263, 30, 1.6),
    town("Jinotepe", 11.8483, -86.1994, 25, 1.5),
    town("Somoto", 13.4809, -86.5821, 20, 1.2),
    town("Ocotal", 13.6320, -86.4750, 20, 1.3),
    town("Bluefields", 12.0137, -83.7635, 20, 1.6),
    abroad(town("Liberia", 10.6350, -85.4377, 12, 2.0), COSTA_RICA),
    abroad(town("San José", 9.9281, -84.0907, 18, 6.0), COSTA_RICA),
    abroad(town("Choluteca", 13.3000, -87.1908, 12, 2.0), HONDURAS),
    abroad(town("Tegucigalpa", 14.0723, -87.1921, 18, 5.0), HONDURAS),
];

/// From where one counts the blocks
pub(in crate::cli::seed) const LANDMARKS: &[&str] = &[
    "Del parque central",
    "De la iglesia",
    "Del mercado municipal",
    "De la terminal de buses",
    "Del centro de salud",
    "De la gasolinera",
    "Del cementerio",
    "Del instituto",
    "De la alcaldía",
    "Del estadio",
    "Del puente",
    "De la farmacia de la esquina",
];

/// How many blocks, and whither
pub(in crate::cli::seed) const BLOCKS: &[&str] = &[
    " media cuadra al norte.",
    " una cuadra al este.",
    " una cuadra y media al sur.",
    " dos cuadras al oeste.",
    " dos cuadras al norte y media abajo.",
    " tres cuadras al sur, mano derecha.",
    " cuadra y media arriba.",
    " una cuadra al lago y una al este.",
    " cuatro cuadras al norte, casa esquinera.",
    " media cuadra abajo, portón negro.",
];
