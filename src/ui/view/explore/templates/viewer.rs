//! One template in full: fixed text dim, slots lit, what stands in them, and its prompts one by
//! one.

use egui::text::LayoutJob;
use egui::{Align, Label, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo};

use crate::index::templates::slots_in;
use crate::index::{self, Mask};
use crate::model::filter::{FilterError, Value};
use crate::model::{FilterField, Slot, Template, Time, TimeSpan};
use crate::ui::format::{self, counted};
use crate::ui::scene::Scene;
use crate::ui::theme::{Face, Theme, size};
use crate::ui::view::explore::query::Query;
use crate::ui::widget::button::{icon, link};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::template::{fixed, how_many, pieces, slot};
use crate::ui::widget::{glyph, sparkline, text};
use crate::ui::{Latest, Zone};

use super::{Counted, counted_rows};

/// Bars of the timeline.
const BARS: usize = 90;
/// Characters of a prompt that are shown.
const SHOWN: usize = 6_000;
/// Values of a slot that are listed.
const VALUES: usize = 6;

/// Rows of the template that are shown, and when they were.
struct Seen {
    rows: Mask,
    bars: Vec<u32>,
}

/// The viewer's own state.
#[derive(Default)]
pub struct Viewer {
    template: Option<u32>,
    /// Which of its prompts is shown.
    nth: u64,
    seen: Latest<(u64, u64, u32), Seen>,
    prompt: Latest<(u64, u64), Option<String>>,
}

impl Viewer {
    /// Shows a template, or none.
    pub fn open(&mut self, template: Option<u32>) {
        if self.template != template {
            self.nth = 0;
        }
        self.template = template;
    }

    /// Whether one is shown.
    pub fn is_open(&self) -> bool {
        self.template.is_some()
    }

    /// The one that is shown.
    pub fn template(&self) -> Option<u32> {
        self.template
    }

    /// Draws it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        scene: &Scene<'_>,
        query: &Query,
        counted: &Counted,
    ) {
        let Some(template) = self.template.and_then(|id| counted.templates.get(id)) else {
            self.template = None;
            return;
        };
        self.ask(ui, scene, query, template.id);
        let theme = Theme::of(ui);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, theme.hairline());
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), theme.hairline());
        let inner = rect.shrink2(egui::vec2(size::CARD_PADDING, 8.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
        child.shrink_clip_rect(inner);
        self.head(&mut child, scene, counted, template);
        let id = ("template", template.id);
        ScrollArea::vertical().id_salt(id).auto_shrink(false).show(&mut child, |ui| {
            ui.add(Label::new(pieces(theme, template)).wrap());
            ui.add_space(size::INNER_GAP);
            for (number, slot) in (1..).zip(template.slots()) {
                values(ui, theme, number, slot, template.rows);
            }
            self.prompts(ui, scene, template);
        });
    }

    fn head(&mut self, ui: &mut Ui, scene: &Scene<'_>, counted: &Counted, template: &Template) {
        let theme = Theme::of(ui);
        ui.allocate_ui_with_layout(
            egui::vec2(ui.available_width(), 20.0),
            Layout::right_to_left(Align::Center),
            |ui| {
                if icon(ui, "Close the template", glyph::cross).clicked() {
                    self.template = None;
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let title = format!("Template {}", template.id);
                    ui.label(Face::Card.text(title).color(theme.text));
                    let facts = facts(Zone::of(ui.ctx()), scene, counted, template.id);
                    ui.add(Label::new(Face::Small.text(facts).color(theme.muted)).truncate());
                });
            },
        );
        let (rect, response) =
            ui.allocate_exact_size(egui::vec2(ui.available_width(), 26.0), Sense::hover());
        let bars = self.seen.answer().map_or(&[][..], |seen| &seen.bars);
        sparkline::paint(ui.painter(), rect.shrink2(egui::vec2(0.0, 3.0)), bars, theme.category(0));
        let words = format!("Prompts of the template over time: {}", sparkline::words(bars));
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, &words));
        ui.add_space(2.0);
    }

    /// Counts the template under the filter, whatever templates that asks for, and in the range
    /// that is being dragged.
    fn ask(&mut self, ui: &Ui, scene: &Scene<'_>, query: &Query, id: u32) {
        let (Some(masks), Some(asked)) = (query.masks(), query.filter()) else { return };
        let key = (masks.id, scene.index_version, id);
        if self.seen.has(|asked| *asked == key) {
            return;
        }
        let filter = scene.view.selection.within(asked).unwrap_or_else(|| asked.clone());
        let filter = filter.asking_only(FilterField::Template, Value::number(f64::from(id)));
        let (index, lists) = (scene.index.clone(), scene.lists.clone());
        self.seen.ask(ui.ctx(), key, move |_| {
            let rows = index::compile(&filter, &index, &lists)?;
            let span = index.span().unwrap_or(TimeSpan::new(Time(0), Time(1)));
            let bars = index.histogram(&rows, span, BARS).bins;
            Ok::<_, FilterError>(Seen { rows, bars })
        });
    }

    /// The prompts of the template, one at a time.
    fn prompts(&mut self, ui: &mut Ui, scene: &Scene<'_>, template: &Template) {
        let theme = Theme::of(ui);
        let Some(seen) = self.seen.answer() else { return };
        let count = seen.rows.len();
        if count == 0 {
            return;
        }
        self.nth = self.nth.min(count - 1);
        ui.add_space(size::INNER_GAP);
        ui.horizontal(|ui| {
            text::section(ui, "Prompts");
            let place = format!("{} of {}", format::count(self.nth + 1), format::count(count));
            ui.label(Face::Small.text(place).color(theme.muted));
            if self.nth > 0 && link(ui, "Previous").clicked() {
                self.nth -= 1;
            }
            if self.nth + 1 < count && link(ui, "Next").clicked() {
                self.nth += 1;
            }
        });
        let Some(row) = seen.rows.nth(self.nth) else { return };
        let event = scene.index.event_id(row);
        let key = (scene.index_version, event);
        let read = scene.read_prompt.clone();
        self.prompt.ask(ui.ctx(), key, move |_| read(event));
        let account = visible_text(&scene.index.accounts()[scene.index.account_of(row) as usize]);
        let when = scene
            .index
            .at(row)
            .map_or_else(String::new, |at| format!(" · {}", Zone::of(ui.ctx()).stamp(at)));
        let place = format!("{account}{when} · event {}", format::count(event));
        ui.label(Face::Small.text(place).color(theme.muted));
        match (self.prompt.error(), self.prompt.answer()) {
            (Some(error), _) => {
                ui.label(Face::Small.text(format::display(error)).color(theme.warn));
            }
            (None, Some(prompt)) if self.prompt.answered() == Some(&key) => match prompt {
                Some(prompt) => filled(ui, theme, template, prompt),
                None => {
                    let why = "The text of this prompt is not kept in the case";
                    ui.label(Face::Small.text(why).color(theme.muted));
                }
            },
            _ => {
                ui.label(Face::Small.text("Reading the prompt…").color(theme.muted));
            }
        }
    }
}

/// `41,220 exchanges · 318 accounts · 1 Mar – 12 Apr 2026 UTC`, under the filter.
fn facts(zone: Zone, scene: &Scene<'_>, counted: &Counted, id: u32) -> String {
    let stats = counted.counts.of.get(id as usize).copied().unwrap_or_default();
    let mut words = vec![
        counted_rows(scene, stats.rows.into()),
        format::counted(stats.accounts.into(), "account", "accounts"),
    ];
    if let (Some(first), Some(last)) = (stats.first, stats.last) {
        let span = TimeSpan::new(first, Time(last.0.saturating_add(1)));
        words.push(format!("{} {}", format::days(zone.wall_span(span)), zone.short_over(span)));
    }
    words.join(" · ")
}

/// A prompt, what stands in its slots lit.
fn filled(ui: &mut Ui, theme: &Theme, template: &Template, prompt: &str) {
    let Some(slots) = slots_in(template, prompt) else {
        ui.label(Face::Small.text("The prompt is no longer one of the template").color(theme.warn));
        return;
    };
    let cut = prompt.char_indices().nth(SHOWN).map_or(prompt.len(), |(at, _)| at);
    let (mut job, mut from) = (LayoutJob::default(), 0);
    for range in slots {
        fixed(&mut job, theme, &prompt[from.min(cut)..range.start.min(cut)]);
        slot(&mut job, theme, &prompt[range.start.min(cut)..range.end.min(cut)]);
        from = range.end;
    }
    fixed(&mut job, theme, &prompt[from.min(cut)..cut]);
    ui.add(Label::new(job).wrap());
    if cut < prompt.len() {
        let more = counted((prompt.len() - cut) as u64, "more byte", "more bytes");
        let words = format!("{more}; the original record has all of them");
        ui.label(Face::Small.text(words).color(theme.warn));
    }
}

/// What stands in a slot: how many values, and some of them with their rows.
fn values(ui: &mut Ui, theme: &Theme, number: usize, slot: &Slot, rows: u64) {
    let words = format!("Slot {number}: {}", how_many(slot, rows));
    ui.label(Face::Small.text(words).color(theme.text));
    let examples = slot.examples.iter().take(VALUES).map(|(value, n)| {
        let value: String = value.chars().take(48).collect();
        format!("{} ({})", visible_text(value.trim()), format::count(*n))
    });
    let mut listed = examples.collect::<Vec<_>>().join(" · ");
    if slot.distinct > VALUES.min(slot.examples.len()) as u64 {
        listed += " · …";
    }
    ui.add(Label::new(Face::Small.text(listed).color(theme.muted)).wrap());
    ui.add_space(4.0);
}
