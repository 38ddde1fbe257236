//! The way between two accounts, drawn over everything else.

use egui::Ui;

use super::look::Look;
use super::{paint, side};
use crate::network::picture::route::End;
use crate::network::picture::{Route, What};
use crate::ui::scene::Scene;

/// A way, drawn over everything else.
pub fn show(ui: &Ui, look: &Look<'_>, route: &Route, at: usize, scene: &Scene<'_>) {
    let painter = ui.painter_at(look.canvas);
    let node = |end: End| {
        let has = |node: &crate::network::picture::Drawn| match end {
            End::Account(account) => node.what == What::Accounts && node.members.contains(&account),
            End::Thing(thing) => node.what != What::Accounts && node.members.contains(&thing),
        };
        look.made.picture.nodes.iter().position(has).map(|at| at as u32)
    };
    let ends: Vec<_> = route.steps.iter().map(|step| (node(step.from), node(step.to))).collect();
    for (i, (from, to)) in ends.iter().enumerate() {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let width = if i == at { 3.5 } else { 2.25 };
        let line = egui::Stroke::new(width, look.theme.accent);
        painter.line_segment([look.at(*from), look.at(*to)], line);
    }
    for end in ends.iter().flat_map(|(from, to)| [from, to]).flatten() {
        let ring = egui::Stroke::new(2.0, look.theme.accent);
        painter.circle_stroke(look.at(*end), look.radius(*end).min(20.0) + 3.0, ring);
    }
    for (i, (step, (from, to))) in route.steps.iter().zip(&ends).enumerate() {
        let (Some(from), Some(to)) = (from, to) else { continue };
        let middle = look.at(*from) + (look.at(*to) - look.at(*from)) * 0.5;
        let rows = side::claim(look.whole, step, scene);
        let holders = rows.things.iter().flat_map(|thing| look.whole.holders(*thing));
        let count: u32 = holders
            .filter(|(holder, _)| rows.accounts.binary_search(&holder.account).is_ok())
            .map(|(holder, _)| holder.rows)
            .sum();
        paint::pill(&painter, look, middle, i + 1, &side::said(step.evidence, count));
    }
}
