//! How many accounts have mail addresses of each domain.

use rustc_hash::FxHashMap;

use super::Material;

/// Accounts by mail domain. Owned, so that a longer-lived case passes for a shorter one.
#[derive(Debug, Default)]
pub(super) struct Domains(FxHashMap<String, usize>);

impl Material<'_> {
    fn domains(&self) -> &Domains {
        self.domains.get_or_init(|| {
            let mut of: FxHashMap<String, usize> = FxHashMap::default();
            for account in 0..self.index.accounts().len() as u32 {
                if let Some(domain) = self.attribute(account, "email_domain") {
                    *of.entry(domain.to_owned()).or_default() += 1;
                }
            }
            Domains(of)
        })
    }

    /// Accounts of the case with a mail address of a domain.
    pub fn at_domain(&self, domain: &str) -> usize {
        self.domains().0.get(domain).copied().unwrap_or_default()
    }

    /// Accounts of the case whose mail domain is known.
    pub fn with_domain(&self) -> usize {
        self.domains().0.values().sum()
    }
}
