//! The registry of fields a record can have: import mapping, filter language, data fitness and
//! documentation are all derived from this one table.

use serde::{Deserialize, Serialize};

/// A field of the native log format (`README.md`, native log format).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each field is documented by its row in FIELDS")]
pub enum Field {
    Timestamp,
    RequestId,
    AccountId,
    OrgId,
    UserId,
    ApiKeyId,
    SessionId,
    Pathway,
    Endpoint,
    Model,
    Status,
    StopReason,
    Error,
    InputTokens,
    OutputTokens,
    CachedTokens,
    ReasoningTokens,
    LatencyMs,
    MaxTokens,
    Temperature,
    ClientIp,
    Asn,
    Country,
    Region,
    UserAgent,
    DeviceId,
    Tools,
    Cost,
    SystemHash,
    PromptHash,
    ResponseHash,
    ReasoningSignature,
    ReplayedSignature,
}

/// How a field's values behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A point in time.
    Time,
    /// Text compared for equality, prefix and wildcard.
    Text,
    /// An address, which also understands CIDR ranges.
    Address,
    /// A whole number.
    Integer,
    /// A real number.
    Real,
}

/// The groups of the data-fitness panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldGroup {
    /// Account, organisation, key, session.
    Who,
    /// Time, tokens, latency.
    WhenAndHowMuch,
    /// Address, network, device.
    WhereFrom,
    /// Prompt, model, outcome.
    WhatWasAsked,
}

impl FieldGroup {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Who => "Who",
            Self::WhenAndHowMuch => "When and how much",
            Self::WhereFrom => "Where from",
            Self::WhatWasAsked => "What was asked",
        }
    }
}

/// One row of the registry.
#[derive(Clone, Copy, Debug)]
pub struct FieldDef {
    /// Which field.
    pub field: Field,
    /// Its name in files, filters and SQL.
    pub name: &'static str,
    /// How its values behave.
    pub kind: FieldKind,
    /// Where the data-fitness panel lists it.
    pub group: FieldGroup,
    /// What it holds, with its unit.
    pub doc: &'static str,
}

const fn def(
    field: Field,
    name: &'static str,
    kind: FieldKind,
    group: FieldGroup,
    doc: &'static str,
) -> FieldDef {
    FieldDef { field, name, kind, group, doc }
}

/// Every field, in the order files and tables list them; `FIELDS[f as usize].field == f`.
pub const FIELDS: [FieldDef; 33] = {
    use Field::*;
    use FieldGroup::*;
    use FieldKind::*;
    [
        def(Timestamp, "timestamp", Time, WhenAndHowMuch, "when the call started, UTC"),
        def(RequestId, "request_id", Text, WhatWasAsked, "identifier the source gave the call"),
        def(AccountId, "account_id", Text, Who, "the account that called"),
        def(OrgId, "org_id", Text, Who, "organisation or tenant"),
        def(UserId, "user_id", Text, Who, "end user behind the account"),
        def(ApiKeyId, "api_key_id", Text, Who, "identifier or hash of the key"),
        def(SessionId, "session_id", Text, Who, "session or conversation"),
        def(Pathway, "pathway", Text, WhatWasAsked, "api, console, cloud, aggregator…"),
        def(Endpoint, "endpoint", Text, WhatWasAsked, "operation or URL path"),
        def(Model, "model", Text, WhatWasAsked, "model asked for"),
        def(Status, "status", Integer, WhatWasAsked, "HTTP status"),
        def(StopReason, "stop_reason", Text, WhatWasAsked, "why generation stopped"),
        def(Error, "error", Text, WhatWasAsked, "error code or message"),
        def(
            InputTokens,
            "input_tokens",
            Integer,
            WhenAndHowMuch,
            "input tokens, cached ones included",
        ),
        def(
            OutputTokens,
            "output_tokens",
            Integer,
            WhenAndHowMuch,
            "output tokens, reasoning included",
        ),
        def(
            CachedTokens,
            "cached_tokens",
            Integer,
            WhenAndHowMuch,
            "input tokens read from a cache",
        ),
        def(
            ReasoningTokens,
            "reasoning_tokens",
            Integer,
            WhenAndHowMuch,
            "output tokens spent on reasoning",
        ),
        def(LatencyMs, "latency_ms", Integer, WhenAndHowMuch, "duration of the call, ms"),
        def(MaxTokens, "max_tokens", Integer, WhatWasAsked, "limit on output tokens"),
        def(Temperature, "temperature", Real, WhatWasAsked, "sampling temperature"),
        def(ClientIp, "client_ip", Address, WhereFrom, "address as the log wrote it"),
        def(Asn, "asn", Text, WhereFrom, "autonomous system"),
        def(Country, "country", Text, WhereFrom, "country of the address, as logged"),
        def(Region, "region", Text, WhereFrom, "service region"),
        def(UserAgent, "user_agent", Text, WhereFrom, "user agent"),
        def(DeviceId, "device_id", Text, WhereFrom, "device or TLS fingerprint"),
        def(Tools, "tools", Text, WhatWasAsked, "tools offered, comma separated"),
        def(Cost, "cost", Real, WhenAndHowMuch, "cost as reported"),
        def(SystemHash, "system_hash", Text, WhatWasAsked, "fingerprint of the system prompt"),
        def(PromptHash, "prompt_hash", Text, WhatWasAsked, "fingerprint of the prompt"),
        def(ResponseHash, "response_hash", Text, WhatWasAsked, "fingerprint of the response"),
        def(
            ReasoningSignature,
            "reasoning_signature",
            Text,
            WhatWasAsked,
            "reasoning block issued",
        ),
        def(
            ReplayedSignature,
            "replayed_signature",
            Text,
            WhatWasAsked,
            "reasoning block submitted",
        ),
    ]
};

impl Field {
    /// Its row in the registry.
    pub fn def(self) -> &'static FieldDef {
        &FIELDS[self as usize]
    }

    /// Its name in files, filters and SQL.
    pub fn name(self) -> &'static str {
        self.def().name
    }

    /// The field of that name.
    pub fn parse(name: &str) -> Option<Self> {
        FIELDS.iter().find(|d| d.name == name).map(|d| d.field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_ordered_as_the_enum_and_names_are_unique() {
        for (i, def) in FIELDS.iter().enumerate() {
            assert_eq!(def.field as usize, i);
            assert_eq!(Field::parse(def.name), Some(def.field));
        }
    }
}
