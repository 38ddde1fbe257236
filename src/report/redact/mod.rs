//! Redaction of an evidence package: what identifies somebody, or gives away what was said, is
//! hidden in the same way in every file.
//!
//! A [`Profile`] says what is hidden, a [`Key`] which pseudonym stands for which id.
//! [`Learning`] is told every value of the case; the [`Redactor`] it becomes then replaces fields
//! and sentences, and [`Leaks`] looks through what was written for anything that is left.
//!
//! Everything here is a function of its inputs: the key is a parameter, and the same case, profile
//! and key give the same bytes.
//!
//! # What it cannot hide
//!
//! - Values in free text that are short, numbers or words of the program, without quotes and without
//!   the name of their kind before them; see [`Redactor::weak`]. In their fields they are hidden.
//! - Values in another case (`AC001`), in another Unicode form, with signs inside (a soft hyphen, a
//!   line break), run together with letters (`userac001`), or cut short (`ac0…`): texts are
//!   redacted before they are cut.
//! - Values in ways of writing that are not undone: base 64, hashes, `+` for a space, three ways
//!   inside each other, letters drawn in a picture.
//! - Values that nobody told it, other than addresses. Addresses as one number, or with letters right
//!   before them.
//! - What follows from what stays: times, counts, order of rows, lengths of texts, columns that are
//!   rare. Rows that were sorted by an id are sorted again by the pseudonym.

mod address;
mod context;
mod error;
mod escape;
mod hex;
mod key;
mod kind;
mod leaks;
mod learning;
mod lexicon;
mod mask;
mod profile;
mod pseudonym;
mod redactor;
mod scan;
mod strength;
mod token;
mod views;

pub use error::RedactError;
pub use key::Key;
pub use kind::Kind;
pub use leaks::{Leak, Leaks, Limits, Searched};
pub use learning::Learning;
pub use profile::{Part, Profile};
pub use redactor::Redactor;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod redactor_tests;
