//! Rules that say what a prompt asks for. They stand in a file that analysts may edit, with a
//! version and a hash that a run records.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

/// The rules that come with the program.
const BUILT_IN: &str = include_str!("../../assets/rules/extraction.toml");
/// The phrases of a rule stand within so many bytes.
const WITHIN: usize = 400;
/// Terms there can be.
const MOST_TERMS: usize = 64;
/// Groups there can be.
const MOST_GROUPS: usize = 16;

/// Why rules cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Not what the file should be; says the line itself.
    #[error("the rules cannot be read: {0}")]
    Syntax(String),
    /// A rule of a term that is not there.
    #[error("line {line}: group {group}: no term is called {term}")]
    Term {
        /// Where the group begins, from 1.
        line: usize,
        /// Whose rule it is.
        group: String,
        /// The name.
        term: String,
    },
    /// Nothing in it.
    #[error("line {line}: group {group} has a rule without terms, or a term without phrases")]
    Empty {
        /// Where the group begins, from 1.
        line: usize,
        /// Which.
        group: String,
    },
    /// Two groups of one name.
    #[error("line {line}: there is another group {group}")]
    Twice {
        /// Where the second begins, from 1.
        line: usize,
        /// Which.
        group: String,
    },
    /// Too much.
    #[error("at most {MOST_TERMS} terms and {MOST_GROUPS} groups can be used")]
    TooMany,
}

/// A group of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleGroup {
    /// Its name: `grading`.
    pub id: String,
    /// In a few words.
    pub title: String,
    /// Each a list of terms that must all be there.
    pub rules: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupInFile {
    id: Spanned<String>,
    title: String,
    rules: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    version: String,
    terms: BTreeMap<String, Vec<String>>,
    groups: Vec<GroupInFile>,
}

impl RuleFile {
    /// Its groups, each with the line it begins at.
    ///
    /// # Errors
    /// [`RulesError::Twice`]; [`RulesError::TooMany`].
    fn groups(&self, text: &str) -> Result<Vec<(usize, RuleGroup)>, RulesError> {
        if self.terms.len() > MOST_TERMS || self.groups.len() > MOST_GROUPS {
            return Err(RulesError::TooMany);
        }
        let mut all: Vec<(usize, RuleGroup)> = Vec::new();
        for GroupInFile { id, title, rules } in &self.groups {
            let before = text.as_bytes().get(..id.span().start).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            let id = id.get_ref().clone();
            if all.iter().any(|(_, group)| group.id == id) {
                return Err(RulesError::Twice { line, group: id });
            }
            all.push((line, RuleGroup { id, title: title.clone(), rules: rules.clone() }));
        }
        Ok(all)
    }
}

/// A set of rules, ready to be put to prompts.
#[derive(Debug, Default)]
pub struct Rules {
    /// Its version.
    pub version: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The file.
    pub text: String,
    /// Its groups; bit `i` of what [`Rules::groups_in`] gives is the group at `i`.
    pub groups: Vec<RuleGroup>,
    phrases: Option<AhoCorasick>,
    /// The term of each phrase.
    term_of: Vec<u8>,
    /// By term: the rules it is in, as all their terms and their group.
    rules_of: Vec<Vec<(Vec<u8>, u8)>>,
}

impl Rules {
    /// The rules that come with the program.
    pub fn built_in() -> &'static Self {
        static RULES: LazyLock<Rules> =
            LazyLock::new(|| Rules::parse(BUILT_IN).unwrap_or_default());
        &RULES
    }

    /// From a file.
    ///
    /// # Errors
    /// When it is not one, names what is not there, or is too large.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: RuleFile =
            toml::from_str(text).map_err(|error| RulesError::Syntax(error.to_string()))?;
        let groups = file.groups(text)?;
        let names: Vec<&str> = file.terms.keys().map(String::as_str).collect();
        let (mut phrases, mut term_of) = (Vec::new(), Vec::new());
        for (term, of) in (0..).zip(file.terms.values()) {
            for phrase in of.iter().filter(|phrase| !phrase.is_empty()) {
                phrases.push(phrase.as_str());
                term_of.push(term);
            }
        }
        let mut rules_of = vec![Vec::new(); names.len()];
        for (at, (line, group)) in (0..).zip(&groups) {
            for rule in &group.rules {
                let terms = terms_of((*line, group), rule, &names)?;
                let is_empty = terms.iter().any(|term| !term_of.contains(term));
                if terms.is_empty() || is_empty {
                    return Err(RulesError::Empty { line: *line, group: group.id.clone() });
                }
                terms.iter().for_each(|t| rules_of[*t as usize].push((terms.clone(), at)));
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&phrases);
        Ok(Self {
            phrases: Some(automaton.map_err(|error| RulesError::Syntax(error.to_string()))?),
            version: file.version,
            text: text.to_owned(),
            sha256: Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect(),
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            term_of,
            rules_of,
        })
    }

    /// Whether they are those that come with the program.
    pub fn are_built_in(&self) -> bool {
        self.sha256 == Self::built_in().sha256
    }

    /// The bit of a group; 0 where there is none of that name.
    pub fn bit(&self, id: &str) -> u32 {
        self.groups.iter().position(|group| group.id == id).map_or(0, |at| 1 << at)
    }

    /// The groups with a rule that holds in a text, as bits.
    ///
    /// Naive: for every rule and every choice of a place of a phrase of each of its terms, see
    /// whether the ends of these places lie within 400 bytes.
    pub fn groups_in(&self, text: &str) -> u32 {
        let mut last = [usize::MAX; MOST_TERMS];
        let mut found = 0;
        let Some(phrases) = &self.phrases else { return 0 };
        // They come in the order of their ends.
        for phrase in phrases.find_overlapping_iter(text) {
            if !begins_a_word(text, phrase.start()) {
                continue;
            }
            let end = phrase.end();
            let term = self.term_of[phrase.pattern().as_usize()] as usize;
            last[term] = end;
            let near = |t: &u8| {
                let at = last[*t as usize];
                at != usize::MAX && end - at <= WITHIN
            };
            for (terms, group) in &self.rules_of[term] {
                if found & (1 << group) == 0 && terms.iter().all(near) {
                    found |= 1 << group;
                }
            }
        }
        found
    }
}

/// Whether a place is not inside of a word.
fn begins_a_word(text: &str, start: usize) -> bool {
    let alike = |at: Option<usize>| {
        at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric)
    };
    !(alike(start.checked_sub(1)) && alike(Some(start)))
}

fn terms_of(
    (line, group): (usize, &RuleGroup),
    rule: &[String],
    names: &[&str],
) -> Result<Vec<u8>, RulesError> {
    let of = |term: &String| {
        let at = names.iter().position(|name| name == term);
        at.map(|at| at as u8).ok_or_else(|| RulesError::Term {
            line,
            group: group.id.clone(),
            term: term.clone(),
        })
    };
    rule.iter().map(of).collect()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
