//! The findings about one cluster or account with the records they cite, read off the interface
//! thread.

use std::sync::Arc;

use crate::detect::exhibit::{self, Exhibit};
use crate::detect::{Attributes, Material};
use crate::index::Index;
use crate::job::Progress;
use crate::model::finding::{Analysis, Finding, Subject};
use crate::model::{Marker, Time};
use crate::ui::Latest;
use crate::ui::scene::{ReadCited, Scene};

use super::detail::Whom;
use super::listing::about;

/// What is seen of a finding.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its number, from 1.
    pub number: u64,
    /// Records it cites, each once.
    pub records: u64,
    /// Its pictures.
    pub exhibits: Vec<Exhibit>,
}

/// What proofs are of: an index, a run, and whom.
type Asked = (u64, Time, Subject);

/// The proofs that are shown.
#[derive(Default)]
pub struct Proofs(Latest<Asked, Read>);

/// Everything read about somebody.
#[derive(Clone, Debug)]
pub struct Read {
    /// Each finding with what it cites.
    pub proofs: Vec<Proof>,
    /// Records that any of them cites, each once.
    pub records: u64,
}

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
        // Some pictures are of what is known of accounts.
        let Some(attributes) = scene.beside.attributes() else { return };
        let source = Source {
            analysis: Arc::clone(analysis),
            index: Arc::clone(scene.index),
            attributes: Arc::clone(attributes),
            markers: scene.markers.to_vec(),
            stand_ins: scene.beside.stand_ins().iter().cloned().collect(),
            read: Arc::clone(scene.read_cited),
            subject,
        };
        self.0.ask(ctx, asked, move |progress| source.read(progress));
    }

    /// Those of somebody in a run, once they are read.
    pub fn of(&self, run: Time, subject: Subject) -> Option<&Read> {
        let is_same = self.0.answered().is_some_and(|(_, at, of)| (*at, *of) == (run, subject));
        self.0.answer().filter(|_| is_same)
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

/// What a proof is made from, on another thread.
struct Source {
    analysis: Arc<Analysis>,
    index: Arc<Index>,
    attributes: Arc<Attributes>,
    markers: Vec<Marker>,
    stand_ins: Vec<String>,
    read: ReadCited,
    subject: Subject,
}

impl Source {
    fn read(&self, progress: &Progress) -> Result<Read, String> {
        let material = Material::new(&self.index, &self.attributes, &self.markers)
            .with_stand_ins(&self.stand_ins);
        let members = Whom { analysis: &self.analysis, subject: self.subject }.members();
        let seed = self.analysis.run.seed;
        let mut cited: Vec<u64> = Vec::new();
        let of = |(number, finding): (u64, &Finding)| {
            let finding = Finding { evidence: (self.read)(number)?, ..finding.clone() };
            let exhibits = exhibit::of_finding(&material, &finding, &members, seed, progress)
                .map_err(|stopped| stopped.to_string())?;
            let events = finding.events();
            let records = events.len() as u64;
            cited.extend(events);
            Ok(Proof { number, records, exhibits })
        };
        let proofs = about(&self.analysis, self.subject).map(of).collect::<Result<_, String>>()?;
        cited.sort_unstable();
        cited.dedup();
        Ok(Read { proofs, records: cited.len() as u64 })
    }
}
