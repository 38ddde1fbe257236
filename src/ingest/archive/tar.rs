//! Tar archives: one member after the other, each after its header.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;

use super::walk::{Stop, Walk};
use crate::ingest::IngestError;

impl Walk {
    /// Goes through a tar archive, which is read once, from its first byte to its last.
    pub(super) fn tar(
        &mut self,
        path: &Path,
        input: &mut dyn Read,
        depth: usize,
    ) -> Result<(), Stop> {
        let mut archive = tar::Archive::new(input);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(source) => return self.broken(path, damaged(path, source)),
        };
        let mut names = HashSet::new();
        // Whether a member broke off, which was said where it was read.
        let mut said = false;
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(_) if said => return Err(Stop::Broken),
                Err(source) => return self.broken(path, damaged(path, source)),
            };
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                continue;
            }
            let name = entry.path_bytes().into_owned();
            let Some(place) = self.path_of(path, &name)? else { continue };
            if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
                let why = match kind.is_symlink() || kind.is_hard_link() {
                    true => "a link, which is not followed",
                    false => "a device or pipe",
                };
                self.left(&place, why)?;
                continue;
            }
            if !names.insert(place.clone()) {
                self.failed(&place, "a second member of the same name; unpack it to see both")?;
                continue;
            }
            let bytes = entry.size();
            let mut whole = Whole { inner: &mut entry, left: bytes };
            said |= self.member(&place, bytes, &mut whole, depth)?.is_err();
        }
        Ok(())
    }
}

fn damaged(path: &Path, source: io::Error) -> IngestError {
    match source.downcast::<IngestError>() {
        Ok(error) => error,
        Err(source) => {
            let what = format!("the tar archive is damaged or ends early ({source})");
            IngestError::Member { path: path.to_owned(), what }
        }
    }
}

/// Reads a member and minds that it is as long as its header says.
struct Whole<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if n == 0 && !buffer.is_empty() && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}
