//! The dictionaries of a case while sources are imported: tuple → id, in the order first seen.
//!
//! Only fingerprints of the tuples are kept, not the tuples: a case with millions of sessions
//! must not hold their text twice.

use hashbrown::HashTable;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::model::{Call, Caller, Dimensions, Earlier, Fingerprints, Origin};

use super::compact::Compact;
use super::error::{Result, StoreError};
use super::many::Table;

/// The five dictionaries, in the order they are sealed.
pub(super) const KINDS: [&str; 5] = ["account", "caller", "origin", "call", "session"];

/// The one that may be as long as the events.
const SESSION: Table = Table { name: "session", columns: &["session_id"] };

/// Tuple → position for one dictionary.
#[derive(Debug, Default)]
struct Positions {
    table: HashTable<(u64, u64, u32)>,
}

impl Positions {
    /// The position of a fingerprint, and whether it is new.
    fn intern(&mut self, fingerprint: u128) -> (u32, bool) {
        let (high, low) = ((fingerprint >> 64) as u64, fingerprint as u64);
        // A case cannot hold 2³² entries of one kind: its events are counted by the million.
        let next = self.table.len() as u32;
        let mut new = false;
        let entry = self
            .table
            .entry(high, |slot| (slot.0, slot.1) == (high, low), |slot| slot.0)
            .or_insert_with(|| {
                new = true;
                (high, low, next)
            });
        (entry.get().2, new)
    }
}

/// All dictionaries of a case, by kind.
#[derive(Debug)]
pub(super) struct Dictionary {
    positions: [Positions; 5],
}

/// Where the entries that a block points to stand in the case's dictionaries.
#[derive(Debug, Default)]
pub(super) struct Remap {
    accounts: Vec<u32>,
    pub callers: Vec<u32>,
    pub origins: Vec<u32>,
    pub calls: Vec<u32>,
    pub sessions: Vec<u32>,
}

/// Running SHA-256 over the entries one source added, by kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Seals([Sha256; 5]);

impl Remap {
    /// Before a block that points to so many entries of earlier ones.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when there were not as many.
    pub(super) fn keep(&mut self, earlier: &Earlier) -> Result<()> {
        let kept = [
            (&mut self.accounts, earlier.accounts),
            (&mut self.callers, earlier.callers),
            (&mut self.origins, earlier.origins),
            (&mut self.calls, 0),
            (&mut self.sessions, 0),
        ];
        for (positions, count) in kept {
            if positions.len() < count as usize {
                return Err(damaged("a block points at entries that no block has brought"));
            }
            positions.truncate(count as usize);
        }
        Ok(())
    }
}

impl Seals {
    /// The five hashes, joined.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_iter().flat_map(|hasher| hasher.finalize().to_vec()).collect()
    }

    /// Takes in the entries `ranges` of each kind, as [`Dictionary::merge`] did when it wrote them.
    pub(super) fn of(all: &Dimensions, ranges: &[std::ops::Range<usize>; 5]) -> Self {
        let mut this = Self::default();
        let mut key = Vec::new();
        let mut take = |kind: usize, count: usize, write: &dyn Fn(&mut Vec<u8>, usize)| {
            for i in ranges[kind].start.min(count)..ranges[kind].end.min(count) {
                key.clear();
                write(&mut key, i);
                this.0[kind].update(&key);
            }
        };
        take(0, all.accounts.len(), &|k, i| push(k, Some(&all.accounts[i])));
        take(1, all.callers.len(), &|k, i| caller_key(k, all.callers[i].account, &all.callers[i]));
        take(2, all.origins.len(), &|k, i| origin_key(k, &all.origins[i]));
        take(3, all.calls.len(), &|k, i| call_key(k, &all.calls[i]));
        take(4, all.sessions.len(), &|k, i| push(k, all.sessions.get(i)));
        this
    }
}

impl Dictionary {
    /// Reads the dictionaries of a case.
    pub(super) fn load(conn: &Connection) -> Result<Self> {
        let all = Fingerprints::of(&super::dimensions::load(conn)?);
        let lists = [&all.accounts, &all.callers, &all.origins, &all.calls, &all.sessions];
        let mut positions: [Positions; 5] = Default::default();
        for ((positions, list), kind) in positions.iter_mut().zip(lists).zip(KINDS) {
            for (i, &fingerprint) in list.iter().enumerate() {
                if !positions.intern(fingerprint).1 {
                    let what = format!("{kind} {} is there twice", i + 1);
                    return Err(StoreError::Damaged(what));
                }
            }
        }
        Ok(Self { positions })
    }

    /// How many entries there are, by kind.
    pub(super) fn counts(&self) -> [usize; 5] {
        self.positions.each_ref().map(|p| p.table.len())
    }

    /// Finds the entries that come with a block, behind those of earlier ones, writing those that
    /// are new.
    ///
    /// # Errors
    /// When SQLite fails, or a caller points at no account.
    pub(super) fn merge(
        &mut self,
        conn: &Connection,
        block: &Dimensions,
        fingerprints: &Fingerprints,
        seals: &mut Seals,
        remap: &mut Remap,
    ) -> Result<()> {
        let [accounts, callers, origins, calls, sessions] = &mut self.positions;
        let [account_seal, caller_seal, origin_seal, call_seal, session_seal] = &mut seals.0;

        let mut statement = conn.prepare_cached("INSERT INTO account VALUES (?,?)")?;
        Merge { positions: accounts, seal: account_seal }.run(
            &mut remap.accounts,
            &block.accounts,
            &fingerprints.accounts,
            |key, account| push(key, Some(account)),
            |id, account| {
                statement.execute(params![id, account])?;
                Ok(())
            },
        )?;
        let accounts = &remap.accounts;
        let account_of =
            |caller: &Caller| accounts.get(caller.account as usize).copied().unwrap_or(u32::MAX);
        let is_lost = |caller: &Caller| account_of(caller) == u32::MAX;
        let mut statement = conn.prepare_cached("INSERT INTO caller VALUES (?,?,?,?,?)")?;
        Merge { positions: callers, seal: caller_seal }.run(
            &mut remap.callers,
            &block.callers,
            &fingerprints.callers,
            |key, caller| caller_key(key, account_of(caller), caller),
            |id, caller| {
                if is_lost(caller) {
                    return Err(damaged("a block's caller points at no account"));
                }
                let Caller { org_id, user_id, api_key_id, .. } = caller;
                let account = account_of(caller) + 1;
                statement.execute(params![id, account, org_id, user_id, api_key_id])?;
                Ok(())
            },
        )?;
        let mut statement = conn.prepare_cached("INSERT INTO origin VALUES (?,?,?,?,?,?,?)")?;
        Merge { positions: origins, seal: origin_seal }.run(
            &mut remap.origins,
            &block.origins,
            &fingerprints.origins,
            origin_key,
            |id, o| {
                let Origin { client_ip, asn, country, region, user_agent, device_id } = o;
                let row = params![id, client_ip, asn, country, region, user_agent, device_id];
                statement.execute(row)?;
                Ok(())
            },
        )?;
        let mut statement =
            conn.prepare_cached("INSERT INTO call VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")?;
        Merge { positions: calls, seal: call_seal }.run(
            &mut remap.calls,
            &block.calls,
            &fingerprints.calls,
            call_key,
            |id, call| insert_call(&mut statement, id, call),
        )?;
        let known = sessions.table.len() as u64;
        let mut fresh = Vec::new();
        Merge { positions: sessions, seal: session_seal }.run(
            &mut remap.sessions,
            block.sessions.iter(),
            &fingerprints.sessions,
            |key, session| push(key, Some(session)),
            |_, session| {
                fresh.push(session);
                Ok(())
            },
        )?;
        SESSION.append(conn, known + 1, fresh.len(), |insert, at, row| {
            insert.raw_bind_parameter(at, Compact::new(fresh[row]))
        })
    }
}

/// One dictionary being extended.
struct Merge<'d> {
    positions: &'d mut Positions,
    seal: &'d mut Sha256,
}

impl Merge<'_> {
    /// Appends the position of each entry; `insert` writes a new one under its id (position + 1).
    fn run<T: Copy>(
        self,
        found: &mut Vec<u32>,
        entries: impl IntoIterator<Item = T>,
        fingerprints: &[u128],
        write_key: impl Fn(&mut Vec<u8>, T),
        mut insert: impl FnMut(u32, T) -> Result<()>,
    ) -> Result<()> {
        let mut keys = Vec::new();
        for (entry, &fingerprint) in entries.into_iter().zip(fingerprints) {
            let (at, new) = self.positions.intern(fingerprint);
            if new {
                insert(at + 1, entry)?;
                write_key(&mut keys, entry);
            }
            found.push(at);
        }
        self.seal.update(&keys);
        Ok(())
    }
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

fn insert_call(statement: &mut rusqlite::Statement<'_>, id: u32, c: &Call) -> Result<()> {
    statement.execute(params![
        id,
        c.granularity.as_str(),
        c.time_quality.as_str(),
        c.time_precision.as_str(),
        c.pathway,
        c.endpoint,
        c.model,
        c.status,
        c.stop_reason,
        c.error,
        c.max_tokens.map(storable),
        c.temperature.and_then(finite),
        c.tools,
        c.system_hash,
        c.interval_s,
    ])?;
    Ok(())
}

/// SQLite's integers are signed.
fn storable(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// SQLite has no NaN and no minus zero.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number + 0.0)
}

fn caller_key(key: &mut Vec<u8>, account: u32, caller: &Caller) {
    key.extend_from_slice(&account.to_le_bytes());
    for part in [&caller.org_id, &caller.user_id, &caller.api_key_id] {
        push(key, part.as_deref());
    }
}

fn origin_key(key: &mut Vec<u8>, o: &Origin) {
    for part in [&o.client_ip, &o.asn, &o.country, &o.region, &o.user_agent, &o.device_id] {
        push(key, part.as_deref());
    }
}

fn call_key(key: &mut Vec<u8>, c: &Call) {
    key.extend([c.granularity as u8, c.time_quality as u8, c.time_precision as u8]);
    let texts =
        [&c.pathway, &c.endpoint, &c.model, &c.stop_reason, &c.error, &c.tools, &c.system_hash];
    for part in texts {
        push(key, part.as_deref());
    }
    let numbers = [
        c.status.map(u64::from),
        c.max_tokens.map(|n| storable(n).unsigned_abs()),
        c.temperature.and_then(finite).map(f64::to_bits),
    ];
    for number in numbers {
        key.push(u8::from(number.is_some()));
        key.extend_from_slice(&number.unwrap_or(0).to_le_bytes());
    }
    // Only where there is one: what was sealed before buckets had intervals stays as it was, and no
    // entry begins with this byte.
    if let Some(seconds) = c.interval_s {
        key.push(0xff);
        key.extend_from_slice(&seconds.to_le_bytes());
    }
}

/// Writes one part of a tuple so that no two tuples read the same.
fn push(key: &mut Vec<u8>, part: Option<&str>) {
    match part {
        None => key.push(0),
        Some(text) => {
            key.push(1);
            key.extend_from_slice(&(text.len() as u32).to_le_bytes());
            key.extend_from_slice(text.as_bytes());
        }
    }
}
