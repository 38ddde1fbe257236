//! Finding text in a record as it is laid out.

use super::Shaped;

/// Where a text stands: a line of [`Shaped::lines`] and the characters before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The line.
    pub line: usize,
    /// The first character of it.
    pub from: usize,
}

/// All places of a text, without regard to case, none overlapping.
pub fn find(shaped: &Shaped, wanted: &str) -> Vec<Found> {
    let wanted: String = wanted.chars().map(lower).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (line, shaped) in shaped.lines.iter().enumerate() {
        let text: String = shaped.tokens.iter().flat_map(|t| t.text.chars()).map(lower).collect();
        // Bytes up to here are so many characters.
        let (mut at, mut from) = (0, 0);
        for (byte, _) in text.match_indices(&wanted) {
            from += text[at..byte].chars().count();
            at = byte;
            found.push(Found { line, from });
        }
    }
    found
}

/// One character for one, so that places stay what they are.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::super::{Paths, shape};
    use super::*;

    #[test]
    fn text_is_found_whatever_its_case_and_wherever_a_line_is_cut() {
        let record = "{\"a\":\"Straße ÄPFEL äpfel\",\"b\":\"äpfel\"}";
        let shaped = shape(record.as_bytes(), &Paths::new());
        let found = find(&shaped, "äPFel");
        assert_eq!(
            found,
            [Found { line: 1, from: 13 }, Found { line: 1, from: 19 }, Found { line: 2, from: 6 }]
        );
        assert!(find(&shaped, "").is_empty());
        assert!(find(&shaped, "nowhere").is_empty());
        assert_eq!(find(&shaped, "\"a\": \"s").len(), 1);
    }
}
