//! Its records over time: those that the filter keeps by model, and all of them grey behind.

use egui::{Ui, vec2};

use crate::case::dossier::Part;
use crate::index;
use crate::model::finding::Subject;
use crate::model::{Filter, FilterError, Granularity, TimeSpan};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::traffic::{answer, by_model, within};
use crate::ui::widget::glyph;
use crate::ui::widget::timeline::{
    BinSpec, Counts, HeightOf, Stack, Timeline, TimelineState, Untimed, Window, axis,
};
use crate::ui::{Latest, Zone};

use super::section::{Kind, absent, failed, section};
use super::subject::About;

/// Height of the bars, points.
const HEIGHT: f32 = 132.0;
/// Models in the legend.
const LEGEND: usize = 7;

/// What was counted: whose, under which filter, in which bars.
type Of = (u64, u64, Subject, Filter, BinSpec);

/// The bars of one window.
struct Drawn {
    counted: Granularity,
    total: Counts,
    stack: Stack,
    /// Rows without a time: of all, and of those kept.
    untimed: (u64, u64),
}

/// The part's own state.
#[derive(Default)]
pub struct Traffic {
    timeline: TimelineState,
    counts: Latest<Of, Drawn>,
    /// The range being dragged.
    dragged: Option<Option<TimeSpan>>,
}

impl Traffic {
    /// Draws the part.
    pub fn show(&mut self, ui: &mut Ui, about: &About, scene: &mut Scene<'_>) {
        let zone = Zone::of(ui.ctx());
        let whole = Window::whole(scene.index.span()).in_zone(zone);
        let window = scene.view.window.map_or(whole, |visible| whole.show(visible));
        let bars = Timeline::plot_width(ui.available_width() - 30.0, self.untimed(scene));
        let bins = window.bins(bars);
        self.ask(ui, about, bins, scene);
        let drawn = self.counts.answer().map(|drawn| drawn.counted);
        let unit = drawn.unwrap_or(scene.index.default_granularity()).plural();
        let behind = match scene.view.filter.is_everything() {
            true => "",
            false => " · grey: all of it, without the filter",
        };
        let note = format!("{unit} per {}, by model{behind}", axis::bin_name(bins.bin_us()));
        section(ui, Part::Traffic, (Kind::Facts, &note), |ui| {
            if let Some(error) = self.counts.error() {
                return failed(ui, "This filter cannot be counted", error);
            }
            let is_it = self.is_of(about.subject);
            legend(ui, self.counts.answer().filter(|_| is_it).map(|drawn| &drawn.stack));
            let (rect, _) =
                ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), egui::Sense::hover());
            region(ui, rect, |ui| match is_it {
                true => self.bars(ui, window, unit, scene),
                false => absent(ui, "Counting…"),
            });
        });
    }

    fn is_of(&self, subject: Subject) -> bool {
        self.counts.answered().is_some_and(|(_, _, of, ..)| *of == subject)
    }

    fn untimed(&self, scene: &Scene<'_>) -> Untimed {
        let (all, kept) = self.counts.answer().map_or((0, 0), |drawn| drawn.untimed);
        let filter = &scene.view.filter;
        let kept = if filter.time.is_some() { 0 } else { kept };
        Untimed { all, kept, chosen: filter.is_only_untimed() }
    }

    fn ask(&mut self, ui: &Ui, about: &About, bins: BinSpec, scene: &Scene<'_>) {
        let mut filter = scene.view.filter.clone();
        // The brush is drawn over all bars; what it leaves out stays visible behind it.
        filter.time = None;
        let lists = scene.lists_version_for(&filter);
        let key = (scene.index_version, lists, about.subject, filter.clone(), bins);
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        let accounts = about.accounts.clone();
        self.counts.ask(ui.ctx(), key, move |_| {
            let kept = index::compile(&filter, &index, &lists)?;
            let counted = kept.counted();
            let all = index.narrowed_to_accounts(index.population(counted), &accounts);
            let kept = index.narrowed_to_accounts(&kept, &accounts);
            let counts = index.counts_between(&all, &bins.edges());
            let total = Counts { bins, counts: counts.into_iter().map(u64::from).collect() };
            let untimed = (index.without_time(&all), index.without_time(&kept));
            let stack = by_model(&index, &kept, bins);
            Ok::<_, FilterError>(Drawn { counted, total, stack, untimed })
        });
    }

    fn bars(&mut self, ui: &mut Ui, window: Window, unit: &str, scene: &mut Scene<'_>) {
        let Some(drawn) = self.counts.answer() else { return };
        let range = self.dragged.unwrap_or(scene.view.filter.time);
        let timeline = Timeline {
            stack: Some(&drawn.stack),
            markers: scene.markers,
            notes: scene.time_notes,
            range: range.map(|range| within(range, window.limits())),
            hover: scene.hover.time,
            height_of: HeightOf::Either,
            untimed: self.untimed(scene),
            listens: scene.keys.are_free(),
            ..Timeline::of("Traffic", unit, window, &drawn.total)
        };
        let output = timeline.show(ui, &mut self.timeline);
        for action in output.actions {
            answer(action, &mut self.dragged, scene);
        }
    }

    /// Whether it is being counted.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.counts.is_stale()
    }
}

fn legend(ui: &mut Ui, stack: Option<&Stack>) {
    let theme = Theme::of(ui);
    let series = stack.map_or(&[][..], |stack| &stack.series);
    let used = |n: &u32| *n > 0;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for one in series.iter().filter(|s| s.counts.iter().any(used)).take(LEGEND + 1) {
            glyph::swatch(ui, theme.category(one.category));
            ui.label(Face::Small.text(format::display(&one.name)).color(theme.muted));
            ui.add_space(6.0);
        }
    });
}
