//! Closing JSON that was cut off: the head of a file ends wherever 256 KiB end.

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
}
