//! What holds a bundle together: marking, definitions, who speaks, and the report.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::definition;
use super::facts::Facts;
use super::id::{Id, Part};
use super::making::Making;
use super::object::{Head, Named, Reference, Report, said};
use super::stamp::later;

/// What the report says of every case.
const LEGEND: &str = "Objects labelled fact were counted in logs, those labelled inference are \
what detectors make of it, those labelled judgement are what an analyst says. A campaign is a \
cluster of accounts, a grouping one whose evidence is weak or whose accounts were cleared; who is \
behind it is not said. Logs can show behaviour as of harvesting, \
never that answers were used for training.";

impl Facts {
    /// The name of the tool.
    pub(super) fn tool_name(&self) -> &str {
        said(&self.tool.name).unwrap_or("Stillwatch")
    }

    /// When the case was created.
    pub(super) fn created(&self) -> &str {
        self.case.created.as_deref().unwrap_or(&self.case.at)
    }

    /// Everybody who says something, by name.
    fn people(&self) -> BTreeSet<&str> {
        let judged = self.verdicts.iter().map(|of| of.actor.as_str());
        let noted = self.notes.iter().map(|of| of.actor.as_str());
        judged.chain(noted).chain([self.case.prepared_by.as_str()]).filter_map(said).collect()
    }
}

/// The head of what is the same in every bundle. It has no marking: the same object cannot be for
/// one reader in one bundle and for all in another.
pub fn of_all(id: Id, by: Id) -> Head<'static> {
    Head {
        created_by_ref: Some(by),
        created: Some(definition::MADE),
        modified: Some(definition::MADE),
        ..Head::bare(id)
    }
}

impl<W: Write> Making<'_, W> {
    /// Writes the marking, the tool, the definitions, and who speaks.
    ///
    /// # Errors
    /// The writer's.
    pub fn frame(&mut self) -> io::Result<()> {
        let (marking, colour) = definition::marking(self.facts.case.tlp);
        let made = Some(definition::MARKINGS_MADE);
        self.bundle.put(Head { created: made, ..Head::bare(marking) }, colour)?;
        let named = Named {
            name: self.facts.tool_name(),
            description: Some("Software that finds accounts which act together in access logs."),
            identity_class: Some("system"),
            ..Named::default()
        };
        self.bundle.put(of_all(self.tool, self.tool), named)?;
        for definition in definition::ALL {
            self.bundle.put(of_all(definition.id, self.tool), definition)?;
        }
        self.people()
    }

    fn people(&mut self) -> io::Result<()> {
        for name in self.facts.people() {
            let id = self.id("identity", &[("name", Part::Text(name))]);
            let created = self.facts.created();
            let head = Head {
                created: Some(created),
                modified: Some(later(created, &self.facts.case.at)),
                ..self.observable(id)
            };
            let named = Named { name, identity_class: Some("individual"), ..Named::default() };
            self.bundle.put(head, named)?;
            self.people.insert(name, id);
        }
        Ok(())
    }

    /// Writes the report, which names all that was written.
    ///
    /// # Errors
    /// The writer's.
    pub fn report(&mut self) -> io::Result<()> {
        let case = &self.facts.case;
        let id = self.id("report", &[("content", Part::Text(&case.content))]);
        let reference =
            Reference { source_name: "sha256-of-case", external_id: &case.sha256, url: None };
        let labels: BTreeSet<&str> = case.labels.iter().filter_map(|label| said(label)).collect();
        let created = self.facts.created();
        // Where nobody has judged anything, nobody but the tool says it.
        let is_judged = !(self.facts.verdicts.is_empty() && self.facts.notes.is_empty());
        let by = self.people.get(&*case.prepared_by).copied().filter(|_| is_judged);
        let head = Head {
            created_by_ref: Some(by.unwrap_or(self.tool)),
            created: Some(created),
            modified: Some(later(created, &case.at)),
            labels: labels.into_iter().collect(),
            external_references: vec![reference],
            ..self.observable(id)
        };
        let frame = ["marking-definition", "extension-definition"];
        let held = |id: &&Id| !frame.contains(&id.kind());
        let object_refs: Vec<Id> = self.bundle.ids().iter().filter(held).copied().collect();
        let about = ["campaign", "indicator", "observed-data"];
        let is_held = |kind: &&str| object_refs.iter().any(|id| id.kind() == *kind);
        let description = self.description();
        let report = Report {
            name: said(&case.title).unwrap_or("Case without a title"),
            description: &description,
            report_types: about.into_iter().filter(is_held).collect(),
            published: &case.at,
            object_refs: &object_refs,
        };
        self.bundle.put(head, report)?;
        Ok(())
    }

    fn description(&self) -> String {
        let (tool, case) = (&self.facts.tool, &self.facts.case);
        let version = said(&tool.version).map(|version| format!(" {version}")).unwrap_or_default();
        let written = format!("Written by {}{version}.", self.facts.tool_name());
        let sentences = said(&case.content).into_iter().chain([&*written, LEGEND]);
        sentences.collect::<Vec<_>>().join("\n")
    }
}
