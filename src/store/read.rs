//! What a case says about itself: sources, rejects, markers, attributes.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{OptionalExtension as _, Row, params};

use crate::model::{
    JoinCounts, Marker, MarkerKind, Reject, SourceInfo, Time, TimeQuality, TimeSpan,
};

use super::error::{Result, StoreError};
use super::file::CaseFile;
use super::schema::SCHEMA_VERSION;
use super::{hex, rows};

/// The size of a case in a few numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseInfo {
    /// Schema of the file.
    pub schema: u32,
    /// Size of the file, bytes.
    pub bytes: u64,
    /// Imported sources.
    pub sources: u64,
    /// Rows of every granularity.
    pub rows: u64,
    /// Rows that are exchanges.
    pub exchanges: u64,
    /// Rows that are activities.
    pub activities: u64,
    /// Rows that are usage buckets.
    pub buckets: u64,
    /// Calls that these count, as far as they say; `None` when none does.
    pub bucket_requests: Option<u64>,
    /// Records that could not be read.
    pub rejects: u64,
    /// Rows whose request id stood in an earlier row of the same source.
    pub repeats: u64,
    /// Pairs of rows that describe one call. The counts above are without the rows that are not
    /// counted for that; `rows` is with them.
    pub joins: JoinCounts,
    /// Accounts that occur in the logs.
    pub accounts: u64,
    /// Accounts that something is known of beside the logs.
    pub described_accounts: u64,
    /// Rows without a time, of every granularity.
    pub without_time: u64,
    /// First and one-past-last time.
    pub span: Option<TimeSpan>,
}

/// One line of the reject ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectRow {
    /// Rises in the order of import and of the file; where the next page begins.
    pub id: u64,
    /// Which source.
    pub source_id: u32,
    /// The record.
    pub reject: Reject,
}

impl CaseFile {
    /// The case in a few numbers; no table of events is read.
    ///
    /// # Errors
    /// When the file cannot be read, as for every method here.
    pub fn info(&self) -> Result<CaseInfo> {
        let count = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, u64>(0));
        let mut info = CaseInfo {
            schema: self.conn.pragma_query_value(None, "user_version", |row| row.get(0))?,
            bytes: count("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
            accounts: count("SELECT ifnull(max(account), 0) FROM account")?,
            described_accounts: count("SELECT count(DISTINCT account_id) FROM account_attribute")?,
            bucket_requests: self.bucket_requests()?,
            ..CaseInfo::default()
        };
        debug_assert!(info.schema <= SCHEMA_VERSION);
        // What a damaged file claims must not end in a panic.
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        let sources = self.sources()?;
        info.rejects = SourceInfo::open_rejects(&sources);
        for source in sources {
            info.sources += 1;
            add(&mut info.rows, source.rows);
            add(&mut info.exchanges, source.exchanges);
            add(&mut info.activities, source.activities);
            add(&mut info.buckets, source.buckets);
            add(&mut info.repeats, source.repeats);
            add(&mut info.without_time, source.without_time);
            info.span = match (info.span, source.span) {
                (Some(a), Some(b)) => {
                    Some(TimeSpan { start: a.start.min(b.start), end: a.end.max(b.end) })
                }
                (a, b) => a.or(b),
            };
        }
        info.joins = self.join_counts()?;
        let out = self.uncounted()?;
        info.exchanges = info.exchanges.saturating_sub(out.exchanges);
        info.activities = info.activities.saturating_sub(out.activities);
        info.buckets = info.buckets.saturating_sub(out.buckets);
        info.bucket_requests = info.bucket_requests.map(|n| n.saturating_sub(out.requests));
        Ok(info)
    }

    /// How the times that there are were obtained, sorted by name. All kinds of calls are looked at:
    /// not for a start that should be quick.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn time_qualities(&self) -> Result<Vec<TimeQuality>> {
        let sql = "SELECT DISTINCT time_quality FROM call WHERE time_quality <> 'none' ORDER BY 1";
        let mut statement = self.conn.prepare(sql)?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        let known = names.map(|name| Ok(TimeQuality::parse(&name?)));
        known.filter_map(Result::transpose).collect()
    }

    /// The imported sources, in order of import.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn sources(&self) -> Result<Vec<SourceInfo>> {
        let mut statement =
            self.conn.prepare(&format!("SELECT {SOURCE} FROM source ORDER BY source_id"))?;
        let mut rows = statement.query([])?;
        let mut sources: Vec<SourceInfo> = Vec::new();
        while let Some(row) = rows.next()? {
            let mut info = source(row)?;
            info.without_time = self.without_time(row.get(22)?, row.get(23)?)?;
            let of = info.rejects_of();
            info.raw_kept |= sources.iter().any(|s| Some(s.id) == of && s.raw_kept);
            sources.push(info);
        }
        Ok(sources)
    }

    /// How many of a source's events have no time: those stand last, so that one look says whether
    /// there are any and a binary search how many.
    fn without_time(&self, first: Option<i64>, last: Option<i64>) -> Result<u64> {
        let (Some(first), Some(last)) = (first, last) else { return Ok(0) };
        let sql = "SELECT at_us IS NOT NULL FROM event WHERE event_id = ?";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut has_time = |event: i64| {
            let found = statement.query_row([event], |row| row.get(0)).optional();
            found.map(|timed| timed.unwrap_or(true))
        };
        if has_time(last)? {
            return Ok(0);
        }
        let (mut start, mut end) = (first, last);
        while start < end {
            let middle = start.midpoint(end);
            match has_time(middle)? {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        Ok(last.abs_diff(start).saturating_add(1))
    }

    /// The source with these bytes on disk, if one was imported.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn source_of_sha256(&self, sha256: &str) -> Result<Option<SourceInfo>> {
        let sql =
            format!("SELECT {SOURCE} FROM source WHERE sha256 = ? ORDER BY source_id LIMIT 1");
        Ok(self.conn.query_row(&sql, [sha256], source).optional()?)
    }

    /// The source with the same records as one that is being imported, read the same way, if there
    /// is one: the same log packed differently.
    pub(super) fn source_of_events(
        &self,
        events_sha256: &str,
        info: &SourceInfo,
    ) -> Result<Option<(u32, String)>> {
        if info.rows == 0 {
            return Ok(None);
        }
        let sql = "SELECT source_id, path FROM source
             WHERE (events_sha256, unpacked_bytes, rejects) = (?, ?, ?) LIMIT 1";
        let same = params![events_sha256, info.unpacked_bytes, info.rejects];
        let found = self.conn.query_row(sql, same, |row| Ok((row.get(0)?, row.get(1)?)));
        match found.optional()? {
            None => self.older_source_of_events(events_sha256, info),
            found => Ok(found),
        }
    }

    /// The same among sources whose numbers and times are those of this one, but whose columns were
    /// packed by an older version: few, since each is packed again.
    fn older_source_of_events(
        &self,
        events_sha256: &str,
        info: &SourceInfo,
    ) -> Result<Option<(u32, String)>> {
        let mut statement = self.conn.prepare(
            "SELECT source_id, path, first_event FROM source
             WHERE (events, unpacked_bytes, rejects, request_ids) = (?, ?, ?, ?)
               AND first_seen_us IS ? AND last_seen_us IS ?",
        )?;
        let (first, last) = (info.span.map(|s| s.start.0), info.span.map(|s| s.end.0 - 1));
        let mut found = statement.query(params![
            info.rows,
            info.unpacked_bytes,
            info.rejects,
            info.request_ids,
            first,
            last
        ])?;
        while let Some(row) = found.next()? {
            let (id, first) = (row.get(0)?, row.get(2)?);
            // What cannot be read is no reason to refuse another; `verify` tells of it.
            let seal = rows::seal_again(&self.conn, id, first, info.rows as usize);
            if seal.is_ok_and(|seal| hex(&seal) == events_sha256) {
                return Ok(Some((id, row.get(1)?)));
            }
        }
        Ok(None)
    }

    /// Whether some source has this size on disk: only then is it worth hashing a file before
    /// reading it, to find out early that it was imported already.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn has_source_of_size(&self, bytes: u64) -> Result<bool> {
        Ok(self.conn.prepare("SELECT 1 FROM source WHERE bytes = ?")?.exists([bytes])?)
    }

    /// A page of the reject ledger: at most `limit` entries with ids above `after`, of one source
    /// or of all.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn rejects(
        &self,
        source_id: Option<u32>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<RejectRow>> {
        let mut page = Vec::new();
        self.each_reject::<StoreError>(source_id, after, limit, &mut |row| {
            page.push(row);
            Ok(())
        })?;
        Ok(page)
    }

    /// Calls `each` for every entry of the reject ledger, in order. Rejects of a source that were
    /// read again are there where they were read last.
    ///
    /// # Errors
    /// When the file cannot be read; what `each` returns ends the walk.
    pub fn for_each_reject<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(RejectRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sources = self.sources()?;
        let again: HashSet<u32> = sources.iter().filter_map(SourceInfo::rejects_of).collect();
        self.each_reject(None, 0, usize::MAX, &mut |row| match again.contains(&row.source_id) {
            true => Ok(()),
            false => each(row),
        })
    }

    fn each_reject<E: From<StoreError>>(
        &self,
        source_id: Option<u32>,
        after: u64,
        limit: usize,
        each: &mut dyn FnMut(RejectRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(error.into());
        let limit = i64::try_from(limit).unwrap_or(-1);
        // Two statements, so that the index on sources serves the first.
        let of = if source_id.is_some() { "source_id = ?3 AND" } else { "?3 IS NULL AND" };
        let sql = format!(
            "SELECT reject_id, source_id, line, byte_offset, byte_length, reason, sample
             FROM reject WHERE {of} reject_id > ?1 ORDER BY reject_id LIMIT ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(failed)?;
        let mut rows = statement.query(params![after, limit, source_id]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            each(reject(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// The markers of the time axis, in time order.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn markers(&self) -> Result<Vec<Marker>> {
        let mut statement =
            self.conn.prepare("SELECT at_us, kind, label FROM marker ORDER BY at_us, marker_id")?;
        let markers = statement.query_map([], |row| {
            let kind = MarkerKind::parse(&row.get::<_, String>(1)?);
            Ok(Marker {
                at: Time(row.get(0)?),
                kind: kind.unwrap_or(MarkerKind::Incident),
                label: row.get(2)?,
            })
        })?;
        Ok(markers.collect::<rusqlite::Result<_>>()?)
    }

    /// What is known of accounts beside the logs: account → name → value.
    #[allow(clippy::missing_errors_doc, reason = "see info")]
    pub fn account_attributes(&self) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
        let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut statement =
            self.conn.prepare("SELECT account_id, name, value FROM account_attribute")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
        }
        Ok(all)
    }
}

const SOURCE: &str = "source_id, path, bytes, unpacked_bytes, sha256, format, compression, \
    mapping, confidence, timezone, events, exchanges, activities, buckets, rejects, repeats, \
    first_seen_us, last_seen_us, imported_at_us, problem, raw_kept, request_ids, \
    first_event, last_event";

fn source(row: &Row<'_>) -> rusqlite::Result<SourceInfo> {
    let span = match (row.get::<_, Option<i64>>(16)?, row.get::<_, Option<i64>>(17)?) {
        (Some(first), Some(last)) => {
            Some(TimeSpan { start: Time(first), end: Time(last.saturating_add(1)) })
        }
        _ => None,
    };
    Ok(SourceInfo {
        id: row.get(0)?,
        path: row.get(1)?,
        bytes: row.get(2)?,
        unpacked_bytes: row.get(3)?,
        sha256: row.get(4)?,
        format: row.get(5)?,
        compression: row.get(6)?,
        mapping: row.get(7)?,
        confidence: row.get(8)?,
        timezone: row.get(9)?,
        rows: row.get(10)?,
        exchanges: row.get(11)?,
        activities: row.get(12)?,
        buckets: row.get(13)?,
        rejects: row.get(14)?,
        repeats: row.get(15)?,
        without_time: 0,
        span,
        imported_at: Time(row.get(18)?),
        problem: row.get(19)?,
        raw_kept: row.get(20)?,
        request_ids: row.get(21)?,
    })
}

fn reject(row: &Row<'_>) -> rusqlite::Result<RejectRow> {
    Ok(RejectRow {
        id: row.get(0)?,
        source_id: row.get(1)?,
        reject: Reject {
            line: row.get(2)?,
            byte_offset: row.get(3)?,
            byte_length: row.get(4)?,
            reason: row.get(5)?,
            sample: row.get(6)?,
        },
    })
}
