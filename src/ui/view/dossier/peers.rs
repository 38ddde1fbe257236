//! Whom it is tied to: the kind, the weight and the proof of each tie. A click shows the rows.

use egui::{Align, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::case::dossier::Part;
use crate::model::filter::{Expr, Value};
use crate::model::finding::Subject;
use crate::model::{Field, Filter, Selection};
use crate::network::peers::{Among, Peer, Peers, Through};
use crate::network::picture::{Evidence, Whole};
use crate::ui::format;
use crate::ui::scene::Scene;
use crate::ui::state::Action;
use crate::ui::theme::{Face, Theme};
use crate::ui::view::findings::detail::statement;
use crate::ui::view::network::proof::Claim;
use crate::ui::view::network::sign;
use crate::ui::widget::raw::visible_text;
use crate::ui::widget::{button, text};

use super::section::{Kind, absent, failed, section};
use super::subject::About;

/// Height of a tie, points.
const ROW: f32 = 21.0;
/// Width of a weight, points.
const WEIGHT: f32 = 76.0;
/// Ties to one account that are listed.
const TIES: usize = 3;

/// What is known of the ties.
pub struct Known<'a> {
    /// What they are made of.
    pub whole: Option<&'a Whole>,
    /// The ties.
    pub peers: Option<&'a Peers>,
    /// Why there are none.
    pub without: Option<&'a str>,
}

/// Draws it; the claim whose proof is asked for.
pub fn show(ui: &mut Ui, about: &About, known: &Known<'_>, scene: &mut Scene<'_>) -> Option<Claim> {
    let note = known.peers.map(|peers| note(about, peers)).unwrap_or_default();
    let mut asked = None;
    section(ui, Part::Peers, (Kind::Inference, &note), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let (whole, peers) = match (known.without, known.whole, known.peers) {
            (Some(why), ..) => return failed(ui, "What accounts share cannot be read", why),
            (None, Some(whole), Some(peers)) => (whole, peers),
            _ => return absent(ui, "Looking for what accounts share…"),
        };
        if peers.inside.is_empty() && peers.peers.is_empty() {
            return absent(ui, "Nothing ties it to any other account of the case");
        }
        let words = "nats: how much likelier a tie is among accounts that act as one; \
                     a click shows the rows that say so";
        text::wrapped(ui, Face::Small.text(words).color(Theme::of(ui).muted));
        let is_cluster = matches!(about.subject, Subject::Cluster(_));
        if is_cluster && !peers.inside.is_empty() {
            heading(ui, "Ties among its accounts", peers.inside.len(), peers.all_inside);
            for tie in &peers.inside {
                asked = inside(ui, about, tie, whole, scene).or(asked.take());
            }
        }
        if is_cluster && !peers.peers.is_empty() {
            heading(ui, "Ties to accounts outside", peers.peers.len(), peers.all_peers);
        }
        for one in &peers.peers {
            asked = peer(ui, about, one, whole, scene).or(asked.take());
        }
    });
    asked
}

/// How many there are, and how many of them are shown.
fn note(about: &About, peers: &Peers) -> String {
    let all = format::counted(peers.all_peers, "peer", "peers");
    let shown = peers.peers.len() as u64;
    match about.subject {
        Subject::Account(_) if shown < peers.all_peers => {
            format!("{shown} of {all}, heaviest first")
        }
        Subject::Account(_) => all,
        Subject::Cluster(_) => {
            format!("{} inside, {all} outside", format::counted(peers.all_inside, "tie", "ties"))
        }
    }
}

fn heading(ui: &mut Ui, words: &str, shown: usize, all: u64) {
    ui.add_space(8.0);
    let shown = shown as u64;
    let n = match shown < all {
        true => format!("{} of {}", format::count(shown), format::count(all)),
        false => format::count(all),
    };
    text::section(ui, &format!("{words} · {n}"));
    ui.add_space(2.0);
}

/// Somebody outside with the ties that lead there.
fn peer(
    ui: &mut Ui,
    about: &About,
    peer: &Peer,
    whole: &Whole,
    scene: &mut Scene<'_>,
) -> Option<Claim> {
    let theme = Theme::of(ui);
    let id = scene.index.accounts().get(peer.account as usize).cloned()?;
    ui.add_space(4.0);
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let mut left = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(row.with_max_x(row.right() - WEIGHT))
            .layout(egui::Layout::left_to_right(Align::Center)),
    );
    left.spacing_mut().item_spacing.x = 8.0;
    let name = visible_text(&id).into_owned();
    if button::link(&mut left, &name).on_hover_text("Its dossier").clicked() {
        scene.ask(Action::Select(Selection::account(id)));
    }
    let verdict = scene.lists.verdict(peer.account).map(|verdict| verdict.as_str());
    if let Some(verdict) = verdict {
        text::line(&mut left, Face::Small.text(verdict).color(theme.muted));
    }
    weight(ui, row, peer.weight);
    let mut asked = None;
    for tie in peer.ties.iter().take(TIES) {
        let words = tie.through.words(&whole.things, &whole.pairs);
        let spoken = format!("Tie to {name}: {}", format::display(&words));
        let line = Line { words: &words, spoken: &spoken, through: tie.through, weight: None };
        if line.show(ui, whole) {
            asked = claim(about, tie.through, Some(peer.account), whole, scene);
        }
    }
    let more = peer.ties.len().saturating_sub(TIES) as u64;
    if more > 0 {
        let words = format!("and {}", format::counted(more, "more tie", "more ties"));
        ui.label(Face::Small.text(words).color(theme.muted));
    }
    asked
}

/// A tie among the accounts themselves.
fn inside(
    ui: &mut Ui,
    about: &About,
    tie: &Among,
    whole: &Whole,
    scene: &Scene<'_>,
) -> Option<Claim> {
    let what = tie.through.words(&whole.things, &whole.pairs);
    let all = about.accounts.len() as u64;
    let words = match tie.through {
        Through::Thing(_) => format!("{} of {} · {what}", tie.accounts, format::count(all)),
        Through::Pair(at) => {
            let pair = whole.pairs.get(at as usize)?;
            let name = |account: u32| {
                let id = scene.index.accounts().get(account as usize);
                id.map_or_else(String::new, |id| visible_text(id).into_owned())
            };
            format!("{} – {} · {what}", name(pair.a), name(pair.b))
        }
    };
    let spoken = format!("Tie inside: {}", format::display(&words));
    let weight = Some(tie.weight);
    let line = Line { words: &words, spoken: &spoken, through: tie.through, weight };
    line.show(ui, whole).then(|| claim(about, tie.through, None, whole, scene)).flatten()
}

/// One tie.
struct Line<'a> {
    words: &'a str,
    spoken: &'a str,
    through: Through,
    weight: Option<f64>,
}

impl Line<'_> {
    /// Draws it; whether it was clicked.
    fn show(&self, ui: &mut Ui, whole: &Whole) -> bool {
        let theme = Theme::of(ui);
        let (row, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, self.spoken));
        if response.hovered() || response.has_focus() {
            ui.painter().rect_filled(row, 3.0, theme.hover);
        }
        let mut left = row.left() + 4.0;
        if let Some(evidence) = self.through.evidence(&whole.things, &whole.pairs) {
            let centre = egui::pos2(left + 6.0, row.center().y);
            sign::paint(ui.painter(), centre, 11.0, evidence, theme.copper);
            left += 20.0;
        }
        let end = if self.weight.is_some() { WEIGHT } else { 0.0 };
        let room = Rect::from_x_y_ranges(left..=row.right() - end, row.y_range());
        let words = format::display(self.words);
        text::in_rect(ui, room, Align::Min, Face::Body.text(words).color(theme.text));
        if let Some(value) = self.weight {
            weight(ui, row, value);
        }
        response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
    }
}

fn weight(ui: &mut Ui, row: Rect, weight: f64) {
    let room = row.with_min_x(row.right() - WEIGHT).with_max_x(row.right() - 4.0);
    let ink = Theme::of(ui).text;
    text::number(ui, room, &format!("{weight:.2} nats"), Face::Body, ink);
}

/// Which detector found what is between accounts, by the name of the kind.
const FOUND_BY: [(&str, &str); 4] =
    [("replay", "D20"), ("alternation", "D02"), ("synchrony", "D03"), ("succession", "D07")];

/// The records that a detector cites for what it found between some accounts, where they are those of
/// a finding; `accounts` by position.
fn cited(evidence: Evidence, accounts: &[u32], scene: &Scene<'_>) -> Option<Filter> {
    let (_, detector) = FOUND_BY.iter().find(|(name, _)| *name == evidence.name())?;
    let analysis = scene.analysis?;
    let cluster = analysis.account(*accounts.first()?)?.cluster?;
    let mut about = analysis.about(Subject::Cluster(cluster));
    let (number, _) = about.find(|(_, finding)| finding.detector == *detector)?;
    let id = |account: &u32| scene.index.accounts().get(*account as usize);
    let ids = accounts.iter().filter_map(id).map(|id| Value::text(id.as_str())).collect();
    Some(statement::cited(number, None)?.and(Expr::one_of(Field::AccountId, ids)?))
}

/// What a tie claims: of the accounts of the page, and of the peer it leads to.
pub fn claim(
    about: &About,
    through: Through,
    peer: Option<u32>,
    whole: &Whole,
    scene: &Scene<'_>,
) -> Option<Claim> {
    match through {
        Through::Thing(thing) => {
            let mut accounts = about.accounts.to_vec();
            accounts.extend(peer);
            accounts.sort_unstable();
            let mut claim = Claim::between(whole, &accounts, &[thing], scene.index);
            let evidence = whole.things.get(thing as usize)?.evidence;
            claim.filter = claim.filter.or_else(|| cited(evidence, &claim.accounts, scene));
            Some(claim)
        }
        Through::Pair(at) => {
            let pair = whole.pairs.get(at as usize)?;
            let (accounts, others) = (vec![pair.a], vec![pair.b]);
            let filter = cited(pair.evidence, &[pair.a, pair.b], scene);
            Some(Claim { accounts, things: Vec::new(), others, filter })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::registry;
    use crate::model::finding::Layer;

    #[test]
    fn what_is_found_between_accounts_is_found_by_detectors_that_exist() {
        for (name, detector) in FOUND_BY {
            assert!(Layer::parse(name).is_some(), "{name}");
            assert!(registry::by_id(detector).is_some(), "{detector}");
        }
    }
}
