//! Whether facts hold together, before anything is written.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::io;

use super::bundle::invalid;
use super::facts::{Facts, Finding, Shared, Subject, Template, Value};
use super::stamp::is_stamp;
use super::technique::is_technique;

/// Checks them.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`], with what does not hold.
pub fn check(facts: &Facts) -> io::Result<()> {
    hash("case", &facts.case.sha256)?;
    times(facts)?;
    once("cluster", facts.clusters.iter().map(|cluster| cluster.number))?;
    once("finding", facts.findings.iter().map(|finding| finding.number))?;
    once("template", facts.templates.iter().map(|template| template.id))?;
    once("template of hash", facts.templates.iter().map(|template| &template.sha256))?;
    let accounts: HashSet<&str> =
        once("account", facts.accounts.iter().map(|account| account.id.as_str()))?;
    let clusters: HashSet<u32> = facts.clusters.iter().map(|cluster| cluster.number).collect();
    let known = Known { accounts, clusters };
    facts.shared.iter().try_for_each(|shared| known.shared(shared))?;
    facts.templates.iter().try_for_each(|template| known.template(template))?;
    facts.findings.iter().try_for_each(|finding| known.finding(finding))?;
    let members = facts.clusters.iter().flat_map(|cluster| &cluster.members);
    let named = members.map(|member| &member.account);
    let named = named.chain(facts.links.iter().flat_map(|link| [&link.a, &link.b]));
    let named = named.chain(facts.verdicts.iter().map(|of| &of.account));
    let mut named = named.chain(facts.notes.iter().map(|of| &of.account));
    named.try_for_each(|account| known.account(account))?;
    facts.clusters.iter().try_for_each(|cluster| {
        once("account of a cluster", cluster.members.iter().map(|m| &m.account)).map(drop)
    })
}

/// Each of some keys, which none may have twice.
fn once<K: Hash + Eq + Debug + Copy>(
    what: &str,
    keys: impl Iterator<Item = K>,
) -> io::Result<HashSet<K>> {
    let mut all = HashSet::new();
    for key in keys {
        if !all.insert(key) {
            return Err(invalid(format!("{what} {key:?} is listed twice")));
        }
    }
    Ok(all)
}

fn hash(what: &str, text: &str) -> io::Result<()> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_hash = text.len() == 64 && is_hex;
    if is_hash { Ok(()) } else { Err(invalid(format!("{text:?} is no SHA-256 of a {what}"))) }
}

fn times(facts: &Facts) -> io::Result<()> {
    let case = facts.case.created.iter().chain([&facts.case.at]);
    let clusters = facts.clusters.iter().flat_map(|of| of.first_seen.iter().chain(&of.last_seen));
    let accounts = facts.accounts.iter().flat_map(|of| of.first_seen.iter().chain(&of.last_seen));
    let said = facts.verdicts.iter().map(|of| &of.at).chain(facts.notes.iter().map(|of| &of.at));
    let mut all = case.chain(clusters).chain(accounts).chain(said);
    match all.find(|time| !is_stamp(time)) {
        Some(time) => Err(invalid(format!("{time:?} is no timestamp of STIX"))),
        None => Ok(()),
    }
}

/// What may be named.
struct Known<'a> {
    accounts: HashSet<&'a str>,
    clusters: HashSet<u32>,
}

impl Known<'_> {
    fn account(&self, account: &str) -> io::Result<()> {
        let is_known = self.accounts.contains(account);
        let unknown = || invalid(format!("account {account:?} is named and not listed"));
        if is_known { Ok(()) } else { Err(unknown()) }
    }

    fn cluster(&self, cluster: u32) -> io::Result<()> {
        let is_known = self.clusters.contains(&cluster);
        let unknown = || invalid(format!("cluster {cluster} is named and not listed"));
        if is_known { Ok(()) } else { Err(unknown()) }
    }

    fn shared(&self, shared: &Shared) -> io::Result<()> {
        match &shared.value {
            Value::Sha256(sha256) => hash("value", sha256)?,
            Value::Text(_) | Value::Masked(_) if is_private(&shared.kind) => {
                return Err(invalid(format!("a {} is passed on as its hash only", shared.kind)));
            }
            Value::Text(_) | Value::Masked(_) => {}
        }
        shared.accounts.iter().try_for_each(|account| self.account(account))
    }

    fn template(&self, template: &Template) -> io::Result<()> {
        hash("template", &template.sha256)?;
        template.accounts.iter().try_for_each(|account| self.account(account))?;
        template.clusters.iter().try_for_each(|cluster| self.cluster(*cluster))
    }

    fn finding(&self, finding: &Finding) -> io::Result<()> {
        match &finding.subject {
            Subject::Cluster(cluster) => self.cluster(*cluster)?,
            Subject::Account(account) => self.account(account)?,
        }
        match finding.techniques.iter().find(|technique| !is_technique(technique)) {
            Some(technique) => Err(invalid(format!("{technique:?} is no technique of ATLAS"))),
            None => Ok(()),
        }
    }
}

/// Whether values of a kind say who somebody is or what he pays with.
fn is_private(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    ["card", "payment", "phone"].iter().any(|private| kind.contains(private))
}
