//! The findings about one cluster or account with the records they cite and their pictures, made off
//! the interface thread. Pictures that need the texts of prompts, or look at the whole case anew, come
//! later than the others.

use std::sync::Arc;

use crate::case::rules_of;
use crate::detect::exhibit::{self, Exhibit};
use crate::detect::rules::Rules;
use crate::detect::{Attributes, Look, Material, Parameters, Reads};
use crate::index::Index;
use crate::job::Progress;
use crate::model::finding::{Analysis, Finding, Subject};
use crate::model::{Marker, Time};
use crate::ui::Latest;
use crate::ui::scene::{ReadCited, ReadMarks, Scene};

use super::detail::Whom;
use super::listing::about;

/// What is seen of a finding.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its number, from 1.
    pub number: u64,
    /// Records it cites, each once.
    pub records: u64,
    /// Its pictures; none where they come later.
    pub exhibits: Vec<Exhibit>,
}

/// The pictures of a finding, as far as they are.
pub enum Pictures<'a> {
    /// Here they are.
    Made(&'a [Exhibit]),
    /// They come later: what is being done, and how far it is, 0…1 where that is known.
    Later(&'static str, Option<f32>),
    /// Why there are none.
    Failed(&'a str),
}

/// What proofs are of: an index, a run, and whom.
type Asked = (u64, Time, Subject);

/// The proofs that are shown.
#[derive(Default)]
pub struct Proofs {
    read: Latest<Asked, Read>,
    /// Pictures that come later, by the number of the finding.
    told: Latest<Asked, Vec<(u64, Told)>>,
}

/// The pictures of a finding that come later, or why there are none.
type Told = Result<Vec<Exhibit>, String>;

/// Everything read about somebody.
#[derive(Clone, Debug)]
pub struct Read {
    /// Each finding with what it cites.
    pub proofs: Vec<Proof>,
    /// Records that any of them cites, each once.
    pub records: u64,
    /// Whether any of them has pictures that come later.
    goes_on: bool,
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
        if self.read.is_asked(&asked) {
            self.read.poll();
        } else {
            // Some pictures are of what is known of accounts.
            let Some(source) = Source::of(scene, analysis, subject) else { return };
            self.read.ask(ctx, asked, move |progress| source.read(progress));
        }
        let goes_on = self.of(analysis.run.at, subject).is_some_and(|read| read.goes_on);
        if self.told.is_asked(&asked) {
            self.told.poll();
        } else if goes_on {
            let Some(source) = Source::of(scene, analysis, subject) else { return };
            self.told.ask(ctx, asked, move |progress| source.tell(progress));
        } else {
            // Nobody looks at what is being made for somebody else.
            self.told.progress().into_iter().for_each(Progress::cancel);
            self.told.poll();
        }
    }

    /// Those of somebody in a run, once they are read.
    pub fn of(&self, run: Time, subject: Subject) -> Option<&Read> {
        let is_same = |(_, at, of): &Asked| (*at, *of) == (run, subject);
        self.read.answer().filter(|_| self.read.answered().is_some_and(is_same))
    }

    /// The pictures of a finding about somebody in a run; `None` until it is read.
    pub fn pictures(
        &self,
        run: Time,
        subject: Subject,
        finding: &Finding,
        number: u64,
    ) -> Option<Pictures<'_>> {
        let proof = self.of(run, subject)?.proofs.iter().find(|proof| proof.number == number)?;
        if !comes_later(finding) {
            return Some(Pictures::Made(&proof.exhibits));
        }
        if let Some(why) = self.told.error() {
            return Some(Pictures::Failed(why));
        }
        let is_same = |(_, at, of): &Asked| (*at, *of) == (run, subject);
        let told = self.told.answer().filter(|_| self.told.answered().is_some_and(is_same));
        let Some(told) = told else {
            let share = self.told.progress().and_then(Progress::fraction);
            let reads = exhibit::reads(finding).is_any();
            let doing = if reads { "reading the prompts" } else { "looking at all accounts" };
            return Some(Pictures::Later(doing, share));
        };
        let (_, told) = told.iter().find(|(of, _)| *of == number)?;
        Some(match told {
            Ok(exhibits) => Pictures::Made(exhibits),
            Err(why) => Pictures::Failed(why),
        })
    }

    /// Why there are none.
    pub fn error(&self) -> Option<&str> {
        self.read.error()
    }

    /// Whether they are being read.
    #[cfg(test)]
    pub fn is_stale(&self) -> bool {
        self.read.is_stale() || self.told.is_stale()
    }
}

/// Whether pictures of a finding would let the others wait.
fn comes_later(finding: &Finding) -> bool {
    exhibit::reads(finding).is_any() || exhibit::is_slow(finding)
}

/// What a proof is made from, on another thread: what its run was made of.
struct Source {
    analysis: Arc<Analysis>,
    index: Arc<Index>,
    attributes: Arc<Attributes>,
    markers: Vec<Marker>,
    stand_ins: Vec<String>,
    cited: ReadCited,
    marks: ReadMarks,
    subject: Subject,
}

impl Source {
    /// `None` until what is known of accounts is read.
    fn of(scene: &Scene<'_>, analysis: &Arc<Analysis>, subject: Subject) -> Option<Self> {
        Some(Self {
            analysis: Arc::clone(analysis),
            index: Arc::clone(scene.index),
            attributes: Arc::clone(scene.beside.attributes()?),
            markers: scene.markers.to_vec(),
            stand_ins: scene.beside.stand_ins().iter().cloned().collect(),
            cited: Arc::clone(scene.read_cited),
            marks: Arc::clone(scene.read_marks),
            subject,
        })
    }

    fn material(&self) -> Material<'_> {
        Material::new(&self.index, &self.attributes, &self.markers).with_stand_ins(&self.stand_ins)
    }

    fn look<'a>(
        &self,
        material: &'a Material<'a>,
        parameters: &'a Parameters,
        progress: &'a Progress,
    ) -> Look<'a> {
        Look { material, parameters, seed: self.analysis.run.seed, progress }
    }

    /// Those of the run.
    fn parameters(&self) -> Parameters {
        Parameters::of_run(&self.analysis.run.detectors)
    }

    fn members(&self) -> Vec<u32> {
        Whom { analysis: &self.analysis, subject: self.subject }.members()
    }

    /// A finding with what it cites.
    fn whole(&self, number: u64, finding: &Finding) -> Result<Finding, String> {
        Ok(Finding { evidence: (self.cited)(number)?, ..finding.clone() })
    }

    fn read(&self, progress: &Progress) -> Result<Read, String> {
        let (material, parameters) = (self.material(), self.parameters());
        let (look, members) = (self.look(&material, &parameters, progress), self.members());
        let (mut cited, mut goes_on) = (Vec::new(), false);
        let of = |(number, finding): (u64, &Finding)| {
            let finding = self.whole(number, finding)?;
            let exhibits = if comes_later(&finding) {
                goes_on = true;
                Vec::new()
            } else {
                exhibit::of_finding(&look, &finding, &members).map_err(|why| why.to_string())?
            };
            let events = finding.events();
            let records = events.len() as u64;
            cited.extend(events);
            Ok(Proof { number, records, exhibits })
        };
        let proofs = about(&self.analysis, self.subject).map(of).collect::<Result<_, String>>()?;
        cited.sort_unstable();
        cited.dedup();
        Ok(Read { proofs, records: cited.len() as u64, goes_on })
    }

    /// The pictures that come later: of the prompts that the run has read, by the rules it went by.
    /// What keeps one from being made keeps only those that need it.
    fn tell(&self, progress: &Progress) -> Result<Vec<(u64, Told)>, String> {
        let found: Vec<(u64, &Finding)> =
            about(&self.analysis, self.subject).filter(|(_, found)| comes_later(found)).collect();
        let mut reads =
            found.iter().fold(Reads::default(), |all, of| all.and(exhibit::reads(of.1)));
        let rules = if reads.rules { rules_of(&self.analysis.run) } else { Ok(None) };
        reads.rules &= rules.is_ok();
        let unknown = rules.as_ref().err().cloned();
        let rules = rules.ok().flatten();
        let rules = rules.as_ref().unwrap_or_else(|| Rules::built_in());
        let mut material = self.material().with_rules(rules);
        let (members, parameters) = (self.members(), self.parameters());
        let mut accounts: Vec<u32> = Vec::new();
        for (_, finding) in found.iter().filter(|of| exhibit::reads(of.1).is_any()) {
            accounts.extend(exhibit::read_of(
                &self.look(&material, &parameters, progress),
                finding,
                &members,
            ));
        }
        accounts.sort_unstable();
        accounts.dedup();
        let marks = match reads.is_any() {
            true => (self.marks)(&accounts, (rules, reads), progress),
            false => Ok(None),
        };
        let unread = marks.as_ref().err().cloned();
        if let Some(marks) = marks.ok().flatten() {
            material = material.with_marks(marks);
        }
        let look = self.look(&material, &parameters, progress);
        let of = |(number, finding): (u64, &Finding)| {
            let needs = exhibit::reads(finding);
            let why = unknown.as_ref().filter(|_| needs.rules);
            let why = why.or(unread.as_ref().filter(|_| needs.is_any()));
            if let Some(why) = why {
                return Ok((number, Err(why.clone())));
            }
            let finding = self.whole(number, finding)?;
            let exhibits = exhibit::of_finding(&look, &finding, &members);
            Ok((number, Ok(exhibits.map_err(|why| why.to_string())?)))
        };
        progress.check().map_err(|why| why.to_string())?;
        found.into_iter().map(of).collect()
    }
}

#[cfg(test)]
#[path = "proofs_tests.rs"]
mod tests;
