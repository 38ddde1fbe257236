//! One row with its values looked up.

use std::borrow::Cow;

use super::Index;
use super::attribute::{Dimension, dimension_of};
use crate::model::{
    Call, Caller, Field, Granularity, MISSING, NO_HASH, Origin, Time, TimePrecision, TimeQuality,
};

/// One record of the index. Missing values are `None`, never zero.
#[derive(Clone, Copy, Debug)]
pub struct RowView<'a> {
    index: &'a Index,
    row: u32,
}

/// A value of a column that may be empty.
fn known(column: &[u32], row: usize) -> Option<u32> {
    column.get(row).copied().filter(|v| *v != MISSING)
}

fn known_hash(column: &[u64], row: usize) -> Option<u64> {
    column.get(row).copied().filter(|v| *v != NO_HASH)
}

impl<'a> RowView<'a> {
    pub(super) fn new(index: &'a Index, row: u32) -> Self {
        Self { index, row }
    }

    fn at_row(&self) -> usize {
        self.row as usize
    }

    /// Its position in the index.
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Its event id in the case file.
    pub fn event_id(&self) -> u64 {
        self.index.event_id(self.row)
    }

    /// The template of its prompt, or [`FREE_TEXT`]; `None` without a prompt, or where nobody has
    /// looked for templates.
    ///
    /// [`FREE_TEXT`]: crate::model::FREE_TEXT
    pub fn template(&self) -> Option<u32> {
        self.index.templates().of(self.row)
    }

    /// The source it was read from.
    pub fn source_id(&self) -> u32 {
        self.index.source_id(self.row)
    }

    /// When; `None` where its record has no time.
    pub fn at(&self) -> Option<Time> {
        self.index.at(self.row)
    }

    /// Who called.
    pub fn caller(&self) -> &'a Caller {
        &self.index.dimensions.callers[self.index.columns.caller[self.at_row()] as usize]
    }

    /// Where from.
    pub fn origin(&self) -> &'a Origin {
        &self.index.dimensions.origins[self.index.columns.origin[self.at_row()] as usize]
    }

    /// What kind of call.
    pub fn call(&self) -> &'a Call {
        &self.index.dimensions.calls[self.index.columns.call[self.at_row()] as usize]
    }

    /// Position of the account.
    pub fn account_position(&self) -> u32 {
        self.caller().account
    }

    /// Account id.
    pub fn account(&self) -> &'a str {
        &self.index.accounts()[self.account_position() as usize]
    }

    /// Organisation.
    pub fn org(&self) -> Option<&'a str> {
        self.caller().org_id.as_deref()
    }

    /// End user.
    pub fn user(&self) -> Option<&'a str> {
        self.caller().user_id.as_deref()
    }

    /// Key.
    pub fn api_key(&self) -> Option<&'a str> {
        self.caller().api_key_id.as_deref()
    }

    /// Session.
    pub fn session(&self) -> Option<&'a str> {
        let session = known(&self.index.columns.session, self.at_row())?;
        self.index.sessions.text(session)
    }

    /// A number for its session: the same for the same session, and no text is read for it.
    pub fn session_number(&self) -> Option<u32> {
        known(&self.index.columns.session, self.at_row())
    }

    /// Address as the log wrote it.
    pub fn client_ip(&self) -> Option<&'a str> {
        self.origin().client_ip.as_deref()
    }

    /// Autonomous system.
    pub fn asn(&self) -> Option<&'a str> {
        self.origin().asn.as_deref()
    }

    /// Country.
    pub fn country(&self) -> Option<&'a str> {
        self.origin().country.as_deref()
    }

    /// Service region.
    pub fn region(&self) -> Option<&'a str> {
        self.origin().region.as_deref()
    }

    /// User agent.
    pub fn user_agent(&self) -> Option<&'a str> {
        self.origin().user_agent.as_deref()
    }

    /// Device or TLS fingerprint.
    pub fn device(&self) -> Option<&'a str> {
        self.origin().device_id.as_deref()
    }

    /// Exchange, activity or bucket.
    pub fn granularity(&self) -> Granularity {
        self.call().granularity
    }

    /// How the time was obtained.
    pub fn time_quality(&self) -> TimeQuality {
        self.call().time_quality
    }

    /// The unit the time was written in.
    pub fn time_precision(&self) -> TimePrecision {
        self.call().time_precision
    }

    /// Pathway.
    pub fn pathway(&self) -> Option<&'a str> {
        self.call().pathway.as_deref()
    }

    /// Operation.
    pub fn endpoint(&self) -> Option<&'a str> {
        self.call().endpoint.as_deref()
    }

    /// Model.
    pub fn model(&self) -> Option<&'a str> {
        self.call().model.as_deref()
    }

    /// HTTP status.
    pub fn status(&self) -> Option<u32> {
        self.call().status
    }

    /// Why generation stopped.
    pub fn stop_reason(&self) -> Option<&'a str> {
        self.call().stop_reason.as_deref()
    }

    /// Error code or message.
    pub fn error(&self) -> Option<&'a str> {
        self.call().error.as_deref()
    }

    /// Input tokens, cached ones included.
    pub fn input_tokens(&self) -> Option<u32> {
        known(&self.index.columns.input_tokens, self.at_row())
    }

    /// Output tokens, reasoning included.
    pub fn output_tokens(&self) -> Option<u32> {
        known(&self.index.columns.output_tokens, self.at_row())
    }

    /// Input and output tokens: the sum of the known parts, `None` when neither is known.
    pub fn tokens(&self) -> Option<u64> {
        match (self.input_tokens(), self.output_tokens()) {
            (None, None) => None,
            (input, output) => Some(u64::from(input.unwrap_or(0)) + u64::from(output.unwrap_or(0))),
        }
    }

    /// Cached part of the input.
    pub fn cached_tokens(&self) -> Option<u32> {
        known(&self.index.columns.cached_tokens, self.at_row())
    }

    /// Reasoning part of the output.
    pub fn reasoning_tokens(&self) -> Option<u32> {
        known(&self.index.columns.reasoning_tokens, self.at_row())
    }

    /// Duration, ms.
    pub fn latency_ms(&self) -> Option<u32> {
        known(&self.index.columns.latency_ms, self.at_row())
    }

    /// Calls a bucket counts.
    pub fn requests(&self) -> Option<u32> {
        known(&self.index.columns.requests, self.at_row())
    }

    /// Cost as reported.
    pub fn cost(&self) -> Option<f64> {
        self.index.columns.cost.get(self.at_row()).copied().filter(|c| !c.is_nan())
    }

    /// Fingerprint of the prompt.
    pub fn prompt_hash(&self) -> Option<u64> {
        known_hash(&self.index.columns.prompt_hash, self.at_row())
    }

    /// Fingerprint of the response.
    pub fn response_hash(&self) -> Option<u64> {
        known_hash(&self.index.columns.response_hash, self.at_row())
    }

    /// Fingerprint of the reasoning block issued.
    pub fn reasoning_signature(&self) -> Option<u64> {
        known_hash(&self.index.columns.reasoning_signature, self.at_row())
    }

    /// Fingerprint of the reasoning block submitted.
    pub fn replayed_signature(&self) -> Option<u64> {
        known_hash(&self.index.columns.replayed_signature, self.at_row())
    }

    /// Identifier the source gave the call, where request ids are loaded.
    pub fn request_id(&self) -> Option<&'a str> {
        let columns = &self.index.columns;
        let at = self.index.order.ordinal(self.row) as usize;
        let end = *columns.request_end.get(at)? as usize;
        let start = if at == 0 { 0 } else { columns.request_end[at - 1] as usize };
        let bytes = columns.request_bytes.get(start..end).filter(|b| !b.is_empty())?;
        std::str::from_utf8(bytes).ok()
    }

    /// The value of any field as files and tables print it; fingerprints as 16 hexadecimal
    /// digits, times as RFC 3339.
    pub fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        if let Some(dimension) = dimension_of(field) {
            return self.index.entry_text(field, self.entry(dimension)?);
        }
        let number = |n: Option<u32>| n.map(|n| Cow::Owned(n.to_string()));
        let hash = |h: Option<u64>| h.map(|h| Cow::Owned(format!("{h:016x}")));
        match field {
            Field::Timestamp => self.at().map(|at| Cow::Owned(at.to_string())),
            Field::RequestId => self.request_id().map(Cow::Borrowed),
            Field::InputTokens => number(self.input_tokens()),
            Field::OutputTokens => number(self.output_tokens()),
            Field::CachedTokens => number(self.cached_tokens()),
            Field::ReasoningTokens => number(self.reasoning_tokens()),
            Field::LatencyMs => number(self.latency_ms()),
            Field::Cost => self.cost().map(|c| Cow::Owned(c.to_string())),
            Field::PromptHash => hash(self.prompt_hash()),
            Field::ResponseHash => hash(self.response_hash()),
            Field::ReasoningSignature => hash(self.reasoning_signature()),
            Field::ReplayedSignature => hash(self.replayed_signature()),
            _ => None,
        }
    }

    /// The dictionary entry the row points at.
    fn entry(&self, dimension: Dimension) -> Option<u32> {
        known(self.index.entries(dimension), self.at_row())
    }
}
