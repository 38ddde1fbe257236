//! What detectors make of the facts: clusters, findings, ties.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::facts::{Cluster, Finding, PairLink, Subject};
use super::id::{Id, Part};
use super::making::{Making, Statement, Tie, measured, places};
use super::object::{Grouping, Head, Measures, Named, Remark, finite, said, whole};
use super::scale;
use super::stamp::window;
use crate::model::finding::Level;

impl<'a, W: Write> Making<'a, W> {
    /// Writes the clusters, by number, each with its members after it.
    ///
    /// # Errors
    /// The writer's.
    pub fn clusters(&mut self) -> io::Result<()> {
        let mut clusters: Vec<&Cluster> = self.facts.clusters.iter().collect();
        clusters.sort_by_key(|cluster| cluster.number);
        for cluster in clusters {
            let id = self.cluster(cluster)?;
            self.clusters.insert(cluster.number, (id, cluster.level));
            self.members(cluster, id)?;
        }
        Ok(())
    }

    fn cluster(&mut self, cluster: &'a Cluster) -> io::Result<Id> {
        // There is no grouping of nothing.
        let is_campaign = cluster.is_campaign || cluster.members.is_empty();
        let kind = if is_campaign { "campaign" } else { "grouping" };
        let id = self.id(kind, &[("number", Part::Whole(cluster.number.into()))]);
        let not_excluded: Vec<&str> =
            cluster.not_excluded.iter().filter_map(|text| said(text)).collect();
        let mut about: Vec<&str> = cluster.sentences.iter().filter_map(|text| said(text)).collect();
        let otherwise = format!("Not excluded: {}.", not_excluded.join("; "));
        if !not_excluded.is_empty() {
            about.push(&otherwise);
        }
        let description = about.join("\n");
        let measures = Measures {
            level: Some(cluster.level.as_str()),
            coordination: finite(cluster.coordination),
            harvesting: finite(cluster.harvesting),
            not_excluded,
            ..Measures::default()
        };
        let head = Head {
            confidence: Some(scale::of_level(cluster.level)),
            extensions: Some(measured(measures)),
            ..self.stated(id, Statement::Inference)
        };
        if !is_campaign {
            let accounts = cluster.members.iter().map(|member| self.account(&member.account));
            let body = Grouping {
                name: &name(cluster.number),
                description: said(&description),
                context: "unspecified",
                object_refs: accounts.collect::<io::Result<_>>()?,
            };
            return self.bundle.put(head, body);
        }
        let seen = window(cluster.first_seen.as_deref(), cluster.last_seen.as_deref());
        let body = Named {
            name: &name(cluster.number),
            description: said(&description),
            first_seen: seen.map(|(first, _)| first),
            last_seen: seen.map(|(_, last)| last),
            ..Named::default()
        };
        self.bundle.put(head, body)
    }

    fn members(&mut self, cluster: &'a Cluster, id: Id) -> io::Result<()> {
        let members = cluster.members.iter().collect::<BTreeSet<_>>();
        for member in members {
            let membership = member.membership.as_str();
            let tie = Tie {
                kind: "related-to",
                source: self.account(&member.account)?,
                target: id,
                statement: Statement::Inference,
                why: &format!("The account belongs to {}: {membership}.", name(cluster.number)),
                confidence: Some(scale::of_member(cluster.level, member.membership)),
                measures: Some(Measures { membership: Some(membership), ..Measures::default() }),
                told_by: &[],
            };
            self.relate(tie)?;
        }
        Ok(())
    }

    /// Writes the findings, by number.
    ///
    /// # Errors
    /// The writer's.
    pub fn findings(&mut self) -> io::Result<()> {
        let mut findings: Vec<&Finding> = self.facts.findings.iter().collect();
        findings.sort_by_key(|finding| finding.number);
        for finding in findings {
            self.finding(finding)?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &'a Finding) -> io::Result<Id> {
        let id = self.id("note", &[("finding", Part::Whole(finding.number))]);
        let measures = Measures {
            finding: whole(finding.number),
            detector: said(&finding.detector),
            level: Some(finding.level.as_str()),
            statistic: finite(finding.statistic),
            p_value: finding.p_value.and_then(finite),
            evidence_rows: whole(finding.evidence_rows),
            ..Measures::default()
        };
        let head = Head {
            confidence: Some(scale::of_level(finding.level)),
            extensions: Some(measured(measures)),
            ..self.stated(id, Statement::Inference)
        };
        let body = Remark {
            abstract_: Some(&format!("inference: {}", detector(finding))),
            content: &content(finding),
            authors: None,
            object_refs: [self.subject(&finding.subject)?],
        };
        self.bundle.put(head, body)
    }

    fn subject(&self, subject: &Subject) -> io::Result<Id> {
        match subject {
            Subject::Cluster(number) => Ok(self.cluster_of(*number)?.0),
            Subject::Account(account) => self.account(account),
        }
    }

    /// Writes which techniques accounts and clusters use, as findings say.
    ///
    /// # Errors
    /// The writer's.
    pub fn uses(&mut self) -> io::Result<()> {
        let mut uses: BTreeMap<(&Subject, &str), (BTreeSet<String>, Level)> = BTreeMap::new();
        for finding in &self.facts.findings {
            for technique in &finding.techniques {
                let (detectors, level) = uses.entry((&finding.subject, technique)).or_default();
                detectors.insert(detector(finding));
                *level = finding.level.max(*level);
            }
        }
        for ((subject, technique), (detectors, level)) in uses {
            let Some(target) = self.techniques.get(technique).copied() else { continue };
            let detectors: Vec<String> = detectors.into_iter().collect();
            let source = self.subject(subject)?;
            // In STIX a campaign uses something, an observable or a grouping can only be related to
            // what is done with it.
            let kind = if source.kind() == "campaign" { "uses" } else { "related-to" };
            self.relate(Tie {
                kind,
                source,
                target,
                statement: Statement::Inference,
                why: &format!("A sign of it: {}.", detectors.join("; ")),
                confidence: Some(scale::of_level(level)),
                measures: None,
                told_by: &[],
            })?;
        }
        Ok(())
    }

    /// Writes what ties two accounts each, by account. A tie that is listed twice is one.
    ///
    /// # Errors
    /// The writer's.
    pub fn links(&mut self) -> io::Result<()> {
        let mut links: Vec<&PairLink> = self.facts.links.iter().collect();
        links.sort_by(|x, y| compare(x, y));
        // By this order and not by equality: a weight that is no number equals none.
        links.dedup_by(|x, y| compare(x, y).is_eq());
        for (place, link) in places(links, |link| (&link.a, &link.b, &link.kind)) {
            let told_by = [("kind", Part::Text(&link.kind)), ("place", Part::Whole(place))];
            self.relate(Tie {
                kind: "related-to",
                source: self.account(&link.a)?,
                target: self.account(&link.b)?,
                statement: Statement::Inference,
                why: &link.proof,
                confidence: None,
                measures: Some(Measures {
                    link_kind: said(&link.kind),
                    weight_nats: finite(link.weight),
                    ..Measures::default()
                }),
                told_by: &told_by,
            })?;
        }
        Ok(())
    }
}

/// The order of ties; those that are the same in everything are equal.
fn compare(x: &PairLink, y: &PairLink) -> Ordering {
    let by_name = (&x.a, &x.b, &x.kind, &x.proof).cmp(&(&y.a, &y.b, &y.kind, &y.proof));
    by_name.then_with(|| x.weight.total_cmp(&y.weight))
}

/// What a cluster is called: never after anybody.
fn name(cluster: u32) -> String {
    format!("CL-{cluster:04}")
}

/// What a detector is called: `D03 Shared cards`.
fn detector(finding: &Finding) -> String {
    let named = [&finding.detector, &finding.title].into_iter().filter_map(|text| said(text));
    let named: Vec<&str> = named.collect();
    if named.is_empty() { "a detector".to_owned() } else { named.join(" ") }
}

fn content(finding: &Finding) -> String {
    let statistic = finite(finding.statistic).map(|s| format!("Statistic {s}."));
    let chance = finding.p_value.and_then(finite).map(|p| format!("Chance gives it with p {p:e}."));
    let rows = format!("Records cited: {}.", finding.evidence_rows);
    let numbers: Vec<String> = statistic.into_iter().chain(chance).chain([rows]).collect();
    let sentence = said(&finding.sentence).map(|sentence| format!("{sentence}\n"));
    sentence.unwrap_or_default() + &numbers.join(" ")
}
