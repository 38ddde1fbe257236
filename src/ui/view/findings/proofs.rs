//! The findings about one cluster or account with the records they cite, read off the interface
//! thread.

use std::sync::Arc;

use crate::job::{Cancelled, Progress};
use crate::model::Time;
use crate::model::finding::{Analysis, Finding, Subject};
use crate::ui::Latest;
use crate::ui::scene::Scene;

use super::listing::about;

/// A finding with everything it cites.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its number, from 1.
    pub number: u64,
    /// The finding; its evidence is filled in.
    pub finding: Finding,
}

/// What proofs are of: an index, a run, and whom.
type Asked = (u64, Time, Subject);

/// The proofs that are shown.
#[derive(Default)]
pub struct Proofs(Latest<Asked, Vec<Proof>>);

impl Proofs {
    /// Asks for the findings about somebody.
    pub fn ask(
        &mut self,
        ctx: &egui::Context,
        scene: &Scene<'_>,
        analysis: &Arc<Analysis>,
        subject: Subject,
    ) {
        let asked = (scene.index_version, analysis.run.at, subject);
        if self.0.has(|known| *known == asked) {
            return;
        }
        let (analysis, read) = (Arc::clone(analysis), Arc::clone(scene.read_cited));
        self.0.ask(ctx, asked, move |progress| {
            let cancelled = |stopped: Cancelled| stopped.to_string();
            about(&analysis, subject)
                .map(|(number, finding)| {
                    progress.check().map_err(cancelled)?;
                    proof(number, finding, &*read, progress)
                })
                .collect::<Result<Vec<Proof>, String>>()
        });
    }

    /// Those of somebody, once they are read.
    pub fn of(&self, subject: Subject) -> Option<&[Proof]> {
        let is_same = self.0.answered().is_some_and(|(.., of)| *of == subject);
        self.0.answer().filter(|_| is_same).map(Vec::as_slice)
    }

    /// Why there are none.
    pub fn error(&self) -> Option<&str> {
        self.0.error()
    }

    /// Whether they are being read.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.0.is_stale()
    }
}

fn proof(
    number: u64,
    finding: &Finding,
    read: &dyn Fn(u64) -> Result<Vec<crate::model::finding::Evidence>, String>,
    _progress: &Progress,
) -> Result<Proof, String> {
    let finding = Finding { evidence: read(number)?, ..finding.clone() };
    Ok(Proof { number, finding })
}
