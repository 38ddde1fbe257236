//! What stands beside the title, and which line is read.

use super::Network;
use super::desk::{Desk, Made};
use super::proof::Claim;
use super::side::Focus;
use crate::network::picture::What;
use crate::ui::format;
use crate::ui::scene::Scene;

impl Network {
    /// `5 of 9 clusters · 1,793 accounts`, in wordings that need less and less room.
    pub(super) fn note(&self, made: &Made, scene: &Scene<'_>) -> String {
        let accounts = format::counted(made.accounts, "account", "accounts");
        let (one, many) = match made.whole.are_found {
            true => ("cluster", "clusters"),
            false => ("community", "communities"),
        };
        let (drawn, all) = (made.outlines.len() as u64, made.whole.blocks.len() as u64);
        let of = format!("{} of {}", format::count(drawn), format::counted(all, one, many));
        let few = format::counted(drawn, one, many);
        let more = self.remarks(made, scene);
        let blocks = if drawn == all { &few } else { &of };
        let mut wordings = vec![
            format!("{blocks} · {accounts}{more}"),
            format!("{few} · {accounts}{more}"),
            format!("{few}{more}"),
        ];
        // That something is not drawn says more than how many there are.
        wordings.extend(self.left_out());
        wordings.push(few);
        wordings.join("\n")
    }

    /// What is not as it could be: the filter, lines that wait, a layout on its way.
    fn remarks(&self, made: &Made, scene: &Scene<'_>) -> String {
        let mut words = String::new();
        if !scene.view.filter.is_everything()
            && let Some((.., kept)) = &self.kept
        {
            let nodes = made.picture.nodes.iter().zip(kept);
            let some = nodes.filter(|(n, kept)| **kept && n.what == What::Accounts).count();
            let some = format::counted(some as u64, "node", "nodes");
            words += &format!(" · {some} under the filter");
        }
        match (self.left_out(), self.canvas.thinned) {
            (None, _) => {}
            (Some(short), (thin, true)) => {
                let thin = format::counted(thin as u64, "line", "lines");
                words += &format!(" · {short}: without {thin}, and dots under others");
            }
            (Some(short), (_, false)) => words += &format!(" · {short}: zoom in"),
        }
        if self.desk.as_ref().is_some_and(Desk::is_stale) {
            words += " · laying out…";
        }
        words
    }

    /// That not all is drawn, in few words.
    fn left_out(&self) -> Option<String> {
        match self.canvas.thinned {
            (0, _) => None,
            (_, true) => Some("coarse while it moves".to_owned()),
            (thin, false) => {
                let thin = format::counted(thin as u64, "weak line", "weak lines");
                Some(format!("{thin} not drawn"))
            }
        }
    }

    /// The line that is read, by its position in a picture.
    pub(super) fn line_in(&self, made: &Made, scene: &Scene<'_>) -> Option<u32> {
        let Some(Focus::Line(claim)) = &self.focus else { return None };
        let is_it = |line: &crate::network::picture::Line| {
            let b = &made.picture.nodes[line.b as usize];
            (b.members[..] == claim.things[..] || b.members[..] == claim.others[..])
                && Claim::of(made, line, scene.index).accounts == claim.accounts
        };
        let at = made.picture.lines.iter().position(is_it)?;
        Some(at as u32)
    }
}
