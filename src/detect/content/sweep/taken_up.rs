//! Who takes up the wording that somebody found by trying.
//!
//! It was asked first of all by an account that had been refused again and again before, it is hardly
//! ever refused, and others ask it many times as often. Who the first one is among thousands is no
//! accident, where it is one of the few that tried.

use rustc_hash::FxHashMap;

use super::super::rarity::{Limits, Rarity};
use super::{LEAST_OTHERS, Tried, WORKS};
use crate::detect::material::scripts::{Script, Use};
use crate::detect::{Layer, Link, Material};

/// Where the wordings that work are looked for.
pub(super) struct Search<'a> {
    pub material: &'a Material<'a>,
    pub tried: &'a [Tried],
    pub limits: Limits,
    /// Refusals that must come before the wording.
    pub refused: usize,
    /// How often others must ask it for each time that it was tried.
    pub growth: f64,
}

/// Ties between those who tried and those who took it up.
pub(super) fn links(search: &Search<'_>) -> Vec<Link> {
    if search.tried.is_empty() {
        return Vec::new();
    }
    let tried: FxHashMap<u32, &Tried> = search.tried.iter().map(|t| (t.account, t)).collect();
    let scripts = search.material.scripts();
    let rarity = Rarity::new(search.material, search.limits);
    let mut links = Vec::new();
    for (script, at) in scripts.all.iter().zip(0..) {
        let Some(found) = found(search, &tried, script, at) else { continue };
        let Some(weight) = rarity.of(script) else { continue };
        let name = scripts.name(at);
        for finder in &found.finders {
            for other in &found.others {
                let proof = format!(
                    "{name}, which was first asked after {} refusals and taken up by others",
                    found.refused
                );
                links.push(Link::new(
                    finder.account,
                    other.account,
                    Layer::Template,
                    weight,
                    proof,
                ));
            }
        }
    }
    links
}

/// A wording that was found.
struct Found<'a> {
    /// Who tried, and asked it.
    finders: Vec<&'a Use>,
    /// Who else does, as a habit.
    others: Vec<&'a Use>,
    /// Refusals of the first before.
    refused: usize,
}

fn found<'a>(
    search: &Search<'_>,
    tried: &FxHashMap<u32, &Tried>,
    script: &'a Script,
    at: u32,
) -> Option<Found<'a>> {
    let first = script.users.iter().min_by_key(|user| user.first)?;
    let index = search.material.index;
    // What is of the same moment was not before.
    let start = index.row_at(index.at(first.first)?);
    let refused = tried.get(&first.account)?.refused.partition_point(|row| *row < start);
    if refused < search.refused {
        return None;
    }
    let (finders, mut others): (Vec<&Use>, Vec<&Use>) =
        script.users.iter().partition(|user| tried.contains_key(&user.account));
    let prompts = &search.material.scripts().prompts;
    others.retain(|user| {
        let asked = f64::from(prompts[user.account as usize]) + search.limits.doubt;
        f64::from(user.rows) >= search.limits.share * asked
    });
    let rows = |of: &[&Use]| of.iter().map(|user| f64::from(user.rows)).sum::<f64>();
    let parties = super::super::rarity::parties(search.material, others.iter().map(|u| u.account));
    let is_grown = parties >= LEAST_OTHERS && rows(&others) >= search.growth * rows(&finders);
    (is_grown && works(search.material, &others, at)).then_some(Found { finders, others, refused })
}

/// Whether it is hardly refused to those who took it up.
fn works(material: &Material<'_>, users: &[&Use], script: u32) -> bool {
    let (index, scripts) = (material.index, material.scripts());
    let (templates, counted) = (index.templates(), index.everything());
    let is_of = |row: &&u32| {
        counted.contains(**row) && scripts.of_row(material, &templates, **row) == Some(script)
    };
    let rows = users.iter().flat_map(|user| index.rows_of_account(user.account)).filter(is_of);
    let (mut all, mut refused) = (0_u32, 0_u32);
    for row in rows {
        all += 1;
        refused += u32::from(material.was_refused(*row));
    }
    f64::from(refused) <= WORKS * f64::from(all)
}
