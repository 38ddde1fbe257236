//! What a bundle uses beyond STIX 2.1 itself, defined as section 7.3 asks, and the markings of
//! section 7.2.1.4. All of it is the same in every bundle.

use serde::Serialize;
use uuid::uuid;

use super::facts::Tlp;
use super::id::Id;

/// When the definitions, and what else is the same in every bundle, were made.
pub const MADE: &str = "2026-11-01T00:00:00.000Z";

/// When the markings were made, as the specification says.
pub const MARKINGS_MADE: &str = "2017-01-20T00:00:00.000Z";

/// The type of an observable: a value that accounts have in common.
pub const SHARED_VALUE: &str = "x-stillwatch-shared-value";

/// The type of an observable: a prompt with slots, which many prompts fill.
pub const PROMPT_TEMPLATE: &str = "x-stillwatch-prompt-template";

const fn extension(uuid: uuid::Uuid) -> Id {
    Id::fixed("extension-definition", uuid)
}

/// The definition of [`SHARED_VALUE`].
pub const SHARED: Id = extension(uuid!("b6039ff3-4d2f-47f5-9eb7-99fe3a097972"));

/// The definition of [`PROMPT_TEMPLATE`].
pub const TEMPLATE: Id = extension(uuid!("37c80597-8d05-41bd-ab28-ef88b9495515"));

/// The definition of properties that other objects have.
pub const MEASURES: Id = extension(uuid!("52a7cc09-2d17-470e-bb68-0bd4fc05d799"));

/// An extension definition.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Definition {
    /// Its id.
    #[serde(skip)]
    pub id: Id,
    name: &'static str,
    description: &'static str,
    schema: &'static str,
    version: &'static str,
    extension_types: [&'static str; 1],
}

/// All of them.
pub const ALL: [Definition; 3] = [
    Definition {
        id: SHARED,
        name: "Stillwatch shared value",
        description: SHARED_ABOUT,
        schema: SHARED_SCHEMA,
        version: "1.0.0",
        extension_types: ["new-sco"],
    },
    Definition {
        id: TEMPLATE,
        name: "Stillwatch prompt template",
        description: TEMPLATE_ABOUT,
        schema: TEMPLATE_SCHEMA,
        version: "1.0.0",
        extension_types: ["new-sco"],
    },
    Definition {
        id: MEASURES,
        name: "Stillwatch measures",
        description: MEASURES_ABOUT,
        schema: MEASURES_SCHEMA,
        version: "1.0.0",
        extension_types: ["property-extension"],
    },
];

const SHARED_ABOUT: &str = "A value that several accounts have in common and that STIX has no \
observable for: a device, a client build, a mail domain; of payments and phone prefixes the hash \
alone.";

const SHARED_SCHEMA: &str = "Type: x-stillwatch-shared-value. Properties: kind (string, \
required), what kind of value it is. value (string), the value, or what is shown of it. hashes \
(hashes), in place of it: SHA-256 of its UTF-8, or of a salt and it. within (string), where the \
value means nothing outside one case: SHA-256 of that case, hex. place (integer), with within: \
which of the values that read alike, from 0. One of value and hashes is there. ID contributing \
properties: kind, value, hashes, within, place.";

const TEMPLATE_ABOUT: &str = "What prompts of several requests have in common when what differs \
between them is replaced by slots.";

const TEMPLATE_SCHEMA: &str = "Type: x-stillwatch-prompt-template. Properties: hashes (hashes, \
required), SHA-256 of the UTF-8 of the whole template, slots included. text (string), the \
template, parts of it possibly covered. ID contributing properties: hashes.";

const MEASURES_ABOUT: &str = "Numbers and words that Stillwatch says of accounts, clusters, ties \
and findings and that STIX has no property for. Whether one was counted, inferred or judged is \
the label of the object that has it; on an observable it was counted.";

const MEASURES_SCHEMA: &str = "All properties are optional. On user-account: org_id (string), the \
organisation; is_pseudonym (boolean), whether the id stands for another one. On campaign and grouping: level \
(string: none, indicative, probable, strong), how far the evidence carries; coordination and \
harvesting (float, 0 to 1), scores that rank and are no probabilities; not_excluded (list of \
string), innocent explanations that are not excluded. On relationship: membership (string: core, \
fringe, doubtful), how firmly an account belongs to a cluster; link_kind (string), what kind of \
tie; weight_nats (float), what it says of two accounts, in nats. On note: weight_nats; is_gateway \
(boolean), whether many stand behind a value; accounts (integer), how many have it; finding \
(integer), the number of the finding; detector (string), which one; level, of whom it is about; \
statistic (float), the number that is compared with the threshold; p_value (float, 0 to 1), how \
likely chance gives this or more; evidence_rows (integer), records cited; events (integer), \
records counted. On indicator: template (integer), its number in the case; accounts and events \
(integer), of the whole case, that have it. On opinion: verdict (string: suspicious, watch, cleared); account_ref \
(identifier), the account it is on.";

/// A marking.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Marking {
    name: &'static str,
    definition_type: &'static str,
    definition: Colour,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Colour {
    tlp: &'static str,
}

/// The marking of how far something may be passed on, and its id.
pub fn marking(tlp: Tlp) -> (Id, Marking) {
    let (uuid, name, tlp) = match tlp {
        Tlp::White => (uuid!("613f2e26-407d-48c7-9eca-b8e91df99dc9"), "TLP:WHITE", "white"),
        Tlp::Green => (uuid!("34098fce-860f-48ae-8e50-ebd3cc5e41da"), "TLP:GREEN", "green"),
        Tlp::Amber => (uuid!("f88d31f6-486f-44da-b317-01333bde0b82"), "TLP:AMBER", "amber"),
        Tlp::Red => (uuid!("5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), "TLP:RED", "red"),
    };
    let marking = Marking { name, definition_type: "tlp", definition: Colour { tlp } };
    (Id::fixed("marking-definition", uuid), marking)
}

#[cfg(test)]
mod tests {
    use super::super::object::Measures;
    use super::*;

    #[test]
    fn every_property_of_ours_is_defined() {
        let all = Measures {
            org_id: Some(""),
            is_pseudonym: Some(true),
            level: Some(""),
            coordination: Some(0.0),
            harvesting: Some(0.0),
            not_excluded: vec![""],
            membership: Some(""),
            link_kind: Some(""),
            weight_nats: Some(0.0),
            is_gateway: Some(true),
            finding: Some(0),
            detector: Some(""),
            statistic: Some(0.0),
            p_value: Some(0.0),
            evidence_rows: Some(0),
            template: Some(0),
            accounts: Some(0),
            events: Some(0),
            verdict: Some(""),
            account_ref: Some(MEASURES),
        };
        let json = serde_json::to_value(all).unwrap();
        for name in json.as_object().unwrap().keys() {
            let words = MEASURES_SCHEMA.split(|c: char| !c.is_ascii_lowercase() && c != '_');
            assert!(words.into_iter().any(|word| word == name), "{name}");
        }
    }
}
