//! What analysts say of accounts: verdicts and notes.

use std::io::{self, Write};

use super::facts::{Note, VerdictOf};
use super::id::{Id, Part};
use super::making::{JUDGEMENT, Making, measured, places};
use super::object::{Head, Measures, Opinion, Remark, said};
use super::observed::EMPTY;
use super::scale;
use super::stamp::later;

impl<'a, W: Write> Making<'a, W> {
    /// Writes the verdicts, by account and time. One that is listed twice is one.
    ///
    /// # Errors
    /// The writer's.
    pub fn verdicts(&mut self) -> io::Result<()> {
        let mut verdicts: Vec<&VerdictOf> = self.facts.verdicts.iter().collect();
        verdicts.sort();
        verdicts.dedup();
        for (place, of) in places(verdicts, |of| (&of.account, &of.at, &of.actor)) {
            let account = self.account(&of.account)?;
            let id = self.said_id("opinion", account, (&of.at, &of.actor, place));
            self.verdict(id, account, of)?;
        }
        Ok(())
    }

    /// An opinion is on the account, which is what was judged: whether it belongs to a cluster, nobody
    /// was asked.
    fn verdict(&mut self, id: Id, account: Id, of: &'a VerdictOf) -> io::Result<()> {
        let (verdict, confidence) = (of.verdict.as_str(), of.confidence.as_str());
        let head = self.judged(id, &of.at, &of.actor);
        let measures =
            Measures { verdict: Some(verdict), account_ref: Some(account), ..Measures::default() };
        let head = Head {
            confidence: Some(scale::of_confidence(of.confidence)),
            extensions: Some(measured(measures)),
            ..head
        };
        let called = if of.account.is_empty() { EMPTY } else { &of.account };
        let reason = said(&of.reason).map(|reason| format!("\n{reason}")).unwrap_or_default();
        let explanation =
            format!("Verdict on account {called}: {verdict}, confidence {confidence}.{reason}");
        let body = Opinion {
            opinion: scale::opinion(of.verdict, of.confidence),
            explanation: &explanation,
            authors: said(&of.actor).map(|actor| [actor]),
            object_refs: [account],
        };
        self.bundle.put(head, body)?;
        Ok(())
    }

    /// Writes the notes, by account and time. One that is listed twice is one.
    ///
    /// # Errors
    /// The writer's.
    pub fn notes(&mut self) -> io::Result<()> {
        let mut notes: Vec<&Note> = self.facts.notes.iter().collect();
        notes.sort();
        notes.dedup();
        for (place, of) in places(notes, |of| (&of.account, &of.at, &of.actor)) {
            let account = self.account(&of.account)?;
            let id = self.said_id("note", account, (&of.at, &of.actor, place));
            let body = Remark {
                abstract_: Some("judgement: note on an account"),
                content: said(&of.text).unwrap_or(EMPTY),
                authors: said(&of.actor).map(|actor| [actor]),
                object_refs: [account],
            };
            let head = self.judged(id, &of.at, &of.actor);
            self.bundle.put(head, body)?;
        }
        Ok(())
    }

    fn said_id(&self, kind: &'static str, account: Id, by: (&str, &str, u64)) -> Id {
        let (at, actor, place) = by;
        let parts = [
            ("account", Part::Of(account)),
            ("actor", Part::Text(actor)),
            ("at", Part::Text(at)),
            ("place", Part::Whole(place)),
        ];
        self.id(kind, &parts)
    }

    /// The head of what an analyst says. The tool never says it in the place of somebody unnamed.
    fn judged(&self, id: Id, at: &'a str, actor: &str) -> Head<'a> {
        Head {
            created_by_ref: self.people.get(actor).copied(),
            created: Some(at),
            modified: Some(later(at, &self.facts.case.at)),
            labels: vec![JUDGEMENT],
            ..self.observable(id)
        }
    }
}
