//! Where a package goes: what is there already, and a name that is free.

use std::path::{Path, PathBuf};

use crate::model::Time;
use crate::report;

/// What is known of a folder to export into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// When the package was written that would be replaced.
    pub replaces: Option<Time>,
    /// The same folder, or beside it one that does not exist.
    pub free: PathBuf,
}

impl Place {
    /// Looks at the disk.
    pub fn look(folder: &Path) -> Self {
        let is_file = folder.is_file();
        let manifest = if is_file { folder.to_owned() } else { folder.join(report::MANIFEST) };
        let replaces = report::is_package(folder).then(|| {
            let written = std::fs::metadata(manifest).and_then(|m| m.modified()).ok();
            let since = written.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            Time(since.map_or(0, |s| i64::try_from(s.as_micros()).unwrap_or(i64::MAX)))
        });
        let free = if folder.exists() { beside(folder) } else { folder.to_owned() };
        Self { replaces, free }
    }
}

/// `NAME-2`, `NAME-3`…, the first that does not exist; of a file `NAME-2.zip`.
fn beside(folder: &Path) -> PathBuf {
    let ending = folder.extension().filter(|ending| ending.eq_ignore_ascii_case("zip"));
    let name = if ending.is_some() { folder.file_stem() } else { folder.file_name() };
    let name = name.unwrap_or_default().to_string_lossy().into_owned();
    let ending = ending.map_or(String::new(), |ending| format!(".{}", ending.display()));
    let numbered = (2u32..).map(|n| folder.with_file_name(format!("{name}-{n}{ending}")));
    numbered.into_iter().find(|path| !path.exists()).unwrap_or_else(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_package_is_named_and_a_free_name_offered() {
        let scratch = tempfile::tempdir().expect("a scratch directory");
        let folder = scratch.path().join("a-package");
        assert_eq!(Place::look(&folder), Place { replaces: None, free: folder.clone() });
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join(report::MANIFEST), "{}").expect("a manifest");
        std::fs::create_dir(scratch.path().join("a-package-2")).expect("a folder");
        let place = Place::look(&folder);
        assert!(place.replaces.is_some_and(|at| at.0 > 0));
        assert_eq!(place.free, scratch.path().join("a-package-3"));
        let zip = scratch.path().join("a.zip");
        std::fs::write(&zip, b"PK\x03\x04").expect("a file");
        let place = Place::look(&zip);
        assert!(place.replaces.is_some_and(|at| at.0 > 0), "the time of the file itself");
        assert_eq!(place.free, scratch.path().join("a-2.zip"));
    }
}
