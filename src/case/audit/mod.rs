//! What a case says of itself to somebody who does not trust it: its journal entry by entry and in
//! words, and whether the files it was made from are still what they were.

mod files;
mod record;
mod words;

pub use files::{Checked, Kept, OnDisk};
pub use record::{About, ArchiveNote, Kind, Record, Recorded, Wanted};
pub use words::{Said, differing, in_one, said};
