//! A bundle that is being made: what its parts need of each other.

use std::collections::BTreeMap;
use std::io::{self, Write};

use uuid::Uuid;

use super::bundle::{Bundle, Counts, invalid};
use super::definition;
use super::facts::Facts;
use super::id::{self, Id, Part};
use super::object::{Extension, Head, Measures, Relationship};
use super::stamp::later;
use crate::model::finding::Level;

/// Which of the three kinds of statement an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// It was counted.
    Fact,
    /// A detector says so.
    Inference,
}

/// The label of what an analyst says, which is no [`Statement`] of the tool.
pub const JUDGEMENT: &str = "judgement";

impl Statement {
    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Inference => "inference",
        }
    }
}

/// A bundle that is being made.
pub struct Making<'a, W: Write> {
    /// What it is made from.
    pub facts: &'a Facts,
    /// What was written.
    pub bundle: Bundle<W>,
    /// The namespace of the case.
    pub namespace: Uuid,
    /// The marking.
    pub marking: Id,
    /// The tool.
    pub tool: Id,
    /// Identities by name.
    pub people: BTreeMap<&'a str, Id>,
    /// Accounts by id.
    pub accounts: BTreeMap<&'a str, Id>,
    /// Clusters by number.
    pub clusters: BTreeMap<u32, (Id, Level)>,
    /// Techniques by their id in ATLAS.
    pub techniques: BTreeMap<&'a str, Id>,
}

/// What relates one object to another.
pub struct Tie<'a> {
    /// The type of relationship.
    pub kind: &'static str,
    /// From what.
    pub source: Id,
    /// To what.
    pub target: Id,
    /// Which kind of statement it is.
    pub statement: Statement,
    /// Why.
    pub why: &'a str,
    /// How sure, 0…100.
    pub confidence: Option<u8>,
    /// Numbers.
    pub measures: Option<Measures<'a>>,
    /// What tells it from others of its type between the same two.
    pub told_by: &'a [(&'a str, Part<'a>)],
}

impl<'a, W: Write> Making<'a, W> {
    /// Begins a bundle.
    ///
    /// # Errors
    /// The writer's.
    pub fn new(out: W, facts: &'a Facts) -> io::Result<Self> {
        let case = &facts.case;
        let namespace = id::namespace(&format!("{}{}", case.sha256, case.hidden));
        let parts = [("at", Part::Text(&case.at)), ("content", Part::Text(&case.content))];
        let bundle = Bundle::open(out, Id::of_case(namespace, "bundle", &parts))?;
        Ok(Self {
            facts,
            bundle,
            namespace,
            marking: definition::marking(case.tlp).0,
            tool: Id::of_all("identity", &[("name", Part::Text(facts.tool_name()))]),
            people: BTreeMap::new(),
            accounts: BTreeMap::new(),
            clusters: BTreeMap::new(),
            techniques: BTreeMap::new(),
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// The writer's.
    pub fn close(self) -> io::Result<Counts> {
        self.bundle.close()
    }

    /// An id under the namespace of the case.
    pub fn id(&self, kind: &'static str, parts: &[(&str, Part<'_>)]) -> Id {
        Id::of_case(self.namespace, kind, parts)
    }

    /// The head of an observable.
    pub fn observable(&self, id: Id) -> Head<'a> {
        Head { object_marking_refs: Some([self.marking]), ..Head::bare(id) }
    }

    /// The head of what the tool says.
    pub fn stated(&self, id: Id, statement: Statement) -> Head<'a> {
        let created = self.facts.created();
        Head {
            created_by_ref: Some(self.tool),
            created: Some(created),
            // The clock of an export can be set to before the case was created.
            modified: Some(later(created, &self.facts.case.at)),
            labels: vec![statement.label()],
            ..self.observable(id)
        }
    }

    /// Relates two objects.
    ///
    /// # Errors
    /// The writer's.
    pub fn relate(&mut self, tie: Tie<'_>) -> io::Result<Id> {
        let id = self.tie_id(tie.kind, tie.source, tie.target, tie.told_by);
        let head = Head {
            confidence: tie.confidence,
            extensions: tie.measures.map(measured),
            ..self.stated(id, tie.statement)
        };
        let body = Relationship {
            relationship_type: tie.kind,
            description: super::object::said(tie.why),
            source_ref: tie.source,
            target_ref: tie.target,
        };
        self.bundle.put(head, body)
    }

    /// The id of a relationship.
    pub fn tie_id(
        &self,
        kind: &'static str,
        source: Id,
        target: Id,
        told_by: &[(&str, Part<'_>)],
    ) -> Id {
        let mut parts = vec![
            ("relationship_type", Part::Text(kind)),
            ("source_ref", Part::Of(source)),
            ("target_ref", Part::Of(target)),
        ];
        parts.extend(told_by);
        self.id("relationship", &parts)
    }

    /// An account that was written.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn account(&self, account: &str) -> io::Result<Id> {
        let known = self.accounts.get(account).copied();
        known.ok_or_else(|| invalid(format!("account {account:?} is named and not listed")))
    }

    /// A cluster that was written, and its level.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn cluster_of(&self, cluster: u32) -> io::Result<(Id, Level)> {
        let known = self.clusters.get(&cluster).copied();
        known.ok_or_else(|| invalid(format!("cluster {cluster} is named and not listed")))
    }
}

/// An extension of numbers.
pub fn measured(measures: Measures<'_>) -> Extension<'_> {
    Extension::Measures(Box::new(measures))
}

/// Each with its place, from 0, among neighbours that have the same key.
pub fn places<T, K: PartialEq>(
    sorted: Vec<T>,
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = (u64, T)> {
    let mut before: Option<(K, u64)> = None;
    sorted.into_iter().map(move |of| {
        let key = key(&of);
        let place = match &before {
            Some((last, place)) if *last == key => place + 1,
            _ => 0,
        };
        before = Some((key, place));
        (place, of)
    })
}
