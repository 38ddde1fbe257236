//! What the formats of plain text lines share.

use crate::ingest::json::NOT_UTF_8;
use crate::ingest::scalar::fingerprint;
use crate::ingest::{Mapping, Reason, RecordReader};
use crate::model::{Exchange, Text};

/// What a line of text is to a log of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// It tells of one request.
    Request,
    /// Such a log has it, but it tells of no request.
    Other,
    /// Nothing that such a log is known to have.
    Foreign,
}

/// The reason for lines of a text log that tell of no request: banners, statistics, stack
/// traces. Such lines in a row are one entry of the ledger, so that they are neither lost nor
/// drown what matters there.
pub(in crate::ingest) const OTHER_LINES: &str = "other lines of the log: no request";

/// Reads one line.
pub(super) trait ReadLine: Send + Sync {
    /// Shapes the request in a line.
    ///
    /// # Errors
    /// The reason for the reject ledger, [`OTHER_LINES`] where the line tells of no request.
    fn read_line(&self, line: &str, emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason>;
}

/// A reader of text lines.
pub(super) struct LineReader<R>(pub R);

impl<R: ReadLine> RecordReader for LineReader<R> {
    fn read(&self, record: &[u8], emit: &mut dyn FnMut(&Exchange<'_>)) -> Result<(), Reason> {
        let line = std::str::from_utf8(record).map_err(|_| NOT_UTF_8)?;
        self.0.read_line(line.trim_start_matches('\u{feff}'), emit)
    }
}

/// That a mapping given for a log of text says nothing which its reader would not follow.
///
/// # Errors
/// When fields were edited: they are fixed.
pub(super) fn refuse_edits(own: &Mapping, given: &Mapping) -> Result<(), String> {
    let same = given.fields.is_empty()
        || given.fields.len() == own.fields.len()
            && own.fields.iter().zip(&given.fields).all(|(own, given)| {
                own.field == given.field && own.from == given.from && own.scale == given.scale
            });
    if same {
        return Ok(());
    }
    Err(format!("the fields of format \"{}\" are fixed", own.format))
}

/// A value that the log has; `-` stands for none.
pub(super) fn present(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text != "-").then_some(text)
}

/// A key under a name that does not tell it: secrets must not become names in a case.
pub(super) fn key_name(key: &str) -> Text<'static> {
    format!("key {:016x}", fingerprint(key.as_bytes())).into()
}

/// A name as it is, unless it looks like a key itself.
pub(super) fn without_secret(name: &str) -> Text<'_> {
    let is_key = ["sk-", "sk_", "AIza", "Bearer "].iter().any(|start| name.starts_with(start));
    if is_key { key_name(name) } else { name.into() }
}

/// The HTTP status in a text.
pub(super) fn http_status(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|code| (100..=599).contains(code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::ingest::format::{FORMATS, by_id};
    use crate::ingest::{Container, Head, ReaderOptions, Sample};

    /// What lines of text logs are made of.
    const PIECES: [&str; 26] = [
        "[GIN] ",
        "2025/03/21 - 08:52:32",
        " | ",
        "200",
        "1.5s",
        "\u{b5}s",
        "127.0.0.1",
        "POST",
        "/api/chat",
        "\"",
        "\\",
        "[17/May/2015:10:05:03 +0000]",
        " ",
        "-",
        "rt=",
        "INFO ",
        "INFO:     ",
        "02-13 11:33:33 ",
        "Received request ",
        "chatcmpl-1",
        ": ",
        "prompt: ",
        "params: SamplingParams(",
        "max_tokens=",
        "\u{1b}[",
        "\u{e9}",
    ];

    proptest! {
        #[test]
        fn no_line_panics_whatever_log_it_is_taken_for(
            line in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24),
        ) {
            let line = line.concat();
            let head = Head { bytes: line.as_bytes(), complete: true, file_name: "x" };
            let _ = Sample::cut(&head);
            for format in FORMATS.iter().filter(|format| format.line().is_some()) {
                let Ok(sample) = Sample::cut_for(&head, *format) else { continue };
                let mapping = by_id(format.id()).expect("listed").mapping(&sample);
                let options = ReaderOptions::default();
                let reader = format.reader(&Container::Lines, &mapping, &options).expect("works");
                let mut rows = 0;
                let read = reader.read(line.as_bytes(), &mut |_| rows += 1);
                prop_assert_eq!(rows, usize::from(read.is_ok()));
            }
        }
    }
}
