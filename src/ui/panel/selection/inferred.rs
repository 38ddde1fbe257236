//! What is inferred about the selection: how far the evidence carries and why, each kind of
//! evidence, and whether it could be innocent. With the copper edge of inference.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::detect::benign as look_alikes;
use crate::detect::fusion::FamilyScores;
use crate::model::Selection;
use crate::model::finding::{Benign, Family, Finding, Level, Subject, Tested};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme};
use crate::ui::view::findings::detail::{Whom, is_evidence, level_word, rank};
use crate::ui::view::findings::listing::{self, about, subject_of};
use crate::ui::widget::{bar, button, card, level, text};

/// Explanations that are named.
const NAMED: usize = 4;

/// Draws it, where detectors say something of the selection.
pub fn show(ui: &mut Ui, scene: &mut Scene<'_>) {
    let Some(analysis) = scene.analysis.cloned() else { return };
    let selection = &scene.view.selection;
    let Some(subject) = subject_of(selection, &analysis, scene.index) else {
        if selection.single_account().is_some() {
            let words = "No detector says anything of this account";
            text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).muted));
            ui.add_space(10.0);
        }
        return;
    };
    let whom = Whom { analysis: &analysis, subject };
    let score = selection.single_account().and_then(|id| scene.index.account_position(id));
    let score = score.and_then(|account| analysis.account(account));
    // An account of a cluster has scores of its own.
    let (coordination, harvesting) =
        score.map_or_else(|| whom.scores(), |score| (score.coordination, score.harvesting));
    let of_level = score.map_or(whom.level(), |score| score.level);
    head(ui, of_level, coordination, harvesting);
    ui.add_space(6.0);
    card::inferred(ui, 11.0, |ui| {
        why(ui, whom);
        if let Some(score) = score.filter(|score| score.cluster.is_some()) {
            of_itself(ui, whom, score.account);
        }
    });
    ui.add_space(8.0);
    families(ui, listing::families_of(whom));
    ui.add_space(8.0);
    innocent(ui, whom.benign());
    membership(ui, whom, scene);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        // A way goes on the next line whole.
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        let ways = [
            (Screen::Findings, "Show the proof", Command::Findings, Action::Go(Screen::Findings)),
            (
                Screen::Network,
                "Draw the network",
                Command::ShowSelection,
                Action::Run(Command::ShowSelection),
            ),
            (Screen::Dossier, "Its dossier", Command::Dossier, Action::Go(Screen::Dossier)),
        ];
        for (screen, words, command, way) in ways {
            if scene.view.screen != screen
                && button::link(ui, words).on_hover_text(command.key_text()).clicked()
            {
                scene.ask(way);
            }
        }
    });
    ui.add_space(10.0);
}

/// Whether any finding is about the selection.
pub fn has_sentences(scene: &Scene<'_>) -> bool {
    let Some(analysis) = scene.analysis else { return false };
    let subject = subject_of(&scene.view.selection, analysis, scene.index);
    subject.is_some_and(|subject| about(analysis, subject).next().is_some())
}

/// The sentences of the strongest findings about the selection, each with its detector.
pub fn in_sentences(scene: &Scene<'_>) -> Option<String> {
    const MOST: usize = 3;
    let analysis = scene.analysis?;
    let subject = subject_of(&scene.view.selection, analysis, scene.index)?;
    let mut found: Vec<&Finding> = about(analysis, subject).map(|(_, finding)| finding).collect();
    found.sort_by_key(|finding| rank(finding));
    let one = |finding: &&Finding| {
        let sentence = format::display(&finding.statement.text());
        format!("{sentence} ({})", finding.detector)
    };
    let words: Vec<String> = found.iter().take(MOST).map(one).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// `● strong`, and below it `coordinated 0.98 · harvesting 0.94`.
fn head(ui: &mut Ui, of: Level, coordination: f64, harvesting: f64) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 7.0;
        level::here(ui, of);
        let ink = if of == Level::None { theme.muted } else { level::color(theme, of) };
        ui.label(Face::Medium.text(level_word(of)).color(ink));
    });
    // On a line of its own: a number that is cut off says nothing.
    ui.horizontal(|ui| {
        let words = format!("coordinated {coordination:.2} · harvesting {harvesting:.2}");
        text::line(ui, Face::Body.text(words).color(theme.text));
    });
}

/// What the level rests on, and what it hangs on.
fn why(ui: &mut Ui, whom: Whom<'_>) {
    let theme = Theme::of(ui);
    let whose = match whom.cluster() {
        Some(cluster) => format!("cluster {} is ", cluster.id),
        None => String::new(),
    };
    text::section(ui, &format!("Why {whose}{}", level_word(whom.level())));
    let found: Vec<&Finding> = about(whom.analysis, whom.subject).map(|(_, f)| f).collect();
    let members = whom.members().len();
    let exact = found.iter().filter(|f| f.is_exact);
    // What is exact about a few does not make the others strong.
    let (of_most, of_few): (Vec<&Finding>, Vec<&Finding>) =
        exact.partition(|f| f.is_of_most(members));
    if !of_most.is_empty() {
        let n = format::counted(of_most.len() as u64, "exact proof", "exact proofs");
        let ids: Vec<&str> = of_most.iter().map(|f| f.detector.as_str()).collect();
        tick(ui, "✓", theme.ok, &format!("{n}: {}", ids.join(", ")));
    }
    for finding in &of_few {
        let accounts = format::counted(finding.accounts.len() as u64, "account", "accounts");
        let of = format::count(members as u64);
        let words = format!("exact about {accounts} of {of}: {}", finding.detector);
        tick(ui, "·", theme.muted, &words);
    }
    let with: Vec<&str> = Family::ALL
        .iter()
        .filter(|family| found.iter().any(|f| f.family == **family && is_evidence(f)))
        .map(|family| family.as_str())
        .collect();
    if !with.is_empty() {
        let n = format::counted(with.len() as u64, "family", "families");
        tick(ui, "✓", theme.ok, &format!("{n}: {}", with.join(", ")));
    } else if of_most.is_empty() {
        let n = format::counted(found.len() as u64, "finding", "findings");
        tick(ui, "·", theme.muted, &format!("{n}, none of which is evidence by itself"));
    }
    if let Some(cluster) = whom.cluster() {
        let held = format!("held together by {}", format::display(&cluster.held_by));
        tick(ui, "·", theme.muted, &held);
        if cluster.depends_on().next().is_some() {
            tick(ui, "!", theme.warn, &cluster.sensitivity());
        }
    }
}

/// What is found about a member beside its cluster, which may raise its own level.
fn of_itself(ui: &mut Ui, whom: Whom<'_>, account: u32) {
    for (_, finding) in about(whom.analysis, Subject::Account(account)) {
        let sentence = format::display(&finding.statement.text());
        tick(ui, "·", Theme::of(ui).muted, &format!("itself: {sentence} ({})", finding.detector));
    }
}

fn tick(ui: &mut Ui, sign: &str, ink: egui::Color32, words: &str) {
    crate::ui::view::findings::detail::marked(ui, sign, ink, |ui| {
        text::wrapped(ui, Face::Body.text(words));
    });
}

fn families(ui: &mut Ui, scores: FamilyScores) {
    let theme = Theme::of(ui);
    text::section(ui, "Evidence families");
    for (family, score) in Family::ALL.iter().zip(scores) {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let words = score.map_or_else(|| "not run".to_owned(), |score| format!("{score:.2}"));
        let label = format!("{} {words}", family.as_str());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
        let painter = ui.painter();
        let left = Align2::LEFT_CENTER;
        text::paint(painter, rect.left_center(), left, family.as_str(), Face::Body, theme.text);
        let end = rect.right_center();
        let ink = if score.is_some() { theme.text } else { theme.muted };
        text::paint(painter, end, Align2::RIGHT_CENTER, &words, Face::Body, ink);
        if let Some(score) = score {
            let track = Rect::from_min_max(
                pos2(rect.left() + 94.0, rect.center().y - 2.5),
                pos2(rect.right() - 42.0, rect.center().y + 2.5),
            );
            bar::paint(painter, track, theme.ghost, score as f32, theme.copper);
        }
    }
}

/// Whether it could be innocent: what takes a level first, then what else could not be tested.
fn innocent(ui: &mut Ui, benign: &[Benign]) {
    if benign.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    text::section(ui, "Could it be innocent?");
    let of = |tested: Tested| benign.iter().filter(move |benign| benign.tested == tested);
    let title = |benign: &Benign| {
        let known = look_alikes::ALL.iter().find(|known| known.id == benign.id);
        known.map_or(benign.id.clone(), |known| known.title.to_owned())
    };
    let mut open: Vec<&Benign> = of(Tested::NotExcluded).chain(of(Tested::NotTestable)).collect();
    open.sort_by_key(|benign| !benign.takes_level());
    for benign in open.iter().take(NAMED) {
        let (sign, ink) =
            if benign.takes_level() { ("!", theme.warn) } else { ("?", theme.indicative) };
        tick(ui, sign, ink, &format!("{}: {}", title(benign), benign.tested.words()));
    }
    let excluded = of(Tested::Excluded).count() as u64;
    let more = open.len().saturating_sub(NAMED) as u64;
    let mut parts = Vec::new();
    if more > 0 {
        parts.push(format!("{} more", format::count(more)));
    }
    parts.push(format!("{} excluded", format::count(excluded)));
    let words = format!("{}, under “Why not?”", parts.join(", "));
    text::wrapped(ui, Face::Small.text(words).color(theme.muted));
}

/// The cluster of an account that is selected by itself.
fn membership(ui: &mut Ui, whom: Whom<'_>, scene: &mut Scene<'_>) {
    let Some(cluster) = whom.cluster() else { return };
    let Some(id) = scene.view.selection.single_account() else { return };
    let account = scene.index.account_position(id);
    let member = cluster.members.iter().find(|member| Some(member.account) == account);
    let Some(member) = member else { return };
    let theme = Theme::of(ui);
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let words = format!(
            "{} of {}, in {:.0} % of clusterings",
            member.membership.as_str(),
            format::counted(cluster.members.len() as u64, "account", "accounts"),
            100.0 * member.stability
        );
        let selection: Selection = listing::cluster(cluster.id);
        if button::link(ui, format!("Cluster {}", cluster.id)).clicked() {
            scene.ask(Action::Select(selection));
        }
        text::line(ui, Face::Small.text(words).color(theme.muted));
    });
}
