//! Batches of shaped records, column by column: what travels from the readers to the case file
//! and from the case file to the index.

use super::{Dimensions, Fingerprints, Reject};

/// "Not in this record" in every `u32` column.
pub const MISSING: u32 = u32::MAX;
/// "Not in this record" in every fingerprint column; a fingerprint is never 0.
pub const NO_HASH: u64 = 0;

/// The columns of some rows. All vectors have the same length, except `request_bytes`.
///
/// `caller`, `origin`, `call` and `session` are positions in a [`Dimensions`]; `session` may be
/// [`MISSING`]. `cost` is NaN when missing. Times are µs since the Unix
/// epoch, or [`NO_TIME`](super::NO_TIME).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// When, µs; [`NO_TIME`](super::NO_TIME) where the record has none.
    pub at_us: Vec<i64>,
    /// Line in the unpacked source, from 1.
    pub line: Vec<u32>,
    /// Offset of the record in the unpacked source, bytes.
    pub byte_offset: Vec<u64>,
    /// Length of the record, bytes.
    pub byte_length: Vec<u32>,
    /// Who called.
    pub caller: Vec<u32>,
    /// Where from.
    pub origin: Vec<u32>,
    /// What kind of call.
    pub call: Vec<u32>,
    /// Session.
    pub session: Vec<u32>,
    /// Input tokens.
    pub input_tokens: Vec<u32>,
    /// Output tokens.
    pub output_tokens: Vec<u32>,
    /// Cached part of the input.
    pub cached_tokens: Vec<u32>,
    /// Reasoning part of the output.
    pub reasoning_tokens: Vec<u32>,
    /// Duration, ms, rounded.
    pub latency_ms: Vec<u32>,
    /// Calls a bucket counts.
    pub requests: Vec<u32>,
    /// Cost as reported.
    pub cost: Vec<f64>,
    /// Fingerprint of the prompt.
    pub prompt_hash: Vec<u64>,
    /// Fingerprint of the response.
    pub response_hash: Vec<u64>,
    /// Fingerprint of the reasoning block issued.
    pub reasoning_signature: Vec<u64>,
    /// Fingerprint of the reasoning block submitted.
    pub replayed_signature: Vec<u64>,
    /// Request ids, one after the other; row `i` is `request_bytes[request_end[i-1]..request_end[i]]`,
    /// empty when missing.
    pub request_bytes: Vec<u8>,
    /// End of each row's request id in `request_bytes`.
    pub request_end: Vec<u32>,
}

impl Columns {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.at_us.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at_us.is_empty()
    }
}

/// Entries that came with earlier blocks of a worker and keep their positions: the first entry of a
/// block stands behind those counted here. Fewer than came before means that later ones are not
/// pointed to any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Which of the workers of the source, from 0.
    pub worker: u32,
    /// Accounts.
    pub accounts: u32,
    /// Callers.
    pub callers: u32,
    /// Origins.
    pub origins: u32,
}

/// A contiguous slice of an unpacked source, the rows read from it and the records that failed.
///
/// The slices of a source, in order and joined, are exactly its unpacked bytes.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Offset of the slice in the unpacked source, bytes.
    pub first_offset: u64,
    /// Length of the slice, bytes.
    pub byte_length: u64,
    /// The slice, packed by [`super::pack`]; `None` when originals are not kept.
    pub raw: Option<Vec<u8>>,
    /// The rows, in source order; dimension columns point into `dimensions`.
    pub rows: Columns,
    /// Entries that come with this block, behind those `earlier` counts.
    pub dimensions: Dimensions,
    /// The fingerprints of their entries; empty lists when nobody made them, and nothing came
    /// earlier then.
    pub fingerprints: Fingerprints,
    /// Entries of earlier blocks that this one points to.
    pub earlier: Earlier,
    /// Records that could not be read.
    pub rejects: Vec<Reject>,
}
