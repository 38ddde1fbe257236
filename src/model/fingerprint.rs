//! 128-bit fingerprints of dictionary entries, so that finding an entry again costs one look
//! into one table instead of comparing half a dozen texts.
//!
//! They are keyed by a number drawn when the program starts: nobody can prepare a log whose
//! accounts collide, and a fingerprint means nothing outside this process.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::{Call, Caller, Dimensions, Granularity, Origin, TimePrecision, TimeQuality};

static KEY: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("fingerprint"));

/// The fingerprints of all entries of some dictionaries, position by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprints {
    /// Of [`Dimensions::accounts`].
    pub accounts: Vec<u128>,
    /// Of [`Dimensions::callers`].
    pub callers: Vec<u128>,
    /// Of [`Dimensions::origins`].
    pub origins: Vec<u128>,
    /// Of [`Dimensions::calls`].
    pub calls: Vec<u128>,
    /// Of [`Dimensions::sessions`].
    pub sessions: Vec<u128>,
}

impl Fingerprints {
    /// The fingerprints of `dimensions`. A caller that points at no account counts as having an
    /// account without name.
    pub fn of(dimensions: &Dimensions) -> Self {
        let mut maker = Fingerprinter::default();
        let Dimensions { accounts, callers, origins, calls, sessions } = dimensions;
        let account =
            |caller: &Caller| accounts.get(caller.account as usize).map_or("", String::as_str);
        Self {
            accounts: accounts.iter().map(|account| maker.text(account)).collect(),
            callers: callers.iter().map(|c| maker.caller(account(c), caller_texts(c))).collect(),
            origins: origins.iter().map(|o| maker.origin(origin_texts(o))).collect(),
            calls: calls.iter().map(|c| maker.call(&call_parts(c))).collect(),
            sessions: sessions.iter().map(|session| maker.text(session)).collect(),
        }
    }
}

/// The texts and numbers a [`Call`] consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct CallParts<'a> {
    /// What the record stands for, how its time was obtained, and the unit of its time.
    pub kinds: (Granularity, TimeQuality, TimePrecision),
    /// Pathway, endpoint, model, stop reason, error, tools, system hash.
    pub texts: [Option<&'a str>; 7],
    /// HTTP status.
    pub status: Option<u32>,
    /// Limit on output tokens.
    pub max_tokens: Option<u64>,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Length of a bucket's interval, s.
    pub interval_s: Option<u32>,
}

/// Makes fingerprints; keeps its working memory.
#[derive(Debug, Default)]
pub struct Fingerprinter {
    key: Vec<u8>,
}

impl Fingerprinter {
    /// Of an account or a session.
    pub fn text(&mut self, text: &str) -> u128 {
        xxh3_128_with_seed(text.as_bytes(), *KEY)
    }

    /// Of a caller: its account, then organisation, user and key.
    pub fn caller(&mut self, account: &str, texts: [Option<&str>; 3]) -> u128 {
        self.key.clear();
        push(&mut self.key, Some(account));
        texts.into_iter().for_each(|text| push(&mut self.key, text));
        self.finish()
    }

    /// Of an origin: address, autonomous system, country, region, user agent, device.
    pub fn origin(&mut self, texts: [Option<&str>; 6]) -> u128 {
        self.key.clear();
        texts.into_iter().for_each(|text| push(&mut self.key, text));
        self.finish()
    }

    /// Of a call.
    pub fn call(&mut self, parts: &CallParts<'_>) -> u128 {
        self.key.clear();
        let (granularity, quality, precision) = parts.kinds;
        self.key.extend([granularity as u8, quality as u8, precision as u8]);
        parts.texts.into_iter().for_each(|text| push(&mut self.key, text));
        let numbers = [
            parts.status.map(u64::from),
            parts.max_tokens,
            // Minus zero is zero.
            parts.temperature.map(|number| (number + 0.0).to_bits()),
            parts.interval_s.map(u64::from),
        ];
        for number in numbers {
            self.key.push(u8::from(number.is_some()));
            self.key.extend_from_slice(&number.unwrap_or(0).to_le_bytes());
        }
        self.finish()
    }

    fn finish(&self) -> u128 {
        xxh3_128_with_seed(&self.key, *KEY)
    }
}

/// Writes a text so that no two lists of texts read the same.
fn push(key: &mut Vec<u8>, text: Option<&str>) {
    // One more than the length, so that 0 can stand for a missing text.
    let length = text.map_or(0, |text| text.len() as u32 + 1);
    key.extend_from_slice(&length.to_le_bytes());
    key.extend_from_slice(text.unwrap_or_default().as_bytes());
}

fn caller_texts(c: &Caller) -> [Option<&str>; 3] {
    [c.org_id.as_deref(), c.user_id.as_deref(), c.api_key_id.as_deref()]
}

fn origin_texts(o: &Origin) -> [Option<&str>; 6] {
    [
        o.client_ip.as_deref(),
        o.asn.as_deref(),
        o.country.as_deref(),
        o.region.as_deref(),
        o.user_agent.as_deref(),
        o.device_id.as_deref(),
    ]
}

fn call_parts(c: &Call) -> CallParts<'_> {
    CallParts {
        kinds: (c.granularity, c.time_quality, c.time_precision),
        texts: [
            c.pathway.as_deref(),
            c.endpoint.as_deref(),
            c.model.as_deref(),
            c.stop_reason.as_deref(),
            c.error.as_deref(),
            c.tools.as_deref(),
            c.system_hash.as_deref(),
        ],
        status: c.status,
        max_tokens: c.max_tokens,
        temperature: c.temperature,
        interval_s: c.interval_s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_moved_from_one_field_to_the_next_is_another_entry() {
        let mut maker = Fingerprinter::default();
        let all = [
            maker.caller("a", [Some("b"), None, None]),
            maker.caller("a", [None, Some("b"), None]),
            maker.caller("ab", [None, None, None]),
            maker.caller("a", [Some("b"), Some(""), None]),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|b| a != b));
        }
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_where_the_entry_stands() {
        let caller = |account| Caller { account, ..Caller::default() };
        let dimensions = Dimensions {
            accounts: vec!["x".into(), "y".into(), "x".into()],
            callers: vec![caller(0), caller(1), caller(2)],
            ..Dimensions::default()
        };
        let found = Fingerprints::of(&dimensions);
        assert_eq!(found.callers[0], found.callers[2]);
        assert_ne!(found.callers[0], found.callers[1]);
    }
}
