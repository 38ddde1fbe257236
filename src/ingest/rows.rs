//! Shaped records into columns: values that repeat become small integers on the way.

use hashbrown::HashTable;

use crate::model::fingerprint::{CallParts, Fingerprinter};
use crate::model::{
    Call, Caller, Columns, Dimensions, Earlier, Exchange, Fingerprints, MISSING, NO_HASH, Origin,
    Text,
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

/// Entries a worker remembers of one dictionary before it begins anew.
const MOST_REMEMBERED: usize = 1 << 18;

/// Where the entries of one dictionary stand.
#[derive(Default)]
struct Positions {
    table: HashTable<Entry>,
    /// Entries that came with earlier blocks.
    earlier: u32,
}

/// An entry by its fingerprint, and its position.
struct Entry {
    /// Its upper and lower half: one number would have to lie at a multiple of 16 bytes.
    fingerprint: [u64; 2],
    position: u32,
}

/// Builds the columns and the dictionaries of one block after the other.
///
/// Accounts, callers and origins come again in block after block: they keep their positions.
#[derive(Default)]
pub(super) struct RowsBuilder {
    /// Which of the workers this is.
    worker: u32,
    columns: Columns,
    dimensions: Dimensions,
    fingerprints: Fingerprints,
    fingerprinter: Fingerprinter,
    accounts: Positions,
    callers: Positions,
    origins: Positions,
    calls: Positions,
    sessions: Positions,
}

/// What a block has of rows.
pub(super) struct Built {
    pub rows: Columns,
    pub dimensions: Dimensions,
    pub fingerprints: Fingerprints,
    pub earlier: Earlier,
}

impl RowsBuilder {
    /// Of one of the workers, counted from 0.
    pub(super) fn of_worker(worker: u32) -> Self {
        Self { worker, ..Self::default() }
    }

    /// Adds one row.
    pub(super) fn push(&mut self, exchange: &Exchange<'_>, place: Place) {
        let account_id = exchange.account_id.as_str();
        let (keys, places) = (caller_texts(exchange), origin_texts(exchange));
        let parts = call_parts(exchange);
        let session = text(&exchange.session_id);
        // All of them before the first is looked up: so the looks do not wait for one another.
        let maker = &mut self.fingerprinter;
        let of_caller = maker.caller(account_id, keys);
        let of_origin = maker.origin(places);
        let of_call = maker.call(&parts);
        let of_session = session.map(|session| maker.text(session));
        let caller = self.caller(of_caller, account_id, keys);
        let origin = self.origin(of_origin, places);
        let call = self.call(of_call, parts);
        let session = session.zip(of_session).map_or(MISSING, |(session, fingerprint)| {
            intern(&mut self.sessions, &mut self.fingerprints.sessions, fingerprint, || {
                self.dimensions.sessions.push(session);
            })
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
        c.requests.push(narrow(exchange.requests));
        c.cost.push(exchange.cost.unwrap_or(f64::NAN));
        c.prompt_hash.push(exchange.prompt_hash.unwrap_or(NO_HASH));
        c.response_hash.push(exchange.response_hash.unwrap_or(NO_HASH));
        c.reasoning_signature.push(exchange.reasoning_signature.unwrap_or(NO_HASH));
        c.replayed_signature.push(exchange.replayed_signature.unwrap_or(NO_HASH));
        c.request_bytes
            .extend_from_slice(exchange.request_id.as_ref().map_or("", Text::as_str).as_bytes());
        c.request_end.push(c.request_bytes.len() as u32);
    }

    /// The columns and the dictionaries they point into; begins the next block.
    pub(super) fn finish(&mut self) -> Built {
        let earlier = Earlier {
            worker: self.worker,
            accounts: self.accounts.earlier,
            callers: self.callers.earlier,
            origins: self.origins.earlier,
        };
        for positions in [&mut self.accounts, &mut self.callers, &mut self.origins] {
            positions.go_on();
        }
        self.calls.begin_anew();
        self.sessions.begin_anew();
        // The next block is about as long: nothing need be moved while it grows.
        let next = self.columns.of_like_size();
        Built {
            rows: std::mem::replace(&mut self.columns, next),
            dimensions: std::mem::take(&mut self.dimensions),
            fingerprints: std::mem::take(&mut self.fingerprints),
            earlier,
        }
    }

    fn caller(&mut self, fingerprint: u128, account_id: &str, texts: [Option<&str>; 3]) -> u32 {
        let Self { accounts, dimensions, fingerprints, fingerprinter, .. } = self;
        intern(&mut self.callers, &mut fingerprints.callers, fingerprint, || {
            let of_account = fingerprinter.text(account_id);
            let account = intern(accounts, &mut fingerprints.accounts, of_account, || {
                dimensions.accounts.push(account_id.to_owned());
            });
            let [org_id, user_id, api_key_id] = texts.map(own);
            dimensions.callers.push(Caller { account, org_id, user_id, api_key_id });
        })
    }

    fn origin(&mut self, fingerprint: u128, texts: [Option<&str>; 6]) -> u32 {
        intern(&mut self.origins, &mut self.fingerprints.origins, fingerprint, || {
            let [client_ip, asn, country, region, user_agent, device_id] = texts.map(own);
            let origin = Origin { client_ip, asn, country, region, user_agent, device_id };
            self.dimensions.origins.push(origin);
        })
    }

    fn call(&mut self, fingerprint: u128, parts: CallParts<'_>) -> u32 {
        intern(&mut self.calls, &mut self.fingerprints.calls, fingerprint, || {
            let CallParts { kinds, texts, status, max_tokens, temperature, interval_s } = parts;
            let [pathway, endpoint, model, stop_reason, error, tools, system_hash] = texts.map(own);
            self.dimensions.calls.push(Call {
                granularity: kinds.0,
                time_quality: kinds.1,
                time_precision: kinds.2,
                pathway,
                endpoint,
                model,
                status,
                stop_reason,
                error,
                max_tokens,
                temperature,
                tools,
                system_hash,
                interval_s,
            });
        })
    }
}

/// Organisation, user and key.
fn caller_texts<'a>(e: &'a Exchange<'_>) -> [Option<&'a str>; 3] {
    [text(&e.org_id), text(&e.user_id), text(&e.api_key_id)]
}

fn origin_texts<'a>(e: &'a Exchange<'_>) -> [Option<&'a str>; 6] {
    let origin = [&e.client_ip, &e.asn, &e.country, &e.region, &e.user_agent, &e.device_id];
    origin.map(text)
}

fn call_parts<'a>(e: &'a Exchange<'_>) -> CallParts<'a> {
    let texts =
        [&e.pathway, &e.endpoint, &e.model, &e.stop_reason, &e.error, &e.tools, &e.system_hash];
    CallParts {
        kinds: (e.granularity, e.time_quality, e.time_precision),
        texts: texts.map(text),
        status: e.status,
        // What the case file can hold: signed integers, no NaN.
        max_tokens: e.max_tokens.map(|n| n.min(i64::MAX as u64)),
        temperature: e.temperature.filter(|t| t.is_finite()),
        interval_s: e.interval_s,
    }
}

fn text<'a>(value: &'a Option<Text<'_>>) -> Option<&'a str> {
    value.as_ref().map(Text::as_str)
}

fn own(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

/// `MISSING` is the largest `u32`, so the largest value kept is one below it; readers reject
/// larger counts before they come here.
fn narrow(value: Option<u64>) -> u32 {
    value.map_or(MISSING, |v| v.min(u64::from(MISSING - 1)) as u32)
}

impl Positions {
    /// Begins the next block, in which all entries keep their positions.
    fn go_on(&mut self) {
        if self.table.len() > MOST_REMEMBERED {
            self.begin_anew();
        }
        self.earlier = self.table.len() as u32;
    }

    /// Begins the next block and remembers nothing.
    fn begin_anew(&mut self) {
        self.table.clear();
    }
}

/// The position of the entry with this fingerprint; it is added where no block had it.
#[inline]
fn intern(
    positions: &mut Positions,
    fingerprints: &mut Vec<u128>,
    fingerprint: u128,
    add: impl FnOnce(),
) -> u32 {
    let key = [(fingerprint >> 64) as u64, fingerprint as u64];
    let found = positions.table.entry(
        key[0],
        |entry| entry.fingerprint == key,
        |entry| entry.fingerprint[0],
    );
    match found {
        hashbrown::hash_table::Entry::Occupied(entry) => entry.get().position,
        hashbrown::hash_table::Entry::Vacant(entry) => {
            let position = positions.earlier + fingerprints.len() as u32;
            entry.insert(Entry { fingerprint: key, position });
            fingerprints.push(fingerprint);
            add();
            position
        }
    }
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
        let Built { rows: columns, dimensions, fingerprints, .. } = rows.finish();
        assert_eq!(fingerprints, Fingerprints::of(&dimensions));
        assert_eq!(columns.caller, [0, 1, 0, 0]);
        assert_eq!(columns.call, [0, 0, 0, 1]);
        assert_eq!(dimensions.accounts, ["a", "b"]);
        assert_eq!(dimensions.calls[1].model, None);
    }

    #[test]
    fn what_came_with_an_earlier_block_keeps_its_position() {
        let mut rows = RowsBuilder::of_worker(3);
        rows.push(&exchange("a", None), PLACE);
        let first = rows.finish();
        rows.push(&exchange("b", None), PLACE);
        rows.push(&exchange("a", None), PLACE);
        rows.push(&exchange("b", None), PLACE);
        let second = rows.finish();
        assert_eq!(first.earlier, Earlier { worker: 3, ..Earlier::default() });
        assert_eq!(second.earlier, Earlier { worker: 3, accounts: 1, callers: 1, origins: 1 });
        assert_eq!((&first.rows.caller[..], &second.rows.caller[..]), (&[0][..], &[1, 0, 1][..]));
        assert_eq!(
            (&first.dimensions.accounts[..], &second.dimensions.accounts[..]),
            (&["a".to_owned()][..], &["b".to_owned()][..])
        );
        assert_eq!(second.dimensions.callers, [Caller { account: 1, ..Caller::default() }]);
        assert_eq!(second.dimensions.origins, []);
        // Calls are spelt out in every block.
        assert_eq!(first.dimensions.calls, second.dimensions.calls);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let mut positions = Positions::default();
        let mut fingerprints = Vec::new();
        for n in 0..=MOST_REMEMBERED as u128 {
            intern(&mut positions, &mut fingerprints, n << 64, || ());
        }
        positions.go_on();
        assert_eq!(positions.earlier, 0);
        let at = intern(&mut positions, &mut Vec::new(), 7, || ());
        assert_eq!(at, 0);
    }

    #[test]
    fn what_a_record_does_not_say_is_missing_not_zero() {
        let mut rows = RowsBuilder::default();
        let zero = Exchange { input_tokens: Some(0), latency_ms: Some(1.5), ..exchange("a", None) };
        rows.push(&zero, PLACE);
        rows.push(&exchange("a", None), PLACE);
        let columns = rows.finish().rows;
        assert_eq!(columns.input_tokens, [0, MISSING]);
        assert_eq!(columns.latency_ms, [2, MISSING]);
        assert_eq!(columns.session, [MISSING, MISSING]);
        assert!(columns.cost[0].is_nan());
        assert_eq!(columns.request_end, [0, 0]);
    }
}
