//! The accounts of a cluster: how firmly each belongs to it, its scores, its verdict.

use egui::{Align, Color32, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::model::finding::{Member, Membership};
use crate::model::{Selection, Time};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::text;

use super::Whom;

/// What is doubtful.
pub const DOUBTFUL: &str = "Doubtful: with the others in less than half of the clusterings, or neither \
                            exact evidence nor findings of two families speak of it by name; \
                            indicative at most";

/// The list's own state.
#[derive(Default)]
pub struct Members {
    /// Those shown, the ones that belong most firmly first, and of which run and cluster.
    sorted: Option<((Time, u32), Vec<Member>)>,
}

/// Right edges of columns, from the right end.
const VERDICT: f32 = 96.0;
const ROWS: f32 = 70.0;
const SCORE: f32 = 80.0;
const MEMBERSHIP: f32 = 108.0;

impl Members {
    /// Draws the accounts, those that belong to it most firmly first.
    pub fn show(&mut self, ui: &mut Ui, whom: Whom<'_>, scene: &mut Scene<'_>) {
        let Some(cluster) = whom.cluster() else { return };
        let theme = Theme::of(ui);
        let words = "A click selects the account, a double click shows its records in Explore";
        text::wrapped(ui, Face::Small.text(words).color(theme.muted));
        if cluster.members.iter().any(|member| member.membership == Membership::Doubtful) {
            text::wrapped(ui, Face::Small.text(DOUBTFUL).color(theme.muted));
        }
        let key = (whom.analysis.run.at, cluster.id);
        let known = self.sorted.take().filter(|(of, _)| *of == key);
        let (_, members) = self.sorted.insert(known.unwrap_or_else(|| {
            let mut members = cluster.members.clone();
            let firm = |a: &Member, b: &Member| {
                let is_doubtful = |of: &Member| of.membership == Membership::Doubtful;
                is_doubtful(a).cmp(&is_doubtful(b)).then(b.stability.total_cmp(&a.stability))
            };
            members.sort_by(|a, b| firm(a, b).then(a.account.cmp(&b.account)));
            (key, members)
        }));
        let (head, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::hover());
        header(ui, head);
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = (members.len() as f32 * size::ROW).clamp(size::ROW, 20.0 * size::ROW);
        ScrollArea::vertical()
            .id_salt(("members", cluster.id))
            .max_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, size::ROW, members.len(), |ui, range| {
                for member in &members[range] {
                    row(ui, whom, member, scene);
                }
            });
    }
}

/// Below this width columns are as narrow as what stands in them, points.
const NARROW: f32 = 520.0;

/// The cells of a row: account, membership, coordinated, harvesting, records, verdict.
fn cells(row: Rect) -> [Rect; 6] {
    let is_narrow = row.width() < NARROW;
    let mut right = row.right();
    let mut next = |width: f32, narrow: f32| {
        let width = if is_narrow { narrow } else { width };
        let cell = Rect::from_x_y_ranges(right - width..=right - 6.0, row.y_range());
        right -= width;
        cell
    };
    let verdict = next(VERDICT, 76.0);
    let verdict = verdict.with_min_x(verdict.left() + 8.0);
    let rows = next(ROWS, 54.0);
    let harvesting = next(SCORE, 42.0);
    let coordination = next(SCORE, 42.0);
    let membership = next(MEMBERSHIP, 100.0);
    let id = Rect::from_x_y_ranges(row.left()..=right - 6.0, row.y_range());
    [id, membership, coordination, harvesting, rows, verdict]
}

fn header(ui: &mut Ui, row: Rect) {
    let theme = Theme::of(ui);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let titles = match row.width() < NARROW {
        false => ["Account", "Membership", "Coordinated", "Harvesting", "Records", "Verdict"],
        true => ["Account", "Member", "Coord.", "Harv.", "Records", "Verdict"],
    };
    let aligns = [Align::Min, Align::Min, Align::Max, Align::Max, Align::Max, Align::Min];
    for ((cell, title), align) in cells(row).into_iter().zip(titles).zip(aligns) {
        text::in_rect(ui, cell, align, Face::Column.text(title).color(theme.muted));
    }
}

fn row(ui: &mut Ui, whom: Whom<'_>, member: &Member, scene: &mut Scene<'_>) {
    let theme = Theme::of(ui);
    let (row, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    let Some(id) = scene.index.accounts().get(member.account as usize).cloned() else { return };
    let selected = scene.view.selection.has_account(&id);
    let spoken = format!("{}, {}", visible_text(&id), member.membership.as_str());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, &spoken));
    let fill = if selected {
        theme.accent_soft
    } else if response.hovered() || response.has_focus() {
        theme.hover
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(row, 0.0, fill);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let [name, membership, coordination, harvesting, rows, verdict] = cells(row);
    text::in_rect(ui, name, Align::Min, Face::Mono.text(format::display(&id)));
    let words = format!("{} {:.0} %", member.membership.as_str(), 100.0 * member.stability);
    let ink = if member.membership == Membership::Core { theme.text } else { theme.muted };
    text::in_rect(ui, membership, Align::Min, Face::Body.text(words).color(ink));
    let score = whom.analysis.account(member.account);
    for (cell, value) in [
        (coordination, score.map(|score| score.coordination)),
        (harvesting, score.map(|score| score.harvesting)),
    ] {
        let words = value.map_or_else(String::new, |value| format!("{value:.2}"));
        text::number(ui, cell, &words, Face::Body, theme.text);
    }
    let n = scene.index.rows_of_account(member.account).len() as u64;
    text::number(ui, rows, &format::count(n), Face::Body, theme.text);
    let words = scene.lists.verdict(member.account).map_or("new", |verdict| verdict.as_str());
    text::in_rect(ui, verdict, Align::Min, Face::Body.text(words).color(theme.muted));
    if response.double_clicked() {
        scene.ask(Action::Select(Selection::account(id)));
        scene.ask(Action::Go(Screen::Explore));
    } else if response.clicked() {
        scene.ask(Action::Select(Selection::account(id)));
    }
}
