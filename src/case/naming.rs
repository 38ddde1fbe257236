//! Where a case goes when nobody says where.

use std::path::{Path, PathBuf};

/// The ending of a case file, without the dot.
pub const CASE_ENDING: &str = "stillwatch";

/// Endings that logs carry and cases should not inherit.
const LOG_ENDINGS: [&str; 12] =
    ["gz", "zst", "jsonl", "ndjson", "json", "csv", "tsv", "txt", "log", "parquet", "gzip", "zstd"];

/// The case that `stillwatch open LOG…` makes: beside the first log and named after it.
///
/// `gateway-2026-03.jsonl.gz` gives `gateway-2026-03.stillwatch`; standard input and names that
/// are nothing but endings give `case.stillwatch`.
pub fn case_beside(first_log: &Path) -> PathBuf {
    let folder = first_log.parent().unwrap_or(Path::new(""));
    folder.join(format!("{}.{CASE_ENDING}", stem(first_log)))
}

/// The same, or the first of `NAME-2`, `NAME-3`… that is free.
pub fn free_case_beside(first_log: &Path) -> PathBuf {
    let wanted = case_beside(first_log);
    let stem = stem(first_log);
    let numbered = (2..).map(|n| wanted.with_file_name(format!("{stem}-{n}.{CASE_ENDING}")));
    std::iter::once(wanted.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(wanted)
}

fn stem(log: &Path) -> String {
    let name = log.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut stem = name.trim_matches(['*', '?', '-', '.']);
    while let Some((rest, ending)) = stem.rsplit_once('.') {
        if !LOG_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) {
            break;
        }
        stem = rest;
    }
    let bare = LOG_ENDINGS.contains(&stem.to_ascii_lowercase().as_str());
    if stem.is_empty() || bare { "case".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_named_after_its_first_log_without_the_endings_of_logs() {
        for (log, case) in [
            ("logs/gateway-2026-03.jsonl.gz", "logs/gateway-2026-03.stillwatch"),
            ("export.v2.CSV", "export.v2.stillwatch"),
            ("-", "case.stillwatch"),
            ("*.gz", "case.stillwatch"),
            ("logs/folder", "logs/folder.stillwatch"),
        ] {
            assert_eq!(case_beside(Path::new(log)), Path::new(case), "{log}");
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("a.jsonl");
        std::fs::write(case_beside(&log), "").expect("it writes");
        assert_eq!(free_case_beside(&log), folder.path().join("a-2.stillwatch"));
    }
}
