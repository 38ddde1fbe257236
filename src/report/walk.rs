//! What lies in a package folder.

use std::io;
use std::path::Path;

use super::manifest::{MANIFEST, REPORT};
use super::sign::SIGNATURE;

/// Something in a package folder: a file, or what does not belong into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path below the folder, with `/`; characters that are not UTF-8 replaced.
    pub path: String,
    /// What it is.
    pub kind: Kind,
}

/// What lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An ordinary file.
    File,
    /// A folder with nothing in it; others show in the paths of their files.
    EmptyFolder,
    /// A link, a pipe, a device.
    Other,
}

/// Everything under a folder, sorted. Links are not followed.
///
/// # Errors
/// The first the system reports.
pub fn files_under(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        let kind = if entry.file_type().is_file() {
            Kind::File
        } else if !entry.file_type().is_dir() {
            Kind::Other
        } else if entry.path().read_dir()?.next().is_none() {
            Kind::EmptyFolder
        } else {
            continue;
        };
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        found.push(Entry { path: parts.join("/"), kind });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether a file is one that a manifest cannot list: itself, and its signature.
pub fn is_unlisted(path: &str) -> bool {
    path == MANIFEST || path == SIGNATURE
}

/// Whether the exporter writes a file of this name. Nothing else in a folder is ever removed,
/// whatever a manifest there says.
pub fn is_ours(path: &str) -> bool {
    const FILES: [&str; 21] = [
        MANIFEST,
        SIGNATURE,
        REPORT,
        "report.json",
        "accounts.csv",
        "clusters.csv",
        "findings.csv",
        "evidence.csv",
        "events.csv",
        "links.csv",
        "circles.csv",
        "templates.csv",
        "measures.csv",
        "journal.csv",
        "casebook.csv",
        "time_notes.csv",
        "rejects.csv",
        "network.gexf",
        "network.graphml",
        "bundle.stix.json",
        "figures/index.json",
    ];
    let figure = path.strip_prefix("figures/");
    let figure =
        figure.and_then(|name| name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png")));
    FILES.contains(&path) || figure.is_some_and(|name| !name.contains('/'))
}
