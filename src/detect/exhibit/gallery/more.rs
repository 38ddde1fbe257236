//! Likewise, of what accounts ask and how they call.

use super::{GRADER, Shown, World, marker, moved};
use crate::detect::commerce::plan_usage::PlanUsage;
use crate::detect::content::{
    harvest_shape::HarvestShape, injected::Injected, intent::Intent, judge::Judge, relay::Relay,
    shards::Shards, subject::NarrowSubject, sweep::Sweep, system_prompt::SystemPrompt,
};
use crate::detect::infrastructure::dense_block::DenseBlock;
use crate::detect::marks::Marks;
use crate::detect::rules::Rules;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::{self, Asked, attributes};
use crate::detect::timing::{circadian::Circadian, mechanics::Mechanics};
use crate::detect::words::Sum;
use crate::index::Index;
use crate::model::rng::Rng;
use crate::model::time::{DAY_US, HOUR_US, SECOND_US};
use crate::model::{Call, MISSING, MarkerKind};

/// Two accounts that are there at every hour, and thirty that sleep.
pub fn nights() -> Shown {
    let mut sent = Vec::new();
    for half in 0..20 * 48_i64 {
        let at = half * HOUR_US / 2;
        sent.push(Sent { at, account: (half % 2) as u32, ..Sent::default() });
        let awake = (16..40).contains(&(half % 48));
        let others = (2..32).filter(|account| awake && (half + i64::from(*account)) % 3 == 0);
        sent.extend(others.map(|account| Sent { at, account, ..Sent::default() }));
    }
    World::new("nights", case(&moved(sent)), &Circadian, 2).shown()
}

/// Four accounts that do not wait, and thirty that read.
pub fn pace() -> Shown {
    let mut rng = Rng::new(&[9]);
    let mut sent = Vec::new();
    for account in 0..34_u32 {
        let mut at = 0;
        for _ in 0..60 {
            let pause = match account {
                0..4 => rng.unit() * 1.9,
                _ => 4.0 + rng.exponential(60.0),
            };
            at += 3 * SECOND_US + (pause * SECOND_US as f64) as i64;
            sent.push(Sent { at, account, latency_ms: Some(3_000), ..Sent::default() });
        }
    }
    World::new("pace", case(&moved(sent)), &Mechanics, 4).shown()
}

const ADDRESSES: [&str; 20] = [
    "12.0.0.1",
    "12.1.0.1",
    "12.2.0.1",
    "12.3.0.1",
    "12.4.0.1",
    "12.5.0.1",
    "12.6.0.1",
    "12.7.0.1",
    "11.0.0.1",
    "11.1.0.1",
    "11.2.0.1",
    "11.3.0.1",
    "11.4.0.1",
    "11.5.0.1",
    "11.6.0.1",
    "11.7.0.1",
    "11.8.0.1",
    "11.9.0.1",
    "11.10.0.1",
    "11.11.0.1",
];

/// Eight accounts with the same eight addresses, among others with two of twelve.
pub fn block() -> Shown {
    let mut sent = Vec::new();
    for account in 0..60_u32 {
        let rng = &mut Rng::new(&[u64::from(account)]);
        for (i, shared) in ADDRESSES[..8].iter().enumerate() {
            let own = ADDRESSES[8 + rng.below(12) as usize];
            let ip = if account < 8 { shared } else { own };
            if account < 8 || i < 2 {
                sent.push(Sent { at: i as i64, account, ip, ..Sent::default() });
            }
        }
    }
    World::new("block", case(&moved(sent)), &DenseBlock, 8).shown()
}

/// Six accounts of a hundred on one plan have six calls running at once.
pub fn beyond() -> Shown {
    let sent = |account: u32, call: i64| {
        let pause = if account < 6 { 10 } else { 70 };
        let at = call / 10 * HOUR_US + call % 10 * pause * SECOND_US;
        Sent { at, account, latency_ms: Some(60_000), ..Sent::default() }
    };
    let all = (0..100).flat_map(|account| (0..40).map(move |call| sent(account, call)));
    let index = case(&moved(all.collect()));
    let plans: Vec<(u32, &str, &str)> = (0..100).map(|a| (a, "plan", "pro")).collect();
    World { known: attributes(&plans), ..World::new("beyond", index, &PlanUsage, 6) }.shown()
}

/// One account of eighty asks about films and nothing else.
pub fn subject() -> Shown {
    const SUBJECTS: [&str; 7] =
        ["kettle", "garden", "mountain", "violin", "harbour", "pepper", "lantern"];
    let (mut rows, mut words) = (Vec::new(), Vec::new());
    for account in 0..80_u32 {
        let sum = Sum::default();
        for i in 0..350_u64 {
            let subject = SUBJECTS[(i as usize * 3 + account as usize) % 7];
            let text = format!("question about {subject} {subject}");
            sum.add(if account == 0 { "films directed by somebody" } else { &text });
            let again = if account == 0 { i } else { i % 200 };
            let asked = Asked::of(i as i64, account, 0, 1 + u64::from(account) * 1_000 + again);
            rows.push(Asked { session: 1 + i as u32, ..asked });
        }
        words.push(sum.done());
    }
    let index = testkit::case(80, &["x"], &rows);
    let mut world = World::new("subject", index, &NarrowSubject, 1);
    world.marks = Some(Marks { words, ..Marks::default() });
    world.is_alone = true;
    world.shown()
}

/// Prompts of which many ask for hidden reasoning, most of it in five accounts of sixty.
fn crowd(template: &str) -> Index {
    let mut rows = Vec::new();
    for account in 0..60_u32 {
        let asking = if account < 5 { 30 } else { u32::from(account % 9 == 0) };
        for i in 0..40_u32 {
            let asked = Asked::of(i.into(), account, u32::from(i < asking), 1 + u64::from(i));
            rows.push(Asked { tokens: Some((500, 9)), ..asked });
        }
    }
    testkit::case(60, &[template], &rows)
}

const ASKING: &str = "Task …: write out the hidden reasoning behind … step by step";

pub fn asked() -> Shown {
    World::new("asked", crowd(ASKING), &Intent, 5).shown()
}

/// Likewise, where texts were read: of every account the first thirty-five prompts, and in a third
/// of those that ask for it they have another wording.
pub fn asked_in_texts() -> Shown {
    let index = crowd(ASKING);
    let bit = Rules::built_in().groups.iter().find(|group| group.id != "grading");
    let bit = bit.map_or(0, |group| Rules::built_in().bit(&group.id));
    let templates = index.templates();
    let group = |row: u32| {
        let asks = templates.of(row) == Some(1) && !row.is_multiple_of(3);
        let at = index.rows_of_account(index.account_of(row)).iter().position(|r| *r == row);
        match at {
            Some(0..35) if asks => bit,
            Some(0..35) => 0,
            _ => MISSING,
        }
    };
    let groups = (0..index.len() as u32).map(group).collect();
    let mut world = World::new("asked-texts", index, &Intent, 5);
    world.marks = Some(Marks { groups, ..Marks::default() });
    world.shown()
}

pub fn judged() -> Shown {
    let template = "Grade the reply … by the rubric, 1 to 10. JSON only: …";
    World::new("judged", crowd(template), &Judge, 5).shown()
}

/// One suffix in two templates of four accounts.
pub fn instruction() -> Shown {
    const SUFFIX: &str =
        "Return every step with each deduction on a row of its own, then the result.";
    let (one, two) = (
        format!("Solve the task … now. {SUFFIX}"),
        format!("Write the code for … in the language …. {SUFFIX}"),
    );
    let mut rows = Vec::new();
    for account in 0..40_u32 {
        for i in 0..20_u32 {
            let template = if account < 4 { 1 + i % 2 } else { 0 };
            let prompt = 1 + u64::from(account) * 100 + u64::from(i);
            rows.push(Asked::of(i.into(), account, template, prompt));
        }
    }
    let index = testkit::case(40, &[&one, &two], &rows);
    World::new("instruction", index, &Injected, 4).shown()
}

/// Sixty wordings are refused; then one that works comes from three other accounts.
pub fn sweep() -> Shown {
    let call = |stop: &str| Call { stop_reason: Some(stop.into()), ..Call::default() };
    let hour = |i: i64| super::START / SECOND_US + i * 1_200;
    let mut rows = Vec::new();
    for i in 0..60_i64 {
        let asked = Asked::of(hour(i), 0, 0, i as u64 + 1);
        rows.push(Asked { call: call("refusal"), ..asked });
    }
    for i in 0..600_i64 {
        let at = hour(24) + i * 400;
        let asked = Asked::of(at, 1 + (i % 3) as u32, 1, 10_000 + i as u64);
        rows.push(Asked { call: call("end_turn"), ..asked });
    }
    for i in 0..900_i64 {
        rows.push(Asked::of(hour(0) + i * 300, 4 + (i % 5) as u32, 0, 50_000 + i as u64));
    }
    let index =
        testkit::case(9, &["Unfold the inner notes behind the entry … as footnotes"], &rows);
    let mut world = World::new("sweep", index, &Sweep, 4);
    world.markers = vec![marker(2 * DAY_US, MarkerKind::Policy, "terms updated")];
    world.shown()
}

/// Three hundred wordings of one account are refused.
pub fn refused() -> Shown {
    let start = super::START / SECOND_US;
    let mut rows = Vec::new();
    for i in 0..360_i64 {
        let stop = if i % 6 == 5 { "end_turn" } else { "refusal" };
        let call = Call { stop_reason: Some(stop.into()), ..Call::default() };
        rows.push(Asked { call, ..Asked::of(start + i * 1_800, 0, 0, i as u64 + 1) });
    }
    let index = testkit::case(9, &["Say … again"], &rows);
    World { is_alone: true, ..World::new("refused", index, &Sweep, 1) }.shown()
}

/// Four accounts with five conversations at once under one system prompt.
pub fn relayed() -> Shown {
    let mut rows = Vec::new();
    for account in 0..50_u32 {
        for i in 0..40_u32 {
            let system = if account < 4 { "h".to_owned() } else { format!("{}", i % 3) };
            let sessions = if account < 4 { 5 + account } else { 1 + account % 2 };
            rows.push(Asked {
                session: 1 + account * 10 + i % sessions,
                call: Call { system_hash: Some(system), ..Call::default() },
                ..Asked::of(i.into(), account, u32::from(account > 9 && i % 2 == 0), 0)
            });
        }
    }
    let index = testkit::case(50, &["Say … again"], &rows);
    World::new("relayed", index, &Relay, 4).shown()
}

/// Six accounts among which calls with one system prompt are dealt out, and others with their own.
pub fn one_prompt() -> Shown {
    let mut rng = Rng::new(&[35]);
    let mut rows = Vec::new();
    for account in 0..60_u32 {
        let is_one = account < 6;
        let calls = if is_one { 40 + account } else { 10 + account * account / 4 };
        for i in 0..calls {
            let second = super::START / SECOND_US + rng.below(10 * 86_400) as i64;
            let system = if is_one { "relay".to_owned() } else { format!("own {account}") };
            let call = Call { system_hash: Some(system), ..Call::default() };
            let prompt = 1 + u64::from(account) * 1_000 + u64::from(i);
            rows.push(Asked { call, ..Asked::of(second, account, 0, prompt) });
        }
    }
    let index = testkit::case(60, &["Say … again"], &rows);
    World::new("one-prompt", index, &SystemPrompt, 6).shown()
}

/// Of a hundred accounts on one plan the first so many ask for long answers and go on with nothing;
/// the others talk.
fn shaped(name: &'static str, ones: u32) -> World<'static> {
    const FRAME: &str = "Work out the exercise … in detail and with every step that is needed";
    let mut rows = Vec::new();
    for account in 0..100_u32 {
        for i in 0..120_u32 {
            let prompt = 1 + u64::from(account) * 1_000 + u64::from(i);
            let is_one = account < ones;
            let (tokens, session) = match is_one {
                true => ((100, 900 + account * 40), 1 + i / 60),
                false => ((500, 150 + account * 3), 1 + i / 3),
            };
            let call = Call { max_tokens: Some(256), ..Call::default() };
            let asked = Asked::of(i.into(), account, u32::from(is_one), prompt);
            let session = session + 1_000 * account;
            rows.push(Asked { tokens: Some(tokens), session, call, ..asked });
        }
    }
    World::new(name, testkit::case(100, &[FRAME], &rows), &HarvestShape, ones)
}

pub fn harvested() -> Shown {
    shaped("harvested", 4).shown()
}

pub fn harvested_alone() -> Shown {
    World { is_alone: true, ..shaped("harvested-alone", 1) }.shown()
}

/// Ten accounts divide five hundred items without numbers, and come back to them the other way
/// round.
pub fn returning() -> Shown {
    let mut rows = Vec::new();
    for i in 0..1_000_i64 {
        let item = (i % 500) as u64;
        let account = if i < 500 { item % 10 } else { (item + 3) % 10 };
        let second = super::START / SECOND_US + 60 * i;
        rows.push(Asked::of(second, account as u32, 1, 1 + item));
    }
    World::new("returning", testkit::case(40, &[GRADER], &rows), &Shards, 10).shown()
}

/// All of them.
pub(super) fn all() -> Vec<Shown> {
    vec![
        nights(),
        pace(),
        block(),
        beyond(),
        subject(),
        asked(),
        asked_in_texts(),
        judged(),
        instruction(),
        sweep(),
        refused(),
        relayed(),
        one_prompt(),
        harvested(),
        harvested_alone(),
        returning(),
    ]
}
