//! The tables beside a log: accounts, releases, and the labels that say what is true.

use std::fmt::Write;

use super::world::{Account, World};
use crate::model::{Marker, Time};

/// `accounts.csv`: what the operator knows of each account.
pub fn accounts_csv(world: &World) -> String {
    account_rows(&world.accounts)
}

/// The accounts table, by account id.
pub fn account_rows(accounts: &[Account]) -> String {
    let mut out = String::from(
        "account_id,org_id,created_at,closed_at,email_domain,email_pattern,declared_country,\
         payment_fingerprint,phone_prefix,plan,verification,program,allowlist_reason\n",
    );
    for account in by_id(accounts) {
        let papers = &account.papers;
        let optional = |value: &Option<String>| value.clone().unwrap_or_default();
        let closed = account.closed_us.map(|at| Time(at).to_string()).unwrap_or_default();
        let cells = [
            account.id.clone(),
            optional(&account.org),
            Time(account.created_us / 1_000_000 * 1_000_000).to_string(),
            closed,
            papers.email_domain.clone(),
            papers.email_pattern.into(),
            papers.declared_country.into(),
            optional(&papers.payment),
            optional(&papers.phone_prefix),
            papers.plan.into(),
            papers.verification.into(),
            papers.program.into(),
            papers.allowlist_reason.into(),
        ];
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// `releases.csv`: the moments on the time axis.
pub fn releases_csv(world: &World) -> String {
    markers_csv(&world.calendar.markers)
}

/// The releases table of these moments.
pub fn markers_csv(markers: &[Marker]) -> String {
    let mut out = String::from("label,kind,at\n");
    for marker in markers {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\"{}\",{},{}", marker.label, marker.kind.as_str(), marker.at);
    }
    out
}

/// `labels.csv`: what each account truly is, for scoring; never imported into a case.
pub fn labels_csv(world: &World) -> String {
    let mut out = String::from("account_id,role,class,name,network,coordinated,harvesting\n");
    for account in by_id(&world.accounts) {
        let group = &world.groups[account.group as usize];
        let network = if group.role.as_str() == "background" {
            String::new()
        } else {
            format!("{}-{}", group.id, account.group)
        };
        let _ = writeln!(
            out,
            "{},{},{},{},{network},{},{}",
            account.id,
            group.role.as_str(),
            group.id,
            group.name,
            u8::from(group.coordinated),
            u8::from(group.harvesting),
        );
    }
    out
}

fn by_id(accounts: &[Account]) -> Vec<&Account> {
    let mut accounts: Vec<&Account> = accounts.iter().collect();
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts
}
