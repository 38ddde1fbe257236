//! D34: a template leaves a model or pathway that refuses it for one that does not.

use std::collections::BTreeMap;

use crate::detect::material::calls::is_refused;
use crate::detect::stats::hypergeometric::Urn;
use crate::detect::{
    BOTH, Claim, Definition, Detector, Group, Look, Need, Parameter, Seen, Strength, evidence,
    quoted,
};
use crate::index::Record;
use crate::job::Cancelled;
use crate::model::finding::{Family, Finding, Recipe, Statement, Unit};
use crate::model::{FREE_TEXT, Field};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D34",
    version: 4,
    title: "Guard arbitrage",
    family: Family::LifeCycle,
    strength: Strength::Evidence,
    speaks_to: BOTH,
    sees: "one template of a cluster that was refused on one model or pathway and then moved to \
           another where it is not",
    cannot_see: "moves for price or speed, which have no gradient of refusals, and templates that \
                 are reworded on the way",
    needs: &[
        Need::Accounts,
        Need::Field(Field::StopReason),
        Need::Field(Field::Model),
        Need::Templates,
    ],
    parameters: &[
        Parameter {
            name: "least_requests_on_each_side",
            default: 20.0,
            reason: "with fewer, shares of refusals are not known",
        },
        Parameter {
            name: "least_refused_before",
            default: 0.3,
            reason: "ordinary products see a few percent",
        },
        Parameter {
            name: "most_refused_after",
            default: 0.1,
            reason: "what ordinary products see",
        },
        Parameter {
            name: "least_share_moved",
            default: 0.5,
            reason: "of the requests of the template, the drop of the refusing route's share",
        },
        Parameter {
            name: "most_log10_p",
            default: -4.0,
            reason: "over the templates and routes of the cluster",
        },
    ],
    source: "guard arbitrage as reported in AA26-251A; the rule is ours",
};

/// The detector.
pub struct Arbitrage;

impl Detector for Arbitrage {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let calls = &look.material.index.dimensions().calls;
        let refused = calls.iter().map(is_refused).collect();
        let (mut names, mut route) = (Vec::<String>::new(), Vec::new());
        for call in calls {
            let name = match (call.model.as_deref(), call.pathway.as_deref()) {
                (Some(model), Some(pathway)) => format!("{model} by {pathway}"),
                (Some(model), None) => model.to_owned(),
                (None, _) => {
                    route.push(None);
                    continue;
                }
            };
            let at = names.iter().position(|known| *known == name);
            route.push(Some(at.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            })));
        }
        Ok(Box::new(Routes { look: *look, names, route, refused }))
    }
}

struct Routes<'a> {
    look: Look<'a>,
    /// Models with their pathways.
    names: Vec<String>,
    /// By kind of call.
    route: Vec<Option<usize>>,
    refused: Vec<bool>,
}

impl Seen for Routes<'_> {
    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        self.look.progress.check()?;
        Ok(self.of(group))
    }
}

/// A request with a template: row, route, whether it was refused.
type Sent = (u32, usize, bool);

/// A template that moved.
struct Moved {
    template: u32,
    from: usize,
    to: usize,
    /// Requests to the refusing route, before and after; to the other one after.
    before: Vec<Sent>,
    after: Vec<Sent>,
    /// All requests before and after, and those after to the refusing route.
    early: Vec<Sent>,
    late: Vec<Sent>,
    stayed: Vec<Sent>,
    shares: [f64; 2],
    ln_p: f64,
}

/// How many of these were refused.
fn refusals(of: &[Sent]) -> u64 {
    of.iter().filter(|(.., refused)| *refused).count() as u64
}

impl Routes<'_> {
    fn of(&self, group: Group<'_>) -> Option<Finding> {
        let templates = self.look.material.index.templates();
        let sent = |record: Record| {
            let template = record.template.filter(|id| *id != FREE_TEXT)?;
            let call = record.call as usize;
            let route = self.route[call]?;
            record.at.map(|_| (template, (record.row, route, self.refused[call])))
        };
        let rows = || group.members.iter().flat_map(|a| self.look.material.records(*a));
        // By template its requests, and how many were refused: most have none, and cannot have moved.
        let mut counts = vec![(0_u32, 0_u32); templates.all.len() + 1];
        for (template, (.., is_refused)) in rows().filter_map(sent) {
            let count = &mut counts[template as usize];
            *count = (count.0 + 1, count.1 + u32::from(is_refused));
        }
        let tests = counts.iter().filter(|(all, _)| *all > 0).count() as f64;
        let get = |name| self.look.parameter(&DEFINITION, name);
        let may_move = |template: u32| {
            let (all, refused) = counts[template as usize];
            f64::from(all) >= 2.0 * get("least_requests_on_each_side").max(1.0)
                && (refused > 0 || get("least_refused_before") <= 0.0)
        };
        let may_move: Vec<bool> = (0..counts.len() as u32).map(may_move).collect();
        if !may_move.contains(&true) {
            return None;
        }
        let mut by_template: BTreeMap<u32, Vec<Sent>> = BTreeMap::new();
        for (template, sent) in rows().filter_map(sent).filter(|of| may_move[of.0 as usize]) {
            by_template.entry(template).or_default().push(sent);
        }
        let moved = by_template.into_iter().filter_map(|(id, sent)| self.moved(id, sent, tests));
        let best = moved.min_by(|a, b| a.ln_p.total_cmp(&b.ln_p))?;
        self.judged(&best, group)
    }

    /// The move of a template with the steepest gradient; looked for at nine points of its course.
    fn moved(&self, template: u32, mut sent: Vec<Sent>, tests: f64) -> Option<Moved> {
        let get = |name| self.look.parameter(&DEFINITION, name);
        let least = get("least_requests_on_each_side").max(1.0);
        if (sent.len() as f64) < 2.0 * least {
            return None;
        }
        sent.sort_unstable();
        let mut best: Option<Moved> = None;
        let index = self.look.material.index;
        for cut in (1..10).map(|tenth| sent.len() * tenth / 10) {
            // What is of one moment has no order.
            let moment = index.at(sent[cut].0);
            let cut = sent.partition_point(|(row, ..)| index.at(*row) < moment);
            let (early, late) = sent.split_at(cut);
            let on = |part: &[Sent], route: usize| -> Vec<Sent> {
                part.iter().filter(|(_, r, _)| *r == route).copied().collect()
            };
            let (Some(from), Some(to)) = (most(early, None), most(late, most(early, None))) else {
                continue;
            };
            let (before, after) = (on(early, from), on(late, to));
            let stayed = on(late, from);
            let share = |part: &[Sent], of: &[Sent]| part.len() as f64 / of.len() as f64;
            let shares = [share(&before, early), share(&stayed, late)];
            let refused = |of: &[Sent]| refusals(of) as f64 / of.len() as f64;
            let passes = before.len() as f64 >= least
                && after.len() as f64 >= least
                && shares[0] - shares[1] >= get("least_share_moved")
                && refused(&before) >= get("least_refused_before")
                && refused(&after) <= get("most_refused_after");
            if !passes {
                continue;
            }
            let (k, n) = (refusals(&before), before.len() as u64);
            let (all, hits) = (n + after.len() as u64, k + refusals(&after));
            let urn = Urn { items: all, marked: hits, drawn: n };
            let Some(ln_p) = urn.ln_at_least(k) else { continue };
            let pairs = (self.names.len() * self.names.len()) as f64;
            let ln_p = (ln_p + libm::log(9.0 * tests * pairs)).min(0.0);
            if best.as_ref().is_none_or(|b| ln_p < b.ln_p) {
                let (early, late) = (early.to_vec(), late.to_vec());
                best = Some(Moved {
                    template,
                    from,
                    to,
                    before,
                    after,
                    early,
                    late,
                    stayed,
                    shares,
                    ln_p,
                });
            }
        }
        best.filter(|b| b.ln_p / std::f64::consts::LN_10 <= get("most_log10_p"))
    }

    fn judged(&self, moved: &Moved, group: Group<'_>) -> Option<Finding> {
        let index = self.look.material.index;
        let rows = |of: &[Sent]| of.iter().map(|(row, ..)| *row).collect::<Vec<u32>>();
        let refused = |of: &[Sent]| -> Vec<u32> {
            of.iter().filter(|(.., refused)| *refused).map(|(row, ..)| *row).collect()
        };
        let part = |name| Unit::Share.text(self.look.parameter(&DEFINITION, name));
        let accounts = rows(&moved.before).into_iter().chain(rows(&moved.after));
        let claim = Claim {
            accounts: accounts.map(|row| index.account_of(row)).collect(),
            statement: self.statement(moved),
            statistic: moved.shares[0] - moved.shares[1],
            threshold: format!(
                "at least {} of its requests moved, at least {} of them refused before and at most {} \
                 after",
                part("least_share_moved"),
                part("least_refused_before"),
                part("most_refused_after"),
            ),
            // The sentence says both shares; what is usual is not known.
            effect: 1.0,
            null: None,
            ln_p: Some(moved.ln_p),
            evidence: vec![
                evidence(index, BEFORE, rows(&moved.before)),
                evidence(index, REFUSED, refused(&moved.before)),
                evidence(index, AFTER, rows(&moved.after)),
                evidence(index, REFUSED_AFTER, refused(&moved.after)),
                evidence(index, EARLY, rows(&moved.early)),
                evidence(index, LATE, rows(&moved.late)),
                evidence(index, STAYED, rows(&moved.stayed)),
            ],
        };
        claim.finding(&DEFINITION, group.subject())
    }

    fn statement(&self, moved: &Moved) -> Statement {
        let name = |route: usize| quoted(&self.names[route]);
        let refused = |of: &[Sent]| refusals(of) as f64 / of.len() as f64;
        let ratio = |role: &str, of: &str| Recipe::Ratio { role: role.into(), of: of.into() };
        let records = |role: &str| Recipe::Records { role: role.into() };
        let words = format!(
            "The prompt template {} left {}, which refused {{refused}} of {{before}} requests, for {}, \
             which refused {{refused_after}} of {{after}}: the first one's share fell from {{share}} \
             to {{share_after}}.",
            moved.template,
            name(moved.from),
            name(moved.to),
        );
        Statement::new(words)
            .with("refused", refused(&moved.before), Unit::Share, ratio(REFUSED, BEFORE))
            .with("before", moved.before.len() as f64, Unit::Count, records(BEFORE))
            .with("refused_after", refused(&moved.after), Unit::Share, ratio(REFUSED_AFTER, AFTER))
            .with("after", moved.after.len() as f64, Unit::Count, records(AFTER))
            .with("share", moved.shares[0], Unit::Share, ratio(BEFORE, EARLY))
            .with("share_after", moved.shares[1], Unit::Share, ratio(STAYED, LATE))
    }
}

/// The route with most requests, but for one of them.
fn most(sent: &[Sent], but: Option<usize>) -> Option<usize> {
    let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
    for (_, route, _) in sent.iter().filter(|(_, route, _)| Some(*route) != but) {
        *counts.entry(*route).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(route, n)| (*n, std::cmp::Reverse(*route))).map(|(r, _)| r)
}

/// The role of requests to the first model before the move.
pub(in crate::detect) const BEFORE: &str = "before the move";
/// The role of those of them that were refused.
pub(in crate::detect) const REFUSED: &str = "refused before";
/// The role of requests to the second model after it.
pub(in crate::detect) const AFTER: &str = "after the move";
/// The role of all requests with the template before the move.
const EARLY: &str = "all before the move";
/// The role of all requests with it after the move.
const LATE: &str = "all after the move";
/// The role of those of them that stayed with the first model.
const STAYED: &str = "stayed after the move";
/// The role of those of them that were refused.
pub(in crate::detect) const REFUSED_AFTER: &str = "refused after";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Attributes;
    use crate::detect::testcase::Sent as Row;
    use crate::detect::timing::rotation::tests::said;

    /// A hundred requests of one template by three accounts: to model x at first, then to y; x
    /// refuses as many of ten as told.
    fn world(refuses: i64) -> Vec<Row> {
        let row = |i: i64| {
            let model = if i < 40 { "x" } else { "y" };
            let refused = model == "x" && i % 10 < refuses;
            Row {
                at: i * 60_000_000,
                account: (i % 3) as u32,
                template: 1,
                model,
                stop_reason: if refused { "refusal" } else { "end_turn" },
                ..Row::default()
            }
        };
        (0..100).map(row).collect()
    }

    #[test]
    fn a_template_that_goes_where_it_is_not_refused_is_arbitrage() {
        let none = Attributes::new();
        let found = said(&Arbitrage, &world(9), &none, &[0, 1, 2]).expect("arbitrage");
        assert_eq!(
            found.statement.text(),
            "The prompt template 1 left x, which refused 90 % of 40 requests, for y, which refused \
             0 % of 60: the first one's share fell from 100 % to 0 %."
        );
        assert_eq!(found.events_of(REFUSED).len(), 36);
        assert_eq!(found.events_of(AFTER).len(), 60);
    }

    #[test]
    fn what_is_all_of_one_moment_has_not_moved() {
        let at_once = world(9).into_iter().map(|row| Row { at: 7, ..row }).collect::<Vec<Row>>();
        assert_eq!(said(&Arbitrage, &at_once, &Attributes::new(), &[0, 1, 2]), None);
    }

    #[test]
    fn a_move_without_a_gradient_of_refusals_is_none() {
        assert_eq!(said(&Arbitrage, &world(0), &Attributes::new(), &[0, 1, 2]), None);
    }
}
