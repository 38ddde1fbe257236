//! D22: one instruction that stands word for word in otherwise different prompts.
//!
//! It is found in templates: twelve words in a row that several have in common, or that stand before
//! or after a slot that is all the rest of the prompt. System prompts are not looked at: a product
//! has one. Naive: for every two prompts, the longest run of words both have.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::contrast::log10_at_least;
use super::dealt_out::dealt_out;
use super::rarity::{Limits, Rarity};
use super::shared_templates::{self, rows_of};
use crate::detect::material::scripts::Use;
use crate::detect::{
    Circle, Definition, Detector, Group, HARVESTING, Layer, Look, Material, Measures, Need,
    Parameter, Property, Seen, Strength, Ties,
};
use crate::job::Cancelled;
use crate::model::finding::{Evidence, Family, Finding, Recipe, Statement, Unit, count};
use crate::model::rng::key;
use crate::model::{Piece, Template};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D22",
    version: 5,
    title: "One instruction in different prompts",
    family: Family::Content,
    strength: Strength::Evidence,
    speaks_to: HARVESTING,
    sees: "the same words, twelve or more in a row, put into the prompts of accounts of different \
           parties whose tasks differ",
    cannot_see: "an instruction that is reworded, one that stands in the system prompt, and whether \
                 one that is in no verified organisation's use is public all the same",
    needs: &[Need::Accounts, Need::Templates],
    parameters: &[
        Parameter {
            name: "least_words",
            default: 12.0,
            reason: "so many words in a row are not the same by chance",
        },
        Parameter {
            name: "least_prompts",
            default: 5.0,
            reason: "an account that sent it less often has tried it",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts that send it do not speak for a network",
        },
    ],
    source: "described by Anthropic (10 September 2026); the rule is ours, runs of words as shingles \
             after Broder (1997)",
};

/// The detector.
pub struct Injected;

impl Detector for Injected {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let material = look.material;
        let found = instructions(&material.index.templates().all, get("least_words") as usize);
        let rarity = Rarity::new(material, Limits::of(look));
        let least = get("least_prompts") as u64;
        let tied = shared_templates::tied(material, Limits::of(look));
        let told = found.into_iter().filter_map(|it| Told::of(material, it, &rarity, least));
        let mut told: Vec<Told> = told.collect();
        // Whom the templates themselves tie, they tie by how much of their prompts they are.
        let is_tied = |account: &&u32| tied.binary_search(account).is_ok();
        let are_tied = |(accounts, _): &(Vec<u32>, f64)| {
            10 * accounts.iter().filter(is_tied).count() >= 9 * accounts.len()
        };
        told.iter_mut().for_each(|told| told.ties = told.ties.take().filter(|t| !are_tied(t)));
        let mut having: Vec<u32> = told.iter().flat_map(|t| t.users.iter().copied()).collect();
        having.sort_unstable();
        having.dedup();
        let asks = |account: u32| material.scripts().prompts[account as usize] > 0;
        let property = Property::of_list(material.index.accounts().len(), &having, asks);
        Ok(Box::new(Instructions {
            material,
            told,
            property,
            least: get("least_share_of_a_cluster"),
        }))
    }
}

/// An instruction and the templates it stands in, by position.
#[derive(Clone, Debug, PartialEq)]
struct Instruction {
    templates: Vec<u32>,
    words: usize,
}

/// The instructions in some templates, the longest of those in the same templates.
fn instructions(templates: &[Template], least: usize) -> Vec<Instruction> {
    let least = least.max(1);
    let mut holders: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    let mut all: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
    for (at, template) in (0..).zip(templates) {
        for words in template.pieces.iter().filter_map(words_of) {
            let hashes: Vec<u64> = words.iter().map(|word| xxh3_64(word.as_bytes())).collect();
            for run in hashes.windows(least) {
                let of = holders.entry(key(run)).or_default();
                if of.last() != Some(&at) {
                    of.push(at);
                }
            }
            if is_around_a_slot(template) && words.len() >= least {
                let longest = all.entry(vec![at]).or_default();
                *longest = words.len().max(*longest);
            }
        }
    }
    let sets: BTreeSet<Vec<u32>> = holders.values().filter(|of| of.len() > 1).cloned().collect();
    for of in sets {
        let longest = longest(&templates[of[0] as usize], &of, &holders, least);
        let known = all.entry(of).or_default();
        *known = (*known).max(longest);
    }
    all.into_iter().map(|(templates, words)| Instruction { templates, words }).collect()
}

/// How many words in a row of a template stand in all of some others, too.
fn longest(
    template: &Template,
    of: &[u32],
    holders: &FxHashMap<u64, Vec<u32>>,
    least: usize,
) -> usize {
    let are_all = |run: &[u64]| {
        let known = holders.get(&key(run));
        known.is_some_and(|known| of.iter().all(|at| known.binary_search(at).is_ok()))
    };
    let mut longest = 0;
    for words in template.pieces.iter().filter_map(words_of) {
        let hashes: Vec<u64> = words.iter().map(|word| xxh3_64(word.as_bytes())).collect();
        let mut runs = 0;
        for run in hashes.windows(least) {
            runs = if are_all(run) { runs + 1 } else { 0 };
            if runs > 0 {
                longest = longest.max(runs + least - 1);
            }
        }
    }
    longest
}

fn words_of(piece: &Piece) -> Option<Vec<&str>> {
    match piece {
        Piece::Fixed(text) => Some(text.split_whitespace().collect()),
        Piece::Slot(_) => None,
    }
}

/// One fixed text and one slot: the slot is the whole task.
fn is_around_a_slot(template: &Template) -> bool {
    template.pieces.len() == 2 && template.slots().count() == 1
}

/// An instruction with the accounts that send it.
struct Told {
    instruction: Instruction,
    /// Accounts that send it often enough, rising.
    users: Vec<u32>,
    /// All that ever sent it.
    everybody: FxHashSet<u32>,
    /// Whom it ties, and what it says of two of them, nats.
    ties: Option<(Vec<u32>, f64)>,
}

impl Told {
    /// `None` where it is public, or of one party.
    fn of(
        material: &Material<'_>,
        instruction: Instruction,
        rarity: &Rarity<'_>,
        least: u64,
    ) -> Option<Self> {
        let scripts = material.scripts();
        let mut by_account: BTreeMap<u32, Use> = BTreeMap::new();
        for user in instruction.templates.iter().flat_map(|at| &scripts.all[*at as usize].users) {
            let of = by_account.entry(user.account).or_insert(Use { rows: 0, ..*user });
            of.rows += user.rows;
            of.first = of.first.min(user.first);
        }
        let all: Vec<Use> = by_account.into_values().collect();
        if rarity.is_public(&all) {
            return None;
        }
        let is_user = |user: &&Use| {
            let of = u64::from(scripts.prompts[user.account as usize]);
            let rows = u64::from(user.rows);
            rows >= least || (rows > 1 && rows * 2 > of)
        };
        let often: Vec<&Use> = all.iter().filter(is_user).collect();
        let ties = tie(material, &instruction, &all, rarity.active);
        let users = often.iter().map(|user| user.account).collect();
        let everybody = all.iter().map(|user| user.account).collect();
        Some(Self { instruction, users, everybody, ties })
    }

    fn inside(&self, group: Group<'_>) -> Vec<u32> {
        self.users.iter().copied().filter(|account| group.has(*account)).collect()
    }
}

/// Whom an instruction ties, however little of their prompts it is, and what it says of two of them:
/// how few send it. It is none that people have from each other: it stands in several tasks and is
/// dealt out.
fn tie(
    material: &Material<'_>,
    instruction: &Instruction,
    all: &[Use],
    active: f64,
) -> Option<(Vec<u32>, f64)> {
    if instruction.templates.len() < 2 {
        return None;
    }
    let users = dealt_out(material, all)?.users;
    let weight = libm::log(active / users.len() as f64);
    Some((users.iter().map(|user| user.account).collect(), weight))
}

/// What is measured of accounts.
const SENDS: &str = "sends such an instruction";

struct Instructions<'a> {
    material: &'a Material<'a>,
    told: Vec<Told>,
    /// Which accounts that ask anything send any of them.
    property: Property,
    least: f64,
}

impl Seen for Instructions<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let circle = |told: &Told| {
            let (accounts, weight) = told.ties.as_ref()?;
            let words = format!(
                "the same {} words in {} templates, used by {} accounts",
                told.instruction.words,
                told.instruction.templates.len(),
                count(accounts.len())
            );
            Some(Circle::new(accounts.clone(), Layer::Template, *weight, words))
        };
        Ok(Ties { circles: self.told.iter().filter_map(circle).collect(), ..Ties::default() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(of_group(self, group))
    }

    fn measured(&self) -> Measures {
        vec![(SENDS.into(), self.property.measured())]
    }
}

/// The instruction that most accounts of a cluster send.
fn of_group(seen: &Instructions<'_>, group: Group<'_>) -> Option<Finding> {
    let material = seen.material;
    let most = seen.told.iter().max_by_key(|told| {
        (told.inside(group).len(), told.instruction.templates.len(), told.instruction.words)
    })?;
    let accounts = most.inside(group);
    let parties: FxHashSet<u32> = accounts.iter().map(|a| material.party(*a)).collect();
    let share = accounts.len() as f64 / group.members.len() as f64;
    if parties.len() < 3 || share < seen.least {
        return None;
    }
    let usual = seen.property.usual(group);
    // Of the count that the sentence says. That any instruction has so many users in the cluster is
    // no likelier than that so many of its accounts have any instruction.
    let log10_p = log10_at_least(accounts.len(), group.members.len(), usual);
    let evidence = rows_of(material, &most.instruction.templates, &accounts);
    let evidence = Evidence { role: "with the instruction".into(), ..evidence };
    Some(Finding {
        subject: group.subject(),
        detector: DEFINITION.id.into(),
        version: DEFINITION.version,
        family: DEFINITION.family,
        statement: statement(material, group, most, &evidence, usual),
        accounts,
        statistic: share,
        threshold: format!("at least {} of the cluster", Unit::Share.text(seen.least)),
        effect: share / usual,
        null: None,
        log10_p,
        is_exact: false,
        evidence: vec![evidence],
    })
}

/// The templates that some records follow, each once.
fn templates_of(material: &Material<'_>, evidence: &Evidence) -> BTreeSet<u32> {
    let (index, templates) = (material.index, material.index.templates());
    let of = |event: &u64| templates.of(index.row_of_event(*event)?);
    evidence.events.iter().filter_map(of).collect()
}

fn statement(
    material: &Material<'_>,
    group: Group<'_>,
    told: &Told,
    evidence: &Evidence,
    usual: f64,
) -> Statement {
    let role = || evidence.role.clone();
    let others = told.everybody.iter().filter(|account| !group.has(**account)).count();
    let n = templates_of(material, evidence).len();
    let words = format!(
        "The same {{words}} words in a row stand in {{rows}} prompts of {{hits}} of {{members}} \
         accounts, in {{templates}} {}. Other accounts of the case that ever sent them: \
         {{others}}. Of all other accounts, at most {{usual}} send any such instruction.",
        match (n, told.instruction.templates.len()) {
            (_, 1) => "template around a task that is another each time",
            (1, _) => "of the templates that have them",
            _ => "templates that otherwise differ",
        },
    );
    let with_it = || told.instruction.templates.iter().map(|at| at + 1).collect();
    let hits = told.inside(group).len();
    let common = Recipe::CommonWords { templates: with_it() };
    let templates = Recipe::Distinct { role: role(), field: "template".into() };
    let sent_by_others = Recipe::OthersWithTemplates { templates: with_it() };
    Statement::new(words)
        .with("words", told.instruction.words as f64, Unit::Count, common)
        .with("rows", evidence.events.len() as f64, Unit::Count, Recipe::Records { role: role() })
        .with("hits", hits as f64, Unit::Count, Recipe::Accounts { role: role() })
        .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
        .with("templates", n as f64, Unit::Count, templates)
        .with("others", others as f64, Unit::Count, sent_by_others)
        .with("usual", usual, Unit::ShareAtMost, Recipe::OthersMeasured { what: SENDS.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Parameters;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::job::Progress;

    const SUFFIX: &str =
        "Return every step with each deduction on a row of its own, then the result.";

    fn found(templates: &[&str], of: impl Fn(u32, u32) -> u32) -> Option<Finding> {
        found_beside(templates, of, 0)
    }

    /// The same, each account with so many prompts besides that the case has no text of.
    fn found_beside(
        templates: &[&str],
        of: impl Fn(u32, u32) -> u32,
        unread: u32,
    ) -> Option<Finding> {
        let mut rows = Vec::new();
        for account in 0..40u32 {
            for i in 0..20u32 {
                rows.push(Asked::of(i.into(), account, of(account, i), 0));
            }
            // Some of them are sent by everybody, again and again.
            let hash = |i: u32| u64::from(if i < 3 { i } else { account * 1_000 + i }) + 1;
            let of = |i: u32| Asked {
                template: None,
                ..Asked::of(i64::from(20 + i), account, 0, hash(i))
            };
            rows.extend((0..unread).map(of));
        }
        let index = case(40, templates, &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = Injected.look(&look).expect("nobody cancels");
        seen.cluster(Group { id: 1, members: &[0, 1, 2, 3] }).expect("nobody cancels")
    }

    #[test]
    fn one_suffix_in_two_templates_is_told_once() {
        let (one, two) = (format!("Solve … now. {SUFFIX}"), format!("Write code for …. {SUFFIX}"));
        let of = |account, i| if account < 4 { 1 + i % 2 } else { 0 };
        let finding = found(&[&one, &two], of).expect("four accounts");
        let text = finding.statement.text();
        assert!(text.starts_with(
            "The same 15 words in a row stand in 80 prompts of 4 of 4 accounts, in 2 templates that \
             otherwise differ."
        ), "{text}");
        assert_eq!(finding.events_of("with the instruction").len(), 80);
    }

    #[test]
    fn templates_are_those_of_the_cluster_and_others_those_who_send_the_words_in_any() {
        let texts = ["Solve … now.", "Write code for ….", "Draw … please."];
        let texts = texts.map(|task| format!("{task} {SUFFIX}"));
        let said = |own: u32| {
            let of = |account, i| match account {
                0..4 => 1 + i % own,
                20 => 3,
                _ => 0,
            };
            let texts = [texts[0].as_str(), &texts[1], &texts[2]];
            found(&texts, of).expect("four accounts").statement
        };
        let two = said(2);
        assert!(two.text().contains("in 2 templates that otherwise differ."), "{}", two.text());
        assert_eq!(two.number("others").map(|n| n.value), Some(1.0));
        let recipe = &two.number("words").expect("said").recipe;
        assert_eq!(recipe.templates(), [1, 2, 3]);
        assert!(said(1).text().contains("in 1 of the templates that have them."));
    }

    #[test]
    fn two_texts_in_the_same_templates_are_not_added_up() {
        const FIRST: &str =
            "You are one of several solvers of a puzzle that has only one answer in it:";
        let templates =
            ["Solve", "Prove"].map(|verb| format!("{FIRST} {verb} … at once. {SUFFIX}"));
        let of = |account, i| if account < 4 { 1 + i % 2 } else { 0 };
        let finding = found(&[&templates[0], &templates[1]], of).expect("four accounts");
        let words = finding.statement.number("words").expect("said").value;
        assert_eq!(words, 17.0, "the second text and two words before it");
    }

    #[test]
    fn prompts_that_nobody_read_do_not_hide_an_instruction_in_those_that_were() {
        let (one, two) = (format!("Solve … now. {SUFFIX}"), format!("Write code for …. {SUFFIX}"));
        let of = |account, i| if account < 4 { 1 + i % 2 } else { 0 };
        let finding = found_beside(&[&one, &two], of, 60).expect("four accounts");
        assert_eq!(finding.events_of("with the instruction").len(), 80);
    }

    /// Who is tied, of forty accounts of which the first five send the suffix so often each, in two
    /// tasks, among a hundred prompts of their own.
    fn tied(times: [u32; 5]) -> Vec<Vec<u32>> {
        let (one, two) = (format!("Solve … now. {SUFFIX}"), format!("Write code for …. {SUFFIX}"));
        let mut rows = Vec::new();
        for account in 0..40_u32 {
            let sent = times.get(account as usize).copied().unwrap_or(0);
            let own = if account < 5 { 100 } else { 12 + account * account };
            let asked = |i: u32, template| Asked::of(i64::from(i) * 900, account, template, 0);
            rows.extend((0..own).map(|i| asked(i, 0)));
            rows.extend((0..sent).map(|i| asked(i, 1 + i % 2)));
        }
        rows.sort_by_key(|row| row.second);
        let index = case(40, &[&one, &two], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let ties = Injected.look(&look).expect("nobody cancels").ties().expect("nobody cancels");
        ties.circles.into_iter().map(|circle| circle.accounts).collect()
    }

    #[test]
    fn an_instruction_ties_who_is_dealt_it_evenly_and_not_people_who_like_it() {
        let none: [Vec<u32>; 0] = [];
        assert_eq!(tied([12, 13, 12, 11, 12]), [(0..5).collect::<Vec<u32>>()]);
        assert_eq!(tied([90, 12, 30, 11, 400]), none, "some like it more than others");
        assert_eq!(tied([12, 13, 12, 0, 0]), none, "three are too few");
    }

    #[test]
    fn its_chance_is_that_of_the_accounts_it_counts() {
        let other = SUFFIX.replace("deduction", "inference").replace("step", "stage");
        let templates = [format!("…{SUFFIX}"), format!("…{other}")];
        // Three accounts of four send the first instruction, the fourth another one.
        let of = |account, _| [1, 1, 1, 2].get(account as usize).copied().unwrap_or(0);
        let finding = found(&[&templates[0], &templates[1]], of).expect("three accounts");
        let of = |name: &str| finding.statement.number(name).expect("said").value;
        assert_eq!((of("hits"), of("members")), (3.0, 4.0));
        assert_eq!(finding.log10_p, log10_at_least(3, 4, of("usual")));
    }

    #[test]
    fn an_instruction_around_a_free_task_is_told_and_a_short_one_or_one_of_few_prompts_is_not() {
        let around = format!("…{SUFFIX}");
        let of = |account, _| u32::from(account < 4);
        assert!(found(&[&around], of).is_some());
        assert_eq!(found(&["… in short words please"], of), None);
        assert_eq!(found(&[&around], |account, i| u32::from(account < 4 && i < 3)), None);
    }
}
