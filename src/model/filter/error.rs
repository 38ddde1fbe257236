//! What is wrong with a filter, where, and what to write instead.

use std::fmt;

/// A stretch of the filter text, in characters (not bytes), from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CharSpan {
    /// First character.
    pub start: usize,
    /// Number of characters; 0 at the end of the text.
    pub len: usize,
}

/// A filter that cannot be read, or that this version cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// What is wrong, as a phrase.
    pub message: String,
    /// Where; `None` when it concerns the filter as a whole.
    pub at: Option<CharSpan>,
    /// What to try.
    pub hint: Option<String>,
    /// Text that could stand in place of `at`.
    pub suggestion: Option<String>,
    /// Whether the filter is sound and the case cannot be read.
    pub is_of_case: bool,
}

impl FilterError {
    /// An error that has a place in the text.
    pub(crate) fn at(message: impl Into<String>, at: CharSpan) -> Self {
        Self { at: Some(at), ..Self::whole(message) }
    }

    /// An error of the filter as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, at: None, hint: None, suggestion: None, is_of_case: false }
    }

    /// An error of the case, which cannot answer a sound filter.
    pub(crate) fn of_case(message: impl Into<String>) -> Self {
        Self { is_of_case: true, ..Self::whole(message) }
    }

    /// Adds what to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a replacement for the faulty stretch.
    pub(crate) fn suggest(mut self, text: impl Into<String>) -> Self {
        self.suggestion = Some(text.into());
        self
    }
}

/// `unknown field "modle", at character 5; did you mean model?`; characters count from 1.
impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(at) = self.at {
            write!(f, ", at character {}", at.start + 1)?;
        }
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean {suggestion}?")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FilterError {}
