//! Ordinary accounts: eight kinds of use, the countries they live in, the addresses they have.
//!
//! Addresses come from ranges that belong to nobody (benchmarking, documentation, carrier NAT),
//! networks from the private range of AS numbers, domains from `.example`.

use super::rng::{Rng, mix};
use super::world::{Origin, Rhythm};

/// A kind of ordinary use.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Id in `labels.csv`.
    pub id: &'static str,
    /// In words.
    pub name: &'static str,
    /// Share of the background accounts.
    pub share: f64,
    /// How much more than a consumer it asks.
    pub volume: f64,
    /// Its day.
    pub rhythm: Rhythm,
    /// Mean requests a session.
    pub session_len: f64,
    /// Position of its script in [`scripts`](super::build::scripts).
    pub script: usize,
    /// Tariffs it is on.
    pub plans: &'static [&'static str],
    /// Ways it reaches the service.
    pub pathways: &'static [&'static str],
}

/// Proportions after published client mixes: few machines make most of the traffic.
pub const KINDS: [Kind; 6] = [
    Kind {
        id: "B01",
        name: "consumer",
        share: 0.40,
        volume: 1.0,
        rhythm: Rhythm::Leisure,
        session_len: 4.0,
        script: 0,
        plans: &["free", "free", "pro"],
        pathways: &["console", "console", "api"],
    },
    Kind {
        id: "B02",
        name: "developer",
        share: 0.25,
        volume: 2.0,
        rhythm: Rhythm::Office,
        session_len: 6.0,
        script: 1,
        plans: &["pro", "team", "free"],
        pathways: &["api", "api", "console"],
    },
    Kind {
        id: "B03",
        name: "small business",
        share: 0.18,
        volume: 3.0,
        rhythm: Rhythm::Office,
        session_len: 3.0,
        script: 0,
        plans: &["team", "pro"],
        pathways: &["api", "cloud", "console"],
    },
    Kind {
        id: "B04",
        name: "coding agent",
        share: 0.10,
        volume: 12.0,
        rhythm: Rhythm::Office,
        session_len: 18.0,
        script: 1,
        plans: &["pro", "team", "scale"],
        pathways: &["api", "api", "cloud"],
    },
    Kind {
        id: "B05",
        name: "chatbot back end",
        share: 0.05,
        volume: 25.0,
        rhythm: Rhythm::Service,
        session_len: 3.0,
        script: 2,
        plans: &["scale", "enterprise"],
        pathways: &["api", "cloud"],
    },
    Kind {
        id: "B06",
        name: "aggregator customer",
        share: 0.02,
        volume: 6.0,
        rhythm: Rhythm::Flat,
        session_len: 2.0,
        script: 3,
        plans: &["scale"],
        pathways: &["aggregator"],
    },
];

/// Countries of the background: code, hours ahead of UTC, weight.
pub const COUNTRIES: [(&str, i64, f64); 14] = [
    ("US", -6, 26.0),
    ("IN", 5, 12.0),
    ("DE", 1, 8.0),
    ("GB", 0, 8.0),
    ("JP", 9, 7.0),
    ("BR", -3, 7.0),
    ("FR", 1, 6.0),
    ("CA", -5, 5.0),
    ("KR", 9, 4.0),
    ("AU", 10, 4.0),
    ("NL", 1, 4.0),
    ("MX", -6, 3.0),
    ("PL", 1, 3.0),
    ("ZA", 2, 3.0),
];

/// Client software of people in a browser.
const BROWSERS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Console/3.2",
    "Mozilla/5.0 (Macintosh) Console/3.2",
    "Mozilla/5.0 (X11; Linux x86_64) Console/3.1",
    "AtlasMobile/5.4",
];

/// Client software of programs.
const SDKS: [&str; 7] = [
    "atlas-python/1.8.0",
    "atlas-python/1.9.1",
    "atlas-node/2.3.0",
    "atlas-go/0.7.2",
    "python-httpx/0.28",
    "gateway-relay/1.41",
    "okhttp/4.12",
];

/// One country, drawn by weight: code and hours ahead of UTC.
pub fn country(rng: &mut Rng) -> (&'static str, i64) {
    let weights = COUNTRIES.map(|(_, _, weight)| weight);
    let (code, zone, _) = COUNTRIES[rng.weighted(&weights)];
    (code, zone)
}

/// Client software that fits a pathway.
pub fn user_agent(rng: &mut Rng, pathway: &str) -> &'static str {
    if pathway == "console" { rng.pick(&BROWSERS) } else { rng.pick(&SDKS) }
}

/// The `index`-th address of its own: 198.18.0.0/15 (benchmarking), each once before any repeats.
pub fn own_v4(index: u64) -> String {
    // An odd factor modulo 2^17 visits every address once.
    let n = (index * 48_271 + 911) % (1 << 17);
    format!("198.{}.{}.{}", 18 + (n >> 16), (n >> 8) & 255, n & 255)
}

/// An address of its own from the IPv6 documentation range.
pub fn own_v6(index: u64) -> String {
    let n = mix(index);
    format!("2001:db8:{:x}:{:x}::{:x}", n & 0xFFFF, (n >> 16) & 0xFFFF, 1 + ((n >> 32) & 0xFF))
}

/// A carrier's shared address: one for about thirty subscribers.
pub fn carrier_nat(rng: &mut Rng, accounts: u64) -> String {
    let n = rng.below((accounts / 600).max(2));
    format!("100.{}.{}.{}", 64 + (n & 63), (n * 7) & 255, 1 + (n & 127))
}

/// Where an ordinary account calls from: one to three places.
pub fn origins(
    rng: &mut Rng,
    index: u64,
    accounts: u64,
    pathway: &'static str,
) -> (Vec<Origin>, i64) {
    let (code, zone_h) = country(rng);
    let network = 64_512 + rng.below(6) as u32 + 8 * u32::from(code.as_bytes()[0] - b'A');
    let agent = user_agent(rng, pathway);
    let home = if rng.chance(0.2) { own_v6(index) } else { own_v4(2 * index) };
    let mut origins = vec![Origin { ip: home, asn: network, country: code, user_agent: agent }];
    if pathway == "console" && rng.chance(0.3) {
        let ip = carrier_nat(rng, accounts);
        origins.push(Origin { ip, asn: network + 1, country: code, user_agent: BROWSERS[3] });
    }
    if rng.chance(0.08) {
        // A commercial VPN: a few exits used by people who have nothing else in common.
        let exit = format!("198.51.100.{}", 1 + rng.below(40));
        let (abroad, _) = country(rng);
        origins.push(Origin { ip: exit, asn: 64_990, country: abroad, user_agent: agent });
    } else if rng.chance(0.25) {
        let ip = own_v4(2 * index + 1);
        origins.push(Origin { ip, asn: network, country: code, user_agent: agent });
    }
    (origins, zone_h)
}
