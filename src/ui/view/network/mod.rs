//! Network: who is tied to whom, and by what.

mod camera;
mod canvas;
mod commands;
mod desk;
mod growth;
mod hue;
mod labels;
mod legend;
mod look;
mod menu;
mod minimap;
mod paint;
mod pick;
mod places;
mod proof;
pub mod save;
mod side;
mod sign;
mod state;
mod twin;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index;
use crate::model::Filter;
use crate::network::picture::{Kept, Offer, Route, What, Whole, route::End};
use crate::network::{Limits, Network as Shared};
use crate::ui::command::Command;
use crate::ui::format;
use crate::ui::latest::Latest;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Theme, size};
use crate::ui::widget::card::{Card, card};

use canvas::{Canvas, Did};
use desk::{Desk, Made};
use growth::Growth;
use hue::Hue;
use look::Look;
use pick::Picked;
use places::{Placed, Placing};
use proof::{Claim, Proofs};
use save::Saving;
use side::Focus;
use twin::Twin;

/// Width of the table beside the canvas, points.
const TWIN: f32 = 276.0;
/// Height of the card that plays how the network grew, points.
const GROWTH: f32 = 88.0;
/// Height of the legend, points.
const LEGEND: f32 = 30.0;

/// What the network was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Of {
    index: u64,
    /// The run of the detectors.
    run: Option<i64>,
    /// Which templates.
    templates: usize,
}

/// Which picture, and which node of it.
type OfNode = (usize, u32);

/// What the accounts that the filter keeps were looked for by.
type Under = (u64, u64, Filter);

/// The screen's own state.
#[derive(Default)]
pub struct Network {
    whole: Latest<Of, Arc<Whole>>,
    desk: Option<Desk>,
    canvas: Canvas,
    picked: Picked,
    twin: Twin,
    growth: Growth,
    hue: Hue,
    focus: Option<Focus>,
    proofs: Proofs,
    /// The accounts under the filter.
    under: Latest<Under, Arc<Vec<u32>>>,
    /// Nodes with any of them, and of which picture.
    kept: Option<((usize, usize), Vec<bool>)>,
    /// Commands that wait for the next frame.
    commands: Vec<Command>,
    /// The picture drawn last, by which what was done is understood.
    drawn: Option<Arc<Made>>,
    /// What could be opened from a node, and of which picture it is.
    offers: Option<(OfNode, Arc<[Offer]>)>,
    /// Whether the menu that opens things is to be shown.
    expands: bool,
    saving: Saving,
    placing: Placing,
    /// The picture that the case keeps, until it is drawn.
    kept_picture: Option<Box<Kept>>,
}

impl Network {
    /// The screen with the picture that a case keeps.
    pub fn laid_out(kept: Option<&str>) -> Self {
        let kept_picture = kept.and_then(|text| serde_json::from_str(text).ok());
        Self { kept_picture, ..Self::default() }
    }

    /// The picture as it is left; `None` where none was drawn.
    pub fn layout(&self, ids: &[String]) -> Option<String> {
        let desk = self.desk.as_ref()?;
        let run = self.whole.answered()?.run;
        serde_json::to_string(&Kept::of(&desk.whole, run, &desk.sketch, ids)).ok()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let area = ui.max_rect().shrink(size::GAP);
        self.ask(ui.ctx(), scene);
        let Some(made) = self.desk.as_mut().and_then(|desk| desk.made(ui.ctx())) else {
            return state::without(ui, area, &self.whole, scene);
        };
        if made.whole.things.is_empty() && made.whole.pairs.is_empty() {
            return state::nothing_shared(ui, area, &made.whole, scene);
        }
        self.drawn = Some(Arc::clone(&made));
        self.picked.follow(ui.ctx(), &made, scene);
        // What is meant by a node is known of the newest picture alone.
        if self.desk.as_ref().is_some_and(|desk| desk.is_newest(&made)) {
            for command in std::mem::take(&mut self.commands) {
                self.do_command(ui.ctx(), command, &made, scene);
            }
        }
        if let Some(placed) = self.placing.poll(&made, scene.index.accounts()) {
            self.place(placed, scene);
        }
        self.ask_under(ui.ctx(), &made, scene);
        let span = scene.index.span();
        let growth = if span.is_some() { GROWTH } else { 0.0 };
        let gap = if span.is_some() { size::GAP } else { 0.0 };
        let [upper, lower] = rows(area, gap, [Track::Share(1.0), Track::Fixed(growth)]);
        let width = TWIN.min(area.width() * 0.34);
        let [left, right] = columns(upper, size::GAP, [Track::Share(1.0), Track::Fixed(width)]);
        self.picture(ui, left, &made, scene);
        self.table(ui, right, &made, scene);
        if let Some(span) = span {
            self.growth.show(ui, lower, &made.picture, (span, scene.markers));
        }
    }

    /// Asks for everything that could be seen, once for every case, run and set of templates.
    fn ask(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let Some(attributes) = scene.beside.attributes().cloned() else { return };
        let templates = scene.index.templates();
        let of = Of {
            index: scene.index_version,
            run: scene.analysis.map(|analysis| analysis.run.at.0),
            templates: Arc::as_ptr(&templates).addr(),
        };
        if !self.whole.has(|known| *known == of) {
            let (index, analysis) = (Arc::clone(scene.index), scene.analysis.cloned());
            let ties = Arc::clone(scene.read_ties);
            self.whole.ask(ctx, of, move |progress| {
                progress.set_phase("what accounts share", 0);
                let shared = Shared::of(&index, &attributes, Limits::default(), progress)
                    .map_err(|cancelled| cancelled.to_string())?;
                progress.set_phase("what was found between them", 0);
                let ties = match &analysis {
                    Some(_) => ties()?,
                    None => Default::default(),
                };
                progress.check().map_err(|cancelled| cancelled.to_string())?;
                Ok::<_, String>(Arc::new(Whole::of(&index, shared, analysis.as_deref(), ties)))
            });
        }
        let Some(whole) = self.whole.answer() else { return };
        match &mut self.desk {
            Some(desk) if Arc::ptr_eq(&desk.whole, whole) => {}
            Some(desk) => {
                desk.begin_anew(Arc::clone(whole));
                self.canvas.fits = true;
                self.focus = None;
            }
            None => {
                let run = self.whole.answered().and_then(|of| of.run);
                let kept = self.kept_picture.take();
                let kept = kept.and_then(|k| k.sketch(whole, run, scene.index.accounts()));
                self.desk = Some(Desk::new(Arc::clone(whole), kept));
                self.canvas.fits = true;
            }
        }
    }

    /// Finds the nodes that the filter keeps.
    fn ask_under(&mut self, ctx: &egui::Context, made: &Arc<Made>, scene: &Scene<'_>) {
        let filter = &scene.view.filter;
        if filter.is_everything() {
            self.kept = None;
            return;
        }
        let asked = (scene.index_version, scene.lists_version_for(filter), filter.clone());
        let (index, lists) = (Arc::clone(scene.index), Arc::clone(scene.lists));
        let filter = filter.clone();
        self.under.ask(ctx, asked, move |_| {
            index::matching_accounts(&filter, &index, &lists).map(Arc::new)
        });
        let Some(under) = self.under.answer() else { return };
        let of = (Arc::as_ptr(made).addr(), Arc::as_ptr(under).addr());
        if self.kept.as_ref().is_none_or(|(known, _)| *known != of) {
            self.kept = Some((of, kept(made, under)));
        }
    }

    fn picture(&mut self, ui: &mut Ui, rect: Rect, made: &Arc<Made>, scene: &mut Scene<'_>) {
        let note = self.note(made, scene);
        let many = self.picked.nodes().len();
        self.hue.follow(made, scene);
        let mut least = None;
        let body = card(ui, rect, &Card { title: "Network", note: &note }, |ui| {
            least = commands::buttons(ui, many, &made.whole, scene);
        });
        if let Some(least) = least {
            self.begin_at(least, scene);
        }
        let legend = body.with_min_y(body.bottom() - LEGEND);
        let canvas = body.with_max_y(legend.top());
        ui.painter().hline(legend.x_range(), legend.top(), Theme::of(ui).hairline());
        let ids = Arc::clone(scene.index);
        let line = self.line_in(made, scene);
        let moved = self.canvas.moved();
        let look = Look {
            whole: &made.whole,
            made,
            ids: ids.accounts(),
            camera: self.canvas.camera,
            canvas,
            theme: Theme::of(ui),
            picked: self.picked.nodes(),
            hovered: self.canvas.hovered.or(self.twin.hovered),
            line,
            kept: self.kept.as_ref().map(|(_, kept)| &kept[..]),
            until: self.growth.until,
            hue: &self.hue,
            moved,
        };
        let first = self.saving.begin(ui);
        let (response, did) = self.canvas.listen(ui, canvas, &look, scene.keys.are_free());
        let look = Look {
            camera: self.canvas.camera,
            hovered: self.canvas.hovered.or(self.twin.hovered),
            moved: self.canvas.moved(),
            ..look
        };
        self.canvas.draw(ui, &response, &look);
        if let Some(Focus::Route(route, at)) = &self.focus {
            way(ui, &look, route, *at, scene);
        }
        let mut camera = self.canvas.camera;
        minimap::show(ui, &look, &mut camera);
        self.tooltip(&response, &look);
        self.canvas.camera = camera;
        self.menu(ui, &response, made, scene);
        let asked = legend::show(ui, legend, made, &mut self.hue, scene);
        if let Some(saved) = self.saving.end(ui, first, body, (made, ids.accounts())) {
            said(saved, scene);
        }
        match asked {
            Some(legend::Clicked::Kind(evidence)) => {
                let word = if made.sketch.hidden.contains(&evidence) { "show" } else { "hide" };
                let title = format!("{word} lines by {}", evidence.name());
                self.change(title, scene, |_, sketch| sketch.switch(evidence));
            }
            Some(legend::Clicked::Weak) => {
                let word = if made.sketch.weak { "hide" } else { "show" };
                let title = format!("{word} weak ties between clusters");
                self.change(title, scene, |_, sketch| sketch.switch_weak());
            }
            None => {}
        }
        if let Some(did) = did {
            self.did(did, made, scene);
        }
    }

    /// `5 of 9 clusters · 1,793 accounts`, in wordings that need less and less room.
    fn note(&self, made: &Made, scene: &Scene<'_>) -> String {
        let accounts = format::counted(made.sketch.accounts() as u64, "account", "accounts");
        let (one, many) = match made.whole.are_found {
            true => ("cluster", "clusters"),
            false => ("community", "communities"),
        };
        let (drawn, all) = (made.outlines.len() as u64, made.whole.blocks.len() as u64);
        let of = format!("{} of {}", format::count(drawn), format::counted(all, one, many));
        let few = format::counted(drawn, one, many);
        let more = self.remarks(made, scene);
        let blocks = if drawn == all { &few } else { &of };
        let wordings = [
            format!("{blocks} · {accounts}{more}"),
            format!("{few} · {accounts}{more}"),
            format!("{few}{more}"),
            few.clone(),
        ];
        wordings.join("\n")
    }

    /// What is not as it could be: the filter, lines that wait, a layout on its way.
    fn remarks(&self, made: &Made, scene: &Scene<'_>) -> String {
        let mut words = String::new();
        if !scene.view.filter.is_everything()
            && let Some((_, kept)) = &self.kept
        {
            let nodes = made.picture.nodes.iter().zip(kept);
            let some = nodes.filter(|(n, kept)| **kept && n.what == What::Accounts).count();
            let some = format::counted(some as u64, "node", "nodes");
            words += &format!(" · {some} under the filter");
        }
        if self.canvas.thinned > 0 {
            let thin = format::count(self.canvas.thinned as u64);
            words += &format!(" · {thin} lines not drawn while it moves");
        }
        if self.desk.as_ref().is_some_and(Desk::is_stale) {
            words += " · laying out…";
        }
        words
    }

    /// The line that is read, by its position in a picture.
    fn line_in(&self, made: &Made, scene: &Scene<'_>) -> Option<u32> {
        let Some(Focus::Line(claim)) = &self.focus else { return None };
        let is_it = |line: &crate::network::picture::Line| {
            let b = &made.picture.nodes[line.b as usize];
            (b.members[..] == claim.things[..] || b.members[..] == claim.others[..])
                && Claim::of(made, line, scene.index).accounts == claim.accounts
        };
        let at = made.picture.lines.iter().position(is_it)?;
        Some(at as u32)
    }

    fn table(&mut self, ui: &mut Ui, rect: Rect, made: &Arc<Made>, scene: &mut Scene<'_>) {
        let line = self.line_in(made, scene);
        let of = twin::Of {
            ids: scene.index.accounts(),
            picked: self.picked.nodes(),
            line,
            listens: scene.keys.are_free(),
        };
        match self.twin.show(ui, rect, made, of) {
            Some(twin::Did::Nodes(nodes)) => self.choose(made, &nodes, scene),
            Some(twin::Did::Line(line)) => self.did(Did::Line(line), made, scene),
            Some(twin::Did::Open(node)) => self.did(Did::Open(node), made, scene),
            None => {}
        }
    }

    fn tooltip(&self, response: &egui::Response, look: &Look<'_>) {
        if self.canvas.moved().is_some() || response.dragged() {
            return;
        }
        let Some(node) = self.canvas.hovered else { return };
        let words = state::about(look, node);
        response.clone().on_hover_text_at_pointer(words);
    }

    fn menu(
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
    fn offers(&mut self, made: &Made, node: u32) -> Arc<[Offer]> {
        let of = (std::ptr::from_ref(made).addr(), node);
        if let Some((known, offers)) = &self.offers
            && *known == of
        {
            return Arc::clone(offers);
        }
        let offers: Arc<[Offer]> = menu::of(made, node).into();
        self.offers = Some((of, Arc::clone(&offers)));
        offers
    }

    /// What was done on the canvas or in the table.
    fn did(&mut self, did: Did, made: &Arc<Made>, scene: &mut Scene<'_>) {
        match did {
            Did::Pick { node, more } => {
                let mut nodes = if more { self.picked.nodes().clone() } else { BTreeSet::new() };
                if !nodes.insert(node) {
                    nodes.remove(&node);
                }
                self.choose(made, &nodes, scene);
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

    fn choose(&mut self, made: &Made, nodes: &BTreeSet<u32>, scene: &mut Scene<'_>) {
        let selection = self.picked.choose(made, nodes, scene.index);
        if !nodes.is_empty() {
            self.focus = None;
        }
        scene.ask(Action::Select(selection));
    }

    /// Takes a step that can be taken back.
    fn change(
        &mut self,
        title: String,
        scene: &Scene<'_>,
        step: impl FnOnce(&Whole, &mut crate::network::picture::Sketch),
    ) {
        if let Some(desk) = &mut self.desk {
            desk.change(title, scene.edits, step);
        }
    }

    /// Has the picture written when it is drawn next. The ending of the path says how.
    pub fn save(&mut self, path: PathBuf) {
        self.saving.ask(path);
    }

    /// Reads places of nodes from a file.
    pub fn read_places(&mut self, ctx: &egui::Context, path: PathBuf) {
        self.placing.read(ctx, path);
    }

    fn place(&mut self, placed: Placed, scene: &mut Scene<'_>) {
        let (title, detail) = match placed {
            Placed::Failed(why) => ("No places were taken", why),
            Placed::Step { title, places, rest } => {
                self.change(title.clone(), scene, |_, sketch| {
                    for (key, place) in places {
                        sketch.pin(key, place);
                    }
                });
                self.canvas.fits = true;
                if rest.is_empty() {
                    return;
                }
                ("Not all of the file was of use", format!("{title}; {rest}"))
            }
        };
        scene.ask(Action::Say { title: title.into(), detail });
    }

    /// Has a command done when the screen is drawn next.
    pub fn run(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Whether the last thing done is a step of this screen.
    pub fn can_undo(&self, edits: usize) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.can_undo(edits))
    }

    /// Whether a step of this screen can be done again.
    pub fn can_redo(&self, edits: usize) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.can_redo(edits))
    }

    /// Takes the last step back; its title.
    pub fn undo(&mut self) -> Option<String> {
        self.desk.as_mut()?.undo()
    }

    /// Does a step again; its title.
    pub fn redo(&mut self) -> Option<String> {
        self.desk.as_mut()?.redo()
    }

    /// Steps that can be taken back.
    pub fn depth(&self) -> usize {
        self.desk.as_ref().map_or(0, Desk::depth)
    }

    /// Whether the panel on the right is this screen's.
    pub fn has_panel(&self) -> bool {
        self.focus.is_some()
    }

    /// Lays the line or the way aside that is read; whether one was.
    pub fn lift(&mut self) -> bool {
        self.focus.take().is_some()
    }

    /// Draws the panel: the line or the way that is read.
    pub fn panel(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let (Some(focus), Some(made)) = (self.focus.clone(), self.drawn.clone()) else { return };
        let (asked, closed) = side::show(ui, &focus, &made.whole, &mut self.proofs, scene);
        if let (Some(at), Some(Focus::Route(_, now))) = (asked, &mut self.focus) {
            *now = at;
        }
        if closed {
            self.focus = None;
        }
    }

    /// Where the node that holds most of a block is on screen, by the block's name in lower case.
    #[cfg(test)]
    pub fn on_screen(&self, name: &str) -> Option<egui::Pos2> {
        let made = self.drawn.as_ref()?;
        let is_it = |node: &&crate::network::picture::Drawn| {
            let block = node.home.map(|home| labels::block_name(&made.whole, home).to_lowercase());
            node.what == What::Accounts && block.as_deref() == Some(name)
        };
        let nodes = made.picture.nodes.iter();
        let node = nodes.filter(is_it).max_by_key(|node| node.members.len())?;
        let at = made.picture.find(&node.key)?;
        Some(self.canvas.camera.on_screen(made.places[at as usize], self.canvas.rect?))
    }

    /// Whether everything that was asked for is there.
    #[cfg(test)]
    pub fn is_settled(&self) -> bool {
        let is_laid_out = self.desk.as_ref().is_some_and(|desk| {
            !desk.is_stale() && self.drawn.as_ref().is_some_and(|made| desk.is_newest(made))
        });
        is_laid_out && !self.whole.is_stale() && !self.proofs.is_stale() && !self.under.is_stale()
    }
}

/// Says where the picture lies, or why it was not written.
fn said(saved: save::Saved, scene: &mut Scene<'_>) {
    let (title, detail) = match saved {
        Ok((path, lacks)) => {
            let path = format::display(&path.display().to_string());
            ("The picture is saved", lacks.map_or(path.clone(), |lacks| format!("{path}; {lacks}")))
        }
        Err(why) => ("The picture could not be saved", format::display(&why)),
    };
    scene.ask(Action::Say { title: title.into(), detail });
}

/// Which nodes hold an account that a filter keeps, or are tied to one.
fn kept(made: &Made, under: &[u32]) -> Vec<bool> {
    let has = |account: &u32| under.binary_search(account).is_ok();
    let of_accounts = |node: &crate::network::picture::Drawn| {
        node.what != What::Accounts || node.members.iter().any(has)
    };
    let mut kept: Vec<bool> = made.picture.nodes.iter().map(of_accounts).collect();
    for (at, node) in made.picture.nodes.iter().enumerate() {
        if matches!(node.what, What::Things(_)) {
            let mut lines = made.at_node[at].iter().map(|line| &made.picture.lines[*line as usize]);
            kept[at] = lines.any(|line| kept[line.a as usize]);
        }
    }
    kept
}

/// A way, drawn over everything else.
fn way(ui: &Ui, look: &Look<'_>, route: &Route, at: usize, scene: &Scene<'_>) {
    let painter = ui.painter_at(look.canvas);
    let node = |end: End| {
        let has = |node: &crate::network::picture::Drawn| match end {
            End::Account(account) => node.what == What::Accounts && node.members.contains(&account),
            End::Thing(thing) => node.what != What::Accounts && node.members.contains(&thing),
        };
        look.made.picture.nodes.iter().position(has).map(|at| at as u32)
    };
    let ends: Vec<_> = route.steps.iter().map(|step| (node(step.from), node(step.to))).collect();
    for (i, (from, to)) in ends.iter().enumerate() {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let width = if i == at { 3.5 } else { 2.25 };
        let line = egui::Stroke::new(width, look.theme.accent);
        painter.line_segment([look.at(*from), look.at(*to)], line);
    }
    for end in ends.iter().flat_map(|(from, to)| [from, to]).flatten() {
        let ring = egui::Stroke::new(2.0, look.theme.accent);
        painter.circle_stroke(look.at(*end), look.radius(*end).min(20.0) + 3.0, ring);
    }
    for (i, (step, (from, to))) in route.steps.iter().zip(&ends).enumerate() {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let middle = look.at(*from) + (look.at(*to) - look.at(*from)) * 0.5;
        let rows = side::claim(look.whole, step, scene);
        let holders = rows.things.iter().flat_map(|thing| look.whole.holders(*thing));
        let count: u32 = holders
            .filter(|(holder, _)| rows.accounts.binary_search(&holder.account).is_ok())
            .map(|(holder, _)| holder.rows)
            .sum();
        paint::pill(&painter, look, middle, i + 1, &side::said(step.evidence, count));
    }
}
