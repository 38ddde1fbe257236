//! Everything a report needs to know, read from the case once.

use std::collections::{BTreeMap, BTreeSet};

use super::ReportError;
use super::figure::Bins;
use super::found::Found;
use super::input::{AccountFacts, EventRow, ReportInput, Rows};
use crate::case::dossier::Portrait;
use crate::job::Progress;
use crate::model::book;
use crate::model::finding::{Analysis, Subject};
use crate::model::{Annotation, Marker, Time, TimeSpan, Verdict};
use crate::network::peers::found_between;
use crate::network::picture::{Pair, Thing};

/// Flagged accounts that get their own part of the report.
pub const DETAILED: usize = 50;
/// Rows shown for each of them.
pub const ROWS_SHOWN: usize = 20;
/// Markers drawn in a figure; more would hide what they mark.
pub const MARKERS_DRAWN: usize = 40;

/// A flagged account in detail.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Its rows over [`Gathered::bins`].
    pub traffic: Vec<u64>,
    /// Its first rows, at most [`ROWS_SHOWN`].
    pub rows: Vec<Shown>,
    /// Rows by model; `None`: not stated.
    pub models: BTreeMap<Option<String>, u64>,
    /// Addresses it came from.
    pub addresses: BTreeSet<String>,
    /// Keys it used.
    pub keys: BTreeSet<String>,
    /// Rows whose HTTP status is 400 or more.
    pub failed: u64,
    /// Rows that state a status.
    pub with_status: u64,
}

/// The columns of a row that the report shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Id in the case.
    pub id: u64,
    /// When.
    pub at: Time,
    /// Model.
    pub model: Option<String>,
    /// Input tokens.
    pub input_tokens: Option<u64>,
    /// Output tokens.
    pub output_tokens: Option<u64>,
    /// HTTP status.
    pub status: Option<u32>,
    /// Address.
    pub client_ip: Option<String>,
    /// Source it came from.
    pub source_id: u32,
    /// Line in it.
    pub line: u64,
}

/// A flagged account.
#[derive(Clone, Debug)]
pub struct Flagged {
    /// Its counts.
    pub facts: AccountFacts,
    /// What was said of it.
    pub said: Annotation,
    /// More about it, for the first [`DETAILED`].
    pub detail: Option<Detail>,
}

impl Flagged {
    /// Whether an analyst suspects it, or has it watched.
    pub fn is_suspected(&self) -> bool {
        self.said.verdict.as_ref().is_some_and(|record| record.verdict.is_suspicion())
    }
}

/// Rejects with one reason in one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// Source id.
    pub source_id: u32,
    /// Reason as in the ledger.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// The first line with it.
    pub first_line: u64,
}

/// What the report is made from.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Accounts in the selection, by id; of the whole case all.
    pub accounts: Vec<AccountFacts>,
    /// Rows in the selection.
    pub events: u64,
    /// Those that something was said of: suspicious, watch, cleared, only noted; by rows.
    pub flagged: Vec<Flagged>,
    /// Accounts something was said of that have no rows in the selection.
    pub flagged_elsewhere: u64,
    /// The axis of all figures; `None` without rows.
    pub bins: Option<Bins>,
    /// Rows over the axis.
    pub traffic: Vec<u64>,
    /// Of them, rows of accounts under suspicion.
    pub flagged_traffic: Vec<u64>,
    /// Rejects of the case by source and reason, most first.
    pub reasons: Vec<ReasonCount>,
    /// Rejects of the case.
    pub rejects: u64,
    /// Of clusters with a part of their own, the models that they called.
    pub models: BTreeMap<u32, BTreeSet<String>>,
    /// Of accounts and clusters with a part of their own, what their records say, and how many lie in
    /// each bin of the axis.
    pub portraits: BTreeMap<Subject, (Portrait, Vec<u64>)>,
    /// What detectors found between accounts, where anybody has a part of their own: what several
    /// have, and pairs.
    pub between: (Vec<Thing>, Vec<Pair>),
    /// What detectors found about the accounts of the selection; `None` where they were not run.
    pub found: Option<Found>,
}

impl Gathered {
    /// What detectors found, where they were run: all of it, and what of it is about accounts of
    /// the selection.
    pub fn found_in<'a>(&'a self, input: &'a dyn ReportInput) -> Option<(&'a Analysis, &'a Found)> {
        input.recorded().analysis.as_ref().zip(self.found.as_ref())
    }

    /// Ids of the flagged accounts.
    pub fn flagged_ids(&self) -> BTreeSet<String> {
        self.flagged.iter().map(|f| f.facts.account_id.clone()).collect()
    }

    /// Accounts that have rows of the kind counted.
    pub fn active(&self) -> u64 {
        self.accounts.iter().filter(|a| a.events > 0).count() as u64
    }

    /// Rows of the flagged accounts.
    pub fn flagged_events(&self) -> u64 {
        self.flagged.iter().map(|f| f.facts.events).sum()
    }

    /// Those under suspicion: how many there are, and their rows.
    pub fn suspected(&self) -> (u64, u64) {
        let all = self.flagged.iter().filter(|flagged| flagged.is_suspected());
        all.fold((0, 0), |(n, events), of| (n + 1, events + of.facts.events))
    }

    /// How many carry a verdict.
    pub fn with_verdict(&self, verdict: Verdict) -> u64 {
        let has = |f: &&Flagged| f.said.verdict.as_ref().is_some_and(|v| v.verdict == verdict);
        self.flagged.iter().filter(has).count() as u64
    }

    /// The markers that lie on the axis, at most [`MARKERS_DRAWN`], and how many lie there.
    pub fn markers_on_axis(&self, markers: &[Marker]) -> (Vec<Marker>, usize) {
        let Some(bins) = self.bins else { return (Vec::new(), 0) };
        let on_axis = || markers.iter().filter(|m| bins.position(m.at).is_some());
        (on_axis().take(MARKERS_DRAWN).cloned().collect(), on_axis().count())
    }
}

/// Reads the case.
///
/// # Errors
/// When it cannot be read, and when cancelled.
pub fn gather(input: &dyn ReportInput, progress: &Progress) -> Result<Gathered, ReportError> {
    let accounts = input.accounts()?;
    progress.check()?;
    let mut out = Gathered {
        events: accounts.iter().map(|a| a.events).sum(),
        bins: input.selection().span.map(Bins::over),
        ..Gathered::default()
    };
    pick_flagged(&accounts, input, &mut out);
    out.accounts = accounts;
    read_traffic(input, &mut out, progress)?;
    read_details(input, &mut out, progress)?;
    read_rejects(input, &mut out)?;
    out.found = Found::of(input, &out.accounts, progress)?;
    read_models(input, &mut out, progress)?;
    read_portraits(input, &mut out, progress)?;
    Ok(out)
}

fn pick_flagged(accounts: &[AccountFacts], input: &dyn ReportInput, out: &mut Gathered) {
    for (id, said) in input.annotations() {
        match accounts.binary_search_by(|a| a.account_id.as_str().cmp(id)) {
            Ok(at) => out.flagged.push(Flagged {
                facts: accounts[at].clone(),
                said: said.clone(),
                detail: None,
            }),
            Err(_) => out.flagged_elsewhere += 1,
        }
    }
    let rank =
        |f: &Flagged| f.said.verdict.as_ref().map_or(Verdict::ALL.len(), |v| v.verdict as usize);
    out.flagged.sort_by(|a, b| {
        (rank(a), std::cmp::Reverse(a.facts.events), &a.facts.account_id).cmp(&(
            rank(b),
            std::cmp::Reverse(b.facts.events),
            &b.facts.account_id,
        ))
    });
    for flagged in out.flagged.iter_mut().take(DETAILED) {
        flagged.detail = Some(Detail::default());
    }
}

fn read_traffic(
    input: &dyn ReportInput,
    out: &mut Gathered,
    progress: &Progress,
) -> Result<(), ReportError> {
    let Some(bins) = out.bins else { return Ok(()) };
    let span: TimeSpan = bins.span();
    out.traffic = input.traffic(None, span, bins.count)?;
    out.flagged_traffic = vec![0; bins.count];
    for flagged in &mut out.flagged {
        progress.check()?;
        let own = input.traffic(Some(&flagged.facts.account_id), span, bins.count)?;
        if flagged.is_suspected() {
            out.flagged_traffic.iter_mut().zip(&own).for_each(|(sum, n)| *sum += n);
        }
        if let Some(detail) = &mut flagged.detail {
            detail.traffic = own;
        }
    }
    Ok(())
}

fn read_details(
    input: &dyn ReportInput,
    out: &mut Gathered,
    progress: &Progress,
) -> Result<(), ReportError> {
    let mut details: BTreeMap<String, Detail> = BTreeMap::new();
    for flagged in &mut out.flagged {
        if let Some(detail) = flagged.detail.take() {
            details.insert(flagged.facts.account_id.clone(), detail);
        }
    }
    if details.is_empty() {
        return Ok(());
    }
    let ids: BTreeSet<String> = details.keys().cloned().collect();
    let mut seen = 0_u64;
    input.each_event(Rows::Of(&ids), &mut |row| {
        seen += 1;
        if seen.is_multiple_of(4_096) {
            progress.check()?;
        }
        if let Some(detail) = details.get_mut(row.exchange.account_id.as_str()) {
            detail.add(row);
        }
        Ok(())
    })?;
    let mut places = input.places();
    for flagged in &mut out.flagged {
        flagged.detail = details.remove(&flagged.facts.account_id);
        for row in flagged.detail.iter_mut().flat_map(|d| &mut d.rows) {
            row.line = places.locate(row.id)?.line;
        }
    }
    Ok(())
}

impl Detail {
    fn add(&mut self, row: &EventRow<'_>) {
        let e = &row.exchange;
        let model = e.model.as_ref().map(|t| t.as_str().to_owned());
        let address = e.client_ip.as_ref().map(|t| t.as_str().to_owned());
        if self.rows.len() < ROWS_SHOWN {
            self.rows.push(Shown {
                id: row.id,
                at: e.at,
                model: model.clone(),
                input_tokens: e.input_tokens,
                output_tokens: e.output_tokens,
                status: e.status,
                client_ip: address.clone(),
                source_id: row.source_id,
                line: 0,
            });
        }
        *self.models.entry(model).or_default() += 1;
        self.addresses.extend(address);
        self.keys.extend(e.api_key_id.as_ref().map(|t| t.as_str().to_owned()));
        self.with_status += u64::from(e.status.is_some());
        self.failed += u64::from(e.status.is_some_and(|s| s >= 400));
    }
}

/// The models of clusters, where any clause speaks of some models only.
fn read_models(
    input: &dyn ReportInput,
    out: &mut Gathered,
    progress: &Progress,
) -> Result<(), ReportError> {
    let terms = book::terms(&input.recorded().book);
    if terms.iter().all(|(_, term)| term.models.trim().is_empty()) {
        return Ok(());
    }
    let Some((analysis, found)) = out.found_in(input) else { return Ok(()) };
    let mut models = BTreeMap::new();
    for cluster in found.detailed(analysis) {
        progress.check()?;
        let accounts: Vec<u32> = cluster.members.iter().map(|member| member.account).collect();
        models.insert(cluster.id, input.models(&accounts));
    }
    out.models = models;
    Ok(())
}

/// Looks at those who have a part of their own, as the screen of their page does.
fn read_portraits(
    input: &dyn ReportInput,
    out: &mut Gathered,
    progress: &Progress,
) -> Result<(), ReportError> {
    let axis = out.bins.map(|bins| (bins.span(), bins.count));
    let mut whose: Vec<(Subject, Vec<u32>)> = Vec::new();
    if out.flagged.iter().any(|flagged| flagged.detail.is_some()) {
        let detailed = out.flagged.iter().filter(|flagged| flagged.detail.is_some());
        let ids: BTreeSet<&str> = detailed.map(|f| f.facts.account_id.as_str()).collect();
        let all = (0..).zip(&input.recorded().account_ids);
        let own = all.filter(|(_, id)| ids.contains(id.as_str()));
        whose.extend(own.map(|(at, _)| (Subject::Account(at), vec![at])));
    }
    if let Some((analysis, found)) = out.found_in(input) {
        for cluster in found.detailed(analysis) {
            let mut accounts: Vec<u32> = cluster.members.iter().map(|m| m.account).collect();
            accounts.sort_unstable();
            whose.push((Subject::Cluster(cluster.id), accounts));
        }
    }
    if !whose.is_empty() {
        let recorded = input.recorded();
        out.between = found_between(&recorded.links, &recorded.circles);
    }
    for (subject, accounts) in whose {
        progress.check()?;
        if let Some(portrait) = input.portrait(&accounts, axis, progress)? {
            out.portraits.insert(subject, portrait);
        }
    }
    Ok(())
}

fn read_rejects(input: &dyn ReportInput, out: &mut Gathered) -> Result<(), ReportError> {
    let mut reasons: BTreeMap<(u32, String), (u64, u64)> = BTreeMap::new();
    input.each_reject(&mut |source_id, reject| {
        out.rejects += 1;
        let slot = reasons.entry((source_id, reject.reason.clone())).or_insert((0, reject.line));
        slot.0 += 1;
        Ok(())
    })?;
    out.reasons = reasons
        .into_iter()
        .map(|((source_id, reason), (count, first_line))| ReasonCount {
            source_id,
            reason,
            count,
            first_line,
        })
        .collect();
    // Stable: equal counts stay by source and reason.
    out.reasons.sort_by_key(|r| std::cmp::Reverse(r.count));
    Ok(())
}
