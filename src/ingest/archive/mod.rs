//! Archives: every member is a log of its own.
//!
//! A thread walks the archive and offers its members one after the other; whoever takes them
//! reads each to its end, or drops it, before the next comes. Nothing is written to disk but
//! what can only be read in any order (an archive with its list at the end, a Parquet file, both
//! inside another archive), and that to a file without a name that is gone with the program.

mod kind;
mod name;
mod tar;
mod walk;
mod zip;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::measure::{FromDisk, Measure, Stamp};
use super::source::{Body, Origin, Source, open};
use super::{Compression, DetectError, IngestError};
use crate::job::Progress;
use kind::{Kind, PEEK_BYTES};
use walk::{Event, Walk};

/// How often a wait looks whether the work was asked to stop.
const LOOK: Duration = Duration::from_millis(50);

/// What lies at a path.
pub enum Opened {
    /// One log.
    Log(Box<Source>),
    /// Many.
    Archive(Archive),
}

/// An archive about to be read once.
pub struct Archive {
    /// The path as given; `-` for standard input.
    pub path: PathBuf,
    /// Size on disk, bytes; 0 when it cannot be known before reading.
    pub bytes: u64,
    kind: Kind,
    input: Input,
    stamp: Option<Stamp>,
    measure: Arc<Measure>,
}

/// The bytes of an archive.
enum Input {
    /// From the first to the last.
    Stream(Box<dyn Read + Send>),
    File(File),
}

/// What an archive gives.
pub enum Member {
    /// A file in it.
    Log(Box<Source>),
    /// What is left aside, as in a folder, and why.
    Left(PathBuf, &'static str),
    /// What cannot be read, and why; the path is the archive's own where the rest of it cannot.
    Failed(PathBuf, IngestError),
    /// The archive was read to its end.
    End(ArchiveSummary),
}

/// What is known of an archive once it has been read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveSummary {
    /// SHA-256 of the bytes on disk, lower-case hex.
    pub sha256: String,
    /// Bytes on disk.
    pub bytes: u64,
}

/// The members of an archive as they come.
pub struct Members {
    path: PathBuf,
    stamp: Option<Stamp>,
    measure: Arc<Measure>,
    events: Receiver<Event>,
    give_up_at: Option<Instant>,
}

impl Opened {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// [`IngestError::Open`], and what [`Source::open`] and an archive that is none say.
    pub fn open(path: &Path) -> Result<Self, IngestError> {
        let failed = |source| IngestError::Open { path: path.to_owned(), source };
        let (body, bytes, stamp) = open(path)?;
        let measure = Measure::new(path, bytes);
        match body {
            Body::File(mut file) => {
                let mut head = Vec::new();
                file.by_ref().take(PEEK_BYTES).read_to_end(&mut head).map_err(failed)?;
                file.rewind().map_err(failed)?;
                let Some(kind) = Kind::of(&head) else {
                    let origin = Origin { measure, stamp, is_member: false };
                    return Source::new(path, Body::File(file), bytes, origin)
                        .map(|source| Self::Log(Box::new(source)));
                };
                let input = Input::File(file);
                Ok(Self::Archive(Archive {
                    path: path.to_owned(),
                    bytes,
                    kind,
                    input,
                    stamp,
                    measure,
                }))
            }
            Body::Stream(inner) => {
                let mut stream = FromDisk { inner, measure: Arc::clone(&measure) };
                let mut head = Vec::new();
                stream.by_ref().take(PEEK_BYTES).read_to_end(&mut head).map_err(failed)?;
                let kind = Kind::of(&head);
                let stream: Box<dyn Read + Send> =
                    Box::new(std::io::Cursor::new(head).chain(stream));
                match kind {
                    None => {
                        let origin = Origin { measure, stamp, is_member: false };
                        Source::new(path, Body::Stream(stream), bytes, origin)
                            .map(|source| Self::Log(Box::new(source)))
                    }
                    Some(Kind::Zip) => Err(IngestError::NotALog {
                        path: path.to_owned(),
                        source: DetectError::NotALog {
                            seen: "a zip archive, whose list of members is at its end".to_owned(),
                            hint: "save it as a file and name that".to_owned(),
                        },
                    }),
                    Some(kind) => Ok(Self::Archive(Archive {
                        path: path.to_owned(),
                        bytes,
                        kind,
                        input: Input::Stream(stream),
                        stamp,
                        measure,
                    })),
                }
            }
        }
    }
}

impl Archive {
    /// What it is: `zip archive`, `tar archive in gzip`…
    pub fn title(&self) -> &'static str {
        self.kind.title()
    }

    /// Begins to read it. Members come in the order of their names where the archive has a list
    /// of them (zip), else in that of the archive (tar, which is read only once).
    pub fn members(self) -> Members {
        let Self { path, kind, input, stamp, measure, .. } = self;
        // No member is offered before the one before it was taken.
        let (sender, events) = sync_channel(0);
        let (give_up_at, mine) = (None, Arc::clone(&measure));
        let members = Members { path: path.clone(), stamp, measure: mine, events, give_up_at };
        thread::spawn(move || Walk::new(&path, measure, sender).archive(kind, input));
        members
    }
}

impl Members {
    /// Waits for members until then and no longer.
    pub fn give_up_at(&mut self, at: Instant) {
        self.give_up_at = Some(at);
    }

    /// The next of them; `None` after the end, after what ends the reading, or when it is given
    /// up.
    ///
    /// # Errors
    /// [`IngestError::Cancelled`], and [`IngestError::Changed`] when the archive is not what it
    /// was when it was opened.
    pub fn next(&mut self, progress: &Progress) -> Result<Option<Member>, IngestError> {
        let event = loop {
            progress.check()?;
            match self.events.recv_timeout(LOOK) {
                Ok(event) => break event,
                Err(RecvTimeoutError::Timeout) => {
                    if self.give_up_at.is_some_and(|at| Instant::now() >= at) {
                        return Ok(None);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        };
        Ok(Some(match event {
            Event::Log { path, bytes, body } => {
                let (measure, stamp) = (Arc::clone(&self.measure), self.stamp.clone());
                let origin = Origin { measure, stamp, is_member: true };
                match Source::new(&path, body, bytes, origin) {
                    Ok(source) => Member::Log(Box::new(source)),
                    Err(error) => Member::Failed(path, error),
                }
            }
            Event::Left(path, why) => Member::Left(path, why),
            Event::Failed(path, error) => Member::Failed(path, error),
            Event::End(summary) => {
                self.stamp.as_ref().map_or(Ok(()), Stamp::check)?;
                Member::End(summary)
            }
        }))
    }

    /// The path of the archive.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        self.measure.stop();
    }
}

/// How a stream in an archive is packed, where it holds an archive itself.
type Packing = Compression;

#[cfg(test)]
mod tests;
