//! Techniques of MITRE ATLAS (5.6.0), which findings are a sign of.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::frame::of_all;
use super::id::{Id, Part};
use super::making::Making;
use super::object::{Head, Named, Reference};

/// Names of techniques that have to do with the extraction of models.
const NAMES: [(&str, &str); 14] = [
    ("AML.T0005", "Create Proxy AI Model"),
    ("AML.T0005.001", "Train Proxy via Replication"),
    ("AML.T0008.005", "AI Service Proxies"),
    ("AML.T0012", "Valid Accounts"),
    ("AML.T0021", "Establish Accounts"),
    ("AML.T0024", "Exfiltration via AI Inference API"),
    ("AML.T0024.000", "Infer Training Data Membership"),
    ("AML.T0024.001", "Invert AI Model"),
    ("AML.T0024.002", "Extract AI Model"),
    ("AML.T0040", "AI Model Inference API Access"),
    ("AML.T0048.004", "AI Intellectual Property Theft"),
    ("AML.T0051", "LLM Prompt Injection"),
    ("AML.T0054", "LLM Jailbreak"),
    ("AML.T0065", "LLM Prompt Crafting"),
];

/// What a technique is called; its id where it is none of these.
pub fn technique_name(id: &str) -> &str {
    NAMES.iter().find(|(of, _)| *of == id).map_or(id, |(_, name)| *name)
}

/// Whether a text is the id of a technique: it becomes part of an address.
pub fn is_technique(text: &str) -> bool {
    let is_number = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.strip_prefix("AML.T").is_some_and(|number| match number.split_once('.') {
        Some((of, part)) => is_number(of, 4) && is_number(part, 3),
        None => is_number(number, 4),
    })
}

impl<W: Write> Making<'_, W> {
    /// Writes the techniques that findings name, by id.
    ///
    /// # Errors
    /// The writer's.
    pub fn techniques(&mut self) -> io::Result<()> {
        let all = self.facts.findings.iter().flat_map(|finding| &finding.techniques);
        for technique in all.map(String::as_str).collect::<BTreeSet<_>>() {
            let id = Id::of_all("attack-pattern", &[("external_id", Part::Text(technique))]);
            let reference = Reference {
                source_name: "mitre-atlas",
                external_id: technique,
                url: Some(format!("https://atlas.mitre.org/techniques/{technique}")),
            };
            let head = of_all(id, self.tool);
            let name = technique_name(technique);
            let head = Head { external_references: vec![reference], ..head };
            self.bundle.put(head, Named { name, ..Named::default() })?;
            self.techniques.insert(technique, id);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_techniques_are_told_from_other_text() {
        assert!(NAMES.iter().all(|(id, _)| is_technique(id)));
        for text in
            ["", "T0024", "AML.T24", "AML.T0024.", "AML.T0024.2", "AML.T0024.002/x", "AML.T٠٠٢٤"]
        {
            assert!(!is_technique(text), "{text}");
        }
    }
}
