//! Reading what detectors found: all but the records cited, which are read a finding at a time.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::de::DeserializeOwned;

use crate::model::Time;
use crate::model::finding::{
    AccountScore, Analysis, Benign, Circle, Cited, Cluster, DetectorRun, DetectorState, Evidence,
    Family, Finding, Layer, Level, Link, Measured, Member, Membership, NullBand, RunInfo,
    Statement, Subject, Tested,
};

use super::dimensions::named;
use super::error::{Result, StoreError};
use super::file::{CaseFile, reader};

impl CaseFile {
    /// The last run of the detectors and what it found, but for the records that findings cite;
    /// `None` where detectors were never run.
    ///
    /// # Errors
    /// When the file cannot be read or holds what nobody ever wrote.
    pub fn analysis(&self) -> Result<Option<Analysis>> {
        load(&self.conn)
    }

    /// The records that finding number `finding`, from 1, cites.
    ///
    /// # Errors
    /// As [`CaseFile::analysis`].
    pub fn evidence_of(&self, finding: u64) -> Result<Vec<Evidence>> {
        // In the order of roles, which is that of the names.
        let sql = "SELECT role, events, ids FROM evidence WHERE finding = ? ORDER BY role";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([finding])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let events = numbers(&row.get::<_, String>(2)?)?;
            if events.len() as u64 != row.get::<_, u64>(1)? {
                return Err(damaged(format!("evidence of finding {finding}")));
            }
            all.push(Evidence { role: row.get(0)?, events });
        }
        Ok(all)
    }

    /// The same, of the run that was finished at `run`; `None` where the file has another run by
    /// now, whose findings have the same numbers and are others.
    ///
    /// # Errors
    /// As [`CaseFile::analysis`].
    pub fn evidence_of_run(&self, run: Time, finding: u64) -> Result<Option<Vec<Evidence>>> {
        // One look at the file: a writer may replace the run between two.
        let look = self.conn.unchecked_transaction()?;
        let sql = "SELECT at_us FROM analysis_run";
        let at: Option<i64> = look.query_row(sql, [], |row| row.get(0)).optional()?;
        let all = if at == Some(run.0) { Some(self.evidence_of(finding)?) } else { None };
        look.commit()?;
        Ok(all)
    }

    /// The ids of the accounts, by position.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn account_ids(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare("SELECT account_id FROM account ORDER BY account")?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Ties within clusters: between two accounts each, and among many.
    ///
    /// # Errors
    /// As [`CaseFile::analysis`].
    pub fn ties(&self) -> Result<(Vec<Link>, Vec<Circle>)> {
        let sql = "SELECT account_a, account_b, kind, weight, proof FROM link ORDER BY link";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut links = Vec::new();
        while let Some(row) = rows.next()? {
            links.push(Link {
                a: position(row.get(0)?)?,
                b: position(row.get(1)?)?,
                layer: named(row, 2, Layer::parse)?,
                weight: row.get(3)?,
                proof: row.get(4)?,
            });
        }
        let sql = "SELECT accounts, kind, weight, proof FROM circle ORDER BY circle";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut circles = Vec::new();
        while let Some(row) = rows.next()? {
            circles.push(Circle {
                accounts: positions(&row.get::<_, String>(0)?)?,
                layer: named(row, 1, Layer::parse)?,
                weight: row.get(2)?,
                proof: row.get(3)?,
            });
        }
        Ok((links, circles))
    }
}

impl CaseFile {
    /// What detectors measured of all accounts; of an older case nothing.
    ///
    /// # Errors
    /// As [`CaseFile::analysis`].
    pub fn measured(&self) -> Result<Vec<Measured>> {
        let sql = "SELECT detector, what, accounts, vals FROM measured ORDER BY detector, what";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            // An account may have several values.
            let numbers = numbers_from(&row.get::<_, String>(2)?, 0)?;
            let accounts = numbers.into_iter().map(position).collect::<Result<Vec<u32>>>()?;
            let values: Vec<f64> = from_json(&row.get::<_, String>(3)?)?;
            if accounts.len() != values.len() {
                return Err(damaged("what was measured of accounts is cut off".into()));
            }
            let of = accounts.into_iter().zip(values).collect();
            all.push(Measured { detector: row.get(0)?, what: row.get(1)?, of });
        }
        Ok(all)
    }
}

/// [`CaseFile::analysis`], through a connection of its own.
pub(super) fn load_at(path: &Path) -> Result<Option<Analysis>> {
    load(&reader(path)?)
}

fn load(conn: &Connection) -> Result<Option<Analysis>> {
    let Some(run) = run(conn)? else { return Ok(None) };
    let (findings, cited) = findings(conn)?;
    let mut analysis = Analysis {
        run,
        clusters: clusters(conn)?,
        accounts: accounts(conn)?,
        findings,
        cited,
        by_subject: Default::default(),
    };
    explain(conn, &mut analysis)?;
    Ok(Some(analysis))
}

fn run(conn: &Connection) -> Result<Option<RunInfo>> {
    let sql = "SELECT at_us, seed, up_to, events, accounts, inputs FROM analysis_run";
    let found = conn.query_row(sql, [], |row| {
        let run = RunInfo {
            at: Time(row.get(0)?),
            seed: row.get::<_, i64>(1)?.cast_unsigned(),
            up_to: row.get(2)?,
            events: row.get(3)?,
            accounts: row.get(4)?,
            inputs: Default::default(),
            detectors: Vec::new(),
        };
        Ok((run, row.get::<_, String>(5)?))
    });
    let Some((mut run, inputs)) = found.optional()? else { return Ok(None) };
    run.inputs = from_json(&inputs)?;
    let sql = "SELECT detector, version, state, why, parameters, findings FROM detector_run
         ORDER BY detector";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let state = match &*row.get::<_, String>(2)? {
            "ran" => DetectorState::Ran,
            "not_run" => DetectorState::NotRun { why: row.get(3)? },
            "left_out" => DetectorState::LeftOut,
            other => return Err(damaged(format!("a detector is \"{other}\""))),
        };
        run.detectors.push(DetectorRun {
            detector: row.get(0)?,
            version: row.get(1)?,
            parameters: row.get(4)?,
            state,
            findings: row.get(5)?,
        });
    }
    Ok(Some(run))
}

fn clusters(conn: &Connection) -> Result<Vec<Cluster>> {
    let sql = "SELECT cluster, level, coordination, harvesting, families, held_by, log10_p, without
         FROM cluster ORDER BY cluster";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut clusters: Vec<Cluster> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        if id as usize != clusters.len() + 1 {
            return Err(damaged(format!("cluster {id} is out of turn")));
        }
        clusters.push(Cluster {
            id,
            members: Vec::new(),
            level: named(row, 1, Level::parse)?,
            coordination: row.get(2)?,
            harvesting: row.get(3)?,
            families: from_json(&row.get::<_, String>(4)?)?,
            held_by: row.get(5)?,
            log10_p: row.get(6)?,
            benign: Vec::new(),
            without: from_json(&row.get::<_, String>(7)?)?,
        });
    }
    let sql = "SELECT cluster, account, stability, membership FROM cluster_member
         ORDER BY cluster, account";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let member = Member {
            account: position(row.get(1)?)?,
            stability: row.get(2)?,
            membership: named(row, 3, Membership::parse)?,
        };
        cluster_of(&mut clusters, row.get(0)?)?.members.push(member);
    }
    Ok(clusters)
}

fn cluster_of(clusters: &mut [Cluster], id: u64) -> Result<&mut Cluster> {
    let at = usize::try_from(id).ok().and_then(|id| id.checked_sub(1));
    let found = at.and_then(|at| clusters.get_mut(at));
    found.ok_or_else(|| damaged(format!("cluster {id}, which is not there")))
}

fn accounts(conn: &Connection) -> Result<Vec<AccountScore>> {
    let sql = "SELECT account, level, coordination, harvesting, cluster FROM account_score
         ORDER BY account";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(AccountScore {
            account: position(row.get(0)?)?,
            level: named(row, 1, Level::parse)?,
            coordination: row.get(2)?,
            harvesting: row.get(3)?,
            cluster: row.get(4)?,
            benign: Vec::new(),
        });
    }
    Ok(all)
}

fn findings(conn: &Connection) -> Result<(Vec<Finding>, Vec<Vec<Cited>>)> {
    let sql = "SELECT finding, cluster, account, detector, version, family, words, numbers,
           statistic, threshold, effect, null_made_from, null_low, null_median, null_high, null_n,
           log10_p, is_exact, accounts
         FROM finding ORDER BY finding";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all: Vec<Finding> = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, u64>(0)? != all.len() as u64 + 1 {
            return Err(damaged("a finding is missing".into()));
        }
        all.push(finding(row)?);
    }
    let mut cited = vec![Vec::new(); all.len()];
    let sql = "SELECT finding, role, events FROM evidence ORDER BY finding, role";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let of = row.get::<_, usize>(0)?.checked_sub(1).and_then(|at| cited.get_mut(at));
        let of = of.ok_or_else(|| damaged("evidence of a finding that is not there".into()))?;
        of.push(Cited { role: row.get(1)?, events: row.get(2)? });
    }
    Ok((all, cited))
}

fn finding(row: &Row<'_>) -> Result<Finding> {
    let subject = match (row.get::<_, Option<u32>>(1)?, row.get::<_, Option<u64>>(2)?) {
        (Some(cluster), None) => Subject::Cluster(cluster),
        (None, Some(account)) => Subject::Account(position(account)?),
        _ => return Err(damaged("a finding about nobody".into())),
    };
    let null = match row.get::<_, Option<String>>(11)? {
        None => None,
        Some(made_from) => Some(NullBand {
            made_from,
            low: row.get(12)?,
            median: row.get(13)?,
            high: row.get(14)?,
            n: row.get(15)?,
        }),
    };
    Ok(Finding {
        subject,
        detector: row.get(3)?,
        version: row.get(4)?,
        family: named(row, 5, Family::parse)?,
        accounts: positions(&row.get::<_, String>(18)?)?,
        statement: statement(row, 6)?,
        statistic: row.get(8)?,
        threshold: row.get(9)?,
        effect: row.get(10)?,
        null,
        log10_p: row.get(16)?,
        is_exact: row.get(17)?,
        evidence: Vec::new(),
    })
}

/// Words in one column, numbers in the next.
fn statement(row: &Row<'_>, column: usize) -> Result<Statement> {
    let numbers = from_json(&row.get::<_, String>(column + 1)?)?;
    Ok(Statement { words: row.get(column)?, numbers })
}

/// Adds the innocent explanations.
fn explain(conn: &Connection, analysis: &mut Analysis) -> Result<()> {
    let sql = "SELECT cluster, account, id, tested, words, numbers FROM benign ORDER BY benign";
    let mut reading = conn.prepare(sql)?;
    let mut rows = reading.query(params![])?;
    while let Some(row) = rows.next()? {
        let tested = named(row, 3, Tested::parse)?;
        let benign = Benign { id: row.get(2)?, tested, facts: statement(row, 4)? };
        match (row.get::<_, Option<u64>>(0)?, row.get::<_, Option<u64>>(1)?) {
            (Some(id), None) => cluster_of(&mut analysis.clusters, id)?.benign.push(benign),
            (None, Some(account)) => {
                let account = position(account)?;
                let at = analysis.accounts.binary_search_by_key(&account, |s| s.account);
                let at = at.map_err(|_| damaged("an explanation of nobody".into()))?;
                analysis.accounts[at].benign.push(benign);
            }
            _ => return Err(damaged("an explanation of nobody".into())),
        }
    }
    Ok(())
}

fn position(number: u64) -> Result<u32> {
    let position = number.checked_sub(1).and_then(|at| u32::try_from(at).ok());
    position.ok_or_else(|| damaged(format!("account {number}")))
}

/// Numbers of accounts that are kept as differences.
fn positions(json: &str) -> Result<Vec<u32>> {
    numbers(json)?.into_iter().map(position).collect()
}

/// Rising numbers that are kept as differences.
fn numbers(json: &str) -> Result<Vec<u64>> {
    numbers_from(json, 1)
}

/// Numbers that are kept as differences, each so much at least.
fn numbers_from(json: &str, least: u64) -> Result<Vec<u64>> {
    let mut all: Vec<u64> = from_json(json)?;
    let mut sum = 0u64;
    for value in &mut all {
        let next = sum.checked_add(*value).filter(|_| *value >= least);
        sum = next.ok_or_else(|| damaged("numbers that do not rise".into()))?;
        *value = sum;
    }
    Ok(all)
}

fn from_json<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| damaged(error.to_string()))
}

fn damaged(what: String) -> StoreError {
    StoreError::Damaged(format!("findings: {what}"))
}
