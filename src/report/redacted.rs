//! A case as somebody else may see it: what the exporter reads, with everything hidden that a
//! profile hides. Every table, page and picture is made from it, so that none can forget to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::hash::sha256_hex;
use super::redact::{Key, Kind, Learning, Profile, Redactor};
use super::redacted_parts::{analysis, book, exhibit, filter, said};
use super::{
    AccountFacts, EventRow, Pictured, Place, Places, Recorded, ReportError, ReportInput, Rows,
};
use crate::case::dossier::Portrait;
use crate::index::ValueStats;
use crate::job::Progress;
use crate::model::finding::Evidence;
use crate::model::{Exchange, Field, Reject, Text, TimeSpan};
use crate::network::kind::Source;
use crate::network::{Indicator, Network};

/// Rows between two looks at the progress.
const CHECK_EVERY: usize = 4_096;

/// A case that hides what a profile hides.
pub struct Redacted<'a> {
    input: &'a dyn ReportInput,
    redactor: Redactor,
    recorded: Recorded,
    /// The accounts by what stands for them.
    accounts: BTreeMap<String, String>,
}

impl<'a> Redacted<'a> {
    /// Learns what a case holds, and hides it.
    ///
    /// # Errors
    /// When the case cannot be read, two accounts would get one pseudonym, and when cancelled.
    pub fn of(
        input: &'a dyn ReportInput,
        (profile, key): (Profile, &Key),
        progress: &Progress,
    ) -> Result<Self, ReportError> {
        progress.set_phase("learning what is hidden", 0);
        let redactor = learn(input, profile, key, progress)?;
        let ids = &input.recorded().account_ids;
        let shown = |id: &String| (redactor.value(Kind::Account, id).into_owned(), id.clone());
        let accounts: BTreeMap<String, String> = ids.iter().map(shown).collect();
        let recorded = recorded(input.recorded(), &redactor);
        Ok(Self { input, redactor, recorded, accounts })
    }

    /// What hides.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The account that something stands for.
    fn original<'n>(&'n self, shown: &'n str) -> &'n str {
        self.accounts.get(shown).map_or(shown, String::as_str)
    }

    fn originals(&self, shown: &BTreeSet<String>) -> BTreeSet<String> {
        shown.iter().map(|id| self.original(id).to_owned()).collect()
    }
}

/// Everything that names somebody, of the whole case: a sentence may speak of what is not selected.
fn learn(
    input: &dyn ReportInput,
    profile: Profile,
    key: &Key,
    progress: &Progress,
) -> Result<Redactor, ReportError> {
    let recorded = input.recorded();
    let mut learning = Learning::new(profile, key);
    // Names of models are in columns that nothing hides, and no ids, whatever else says them.
    let accounts: Vec<u32> = (0..recorded.account_ids.len() as u32).collect();
    let models = input.models(&accounts);
    learning.add_words(models.iter().map(String::as_str));
    recorded.account_ids.iter().for_each(|id| learning.learn(Kind::Account, id));
    for (id, attributes) in &recorded.attributes {
        learning.learn(Kind::Account, id);
        // What people wrote there is masked where it stands, and is no name to be looked for.
        for (name, value) in attributes {
            match Kind::of_attribute(name) {
                Kind::Words => {}
                kind => learning.learn(kind, value),
            }
        }
    }
    // Sentences quote them. A label that is part of the name of a model is no secret, and its
    // replacement would spoil the name.
    let models: Vec<String> = models.iter().map(|model| model.to_lowercase()).collect();
    for label in recorded.markers.iter().map(|marker| &marker.label) {
        let lower = label.to_lowercase();
        if !models.iter().any(|model| model.contains(&lower)) {
            learning.learn(Kind::Words, label);
        }
    }
    for (text, _) in (1..).map_while(|id| input.template(id)) {
        learning.learn(Kind::Prompt, &text);
    }
    let mut seen = 0_usize;
    input.each_name(&mut |field, value| {
        seen += 1;
        if seen.is_multiple_of(CHECK_EVERY) {
            progress.check()?;
        }
        learning.learn(Kind::of_column(field.name()), value);
        Ok(())
    })?;
    learning.finish().map_err(|e| ReportError::Redaction(e.to_string()))
}

fn recorded(from: &Recorded, redactor: &Redactor) -> Recorded {
    let words = |text: &str| redactor.value(Kind::Words, text).into_owned();
    let text = |text: &str| redactor.text(text).into_owned();
    let account = |id: &str| redactor.value(Kind::Account, id).into_owned();
    let mut new = from.clone();
    new.case.title = words(&from.case.title);
    new.case.file = words(&from.case.file);
    new.selection.filter = filter(&from.selection.filter, redactor);
    if new.selection.filter != from.selection.filter {
        new.selection.sentence = "A selection that is not shown".into();
    }
    for source in &mut new.sources {
        source.path = words(&source.path);
        source.problem = source.problem.as_deref().map(text);
    }
    new.side_tables.iter_mut().for_each(|table| table.path = words(&table.path));
    for marker in &mut new.markers {
        marker.label = words(&marker.label);
    }
    for note in &mut new.time_notes {
        note.note.text = words(&note.note.text);
        note.note.actor = text(&note.note.actor);
    }
    new.book = from.book.iter().map(|entry| book(entry, redactor)).collect();
    let annotations = from.annotations.iter();
    new.annotations = annotations.map(|(id, of)| (account(id), said(of, redactor))).collect();
    let attributes = from.attributes.iter().map(|(id, of)| {
        let of = of.iter().map(|(name, value)| {
            let value = redactor.value(Kind::of_attribute(name), value);
            (name.clone(), value.into_owned())
        });
        (account(id), of.collect())
    });
    new.attributes = attributes.collect();
    for entry in &mut new.journal {
        // Lists of accounts and filters of every form stand there.
        entry.target = masked(&entry.target);
        entry.detail = masked(&entry.detail);
        entry.actor = text(&entry.actor);
        entry.hash = redactor.value(Kind::Record, &entry.hash).into_owned();
    }
    let deeds = from.deeds.iter().map(|(id, of)| {
        let mut of = of.clone();
        of.iter_mut().for_each(|deed| {
            deed.actor = text(&deed.actor);
            let said = deed.said.words_mut();
            *said = words(said);
        });
        (account(id), of)
    });
    new.deeds = deeds.collect();
    new.analysis = from.analysis.as_ref().map(|of| analysis(of, redactor));
    new.account_ids = from.account_ids.iter().map(|id| account(id)).collect();
    new.links.iter_mut().for_each(|link| link.proof = text(&link.proof));
    new.circles.iter_mut().for_each(|circle| circle.proof = text(&circle.proof));
    new
}

impl ReportInput for Redacted<'_> {
    fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    fn left_in_sentences(&self) -> String {
        self.redactor.left_in_sentences()
    }

    fn evidence(&self, finding: u64) -> Result<Vec<Evidence>, ReportError> {
        self.input.evidence(finding)
    }

    fn pictures(
        &self,
        clusters: &[u32],
        most: usize,
        progress: &Progress,
    ) -> Result<Vec<Pictured>, ReportError> {
        let pictures = self.input.pictures(clusters, most, progress)?;
        let findings = self.input.recorded().analysis.as_ref().map(|of| &of.findings);
        let hide = |of: Pictured| {
            let at = of.finding as usize - 1;
            let family = findings.and_then(|all| all.get(at)).map(|finding| finding.family);
            Pictured { exhibit: exhibit(of.exhibit, family, &self.redactor), ..of }
        };
        Ok(pictures.into_iter().map(hide).collect())
    }

    fn network(&self, progress: &Progress) -> Result<Network, ReportError> {
        let mut network = self.input.network(progress)?;
        for indicator in &mut network.indicators {
            indicator.value = self.redactor.value(kind(indicator), &indicator.value).into_owned();
        }
        // Their order would tell that of what is hidden.
        network.indicators.sort_by(|a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value)));
        Ok(network)
    }

    fn check_unchanged(&self) -> Result<(), ReportError> {
        self.input.check_unchanged()
    }

    fn accounts(&self) -> Result<Vec<AccountFacts>, ReportError> {
        let mut all = self.input.accounts()?;
        for facts in &mut all {
            facts.account_id = self.redactor.value(Kind::Account, &facts.account_id).into_owned();
            let org = facts.org_id.as_deref();
            let org = org.map(|org| self.redactor.values(Kind::Organisation, org, "; "));
            facts.org_id = org.map(Cow::into_owned);
        }
        all.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        Ok(all)
    }

    fn each_event(
        &self,
        rows: Rows<'_>,
        visit: &mut dyn FnMut(&EventRow<'_>) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        let originals;
        let rows = match rows {
            Rows::Selected => Rows::Selected,
            Rows::Of(ids) => {
                originals = self.originals(ids);
                Rows::Of(&originals)
            }
            Rows::Cited(events, ids) => {
                originals = self.originals(ids);
                Rows::Cited(events, &originals)
            }
        };
        self.input.each_event(rows, &mut |row| {
            visit(&EventRow { exchange: exchange(&row.exchange, &self.redactor), ..row.clone() })
        })
    }

    fn each_name(
        &self,
        visit: &mut dyn FnMut(Field, &str) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.input.each_name(&mut |field, value| {
            visit(field, &self.redactor.value(Kind::of_column(field.name()), value))
        })
    }

    fn template(&self, id: u32) -> Option<(String, String)> {
        let (text, hash) = self.input.template(id)?;
        // Whoever guesses the text could compare its hash.
        let hash = match self.redactor.value(Kind::Fingerprint, &hash) {
            Cow::Borrowed(hash) => hash.to_owned(),
            Cow::Owned(hidden) => sha256_hex(hidden.as_bytes()),
        };
        Some((self.redactor.mask(&text).into_owned(), hash))
    }

    fn portrait(
        &self,
        accounts: &[u32],
        axis: Option<(TimeSpan, usize)>,
        progress: &Progress,
    ) -> Result<Option<(Portrait, Vec<u64>)>, ReportError> {
        let Some((mut portrait, traffic)) = self.input.portrait(accounts, axis, progress)? else {
            return Ok(None);
        };
        for (field, top) in &mut portrait.fields {
            let kind = Kind::of_column(field.name());
            for of in &mut top.values {
                of.value = self.redactor.value(kind, &of.value).into_owned();
            }
            join_alike(&mut top.values);
        }
        Ok(Some((portrait, traffic)))
    }

    fn models(&self, accounts: &[u32]) -> BTreeSet<String> {
        self.input.models(accounts)
    }

    fn places(&self) -> Box<dyn Places + '_> {
        Box::new(RedactedPlaces { places: self.input.places(), redactor: &self.redactor })
    }

    fn traffic(
        &self,
        account: Option<&str>,
        span: TimeSpan,
        bins: usize,
    ) -> Result<Vec<u64>, ReportError> {
        self.input.traffic(account.map(|account| self.original(account)), span, bins)
    }

    fn each_reject(
        &self,
        visit: &mut dyn FnMut(u32, &Reject) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.input.each_reject(&mut |source, reject| {
            let mut reject = reject.clone();
            reject.reason = self.redactor.text(&reject.reason).into_owned();
            // What could not be read may hold anything.
            reject.sample = masked(&reject.sample);
            visit(source, &reject)
        })
    }
}

/// Makes one of values that read alike once something of them is hidden.
fn join_alike(values: &mut Vec<ValueStats>) {
    let mut joined: Vec<ValueStats> = Vec::new();
    for of in values.drain(..) {
        match joined.iter_mut().find(|known| known.value == of.value) {
            Some(known) => known.stats.merge(&of.stats),
            None => joined.push(of),
        }
    }
    joined.sort_by(|a, b| b.stats.rows.cmp(&a.stats.rows).then_with(|| a.value.cmp(&b.value)));
    *values = joined;
}

/// What the value of an indicator is.
fn kind(indicator: &Indicator) -> Kind<'static> {
    use crate::index::Facet;
    match indicator.kind().source {
        Source::Attribute(name) => Kind::of_attribute(name),
        Source::Organisation => Kind::Organisation,
        Source::Facet(Facet::Network) => Kind::Address,
        // A template is known by its number.
        Source::Facet(Facet::Template) => Kind::Sentence,
        Source::Facet(facet) => Kind::of_column(facet.field().name()),
    }
}

/// Originals, as far as they may be named.
struct RedactedPlaces<'a> {
    places: Box<dyn Places + 'a>,
    redactor: &'a Redactor,
}

impl Places for RedactedPlaces<'_> {
    fn sha256(&mut self, place: &Place) -> Result<Option<String>, ReportError> {
        let hash = self.places.sha256(place)?;
        Ok(hash.map(|hash| self.redactor.value(Kind::Record, &hash).into_owned()))
    }

    fn locate(&mut self, event_id: u64) -> Result<Place, ReportError> {
        let mut place = self.places.locate(event_id)?;
        let request = place.request_id.as_deref();
        let request = request.map(|id| self.redactor.value(Kind::Request, id).into_owned());
        place.request_id = request;
        Ok(place)
    }
}

/// What stands for a text that may hold anything.
fn masked(text: &str) -> String {
    format!("[masked: {} characters]", text.chars().count())
}

/// What stands for a hash: itself, or a number made from its pseudonym.
fn fingerprint(hash: u64, redactor: &Redactor) -> u64 {
    match redactor.value(Kind::Fingerprint, &format!("{hash:016x}")) {
        Cow::Borrowed(_) => hash,
        Cow::Owned(name) => {
            let digits = sha256_hex(name.as_bytes());
            u64::from_str_radix(&digits[..16], 16).unwrap_or_default()
        }
    }
}

/// A record without what is hidden.
fn exchange<'r>(from: &Exchange<'_>, redactor: &Redactor) -> Exchange<'r> {
    let hide = |kind: Kind<'_>, text: &Option<Text<'_>>| {
        let text = text.as_ref()?;
        Some(Text::from(redactor.value(kind, text.as_str()).into_owned()))
    };
    let own = |text: &Option<Text<'_>>| hide(Kind::Sentence, text);
    let print = |hash: Option<u64>| hash.map(|hash| fingerprint(hash, redactor));
    Exchange {
        at: from.at,
        time_quality: from.time_quality,
        time_precision: from.time_precision,
        granularity: from.granularity,
        requests: from.requests,
        interval_s: from.interval_s,
        request_id: hide(Kind::Request, &from.request_id),
        account_id: Text::from(
            redactor.value(Kind::Account, from.account_id.as_str()).into_owned(),
        ),
        org_id: hide(Kind::Organisation, &from.org_id),
        user_id: hide(Kind::User, &from.user_id),
        api_key_id: hide(Kind::ApiKey, &from.api_key_id),
        session_id: hide(Kind::Session, &from.session_id),
        pathway: own(&from.pathway),
        endpoint: own(&from.endpoint),
        model: own(&from.model),
        status: from.status,
        stop_reason: own(&from.stop_reason),
        error: hide(Kind::Words, &from.error),
        input_tokens: from.input_tokens,
        output_tokens: from.output_tokens,
        cached_tokens: from.cached_tokens,
        reasoning_tokens: from.reasoning_tokens,
        latency_ms: from.latency_ms,
        max_tokens: from.max_tokens,
        temperature: from.temperature,
        client_ip: hide(Kind::Address, &from.client_ip),
        asn: own(&from.asn),
        country: own(&from.country),
        region: own(&from.region),
        user_agent: own(&from.user_agent),
        device_id: hide(Kind::Device, &from.device_id),
        tools: own(&from.tools),
        cost: from.cost,
        system_hash: hide(Kind::Fingerprint, &from.system_hash),
        prompt_hash: print(from.prompt_hash),
        response_hash: print(from.response_hash),
        reasoning_signature: print(from.reasoning_signature),
        replayed_signature: print(from.replayed_signature),
    }
}
