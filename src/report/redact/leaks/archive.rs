//! What is packed in zip archives and gzip.

use std::io;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::stream::{Form, Search, Source};

/// Members that are looked through.
const MOST_MEMBERS: usize = 1 << 20;

/// Every member of a zip archive.
///
/// # Errors
/// None: what cannot be unpacked is noted.
pub(super) fn zip(search: &mut Search<'_>, name: &str, reader: &mut dyn Source) -> io::Result<()> {
    let mut archive = match ZipArchive::new(reader) {
        Ok(archive) => archive,
        Err(error) => {
            search.unread(name, &format!("it could not be unpacked: {error}"));
            return Ok(());
        }
    };
    for number in 0..archive.len().min(MOST_MEMBERS) {
        match archive.by_index(number) {
            Ok(mut member) => {
                let inner = member.name().map_or_else(|_| number.to_string(), |n| n.into_owned());
                let inner = format!("{name}/{}", search.shown(&inner));
                search.unpacked(&inner, &mut member, Form::Plain);
            }
            Err(error) => {
                search.unread(
                    &format!("{name}/{number}"),
                    &format!("it could not be unpacked: {error}"),
                );
            }
        }
    }
    if archive.len() > MOST_MEMBERS {
        search.unread(name, "it has too many members");
    }
    Ok(())
}

/// What a gzip file holds.
///
/// # Errors
/// When it cannot be read from its beginning.
pub(super) fn gzip(search: &mut Search<'_>, name: &str, reader: &mut dyn Source) -> io::Result<()> {
    reader.rewind()?;
    search.unpacked(&format!("{name}, unpacked"), &mut MultiGzDecoder::new(reader), Form::Plain);
    Ok(())
}
