//! Who somebody is: how handles, names, phone numbers, e-mail addresses, locales and passwords are
//! spelt.
//!
//! Owns: accepting, normalising and refusing them, each refusal with a sentence that says what
//! would be right. Leaves to others: whether one is taken, whether it belongs to the person, and
//! hashing. Nothing here ever logs its input.
//!
//! - `name`: [`handle`], [`display_name`]
//! - `contact`: [`phone`], [`email`]
//! - `locale`: [`locale`]
//! - `password`: [`password`]

mod contact;
mod locale;
mod name;
mod password;

pub use contact::{EmailError, PhoneError, email, phone};
pub use locale::{LocaleError, locale};
pub use name::{HandleError, display_name, handle};
pub use password::{PasswordError, password};
