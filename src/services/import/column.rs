//! Columns of an import, and the names they go by in Spanish and English.

use crate::error::{Code, Refusal};
use crate::rules::search_text::sort_key;

/// What a column holds
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Sku,
    Title,
    Description,
    Category,
    Price,
    Currency,
    Stock,
    Status,
    Latitude,
    Longitude,
    LocationName,
}

/// How many columns there are
pub(super) const COLUMNS: usize = 11;

/// Each column with its names; the first is the one that messages use
const NAMES: [(Column, &[&str]); COLUMNS] = [
    (
        Column::Sku,
        &["sku", "codigo", "code", "clave", "referencia", "reference", "external_id", "id_externo"],
    ),
    (Column::Title, &["title", "titulo", "nombre", "name", "producto", "product"]),
    (Column::Description, &["description", "descripcion", "detalle", "details"]),
    (Column::Category, &["category", "categoria", "category_slug", "rubro"]),
    (Column::Price, &["price", "precio", "monto", "amount", "importe"]),
    (Column::Currency, &["currency", "moneda", "divisa"]),
    (Column::Stock, &["stock", "existencias", "existencia", "inventario", "cantidad", "quantity"]),
    (Column::Status, &["status", "estado"]),
    (Column::Latitude, &["latitude", "latitud", "lat"]),
    (Column::Longitude, &["longitude", "longitud", "lon", "lng", "long"]),
    (
        Column::LocationName,
        &["location_name", "location", "ubicacion", "lugar", "direccion", "address"],
    ),
];

/// Columns without which no line is a listing
const NEEDED: [Column; 3] = [Column::Title, Column::Category, Column::Price];

impl Column {
    /// The name that messages use
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize].1[0]
    }

    /// The column that a name stands for: case, accents, blanks and dashes make no difference.
    pub(super) fn of(name: &str) -> Option<Self> {
        let key = sort_key(name).replace([' ', '-'], "_");
        NAMES.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(column, _)| *column)
    }
}

/// The columns of a file, in its order
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) columns: Vec<Option<Column>>,
    /// Names that stand for nothing
    pub(super) unknown: Vec<String>,
}

impl Header {
    /// Reads the names in a file's first line.
    pub(super) fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, Refusal> {
        let mut header = Self { columns: Vec::new(), unknown: Vec::new() };
        for name in names {
            let column = Column::of(name);
            match column {
                Some(column) if header.columns.contains(&Some(column)) => {
                    let message =
                        format!("Two columns mean {}: leave one of them out", column.name());
                    return Err(Refusal::new(Code::Invalid, message));
                }
                None if !name.trim().is_empty() => header.unknown.push(name.trim().to_owned()),
                _ => {}
            }
            header.columns.push(column);
        }
        let missing: Vec<_> =
            NEEDED.iter().filter(|needed| !header.columns.contains(&Some(**needed))).collect();
        if missing.is_empty() {
            return Ok(header);
        }
        let names = |columns: &mut dyn Iterator<Item = Column>| {
            columns.map(Column::name).collect::<Vec<_>>().join(", ")
        };
        let message = format!(
            "The first line names no column {}; an import has {} and, as it likes, {}",
            names(&mut missing.into_iter().copied()),
            names(&mut NEEDED.into_iter()),
            names(
                &mut NAMES
                    .iter()
                    .map(|(column, _)| *column)
                    .filter(|column| !NEEDED.contains(column))
            ),
        );
        Err(Refusal::new(Code::Required, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_spanish_and_english_names() {
        for (name, expected) in [
            ("Título", Column::Title),
            (" PRECIO ", Column::Price),
            ("Categoría", Column::Category),
            ("Código", Column::Sku),
            ("Location name", Column::LocationName),
            ("location-name", Column::LocationName),
            ("Existencias", Column::Stock),
        ] {
            assert_eq!(Column::of(name), Some(expected), "{name}");
        }
        assert_eq!(Column::of("color"), None);
    }

    #[test]
    fn every_column_stands_at_its_number() {
        for (at, (column, _)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, at);
        }
    }

    #[test]
    fn a_header_names_what_it_must() {
        let header = Header::read(["nombre", "color", "precio", "", "categoría"].into_iter())
            .expect("all there");
        assert_eq!(header.unknown, ["color"]);
        assert_eq!(header.columns[2], Some(Column::Price));
        let missing = Header::read(["title", "precio"].into_iter()).expect_err("no category");
        assert!(missing.message.contains("no column category;"), "{}", missing.message);
        assert!(Header::read(["title", "titulo", "category", "price"].into_iter()).is_err());
    }
}
