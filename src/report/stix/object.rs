//! The objects of a bundle, as they are written. What is empty or unknown is left out: STIX 2.1 has
//! neither empty lists nor null.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::definition;
use super::id::Id;

/// The greatest whole number that STIX 2.1 has, section 2.10.
const MOST: u64 = (1 << 53) - 1;

/// Properties that objects have in common: section 3.2.
#[derive(Clone, Debug, Serialize)]
pub struct Head<'a> {
    /// The type, which the id begins with.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The version of STIX.
    pub spec_version: &'static str,
    /// The id.
    pub id: Id,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by_ref: Option<Id>,
    /// When it was first said; an observable has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<&'a str>,
    /// When it was last said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<&'a str>,
    /// Labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<&'a str>,
    /// How sure, 0…100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// What it refers to outside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<Reference<'a>>,
    /// How far it may be passed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_marking_refs: Option<[Id; 1]>,
    /// What STIX has no property for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Extension<'a>>,
}

impl Head<'_> {
    /// With an id and nothing else.
    pub fn bare(id: Id) -> Self {
        Self {
            kind: id.kind(),
            spec_version: "2.1",
            id,
            created_by_ref: None,
            created: None,
            modified: None,
            labels: Vec::new(),
            confidence: None,
            external_references: Vec::new(),
            object_marking_refs: None,
            extensions: None,
        }
    }
}

/// Something outside the bundle: section 2.5.
#[derive(Clone, Debug, Serialize)]
pub struct Reference<'a> {
    /// Where it is listed.
    pub source_name: &'static str,
    /// What it is called there.
    pub external_id: &'a str,
    /// Where it is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What an object has by an extension: section 7.3.
#[derive(Clone, Debug)]
pub enum Extension<'a> {
    /// That it is an observable of a type that the definition introduces.
    Observable(Id),
    /// Properties that STIX has no place for.
    Measures(Box<Measures<'a>>),
}

impl Serialize for Extension<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Typed<T> {
            extension_type: &'static str,
            #[serde(flatten)]
            of: T,
        }
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Observable(definition) => {
                #[derive(Serialize)]
                struct Nothing {}
                map.serialize_entry(
                    definition,
                    &Typed { extension_type: "new-sco", of: Nothing {} },
                )?;
            }
            Self::Measures(of) => {
                let typed = Typed { extension_type: "property-extension", of };
                map.serialize_entry(&definition::MEASURES, &typed)?;
            }
        }
        map.end()
    }
}

/// The properties of [`definition::MEASURES`], which says what they mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the definition says it, in the bundle itself")]
pub struct Measures<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pseudonym: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordination: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harvesting: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_excluded: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_nats: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_gateway: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_ref: Option<Id>,
}

/// A number that JSON has; none of what is no number.
pub fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// A whole number, at most the greatest that STIX has.
pub fn whole(number: u64) -> Option<u64> {
    Some(number.min(MOST))
}

/// A text that says something.
pub fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The hashes of something: section 2.7.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Hashes<'a> {
    /// Lower-case hex.
    #[serde(rename = "SHA-256")]
    pub sha256: &'a str,
}

/// Properties of `user-account`.
#[derive(Debug, Serialize)]
pub struct UserAccount<'a> {
    /// Its id.
    pub user_id: &'a str,
    /// What it is called here, where that is not its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<&'a str>,
}

/// Properties of `observed-data`.
#[derive(Debug, Serialize)]
pub struct ObservedData<'a> {
    /// The first time.
    pub first_observed: &'a str,
    /// The last time.
    pub last_observed: &'a str,
    /// How often, 1…999,999,999.
    pub number_observed: u64,
    /// What.
    pub object_refs: [Id; 1],
}

/// Properties of `ipv4-addr` and `ipv6-addr`.
#[derive(Debug, Serialize)]
pub struct Addr<'a> {
    /// As CIDR writes it.
    pub value: &'a str,
}

/// Properties of `autonomous-system`.
#[derive(Debug, Serialize)]
pub struct AutonomousSystem {
    /// Its number.
    pub number: u32,
}

/// Properties of `x-stillwatch-shared-value`, see [`definition`].
#[derive(Debug, Serialize)]
pub struct SharedValue<'a> {
    /// What kind of value.
    pub kind: &'a str,
    /// The value, where it may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'a str>,
    /// Its hash, where not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashes: Option<Hashes<'a>>,
    /// The case outside which it means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<&'a str>,
    /// Which of those that read alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u64>,
}

/// Properties of `x-stillwatch-prompt-template`, see [`definition`].
#[derive(Debug, Serialize)]
pub struct PromptTemplate<'a> {
    /// Its hash.
    pub hashes: Hashes<'a>,
    /// Its text, as far as it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}

/// Properties of `identity`, `attack-pattern` and `campaign`.
#[derive(Debug, Default, Serialize)]
pub struct Named<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// What kind of identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_class: Option<&'static str>,
    /// When it was first seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<&'a str>,
    /// When it was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<&'a str>,
}

/// Properties of `grouping`.
#[derive(Debug, Serialize)]
pub struct Grouping<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// What its objects have in common, in the words of section 10.5.
    pub context: &'static str,
    /// What is in it.
    pub object_refs: Vec<Id>,
}

/// Properties of `indicator`.
#[derive(Debug, Serialize)]
pub struct Indicator<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is said of it.
    pub description: &'a str,
    /// What it is a sign of.
    pub indicator_types: [&'static str; 1],
    /// What to look for.
    pub pattern: &'a str,
    /// The language of the pattern.
    pub pattern_type: &'static str,
    /// Its version.
    pub pattern_version: &'static str,
    /// From when on it holds.
    pub valid_from: &'a str,
}

/// Properties of `relationship`.
#[derive(Debug, Serialize)]
pub struct Relationship<'a> {
    /// What kind.
    pub relationship_type: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// From what.
    pub source_ref: Id,
    /// To what.
    pub target_ref: Id,
}

/// Properties of `note`.
#[derive(Debug, Serialize)]
pub struct Remark<'a> {
    /// In short.
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    pub abstract_: Option<&'a str>,
    /// What it says.
    pub content: &'a str,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<[&'a str; 1]>,
    /// Of what.
    pub object_refs: [Id; 1],
}

/// Properties of `opinion`.
#[derive(Debug, Serialize)]
pub struct Opinion<'a> {
    /// How far it agrees.
    pub opinion: &'static str,
    /// Why.
    pub explanation: &'a str,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<[&'a str; 1]>,
    /// With what.
    pub object_refs: [Id; 1],
}

/// Properties of `report`.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is said of it.
    pub description: &'a str,
    /// What it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub report_types: Vec<&'static str>,
    /// When it was passed on.
    pub published: &'a str,
    /// What it holds.
    pub object_refs: &'a [Id],
}
