//! What the machine has left: room on disk and memory, where the system says so.

use std::path::Path;

/// What there is, bytes; `None` where this system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Free on the disk that a folder lies on.
    pub disk_free: Option<u64>,
    /// Memory that programs can still get without others being moved out.
    pub memory_free: Option<u64>,
    /// All memory.
    pub memory: Option<u64>,
}

impl Machine {
    /// What there is now, for a file that will lie at `path`.
    pub fn now(path: &Path) -> Self {
        let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        Self {
            disk_free: free_disk(path),
            memory_free: from_meminfo(&memory, "MemAvailable"),
            memory: from_meminfo(&memory, "MemTotal"),
        }
    }
}

/// Free bytes for whoever is no administrator, on the disk of the nearest folder that exists.
#[cfg(unix)]
fn free_disk(path: &Path) -> Option<u64> {
    let absolute = std::path::absolute(path).ok()?;
    let there = absolute.ancestors().find(|folder| folder.exists())?;
    let disk = rustix::fs::statvfs(there).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_disk(_: &Path) -> Option<u64> {
    None
}

/// A line of `/proc/meminfo`, in bytes: `MemAvailable:   10262264 kB`.
fn from_meminfo(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_lines_that_say_it() {
        let text = "MemTotal:       16314352 kB\nMemFree: 1 kB\nMemAvailable:   10262264 kB\n";
        assert_eq!(from_meminfo(text, "MemAvailable"), Some(10_262_264 << 10));
        assert_eq!(from_meminfo(text, "Mem"), None);
        assert_eq!(from_meminfo("", "MemTotal"), None);
        assert_eq!(from_meminfo("MemTotal: many kB", "MemTotal"), None);
    }

    #[test]
    fn a_place_that_does_not_exist_yet_has_the_room_of_its_folder() {
        let dir = tempfile::tempdir().expect("a scratch directory");
        let here = Machine::now(dir.path());
        let below = Machine::now(&dir.path().join("cases/new.stillwatch"));
        assert_eq!(here.disk_free.is_some(), cfg!(unix));
        assert_eq!(below.disk_free.is_some(), cfg!(unix));
        if cfg!(target_os = "linux") {
            assert!(here.memory_free <= here.memory && here.memory > Some(0));
        }
    }
}
