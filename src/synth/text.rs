//! Templates with slots, rendered as the inside of JSON strings without allocation.

use super::bench::MORE_LISTS;
use super::phrases::LISTS;
use super::record::push_number;
use super::rng::{Rng, key};

/// A piece of a template.
#[derive(Clone, Debug)]
enum Part {
    /// Fixed text, already escaped.
    Fixed(Vec<u8>),
    /// One entry of a list.
    Slot(&'static [&'static str]),
    /// A number in a range.
    Number(u64, u64),
    /// The number of the item.
    Item,
    /// One entry of a list, always the same for one house.
    House(&'static [&'static str], u64),
    /// A number in a range, always the same for one house.
    HouseNumber(u64, u64, u64),
}

/// One template.
#[derive(Clone, Debug)]
pub struct Template(Vec<Part>);

impl Template {
    /// Reads the little language of [`super::phrases`].
    ///
    /// # Panics
    /// On a slot that does not exist: the templates are part of the program.
    pub fn parse(source: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, tail) = after.split_once('}').expect("a slot in phrases.rs is closed");
            if !before.is_empty() {
                parts.push(Part::Fixed(escape(before)));
            }
            parts.push(Part::parse(slot, parts.len() as u64));
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Fixed(escape(rest)));
        }
        Self(parts)
    }

    /// Appends one filled-in copy, escaped for a JSON string.
    pub fn render(&self, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        self.render_for(0, out, rng, item);
    }

    /// The same for a house: whoever always uses the same words in slots that begin with `@`.
    pub fn render_for(&self, house: u64, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        for part in &self.0 {
            match part {
                Part::Fixed(bytes) => out.extend_from_slice(bytes),
                Part::Slot(list) => out.extend_from_slice(rng.pick(list).as_bytes()),
                Part::Number(low, high) => push_number(out, rng.between(*low, *high)),
                Part::Item => push_number(out, item),
                Part::House(list, place) => {
                    let n = key(&[house, *place]) % list.len() as u64;
                    out.extend_from_slice(list[n as usize].as_bytes());
                }
                Part::HouseNumber(low, high, place) => {
                    push_number(out, low + key(&[house, *place]) % (high - low + 1));
                }
            }
        }
    }
}

impl Part {
    fn parse(slot: &str, place: u64) -> Self {
        if slot == "item" {
            return Self::Item;
        }
        if let Some(slot) = slot.strip_prefix('@') {
            return match Self::parse(slot, place) {
                Self::Slot(list) => Self::House(list, place),
                Self::Number(low, high) => Self::HouseNumber(low, high, place),
                other => other,
            };
        }
        if let Some(range) = slot.strip_prefix('#') {
            let (low, high) = range.split_once('-').expect("a number slot is a range");
            let number = |text: &str| text.parse().expect("a number slot holds numbers");
            return Self::Number(number(low), number(high));
        }
        let list = LISTS.iter().chain(MORE_LISTS).find(|(name, _)| *name == slot);
        Self::Slot(list.expect("a slot names a list").1)
    }
}

/// The text as it stands inside a JSON string.
pub fn escape(text: &str) -> Vec<u8> {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.as_bytes()[1..quoted.len() - 1].to_vec()
}

/// The prompts, system instruction and answers of one kind of use.
#[derive(Clone, Debug)]
pub struct Script {
    /// Prompts; one is drawn a request.
    pub prompts: Vec<Template>,
    /// Fixed text after every prompt, escaped.
    pub suffix: Vec<u8>,
    /// Constant system instruction, escaped.
    pub system: Option<Vec<u8>>,
    /// Answers; one is drawn a request.
    pub answers: Vec<Template>,
}

impl Script {
    /// A script from the sources of [`super::phrases`].
    pub fn new(prompts: &[&str], answers: &[&str]) -> Self {
        let parse = |sources: &[&str]| sources.iter().map(|s| Template::parse(s)).collect();
        Self { prompts: parse(prompts), suffix: Vec::new(), system: None, answers: parse(answers) }
    }

    /// The same with a fixed text after every prompt.
    pub fn with_suffix(mut self, suffix: &str) -> Self {
        self.suffix = escape(suffix);
        self
    }

    /// The same with a constant system instruction.
    pub fn with_system(mut self, system: &str) -> Self {
        self.system = Some(escape(system));
        self
    }

    /// Appends a prompt about `item`.
    pub fn prompt(&self, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        rng.choose(&self.prompts).render(out, rng, item);
        out.extend_from_slice(&self.suffix);
    }

    /// Appends an answer about `item`.
    pub fn answer(&self, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        rng.choose(&self.answers).render(out, rng, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_fills_its_slots_and_escapes_its_text() {
        let template = Template::parse("a \"{code}\"\n{#5-5} {item}");
        let mut out = Vec::new();
        template.render(&mut out, &mut Rng::new(&[1]), 42);
        let text: String =
            serde_json::from_str(&format!("\"{}\"", String::from_utf8(out).unwrap())).unwrap();
        assert!(text.starts_with("a \"") && text.ends_with("\"\n5 42"), "{text}");
    }

    #[test]
    fn list_entries_need_no_escaping() {
        for (name, entries) in LISTS.iter().chain(MORE_LISTS) {
            for entry in *entries {
                assert_eq!(escape(entry), entry.as_bytes(), "{name}: {entry}");
            }
        }
    }
}
