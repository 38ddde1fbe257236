//! What leads a proof: what it comes to in one sentence, and how large it is.

use egui::Ui;

use crate::detect::exhibit::rank;
use crate::detect::{registry, short_of_collecting};
use crate::index::Index;
use crate::model::finding::{Family, Finding, Level};
use crate::model::{Time, TimeSpan};
use crate::ui::Zone;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::{card, text};

use super::super::listing::about;
use super::{Whom, is_evidence};

/// Draws it, with the copper edge of what is inferred.
pub fn show(ui: &mut Ui, whom: Whom<'_>, scene: &Scene<'_>) {
    let muted = Theme::of(ui).muted;
    card::inferred(ui, 14.0, |ui| {
        text::wrapped(ui, Face::Lead.text(sentence(whom)));
        let size = size(whom, scene, Zone::of(ui.ctx()));
        text::wrapped(ui, Face::Small.text(size).color(muted));
        if let Some(cluster) = whom.cluster() {
            let words = format!("Held together by {}", format::display(&cluster.held_by));
            text::wrapped(ui, Face::Small.text(words).color(muted));
            if let Some(words) = cluster.without_core() {
                text::wrapped(ui, Face::Small.text(words).color(muted));
            }
        }
    });
    ui.add_space(8.0);
}

/// What it comes to: which of the two questions, and by what.
fn sentence(whom: Whom<'_>) -> String {
    let (coordination, harvesting) = whom.scores();
    let (acts, collects) = (coordination >= 0.5, harvesting >= 0.5);
    let n = whom.members().len() as u64;
    let who = match whom.cluster() {
        Some(_) => format::counted(n, "account", "accounts"),
        None => "This account".to_owned(),
    };
    let found = about(whom.analysis, whom.subject).map(|(_, finding)| finding);
    let short = short_of_collecting(found).filter(|_| collects && whom.cluster().is_some());
    // What is only indicative is not said as if it were so.
    let is_firm = whom.level() >= Level::Probable;
    let what = match short {
        Some((_, short)) => format!(" {}; {short}", act(acts, is_firm)),
        None if acts && !collects && harvesting > 0.0 && whom.cluster().is_some() => {
            format!(
                " {}; there are no more than hints that answers are collected",
                act(acts, is_firm)
            )
        }
        None => answer((acts, collects), whom.cluster().is_some(), is_firm).to_owned(),
    };
    // What a detector shows is not said again by its title.
    titled(format!("{who}{what}"), &titles(whom, short.map(|(id, _)| id)))
}

/// Whether several accounts act as one.
fn act(acts: bool, is_firm: bool) -> &'static str {
    match (acts, is_firm) {
        (true, true) => "act as one",
        (true, false) => "may act as one",
        (false, _) => "have something in common",
    }
}

/// Which of the two questions is answered with yes.
fn answer(acts_and_collects: (bool, bool), is_cluster: bool, is_firm: bool) -> &'static str {
    let (acts, collects) = acts_and_collects;
    match (acts, collects, is_cluster) {
        (true, true, true) if is_firm => " act as one and collect answers",
        (true, true, true) => " may act as one and collect answers",
        (true, false, true) if is_firm => " act as one; nothing shows that answers are collected",
        (true, false, true) => " may act as one; nothing shows that answers are collected",
        (false, true, true) => " may collect answers; little shows that they act as one",
        (false, false, true) => {
            " have this in common, which chance or something innocent may explain"
        }
        (_, true, false) => " may collect answers; it stands alone",
        (_, false, false) => " stands out, and not by much",
    }
}

fn titled(sentence: String, titles: &[String]) -> String {
    if titles.is_empty() { sentence } else { format!("{sentence}: {}", titles.join(", ")) }
}

/// What the strongest findings are called, but for those of one detector; exact ones first.
fn titles(whom: Whom<'_>, but: Option<&str>) -> Vec<String> {
    const MOST: usize = 3;
    let all = about(whom.analysis, whom.subject).map(|(_, finding)| finding);
    let mut found: Vec<&Finding> = all.filter(|f| Some(f.detector.as_str()) != but).collect();
    found.sort_by_key(|finding| rank(finding));
    let title = |finding: &&Finding| {
        let detector = registry::by_id(&finding.detector)?;
        Some(detector.definition().title.to_lowercase())
    };
    found.iter().filter_map(title).take(MOST).collect()
}

/// `120 accounts · 91,406 records · 2 Mar – 12 Apr · 2 exact proofs, 4 families`.
fn size(whom: Whom<'_>, scene: &Scene<'_>, zone: Zone) -> String {
    let members = whom.members();
    let rows = |account: &u32| scene.index.rows_of_account(*account);
    let count = members.iter().map(|account| rows(account).len() as u64).sum();
    let mut parts = vec![
        format::counted(members.len() as u64, "account", "accounts"),
        format::counted(count, "record", "records"),
    ];
    if let Some(span) = span(&members, scene.index) {
        parts.push(format::days(zone.wall_span(span)));
    }
    let found: Vec<&Finding> = about(whom.analysis, whom.subject).map(|(_, f)| f).collect();
    let exact = found.iter().filter(|finding| finding.is_exact).count() as u64;
    if exact > 0 {
        parts.push(format::counted(exact, "exact proof", "exact proofs"));
    }
    let has = |family: &&Family| found.iter().any(|f| f.family == **family && is_evidence(f));
    let families = Family::ALL.iter().filter(has).count() as u64;
    if families > 0 {
        parts.push(format::counted(families, "family of evidence", "families of evidence"));
    }
    parts.join(" · ")
}

/// From the first of their records that has a time to the last.
fn span(members: &[u32], index: &Index) -> Option<TimeSpan> {
    let timed = index.timed().end;
    let of = |account: &u32| {
        let rows = index.rows_of_account(*account);
        // Rows without a time come last.
        let rows = &rows[..rows.partition_point(|row| *row < timed)];
        Some((index.at(*rows.first()?)?, index.at(*rows.last()?)?))
    };
    let all = members.iter().filter_map(of);
    let (first, last) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    Some(TimeSpan { start: first, end: Time(last.0 + 1) })
}
