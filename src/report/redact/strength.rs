//! How readily a learnt value is taken for itself in a running text.
//!
//! An account may be called `7`, `free` or `support`. Replacing every 7 would wreck the numbers
//! that a report consists of. So values are of four strengths:
//!
//! - *alone*: replaced wherever it stands as whole tokens. Four characters or more that are no
//!   number below and no word that the program itself writes; three with a letter and a digit.
//! - *quoted*: replaced between quotes, and behind the name of its kind. Shorter values.
//! - *word*: likewise, but a search for leaks does not take its quotes for a reason, for quotes are
//!   also how files write words. Words the program itself writes, up to three of them, and what
//!   reads like the number of a detector or an exhibit (`D10`) or like a number with its unit.
//! - *named*: replaced behind the name of its kind only (`account 7`, `account_id=7`, and on in a
//!   list: `accounts 7, 12 and 15`). Numbers of up to five digits, unless
//!   they begin like a phone number (`+99936`), and dates.
//!
//! In fields of its kind a value is replaced whatever its strength. What remains visible is a weak
//! value in free text without quotes and without the name of its kind.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Digits a number needs to be taken for an id: the program groups digits by thousands, so six of
/// them in a row are no count of its own.
const LEAST_DIGITS: usize = 6;
/// Characters below which a value is taken for a word or an abbreviation.
const LEAST_CHARACTERS: usize = 4;
/// Known words in a row that may well be part of a sentence of the program.
const FEW_WORDS: usize = 3;

/// How readily a value is taken for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Behind the name of its kind.
    Named,
    /// Also between quotes, except where quotes are how a file writes words.
    Word,
    /// Also between quotes.
    Quoted,
    /// Everywhere.
    Alone,
}

/// Words that the program itself writes: those of its sentences, columns and formats, and those a
/// caller adds, such as the names of models.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    added: HashSet<String>,
}

static OWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").lines().filter(|line| !line.is_empty()).collect());

impl Vocabulary {
    /// Adds a word, or a name of several.
    pub fn add(&mut self, words: &str) {
        self.added.insert(words.to_lowercase());
    }

    fn has(&self, lower: &str) -> bool {
        OWN.contains(lower) || self.added.contains(lower)
    }

    /// How readily a value is taken for itself; `None` where it has no letter and no digit, so that
    /// it cannot be told from punctuation.
    pub fn strength(&self, value: &str) -> Option<Strength> {
        let value = value.trim();
        let is_plain = |c: char| !c.is_alphanumeric();
        if value.chars().all(is_plain) {
            return None;
        }
        let has_letter = value.chars().any(char::is_alphabetic);
        if !has_letter {
            return Some(of_number(value));
        }
        let lower = value.to_lowercase();
        let is_word = self.has(&lower) || self.reads_as_sentence(value) || reads_as_mark(value);
        let strength = match is_short(value) {
            _ if is_word => Strength::Word,
            true => Strength::Quoted,
            false => Strength::Alone,
        };
        Some(strength)
    }

    /// One to three words that are all known, as in a sentence or in the name of a column.
    fn reads_as_sentence(&self, value: &str) -> bool {
        let is_between = |c: char| c.is_whitespace() || matches!(c, '_' | ':');
        if !value.chars().all(|c| c.is_alphabetic() || is_between(c)) {
            return false;
        }
        let words = value.split(is_between).filter(|word| !word.is_empty());
        let is_known = |word: &str| word.len() < LEAST_CHARACTERS || self.has(&word.to_lowercase());
        (2..=FEW_WORDS).contains(&words.clone().count()) && words.clone().all(is_known)
    }
}

/// Digits and punctuation.
fn of_number(value: &str) -> Strength {
    let digits = value.chars().filter(|c| c.is_numeric()).count();
    let shape: String = value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let is_moment = shape.starts_with("0000-00-00");
    let is_phone = value.starts_with('+') && digits > 3;
    match is_phone || digits >= LEAST_DIGITS {
        true if !is_moment => Strength::Alone,
        _ => Strength::Named,
    }
}

/// Too short for an id that is told from words; a letter with a digit is enough at three.
fn is_short(value: &str) -> bool {
    let (mut letters, mut digits, mut all) = (0, 0, 0);
    for c in value.chars() {
        letters += usize::from(c.is_alphabetic());
        digits += usize::from(c.is_numeric());
        all += 1;
    }
    let is_mixed = letters > 0 && digits > 0;
    all < LEAST_CHARACTERS && !(is_mixed && all + 1 == LEAST_CHARACTERS)
}

/// `D10`, `L08`, `E1`; `24h`, `100ms`, `30min`.
fn reads_as_mark(value: &str) -> bool {
    let all = |text: &str, of: fn(&char) -> bool| !text.is_empty() && text.chars().all(|c| of(&c));
    let is_digit: fn(&char) -> bool = char::is_ascii_digit;
    let rest = value.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if value.len() == rest.len() + 1 && rest.len() <= 3 && all(rest, is_digit) {
        return true;
    }
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < value.len() && unit.len() <= 3 && all(unit, char::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_alone_and_words_and_numbers_need_a_reason() {
        let vocabulary = Vocabulary::default();
        let of = |value: &str| vocabulary.strength(value);
        for id in ["ac001", "ac1", "alice", "104233", "+99936", "a@b.example", "иван", "acct7"]
        {
            assert_eq!(of(id), Some(Strength::Alone), "{id}");
        }
        for short in ["ac", "x"] {
            assert_eq!(of(short), Some(Strength::Quoted), "{short}");
        }
        let words = ["user", "Account", "free", "take turns", "account_id", "the free trial"];
        // What a PDF, its metadata and the other files are made of, whatever they hold.
        let marks = ["D10", "L08", "E1", "24h", "100ms"];
        let syntax =
            ["Catalog", "endstream", "FlateDecode", "StructElem", "rdf:li", "graphdrawing"];
        for word in words.into_iter().chain(syntax).chain(marks) {
            assert_eq!(of(word), Some(Strength::Word), "{word}");
        }
        for number in ["7", "12345", "+999", "2026-03-01", "1.5", "12:30"] {
            assert_eq!(of(number), Some(Strength::Named), "{number}");
        }
        for nothing in ["", "-", "<>", " * "] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_caller_adds_the_words_of_its_case() {
        let mut vocabulary = Vocabulary::default();
        assert_eq!(vocabulary.strength("Atlas-4"), Some(Strength::Alone));
        vocabulary.add("atlas-4");
        assert_eq!(vocabulary.strength("Atlas-4"), Some(Strength::Word));
    }
}
