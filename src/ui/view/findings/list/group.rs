//! The line that stands for clusters that are alike.

use std::ops::Range;

use egui::{Color32, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::detect::fusion::FamilyScores;
use crate::model::finding::Subject;
use crate::ui::format;
use crate::ui::theme::{Face, Theme};
use crate::ui::widget::glyph;

use super::super::alike;
use super::super::detail::level_word;
use super::super::listing::Entry;
use super::rows::{Cells, Columns, ground};

/// Width of the place that shows them one by one, points.
const MARK: f32 = 28.0;

/// What is asked of such a line.
pub(super) enum Asked {
    /// To show them one by one, or no longer.
    Turned,
    /// To select them all.
    Chosen,
}

/// Some clusters that are alike, with what their line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Their positions in the listing.
    pub entries: Range<usize>,
    /// Whether they are shown one by one.
    pub is_open: bool,
    /// Their numbers, rising.
    pub ids: Vec<u32>,
    first: Subject,
    name: String,
    common: String,
    spoken: String,
    reviewed: String,
    accounts: u64,
    rows: u64,
    /// Of each family the least that any of them has.
    families: FamilyScores,
}

impl Group {
    /// Of entries of the listing, one at least, by position.
    pub fn of(all: &[Entry], entries: Range<usize>, is_open: bool) -> Self {
        let alike = &all[entries.clone()];
        let n = format::count(alike.len() as u64);
        let done = alike.iter().filter(|entry| entry.review.is_done()).count();
        let (name, common) = (format!("{n} alike"), alike::words(alike));
        let reviewed = format!("{} of {n}", format::count(done as u64));
        let accounts = alike.iter().map(|entry| entry.accounts).sum();
        let rows = alike.iter().map(|entry| entry.rows).sum();
        let spoken = format!(
            "{name}, {}, {common}, {}, {}, {reviewed} reviewed",
            level_word(alike[0].level),
            format::counted(accounts, "account", "accounts"),
            format::counted(rows, "record", "records"),
        );
        let (first, families, ids) = (alike[0].subject, least(alike), numbers(alike));
        Self {
            entries,
            is_open,
            ids,
            first,
            name,
            common,
            spoken,
            reviewed,
            accounts,
            rows,
            families,
        }
    }
}

/// Of each family the least; nothing where nothing of it could be looked at for one of them.
fn least(alike: &[Entry]) -> FamilyScores {
    let least = |family: usize| {
        let scores: Option<Vec<f64>> = alike.iter().map(|entry| entry.families[family]).collect();
        scores?.into_iter().reduce(f64::min)
    };
    std::array::from_fn(least)
}

fn numbers(alike: &[Entry]) -> Vec<u32> {
    let id = |entry: &Entry| match entry.subject {
        Subject::Cluster(id) => Some(id),
        Subject::Account(_) => None,
    };
    let mut ids: Vec<u32> = alike.iter().filter_map(id).collect();
    ids.sort_unstable();
    ids
}

/// Draws the line of some clusters, which may be selected.
pub(super) fn show(
    ui: &mut Ui,
    row: Rect,
    group: &Group,
    columns: &Columns,
    selected: bool,
) -> Option<Asked> {
    let theme = Theme::of(ui);
    let id = ui.scope_id().with(("alike", group.first));
    let response = ui.interact(row, id, Sense::click());
    let mark = Rect::from_min_size(row.min, vec2(MARK, row.height()));
    let mark = ui.interact(mark, id.with("mark"), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, &group.spoken));
    let verb = if group.is_open { "Hide" } else { "Show" };
    let verb = format!("{verb} the {} one by one", group.name);
    mark.widget_info(|| WidgetInfo::selected(Role::Button, true, group.is_open, &verb));
    ground(ui, row, selected, response.hovered() || response.has_focus());
    let ink = if mark.hovered() || mark.has_focus() { theme.accent } else { theme.muted };
    chevron(ui, pos2(row.left() + 17.0, row.center().y), group.is_open, ink);
    let cells = Cells {
        name: Face::Medium.text(&group.name).color(theme.text),
        accounts: group.accounts,
        rows: group.rows,
        numbers: theme.muted,
        families: group.families,
        review: Face::Body.text(&group.reviewed).color(theme.muted),
    };
    cells.show(ui, row, columns);
    let turned = mark.on_hover_text(verb).clicked();
    let chosen = response.on_hover_ui(|ui| {
        ui.label(&group.common);
        ui.label("Click to read them together, or on the mark to see each");
    });
    match (turned, chosen.clicked()) {
        (true, _) => Some(Asked::Turned),
        (false, true) => Some(Asked::Chosen),
        (false, false) => None,
    }
}

/// To the right where there is more, down where it is shown.
fn chevron(ui: &Ui, at: Pos2, is_open: bool, ink: Color32) {
    if is_open {
        return glyph::chevron(ui.painter(), at, ink);
    }
    let points = [at + vec2(-1.5, -3.5), at + vec2(2.0, 0.0), at + vec2(-1.5, 3.5)];
    let line = Stroke::new(1.4, ink);
    ui.painter().line_segment([points[0], points[1]], line);
    ui.painter().line_segment([points[1], points[2]], line);
}

#[cfg(test)]
mod tests {
    use super::super::super::listing::Review;
    use super::*;
    use crate::model::Verdict;
    use crate::model::finding::Level;

    fn entry(id: u32, families: FamilyScores, review: Review) -> Entry {
        Entry {
            subject: Subject::Cluster(id),
            name: format!("Cluster {id}"),
            level: Level::Probable,
            coordination: 0.9,
            harvesting: 0.1,
            accounts: 5,
            rows: 1_000,
            families,
            detectors: vec!["D02"],
            review,
            dismissal: None,
        }
    }

    #[test]
    fn a_line_of_clusters_that_are_alike_claims_no_more_than_all_of_them_have() {
        let (high, low) = ([Some(0.9), Some(0.8), Some(0.2), Some(0.9), None], Some(0.6));
        let all = [
            entry(9, high, Review::Given(Verdict::Watch)),
            entry(4, [low, Some(0.9), Some(0.1), None, None], Review::New),
        ];
        let group = Group::of(&all, 0..2, false);
        assert_eq!(group.families, [low, Some(0.8), Some(0.1), None, None]);
        assert_eq!(group.ids, [4, 9]);
        let spoken = "2 alike, probable, content, timing, commerce: D02, 10 accounts, \
                      2,000 records, 1 of 2 reviewed";
        assert_eq!(group.spoken, spoken);
    }
}
