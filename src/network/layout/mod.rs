//! Where the nodes of a network lie on the screen.
//!
//! Each component is laid out by itself: it is coarsened to a few nodes ([`coarsen`]), these are
//! placed by their distances ([`pivots`], [`stress`]), and every level below starts from the one
//! above and is improved by short-range forces ([`force`], [`tree`]) while sparse stress keeps the
//! shape of the whole. Then it becomes px, discs are moved apart ([`overlap`]) and components are
//! packed in rows ([`pack`]). The many leaves of a hub lie around it ([`tuft`]). Nodes with places
//! from before stay there ([`keep`]).
//!
//! Everything is plain arithmetic in `f32` with sums in a fixed order, so that the same request
//! gives the same bits on every machine and with any number of threads.

mod block;
mod coarsen;
mod drawing;
mod fit;
pub mod fold;
mod force;
mod grid;
mod keep;
mod overlap;
mod pack;
mod part;
mod pivots;
pub mod quality;
mod simulation;
mod stress;
#[cfg(test)]
mod tests;
mod tree;
mod tuft;

pub use fit::LINK_PX;
pub use fold::{Folded, fold};
pub use overlap::GAP;
pub use pack::COMPONENT_GAP;
pub use part::Point;
pub use simulation::{RADIUS_PX, Request, Simulation};

use crate::job::{Cancelled, Progress};

/// The whole layout at once, in px. No two discs overlap of which one may move; components do not
/// overlap unless their nodes were given places among each other.
///
/// # Errors
/// [`Cancelled`], when `progress` says so.
///
/// ```
/// use stillwatch::job::Progress;
/// use stillwatch::network::community::Graph;
/// use stillwatch::network::layout::{Request, layout};
///
/// let graph = Graph::new(4, &[(0, 1, 1.0), (1, 2, 1.0)]);
/// let places = layout(Request::new(&graph, 1), &Progress::default())?;
/// assert_eq!(places.len(), 4);
/// # Ok::<(), stillwatch::job::Cancelled>(())
/// ```
pub fn layout(request: Request, progress: &Progress) -> Result<Vec<Point>, Cancelled> {
    Simulation::new(request).finish(progress)
}
