//! Prompt templates: who uses them, and how to look for them elsewhere.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::definition;
use super::facts::Template;
use super::id::{Id, Part};
use super::making::{Making, Statement, Tie, measured};
use super::object::{Extension, Hashes, Head, Indicator, Measures, PromptTemplate, said, whole};
use super::scale;

impl<'a, W: Write> Making<'a, W> {
    /// Writes the templates, by number, and who uses them.
    ///
    /// # Errors
    /// The writer's.
    pub fn templates(&mut self) -> io::Result<()> {
        for template in self.templates_sorted() {
            let id = template_id(template);
            let extensions = Some(Extension::Observable(definition::TEMPLATE));
            let hashes = Hashes { sha256: &template.sha256 };
            let body = PromptTemplate { hashes, text: said(&template.text) };
            self.bundle.put(Head { extensions, ..self.observable(id) }, body)?;
            for account in template.accounts.iter().collect::<BTreeSet<_>>() {
                let tie = Tie {
                    kind: "related-to",
                    source: self.account(account)?,
                    target: id,
                    statement: Statement::Fact,
                    why: "Prompts of the account have this template.",
                    confidence: None,
                    measures: None,
                    told_by: &[],
                };
                self.relate(tie)?;
            }
        }
        Ok(())
    }

    /// Writes how to look for the templates that are a sign of a cluster, by number: others are
    /// what people write.
    ///
    /// # Errors
    /// The writer's.
    pub fn indicators(&mut self) -> io::Result<()> {
        let is_sign = |template: &&Template| !template.clusters.is_empty();
        for template in self.templates_sorted().into_iter().filter(is_sign) {
            let indicator = self.indicator(template)?;
            let tie = |kind, target, statement, why, confidence| Tie {
                kind,
                source: indicator,
                target,
                statement,
                why,
                confidence,
                measures: None,
                told_by: &[],
            };
            let why = "The pattern looks for this template.";
            let of = template_id(template);
            self.relate(tie("related-to", of, Statement::Fact, why, None))?;
            for cluster in template.clusters.iter().collect::<BTreeSet<_>>() {
                let (campaign, level) = self.cluster_of(*cluster)?;
                let why = "Prompts of the cluster have this template.";
                let confidence = Some(scale::of_level(level));
                self.relate(tie("indicates", campaign, Statement::Inference, why, confidence))?;
            }
        }
        Ok(())
    }

    fn templates_sorted(&self) -> Vec<&'a Template> {
        let mut templates: Vec<&Template> = self.facts.templates.iter().collect();
        templates.sort_by_key(|template| template.id);
        templates
    }

    /// The pattern is one of STIX, section 9, over the observable that the definition introduces:
    /// whoever finds templates the same way can match it. No pattern over bytes would be true, for
    /// no request ever holds the template itself, only prompts that fill it.
    fn indicator(&mut self, template: &'a Template) -> io::Result<Id> {
        let id = self.id("indicator", &[("template", Part::Sha256(&template.sha256))]);
        let measures = Measures {
            template: whole(template.id),
            accounts: whole(template.accounts_in_case),
            events: whole(template.events),
            ..Measures::default()
        };
        let head = self.stated(id, Statement::Inference);
        let head = Head { extensions: Some(measured(measures)), ..head };
        // Hex needs no escaping in a pattern.
        let pattern =
            format!("[{}:hashes.'SHA-256' = '{}']", definition::PROMPT_TEMPLATE, template.sha256);
        let body = Indicator {
            name: &format!("Prompt template {}", template.id),
            description: said(&template.text).unwrap_or("A template whose text is not passed on."),
            indicator_types: ["anomalous-activity"],
            pattern: &pattern,
            pattern_type: "stix",
            pattern_version: "2.1",
            valid_from: &self.facts.case.at,
        };
        self.bundle.put(head, body)
    }
}

fn template_id(template: &Template) -> Id {
    let parts = [("hashes", Part::Sha256(&template.sha256))];
    Id::observable(definition::PROMPT_TEMPLATE, &parts)
}
