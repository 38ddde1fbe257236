//! Small files that a command is given: rules, clauses of terms.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::out::visible;

/// Bytes that such a file has at most.
const LONGEST: u64 = 4 << 20;

/// Reads one. What is no ordinary file may never end.
///
/// # Errors
/// When it cannot be read, is no ordinary file, too long, or no text.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let name = visible(&path.display().to_string());
    let failed = || format!("{name} cannot be read");
    let meta = fs::metadata(path).with_context(failed)?;
    anyhow::ensure!(meta.is_file(), "{name} is not an ordinary file");
    anyhow::ensure!(meta.len() <= LONGEST, "{name} is longer than {LONGEST} bytes");
    fs::read_to_string(path).with_context(failed)
}
