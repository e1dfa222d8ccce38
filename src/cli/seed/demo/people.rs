//! People of the demo: the four that everybody can sign in as, and their neighbours.

use super::SEED;
use crate::cli::seed::calendar::{self, Calendar};
use crate::cli::seed::compose::{Person, Profile, Tree};
use crate::cli::seed::dice::Dice;
use crate::cli::seed::market::{Calling, SELLERS, SKILLS, TOWNS};
use crate::cli::seed::prose::Prose;
use crate::entities::{ProfileKind, UserRole};

/// The password of those who can sign in
pub(in crate::cli::seed) const PASSWORD: &str = "plaza-demo-2026";

/// Handle, name, phone number and role of those who can sign in. The handle `admin` is reserved at
/// sign-up: nobody can take it.
const KNOWN: [(&str, &str, &str, UserRole); 4] = [
    ("ana", "Ana Lucía Miranda", "+50588880001", UserRole::Member),
    ("bruno", "Bruno Castillo Urbina", "+50588880002", UserRole::Member),
    ("carla", "Carla Sequeira Duarte", "+50588880003", UserRole::Member),
    ("admin", "Administración de Plaza", "+50588880009", UserRole::Admin),
];

const BRUNO: Calling = Calling {
    headline: "Dueño de la Cafetería Central",
    category: "comida-preparada",
    sentence: "Desayunos, café de altura y repostería frente al parque.",
    woman: Some(false),
};

const CARLA: Calling = Calling {
    headline: "Médica veterinaria, ganado y mascotas",
    category: "veterinarios",
    sentence: "Atiendo partos, cirugías y jornadas de vacunación en todo Chontales.",
    woman: Some(true),
};

/// Somebody, and their profile where they have one
pub(in crate::cli::seed) type WithProfile = (Person, Option<Profile>);

/// Those who can sign in, there from the beginning
pub(in crate::cli::seed) fn known(calendar: &Calendar, tree: &Tree) -> Vec<WithProfile> {
    let juigalpa = &TOWNS[0];
    let people = KNOWN.iter().zip(0_u64..).map(|((handle, name, phone, role), number)| {
        let mut dice = Dice::of(SEED, "known", number);
        let joined_at = calendar.start();
        let person = Person {
            id: calendar::id(joined_at, &mut dice),
            handle: (*handle).to_owned(),
            name: Prose::of(&[name]),
            email: None,
            phone: Some(phone),
            role: *role,
            joined_at,
        };
        let (kind, calling) = match *handle {
            "ana" => (ProfileKind::Consumer, None),
            "bruno" => (ProfileKind::Business, Some(&BRUNO)),
            "carla" => (ProfileKind::Specialist, Some(&CARLA)),
            _ => return (person, None),
        };
        let mut profile =
            Profile::of(kind, calling, tree, juigalpa, (calendar, joined_at), &mut dice);
        profile.verified = *handle != "ana";
        (person, Some(profile))
    });
    people.collect()
}

/// The others, who joined in the first weeks
pub(super) fn neighbours(calendar: &Calendar, tree: &Tree) -> Vec<WithProfile> {
    let people = NEIGHBOURS.iter().zip(0_u32..).map(|((handle, name, headline), number)| {
        let mut dice = Dice::of(SEED, "neighbour", u64::from(number));
        let joined_at = calendar.at(f64::from(number) / 56.0 * 0.08);
        let person = Person {
            id: calendar::id(joined_at, &mut dice),
            handle: (*handle).to_owned(),
            name: Prose::of(&[name]),
            email: Some(format!("{handle}@example.com")),
            phone: None,
            role: UserRole::Member,
            joined_at,
        };
        let calls = |calling: &&Calling| calling.headline == *headline;
        let (kind, calling) = match (SKILLS.iter().find(calls), SELLERS.iter().find(calls)) {
            (Some(skill), _) => (ProfileKind::Specialist, Some(skill)),
            (None, Some(seller)) => (ProfileKind::Business, Some(seller)),
            (None, None) => (ProfileKind::Consumer, None),
        };
        // Most live in the town, the others around it.
        let town =
            if dice.chance(2, 3) { &TOWNS[0] } else { dice.weighted(TOWNS, |town| town.weight) };
        let wants = calling.is_some() || dice.chance(1, 2);
        let profile =
            wants.then(|| Profile::of(kind, calling, tree, town, (calendar, joined_at), &mut dice));
        (person, profile)
    });
    people.collect()
}

/// Handle, name, and what they do, as `market` has it; empty: they buy
const NEIGHBOURS: &[(&str, &str, &str)] = &[
    ("tania.orozco", "Tania Orozco Flores", "Comerciante"),
    ("noel.bravo", "Noel Bravo Miranda", "Productor de leche y queso"),
    ("denis.espinoza", "Denis Espinoza López", "Médico veterinario"),
    ("martha.lazo", "Martha Lazo Suárez", "Panadera"),
    ("ramon.gaitan", "Ramón Gaitán Téllez", "Ferretero"),
    ("yader.sovalbarro", "Yader Sovalbarro", "Talabartero"),
    ("francisca.mejia", "Francisca Mejía Cruz", "Cocinera"),
    ("bismarck.robleto", "Bismarck Robleto Amador", "Ganadero"),
    ("claudia.marenco", "Claudia Marenco Díaz", "Vendedora de ropa"),
    ("kevin.picado", "Kevin Picado Reyes", "Vendedor de celulares"),
    ("pedro.jarquin", "Pedro Jarquín Báez", "Agricultor"),
    ("socorro.obando", "Socorro Obando Rivas", "Comerciante"),
    ("marvin.duarte", "Marvin Duarte Sequeira", "Médico veterinario"),
    ("ivania.castillo", "Ivania Castillo Téllez", "Técnica en inseminación artificial"),
    ("lester.amador", "Lester Amador Cruz", "Electricista certificado"),
    ("german.zeledon", "Germán Zeledón Picado", "Electricista industrial"),
    ("isidro.calero", "Isidro Calero Guido", "Fontanero"),
    ("wilber.montiel", "Wilber Montiel Núñez", "Fontanero"),
    ("nubia.salazar", "Nubia Salazar Vargas", "Modista"),
    ("felix.toruno", "Félix Toruño Lacayo", "Sastre"),
    ("meyling.chow", "Meyling Chow Rivas", "Profesora de inglés"),
    ("cesar.aragon", "César Aragón Quintero", "Profesor de matemática"),
    ("roger.vallecillo", "Roger Vallecillo Cajina", "Transportista"),
    ("ulises.borge", "Ulises Borge Cuadra", "Transportista"),
    ("oscar.fargas", "Óscar Fargas Villagra", "Técnico en refrigeración"),
    ("scarleth.polanco", "Scarleth Polanco Ordóñez", "Técnica en celulares y computadoras"),
    ("danilo.barquero", "Danilo Barquero Lazo", "Soldador"),
    ("byron.arguello", "Byron Argüello Mejía", "Barbero"),
    ("heydi.guido", "Heydi Guido Flores", "Estilista"),
    ("karla.villagra", "Karla Villagra Orozco", "Estilista"),
    ("petrona.lopez", "Petrona López García", "Artesana"),
    ("aura.martinez", "Aura Martínez Urbina", "Artesana"),
    ("mario.hernandez", "Mario Hernández Pérez", "Productor de leche y queso"),
    ("santos.rodriguez", "Santos Rodríguez Díaz", "Agricultor"),
    ("gloria.ramirez", "Gloria Ramírez Bravo", "Cocinera"),
    ("sergio.lacayo", "Sergio Lacayo Montiel", "Ferretero"),
    ("reyna.cuadra", "Reyna Cuadra Espinoza", "Vendedora de ropa"),
    ("juan.sanchez", "Juan Carlos Sánchez", "Ganadero"),
    ("elena.gonzalez", "Elena González Miranda", "Panadera"),
    ("henry.flores", "Henry Flores Obando", "Comerciante"),
    ("jessica.urbina", "Jessica Urbina Castillo", ""),
    ("carlos.tellez", "Carlos Téllez Bravo", ""),
    ("maria.quintero", "María José Quintero", ""),
    ("jose.reyes", "José Reyes Vargas", ""),
    ("fatima.nunez", "Fátima Núñez Calero", ""),
    ("nelson.cruz", "Nelson Cruz Jarquín", ""),
    ("xiomara.diaz", "Xiomara Díaz Zeledón", ""),
    ("tomas.perez", "Tomás Pérez Aragón", ""),
    ("olga.rivas", "Olga Rivas Marenco", ""),
    ("victor.suarez", "Víctor Suárez Robleto", ""),
    ("blanca.baez", "Blanca Báez Toruño", ""),
    ("erick.ordonez", "Erick Ordóñez Lazo", ""),
    ("marisol.cajina", "Marisol Cajina Polanco", ""),
    ("pablo.vargas", "Pablo Vargas Salazar", ""),
    ("norma.gaitan", "Norma Gaitán Duarte", ""),
    ("jairo.mejia", "Jairo Mejía Barquero", ""),
];

/// Everybody's handle
#[cfg(test)]
pub(super) fn handles() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.0).chain(NEIGHBOURS.iter().map(|neighbour| neighbour.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::account;
    use std::collections::HashSet;

    #[test]
    fn handles_are_good_and_nobodys_else() {
        let mut seen = HashSet::new();
        for (handle, name, _) in NEIGHBOURS {
            assert_eq!(account::handle(handle).as_deref(), Ok(*handle));
            assert!(seen.insert(handle), "{handle}");
            assert_eq!(account::display_name(name).as_deref(), Ok(*name));
        }
        assert!(KNOWN.iter().all(|(handle, ..)| !seen.contains(handle)));
    }

    #[test]
    fn what_people_do_is_known() {
        for (handle, _, headline) in NEIGHBOURS {
            let known = SKILLS.iter().chain(SELLERS).any(|calling| calling.headline == *headline);
            assert!(headline.is_empty() || known, "{handle}: {headline}");
        }
    }
}
