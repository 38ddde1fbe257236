//! Reading the dictionaries of a case.

use std::path::Path;

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row};

use crate::model::{
    Call, Caller, Dimensions, Granularity, Origin, Texts, TimePrecision, TimeQuality,
};

use super::compact::expand;
use super::error::{Result, StoreError};
use super::file::{CaseFile, reader};

impl CaseFile {
    /// All dictionaries: what the numbers in the columns of [`CaseFile::load_runs`] stand for.
    ///
    /// # Errors
    /// When the file cannot be read or its ids have gaps.
    pub fn dimensions(&self) -> Result<Dimensions> {
        load(&self.conn)
    }

    /// [`CaseFile::dimensions`] without the session ids, of which there may be millions.
    ///
    /// # Errors
    /// As those.
    pub fn dimensions_but_sessions(&self) -> Result<Dimensions> {
        load_but_sessions(&self.conn)
    }

    /// How many session ids there are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn session_count(&self) -> Result<usize> {
        let last = "SELECT coalesce(max(session), 0) FROM session";
        Ok(self.conn.query_row(last, [], |row| row.get(0))?)
    }

    /// All session ids, in the order of their numbers.
    ///
    /// # Errors
    /// When the file cannot be read or its ids have gaps.
    pub fn session_ids(&self) -> Result<Texts> {
        sessions(&self.conn)
    }
}

/// All dictionaries but the session ids, through a connection of its own.
pub(super) fn load_but_sessions_at(path: &Path) -> Result<Dimensions> {
    load_but_sessions(&reader(path)?)
}

pub(super) fn load(conn: &Connection) -> Result<Dimensions> {
    Ok(Dimensions { sessions: sessions(conn)?, ..load_but_sessions(conn)? })
}

fn sessions(conn: &Connection) -> Result<Texts> {
    let mut all = Texts::default();
    table(conn, "session", "session_id", |row| {
        all.push(&text_of(row.get_ref(1)?));
        Ok(())
    })?;
    Ok(all)
}

fn load_but_sessions(conn: &Connection) -> Result<Dimensions> {
    Ok(Dimensions {
        accounts: table(conn, "account", "account_id", |row| row.get(1))?,
        callers: table(conn, "caller", "account, org_id, user_id, api_key_id", |row| {
            Ok(Caller {
                account: row.get::<_, u32>(1)?.wrapping_sub(1),
                org_id: row.get(2)?,
                user_id: row.get(3)?,
                api_key_id: row.get(4)?,
            })
        })?,
        origins: table(
            conn,
            "origin",
            "client_ip, asn, country, region, user_agent, device_id",
            origin,
        )?,
        calls: table(
            conn,
            "call",
            "granularity, time_quality, time_precision, pathway, endpoint, model, status, \
             stop_reason, error, max_tokens, temperature, tools, system_hash, interval_s",
            call,
        )?,
        sessions: Texts::default(),
    })
}

/// All rows of a dictionary, in order of their ids, which must be 1, 2, 3…
fn table<T>(
    conn: &Connection,
    name: &str,
    columns: &str,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement =
        conn.prepare(&format!("SELECT {name}, {columns} FROM {name} ORDER BY 1"))?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if id != entries.len() as i64 + 1 {
            return Err(StoreError::Damaged(format!("{name} {id} is out of sequence")));
        }
        let entry = read(row).map_err(|e| StoreError::Damaged(format!("{name} {id}: {e}")))?;
        entries.push(entry);
    }
    Ok(entries)
}

/// The identifier a column holds.
pub(super) fn text_of(value: ValueRef<'_>) -> String {
    let mut out = Vec::with_capacity(40);
    expand(value, &mut out);
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn origin(row: &Row<'_>) -> rusqlite::Result<Origin> {
    Ok(Origin {
        client_ip: row.get(1)?,
        asn: row.get(2)?,
        country: row.get(3)?,
        region: row.get(4)?,
        user_agent: row.get(5)?,
        device_id: row.get(6)?,
    })
}

fn call(row: &Row<'_>) -> rusqlite::Result<Call> {
    Ok(Call {
        granularity: named(row, 1, of_records)?,
        time_quality: named(row, 2, TimeQuality::parse)?,
        time_precision: named(row, 3, TimePrecision::parse)?,
        pathway: row.get(4)?,
        endpoint: row.get(5)?,
        model: row.get(6)?,
        status: row.get(7)?,
        stop_reason: row.get(8)?,
        error: row.get(9)?,
        max_tokens: row.get::<_, Option<i64>>(10)?.map(i64::unsigned_abs),
        temperature: row.get(11)?,
        tools: row.get(12)?,
        system_hash: row.get(13)?,
        interval_s: row.get(14)?,
    })
}

/// The index's own kinds are never written.
fn of_records(name: &str) -> Option<Granularity> {
    Granularity::parse(name).filter(|kind| Granularity::OF_RECORDS.contains(kind))
}

/// A value by its name; a name nobody ever wrote is damage, not a default.
pub(super) fn named<T>(
    row: &Row<'_>,
    column: usize,
    parse: fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let name = row.get_ref(column)?.as_str()?;
    parse(name).ok_or_else(|| {
        let unknown = format!("there is no \"{name}\"").into();
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, unknown)
    })
}
