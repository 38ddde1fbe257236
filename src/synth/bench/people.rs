//! Ordinary accounts: nine kinds of use after published client mixes.

use super::super::build::{account_id, papers};
use super::super::people::{country, user_agent};
use super::super::rng::Rng;
use super::super::world::{Account, Origin, Rhythm, START_US};
use super::address::{exit, home, home_v6};
use super::words::ordinary as w;
use super::{Background, DAYS, MAKE, RELEASE_US};
use crate::model::time::{DAY_US, HOUR_US};

/// A kind of ordinary use.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Id in `labels.csv`.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Share of the ordinary accounts.
    pub share: f64,
    /// How much more than a consumer it asks.
    pub volume: f64,
    /// Its day.
    pub rhythm: Rhythm,
    /// Mean requests a session.
    pub session_len: f64,
    /// Position of its words.
    pub words: u16,
    /// Tariffs it is on.
    pub plans: &'static [&'static str],
    /// Ways it reaches the service.
    pub pathways: &'static [&'static str],
}

/// Proportions after ServeGen (arXiv 2505.09999): few machines make most of the traffic.
// Packed by hand: a table, one kind a line.
#[rustfmt::skip]
pub const KINDS: [Kind; 9] = [
    kind("B01", "consumer", 0.30, 1.0, Rhythm::Leisure, 4.0, w::EVERYDAY, &["free", "free", "pro"], &["console", "console", "api"]),
    kind("B02", "developer", 0.25, 2.0, Rhythm::Office, 6.0, w::CODING, &["pro", "team", "free"], &["api", "api", "console"]),
    kind("B03", "small business", 0.20, 3.0, Rhythm::Office, 3.0, w::PRODUCT, &["team", "pro"], &["api", "cloud", "console"]),
    kind("B04", "coding agent", 0.10, 10.0, Rhythm::Office, 18.0, w::AGENT, &["pro", "team", "scale"], &["api", "api", "cloud"]),
    kind("B05", "chatbot back end", 0.05, 25.0, Rhythm::Service, 3.0, w::SHOP, &["scale", "enterprise"], &["api", "cloud"]),
    kind("B06", "batch customer", 0.03, 20.0, Rhythm::Flat, 60.0, w::DOCUMENTS, &["scale", "team"], &["api", "cloud"]),
    kind("B07", "evaluator", 0.01, 8.0, Rhythm::Flat, 80.0, w::TESTS, &["team", "scale"], &["api"]),
    kind("B08", "education", 0.05, 0.8, Rhythm::Leisure, 4.0, w::SCHOOL, &["education", "free"], &["console"]),
    kind("B09", "aggregator customer", 0.01, 6.0, Rhythm::Flat, 2.0, w::RESOLD, &["scale"], &["aggregator"]),
];

#[allow(clippy::too_many_arguments, reason = "the columns of the table above")]
const fn kind(
    id: &'static str,
    name: &'static str,
    share: f64,
    volume: f64,
    rhythm: Rhythm,
    session_len: f64,
    words: u16,
    plans: &'static [&'static str],
    pathways: &'static [&'static str],
) -> Kind {
    Kind { id, name, share, volume, rhythm, session_len, words, plans, pathways }
}

/// An account that has nothing to do with any other.
pub fn stranger(
    seed: u64,
    index: u32,
    network: u32,
    kind: &Kind,
    background: Background,
) -> Account {
    let mut rng = Rng::new(&[seed, MAKE, index.into()]);
    let pathway = rng.pick(kind.pathways);
    let (origins, zone_h) = origins(&mut rng, index.into(), pathway);
    let before = START_US - rng.below(400 * DAY_US as u64) as i64;
    let during = START_US + rng.below(u64::from(DAYS) * DAY_US as u64 * 4 / 5) as i64;
    let newcomers = if background == Background::Tuning { 0.22 } else { 0.35 };
    let created_us = if rng.chance(newcomers) { during } else { before };
    let plan = rng.pick(kind.plans);
    let agents = if kind.words == w::AGENT { rng.below(4) as u16 } else { 0 };
    Account {
        id: account_id(index.into()),
        group: network,
        org: (plan != "free" && rng.chance(0.7)).then(|| format!("org-{:05}", 10_000 + index)),
        pathway,
        created_us,
        closed_us: None,
        papers: papers(&mut rng, index.into(), plan, origins[0].country),
        zone_h,
        origins,
        rhythm: kind.rhythm,
        session_len: kind.session_len,
        model: usize::from(rng.chance(0.35)),
        adopts_us: RELEASE_US + HOUR_US + rng.exponential(9.0 * DAY_US as f64) as i64,
        script: usize::from(kind.words + agents),
        own_events: 0,
        group_events: 0,
    }
}

/// Where an ordinary account calls from: one to three places.
fn origins(rng: &mut Rng, index: u64, pathway: &'static str) -> (Vec<Origin>, i64) {
    let (code, zone_h) = country(rng);
    let network = 64_512 + rng.below(6) as u32 + 8 * u32::from(code.as_bytes()[0] - b'A');
    let agent = user_agent(rng, pathway);
    let ip = if rng.chance(0.25) { home_v6(index) } else { home(2 * index) };
    let mut origins = vec![Origin { ip, asn: network, country: code, user_agent: agent }];
    if pathway == "console" && rng.chance(0.3) {
        // A carrier's address, shared by hundreds of subscribers.
        let n = rng.below(40) + 40 * u64::from(network % 3);
        let ip = format!("100.{}.{}.{}", 64 + n % 64, n * 7 % 256, 1 + n % 128);
        let asn = network + 1;
        origins.push(Origin { ip, asn, country: code, user_agent: "AtlasMobile/5.4" });
    }
    if rng.chance(0.05) {
        let (abroad, _) = country(rng);
        let ip = exit(rng.next() >> 8);
        origins.push(Origin { ip, asn: 64_990, country: abroad, user_agent: agent });
    } else if rng.chance(0.25) {
        let ip = home(2 * index + 1);
        origins.push(Origin { ip, asn: network, country: code, user_agent: agent });
    }
    (origins, zone_h)
}
