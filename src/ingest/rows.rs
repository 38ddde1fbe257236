//! Shaped records into columns: values that repeat become small integers on the way.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::model::{
    Call, Caller, Columns, Dimensions, Exchange, Granularity, MISSING, NO_HASH, Origin, Text,
    TimePrecision, TimeQuality,
};

/// Where a record lies, as the row keeps it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Offset in the unpacked source, bytes.
    pub byte_offset: u64,
    /// Length, bytes.
    pub byte_length: u64,
}

/// Builds the columns and the dictionaries of one block.
#[derive(Default)]
pub(super) struct RowsBuilder {
    columns: Columns,
    dimensions: Dimensions,
    accounts: HashTable<u32>,
    callers: HashTable<u32>,
    origins: HashTable<u32>,
    calls: HashTable<u32>,
    sessions: HashTable<u32>,
}

impl RowsBuilder {
    /// Adds one row.
    pub(super) fn push(&mut self, exchange: &Exchange<'_>, place: Place) {
        let caller = self.caller(exchange);
        let origin = self.origin(exchange);
        let call = self.call(exchange);
        let session = exchange.session_id.as_ref().map_or(MISSING, |session| {
            intern_text(&mut self.sessions, &mut self.dimensions.sessions, session.as_str())
        });
        let c = &mut self.columns;
        c.at_us.push(exchange.at.0);
        c.line.push(narrow(Some(place.line)));
        c.byte_offset.push(place.byte_offset);
        c.byte_length.push(narrow(Some(place.byte_length)));
        c.caller.push(caller);
        c.origin.push(origin);
        c.call.push(call);
        c.session.push(session);
        c.input_tokens.push(narrow(exchange.input_tokens));
        c.output_tokens.push(narrow(exchange.output_tokens));
        c.cached_tokens.push(narrow(exchange.cached_tokens));
        c.reasoning_tokens.push(narrow(exchange.reasoning_tokens));
        c.latency_ms.push(narrow(exchange.latency_ms.map(|ms| ms.round() as u64)));
        c.cost.push(exchange.cost.unwrap_or(f64::NAN));
        c.prompt_hash.push(exchange.prompt_hash.unwrap_or(NO_HASH));
        c.response_hash.push(exchange.response_hash.unwrap_or(NO_HASH));
        c.reasoning_signature.push(exchange.reasoning_signature.unwrap_or(NO_HASH));
        c.replayed_signature.push(exchange.replayed_signature.unwrap_or(NO_HASH));
        c.request_bytes
            .extend_from_slice(exchange.request_id.as_ref().map_or("", Text::as_str).as_bytes());
        c.request_end.push(c.request_bytes.len() as u32);
    }

    /// The columns, and the dictionaries they point into.
    pub(super) fn finish(self) -> (Columns, Dimensions) {
        (self.columns, self.dimensions)
    }

    fn caller(&mut self, e: &Exchange<'_>) -> u32 {
        let account =
            intern_text(&mut self.accounts, &mut self.dimensions.accounts, e.account_id.as_str());
        let (org, user, key) = (text(&e.org_id), text(&e.user_id), text(&e.api_key_id));
        intern(
            &mut self.callers,
            &mut self.dimensions.callers,
            hash(&(account, org, user, key)),
            |c| {
                c.account == account
                    && c.org_id.as_deref() == org
                    && c.user_id.as_deref() == user
                    && c.api_key_id.as_deref() == key
            },
            |c| {
                hash(&(
                    c.account,
                    c.org_id.as_deref(),
                    c.user_id.as_deref(),
                    c.api_key_id.as_deref(),
                ))
            },
            || Caller { account, org_id: own(org), user_id: own(user), api_key_id: own(key) },
        )
    }

    fn origin(&mut self, e: &Exchange<'_>) -> u32 {
        let key = [
            text(&e.client_ip),
            text(&e.asn),
            text(&e.country),
            text(&e.region),
            text(&e.user_agent),
            text(&e.device_id),
        ];
        intern(
            &mut self.origins,
            &mut self.dimensions.origins,
            hash(&key),
            |o| origin_key(o) == key,
            |o| hash(&origin_key(o)),
            || {
                let [client_ip, asn, country, region, user_agent, device_id] = key.map(own);
                Origin { client_ip, asn, country, region, user_agent, device_id }
            },
        )
    }

    fn call(&mut self, e: &Exchange<'_>) -> u32 {
        let key = CallKey {
            texts: [
                text(&e.pathway),
                text(&e.endpoint),
                text(&e.model),
                text(&e.stop_reason),
                text(&e.error),
                text(&e.tools),
                text(&e.system_hash),
            ],
            kinds: (e.granularity, e.time_quality, e.time_precision),
            numbers: (e.status, e.max_tokens, e.temperature.map(f64::to_bits)),
        };
        intern(
            &mut self.calls,
            &mut self.dimensions.calls,
            hash(&key),
            |c| call_key(c) == key,
            |c| hash(&call_key(c)),
            || {
                let [pathway, endpoint, model, stop_reason, error, tools, system_hash] =
                    key.texts.map(own);
                Call {
                    granularity: e.granularity,
                    time_quality: e.time_quality,
                    time_precision: e.time_precision,
                    pathway,
                    endpoint,
                    model,
                    status: e.status,
                    stop_reason,
                    error,
                    max_tokens: e.max_tokens,
                    temperature: e.temperature,
                    tools,
                    system_hash,
                }
            },
        )
    }
}

/// A [`Call`] by borrowed parts; the temperature by its bits, so that it can be compared.
#[derive(PartialEq, Eq, Hash)]
struct CallKey<'a> {
    texts: [Option<&'a str>; 7],
    kinds: (Granularity, TimeQuality, TimePrecision),
    numbers: (Option<u32>, Option<u64>, Option<u64>),
}

fn call_key(c: &Call) -> CallKey<'_> {
    CallKey {
        texts: [
            c.pathway.as_deref(),
            c.endpoint.as_deref(),
            c.model.as_deref(),
            c.stop_reason.as_deref(),
            c.error.as_deref(),
            c.tools.as_deref(),
            c.system_hash.as_deref(),
        ],
        kinds: (c.granularity, c.time_quality, c.time_precision),
        numbers: (c.status, c.max_tokens, c.temperature.map(f64::to_bits)),
    }
}

fn origin_key(o: &Origin) -> [Option<&str>; 6] {
    [
        o.client_ip.as_deref(),
        o.asn.as_deref(),
        o.country.as_deref(),
        o.region.as_deref(),
        o.user_agent.as_deref(),
        o.device_id.as_deref(),
    ]
}

fn text<'a>(value: &'a Option<Text<'_>>) -> Option<&'a str> {
    value.as_ref().map(Text::as_str)
}

fn own(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

fn hash(value: &impl Hash) -> u64 {
    FxBuildHasher.hash_one(value)
}

/// `MISSING` is the largest `u32`, so the largest value kept is one below it; readers reject
/// larger counts before they come here.
fn narrow(value: Option<u64>) -> u32 {
    value.map_or(MISSING, |v| v.min(u64::from(MISSING - 1)) as u32)
}

fn intern_text(table: &mut HashTable<u32>, items: &mut Vec<String>, value: &str) -> u32 {
    intern(table, items, hash(&value), |s| s == value, |s| hash(&s.as_str()), || value.to_owned())
}

/// The position of the item for which `same` holds; it is made only when there is none.
fn intern<T>(
    table: &mut HashTable<u32>,
    items: &mut Vec<T>,
    hash: u64,
    same: impl Fn(&T) -> bool,
    rehash: impl Fn(&T) -> u64,
    make: impl FnOnce() -> T,
) -> u32 {
    if let Some(&at) = table.find(hash, |&at| same(&items[at as usize])) {
        return at;
    }
    let at = items.len() as u32;
    items.push(make());
    table.insert_unique(hash, at, |&at| rehash(&items[at as usize]));
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    fn exchange(account: &'static str, model: Option<&'static str>) -> Exchange<'static> {
        Exchange {
            at: Time(5),
            account_id: account.into(),
            model: model.map(Into::into),
            ..Exchange::default()
        }
    }

    const PLACE: Place = Place { line: 3, byte_offset: 70, byte_length: 9 };

    #[test]
    fn values_that_repeat_are_stored_once() {
        let mut rows = RowsBuilder::default();
        for account in ["a", "b", "a"] {
            rows.push(&exchange(account, Some("atlas-4")), PLACE);
        }
        rows.push(&exchange("a", None), PLACE);
        let (columns, dimensions) = rows.finish();
        assert_eq!(columns.caller, [0, 1, 0, 0]);
        assert_eq!(columns.call, [0, 0, 0, 1]);
        assert_eq!(dimensions.accounts, ["a", "b"]);
        assert_eq!(dimensions.calls[1].model, None);
    }

    #[test]
    fn what_a_record_does_not_say_is_missing_not_zero() {
        let mut rows = RowsBuilder::default();
        let zero = Exchange { input_tokens: Some(0), latency_ms: Some(1.5), ..exchange("a", None) };
        rows.push(&zero, PLACE);
        rows.push(&exchange("a", None), PLACE);
        let (columns, _) = rows.finish();
        assert_eq!(columns.input_tokens, [0, MISSING]);
        assert_eq!(columns.latency_ms, [2, MISSING]);
        assert_eq!(columns.session, [MISSING, MISSING]);
        assert!(columns.cost[0].is_nan());
        assert_eq!(columns.request_end, [0, 0]);
    }
}
