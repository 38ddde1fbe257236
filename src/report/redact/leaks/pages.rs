//! The glyphs that a page shows (ISO 32000-1, 9.4.3), operator by operator.

/// The codes of every run of glyphs: those of one `Tj` or `TJ`, without the distances in it.
pub(super) fn runs(content: &[u8]) -> Vec<Vec<u8>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    let mut at = 0;
    while at < content.len() {
        at = match content[at] {
            b'(' => literal(content, at + 1, &mut run),
            b'<' if content.get(at + 1) == Some(&b'<') => at + 2,
            b'<' => hexadecimal(content, at + 1, &mut run),
            b'%' => at + len(&content[at..], |byte| byte != b'\n' && byte != b'\r'),
            b'/' => at + 1 + len(&content[at + 1..], is_regular),
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'\'' | b'"') => {
                let len = len(&content[at..], |byte| is_regular(byte) || byte == b'*').max(1);
                let operator = &content[at..at + len];
                let codes = std::mem::take(&mut run);
                if matches!(operator, b"Tj" | b"TJ" | b"'" | b"\"") && !codes.is_empty() {
                    runs.push(codes);
                }
                at + len
            }
            _ => at + 1,
        };
    }
    runs
}

fn len(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is(**byte)).count()
}

fn is_regular(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'*')
}

/// `(…)` from behind its parenthesis; where it ends.
fn literal(content: &[u8], start: usize, run: &mut Vec<u8>) -> usize {
    let (mut at, mut depth) = (start, 1);
    while let Some(byte) = content.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                let (len, byte) = escaped(&content[at..]);
                run.extend(byte);
                at += len;
                continue;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        run.push(*byte);
    }
    at
}

/// What stands behind a backslash: its length, and the byte it is.
fn escaped(rest: &[u8]) -> (usize, Option<u8>) {
    let octal = len(&rest[..rest.len().min(3)], |byte| (b'0'..=b'7').contains(&byte));
    if octal > 0 {
        let value = rest[..octal].iter().fold(0_u16, |n, byte| n * 8 + u16::from(byte - b'0'));
        return (octal, Some(value as u8));
    }
    match rest {
        [b'\r', b'\n', ..] => (2, None),
        [b'\r' | b'\n', ..] => (1, None),
        [b'n', ..] => (1, Some(b'\n')),
        [b'r', ..] => (1, Some(b'\r')),
        [b't', ..] => (1, Some(b'\t')),
        [b'b', ..] => (1, Some(8)),
        [b'f', ..] => (1, Some(12)),
        [byte, ..] => (1, Some(*byte)),
        [] => (0, None),
    }
}

/// `<…>` from behind its sign; where it ends.
fn hexadecimal(content: &[u8], start: usize, run: &mut Vec<u8>) -> usize {
    let len = len(&content[start..], |byte| byte != b'>');
    let digits =
        content[start..start + len].iter().filter_map(|byte| super::super::hex::digit(*byte));
    let digits: Vec<u8> = digits.collect();
    run.extend(digits.chunks(2).map(|two| two[0] << 4 | two.get(1).copied().unwrap_or(0)));
    (start + len + 1).min(content.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_one_operator_are_one_run_and_those_of_others_are_none() {
        let content = b"/Span <</ActualText (x)>> BDC BT /F1 12 Tf 1 0 0 1 7 8 Tm \
            [(a\\)b) -120 <6364>] TJ (e\\101\\\n(f)) Tj T* (g) ' ET % (h) Tj\n EMC (i) d0";
        assert_eq!(runs(content), [b"a)bcd".to_vec(), b"eA(f)".to_vec(), b"g".to_vec()]);
    }

    #[test]
    fn what_does_not_end_is_gone_through_to_the_end() {
        for content in [&b"(abc"[..], b"<61", b"(a\\", b"<", b"(", b"\\"] {
            assert!(runs(content).is_empty());
        }
    }
}
