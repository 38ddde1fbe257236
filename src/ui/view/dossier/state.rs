//! What is said when there is no one account or cluster to tell of.

use egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::model::Selection;
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::view::findings::detail::level_word;
use crate::ui::view::findings::listing::Listing;
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{level, scrolled, text};

/// Accounts, clusters that are offered.
const OFFERED: usize = 400;

/// Draws the page of nobody: how to come here, and those who deserve a look most.
pub fn nobody(ui: &mut Ui, area: Rect, listing: Option<&Listing>, scene: &mut Scene<'_>) {
    let body = card(ui, area, &Card { title: "Dossier", note: "" }, |_| {});
    let key = Command::Dossier.key_text();
    let words = format!("Select an account or a cluster on any screen, then press {key}");
    let entries = listing.map_or(&[][..], |listing| &listing.entries);
    if entries.is_empty() {
        return card::empty(ui, body, "Nobody is selected", &words);
    }
    let theme = Theme::of(ui);
    listed(ui, body, |ui| {
        text::wrapped(ui, Face::Medium.text("Nobody is selected").color(theme.text));
        text::wrapped(ui, Face::Body.text(words).color(theme.muted));
        ui.add_space(8.0);
        let shown = entries.len().min(OFFERED);
        let n = counted(shown, entries.len());
        text::section(ui, &format!("Those that deserve a look most · {n}"));
        ui.spacing_mut().item_spacing.y = 0.0;
        for entry in &entries[..shown] {
            let name = visible_text(&entry.name).into_owned();
            let end = format!(
                "{} · {}",
                level_word(entry.level),
                format::counted(entry.accounts, "account", "accounts")
            );
            if row(ui, Some(entry.level), &name, &end) {
                scene.ask(Action::Select(entry.selection()));
            }
        }
    });
}

/// Draws the list of several accounts to choose from.
pub fn several(ui: &mut Ui, area: Rect, accounts: &[u32], scene: &mut Scene<'_>) {
    let n = format::counted(accounts.len() as u64, "account", "accounts");
    let body = card(ui, area, &Card { title: "Dossier", note: &n }, |_| {});
    let theme = Theme::of(ui);
    listed(ui, body, |ui| {
        let words = "Several accounts are selected, and no cluster holds them together; \
                     choose whose dossier to open";
        text::wrapped(ui, Face::Medium.text(words).color(theme.text));
        ui.add_space(8.0);
        let shown = accounts.len().min(OFFERED);
        text::section(ui, &format!("Accounts · {}", counted(shown, accounts.len())));
        ui.spacing_mut().item_spacing.y = 0.0;
        let analysis = scene.analysis.cloned();
        for account in &accounts[..shown] {
            let Some(id) = scene.index.accounts().get(*account as usize).cloned() else { continue };
            let score = analysis.as_ref().and_then(|analysis| analysis.account(*account));
            let rows = scene.index.rows_of_account(*account).len() as u64;
            let end = match score.and_then(|score| score.cluster) {
                Some(cluster) => {
                    format!("cluster {cluster} · {}", format::counted(rows, "record", "records"))
                }
                None => format::counted(rows, "record", "records"),
            };
            if row(ui, score.map(|score| score.level), &visible_text(&id), &end) {
                scene.ask(Action::Select(Selection::account(id)));
            }
        }
    });
}

/// Draws the page while it is not known whose it is, or why it cannot be.
pub fn looking(ui: &mut Ui, area: Rect, why: Option<&str>) {
    let body = card(ui, area, &Card { title: "Dossier", note: "" }, |_| {});
    match why {
        Some(why) => {
            let words = "The selected accounts cannot be found";
            card::empty(ui, body, words, &format::display(why));
        }
        None => card::empty(ui, body, "Looking for the selected accounts…", ""),
    }
}

fn counted(shown: usize, all: usize) -> String {
    let all_words = format::count(all as u64);
    if shown < all { format!("{} of {all_words}", format::count(shown as u64)) } else { all_words }
}

fn listed(ui: &mut Ui, body: Rect, contents: impl FnOnce(&mut Ui)) {
    scrolled(ui, body, "dossier list", vec2(16.0, 12.0), contents);
}

/// One to choose; whether it was.
fn row(ui: &mut Ui, of: Option<crate::model::finding::Level>, name: &str, end: &str) -> bool {
    let theme = Theme::of(ui);
    let width = ui.available_width().min(640.0);
    let (row, response) = ui.allocate_exact_size(vec2(width, size::ROW), Sense::click());
    let spoken = format!("Dossier of {name}, {end}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(row, 0.0, theme.hover);
    }
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    if let Some(of) = of {
        level::paint(ui.painter(), row.left_center() + vec2(8.0, 0.0), 5.0, of, theme);
    }
    let inner = row.with_min_x(row.left() + 22.0);
    let middle = row.left() + row.width() * 0.55;
    let (left, right) = inner.split_left_right_at_x(middle);
    text::in_rect(ui, left, Align::Min, Face::Mono.text(name).color(theme.text));
    text::in_rect(ui, right, Align::Max, Face::Small.text(end).color(theme.muted));
    response.clicked()
}
