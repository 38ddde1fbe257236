//! `bundle.stix.json`: the accounts that something is said of, what ties them, what was found and
//! what was decided, as [`stix`] writes it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::ExportOptions;
use super::ReportInput;
use super::found::{self, Found};
use super::gather::Gathered;
use super::hash::sha256_hex;
use super::redact::{Kind, Part};
use super::stix::{
    self, Account, Case, Cluster, Facts, Finding, Member, Note, PairLink, Shared, Subject,
    Template, Tlp, Tool, Value, VerdictOf,
};
use super::tables::{Written, failed};
use crate::detect::registry;
use crate::model::finding::{self, Analysis, Layer, Level, Tested};
use crate::model::{FREE_TEXT, Time, Verdict};
use crate::network::kind::Source;
use crate::network::{Indicator, Network, Standing};

/// The label of a report in which an analyst suspects somebody.
const SUSPECTED: &str = "illicit-distillation-suspected";

/// Writes the bundle; how many objects it has.
///
/// # Errors
/// The writer's.
pub fn write(
    out: impl Write,
    input: &dyn ReportInput,
    gathered: &Gathered,
    network: &Network,
    options: &ExportOptions,
) -> Written {
    let facts = facts(input, gathered, network, options);
    let counts = stix::write(out, &facts).map_err(failed("bundle.stix.json"))?;
    Ok(counts.total())
}

fn facts(
    input: &dyn ReportInput,
    gathered: &Gathered,
    network: &Network,
    options: &ExportOptions,
) -> Facts {
    let chosen = Chosen::of(input, gathered);
    let analysis = gathered.found_in(input);
    Facts {
        tool: Tool { name: "Stillwatch".into(), version: env!("CARGO_PKG_VERSION").into() },
        case: case(input, options),
        clusters: analysis.map_or_else(Vec::new, |(analysis, found)| {
            let all = listed(analysis, found);
            all.map(|of| cluster(input, gathered, analysis, of)).collect()
        }),
        accounts: chosen.accounts(gathered, is_pseudonymised(options)),
        shared: shared(network, &chosen, (options, &input.case().sha256)),
        templates: templates(input, network, &chosen, analysis),
        findings: analysis.map_or_else(Vec::new, |(analysis, found)| {
            let all = found.findings.iter().zip(&found.records);
            let listed = |cluster: u32| listed(analysis, found).any(|of| of.id == cluster);
            all.filter_map(|(at, records)| finding(analysis, &chosen, *at, *records))
                .filter(|of| !matches!(of.subject, Subject::Cluster(id) if !listed(id)))
                .collect()
        }),
        links: links(input, &chosen),
        verdicts: verdicts(input, &chosen),
        notes: notes(input, &chosen),
    }
}

/// The clusters that are passed on: those that deserve a look.
fn listed<'a>(
    analysis: &'a Analysis,
    found: &'a Found,
) -> impl Iterator<Item = &'a finding::Cluster> {
    let all = found.clusters.iter().map(|at| &analysis.clusters[*at]);
    all.filter(|cluster| cluster.level >= Level::Indicative)
}

/// Whether a cluster may be called a campaign: it is at least probable, and not everybody in it was
/// cleared.
fn is_campaign(input: &dyn ReportInput, cluster: &finding::Cluster) -> bool {
    let ids = &input.recorded().account_ids;
    let is_cleared = |member: &finding::Member| {
        let said = ids.get(member.account as usize).and_then(|id| input.annotations().get(id));
        let verdict = said.and_then(|said| said.verdict.as_ref());
        verdict.is_some_and(|verdict| verdict.verdict == Verdict::Cleared)
    };
    cluster.level >= Level::Probable && !cluster.members.iter().all(is_cleared)
}

fn is_pseudonymised(options: &ExportOptions) -> bool {
    options.redaction.as_ref().is_some_and(|of| of.profile.hides(Part::Accounts))
}

/// A timestamp of STIX.
fn stamp(at: Time) -> String {
    let civil = at.civil();
    format!("{}.{:03}Z", civil.strftime("%Y-%m-%dT%H:%M:%S"), at.0.rem_euclid(1_000_000) / 1_000)
}

fn case(input: &dyn ReportInput, options: &ExportOptions) -> Case {
    let (case, selection) = (input.case(), input.selection());
    let title = options.title.clone().unwrap_or_else(|| case.title.clone());
    Case {
        title,
        sha256: case.sha256.clone(),
        hidden: options
            .redaction
            .as_ref()
            .map_or(String::new(), |of| format!("{} {}", of.profile, of.key.fingerprint())),
        created: case.created_at.map(stamp),
        at: stamp(options.at),
        prepared_by: options.actor.clone(),
        content: format!(
            "Accounts of a language model interface that something was found or said of. Selection: {}",
            selection.sentence
        ),
        tlp: tlp(&options.banner),
        labels: if is_suspected(input) { vec![SUSPECTED.into()] } else { Vec::new() },
    }
}

/// Whether an analyst suspects anybody.
fn is_suspected(input: &dyn ReportInput) -> bool {
    let verdicts = input.annotations().values().filter_map(|said| said.verdict.as_ref());
    verdicts.into_iter().any(|verdict| verdict.verdict == Verdict::Suspicious)
}

/// The marking that a banner names; amber where it names none. STIX 2.1 knows the colours of the
/// first version of TLP: `CLEAR` is its white.
fn tlp(banner: &str) -> Tlp {
    let banner = banner.to_uppercase().replace("TLP: ", "TLP:");
    let named = |colour: &str| banner.contains(&format!("TLP:{colour}"));
    match () {
        () if named("RED") => Tlp::Red,
        () if named("AMBER") => Tlp::Amber,
        () if named("GREEN") => Tlp::Green,
        () if named("CLEAR") || named("WHITE") => Tlp::White,
        () => Tlp::Amber,
    }
}

/// The accounts that something is said of: of clusters, of findings, with a verdict or a note.
struct Chosen<'a> {
    ids: &'a [String],
    all: BTreeSet<u32>,
}

impl<'a> Chosen<'a> {
    fn of(input: &'a dyn ReportInput, gathered: &Gathered) -> Self {
        let ids = &input.recorded().account_ids[..];
        let is_exported = |account: &u32| {
            let id = ids.get(*account as usize);
            id.is_some_and(|id| {
                gathered.accounts.binary_search_by(|facts| facts.account_id.cmp(id)).is_ok()
            })
        };
        let mut all: BTreeSet<u32> = BTreeSet::new();
        if let Some((analysis, found)) = gathered.found_in(input) {
            for cluster in listed(analysis, found) {
                all.extend(cluster.members.iter().map(|member| member.account));
            }
            for at in &found.findings {
                all.extend(found::spoken_of(&analysis.findings[*at]));
            }
        }
        let said = (0..).zip(ids).filter(|(_, id)| input.annotations().contains_key(*id));
        all.extend(said.map(|(account, _)| account));
        // A cluster is named whole: whoever reads it must know how many there are.
        let in_clusters: BTreeSet<u32> =
            gathered.found_in(input).map_or_else(BTreeSet::new, |of| {
                let clusters = listed(of.0, of.1);
                clusters.flat_map(|cluster| cluster.members.iter().map(|m| m.account)).collect()
            });
        all.retain(|account| is_exported(account) || in_clusters.contains(account));
        Self { ids, all }
    }

    fn id(&self, account: u32) -> Option<String> {
        self.all.contains(&account).then(|| self.ids.get(account as usize).cloned()).flatten()
    }

    fn accounts(&self, gathered: &Gathered, is_pseudonym: bool) -> Vec<Account> {
        let account = |account: &u32| {
            let id = self.id(*account)?;
            let known = gathered.accounts.binary_search_by(|facts| facts.account_id.cmp(&id));
            let facts = known.ok().map(|at| &gathered.accounts[at]);
            Some(Account {
                is_pseudonym,
                org: facts.and_then(|facts| facts.org_id.clone()).unwrap_or_default(),
                events: facts.map_or(0, |facts| facts.events),
                first_seen: facts.and_then(|facts| facts.first_seen).map(stamp),
                last_seen: facts.and_then(|facts| facts.last_seen).map(stamp),
                id,
            })
        };
        self.all.iter().filter_map(account).collect()
    }
}

fn cluster(
    input: &dyn ReportInput,
    gathered: &Gathered,
    analysis: &Analysis,
    of: &finding::Cluster,
) -> Cluster {
    let ids = &input.recorded().account_ids;
    let facts = found::members(input, gathered, of);
    let about = found::about(analysis, finding::Subject::Cluster(of.id));
    let standing = of.benign.iter().filter(|benign| benign.tested == Tested::NotExcluded);
    let member = |member: &finding::Member| {
        Some(Member {
            account: ids.get(member.account as usize)?.clone(),
            membership: member.membership,
        })
    };
    Cluster {
        number: of.id,
        level: of.level,
        is_campaign: is_campaign(input, of),
        coordination: of.coordination,
        harvesting: of.harvesting,
        sentences: about.map(|found| found.statement.text()).collect(),
        not_excluded: standing
            .map(|benign| format!("{}: {}", benign.id, benign.facts.text()))
            .collect(),
        members: of.members.iter().filter_map(member).collect(),
        first_seen: facts.clone().filter_map(|facts| facts.first_seen).min().map(stamp),
        last_seen: facts.filter_map(|facts| facts.last_seen).max().map(stamp),
    }
}

/// Whether a value must not be read: what identifies somebody beyond this case.
fn is_secret(indicator: &Indicator) -> bool {
    let source = indicator.kind().source;
    matches!(source, Source::Attribute("payment_fingerprint" | "phone_prefix"))
}

fn shared(
    network: &Network,
    chosen: &Chosen<'_>,
    (options, salt): (&ExportOptions, &str),
) -> Vec<Shared> {
    let profile = options.redaction.as_ref().map(|of| of.profile);
    let is_hidden = |indicator: &Indicator| {
        let kind = match indicator.kind().source {
            Source::Attribute(name) => Kind::of_attribute(name),
            Source::Organisation => Kind::Organisation,
            Source::Facet(crate::index::Facet::Network) => Kind::Address,
            Source::Facet(facet) => Kind::of_column(facet.field().name()),
        };
        profile.is_some_and(|profile| kind.is_hidden_by(profile))
    };
    let one = |indicator: &Indicator| {
        let holders = indicator.holders.iter();
        let accounts: Vec<String> =
            holders.filter_map(|holder| chosen.id(holder.account)).collect();
        let text = indicator.value.clone();
        let value = match (is_secret(indicator), is_hidden(indicator)) {
            // There are so few that a hash without the case in it would hide none.
            (true, _) => Value::Sha256(sha256_hex(format!("{salt}{text}").as_bytes())),
            (false, true) => Value::Masked(text),
            (false, false) => Value::Text(text),
        };
        (accounts.len() > 1).then(|| Shared {
            kind: indicator.kind().name.into(),
            value,
            accounts,
            weight: indicator.weight,
            is_gateway: indicator.standing == Standing::Gateway,
        })
    };
    let is_template = |indicator: &&Indicator| template_of(indicator).is_some();
    network.indicators.iter().filter(|of| !is_template(of)).filter_map(one).collect()
}

/// The number of the template that an indicator is.
fn template_of(indicator: &Indicator) -> Option<u32> {
    let is_template = indicator.kind().source == Source::Facet(crate::index::Facet::Template);
    is_template.then(|| indicator.value.parse().ok()).flatten().filter(|id| *id != FREE_TEXT)
}

fn templates(
    input: &dyn ReportInput,
    network: &Network,
    chosen: &Chosen<'_>,
    analysis: Option<(&Analysis, &Found)>,
) -> Vec<Template> {
    let homes: BTreeMap<u32, u32> = analysis.map_or_else(BTreeMap::new, |(analysis, found)| {
        let members = |cluster: &finding::Cluster| {
            let id = cluster.id;
            cluster.members.iter().map(move |member| (member.account, id)).collect::<Vec<_>>()
        };
        let campaigns = listed(analysis, found).filter(|cluster| is_campaign(input, cluster));
        campaigns.flat_map(members).collect()
    });
    let one = |indicator: &Indicator| {
        let id = template_of(indicator)?;
        let holders: Vec<_> = indicator
            .holders
            .iter()
            .filter_map(|holder| Some((holder, chosen.id(holder.account)?)))
            .collect();
        let (text, sha256) = input.template(id)?;
        let in_clusters = holders.iter().filter_map(|(holder, _)| homes.get(&holder.account));
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        in_clusters.for_each(|cluster| *counts.entry(*cluster).or_default() += 1);
        let clusters = counts.into_iter().filter(|(_, n)| *n > 1).map(|(cluster, _)| cluster);
        (holders.len() > 1).then(|| Template {
            id: u64::from(id),
            text,
            sha256,
            accounts_in_case: indicator.holders.len() as u64,
            events: indicator.holders.iter().map(|holder| u64::from(holder.rows)).sum(),
            clusters: clusters.collect(),
            accounts: holders.into_iter().map(|(_, id)| id).collect(),
        })
    };
    // Two templates may read alike; a bundle knows them by what they say.
    let mut seen = BTreeSet::new();
    let all = network.indicators.iter().filter_map(one);
    all.filter(|template| seen.insert(template.sha256.clone())).collect()
}

/// Techniques of MITRE ATLAS (5.6.0) that what a detector looks for is a sign of.
pub(super) fn techniques(detector: &str) -> &'static [&'static str] {
    match detector {
        "D07" | "D10" | "D12" => &["AML.T0021"],
        "D01" | "D02" | "D06" | "D18" | "D29" | "D35" => &["AML.T0008.005"],
        "D28" => &["AML.T0065"],
        "D20" | "D21" | "D22" | "D23" | "D25" | "D26" | "D27" | "D30" | "D31" => &["AML.T0024.002"],
        _ => &[],
    }
}

/// A finding; `None` about an account that is not passed on.
fn finding(analysis: &Analysis, chosen: &Chosen<'_>, at: usize, records: u64) -> Option<Finding> {
    let of = &analysis.findings[at];
    let (standing, _) = found::subject(analysis, of);
    let title = registry::by_id(&of.detector).map_or("", |known| known.definition().title);
    Some(Finding {
        number: at as u64 + 1,
        subject: match of.subject {
            finding::Subject::Cluster(cluster) => Subject::Cluster(cluster),
            finding::Subject::Account(account) => Subject::Account(chosen.id(account)?),
        },
        detector: of.detector.clone(),
        title: title.into(),
        level: standing,
        sentence: of.statement.text(),
        statistic: of.statistic,
        // Below the least number there is, and never nothing.
        p_value: of.log10_p.map(|log| libm::exp10(log).max(f64::MIN_POSITIVE)),
        evidence_rows: records,
        techniques: techniques(&of.detector).iter().map(|id| (*id).to_owned()).collect(),
    })
}

fn links(input: &dyn ReportInput, chosen: &Chosen<'_>) -> Vec<PairLink> {
    let is_pair = |link: &&finding::Link| !matches!(link.layer, Layer::Template | Layer::Indicator);
    let one = |link: &finding::Link| {
        Some(PairLink {
            a: chosen.id(link.a)?,
            b: chosen.id(link.b)?,
            kind: link.layer.as_str().into(),
            weight: link.weight,
            proof: link.proof.clone(),
        })
    };
    input.recorded().links.iter().filter(is_pair).filter_map(one).collect()
}

fn verdicts(input: &dyn ReportInput, chosen: &Chosen<'_>) -> Vec<VerdictOf> {
    let said = chosen.all.iter().filter_map(|account| {
        let id = chosen.id(*account)?;
        let record = input.annotations().get(&id)?.verdict.as_ref()?;
        Some(VerdictOf {
            account: id,
            at: stamp(record.at),
            actor: record.actor.clone(),
            verdict: record.verdict,
            confidence: record.confidence,
            reason: record.reason.clone(),
        })
    });
    said.collect()
}

fn notes(input: &dyn ReportInput, chosen: &Chosen<'_>) -> Vec<Note> {
    let of = |account: &u32| {
        let id = chosen.id(*account)?;
        let notes = &input.annotations().get(&id)?.notes;
        let note = |note: &crate::model::Note| Note {
            account: id.clone(),
            at: stamp(note.at),
            actor: note.actor.clone(),
            text: note.text.clone(),
        };
        Some(notes.iter().map(note).collect::<Vec<_>>())
    };
    chosen.all.iter().filter_map(of).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_the_marking_that_the_banner_names_and_is_amber_without() {
        for (banner, expected) in [
            ("", Tlp::Amber),
            ("for the partner only", Tlp::Amber),
            ("TLP:RED", Tlp::Red),
            ("restricted, tlp: red", Tlp::Red),
            ("TLP:AMBER+STRICT", Tlp::Amber),
            ("TLP:GREEN", Tlp::Green),
            ("TLP:CLEAR", Tlp::White),
        ] {
            assert_eq!(tlp(banner), expected, "{banner}");
        }
    }
}
