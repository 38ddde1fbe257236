//! One call as one line of the native JSON log format, with the columns of a tier.

use xxhash_rust::xxh3::xxh3_64;

use super::super::record::{
    origin, push_field, push_hex, push_number, push_text, push_time_of_day, push_uuid,
};
use super::super::rng::{Rng, mix};
use super::super::world::{Account, MODELS, START_US};
use super::call::{Call, Outcome};
use super::options::{Background, Tier};
use super::spec::Kin;
use super::words::Words;
use super::{Bench, DAYS, Network};
use crate::model::Time;
use crate::model::time::DAY_US;

/// Writes calls; what repeats for an account is prepared once.
pub struct Writer<'a> {
    bench: &'a Bench,
    tier: Tier,
    accounts: Vec<Fragments>,
    /// The dates of the log, by day.
    dates: Vec<String>,
}

/// The parts of a line that only depend on the account.
struct Fragments {
    who: Vec<u8>,
    origins: Vec<Vec<u8>>,
    /// What it calls its own words: the same for a network where they are shared.
    houses: [u64; 2],
    stripped: bool,
}

impl<'a> Writer<'a> {
    /// A writer for the calls of this world.
    pub fn new(bench: &'a Bench) -> Self {
        let accounts = (0..).zip(&bench.accounts).map(|(n, a)| fragments(bench, n, a)).collect();
        let dates = (0..DAYS).map(|day| Time(super::day_us(day)).date()).collect();
        Self { bench, tier: bench.options.tier, accounts, dates }
    }

    /// Appends the line of a call, newline included.
    pub fn line(&self, call: &Call, out: &mut Vec<u8>) {
        let words = &self.bench.words[call.words as usize];
        let fixed = &self.accounts[call.account as usize];
        let mut rng = Rng::new(&[call.draw]);
        out.extend_from_slice(b"{\"timestamp\":\"");
        let of_log = call.at_us - START_US;
        out.extend_from_slice(self.dates[(of_log / DAY_US) as usize].as_bytes());
        push_time_of_day(out, of_log % DAY_US);
        out.extend_from_slice(b"\",\"request_id\":\"");
        push_id(out, call);
        out.push(b'"');
        out.extend_from_slice(&fixed.who);
        let metadata = self.tier.has(1) && !fixed.stripped;
        if metadata {
            conversation(call, words, out);
        }
        if self.tier.has(1) {
            push_text(out, "endpoint", words.endpoint);
        }
        push_text(out, "model", MODELS[call.model as usize]);
        self.outcome(call, words, &mut rng, out);
        if metadata {
            // Most from the first of its places, whatever the others are.
            let places = &fixed.origins;
            let n = if places.len() > 3 || mix(call.session) % 10 < 4 {
                mix(call.session ^ 1) as usize % places.len()
            } else {
                0
            };
            out.extend_from_slice(&places[n]);
        }
        self.content(call, words, fixed.houses[usize::from(words.is_personal)], &mut rng, out);
        if self.tier.has(5) {
            block("replayed_signature", call.replayed, out);
            block("reasoning_signature", call.issued, out);
        }
        out.extend_from_slice(b"}\n");
    }

    fn outcome(&self, call: &Call, words: &Words, rng: &mut Rng, out: &mut Vec<u8>) {
        push_field(out, "status", call.outcome.status());
        if let Some(error) = call.outcome.error() {
            if self.tier.has(5) {
                push_text(out, "error", error);
            }
            if self.tier.has(1) {
                push_field(out, "latency_ms", rng.between(20, 900));
            }
            return;
        }
        let (input, wanted) = self.tokens(call, words, rng);
        let limit = words.sizes.max_tokens.unwrap_or(8_192);
        let refused = call.outcome == Outcome::Refused;
        let output = if refused { rng.between(18, 60) } else { wanted.min(u64::from(limit)) };
        if self.tier.has(1) {
            let stop = match () {
                () if refused => "refusal",
                () if wanted > u64::from(limit) => "max_tokens",
                () if rng.chance(words.tools) => "tool_use",
                () => "end_turn",
            };
            push_text(out, "stop_reason", stop);
        }
        push_field(out, "input_tokens", input);
        push_field(out, "output_tokens", output);
        if self.tier.has(5) {
            if call.turn > 0 && words.history > 0.1 {
                // An account that changed in the middle of a conversation starts cold.
                let warm = !call.is_grouped || call.replayed != 0 || !words.reasons;
                let share = if warm { rng.between(50, 90) } else { rng.between(0, 4) };
                push_field(out, "cached_tokens", input * share / 100);
            }
            if words.reasons {
                push_field(out, "reasoning_tokens", output * rng.between(20, 70) / 100);
            }
        }
        if self.tier.has(1) {
            push_field(out, "latency_ms", rng.between(180, 700) + output * rng.between(8, 16));
            if let Some(limit) = words.sizes.max_tokens {
                push_field(out, "max_tokens", limit.into());
            }
            if let Some(temperature) = words.sizes.temperature {
                out.extend_from_slice(b",\"temperature\":");
                out.extend_from_slice(temperature.as_bytes());
            }
        }
    }

    /// Tokens in and out: log-normal, or, of ordinary traffic of the hold-out generator, with a
    /// Pareto tail in and exponential out.
    fn tokens(&self, call: &Call, words: &Words, rng: &mut Rng) -> (u64, u64) {
        // A conversation carries what was said before.
        let history = 1.0 + f64::from(call.turn.min(30)) * words.history;
        let (input, output) = (words.sizes.input * history, words.sizes.output);
        let holdout = self.bench.options.background == Background::Holdout;
        if holdout && !call.is_grouped {
            let tail = if rng.chance(0.06) { 1.0 / (1.0 - rng.unit()).max(0.02) } else { 1.0 };
            let input = rng.lognormal(input, 0.5) * tail;
            return (input as u64 + 8, rng.exponential(output * 1.3) as u64 + 1);
        }
        (rng.lognormal(input, 0.6) as u64 + 8, rng.lognormal(output, 0.7) as u64 + 1)
    }

    /// Texts, or their hashes. A call that was turned away left none.
    fn content(&self, call: &Call, words: &Words, house: u64, rng: &mut Rng, out: &mut Vec<u8>) {
        let turned_away = matches!(call.outcome, Outcome::Limited | Outcome::Overloaded);
        if !self.tier.has(3) || turned_away {
            return;
        }
        if !self.tier.has(4) {
            let mut text = Vec::with_capacity(256);
            if words.has_system() {
                words.write_system(house, &mut text);
                hash(out, "system_hash", &text);
                text.clear();
            }
            words.write_prompt(house, &mut text, rng, call.item);
            hash(out, "prompt_hash", &text);
            return;
        }
        if words.has_system() {
            out.extend_from_slice(b",\"system\":\"");
            words.write_system(house, out);
            out.push(b'"');
        }
        out.extend_from_slice(b",\"prompt\":\"");
        words.write_prompt(house, out, rng, call.item);
        out.push(b'"');
        if call.outcome == Outcome::Answered {
            out.extend_from_slice(b",\"response\":\"");
            words.write_answer(house, out, rng, call.item);
            out.push(b'"');
        }
    }
}

/// Appends the request id of a call.
pub fn push_id(out: &mut Vec<u8>, call: &Call) {
    push_uuid(out, mix(call.draw), mix(call.draw ^ u64::from(call.account) ^ (1 << 63)));
}

fn conversation(call: &Call, words: &Words, out: &mut Vec<u8>) {
    if words.history > 0.1 {
        out.extend_from_slice(b",\"session_id\":\"s");
        push_hex(out, call.session >> 16, 12);
        out.push(b'"');
    }
    if call.user != 0 {
        out.extend_from_slice(b",\"user_id\":\"u");
        push_number(out, 10_000 + u64::from(call.user));
        out.push(b'"');
    }
}

fn block(name: &str, key: u64, out: &mut Vec<u8>) {
    if key != 0 {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":\"sig_");
        push_hex(out, key, 16);
        out.push(b'"');
    }
}

fn hash(out: &mut Vec<u8>, name: &str, text: &[u8]) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":\"h_");
    push_hex(out, xxh3_64(text), 16);
    out.push(b'"');
}

fn fragments(bench: &Bench, index: u32, account: &Account) -> Fragments {
    let network = &bench.networks[account.group as usize];
    let tier = bench.options.tier;
    let stripped = network.spec.stripped;
    let pathway = if stripped { "aggregator" } else { account.pathway };
    let mut who = Vec::new();
    push_text(&mut who, "account_id", &account.id);
    if let Some(org) = account.org.as_ref().filter(|_| tier.has(2) && !stripped) {
        push_text(&mut who, "org_id", org);
    }
    if pathway != "console" {
        let id = mix(bench.options.seed ^ mix(u64::from(index) | 1 << 40)) >> 32;
        push_text(&mut who, "api_key_id", &format!("key_{id:08x}"));
    }
    let mut origins: Vec<Vec<u8>> = account.origins.iter().map(origin).collect();
    if tier.has(1) {
        push_text(&mut who, "pathway", pathway);
        if let Some(region) = region(network, index, pathway) {
            origins.iter_mut().for_each(|origin| push_text(origin, "region", region));
        }
    }
    let houses = [u64::from(account.group) + 1, u64::from(index) + (1 << 32)];
    Fragments { who, origins, houses: houses.map(|h| h ^ bench.options.seed << 40), stripped }
}

/// Which cloud an account comes through.
fn region(network: &Network, index: u32, pathway: &str) -> Option<&'static str> {
    if pathway != "cloud" {
        return None;
    }
    let second = network.spec.kin == Kin::Pathways && (index - network.members.start) % 5 == 3;
    Some(if second { "south-1" } else { "north-2" })
}
