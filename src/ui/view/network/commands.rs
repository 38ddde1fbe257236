//! What the keys and buttons of the screen do.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Context, Ui};

use crate::model::Selection;
use crate::model::finding::Level;
use crate::network::picture::{Key, Offer, Sketch, What, Whole, route};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::widget::{Press, button, drop_down};

use super::desk::Made;
use super::hue::By;
use super::side::Focus;
use super::{Network, labels, menu};

/// Accounts up to which opening a node draws each by itself.
const SINGLE: usize = 60;

/// The buttons in the header of the picture; the level from which on clusters are to be drawn, where
/// one was chosen.
pub fn buttons(
    ui: &mut Ui,
    (many, is_matrix): (usize, bool),
    whole: &Whole,
    scene: &mut Scene<'_>,
) -> Option<Level> {
    let has_nodes = many > 0;
    ui.spacing_mut().item_spacing.x = 0.0;
    // From the right: the last one first.
    let path = (Command::ShortestPath, "Path", many == 2);
    let all =
        [path, (Command::Dismiss, "Dismiss", has_nodes), (Command::Expand, "Expand", has_nodes)];
    for (command, words, is_on) in all {
        let tooltip = format!("{} ({})", command.def().tooltip, command.key_text());
        let response = ui.add_enabled(is_on, Press::new(words).quiet()).on_hover_text(tooltip);
        if response.clicked() {
            scene.ask(Action::Run(command));
        }
    }
    // From the right, too.
    let views = [(true, "Matrix"), (false, "Picture")];
    if button::choice(ui, is_matrix, &views).is_some() {
        scene.ask(Action::Run(Command::SwitchMatrix));
    }
    levels(ui, whole)
}

/// Which clusters the picture is of.
fn levels(ui: &mut Ui, whole: &Whole) -> Option<Level> {
    let mut chosen = None;
    if !whole.are_found {
        return None;
    }
    drop_down(ui, "Clusters", "Which clusters are drawn", false, |ui| {
        let many = |least: Level| whole.blocks.iter().filter(|b| b.level >= least).count();
        for (least, words) in [
            (Level::Strong, "Strong"),
            (Level::Probable, "Probable and strong"),
            (Level::Indicative, "Indicative and more"),
            (Level::None, "All"),
        ] {
            let many = format::count(many(least) as u64);
            if ui.button(format!("{words}, {many}")).clicked() {
                chosen = Some(least);
                ui.close();
            }
        }
    });
    chosen
}

/// What the colours of accounts say.
pub fn colours(ui: &mut Ui, by: &mut By, scene: &Scene<'_>) {
    let columns = scene.beside.attribute_columns();
    let names = columns.iter().map(|column| column.trim_start_matches("attr_").to_owned());
    let all = [By::Level, By::Verdict].into_iter().chain(names.map(By::Attribute));
    let text = format!("By {}", labels::short(by.name()));
    drop_down(ui, &text, "What colours say", false, |ui| {
        for one in all {
            if ui.selectable_label(*by == one, labels::short(one.name())).clicked() {
                *by = one;
                ui.close();
            }
        }
    });
    ui.add_space(10.0);
}

impl Network {
    pub(super) fn do_command(
        &mut self,
        ctx: &Context,
        command: Command,
        made: &Arc<Made>,
        scene: &mut Scene<'_>,
    ) {
        let picked = self.picked.nodes().clone();
        match command {
            Command::NodesTable => self.twin.focus(),
            Command::SwitchMatrix => self.is_matrix = !self.is_matrix,
            Command::FitSelection if self.is_matrix => self.crosses.fit(),
            Command::FitSelection => self.canvas.fits = true,
            Command::Expand => self.expands = !picked.is_empty(),
            Command::Neighbours => self.choose(made, &made.around(&picked), scene),
            Command::InvertNodes => {
                let all = 0..made.picture.nodes.len() as u32;
                let others = all.filter(|at| !picked.contains(at)).collect();
                self.choose(made, &others, scene);
            }
            Command::Dismiss if !picked.is_empty() => {
                let title = format!("dismiss {}", nodes(picked.len()));
                self.change(title, scene, |_, sketch| sketch.dismiss(&made.picture, &picked));
                self.choose(made, &BTreeSet::new(), scene);
            }
            Command::DismissOthers if !picked.is_empty() => {
                let others = made.picture.nodes.len() - picked.len();
                let title = format!("dismiss {}", nodes(others));
                self.change(title, scene, |_, sketch| sketch.keep_only(&made.picture, &picked));
                self.canvas.fits = true;
            }
            Command::FoldNodes if !picked.is_empty() => {
                let title = format!("fold {}", nodes(picked.len()));
                self.change(title, scene, |_, sketch| sketch.fold(&made.picture, &picked));
            }
            Command::PinNodes if !picked.is_empty() => self.pin(made, &picked, scene),
            Command::ShortestPath => self.find_way(ctx, made, scene),
            Command::ShowSelection => self.show_selection(ctx, made, scene),
            Command::StartPicture => {
                self.change("begin the picture anew".into(), scene, |whole, sketch| {
                    *sketch = Sketch::start(whole);
                });
                self.canvas.fits = true;
            }
            _ => {}
        }
    }

    /// Opens a node: what comes first of what it offers, where that is not too much; else the menu
    /// with the counts.
    pub(super) fn open(&mut self, made: &Arc<Made>, node: u32, scene: &mut Scene<'_>) {
        let Some(drawn) = made.picture.nodes.get(node as usize) else { return };
        self.choose(made, &[node].into(), scene);
        if drawn.what == What::Accounts
            && let [account] = drawn.members[..]
        {
            let id = scene.index.accounts().get(account as usize).cloned();
            if let Some(id) = id {
                scene.ask(Action::Select(Selection::account(id)));
                scene.ask(Action::Go(Screen::Explore));
            }
            return;
        }
        let offers = menu::of(made, node);
        let first = offers.iter().find(|offer| match offer {
            Offer::Open { .. } => true,
            Offer::Apart { things } => things.len() <= SINGLE,
            Offer::Others { accounts, .. } => *accounts <= SINGLE,
            _ => false,
        });
        match first.cloned() {
            Some(offer) => self.take(&offer, scene),
            None => self.expands = !offers.is_empty(),
        }
    }

    /// Does what a menu offers.
    pub(super) fn take(&mut self, offer: &Offer, scene: &Scene<'_>) {
        let title = format!("expand: {}", lowered(&offer.text()));
        self.change(title, scene, |whole, sketch| offer.take(whole, sketch));
        self.canvas.fits = true;
    }

    /// Draws the clusters of a level and more.
    pub(super) fn begin_at(&mut self, least: Level, scene: &Scene<'_>) {
        let words = if least == Level::None { "all" } else { least.as_str() };
        self.change(format!("draw clusters: {words}"), scene, |whole, sketch| {
            *sketch = Sketch::of_level(whole, least);
        });
        self.canvas.fits = true;
    }

    /// Keeps nodes where they are, or lets go of them where all are kept already.
    fn pin(&mut self, made: &Made, picked: &BTreeSet<u32>, scene: &Scene<'_>) {
        let key = |at: &u32| made.picture.nodes.get(*at as usize).map(|node| node.key.clone());
        let keys: Vec<(Key, u32)> = picked.iter().filter_map(|at| Some((key(at)?, *at))).collect();
        let are_pinned = keys.iter().all(|(key, _)| made.sketch.pinned.contains(key));
        let word = if are_pinned { "let go of" } else { "pin" };
        self.change(format!("{word} {}", nodes(keys.len())), scene, |_, sketch| {
            for (key, at) in keys {
                match are_pinned {
                    true => sketch.unpin(&key),
                    false => sketch.pin(key, made.places[at as usize]),
                }
            }
        });
    }

    /// The shortest way between the two nodes that are selected.
    fn find_way(&mut self, ctx: &Context, made: &Arc<Made>, scene: &mut Scene<'_>) {
        let picked: Vec<u32> = self.picked.nodes().iter().copied().collect();
        let [from, to] = picked[..] else {
            let detail = "A way leads from one node to another: select two, with Ctrl and a click";
            return scene
                .ask(Action::Say { title: "Select two nodes".into(), detail: detail.into() });
        };
        let accounts = |at: u32| -> Vec<u32> {
            let node = &made.picture.nodes[at as usize];
            match node.what {
                What::Accounts => node.members.to_vec(),
                _ => {
                    let holders = node.members.iter().flat_map(|t| made.whole.holders(*t));
                    holders.map(|(holder, _)| holder.account).collect()
                }
            }
        };
        let Some(way) = route(&made.whole, &accounts(from), &accounts(to)) else {
            let ids = scene.index.accounts();
            let name = |at: u32| labels::name(&made.whole, &made.picture.nodes[at as usize], ids);
            let detail =
                format!("Nothing that is shared leads from {} to {}", name(from), name(to));
            return scene.ask(Action::Say { title: "No way leads there".into(), detail });
        };
        let (accounts, things) = (way.accounts(), way.things());
        let steps = format::counted(way.steps.len() as u64, "step", "steps");
        self.change(format!("draw a path of {steps}"), scene, |whole, sketch| {
            sketch.single_out(whole, &accounts);
            sketch.set_apart(&things);
        });
        let id = |account: &u32| scene.index.accounts().get(*account as usize).cloned();
        let selection = Selection::accounts(accounts.iter().filter_map(id));
        scene.ask(Action::Select(selection));
        self.focus = Some(Focus::Route(way, 0));
        ctx.request_repaint();
    }

    /// Draws the accounts that are selected elsewhere, and nobody else.
    fn show_selection(&mut self, ctx: &Context, made: &Arc<Made>, scene: &Scene<'_>) {
        let Some(accounts) = self.picked.selected(ctx, made, scene) else {
            // They are being looked for: again in the next frame.
            return self.commands.push(Command::ShowSelection);
        };
        if accounts.is_empty() {
            return;
        }
        let title =
            format!("draw {}", format::counted(accounts.len() as u64, "account", "accounts"));
        self.change(title, scene, |whole, sketch| {
            *sketch = Sketch::of_accounts(whole, &accounts);
        });
        self.canvas.fits = true;
    }
}

fn nodes(many: usize) -> String {
    format::counted(many as u64, "node", "nodes")
}

fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
