//! What is done on the canvas, in the table and in menus.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::Ui;

use super::canvas::Did;
use super::desk::Made;
use super::look::Look;
use super::proof::Claim;
use super::side::Focus;
use super::{Network, labels, menu, state};
use crate::network::picture::{Offer, What, Whole};
use crate::ui::scene::Scene;
use crate::ui::state::Action;

impl Network {
    pub(super) fn tooltip(&self, response: &egui::Response, look: &Look<'_>) {
        if self.canvas.moved().is_some() || response.dragged() {
            return;
        }
        let Some(node) = self.canvas.hovered else { return };
        let words = state::about(look, node);
        response.clone().on_hover_text_at_pointer(words);
    }

    pub(super) fn menu(
        &mut self,
        ui: &Ui,
        response: &egui::Response,
        made: &Arc<Made>,
        scene: &mut Scene<'_>,
    ) {
        let mut chosen = None;
        if let Some(node) = self.canvas.menu_of {
            let is_open = response.context_menu_opened();
            let offers = if is_open { self.offers(made, node) } else { Arc::default() };
            response.context_menu(|ui| {
                let node_name = made.picture.nodes.get(node as usize);
                let name = node_name.map_or_else(String::new, |node| {
                    labels::name(&made.whole, node, scene.index.accounts())
                });
                chosen = menu::show(ui, made, node, (&name, &offers)).map(|chosen| (node, chosen));
            });
        }
        if std::mem::take(&mut self.expands) {
            egui::Popup::open_id(ui.ctx(), egui::Id::unique("expand"));
        }
        let id = egui::Id::unique("expand");
        let first = self.picked.nodes().first().copied();
        if let Some(node) = first.filter(|_| egui::Popup::is_id_open(ui.ctx(), id)) {
            let offers = self.offers(made, node);
            let place = self.canvas.camera.on_screen(made.places[node as usize], response.rect);
            let place = response.rect.shrink(30.0).clamp(place);
            let popup = egui::Popup::new(id, ui.ctx().clone(), place, response.layer_id);
            let popup = popup
                .open_memory(None)
                .style(egui::containers::menu::menu_style)
                .layout(egui::Layout::top_down_justified(egui::Align::Min));
            popup.show(|ui| {
                if let Some(offer) = menu::expand(ui, &offers) {
                    chosen = Some((node, menu::Chosen::Offer(offer)));
                    ui.close();
                }
            });
        }
        let Some((node, chosen)) = chosen else { return };
        match chosen {
            menu::Chosen::Offer(offer) => self.take(&offer, scene),
            menu::Chosen::Run(command) => {
                if !self.picked.nodes().contains(&node) {
                    self.choose(made, &[node].into(), scene);
                }
                self.commands.push(command);
            }
        }
    }

    /// What could be opened from a node: found once for every node of a picture.
    pub(super) fn offers(&mut self, made: &Arc<Made>, node: u32) -> Arc<[Offer]> {
        if let Some(((known, at), offers)) = &self.offers
            && Arc::ptr_eq(known, made)
            && *at == node
        {
            return Arc::clone(offers);
        }
        let offers: Arc<[Offer]> = menu::of(made, node).into();
        self.offers = Some(((Arc::clone(made), node), Arc::clone(&offers)));
        offers
    }

    /// What was done on the canvas or in the table.
    pub(super) fn did(&mut self, did: Did, made: &Arc<Made>, scene: &mut Scene<'_>) {
        match did {
            Did::Pick { node, more } => {
                let mut nodes = if more { self.picked.nodes().clone() } else { BTreeSet::new() };
                if !nodes.insert(node) {
                    nodes.remove(&node);
                }
                self.choose(made, &nodes, scene);
                self.twin.reveal(made, node, scene.index.accounts());
                self.read_thing(made, &nodes, scene);
            }
            Did::Lasso { mut nodes, more } => {
                if more {
                    nodes.extend(self.picked.nodes());
                }
                self.choose(made, &nodes, scene);
            }
            Did::Line(line) => {
                if let Some(line) = made.picture.lines.get(line as usize) {
                    self.focus = Some(Focus::Line(Claim::of(made, line, scene.index)));
                }
            }
            Did::Block(block) => {
                let nodes = made.outline(block).map(|outline| outline.nodes.iter().copied());
                let is_accounts =
                    |at: &u32| made.picture.nodes[*at as usize].what == What::Accounts;
                let nodes: BTreeSet<u32> =
                    nodes.into_iter().flatten().filter(is_accounts).collect();
                self.choose(made, &nodes, scene);
            }
            Did::Nothing => {
                self.focus = None;
                self.choose(made, &BTreeSet::new(), scene);
            }
            Did::Open(node) => self.open(made, node, scene),
            Did::Move(node, place) => {
                let Some(drawn) = made.picture.nodes.get(node as usize) else { return };
                let name = labels::name(&made.whole, drawn, scene.index.accounts());
                let key = drawn.key.clone();
                self.change(format!("move {name}"), scene, |_, sketch| sketch.pin(key, place));
            }
        }
    }

    /// Of one thing that is selected alone the panel says what it claims of the accounts drawn.
    fn read_thing(&mut self, made: &Made, nodes: &BTreeSet<u32>, scene: &Scene<'_>) {
        let only = nodes.first().filter(|_| nodes.len() == 1);
        let node = only.and_then(|at| made.picture.nodes.get(*at as usize));
        if let Some(node) = node.filter(|node| node.what != What::Accounts) {
            let accounts = made.holders_of(&node.members);
            let claim = Claim::between(&made.whole, &accounts, &node.members, scene.index);
            self.focus = Some(Focus::Line(claim));
        }
    }

    pub(super) fn choose(&mut self, made: &Made, nodes: &BTreeSet<u32>, scene: &mut Scene<'_>) {
        let selection = self.picked.choose(made, nodes, scene.index);
        if !nodes.is_empty() {
            self.focus = None;
        }
        scene.ask(Action::Select(selection));
    }

    /// Takes a step that can be taken back.
    pub(super) fn change(
        &mut self,
        title: String,
        scene: &Scene<'_>,
        step: impl FnOnce(&Whole, &mut crate::network::picture::Sketch),
    ) {
        if let Some(desk) = &mut self.desk {
            desk.change(title, scene.edits, step);
        }
    }
}
