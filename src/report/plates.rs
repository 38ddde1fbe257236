//! The figures of a report, from what was gathered.

use std::collections::BTreeMap;

use super::ReportError;
use super::clock;
use super::figure::activity::Activity;
use super::figure::timeline::Timeline;
use super::figure::top::{Bar, Top};
use super::figure::{self, Caption, Figure};
use super::gather::{Flagged, Gathered};
use super::input::{Pictured, ReportInput};
use super::text::{count, counted, percent, shown, spelled};
use crate::job::Progress;
use crate::model::finding::Subject;
use crate::model::{Filter, Verdict};

/// Accounts in the figure of the most active ones.
pub const TOP_ACCOUNTS: usize = 15;
/// Pictures of a cluster.
const PICTURES: usize = 2;
/// Characters of a query that are shown; longer ones are cut and say so.
const QUERY_LENGTH: usize = 2_000;
/// File of the timeline.
pub const TIMELINE: &str = "figures/timeline.svg";
/// File of the most active accounts.
pub const TOP: &str = "figures/top-accounts.svg";

/// File of the activity of the n-th flagged account, from 1.
pub fn activity_file(n: usize) -> String {
    format!("figures/activity-{n:03}.svg")
}

/// File of the activity of a cluster, by its number.
pub fn cluster_file(id: u32) -> String {
    format!("figures/cluster-{id:04}.svg")
}

/// File of the picture of a finding, by its number from 1.
pub fn finding_file(number: u64) -> String {
    format!("figures/finding-{number:04}.svg")
}

/// Draws all figures; none without rows.
///
/// # Errors
/// [`ReportError::Figure`], and when cancelled.
pub fn draw_all(
    input: &dyn ReportInput,
    gathered: &Gathered,
    progress: &Progress,
) -> Result<Vec<Figure>, ReportError> {
    if gathered.bins.is_none() {
        return Ok(Vec::new());
    }
    let mut figures = vec![timeline(input, gathered)?, top(input, gathered)?];
    figures.extend(findings(input, gathered, progress)?);
    for (subject, (portrait, traffic)) in &gathered.portraits {
        if let Subject::Cluster(id) = subject {
            let rows = u64::from(portrait.totals.rows);
            figures.push(cluster(input, gathered, *id, (rows, traffic))?);
        }
    }
    for (i, flagged) in gathered.flagged.iter().enumerate() {
        progress.check()?;
        if flagged.detail.is_some() {
            figures.push(activity(input, gathered, flagged, i + 1)?);
        }
    }
    Ok(figures)
}

/// Pictures of the findings that say most of the clusters that have a part of the report.
fn findings(
    input: &dyn ReportInput,
    gathered: &Gathered,
    progress: &Progress,
) -> Result<Vec<Figure>, ReportError> {
    let Some((analysis, found)) = gathered.found_in(input) else { return Ok(Vec::new()) };
    let clusters: Vec<u32> = found.detailed(analysis).iter().map(|cluster| cluster.id).collect();
    progress.set_phase("drawing findings", 0);
    let kind = input.selection().kind.plural();
    let cited: BTreeMap<u64, u64> =
        found.findings.iter().map(|at| *at as u64 + 1).zip(found.records.iter().copied()).collect();
    let mut figures = Vec::new();
    for pictured in input.pictures(&clusters, PICTURES, progress)? {
        let Pictured { cluster, finding, exhibit } = &pictured;
        let caption = Caption {
            file: finding_file(*finding),
            title: format!("Cluster {cluster}: {}", shown(&exhibit.title, 120)),
            alt: shown(&exhibit.summary, 1_500),
            filter: format!("cited:{finding}"),
            counts: format!("{kind} cited by the finding"),
            rows: cited.get(finding).copied().unwrap_or(0),
            rows_in_case: in_case(input),
        };
        figures.extend(figure::exhibit_svg(exhibit, caption)?);
    }
    Ok(figures)
}

/// Rows of the kind that is counted in the whole case.
pub(super) fn in_case(input: &dyn ReportInput) -> u64 {
    input.case().rows.get(&input.selection().kind).copied().unwrap_or(0)
}

/// The filter of the export.
fn filter(input: &dyn ReportInput) -> String {
    shown(&input.selection().filter, QUERY_LENGTH)
}

fn timeline(input: &dyn ReportInput, gathered: &Gathered) -> Result<Figure, ReportError> {
    let Some(bins) = gathered.bins else { return Err(no_axis(TIMELINE)) };
    let kind = input.selection().kind.plural();
    let (markers, on_axis) = gathered.markers_on_axis(input.markers());
    let peak = gathered.traffic.iter().max().copied().unwrap_or(0);
    let [all, flagged] =
        [&gathered.traffic, &gathered.flagged_traffic].map(|bars| bars.iter().sum::<u64>());
    let alt = format!(
        "Bars of {kind} per {width} from {span}: {drawn} in all, at most {peak} per {width}; \
         {share} of them by accounts under suspicion. {markers}.",
        width = bins.width_text(),
        span = clock::span(bins.span()),
        drawn = count(all),
        peak = count(peak),
        share = percent(flagged, all),
        markers = counted(on_axis as u64, "marker", "markers"),
    );
    let caption = Caption {
        file: TIMELINE.into(),
        title: format!("{} over time", capital(kind)),
        alt,
        filter: filter(input),
        counts: format!("{kind} by {} of time", bins.width_text()),
        rows: all,
        rows_in_case: in_case(input),
    };
    let data = Timeline {
        bins,
        all: &gathered.traffic,
        flagged: &gathered.flagged_traffic,
        markers: &markers,
    };
    figure::timeline_svg(&data, caption)
}

fn top(input: &dyn ReportInput, gathered: &Gathered) -> Result<Figure, ReportError> {
    let kind = input.selection().kind.plural();
    let mut order: Vec<_> = gathered.accounts.iter().filter(|a| a.events > 0).collect();
    order.sort_by_key(|a| (std::cmp::Reverse(a.events), &a.account_id));
    let annotations = input.annotations();
    let bars: Vec<Bar> = order
        .iter()
        .take(TOP_ACCOUNTS)
        .map(|a| {
            let said = annotations.get(&a.account_id);
            let verdict = said.and_then(|said| said.verdict.as_ref()).map(|record| record.verdict);
            Bar {
                account: a.account_id.clone(),
                events: a.events,
                verdict: said.map(|_| verdict.map_or("noted", Verdict::as_str)),
                is_suspected: verdict.is_some_and(Verdict::is_suspicion),
            }
        })
        .collect();
    let rest = &order[bars.len()..];
    let listed: Vec<String> = bars
        .iter()
        .map(|b| format!("{} {}", shown(&spelled(&b.account), 60), count(b.events)))
        .collect();
    let caption = Caption {
        file: TOP.into(),
        title: format!("Accounts with the most {kind}"),
        alt: format!("Bars of {kind} by account: {}.", listed.join(", ")),
        filter: filter(input),
        counts: format!("{kind} by account, the first {}", bars.len()),
        rows: bars.iter().map(|bar| bar.events).sum(),
        rows_in_case: in_case(input),
    };
    let data =
        Top { others: rest.len() as u64, others_events: rest.iter().map(|a| a.events).sum(), bars };
    figure::top_svg(&data, caption)
}

fn activity(
    input: &dyn ReportInput,
    gathered: &Gathered,
    flagged: &Flagged,
    number: usize,
) -> Result<Figure, ReportError> {
    let file = activity_file(number);
    let Some(detail) = &flagged.detail else { return Err(no_axis(&file)) };
    let id = shown(&spelled(&flagged.facts.account_id), 120);
    let own = Filter::account(flagged.facts.account_id.as_str()).to_string();
    let whose = Whose { file, name: format!("account {id}"), word: "account", filter: own };
    drawn(input, gathered, whose, (flagged.facts.events, &detail.traffic))
}

/// The records of a cluster over time.
fn cluster(
    input: &dyn ReportInput,
    gathered: &Gathered,
    id: u32,
    counts: (u64, &[u64]),
) -> Result<Figure, ReportError> {
    let whose = Whose {
        file: cluster_file(id),
        name: format!("cluster {id}"),
        word: "cluster",
        filter: format!("cluster:{id}"),
    };
    drawn(input, gathered, whose, counts)
}

/// Whose activity is drawn.
struct Whose {
    file: String,
    /// `account ac001`.
    name: String,
    /// `account`.
    word: &'static str,
    /// Their records, as a filter.
    filter: String,
}

fn drawn(
    input: &dyn ReportInput,
    gathered: &Gathered,
    whose: Whose,
    (events, counts): (u64, &[u64]),
) -> Result<Figure, ReportError> {
    let Whose { file, name, word, filter } = whose;
    let Some(bins) = gathered.bins else { return Err(no_axis(&file)) };
    let kind = input.selection().kind.plural();
    let peak = counts.iter().max().copied().unwrap_or(0);
    let filter = [input.selection().filter.as_str(), filter.as_str()].join(" ");
    let caption = Caption {
        file,
        title: format!("{} of {name}", capital(kind)),
        alt: format!(
            "Bars of the {word}'s {kind} per {}: {} in all, at most {}.",
            bins.width_text(),
            count(events),
            count(peak)
        ),
        filter: shown(filter.trim(), QUERY_LENGTH),
        counts: format!("{kind} by {} of time", bins.width_text()),
        rows: counts.iter().sum(),
        rows_in_case: in_case(input),
    };
    let (markers, _) = gathered.markers_on_axis(input.markers());
    let data = Activity { bins, counts, markers: &markers };
    figure::activity_svg(&data, caption)
}

fn no_axis(file: &str) -> ReportError {
    ReportError::Figure { figure: file.to_owned(), why: "there are no rows to draw".into() }
}

/// With a capital first letter.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |c| c.to_uppercase().collect::<String>() + letters.as_str())
}
