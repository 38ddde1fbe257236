//! What can be done with a node, with counts first.

use egui::Ui;

use crate::network::picture::{Drawn, Offer, What, offers};
use crate::ui::command::Command;
use crate::ui::theme::{Face, Theme};

use super::desk::Made;

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// To open something.
    Offer(Offer),
    /// A command, for the node.
    Run(Command),
}

/// What could be opened from a node, for the menu and the key.
pub fn of(made: &Made, node: u32) -> Vec<Offer> {
    let node = made.picture.nodes.get(node as usize);
    node.map(|node| offers(&made.whole, &made.sketch, &made.picture, node)).unwrap_or_default()
}

/// Draws the entries that open something; the one that was clicked.
pub fn expand(ui: &mut Ui, offers: &[Offer]) -> Option<Offer> {
    let theme = Theme::of(ui);
    if offers.is_empty() {
        ui.label(Face::Body.text("Nothing more to open here").color(theme.muted));
    }
    let mut chosen = None;
    for (at, offer) in offers.iter().enumerate() {
        let response = ui.button(offer.text());
        // The arrows then lead from one to the next.
        if at == 0 && ui.memory(|memory| memory.focused().is_none()) {
            response.request_focus();
        }
        if response.clicked() {
            chosen = Some(offer.clone());
        }
    }
    chosen
}

/// Draws the menu of a node; what was clicked.
pub fn show(
    ui: &mut Ui,
    made: &Made,
    node: u32,
    (name, offers): (&str, &[Offer]),
) -> Option<Chosen> {
    let theme = Theme::of(ui);
    let drawn: &Drawn = made.picture.nodes.get(node as usize)?;
    ui.label(Face::Small.text(name).color(theme.muted));
    let mut chosen = expand(ui, offers).map(Chosen::Offer);
    ui.separator();
    let is_accounts = drawn.what == What::Accounts;
    let mut commands = vec![Command::Neighbours, Command::Dismiss, Command::DismissOthers];
    if is_accounts {
        commands.push(Command::ShortestPath);
    }
    commands.push(Command::PinNodes);
    for command in commands {
        let def = command.def();
        let button = egui::Button::new(def.text).shortcut_text(command.key_text());
        if ui.add(button).on_hover_text(def.tooltip).clicked() {
            chosen = Some(Chosen::Run(command));
        }
    }
    chosen
}
