//! A template: its fixed words, and what stands in its slots.

/// A part of a template. Texts are of logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The same in every prompt.
    Fixed(String),
    /// The same in every prompt, and what the finding speaks of.
    Marked(String),
    /// What differs.
    Slot {
        /// `item`, `text 2`: what kind of thing it seems to be.
        name: String,
        /// Distinct values.
        distinct: u64,
        /// Whether they were counted one by one.
        is_exact: bool,
        /// Some values.
        examples: Vec<String>,
    },
}

/// An account that sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Position of the account in the index.
    pub account: u32,
    /// Its id, which may be hostile text.
    pub name: String,
    /// Its prompts of the template.
    pub prompts: u64,
    /// Different ones among them; 0 where nobody knows.
    pub distinct: u64,
}

/// A template and who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its number.
    pub template: u32,
    /// Its parts, in their order.
    pub parts: Vec<Part>,
    /// Words of its fixed text.
    pub words: u64,
    /// What stands over the accounts: `different prompts by account`.
    pub holders_note: String,
    /// The accounts with the most, the most first.
    pub holders: Vec<Holder>,
    /// What is not shown, in words; empty where all is.
    pub more: String,
}
