//! The user's own folders for this program.

use std::path::PathBuf;

/// The variable that names another folder for settings and saved mappings.
const CONFIG: &str = "STILLWATCH_CONFIG";

/// The user's directories for this program: configuration, then data. `None` without a home.
pub fn directories() -> Option<(PathBuf, PathBuf)> {
    let dirs = directories::ProjectDirs::from("", "", "stillwatch")?;
    let config = std::env::var_os(CONFIG).filter(|folder| !folder.is_empty());
    let config = config.map_or_else(|| dirs.config_dir().to_owned(), PathBuf::from);
    Some((config, dirs.data_dir().to_owned()))
}
