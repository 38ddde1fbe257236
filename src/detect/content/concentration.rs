//! D25: accounts that ask very few kinds of things, and never the same thing twice.
//!
//! The number of kinds is e^H of Shannon's entropy over templates; a prompt of no template is a
//! kind of its own. A batch job looks the same, so that this adds to a score and is no evidence by
//! itself. Of a single account it is told only where it is rare among the accounts of its plan.

mod alone;

use alone::Limits;

use crate::detect::stats::entropy::effective;
use crate::detect::stats::robust::median;
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Look, Material, Measures, Need, Parameter, Seen,
    Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Evidence, Family, Finding, NullBand, Recipe, Statement, Take, Unit};
use crate::model::rng::Rng;

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D25",
    version: 3,
    title: "Few templates, every item new",
    family: Family::Content,
    strength: Strength::Supporting,
    speaks_to: HARVESTING,
    sees: "a cluster whose prompts come to very few templates, with another item in nearly every \
           one; an account that works off a list in one frame, on a plan where few do",
    cannot_see: "harvesting that is mixed with other use; batch jobs and evaluations look the same",
    needs: &[Need::Templates, Need::Field(Field::PromptHash)],
    parameters: &[
        Parameter {
            name: "least_prompts",
            default: 100.0,
            reason: "of fewer nobody can say of how many kinds they are",
        },
        Parameter {
            name: "most_templates",
            default: 12.0,
            reason: "the widest campaign that was described worked on about as many kinds of tasks",
        },
        Parameter {
            name: "least_novel",
            default: 0.9,
            reason: "support and monitoring ask the same again and again",
        },
        Parameter {
            name: "least_prompts_alone",
            default: 200.0,
            reason: "a single account that asks less tries something out",
        },
        Parameter {
            name: "most_templates_alone",
            default: 3.0,
            reason: "one list is asked about in one way, or in a few",
        },
        Parameter {
            name: "most_p_alone",
            default: 0.05,
            reason: "what more than one of twenty on the plan do is how it is used: batch jobs",
        },
    ],
    source: "Anthropic (23 February 2026) names it as a hallmark; numbers of kinds after Hill \
             (1973); conformal p values after Vovk et al. (2005)",
};

/// Groups of other accounts that are drawn.
const DRAWS: usize = 39;

/// The detector.
pub struct Concentration;

impl Detector for Concentration {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        Ok(Box::new(Kinds {
            material: look.material,
            seed: look.seed,
            least_prompts: get("least_prompts"),
            most_templates: get("most_templates"),
            least_novel: get("least_novel"),
            alone: Limits {
                prompts: get("least_prompts_alone").max(1.0),
                templates: get("most_templates_alone"),
                novel: get("least_novel"),
                p: get("most_p_alone"),
            },
        }))
    }
}

struct Kinds<'a> {
    material: &'a Material<'a>,
    seed: u64,
    least_prompts: f64,
    most_templates: f64,
    least_novel: f64,
    alone: Limits,
}

impl Seen for Kinds<'_> {
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        // Without sessions nobody can say that a conversation is not gone on with.
        if !self.material.has(Field::SessionId) {
            return Ok(Vec::new());
        }
        Ok(alone::of_accounts(self, self.alone))
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }

    fn measured(&self) -> Measures {
        match self.material.has(Field::SessionId) {
            true => alone::measured(self, self.alone),
            false => Vec::new(),
        }
    }
}

/// The effective number of kinds that some accounts ask; `None` where they ask nothing.
fn kinds(material: &Material<'_>, accounts: &[u32]) -> Option<f64> {
    let scripts = material.scripts();
    let mut all: Vec<(u32, u64)> = Vec::new();
    let mut free = 0_u64;
    for account in accounts {
        let of = &scripts.of_account[*account as usize];
        let templated: u64 = of.iter().map(|(_, rows)| u64::from(*rows)).sum();
        free += u64::from(scripts.prompts[*account as usize]).saturating_sub(templated);
        all.extend(of.iter().map(|(script, rows)| (*script, u64::from(*rows))));
    }
    all.sort_unstable();
    let sum = |of: &[(u32, u64)]| of.iter().map(|(_, rows)| rows).sum::<u64>();
    kinds_of(all.chunk_by(|a, b| a.0 == b.0).map(sum).collect(), free)
}

/// The effective number of kinds among prompts of templates, so many of each, and prompts of no
/// template, of which each is a kind; `None` without any.
pub(super) fn kinds_of(mut counts: Vec<u64>, free: u64) -> Option<f64> {
    if free == 0 {
        return effective(&counts);
    }
    counts.push(free);
    let total: f64 = counts.iter().map(|n| *n as f64).sum();
    // The entropy of the parts, and within the free ones that of as many kinds.
    let of_parts = libm::log(effective(&counts)?);
    Some(libm::exp(of_parts + free as f64 / total * libm::log(free as f64)))
}

/// Prompts of a cluster, as they enter its finding.
struct Prompts {
    evidence: Evidence,
    /// Different ones.
    distinct: usize,
}

fn prompts(material: &Material<'_>, accounts: &[u32]) -> Prompts {
    let index = material.index;
    let (mut events, mut hashes) = (Vec::new(), Vec::new());
    let records = accounts.iter().flat_map(|account| material.records(*account));
    for record in records {
        let hash = index.row(record.row).prompt_hash();
        if record.template.is_some() || hash.is_some() {
            events.push(index.event_id(record.row));
            hashes.extend(hash);
        }
    }
    events.sort_unstable();
    events.dedup();
    hashes.sort_unstable();
    hashes.dedup();
    Prompts { evidence: Evidence { role: "prompts".into(), events }, distinct: hashes.len() }
}

fn of_group(seen: &Kinds<'_>, group: Group<'_>) -> Option<Finding> {
    let (material, scripts) = (seen.material, seen.material.scripts());
    let n: u64 = group.members.iter().map(|a| u64::from(scripts.prompts[*a as usize])).sum();
    let own = kinds(material, group.members)?;
    if (n as f64) < seen.least_prompts || own > seen.most_templates {
        return None;
    }
    let mut drawn = draws(seen, group, own)?;
    let prompts = prompts(material, group.members);
    let novel = prompts.distinct as f64 / prompts.evidence.events.len().max(1) as f64;
    if novel < seen.least_novel {
        return None;
    }
    drawn.sort_by(f64::total_cmp);
    let p = 1.0 / (DRAWS + 1) as f64;
    let middle = median(&drawn)?;
    let null = NullBand {
        made_from: "as many other accounts, drawn at random".into(),
        low: drawn[0],
        median: middle,
        high: drawn[drawn.len() - 1],
        n: DRAWS as u64,
    };
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        accounts: group.members.to_vec(),
        statement: statement(&prompts, own, &null, &drawn),
        statistic: own,
        threshold: format!("at most {} templates (effective number)", seen.most_templates),
        effect: middle / own,
        null: Some(null),
        log10_p: Some(libm::log10(p)),
        is_exact: false,
        evidence: vec![prompts.evidence],
    })
}

/// The kinds that as many other accounts ask, drawn again and again; `None` where others are too few,
/// or where a draw has as few: what lies within what chance gives is nothing to speak of.
fn draws(seen: &Kinds<'_>, group: Group<'_>, own: f64) -> Option<Vec<f64>> {
    let scripts = seen.material.scripts();
    let asks = |account: &u32| scripts.prompts[*account as usize] > 0 && !group.has(*account);
    let others: Vec<u32> = (0..scripts.prompts.len() as u32).filter(asks).collect();
    if others.len() < group.members.len().max(20) {
        return None;
    }
    let mut rng = Rng::new(&[seed_of(seen, group), 25]);
    let mut drawn = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let mut some: Vec<u32> =
            group.members.iter().map(|_| others[rng.below(others.len() as u64) as usize]).collect();
        some.sort_unstable();
        some.dedup();
        drawn.extend(kinds(seen.material, &some));
    }
    (drawn.len() == DRAWS && drawn.iter().all(|n| *n > own)).then_some(drawn)
}

fn seed_of(seen: &Kinds<'_>, group: Group<'_>) -> u64 {
    seen.seed ^ u64::from(group.members[0])
}

fn statement(prompts: &Prompts, own: f64, null: &NullBand, drawn: &[f64]) -> Statement {
    let role = || "prompts".to_owned();
    let n = prompts.evidence.events.len() as f64;
    let distinct = Recipe::Distinct { role: role(), field: "prompt_hash".into() };
    let draws = |take| Recipe::Draws { take, of: drawn.to_vec() };
    Statement::new(
        "{n} prompts, {distinct} of them different, come to an effective number of templates of \
         {kinds}. As many other accounts, drawn at random, come to {middle} ({low} to {high}).",
    )
    .with("n", n, Unit::Count, Recipe::Records { role: role() })
    .with("distinct", prompts.distinct as f64, Unit::Count, distinct)
    .with("kinds", own, Unit::Plain, Recipe::Statistic)
    .with("middle", null.median, Unit::Plain, draws(Take::Middle))
    .with("low", null.low, Unit::Plain, draws(Take::Least))
    .with("high", null.high, Unit::Plain, draws(Take::Most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::index::Index;
    use crate::model::Call;

    const LIMITS: Limits = Limits { prompts: 40.0, templates: 3.0, novel: 0.9, p: 0.05 };

    /// Four accounts with a template, and a crowd that asks freely; every `again`-th item repeats.
    fn world(again: u64) -> Index {
        world_of(4, again)
    }

    /// The same with so many accounts with the template.
    fn world_of(lists: u32, again: u64) -> Index {
        let mut rows = Vec::new();
        for account in 0..40u32 {
            for i in 0..50u64 {
                let prompt = 1 + u64::from(account) * 1_000 + i % again;
                rows.push(Asked::of(i as i64, account, u32::from(account < lists), prompt));
            }
        }
        case(40, &["Work out item … in detail"], &rows)
    }

    fn found(index: &Index, members: &[u32]) -> Option<Finding> {
        let none = Attributes::new();
        let material = Material::new(index, &none, &[]);
        let seen = Kinds {
            material: &material,
            seed: 1,
            least_prompts: 100.0,
            most_templates: 12.0,
            least_novel: 0.9,
            alone: LIMITS,
        };
        of_group(&seen, Group { id: 1, members })
    }

    #[test]
    fn one_template_with_new_items_is_told_against_accounts_drawn_at_random() {
        let finding = found(&world(1_000), &[0, 1, 2, 3]).expect("one template");
        let text = finding.statement.text();
        assert!(
            text.starts_with(
                "200 prompts, 200 of them different, come to an effective number of templates of 1."
            ),
            "{text}"
        );
        assert!(finding.effect > 100.0 && finding.log10_p.is_some_and(|p| p < -1.5), "{text}");
        assert_eq!(found(&world(10), &[0, 1, 2, 3]), None, "the same again and again");
        assert_eq!(found(&world(1_000), &[10, 11, 12]), None, "everything free");
        assert_eq!(found(&world(1_000), &[0]), None, "too few");
    }

    #[test]
    fn what_lies_within_what_others_come_to_is_not_told() {
        for lists in 4..16 {
            let index = world_of(lists, 1_000);
            for members in [&[0, 1][..], &[0, 1, 2], &[0, 1, 2, 3]] {
                if let Some(Finding { statistic, null: Some(null), .. }) = found(&index, members) {
                    assert!(statistic < null.low, "{statistic} of {null:?}, {lists} lists");
                }
            }
        }
    }

    #[test]
    fn prompts_of_no_template_are_a_kind_each() {
        let (index, none) = (world(1_000), Attributes::new());
        let material = Material::new(&index, &none, &[]);
        let of = |accounts: &[u32]| kinds(&material, accounts).expect("they ask");
        assert!((of(&[0, 1]) - 1.0).abs() < 1e-9);
        assert!((of(&[10, 11]) - 100.0).abs() < 1e-6);
        // Half of it one kind, half fifty kinds: 2·√50.
        assert!((of(&[0, 10]) - 2.0 * 50f64.sqrt()).abs() < 1e-6);
        assert_eq!(kinds(&material, &[]), None);
    }

    /// The accounts that are told, of 120 on one plan; `lists` of them work off a list.
    fn told(lists: u32) -> Vec<String> {
        const FRAME: &str = "Fill in the form for the ledger of the house about the item … please";
        let mut rows = Vec::new();
        for account in 0..120u32 {
            for i in 0..50u64 {
                let prompt = 1 + u64::from(account) * 1_000 + i;
                let asked = Asked::of(i as i64, account, u32::from(account < lists), prompt);
                let call = Call { max_tokens: Some(64), ..Call::default() };
                rows.push(Asked { session: 1 + account, call, ..asked });
            }
        }
        let index = case(120, &[FRAME], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let seen = Kinds {
            material: &material,
            seed: 1,
            least_prompts: 100.0,
            most_templates: 12.0,
            least_novel: 0.9,
            alone: LIMITS,
        };
        let found = seen.accounts().expect("nobody cancels");
        found.iter().map(|finding| finding.statement.text()).collect()
    }

    #[test]
    fn a_list_of_one_account_is_told_where_few_of_its_peers_work_off_one() {
        let one = told(1);
        assert_eq!(one.len(), 1, "{one:?}");
        assert!(
            one[0].starts_with(
                "50 prompts, 50 of them different, come to an effective number of templates of 1."
            ),
            "{one:?}"
        );
        assert!(one[0].contains("50 of the calls stand alone"), "{one:?}");
        assert_eq!(told(30), [""; 0], "a quarter of the plan");
        assert_eq!(told(0), [""; 0], "nobody");
    }
}
