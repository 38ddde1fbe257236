//! `stillwatch joins`: records that describe the same call, why they are taken for it, and the
//! analyst's word on it.

use std::io;

use serde_json::{Value, json};

use super::args::JoinsArgs;
use super::author::author;
use super::case_file;
use super::exit::{Outcome, Usage};
use super::out::{count, note, print, visible};
use super::progress::Reporter;
use crate::case::joining::{self, Clock};
use crate::model::{JoinKind, JoinPair, JoinState, SourceInfo};
use crate::store::{CaseFile, Mode, RawReader, StoreError};

/// Says that calls may be counted twice, and what to do.
pub fn due(case: &str) -> String {
    format!("not yet looked for records of the same call; `stillwatch joins {case} --find` does")
}

/// Lists pairs, or looks for them, or accepts or rejects some.
///
/// # Errors
/// When the case cannot be read or written, or a pair is named that there is not.
pub fn run(args: &JoinsArgs, reporter: &Reporter) -> anyhow::Result<Outcome> {
    for (named, accept) in [(&args.accept, true), (&args.reject, false)] {
        if let Some(named) = named {
            return decide(args, &Named::parse(named)?, accept);
        }
    }
    if args.find {
        case_file::mend(&args.case)?;
        let mut case = CaseFile::open(&args.case, Mode::ReadWrite)?;
        joining::join(&mut case, &author()?, &reporter.progress)?;
    }
    let case = case_file::open(&args.case)?;
    if joining::is_due(&case)? {
        note(&due(&args.case.display().to_string()));
    }
    let clocks = joining::clocks(&case, &reporter.progress)?;
    reporter.pause();
    let sources = case.sources()?;
    let reader = case.raw_reader();
    let mut list = List { case: &case, kind: args.kind, reader, sources: &sources };
    print(|out| match args.json {
        true => list.as_json(&clocks, out),
        false => list.as_text(&clocks, out),
    })?;
    Ok(Outcome::Done)
}

/// Which pairs are meant.
enum Named {
    All,
    Kind(JoinKind),
    /// Those of these secondary rows, sorted.
    Events(Vec<u64>),
}

impl Named {
    fn parse(text: &str) -> Result<Self, Usage> {
        if text == "all" {
            return Ok(Self::All);
        }
        if let Some(kind) = JoinKind::parse(text) {
            return Ok(Self::Kind(kind));
        }
        let events: Result<Vec<u64>, _> = text.split(',').map(|id| id.trim().parse()).collect();
        let mut events = events.map_err(|_| {
            Usage(format!("{text}: name event ids as listed, or all, repeat, join or probable"))
        })?;
        events.sort_unstable();
        events.dedup();
        Ok(Self::Events(events))
    }

    fn has(&self, pair: &JoinPair) -> bool {
        match self {
            Self::All => true,
            Self::Kind(kind) => pair.kind == *kind,
            Self::Events(events) => events.binary_search(&pair.secondary).is_ok(),
        }
    }
}

fn decide(args: &JoinsArgs, named: &Named, accept: bool) -> anyhow::Result<Outcome> {
    case_file::mend(&args.case)?;
    let mut case = CaseFile::open(&args.case, Mode::ReadWrite)?;
    let wanted = if accept { JoinState::Accepted } else { JoinState::Rejected };
    let (mut known, mut changed) = (0u64, Vec::new());
    case.for_each_join(|pair| {
        if named.has(&pair) {
            known += 1;
            if pair.state != wanted {
                changed.push(pair.secondary);
            }
        }
        Ok(())
    })?;
    if let Named::Events(events) = named {
        let missing = events.len() as u64 - known;
        anyhow::ensure!(
            missing == 0,
            "{} of the events named are no secondary record of a pair; `stillwatch joins CASE` \
             lists them",
            missing
        );
    }
    if !changed.is_empty() {
        let author = author()?;
        case.transaction::<_, StoreError>(|tx| {
            tx.decide_joins(&changed, accept, author.at, &author.actor)
        })?;
    }
    let pairs = count(changed.len() as u64, "pair", "pairs");
    note(&format!("{pairs} {}", if accept { "accepted" } else { "rejected" }));
    if args.json {
        super::out::print_json(&json!({ "state": wanted, "events": changed }))?;
    }
    Ok(Outcome::Done)
}

/// What is listed.
struct List<'c> {
    case: &'c CaseFile,
    kind: Option<JoinKind>,
    reader: RawReader<'c>,
    sources: &'c [SourceInfo],
}

/// A record as it is listed.
struct Listed<'s> {
    event: u64,
    source: u32,
    path: &'s str,
    line: u32,
}

impl Listed<'_> {
    fn as_json(&self) -> Value {
        let Self { event, source, path, line } = self;
        json!({ "event": event, "source": source, "path": path, "line": line })
    }

    fn as_text(&self) -> String {
        let Self { event, source, path, line } = self;
        format!("event {event} (source {source}, {}, line {line})", visible(path))
    }
}

impl<'c> List<'c> {
    fn find(&mut self, event: u64) -> Result<Listed<'c>, StoreError> {
        let place = self.reader.locate(event)?;
        let source = self.sources.iter().find(|s| s.id == place.source_id);
        let path = source.map_or("", |s| s.path.as_str());
        Ok(Listed { event, source: place.source_id, path, line: place.line })
    }

    /// One document, written pair by pair: there may be millions.
    fn as_json(&mut self, clocks: &[Clock], out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "{{\"clocks\": {}, \"pairs\": [", serde_json::to_string(clocks)?)?;
        let mut before = "";
        self.each(|pair, secondary, primary| {
            let object = json!({
                "kind": pair.kind, "state": pair.state, "basis": pair.basis,
                "reason": pair.basis.reason(),
                "secondary": secondary.as_json(), "primary": primary.as_json(),
            });
            write!(out, "{before}{object}")?;
            before = ",\n";
            Ok(())
        })?;
        writeln!(out, "]}}")
    }

    fn as_text(&mut self, clocks: &[Clock], out: &mut dyn io::Write) -> io::Result<()> {
        let mut pairs = 0u64;
        self.each(|pair, secondary, primary| {
            pairs += 1;
            let (kind, state) = (pair.kind.as_str(), pair.state.as_str());
            let (own, other) = (secondary.as_text(), primary.as_text());
            writeln!(out, "{kind:<8}  {state:<8}  {own} is {other}: {}", pair.basis.reason())
        })?;
        if pairs == 0 {
            writeln!(out, "no records that describe the same call")?;
        }
        clocks.iter().try_for_each(|clock| writeln!(out, "{}", clock.sentence()))
    }

    /// Calls `write` for every pair listed. What cannot be read ends the output with an error.
    fn each(
        &mut self,
        mut write: impl FnMut(JoinPair, Listed<'_>, Listed<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut written = Ok(());
        let walked = self.case.for_each_join(|pair| {
            if written.is_ok() && self.kind.is_none_or(|kind| kind == pair.kind) {
                let (secondary, primary) = (self.find(pair.secondary)?, self.find(pair.primary)?);
                written = write(pair, secondary, primary);
            }
            Ok(())
        });
        written.and(walked.map_err(io::Error::other))
    }
}
