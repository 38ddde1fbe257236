//! What a token is: where a value may begin and end in a running text.
//!
//! A value is only found as whole tokens, so `ac001` is not found in `ac0012`. Only letters and
//! digits hold a token together; `-`, `_` and `.` do not, for a sentence may end behind an id and a
//! file name may go on behind it. So `ac001` is found in `ac001.`, `ac001-2` and `export_ac001`,
//! too, where it may not be meant: rather one word too many than one too few. Scripts that write
//! without spaces (Han, kana, Hangul, Thai and their like) end a token at every character, and a
//! Latin one ends where another alphabet begins.

/// What a character does to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Ends it: neither letter nor digit, or of a script that is written without spaces.
    Separator,
    /// Belongs to it: a digit or a letter of the Latin alphabet.
    Latin,
    /// Belongs to it: a letter or digit of another alphabet.
    Foreign,
}

impl Class {
    fn of(c: char) -> Self {
        match u32::from(c) {
            // Thai, Lao; Myanmar; Khmer; Hangul, Han and kana with all that stand between them.
            0x0e00..=0x0eff | 0x1000..=0x109f | 0x1100..=0x11ff | 0x1780..=0x17ff => {
                Self::Separator
            }
            0x2e80..=0xd7ff | 0xf900..=0xfaff | 0xff00..=0xffef => Self::Separator,
            0x1b000..=0x1b2ff | 0x20000..=0x3ffff => Self::Separator,
            _ if !c.is_alphanumeric() => Self::Separator,
            0..=0x24f | 0x1e00..=0x1eff => Self::Latin,
            _ => Self::Foreign,
        }
    }

    /// Whether the next character of the same class belongs to the same token.
    pub fn goes_on(self) -> bool {
        self != Self::Separator
    }
}

/// The class of the character at `at`, and its length in bytes; a byte that is no UTF-8 separates.
pub(super) fn class_at(bytes: &[u8], at: usize) -> (Class, usize) {
    match bytes.get(at) {
        None => (Class::Separator, 1),
        Some(byte) if byte.is_ascii_alphanumeric() => (Class::Latin, 1),
        Some(byte) if byte.is_ascii() => (Class::Separator, 1),
        Some(byte) => wide(bytes, at, *byte).unwrap_or((Class::Separator, 1)),
    }
}

fn wide(bytes: &[u8], at: usize, first: u8) -> Option<(Class, usize)> {
    let len = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let text = str::from_utf8(bytes.get(at..at + len)?).ok()?;
    Some((Class::of(text.chars().next()?), len))
}

/// The class of the character before `at`.
pub(super) fn class_before(bytes: &[u8], at: usize) -> Class {
    let Some(last) = at.checked_sub(1).and_then(|at| bytes.get(at)) else {
        return Class::Separator;
    };
    if last.is_ascii() {
        return if last.is_ascii_alphanumeric() { Class::Latin } else { Class::Separator };
    }
    let starts = (2..=4).filter_map(|len| at.checked_sub(len));
    let ends_here = |start| Some(class_at(bytes, start)).filter(|(_, len)| start + len == at);
    starts.filter_map(ends_here).map(|(class, _)| class).next().unwrap_or(Class::Separator)
}

/// Where the segment that begins at `at` ends: a run of letters and digits, or one character.
pub(super) fn segment_end(bytes: &[u8], at: usize) -> usize {
    let (class, len) = class_at(bytes, at);
    let mut end = (at + len).min(bytes.len());
    if !class.goes_on() {
        return end;
    }
    while end < bytes.len() {
        let (next, len) = class_at(bytes, end);
        if next != class {
            break;
        }
        end += len;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segments(text: &str) -> Vec<&str> {
        let mut at = 0;
        let mut all = Vec::new();
        while at < text.len() {
            let end = segment_end(text.as_bytes(), at);
            all.push(&text[at..end]);
            at = end;
        }
        all
    }

    #[test]
    fn letters_and_digits_hold_together_and_nothing_else_does() {
        assert_eq!(segments("ac0012.x_y-z"), ["ac0012", ".", "x", "_", "y", "-", "z"]);
        assert_eq!(segments("Zoë7 иван"), ["Zoë7", " ", "иван"]);
        assert_eq!(segments("账号ac001有"), ["账", "号", "ac001", "有"]);
        assert_eq!(segments("ac001은 وac001"), ["ac001", "은", " ", "و", "ac001"]);
    }

    proptest! {
        #[test]
        fn the_class_before_a_character_is_that_of_the_one_before(text in "\\PC{0,12}") {
            let mut before = Class::Separator;
            for (at, c) in text.char_indices() {
                prop_assert_eq!(class_before(text.as_bytes(), at), before);
                before = class_at(text.as_bytes(), at).0;
                prop_assert_eq!(class_at(text.as_bytes(), at).1, c.len_utf8());
            }
        }

        #[test]
        fn bytes_that_are_no_text_are_walked_to_their_end(
            bytes in proptest::collection::vec(any::<u8>(), 0..40)
        ) {
            let mut at = 0;
            while at < bytes.len() {
                let end = segment_end(&bytes, at);
                prop_assert!(end > at && end <= bytes.len());
                at = end;
            }
        }
    }
}
