//! One record as one line of the native JSON log format.
//!
//! Written by hand instead of through serde: nothing here needs escaping twice, and a benchmark
//! file of two million records should take seconds.

use super::rng::{Rng, key};
use super::world::{Account, Event, Group, Items, MODELS, ModelUse, Origin, Role, START_US, World};
use crate::model::Time;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};

/// Draws of a record's content, apart from those of its time.
const RECORD: u64 = 0x4EC0;

/// Harness instructions that unrelated people share because their tool ships with them.
const HARNESSES: [&str; 3] = ["h_5f20c1", "h_a0917e", "h_33d84b"];

/// Writes records; what repeats for an account is prepared once.
pub struct Recorder<'a> {
    world: &'a World,
    accounts: Vec<Fragments>,
    /// The dates of the log, by day.
    dates: Vec<String>,
}

/// The parts of a record that only depend on the account.
struct Fragments {
    who: Vec<u8>,
    origins: Vec<Vec<u8>>,
    tail: Vec<u8>,
}

impl<'a> Recorder<'a> {
    /// A writer for the records of this world.
    pub fn new(world: &'a World) -> Self {
        let accounts = (0..).zip(&world.accounts).map(|(i, a)| fragments(world, i, a)).collect();
        let dates = (0..world.calendar.days).map(|d| Time(world.calendar.day_us(d)).date());
        Self { world, accounts, dates: dates.collect() }
    }

    /// Appends the line of one record, newline included.
    pub fn write(&self, event: &Event, out: &mut Vec<u8>) {
        let account = &self.world.accounts[event.account as usize];
        let group = &self.world.groups[account.group as usize];
        let fixed = &self.accounts[event.account as usize];
        let mut rng = Rng::new(&[
            self.world.seed,
            RECORD,
            u64::from(event.account) << 1 | u64::from(event.own),
            u64::from(event.seq),
        ]);
        out.extend_from_slice(b"{\"timestamp\":\"");
        let of_log = event.at_us - START_US;
        out.extend_from_slice(self.dates[(of_log / DAY_US) as usize].as_bytes());
        push_time_of_day(out, of_log % DAY_US);
        out.extend_from_slice(b"\",\"request_id\":\"");
        push_uuid(out, rng.next(), rng.next());
        out.push(b'"');
        out.extend_from_slice(&fixed.who);
        let shared = if event.own { None } else { Some(group) };
        self.session(event, account, shared, out);
        let endpoint = shared.map_or("/v1/messages", |g| g.endpoint);
        push_text(out, "endpoint", endpoint);
        push_text(out, "model", MODELS[self.model(event, account, group, &mut rng)]);
        let failed = failure(&mut rng, shared);
        self.outcome(event, account, shared, failed, &mut rng, out);
        let session = key(&[self.world.seed, u64::from(event.account), u64::from(event.session)]);
        out.extend_from_slice(&fixed.origins[session as usize % fixed.origins.len()]);
        out.extend_from_slice(&fixed.tail);
        self.words(event, account, shared, failed.is_some(), &mut rng, out);
        self.signatures(event, account, shared, failed.is_some(), out);
        out.extend_from_slice(b"}\n");
    }

    fn session(&self, event: &Event, account: &Account, group: Option<&Group>, out: &mut Vec<u8>) {
        let id = key(&[
            self.world.seed,
            RECORD,
            u64::from(event.account),
            u64::from(event.session),
            u64::from(event.own),
        ]);
        if account.session_len > 2.0 {
            out.extend_from_slice(b",\"session_id\":\"s");
            push_hex(out, id >> 16, 12);
            out.push(b'"');
        }
        if group.is_some_and(|g| g.end_users) {
            out.extend_from_slice(b",\"user_id\":\"u");
            push_number(out, 10_000 + id % 50_000);
            out.push(b'"');
        }
    }

    fn model(&self, event: &Event, account: &Account, group: &Group, rng: &mut Rng) -> usize {
        let release = self.world.calendar.release_us;
        let newest = MODELS.len() - 1;
        let released = event.at_us >= release;
        match if event.own { ModelUse::Adopt } else { group.models } {
            ModelUse::Newest if released => newest,
            ModelUse::Every => event.seq as usize % if released { MODELS.len() } else { newest },
            ModelUse::Pivot if event.at_us >= release + 20 * MINUTE_US => newest,
            ModelUse::Pivot => 0,
            _ if event.at_us >= account.adopts_us.max(release) && rng.chance(0.85) => newest,
            _ => account.model,
        }
    }

    fn outcome(
        &self,
        event: &Event,
        account: &Account,
        group: Option<&Group>,
        failed: Option<(u64, &str)>,
        rng: &mut Rng,
        out: &mut Vec<u8>,
    ) {
        let (median_in, median_out) = match group {
            Some(group) => (group.sizes.input, group.sizes.output),
            None if account.script == 1 => (1_100.0, 380.0),
            None => (190.0, 240.0),
        };
        // A conversation carries what was said before.
        let history = f64::from(event.turn.min(30)) * if group.is_none() { 0.35 } else { 0.05 };
        let input = (rng.lognormal(median_in, 0.6) * (1.0 + history)) as u64 + 8;
        let limit = group.and_then(|g| g.sizes.max_tokens).unwrap_or(8_192);
        let wanted = rng.lognormal(median_out, 0.7) as u64 + 1;
        let output = wanted.min(u64::from(limit));
        push_field(out, "status", failed.map_or(200, |(status, _)| status));
        if let Some((_, error)) = failed {
            push_text(out, "error", error);
            push_field(out, "latency_ms", rng.between(20, 900));
            return;
        }
        let stop = if wanted > u64::from(limit) {
            "max_tokens"
        } else if account.script == 1 && event.own && rng.chance(0.4) {
            "tool_use"
        } else if rng.chance(0.006) {
            "refusal"
        } else {
            "end_turn"
        };
        push_text(out, "stop_reason", stop);
        push_field(out, "input_tokens", input);
        push_field(out, "output_tokens", output);
        if event.turn > 0 && group.is_none() {
            push_field(out, "cached_tokens", input * rng.between(50, 90) / 100);
        }
        if reasons(account, group) {
            push_field(out, "reasoning_tokens", output * rng.between(20, 70) / 100);
        }
        push_field(out, "latency_ms", rng.between(180, 700) + output * rng.between(8, 16));
        if let Some(sizes) = group.map(|g| g.sizes) {
            if let Some(limit) = sizes.max_tokens {
                push_field(out, "max_tokens", limit.into());
            }
            if let Some(temperature) = sizes.temperature {
                out.extend_from_slice(b",\"temperature\":");
                out.extend_from_slice(temperature.as_bytes());
            }
        }
    }

    fn words(
        &self,
        event: &Event,
        account: &Account,
        group: Option<&Group>,
        failed: bool,
        rng: &mut Rng,
        out: &mut Vec<u8>,
    ) {
        let script = group.map_or(&self.world.scripts[account.script], |g| &g.script);
        let item = match group {
            Some(group) if group.role == Role::Campaign => 40_000 + u64::from(event.item),
            _ => 1 + u64::from(event.item),
        };
        if let Some(system) = &script.system {
            out.extend_from_slice(b",\"system\":\"");
            out.extend_from_slice(system);
            out.push(b'"');
        }
        out.extend_from_slice(b",\"prompt\":\"");
        match group.map(|g| g.items) {
            // A benchmark asks the same of everybody, every time.
            Some(Items::Cycle(_)) => {
                let mut same = Rng::new(&[self.world.seed, RECORD, u64::MAX, item]);
                script.prompt(out, &mut same, item);
            }
            _ => script.prompt(out, rng, item),
        }
        out.push(b'"');
        if !failed {
            out.extend_from_slice(b",\"response\":\"");
            script.answer(out, rng, item);
            out.push(b'"');
        }
    }

    /// Reasoning blocks: issued with the answer, submitted again in the next turn. In a group
    /// that hands them over, the next turn comes from somebody else.
    fn signatures(
        &self,
        event: &Event,
        account: &Account,
        group: Option<&Group>,
        failed: bool,
        out: &mut Vec<u8>,
    ) {
        let seed = self.world.seed;
        let own = |seq: u32| key(&[seed, 1, u64::from(event.account), u64::from(seq)]);
        let (issued, replayed) = match group {
            Some(group) if group.replays => {
                let of = |item: u32| key(&[seed, 2, u64::from(account.group), u64::from(item)]);
                let taken = event.item % 4 == 3 && event.item >= 11;
                (of(event.item), taken.then(|| of(event.item - 11)))
            }
            None if reasons(account, group) => {
                (own(event.seq), (event.turn > 0).then(|| own(event.seq - 1)))
            }
            _ => return,
        };
        if let Some(replayed) = replayed {
            out.extend_from_slice(b",\"replayed_signature\":\"sig_");
            push_hex(out, replayed, 16);
            out.push(b'"');
        }
        if !failed {
            out.extend_from_slice(b",\"reasoning_signature\":\"sig_");
            push_hex(out, issued, 16);
            out.push(b'"');
        }
    }
}

/// Whether the answers come with reasoning: those of coding agents, and where it is handed over.
fn reasons(account: &Account, group: Option<&Group>) -> bool {
    group.map_or_else(|| is_agent(account), |g| g.replays)
}

fn is_agent(account: &Account) -> bool {
    account.script == 1 && account.session_len > 10.0
}

/// Status and error of a call that failed.
fn failure(rng: &mut Rng, group: Option<&Group>) -> Option<(u64, &'static str)> {
    let pressed = group.is_some_and(|g| g.role == Role::Campaign && !g.replays);
    let draw = rng.unit();
    let limited = if pressed { 0.035 } else { 0.011 };
    match draw {
        d if d < limited => Some((429, "rate_limit_error")),
        d if d < limited + 0.006 => Some((400, "invalid_request_error")),
        d if d < limited + 0.008 => Some((529, "overloaded_error")),
        d if d < limited + 0.010 => Some((500, "api_error")),
        _ => None,
    }
}

fn fragments(world: &World, index: u64, account: &Account) -> Fragments {
    let mut who = Vec::new();
    push_text(&mut who, "account_id", &account.id);
    if let Some(org) = &account.org {
        push_text(&mut who, "org_id", org);
    }
    if account.pathway != "console" {
        let id = key(&[world.seed, 3, index]) >> 32;
        push_text(&mut who, "api_key_id", &format!("key_{id:08x}"));
    }
    push_text(&mut who, "pathway", account.pathway);
    let mut tail = Vec::new();
    if account.pathway == "cloud" {
        push_text(&mut tail, "region", "north-2");
    }
    if is_agent(account) {
        push_text(&mut tail, "system_hash", HARNESSES[index as usize % HARNESSES.len()]);
    }
    Fragments { who, origins: account.origins.iter().map(origin).collect(), tail }
}

pub fn origin(origin: &Origin) -> Vec<u8> {
    let mut out = Vec::new();
    push_text(&mut out, "client_ip", &origin.ip);
    push_text(&mut out, "asn", &format!("AS{}", origin.asn));
    push_text(&mut out, "country", origin.country);
    push_text(&mut out, "user_agent", origin.user_agent);
    out
}

/// Appends a text that needs no escaping: ids, addresses and constants of this program.
pub fn push_text(out: &mut Vec<u8>, name: &str, value: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":\"");
    out.extend_from_slice(value.as_bytes());
    out.push(b'"');
}

pub fn push_field(out: &mut Vec<u8>, name: &str, value: u64) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    push_number(out, value);
}

/// Appends a number in decimal.
pub fn push_number(out: &mut Vec<u8>, value: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

fn push_padded(out: &mut Vec<u8>, value: i64, width: u32) {
    for place in (0..width).rev() {
        out.push(b'0' + (value / 10_i64.pow(place) % 10) as u8);
    }
}

pub fn push_hex(out: &mut Vec<u8>, value: u64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(value >> (4 * place)) as usize & 15]);
    }
}

/// A random UUID (version 4).
pub fn push_uuid(out: &mut Vec<u8>, high: u64, low: u64) {
    push_hex(out, high >> 32, 8);
    out.push(b'-');
    push_hex(out, high >> 16, 4);
    out.extend_from_slice(b"-4");
    push_hex(out, high, 3);
    out.push(b'-');
    push_hex(out, (low >> 48) & 0x3FFF | 0x8000, 4);
    out.push(b'-');
    push_hex(out, low, 12);
}

/// The second half of an RFC 3339 time: `T12:34:56.789Z`.
pub fn push_time_of_day(out: &mut Vec<u8>, of_day: i64) {
    out.push(b'T');
    push_padded(out, of_day / HOUR_US, 2);
    out.push(b':');
    push_padded(out, of_day / MINUTE_US % 60, 2);
    out.push(b':');
    push_padded(out, of_day / 1_000_000 % 60, 2);
    out.push(b'.');
    push_padded(out, of_day / 1_000 % 1_000, 3);
    out.push(b'Z');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_times_and_uuids_are_written_as_expected() {
        let mut out = Vec::new();
        push_number(&mut out, 0);
        out.push(b' ');
        push_number(&mut out, u64::MAX);
        out.push(b' ');
        push_time_of_day(&mut out, 3_723_045_000);
        out.push(b' ');
        push_uuid(&mut out, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "0 18446744073709551615 T01:02:03.045Z \
             01234567-89ab-4def-bedc-ba9876543210"
        );
    }
}
