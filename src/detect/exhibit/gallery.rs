//! Small cases with something in them, and the pictures of what is found: for tests, and to be
//! looked at.

mod more;

pub use more::*;

use super::{Exhibit, of_finding};
use crate::detect::commerce::{
    indicators::SharedIndicators, no_ramp::NoRamp, registration::Registration,
};
use crate::detect::content::{replay::Replay, shards::Shards, shared_templates::SharedTemplates};
use crate::detect::infrastructure::pathways::Pathways;
use crate::detect::life_cycle::{
    arbitrage::Arbitrage, changes::Changes, own_baseline::OwnBaseline, pivot::Pivot,
    succession::Succession,
};
use crate::detect::marks::Marks;
use crate::detect::testcase::{Sent, case};
use crate::detect::testkit::{self, Asked, attributes};
use crate::detect::timing::{
    alternation::Pairs, coincidence::Coincidence, failover::Failover, rotation::Turns,
    smooth_total::SmoothTotal, synchrony::Synchrony,
};
use crate::detect::{Attributes, Detector, Group, Look, Material, Parameters};
use crate::index::Index;
use crate::job::Progress;
use crate::model::finding::Finding;
use crate::model::rng::Rng;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::model::{Marker, MarkerKind, Time};

/// 2026-03-02T00:00:00Z, a Monday.
pub const START: i64 = 20_514 * DAY_US;

/// A case, what was found in it, and its pictures.
pub struct Shown {
    pub name: &'static str,
    pub index: Index,
    pub finding: Finding,
    pub exhibits: Vec<Exhibit>,
}

impl Shown {
    /// A number of the sentence.
    pub fn value(&self, name: &str) -> f64 {
        self.finding.statement.number(name).expect("the sentence says it").value
    }
}

struct World<'a> {
    name: &'static str,
    index: Index,
    known: Attributes,
    markers: Vec<Marker>,
    marks: Option<Marks>,
    detector: &'a dyn Detector,
    members: Vec<u32>,
    parameters: Parameters,
    /// Whether the first account is spoken of and no cluster.
    is_alone: bool,
}

impl<'a> World<'a> {
    fn new(name: &'static str, index: Index, detector: &'a dyn Detector, members: u32) -> Self {
        let (known, markers) = (Attributes::new(), Vec::new());
        let members = (0..members).collect();
        let parameters = Parameters::default();
        let marks = None;
        let is_alone = false;
        Self { name, index, known, markers, marks, detector, members, parameters, is_alone }
    }

    /// What the detector says of the cluster, or of the account.
    fn found(&self, look: &Look<'_>) -> Finding {
        let seen = self.detector.look(look).expect("nobody cancels");
        let group = Group { id: 1, members: &self.members };
        let found = match self.is_alone {
            true => {
                let all = seen.accounts().expect("nobody cancels");
                all.into_iter().find(|found| found.accounts == self.members)
            }
            false => seen.cluster(group).expect("nobody cancels"),
        };
        found.unwrap_or_else(|| panic!("nothing found in {}", self.name))
    }

    fn shown(mut self) -> Shown {
        let marks = self.marks.take();
        let (finding, exhibits) = {
            let material = Material::new(&self.index, &self.known, &self.markers);
            let material = match marks {
                Some(marks) => material.with_marks(marks),
                None => material,
            };
            let (parameters, progress) = (&self.parameters, Progress::default());
            let look = Look { material: &material, parameters, seed: 7, progress: &progress };
            let finding = self.found(&look);
            let exhibits = of_finding(&look, &finding, &self.members);
            (finding, exhibits.expect("nobody cancels"))
        };
        Shown { name: self.name, index: self.index, finding, exhibits }
    }
}

fn moved(mut sent: Vec<Sent>) -> Vec<Sent> {
    sent.iter_mut().for_each(|sent| sent.at += START);
    sent
}

fn marker(at: i64, kind: MarkerKind, label: &str) -> Marker {
    Marker { at: Time(START + at), kind, label: label.into() }
}

/// A pool that gives each session to one of the accounts used longest ago.
fn pool(accounts: u32, every_us: f64, days: i64) -> Vec<Sent> {
    let mut rng = Rng::new(&[11]);
    let mut queue: Vec<u32> = (0..accounts).collect();
    let (mut at, mut sent) = (0.0, Vec::new());
    while at < (days * DAY_US) as f64 {
        at += rng.exponential(every_us);
        let slack = (accounts as usize / 8).max(1);
        let account = queue.remove(rng.below(slack as u64) as usize);
        queue.push(account);
        let template = u32::from(!rng.chance(0.12));
        for call in 0..3 {
            let at = at as i64 + call * MINUTE_US;
            sent.push(Sent { at, account, template, ..Sent::default() });
        }
    }
    moved(sent)
}

pub fn turns(name: &'static str, accounts: u32) -> Shown {
    let every = 12.0 * DAY_US as f64 / f64::from(accounts) / 30.0;
    World::new(name, case(&pool(accounts, every, 12)), &Turns, accounts).shown()
}

pub fn pairs() -> Shown {
    World::new("pairs", case(&pool(2, 1.2 * HOUR_US as f64, 12)), &Pairs, 2).shown()
}

pub fn synchrony(name: &'static str, accounts: u32) -> Shown {
    let mut sent = Vec::new();
    let mut common = Rng::new(&[9]);
    let bursts: Vec<i64> = (0..90).map(|_| (common.unit() * (12 * DAY_US) as f64) as i64).collect();
    for account in 0..accounts {
        let mut rng = Rng::new(&[3, u64::from(account)]);
        let share = if account % 5 == 4 { 0.45 } else { 0.9 };
        for burst in &bursts {
            let own = (rng.unit() * (12 * DAY_US) as f64) as i64;
            let at =
                if rng.chance(share) { burst / (10 * MINUTE_US) * 10 * MINUTE_US } else { own };
            let at = at + i64::from(account % 500) * SECOND_US;
            sent.push(Sent { at, account, ..Sent::default() });
        }
    }
    World::new(name, case(&moved(sent)), &Synchrony, accounts).shown()
}

pub fn together() -> Shown {
    let mut rng = Rng::new(&[5]);
    let mut sent = Vec::new();
    for account in 0..200_u32 {
        let own = (rng.unit() * (20 * DAY_US) as f64) as i64;
        let at = match account {
            0..12 => 10 * DAY_US + i64::from(account) * MINUTE_US,
            _ => own,
        };
        let end = at + (rng.unit() * (18 * DAY_US) as f64) as i64 + DAY_US;
        sent.extend([at, end].map(|at| Sent { at, account, ..Sent::default() }));
    }
    World::new("together", case(&moved(sent)), &Coincidence, 16).shown()
}

pub fn total() -> Shown {
    let mut rng = Rng::new(&[2]);
    let mut sent = Vec::new();
    let mut push = |account: u32, hour: i64, calls: u64| {
        for call in 0..calls as i64 {
            let at = hour * HOUR_US + call * SECOND_US;
            sent.push(Sent { at, account, ..Sent::default() });
        }
    };
    for hour in 0..240 {
        (5..25).for_each(|account| push(account, hour, 2 + rng.below(3)));
        let mut left = 15;
        for account in 0..4 {
            let calls = rng.below(left + 1);
            left -= calls;
            push(account, hour, calls);
        }
        push(4, hour, left);
    }
    World::new("total", case(&moved(sent)), &SmoothTotal, 5).shown()
}

pub fn failover() -> Shown {
    let mut rng = Rng::new(&[6]);
    let mut sent = Vec::new();
    for i in 0..60_u32 {
        let at = (rng.unit() * (10 * DAY_US) as f64) as i64;
        sent.push(Sent { at, account: i % 4, status: Some(429), ..Sent::default() });
        let next = at + if i % 6 == 5 { 7 * HOUR_US } else { 2 * MINUTE_US };
        let account = (i + 1 + i / 4 % 3) % 4;
        sent.push(Sent { at: next, account, status: Some(200), ..Sent::default() });
    }
    World::new("failover", case(&moved(sent)), &Failover, 4).shown()
}

/// Three hours, and of each account twenty seconds more than of the one before it, µs.
pub fn in_a_row(account: u32) -> i64 {
    3 * HOUR_US + i64::from(account) * 20 * SECOND_US
}

/// A hundred and sixty accounts; the first forty move to a new model in its first hours.
pub fn pivot() -> Shown {
    pivot_of(in_a_row)
}

/// The same where the first forty move so long after the release, µs.
pub fn pivot_of(moves: impl Fn(u32) -> i64) -> Shown {
    const RELEASE: i64 = 5 * DAY_US + 9 * HOUR_US;
    let mut rng = Rng::new(&[3]);
    let mut sent = Vec::new();
    for account in 0..160_u32 {
        let at = match account {
            0..40 => RELEASE + moves(account),
            _ => RELEASE + (rng.unit() * (14 * DAY_US) as f64) as i64,
        };
        for hour in 0..12 * 24 {
            let now = hour * HOUR_US + i64::from(account) * MINUTE_US / 4;
            let stays = if account < 40 { 0.12 } else { 0.6 };
            let model = if now < at || rng.chance(stays) { "atlas-3" } else { "atlas-4" };
            sent.push(Sent { at: now, account, model, ..Sent::default() });
        }
        sent.push(Sent { at, account, model: "atlas-4", ..Sent::default() });
    }
    let mut world = World::new("pivot", case(&moved(sent)), &Pivot, 40);
    world.markers = vec![marker(RELEASE, MarkerKind::Release, "atlas-4 released")];
    world.shown()
}

/// Twelve accounts are closed on day 8; fourteen new ones go on with their template.
pub fn succession() -> Shown {
    let closed = Time(START + 8 * DAY_US).to_string();
    let mut rng = Rng::new(&[8]);
    let mut sent = Vec::new();
    for account in 0..60_u32 {
        let (from, to, template) = match account {
            0..12 => (0, 8 * 24, 1),
            12..26 => (8 * 24 + 5, 14 * 24, 1),
            _ => (0, 14 * 24, account),
        };
        for hour in from..to {
            let day = 0.5 + 0.5 * libm::sin(hour as f64 / 24.0 * std::f64::consts::TAU);
            for _ in 0..(1.0 + 3.0 * day * rng.unit()).round() as u32 {
                let at = hour * HOUR_US + (rng.unit() * HOUR_US as f64) as i64;
                sent.push(Sent { at, account, template, ..Sent::default() });
            }
        }
    }
    let known: Vec<(u32, &str, &str)> = (0..12).map(|a| (a, "closed_at", &*closed)).collect();
    let mut world = World::new("succession", case(&moved(sent)), &Succession, 26);
    world.known = attributes(&known);
    world.markers = vec![marker(8 * DAY_US, MarkerKind::Ban, "ban wave")];
    world.shown()
}

pub fn indicators() -> Shown {
    let own = |account: u32| Sent { account, ip: "", agent: "client/1.2", ..Sent::default() };
    let sent: Vec<Sent> = (0..900).map(own).collect();
    let mut known: Vec<(u32, &str, &str)> = Vec::new();
    for account in 0..12 {
        let card = if account < 7 { "fp_41c09be2" } else { "fp_90d7\u{202e}a1" };
        known.push((account, "payment_fingerprint", card));
        known.push((account, "phone_prefix", "+99 71"));
    }
    known.extend((20..28).map(|account| (account, "phone_prefix", "+99 71")));
    let mut world = World::new("indicators", case(&moved(sent)), &SharedIndicators, 12);
    world.known = attributes(&known);
    world.shown()
}

pub fn registered() -> Shown {
    let mut rng = Rng::new(&[2]);
    let mut known = Attributes::new();
    for account in 0..400_u32 {
        let own = (rng.unit() * 3_000_000.0) as i64;
        let second = if account < 24 { 1_500_000 + 70 * i64::from(account) } else { own };
        let of = known.entry(format!("ac{account}")).or_default();
        of.insert("created_at".into(), Time(START + second * SECOND_US).to_string());
        of.insert("email_pattern".into(), if account < 24 { "word+4" } else { "first" }.into());
        of.insert("email_domain".into(), format!("d{account}.example"));
    }
    let index = case(&[Sent { at: START, account: 399, ..Sent::default() }]);
    World { known, ..World::new("registered", index, &Registration, 24) }.shown()
}

pub fn ramp() -> Shown {
    ramp_with(2.0)
}

/// Likewise, in a run that gave accounts so many hours.
pub fn ramp_with(most_hours: f64) -> Shown {
    let mut rng = Rng::new(&[4]);
    let mut sent = vec![Sent { account: 60, ..Sent::default() }];
    let created = Time(START + DAY_US).to_string();
    let known: Vec<(u32, &str, &str)> = (0..60).map(|a| (a, "created_at", &*created)).collect();
    for account in 0..60 {
        let slow = 20 + rng.below(240) as i64;
        for hour in 0..14 * 24 {
            let calls = if account < 8 || hour >= slow { 10 } else { 1 };
            for call in 0..calls + rng.below(2) as i64 {
                let at = DAY_US + hour * HOUR_US + call * MINUTE_US;
                sent.push(Sent { at, account, ..Sent::default() });
            }
        }
    }
    let mut world = World::new("ramp", case(&moved(sent)), &NoRamp, 8);
    world.known = attributes(&known);
    world.parameters.set("D13", "most_hours", most_hours);
    world.shown()
}

pub fn changes() -> Shown {
    let mut rng = Rng::new(&[1]);
    let mut sent = Vec::new();
    for account in 0..6_u32 {
        for hour in 0..480_i64 {
            let high = (240..360).contains(&hour) && account < 2;
            for call in 0..(if high { 20 } else { 2 }) + rng.below(2) as i64 {
                let at = hour * HOUR_US + call * SECOND_US;
                sent.push(Sent { at, account, ..Sent::default() });
            }
        }
    }
    let mut world = World::new("changes", case(&moved(sent)), &Changes, 2);
    world.markers = vec![
        marker(238 * HOUR_US, MarkerKind::Ban, "ban wave"),
        marker(355 * HOUR_US, MarkerKind::Policy, "terms updated"),
    ];
    world.shown()
}

pub fn baseline() -> Shown {
    let mut rng = Rng::new(&[12]);
    let mut sent = Vec::new();
    for account in 0..30 {
        for day in 0..28 {
            let busy = day >= 21 && account < 6;
            let hours = if busy { 10 + rng.below(4) as i64 } else { 2 + rng.below(2) as i64 };
            for hour in 0..hours {
                for call in 0..if busy { 10 } else { 2 } {
                    let at = day * DAY_US + hour * HOUR_US + call;
                    sent.push(Sent { at, account, output: Some(50), ..Sent::default() });
                }
            }
        }
    }
    World::new("baseline", case(&moved(sent)), &OwnBaseline, 6).shown()
}

pub fn arbitrage() -> Shown {
    let row = |i: i64| {
        let model = if i < 160 { "atlas-4" } else { "atlas-3-mini" };
        let refused = model == "atlas-4" && i % 10 < 8;
        Sent {
            at: i * 20 * MINUTE_US,
            account: (i % 3) as u32,
            template: 1,
            model,
            stop_reason: if refused { "refusal" } else { "end_turn" },
            ..Sent::default()
        }
    };
    let sent = (0..400).map(row).collect();
    World::new("arbitrage", case(&moved(sent)), &Arbitrage, 3).shown()
}

pub fn pathways() -> Shown {
    let mut sent = Vec::new();
    for account in 0..46_u32 {
        let pathway = match account {
            1 | 2 => "cloud",
            3 => "aggregator",
            _ => "api",
        };
        let template = if account < 6 { 1 } else { 1 + account / 2 };
        for i in 0..6 {
            sent.push(Sent { at: i, account, template, pathway, ..Sent::default() });
        }
    }
    World::new("pathways", case(&moved(sent)), &Pathways, 6).shown()
}

const GRADER: &str = "You are a strict grader. Read the task and both candidate replies. Task: … \
                      Reply A: … Reply B: … Judge correctness and depth only, show each step of \
                      your reasoning, then return {\"a\": 0–10, \"b\": 0–10}.";

/// Twelve accounts divide a list of numbered items among each other.
pub fn shards() -> Shown {
    let mut rng = Rng::new(&[7]);
    let items: Vec<u32> = (0..2_000).collect();
    let row = |item: &u32| {
        let account = rng.below(12) as u32;
        Asked::of(START / SECOND_US + 40 * i64::from(*item), account, 1, u64::from(*item) + 1)
    };
    let rows: Vec<Asked> = items.iter().map(row).collect();
    let index = testkit::case(40, &[GRADER], &rows);
    let mut world = World::new("shards", index, &Shards, 12);
    world.marks = Some(Marks { items, ..Marks::default() });
    world.shown()
}

/// Forty accounts of a hundred and forty follow one template.
pub fn templates() -> Shown {
    let own = (0..140u32).flat_map(|account| {
        let prompt = move |i: i64| u64::from(account * 10) + i as u64 + 1;
        (0..10).map(move |i| Asked::of(i, account, 0, prompt(i)))
    });
    let follow = (0..40u32).flat_map(|account| {
        let prompt = move |i: i64| 1_000_000 + u64::from(account) * 1_000 + i as u64;
        let times = i64::from(20 + account % 7 * 9);
        (0..times).map(move |i| Asked::of(100 + i, account, 1, prompt(i)))
    });
    let index = testkit::case(140, &[GRADER], &own.chain(follow).collect::<Vec<Asked>>());
    World::new("templates", index, &SharedTemplates, 40).shown()
}

pub fn handed() -> Shown {
    let start = START / SECOND_US;
    let mut rng = Rng::new(&[20]);
    let mut lines = Vec::new();
    for block in 1..=30_u64 {
        let at = start + rng.below(9 * 86_400) as i64;
        let giver = rng.below(4) as u32;
        let taker = 4 + rng.below(5) as u32;
        lines.push((at, giver, "", "", block, 0));
        lines.push((at + 600 + rng.below(90_000) as i64, taker, "", "", 0, block));
    }
    lines.sort_unstable();
    World::new("handed", testkit::index(9, &lines), &Replay, 9).shown()
}

/// All of them.
pub fn all() -> Vec<Shown> {
    let mut all = first();
    all.extend(more::all());
    all
}

fn first() -> Vec<Shown> {
    vec![
        turns("turns", 46),
        turns("turns-1000", 1_000),
        pairs(),
        synchrony("synchrony", 18),
        synchrony("synchrony-1000", 1_000),
        together(),
        total(),
        failover(),
        pivot(),
        succession(),
        indicators(),
        registered(),
        ramp(),
        changes(),
        baseline(),
        arbitrage(),
        pathways(),
        shards(),
        templates(),
        handed(),
    ]
}
