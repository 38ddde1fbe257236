//! `evidence.csv`: the records that findings rest on, where each stands and its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::csv::Table;
use super::gather::Gathered;
use super::originals::{Original, Originals};
use super::tables::{Written, failed};
use super::{ReportError, ReportInput};
use crate::job::Progress;

/// Columns of `evidence.csv`: a record that a finding rests on, in one of its roles.
pub const EVIDENCE_COLUMNS: &[&str] = &[
    "finding",
    "event_id",
    "source",
    "line",
    "byte_offset",
    "record_sha256",
    "role",
    "byte_length",
];

/// Writes `evidence.csv`.
///
/// # Errors
/// When the case cannot be read, the writer's, and when cancelled.
pub fn evidence(
    out: impl Write,
    input: &dyn ReportInput,
    gathered: &Gathered,
    progress: &Progress,
) -> Written {
    let mut table = Table::new(out, EVIDENCE_COLUMNS).map_err(failed("evidence.csv"))?;
    if let Some((_, found)) = gathered.found_in(input) {
        let numbers = found.findings.iter().map(|at| *at as u64 + 1);
        write_findings(&mut table, input, numbers, TOGETHER, progress)?;
    }
    table.finish().map_err(failed("evidence.csv"))
}

/// Citations whose originals are looked up together, each record once for all of these findings
/// that cite it: by itself, the few records of a role unpack most slices of a source. Some 200
/// bytes each are held meanwhile, so a role of millions is cut.
const TOGETHER: usize = 1 << 18;

/// Records that a finding cites in one role; of a long role, a part.
struct Cited {
    finding: u64,
    role: String,
    events: Vec<u64>,
}

fn write_findings<W: Write>(
    table: &mut Table<W>,
    input: &dyn ReportInput,
    findings: impl Iterator<Item = u64>,
    together: usize,
    progress: &Progress,
) -> Result<(), ReportError> {
    let (mut waiting, mut records) = (Vec::new(), 0);
    for finding in findings {
        for evidence in input.evidence(finding)? {
            let mut events = evidence.events.as_slice();
            while !events.is_empty() {
                let (now, later) = events.split_at(events.len().min(together - records));
                waiting.push(Cited { finding, role: evidence.role.clone(), events: now.to_vec() });
                (events, records) = (later, records + now.len());
                if records == together {
                    write_cited(table, input, &waiting, progress)?;
                    (waiting, records) = (Vec::new(), 0);
                }
            }
        }
    }
    write_cited(table, input, &waiting, progress)
}

fn write_cited<W: Write>(
    table: &mut Table<W>,
    input: &dyn ReportInput,
    cited: &[Cited],
    progress: &Progress,
) -> Result<(), ReportError> {
    let sources: BTreeMap<u32, &str> =
        input.sources().iter().map(|s| (s.id, s.path.as_str())).collect();
    let originals = look_up(input, cited, progress)?;
    for Cited { finding, role, events } in cited {
        progress.advance(events.len() as u64);
        for event in events {
            let Original { place, sha256 } = originals.get(event).ok_or(ReportError::Changed)?;
            let source = sources.get(&place.source_id).copied().unwrap_or_default();
            let mut row = || {
                table.ours(finding)?;
                table.ours(event)?;
                table.text(source)?;
                table.ours(place.line)?;
                table.ours(place.byte_offset)?;
                table.number(sha256.as_ref())?;
                table.text(role)?;
                table.ours(place.byte_length)?;
                table.end_row()
            };
            row().map_err(failed("evidence.csv"))?;
        }
    }
    Ok(())
}

fn look_up(
    input: &dyn ReportInput,
    cited: &[Cited],
    progress: &Progress,
) -> Result<BTreeMap<u64, Original>, ReportError> {
    let ids: BTreeSet<u64> = cited.iter().flat_map(|cited| cited.events.iter().copied()).collect();
    let mut originals = Originals::new(input, ids.iter().copied().collect());
    ids.into_iter().map(|id| Ok((id, originals.next(progress)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Evidence;
    use crate::report::testing;

    /// Of findings that cite the same records, with so many looked up at once.
    fn written(together: usize) -> String {
        let role =
            |role: &str, events: &[u64]| Evidence { role: role.into(), events: events.into() };
        let first = vec![role("taken up", &[1, 2, 3, 4, 5]), role("again", &[5])];
        let case = testing::MadeUp {
            evidence: vec![first, vec![], vec![role("taken up", &[2, 9])]],
            ..testing::autumn(3, 1)
        };
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, EVIDENCE_COLUMNS).unwrap();
        write_findings(&mut table, &case, 1..=3, together, &Progress::default()).unwrap();
        table.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_role_cut_anywhere_is_written_the_same() {
        let whole = written(TOGETHER);
        assert_eq!(whole.lines().count(), 1 + 8);
        for together in 1..=9 {
            assert_eq!(written(together), whole, "{together} at once");
        }
    }
}
