//! What may explain clusters that get no part of their own: nobody is listed without what speaks for
//! innocence.

use serde::Serialize;

use super::inferred::{BenignLine, benign_line};
use crate::model::finding::{Cluster, Level};

/// An innocent explanation of a cluster that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Number of the cluster.
    pub cluster: String,
    /// What may explain it.
    pub benign: BenignLine,
}

/// Those of the indicative ones among these, which have no part of their own.
pub(super) fn explained<'a>(clusters: impl Iterator<Item = &'a Cluster>) -> Vec<Explained> {
    let of = |cluster: &'a Cluster| {
        let standing = cluster.benign.iter().filter(|benign| benign.takes_level());
        let id = cluster.id.to_string();
        standing.map(move |benign| Explained { cluster: id.clone(), benign: benign_line(benign) })
    };
    clusters.filter(|cluster| cluster.level == Level::Indicative).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{Benign, Statement, Tested, testkit};

    #[test]
    fn what_stands_is_told_of_indicative_clusters_and_of_no_others() {
        let benign = |id: &str, tested| Benign {
            id: id.into(),
            tested,
            facts: Statement::new("as far as that shows"),
        };
        let both = || vec![benign("L06", Tested::NotExcluded), benign("L10", Tested::Excluded)];
        let of = |id, level| Cluster { level, benign: both(), ..testkit::cluster(id) };
        let all = [of(1, Level::Probable), of(2, Level::Indicative), of(3, Level::None)];
        let told = explained(all.iter());
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].cluster, "2");
        assert!(told[0].benign.name.starts_with("L06 ") && told[0].benign.stands);
    }
}
