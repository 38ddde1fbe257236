//! What is asked and answered: templates with sizes, limits and habits.

pub mod agents;
pub mod harvest;
pub mod innocent;
pub mod ordinary;

use super::super::rng::Rng;
use super::super::text::{Template, escape};
use super::super::world::Sizes;

/// Draws of texts that are public and read the same for everybody.
const FIXED: u64 = 0xF1ED;

/// What a house puts before its prompts.
const OPENING: &str =
    "{@detail} {@sentence} {@detail} {@sentence} {@genre}: {@topic}, {@thing}. {@sentence} ";

/// The words of one task, and what its calls look like.
#[derive(Clone, Debug)]
pub struct Words {
    prompts: Vec<Template>,
    answers: Vec<Template>,
    system: Option<Template>,
    /// Fixed text before every prompt, which differs between houses.
    opening: Option<Template>,
    /// Fixed text after every prompt, escaped.
    suffix: Vec<u8>,
    /// Tokens, limit, temperature.
    pub sizes: Sizes,
    /// Operation in the log.
    pub endpoint: &'static str,
    /// By how much of the first prompt each turn is longer than the one before.
    pub history: f64,
    /// Whether answers come with a reasoning block.
    pub reasons: bool,
    /// Share of answers that call a tool.
    pub tools: f64,
    /// Share of calls that are declined.
    pub refused: f64,
    /// Whether an item reads the same every time.
    pub is_fixed: bool,
    /// Whether each account has words of its own, as every firm has, or the network as a whole.
    pub is_personal: bool,
    /// Whether calls name an end user.
    pub names_users: bool,
}

impl Words {
    /// Words from the little language of the phrases.
    pub fn new(prompts: &[&str], answers: &[&str]) -> Self {
        let parse = |sources: &[&str]| sources.iter().map(|s| Template::parse(s)).collect();
        Self {
            prompts: parse(prompts),
            answers: parse(answers),
            system: None,
            opening: None,
            suffix: Vec::new(),
            sizes: Sizes { input: 220.0, output: 260.0, max_tokens: None, temperature: None },
            endpoint: "/v1/messages",
            history: 0.05,
            reasons: false,
            tools: 0.0,
            refused: 0.006,
            is_fixed: false,
            is_personal: false,
            names_users: false,
        }
    }

    /// Median tokens in and out.
    pub fn sized(mut self, input: f64, output: f64) -> Self {
        (self.sizes.input, self.sizes.output) = (input, output);
        self
    }

    /// A limit on the answer and a fixed temperature.
    pub fn limited(mut self, max_tokens: u32, temperature: &'static str) -> Self {
        self.sizes.max_tokens = Some(max_tokens);
        self.sizes.temperature = Some(temperature);
        self
    }

    /// A fixed text after every prompt.
    pub fn suffix(mut self, suffix: &str) -> Self {
        self.suffix = escape(suffix);
        self
    }

    /// A system instruction; slots that begin with `@` differ between houses.
    pub fn system(mut self, system: &str) -> Self {
        self.system = Some(Template::parse(system));
        self
    }

    /// Begins every prompt with an instruction of the house: no two networks have theirs from one
    /// hand, whatever they ask for.
    pub fn opened(mut self) -> Self {
        self.opening = Some(Template::parse(OPENING));
        self
    }

    /// Another operation.
    pub fn endpoint(mut self, endpoint: &'static str) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// A conversation that grows, with reasoning blocks handed back and tools.
    pub fn agentic(mut self) -> Self {
        (self.history, self.reasons, self.tools) = (0.35, true, 0.4);
        self
    }

    /// A conversation that grows.
    pub fn chat(mut self) -> Self {
        self.history = 0.35;
        self
    }

    /// Reasoning blocks come with the answers.
    pub fn reasoning(mut self) -> Self {
        self.reasons = true;
        self
    }

    /// This share is declined.
    pub fn refused(mut self, share: f64) -> Self {
        self.refused = share;
        self
    }

    /// An item reads the same every time.
    pub fn fixed(mut self) -> Self {
        self.is_fixed = true;
        self
    }

    /// Each account has its own.
    pub fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    /// End users are named.
    pub fn with_users(mut self) -> Self {
        self.names_users = true;
        self
    }

    /// Whether there is a system instruction.
    pub fn has_system(&self) -> bool {
        self.system.is_some()
    }

    /// Appends the system instruction of a house, escaped.
    pub fn write_system(&self, house: u64, out: &mut Vec<u8>) {
        if let Some(system) = &self.system {
            system.render_for(house, out, &mut Rng::new(&[house]), 0);
        }
    }

    /// Appends a prompt about an item, escaped. What differs between two prompts about one item
    /// comes from `rng`.
    pub fn write_prompt(&self, house: u64, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        if let Some(opening) = &self.opening {
            opening.render_for(house, out, &mut Rng::new(&[house]), 0);
        }
        if self.is_fixed {
            let mut same = Rng::new(&[FIXED, item]);
            same.choose(&self.prompts).render_for(house, out, &mut same, item);
        } else {
            rng.choose(&self.prompts).render_for(house, out, rng, item);
        }
        out.extend_from_slice(&self.suffix);
    }

    /// Appends an answer about an item, escaped.
    pub fn write_answer(&self, house: u64, out: &mut Vec<u8>, rng: &mut Rng, item: u64) {
        rng.choose(&self.answers).render_for(house, out, rng, item);
    }
}

/// One of two wordings.
pub(super) fn voiced<'a>(
    voice: usize,
    tuning: &'a [&'a str],
    holdout: &'a [&'a str],
) -> &'a [&'a str] {
    if voice == 0 { tuning } else { holdout }
}
