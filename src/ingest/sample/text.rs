//! The first lines of a log of plain text.

use super::{Cut, SampleRecord, record};
use crate::ingest::Container;
use crate::ingest::format::LineKind;

/// Lines before the first request that are shown where it stands far behind a banner.
const BEFORE: usize = 5;

/// Whether text is such a log: it tells of requests, and half of it is the log's.
pub(super) fn is_log(bytes: &[u8], kind: fn(&str) -> LineKind) -> bool {
    let (mut requests, mut of_log, mut all) = (0, 0, 0);
    for line in bytes.split(|b| *b == b'\n') {
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let kind = kind(text);
        all += 1;
        of_log += usize::from(kind != LineKind::Foreign);
        requests += usize::from(kind == LineKind::Request);
    }
    requests > 0 && of_log * 2 >= all
}

/// Some lines of it: the first ones, or those from shortly before the first request.
pub(super) fn lines(bytes: &[u8], complete: bool, most: usize, kind: fn(&str) -> LineKind) -> Cut {
    let mut records: Vec<SampleRecord> = Vec::new();
    let (mut offset, mut is_request_seen) = (0, false);
    let mut pieces = bytes.split(|b| *b == b'\n').peekable();
    while let Some(line) = pieces.next() {
        let is_cut_off = pieces.peek().is_none() && !complete && !records.is_empty();
        let trimmed = line.trim_ascii();
        if !trimmed.is_empty() && !is_cut_off {
            if records.len() >= most {
                if is_request_seen {
                    break;
                }
                records.drain(..records.len() - BEFORE.min(most - 1));
            }
            is_request_seen |= kind(&String::from_utf8_lossy(trimmed)) == LineKind::Request;
            records.push(record(offset, line, None));
        }
        offset += line.len() + 1;
    }
    (Container::Lines, records)
}
