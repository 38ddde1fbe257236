//! Prompts as tokens: words, numbers, marks, each with the white space before it, so that tokens
//! put after each other are the text again.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a text that are looked at, at its beginning and at its end, where it is longer than
/// both together. What lies between belongs to a slot.
pub(super) const HEAD_BYTES: usize = 3_072;
/// See [`HEAD_BYTES`].
pub(super) const TAIL_BYTES: usize = 1_024;
/// A word is cut into tokens of so many bytes: text without spaces, encoded data.
const WORD_BYTES: usize = 64;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// XXH3 of its bytes, white space before it included.
    pub exact: u64,
    /// The same with every run of digits as one: `item 17` and `item 4` are alike.
    pub masked: u64,
    /// Where it begins in the text.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// A word or number; else a mark or white space.
    pub word: bool,
}

/// The tokens of a text, or of its beginning and its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    /// In the order of the text.
    pub all: Vec<Token>,
    /// The first token of the end, where what lies before it was left out.
    pub gap: Option<usize>,
}

impl Tokens {
    /// The tokens of a text.
    pub fn of(text: &str) -> Self {
        let mut tokens = Self::default();
        tokens.read(text);
        tokens
    }

    /// Replaces the tokens by those of another text: nothing is allocated anew.
    pub fn read(&mut self, text: &str) {
        self.all.clear();
        self.gap = None;
        if text.len() <= HEAD_BYTES + TAIL_BYTES {
            scan(text, 0..text.len(), &mut self.all);
            return;
        }
        scan(text, 0..text.floor_char_boundary(HEAD_BYTES), &mut self.all);
        self.gap = Some(self.all.len());
        scan(text, text.ceil_char_boundary(text.len() - TAIL_BYTES)..text.len(), &mut self.all);
    }

    /// Whether a token stands directly before the next one in the text.
    pub fn is_followed(&self, at: usize) -> bool {
        at + 1 < self.all.len() && self.gap != Some(at + 1)
    }
}

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Word,
    Digit,
    Mark,
    Beyond,
}

const fn kind_of(byte: u8) -> Kind {
    match byte {
        b'\t'..=b'\r' | b' ' => Kind::Space,
        b'0'..=b'9' => Kind::Digit,
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => Kind::Word,
        0x80.. => Kind::Beyond,
        _ => Kind::Mark,
    }
}

fn scan(text: &str, range: Range<usize>, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while at < range.end {
        let start = at;
        while at < range.end && kind_of(bytes[at]) == Kind::Space {
            at += 1;
        }
        let (end, word, digits) = body(text, at, range.end);
        let exact = xxh3_64(&bytes[start..end]);
        let masked = if digits { masked(&bytes[start..end]) } else { exact };
        out.push(Token { exact, masked, start: start as u32, end: end as u32, word });
        at = end;
    }
}

/// Where the token ends whose first byte after white space is at `at`, whether it is a word, and
/// whether it has digits.
fn body(text: &str, at: usize, end: usize) -> (usize, bool, bool) {
    let bytes = text.as_bytes();
    let (mut next, mut digits) = (at, false);
    while next < end && next - at < WORD_BYTES {
        match kind_of(bytes[next]) {
            Kind::Word => next += 1,
            Kind::Digit => {
                digits = true;
                next += 1;
            }
            Kind::Beyond => {
                let Some(c) = text[next..].chars().next() else { break };
                let alone = stands_alone(c);
                if alone && next > at {
                    break;
                }
                next += c.len_utf8();
                if alone {
                    return (next.min(end), !c.is_whitespace(), false);
                }
            }
            Kind::Space | Kind::Mark => break,
        }
    }
    if next > at { (next.min(end), true, digits) } else { ((at + 1).min(end), false, false) }
}

/// Scripts that are written without spaces: every character is a token. Unusual white space, too.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
        || c.is_whitespace()
}

/// The hash of a token in which every run of digits is one digit.
fn masked(bytes: &[u8]) -> u64 {
    let mut buffer = [0; 2 * WORD_BYTES];
    let mut length = 0;
    for byte in bytes {
        let byte = if byte.is_ascii_digit() { b'0' } else { *byte };
        if byte == b'0' && length > 0 && buffer[length - 1] == b'0' {
            continue;
        }
        // White space before the word may be of any length.
        let Some(place) = buffer.get_mut(length) else { break };
        *place = byte;
        length += 1;
    }
    xxh3_64(&buffer[..length])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        Tokens::of(text).all.iter().map(|t| &text[t.start as usize..t.end as usize]).collect()
    }

    #[test]
    fn words_numbers_and_marks_are_tokens_with_the_space_before_them() {
        assert_eq!(words("Rate  it: 7/10\n"), ["Rate", "  it", ":", " 7", "/", "10", "\n"]);
        assert_eq!(words("naïve Ω"), ["naïve", " Ω"]);
        assert_eq!(words("翻訳して text"), ["翻", "訳", "し", "て", " text"]);
        assert_eq!(words(""), Vec::<&str>::new());
    }

    #[test]
    fn digits_are_alike_and_letters_are_not() {
        let masked = |text: &str| Tokens::of(text).all[0].masked;
        assert_eq!(masked("17"), masked("4096"));
        assert_eq!(masked("v2a"), masked("v31a"));
        assert_ne!(masked("v2a"), masked("v2b"));
        assert_ne!(Tokens::of("17").all[0].exact, Tokens::of("18").all[0].exact);
    }

    #[test]
    fn a_long_text_is_its_beginning_and_its_end() {
        let text = "ab ".repeat(5_000);
        let tokens = Tokens::of(&text);
        let gap = tokens.gap.expect("left out");
        assert!(tokens.all[gap - 1].end as usize <= HEAD_BYTES);
        assert_eq!(tokens.all.last().expect("tokens").end as usize, text.len());
        assert!(!tokens.is_followed(gap - 1) && tokens.is_followed(0));
    }

    proptest! {
        #[test]
        fn tokens_after_each_other_are_the_text(text in "(\\PC|[ \\n\u{202E}\u{0301}]|[a-z0-9]{1,200}){0,60}") {
            let tokens = Tokens::of(&text);
            let mut end = 0;
            for (i, token) in tokens.all.iter().enumerate() {
                prop_assert!(token.start == end || tokens.gap == Some(i));
                prop_assert!(token.end > token.start);
                prop_assert!(text.is_char_boundary(token.end as usize));
                end = token.end;
            }
            prop_assert_eq!(end as usize, text.len());
        }
    }
}
