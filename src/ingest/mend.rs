//! Closing JSON that was cut off: the head of a file ends wherever 256 KiB end. And commas too
//! many, which a splitter passes over and a reader of JSON does not.

/// The longest start of `bytes` after which nothing is half-written, with every open list and
/// object closed. `None` when nothing whole is in it.
pub(super) fn close(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut open: Vec<u8> = Vec::new();
    let mut safe: Option<(usize, Vec<u8>)> = None;
    let mut in_string = false;
    let mut at = 0;
    while at < bytes.len() {
        match (in_string, bytes[at]) {
            (true, b'\\') => at += 1,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{') => {
                open.push(b'}');
                safe = Some((at + 1, open.clone()));
            }
            (false, b'[') => {
                open.push(b']');
                safe = Some((at + 1, open.clone()));
            }
            (false, b'}' | b']') => {
                open.pop()?;
                safe = Some((at + 1, open.clone()));
            }
            (false, b',') => safe = Some((at, open.clone())),
            (false, _) => {}
        }
        at += 1;
        if open.len() > 512 {
            break;
        }
    }
    let (end, open) = safe?;
    let mut closed = bytes[..end].to_vec();
    closed.extend(open.into_iter().rev());
    Some(closed)
}

/// The bytes with a blank in the place of every comma that a splitter passes over: behind the last
/// item of a list of records, which lies at most in one envelope, and between values of no list.
/// Inside a record they make it one that cannot be read.
pub(super) fn without_spare_commas(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let (mut in_string, mut depth, mut comma, mut at) = (false, 0_u64, None, 0);
    while at < bytes.len() {
        match (in_string, bytes[at]) {
            (true, b'\\') => at += 1,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b',') if depth == 0 => out[at] = b' ',
            (false, b',') => comma = Some(at),
            (false, byte) if byte.is_ascii_whitespace() => {}
            (false, byte) => {
                if let (Some(spare), b']', 1..=2) = (comma.take(), byte, depth) {
                    out[spare] = b' ';
                }
                in_string = byte == b'"';
                match byte {
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cut_anywhere_closes_to_valid_json() {
        let whole = r#"{"Records":[{"a":"x,]\"","b":[1,2,{"c":null}]},{"d":true}]}"#;
        for end in 1..whole.len() {
            let closed = close(&whole.as_bytes()[..end]).expect("an object was opened");
            let value: Result<serde_json::Value, _> = serde_json::from_slice(&closed);
            assert!(value.is_ok(), "{end}: {}", String::from_utf8_lossy(&closed));
        }
        assert_eq!(close(b"\"text"), None);
    }

    #[test]
    fn only_commas_between_and_behind_records_are_spare() {
        let text = "[{\"a\":\"x,]\",\"b\":[1,2 ,\n]} ,\n],{},";
        let mended = without_spare_commas(text.as_bytes());
        let expected = "[{\"a\":\"x,]\",\"b\":[1,2 ,\n]}  \n] {} ";
        assert_eq!(String::from_utf8_lossy(&mended), expected);
    }
}
