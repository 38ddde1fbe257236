//! Where the logs of the case have nothing, in words, and clocks that disagree.

use egui::{Sense, Ui};

use crate::index::{Coverage, longest_gaps};
use crate::model::TimeSpan;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::overview::HONEST;
use crate::ui::widget::text;

/// Gaps that are listed; the lanes show all of them.
const LISTED: usize = 3;
/// How much around a gap is shown when it is looked at, in lengths of it.
const AROUND: i64 = 2;

/// Draws it, where there is anything to say.
pub fn show(ui: &mut Ui, scene: &mut Scene<'_>, coverage: &[Coverage]) {
    let longest = longest_gaps(coverage);
    let clocks: Vec<String> =
        scene.beside.clocks().iter().map(|c| format::capitalised(&c.sentence())).collect();
    if longest.is_empty() && clocks.is_empty() {
        return;
    }
    let theme = Theme::of(ui);
    text::section(ui, if longest.is_empty() { "Clocks" } else { "Gaps in the logs" });
    ui.add_space(4.0);
    for (at, gap) in longest.iter().take(LISTED) {
        let name = format::display(&coverage[*at].feed.name(scene.sources));
        let mut words = format!("{name}: {}", gap.sentence());
        if gap.meanwhile > 0 {
            let n = format::counted(gap.meanwhile, "record", "records");
            words.push_str(&format!("; {n} elsewhere"));
        }
        if link(ui, &words) {
            let around = gap.span.len_us().saturating_mul(AROUND);
            scene.ask(Action::Look(Some(TimeSpan {
                start: crate::model::Time(gap.span.start.0.saturating_sub(around)),
                end: crate::model::Time(gap.span.end.0.saturating_add(around)),
            })));
        }
        ui.add_space(3.0);
    }
    if let Some(more) = longest.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let words = format!(
            "and {}, hatched in the lanes",
            format::counted(more as u64, "shorter one", "shorter ones")
        );
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
    }
    if !longest.is_empty() {
        text::wrapped(ui, Face::Small.text(HONEST).color(theme.muted));
    }
    for words in clocks {
        text::wrapped(ui, Face::Body.text(words));
    }
    ui.add_space(14.0);
}

/// Words that lead to what they say; true when they were clicked.
fn link(ui: &mut Ui, words: &str) -> bool {
    let theme = Theme::of(ui);
    let label = egui::Label::new(Face::Body.text(words)).wrap().sense(Sense::click());
    let response = ui.add(label).on_hover_cursor(egui::CursorIcon::PointingHand);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, words));
    if response.hovered() || response.has_focus() {
        let line = egui::Stroke::new(1.0, theme.accent);
        ui.painter().hline(response.rect.x_range(), response.rect.bottom(), line);
    }
    response.on_hover_text("Show it on the time axis").clicked()
}
