//! Whom the page is about: the account or cluster that is selected.

use std::sync::Arc;

use crate::index::{self, Index};
use crate::model::finding::{Analysis, Subject};
use crate::model::{FilterError, Selection, Time};
use crate::ui::Latest;
use crate::ui::scene::Scene;
use crate::ui::view::findings::listing;

/// Somebody with the accounts it is.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// A cluster or an account.
    pub subject: Subject,
    /// Its accounts, by position and rising.
    pub accounts: Arc<Vec<u32>>,
    /// Their ids, in order.
    pub ids: Arc<Vec<String>>,
}

/// What the selection comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Somebody.
    One(About),
    /// Several accounts that no cluster holds together.
    Several(Arc<Vec<u32>>),
    /// Nobody is selected.
    Nobody,
    /// The accounts are being looked for.
    Looking,
    /// Why they cannot be found.
    Failed(String),
}

/// What it was found for: an index, lists, a run, a selection.
type Of = (u64, u64, Option<Time>, Selection);

/// Finds it.
#[derive(Default)]
pub struct Whom {
    known: Option<(Of, Turn)>,
    accounts: Latest<Of, Arc<Vec<u32>>>,
}

impl Whom {
    /// What the selection of now comes to.
    pub fn turn(&mut self, ctx: &egui::Context, scene: &Scene<'_>) -> Turn {
        let run = scene.analysis.map(|analysis| analysis.run.at);
        let lists = scene.lists_version_for(&scene.view.filter);
        let of: Of = (scene.index_version, lists, run, scene.view.selection.clone());
        if let Some((known, turn)) = &self.known
            && *known == of
        {
            return turn.clone();
        }
        let turn = self.find(ctx, &of, scene);
        if turn != Turn::Looking {
            self.known = Some((of, turn.clone()));
        }
        turn
    }

    fn find(&mut self, ctx: &egui::Context, of: &Of, scene: &Scene<'_>) -> Turn {
        let (index, analysis) = (scene.index, scene.analysis.map(Arc::as_ref));
        let clusters = analysis.map(|a| listing::clusters_of(&scene.view.selection, a));
        if let Some([id]) = clusters.as_deref() {
            return one(Subject::Cluster(*id), index, analysis);
        }
        let accounts = match &scene.view.selection {
            Selection::Nothing => Vec::new(),
            Selection::Accounts(ids) => {
                ids.iter().filter_map(|id| index.account_position(id)).collect()
            }
            Selection::Event(event) => {
                index.row_of_event(*event).map(|row| index.account_of(row)).into_iter().collect()
            }
            Selection::Where(_) | Selection::Time(_) => match self.matching(ctx, of, scene) {
                Ok(Some(accounts)) => accounts.to_vec(),
                Ok(None) => return Turn::Looking,
                Err(why) => return Turn::Failed(why),
            },
        };
        turn_of(accounts, index, analysis)
    }

    /// The accounts of a condition, looked for off this thread.
    fn matching(
        &mut self,
        ctx: &egui::Context,
        of: &Of,
        scene: &Scene<'_>,
    ) -> Result<Option<Arc<Vec<u32>>>, String> {
        let Some(filter) = scene.view.selection.within(&crate::model::Filter::default()) else {
            return Ok(None);
        };
        let (index, lists) = (Arc::clone(scene.index), Arc::clone(scene.lists));
        self.accounts.ask(ctx, of.clone(), move |_| {
            Ok::<_, FilterError>(Arc::new(index::matching_accounts(&filter, &index, &lists)?))
        });
        if let Some(why) = self.accounts.error() {
            return Err(why.to_owned());
        }
        Ok(self.accounts.answer().filter(|_| self.accounts.answered() == Some(of)).cloned())
    }

    /// Whether it is being looked for.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.accounts.is_stale()
    }
}

fn turn_of(mut accounts: Vec<u32>, index: &Index, analysis: Option<&Analysis>) -> Turn {
    accounts.sort_unstable();
    let [first, ..] = accounts[..] else { return Turn::Nobody };
    if accounts.len() == 1 {
        return one(Subject::Account(first), index, analysis);
    }
    let cluster = |account: &u32| analysis?.account(*account)?.cluster;
    match cluster(&first).filter(|_| accounts.iter().all(|a| cluster(a) == cluster(&first))) {
        Some(id) => one(Subject::Cluster(id), index, analysis),
        None => Turn::Several(Arc::new(accounts)),
    }
}

fn one(subject: Subject, index: &Index, analysis: Option<&Analysis>) -> Turn {
    let mut accounts: Vec<u32> = match subject {
        Subject::Account(account) => vec![account],
        Subject::Cluster(id) => analysis
            .and_then(|analysis| analysis.cluster(id))
            .map(|cluster| cluster.members.iter().map(|member| member.account).collect())
            .unwrap_or_default(),
    };
    accounts.sort_unstable();
    let id = |account: &u32| index.accounts().get(*account as usize).cloned();
    let mut ids: Vec<String> = accounts.iter().filter_map(id).collect();
    ids.sort_unstable();
    Turn::One(About { subject, accounts: Arc::new(accounts), ids: Arc::new(ids) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::explore::test_case;

    #[test]
    fn one_account_is_itself_several_are_a_list_and_nobody_is_nobody() {
        let index = test_case::index();
        let of = |accounts: &[u32]| turn_of(accounts.to_vec(), &index, None);
        assert_eq!(of(&[]), Turn::Nobody);
        assert_eq!(of(&[1, 0]), Turn::Several(Arc::new(vec![0, 1])));
        let Turn::One(about) = of(&[1]) else { panic!("one account") };
        assert_eq!((about.subject, &about.accounts[..]), (Subject::Account(1), &[1][..]));
        assert_eq!(about.ids[..], [index.accounts()[1].clone()]);
    }
}
