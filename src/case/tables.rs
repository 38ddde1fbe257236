//! The tables beside the logs: account attributes, and releases, bans and other markers.

use std::fs;
use std::path::Path;

use super::edit::Author;
use super::import::{ImportError, ImportOptions, ImportReport, TableReject};
use crate::ingest::{DetectError, IngestError, SideTable, read_accounts, read_markers};
use crate::store::{CaseFile, StoreError};

/// Reads the tables that were asked for and writes them to the case.
pub(super) fn import_tables(
    file: &mut CaseFile,
    options: &ImportOptions,
    author: &Author,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    if let Some(path) = &options.accounts {
        let rows = read(path, read_accounts, report)?;
        report.accounts_described = rows.len() as u64;
        file.transaction(|tx| -> Result<(), StoreError> {
            for row in &rows {
                for (name, value) in &row.attributes {
                    tx.set_attribute(&row.account_id, name, value)?;
                }
            }
            journal(tx, author, "accounts", path, rows.len())
        })?;
    }
    if let Some(path) = &options.releases {
        let rows = read(path, read_markers, report)?;
        report.markers_added = rows.len() as u64;
        file.transaction(|tx| -> Result<(), StoreError> {
            for row in &rows {
                tx.add_marker(row)?;
            }
            journal(tx, author, "releases", path, rows.len())
        })?;
    }
    Ok(())
}

fn read<T>(
    path: &Path,
    reader: impl Fn(&[u8], &str) -> Result<SideTable<T>, DetectError>,
    report: &mut ImportReport,
) -> Result<Vec<T>, ImportError> {
    let bytes =
        fs::read(path).map_err(|source| IngestError::Open { path: path.to_owned(), source })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let table = reader(&bytes, &name)
        .map_err(|source| IngestError::NotALog { path: path.to_owned(), source })?;
    let rejects = table.rejects.into_iter();
    report
        .table_rejects
        .extend(rejects.map(|reject| TableReject { path: path.to_owned(), reject }));
    Ok(table.rows)
}

fn journal(
    tx: &crate::store::Tx<'_>,
    author: &Author,
    action: &str,
    path: &Path,
    rows: usize,
) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "rows": rows }).to_string();
    tx.append_journal(author.at, &author.actor, action, &path.display().to_string(), &detail)?;
    Ok(())
}
