//! The exporter's view of a real case: what was recorded comes from the case file, what is
//! counted from the index in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::manifest::hex;
use super::{
    AccountFacts, CaseFacts, EventRow, ExportOptions, Manifest, Place, Places, ReportError,
    ReportInput, Rows, SelectionFacts, Visit, export,
};
use crate::index::{self, Index, Lists, Mask, RowView};
use crate::job::Progress;
use crate::model::{
    Annotation, Exchange, Filter, Granularity, Marker, Reject, SourceInfo, Text, Time, TimeSpan,
};
use crate::store::{CaseFile, JournalEntry, Mode, RawReader, StoreError};

/// Writes an evidence package of a case on disk to `out_dir`, as [`export`] does.
///
/// `index` is the case in memory. Verdicts, notes and the journal are read from the file, so
/// edits that are still on their way to disk must have arrived. `filter` selects; everything
/// exports the whole case with the events of its flagged accounts.
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
) -> Result<Manifest, ReportError> {
    let input = CaseInput::open(case, Arc::clone(index), filter, progress)?;
    export(&input, out_dir, options, progress)
}

/// A case on disk and in memory with a selection.
#[derive(Debug)]
pub struct CaseInput {
    file: CaseFile,
    index: Arc<Index>,
    mask: Mask,
    facts: CaseFacts,
    selection: SelectionFacts,
    sources: Vec<SourceInfo>,
    markers: Vec<Marker>,
    annotations: BTreeMap<String, Annotation>,
}

impl CaseInput {
    /// Opens a case for export.
    ///
    /// # Errors
    /// [`ReportError::Case`] when it cannot be read or the filter cannot be evaluated, and when
    /// cancelled.
    pub fn open(
        path: &Path,
        index: Arc<Index>,
        filter: &Filter,
        progress: &Progress,
    ) -> Result<Self, ReportError> {
        let file = CaseFile::open(path, Mode::ReadOnly)?;
        let annotations = file.annotations()?;
        let said = annotations.iter().map(|(id, annotation)| (id.as_str(), annotation));
        let lists = Lists::new(&index, said);
        let mask = index::compile(filter, &index, &lists)
            .map_err(|e| ReportError::Case(format!("the selection {filter}: {e}")))?;
        let journal = file.journal()?;
        Ok(Self {
            facts: case_facts(path, &index, journal.first().map(|e| e.at), progress)?,
            selection: selection_facts(filter, &index, &mask),
            sources: file.sources()?,
            markers: file.markers()?,
            annotations,
            mask,
            index,
            file,
        })
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
    let (bytes, sha256) = hash_case(path, progress)?;
    Ok(CaseFacts {
        title: text(path.file_stem()),
        file: text(path.file_name()),
        bytes,
        sha256,
        created_at,
        accounts: index.accounts().len() as u64,
        rows: Granularity::ALL.into_iter().map(|kind| (kind, index.count_of(kind))).collect(),
    })
}

fn hash_case(path: &Path, progress: &Progress) -> Result<(u64, String), ReportError> {
    let io = || ReportError::io("read", path);
    let mut file = File::open(path).map_err(io())?;
    let size = file.metadata().map_err(io())?.len();
    progress.set_phase("hashing the case", size);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        progress.check()?;
        match file.read(&mut buffer).map_err(io())? {
            0 => return Ok((bytes, hex(&hasher.finalize()))),
            n => {
                hasher.update(&buffer[..n]);
                bytes += n as u64;
                progress.advance(n as u64);
            }
        }
    }
}

fn selection_facts(filter: &Filter, index: &Index, mask: &Mask) -> SelectionFacts {
    let rows = mask.bounds();
    let span = (!mask.is_empty()).then(|| TimeSpan {
        start: index.at(rows.start),
        end: Time(index.at(rows.end - 1).0.saturating_add(1)),
    });
    SelectionFacts {
        filter: if filter.is_everything() { String::new() } else { filter.to_string() },
        sentence: filter.to_sentence(index.default_granularity()),
        kind: mask.counted(),
        span,
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
    fn case(&self) -> &CaseFacts {
        &self.facts
    }

    fn selection(&self) -> &SelectionFacts {
        &self.selection
    }

    fn sources(&self) -> &[SourceInfo] {
        &self.sources
    }

    fn markers(&self) -> &[Marker] {
        &self.markers
    }

    fn annotations(&self) -> &BTreeMap<String, Annotation> {
        &self.annotations
    }

    fn accounts(&self) -> Result<Vec<AccountFacts>, ReportError> {
        let index = &self.index;
        let stats = index.stats_by_account(&self.mask);
        let mut orgs: Vec<Vec<&str>> = vec![Vec::new(); index.accounts().len()];
        for caller in &index.dimensions().callers {
            if let (Some(org), Some(of)) = (&caller.org_id, orgs.get_mut(caller.account as usize)) {
                of.push(org);
            }
        }
        let facts = index.accounts_by_id().iter().filter_map(|&account| {
            let stats = stats.get(account as usize).filter(|s| s.rows > 0)?;
            let mut orgs = std::mem::take(&mut orgs[account as usize]);
            orgs.sort_unstable();
            orgs.dedup();
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
        let narrowed = match rows {
            Rows::Selected => None,
            Rows::Of(ids) => {
                let accounts: Vec<u32> =
                    ids.iter().filter_map(|id| self.index.account_position(id)).collect();
                Some(self.index.narrowed_to_accounts(&self.mask, &accounts))
            }
        };
        narrowed.as_ref().unwrap_or(&self.mask).rows().try_for_each(|row| {
            let view = self.index.row(row);
            visit(&EventRow {
                id: view.event_id(),
                source_id: view.source_id(),
                exchange: exchange(&view),
            })
        })
    }

    fn places(&self) -> Box<dyn Places + '_> {
        Box::new(self.file.raw_reader())
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

    fn each_journal_entry(&self, visit: Visit<'_, JournalEntry>) -> Result<(), ReportError> {
        self.file.journal()?.iter().try_for_each(visit)
    }
}

impl Places for RawReader<'_> {
    fn locate(&mut self, event_id: u64) -> Result<Place, ReportError> {
        let event = RawReader::locate(self, event_id)?;
        Ok(Place {
            request_id: event.request_id,
            line: u64::from(event.line),
            byte_offset: event.byte_offset,
            byte_length: u64::from(event.byte_length),
        })
    }
}

/// A row of the index in the shape of a record.
fn exchange<'a>(row: &RowView<'a>) -> Exchange<'a> {
    let text = |t: Option<&'a str>| t.map(Text::from);
    let (call, number) = (row.call(), |n: Option<u32>| n.map(u64::from));
    Exchange {
        at: row.at(),
        time_quality: call.time_quality,
        time_precision: call.time_precision,
        granularity: call.granularity,
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
