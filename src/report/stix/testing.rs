//! Cases to write.

use super::*;
use crate::model::finding::{Level, Membership};
use crate::model::{Confidence, Verdict};

/// A hash that is none of anything.
pub fn hash(n: u64) -> String {
    format!("{n:016x}").repeat(4)
}

/// A time in March 2026, seconds after it began.
pub fn at(seconds: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("2026-03-{:02}T{hour:02}:{minute:02}:{second:02}.000Z", days + 1)
}

/// A case of which nothing is known.
pub fn empty() -> Facts {
    Facts {
        tool: Tool { name: "Stillwatch".into(), version: "0.1.0".into() },
        case: Case { sha256: hash(0xca5e), at: at(86_400 * 20), ..Case::default() },
        ..Facts::default()
    }
}

/// An account.
pub fn account(id: &str, events: u64) -> Account {
    Account {
        id: id.into(),
        org: format!("org of {id}"),
        events,
        first_seen: Some(at(60)),
        last_seen: Some(at(86_400)),
        ..Account::default()
    }
}

/// A value that accounts share.
pub fn shared(kind: &str, value: Value, accounts: &[&str]) -> Shared {
    let accounts = accounts.iter().map(|id| (*id).to_owned()).collect();
    Shared { kind: kind.into(), value, accounts, weight: 2.25, is_gateway: false }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn values() -> Vec<Shared> {
    vec![
        shared("address", text("192.0.2.7"), &["ac1", "ac2"]),
        // The same address once more, as servers write it that listen to both.
        shared("address", text("::ffff:192.0.2.7"), &["ac2", "ac3"]),
        shared("address", text("2001:db8::7"), &["ac1", "ac3"]),
        shared("address", text("192.0.2.x"), &["ac1", "ac4"]),
        shared("network", text("192.0.2.0/24"), &["ac1", "ac2", "ac3"]),
        shared("/48", text("2001:db8::/48"), &["ac1", "ac3"]),
        shared("asn", text("AS64500"), &["ac1", "ac2"]),
        shared("asn", text("Example Net"), &["ac1", "ac2"]),
        shared("card", Value::Sha256(hash(1)), &["ac1", "ac2", "ac3", "ac4"]),
        shared("phone prefix", Value::Sha256(hash(2)), &["ac1", "ac2"]),
        shared("client build", text("curl/8.5.0"), &["ac1", "ac2"]),
        shared("device", Value::Masked("d…".into()), &["ac1", "ac2"]),
        shared("device", Value::Masked("d…".into()), &["ac3", "ac4"]),
        Shared {
            weight: 0.0,
            is_gateway: true,
            ..shared("address", text("198.51.100.1"), &["ac1", "ac2", "ac3", "ac4"])
        },
    ]
}

fn finding(number: u64, subject: Subject, techniques: &[&str]) -> Finding {
    Finding {
        number,
        subject,
        detector: format!("D{number:02}"),
        title: "Shared cards".into(),
        level: Level::Strong,
        sentence: "4 of 4 accounts pay with one card".into(),
        statistic: 0.93,
        p_value: Some(0.001),
        evidence_rows: 12,
        techniques: techniques.iter().map(|id| (*id).to_owned()).collect(),
    }
}

fn clusters() -> Vec<Cluster> {
    let member = |id: &str, membership| Member { account: id.into(), membership };
    vec![
        Cluster {
            number: 7,
            level: Level::Strong,
            is_campaign: true,
            coordination: 0.93,
            harvesting: 0.71,
            sentences: vec!["One card pays for all.".into(), "They take turns.".into()],
            not_excluded: vec!["a reseller".into(), "a class at a school".into()],
            members: vec![
                member("ac1", Membership::Core),
                member("ac2", Membership::Fringe),
                member("ac3", Membership::Doubtful),
            ],
            first_seen: Some(at(60)),
            last_seen: Some(at(86_400)),
        },
        Cluster { number: 8, members: vec![member("ac4", Membership::Core)], ..Cluster::default() },
    ]
}

fn verdicts() -> Vec<VerdictOf> {
    let verdict = |id: &str, verdict, confidence, reason: &str| VerdictOf {
        account: id.into(),
        at: at(86_400 * 3),
        actor: "kim".into(),
        verdict,
        confidence,
        reason: reason.into(),
    };
    vec![
        verdict("ac1", Verdict::Suspicious, Confidence::High, "One card, one prompt."),
        verdict("ac2", Verdict::Watch, Confidence::Low, ""),
        verdict("ac5", Verdict::Cleared, Confidence::Medium, "The evaluation of our own team."),
        // Of somebody who did not say who he is.
        VerdictOf { actor: String::new(), ..verdict("ac5", Verdict::Watch, Confidence::Low, "") },
    ]
}

fn templates() -> Vec<Template> {
    vec![
        Template {
            id: 17,
            text: "Solve <slot>. Show your reasoning.".into(),
            sha256: hash(17),
            accounts: vec!["ac1".into(), "ac2".into()],
            accounts_in_case: 3,
            events: 9,
            clusters: vec![7],
        },
        Template { id: 18, sha256: hash(18), ..Template::default() },
    ]
}

fn links() -> Vec<PairLink> {
    let link = |a: &str, b: &str, kind: &str| PairLink {
        a: a.into(),
        b: b.into(),
        kind: kind.into(),
        weight: 4.5,
        proof: format!("{a} and {b} take turns within 60 s"),
    };
    vec![
        link("ac1", "ac2", "alternation"),
        link("ac1", "ac2", "synchrony"),
        PairLink { proof: "and again".into(), ..link("ac1", "ac2", "synchrony") },
        link("ac2", "ac3", "succession"),
    ]
}

fn notes() -> Vec<Note> {
    let note = |text: &str| Note {
        account: "ac1".into(),
        at: at(5),
        actor: "sam".into(),
        text: text.into(),
    };
    vec![note("Seen in spring."), note("Asked the reseller."), note("")]
}

/// A case with something of every kind.
pub fn rich() -> Facts {
    Facts {
        case: Case {
            title: "Autumn".into(),
            created: Some(at(0)),
            prepared_by: "kim".into(),
            content: "The whole case: 5 accounts.".into(),
            labels: vec!["distillation".into(), "autumn".into(), "autumn".into()],
            ..empty().case
        },
        clusters: clusters(),
        accounts: vec![
            account("ac1", 12),
            account("ac2", 3_000_000_000),
            Account { first_seen: None, last_seen: None, ..account("ac3", 4) },
            Account { is_pseudonym: true, ..account("ac4", 5) },
            Account { org: String::new(), ..account("ac5", 0) },
        ],
        shared: values(),
        templates: templates(),
        findings: vec![
            finding(1, Subject::Cluster(7), &["AML.T0024.002", "AML.T0021"]),
            finding(2, Subject::Cluster(7), &["AML.T0024.002"]),
            finding(3, Subject::Account("ac1".into()), &["AML.T0065", "AML.T9999"]),
        ],
        links: links(),
        verdicts: verdicts(),
        notes: notes(),
        ..empty()
    }
}

/// Texts as somebody would choose them who wants to break what reads them.
pub fn nasty() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "(empty)",
        "\u{0}\u{1}\u{7}\u{8}\t\n\r\u{1b}[31m\u{7f}\u{9b}",
        "\u{202e}drowssap\u{202c}\u{2066}\u{2069}\u{200f}",
        "\u{feff}\u{200b}\u{2028}\u{2029}\u{e0041}\u{fffe}\u{10ffff}",
        "\"}],\"objects\":[{\"type\":\"bundle\"}]}",
        "\\u0022\\\\\\",
        "' OR '1'='1'] OR [file:name = '",
        "</script><script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "192.0.2.7/24 ",
        "192.0.2.300",
        "::ffff:192.0.2",
        "e\u{301}\u{301}\u{301}",
        "é",
        "e\u{301}",
        "nan",
        "null",
        "identity--ad4800f6-7178-473b-80fc-57689add6c08",
    ]
    .map(str::to_owned)
    .into();
    all.push("🜃".repeat(10_000));
    all.push("a".repeat(10_000));
    all
}

/// A case in which all that somebody else can choose is such a text.
pub fn hostile() -> Facts {
    let nasty = nasty();
    let mut facts = Facts { shared: nasty_values(&nasty), ..rich() };
    facts.accounts.extend(nasty.iter().map(|id| Account { org: id.clone(), ..account(id, 1) }));
    for (n, text) in (100..).zip(&nasty) {
        say(&mut facts, n, text);
        facts.templates.push(Template {
            id: u64::MAX - u64::from(n),
            text: text.clone(),
            sha256: hash(n.into()),
            events: u64::MAX,
            clusters: vec![n],
            accounts: nasty[..3].to_vec(),
            accounts_in_case: 3,
        });
        facts.case.labels.push(text.clone());
    }
    facts.case.title = nasty[4].clone();
    facts.case.content = nasty[3].clone();
    facts.case.prepared_by = nasty[5].clone();
    facts.case.tlp = Tlp::Red;
    facts
}

/// Each text as a value of each kind, shown and masked.
fn nasty_values(nasty: &[String]) -> Vec<Shared> {
    let all: Vec<&str> = nasty.iter().map(String::as_str).collect();
    let kinds = ["address", "network", "/24", "asn", "device", "", "\u{0}\u{202e}", "client build"];
    let text = |kind: &str, text: &String| shared(kind, Value::Text(text.clone()), &all[2..4]);
    let masked = |kind: &str, text: &String| shared(kind, Value::Masked(text.clone()), &all[..2]);
    let of = |kind: &&str| {
        let texts = nasty.iter().map(|value| text(kind, value));
        texts.chain(nasty.iter().map(|value| masked(kind, value))).collect::<Vec<_>>()
    };
    let mut values: Vec<Shared> = kinds.iter().flat_map(of).collect();
    values.push(shared("mail domain", Value::Text("é".into()), &all));
    values[0].weight = f64::NAN;
    values[1].weight = f64::INFINITY;
    values
}

/// Says a text wherever one can be said.
fn say(facts: &mut Facts, number: u32, text: &str) {
    let text = text.to_owned();
    facts.clusters.push(Cluster {
        number,
        coordination: f64::NAN,
        harvesting: f64::NEG_INFINITY,
        sentences: vec![text.clone(), text.clone()],
        not_excluded: vec![text.clone()],
        first_seen: Some(at(9)),
        last_seen: Some(at(1)),
        ..Cluster::default()
    });
    facts.findings.push(Finding {
        detector: text.clone(),
        title: text.clone(),
        sentence: text.clone(),
        statistic: f64::NAN,
        p_value: Some(f64::INFINITY),
        evidence_rows: u64::MAX,
        ..finding(number.into(), Subject::Account(text.clone()), &[])
    });
    facts.links.push(PairLink {
        a: text.clone(),
        b: text.clone(),
        kind: text.clone(),
        weight: f64::NAN,
        proof: text.clone(),
    });
    facts.verdicts.push(VerdictOf {
        account: text.clone(),
        at: at(9),
        actor: text.clone(),
        verdict: Verdict::Watch,
        confidence: Confidence::Medium,
        reason: text.clone(),
    });
    let (account, actor) = (text.clone(), text.clone());
    facts.notes.push(Note { account, at: at(1), actor, text });
}

/// A case of many accounts in clusters of a thousand: a card for each cluster, an address for every
/// ten accounts, a tie from each account to the next.
pub fn large(accounts: usize) -> Facts {
    let ids: Vec<String> = (0..accounts).map(|n| format!("ac{n:06}")).collect();
    let clusters = (1..).zip(ids.chunks(1_000)).map(|(number, ids)| Cluster {
        number,
        level: Level::Probable,
        sentences: vec!["One card pays for all.".into()],
        members: ids
            .iter()
            .map(|id| Member { account: id.clone(), membership: Membership::Core })
            .collect(),
        ..Cluster::default()
    });
    let of = |kind: &str, value, ids: &[String]| Shared {
        accounts: ids.to_vec(),
        ..shared(kind, value, &[])
    };
    let card = |(n, ids)| of("card", Value::Sha256(hash(n)), ids);
    let address = |(n, ids): (u32, &[String])| {
        of("address", Value::Text(std::net::Ipv4Addr::from(n).to_string()), ids)
    };
    let cards = (1_u64..).zip(ids.chunks(1_000)).map(card);
    let addresses = (0x0a00_0001_u32..).zip(ids.chunks(10)).map(address);
    let link = |pair: &[String]| PairLink {
        a: pair[0].clone(),
        b: pair[1].clone(),
        kind: "alternation".into(),
        weight: 3.0,
        proof: "they take turns".into(),
    };
    Facts {
        clusters: clusters.collect(),
        shared: cards.chain(addresses).collect(),
        links: ids.windows(2).map(link).collect(),
        accounts: ids.iter().map(|id| account(id, 40)).collect(),
        ..empty()
    }
}
