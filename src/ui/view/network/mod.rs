//! Network: who is tied to whom, and by what.

mod ask;
mod camera;
mod canvas;
mod cloth;
mod commands;
mod crosses;
mod deeds;
mod desk;
mod dots;
mod growth;
mod hue;
pub mod labels;
mod legend;
mod look;
mod matrix;
mod menu;
mod minimap;
mod note;
mod paint;
mod pick;
mod places;
pub mod proof;
pub mod save;
pub mod side;
pub mod sign;
mod state;
mod twin;
mod way;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Rect, Ui};

use crate::index::Templates;
use crate::model::{Filter, Selection};
use crate::network::picture::{Kept, Offer, Whole};
use crate::ui::command::Command;
use crate::ui::format;
use crate::ui::latest::Latest;
use crate::ui::layout::{Track, columns, rows};
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Theme, size};
use crate::ui::widget::card::{Card, card};

use canvas::{Canvas, Did};
use crosses::{Chose, Crosses};
use desk::{Desk, Made};
use growth::Growth;
use hue::Hue;
use look::Look;
use pick::Picked;
use places::{Placed, Placing};
use proof::Proofs;
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
#[derive(Clone)]
struct Of {
    index: u64,
    /// The run of the detectors.
    run: Option<i64>,
    /// Which templates.
    templates: Arc<Templates>,
}

impl PartialEq for Of {
    fn eq(&self, other: &Self) -> bool {
        (self.index, self.run) == (other.index, other.run)
            && Arc::ptr_eq(&self.templates, &other.templates)
    }
}

/// Which picture, and which node of it.
type OfNode = (Arc<Made>, u32);

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
    crosses: Crosses,
    /// Whether accounts are compared in a matrix, in place of the picture.
    is_matrix: bool,
    focus: Option<Focus>,
    proofs: Proofs,
    /// The accounts under the filter.
    under: Latest<Under, Arc<Vec<u32>>>,
    /// Nodes with any of them, and of which picture.
    kept: Option<(u64, Arc<Vec<u32>>, Vec<bool>)>,
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
        let desk = self.desk.as_ref().filter(|desk| desk.is_touched)?;
        serde_json::to_string(&Kept::of(&desk.whole, desk.run, &desk.sketch, ids)).ok()
    }

    /// Draws the screen.
    pub fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let area = ui.max_rect().shrink(size::GAP);
        self.ask(ui.ctx(), scene);
        if let Some(desk) = &mut self.desk {
            desk.notice(scene.edits);
        }
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
        let width = (area.width() * 0.26).clamp(TWIN, 430.0).min(area.width() * 0.34);
        let [left, right] = columns(upper, size::GAP, [Track::Share(1.0), Track::Fixed(width)]);
        self.picture(ui, left, &made, scene);
        self.table(ui, right, &made, scene);
        if let Some(span) = span {
            self.growth.show(ui, lower, &made, (span, scene.markers));
        }
    }

    fn picture(&mut self, ui: &mut Ui, rect: Rect, made: &Arc<Made>, scene: &mut Scene<'_>) {
        let note = self.note(made, scene);
        let many = self.picked.nodes().len();
        self.hue.follow(made, scene);
        let mut least = None;
        let body = card(ui, rect, &Card { title: "Network", note: &note }, |ui| {
            least = commands::buttons(ui, (many, self.is_matrix), &made.whole, scene);
        });
        if let Some(least) = least {
            self.begin_at(least, scene);
        }
        if self.is_matrix {
            return self.matrix(ui, body, made, scene);
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
            picked: self.picked.flags(),
            picks: many,
            hovered: self.canvas.hovered.or(self.twin.hovered),
            line,
            kept: self.kept.as_ref().map(|(.., kept)| &kept[..]),
            until: self.growth.until,
            hue: &self.hue,
            moved,
        };
        let is_newest = self.desk.as_ref().is_some_and(|desk| desk.is_newest(made));
        let first = self.saving.begin(ui);
        let (response, did) =
            self.canvas.listen(ui, canvas, &look, (is_newest, scene.keys.are_free()));
        let look = Look {
            camera: self.canvas.camera,
            hovered: self.canvas.hovered.or(self.twin.hovered),
            moved: self.canvas.moved(),
            ..look
        };
        self.canvas.draw(ui, &response, &look);
        if made.sketch.groups.is_empty() {
            state::nothing_drawn(ui, canvas);
        }
        if let Some(Focus::Route(route, at)) = &self.focus {
            way::show(ui, &look, route, *at, scene);
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

    /// The accounts against each other, or against what they have in common.
    fn matrix(&mut self, ui: &mut Ui, rect: Rect, made: &Arc<Made>, scene: &mut Scene<'_>) {
        let Self { crosses, picked, .. } = self;
        match crosses.show(ui, rect, (made, picked.nodes()), scene) {
            Some(Chose::Accounts(accounts)) => {
                let id = |account: u32| scene.index.accounts().get(account as usize).cloned();
                let selection = Selection::accounts(accounts.into_iter().filter_map(id));
                scene.ask(Action::Select(selection));
            }
            Some(Chose::Claim(claim)) => self.focus = Some(Focus::Line(claim)),
            None => {}
        }
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
            Some(twin::Did::Nodes(nodes)) => {
                if let Some(first) = nodes.first() {
                    self.canvas.reveal(made.places[*first as usize]);
                }
                self.choose(made, &nodes, scene);
            }
            Some(twin::Did::Line(line)) => self.did(Did::Line(line), made, scene),
            Some(twin::Did::Open(node)) => self.did(Did::Open(node), made, scene),
            None => {}
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
            node.what == crate::network::picture::What::Accounts && block.as_deref() == Some(name)
        };
        let nodes = made.picture.nodes.iter();
        let node = nodes.filter(is_it).max_by_key(|node| node.members.len())?;
        let at = made.picture.find(&node.key)?;
        Some(self.canvas.camera.on_screen(made.places[at as usize], self.canvas.rect?))
    }

    /// Whether accounts are compared.
    #[cfg(test)]
    pub fn is_compared(&self) -> bool {
        self.crosses.is_settled()
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
