//! D30: calls that are made for their answers: one question each, the same settings, and nobody
//! goes on.
//!
//! Of a cluster it is told where the answers are longer than the questions. Of a single account,
//! too, or where hundreds of texts without a frame are sent once each: so a set of inputs is put to
//! a model whose answers are wanted, as published extraction attacks do (arXiv 2606.05725 lists
//! seven). Batch jobs look the same, so that this adds to a score and is no evidence by itself. How
//! unusual it is of a single account is said among the accounts of its own plan.

use super::profile::Profile;
use crate::detect::material::Habit;
use crate::detect::nulls::conformal::{Calibration, Conformal, Member};
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Look, Material, Measures, Need, Parameter, Property,
    Reads, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Evidence, Family, Finding, Peers, Recipe, Statement, Subject, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D30",
    version: 3,
    title: "Calls made for their answers",
    family: Family::Content,
    strength: Strength::Supporting,
    speaks_to: HARVESTING,
    sees: "accounts that keep one temperature and one limit, that do not go on with a conversation, \
           and that get answers longer than their questions, or send hundreds of texts without a \
           frame, each once",
    cannot_see: "agents that take turns; batch jobs that write long texts, and products that pass \
                 on texts without naming their users, look the same; texts without a frame in calls \
                 without a session, of which nobody knows whether a conversation goes on",
    needs: &[
        Need::Field(Field::InputTokens),
        Need::Field(Field::OutputTokens),
        Need::AnyOf(&[Field::Temperature, Field::MaxTokens], &[]),
    ],
    parameters: &[
        Parameter {
            name: "least_calls",
            default: 20.0,
            reason: "of fewer calls nobody can say how an account is used",
        },
        Parameter {
            name: "least_calls_alone",
            default: 100.0,
            reason: "a single account that asks less tries something out",
        },
        Parameter {
            name: "least_output_per_input",
            default: 1.5,
            reason: "ordinary use reads more than it has written, from one half up",
        },
        Parameter {
            name: "least_novel",
            default: 0.9,
            reason: "monitors and tests ask the same again and again",
        },
        Parameter {
            name: "most_p",
            default: 0.2,
            reason: "what more than a fifth of its peers do is how such a plan is used",
        },
        Parameter {
            name: "least_share_of_a_cluster",
            default: 0.5,
            reason: "what half of the accounts do is how the cluster is used",
        },
    ],
    source: "described by Anthropic (23 February 2026); sets of inputs after Liu, Guo and Dong \
             (arXiv 2606.05725); conformal p values after Vovk et al. (2005); the rule is ours",
};

/// Part of the calls that must be alike.
const NEARLY_ALL: f64 = 0.95;
/// Part of the prompts without a frame, where texts are sent as they are.
const BARE: f64 = 0.9;

/// The detector.
pub struct HarvestShape;

impl Detector for HarvestShape {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { templates: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let (material, ratio) = (look.material, get("least_output_per_input"));
        let habits = material.habits();
        let least = get("least_calls").max(1.0);
        let is_shaped = |habit: &Habit| {
            let is_one = || habit.is_uniform(NEARLY_ALL) && is_long(habit, ratio);
            (f64::from(habit.calls) >= least).then(is_one)
        };
        let profile = Profile {
            material,
            definition: &DEFINITION,
            property: Property::new(habits.iter().map(is_shaped)),
            least: get("least_share_of_a_cluster"),
            words: "do not go on with a conversation in 95 % of their calls or more, keep the same \
                    settings in as many, and get answers longer than their questions",
        };
        let alone = Alone {
            calls: get("least_calls_alone").max(1.0),
            ratio,
            novel: get("least_novel"),
            p: get("most_p"),
        };
        Ok(Box::new(Shape { profile, alone }))
    }
}

/// The numbers that decide about single accounts.
#[derive(Clone, Copy)]
struct Alone {
    calls: f64,
    ratio: f64,
    novel: f64,
    p: f64,
}

struct Shape<'a> {
    profile: Profile<'a>,
    alone: Alone,
}

impl Seen for Shape<'_> {
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        Ok(self.of_accounts())
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        Ok(self.profile.cluster(group))
    }

    fn measured(&self) -> Measures {
        let material = self.profile.material;
        let habits = material.habits();
        let busy = self.busy();
        let score = |account: &u32| (*account, self.alone.score(&habits[*account as usize]));
        let may = busy.iter().filter(|account| material.may_distill(**account));
        vec![
            self.profile.measured(),
            (STAND_ALONE.into(), stand_alone(material)),
            (USED_SO.into(), busy.iter().map(score).collect()),
            (MAY_DISTILL.into(), may.map(|account| (*account, 1.0)).collect()),
        ]
    }
}

/// Whether answers are so much longer than questions.
fn is_long(habit: &Habit, ratio: f64) -> bool {
    habit.input > 0 && habit.output_per_input() >= ratio
}

/// Whether texts are sent as they are, and by nobody who can be named.
fn is_bare(habit: &Habit) -> bool {
    habit.named == 0
        && habit.prompts > 0
        && f64::from(habit.free) >= BARE * f64::from(habit.prompts)
}

impl Alone {
    /// How much an account is used so: 0 for not at all, 1 for texts sent as they are, output per
    /// input for long answers.
    fn score(self, habit: &Habit) -> f64 {
        if !habit.is_uniform(NEARLY_ALL) || !habit.is_novel(self.novel) {
            0.0
        } else if is_long(habit, self.ratio) {
            habit.output_per_input().max(1.0)
        } else {
            f64::from(u8::from(is_bare(habit)))
        }
    }
}

impl Shape<'_> {
    /// Accounts with enough calls to be compared one by one, rising.
    fn busy(&self) -> Vec<u32> {
        let all = (0..).zip(self.profile.material.habits());
        let busy = all.filter(|(_, habit)| f64::from(habit.calls) >= self.alone.calls);
        busy.map(|(account, _)| account).collect()
    }

    fn of_accounts(&self) -> Vec<Finding> {
        let (habits, plans) = (self.profile.material.habits(), self.profile.material.plans());
        let alone = self.alone;
        let member = |account: u32| {
            let habit = &habits[account as usize];
            // Everybody compared asks enough. Finer parts by volume would hold those who work off lists
            // against each other.
            Member { plan: plans[account as usize], volume: 0, score: alone.score(habit) }
        };
        let busy = self.busy();
        let may = |account: &u32| self.profile.material.may_distill(*account);
        let peers: Vec<Member> = busy.iter().filter(|a| !may(a)).map(|a| member(*a)).collect();
        let Some(calibration) = Calibration::new(&peers) else { return Vec::new() };
        let of = |account: &u32| {
            let member = member(*account);
            let among = calibration.p(member, !may(account))?;
            let is_one = member.score > 0.0 && among.p <= alone.p;
            is_one.then(|| self.of_account(*account, among))
        };
        busy.iter().filter_map(of).collect()
    }

    fn of_account(&self, account: u32, among: Conformal) -> Finding {
        let material = self.profile.material;
        let habit = &material.habits()[account as usize];
        let evidence = calls(material, account);
        let is_long = is_long(habit, self.alone.ratio);
        let (statistic, threshold) = match is_long {
            true => {
                let least = self.alone.ratio;
                (
                    habit.output_per_input(),
                    format!("at least {least} tokens of output for one of input"),
                )
            }
            false => {
                let least = Unit::Share.text(BARE);
                let bare = f64::from(habit.free) / f64::from(habit.prompts.max(1));
                (bare, format!("at least {least} of the prompts of no template"))
            }
        };
        Finding {
            subject: Subject::Account(account),
            detector: DEFINITION.id.into(),
            version: DEFINITION.version,
            family: DEFINITION.family,
            accounts: vec![account],
            statement: statement(habit, is_long, among),
            statistic,
            threshold,
            effect: 1.0 / among.p.max(1e-9),
            null: None,
            log10_p: Some(libm::log10(among.p)),
            is_exact: false,
            evidence: vec![evidence],
        }
    }
}

/// What is measured of accounts: their calls that stand alone, how much they are used so, and whether
/// they may distill, so that they are nobody's peers.
pub(super) const STAND_ALONE: &str = "calls that stand alone";
pub(super) const USED_SO: &str = "how much it is used so";
pub(super) const MAY_DISTILL: &str = "may distill";

/// Calls of each account that stand alone, of accounts with any call.
pub(super) fn stand_alone(material: &Material<'_>) -> Vec<(u32, f64)> {
    let all = (0..).zip(material.habits()).filter(|(_, habit)| habit.calls > 0);
    all.map(|(account, habit)| (account, habit.alone.into())).collect()
}

/// Accounts on the same plan that were measured, but those that may distill.
pub(super) fn on_its_plan(what: &str) -> Peers {
    Peers { what: what.into(), but: Some(MAY_DISTILL.into()), on_its_plan: true }
}

/// The calls of an account.
pub(super) fn calls(material: &Material<'_>, account: u32) -> Evidence {
    let (index, counted) = (material.index, material.index.everything());
    let rows = index.rows_of_account(account).iter().filter(|row| counted.contains(**row));
    let mut events: Vec<u64> = rows.map(|row| index.event_id(*row)).collect();
    events.sort_unstable();
    Evidence { role: "calls".into(), events }
}

fn statement(habit: &Habit, is_long: bool, among: Conformal) -> Statement {
    let role = || "calls".to_owned();
    let peers = || on_its_plan(USED_SO);
    let sum = |field: &str| Recipe::Sum { role: role(), field: field.into() };
    let fields = ["temperature", "max_tokens"].map(str::to_owned).to_vec();
    let settings = Recipe::MostFrequent { role: role(), fields };
    let what = if is_long {
        "Their answers have {output} tokens, their prompts {input}."
    } else {
        "{free} of the prompts have no frame of 8 words or more that others of the case share, and \
         no call names an end user."
    };
    let statement = Statement::new(format!(
        "Of {{calls}} calls {{alone}} stand alone: no conversation goes on with them, or one list in \
         one frame is worked off. {{same}} have the same temperature and limit, and {{distinct}} \
         prompts are different. {what} Counting itself, {{p}} of {{peers}} {} with as many calls are \
         used so as much (those allowed to distill left out).",
        among.peers.words(),
    ))
    .with("calls", habit.calls.into(), Unit::Count, Recipe::Records { role: role() })
    .with("alone", habit.alone.into(), Unit::Count, Recipe::Measured { what: STAND_ALONE.into() })
    .with("same", habit.same.into(), Unit::Count, settings)
    .with(
        "distinct",
        habit.distinct.into(),
        Unit::Count,
        Recipe::Distinct { role: role(), field: "prompt_hash".into() },
    )
    .with("peers", among.accounts as f64, Unit::Count, Recipe::Peers(peers()))
    .with("p", among.p, Unit::Share, Recipe::AsHigh(peers()));
    match is_long {
        true => statement
            .with("output", habit.output as f64, Unit::Count, sum("output_tokens"))
            .with("input", habit.input as f64, Unit::Count, sum("input_tokens")),
        false => {
            let share = f64::from(habit.free) / f64::from(habit.prompts.max(1));
            statement.with("free", share, Unit::Share, Recipe::Statistic)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Parameters;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::job::Progress;
    use crate::model::Call;

    fn found(tokens: (u32, u32), session: fn(u32) -> u32) -> Option<String> {
        let mut rows = Vec::new();
        for account in 0..50u32 {
            for i in 0..30u32 {
                let is_one = account < 4;
                let call =
                    Call { temperature: Some(1.0), max_tokens: Some(4096), ..Call::default() };
                rows.push(Asked {
                    tokens: Some(if is_one { tokens } else { (500, 200) }),
                    session: 1 + account * 100 + session(i),
                    call,
                    ..Asked::of(i.into(), account, 0, 0)
                });
            }
        }
        let index = case(50, &["x"], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = HarvestShape.look(&look).expect("nobody cancels");
        let finding = seen.cluster(Group { id: 1, members: &[0, 1, 2, 3] });
        finding.expect("nobody cancels").map(|finding| finding.statement.text())
    }

    #[test]
    fn long_answers_to_single_questions_are_told_and_conversations_are_not() {
        let text = found((100, 900), |i| i).expect("four accounts");
        assert!(text.starts_with("4 of 4 accounts do not go on with a conversation"), "{text}");
        assert!(text.contains("in 120 calls"), "{text}");
        assert_eq!(found((100, 900), |i| i / 3), None, "three turns each");
        assert_eq!(found((900, 100), |i| i), None, "short answers");
        assert_eq!(found((0, 0), |i| i), None, "no tokens");
    }

    /// Of 100 accounts on one plan the first ones, so many, ask in their own way: tokens, template,
    /// session by call; the others talk.
    fn told(ones: u32, own: fn(u32) -> Asked) -> Vec<String> {
        const FRAME: &str = "Work out the exercise … in detail and with every step that is needed";
        let mut rows = Vec::new();
        for account in 0..100u32 {
            for i in 0..120u32 {
                let prompt = 1 + u64::from(account) * 1_000 + u64::from(i);
                let talk =
                    Asked { tokens: Some((500, 200)), session: 1 + i / 3, ..Asked::default() };
                let asked = if account < ones { own(i) } else { talk };
                let call = Call { max_tokens: Some(256), ..Call::default() };
                let session = asked.session + 1_000 * account;
                let of = Asked::of(i.into(), account, asked.template.unwrap_or(0), prompt);
                rows.push(Asked { tokens: asked.tokens, user: asked.user, session, call, ..of });
            }
        }
        let index = case(100, &[FRAME], &rows);
        let none = Attributes::new();
        let material = Material::new(&index, &none, &[]);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        let seen = HarvestShape.look(&look).expect("nobody cancels");
        let found = seen.accounts().expect("nobody cancels");
        found.iter().map(|finding| finding.statement.text()).collect()
    }

    fn long(i: u32) -> Asked {
        let tokens = Some((100, 900));
        Asked { tokens, template: Some(1), session: 1 + i / 60, ..Asked::default() }
    }

    fn bare(i: u32) -> Asked {
        Asked { tokens: Some((300, 2)), session: 1 + i, ..Asked::default() }
    }

    #[test]
    fn a_single_account_is_told_for_long_answers_to_a_list_and_for_texts_sent_as_they_are() {
        let list = told(1, long);
        assert_eq!(list.len(), 1, "{list:?}");
        assert!(list[0].starts_with("Of 120 calls 120 stand alone"), "{list:?}");
        assert!(
            list[0].contains("Their answers have 108,000 tokens, their prompts 12,000."),
            "{list:?}"
        );
        let texts = told(2, bare);
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].contains("100 % of the prompts have no frame"), "{texts:?}");
    }

    #[test]
    fn what_many_peers_do_and_what_products_do_for_their_users_is_not_told() {
        assert_eq!(told(30, long), [""; 0], "a third of the plan");
        assert_eq!(told(1, |i| Asked { user: "u1", ..bare(i) }), [""; 0], "users are named");
        assert_eq!(told(1, |i| Asked { session: 1 + i / 2, ..bare(i) }), [""; 0], "conversations");
        let short = |i| Asked { tokens: Some((900, 100)), ..long(i) };
        assert_eq!(told(1, short), [""; 0], "a batch job with short answers");
    }
}
