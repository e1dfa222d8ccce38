//! Names that people have there.

pub(in crate::cli::seed) const WOMEN: &[&str] = &[
    "María", "Ana", "Carmen", "Rosa", "Martha", "Juana", "Xiomara", "Yadira", "Karla", "Claudia", "Fátima", "Guadalupe",
    "Scarleth", "Heydi", "Jessica", "Marisol", "Ivania", "Meyling", "Norma", "Reyna", "Socorro", "Tania", "Verónica", "Yolanda",
    "Aura", "Blanca", "Darling", "Elena", "Francisca", "Gloria", "Isabel", "Lucía", "Maritza", "Nubia", "Olga", "Petrona",
];

pub(in crate::cli::seed) const MEN: &[&str] = &[
    "José", "Juan", "Carlos", "Luis", "Francisco", "Manuel", "Pedro", "Santos", "Denis", "Wilber", "Marvin", "Noel",
    "Roger", "Álvaro", "Bismarck", "Byron", "César", "Danilo", "Erick", "Félix", "Germán", "Henry", "Isidro", "Jairo",
    "Kevin", "Lester", "Mario", "Nelson", "Óscar", "Pablo", "Ramón", "Sergio", "Tomás", "Ulises", "Víctor", "Yader",
];

pub(in crate::cli::seed) const SURNAMES: &[&str] = &[
    "López", "García", "Martínez", "González", "Rodríguez", "Hernández", "Pérez", "Sánchez", "Ramírez", "Flores", "Díaz",
    "Castillo", "Urbina", "Sequeira", "Duarte", "Bravo", "Miranda", "Espinoza", "Mejía", "Orozco", "Téllez", "Zeledón",
    "Aragón", "Báez", "Cruz", "Gaitán", "Jarquín", "Lacayo", "Marenco", "Obando", "Picado", "Quintero", "Rivas", "Suárez",
    "Toruño", "Vallecillo", "Villagra", "Robleto", "Amador", "Barquero", "Calero", "Guido", "Lazo", "Montiel", "Núñez",
    "Ordóñez", "Polanco", "Reyes", "Salazar", "Vargas", "Fargas", "Sovalbarro", "Cajina", "Borge", "Cuadra", "Argüello",
];

/// What somebody says they do
#[derive(Clone, Copy, Debug)]
pub(in crate::cli::seed) struct Calling {
    pub headline: &'static str,
    /// Slug of the category it belongs to
    pub category: &'static str,
    pub sentence: &'static str,
    /// Whether the word is for a woman; None: for anybody
    pub woman: Option<bool>,
}

const fn calling(headline: &'static str, category: &'static str, woman: Option<bool>, sentence: &'static str) -> Calling {
    Calling { headline, category, sentence, woman }
}

/// People who offer a skill
pub(in crate::cli::seed) const SKILLS: &[Calling] = &[
    calling("Médico veterinario", "veterinarios", Some(false), "Atiendo ganado y mascotas en finca y en consultorio."),
    calling("Técnica en inseminación artificial", "veterinarios", Some(true), "Trabajo con hatos pequeños y medianos, con registro de cada vaca."),
    calling("Electricista certificado", "electricistas", Some(false), "Instalaciones de casa y de negocio, con materiales de primera."),
    calling("Electricista industrial", "electricistas", None, "Bombas, motores y tableros; voy a la finca."),
    calling("Fontanero", "fontaneros", Some(false), "Fugas, tanques, bombas y baños completos."),
    calling("Modista", "costura", None, "Vestidos a la medida, uniformes y arreglos."),
    calling("Sastre", "costura", Some(false), "Trajes y pantalones a la medida desde hace veinte años."),
    calling("Profesora de inglés", "clases", Some(true), "Clases para niños y adultos, en grupo o a solas."),
    calling("Profesor de matemática", "clases", Some(false), "Reforzamiento de primaria y secundaria, con paciencia."),
    calling("Transportista", "transporte", None, "Fletes y mudanzas dentro y fuera del departamento."),
    calling("Técnico en refrigeración", "reparaciones", Some(false), "Refrigeradoras, congeladores y aires acondicionados."),
    calling("Técnica en celulares y computadoras", "reparaciones", Some(true), "Diagnóstico gratis y garantía por escrito."),
    calling("Soldador", "reparaciones", Some(false), "Portones, verjas y techos; también a domicilio."),
    calling("Barbero", "salones-de-belleza", Some(false), "Cortes clásicos y modernos, con o sin cita."),
    calling("Estilista", "salones-de-belleza", None, "Tintes, cortes y peinados para eventos."),
    calling("Artesana", "artesania", Some(true), "Jícaras, hamacas y recuerdos por encargo."),
];

/// People who offer goods
pub(in crate::cli::seed) const SELLERS: &[Calling] = &[
    calling("Productor de leche y queso", "lacteos", Some(false), "Queso, cuajada y crema de ganado propio."),
    calling("Ganadero", "ganado", Some(false), "Vendo y compro ganado de engorde y de leche."),
    calling("Comerciante", "abarrotes", None, "De todo un poco, al por mayor y al detalle."),
    calling("Vendedora de ropa", "ropa", Some(true), "Ropa nueva y americana, cada semana hay algo distinto."),
    calling("Panadera", "panaderia", Some(true), "Pan de horno de leña, mañana y tarde."),
    calling("Talabartero", "monturas", Some(false), "Albardas y trabajos en cuero por encargo."),
    calling("Agricultor", "granos-basicos", Some(false), "Frijol y maíz de mi propia cosecha."),
    calling("Cocinera", "comida-preparada", Some(true), "Comida casera para llevar y para eventos."),
    calling("Ferretero", "ferreteria", Some(false), "Materiales y consejo para su obra."),
    calling("Vendedor de celulares", "celulares", Some(false), "Teléfonos nuevos y usados, con garantía."),
];

/// What any of them may add
pub(in crate::cli::seed) const BIOS: &[&str] = &[
    "Escríbame por aquí y le contesto el mismo día.",
    "Trabajo de lunes a sábado.",
    "También atiendo en las comarcas, con cita.",
    "Con gusto le doy referencias de clientes.",
    "Los precios se conversan.",
    "Nací y crecí en la zona; aquí todos me conocen.",
    "Acepto transferencia y efectivo.",
    "Llevo más de diez años en esto.",
];
