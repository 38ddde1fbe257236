//! A small made-up case for the tests of this module.

use std::collections::BTreeMap;

use super::hash::sha256_hex;
use super::{
    AccountFacts, CaseFacts, EventRow, Place, Places, Recorded, ReportError, ReportInput, Rows,
    SelectionFacts,
};
use crate::job::Progress;
use crate::model::finding::Evidence;
use crate::model::time::{DAY_US, HOUR_US, MINUTE_US};
use crate::model::{
    Annotation, Confidence, Exchange, Granularity, Marker, MarkerKind, Note, Reject, SourceInfo,
    Text, Time, TimeSpan, Verdict, VerdictRecord,
};
use crate::network::Network;
use crate::store::JournalEntry;

/// 2026-03-01T00:00:00Z.
pub const MARCH: i64 = 1_772_323_200_000_000;

/// A case in memory.
#[derive(Clone, Debug, Default)]
pub struct MadeUp {
    pub recorded: Recorded,
    pub events: Vec<EventRow<'static>>,
    pub rejects: Vec<(u32, Reject)>,
    /// Accounts without rows of the kind counted.
    pub idle: Vec<String>,
    /// Of each finding.
    pub evidence: Vec<Vec<Evidence>>,
    pub network: Network,
}

/// A case without anything in it.
pub fn empty() -> MadeUp {
    let case = CaseFacts {
        title: "Empty".into(),
        file: "empty.stillwatch".into(),
        sha256: "00".repeat(32),
        ..CaseFacts::default()
    };
    let selection = SelectionFacts { sentence: "All exchanges".into(), ..Default::default() };
    let recorded = Recorded { case, selection, ..Recorded::default() };
    MadeUp { recorded, ..MadeUp::default() }
}

/// A case with `accounts` accounts over 45 days, of which `flagged` are flagged.
pub fn autumn(accounts: usize, flagged: usize) -> MadeUp {
    let case = CaseFacts {
        title: "Autumn review".into(),
        file: "autumn-review.stillwatch".into(),
        bytes: 48_200_113,
        sha256: "7c1e40b9d2a85f130c6b97ea51d8f240a93e7b6618cf05d2be41703964a2fd8c".into(),
        created_at: Some(Time(MARCH + 46 * DAY_US + 8 * HOUR_US)),
        accounts: accounts as u64,
        bucket_requests: None,
        rows: BTreeMap::new(),
    };
    let selection = SelectionFacts { sentence: "All exchanges".into(), ..Default::default() };
    let (sources, markers) = (sources(), markers());
    let recorded = Recorded { case, selection, sources, markers, ..Recorded::default() };
    let mut made = MadeUp { recorded, ..MadeUp::default() };
    let mut random = Random(42);
    for n in 0..accounts {
        made.add_account(n, &mut random);
    }
    made.events.sort_by_key(|e| (e.exchange.at, e.id));
    for (i, event) in made.events.iter_mut().enumerate() {
        event.id = i as u64 + 1;
    }
    made.recorded.case.rows.insert(Granularity::Exchange, made.events.len() as u64);
    made.recorded.selection.span = made.span();
    for n in 0..flagged {
        made.recorded.annotations.insert(name(n * 3), annotation(n));
    }
    made.rejects = (0..212).map(reject).collect();
    made.recorded.journal = chained((1..=30).map(journal_row).collect());
    made
}

/// A case where the last `untimed` exchanges have no time.
pub fn partly_untimed(untimed: usize) -> MadeUp {
    let mut made = autumn(40, 3);
    made.events.iter_mut().rev().take(untimed).for_each(|e| e.exchange.at = Time::NONE);
    made.recorded.selection.span = made.span();
    made.recorded.selection.without_time = untimed as u64;
    made.recorded.sources[0].without_time = untimed as u64;
    made
}

/// A case whose logs and notes were written to do harm.
pub fn hostile() -> MadeUp {
    let long = "x".repeat(10_000);
    let ids = [
        "=cmd|' /C calc'!A0",
        "\u{202e}txt.exe\u{202c}",
        "<script>alert(1)</script>",
        "#panic(\"typst\") $x$ *b* _i_ `r` \\u{41} @ref <label> // c",
        "名前\u{1F600}\u{0}\u{7}\r\n\tend",
        "bad\u{ffff}\u{fffe}\u{10ffff}",
        "Z̴̢̛a̷̛l̸g̵o\u{FEFF}\u{200b}\u{AD}",
        "]]>&lt;&#x0;\"'",
        &long,
    ];
    let mut made = autumn(ids.len(), 0);
    for event in &mut made.events {
        let n = (0..ids.len()).find(|n| name(*n) == event.exchange.account_id.as_str());
        let id = ids[n.unwrap_or(0)].to_owned();
        event.exchange.account_id = Text::from(id.clone());
        event.exchange.model = Some(Text::from(id.clone()));
        event.exchange.org_id = Some(Text::from(id.clone()));
        event.exchange.client_ip = Some(Text::from(id));
    }
    for (n, id) in ids.iter().enumerate() {
        let mut said = annotation(n);
        if let Some(verdict) = &mut said.verdict {
            verdict.reason = format!("{id}\n").repeat(40);
            verdict.actor = (*id).to_owned();
        }
        said.tags = vec![(*id).to_owned(); 30];
        said.notes = vec![Note { text: format!("{long}\n{id}"), ..said.notes[0].clone() }; 15];
        made.recorded.annotations.insert((*id).to_owned(), said);
    }
    for id in &ids {
        let said = ids.iter().map(|other| ((*other).to_owned(), (*id).to_owned()));
        made.recorded.attributes.insert((*id).to_owned(), said.collect());
    }
    made.recorded.case.title = format!("{} {long}", ids[1]);
    made.recorded.case.file = format!("{long}.stillwatch");
    made.recorded.selection.sentence = long.clone();
    made.recorded.sources[0].path = format!("/{}{long}", ids[3]);
    made.recorded.sources[0].format = long.clone();
    made.recorded.markers = (0..200)
        .map(|n| Marker {
            at: Time(MARCH + n * 5 * HOUR_US),
            kind: MarkerKind::Ban,
            label: ids[n as usize % ids.len()].into(),
        })
        .collect();
    for (n, (_, reject)) in made.rejects.iter_mut().enumerate() {
        reject.reason = format!("{}{n}", ids[n % ids.len()]);
        reject.sample = ids[n % ids.len()].into();
    }
    for entry in &mut made.recorded.journal {
        entry.actor = ids[4].into();
        entry.target = long.clone();
    }
    made.recorded.journal = chained(made.recorded.journal);
    made
}

/// Account ids as gateways write them.
pub fn name(n: usize) -> String {
    format!("acct_{:06x}", (n as u64 + 1) * 0x9E37_79B1 % 0xFF_FFFF)
}

fn sources() -> Vec<SourceInfo> {
    let source = |id: u32, path: &str, format: &str| SourceInfo {
        id,
        path: path.into(),
        bytes: 412_300_000 + u64::from(id),
        unpacked_bytes: 1_900_000_000,
        sha256: format!("{id:x}").repeat(64),
        format: format.into(),
        compression: "gzip".into(),
        confidence: 0.98,
        timezone: "UTC".into(),
        rows: 20_400,
        exchanges: 20_400,
        rejects: 106,
        span: Some(TimeSpan { start: Time(MARCH), end: Time(MARCH + 45 * DAY_US) }),
        imported_at: Time(MARCH + 46 * DAY_US),
        raw_kept: true,
        ..SourceInfo::default()
    };
    let mut second = source(2, "/home/analyst/exports/litellm-spend-2026-03.csv.zst", "litellm");
    second.timezone = "Europe/Berlin".into();
    second.problem = Some("the zstd stream ends after 1,204,224 bytes".into());
    vec![source(1, "/home/analyst/exports/gateway-2026-03.jsonl.gz", "native"), second]
}

fn markers() -> Vec<Marker> {
    let marker = |day: i64, kind, label: &str| Marker {
        at: Time(MARCH + day * DAY_US + 15 * HOUR_US),
        kind,
        label: label.into(),
    };
    vec![
        marker(14, MarkerKind::Release, "atlas-4 released"),
        marker(30, MarkerKind::Ban, "46 closed"),
        marker(39, MarkerKind::Policy, "new terms"),
    ]
}

fn annotation(n: usize) -> Annotation {
    let verdict = Verdict::ALL[n % 3];
    let reason = match verdict {
        Verdict::Suspicious => {
            "Sends one grading instruction with changing answers day and night; the same \
             instruction comes from three other accounts that never send the same answer."
        }
        Verdict::Watch => "New account, same address range as two suspicious ones.",
        Verdict::Cleared => "Nightly batch job of one customer, confirmed by the account team.",
    };
    Annotation {
        verdict: Some(VerdictRecord {
            verdict,
            confidence: Confidence::ALL[(n + 2) % 3],
            reason: reason.into(),
            at: Time(MARCH + 46 * DAY_US + n as i64 * 17 * MINUTE_US),
            actor: "analyst A".into(),
        }),
        tags: vec!["grading".into(), "night".into()],
        notes: vec![Note {
            id: n as u64 + 1,
            text: "Compare with the tip of 16 April.\nAsk for the payment record.".into(),
            at: Time(MARCH + 46 * DAY_US + 9 * HOUR_US),
            actor: "analyst B".into(),
        }],
    }
}

fn reject(n: u64) -> (u32, Reject) {
    let reason = ["no timestamp", "not a JSON object", "account_id is empty"][n as usize % 3];
    let reject = Reject {
        line: 100 + n * 7,
        byte_offset: 40_000 + n * 2_800,
        byte_length: 380,
        reason: reason.into(),
        sample: "=cmd|' /C calc'!A0 {\"model\":\"atlas-4\"".into(),
    };
    (1 + (n % 2) as u32, reject)
}

fn journal_row(id: u64) -> JournalEntry {
    JournalEntry {
        id,
        at: Time(MARCH + 46 * DAY_US + id as i64 * 11 * MINUTE_US),
        actor: "analyst A".into(),
        action: "edit".into(),
        target: "mark acct_3b36b3 as suspicious".into(),
        detail: "[{\"verdict\":{\"account\":\"acct_3b36b3\"}}]".into(),
        hash: String::new(),
    }
}

/// The entries with the hashes a case file would give them.
fn chained(mut entries: Vec<JournalEntry>) -> Vec<JournalEntry> {
    let mut before = String::new();
    for entry in &mut entries {
        entry.hash = entry.hash_after(&before);
        before.clone_from(&entry.hash);
    }
    entries
}

/// A small generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

impl MadeUp {
    fn add_account(&mut self, n: usize, random: &mut Random) {
        let burst = n.is_multiple_of(3);
        let events = if burst { 60 + random.next(900) } else { 5 + random.next(120) };
        for _ in 0..events {
            let hour = if burst {
                19 * 24 + random.next(72) as i64
            } else {
                let day = random.next(45) as i64;
                day * 24 + (8 + random.next(6) + random.next(6)) as i64
            };
            let at = Time(MARCH + hour * HOUR_US + random.next(HOUR_US as u64) as i64);
            let id = self.events.len() as u64 + 1;
            self.events.push(EventRow {
                id,
                exchange: exchange(n, at, random),
                same_call: Vec::new(),
                template: None,
                source_id: 1 + (id % 2) as u32,
            });
        }
    }

    fn span(&self) -> Option<TimeSpan> {
        let times = || self.events.iter().filter_map(|e| e.exchange.at.known());
        Some(TimeSpan { start: times().min()?, end: Time(times().max()?.0 + 1) })
    }
}

fn exchange(n: usize, at: Time, random: &mut Random) -> Exchange<'static> {
    let text = |t: String| Some(Text::from(t));
    Exchange {
        at,
        account_id: Text::from(name(n)),
        org_id: text(format!("org-{}", n % 40)),
        api_key_id: text(format!("key-{n}-{}", random.next(2))),
        endpoint: text("/v1/messages".into()),
        model: text(if random.next(4) == 0 { "atlas-3" } else { "atlas-4-20260315" }.into()),
        status: Some(if random.next(40) == 0 { 429 } else { 200 }),
        input_tokens: Some(200 + random.next(900)),
        output_tokens: Some(80 + random.next(3_000)),
        latency_ms: Some(random.next(9_000) as f64),
        client_ip: (random.next(9) > 0).then(|| Text::from(format!("203.0.113.{}", n % 250))),
        prompt_hash: Some(random.next(u64::MAX)),
        ..Exchange::default()
    }
}

struct MadeUpPlaces;

impl Places for MadeUpPlaces {
    fn sha256(&mut self, place: &Place) -> Result<Option<String>, ReportError> {
        Ok(Some(sha256_hex(&place.line.to_le_bytes())))
    }

    fn locate(&mut self, event_id: u64) -> Result<Place, ReportError> {
        Ok(Place {
            source_id: 1,
            request_id: Some(format!("req-{event_id:08x}")),
            line: event_id,
            byte_offset: event_id * 380,
            byte_length: 379,
        })
    }
}

impl ReportInput for MadeUp {
    fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    fn evidence(&self, finding: u64) -> Result<Vec<Evidence>, ReportError> {
        Ok(self.evidence.get(finding as usize - 1).cloned().unwrap_or_default())
    }

    fn network(&self, _: &Progress) -> Result<Network, ReportError> {
        Ok(self.network.clone())
    }

    fn check_unchanged(&self) -> Result<(), ReportError> {
        Ok(())
    }

    fn accounts(&self) -> Result<Vec<AccountFacts>, ReportError> {
        let mut accounts: BTreeMap<&str, AccountFacts> = BTreeMap::new();
        for event in &self.events {
            let e = &event.exchange;
            let facts = accounts.entry(e.account_id.as_str()).or_insert_with(|| AccountFacts {
                account_id: e.account_id.to_string(),
                org_id: e.org_id.as_ref().map(ToString::to_string),
                first_seen: e.at.known(),
                ..AccountFacts::default()
            });
            facts.events += 1;
            facts.last_seen = e.at.known().or(facts.last_seen);
            let add = |sum: Option<u64>, n: Option<u64>| n.map(|n| n + sum.unwrap_or(0)).or(sum);
            facts.input_tokens = add(facts.input_tokens, e.input_tokens);
            facts.output_tokens = add(facts.output_tokens, e.output_tokens);
        }
        for id in &self.idle {
            accounts.entry(id).or_insert_with(|| AccountFacts {
                account_id: id.clone(),
                ..AccountFacts::default()
            });
        }
        Ok(accounts.into_values().collect())
    }

    fn each_event(
        &self,
        rows: Rows<'_>,
        visit: &mut dyn FnMut(&EventRow<'_>) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let wanted = |e: &&EventRow<'_>| match rows {
            Rows::Selected => true,
            Rows::Of(ids) => ids.contains(e.exchange.account_id.as_str()),
            Rows::Cited(events, ids) => {
                events.binary_search(&e.id).is_ok() || ids.contains(e.exchange.account_id.as_str())
            }
        };
        self.events.iter().filter(wanted).try_for_each(visit)
    }

    fn places(&self) -> Box<dyn Places + '_> {
        Box::new(MadeUpPlaces)
    }

    fn traffic(
        &self,
        account: Option<&str>,
        span: TimeSpan,
        bins: usize,
    ) -> Result<Vec<u64>, ReportError> {
        let mut out = vec![0; bins];
        for event in &self.events {
            let e = &event.exchange;
            if span.contains(e.at) && account.is_none_or(|a| a == e.account_id.as_str()) {
                out[((e.at.0 - span.start.0) as i128 * bins as i128 / span.len_us() as i128)
                    as usize] += 1;
            }
        }
        Ok(out)
    }

    fn each_reject(
        &self,
        visit: &mut dyn FnMut(u32, &Reject) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.rejects.iter().try_for_each(|(source, reject)| visit(*source, reject))
    }
}
