//! One entry of the journal: its hash, and what it did in words.

use egui::{Rect, ScrollArea, Sense, Ui, vec2};

use crate::case::audit::{Recorded, Said};
use crate::ui::format;
use crate::ui::layout::region;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::text;
use crate::ui::zone::Zone;

use super::facts::{edge, exact, fact, title};

/// Height of a change, points.
const ROW: f32 = 60.0;

/// Draws it; true when it is to be closed. `said` is what it did, as soon as that is read; `only`
/// is whose changes alone they are.
pub fn show(
    ui: &mut Ui,
    panel: Rect,
    recorded: &Recorded,
    said: Option<&[Said]>,
    only: Option<&str>,
) -> bool {
    let inner = edge(ui, panel).shrink2(vec2(size::CARD_PADDING, 8.0));
    let mut closed = false;
    region(ui, inner, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let entry = &recorded.entry;
        let name = format!("Entry {}", format::count(entry.id));
        closed = title(ui, &name, "Close the entry");
        let who = format!("{} by {}", Zone::UTC.stamp(entry.at), entry.actor);
        text::line(ui, Face::Body.text(format::display(&who)));
        if let Some(zone) = Some(Zone::of(ui.ctx())).filter(|zone| !zone.is_utc()) {
            let muted = Theme::of(ui).muted;
            text::line(ui, Face::Small.text(zone.stamp(entry.at)).color(muted));
        }
        fact(ui, &format::display(&entry.action), &entry.target);
        exact(ui, "Hash", &entry.hash, "Copy hash");
        ui.add_space(8.0);
        match said {
            None => drop(ui.label(Face::Small.text("Reading…"))),
            Some(said) => changes(ui, recorded, said, only),
        }
    });
    closed
}

fn changes(ui: &mut Ui, recorded: &Recorded, said: &[Said], only: Option<&str>) {
    let what = match (recorded.about, only) {
        (None, _) => "Particulars".to_owned(),
        (Some(_), None) => format::counted(said.len() as u64, "change", "changes"),
        (Some(_), Some(of)) => format!(
            "{} of {}, of {} in the entry",
            format::counted(said.len() as u64, "change", "changes"),
            format::display(of),
            format::count(recorded.changes)
        ),
    };
    text::section(ui, &what);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("changes").auto_shrink(false).show_rows(
        ui,
        ROW,
        said.len(),
        |ui, range| said[range].iter().for_each(|said| change(ui, said)),
    );
}

/// What it is of, below it what was, and what is since.
fn change(ui: &mut Ui, said: &Said) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let [what, before, after] = [&said.what, &said.before, &said.after].map(|t| format::display(t));
    let turned = match before.as_str() {
        "" => after.clone(),
        before => format!("{before} → {after}"),
    };
    let words = format!("{what}: {turned}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
    let painter = ui.painter();
    let room = rect.width() - 6.0;
    let at = rect.left_top() + vec2(0.0, 12.0);
    text::paint_within(painter, at, room, &what, Face::Medium, theme.text);
    let lines = match before.as_str() {
        "" => vec![(after, theme.text)],
        _ => vec![(before, theme.muted), (format!("→ {after}"), theme.text)],
    };
    for ((line, ink), y) in lines.iter().zip([29.0, 46.0]) {
        let at = rect.left_top() + vec2(0.0, y);
        text::paint_within(painter, at, room, line, Face::Small, *ink);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    response.on_hover_text(words);
}
