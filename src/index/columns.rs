//! Joining and sorting the columns of several sources.

use rayon::prelude::*;

use super::build::Run;
use super::order::SourceRun;
use crate::job::{Cancelled, Progress};
use crate::model::{Columns, MISSING, NO_HASH};

/// Puts the sources one after the other. The first source's arrays are reused, so a single
/// source is not copied.
pub(super) fn join(runs: Vec<Run>) -> (Columns, Vec<SourceRun>) {
    let rows = runs.iter().map(|run| run.columns.len()).sum();
    let mut joined = Columns::default();
    let mut source_runs = Vec::with_capacity(runs.len());
    for run in runs {
        let start = joined.len() as u32;
        let end = start + run.columns.len() as u32;
        source_runs.push(SourceRun {
            source_id: run.source_id,
            first_event_id: run.first_event_id,
            ordinals: start..end,
        });
        if start == 0 {
            joined = run.columns;
        } else {
            append(&mut joined, run.columns, rows);
        }
    }
    (joined, source_runs)
}

/// Appends one source. A column that only one of the two has is filled with "missing".
/// `total` is the number of rows there will be in the end, so that nothing is grown twice.
fn append(to: &mut Columns, mut from: Columns, total: usize) {
    let (rows, more) = (to.len(), from.len());
    for required in [&mut to.caller, &mut to.origin, &mut to.call] {
        required.reserve_exact(total - rows);
    }
    to.at_us.reserve_exact(total - rows);
    let size = Size { rows, more, total };
    append_requests(to, &mut from, rows, more);
    let extend_u32 = |to: &mut Vec<u32>, from: Vec<u32>| extend(to, from, size, MISSING);
    extend_u32(&mut to.session, from.session);
    extend_u32(&mut to.input_tokens, from.input_tokens);
    extend_u32(&mut to.output_tokens, from.output_tokens);
    extend_u32(&mut to.cached_tokens, from.cached_tokens);
    extend_u32(&mut to.reasoning_tokens, from.reasoning_tokens);
    extend_u32(&mut to.latency_ms, from.latency_ms);
    extend_u32(&mut to.requests, from.requests);
    extend(&mut to.cost, from.cost, size, f64::NAN);
    let extend_u64 = |to: &mut Vec<u64>, from: Vec<u64>| extend(to, from, size, NO_HASH);
    extend_u64(&mut to.prompt_hash, from.prompt_hash);
    extend_u64(&mut to.response_hash, from.response_hash);
    extend_u64(&mut to.reasoning_signature, from.reasoning_signature);
    extend_u64(&mut to.replayed_signature, from.replayed_signature);
    to.caller.append(&mut from.caller);
    to.origin.append(&mut from.origin);
    to.call.append(&mut from.call);
    to.at_us.append(&mut from.at_us);
}

/// Rows there are, rows that come, rows there will be in the end.
#[derive(Clone, Copy)]
struct Size {
    rows: usize,
    more: usize,
    total: usize,
}

fn extend<T: Copy>(to: &mut Vec<T>, mut from: Vec<T>, size: Size, missing: T) {
    if to.is_empty() && from.is_empty() {
        return;
    }
    to.reserve_exact(size.total - to.len());
    to.resize(size.rows, missing);
    to.append(&mut from);
    to.resize(size.rows + size.more, missing);
}

/// Joins request ids; when their text outgrows its 32-bit offsets, the later ones are dropped
/// (the raw record still shows them).
fn append_requests(to: &mut Columns, from: &mut Columns, rows: usize, more: usize) {
    let base = to.request_bytes.len();
    let fits = u32::try_from(base + from.request_bytes.len()).is_ok();
    if (to.request_end.is_empty() && from.request_end.is_empty()) || !fits {
        if !to.request_end.is_empty() {
            to.request_end.resize(rows + more, base as u32);
        }
        return;
    }
    to.request_end.resize(rows, base as u32);
    to.request_end.extend(from.request_end.iter().map(|end| base as u32 + end));
    to.request_bytes.append(&mut from.request_bytes);
    to.request_end.resize(rows + more, to.request_bytes.len() as u32);
}

/// Frees what says where a record stands in its source: 16 bytes a row that no query reads.
pub(super) fn drop_places(c: &mut Columns) {
    c.line = Vec::new();
    c.byte_offset = Vec::new();
    c.byte_length = Vec::new();
}

/// Frees columns in which every row is missing.
pub(super) fn drop_empty(c: &mut Columns) {
    for column in [
        &mut c.session,
        &mut c.input_tokens,
        &mut c.output_tokens,
        &mut c.cached_tokens,
        &mut c.reasoning_tokens,
        &mut c.latency_ms,
        &mut c.requests,
    ] {
        if column.par_iter().all(|v| *v == MISSING) {
            *column = Vec::new();
        }
    }
    for column in [
        &mut c.prompt_hash,
        &mut c.response_hash,
        &mut c.reasoning_signature,
        &mut c.replayed_signature,
    ] {
        if column.par_iter().all(|v| *v == NO_HASH) {
            *column = Vec::new();
        }
    }
    if c.cost.par_iter().all(|v| v.is_nan()) {
        c.cost = Vec::new();
    }
    if c.request_bytes.is_empty() {
        c.request_end = Vec::new();
    }
}

/// Sorts all columns by time, equal times in the order they stand. Returns the old position of
/// each row, or `None` where everything was in order already.
pub(super) fn sort_by_time(
    c: &mut Columns,
    progress: &Progress,
) -> Result<Option<Vec<u32>>, Cancelled> {
    if c.at_us.par_windows(2).all(|pair| pair[0] <= pair[1]) {
        return Ok(None);
    }
    let mut order: Vec<u32> = (0..c.len() as u32).collect();
    // Stable, and linear on what is sorted already: in effect a merge of the sources.
    order.par_sort_by_key(|row| c.at_us[*row as usize]);
    reorder(&mut c.at_us, &order);
    for column in [&mut c.caller, &mut c.origin, &mut c.call, &mut c.session] {
        reorder(column, &order);
        progress.check()?;
    }
    for column in [
        &mut c.input_tokens,
        &mut c.output_tokens,
        &mut c.cached_tokens,
        &mut c.reasoning_tokens,
        &mut c.latency_ms,
        &mut c.requests,
    ] {
        reorder(column, &order);
        progress.check()?;
    }
    for column in [
        &mut c.prompt_hash,
        &mut c.response_hash,
        &mut c.reasoning_signature,
        &mut c.replayed_signature,
    ] {
        reorder(column, &order);
        progress.check()?;
    }
    reorder(&mut c.cost, &order);
    // Request ids stay where they are: they are found by the old position.
    Ok(Some(order))
}

fn reorder<T: Copy + Send + Sync>(column: &mut Vec<T>, order: &[u32]) {
    if !column.is_empty() {
        *column = order.par_iter().with_min_len(1 << 14).map(|row| column[*row as usize]).collect();
    }
}

pub(super) fn bytes_of(c: &Columns) -> usize {
    let narrow = [
        &c.caller,
        &c.origin,
        &c.call,
        &c.session,
        &c.input_tokens,
        &c.output_tokens,
        &c.cached_tokens,
        &c.reasoning_tokens,
        &c.latency_ms,
        &c.requests,
        &c.request_end,
    ];
    let wide = [&c.prompt_hash, &c.response_hash, &c.reasoning_signature, &c.replayed_signature];
    let narrow: usize = narrow.iter().map(|v| v.len() * 4).sum();
    let wide: usize = wide.iter().map(|v| v.len() * 8).sum();
    narrow + wide + (c.cost.len() + c.at_us.len()) * 8 + c.request_bytes.len()
}
