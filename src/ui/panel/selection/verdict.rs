//! The verdict box: what stands, three buttons, how sure, and why. Greys only: a verdict is not
//! an evidence level.

use egui::{TextEdit, Ui};

use crate::model::{Confidence, Verdict};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, frame};
use crate::ui::widget::{Press, button};
use crate::ui::{Command, format};

use super::draft::Draft;
use super::{applies_to, give};

pub(super) fn show(ui: &mut Ui, scene: &mut Scene<'_>, accounts: &[String], draft: &mut Draft) {
    let theme = Theme::of(ui);
    frame::raised(theme).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 8.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(Face::Section.text("Your verdict").color(theme.muted));
            let whom = format!("· {}", applies_to(accounts));
            ui.label(Face::Tiny.text(whom).color(theme.muted));
        });
        let standing = Standing::of(scene, accounts);
        if scene.read_only {
            ui.label(standing.words());
            ui.label(Face::Small.text("This case is open for reading only").color(theme.muted));
            return;
        }
        buttons(ui, scene, accounts, draft, &standing);
        if let Some(words) = standing.mixed_words() {
            ui.label(Face::Small.text(words).color(theme.muted));
        }
        ui.horizontal(|ui| {
            ui.label(Face::Small.text("Confidence").color(theme.muted));
            let options = Confidence::ALL.map(|c| (c, c.as_str()));
            if let Some(confidence) = button::choice(ui, draft.confidence, &options) {
                draft.confidence = confidence;
            }
        });
        let field = TextEdit::multiline(&mut draft.reason)
            .id_salt("reason")
            .hint_text(Face::Body.text("Reason, in your words…").color(theme.muted))
            .font(Face::Body.font())
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 6));
        ui.add(field).accessible_name("Reason for the verdict");
        foot(ui, scene, accounts, draft, &standing);
    });
}

fn buttons(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &Draft,
    standing: &Standing,
) {
    let commands = [Command::Suspicious, Command::Watch, Command::Cleared];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (verdict, command) in Verdict::ALL.into_iter().zip(commands) {
            let on = standing.all_are(verdict, accounts.len());
            if verdict_button(ui, verdict, command, on).clicked() {
                scene.ask(give(accounts, draft, Some(verdict)));
            }
        }
    });
}

/// `1 Suspicious`; the one that stands is filled with grey.
fn verdict_button(ui: &mut Ui, verdict: Verdict, command: Command, on: bool) -> egui::Response {
    let theme = Theme::of(ui);
    let name = capitalised(verdict.as_str());
    let text = format!("{} {name}", command.key_text());
    let (fill, ink) = if on { (theme.muted, theme.panel) } else { (theme.raised, theme.text) };
    let face = if on { Face::Medium } else { Face::Body };
    let response = ui.add(
        egui::Button::new(face.text(text).color(ink))
            .fill(fill)
            .stroke(theme.hairline())
            .min_size(egui::vec2(0.0, 28.0)),
    );
    response.widget_info(|| {
        let label = format!("Mark as {}", verdict.as_str());
        egui::WidgetInfo::selected(egui::Role::Button, true, on, label)
    });
    response.on_hover_text(command.def().tooltip)
}

/// What can be done about a verdict that stands.
fn foot(
    ui: &mut Ui,
    scene: &mut Scene<'_>,
    accounts: &[String],
    draft: &Draft,
    standing: &Standing,
) {
    if standing.given() == 0 {
        return;
    }
    let theme = Theme::of(ui);
    if let Some((verdict, confidence, reason)) = &standing.same
        && (*confidence != draft.confidence || *reason != draft.reason.trim())
    {
        let update = Press::new("Keep the verdict with this reason");
        if ui.add(update).clicked() {
            scene.ask(give(accounts, draft, Some(*verdict)));
        }
    }
    ui.horizontal(|ui| {
        if let Some(by) = &standing.by {
            ui.label(Face::Tiny.text(by).color(theme.muted));
        }
        if button::link(ui, "Take it away").clicked() {
            scene.ask(give(accounts, draft, None));
        }
    });
}

/// The verdicts that stand on the selected accounts.
struct Standing {
    counts: [u64; 3],
    none: u64,
    /// Verdict, confidence and reason, where all accounts have the same.
    same: Option<(Verdict, Confidence, String)>,
    /// Who gave it and when, where it is one account.
    by: Option<String>,
}

impl Standing {
    fn of(scene: &Scene<'_>, accounts: &[String]) -> Self {
        let mut counts = [0; 3];
        let mut none = 0;
        let mut same: Option<Option<(Verdict, Confidence, &str)>> = None;
        for account in accounts {
            let record = scene.annotations.get(account).and_then(|a| a.verdict.as_ref());
            let now = record.map(|r| (r.verdict, r.confidence, r.reason.as_str()));
            match record {
                Some(r) => counts[r.verdict as usize] += 1,
                None => none += 1,
            }
            match same {
                None => same = Some(now),
                Some(before) if before != now => same = Some(None),
                Some(_) => {}
            }
        }
        let by = match accounts {
            [one] => scene.annotations.get(one).and_then(|a| a.verdict.as_ref()),
            _ => None,
        };
        let by =
            by.map(|r| format!("{} · {} {}", r.actor, format::date(r.at), format::clock(r.at)));
        let same = same.flatten().map(|(v, c, r)| (v, c, r.to_owned()));
        Self { counts, none, same, by }
    }

    fn given(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn all_are(&self, verdict: Verdict, accounts: usize) -> bool {
        self.counts[verdict as usize] == accounts as u64
    }

    /// `3 suspicious · 1 cleared · 8 without`, where they differ.
    fn mixed_words(&self) -> Option<String> {
        let kinds = self.counts.iter().filter(|n| **n > 0).count() + usize::from(self.none > 0);
        (kinds > 1).then(|| self.words())
    }

    fn words(&self) -> String {
        let named = Verdict::ALL
            .into_iter()
            .map(|v| (self.counts[v as usize], v.as_str()))
            .chain([(self.none, "without a verdict")]);
        let parts: Vec<String> = named
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{} {word}", format::count(n)))
            .collect();
        parts.join(" · ")
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
