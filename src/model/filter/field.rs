//! The fields a filter can name: parsing, suggestions, help and sentences all come from this
//! one table.

use crate::model::{Field, nearest};

/// Something a filter can ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterField {
    /// A field of the record.
    Record(Field),
    /// Input and output tokens together: the sum of the known parts.
    Tokens,
    /// Calls a usage bucket counts.
    Requests,
    /// Hour of the day, UTC.
    Hour,
    /// Day of the week, UTC.
    Weekday,
    /// Exchange, activity or bucket.
    Kind,
    /// The template of the prompt, by number.
    Template,
    /// Id of the imported source.
    Source,
    /// The analyst's verdict on the account.
    Verdict,
    /// The analyst's tags on the account.
    Tag,
    /// Number of the account's cluster.
    Cluster,
    /// How far the evidence against the account carries.
    Level,
    /// H1 of the account, 0…1.
    Coordination,
    /// H2 of the account, 0…1.
    Harvesting,
    /// How firmly the account belongs to its cluster.
    Membership,
    /// Detectors with a finding about the account.
    Detector,
    /// Findings that cite the record, by number, and in which role.
    Cited,
}

/// How a field's values are written and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Days, times and ranges of them.
    Time,
    /// Text compared exactly, with wildcards: identifiers.
    Id,
    /// Text compared without regard to case, with wildcards.
    Name,
    /// An address or a network.
    Address,
    /// A whole number.
    Integer,
    /// A duration in ms, which also understands `2s`.
    Milliseconds,
    /// A real number.
    Real,
    /// The number of a template, or `free`.
    Template,
    /// A 64-bit fingerprint in hexadecimal.
    Hash,
    /// `exchange`, `activity`, `bucket`.
    Kind,
    /// `suspicious`, `watch`, `cleared`, `none`.
    Verdict,
    /// An hour of the day, 0 to 23.
    Hour,
    /// A day of the week, or several in a row.
    Weekday,
    /// `none`, `indicative`, `probable`, `strong`, which are ordered.
    Level,
    /// `core`, `fringe`, `doubtful`.
    Membership,
}

impl ValueKind {
    /// Whether values are compared without regard to case.
    pub fn ignores_case(self) -> bool {
        matches!(self, Self::Name | Self::Address | Self::Membership)
    }

    /// Whether values are ordered, so that `>` and ranges make sense.
    pub fn is_ordered(self) -> bool {
        use ValueKind::{Hour, Integer, Level, Milliseconds, Real, Time};
        matches!(self, Time | Integer | Milliseconds | Real | Hour | Level)
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct FilterFieldDef {
    /// Which field.
    pub field: FilterField,
    /// Its name as filters print it.
    pub name: &'static str,
    /// Other names that are understood.
    pub aliases: &'static [&'static str],
    /// How values are written.
    pub kind: ValueKind,
    /// The words a sentence uses for it.
    pub noun: &'static str,
    /// An example that parses.
    pub example: &'static str,
}

const fn row(
    field: FilterField,
    name: &'static str,
    aliases: &'static [&'static str],
    kind: ValueKind,
    noun: &'static str,
    example: &'static str,
) -> FilterFieldDef {
    FilterFieldDef { field, name, aliases, kind, noun, example }
}

const fn record(
    field: Field,
    name: &'static str,
    aliases: &'static [&'static str],
    kind: ValueKind,
    noun: &'static str,
    example: &'static str,
) -> FilterFieldDef {
    row(FilterField::Record(field), name, aliases, kind, noun, example)
}

/// Every field, in the order help lists them.
#[rustfmt::skip]
pub const FILTER_FIELDS: [FilterFieldDef; 49] = {
    use Field as F;
    use FilterField as X;
    use ValueKind::*;
    [
        record(F::Timestamp, "time", &["timestamp", "at", "date"], Time, "time", "time:2026-03-01..2026-03-04"),
        row(X::Hour, "hour", &["hours"], Hour, "hour of the day (UTC)", "hour:9..17"),
        row(X::Weekday, "weekday", &["weekdays", "day_of_week"], Weekday, "weekday (UTC)", "weekday:sat,sun"),
        record(F::AccountId, "account", &["account_id", "acct"], Id, "account", "account:ac001*"),
        record(F::OrgId, "org", &["org_id", "organisation", "organization", "tenant"], Id, "organisation", "org:o7"),
        record(F::UserId, "user", &["user_id", "end_user"], Id, "end user", "user:u12"),
        record(F::ApiKeyId, "key", &["api_key_id", "api_key"], Id, "key", "key:k3"),
        record(F::SessionId, "session", &["session_id"], Id, "session", "session:s9"),
        record(F::Model, "model", &[], Name, "model", "model:atlas-4*"),
        record(F::Pathway, "pathway", &[], Name, "pathway", "pathway:api,cloud"),
        record(F::Endpoint, "endpoint", &["operation", "path"], Name, "endpoint", "endpoint:*chat*"),
        row(X::Tokens, "tokens", &["total_tokens"], Integer, "tokens (input and output)", "tokens>1000"),
        record(F::InputTokens, "input", &["input_tokens", "prompt_tokens"], Integer, "input tokens", "input:100..500"),
        record(F::OutputTokens, "output", &["output_tokens", "completion_tokens"], Integer, "output tokens", "output>=2000"),
        record(F::CachedTokens, "cached", &["cached_tokens"], Integer, "cached tokens", "cached>0"),
        record(F::ReasoningTokens, "reasoning", &["reasoning_tokens"], Integer, "reasoning tokens", "reasoning>0"),
        record(F::MaxTokens, "max_tokens", &[], Integer, "token limit", "max_tokens:4096"),
        record(F::LatencyMs, "latency", &["latency_ms", "duration"], Milliseconds, "latency in ms", "latency>2s"),
        record(F::Status, "status", &["http_status"], Integer, "status", "status:200,5xx"),
        record(F::StopReason, "stop", &["stop_reason", "finish_reason"], Name, "stop reason", "stop:max_tokens"),
        record(F::Error, "error", &[], Name, "error", "error:*throttl*"),
        record(F::Temperature, "temperature", &["temp"], Real, "temperature", "temperature:0..0.2"),
        record(F::Cost, "cost", &[], Real, "cost", "cost>0.5"),
        record(F::ClientIp, "ip", &["client_ip", "address", "source_ip", "network", "subnet"], Address, "address", "ip:10.0.0.0/8"),
        record(F::Asn, "asn", &["autonomous_system"], Name, "autonomous system", "asn:AS64500"),
        record(F::Country, "country", &[], Name, "country", "country:SG,absent"),
        record(F::Region, "region", &[], Name, "region", "region:eu-*"),
        record(F::UserAgent, "ua", &["user_agent", "agent"], Name, "user agent", "ua:python*"),
        record(F::DeviceId, "device", &["device_id"], Id, "device", "device:absent"),
        record(F::Tools, "tools", &["tool"], Name, "tools", "tools:*search*"),
        record(F::RequestId, "request", &["request_id"], Id, "request id", "request:req-17"),
        record(F::SystemHash, "system", &["system_hash", "system_prompt"], Id, "system prompt", "system:absent"),
        record(F::PromptHash, "prompt", &["prompt_hash"], Hash, "prompt fingerprint", "prompt:00c0ffee00c0ffee"),
        record(F::ResponseHash, "response", &["response_hash"], Hash, "response fingerprint", "response:absent"),
        record(F::ReasoningSignature, "signature", &["reasoning_signature"], Hash, "reasoning signature", "signature:absent"),
        record(F::ReplayedSignature, "replayed", &["replayed_signature"], Hash, "replayed signature", "-replayed:absent"),
        row(X::Requests, "requests", &[], Integer, "calls counted", "requests>100"),
        row(X::Kind, "kind", &["granularity"], Kind, "kind", "kind:activity"),
        row(X::Template, "template", &["template_id"], Template, "prompt template", "template:17"),
        row(X::Source, "source", &["source_id"], Integer, "source", "source:1"),
        row(X::Verdict, "verdict", &[], Verdict, "verdict", "verdict:suspicious"),
        row(X::Tag, "tag", &["tags"], Name, "tag", "tag:proxy_pool"),
        row(X::Cluster, "cluster", &["clusters"], Integer, "cluster", "cluster:3"),
        row(X::Level, "level", &["levels"], Level, "level of evidence", "level:>=probable"),
        row(X::Coordination, "coordination", &["h1"], Real, "coordination score", "coordination>0.5"),
        row(X::Harvesting, "harvesting", &["h2"], Real, "harvesting score", "harvesting>0.5"),
        row(X::Membership, "membership", &[], Membership, "membership", "membership:core"),
        row(X::Detector, "detector", &["detectors"], Name, "detector", "detector:D20"),
        row(X::Cited, "cited", &["finding"], Name, "finding that cites it", "cited:12"),
    ]
};

impl FilterField {
    /// Its row in the table.
    pub fn def(self) -> &'static FilterFieldDef {
        FILTER_FIELDS
            .iter()
            .find(|d| d.field == self)
            .expect("a test holds that every field has a row")
    }

    /// Whether it is about what detectors concluded of an account.
    pub fn is_concluded(self) -> bool {
        use FilterField::{Cluster, Coordination, Detector, Harvesting, Level, Membership};
        matches!(self, Cluster | Level | Coordination | Harvesting | Membership | Detector)
    }

    /// Its name as filters print it.
    pub fn name(self) -> &'static str {
        self.def().name
    }

    /// The field of that name or alias, without regard to case.
    pub fn parse(name: &str) -> Option<Self> {
        let same = |other: &&str| other.eq_ignore_ascii_case(name);
        FILTER_FIELDS.iter().find(|d| same(&d.name) || d.aliases.iter().any(same)).map(|d| d.field)
    }

    /// The known name nearest to a mistyped one, if any is near.
    pub(super) fn nearest(name: &str) -> Option<&'static str> {
        let all = FILTER_FIELDS.iter().flat_map(|d| d.aliases.iter().chain([&d.name]));
        nearest(&name.to_ascii_lowercase(), all.copied())
    }
}

impl From<Field> for FilterField {
    fn from(field: Field) -> Self {
        Self::Record(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FIELDS;

    #[test]
    fn every_record_field_can_be_filtered_and_names_are_unique() {
        for def in &FIELDS {
            assert_eq!(FilterField::Record(def.field).def().field, def.field.into());
            assert_eq!(FilterField::parse(def.name), Some(def.field.into()), "{}", def.name);
        }
        let mut names: Vec<&str> =
            FILTER_FIELDS.iter().flat_map(|d| d.aliases.iter().chain([&d.name])).copied().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_example_of_every_field_is_a_filter_on_that_field() {
        for def in &FILTER_FIELDS {
            let filter = crate::model::Filter::parse(def.example).expect(def.example);
            assert!(filter.to_string().contains(def.name), "{} became {filter}", def.example);
        }
    }

    #[test]
    fn a_mistyped_name_finds_its_neighbour_and_nonsense_does_not() {
        assert_eq!(FilterField::nearest("modle"), Some("model"));
        assert_eq!(FilterField::nearest("acount"), Some("account"));
        assert_eq!(FilterField::nearest("https"), None);
    }
}
