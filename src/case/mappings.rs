//! Mappings that were saved under a name, to be used again: one TOML file each in the user's
//! configuration folder. Such a file is the same as `--mapping` reads, so it can be copied in and
//! out, edited and shared.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::directories;
use crate::ingest::Mapping;
use crate::model::nearest;

/// The ending of their files, without the dot.
const ENDING: &str = "toml";
/// Longest name, characters.
const LONGEST_NAME: usize = 60;
/// Longest file that is read, bytes: a mapping is a page of text.
const LONGEST_FILE: u64 = 1 << 20;
/// Share of columns that two files must have in common to be of one kind.
const ALIKE: f32 = 0.8;

/// Why a saved mapping cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Neither a file nor a name.
    #[error("no file and no saved mapping is called \"{name}\"{hint}")]
    Unknown {
        /// As given.
        name: String,
        /// What there is.
        hint: String,
    },
    /// A name that cannot be one.
    #[error(
        "\"{0}\" cannot be the name of a mapping; use up to 60 letters, digits, blanks, - and _"
    )]
    Name(String),
    /// There is no configuration folder.
    #[error("there is no home folder to keep mappings in; give the file with --mapping FILE")]
    NoHome,
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no mapping.
    #[error("{}: {why}", path.display())]
    NoMapping {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
}

/// A saved mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedMapping {
    /// Its name.
    pub name: String,
    /// The mapping.
    pub mapping: Mapping,
}

/// The folder of saved mappings.
#[derive(Clone, Debug)]
pub struct SavedMappings {
    folder: PathBuf,
}

impl SavedMappings {
    /// Those in a configuration folder.
    pub fn in_config(config: &Path) -> Self {
        Self { folder: config.join("mappings") }
    }

    /// Those of the user.
    ///
    /// # Errors
    /// [`MappingError::NoHome`].
    pub fn of_user() -> Result<Self, MappingError> {
        let (config, _) = directories().ok_or(MappingError::NoHome)?;
        Ok(Self::in_config(&config))
    }

    /// All of them by name, and the files that cannot be read.
    pub fn list(&self) -> (Vec<SavedMapping>, Vec<MappingError>) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_toml = |path: &PathBuf| path.extension().is_some_and(|e| e == ENDING);
        let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_toml).collect();
        paths.sort();
        let (mut saved, mut errors) = (Vec::new(), Vec::new());
        for path in paths {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match read_mapping(&path) {
                Ok(mapping) => saved.push(SavedMapping { name, mapping }),
                Err(error) => errors.push(error),
            }
        }
        (saved, errors)
    }

    /// The mapping of a name.
    ///
    /// # Errors
    /// [`MappingError::Unknown`] with the names there are; a file that is no mapping.
    pub fn read(&self, name: &str) -> Result<Mapping, MappingError> {
        let path = self.path(name).ok().filter(|path| path.is_file());
        match path {
            Some(path) => read_mapping(&path),
            None => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, name: &str) -> MappingError {
        let names: Vec<String> = self.list().0.into_iter().map(|saved| saved.name).collect();
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("; did you mean \"{near}\"?"),
            None if names.is_empty() => "; none is saved yet".to_owned(),
            None => format!("; saved are {}", names.join(", ")),
        };
        MappingError::Unknown { name: name.to_owned(), hint }
    }

    /// Saves a mapping, replacing that of the same name in one step; true where there was one.
    ///
    /// # Errors
    /// A name that cannot be one; a folder that cannot be written.
    pub fn save(&self, name: &str, mapping: &Mapping) -> Result<bool, MappingError> {
        let path = self.path(name)?;
        let replaced = path.exists();
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(mapping.to_toml().as_bytes())?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| MappingError::Io { path: path.clone(), source })?;
        Ok(replaced)
    }

    /// Removes the mapping of a name.
    ///
    /// # Errors
    /// Where there is none, or it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), MappingError> {
        let path = self.path(name).ok().filter(|path| path.is_file());
        let path = path.ok_or_else(|| self.unknown(name))?;
        fs::remove_file(&path).map_err(|source| MappingError::Io { path, source })
    }

    /// The file of a name.
    ///
    /// # Errors
    /// A name that leads out of the folder or that some file system would not take.
    fn path(&self, name: &str) -> Result<PathBuf, MappingError> {
        let fine = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let is_name = !name.trim().is_empty()
            && name.trim() == name
            && name.chars().count() <= LONGEST_NAME
            && name.chars().all(fine);
        if !is_name {
            return Err(MappingError::Name(name.to_owned()));
        }
        Ok(self.folder.join(format!("{name}.{ENDING}")))
    }

    /// The names of those that were made for files with such columns or paths, the one that fits
    /// best first.
    pub fn fitting(&self, paths: &[String]) -> Vec<String> {
        let score = |s: SavedMapping| Some((fit(&s.mapping, paths)?, s.name));
        let mut fitting: Vec<_> = self.list().0.into_iter().filter_map(score).collect();
        fitting.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        fitting.into_iter().map(|(_, name)| name).collect()
    }
}

/// How much of its columns a mapping shares with a file, 0…1; `None` where they are not of one
/// kind, or the file lacks what the mapping needs.
fn fit(mapping: &Mapping, paths: &[String]) -> Option<f32> {
    let has = |path: &String| paths.contains(path);
    let mut needed = mapping.fields.iter().filter(|m| m.needs_path()).peekable();
    needed.peek()?;
    let is_met = |m: &crate::ingest::FieldMap| match m.join {
        Some(_) => m.from.iter().all(has),
        None => m.from.iter().any(has),
    };
    if !needed.all(is_met) {
        return None;
    }
    if mapping.columns.is_empty() {
        return Some(0.0);
    }
    let common = mapping.columns.iter().filter(|c| has(c)).count();
    let all = mapping.columns.len() + paths.len() - common;
    let share = common as f32 / all.max(1) as f32;
    (share >= ALIKE).then_some(share)
}

/// Reads a mapping from a TOML file.
///
/// # Errors
/// A file that cannot be read, or is no mapping.
pub fn read_mapping(path: &Path) -> Result<Mapping, MappingError> {
    let io = |source| MappingError::Io { path: path.to_owned(), source };
    let meta = fs::metadata(path).map_err(io)?;
    if !meta.is_file() || meta.len() > LONGEST_FILE {
        let why = "no ordinary file, or too long to be a mapping".to_owned();
        return Err(MappingError::NoMapping { path: path.to_owned(), why });
    }
    let text = fs::read_to_string(path).map_err(io)?;
    Mapping::from_toml(&text).map_err(|why| MappingError::NoMapping { path: path.to_owned(), why })
}

/// The mapping that is meant: a file, or the name of a saved one.
///
/// # Errors
/// Where it is neither; a file that is no mapping.
pub fn mapping_of(file_or_name: &str) -> Result<Mapping, MappingError> {
    let path = Path::new(file_or_name);
    let looks_like_a_path = path.components().count() > 1 || path.extension().is_some();
    if path.is_file() || looks_like_a_path {
        return read_mapping(path);
    }
    SavedMappings::of_user()?.read(file_or_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "format = \"csv\"\ncolumns = [\"when\", \"who\", \"model\"]\n\
                        [fields]\ntimestamp = \"when\"\naccount_id = \"who\"\n";

    fn folder() -> (tempfile::TempDir, SavedMappings) {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let saved = SavedMappings::in_config(dir.path());
        (dir, saved)
    }

    fn strings(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|p| (*p).to_owned()).collect()
    }

    #[test]
    fn what_is_saved_is_listed_read_replaced_and_removed() {
        let (_dir, saved) = folder();
        let mapping = Mapping::from_toml(TOML).expect("valid");
        assert!(saved.list().0.is_empty());
        assert!(!saved.save("gateway eu", &mapping).expect("saved"));
        assert!(saved.save("gateway eu", &mapping).expect("saved again"));
        assert_eq!(saved.read("gateway eu").expect("read"), mapping);
        let names: Vec<_> = saved.list().0.into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["gateway eu"]);
        saved.remove("gateway eu").expect("removed");
        let why = saved.remove("gateway eu").expect_err("gone").to_string();
        assert!(why.contains("none is saved yet"), "{why}");
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder() {
        let (_dir, saved) = folder();
        let mapping = Mapping::from_toml(TOML).expect("valid");
        for name in ["", " ", "../x", "a/b", "a\\b", ".hidden", "a.b", "x\n", &"a".repeat(61)] {
            assert!(saved.save(name, &mapping).is_err(), "{name:?}");
            assert!(saved.read(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let (_dir, saved) = folder();
        saved.save("gateway", &Mapping::from_toml(TOML).expect("valid")).expect("saved");
        let why = saved.read("gatewya").expect_err("misspelt").to_string();
        assert!(why.contains("did you mean \"gateway\"?"), "{why}");
    }

    #[test]
    fn a_file_that_is_no_mapping_is_named_and_the_others_are_listed() {
        let (dir, saved) = folder();
        saved.save("good", &Mapping::from_toml(TOML).expect("valid")).expect("saved");
        fs::write(dir.path().join("mappings/bad.toml"), "fields.tokens = \"x\"").expect("written");
        let (list, errors) = saved.list();
        assert_eq!((list.len(), errors.len()), (1, 1));
        assert!(errors[0].to_string().contains("bad.toml"));
    }

    #[test]
    fn a_mapping_is_offered_for_files_with_its_columns_only() {
        let (_dir, saved) = folder();
        saved.save("gateway", &Mapping::from_toml(TOML).expect("valid")).expect("saved");
        assert_eq!(saved.fitting(&strings(&["who", "when", "model"])), ["gateway"]);
        let lacks_one_it_needs = strings(&["when", "model", "x"]);
        assert!(saved.fitting(&lacks_one_it_needs).is_empty());
        let another_kind = strings(&["who", "when", "a", "b", "c"]);
        assert!(saved.fitting(&another_kind).is_empty());
        let by_hand = TOML.lines().filter(|l| !l.starts_with("columns")).collect::<Vec<_>>();
        let by_hand = Mapping::from_toml(&by_hand.join("\n")).expect("valid");
        saved.save("by hand", &by_hand).expect("saved");
        assert_eq!(saved.fitting(&another_kind), ["by hand"]);
        assert_eq!(saved.fitting(&strings(&["who", "when", "model"])), ["gateway", "by hand"]);
    }
}
