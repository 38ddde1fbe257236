//! Log text made safe to look at: characters that hide, reorder or overwrite are shown as
//! escapes. What is copied or exported is never changed.

use std::borrow::Cow;
use std::fmt::Write;

/// The most that is laid out of a single-line text, characters: a log may hold a megabyte
/// where a name is expected.
const LONGEST: usize = 400;

/// What is no longer may be an id, bytes.
const LONGEST_ID: usize = 64;

/// Whether a character would be invisible, move the text around it, or stand for a control.
pub fn hides(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'          // C0, DEL, C1
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'        // zero width space, direction marks
        | '\u{2028}'..='\u{202e}'                      // separators, bidi embeddings and overrides
        | '\u{2060}'..='\u{206f}'                      // invisible operators, bidi isolates
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}'                    // tags: invisible text
    )
}

/// Whether a character is drawn onto the one before it: marks of the scripts that have them,
/// variation selectors, what joins pictures.
pub(super) fn joins(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
        | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{962}'..='\u{963}'
        | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{a3c}'..='\u{a51}'
        | '\u{abc}'..='\u{acd}' | '\u{b3c}'..='\u{b57}' | '\u{bbe}'..='\u{bcd}'
        | '\u{c3e}'..='\u{c56}' | '\u{cbc}'..='\u{cd6}' | '\u{d3b}'..='\u{d4d}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{f71}'..='\u{f84}' | '\u{102b}'..='\u{103e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200d}'
        | '\u{20d0}'..='\u{20ff}' | '\u{3099}'..='\u{309a}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}'
    )
}

/// `text` on one line with nothing hidden, at most 400 characters of it. Spaces around what is as
/// short as an id are shown, too: two ids that differ in nothing else are two accounts.
pub fn visible_text(text: &str) -> Cow<'_, str> {
    let long = text.len() > LONGEST && text.chars().nth(LONGEST).is_some();
    if text.len() <= LONGEST_ID && text.trim_matches(' ').len() < text.len() {
        let bare = text.trim_matches(' ');
        let before = text.len() - text.trim_start_matches(' ').len();
        let after = text.len() - before - bare.len();
        let spaces = |n: usize| "\\u{20}".repeat(n);
        return (spaces(before) + &visible_text(bare) + &spaces(after)).into();
    }
    if !long && !text.chars().any(hides) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST * 4));
    for c in text.chars().take(LONGEST) {
        push_visible(&mut out, c);
    }
    if long {
        out.push('…');
    }
    Cow::Owned(out)
}

/// `text` with nothing hidden but its line breaks, all of it: for prose that is laid out over
/// several lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && hides(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    // What Windows ends a line with is one line break.
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\n', _) => out.push('\n'),
            ('\r', Some('\n')) => {}
            (c, _) => push_visible(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// Appends `c`, escaped if it would hide.
pub(super) fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if hides(c) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        c => out.push(c),
    }
}

/// Bytes as text; each byte that is not UTF-8 as `\xNN`.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_in_any_script_is_left_alone() {
        for text in ["", "ac0014021000", "naïve", "模型", "модель", "नमस्ते", "👩‍💻"]
        {
            assert!(matches!(visible_text(text), Cow::Borrowed(t) if t == text));
        }
    }

    #[test]
    fn what_hides_or_reorders_is_shown() {
        assert_eq!(visible_text("ac1 "), "ac1\\u{20}");
        assert_eq!(visible_text("  ac 1"), "\\u{20}\\u{20}ac 1");
        assert_eq!(visible_text("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(visible_text("a\nb\tc\u{1b}[2J"), "a\\nb\\tc\\u{1b}[2J");
        assert_eq!(visible_text("x\u{e0041}\u{200b}y"), "x\\u{e0041}\\u{200b}y");
    }

    #[test]
    fn a_megabyte_of_name_is_cut_off_where_it_can_be_seen() {
        let long = "x".repeat(1 << 20);
        let shown = visible_text(&long);
        assert_eq!(shown.chars().count(), LONGEST + 1);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn prose_is_shown_to_its_end_on_the_lines_it_has() {
        let long = format!("{}\nend", "x".repeat(3_000));
        assert!(matches!(visible_lines(&long), Cow::Borrowed(t) if t == long));
        assert_eq!(visible_lines("a\u{202e}\r\nb\rc\n"), "a\\u{202e}\nb\\rc\n");
    }

    #[test]
    fn bytes_that_are_not_text_are_shown_as_bytes() {
        assert_eq!(decoded(b"a\xffb\xc3\xa9"), "a\\xffb\u{e9}");
    }
}
