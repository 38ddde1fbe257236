//! The package as a whole.

use std::path::Path;

use super::testing::{MARCH, MadeUp, autumn, empty};
use super::*;
use crate::job::Progress;
use crate::model::Time;
use crate::model::time::DAY_US;

fn options() -> ExportOptions {
    ExportOptions::new(Time(MARCH + 46 * DAY_US), "analyst A")
}

fn export_to(case: &MadeUp, folder: &Path) -> Manifest {
    export(case, folder, &options(), &Progress::default()).expect("exported")
}

/// Where a developer can look at what a test has made.
fn keep(folder: &Path, name: &str) {
    if let Some(place) = std::env::var_os("STILLWATCH_KEEP_REPORTS") {
        let target = Path::new(&place).join(name);
        std::fs::create_dir_all(&target).unwrap();
        for entry in walk::files_under(folder).unwrap() {
            let to = target.join(&entry.path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(folder.join(&entry.path), to).unwrap();
        }
    }
}

#[test]
fn a_full_package_is_written_and_verifies() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    let case = autumn(60, 4);
    export_to(&case, &folder);
    keep(&folder, "full");
    let report = verify(&folder).unwrap();
    assert_eq!(report.differences, []);
}

#[test]
fn an_empty_case_has_a_package_too() {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path().join("package");
    export_to(&empty(), &folder);
    keep(&folder, "empty");
    assert!(verify(&folder).unwrap().is_intact());
}
