//! The texts of a record that is in a case already: prompt, system prompt and answer, of which an
//! import keeps only the fingerprints.
//!
//! The record is read as it was at import, by the mapping that the case keeps, and the texts are
//! [`overheard`](super::overheard) where they are fingerprinted.

use std::borrow::Cow;

use super::format::by_id;
use super::overheard::{self, Heard};
use super::said::said;
use super::{Container, FieldMap, Head, Mapping, ReaderOptions, RecordReader, Sample};
use crate::model::{Exchange, Field};

/// What one exchange says; `None` where its record does not hold the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts<'t> {
    /// The prompt: of a list of messages what stands in them, one below the other.
    pub prompt: Option<Cow<'t, str>>,
    /// The system prompt.
    pub system: Option<Cow<'t, str>>,
    /// The answer.
    pub response: Option<Cow<'t, str>>,
}

/// Which texts are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Prompts.
    pub prompt: bool,
    /// System prompts.
    pub system: bool,
    /// Answers.
    pub response: bool,
}

impl Wanted {
    /// Prompts alone.
    pub const PROMPTS: Self = Self { prompt: true, system: false, response: false };
    /// All of them.
    pub const ALL: Self = Self { prompt: true, system: true, response: true };

    /// What is wanted and there.
    fn of(self, mapping: &Mapping) -> Self {
        let has = |field| {
            mapping.field(field).is_some_and(|map| map.from.iter().any(|path| is_text(path)))
        };
        Self {
            prompt: self.prompt && has(Field::PromptHash),
            system: self.system && has(Field::SystemHash),
            response: self.response && has(Field::ResponseHash),
        }
    }
}

/// Reads the texts of the records of one source.
pub struct TextReader {
    reader: Box<dyn RecordReader>,
    wanted: Wanted,
    /// Keys of the record under which alone its texts stand, where that is known.
    keys: Option<Vec<String>>,
    /// Whether every line is a record of one exchange.
    is_lines: bool,
}

impl std::fmt::Debug for TextReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextReader").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl TextReader {
    /// A reader for a source of this format that was read by this mapping; `None` where the
    /// format holds none of the texts that are wanted, or only their fingerprints.
    ///
    /// # Errors
    /// What about the mapping cannot be used, in words.
    pub fn new(
        format: &str,
        mapping: &Mapping,
        container: &Container,
        wanted: Wanted,
    ) -> Result<Option<Self>, String> {
        let wanted = wanted.of(mapping);
        if wanted == Wanted::default() {
            return Ok(None);
        }
        let unknown = || format!("no format \"{format}\" is known to this version");
        let format = by_id(format).ok_or_else(unknown)?;
        let options = ReaderOptions::in_zone(&mapping.timezone).map_err(|e| e.to_string())?;
        let is_lines = format.is_mapped() && *container == Container::Lines;
        let mapping = if format.is_mapped() { of_texts(mapping) } else { mapping.clone() };
        let reader = format.reader(container, &mapping, &options)?;
        let keys = is_lines.then(|| keys(&mapping, wanted));
        Ok(Some(Self { reader, wanted, keys, is_lines }))
    }

    /// Keys of the record under which alone its texts stand, where that is known.
    pub(super) fn keys(&self) -> Option<&[String]> {
        self.keys.as_deref()
    }

    /// Whether every line is a record, and of one exchange.
    pub fn is_lines(&self) -> bool {
        self.is_lines
    }

    /// Gives every exchange of a record, in the order of the import, with its texts. A record that
    /// cannot be read gives none.
    pub fn read(&self, record: &[u8], each: &mut dyn FnMut(&Exchange<'_>, &Texts<'_>)) {
        overheard::listen(|| {
            // Why it cannot be read is in the ledger since the import.
            let _ = self.reader.read(record, &mut |exchange| {
                overheard::heard(|heard| each(exchange, &self.texts(exchange, heard)));
            });
        });
    }

    fn texts<'h>(&self, exchange: &Exchange<'_>, heard: &'h Heard) -> Texts<'h> {
        let text = |is_wanted: bool, fingerprint: Option<u64>| {
            fingerprint.filter(|_| is_wanted).and_then(|f| heard.text(f)).map(said)
        };
        let system = exchange.system_hash.as_ref();
        let system = system.and_then(|hex| u64::from_str_radix(hex.as_str(), 16).ok());
        Texts {
            prompt: text(self.wanted.prompt, exchange.prompt_hash),
            system: text(self.wanted.system, system),
            response: text(self.wanted.response, exchange.response_hash),
        }
    }
}

/// How the records of a source are laid out, by its first bytes.
pub fn container_of(head: &Head<'_>, format: &str) -> Container {
    let sample = match by_id(format) {
        Some(format) => Sample::cut_for(head, format),
        None => Sample::cut(head),
    };
    sample.map_or(Container::Lines, |sample| sample.container)
}

/// The keys of a record at which the paths to its texts begin.
fn keys(mapping: &Mapping, wanted: Wanted) -> Vec<String> {
    let of = |is_wanted: bool, field| mapping.field(field).filter(|_| is_wanted);
    let maps = [
        of(wanted.prompt, Field::PromptHash),
        of(wanted.system, Field::SystemHash),
        of(wanted.response, Field::ResponseHash),
    ];
    let paths = maps.into_iter().flatten().flat_map(|map| &map.from);
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

/// The mapping with the texts of records in place of the fingerprints that stand beside them.
fn of_texts(mapping: &Mapping) -> Mapping {
    let mut mapping = mapping.clone();
    let of_text =
        |field| matches!(field, Field::PromptHash | Field::SystemHash | Field::ResponseHash);
    for map in mapping.fields.iter_mut().filter(|map| of_text(map.field)) {
        map.from.retain(|path| is_text(path));
        map.constant = None;
    }
    mapping.fields.retain(|map: &FieldMap| !of_text(map.field) || !map.from.is_empty());
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prompt, system prompt and answer of each exchange in a record.
    fn texts(format: &str, toml: &str, container: &Container, record: &str) -> Vec<[String; 3]> {
        let mapping = Mapping::from_toml(toml).expect("valid");
        let reader = TextReader::new(format, &mapping, container, Wanted::ALL);
        let mut found = Vec::new();
        reader.expect("usable").expect("has texts").read(record.as_bytes(), &mut |_, texts| {
            let own = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
            found.push([own(&texts.prompt), own(&texts.system), own(&texts.response)]);
        });
        found
    }

    const NATIVE: &str = "format = \"native\"\n[fields]\ntimestamp = \"timestamp\"\n\
        account_id = \"account_id\"\nsystem_hash = [\"system_hash\", \"system\"]\n\
        prompt_hash = [\"prompt_hash\", \"prompt\"]\nresponse_hash = [\"response_hash\", \"response\"]\n";

    #[test]
    fn texts_come_unescaped_and_are_no_fingerprints_of_the_log() {
        let record = r#"{"timestamp":"2026-03-01T10:00:00Z","account_id":"a","prompt_hash":"c0ffee",
            "prompt":"say \"hi\"\n\u00e9","system_hash":"d0","response":[{"type":"text","text":"hi"}]}"#;
        let found = texts("native", NATIVE, &Container::Lines, record);
        assert_eq!(found, [["say \"hi\"\né", "-", "hi"].map(str::to_owned)]);
    }

    #[test]
    fn a_table_has_texts_too() {
        let header = ["timestamp", "account_id", "prompt", "system"].map(str::to_owned).to_vec();
        let container = Container::Csv { delimiter: b',', header };
        let row = "2026-03-01T10:00:00Z,a,\"one, \"\"two\"\"\nthree\",be kind";
        let found = texts("native", NATIVE, &container, row);
        assert_eq!(found, [["one, \"two\"\nthree", "be kind", "-"].map(str::to_owned)]);
    }

    #[test]
    fn a_format_of_fingerprints_alone_has_no_texts() {
        let toml = "format = \"json\"\n[fields]\ntimestamp = \"t\"\naccount_id = \"a\"\nprompt_hash = \"hash_ids\"\n";
        let mapping = Mapping::from_toml(toml).expect("valid");
        let reader = TextReader::new("json", &mapping, &Container::Lines, Wanted::ALL);
        assert!(reader.expect("usable").is_none());
    }

    #[test]
    fn a_record_that_cannot_be_read_has_no_texts() {
        assert!(texts("native", NATIVE, &Container::Lines, "{\"prompt\":\"x\"}").is_empty());
        assert!(texts("native", NATIVE, &Container::Lines, "{broken").is_empty());
    }
}
