//! Half an emoji: `\ud83d` without its second half, left where a text was cut. JSON forbids it,
//! chat logs are full of it, and a record is not to be lost over it.

/// Whether this is why a record could not be read.
pub(super) fn is_cause(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    error.is_syntax()
        && (message.starts_with("lone leading surrogate")
            || message.starts_with("unexpected end of hex escape"))
}

/// The same JSON with every lone surrogate escape as U+FFFD. Lengths and offsets stay.
pub(super) fn mend(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let Some(unit) = unit(bytes, at) else {
            at += 2;
            continue;
        };
        let paired = is_leading(unit) && self::unit(bytes, at + 6).is_some_and(is_trailing);
        if paired {
            at += 12;
            continue;
        }
        if is_leading(unit) || is_trailing(unit) {
            out.push_str(&text[copied..at]);
            out.push_str("\\ufffd");
            copied = at + 6;
        }
        at += 6;
    }
    out.push_str(&text[copied..]);
    out
}

/// The UTF-16 unit of a `\uXXXX` escape at `at`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    if &escape[..2] != b"\\u" || !escape[2..].iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(&escape[2..]).ok()?, 16).ok()
}

fn is_leading(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_trailing(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_halves_are_replaced() {
        let text = r#"{"a":"\ud83d\ude00 \ud83d \\ud83d \ude00 \ud83d\n"}"#;
        let mended = r#"{"a":"\ud83d\ude00 \ufffd \\ud83d \ufffd \ufffd\n"}"#;
        assert_eq!(mend(text), mended);
        let value: serde_json::Value = serde_json::from_str(&mend(text)).expect("valid JSON");
        assert_eq!(value["a"], "😀 \u{fffd} \\ud83d \u{fffd} \u{fffd}\n");
    }

    #[test]
    fn the_error_is_recognised() {
        for text in [r#""\ud83d""#, r#""\ud83d x""#, r#""\ude00""#, r#""\ud83d\n""#] {
            let error = serde_json::from_str::<String>(text).expect_err(text);
            assert!(is_cause(&error), "{text}: {error}");
        }
    }
}
