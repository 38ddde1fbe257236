//! Text and numbers as a page or a figure may show them.
//!
//! Logs are written by strangers. Whatever reaches a page is one line, has no character that
//! draws nothing, reverses its neighbours or lacks a glyph, and is cut with a statement when it
//! is long. The CSV files keep the original.

use super::coverage::covered;

/// Keeps a number and its unit on one line.
pub const NBSP: char = '\u{a0}';
/// One line for display: white space becomes a space, and a character the fonts lack, or that
/// would draw nothing or reorder its neighbours, is written as `U+XXXX`. At most `limit`
/// original characters are shown; what was cut is stated.
///
/// ```
/// # use stillwatch::report::text::shown;
/// assert_eq!(shown("a\tb", 80), "a b");
/// assert_eq!(shown("pay\u{202e}load", 80), "pay‹U+202E›load");
/// assert_eq!(shown("abcdef", 3), "abc… (3 of 6 characters)");
/// ```
pub fn shown(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    for c in characters.by_ref().take(limit) {
        push_shown(&mut out, c);
    }
    let cut = characters.count();
    if cut > 0 {
        out.push_str(&format!(
            "… ({} of {} characters)",
            count(limit as u64),
            count_usize(limit + cut)
        ));
    }
    out
}

/// Like [`shown`], but short: what was cut from the middle is a bare ellipsis. For labels in
/// figures and narrow columns.
pub fn label(text: &str, limit: usize) -> String {
    let mut out = String::new();
    if text.chars().map(width).sum::<usize>() <= limit {
        text.chars().for_each(|c| push_shown(&mut out, c));
        return out;
    }
    let (head, tail) = split(limit);
    let within = |most: usize| {
        let mut left = most;
        move |c: &char| match left.checked_sub(width(*c)) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        }
    };
    text.chars().take_while(within(head)).for_each(|c| push_shown(&mut out, c));
    out.push('…');
    let mut last: Vec<char> = text.chars().rev().take_while(within(tail)).collect();
    last.reverse();
    last.into_iter().for_each(|c| push_shown(&mut out, c));
    out
}

/// A name in which blanks that a page would swallow, or show like another's, are spelled out: of
/// two accounts `a b` and `a\tb` a reader must see that they are two.
///
/// ```
/// # use stillwatch::report::text::spelled;
/// assert_eq!(spelled("a b"), "a b");
/// assert_eq!(spelled(" a\tb"), "‹U+0020›a‹U+0009›b");
/// ```
pub fn spelled(name: &str) -> String {
    let all: Vec<char> = name.chars().collect();
    let is_blank = |at: Option<usize>| at.and_then(|at| all.get(at)).is_none_or(|c| *c == ' ');
    let one = |(at, c): (usize, &char)| {
        let is_plain = *c == ' ' && !is_blank(at.checked_sub(1)) && !is_blank(Some(at + 1));
        if c.is_whitespace() && !is_plain { code_point(*c) } else { c.to_string() }
    };
    all.iter().enumerate().map(one).collect()
}

/// How many characters are shown for one.
fn width(c: char) -> usize {
    if covered(c) || c.is_whitespace() { 1 } else { code_point(c).chars().count() }
}

fn code_point(c: char) -> String {
    format!("‹U+{:04X}›", u32::from(c))
}

/// How many characters to keep before and after the ellipsis.
fn split(limit: usize) -> (usize, usize) {
    let tail = limit / 3;
    (limit.saturating_sub(tail + 1), tail)
}

fn push_shown(out: &mut String, c: char) {
    if covered(c) {
        out.push(c);
    } else if c.is_whitespace() {
        out.push(' ');
    } else {
        out.push_str(&code_point(c));
    }
}

/// The lines of a longer text, each as [`shown`]; at most `lines`, a statement for the rest.
pub fn paragraphs(text: &str, lines: usize, limit: usize) -> Vec<String> {
    let all: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let mut out: Vec<String> = all.iter().take(lines).map(|l| shown(l, limit)).collect();
    if all.len() > lines {
        out.push(format!("… ({} of {} lines)", count_usize(lines), count_usize(all.len())));
    }
    out
}

/// A whole number with thousands separators: `16,041,337`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// [`count`] of a length.
pub fn count_usize(n: usize) -> String {
    count(n as u64)
}

/// A count with its noun: `1 account`, `2,000 accounts`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A share in per cent; `less than 0.1 %` rather than a zero that is none.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "none".into();
    }
    let share = part as f64 * 100.0 / whole as f64;
    match part {
        0 => format!("0{NBSP}%"),
        _ if part == whole => format!("100{NBSP}%"),
        _ if share < 0.1 => format!("less than 0.1{NBSP}%"),
        _ if share > 99.9 => format!("more than 99.9{NBSP}%"),
        _ => format!("{share:.1}{NBSP}%"),
    }
}

/// A size: `512 bytes`, `38 kB`, `1.9 MB`, decimal units.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if n < 1_000 {
        return counted(n, "byte", "bytes");
    }
    let mut value = n as f64 / 1_000.0;
    let mut unit = 0;
    // 999.5 would print as 1000.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$}{NBSP}{}", UNITS[unit])
}

/// Rounded to three figures for axes and narrow columns: `950`, `12.3k`, `45.6M`, `1.2G`.
pub fn short(n: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e3, "k"), (1e6, "M"), (1e9, "G")];
    if n < 10_000 {
        return count(n);
    }
    // 999.95k would print as 1000k.
    let (unit, name) = UNITS
        .into_iter()
        .find(|(unit, _)| (n as f64) < unit * 999.95)
        .unwrap_or(UNITS[UNITS.len() - 1]);
    let value = n as f64 / unit;
    let digits = usize::from(value < 99.95);
    format!("{value:.digits$}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_bidi_and_foreign_characters_are_written_out() {
        assert_eq!(shown("\u{0}x\u{7f}", 9), "‹U+0000›x‹U+007F›");
        assert_eq!(shown("名", 9), "‹U+540D›");
        assert_eq!(shown("e\u{301}", 9), "e‹U+0301›");
        assert_eq!(shown("a\r\nb\u{a0}c", 9), "a  b c");
        assert_eq!(shown("Ñandú Ω я", 20), "Ñandú Ω я");
    }

    #[test]
    fn long_text_is_cut_with_a_statement() {
        assert_eq!(shown(&"x".repeat(10_000), 4), "xxxx… (4 of 10,000 characters)");
        assert_eq!(label("abcdefghijklmnop", 9), "abcde…nop");
        assert_eq!(label("abcdefghi", 9), "abcdefghi");
        assert_eq!(paragraphs("a\n\nb\nc", 2, 10), ["a", "b", "… (2 of 3 lines)"]);
    }

    #[test]
    fn numbers_read_as_prose() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(16_041_337), "16,041,337");
        assert_eq!(counted(1, "account", "accounts"), "1 account");
        assert_eq!(percent(1, 1_000_000), "less than 0.1\u{a0}%");
        assert_eq!(percent(999_999, 1_000_000), "more than 99.9\u{a0}%");
        assert_eq!(percent(1, 16), "6.2\u{a0}%");
        assert_eq!(percent(0, 0), "none");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_900_000), "1.9\u{a0}MB");
        assert_eq!(bytes(999_600), "1.0\u{a0}MB");
        assert_eq!(bytes(38_400), "38\u{a0}kB");
        assert_eq!(short(9_999), "9,999");
        assert_eq!(short(12_345), "12.3k");
        assert_eq!(short(999_999), "1.0M");
        assert_eq!(short(150_000), "150k");
        assert_eq!(short(1_230_000), "1.2M");
    }

    proptest! {
        #[test]
        fn whatever_is_shown_can_be_drawn(text in "\\PC*|.*", limit in 0usize..40) {
            prop_assert!(shown(&text, limit).chars().all(covered));
            prop_assert!(label(&text, limit).chars().all(covered));
        }
    }
}
