//! What a record says itself, whatever is joined with it: what an analyst compares two records by.

use crate::job::Progress;
use crate::store::{CaseFile, Cell, StoreError};

/// Columns of `view_event` that say where a record stands, or what was concluded of it.
const NOT_SAID: [&str; 8] = [
    "event_id",
    "at_us",
    "time_quality",
    "byte_offset",
    "repeat_of",
    "joined_to",
    "template",
    "interval_s",
];

/// A column, and what each of two records has in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The column's name.
    pub column: String,
    /// The first record's value.
    pub first: Option<String>,
    /// The second's.
    pub second: Option<String>,
}

impl Compared {
    /// Whether both say something, and not the same.
    pub fn differs(&self) -> bool {
        self.first.is_some() && self.second.is_some() && self.first != self.second
    }
}

/// What the records of two events say, column by column, where either says anything.
///
/// # Errors
/// When the case cannot be read; [`StoreError::Cancelled`].
pub fn compare(
    case: &CaseFile,
    [first, second]: [u64; 2],
    progress: &Progress,
) -> Result<Vec<Compared>, StoreError> {
    let (columns, mut first) = said(case, first, progress)?;
    let (_, mut second) = said(case, second, progress)?;
    let take = |said: &mut Vec<Option<String>>, at: usize| said.get_mut(at).and_then(Option::take);
    let all = columns.into_iter().enumerate().map(|(at, column)| Compared {
        column,
        first: take(&mut first, at),
        second: take(&mut second, at),
    });
    let is_said = |c: &Compared| c.first.is_some() || c.second.is_some();
    Ok(all.filter(|c| is_said(c) && !NOT_SAID.contains(&&*c.column)).collect())
}

fn said(
    case: &CaseFile,
    event: u64,
    progress: &Progress,
) -> Result<(Vec<String>, Vec<Option<String>>), StoreError> {
    let sql = format!("SELECT * FROM view_event WHERE event_id = {event}");
    let mut values = Vec::new();
    let columns = case.query(&sql, None, progress, |_, cells| {
        values = cells.iter().map(|cell| (*cell != Cell::Null).then(|| cell.text())).collect();
        true
    })?;
    Ok((columns, values))
}
