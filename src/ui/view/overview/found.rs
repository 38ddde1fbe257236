//! What the detectors found, in short: the first findings, and two numbers.

use egui::{Align, Color32, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::detect::registry;
use crate::model::finding::{AccountScore, Analysis, Finding, Level, Subject};
use crate::ui::Command;
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::{Action, Screen};
use crate::ui::theme::{Face, Theme, size};
use crate::ui::view::findings::detail::{level_word, rank};
use crate::ui::view::findings::listing::{Entry, Listing, about};
use crate::ui::view::findings::sums;
use crate::ui::widget::card::{self, Card, card};
use crate::ui::widget::stat::Stat;
use crate::ui::widget::{button, families, key_cap, level, text};

/// What the two inferred numbers say: of everything, or of what the filter leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Clusters and lone accounts by level, in the order of [`Level::ALL`].
    levels: [u64; 4],
    /// Accounts that are probable or strong.
    standing_out: u64,
    /// Accounts they are a part of.
    accounts: u64,
    is_filtered: bool,
}

impl Standing {
    /// Of a whole run.
    pub fn of_run(analysis: &Analysis) -> Self {
        let is_one = |score: &&AccountScore| score.level >= Level::Probable;
        Self {
            levels: analysis.standing(),
            standing_out: analysis.accounts.iter().filter(is_one).count() as u64,
            accounts: analysis.run.accounts,
            is_filtered: false,
        }
    }

    /// Of what is listed, which may be under a filter.
    pub fn of_listing(listing: &Listing) -> Self {
        let Listing { standing_out, accounts, is_filtered, .. } = *listing;
        Self { levels: listing.standing(), standing_out, accounts, is_filtered }
    }

    /// How many findings are strong or probable.
    pub fn findings(&self) -> Stat {
        let [.., probable, strong] = self.levels;
        let under = if self.is_filtered { ", with an account under the filter" } else { "" };
        Stat {
            title: "Strong or probable".into(),
            value: format::count(strong + probable),
            note: sums::levels([0, 0, probable, strong]),
            tooltip: format!(
                "Clusters, and accounts that stand alone{under}: {}",
                sums::list(self.levels)[0]
            ),
            is_inferred: true,
        }
    }

    /// How many accounts are in them.
    pub fn held(&self) -> Stat {
        let whose = if self.is_filtered { "under the filter" } else { "of all accounts" };
        let share = format::percent(self.standing_out, self.accounts);
        Stat {
            title: "Accounts in them".into(),
            value: format::count(self.standing_out),
            note: match self.is_filtered {
                true => format!("{share} of those {whose}"),
                false => format!("{share} {whose}"),
            },
            tooltip: format!(
                "{} of {} accounts{} are probable or strong",
                format::count(self.standing_out),
                format::count(self.accounts),
                if self.is_filtered { " under the filter" } else { "" },
            ),
            is_inferred: true,
        }
    }
}

/// Below this width a card shows neither records nor places, points.
const NARROW: f32 = 720.0;
/// Below this one not what was reviewed either, which the Findings say and whoever hovers.
const SLIM: f32 = 520.0;

/// Left edges of the columns, or right edges of numbers.
struct Columns {
    name: (f32, f32),
    short: (f32, f32),
    accounts: f32,
    rows: f32,
    families: f32,
    place: f32,
    review: (f32, f32),
}

impl Columns {
    fn of(width: f32) -> Self {
        let right = width - 10.0;
        let review = (if width < SLIM { right } else { width - 80.0 }, right);
        // In a narrow card what is found says more than where on the board it lies.
        let is_narrow = width < NARROW;
        let place = if is_narrow { review.0 } else { review.0 - 38.0 };
        let families = place - families::WIDTH - 18.0;
        let rows = families - 18.0;
        let accounts = if is_narrow { rows } else { rows - 72.0 };
        let name = (12.0, 132.0);
        Self { name, short: (name.1, accounts - 56.0), accounts, rows, families, place, review }
    }

    fn shows_review(&self) -> bool {
        self.review.0 < self.review.1
    }
}

/// Draws the card; whether the accounts are asked for in its place.
pub(super) fn show(
    ui: &mut Ui,
    rect: Rect,
    analysis: &Analysis,
    listing: Option<&Listing>,
    scene: &mut Scene<'_>,
) -> bool {
    let nothing = Listing::default();
    let is_made = listing.is_some();
    let listing = listing.unwrap_or(&nothing);
    let room = rect.height() - size::CARD_HEADER - size::ROW;
    let some = listing.entries.iter().filter(|entry| entry.level > Level::None).count();
    let shown = ((room / size::LIST_ROW) as usize).min(some);
    let of = format::count(some as u64);
    let note = match some {
        0 => String::new(),
        _ => {
            let first = format!("first {} of {of}", format::count(shown as u64));
            format!("{first}: {}\n{first}", sums::levels(listing.standing()))
        }
    };
    let mut other = false;
    let body = card(ui, rect, &Card { title: "Top findings", note: &note }, |ui| {
        key_cap(ui, &Command::Findings.key_text());
        if button::link(ui, "review queue").clicked() {
            scene.ask(Action::Go(Screen::Findings));
        }
        other = button::link(ui, "accounts").clicked();
    });
    if shown == 0 {
        let (title, why) = match listing.all {
            _ if !is_made => ("Being listed…", ""),
            _ if !listing.entries.is_empty() => ("Nothing reaches indicative", ""),
            0 => (
                "Nothing stands out",
                "The detectors that could run found nothing; see which were blind under Findings",
            ),
            _ => ("No finding under this filter", "Lift the brush or change the filter"),
        };
        card::empty(ui, body, title, why);
        return other;
    }
    let columns = Columns::of(body.width());
    header(ui, body, &columns);
    let some = listing.entries.iter().filter(|entry| entry.level > Level::None);
    for (i, entry) in some.take(shown).enumerate() {
        let at = body.top() + size::ROW + i as f32 * size::LIST_ROW;
        let row = Rect::from_min_size(pos2(body.left(), at), vec2(body.width(), size::LIST_ROW));
        line(ui, row, analysis, entry, &columns, scene);
    }
    other
}

fn header(ui: &mut Ui, body: Rect, columns: &Columns) {
    let theme = Theme::of(ui);
    let row = Rect::from_min_size(body.min, vec2(body.width(), size::ROW));
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let mut title = |from: f32, to: f32, align: Align, words: &str| {
        let cell = Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range());
        text::in_rect(ui, cell, align, Face::Column.text(words).color(theme.muted));
    };
    title(columns.name.0, columns.name.1, Align::Min, "Finding");
    title(columns.short.0, columns.short.1, Align::Min, "In short");
    title(columns.accounts - 60.0, columns.accounts, Align::Max, "Accounts");
    title(columns.families, columns.place, Align::Min, "Families");
    if columns.accounts < columns.rows {
        title(columns.rows - 66.0, columns.rows, Align::Max, "Records");
        title(columns.place - 6.0, columns.review.0, Align::Min, "Place");
    }
    if columns.shows_review() {
        title(columns.review.0, columns.review.1, Align::Min, "Review");
    }
}

fn line(
    ui: &mut Ui,
    row: Rect,
    analysis: &Analysis,
    entry: &Entry,
    columns: &Columns,
    scene: &mut Scene<'_>,
) {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(("top finding", entry.subject));
    let response = ui.interact(row, id, Sense::click());
    let titles = titles(analysis, entry.subject);
    let short = titles.join(", ");
    let label = format!(
        "{}, {}, {short}, {}",
        format::display(&entry.name),
        level_word(entry.level),
        entry.review.as_str(),
    );
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, false, &label));
    let lit = response.hovered() || response.has_focus();
    let fill = if lit { theme.hover } else { Color32::TRANSPARENT };
    ui.painter().rect_filled(row, 0.0, fill);
    ui.painter().hline(row.x_range(), row.bottom() - 0.5, theme.hairline());
    let cell = |from: f32, to: f32| {
        Rect::from_x_y_ranges(row.left() + from..=row.left() + to, row.y_range())
    };
    level::paint(ui.painter(), text::left(row, 17.0), 5.0, entry.level, theme);
    let face = if matches!(entry.subject, Subject::Cluster(_)) { Face::Medium } else { Face::Mono };
    let name = face.text(format::display(&entry.name));
    text::in_rect(ui, cell(columns.name.0 + 16.0, columns.name.1), Align::Min, name);
    let wordings = wordings(&titles);
    let room = columns.short.1 - columns.short.0;
    let fits = wordings.iter().map(String::as_str);
    let words = text::first_that_fits(ui, fits, Face::Body, room);
    text::in_rect(ui, cell(columns.short.0, columns.short.1), Align::Min, Face::Body.text(words));
    let is_wide = columns.accounts < columns.rows;
    let records = is_wide.then_some((columns.rows, entry.rows));
    for (right, n) in [(columns.accounts, entry.accounts)].into_iter().chain(records) {
        text::number(ui, cell(right - 60.0, right), &format::count(n), Face::Body, theme.text);
    }
    let bars = cell(columns.families, columns.families + families::WIDTH).shrink2(vec2(0.0, 7.0));
    families::paint(ui.painter(), bars, &entry.families, theme);
    if is_wide {
        place(ui, cell(columns.place, columns.place + 20.0), entry);
    }
    if columns.shows_review() {
        let review = Face::Body.text(entry.review.as_str()).color(theme.muted);
        text::in_rect(ui, cell(columns.review.0, columns.review.1), Align::Min, review);
    }
    let clicked = response.clicked();
    response.on_hover_text(label);
    if clicked {
        scene.ask(Action::Select(entry.selection()));
        scene.ask(Action::Go(Screen::Findings));
    }
}

/// Where it lies on the board, 20 points wide.
fn place(ui: &Ui, cell: Rect, entry: &Entry) {
    let theme = Theme::of(ui);
    let square = Rect::from_center_size(cell.center(), vec2(20.0, 20.0));
    let painter = ui.painter();
    painter.rect_stroke(square, 3.0, theme.hairline(), egui::StrokeKind::Inside);
    let line = Stroke::new(1.0, theme.line);
    painter.vline(square.center().x, square.y_range(), line);
    painter.hline(square.x_range(), square.center().y, line);
    let inner = square.shrink(3.0);
    let x = inner.left() + inner.width() * entry.coordination as f32;
    let y = inner.bottom() - inner.height() * entry.harvesting as f32;
    painter.circle_filled(pos2(x, y), 2.6, theme.copper);
}

/// What the strongest findings about somebody are called, one at least.
fn titles(analysis: &Analysis, subject: Subject) -> Vec<String> {
    let mut found: Vec<&Finding> = about(analysis, subject).map(|(_, finding)| finding).collect();
    found.sort_by_key(|finding| rank(finding));
    let title = |finding: &&Finding| {
        registry::by_id(&finding.detector).map(|d| d.definition().title.to_lowercase())
    };
    let titles: Vec<String> = found.iter().filter_map(title).take(2).collect();
    if titles.is_empty() { vec!["something in common".to_owned()] } else { titles }
}

/// The titles on one line, longest wording first: all of them, or the first and a sign that there
/// are more. Where that does not fit either its end is cut off; all of it stands under the pointer.
fn wordings(titles: &[String]) -> Vec<String> {
    match titles {
        [first, _, ..] => vec![titles.join(", "), format!("{first}, …")],
        _ => vec![titles.join(", ")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_there_are_more_titles_does_a_shorter_wording_say_so() {
        let of =
            |titles: &[&str]| wordings(&titles.iter().map(|t| (*t).into()).collect::<Vec<_>>());
        assert_eq!(of(&["takes turns", "one card"]), ["takes turns, one card", "takes turns, …"]);
        assert_eq!(of(&["takes turns"]), ["takes turns"]);
    }

    #[test]
    fn under_a_filter_the_inferred_numbers_are_of_what_it_leaves_and_say_so() {
        let listing = Listing { standing_out: 3, accounts: 12, ..Listing::default() };
        let (whole, part) = (
            Standing::of_listing(&listing),
            Standing::of_listing(&Listing { is_filtered: true, ..listing }),
        );
        assert_eq!(
            (&*part.held().value, &*part.held().note),
            ("3", "25 % of those under the filter")
        );
        assert_eq!(whole.held().note, "25 % of all accounts");
        assert!(part.findings().tooltip.contains("with an account under the filter"));
        assert!(part.findings().is_inferred && part.held().is_inferred);
    }
}
