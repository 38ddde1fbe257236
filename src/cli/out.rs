//! Writing: results to standard output, everything else to standard error.

use std::io::{self, BufWriter, Write};

/// Tells the person at the keyboard something; a closed standard error is no reason to stop.
/// Lines stay lines, but nothing in them moves the cursor: titles and paths may come from a log.
pub fn note(text: &str) {
    let lines: Vec<String> = text.lines().map(visible).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// One line without characters that would move the cursor or turn the text around: logs are
/// written by others.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// Writes a result to standard output.
///
/// # Errors
/// What standard output reports; a broken pipe ends the program with success.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// Writes one JSON value and a newline to standard output.
///
/// # Errors
/// As [`print`].
pub fn print_json(value: &serde_json::Value) -> io::Result<()> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })
}

/// A number with its thousands apart: `1,204,551`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 account`, `312 accounts`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A size in the unit that leaves one to three digits before the point.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (size as f64, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    if unit == 0 { format!("{size} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_visible_moves_the_cursor_or_turns_the_text() {
        assert_eq!(visible("a\u{1b}[2J\nb\u{202e}c\u{9b}"), "a [2J b\u{fffd}c ");
    }

    #[test]
    fn numbers_and_sizes_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(16_041_337), "16,041,337");
        assert_eq!(count(1, "account", "accounts"), "1 account");
        assert_eq!(count(2_000, "account", "accounts"), "2,000 accounts");
        assert_eq!(bytes(17), "17 B");
        assert_eq!(bytes(1_500), "1.5 kB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(bytes(1_208_000_000), "1.2 GB");
    }
}
