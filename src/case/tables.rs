//! The tables beside the logs: account attributes, and releases, bans and other markers.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::edit::Author;
use super::import::{ImportError, ImportOptions};
use super::import_report::{ImportReport, ImportedTable, TableReject};
use crate::ingest::source::{Compression, Source, SourceSummary};
use crate::ingest::{
    AccountAttributes, DetectError, IngestError, ReaderOptions, SideTable, TableKind,
    read_accounts, read_markers,
};
use crate::model::{Marker, Reject};
use crate::store::{CaseFile, StoreError, Tx};

/// Bytes of a table that is read; of a packed one, which may unpack to many times that.
const LONGEST: u64 = 64 << 20;
const LONGEST_PACKED: u64 = LONGEST / 16;

/// So few rows may repeat accounts as they like.
const FEW_ROWS: usize = 20;

/// Tables that were read and wait for the logs to be in the case.
pub(super) struct Tables {
    tables: Vec<Table>,
    /// How they are read.
    reading: ReaderOptions,
}

struct Table {
    path: PathBuf,
    /// Size on disk, bytes.
    bytes: u64,
    /// SHA-256 of the bytes on disk, lower-case hex.
    sha256: String,
    rows: Rows,
    rejects: Vec<Reject>,
}

enum Rows {
    Accounts(Vec<AccountAttributes>),
    Releases(Vec<Marker>),
}

impl Tables {
    /// Reads the tables that were asked for.
    pub(super) fn read(options: &ImportOptions) -> Result<Self, ImportError> {
        let asked =
            [(TableKind::Accounts, &options.accounts), (TableKind::Releases, &options.releases)];
        let zone = options.timezone.as_deref();
        let zone = zone.or(options.choice.mapping.as_ref().map(|m| m.timezone.as_str()));
        let reading = ReaderOptions::in_zone(zone.unwrap_or_default())?;
        let mut tables = Self { tables: Vec::new(), reading };
        for (kind, path) in asked {
            if let Some(path) = path {
                let mut source = Source::open(path)?;
                options.encode(&mut source);
                tables.add(kind, source)?;
            }
        }
        Ok(tables)
    }

    /// Reads one more, unless it is there.
    pub(super) fn add(&mut self, kind: TableKind, source: Source) -> Result<(), ImportError> {
        if !self.paths().any(|known| known == source.path) {
            self.tables.push(Table::read(kind, source, &self.reading)?);
        }
        Ok(())
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.tables.iter().map(|table| table.path.as_path())
    }

    /// Writes them to the case.
    pub(super) fn write(
        self,
        file: &mut CaseFile,
        author: &Author,
        report: &mut ImportReport,
    ) -> Result<(), ImportError> {
        for table in self.tables {
            file.transaction(|tx| table.write(tx, author))?;
            let (title, rows) = (table.kind().title(), table.len() as u64);
            match table.kind() {
                TableKind::Accounts => report.accounts_described += rows,
                TableKind::Releases => report.markers_added += rows,
            }
            let path = table.path.display().to_string();
            report.tables.push(ImportedTable { path, title, rows });
            let rejects = table.rejects.into_iter();
            report
                .table_rejects
                .extend(rejects.map(|reject| TableReject { path: table.path.clone(), reject }));
        }
        Ok(())
    }
}

impl Table {
    fn read(kind: TableKind, source: Source, reading: &ReaderOptions) -> Result<Self, ImportError> {
        let (path, on_disk): (&Path, u64) = (&source.path.clone(), source.bytes);
        refuse_large(path, &source)?;
        let (bytes, summary) = source.read_all()?;
        let SourceSummary { sha256, unpacked_bytes, problem, .. } = summary;
        if let Some(problem) = problem {
            return Err(IngestError::damaged(path.to_owned(), unpacked_bytes, &problem).into());
        }
        let name = super::inputs::file_name(path);
        let read = match kind {
            TableKind::Accounts => read_accounts(&bytes, &name, reading).map(Rows::accounts),
            TableKind::Releases => read_markers(&bytes, &name, reading).map(Rows::releases),
        };
        let wrong = |source: DetectError| IngestError::NotALog { path: path.to_owned(), source };
        let (rows, rejects) = read.map_err(wrong)?;
        refuse_log(path, &rows)?;
        Ok(Self { path: path.to_owned(), bytes: on_disk, sha256, rows, rejects })
    }

    fn kind(&self) -> TableKind {
        match self.rows {
            Rows::Accounts(_) => TableKind::Accounts,
            Rows::Releases(_) => TableKind::Releases,
        }
    }

    fn len(&self) -> usize {
        match &self.rows {
            Rows::Accounts(rows) => rows.len(),
            Rows::Releases(rows) => rows.len(),
        }
    }

    fn write(&self, tx: &Tx<'_>, author: &Author) -> Result<(), StoreError> {
        let (action, contents) = match &self.rows {
            Rows::Accounts(rows) => {
                for row in rows {
                    for (name, value) in &row.attributes {
                        tx.set_attribute(&row.account_id, name, value)?;
                    }
                }
                ("accounts", tx.attributes_sha256()?)
            }
            Rows::Releases(rows) => {
                rows.iter().try_for_each(|row| tx.add_marker(row))?;
                ("releases", tx.markers_sha256()?)
            }
        };
        let rejects = self.rejects.len();
        let detail = serde_json::json!({
            "rows": self.len(), "rejects": rejects, "bytes": self.bytes, "sha256": self.sha256,
            "contents": contents,
        });
        let path = self.path.display().to_string();
        tx.append_journal(author.at, &author.actor, action, &path, &detail.to_string())?;
        Ok(())
    }
}

impl Rows {
    fn accounts(table: SideTable<AccountAttributes>) -> (Self, Vec<Reject>) {
        (Self::Accounts(table.rows), table.rejects)
    }

    fn releases(table: SideTable<Marker>) -> (Self, Vec<Reject>) {
        (Self::Releases(table.rows), table.rejects)
    }
}

/// A table beside the logs is read as a whole: a log taken for one must not fill the memory.
fn refuse_large(path: &Path, source: &Source) -> Result<(), ImportError> {
    let longest = match source.compression {
        Compression::None => LONGEST,
        _ => LONGEST_PACKED,
    };
    if source.bytes <= longest {
        return Ok(());
    }
    let bytes = source.bytes;
    let what = format!(
        "too large for a table of accounts or releases ({bytes} bytes, up to {longest} are read); \
         a log is imported as one with --format or --mapping"
    );
    Err(ImportError::NoTable { path: path.to_owned(), what })
}

/// What says something of the same accounts again and again is a log.
fn refuse_log(path: &Path, rows: &Rows) -> Result<(), ImportError> {
    let Rows::Accounts(all) = rows else { return Ok(()) };
    let accounts: HashSet<&str> = all.iter().map(|row| row.account_id.as_str()).collect();
    if all.len() <= FEW_ROWS || all.len() <= 2 * accounts.len() {
        return Ok(());
    }
    let (rows, accounts) = (all.len(), accounts.len());
    let what = format!(
        "{rows} rows about {accounts} accounts: a log, not a table of accounts; \
         import it as one with --format or --mapping"
    );
    Err(ImportError::NoTable { path: path.to_owned(), what })
}
