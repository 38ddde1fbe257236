//! Answers of an API that come in pages: a page says in `has_more` whether others follow it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::Container;

/// What follows the list of a page is shorter than this, bytes.
const END_BYTES: usize = 4 << 10;

/// The last bytes of a stream, kept while it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End(Vec<u8>);

impl End {
    /// Some bytes more.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let bytes = &bytes[bytes.len().saturating_sub(END_BYTES)..];
        let spare = (self.0.len() + bytes.len()).saturating_sub(END_BYTES);
        self.0.drain(..spare);
        self.0.extend_from_slice(bytes);
    }

    /// Whether the last page of what was read says that there are more.
    pub fn says_more(&self, container: &Container) -> bool {
        says_more(container, &self.0)
    }
}

/// Whether the last page of a source says that there are more, by the bytes it ends with.
pub(super) fn says_more(container: &Container, end: &[u8]) -> bool {
    const KEY: &[u8] = b"\"has_more\"";
    let pages = matches!(container, Container::JsonValues { envelope: Some(_) });
    let Some(at) = memchr::memmem::rfind(end, KEY).filter(|_| pages) else { return false };
    let rest = end[at + KEY.len()..].trim_ascii_start();
    let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
    // A list that ends behind it is that of the records: the key is of one of them.
    value.is_some_and(|value| value.starts_with(b"true") && !value.contains(&b']'))
}

/// [`says_more`] for a file. One that cannot be read at its end says nothing here; reading it
/// will tell why.
pub fn file_says_more(container: &Container, path: &Path) -> bool {
    let end = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(bytes.saturating_sub(END_BYTES as u64)))?;
        let mut end = Vec::new();
        file.take(END_BYTES as u64).read_to_end(&mut end)?;
        Ok(end)
    };
    end().is_ok_and(|end| says_more(container, &end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Container {
        Container::JsonValues { envelope: Some("data".to_owned()) }
    }

    #[test]
    fn only_the_last_page_itself_says_whether_there_are_more() {
        let says = |text: &str| says_more(&pages(), text.as_bytes());
        assert!(says(r#"{"data":[{}],"has_more":true,"next_page":"p"}"#));
        assert!(says("{\"data\":[{}],\n  \"has_more\" : true\n}\n"));
        assert!(!says(r#"{"data":[{}],"has_more":false}"#));
        assert!(!says(r#"{"data":[{"has_more":true}]}"#));
        assert!(!says(r#"{"data":[],"has_more":true}{"data":[],"has_more":false}"#));
        assert!(says(r#"{"data":[],"has_more":false}{"data":[],"has_more":true}"#));
        assert!(!says("has_more"));
        assert!(!says_more(&Container::Lines, br#"{"data":[],"has_more":true}"#));
    }

    #[test]
    fn the_end_of_a_stream_is_the_same_in_pieces_of_any_size() {
        let page = format!("{{\"data\":[{}{{}}],\"has_more\":true}}", "{},".repeat(5_000));
        for piece in [1, 7, 4_095, 4_096, 4_097, page.len()] {
            let mut end = End::default();
            page.as_bytes().chunks(piece).for_each(|bytes| end.extend(bytes));
            assert_eq!(end.0, page.as_bytes()[page.len() - END_BYTES..], "{piece}");
            assert!(end.says_more(&pages()));
        }
    }

    #[test]
    fn a_long_page_is_looked_at_from_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("page.json");
        let items = "{\"a\":1},".repeat(10_000);
        std::fs::write(&path, format!("{{\"data\":[{items}{{}}],\"has_more\":true}}"))
            .expect("written");
        assert!(file_says_more(&pages(), &path));
        assert!(!file_says_more(&pages(), &folder.path().join("none.json")));
    }
}
