//! Places of nodes from a file that another program wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::job::Job;
use crate::network::export::places::{self, Places};
use crate::network::layout::Point;
use crate::network::picture::Key;
use crate::ui::format;

use super::desk::Made;
use super::labels::full_name;

/// A file on its way.
#[derive(Default)]
pub struct Placing {
    reading: Option<(PathBuf, Job<Places>)>,
}

/// What came of a file.
pub enum Placed {
    /// Nodes lie where it says.
    Step {
        /// In words.
        title: String,
        /// Where they lie, px.
        places: BTreeMap<Key, Point>,
        /// What of it was of no use.
        rest: String,
    },
    /// Why it is of no use.
    Failed(String),
}

impl Placing {
    /// Reads a file on another thread.
    pub fn read(&mut self, ctx: &egui::Context, path: PathBuf) {
        let (ctx, from) = (ctx.clone(), path.clone());
        let job = Job::spawn(move || ctx.request_repaint(), move |_| read(&from));
        self.reading = Some((path, job));
    }

    /// What came of it, once.
    pub fn poll(&mut self, made: &Made, ids: &[String]) -> Option<Placed> {
        let outcome = self.reading.as_ref().and_then(|(_, job)| job.poll())?;
        let (path, _) = self.reading.take()?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Some(match outcome {
            Ok(read) => placed(&read, made, ids, &format::display(&file)),
            Err(why) => {
                Placed::Failed(format!("{}: {}", format::display(&file), format::display(&why)))
            }
        })
    }
}

fn read(path: &Path) -> Result<Places, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    places::read(&bytes).map_err(|problem| problem.to_string())
}

fn placed(read: &Places, made: &Made, ids: &[String], file: &str) -> Placed {
    let known = made.picture.nodes.iter().filter_map(|node| {
        let place = read.of.get(&full_name(&made.whole, node, ids))?;
        Some((node.key.clone(), *place))
    });
    let places: BTreeMap<Key, Point> = known.collect();
    if places.is_empty() {
        let why = "no node of it is called as one of the picture; accounts are called by their id, \
                   things by kind and value, as a picture saved as GEXF has them";
        return Placed::Failed(format!("{file}: {why}"));
    }
    let nodes = |n: usize| format::counted(n as u64, "node", "nodes");
    let unknown = read.of.len().saturating_sub(places.len());
    let rest = [
        (unknown, "not in the picture"),
        (read.without, "without a place"),
        (read.doubled, "named more than once, of which the first counts"),
    ];
    let rest = rest.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", nodes(*n)));
    Placed::Step {
        title: format!("place {} as in {file}", nodes(places.len())),
        rest: rest.collect::<Vec<_>>().join(", "),
        places,
    }
}
