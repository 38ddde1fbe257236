//! D35: accounts of strangers that all send one system prompt, which nobody else sends.
//!
//! A relay puts its own instruction before whatever its callers ask, so that no prompt is like
//! another and the system prompt is all they have in common. The users of one program have it in
//! common, too: they use it as much as they like, some a hundred times as much as others, where a
//! relay deals its calls out. A relay that poses as a program sends the system prompt of that program,
//! which thousands send, but with a client of its own. Hashes are enough.
//! Naive: for every system prompt, count the calls of each account that have it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::contrast::Contrast;
use super::dealt_out::dealt_out;
use super::rarity::{Limits, Rarity};
use crate::detect::material::scripts::Use;
use crate::detect::{
    COORDINATED, Circle, Definition, Detector, Group, Layer, Look, Material, Measures, Need,
    Parameter, Property, Seen, Strength, Ties, quoted,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Evidence, Family, Finding, Recipe, Statement, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D35",
    version: 3,
    title: "One system prompt",
    family: Family::Content,
    strength: Strength::Evidence,
    // A shop sends one, too.
    speaks_to: COORDINATED,
    sees: "accounts of different parties that send the same system prompt, word for word, equally \
           often, and hardly anybody else does; or one that others send, too, but with another client \
           program",
    cannot_see: "system prompts with a date or a name in them, those that users of one program send \
                 as well, what is harvested, and a firm that names itself nowhere and gives each of \
                 its accounts as much to do",
    needs: &[Need::Accounts, Need::Field(Field::SystemHash)],
    parameters: &[
        Parameter {
            name: "least_share_of_an_account",
            default: 0.2,
            reason: "what an account sends with fewer of its calls it has from somewhere, for some \
                     of its work; relays carry other traffic, too",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.25,
            reason: "a few accounts with a system prompt in common do not speak for a network",
        },
    ],
    source: "a fixed harness of relays described by Anthropic (10 September 2026); rarity after \
             Pacheco et al. (ICWSM 2021); the rule is ours",
};

/// Accounts that the system prompt ties at least.
const LEAST_ACCOUNTS: usize = 4;
/// So many times as many accounts send a prompt with any program as with the one that is not its own.
const MOST_OTHERS: usize = 3;
/// Part of the calls of accounts that send nothing else.
const ALL_OF_THEM: f64 = 0.9;
/// Role of the rows with it.
const ROLE: &str = "with the system prompt";

/// The detector.
pub struct SystemPrompt;

impl Detector for SystemPrompt {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let material = look.material;
        let calls = Calls::of(material);
        look.progress.check()?;
        let rarity = Rarity::new(material, Limits::of(look));
        let most = get("least_share_of_an_account");
        let told = calls.by_prompt(material).into_par_iter();
        let mut told: Vec<Told> = told
            .flat_map_iter(|shared| {
                let of = |program: Option<u32>, by: &[Use]| {
                    let told = Told::of(material, (shared.prompt, program), by, &rarity, most)?;
                    Some(Told { senders: shared.all.len(), ..told })
                };
                // Where the prompt ties by itself, its programs say no more.
                let whole = of(None, &shared.all);
                let posing = if whole.is_none() { &shared.by_program[..] } else { &[] };
                let posing = posing.iter().filter_map(|with| {
                    let told = of(Some(with.program), &with.by)?;
                    Some(Told { everybody: with.ever.clone(), ..told })
                });
                whole.into_iter().chain(posing).collect::<Vec<_>>()
            })
            .collect();
        told.sort_unstable_by(|a, b| a.accounts.cmp(&b.accounts));
        let mut having: Vec<u32> = told.iter().flat_map(|t| t.accounts.iter().copied()).collect();
        having.sort_unstable();
        having.dedup();
        let is_there = |account: u32| material.scripts().rows[account as usize] > 0;
        let property = Property::of_list(material.index.accounts().len(), &having, is_there);
        let least = get("least_share_of_a_cluster");
        Ok(Box::new(Prompts { material, calls, told, property, least }))
    }
}

/// Which system prompt each kind of call has, and which client program each origin.
struct Calls {
    /// A number of the prompt, by the number of the kind of call.
    prompt_of: Vec<Option<u32>>,
    /// A number of the program, by the number of the origin.
    program_of: Vec<Option<u32>>,
    /// What programs are called, by number.
    programs: Vec<String>,
}

/// Numbers for texts, in the order in which they come.
#[derive(Default)]
struct Numbers<'t>(FxHashMap<&'t str, u32>);

impl<'t> Numbers<'t> {
    fn of(&mut self, text: Option<&'t str>) -> Option<u32> {
        let next = self.0.len() as u32;
        text.filter(|text| !text.is_empty()).map(|text| *self.0.entry(text).or_insert(next))
    }
}

impl Calls {
    fn of(material: &Material<'_>) -> Self {
        let dimensions = material.index.dimensions();
        let (mut prompts, mut programs) = (Numbers::default(), Numbers::default());
        let calls = dimensions.calls.iter();
        let prompt_of = calls.map(|call| prompts.of(call.system_hash.as_deref())).collect();
        let program = |agent: &'_ String| agent.find(['/', ' ']).unwrap_or(agent.len());
        let origins = dimensions.origins.iter();
        let program_of = origins
            .map(|of| programs.of(of.user_agent.as_ref().map(|agent| &agent[..program(agent)])))
            .collect();
        let mut names = vec![String::new(); programs.0.len()];
        programs.0.iter().for_each(|(name, at)| names[*at as usize] = (*name).to_owned());
        Self { prompt_of, program_of, programs: names }
    }

    fn of_row(&self, material: &Material<'_>, row: u32) -> Option<u32> {
        self.prompt_of[material.index.call_of(row) as usize]
    }

    fn program_of_row(&self, material: &Material<'_>, row: u32) -> Option<u32> {
        self.program_of[material.index.origin_of(row) as usize]
    }

    /// Every system prompt that enough accounts send, and how often each of these does.
    fn by_prompt(&self, material: &Material<'_>) -> Vec<Shared> {
        let accounts = (0..material.index.accounts().len() as u32).into_par_iter();
        let mut all: Vec<Sent> =
            accounts.flat_map_iter(|account| self.of_account(material, account)).collect();
        all.par_sort_unstable_by_key(|sent| (sent.prompt, sent.by.account, sent.program));
        all.chunk_by(|a, b| a.prompt == b.prompt).filter_map(Shared::of).collect()
    }

    fn of_account(&self, material: &Material<'_>, account: u32) -> Vec<Sent> {
        let (index, counted) = (material.index, material.index.everything());
        let mut sent: FxHashMap<(u32, Option<u32>), Use> = FxHashMap::default();
        for row in index.rows_of_account(account).iter().filter(|row| counted.contains(**row)) {
            if let Some(prompt) = self.of_row(material, *row) {
                let new = Use { account, rows: 0, first: *row };
                let program = self.program_of_row(material, *row);
                sent.entry((prompt, program)).or_insert(new).rows += 1;
            }
        }
        sent.into_iter().map(|((prompt, program), by)| Sent { prompt, program, by }).collect()
    }
}

/// How often an account sends a system prompt with a program.
struct Sent {
    prompt: u32,
    program: Option<u32>,
    by: Use,
}

/// A system prompt that several accounts send.
struct Shared {
    prompt: u32,
    /// By account, with whatever program.
    all: Vec<Use>,
    /// The programs that a few of them send it with. Most who send it use other programs.
    by_program: Vec<WithProgram>,
}

/// Who sends a system prompt with a program.
struct WithProgram {
    program: u32,
    /// Those who hardly send it with any other, and how often.
    by: Vec<Use>,
    /// All who ever did, rising.
    ever: Vec<u32>,
}

impl Shared {
    /// Of what accounts send of one prompt, by account. `None` of few accounts.
    fn of(sent: &[Sent]) -> Option<Self> {
        let mut all = Vec::new();
        let mut of_program: BTreeMap<u32, (Vec<Use>, Vec<u32>)> = BTreeMap::new();
        for own in sent.chunk_by(|a, b| a.by.account == b.by.account) {
            let rows = own.iter().map(|sent| sent.by.rows).sum();
            let first = own.iter().map(|sent| sent.by.first).min()?;
            all.push(Use { account: own[0].by.account, rows, first });
            let only = own.iter().find(|sent| 10 * u64::from(sent.by.rows) >= 9 * u64::from(rows));
            for program in own.iter().filter_map(|sent| sent.program) {
                of_program.entry(program).or_default().1.push(own[0].by.account);
            }
            if let Some((program, by)) = only.and_then(|sent| Some((sent.program?, sent.by))) {
                of_program.entry(program).or_default().0.push(by);
            }
        }
        let are_few = |with: &WithProgram| {
            with.by.len() >= LEAST_ACCOUNTS && MOST_OTHERS * with.by.len() <= all.len()
        };
        let with = |(program, (by, ever))| WithProgram { program, by, ever };
        let by_program = of_program.into_iter().map(with).filter(are_few).collect();
        (all.len() >= LEAST_ACCOUNTS).then_some(Self { prompt: sent[0].prompt, all, by_program })
    }
}

/// A system prompt that ties.
struct Told {
    prompt: u32,
    /// The program, where the prompt is sent with others as well.
    program: Option<u32>,
    /// Whom it ties, rising.
    accounts: Vec<u32>,
    /// All that ever sent it, with the program where that is named, rising.
    everybody: Vec<u32>,
    /// How many ever sent it with whatever program.
    senders: usize,
    /// What it says of two of them, nats.
    weight: f64,
    /// How unevenly they send it, and how unevenly all accounts call.
    uneven: (f64, f64),
}

impl Told {
    /// `None` where it is public, or where nobody deals it out.
    fn of(
        material: &Material<'_>,
        (prompt, program): (u32, Option<u32>),
        all: &[Use],
        rarity: &Rarity<'_>,
        most: f64,
    ) -> Option<Self> {
        let share = |of: &Use| {
            f64::from(of.rows) / f64::from(material.scripts().rows[of.account as usize].max(1))
        };
        let dealt = dealt_out(material, all)?;
        let users = dealt.users.iter().filter(|of| share(of) >= most);
        let accounts: Vec<u32> = users.map(|of| of.account).collect();
        // Who sends it aside has it from somewhere, and so have verified organisations that send other
        // things as well.
        let is_all = dealt.users.iter().filter(|of| share(of) >= ALL_OF_THEM).count();
        let is_most_of_it = 10 * accounts.len() >= 9 * dealt.users.len();
        let is_nothing_else = 10 * is_all >= 9 * dealt.users.len();
        if accounts.len() < LEAST_ACCOUNTS
            || !is_most_of_it
            || !is_nothing_else && (program.is_some() || rarity.is_public(all))
        {
            return None;
        }
        let weight = libm::log(rarity.active.max(1.0) / accounts.len() as f64);
        let everybody = all.iter().map(|of| of.account).collect();
        let uneven = (dealt.uneven, dealt.of_all);
        Some(Self { prompt, program, accounts, everybody, senders: all.len(), weight, uneven })
    }

    fn inside(&self, group: Group<'_>) -> Vec<u32> {
        self.accounts.iter().copied().filter(|account| group.has(*account)).collect()
    }
}

/// The column of system prompts in `events.csv`.
const PROMPT: &str = "system_hash";

/// What is measured of accounts.
const TIED: &str = "is tied by a system prompt";

struct Prompts<'a> {
    material: &'a Material<'a>,
    calls: Calls,
    told: Vec<Told>,
    /// Which accounts with records send any of them.
    property: Property,
    least: f64,
}

impl Seen for Prompts<'_> {
    fn ties(&self) -> Result<Ties, Cancelled> {
        let circle = |told: &Told| {
            let with = told.program.map_or_else(String::new, |at| self.with(at));
            let words = format!(
                "one system prompt{with}, sent equally often by {} accounts and ever by {}",
                told.accounts.len(),
                told.everybody.len()
            );
            Circle::new(told.accounts.clone(), Layer::Template, told.weight.max(0.0), words)
        };
        Ok(Ties { circles: self.told.iter().map(circle).collect(), ..Ties::default() })
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(self.of_group(group))
    }

    fn measured(&self) -> Measures {
        vec![(TIED.into(), self.property.measured())]
    }
}

impl Prompts<'_> {
    /// With which program.
    fn with(&self, program: u32) -> String {
        format!(" with the client {}", quoted(&self.calls.programs[program as usize]))
    }

    /// The system prompt that most accounts of a cluster send.
    fn of_group(&self, group: Group<'_>) -> Option<Finding> {
        let most = self.told.iter().max_by_key(|told| told.inside(group).len())?;
        let accounts = most.inside(group);
        let parties = accounts.iter().map(|account| self.material.party(*account));
        let share = accounts.len() as f64 / group.members.len() as f64;
        if parties.collect::<FxHashSet<u32>>().len() < 3 || share < self.least {
            return None;
        }
        let Contrast { usual, log10_p, .. } = Contrast::new(group, &self.property);
        let evidence = self.rows(most, &accounts);
        let rows = &self.material.scripts().rows;
        let all: u64 = accounts.iter().map(|account| u64::from(rows[*account as usize])).sum();
        let of_all = evidence.events.len() as f64 / all.max(1) as f64;
        Some(Finding {
            subject: group.subject(),
            detector: DEFINITION.id.into(),
            version: DEFINITION.version,
            family: DEFINITION.family,
            statement: self.statement(group, most, &evidence, of_all, usual),
            accounts,
            statistic: share,
            threshold: format!("at least {} of the cluster", Unit::Share.text(self.least)),
            effect: share / usual,
            null: None,
            log10_p,
            is_exact: false,
            evidence: vec![evidence],
        })
    }

    fn rows(&self, told: &Told, accounts: &[u32]) -> Evidence {
        let (index, counted) = (self.material.index, self.material.index.everything());
        let has = |row: &&u32| {
            let program = || self.calls.program_of_row(self.material, **row);
            counted.contains(**row)
                && self.calls.of_row(self.material, **row) == Some(told.prompt)
                && (told.program.is_none() || program() == told.program)
        };
        let rows = accounts.iter().flat_map(|account| index.rows_of_account(*account));
        let mut events: Vec<u64> = rows.filter(has).map(|row| index.event_id(*row)).collect();
        events.sort_unstable();
        events.dedup();
        Evidence { role: ROLE.into(), events }
    }

    fn statement(
        &self,
        group: Group<'_>,
        told: &Told,
        evidence: &Evidence,
        share: f64,
        usual: f64,
    ) -> Statement {
        let role = || ROLE.to_owned();
        let case = |what: &str| Recipe::Case { what: what.into() };
        let others = told.everybody.iter().filter(|account| !group.has(**account)).count();
        let (with, disagree) = match told.program {
            Some(program) => (
                self.with(program),
                " In all, {senders} accounts of the case ever sent this prompt, most of them with other clients.",
            ),
            None => (String::new(), ""),
        };
        let words = format!(
            "{{hits}} of {{members}} accounts send one and the same system prompt{with}, in {{rows}} \
             calls, {{share}} of all that these accounts send. Other accounts of the case that ever sent \
             it so: {{others}}.{disagree} They send it equally often: beyond what chance gives, calls a \
             day with it differ by {{own}} between them (standard deviation of the logarithm), all calls \
             by {{between}} between all accounts. Of all other accounts, at most {{usual}} share a system prompt \
             in this way."
        );
        let hits = told.inside(group).len() as f64;
        let others_with_it = match told.program {
            None => Recipe::OtherAccounts { role: role(), field: PROMPT.into() },
            Some(_) => Recipe::OthersWithPrompt { role: role() },
        };
        let statement = Statement::new(words)
            .with("hits", hits, Unit::Count, Recipe::Accounts { role: role() })
            .with("members", group.members.len() as f64, Unit::Count, Recipe::ClusterMembers)
            .with(
                "rows",
                evidence.events.len() as f64,
                Unit::Count,
                Recipe::Records { role: role() },
            )
            .with("share", share, Unit::Share, Recipe::ShareOfEvents { role: role() })
            .with("others", others as f64, Unit::Count, others_with_it)
            .with("own", told.uneven.0, Unit::Plain, case("all accounts that it ties"))
            .with("between", told.uneven.1, Unit::Plain, case("all accounts of the case"))
            .with("usual", usual, Unit::ShareAtMost, Recipe::OthersMeasured { what: TIED.into() });
        match told.program {
            None => statement,
            Some(_) => {
                let senders = Recipe::AllAccounts { role: role(), field: PROMPT.into() };
                statement.with("senders", told.senders as f64, Unit::Count, senders)
            }
        }
    }
}

#[cfg(test)]
#[path = "system_prompt_tests.rs"]
mod tests;
