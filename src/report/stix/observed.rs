//! Accounts and what was seen of them: facts alone.

use std::io::{self, Write};

use super::facts::{Account, Case};
use super::id::{Id, Part};
use super::making::{Making, Statement, measured};
use super::object::{Head, Measures, ObservedData, Remark, UserAccount, said, whole};
use super::stamp::window;

/// The most that `number_observed` can say: section 4.14.
const MOST_OBSERVED: u64 = 999_999_999;

/// What stands for a text that is empty.
pub const EMPTY: &str = "(empty)";

impl<'a, W: Write> Making<'a, W> {
    /// Writes the accounts, by id.
    ///
    /// # Errors
    /// The writer's.
    pub fn accounts(&mut self) -> io::Result<()> {
        let mut accounts: Vec<&Account> = self.facts.accounts.iter().collect();
        accounts.sort_by_key(|account| &account.id);
        for account in accounts {
            let id = self.user_account(account)?;
            self.accounts.insert(&account.id, id);
            self.observed(account, id)?;
        }
        Ok(())
    }

    fn user_account(&mut self, account: &'a Account) -> io::Result<Id> {
        let scoped = scoped(account, &self.facts.case);
        let user_id = scoped.as_deref().unwrap_or(&account.id);
        let id = Id::observable("user-account", &[("user_id", Part::Text(user_id))]);
        let measures = Measures {
            org_id: said(&account.org),
            is_pseudonym: account.is_pseudonym.then_some(true),
            ..Measures::default()
        };
        let extensions = (measures != Measures::default()).then(|| measured(measures));
        let called = if account.id.is_empty() { EMPTY } else { &account.id };
        let body = UserAccount { user_id, display_name: scoped.as_ref().map(|_| called) };
        self.bundle.put(Head { extensions, ..self.observable(id) }, body)
    }

    /// Its events. Without a time there can be no `observed-data`, and a made-up time would be a
    /// lie: then a note says how many there are, as it does where there are more than fit.
    fn observed(&mut self, account: &'a Account, id: Id) -> io::Result<()> {
        let window = window(account.first_seen.as_deref(), account.last_seen.as_deref());
        let parts = [("account", Part::Of(id))];
        if account.events == 0 {
            return Ok(());
        }
        if let Some((first_observed, last_observed)) = window {
            let head = self.stated(self.id("observed-data", &parts), Statement::Fact);
            let number_observed = account.events.min(MOST_OBSERVED);
            let object_refs = [id];
            let body = ObservedData { first_observed, last_observed, number_observed, object_refs };
            self.bundle.put(head, body)?;
        }
        let content = match window {
            None => format!("{} events, none of which has a time.", account.events),
            Some(_) if account.events > MOST_OBSERVED => {
                format!("{} events, more than number_observed can say.", account.events)
            }
            Some(_) => return Ok(()),
        };
        let measures = Measures { events: whole(account.events), ..Measures::default() };
        let head = self.stated(self.id("note", &parts), Statement::Fact);
        let head = Head { extensions: Some(measured(measures)), ..head };
        let abstract_ = Some("fact: events of the account");
        let body = Remark { abstract_, content: &content, authors: None, object_refs: [id] };
        self.bundle.put(head, body)?;
        Ok(())
    }
}

/// The id of an account whose own one means nothing outside the case: under that, receivers would
/// take it for an account of another case that is called the same.
fn scoped(account: &Account, case: &Case) -> Option<String> {
    let is_scoped = account.is_pseudonym || account.id.is_empty();
    let of = case.sha256.get(..16).unwrap_or_default();
    is_scoped.then(|| format!("case-{of}:{}", account.id))
}
