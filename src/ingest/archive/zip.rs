//! Zip archives: a list of members at the end says where each lies.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::walk::{Stop, Walk};
use crate::ingest::measure::{FromDisk, UnpackedMember};
use crate::ingest::{DetectError, IngestError};

type Zip = ZipArchive<BufReader<FromDisk<File>>>;

/// A name that all documents of office programs have inside.
const OFFICE: [&[u8]; 2] = [b"[Content_Types].xml", b"META-INF/manifest.xml"];

impl Walk {
    /// Goes through a zip archive in the order of the names of its members.
    pub(super) fn zip(&mut self, path: &Path, file: File, depth: usize) -> Result<(), Stop> {
        let measure = Arc::clone(&self.measure);
        let input = BufReader::with_capacity(128 << 10, FromDisk { inner: file, measure });
        let mut archive = match Zip::new(input) {
            Ok(archive) => archive,
            Err(error) => return self.broken(path, damaged(path, &error)),
        };
        if archive.file_names_raw().any(|name| OFFICE.contains(&name)) {
            let seen = "a document of an office program".to_owned();
            let source = DetectError::NotALog { seen, hint: "save the sheet as CSV".to_owned() };
            return self.broken(path, IngestError::NotALog { path: path.to_owned(), source });
        }
        // What cannot be said of damaged members is said when they are read.
        if archive.has_overlapping_files().unwrap_or(false) {
            let what = "members of the zip archive lie on one another, so that few bytes make many \
                        logs; get it again, or unpack it yourself and look before you import it";
            let what = what.to_owned();
            return self.broken(path, IngestError::Member { path: path.to_owned(), what });
        }
        if archive.has_duplicate_names() {
            let what = "several members have the same name; only the last of each is read here, \
                        unpack it to see the others";
            self.failed(path, what)?;
        }
        let mut names: Vec<(Vec<u8>, usize)> =
            archive.file_names_raw().map(<[u8]>::to_vec).zip(0..).collect();
        names.sort();
        let mut left = names.len();
        for (_, index) in names {
            self.zip_member(path, &mut archive, index, depth)?;
            left -= 1;
            if self.measure.is_refused() && left > 0 {
                let what = format!("members not looked at behind that one: {left}");
                return self.broken(path, IngestError::Member { path: path.to_owned(), what });
            }
        }
        Ok(())
    }

    fn zip_member(
        &mut self,
        path: &Path,
        archive: &mut Zip,
        index: usize,
        depth: usize,
    ) -> Result<(), Stop> {
        // As it lies there: what is encrypted or packed in a way nobody knows has a name too.
        let (name, is_dir, is_link, is_locked) = match archive.by_index_raw(index) {
            Ok(member) => {
                // Old programs write names in the code page of the first PCs.
                let name = member
                    .name()
                    .map_or_else(|_| member.name_raw().to_vec(), |name| name.as_bytes().to_vec());
                (name, member.is_dir(), member.is_symlink(), member.encrypted())
            }
            Err(error) => {
                let what = format!("its member {} cannot be found ({error})", index + 1);
                return self.failed(path, what);
            }
        };
        if is_dir {
            return Ok(());
        }
        let Some(place) = self.path_of(path, &name)? else { return Ok(()) };
        if is_link {
            return self.left(&place, "a link, which is not followed");
        }
        if is_locked {
            return self.failed(&place, "encrypted; unpack it with its password first");
        }
        let member = match archive.by_index(index) {
            Ok(member) => member,
            Err(error) => {
                let what = format!("cannot be unpacked here ({error}); unpack it first");
                return self.failed(&place, what);
            }
        };
        let (bytes, packed) = (member.size(), member.compressed_size());
        let (path, whole) = (place.clone(), Arc::clone(&self.measure));
        let mut unpacked = UnpackedMember { inner: member, path, packed, unpacked: 0, whole };
        // A member that breaks off says nothing of the others: the list knows where they are.
        self.member(&place, bytes, &mut unpacked, depth).map(drop)
    }
}

fn damaged(path: &Path, error: &ZipError) -> IngestError {
    let what = format!("the zip archive is damaged or ends early ({error}); get it again");
    IngestError::Member { path: path.to_owned(), what }
}
