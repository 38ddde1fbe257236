//! Explanations that lie in what unrelated people have in common.

use super::known::{Known, Outcome};
use super::{Facts, because, count, of_members, words};
use crate::detect::Material;
use crate::detect::collected::COLLECTS;
use crate::detect::material::loads::EVEN;
use crate::model::Field;
use crate::model::finding::{Recipe, Statement, Tested, Unit};
use crate::model::time::DAY_US;

/// What ties accounts beyond a common address: content, and taking turns.
const BEYOND_AN_ADDRESS: [&str; 6] = ["D26", "D20", "D21", "D22", "D01", "D07"];

/// The longest that one assignment takes, days.
const ASSIGNMENT_DAYS: f64 = 7.0;

/// Share of the common prompts that a class asks within that time.
const MOST_SHORT: f64 = 0.8;

/// Share of the common prompts in what they ask below which those who take a course do other things more.
const MOST_OF_A_COURSE: f64 = 1.0 / 3.0;

/// What rests on a prompt that accounts have in common.
const COMMON_PROMPT: [&str; 3] = ["D21", "D22", "D35"];

/// What shows that accounts act as one, beyond what they ask: exact evidence and order.
const BEYOND_A_PROMPT: [&str; 7] = ["D26", "D20", "D07", "D01", "D02", "D05", "D06"];

/// What timers of different people do not do, beyond running at the same hour.
const AT_ONCE: [&str; 4] = ["D03", "D04", "D05", "D31"];

/// The chance, at most, of accounts of people being as even, where they are told to be those of a pool.
const MOST_P: f64 = 0.05;

/// Accounts with one card that are more than a household with two.
const LEAST_OF_A_CARD: usize = 3;

/// What people behind one address have in common: it, and its network.
const PLACES: [&str; 2] = ["address", "network"];
/// What each of them has for himself.
const OWN: [&str; 2] = ["card", "device"];

/// L08: tied by addresses, and by nothing that people behind one address would not have.
pub fn address(facts: &Facts<'_>) -> Outcome {
    if !facts.has_field(Field::ClientIp) {
        return (Tested::NotTestable, words("no record has an address"));
    }
    let beyond = because(facts, &BEYOND_AN_ADDRESS, "as people behind one address do not");
    beyond.unwrap_or_else(|| by_place(facts))
}

/// How many accounts are tied by addresses, where these are what ties them: not where as many of
/// them have a card or a device in common, which people behind one address have not.
fn by_place(facts: &Facts<'_>) -> Outcome {
    let tied = |kinds| if facts.found("D10") { facts.tied_by(kinds) } else { 0 };
    let (places, own) = (tied(&PLACES), tied(&OWN));
    if places > own {
        let statement = of_members(facts, places, "share a rare address or network");
        return (Tested::NotExcluded, statement);
    }
    if own > 0 {
        let statement = of_members(facts, own, "share a card or a device, not an address alone");
        return (Tested::Excluded, statement);
    }
    // What so many call from ties nobody, and is what an address of a house looks like.
    if let Some((n, callers)) = facts.behind_one_address() {
        let what = "call from one address";
        let statement = of_members(
            facts,
            n,
            &format!("{what}, from which {{callers}} accounts of the case call"),
        );
        let callers = count(statement, "callers", callers as u64, "accounts that call from it");
        return (Tested::NotExcluded, callers);
    }
    let known = Known { yes: 0, known: facts.with_address() as u64, all: facts.members() as u64 };
    match known.tested(|n| facts.is_most(n as usize)) {
        Tested::NotTestable => {
            let statement = Statement::new("{unknown} of {members} accounts have no address");
            let unknown = "accounts of whose records none has an address";
            let statement = count(statement, "unknown", known.unknown(), unknown);
            (Tested::NotTestable, count(statement, "members", known.all, "accounts"))
        }
        tested => (tested, words("the accounts share no rare address")),
    }
}

/// L09: the same for exits of a VPN, which a list of networks would tell.
pub fn vpn(facts: &Facts<'_>) -> Outcome {
    match address(facts) {
        (Tested::NotExcluded, _) => {
            let why = "the case has no list of the networks of VPN providers";
            (Tested::NotTestable, words(why))
        }
        outcome => outcome,
    }
}

/// Words of programmes that are for classes.
const SCHOOL: [&str; 10] = [
    "university",
    "course",
    "class",
    "school",
    "workshop",
    "education",
    "academ",
    "student",
    "college",
    "hackathon",
];

/// Whether only schools are given mail domains like this: `x.edu`, `x.edu.au`, `x.ac.uk`,
/// `x.k12.ca.us`.
fn is_of_a_school(domain: &str) -> bool {
    let labels: Vec<&str> = domain.rsplit('.').map(str::trim).collect();
    let is = |at: usize, names: &[&str]| {
        let label = labels.get(at).filter(|_| labels.len() > at + 1);
        label.is_some_and(|label| names.iter().any(|name| label.eq_ignore_ascii_case(name)))
    };
    let is_country = labels.first().is_some_and(|label| label.len() == 2);
    is(0, &["edu"]) || (is_country && is(1, &["edu", "ac", "sch"])) || is(2, &["k12"])
}

/// Whether a plan is one for schools: `edu`, `edu-team`, `campus`.
fn is_for_schools(plan: &str) -> bool {
    let plan = plan.to_lowercase();
    let mut words = plan.split(|c: char| !c.is_alphanumeric());
    is_of_schools(&plan) || words.any(|word| ["edu", "campus"].contains(&word))
}

/// Whether a text speaks of schools: a word of it begins like one of [`SCHOOL`].
fn is_of_schools(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let begins = |word: &str| SCHOOL.iter().any(|school| word.starts_with(school));
    words.any(|word| begins(word) && !word.starts_with("classif"))
}

/// Whether an account is in a programme for schools, or on the allow-list for one. A model that learns
/// of another one is called a student, too.
fn is_in_class(material: &Material<'_>, account: u32) -> bool {
    let says = |name: &&str| material.attribute(account, name).is_some_and(is_of_schools);
    ["program", "allowlist_reason"].iter().any(says) && !material.may_distill(account)
}

/// L10: a declared class, one short assignment whose items people have in common, or a course.
pub fn class(facts: &Facts<'_>) -> Outcome {
    let at_school = facts.count(|account| {
        is_in_class(facts.material, account)
            || facts.material.attribute(account, "email_domain").is_some_and(is_of_a_school)
            || facts.material.attribute(account, "plan").is_some_and(is_for_schools)
    });
    // Others ask the same homework, too, and may have been put together with a class.
    if at_school > 0 && 2 * at_school >= facts.members() {
        let what = "are in a programme or on a plan for schools, or have a mail address of one";
        return (Tested::NotExcluded, of_members(facts, at_school, what));
    }
    because(facts, &["D26", "D20"], "where in a class each works on the same items alone")
        .unwrap_or_else(|| assignment(facts))
}

fn assignment(facts: &Facts<'_>) -> Outcome {
    if !COMMON_PROMPT.iter().any(|detector| facts.found(detector)) {
        return match facts.has_templates() {
            true => (Tested::Excluded, words("no finding rests on a common prompt")),
            // They may have had one: then how they are used is all that tells.
            false => match uneven(facts) {
                (Tested::Excluded, _) => {
                    (Tested::NotTestable, words("common prompts have not been looked for"))
                }
                outcome => outcome,
            },
        };
    }
    let most_us = (ASSIGNMENT_DAYS * DAY_US as f64) as i64;
    let Some(short) = facts.share_of_short_lived(&COMMON_PROMPT, most_us) else {
        return (Tested::NotTestable, words("no record of the common prompts has a time"));
    };
    let statement = Statement::new(
        "{short} of the common prompts are of templates or system prompts that were in use for {most} \
         days at most, the longest that an assignment takes",
    )
    .with(
        "short",
        short,
        Unit::Share,
        Recipe::Case { what: "common prompts, by template".into() },
    );
    let statement = count(statement, "most", ASSIGNMENT_DAYS as u64, "days taken for the longest");
    match short >= MOST_SHORT {
        true => (Tested::NotExcluded, statement),
        false => course(facts).unwrap_or((Tested::Excluded, statement)),
    }
}

/// A course that takes weeks: who takes it registers when it begins, and asks other things more than
/// what it has in common. A pool that does takes turns, or has cards or devices in common.
fn course(facts: &Facts<'_>) -> Option<Outcome> {
    let shown = |detectors: &[&str]| detectors.iter().any(|detector| facts.found(detector));
    let asked = facts.number("D21", "share")?;
    let is_course = asked < MOST_OF_A_COURSE
        && shown(&["D12"])
        && !shown(&BEYOND_A_PROMPT)
        && !shown(&["D22", "D35"])
        && !facts.is_most(facts.tied_by(&OWN));
    is_course.then(|| {
        let what = Recipe::Case { what: "prompts of the common templates".into() };
        let statement = Statement::new(
            "{asked} of what they ask is of the common templates, and they registered together: so do \
             those who take a course of some weeks, each with tasks of his own",
        );
        (Tested::NotExcluded, statement.with("asked", asked, Unit::Share, what))
    })
}

/// L12: nothing collected. It explains away harvesting, not that the accounts act as one.
pub fn resale(facts: &Facts<'_>) -> Outcome {
    because(facts, &COLLECTS, "which no reseller needs").unwrap_or_else(|| {
        let why = "what they ask for and how lists are divided (D23, D26, D27, D28) does not show that \
                   answers are collected; whose customers ask is not in the case";
        (Tested::NotTestable, words(why))
    })
}

/// L18: a prompt from a book or a course, or the program of one maker, in the hands of people who do
/// not act as one. Prompts that unrelated verified organisations use are left out of D21; that of
/// others nobody is known to use one does not say that it is not public. What tells is whether the
/// accounts are used like those of people.
pub fn public_prompt(facts: &Facts<'_>) -> Outcome {
    if !COMMON_PROMPT.iter().any(|detector| facts.found(detector)) {
        return match facts.has_templates() {
            true => (Tested::Excluded, words("no finding rests on a common prompt")),
            false => (Tested::NotTestable, words("common prompts have not been looked for")),
        };
    }
    because(facts, &BEYOND_A_PROMPT, "as those who share a prompt do not")
        .or_else(|| by_cards(facts))
        .unwrap_or_else(|| uneven(facts))
}

/// Several cards, each of several accounts: a voucher or a house pays with one, and several houses each
/// with their own.
fn by_cards(facts: &Facts<'_>) -> Option<Outcome> {
    let (accounts, cards) = facts.with_shared("payment_fingerprint", LEAST_OF_A_CARD);
    let are_houses = || facts.is_most(facts.in_houses().0);
    let are_several = cards > 1 && 2 * accounts >= facts.members() && !are_houses();
    let what = "pay with one of several cards that three or more of them have";
    are_several.then(|| (Tested::Excluded, of_members(facts, accounts, what)))
}

/// Whether accounts are used as unevenly as those of people are, who may have a card, a voucher or an
/// address from the same house. A pool deals out its work.
fn uneven(facts: &Facts<'_>) -> Outcome {
    let timed = facts.count(|account| facts.material.works_by_a_timer(account));
    let act_at_once = AT_ONCE.iter().any(|detector| facts.found(detector));
    if facts.is_most(timed) && !act_at_once {
        let what = "work by timers of their own, as one program does for each who runs it";
        return (Tested::NotExcluded, of_members(facts, timed, what));
    }
    let Some((own, others)) = facts.unevenness() else {
        return (
            Tested::NotTestable,
            words("too few calls to see whether one pool deals them out"),
        );
    };
    let (deviation, limit) = (own.deviation(), EVEN * others);
    let (is_like_people, words) = match own.p_of(limit) {
        _ if deviation >= limit => {
            let words = "they are used as people use theirs, and neither exact evidence nor an order of \
                         use speaks against it";
            (true, words)
        }
        Some(p) if p <= MOST_P => (false, "one pool deals its work out like that, people do not"),
        _ => (true, "a few accounts of people may differ as little by chance"),
    };
    let case = |what: &str| Recipe::Case { what: what.into() };
    let statement = Statement::new(format!(
        "beyond what chance gives, calls a day differ by {{own}} between accounts (standard deviation \
         of the logarithm), by {{others}} between all others: {words}"
    ))
    .with("own", deviation, Unit::Plain, case("accounts of the cluster with ten calls or more"))
    .with("others", others, Unit::Plain, case("all other accounts with ten calls or more"));
    (if is_like_people { Tested::NotExcluded } else { Tested::Excluded }, statement)
}
