//! D24: accounts whose prompts are about one narrow subject, unlike what others ask, hardly ever
//! twice.
//!
//! How unlike is the squared maximum mean discrepancy of words, after the window test of Liu, Guo
//! and Dong (arXiv 2606.05725), with hashed words where they use embeddings: their error rates do
//! not carry over, and a customer with one product looks the same. Only prompts without a frame are
//! compared: the fixed words of a template would make every batch job a subject of its own, and
//! templates are looked at elsewhere. It adds to a score and is no evidence by itself.
//!
//! Of a cluster it is told where its accounts ask about the same things as one another, which
//! wording a template anew at every use does not hide.

mod of_cluster;

use super::harvest_shape::{STAND_ALONE, calls, stand_alone};
use crate::detect::material::Habit;
use crate::detect::nulls::conformal::{Calibration, Member};
use crate::detect::stats::robust::median;
use crate::detect::words::Words;
use crate::detect::{
    Definition, Detector, Group, HARVESTING, Look, Measures, Need, Parameter, Reads, Seen, Strength,
};
use crate::job::Cancelled;
use crate::model::Field;
use crate::model::finding::{Family, Finding, NullBand, Peers, Recipe, Statement, Subject, Unit};

/// What it is.
pub const DEFINITION: Definition = Definition {
    id: "D24",
    version: 3,
    title: "One narrow subject, hardly ever twice",
    family: Family::Content,
    strength: Strength::Supporting,
    speaks_to: HARVESTING,
    sees: "an account that asks hundreds of different things without a frame, hardly any as part of \
           a conversation, in words unlike those of other accounts; a cluster whose accounts ask \
           about the same things, in words that are alike and unlike those of others",
    cannot_see: "subjects that are mixed, and what is asked in a frame of eight words or more; a \
                 customer with one product looks the same, and so do the accounts of one owner",
    needs: &[Need::Texts, Need::Field(Field::PromptHash)],
    parameters: &[
        Parameter {
            name: "least_prompts",
            default: 300.0,
            reason: "published tests need windows of hundreds of prompts without a frame",
        },
        Parameter {
            name: "most_p",
            default: 0.02,
            reason: "one account in fifty asks so, and one group drawn at random",
        },
        Parameter {
            name: "least_times_as_alike",
            default: 1.5,
            reason: "customers of one shop, who ask about everything, are a third more alike than \
                     all accounts are",
        },
        Parameter {
            name: "least_novel",
            default: 0.95,
            reason: "support and monitoring ask the same again and again",
        },
    ],
    source: "Liu, Guo and Dong (arXiv 2606.05725); Gretton et al. (JMLR 13, 2012); hashed words are \
             ours and not validated",
};

/// Prompts an account must have to be compared with.
const COMPARED: u64 = 20;
/// Part of the prompts that begin a conversation and end it.
const SINGLE: f64 = 0.95;

/// The detector.
pub struct NarrowSubject;

impl Detector for NarrowSubject {
    fn definition(&self) -> &'static Definition {
        &DEFINITION
    }

    fn reads(&self) -> Reads {
        Reads { templates: true, words: true, ..Reads::default() }
    }

    fn look<'a>(&self, look: &Look<'a>) -> Result<Box<dyn Seen + 'a>, Cancelled> {
        look.progress.check()?;
        let get = |name| look.parameter(&DEFINITION, name);
        let words = look.material.marks().map_or(&[][..], |marks| &marks.words);
        Ok(Box::new(Subjects {
            look: *look,
            words,
            means: of_cluster::Means::new(words),
            far: distances(words),
            least_prompts: get("least_prompts"),
            most_p: get("most_p"),
            least_times: get("least_times_as_alike"),
            least_novel: get("least_novel"),
        }))
    }
}

/// What is measured of accounts: how many of their prompts without a frame were read, at most 1,000 by
/// lot, and of those of which 20 were, how far these are from all others.
const READ: &str = "prompts read";
const FAR: &str = "how far its prompts are from others";

struct Subjects<'a> {
    look: Look<'a>,
    /// What words the prompts without a frame are made of, by account.
    words: &'a [Words],
    means: of_cluster::Means,
    /// How far an account's prompts are from those of all others, with their number.
    far: Vec<(u32, u64, f64)>,
    least_prompts: f64,
    most_p: f64,
    least_times: f64,
    least_novel: f64,
}

/// Of accounts with enough prompts: each against all others taken together, so that its own do not
/// hide it.
fn distances(words: &[Words]) -> Vec<(u32, u64, f64)> {
    let mut all = Words::default();
    words.iter().filter(|of| of.prompts > 0).for_each(|of| all.add(of));
    let enough = (0..).zip(words).filter(|(_, of)| of.prompts >= COMPARED);
    let of = |(account, of): (u32, &Words)| {
        let rest = Words {
            prompts: all.prompts - of.prompts,
            sum: all.sum.iter().zip(&of.sum).map(|(all, own)| all - own).collect(),
        };
        Some((account, of.prompts, of.discrepancy(&rest)?))
    };
    enough.filter_map(of).collect()
}

impl Seen for Subjects<'_> {
    fn accounts(&self) -> Result<Vec<Finding>, Cancelled> {
        // The discrepancy has no bias that depends on how many prompts there are: all are compared.
        let member = |far: &(u32, u64, f64)| Member { plan: 0, volume: 0, score: far.2 };
        let members: Vec<Member> = self.far.iter().map(member).collect();
        let Some(calibration) = Calibration::new(&members) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for far in self.far.iter().filter(|far| far.1 as f64 >= self.least_prompts) {
            let Some(p) = calibration.p(member(far), true) else { continue };
            if p.p <= self.most_p {
                found.extend(self.of_account(*far, p.p));
            }
        }
        Ok(found)
    }

    fn cluster(&self, group: Group<'_>) -> Result<Option<Finding>, Cancelled> {
        of_cluster::finding(self, group)
    }

    fn measured(&self) -> Measures {
        let read = (0..).zip(self.words).filter(|(_, words)| words.prompts > 0);
        vec![
            (STAND_ALONE.into(), stand_alone(self.look.material)),
            (READ.into(), read.map(|(account, words)| (account, words.prompts as f64)).collect()),
            (FAR.into(), self.far.iter().map(|(account, _, far)| (*account, *far)).collect()),
        ]
    }
}

impl Subjects<'_> {
    fn of_account(&self, (account, read, far): (u32, u64, f64), p: f64) -> Option<Finding> {
        let habit = self.look.material.habits().get(account as usize)?;
        let is_single = f64::from(habit.alone) >= SINGLE * f64::from(habit.calls);
        if !habit.is_novel(self.least_novel) || !is_single {
            return None;
        }
        let mut others: Vec<f64> = self.far.iter().map(|far| far.2).collect();
        others.sort_by(f64::total_cmp);
        let at = |q: f64| others[((others.len() - 1) as f64 * q) as usize];
        let middle = median(&others)?;
        let null = NullBand {
            made_from: "accounts with 20 prompts or more without a frame".into(),
            low: at(0.025),
            median: middle,
            high: at(0.975),
            n: others.len() as u64,
        };
        Some(Finding {
            subject: Subject::Account(account),
            detector: DEFINITION.id.into(),
            version: DEFINITION.version,
            family: DEFINITION.family,
            accounts: vec![account],
            statement: statement(habit, (read, far), p, &null),
            statistic: far,
            threshold: format!(
                "a place among the farthest {} of accounts",
                Unit::Share.text(self.most_p)
            ),
            effect: far / middle.max(1e-9),
            null: Some(null),
            log10_p: Some(libm::log10(p)),
            is_exact: false,
            evidence: vec![calls(self.look.material, account)],
        })
    }
}

fn statement(habit: &Habit, (read, far): (u64, f64), p: f64, null: &NullBand) -> Statement {
    let all = Peers { what: FAR.into(), but: None, on_its_plan: false };
    let role = || "calls".to_owned();
    let field = Recipe::Distinct { role: role(), field: "prompt_hash".into() };
    Statement::new(
        "Of {calls} calls {alone} stand alone: no conversation goes on with them. {distinct} \
         prompts are different. The words of {read} of them, which have no frame of 8 words or \
         more, are {far} from those of all other accounts (squared discrepancy), where accounts \
         are {middle} away (median). Of all accounts with 20 such prompts or more {p} are as far \
         away, itself among them.",
    )
    .with("calls", habit.calls.into(), Unit::Count, Recipe::Records { role: role() })
    .with("alone", habit.alone.into(), Unit::Count, Recipe::Measured { what: STAND_ALONE.into() })
    .with("distinct", habit.distinct.into(), Unit::Count, field)
    .with("read", read as f64, Unit::Count, Recipe::Measured { what: READ.into() })
    .with("far", far, Unit::Plain, Recipe::Statistic)
    .with("middle", null.median, Unit::Plain, Recipe::MedianMeasured { what: FAR.into() })
    .with("p", p, Unit::Share, Recipe::AsHigh(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::exhibit::{self, Picture};
    use crate::detect::marks::Marks;
    use crate::detect::material::Attributes;
    use crate::detect::testkit::{Asked, case};
    use crate::detect::words::Sum;
    use crate::detect::{Material, Parameters};
    use crate::job::Progress;

    const SUBJECTS: [&str; 7] =
        ["kettle", "garden", "mountain", "violin", "harbour", "pepper", "lantern"];

    /// What is told of a case of eighty accounts that ask 350 prompts each, of so many different
    /// ones, about everything or, where they are some of the first, about films.
    fn told<T>(
        (films, again): (u32, u64),
        session: fn(u64) -> u32,
        tell: impl FnOnce(&Look<'_>, &dyn Seen) -> T,
    ) -> T {
        let (mut rows, mut words) = (Vec::new(), Vec::new());
        for account in 0..80u32 {
            let sum = Sum::default();
            for i in 0..350u64 {
                let subject = SUBJECTS[(i as usize * 3 + account as usize) % 7];
                let text = format!("question about {subject} {subject}");
                sum.add(if account < films { "films directed by somebody" } else { &text });
                let prompt = 1 + u64::from(account) * 1_000 + i % again;
                let asked = Asked::of(i as i64, account, 0, prompt);
                rows.push(Asked { session: session(i), ..asked });
            }
            words.push(sum.done());
        }
        let index = case(80, &["x"], &rows);
        let none = Attributes::new();
        let marks = Marks { words, ..Marks::default() };
        let material = Material::new(&index, &none, &[]).with_marks(marks);
        let (parameters, progress) = (Parameters::default(), Progress::default());
        let look =
            Look { material: &material, parameters: &parameters, seed: 1, progress: &progress };
        tell(&look, &*NarrowSubject.look(&look).expect("nobody cancels"))
    }

    fn found(again: u64, session: fn(u64) -> u32) -> Vec<String> {
        let accounts =
            told((1, again), session, |_, seen| seen.accounts().expect("nobody cancels"));
        accounts.iter().map(|finding| finding.statement.text()).collect()
    }

    /// What is told of a cluster, where the first six ask about films.
    fn of_cluster(members: &[u32], again: u64) -> Option<Finding> {
        let group = Group { id: 1, members };
        told((6, again), |i| i as u32 / 3, |_, seen| seen.cluster(group).expect("nobody cancels"))
    }

    #[test]
    fn a_cluster_that_asks_about_the_same_and_unlike_others_is_told() {
        let finding = of_cluster(&[0, 1, 2, 3, 4, 5], 1_000).expect("six about films");
        let text = finding.statement.text();
        let begins =
            "6 of 6 accounts ask about the same things in words of their own, in 2,100 calls.";
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("are 1 alike (cosine of words)"), "{text}");
        assert_eq!(finding.log10_p, Some(libm::log10(1.0 / 200.0)), "no draw is as far");
        assert!(finding.null.is_some_and(|null| null.high < finding.statistic), "{text}");
        assert_eq!(of_cluster(&[0, 1, 2, 3, 4, 5], 100), None, "the same again and again");
        assert_eq!(of_cluster(&[10, 11, 12, 13], 1_000), None, "what everybody asks");
        assert_eq!(of_cluster(&[0, 10, 20, 30, 40, 50], 1_000), None, "one does not speak for six");
    }

    #[test]
    fn how_alike_they_are_is_drawn_as_it_is_said() {
        let group = Group { id: 1, members: &[0, 1, 2, 3, 4, 5] };
        let all = told(
            (6, 1_000),
            |i| i as u32 / 3,
            |look, seen| {
                let finding =
                    seen.cluster(group).expect("nobody cancels").expect("six about films");
                exhibit::of_finding(look, &finding, group.members).expect("nobody cancels")
            },
        );
        let [one] = &all[..] else { panic!("one picture, not {}", all.len()) };
        let Picture::Bars(bars) = &one.picture else { panic!("no bars") };
        assert_eq!(bars.bars.len(), 2);
        assert!((bars.bars[0].observed - 1.0).abs() < 1e-3, "{bars:?}");
        assert_eq!(bars.bars[0].usual, Some(bars.bars[1].observed));
    }

    #[test]
    fn an_account_with_words_of_its_own_is_told_where_it_never_repeats_or_goes_on() {
        let told = found(1_000, |i| 1 + i as u32);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("Of 350 calls 350 stand alone"), "{told:?}");
        assert!(found(100, |_| 0).is_empty(), "again and again");
        assert!(found(1_000, |i| 1 + i as u32 / 5).is_empty(), "conversations");
    }
}
