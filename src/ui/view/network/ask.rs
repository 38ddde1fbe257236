//! What is asked for: everything that could be seen, and whom the filter keeps.

use std::sync::Arc;

use super::desk::{Desk, Made};
use super::{Network, Of};
use crate::index;
use crate::network::picture::{Kept, What, Whole};
use crate::network::{Limits, Network as Shared};
use crate::ui::scene::Scene;
use crate::ui::state::Action;

impl Network {
    /// Asks for everything that could be seen, once for every case, run and set of templates.
    fn ask_whole(&mut self, ctx: &egui::Context, scene: &Scene<'_>) {
        let Some(attributes) = scene.beside.attributes().cloned() else { return };
        let templates = scene.index.templates();
        let of = Of {
            index: scene.index_version,
            run: scene.analysis.map(|analysis| analysis.run.at.0),
            templates,
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
    }

    /// Everything that could be seen, as it is now, for another screen; and why it is not there,
    /// where it cannot be read.
    pub fn whole(
        &mut self,
        ctx: &egui::Context,
        scene: &Scene<'_>,
    ) -> Result<Option<&Arc<Whole>>, &str> {
        self.ask_whole(ctx, scene);
        match self.whole.error() {
            Some(why) => Err(why),
            None => Ok(self.whole.answer()),
        }
    }

    /// Asks for everything that could be seen, and lays the picture on the desk.
    pub(super) fn ask(&mut self, ctx: &egui::Context, scene: &mut Scene<'_>) {
        self.ask_whole(ctx, scene);
        let Some(whole) = self.whole.answer() else { return };
        match &mut self.desk {
            Some(desk) if Arc::ptr_eq(&desk.whole, whole) => {}
            Some(desk) => {
                let (ids, run) =
                    (scene.index.accounts(), self.whole.answered().and_then(|of| of.run));
                let kept = Kept::of(&desk.whole, desk.run, &desk.sketch, ids);
                let kept = kept.sketch(whole, run, ids);
                if desk.depth() > 0 {
                    let title = "The network is another one now".to_owned();
                    let detail =
                        "The detectors were run, or templates found: steps of the picture \
                                  before that can no longer be taken back"
                            .to_owned();
                    scene.ask(Action::Say { title, detail });
                }
                desk.go_on(Arc::clone(whole), kept);
                desk.run = run;
                self.canvas.fits = true;
                self.focus = None;
            }
            None => {
                let run = self.whole.answered().and_then(|of| of.run);
                let kept = self.kept_picture.take();
                let kept = kept.and_then(|k| k.sketch(whole, run, scene.index.accounts()));
                let mut desk = Desk::new(Arc::clone(whole), kept);
                desk.run = run;
                self.desk = Some(desk);
                self.canvas.fits = true;
            }
        }
    }

    /// Finds the nodes that the filter keeps.
    pub(super) fn ask_under(&mut self, ctx: &egui::Context, made: &Arc<Made>, scene: &Scene<'_>) {
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
        let is_known = |(number, of, _): &(u64, Arc<Vec<u32>>, Vec<bool>)| {
            *number == made.number && Arc::ptr_eq(of, under)
        };
        if !self.kept.as_ref().is_some_and(is_known) {
            self.kept = Some((made.number, Arc::clone(under), kept(made, under)));
        }
    }
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
