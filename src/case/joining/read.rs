//! Reading what the rules ask of rows: keys of all rows of some stretches, and the facts of few.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

use super::likely::{Likely, unit_us};
use super::rules::{Facts, SHORTEST_ID, Said, UNNAMED, is_counted};
use crate::job::Progress;
use crate::model::{
    Call, Columns, Dimensions, Granularity, MISSING, NO_HASH, Origin, SourceInfo, TimeSpan,
};
use crate::store::{CaseFile, StoreError};

/// A source as the pass sees it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its id, and its events.
    pub events: (u32, Range<u64>),
    /// Position of its format among those of the case.
    pub format: u32,
    /// First and one-past-last time, where any event has one.
    pub span: Option<TimeSpan>,
    /// Its last events: those without a time.
    pub untimed: Range<u64>,
    /// Whether any event has a request id.
    pub has_ids: bool,
    pub repeats: u64,
    /// Whether pairs were never looked for in it.
    pub new: bool,
}

/// The sources of a case, in the order of their events.
pub(super) struct Sources<'c> {
    pub file: &'c CaseFile,
    pub all: Vec<Source>,
    infos: Vec<SourceInfo>,
}

/// What is the same for all rows of a case.
pub(super) struct Reader<'c> {
    pub sources: Sources<'c>,
    dimensions: Dimensions,
    /// By entry of the dictionaries: equal for equal models, for equal keys.
    models: Vec<u32>,
    keys: Vec<u32>,
    /// By entry of the dictionaries: accounts, and callers by what they are compared by. Where a
    /// log names no account, its file's name stands there: two exports of it differ in that alone.
    accounts: Vec<u32>,
    callers: Vec<u32>,
    /// Nobody can prepare a log whose rows collide.
    seed: u64,
}

/// Whom rows of two systems are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Account,
    Key,
}

impl<'c> Sources<'c> {
    /// Those of a case in whose events up to `done` pairs were looked for.
    pub fn of(file: &'c CaseFile, done: u64) -> Result<Self, StoreError> {
        let infos = file.sources()?;
        let mut formats: Vec<&str> = infos.iter().map(|info| info.format.as_str()).collect();
        formats.sort_unstable();
        formats.dedup();
        let of = |events: (u32, Range<u64>)| {
            let info = infos.iter().find(|info| info.id == events.0)?;
            let format = formats.binary_search(&info.format.as_str()).ok()? as u32;
            let new = events.1.start > done;
            let end = events.1.end;
            Some(Source {
                format,
                span: info.span,
                untimed: end.saturating_sub(info.without_time).max(events.1.start)..end,
                has_ids: info.request_ids > 0,
                repeats: info.repeats,
                new,
                events,
            })
        };
        let all = file.events_of_sources()?.into_iter().filter_map(of).collect();
        Ok(Self { file, all, infos })
    }

    /// The events of a source from one time to another, both included.
    pub fn events_between(
        &self,
        source: usize,
        from: i64,
        to: i64,
    ) -> Result<Range<u64>, StoreError> {
        let events = self.all[source].events.1.clone();
        let at = |us| crate::model::Time(us);
        let start = self.file.first_event_at(events.clone(), at(from))?;
        Ok(start..self.file.first_event_at(start..events.end, at(to.saturating_add(1)))?)
    }
}

impl<'c> Reader<'c> {
    pub fn new(sources: Sources<'c>) -> Result<Self, StoreError> {
        let dimensions = sources.file.dimensions_but_sessions()?;
        let stand_ins = crate::case::stand_ins(&sources.infos);
        let account = |(id, at)| if stand_ins.contains(id) { UNNAMED } else { at };
        let accounts: Vec<u32> = dimensions.accounts.iter().zip(0..).map(account).collect();
        Ok(Self {
            sources,
            models: numbered(dimensions.calls.iter().map(|c| c.model.as_deref().map(plain_model))),
            keys: numbered(dimensions.callers.iter().map(|c| c.api_key_id.clone())),
            callers: callers(&dimensions, &accounts),
            accounts,
            dimensions,
            seed: RandomState::new().hash_one("joins"),
        })
    }

    /// A keyed hash of some bytes.
    pub fn hash(&self, bytes: &[u8]) -> u128 {
        xxh3_128_with_seed(bytes, self.seed)
    }

    /// Whether any caller has a key.
    pub fn has_keys(&self) -> bool {
        self.keys.iter().any(|key| *key != MISSING)
    }

    /// Position of the source of an event.
    pub fn source_of(&self, event: u64) -> usize {
        self.sources.all.partition_point(|s| s.events.1.start <= event).saturating_sub(1)
    }

    /// Calls `each` with key and event of every row of a stretch. The lowest bit of a key says
    /// whether it is one of all content, for want of a request id.
    pub fn for_each_key(
        &self,
        source: usize,
        stretch: &Range<u64>,
        progress: &Progress,
        mut each: impl FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        let (events, format) = (&self.sources.all[source].events, self.sources.all[source].format);
        let mut content = Vec::new();
        self.sources.file.for_each_chunk(events, stretch.clone(), |first, columns| {
            progress.check()?;
            progress.advance(columns.len() as u64);
            for (i, event) in (0..columns.len()).zip(first..).filter(|(_, e)| stretch.contains(e)) {
                let id = columns.request_id(i);
                let key = if id.is_empty() {
                    write_content(&mut content, columns, i, format, self.caller(columns, i));
                    xxh3_64_with_seed(&content, self.seed) | 1
                } else {
                    xxh3_64_with_seed(id, self.seed) & !1
                };
                each(key, event);
            }
            Ok(())
        })
    }

    /// The facts of some events, sorted; only chunks that hold one are read.
    pub fn facts(&self, sorted: &[u64], progress: &Progress) -> Result<Vec<Facts>, StoreError> {
        let mut facts = Vec::with_capacity(sorted.len());
        let (mut content, mut at) = (Vec::new(), 0);
        while let Some(&event) = sorted.get(at) {
            progress.check()?;
            let source = self.source_of(event);
            let events = &self.sources.all[source].events;
            self.sources.file.for_each_chunk(events, event..event + 1, |first, columns| {
                let after = first + columns.len() as u64;
                while let Some(&event) = sorted.get(at).filter(|e| **e < after) {
                    let i = (event - first) as usize;
                    let said = self.said(columns, i);
                    facts.push(self.facts_of(source, event, columns, i, &mut content, said));
                    at += 1;
                }
                Ok(())
            })?;
        }
        Ok(facts)
    }

    fn facts_of(
        &self,
        source: usize,
        event: u64,
        c: &Columns,
        i: usize,
        content: &mut Vec<u8>,
        said: Said,
    ) -> Facts {
        let format = self.sources.all[source].format;
        let call = c.call[i] as usize;
        let entry = self.dimensions.calls.get(call);
        let id = c.request_id(i);
        let key = if id.is_empty() {
            write_content(content, c, i, format, self.caller(c, i));
            xxh3_128_with_seed(content, self.seed)
        } else {
            xxh3_128_with_seed(id, self.seed)
        };
        Facts {
            event,
            source: source as u32,
            format,
            at_us: c.at_us[i],
            kind: entry.map_or(Granularity::Exchange, |call| call.granularity),
            account: self.account(c, i),
            caller: c.caller[i],
            origin: c.origin[i],
            call: c.call[i],
            model: self.models.get(call).copied().unwrap_or(MISSING),
            status: entry.and_then(|call| call.status).unwrap_or(MISSING),
            input_tokens: c.input_tokens[i],
            output_tokens: c.output_tokens[i],
            has_prompt: c.prompt_hash[i] != NO_HASH,
            said,
            key,
            has_id: !id.is_empty(),
            joins: id.len() >= SHORTEST_ID,
            counted: is_counted(id),
        }
    }

    /// What a row says beside its facts.
    fn said(&self, c: &Columns, i: usize) -> Said {
        let d = &self.dimensions;
        let who = d.callers.get(c.caller[i] as usize).map_or([false; 3], |who| {
            [who.org_id.is_some(), who.user_id.is_some(), who.api_key_id.is_some()]
        });
        let whence = d.origins.get(c.origin[i] as usize).map_or([false; 6], said_of_origin);
        let call = d.calls.get(c.call[i] as usize).map_or([false; 10], said_of_call);
        let number = |column: &[u32]| column.get(i).copied().unwrap_or(MISSING);
        let numbers = [&c.session, &c.cached_tokens, &c.reasoning_tokens].map(|c| number(c));
        let others = [&c.input_tokens, &c.output_tokens, &c.latency_ms].map(|c| number(c));
        let columns =
            [&c.prompt_hash, &c.response_hash, &c.reasoning_signature, &c.replayed_signature];
        let hashes = columns.map(|column| column.get(i).copied().unwrap_or(NO_HASH));
        let cost = c.cost.get(i).is_some_and(|cost| !cost.is_nan());
        let numbered = numbers.iter().chain(&others).map(|number| *number != MISSING);
        let hashed = hashes.iter().map(|hash| *hash != NO_HASH);
        let all = who.into_iter().chain(whence).chain(call).chain(numbered).chain(hashed);
        let bits = all.chain([cost]).zip(0..);
        Said { numbers, hashes, fields: bits.fold(0, |all, (is, bit)| all | u32::from(is) << bit) }
    }

    /// The account of a row; [`UNNAMED`] where the log names none.
    fn account(&self, c: &Columns, i: usize) -> u32 {
        let caller = self.dimensions.callers.get(c.caller[i] as usize);
        let account = caller.and_then(|caller| self.accounts.get(caller.account as usize));
        account.copied().unwrap_or(MISSING)
    }

    /// The caller of a row, equal for callers of whom the logs say the same.
    fn caller(&self, c: &Columns, i: usize) -> u32 {
        self.callers.get(c.caller[i] as usize).copied().unwrap_or(MISSING)
    }

    /// Whether what the dictionaries say of two rows differs in nothing that both state.
    pub fn alike(&self, a: &Facts, b: &Facts) -> bool {
        let d = &self.dimensions;
        let callers = [a, b].map(|row| d.callers.get(row.caller as usize));
        let origins = [a, b].map(|row| d.origins.get(row.origin as usize));
        let calls = [a, b].map(|row| d.calls.get(row.call as usize));
        let ([Some(who), Some(whom)], [Some(here), Some(there)], [Some(one), Some(other)]) =
            (callers, origins, calls)
        else {
            return false;
        };
        agree(&who.org_id, &whom.org_id)
            && agree(&who.user_id, &whom.user_id)
            && agree(&who.api_key_id, &whom.api_key_id)
            && agree(&here.client_ip, &there.client_ip)
            && agree(&here.asn, &there.asn)
            && agree(&here.country, &there.country)
            && agree(&here.region, &there.region)
            && agree(&here.user_agent, &there.user_agent)
            && agree(&here.device_id, &there.device_id)
            && agree(&one.pathway, &other.pathway)
            && agree(&one.endpoint, &other.endpoint)
            && agree(&one.stop_reason, &other.stop_reason)
            && agree(&one.error, &other.error)
            && agree(&one.max_tokens, &other.max_tokens)
            && agree(&one.temperature, &other.temperature)
            && agree(&one.tools, &other.tools)
            && agree(&one.system_hash, &other.system_hash)
    }

    /// Calls `each` with every row of a stretch that may have a counterpart in another system.
    pub fn for_each_likely(
        &self,
        source: usize,
        stretch: &Range<u64>,
        who: Who,
        progress: &Progress,
        mut each: impl FnMut(Likely),
    ) -> Result<(), StoreError> {
        let (events, mut content) = (&self.sources.all[source].events, Vec::new());
        self.sources.file.for_each_chunk(events, stretch.clone(), |first, columns| {
            progress.check()?;
            progress.advance(columns.len() as u64);
            for (i, event) in (0..columns.len()).zip(first..).filter(|(_, e)| stretch.contains(e)) {
                let call = self.dimensions.calls.get(columns.call[i] as usize);
                let Some(unit_us) = call.and_then(|call| unit_us(call.time_precision)) else {
                    continue;
                };
                let facts = self.facts_of(source, event, columns, i, &mut content, Said::NOTHING);
                let who = match who {
                    Who::Account => facts.account,
                    Who::Key => {
                        self.keys.get(columns.caller[i] as usize).copied().unwrap_or(MISSING)
                    }
                };
                if who != MISSING && facts.account != UNNAMED && facts.kind != Granularity::Bucket {
                    each(Likely { facts, who, unit_us, latency_ms: columns.latency_ms[i] });
                }
            }
            Ok(())
        })
    }
}

/// Whether two values are equal, as far as both are known.
fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    a.is_none() || b.is_none() || a == b
}

fn said_of_origin(origin: &Origin) -> [bool; 6] {
    [
        origin.client_ip.is_some(),
        origin.asn.is_some(),
        origin.country.is_some(),
        origin.region.is_some(),
        origin.user_agent.is_some(),
        origin.device_id.is_some(),
    ]
}

fn said_of_call(call: &Call) -> [bool; 10] {
    [
        call.pathway.is_some(),
        call.endpoint.is_some(),
        call.model.is_some(),
        call.status.is_some(),
        call.stop_reason.is_some(),
        call.error.is_some(),
        call.max_tokens.is_some(),
        call.temperature.is_some(),
        call.tools.is_some(),
        call.system_hash.is_some(),
    ]
}

/// The first caller of whom the logs say the same, for each.
fn callers(dimensions: &Dimensions, accounts: &[u32]) -> Vec<u32> {
    let mut first = FxHashMap::default();
    let all = dimensions.callers.iter().zip(0..);
    all.map(|(caller, at)| {
        let account = accounts.get(caller.account as usize).copied().unwrap_or(MISSING);
        let said = (account, &caller.org_id, &caller.user_id, &caller.api_key_id);
        *first.entry(said).or_insert(at)
    })
    .collect()
}

/// All that a row says, its format and its caller, so that equal bytes are equal rows.
fn write_content(out: &mut Vec<u8>, c: &Columns, i: usize, format: u32, caller: u32) {
    out.clear();
    out.extend_from_slice(&c.at_us[i].to_le_bytes());
    let numbers = [
        format,
        caller,
        c.origin[i],
        c.call[i],
        c.session[i],
        c.input_tokens[i],
        c.output_tokens[i],
        c.cached_tokens[i],
        c.reasoning_tokens[i],
        c.latency_ms[i],
        c.requests[i],
    ];
    numbers.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    let wide = [
        c.cost[i].to_bits(),
        c.prompt_hash[i],
        c.response_hash[i],
        c.reasoning_signature[i],
        c.replayed_signature[i],
    ];
    wide.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
}

/// A number for each distinct text, [`MISSING`] for none.
fn numbered(texts: impl Iterator<Item = Option<String>>) -> Vec<u32> {
    let mut numbers = FxHashMap::default();
    texts
        .map(|text| {
            let Some(text) = text else { return MISSING };
            let next = numbers.len() as u32;
            *numbers.entry(text).or_insert(next)
        })
        .collect()
}

/// A model's name without the path before it, as in the name of an inference profile.
fn plain_model(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_lowercase()
}
