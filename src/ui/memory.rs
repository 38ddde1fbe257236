//! What the window remembers between runs: recent cases, theme, text size, time zone, columns of
//! tables.
//!
//! One small JSON file in the user's configuration directory. It is a convenience: a file that
//! cannot be read is treated as absent, and one that cannot be written is not an error.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::Time;

use super::widget::table::ColumnChoice;

/// Bars in a traffic thumbnail.
pub const THUMBNAIL_BARS: usize = 45;

/// A case that was open not long ago, with what its entry on the start screen shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecentCase {
    /// Where it was.
    pub path: PathBuf,
    /// When it was last opened.
    pub opened_at: Time,
    /// Exchanges in it.
    pub exchanges: u64,
    /// Accounts in it.
    pub accounts: u64,
    /// How long its logs are, as the window says it: `45 days`.
    pub length: String,
    /// Accounts by verdict: suspicious, watch, cleared.
    pub verdicts: [u64; 3],
    /// Exchanges in equal parts of its time, for the thumbnail.
    pub traffic: Vec<u32>,
}

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Dark or light.
    pub dark: bool,
    /// Magnification of everything.
    pub zoom: f32,
    /// The time zone that times are shown in, by name; UTC where this machine does not know it.
    pub zone: String,
    /// Unpacked bytes a second of the last import that took long enough to tell.
    pub import_bytes_per_s: Option<f64>,
    /// Recent cases, last opened first.
    pub cases: Vec<RecentCase>,
    /// Columns of tables as they were chosen: which, how wide, in what order.
    pub columns: BTreeMap<String, ColumnChoice>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            dark: true,
            zoom: 1.0,
            zone: "UTC".to_owned(),
            import_bytes_per_s: None,
            cases: Vec::new(),
            columns: BTreeMap::new(),
        }
    }
}

impl Memory {
    /// How many cases are remembered.
    const CASES: usize = 12;
    const FILE: &'static str = "window.json";

    /// Reads what was remembered in `dir`; the default where there is nothing readable.
    pub fn load(dir: &Path) -> Self {
        let text = fs::read(dir.join(Self::FILE)).unwrap_or_default();
        let mut memory: Self = serde_json::from_slice(&text).unwrap_or_default();
        if !(0.5..=3.0).contains(&memory.zoom) {
            memory.zoom = 1.0;
        }
        memory.import_bytes_per_s = memory.import_bytes_per_s.filter(|rate| *rate >= 1.0);
        memory
    }

    /// Writes it to `dir`, replacing the file in one step.
    ///
    /// # Errors
    /// When the directory or the file cannot be written.
    pub fn save(&self, dir: &Path) -> std::io::Result<()> {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.persist(dir.join(Self::FILE))?;
        Ok(())
    }

    /// Puts a case first.
    pub fn opened(&mut self, case: RecentCase) {
        self.cases.retain(|c| c.path != case.path);
        self.cases.insert(0, case);
        self.cases.truncate(Self::CASES);
    }

    /// Forgets a case; its file stays.
    pub fn forget(&mut self, path: &Path) {
        self.cases.retain(|c| c.path != path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, at: i64) -> RecentCase {
        RecentCase { path: name.into(), opened_at: Time(at), ..RecentCase::default() }
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let mut memory = Memory { dark: false, zoom: 1.25, ..Memory::default() };
        memory.opened(case("a.stillwatch", 1));
        let mut columns = ColumnChoice::default();
        columns.widths.insert("Account".into(), 210.0);
        columns.order = vec!["Tags".into(), "Account".into()];
        columns.shown = Some(["Account", "Tags"].map(String::from).into());
        memory.columns.insert("accounts".into(), columns);
        memory.save(dir.path()).expect("saved");
        assert_eq!(Memory::load(dir.path()), memory);
    }

    #[test]
    fn an_unreadable_file_counts_as_none() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        fs::write(dir.path().join(Memory::FILE), b"{\"zoom\": 99").expect("written");
        assert_eq!(Memory::load(dir.path()), Memory::default());
        fs::write(dir.path().join(Memory::FILE), b"{\"zoom\": 99}").expect("written");
        assert_eq!(Memory::load(dir.path()).zoom, 1.0);
    }

    #[test]
    fn the_case_opened_last_comes_first_and_stands_there_once() {
        let mut memory = Memory::default();
        memory.opened(case("a", 1));
        memory.opened(case("b", 2));
        memory.opened(case("a", 3));
        let names: Vec<_> = memory.cases.iter().map(|c| (c.path.clone(), c.opened_at.0)).collect();
        assert_eq!(names, [(PathBuf::from("a"), 3), (PathBuf::from("b"), 2)]);
        memory.forget(Path::new("a"));
        assert_eq!(memory.cases.len(), 1);
    }
}
