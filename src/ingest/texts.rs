//! The prompt of a record that is in a case already, of which an import keeps only the fingerprint.
//!
//! The record is read as it was at import, by the mapping that the case keeps, and the prompt is
//! [`overheard`](super::overheard) where it is fingerprinted.

use std::borrow::Cow;

use super::format::by_id;
use super::overheard;
use super::said::said;
use super::{Container, FieldMap, Head, Mapping, ReaderOptions, RecordReader, Sample};
use crate::model::{Exchange, Field};

/// Reads the prompts of the records of one source.
pub struct TextReader {
    reader: Box<dyn RecordReader>,
    /// Keys of the record under which alone its prompts stand, where that is known.
    keys: Option<Vec<String>>,
    /// Whether every line is a record of one exchange.
    is_lines: bool,
}

impl std::fmt::Debug for TextReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextReader").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl TextReader {
    /// A reader for a source that was read by this mapping; `None` where it
    /// [has no prompts](has_prompts).
    ///
    /// # Errors
    /// What about the mapping cannot be used, in words.
    pub fn new(
        format: &str,
        mapping: &Mapping,
        container: &Container,
    ) -> Result<Option<Self>, String> {
        if !has_prompts(format, mapping) {
            return Ok(None);
        }
        let unknown = || format!("no format \"{format}\" is known to this version");
        let format = by_id(format).ok_or_else(unknown)?;
        let options = ReaderOptions::in_zone(&mapping.timezone).map_err(|e| e.to_string())?;
        let is_lines = format.is_mapped() && *container == Container::Lines;
        let mapping = if format.is_mapped() { of_prompts(mapping) } else { mapping.clone() };
        let reader = format.reader(container, &mapping, &options)?;
        let keys = is_lines.then(|| keys(&mapping));
        Ok(Some(Self { reader, keys, is_lines }))
    }

    /// Keys of the record under which alone its prompts stand, where that is known.
    pub(super) fn keys(&self) -> Option<&[String]> {
        self.keys.as_deref()
    }

    /// Whether every line is a record, and of one exchange.
    pub fn is_lines(&self) -> bool {
        self.is_lines
    }

    /// Gives every exchange of a record, in the order of the import, with its prompt: of a list of
    /// messages what stands in them, one below the other. A record that cannot be read gives none.
    pub fn read(&self, record: &[u8], each: &mut dyn FnMut(&Exchange<'_>, Option<Cow<'_, str>>)) {
        overheard::listen(|| {
            // Why it cannot be read is in the ledger since the import.
            let _ = self.reader.read(record, &mut |exchange| {
                overheard::heard(|heard| {
                    each(exchange, exchange.prompt_hash.and_then(|f| heard.text(f)).map(said));
                });
            });
        });
    }
}

/// Whether the prompts of a source that was read by this mapping can be read: it says where they
/// stand, not only where their fingerprints do, and this version knows its format and time zone.
pub fn has_prompts(format: &str, mapping: &Mapping) -> bool {
    let prompt = mapping.field(Field::PromptHash);
    prompt.is_some_and(|map| map.from.iter().any(|path| is_text(path)))
        && by_id(format).is_some()
        && ReaderOptions::in_zone(&mapping.timezone).is_ok()
}

/// How the records of a source are laid out, by its first bytes.
pub fn container_of(head: &Head<'_>, format: &str) -> Container {
    let sample = match by_id(format) {
        Some(format) => Sample::cut_for(head, format),
        None => Sample::cut(head),
    };
    sample.map_or(Container::Lines, |sample| sample.container)
}

/// The keys of a record at which the paths to its prompt begin.
fn keys(mapping: &Mapping) -> Vec<String> {
    let paths = mapping.field(Field::PromptHash).into_iter().flat_map(|map| &map.from);
    // A dotted path is looked for as one key, too.
    let keys = paths.flat_map(|path| [path.as_str(), path.split('.').next().unwrap_or(path)]);
    let mut keys: Vec<String> = keys.map(str::to_owned).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether a path leads to a text and not to a fingerprint that the log itself has of it.
fn is_text(path: &str) -> bool {
    !path.to_ascii_lowercase().contains("hash")
}

/// The mapping with the prompts of records in place of the fingerprints that stand beside them,
/// and without the other texts, which nobody asks for.
fn of_prompts(mapping: &Mapping) -> Mapping {
    let mut mapping = mapping.clone();
    let is_other = |map: &FieldMap| matches!(map.field, Field::SystemHash | Field::ResponseHash);
    mapping.fields.retain(|map| !is_other(map));
    for map in mapping.fields.iter_mut().filter(|map| map.field == Field::PromptHash) {
        map.from.retain(|path| is_text(path));
        map.constant = None;
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The prompt of each exchange in a record.
    fn prompts(format: &str, toml: &str, container: &Container, record: &str) -> Vec<String> {
        let mapping = Mapping::from_toml(toml).expect("valid");
        let reader = TextReader::new(format, &mapping, container);
        let mut found = Vec::new();
        reader.expect("usable").expect("has prompts").read(record.as_bytes(), &mut |_, prompt| {
            found.push(prompt.as_deref().unwrap_or("-").to_owned());
        });
        found
    }

    const NATIVE: &str = "format = \"native\"\n[fields]\ntimestamp = \"timestamp\"\n\
        account_id = \"account_id\"\nsystem_hash = [\"system_hash\", \"system\"]\n\
        prompt_hash = [\"prompt_hash\", \"prompt\"]\nresponse_hash = [\"response_hash\", \"response\"]\n";

    #[test]
    fn prompts_come_unescaped_and_are_no_fingerprints_of_the_log() {
        let record = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a","prompt_hash":"c0ffee",
            "prompt":"say \"hi\"\n\u00e9","system":"say \"hi\"","response":[{"type":"text","text":"hi"}]}"#;
        let found = prompts("native", NATIVE, &Container::Lines, record);
        assert_eq!(found, ["say \"hi\"\né"]);
    }

    #[test]
    fn a_table_has_prompts_too() {
        let header = ["timestamp", "account_id", "prompt", "system"].map(str::to_owned).to_vec();
        let container = Container::Csv { delimiter: b',', header };
        let row = "2026-03-01T10:00:00Z,a,\"one, \"\"two\"\"\nthree\",be kind";
        assert_eq!(prompts("native", NATIVE, &container, row), ["one, \"two\"\nthree"]);
    }

    #[test]
    fn a_format_of_fingerprints_alone_has_no_prompts() {
        let toml = "format = \"json\"\n[fields]\ntimestamp = \"t\"\naccount_id = \"a\"\nprompt_hash = \"hash_ids\"\n";
        let mapping = Mapping::from_toml(toml).expect("valid");
        let reader = TextReader::new("json", &mapping, &Container::Lines);
        assert!(reader.expect("usable").is_none());
    }

    #[test]
    fn a_record_that_cannot_be_read_has_no_prompts() {
        assert!(prompts("native", NATIVE, &Container::Lines, "{\"prompt\":\"x\"}").is_empty());
        assert!(prompts("native", NATIVE, &Container::Lines, "{broken").is_empty());
    }
}
