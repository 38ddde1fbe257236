//! An archive into a case: every member a source of its own.

use std::path::Path;

use super::import::{Import, ImportError};
use super::import_report::FailedSource;
use crate::ingest::{Archive, ArchiveSummary, IngestError, Member};

impl Import<'_> {
    /// Takes in the members of an archive as if they were files of a folder, and notes the hash
    /// of the archive itself in the journal, where it was read to its end: the members' own are
    /// those of their sources.
    pub(super) fn archive(
        &mut self,
        archive: Archive,
        walked: bool,
        number: &str,
    ) -> Result<(), ImportError> {
        let first = self.report.sources.len();
        let before = self.taken();
        let mut members = archive.members();
        let path = members.path().to_owned();
        loop {
            match members.next(self.progress) {
                Ok(Some(Member::Log(source))) => self.source(*source, true, number)?,
                Ok(Some(Member::Left(path, why))) => {
                    self.report.skipped.push(FailedSource::left(&path, why));
                }
                // A member is as certainly no log as a file of a folder, the archive is not.
                Ok(Some(Member::Failed(member, error))) => {
                    self.left_out(&member, error.into(), member != path)?;
                }
                Ok(Some(Member::End(summary))) => {
                    self.note_archive(&path, &summary, first)?;
                    break;
                }
                Ok(None) => break,
                Err(error) => return self.left_out(&path, error.into(), walked),
            }
        }
        if self.taken() == before {
            let what = "an archive without any log that could be read";
            let error = IngestError::Member { path: path.clone(), what: what.to_owned() };
            match walked {
                true => self.report.skipped.push(FailedSource::new(&path, error.to_string())),
                false => self.left_out(&path, error.into(), false)?,
            }
        }
        Ok(())
    }

    /// How many logs and tables were taken in, or could not be.
    fn taken(&self) -> usize {
        self.report.sources.len() + self.report.failed.len() + self.tables.paths().count()
    }

    fn note_archive(
        &mut self,
        path: &Path,
        summary: &ArchiveSummary,
        first: usize,
    ) -> Result<(), ImportError> {
        let sources: Vec<u32> =
            self.report.sources[first..].iter().map(|source| source.info.id).collect();
        if sources.is_empty() {
            return Ok(());
        }
        let ArchiveSummary { sha256, bytes } = summary;
        let detail = serde_json::json!({ "sha256": sha256, "bytes": bytes, "sources": sources });
        let (at, actor) = (self.author.at, &self.author.actor);
        let (target, detail) = (path.display().to_string(), detail.to_string());
        self.file.transaction(|tx| {
            tx.append_journal(at, actor, "archive", &target, &detail).map(drop)
        })?;
        Ok(())
    }
}
