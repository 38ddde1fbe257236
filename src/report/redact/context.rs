//! What stands around a value: quotes, and the name of its kind.

use super::kind::Kind;
use super::lexicon::Kinds;

/// Signs and spaces between the name of a kind and a value, bytes.
const MOST_BETWEEN: usize = 6;
/// The longest sign or word of a list with quotes around it, bytes.
const LONGEST_CONJUNCTION: usize = 16;
/// The longest name of a kind, bytes.
const LONGEST_NAME: usize = 32;

/// What stands around a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Whether it stands between quotes, and is not the name of a field of JSON.
    pub is_quoted: bool,
    /// The kinds that the word before it names.
    pub kinds: Kinds,
}

/// What stands around `start..end`.
pub(super) fn around(bytes: &[u8], start: usize, end: usize) -> Around {
    let quote = opening(bytes, start).filter(|(_, close)| bytes[end..].starts_with(close));
    let before = start - quote.map_or(0, |(len, _)| len);
    let behind = quote.and_then(|(_, close)| bytes.get(end + close.len()..)).unwrap_or_default();
    let is_key = behind.trim_ascii_start().starts_with(b":") && bytes[end] == b'"';
    let is_quoted = quote.is_some() && !is_key;
    Around { is_quoted, kinds: named(bytes, before, quote.is_some()) }
}

/// A quote before `at`: its length, and what closes it.
fn opening(bytes: &[u8], at: usize) -> Option<(usize, &'static [u8])> {
    const QUOTES: [(&str, &str); 8] = [
        ("\"", "\""),
        ("'", "'"),
        ("`", "`"),
        ("“", "”"),
        ("‘", "’"),
        ("«", "»"),
        ("‹", "›"),
        ("„", "“"),
    ];
    let before = &bytes[..at];
    let fits = |(open, _): &&(&str, &str)| before.ends_with(open.as_bytes());
    QUOTES.iter().find(fits).map(|(open, close)| (open.len(), close.as_bytes()))
}

/// The kinds that the word before `at` names, over spaces, `:` and `=`.
fn named(bytes: &[u8], at: usize, is_quoted: bool) -> Kinds {
    let mut end = at;
    let mut is_assigned = false;
    while end > 0 && at - end < MOST_BETWEEN {
        match bytes[..end] {
            [.., b':' | b'='] => (end, is_assigned) = (end - 1, true),
            [.., b' ' | b'\t'] => end -= 1,
            // A space that does not break a line.
            [.., 0xc2, 0xa0] => end -= 2,
            _ => break,
        }
    }
    if end == at {
        return Kinds::default();
    }
    let is_key = is_assigned && matches!(bytes[..end], [.., b'"' | b'\'' | b'`']);
    let end = end - usize::from(is_key);
    let is_part = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'_';
    let len = bytes[..end].iter().rev().take(LONGEST_NAME).take_while(is_part).count();
    let name = str::from_utf8(&bytes[end - len..end]).unwrap_or_default();
    // A bare number behind `"account":` counts or points; behind `"account_id":` it is one.
    if is_key && !is_quoted && !name.ends_with("_id") {
        return Kinds::default();
    }
    of_name(name, is_assigned)
}

/// The kinds that a word names. Behind `accounts:` stands how many, behind `accounts` which.
fn of_name(name: &str, is_assigned: bool) -> Kinds {
    let name = name.to_ascii_lowercase();
    let (one, is_plural) = match name.as_str() {
        "address" => ("address", false),
        "addresses" => ("address", true),
        name => name.strip_suffix('s').map_or((name, false), |one| (one, true)),
    };
    if is_plural && is_assigned {
        return Kinds::default();
    }
    let kind = match one {
        "account" | "account_id" | "account_a" | "account_b" | "acct" => Kind::Account,
        "organisation" | "organization" | "org" | "org_id" | "tenant" => Kind::Organisation,
        "user" | "user_id" => Kind::User,
        "key" | "api_key" | "api_key_id" | "key_id" => Kind::ApiKey,
        "session" | "session_id" => Kind::Session,
        "device" | "device_id" => Kind::Device,
        "request" | "request_id" => Kind::Request,
        "card" | "payment" | "payment_fingerprint" => Kind::Payment,
        "phone" | "prefix" | "phone_prefix" => Kind::Phone,
        "mail" | "email" | "domain" | "email_domain" => Kind::Email,
        "ip" | "client_ip" | "address" | "network" => Kind::Address,
        "prompt" | "template" | "response" => Kind::Prompt,
        "tag" | "note" | "reason" | "title" | "source" | "file" => Kind::Words,
        name if name.starts_with("attr_") => Kind::Other(""),
        _ => return Kinds::default(),
    };
    Kinds::of(kind)
}

/// Whether what stands between two values goes on with a list of them.
pub(super) fn goes_on(between: &[u8]) -> bool {
    // Most of what stands between two values is long, and is not looked at.
    if between.len() > LONGEST_CONJUNCTION {
        return false;
    }
    let Ok(text) = str::from_utf8(between) else { return false };
    let text = text.trim_matches(['"', '\'', '`', '“', '”', '‘', '’']);
    matches!(
        text,
        "," | ", "
            | "; "
            | ";"
            | "|"
            | " | "
            | " and "
            | ", and "
            | " or "
            | " OR "
            | ", or "
            | " & "
            | "–"
            | " – "
            | " to "
            | " with "
            | " / "
            | "/"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, value: &str) -> (bool, Option<&'static str>) {
        let start = text.rfind(value).unwrap();
        let around = around(text.as_bytes(), start, start + value.len());
        let kind = (!around.kinds.is_empty()).then(|| Kind::of_bit(around.kinds.first(), ""));
        (around.is_quoted, kind.map(Kind::as_str))
    }

    #[test]
    fn quotes_and_the_name_of_a_kind_are_seen() {
        for (text, expected) in [
            ("account 7 was", (false, Some("account"))),
            ("Accounts 7 and", (false, Some("account"))),
            ("account_id = '7'", (true, Some("account"))),
            ("\"account_id\": \"7\"", (true, Some("account"))),
            ("\"account_id\":7,", (false, Some("account"))),
            ("\"account\":7,", (false, None)),
            ("accounts: 7", (false, None)),
            ("account\u{a0}7", (false, Some("account"))),
            ("said “7” twice", (true, None)),
            ("phone prefix 7", (false, Some("phone"))),
            ("7", (false, None)),
            ("say \"7", (false, None)),
            ("{\"7\": 1}", (false, None)),
        ] {
            assert_eq!(of(text, "7"), expected, "{text}");
        }
    }

    #[test]
    fn a_list_goes_on_over_commas_and_conjunctions() {
        for between in [", ", " and ", "\", \"", "’ or ‘", "/"] {
            assert!(goes_on(between.as_bytes()), "{between}");
        }
        for between in ["", " ", " has ", ". "] {
            assert!(!goes_on(between.as_bytes()), "{between}");
        }
    }
}
