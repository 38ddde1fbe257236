//! Identifiers (STIX 2.1, section 2.9): a type, two hyphens, a UUID of version 5.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::{Uuid, uuid};

/// The namespace of observables, one for all producers.
const OBSERVABLES: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

/// Ours, for what is the same in every case and for the namespaces of cases.
const STILLWATCH: Uuid = uuid!("ad4800f6-7178-473b-80fc-57689add6c08");

/// The identifier of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    kind: &'static str,
    uuid: Uuid,
}

/// The value of a property that an id is made from.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Whole(u64),
    /// An id.
    Of(Id),
    /// A dictionary of hashes that has a SHA-256, lower-case hex.
    Sha256(&'a str),
}

/// The namespace of a case, by its SHA-256.
pub fn namespace(sha256: &str) -> Uuid {
    Uuid::new_v5(&STILLWATCH, sha256.as_bytes())
}

impl Id {
    /// One that is laid down.
    pub const fn fixed(kind: &'static str, uuid: Uuid) -> Self {
        Self { kind, uuid }
    }

    /// Of an observable, from the properties that its type says contribute to it.
    pub fn observable(kind: &'static str, contributing: &[(&str, Part<'_>)]) -> Self {
        Self::fixed(kind, Uuid::new_v5(&OBSERVABLES, canonical(contributing).as_bytes()))
    }

    /// Of what belongs to a case. Its type goes in as well: no two objects of whatever types may
    /// have one UUID.
    pub fn of_case(namespace: Uuid, kind: &'static str, parts: &[(&str, Part<'_>)]) -> Self {
        let mut all = vec![("type", Part::Text(kind))];
        all.extend(parts);
        Self::fixed(kind, Uuid::new_v5(&namespace, canonical(&all).as_bytes()))
    }

    /// Of what is the same in every case.
    pub fn of_all(kind: &'static str, parts: &[(&str, Part<'_>)]) -> Self {
        Self::of_case(STILLWATCH, kind, parts)
    }

    /// The type of the object.
    pub fn kind(self) -> &'static str {
        self.kind
    }

    /// The part that no other object has.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}--{}", self.kind, self.uuid)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Of(id) => write!(f, "\"{id}\""),
            Self::Sha256(hash) => write!(f, "{{\"SHA-256\":{}}}", quoted(hash)),
        }
    }
}

/// An object as RFC 8785 writes it. Names are ASCII, so that sorted bytes are sorted units of
/// UTF-16; strings are escaped as serde_json escapes them, which is what that RFC asks for; numbers
/// are whole and below 2⁵³.
fn canonical(parts: &[(&str, Part<'_>)]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_by_key(|(name, _)| *name);
    let pairs: Vec<String> =
        parts.iter().map(|(name, part)| format!("{}:{part}", Part::Text(name))).collect();
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observables_have_the_ids_that_the_library_of_oasis_gives_them() {
        let value = |kind, text| Id::observable(kind, &[("value", Part::Text(text))]).to_string();
        let of_four = value("ipv4-addr", "198.51.100.12");
        assert_eq!(of_four, "ipv4-addr--9dbed61f-6185-5f5b-a88a-7eefec40baba");
        let of_six = value("ipv6-addr", "2001:db8::/48");
        assert_eq!(of_six, "ipv6-addr--fbf30ae1-4372-5e04-b2c7-cf5026d1bda4");
        let number = Id::observable("autonomous-system", &[("number", Part::Whole(64500))]);
        assert_eq!(number.to_string(), "autonomous-system--0a5f7072-df00-5729-9f0a-4eb18631a446");
        let user = [("user_id", Part::Text("ac\u{2028}1\"\u{1}é"))];
        let user = Id::observable("user-account", &user).to_string();
        assert_eq!(user, "user-account--9cc723bc-bbe6-5a3c-94a6-3db1c92deb00");
    }

    #[test]
    fn an_object_is_written_as_the_rfc_writes_it() {
        let parts = [
            ("value", Part::Text("\u{8}\t\n\u{c}\r\u{1f}\u{7f}/\\\"\u{2028}é𝄞")),
            ("hashes", Part::Sha256("ab")),
            ("kind", Part::Whole(7)),
        ];
        let expected = "{\"hashes\":{\"SHA-256\":\"ab\"},\"kind\":7,\
                        \"value\":\"\\b\\t\\n\\f\\r\\u001f\u{7f}/\\\\\\\"\u{2028}é𝄞\"}";
        assert_eq!(canonical(&parts), expected);
    }

    #[test]
    fn the_same_thing_has_another_id_in_another_case_and_another_type() {
        let parts = [("name", Part::Text("kim"))];
        let of = |sha256, kind| Id::of_case(namespace(sha256), kind, &parts);
        assert_eq!(of("aa", "identity"), of("aa", "identity"));
        assert_ne!(of("aa", "identity").uuid(), of("ab", "identity").uuid());
        assert_ne!(of("aa", "identity").uuid(), of("aa", "campaign").uuid());
    }
}
