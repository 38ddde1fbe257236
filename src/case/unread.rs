//! Fields that came later in a log than the first records, of which its mapping was made: what
//! could have been read and was not is said, and read with a mapping that names it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ingest::{Detection, unmapped};
use crate::job::Progress;
use crate::model::{Field, SourceInfo};
use crate::store::{CaseFile, Cell, StoreError};

/// Places of a log that are looked at, and records at each: a place costs the unpacking of some
/// megabytes.
const PLACES: u64 = 16;
const AT_EACH: u64 = 25;
/// Records of a table that are looked at: those that stand first.
const FIRST: u64 = PLACES * AT_EACH;

/// The longest record that is looked at, bytes: what it holds is taken apart in memory.
const LONGEST: usize = 64 << 10;
/// Fields that are named.
const MOST_NAMED: usize = 20;
/// The longest path that is named, characters.
const LONGEST_PATH: usize = 120;

/// A field of a log that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadField {
    /// Its path in the record.
    pub path: String,
    /// What it would be.
    pub field: &'static str,
    /// Records that have it, of those looked at.
    pub records: u64,
    /// How many were looked at.
    pub of: u64,
}

/// Looks at records all over the newest source of a case. With how many fields there are that are not
/// named: ids that are keys make one of every record.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub(super) fn unread(
    case: &CaseFile,
    source: &SourceInfo,
    detection: &Detection,
    progress: &Progress,
) -> Result<(Vec<UnreadField>, usize), StoreError> {
    let Some((first, last)) = events(case, source.id, progress)? else {
        return Ok(Default::default());
    };
    let (mut reader, mut of) = (case.raw_reader(), 0);
    let mut found: BTreeMap<(String, Field), u64> = BTreeMap::new();
    // A table has the same columns all over.
    let last = if detection.is_table() { last.min(first + FIRST - 1) } else { last };
    for event in places(first, last) {
        progress.check()?;
        if reader.locate(event)?.byte_length as usize > LONGEST {
            continue;
        }
        let record = reader.read(event)?;
        let Some(value) = detection.object(&record.bytes) else { continue };
        of += 1;
        for one in unmapped(&detection.mapping, &value) {
            *found.entry(one).or_default() += 1;
        }
    }
    let mut found: Vec<((String, Field), u64)> = found.into_iter().collect();
    found.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
    let more = found.len().saturating_sub(MOST_NAMED);
    found.truncate(MOST_NAMED);
    let field = |((path, field), records): ((String, Field), u64)| UnreadField {
        path: shorten(path),
        field: field.name(),
        records,
        of,
    };
    Ok((found.into_iter().map(field).collect(), more))
}

fn shorten(path: String) -> String {
    match path.char_indices().nth(LONGEST_PATH) {
        Some((end, _)) => format!("{}…", &path[..end]),
        None => path,
    }
}

/// The first and the last event of a source.
fn events(case: &CaseFile, id: u32, progress: &Progress) -> Result<Option<(u64, u64)>, StoreError> {
    let sql = format!("SELECT first_event, last_event FROM source WHERE source_id = {id}");
    let mut found = None;
    case.query(&sql, None, progress, |_, cells| {
        if let [Cell::Integer(first), Cell::Integer(last)] = cells {
            found = Some((*first as u64, *last as u64));
        }
        true
    })?;
    Ok(found)
}

/// Some events of a stretch: runs of them, evenly spread.
fn places(first: u64, last: u64) -> impl Iterator<Item = u64> {
    let events = (last + 1).saturating_sub(first);
    let apart = (events / PLACES).max(AT_EACH);
    let starts = (0..events).step_by(apart as usize);
    starts.flat_map(move |start| start..(start + AT_EACH).min(events)).map(move |at| first + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_spread_and_all_of_a_short_log_is_looked_at() {
        assert_eq!(places(5, 104).collect::<Vec<_>>(), (5..=104).collect::<Vec<_>>());
        let some: Vec<u64> = places(1, 1_000_000).collect();
        assert!(some.len() <= ((PLACES + 1) * AT_EACH) as usize, "{}", some.len());
        assert!(some.is_sorted() && some[0] == 1 && some[some.len() - 1] > 900_000);
        assert_eq!(places(1, 0).count(), 0);
    }
}
