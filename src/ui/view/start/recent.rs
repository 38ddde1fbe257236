//! The list of recent cases.

use std::ops::Range;
use std::path::{Path, PathBuf};

use egui::{Align, Painter, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::ui::app::{App, dialogs::Purpose};
use crate::ui::format;
use crate::ui::layout::{Track, columns, region};
use crate::ui::memory::RecentCase;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::{button, text};

use super::pictures;

/// Height of an entry.
const ENTRY: f32 = 91.0;

/// Traffic in a small rectangle.
#[derive(Clone, Debug)]
pub struct Thumbnail<'a> {
    /// Exchanges in equal parts of the time.
    pub traffic: &'a [u32],
    /// Bars in copper: what stands out.
    pub burst: Option<Range<usize>>,
}

/// Paints a traffic thumbnail.
pub fn thumbnail(painter: &Painter, rect: Rect, picture: &Thumbnail<'_>, theme: &Theme) {
    let most = picture.traffic.iter().copied().max().unwrap_or(0).max(1) as f32;
    let values: Vec<f32> = picture.traffic.iter().map(|n| *n as f32 / most).collect();
    let foot = rect.bottom() - 0.5;
    painter.hline(rect.x_range(), foot, theme.hairline());
    let area = Rect::from_min_max(rect.min, pos2(rect.right(), foot - 0.5));
    pictures::bars(painter, area, &values, |i| {
        if picture.burst.as_ref().is_some_and(|b| b.contains(&i)) {
            theme.copper
        } else {
            theme.neutral().gamma_multiply(0.55)
        }
    });
}

/// What was asked for in the list.
enum Asked {
    Open(PathBuf),
    Locate(PathBuf),
    Forget(PathBuf),
}

/// Draws the list and returns its height, at most that of `area`.
pub fn show(app: &mut App, ui: &mut Ui, area: Rect) -> f32 {
    let cases = app.memory.cases.len();
    let wanted = size::CARD_HEADER + if cases == 0 { 74.0 } else { ENTRY * cases as f32 } + 2.0;
    let height = wanted.min(area.height());
    let rect = Rect::from_min_size(area.min, vec2(area.width(), height));
    let number = if cases == 0 { String::new() } else { cases.to_string() };
    let header = Card { title: "Recent cases", note: &number };
    let body = card(ui, rect, &header, |_| {});
    if cases == 0 {
        let why = "Cases you open are listed here with their traffic";
        card::empty(ui, body, "None yet", why);
        return height;
    }
    let mut asked = None;
    region(ui, body, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (i, case) in app.memory.cases.iter().enumerate() {
                let gone = app.start.missing.contains(&case.path);
                let when = format::ago(case.opened_at, (app.setup.now)(), app.setup.offset_us);
                // Known by its path: a case that comes first moves the others.
                let id = UiBuilder::new().scope_id(egui::Id::unique(("recent", &case.path)));
                let inner = ui.scope_builder(id, |ui| entry(ui, case, gone, &when, i + 1 == cases));
                asked = inner.inner.or(asked.take());
            }
        });
    });
    match asked {
        Some(Asked::Open(path)) => app.actions.push(Action::Open(vec![path])),
        Some(Asked::Locate(path)) => app.dialogs.ask(ui.ctx(), Purpose::Locate(path)),
        Some(Asked::Forget(path)) => app.memory.forget(&path),
        None => {}
    }
    height
}

fn entry(ui: &mut Ui, case: &RecentCase, gone: bool, when: &str, last: bool) -> Option<Asked> {
    let theme = Theme::of(ui);
    let sense = if gone { Sense::hover() } else { Sense::click() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ENTRY), sense);
    let name = case_name(&case.path);
    if !gone {
        let label = format!("Open {name}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    }
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if !gone && (response.hovered() || response.has_focus()) {
        painter.rect_filled(rect, 0.0, theme.hover);
        let edge = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        painter.rect_filled(edge, 0.0, theme.copper);
    }
    if !last {
        painter.hline(rect.x_range(), rect.bottom() - 0.5, theme.hairline());
    }
    let inner = rect.shrink2(vec2(13.0, 0.0));
    let [picture, words] =
        columns(inner, 14.0, [Track::Fixed(size::THUMBNAIL.x), Track::Share(1.0)]);
    let thumb = Rect::from_center_size(picture.center(), size::THUMBNAIL);
    if gone {
        pictures::gone(&painter, thumb, theme);
    } else {
        let picture = Thumbnail { traffic: &case.traffic, burst: None };
        thumbnail(&painter, thumb, &picture, theme);
    }
    let asked = facts(ui, words, case, gone, when);
    asked.or_else(|| response.clicked().then(|| Asked::Open(case.path.clone())))
}

fn facts(ui: &mut Ui, area: Rect, case: &RecentCase, gone: bool, when: &str) -> Option<Asked> {
    let theme = Theme::of(ui);
    let line = |y: f32, height: f32| {
        Rect::from_min_size(
            pos2(area.left(), area.center().y - 35.0 + y),
            vec2(area.width(), height),
        )
    };
    let (first, last) = (line(0.0, 18.0), line(53.0, 18.0));
    let name_color = if gone { theme.muted } else { theme.text };
    let end =
        text::in_rect(ui, first, Align::Max, Face::Small.text(&case.length).color(theme.muted));
    let room = Rect::from_min_max(first.min, pos2(end.rect.left() - 8.0, first.bottom()));
    let name = Face::Entry.text(case_name(&case.path)).color(name_color);
    text::in_rect(ui, room, Align::Min, name);
    let folder = Face::MonoSmall.text(folder(&case.path)).color(theme.muted);
    text::in_rect(ui, line(19.0, 15.0), Align::Min, folder)
        .on_hover_text(format::display(&case.path.display().to_string()));
    let when = text::in_rect(ui, last, Align::Max, Face::Small.text(when).color(theme.muted));
    let room = Rect::from_min_max(last.min, pos2(when.rect.left() - 10.0, last.bottom()));
    if gone {
        let why = Face::Body.text("Not found: moved, or its drive is not mounted");
        text::in_rect(ui, line(35.0, 17.0), Align::Min, why.color(theme.warn));
        return remedies(ui, room, &case.path);
    }
    let counts = format!(
        "{} · {}",
        format::counted(case.exchanges, "exchange", "exchanges"),
        format::counted(case.accounts, "account", "accounts")
    );
    text::in_rect(ui, line(35.0, 17.0), Align::Min, Face::Body.text(counts));
    let reviewed = Face::Small.text(verdicts(case.verdicts)).color(theme.muted);
    text::in_rect(ui, room, Align::Min, reviewed);
    None
}

fn remedies(ui: &mut Ui, area: Rect, path: &Path) -> Option<Asked> {
    let mut asked = None;
    region(ui, area, |ui| {
        ui.with_layout(egui::Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            let name = case_name(path);
            if button::link(ui, "Locate…").accessible_name(format!("Locate {name}…")).clicked()
            {
                asked = Some(Asked::Locate(path.to_owned()));
            }
            let remove = button::link(ui, "Remove from list");
            if remove.accessible_name(format!("Remove {name} from list")).clicked() {
                asked = Some(Asked::Forget(path.to_owned()));
            }
        });
    });
    asked
}

/// `3 suspicious · 2 watch · 1 cleared`.
fn verdicts(counts: [u64; 3]) -> String {
    let parts: Vec<String> = ["suspicious", "watch", "cleared"]
        .into_iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .map(|(word, n)| format!("{} {word}", format::count(n)))
        .collect();
    if parts.is_empty() { "no verdicts yet".into() } else { parts.join(" · ") }
}

/// The name of a case: its file without the extension.
pub fn case_name(path: &Path) -> String {
    format::display(&path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy())
}

/// The folder of a case, with `~` for the home directory.
fn folder(path: &Path) -> String {
    let parent = path.parent().unwrap_or(path);
    let home = directories::BaseDirs::new();
    let inside = home.as_ref().and_then(|h| parent.strip_prefix(h.home_dir()).ok());
    match inside {
        Some(rest) if rest.as_os_str().is_empty() => "~".into(),
        Some(rest) => format::display(&format!("~/{}", rest.display())),
        None => format::display(&parent.display().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_listed_only_where_there_are_some() {
        assert_eq!(verdicts([0, 0, 0]), "no verdicts yet");
        assert_eq!(verdicts([2, 0, 1_204]), "2 suspicious · 1,204 cleared");
    }

    #[test]
    fn a_case_is_called_after_its_file() {
        assert_eq!(case_name(Path::new("/media/usb0/autumn-review.stillwatch")), "autumn-review");
    }
}
