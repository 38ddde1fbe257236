//! A made-up case for tests of the screen: four fifths everyday traffic, one burst by a few
//! accounts on a new model.

use crate::index::{Index, Run};
use crate::job::Progress;
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};
use crate::model::{
    Call, Caller, Columns, Dimensions, FREE_TEXT, MISSING, NO_TIME, Origin, Piece, Slot, Template,
    TemplateRun, Time,
};

/// 2026-03-01T00:00:00Z.
pub const MARCH: i64 = 1_772_323_200 * SECOND_US;

/// Numbers that depend on the seed alone.
struct Noise(u64);

impl Noise {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = self.0 >> 33;
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (high << 31 | self.0 >> 33) % n.max(1)
    }
}

/// A small case: five accounts over three days, models `a` and `b`.
pub fn index() -> Index {
    with_untimed(0)
}

/// The small case before anybody looked for templates.
pub fn without_templates() -> Index {
    plain(5, 300, 3, &["a", "b"], |i| format!("ac{i}"), 0).0
}

/// The small case, where the last of its exchanges have no time.
pub fn with_untimed(untimed: usize) -> Index {
    built(5, 300, 3, &["a", "b"], |i| format!("ac{i}"), untimed)
}

/// A case of some size that looks like a real one, where the last exchanges have no time.
pub fn large_with_untimed(accounts: u32, rows: u32, days: i64, untimed: usize) -> Index {
    built(accounts, rows, days, &["atlas-3", "atlas-3-mini", "atlas-4"], account, untimed)
}

/// A case of some size that looks like a real one.
pub fn large(accounts: u32, rows: u32, days: i64) -> Index {
    large_with_untimed(accounts, rows, days, 0)
}

/// A case in which every twentieth account belongs to a pool that takes turns through the second
/// and third week: each a few hours, then the next.
pub fn in_turns(accounts: u32, rows: u32, untimed: usize) -> Index {
    let (mut noise, pool) = (Noise(3), (accounts / 20).max(1));
    let mut times: Vec<(i64, u32)> = (0..rows)
        .map(|i| {
            if i % 6 == 0 {
                let turn = noise.below(3 * u64::from(pool)) as i64;
                let length = 21 * DAY_US / (3 * i64::from(pool));
                let at = MARCH + 8 * DAY_US + turn * length + noise.below(length as u64) as i64;
                return (at, (turn as u32 * 7) % pool * 20);
            }
            let account = noise.below(accounts.into()) as u32;
            // Everyone has hours of their own, and some are awake at night.
            let begins = i64::from(account % 5 * 3);
            let hour = (begins + noise.below(9) as i64) * HOUR_US;
            let day = noise.below(45) as i64;
            let free = day % 7 == 0 && !account.is_multiple_of(3);
            let day = if free { (day + 2) % 45 } else { day } * DAY_US;
            (MARCH + day + hour + noise.below(HOUR_US as u64) as i64, account)
        })
        .collect();
    times.sort_unstable();
    times.iter_mut().rev().take(untimed).for_each(|time| time.0 = NO_TIME);
    let models = ["atlas-3", "atlas-3-mini", "atlas-4"];
    let rows = times.into_iter().map(|(at, account)| {
        let new = u64::from(account % 20 == 0 && noise.below(3) > 0);
        (at, account, if new == 1 { 2 } else { noise.below(2) })
    });
    of_rows(accounts, rows.collect(), &models, account)
}

fn account(i: u32) -> String {
    format!("ac{:06}{:04x}", 1_402 + i * 37, (4_096 + i * 911) % 65_536)
}

fn built(
    accounts: u32,
    rows: u32,
    days: i64,
    models: &[&str],
    name: impl Fn(u32) -> String,
    untimed: usize,
) -> Index {
    let (index, in_burst) = plain(accounts, rows, days, models, name, untimed);
    let numbered = in_burst.into_iter().enumerate();
    let of_event: Vec<u32> = numbered.map(|(i, burst)| template_of(i, burst)).collect();
    let run = TemplateRun {
        version: 1,
        parameters: String::new(),
        at: Time(MARCH),
        up_to: of_event.len() as u64,
        rows: of_event.len() as u64,
        prompts: 0,
        in_templates: 0,
        left_out: 0,
    };
    index.set_templates(run, templates(), &of_event);
    index
}

/// The template of an exchange: the burst has one of its own.
fn template_of(i: usize, in_burst: bool) -> u32 {
    match (in_burst, i % 10) {
        (true, _) => 1,
        (false, 0..=3) => 2,
        (false, 4) => 3,
        (false, 9) => MISSING,
        _ => FREE_TEXT,
    }
}

fn templates() -> Vec<Template> {
    let slot = |distinct, exact, examples: &[(&str, u64)]| {
        let examples = examples.iter().map(|(value, n)| ((*value).to_owned(), *n)).collect();
        Piece::Slot(Slot { distinct, exact, examples })
    };
    let fixed = |text: &str| Piece::Fixed(text.to_owned());
    let numbers = [("40001", 1), ("40002", 1), ("40003", 1)];
    let things = [("shortest route", 4), ("largest area", 3), ("remaining volume", 3)];
    let topics = [("tides", 9), ("sourdough", 8), ("the printing press", 8), ("paper", 5)];
    let pieces = [
        vec![
            fixed("Problem "),
            slot(12_104, false, &numbers),
            fixed(". Find the "),
            slot(10, true, &things),
            fixed(
                ".\n\nBefore the answer, write every step of your reasoning as numbered lines, name \
                 the step a weaker solver would get wrong, and end with a confidence from 0 to 100.",
            ),
        ],
        vec![
            fixed("Explain "),
            slot(40, true, &topics),
            fixed(" to "),
            slot(13, true, &[("a class", 31), ("my grandmother", 22)]),
            fixed("."),
        ],
        vec![fixed("ping? still there")],
    ];
    let template = |(id, pieces)| Template {
        id,
        pieces,
        rows: 100,
        accounts: 1,
        first_seen: Time(MARCH),
        last_seen: Time(MARCH),
    };
    (1..).zip(pieces).map(template).collect()
}

/// The prompt of an event, as the templates have it.
pub fn prompt(index: &Index, event: u64) -> Option<String> {
    match index.row_of_event(event).and_then(|row| index.row(row).template())? {
        1 => Some(format!(
            "Problem {event}. Find the shortest route.\n\nBefore the answer, write every step of \
             your reasoning as numbered lines, name the step a weaker solver would get wrong, and \
             end with a confidence from 0 to 100."
        )),
        2 => Some(format!("Explain the tides of day {event} to a class.")),
        3 => Some("ping? still there".to_owned()),
        _ => None,
    }
}

fn plain(
    accounts: u32,
    rows: u32,
    days: i64,
    models: &[&str],
    name: impl Fn(u32) -> String,
    untimed: usize,
) -> (Index, Vec<bool>) {
    let mut noise = Noise(7);
    let burst = (accounts / 8).max(1);
    let mut times: Vec<(i64, bool)> = (0..rows)
        .map(|i| {
            if i % 5 == 0 {
                let middle = MARCH + days * DAY_US * 45 / 100;
                (middle + noise.below((days * DAY_US / 9) as u64) as i64, true)
            } else {
                // Fewer at night.
                let day = noise.below(days as u64) as i64 * DAY_US;
                let hour = (noise.below(12) + noise.below(13)) as i64 * HOUR_US;
                (MARCH + day + hour + noise.below(HOUR_US as u64) as i64, false)
            }
        })
        .collect();
    times.sort_unstable();
    times.iter_mut().rev().take(untimed).for_each(|time| time.0 = NO_TIME);
    let bursts = times.iter().map(|(_, in_burst)| *in_burst).collect();
    let new = models.len() as u64 - 1;
    let rows = times.into_iter().map(|(at_us, in_burst)| {
        let account = noise.below(if in_burst { burst } else { accounts }.into()) as u32;
        (at_us, account, if in_burst { new } else { noise.below(new.max(1)) })
    });
    (of_rows(accounts, rows.collect(), models, name), bursts)
}

/// A case of rows, each with its time, account and model.
fn of_rows(
    accounts: u32,
    rows: Vec<(i64, u32, u64)>,
    models: &[&str],
    name: impl Fn(u32) -> String,
) -> Index {
    let mut noise = Noise(9);
    let mut columns = Columns::default();
    for (at_us, account, model) in rows {
        columns.at_us.push(at_us);
        columns.caller.push(account);
        columns.origin.push(noise.below(40) as u32);
        columns.call.push(model as u32 * 3 + u32::from(noise.below(20) == 0));
        columns.session.push(MISSING);
        columns.input_tokens.push(20 + noise.below(4_000) as u32);
        columns.output_tokens.push(if noise.below(9) == 0 {
            MISSING
        } else {
            noise.below(3_000) as u32
        });
        columns.latency_ms.push(80 + noise.below(9_000) as u32);
    }
    let run = Run { source_id: 1, first_event_id: 1, columns };
    let call = |model: &&str, status: u32| Call {
        model: Some((*model).to_owned()),
        endpoint: Some("/v1/messages".into()),
        pathway: Some("api".into()),
        status: Some(status),
        stop_reason: Some(if status == 200 { "end_turn" } else { "error" }.into()),
        ..Call::default()
    };
    let dimensions = Dimensions {
        accounts: (0..accounts).map(&name).collect(),
        callers: (0..accounts).map(|account| Caller { account, ..Caller::default() }).collect(),
        origins: (0..40)
            .map(|i| Origin {
                client_ip: (i % 7 != 0).then(|| format!("198.51.100.{i}")),
                country: Some(["DE", "SG", "US", "BR"][i % 4].to_owned()),
                user_agent: Some("client/1.2".into()),
                ..Origin::default()
            })
            .collect(),
        calls: models.iter().flat_map(|m| [call(m, 200), call(m, 429), call(m, 500)]).collect(),
        sessions: crate::model::Texts::default(),
    };
    Index::build(vec![run], dimensions, &Progress::default()).expect("a sound index")
}
