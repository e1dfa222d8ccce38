//! Parts that many inputs share, checked: places and texts.

use crate::error::{Code, Refusal};
use crate::rules::distance::Point;
use crate::rules::text;

/// Degrees as a client sends them
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceInput {
    /// -90 to 90
    pub latitude: f64,
    /// -180 to 180
    pub longitude: f64,
}

/// The point, or why there is none.
pub(super) fn point(field: &'static str) -> impl Fn(PlaceInput) -> Result<Point, Refusal> {
    move |place| {
        Point::new(place.latitude, place.longitude)
            .map_err(|err| Refusal::new(Code::OutOfRange, err.message()).at(field))
    }
}

/// A one-line text of at most this many characters, checked.
pub(super) fn line(
    field: &str,
    min: usize,
    max: usize,
) -> impl Fn(String) -> Result<String, Refusal> {
    move |given| {
        text::line(&given, min, max)
            .map_err(|err| Refusal::new(text_code(&err), err.message()).at(field))
    }
}

/// A long text of at most this many characters, checked.
pub(super) fn paragraphs(field: &str, max: usize) -> impl Fn(String) -> Result<String, Refusal> {
    move |given| {
        text::paragraphs(&given, max)
            .map_err(|err| Refusal::new(text_code(&err), err.message()).at(field))
    }
}

/// What kind of refusal a text's is
pub(super) fn text_code(err: &text::TextError) -> Code {
    match err {
        text::TextError::Required => Code::Required,
        text::TextError::TooShort { .. } => Code::TooShort,
        text::TextError::TooLong { .. } => Code::TooLong,
        text::TextError::Control { .. } => Code::Invalid,
    }
}
