//! The key of a redaction, in a file that is kept apart from the package.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ReportError;
use super::redact::Key;

/// Where the key of a package lies unless somebody says otherwise: beside it, never in it.
pub fn key_beside(package: &Path) -> PathBuf {
    let mut name = package.file_name().unwrap_or(package.as_os_str()).to_owned();
    name.push(".key");
    package.with_file_name(name)
}

/// Reads a key, or makes one where there is no file; whether it was made. Only its owner may read
/// the new file, where the system knows owners.
///
/// # Errors
/// [`ReportError::Io`]; [`ReportError::Redaction`] where the file holds something else.
pub fn read_or_make_key(path: &Path) -> Result<(Key, bool), ReportError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let wrong = |e| ReportError::Redaction(format!("{}: {e}", path.display()));
            Key::parse(text.trim()).map(|key| (key, false)).map_err(wrong)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => make(path).map(|key| (key, true)),
        Err(e) => Err(ReportError::io("read", path)(e)),
    }
}

fn make(path: &Path) -> Result<Key, ReportError> {
    let mut bytes = [0; 32];
    let none = |e: getrandom::Error| ReportError::Redaction(format!("no random key: {e}"));
    getrandom::fill(&mut bytes).map_err(none)?;
    let key = Key::from_bytes(bytes);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent).map_err(ReportError::io("create", parent))?;
    }
    let mut file = options.open(path).map_err(ReportError::io("create", path))?;
    let text = format!("{}\n", key.to_text());
    file.write_all(text.as_bytes()).map_err(ReportError::io("write", path))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_ever_after_and_lies_beside_the_package() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = key_beside(&folder.path().join("evidence.zip"));
        assert_eq!(path, folder.path().join("evidence.zip.key"));
        let (key, is_new) = read_or_make_key(&path).expect("made");
        assert!(is_new);
        assert_eq!(read_or_make_key(&path).expect("read"), (key, false));
        fs::write(&path, "no key").expect("written");
        assert!(matches!(read_or_make_key(&path), Err(ReportError::Redaction(_))));
    }
}
