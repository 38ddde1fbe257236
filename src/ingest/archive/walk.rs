//! The thread that goes through an archive and the archives in it.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::kind::{Kind, PEEK_BYTES};
use super::name::Name;
use super::{ArchiveSummary, Input, Packing};
use crate::ingest::IngestError;
use crate::ingest::measure::{FromDisk, Measure, Unpacked};
use crate::ingest::pipe::pipe;
use crate::ingest::source::Body;
use crate::ingest::unpack::{Hashing, decoder};

/// Archives in archives that are looked into.
const DEPTH: usize = 3;
/// Members of an archive, with those of the archives in it, that are looked at.
const MOST_MEMBERS: u64 = 100_000;
/// Largest member that is put aside in a file because it must be read in any order, bytes.
const ASIDE_BYTES: u64 = 16 << 30;

/// What the thread says.
pub(super) enum Event {
    Log { path: PathBuf, bytes: u64, body: Body },
    Left(PathBuf, &'static str),
    Failed(PathBuf, IngestError),
    End(ArchiveSummary),
}

/// Why an archive is not read on.
pub(super) enum Stop {
    /// Nobody wants its members any more.
    Gone,
    /// The archive itself, or the one it lies in, cannot be read; everything was said of it.
    Broken,
}

pub(super) struct Walk {
    root: PathBuf,
    pub measure: Arc<Measure>,
    events: SyncSender<Event>,
    members: u64,
}

impl Walk {
    pub(super) fn new(root: &Path, measure: Arc<Measure>, events: SyncSender<Event>) -> Self {
        Self { root: root.to_owned(), measure, events, members: 0 }
    }

    /// Goes through the whole archive.
    pub(super) fn archive(mut self, kind: Kind, input: Input) {
        let root = self.root.clone();
        let hashed = match input {
            Input::File(file) => self.file(&root, kind, file),
            Input::Stream(stream) => self.stream(&root, kind, stream),
        };
        let Ok((sha256, bytes)) = hashed else { return };
        let _ = self.events.send(Event::End(ArchiveSummary { sha256, bytes }));
    }

    fn file(&mut self, root: &Path, kind: Kind, file: File) -> Result<(String, u64), Stop> {
        if !matches!(kind, Kind::Zip) {
            let measure = Arc::clone(&self.measure);
            return self.stream(root, kind, Box::new(FromDisk { inner: file, measure }));
        }
        let failed = |source| IngestError::Open { path: root.to_owned(), source };
        let mut again = match file.try_clone() {
            Ok(file) => file,
            Err(e) => return self.broken(root, failed(e)),
        };
        self.zip(root, file, 0)?;
        let hashed = again.rewind().and_then(|()| self.hash(Hashing::new(again)));
        hashed.or_else(|e| self.broken(root, failed(e)))
    }

    fn stream(
        &mut self,
        root: &Path,
        kind: Kind,
        stream: Box<dyn Read + Send>,
    ) -> Result<(String, u64), Stop> {
        let mut hashing = Hashing::new(stream);
        let packing = if let Kind::Tar(packing) = kind { packing } else { Packing::None };
        self.packed_tar(root, packing, &mut hashing, 0)?;
        let failed = |source| IngestError::Open { path: root.to_owned(), source };
        self.hash(hashing).or_else(|e| self.broken(root, failed(e)))
    }

    fn hash(&self, hashing: Hashing<impl Read>) -> io::Result<(String, u64)> {
        hashing.finish(|| match self.measure.is_stopped() {
            true => Err(io::Error::other("nobody reads it any more")),
            false => Ok(()),
        })
    }

    fn packed_tar(
        &mut self,
        path: &Path,
        packing: Packing,
        packed: &mut dyn Read,
        depth: usize,
    ) -> Result<(), Stop> {
        match decoder(packing, packed) {
            Ok(inner) => {
                let measure = Arc::clone(&self.measure);
                self.tar(path, &mut Unpacked { inner, measure }, depth)
            }
            Err(source) => {
                self.broken(path, IngestError::Read { path: path.to_owned(), offset: 0, source })
            }
        }
    }

    /// Offers a member, or goes through it where it is an archive itself.
    ///
    /// `Ok` says whether the member was read to its end or no longer wanted, `Err` of the inner
    /// kind that it broke off; whether the archive around it can be read on, its reader knows.
    pub(super) fn member(
        &mut self,
        path: &Path,
        bytes: u64,
        reader: &mut dyn Read,
        depth: usize,
    ) -> Result<io::Result<()>, Stop> {
        let mut head = Vec::new();
        if let Err(error) = reader.take(PEEK_BYTES).read_to_end(&mut head) {
            if head.is_empty() {
                let again = io::Error::new(error.kind(), error.to_string());
                let error = into_ingest(error, path);
                return self.send(Event::Failed(path.to_owned(), error)).map(|()| Err(again));
            }
            // What was read before is offered, and the error after it.
            return self.offer(path, bytes, &mut head.as_slice(), Some(error));
        }
        let kind = Kind::of(&head);
        if kind.is_some() && depth + 1 >= DEPTH {
            let what = format!("an archive inside {DEPTH} archives; unpack it first");
            self.failed(path, what)?;
            return Ok(Ok(()));
        }
        let is_parquet = Packing::of(&head) == Packing::Parquet;
        let mut whole = head.as_slice().chain(reader);
        match kind {
            Some(Kind::Tar(packing)) => {
                ended(self.packed_tar(path, packing, &mut whole, depth + 1))?;
                Ok(Ok(()))
            }
            Some(Kind::Zip) => match self.put_aside(path, &mut whole)? {
                Some(file) => ended(self.zip(path, file, depth + 1)).map(Ok),
                None => Ok(Ok(())),
            },
            None if is_parquet => {
                if let Some(file) = self.put_aside(path, &mut whole)? {
                    let body = Body::File(file);
                    self.send(Event::Log { path: path.to_owned(), bytes, body })?;
                }
                Ok(Ok(()))
            }
            None => self.offer(path, bytes, &mut whole, None),
        }
    }

    /// Offers a member as a stream; what breaks it off goes to who reads it.
    fn offer(
        &mut self,
        path: &Path,
        bytes: u64,
        reader: &mut dyn Read,
        then: Option<io::Error>,
    ) -> Result<io::Result<()>, Stop> {
        let (mut writer, body) = pipe();
        let body = Body::Stream(Box::new(body));
        self.send(Event::Log { path: path.to_owned(), bytes, body })?;
        let copied = copy(reader, &mut writer).and_then(|()| then.map_or(Ok(()), Err));
        match copied {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(Ok(())),
            Err(e) => {
                let again = io::Error::new(e.kind(), e.to_string());
                writer.close(Err(e));
                Ok(Err(again))
            }
            Ok(()) => {
                writer.close(Ok(()));
                Ok(Ok(()))
            }
        }
    }

    /// Puts a member into a file without a name; `None` where that failed, which is said.
    fn put_aside(&mut self, path: &Path, reader: &mut dyn Read) -> Result<Option<File>, Stop> {
        let mut put = || {
            let mut file = tempfile::tempfile()?;
            let put = io::copy(&mut reader.take(ASIDE_BYTES), &mut file)?;
            file.rewind()?;
            Ok((file, put))
        };
        let error = match put() {
            Ok((_, ASIDE_BYTES)) => {
                let what = "larger than what can be put aside to read it; unpack it first";
                IngestError::Member { path: path.to_owned(), what: what.to_owned() }
            }
            Ok((file, _)) => return Ok(Some(file)),
            Err(error) => into_ingest(error, path),
        };
        self.send(Event::Failed(path.to_owned(), error)).map(|()| None)
    }

    /// Counts a member and judges its name; `None` where it is not to be read, which is said.
    pub(super) fn path_of(&mut self, archive: &Path, name: &[u8]) -> Result<Option<PathBuf>, Stop> {
        self.members += 1;
        if self.members > MOST_MEMBERS {
            let what = format!("more than {MOST_MEMBERS} members; unpack it first");
            let path = archive.to_owned();
            return self.broken(archive, IngestError::Member { path, what });
        }
        match Name::of(name) {
            Name::Good(name) => Ok(Some(archive.join(name))),
            Name::Left(name, why) => self.left(&archive.join(name), why).map(|()| None),
            Name::Bad(name, why) => {
                // Not joined as a path: it would take the place of the archive's.
                let path = PathBuf::from(format!("{}/{name}", archive.display()));
                self.failed(&path, why).map(|()| None)
            }
        }
    }

    pub(super) fn left(&self, path: &Path, why: &'static str) -> Result<(), Stop> {
        self.send(Event::Left(path.to_owned(), why))
    }

    pub(super) fn failed(&self, path: &Path, what: impl Into<String>) -> Result<(), Stop> {
        let path = path.to_owned();
        let what = what.into();
        self.send(Event::Failed(path.clone(), IngestError::Member { path, what }))
    }

    /// Says why the rest of an archive cannot be read.
    pub(super) fn broken<T>(&self, path: &Path, error: IngestError) -> Result<T, Stop> {
        self.send(Event::Failed(path.to_owned(), error))?;
        Err(Stop::Broken)
    }

    fn send(&self, event: Event) -> Result<(), Stop> {
        self.events.send(event).map_err(|_| Stop::Gone)
    }
}

/// The archive around one that broke can be read on, or says itself that it cannot.
fn ended(inner: Result<(), Stop>) -> Result<(), Stop> {
    match inner {
        Err(Stop::Gone) => Err(Stop::Gone),
        Ok(()) | Err(Stop::Broken) => Ok(()),
    }
}

/// The error of this module that a reader gave, or the system's.
pub(super) fn into_ingest(error: io::Error, path: &Path) -> IngestError {
    error.downcast::<IngestError>().unwrap_or_else(|error| IngestError::Member {
        path: path.to_owned(),
        what: format!("cannot be unpacked here ({error}); unpack it first"),
    })
}

fn copy(reader: &mut dyn Read, writer: &mut dyn Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => writer.write_all(&buffer[..n])?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}
