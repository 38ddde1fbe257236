//! What is listed: every cluster, and every account that stands alone, with what the list and the
//! board show of it.

mod chosen;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::case::{Decided, Dismissal};
use crate::detect::definition::Strength;
use crate::detect::fusion::{self, FamilyScores, Weighed};
use crate::detect::registry;
use crate::index::{Index, Lists};
use crate::job::{Cancelled, Progress};
use crate::model::finding::{
    AccountScore, Analysis, DetectorState, Family, Finding, Level, Subject,
};
use crate::model::{Selection, Verdict};

pub use chosen::{cluster, clusters, clusters_of, subject_of};

/// How far the analyst has come with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Review {
    /// No account of it has a verdict.
    #[default]
    New,
    /// Some have.
    Partly,
    /// All have, and not all the same.
    Mixed,
    /// All have this one.
    Given(Verdict),
    /// It was cleared, and others joined it with a later import.
    Dismissed,
}

impl Review {
    /// Of accounts with these verdicts.
    fn of(verdicts: impl Iterator<Item = Option<Verdict>>) -> Self {
        let (mut first, mut same, mut given, mut all) = (None, true, 0, 0);
        for verdict in verdicts {
            all += 1;
            given += usize::from(verdict.is_some());
            let known = first.get_or_insert(verdict);
            same &= *known == verdict;
        }
        match first.flatten() {
            Some(verdict) if same => Self::Given(verdict),
            _ if given == 0 => Self::New,
            _ if given < all => Self::Partly,
            _ => Self::Mixed,
        }
    }

    /// Whether the analyst is done with it.
    pub fn is_done(self) -> bool {
        // Whoever joined a group that was cleared is still to be judged.
        matches!(self, Self::Given(_) | Self::Mixed)
    }

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Partly => "partly",
            Self::Mixed => "mixed",
            Self::Given(verdict) => verdict.as_str(),
            Self::Dismissed => "dismissed",
        }
    }
}

/// A cluster or an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Which.
    pub subject: Subject,
    /// `Cluster 7`, or the account's id as the log has it.
    pub name: String,
    /// How far the evidence carries.
    pub level: Level,
    /// H1, 0…1.
    pub coordination: f64,
    /// H2, 0…1.
    pub harvesting: f64,
    /// Its accounts.
    pub accounts: u64,
    /// Their records.
    pub rows: u64,
    /// Score of each family; `None` where nothing of it could be looked at.
    pub families: FamilyScores,
    /// The detectors that have evidence about it, rising; context is none.
    pub detectors: Vec<&'static str>,
    /// How far the analyst has come with it.
    pub review: Review,
    /// What is remembered of it from before the last imports.
    pub dismissal: Option<Arc<Dismissal>>,
}

impl Entry {
    /// What selects it.
    pub fn selection(&self) -> Selection {
        match self.subject {
            Subject::Cluster(id) => cluster(id),
            Subject::Account(_) => Selection::account(self.name.clone()),
        }
    }

    /// How many of its families have something.
    fn families_with_something(&self) -> usize {
        self.families.iter().filter(|score| score.is_some_and(|s| s >= 0.5)).count()
    }
}

/// The detectors that have evidence about somebody, rising; what is only context is left out.
fn detectors(analysis: &Analysis, subject: Subject) -> Vec<&'static str> {
    let of = about(analysis, subject).filter_map(|(_, found)| registry::by_id(&found.detector));
    let of = of.map(|detector| detector.definition());
    let of = of.filter(|definition| definition.strength > Strength::Context);
    let mut ids: Vec<&str> = of.map(|definition| definition.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// How the list is ordered. Levels stay apart in every order but the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrderBy {
    /// The one that deserves a look most first.
    #[default]
    Rank,
    /// By the number of families that have something.
    Families,
    /// Those with most accounts first.
    Accounts,
    /// Those with most records first.
    Rows,
    /// Those not reviewed yet first.
    Unreviewed,
}

impl OrderBy {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Rank, Self::Families, Self::Accounts, Self::Rows, Self::Unreviewed];

    /// What the menu says.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rank => "by rank",
            Self::Families => "by families",
            Self::Accounts => "by accounts",
            Self::Rows => "by records",
            Self::Unreviewed => "unreviewed first",
        }
    }
}

/// Everything listed.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The one that deserves a look most first.
    pub entries: Vec<Entry>,
    /// How many there are without a filter.
    pub all: usize,
    /// Accounts under the filter that are probable or strong.
    pub standing_out: u64,
    /// Accounts under the filter.
    pub accounts: u64,
    /// Whether there is one.
    pub is_filtered: bool,
}

impl Listing {
    /// Of a run: those with an account `under` the filter, by position and rising; `None` for all.
    ///
    /// # Errors
    /// When cancelled.
    pub fn of(
        analysis: &Analysis,
        index: &Index,
        lists: &Lists,
        decided: &Decided,
        under: Option<&[u32]>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let is_under = |account: u32| under.is_none_or(|all| all.binary_search(&account).is_ok());
        let mut entries = Vec::with_capacity(analysis.clusters.len());
        for cluster in &analysis.clusters {
            progress.check()?;
            let members = || cluster.members.iter().map(|member| member.account);
            if !members().any(is_under) {
                continue;
            }
            let all: Vec<u32> = members().collect();
            let dismissal = decided.dismissal(&all, index).map(Arc::new);
            let review = match dismissal {
                Some(_) => Review::Dismissed,
                None => Review::of(members().map(|account| lists.verdict(account))),
            };
            entries.push(Entry {
                subject: Subject::Cluster(cluster.id),
                name: format!("Cluster {}", cluster.id),
                level: cluster.level,
                coordination: cluster.coordination,
                harvesting: cluster.harvesting,
                accounts: cluster.members.len() as u64,
                rows: members().map(|account| index.rows_of_account(account).len() as u64).sum(),
                families: cluster.families,
                detectors: detectors(analysis, Subject::Cluster(cluster.id)),
                review,
                dismissal,
            });
        }
        let families = Alone::of(analysis);
        let alone = |score: &&AccountScore| score.cluster.is_none() && is_under(score.account);
        let alone = analysis.accounts.iter().filter(alone);
        for score in alone {
            let Some(id) = index.accounts().get(score.account as usize) else { continue };
            entries.push(Entry {
                subject: Subject::Account(score.account),
                name: id.clone(),
                level: score.level,
                coordination: score.coordination,
                harvesting: score.harvesting,
                accounts: 1,
                rows: index.rows_of_account(score.account).len() as u64,
                families: families.families(score.account),
                detectors: detectors(analysis, Subject::Account(score.account)),
                review: Review::of(std::iter::once(lists.verdict(score.account))),
                dismissal: None,
            });
        }
        let all = analysis.accounts.iter().filter(|score| score.cluster.is_none()).count();
        let out = |score: &&AccountScore| score.level >= Level::Probable && is_under(score.account);
        let mut listing = Self {
            entries,
            all: all + analysis.clusters.len(),
            standing_out: analysis.accounts.iter().filter(out).count() as u64,
            accounts: under.map_or(analysis.run.accounts, |under| under.len() as u64),
            is_filtered: under.is_some(),
        };
        listing.sort(OrderBy::Rank);
        Ok(listing)
    }

    fn sort(&mut self, by: OrderBy) {
        let rank = |e: &Entry| e.level.rank([e.coordination, e.harvesting], e.accounts);
        self.entries.sort_by_cached_key(|e| {
            // As clusters are numbered; no rank is below 0.
            let rank = Reverse((rank(e) * 1e12) as u64);
            let first = match by {
                OrderBy::Rank => (Reverse(0), false),
                OrderBy::Families => (Reverse(e.families_with_something() as u64), false),
                OrderBy::Accounts => (Reverse(e.accounts), false),
                OrderBy::Rows => (Reverse(e.rows), false),
                OrderBy::Unreviewed => (Reverse(0), e.review.is_done()),
            };
            (first.1, Reverse(e.level), first.0, rank, e.subject)
        });
    }

    /// The same in another order.
    pub fn ordered(&self, by: OrderBy) -> Self {
        let mut listing = self.clone();
        listing.sort(by);
        listing
    }

    /// How many entries carry each level, in the order of [`Level::ALL`].
    pub fn standing(&self) -> [u64; 4] {
        let mut counts = [0; 4];
        self.entries.iter().for_each(|entry| counts[entry.level as usize] += 1);
        counts
    }

    /// Where a selection stands in the list.
    pub fn position(
        &self,
        selection: &Selection,
        analysis: &Analysis,
        index: &Index,
    ) -> Option<usize> {
        let subject = subject_of(selection, analysis, index)?;
        self.entries.iter().position(|entry| entry.subject == subject)
    }

    /// How many the analyst is done with, of those that reach a level.
    pub fn reviewed(&self, from: Level) -> (usize, usize) {
        let all = self.entries.iter().filter(|entry| entry.level >= from);
        let done = all.clone().filter(|entry| entry.review.is_done()).count();
        (done, all.count())
    }
}

/// The findings about somebody, each with its number from 1.
pub fn about(
    analysis: &Analysis,
    subject: Subject,
) -> impl Iterator<Item = (u64, &Finding)> + Clone {
    analysis.about(subject)
}

/// Families of which any detector ran.
fn families_that_ran(analysis: &Analysis) -> [bool; 5] {
    let mut ran = [false; 5];
    for run in &analysis.run.detectors {
        let is_run = run.state == DetectorState::Ran;
        if let Some(detector) = registry::by_id(&run.detector).filter(|_| is_run) {
            ran[detector.definition().family as usize] = true;
        }
    }
    ran
}

/// Scores of accounts that stand alone, which a run does not keep: of each family on the same scale
/// as for clusters.
struct Alone<'a> {
    by_account: BTreeMap<u32, Vec<Weighed<'a>>>,
    ran: [bool; 5],
}

impl<'a> Alone<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let mut by_account: BTreeMap<u32, Vec<Weighed<'a>>> = BTreeMap::new();
        for finding in &analysis.findings {
            let Subject::Account(account) = finding.subject else { continue };
            if let Some(detector) = registry::by_id(&finding.detector) {
                let weighed = Weighed { finding, definition: detector.definition() };
                by_account.entry(account).or_default().push(weighed);
            }
        }
        Self { by_account, ran: families_that_ran(analysis) }
    }

    fn families(&self, account: u32) -> FamilyScores {
        let found = self.by_account.get(&account).map_or(&[][..], Vec::as_slice);
        fusion::family_scores(found, |family: Family| self.ran[family as usize])
    }
}

/// Score of each family of a cluster or an account.
pub fn families_of(whom: super::detail::Whom<'_>) -> FamilyScores {
    match (whom.cluster(), whom.subject) {
        (Some(cluster), _) => cluster.families,
        (None, Subject::Account(_)) => {
            let of = about(whom.analysis, whom.subject).map(|(_, finding)| finding);
            let found: Vec<Weighed<'_>> = of
                .filter_map(|finding| {
                    let definition = registry::by_id(&finding.detector)?.definition();
                    Some(Weighed { finding, definition })
                })
                .collect();
            let ran = families_that_ran(whom.analysis);
            fusion::family_scores(&found, |family| ran[family as usize])
        }
        (None, Subject::Cluster(_)) => FamilyScores::default(),
    }
}
