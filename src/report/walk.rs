//! What lies in a package folder.

use std::io;
use std::path::Path;

/// Something in a package folder that is not a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path below the folder, with `/`; characters that are not UTF-8 replaced.
    pub path: String,
    /// Whether it is an ordinary file, not a link or a device.
    pub is_file: bool,
}

/// Everything under a folder that is not itself a folder, sorted. Links are not followed.
///
/// # Errors
/// The first the system reports.
pub fn files_under(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            continue;
        }
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        found.push(Entry { path: parts.join("/"), is_file: entry.file_type().is_file() });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
