//! What can go wrong with redaction, with what to try.

use std::fmt;

use super::Profile;

/// Why nothing was redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedactError {
    /// The name is no profile; holds what was given.
    Profile(String),
    /// The text is no key; holds what is wrong with it, never the text.
    Key(&'static str),
    /// Two values of one kind would get the same pseudonym under this key.
    Collision {
        /// The kind, in a word.
        kind: &'static str,
        /// The pseudonym both would get.
        pseudonym: String,
    },
}

impl fmt::Display for RedactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(name) => {
                let names: Vec<&str> = Profile::names().collect();
                write!(
                    f,
                    "{name:?} is no redaction profile; choose from {}, or join several of them but \
                     the first with + or ,",
                    names.join(", ")
                )
            }
            Self::Key(why) => write!(f, "this is no redaction key: {why}"),
            Self::Collision { kind, pseudonym } => write!(
                f,
                "two values of the kind {kind} have the same pseudonym, {pseudonym}, under this \
                 key; choose another key"
            ),
        }
    }
}

impl std::error::Error for RedactError {}
