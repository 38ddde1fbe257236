//! The policy check, for who consumes models: which accounts' use looks like training on outputs,
//! while a registered clause forbade that of the models they called.
//!
//! What is said is inference on records: they can show that answers are collected, never what is
//! done with them; and a clause is a paraphrase until somebody compares it with its text.

use std::collections::BTreeMap;

use crate::index::Index;
use crate::job::{Cancelled, Progress};
use crate::model::book::Term;
use crate::model::finding::{Analysis, Level, Subject};
use crate::model::{Time, TimeSpan};

/// The score for collecting answers from which use is listed.
pub const HARVESTING: f64 = 0.5;

/// Records of the kind that the case counts, with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// How many.
    pub records: u64,
    /// From the first to after the last.
    pub span: TimeSpan,
}

impl Calls {
    fn at(time: Time) -> Self {
        Self { records: 1, span: TimeSpan { start: time, end: Time(time.0.saturating_add(1)) } }
    }

    /// The last.
    pub fn last(&self) -> Time {
        Time(self.span.end.0.saturating_sub(1))
    }

    fn and(self, other: Self) -> Self {
        let span = TimeSpan {
            start: self.span.start.min(other.span.start),
            end: self.span.end.max(other.span.end),
        };
        Self { records: self.records + other.records, span }
    }
}

/// Use that looks like training on outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// Whose: a cluster, or an account that stands alone.
    pub subject: Subject,
    /// Its accounts, by position.
    pub accounts: Vec<u32>,
    /// How far the evidence carries.
    pub level: Level,
    /// The score for collecting answers, 0…1.
    pub harvesting: f64,
    /// Calls that fell under each clause while it was in force, by its place in the register.
    pub under: Vec<(usize, Calls)>,
    /// Records with a time to which no forbidding clause of the register applies, by model; without
    /// a model under an empty name.
    pub free: BTreeMap<String, u64>,
    /// Records without a time: whether a clause was in force then, nobody knows.
    pub without_time: u64,
}

/// What the check came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The use, what is surest first.
    pub uses: Vec<Use>,
    /// Clauses of the register that forbid training.
    pub clauses: usize,
    /// Of these, how many nobody compared with their text.
    pub unchecked: usize,
}

impl Checked {
    /// The use that fell under a clause, by its place in the register.
    pub fn under(&self, clause: usize) -> impl Iterator<Item = (&Use, Calls)> {
        let of = move |found: &&(usize, Calls)| found.0 == clause;
        self.uses.iter().filter_map(move |one| Some((one, one.under.iter().find(of)?.1)))
    }

    /// Records to which no clause applies, by model.
    pub fn free(&self) -> BTreeMap<&str, u64> {
        let mut all = BTreeMap::new();
        for (model, records) in self.uses.iter().flat_map(|one| &one.free) {
            *all.entry(model.as_str()).or_default() += records;
        }
        all
    }
}

/// Checks the use of a case against a register.
///
/// # Errors
/// When cancelled.
pub fn check(
    index: &Index,
    analysis: &Analysis,
    terms: &[Term],
    progress: &Progress,
) -> Result<Checked, Cancelled> {
    let forbidding = terms.iter().filter(|term| term.forbids_training);
    let mut checked = Checked {
        uses: Vec::new(),
        clauses: forbidding.clone().count(),
        unchecked: forbidding.filter(|term| term.checked.is_none()).count(),
    };
    for mut one in suspected(analysis) {
        look(&mut one, index, terms, progress)?;
        checked.uses.push(one);
    }
    checked.uses.sort_by(|a, b| {
        let surest = b.level.cmp(&a.level).then(b.harvesting.total_cmp(&a.harvesting));
        surest.then(a.subject.cmp(&b.subject))
    });
    Ok(checked)
}

/// Clusters, and accounts that stand alone, whose use looks like collecting answers.
fn suspected(analysis: &Analysis) -> impl Iterator<Item = Use> {
    let one = |subject, accounts, level, harvesting| Use {
        subject,
        accounts,
        level,
        harvesting,
        under: Vec::new(),
        free: BTreeMap::new(),
        without_time: 0,
    };
    let clusters = analysis.clusters.iter().map(move |cluster| {
        let accounts = cluster.members.iter().map(|member| member.account).collect();
        one(Subject::Cluster(cluster.id), accounts, cluster.level, cluster.harvesting)
    });
    let alone = analysis.accounts.iter().filter(|score| score.cluster.is_none());
    let alone = alone.map(move |score| {
        let subject = Subject::Account(score.account);
        one(subject, vec![score.account], score.level, score.harvesting)
    });
    let is_suspected = |one: &Use| one.harvesting >= HARVESTING && one.level >= Level::Indicative;
    clusters.chain(alone).filter(is_suspected)
}

/// Finds what of some use falls under which clause.
fn look(
    one: &mut Use,
    index: &Index,
    terms: &[Term],
    progress: &Progress,
) -> Result<(), Cancelled> {
    let kind = index.default_granularity();
    let mut under: BTreeMap<usize, Calls> = BTreeMap::new();
    let mut speaking: BTreeMap<Option<&str>, Vec<InForce>> = BTreeMap::new();
    for account in &one.accounts {
        progress.check()?;
        for row in index.rows_of_account(*account) {
            let row = index.row(*row);
            if row.granularity() != kind {
                continue;
            }
            let Some(at) = row.at() else {
                one.without_time += 1;
                continue;
            };
            let model = row.model();
            let clauses = speaking.entry(model).or_insert_with(|| InForce::all(terms, model));
            let mut is_free = true;
            for clause in clauses.iter().filter(|clause| clause.was_in_force(at)) {
                is_free = false;
                let call = Calls::at(at);
                under.entry(clause.number).and_modify(|all| *all = all.and(call)).or_insert(call);
            }
            if is_free {
                *one.free.entry(model.unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
    }
    one.under = under.into_iter().collect();
    Ok(())
}

/// A clause that forbids training, and when; days are turned into instants once, not for each
/// record.
struct InForce {
    /// Its place in the register.
    number: usize,
    from: Option<Time>,
    until: Option<Time>,
}

impl InForce {
    /// Those that speak of a model.
    fn all(terms: &[Term], model: Option<&str>) -> Vec<Self> {
        let speaks =
            |term: &&Term| term.forbids_training && term.speaks_of(model.unwrap_or_default());
        let of = |(number, term): (usize, &Term)| {
            let (from, until) =
                (term.from.map(|day| day.start()), term.until.map(|day| day.start()));
            Self { number, from, until }
        };
        terms.iter().enumerate().filter(|(_, term)| speaks(term)).map(of).collect()
    }

    /// As [`Term::was_in_force`] of one instant.
    fn was_in_force(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| until > at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::OpenCase;
    use crate::case::search::tests::case_of;
    use crate::model::book::Day;
    use crate::model::finding::{AccountScore, testkit};

    const LOG: &str = r#"{"timestamp":"2026-03-01T00:00:00Z","account_id":"a","model":"Atlas-4"}
{"timestamp":"2026-03-02T00:00:00Z","account_id":"a","model":"atlas-4"}
{"timestamp":"2026-03-03T00:00:00Z","account_id":"a","model":"other"}
{"timestamp":"2026-03-03T00:00:00Z","account_id":"a"}
{"timestamp":"2026-03-03T00:00:00Z","account_id":"b","model":"atlas-4"}
"#;

    fn term(models: &str, from: &str) -> Term {
        Term {
            provider: "P".into(),
            paraphrase: "no training".into(),
            models: models.into(),
            from: Day::parse(from),
            forbids_training: true,
            ..Term::default()
        }
    }

    fn found(terms: &[Term], scores: &[(u32, f64, Level)]) -> Checked {
        let (_folder, path) = case_of(&[("a.jsonl", LOG.as_bytes())]);
        let case = OpenCase::load(&path, &Progress::default()).expect("opened");
        let account = |(account, harvesting, level): &(u32, f64, Level)| AccountScore {
            account: *account,
            level: *level,
            coordination: 0.0,
            harvesting: *harvesting,
            cluster: None,
            benign: Vec::new(),
        };
        let accounts = scores.iter().map(account).collect();
        let analysis = Analysis {
            run: testkit::run_info(),
            clusters: Vec::new(),
            accounts,
            findings: Vec::new(),
            cited: Vec::new(),
            by_subject: Default::default(),
        };
        check(&case.index, &analysis, terms, &Progress::default()).expect("not cancelled")
    }

    #[test]
    fn calls_count_under_the_clauses_that_speak_of_their_model_and_were_in_force() {
        let allowed = Term { forbids_training: false, ..term("", "") };
        let terms = [allowed, term("atlas-*", "2026-03-02"), term("atlas-4", "2027-01-01")];
        let checked = found(&terms, &[(0, 0.9, Level::Probable)]);
        assert_eq!((checked.clauses, checked.unchecked), (2, 2));
        let one = &checked.uses[0];
        let [(1, calls)] = one.under[..] else { panic!("{:?}", one.under) };
        assert_eq!(calls.records, 1, "only what came after the clause was in force");
        assert_eq!(checked.under(1).count(), 1);
        assert_eq!(checked.under(2).count(), 0);
        let free = BTreeMap::from([("", 1), ("Atlas-4", 1), ("other", 1)]);
        assert_eq!(checked.free(), free, "said, and not passed over");
    }

    #[test]
    fn who_only_stands_out_otherwise_is_not_listed() {
        let all = [term("", "")];
        let scores = [(0, 0.4, Level::Strong), (1, 0.9, Level::None)];
        assert!(found(&all, &scores).uses.is_empty());
        let listed = found(&all, &[(0, 0.6, Level::Indicative), (1, 0.9, Level::Strong)]);
        let subjects: Vec<Subject> = listed.uses.iter().map(|one| one.subject).collect();
        assert_eq!(subjects, [Subject::Account(1), Subject::Account(0)], "what is surest first");
        assert_eq!(listed.uses[1].under[0].1.records, 4, "a clause of all models speaks of each");
    }
}
