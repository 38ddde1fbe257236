//! Text with `*` wildcards, and how it is written so that it reads back as itself.

use std::fmt;

/// Text in which `*` stands for any characters, also none.
///
/// Kept as the literal pieces between the stars: one piece means no star.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    pieces: Vec<String>,
}

impl Pattern {
    /// A pattern that matches exactly `text`, stars included.
    pub fn literal(text: impl Into<String>) -> Self {
        Self { pieces: vec![text.into()] }
    }

    /// A pattern from the literal pieces between its stars; two stars in a row are one.
    pub fn from_pieces(pieces: Vec<String>) -> Self {
        let last = pieces.len().saturating_sub(1);
        let kept: Vec<String> = pieces
            .into_iter()
            .enumerate()
            .filter(|(i, piece)| *i == 0 || *i == last || !piece.is_empty())
            .map(|(_, piece)| piece)
            .collect();
        Self { pieces: if kept.is_empty() { vec![String::new()] } else { kept } }
    }

    /// The text, where there is no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let (first, rest) = match self.pieces.as_slice() {
            [] => return text.is_empty(),
            [only] => return only == text,
            [first, rest @ ..] => (first, rest),
        };
        let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
        let (last, middle) = rest.split_last().expect("a pattern with a star has two pieces");
        // The leftmost place for each piece leaves the most room for the next, so no backtracking.
        for piece in middle {
            match text.find(piece.as_str()) {
                Some(at) => text = &text[at + piece.len()..],
                None => return false,
            }
        }
        text.ends_with(last.as_str())
    }

    /// Whether `text` contains a match, for words typed without a field.
    pub fn is_found_in(&self, text: &str) -> bool {
        match self.as_literal() {
            Some(word) => text.contains(word),
            None => self.matches(text),
        }
    }

    /// The same pattern in lower case, for names compared without regard to case.
    pub fn to_lowercase(&self) -> Self {
        Self { pieces: self.pieces.iter().map(|p| p.to_lowercase()).collect() }
    }

    /// The pattern with stars, without quotes, for sentences and pills.
    pub fn plain(&self) -> String {
        self.pieces.join("*")
    }

    /// Writes it as a value after `field:`; quoted where bare text would read as something else.
    pub(super) fn write_value(&self, f: &mut fmt::Formatter<'_>, reads_bare: bool) -> fmt::Result {
        let bare = reads_bare && self.pieces.iter().all(|p| p.chars().all(is_bare));
        if bare && (self.pieces.len() > 1 || !self.pieces[0].is_empty()) {
            return f.write_str(&self.pieces.join("*"));
        }
        let escaped: Vec<String> = self.pieces.iter().map(|p| escape(p)).collect();
        write!(f, "\"{}\"", escaped.join("*"))
    }

    /// Writes it as a word without a field; never quoted, because quotes make a phrase.
    pub(super) fn write_word(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escape_piece = |piece: &String| {
            let mut out = String::new();
            for c in piece.chars() {
                if matches!(c, ':' | '=' | '<' | '>' | '(' | ')' | '"' | '*' | '\\' | ' ') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        };
        let text = self.pieces.iter().map(escape_piece).collect::<Vec<_>>().join("*");
        if text.starts_with('-') {
            return write!(f, "\\{text}");
        }
        // Keywords cannot be escaped; with stars around, the same search is no keyword.
        if matches!(text.as_str(), "OR" | "AND" | "NOT") {
            return write!(f, "*{text}*");
        }
        f.write_str(&text)
    }
}

/// Whether a character may stand in an unquoted value.
fn is_bare(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || matches!(c, '"' | '(' | ')' | ',' | '*' | '\\'))
}

/// Whether a backslash before this character makes it literal. Before any other character the
/// backslash is itself, so that `DOMAIN\user` needs no escape.
pub(super) fn is_escapable(c: char) -> bool {
    c.is_ascii_punctuation() || c == ' '
}

/// `text` as it is written inside quotes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '*' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::from_pieces(text.split('*').map(str::to_owned).collect())
    }

    #[test]
    fn a_star_stands_for_any_characters_also_none() {
        for (glob, text, expected) in [
            ("atlas-4*", "atlas-4", true),
            ("atlas-4*", "atlas-4-mini", true),
            ("atlas-4*", "atlas-3", false),
            ("*mini", "atlas-4-mini", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("**", "x", true),
            ("", "", true),
            ("", "x", false),
            ("exact", "exact", true),
        ] {
            assert_eq!(pattern(glob).matches(text), expected, "{glob} on {text}");
        }
    }

    #[test]
    fn a_word_is_found_anywhere_unless_it_has_stars() {
        assert!(Pattern::literal("00").is_found_in("ac001"));
        assert!(!pattern("00*").is_found_in("ac001"));
    }
}
