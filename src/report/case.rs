//! The exporter's view of a real case: what was recorded comes from the case file, what is
//! counted from the index in memory.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Weak};

use super::case_places::CasePlaces;
use super::export::{begin, write_package};
use super::hash::{hash_file, sha256_hex};
use super::input::Pictured;
use super::side_table::side_tables;
use super::sign::Signer;
use super::{
    AccountFacts, CaseFacts, EventRow, ExportOptions, Manifest, Places, Recorded, ReportError,
    ReportInput, Rows, SelectionFacts,
};
use crate::case::dossier::{Portrait, deeds_by_account};
use crate::case::{analysis_due, cited};
use crate::index::{self, Index, Lists, Mask, RowView};
use crate::job::Progress;
use crate::model::finding::Evidence;
use crate::model::{Exchange, Field, Filter, Granularity, Reject, Text, Time, TimeSpan};
use crate::network::{Limits, Network};
use crate::store::{CaseFile, Mode, StoreError};

/// Values of a field, and templates, that a page of an account or cluster lists.
const LISTED: (usize, usize) = (4, 6);

/// Writes an evidence package of a case on disk to `out_dir`, as [`super::export`] does.
///
/// `index` is the case in memory. Verdicts, notes and the journal are read from the file, so
/// edits that are still on their way to disk must have arrived; what changes the case while it
/// is exported makes the export fail. `filter` selects; everything exports the whole case with
/// the events of its flagged accounts. The export is noted for the journal, which does not change
/// the case.
///
/// # Errors
/// See [`ReportError`]; also when the filter cannot be evaluated.
pub fn export_case(
    case: &Path,
    index: &Arc<Index>,
    filter: &Filter,
    out_dir: &Path,
    options: &ExportOptions,
    progress: &Progress,
) -> Result<Package, ReportError> {
    let draft = begin(out_dir, options, progress)?;
    // A package holds all that a phrase finds, or there is none.
    index.finish_searches(filter, progress)?;
    let input = CaseInput::open(case, Arc::clone(index), filter, progress)?;
    let manifest = write_package(draft, &input, options, progress)?;
    let noted = note(&input, out_dir, options, &manifest);
    Ok(Package { manifest, unrecorded: noted.err().map(|error| error.to_string()) })
}

/// A package that was written.
#[derive(Clone, Debug)]
pub struct Package {
    /// What is in it.
    pub manifest: Manifest,
    /// Why the journal does not know of it, where it does not.
    pub unrecorded: Option<String>,
}

/// Notes for the journal what left the case, and for where.
fn note(
    input: &CaseInput,
    out_dir: &Path,
    options: &ExportOptions,
    manifest: &Manifest,
) -> Result<(), StoreError> {
    let outputs: Vec<&str> = options.only.iter().map(|output| output.as_str()).collect();
    let redaction = options.redaction.as_ref();
    let detail = serde_json::json!({
        // Not as the package says it, which may hide it.
        "selection": input.recorded.selection.filter,
        "outputs": outputs,
        "without": manifest.without,
        "banner": manifest.banner,
        "redaction": redaction.map(|redaction| redaction.profile.as_str()),
        "key": redaction.map(|redaction| redaction.key.fingerprint()),
        "signed_with": options.signer.as_ref().map(Signer::id),
        "files": manifest.files.len() + options.unlisted(),
        "bytes": manifest.files.iter().map(|file| file.bytes).sum::<u64>(),
        "case_sha256": manifest.case.sha256,
        "content_hash": manifest.content_hash,
        "manifest_hash": manifest.manifest_hash,
    });
    // As it was given, like the paths of imports: the same deeds give the same journal.
    input.file.note_export(options.at, &options.actor, &out_dir.to_string_lossy(), detail)
}

/// A case on disk and in memory with a selection.
#[derive(Debug)]
pub struct CaseInput {
    file: CaseFile,
    index: Arc<Index>,
    mask: Mask,
    recorded: Recorded,
}

impl CaseInput {
    /// Opens a case for export.
    ///
    /// # Errors
    /// [`ReportError::Case`] when it cannot be read or the filter cannot be evaluated,
    /// [`ReportError::Changed`] when `index` was loaded before the last import, and when
    /// cancelled.
    pub fn open(
        path: &Path,
        index: Arc<Index>,
        filter: &Filter,
        progress: &Progress,
    ) -> Result<Self, ReportError> {
        let file = CaseFile::open(path, Mode::ReadOnly)?;
        // Before anything else: whatever is done to the case from here on adds to the journal.
        // What was put under somebody's name by another hand must not leave as theirs.
        let (journal, fault) = file.journal_and_fault()?;
        if let Some(what) = fault {
            return Err(ReportError::Untrue(what));
        }
        let annotations = file.annotations()?;
        let said = annotations.iter().map(|(id, annotation)| (id.as_str(), annotation));
        let mut lists = Lists::new(&index, said);
        let analysis = file.analysis()?;
        lists.conclude(analysis.as_ref());
        lists.cite(analysis.as_ref().map(|analysis| cited(path, analysis, Weak::new())));
        let inputs = file.inputs()?;
        let run = analysis.as_ref().map(|analysis| &analysis.run);
        let analysis_due = run.and_then(|run| analysis_due(Some(run), &inputs));
        let (links, circles) = file.ties()?;
        // What cannot be read must not leave as if it were missing.
        index.read_texts_of(Field::SessionId).map_err(|e| ReportError::Case(e.to_string()))?;
        let mask = index::compile(filter, &index, &lists)
            .map_err(|e| ReportError::Case(format!("the selection {filter}: {e}")))?;
        let sources = file.sources()?;
        let recorded = Recorded {
            case: case_facts(path, &index, journal.first().map(|e| e.at), progress)?,
            selection: selection_facts(filter, &index, &mask),
            coverage: index.coverage(&sources, progress)?,
            sources,
            markers: file.markers()?,
            time_notes: file.time_notes()?,
            book: file.book()?,
            attributes: file.account_attributes()?,
            annotations,
            side_tables: side_tables(&journal),
            deeds: deeds_by_account(&journal),
            journal,
            analysis,
            analysis_due: analysis_due.map(|due| due.sentence()),
            account_ids: index.accounts().to_vec(),
            links,
            measured: file.measured()?,
            circles,
        };
        if recorded.sources.iter().map(|s| s.rows).sum::<u64>() != index.len() as u64 {
            return Err(ReportError::Changed);
        }
        Ok(Self { recorded, mask, index, file })
    }

    /// The records.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Where the case lies.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }
}

fn case_facts(
    path: &Path,
    index: &Index,
    created_at: Option<Time>,
    progress: &Progress,
) -> Result<CaseFacts, ReportError> {
    let text = |part: Option<&std::ffi::OsStr>| {
        part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let size = path.metadata().map_err(ReportError::io("read", path))?.len();
    progress.set_phase("hashing the case", size);
    let (bytes, sha256) = hash_file(path, progress)?;
    Ok(CaseFacts {
        title: text(path.file_stem()),
        file: text(path.file_name()),
        bytes,
        sha256,
        created_at,
        accounts: index.accounts().len() as u64,
        rows: Granularity::ALL.into_iter().map(|kind| (kind, index.count_of(kind))).collect(),
        bucket_requests: index.bucket_requests(),
    })
}

fn selection_facts(filter: &Filter, index: &Index, mask: &Mask) -> SelectionFacts {
    let ends = mask.ends_in(index.timed());
    let times = ends.and_then(|(first, last)| index.at(first).zip(index.at(last)));
    let span = times.map(|(start, last)| TimeSpan { start, end: Time(last.0.saturating_add(1)) });
    SelectionFacts {
        filter: if filter.is_everything() { String::new() } else { filter.to_string() },
        sentence: filter.to_sentence(index.default_granularity()),
        kind: mask.counted(),
        span,
        without_time: index.without_time(mask),
    }
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        if error.is_cancelled() {
            return Self::Cancelled(crate::job::Cancelled);
        }
        Self::Case(error.to_string())
    }
}

impl ReportInput for CaseInput {
    fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    fn evidence(&self, finding: u64) -> Result<Vec<Evidence>, ReportError> {
        Ok(self.file.evidence_of(finding)?)
    }

    fn pictures(
        &self,
        clusters: &[u32],
        most: usize,
        progress: &Progress,
    ) -> Result<Vec<Pictured>, ReportError> {
        self.pictures_of(clusters, most, progress)
    }

    fn network(&self, progress: &Progress) -> Result<Network, ReportError> {
        let attributes = &self.recorded.attributes;
        Ok(Network::of(&self.index, attributes, Limits::default(), progress)?)
    }

    fn check_unchanged(&self) -> Result<(), ReportError> {
        let head = self.file.journal()?.pop();
        if head.as_ref() == self.recorded.journal.last() {
            return Ok(());
        }
        Err(ReportError::Changed)
    }

    fn accounts(&self) -> Result<Vec<AccountFacts>, ReportError> {
        let index = &self.index;
        let whole = self.recorded.selection.is_whole_case();
        let stats = index.stats_by_account(&self.mask);
        let mut orgs = self.orgs();
        let facts = index.accounts_by_id().iter().filter_map(|&account| {
            let stats = stats.get(account as usize).filter(|s| whole || s.rows > 0)?;
            let orgs = std::mem::take(&mut orgs[account as usize]);
            let orgs: Vec<&str> = orgs.into_iter().collect();
            Some(AccountFacts {
                account_id: index.accounts()[account as usize].clone(),
                org_id: (!orgs.is_empty()).then(|| orgs.join("; ")),
                events: u64::from(stats.rows),
                input_tokens: stats.input_tokens(),
                output_tokens: stats.output_tokens(),
                first_seen: stats.first_seen(index),
                last_seen: stats.last_seen(index),
            })
        });
        Ok(facts.collect())
    }

    fn each_event(
        &self,
        rows: Rows<'_>,
        visit: &mut dyn FnMut(&EventRow<'_>) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let of = |ids: &BTreeSet<String>| {
            let accounts: Vec<u32> =
                ids.iter().filter_map(|id| self.index.account_position(id)).collect();
            self.index.narrowed_to_accounts(&self.mask, &accounts)
        };
        let narrowed = match rows {
            Rows::Selected => None,
            Rows::Of(ids) => Some(of(ids)),
            Rows::Cited(events, ids) => {
                let cited = events.iter().filter_map(|event| self.index.row_of_event(*event));
                Some(self.index.widened_by_rows(&of(ids), cited))
            }
        };
        narrowed.as_ref().unwrap_or(&self.mask).rows().try_for_each(|row| {
            let view = self.index.row(row);
            visit(&EventRow {
                id: view.event_id(),
                source_id: view.source_id(),
                exchange: exchange(&view),
                template: view.template(),
                same_call: self
                    .index
                    .same_call(row)
                    .iter()
                    .map(|r| self.index.event_id(*r))
                    .collect(),
            })
        })
    }

    fn each_name(
        &self,
        visit: &mut dyn FnMut(Field, &str) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let mut name = |field, text: &Option<String>| match text {
            Some(text) => visit(field, text),
            None => Ok(()),
        };
        for caller in &self.index.dimensions().callers {
            name(Field::OrgId, &caller.org_id)?;
            name(Field::UserId, &caller.user_id)?;
            name(Field::ApiKeyId, &caller.api_key_id)?;
        }
        for origin in &self.index.dimensions().origins {
            name(Field::ClientIp, &origin.client_ip)?;
            name(Field::DeviceId, &origin.device_id)?;
        }
        let mut seen: Vec<bool> = Vec::new();
        for row in 0..self.index.len() as u32 {
            let row = self.index.row(row);
            let Some(number) = row.session_number().map(|number| number as usize) else { continue };
            if number >= seen.len() {
                seen.resize(number + 1, false);
            }
            if !std::mem::replace(&mut seen[number], true)
                && let Some(session) = row.session()
            {
                visit(Field::SessionId, session)?;
            }
        }
        Ok(())
    }

    fn template(&self, id: u32) -> Option<(String, String)> {
        let text = self.index.templates().text(id)?;
        let hash = sha256_hex(text.as_bytes());
        Some((text, hash))
    }

    fn portrait(
        &self,
        accounts: &[u32],
        axis: Option<(TimeSpan, usize)>,
        progress: &Progress,
    ) -> Result<Option<(Portrait, Vec<u64>)>, ReportError> {
        let portrait = Portrait::of(&self.index, &self.mask, accounts, LISTED, progress)?;
        let traffic = axis.map_or_else(Vec::new, |(span, bins)| {
            let own = self.index.narrowed_to_accounts(&self.mask, accounts);
            self.index.histogram(&own, span, bins).bins.into_iter().map(u64::from).collect()
        });
        Ok(Some((portrait, traffic)))
    }

    fn models(&self, accounts: &[u32]) -> BTreeSet<String> {
        let own = self.index.narrowed_to_accounts(&self.mask, accounts);
        let mut models: BTreeSet<&str> = BTreeSet::new();
        // Nearly every row repeats what the row before it says.
        let mut last = None;
        for row in own.rows() {
            let model = self.index.row(row).model();
            if model != last {
                models.extend(model);
                last = model;
            }
        }
        models.into_iter().map(str::to_owned).collect()
    }

    fn places(&self) -> Box<dyn Places + '_> {
        Box::new(CasePlaces::new(&self.file, &self.recorded.sources))
    }

    fn traffic(
        &self,
        account: Option<&str>,
        span: TimeSpan,
        bins: usize,
    ) -> Result<Vec<u64>, ReportError> {
        let counts = match account.map(|id| self.index.account_position(id)) {
            None => self.index.histogram(&self.mask, span, bins).bins,
            Some(None) => vec![0; bins],
            Some(Some(account)) => {
                let mut lines = self.index.sparklines(&self.mask, &[account], span, bins).lines;
                lines.pop().unwrap_or_else(|| vec![0; bins])
            }
        };
        Ok(counts.into_iter().map(u64::from).collect())
    }

    fn each_reject(
        &self,
        visit: &mut dyn FnMut(u32, &Reject) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.file.for_each_reject(|row| visit(row.source_id, &row.reject))
    }
}

impl CaseInput {
    /// The organisations of each account, by position: those its rows in the selection state, of
    /// the whole case those of all its rows.
    fn orgs(&self) -> Vec<BTreeSet<&str>> {
        let mut orgs = vec![BTreeSet::new(); self.index.accounts().len()];
        if self.recorded.selection.is_whole_case() {
            for caller in &self.index.dimensions().callers {
                orgs[caller.account as usize].extend(caller.org_id.as_deref());
            }
            return orgs;
        }
        // Nearly every row repeats what the row before it of the same account says.
        let mut last: Vec<Option<&str>> = vec![None; orgs.len()];
        for row in self.mask.rows() {
            let row = self.index.row(row);
            let (account, org) = (row.account_position() as usize, row.org());
            if org.is_some() && last[account] != org {
                last[account] = org;
                orgs[account].extend(org);
            }
        }
        orgs
    }
}

/// A row of the index in the shape of a record.
fn exchange<'a>(row: &RowView<'a>) -> Exchange<'a> {
    let text = |t: Option<&'a str>| t.map(Text::from);
    let (call, number) = (row.call(), |n: Option<u32>| n.map(u64::from));
    Exchange {
        at: row.at().unwrap_or(Time::NONE),
        time_quality: call.time_quality,
        time_precision: call.time_precision,
        granularity: call.granularity,
        requests: number(row.requests()),
        interval_s: call.interval_s,
        request_id: None,
        account_id: Text::from(row.account()),
        org_id: text(row.org()),
        user_id: text(row.user()),
        api_key_id: text(row.api_key()),
        session_id: text(row.session()),
        pathway: text(row.pathway()),
        endpoint: text(row.endpoint()),
        model: text(row.model()),
        status: call.status,
        stop_reason: text(row.stop_reason()),
        error: text(row.error()),
        input_tokens: number(row.input_tokens()),
        output_tokens: number(row.output_tokens()),
        cached_tokens: number(row.cached_tokens()),
        reasoning_tokens: number(row.reasoning_tokens()),
        latency_ms: row.latency_ms().map(f64::from),
        max_tokens: call.max_tokens,
        temperature: call.temperature,
        client_ip: text(row.client_ip()),
        asn: text(row.asn()),
        country: text(row.country()),
        region: text(row.region()),
        user_agent: text(row.user_agent()),
        device_id: text(row.device()),
        tools: text(call.tools.as_deref()),
        cost: row.cost(),
        system_hash: text(call.system_hash.as_deref()),
        prompt_hash: row.prompt_hash(),
        response_hash: row.response_hash(),
        reasoning_signature: row.reasoning_signature(),
        replayed_signature: row.replayed_signature(),
    }
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
