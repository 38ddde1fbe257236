//! What a click with the secondary button offers on a lane.

use egui::{Response, Ui};

use crate::model::Selection;
use crate::ui::format::counted;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::explore::menu;
use crate::ui::view::explore::picked::Picked;

use super::Tracks;
use super::frame::Frame;
use super::list::Lane;

impl Tracks {
    pub(super) fn context_menu(
        &mut self,
        response: &Response,
        frame: &Frame<'_>,
        scene: &mut Scene<'_>,
        waits: bool,
    ) {
        response.context_menu(|ui| {
            if waits {
                ui.label(Face::Small.text("Searching prompts…").color(Theme::of(ui).muted));
            } else if let Some((lane, accounts)) = self.menu_at.clone() {
                match &accounts[..] {
                    [account] if lane != Lane::Folded => self.of_account(ui, *account, scene),
                    _ => self.of_many(ui, frame, lane, &accounts, scene),
                }
                ui.separator();
            }
            self.of_all(ui, frame, scene);
        });
    }

    fn of_account(&mut self, ui: &mut Ui, account: u32, scene: &mut Scene<'_>) {
        let Some(id) = scene.index.accounts().get(account as usize).cloned() else { return };
        menu::value(ui, scene, &Picked::account(&id));
        let pinned = self.pins.has(&id);
        let words = if pinned { "Let go of the top" } else { "Pin to the top" };
        if ui.button(words).clicked() {
            match pinned {
                true => self.pins.remove([&id]),
                false => self.pins.add([id.clone()]),
            }
        }
        let concerned = menu::concerned(&scene.view.selection, &id);
        menu::account(ui, scene, &id, &concerned);
    }

    fn of_many(
        &mut self,
        ui: &mut Ui,
        frame: &Frame<'_>,
        lane: Lane,
        accounts: &[u32],
        scene: &mut Scene<'_>,
    ) {
        let n = counted(accounts.len() as u64, "account", "accounts");
        if ui.button(format!("Select {n}")).clicked() {
            let ids = accounts.iter().map(|a| scene.index.accounts()[*a as usize].clone());
            scene.ask(Action::Select(Selection::accounts(ids)));
        }
        if ui.button(format!("Show {n} as lanes")).clicked() {
            self.open(frame, lane, scene);
        }
    }

    fn of_all(&mut self, ui: &mut Ui, frame: &Frame<'_>, scene: &mut Scene<'_>) {
        let words = if self.fold { "Unfold all lanes" } else { "Fold what is not selected" };
        if ui.button(words).clicked() {
            self.fold = !self.fold;
        }
        if ui.add_enabled(!self.pins.is_empty(), egui::Button::new("Let all pins go")).clicked() {
            self.pins.clear();
        }
        let zoomed = frame.window.is_zoomed();
        if ui.add_enabled(zoomed, egui::Button::new("Show all of the time")).clicked() {
            scene.ask(Action::Look(None));
        }
        let range = scene.view.filter.time;
        if ui.add_enabled(range.is_some(), egui::Button::new("Clear the range")).clicked() {
            scene.ask(Action::Brush(None));
        }
    }
}
