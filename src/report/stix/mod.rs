//! `bundle.stix.json`: a case in the words of STIX 2.1 (OASIS Standard, 10 June 2021).
//!
//! Three kinds of statement are kept apart: what was counted, what detectors infer, what an analyst
//! judges. Which one an object is, its label says, where it can have one: `fact`, `inference` or
//! `judgement`. The first two are created by the tool, the third by whoever judges.
//!
//! | of the case | object | kind | section |
//! |---|---|---|---|
//! | the case | `report`, which names all others | | 4.16 |
//! | the tool; who prepared, judged, noted | `identity` | | 4.5 |
//! | how far it may be passed on | `marking-definition`, predefined | | 7.2.1.4 |
//! | account | `user-account` | fact | 6.16 |
//! | its events | `observed-data`; a `note` where that cannot say it | fact | 4.14 |
//! | address, network | `ipv4-addr`, `ipv6-addr` | fact | 6.8, 6.9 |
//! | autonomous system | `autonomous-system` | fact | 6.2 |
//! | what else accounts share | `x-stillwatch-shared-value` | fact | 7.3 |
//! | that an account has it | `relationship` `related-to` | fact | 5.1 |
//! | what it weighs | `note` | inference | 4.13 |
//! | prompt template | `x-stillwatch-prompt-template` | fact | 7.3 |
//! | the same, of a campaign, to look for | `indicator`, pattern type `stix` | inference | 4.7, 9 |
//! | technique of MITRE ATLAS | `attack-pattern` | | 4.1 |
//! | cluster | `campaign` named `CL-0007`; `grouping` where it is weak or cleared | inference | 4.2, 4.4 |
//! | its members | `relationship` `related-to` | inference | 5.1 |
//! | what it does | `relationship` `uses` | inference | 5.1 |
//! | finding | `note` | inference | 4.13 |
//! | tie of two accounts | `relationship` `related-to` | inference | 5.1 |
//! | verdict | `opinion` on the account | judgement | 4.15 |
//! | note | `note` | judgement | 4.13 |
//!
//! Ids are UUIDs of version 5 (2.9), those of observables as that section lays down, so that two
//! producers who saw one address give it one id; the others under a namespace made from the SHA-256
//! of the case, but for the tool and for techniques, which are the same in every bundle. That
//! section advises UUIDs of version 4 there, which chance makes: the same case would never give the
//! same bytes. Numbers without a place in STIX stand in a property extension (7.3).

mod address;
mod bundle;
mod check;
mod definition;
mod facts;
mod frame;
mod id;
mod inferred;
mod judged;
mod making;
mod object;
mod observed;
mod scale;
mod shared;
mod stamp;
mod technique;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_hostile;
#[cfg(test)]
mod tests_outside;
#[cfg(test)]
mod tests_said;

use std::io::{self, Write};

pub use bundle::Counts;
pub use facts::{
    Account, Case, Cluster, Facts, Finding, Member, Note, PairLink, Shared, Subject, Template, Tlp,
    Tool, Value, VerdictOf,
};

pub use technique::technique_name;

use making::Making;

/// Writes a bundle (STIX 2.1, section 8); how many objects of each type it has.
///
/// Object after object, an object a line, none before one that it refers to; the report is the
/// last. The same facts give the same bytes, in whatever order the lists of [`Facts`] are, except
/// for [`Cluster::sentences`] and [`Cluster::not_excluded`], whose order is kept.
///
/// # Errors
/// The writer's, and [`io::ErrorKind::InvalidInput`] when facts do not hold together: a time or a
/// hash that is none, two with one number or id, a name of an account or a cluster that is not
/// listed, a payment or a phone prefix in the clear. Nothing is written then.
pub fn write(out: impl Write, facts: &Facts) -> io::Result<Counts> {
    check::check(facts)?;
    let mut making = Making::new(out, facts)?;
    making.frame()?;
    making.accounts()?;
    making.shared()?;
    making.templates()?;
    making.techniques()?;
    making.clusters()?;
    making.findings()?;
    making.uses()?;
    making.links()?;
    making.indicators()?;
    making.verdicts()?;
    making.notes()?;
    making.report()?;
    making.close()
}
