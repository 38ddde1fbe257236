//! The sample that is part of the program.

use std::path::{Path, PathBuf};

use crate::store::CaseFile;

/// The unpacked sample.
#[derive(Debug)]
pub(super) struct Sample {
    pub case: PathBuf,
    pub log: PathBuf,
    pub accounts: PathBuf,
    pub releases: PathBuf,
    /// Whether the case is there already.
    pub made: bool,
}

/// Writes the sample that is part of the program to `folder`, unless it is there.
pub(super) fn unpack_sample(folder: &Path) -> std::io::Result<Sample> {
    const FILES: [(&str, &[u8]); 3] = [
        ("exchanges.jsonl.zst", include_bytes!("../../../sample_data/exchanges.jsonl.zst")),
        ("accounts.csv", include_bytes!("../../../sample_data/accounts.csv")),
        ("releases.csv", include_bytes!("../../../sample_data/releases.csv")),
    ];
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if !std::fs::metadata(&path).is_ok_and(|m| m.len() == bytes.len() as u64) {
            std::fs::write(&path, bytes)?;
        }
    }
    let case = folder.join("sample.stillwatch");
    let [log, accounts, releases] = FILES.map(|(name, _)| folder.join(name));
    Ok(Sample { made: CaseFile::is_case(&case), case, log, accounts, releases })
}
