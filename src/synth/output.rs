//! Writing a log of any length: a day is made, its records are rendered on every core, and the
//! bytes leave in order, as JSON lines, CSV or Parquet.

use std::io::Write;

use rayon::prelude::*;

use super::{WriteError, parquet, row};
use crate::job::Progress;

/// Records rendered at a time: enough for every core, a few tens of megabytes at most.
const BATCH: usize = 64 * 1024;
/// Records rendered by one core at a time.
const SLICE: usize = 2 * 1024;

/// The days of a log, to be asked for in turn.
pub trait Days: Sync {
    /// A record before it is written.
    type Call: Sync;

    /// How many days there are.
    fn count(&self) -> u32;

    /// The records of a day, in time order.
    fn day(&mut self, day: u32, out: &mut Vec<Self::Call>);

    /// Appends the line of one record, newline included. It must not depend on what was written
    /// before: the cores share nothing.
    fn write(&self, call: &Self::Call, out: &mut Vec<u8>);
}

/// Writes JSON lines; returns the number of records.
pub fn lines(
    days: &mut impl Days,
    out: &mut dyn Write,
    progress: &Progress,
) -> Result<u64, WriteError> {
    let written = each_batch(days, progress, |slices| {
        slices.iter().try_for_each(|bytes| out.write_all(bytes)).map_err(Into::into)
    })?;
    out.flush()?;
    Ok(written)
}

/// Writes CSV with a header; returns the number of records.
pub fn csv(
    days: &mut impl Days,
    out: &mut dyn Write,
    progress: &Progress,
) -> Result<u64, WriteError> {
    out.write_all(&row::header()?)?;
    let written = each_batch(days, progress, |slices| {
        let tables: Result<Vec<_>, _> = slices.par_iter().map(|lines| row::csv(lines)).collect();
        tables?.iter().try_for_each(|bytes| out.write_all(bytes)).map_err(Into::into)
    })?;
    out.flush()?;
    Ok(written)
}

/// Writes Parquet, a row group a batch; returns the number of records.
pub fn parquet(
    days: &mut impl Days,
    out: impl Write + Send,
    progress: &Progress,
) -> Result<u64, WriteError> {
    let mut table = parquet::Table::new(out)?;
    let written = each_batch(days, progress, |slices| table.write(slices).map_err(Into::into))?;
    table.finish()?;
    Ok(written)
}

/// Calls `write` with the lines of each batch, in slices; returns the number of records.
fn each_batch(
    days: &mut impl Days,
    progress: &Progress,
    mut write: impl FnMut(&[Vec<u8>]) -> Result<(), WriteError>,
) -> Result<u64, WriteError> {
    let mut calls = Vec::new();
    let mut written = 0;
    for day in 0..days.count() {
        days.day(day, &mut calls);
        for batch in calls.chunks(BATCH) {
            progress.check()?;
            let slices: Vec<Vec<u8>> = batch
                .par_chunks(SLICE)
                .map(|slice| {
                    let mut bytes = Vec::with_capacity(slice.len() * 700);
                    slice.iter().for_each(|call| days.write(call, &mut bytes));
                    bytes
                })
                .collect();
            write(&slices)?;
            written += batch.len() as u64;
            progress.advance(batch.len() as u64);
        }
    }
    Ok(written)
}
