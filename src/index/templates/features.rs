//! What prompts are grouped by: three tokens in a row, the text's two ends included, and words.

use super::tokens::{Token, Tokens};

/// Tokens at the beginning of a text of which features are made.
pub(super) const FIRST: usize = 64;
/// Tokens at its end.
pub(super) const LAST: usize = 32;

/// Stands before the first token.
const BEGIN: u64 = 0x9E37_79B9_7F4A_7C15;
/// Stands behind the last.
const END: u64 = 0xC2B2_AE3D_27D4_EB4F;
/// Makes a word another number than any three tokens.
const WORD: u64 = 0x1656_67B1_9E37_79F9;

/// Mixes three numbers into one.
fn mix(a: u64, b: u64, c: u64) -> u64 {
    let step = |h: u64, v: u64| (h.rotate_left(23) ^ v).wrapping_mul(0x9FB2_1C65_1E98_DF25);
    let h = step(step(step(BEGIN, a), b), c);
    h ^ (h >> 32)
}

/// The number of a word.
pub(super) fn word(token: &Token) -> u64 {
    mix(token.masked, WORD, WORD)
}

/// The number of the three tokens that begin at `at` of a text with its two ends: -2 is the first
/// token after two marks of the beginning.
pub(super) fn triple(tokens: &[Token], at: isize) -> u64 {
    let of = |at: isize| match usize::try_from(at) {
        Err(_) => BEGIN,
        Ok(at) => tokens.get(at).map_or(END, |token| token.masked),
    };
    mix(of(at), of(at + 1), of(at + 2))
}

/// The number of some tokens in their order.
pub(super) fn sequence(tokens: &[Token]) -> u64 {
    tokens.iter().fold(WORD, |hash, token| mix(hash, token.masked, WORD))
}

/// Calls `each` for every triple of the parts of a text that are looked at.
pub(super) fn each_triple(tokens: &Tokens, mut each: impl FnMut(u64)) {
    let length = tokens.all.len() as isize;
    let (first, last) = windows(tokens);
    for at in -2..first as isize {
        let inside = at + 2 < first as isize || first == tokens.all.len();
        if inside && !crosses(tokens, at) {
            each(triple(&tokens.all, at));
        }
    }
    for at in last as isize..length {
        if at >= first as isize && !crosses(tokens, at) {
            each(triple(&tokens.all, at));
        }
    }
}

/// Where the first part that is looked at ends, and where the last begins.
fn windows(tokens: &Tokens) -> (usize, usize) {
    let length = tokens.all.len();
    if length <= FIRST + LAST { (length, length) } else { (FIRST, length - LAST) }
}

/// Whether three tokens lie on both sides of what was left out.
fn crosses(tokens: &Tokens, at: isize) -> bool {
    tokens.gap.is_some_and(|gap| at < gap as isize && at + 2 >= gap as isize)
}

/// The distinct features of a text, sorted: triples, and apart from them words.
pub(super) fn of(tokens: &Tokens) -> (Vec<u64>, Vec<u64>) {
    let mut triples = Vec::with_capacity(tokens.all.len().min(FIRST + LAST) + 2);
    each_triple(tokens, |triple| triples.push(triple));
    let (first, last) = windows(tokens);
    let looked_at = tokens.all[..first].iter().chain(&tokens.all[last.max(first)..]);
    let mut words: Vec<u64> = looked_at.filter(|t| t.word).map(word).collect();
    for features in [&mut triples, &mut words] {
        features.sort_unstable();
        features.dedup();
    }
    (triples, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_text_are_part_of_its_triples() {
        let (begins, _) = of(&Tokens::of("Explain tides to me."));
        let (same, _) = of(&Tokens::of("Explain glaciers to a class."));
        let shared = begins.iter().filter(|t| same.contains(t)).count();
        // Explain at the beginning, the full stop at the end.
        assert_eq!(shared, 2);
    }

    #[test]
    fn only_the_beginning_and_the_end_of_a_long_text_are_looked_at() {
        let text = (0..400).map(|i| format!("word{} ", "x".repeat(i % 60))).collect::<String>();
        let (triples, words) = of(&Tokens::of(&text));
        assert!(triples.len() <= FIRST + LAST + 2 && words.len() <= FIRST + LAST);
    }
}
