//! The numbers that decide, as a run uses them.

use std::collections::BTreeMap;

use super::definition::Definition;
use super::registry;
use crate::model::finding::DetectorRun;

/// Parameters that the analyst has set; all others are as their detectors define them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(BTreeMap<(String, String), f64>);

impl Parameters {
    /// Those that a run did not use as their detectors define them now.
    pub fn of_run(detectors: &[DetectorRun]) -> Self {
        let mut set = Self::default();
        for run in detectors {
            let Some(definition) = registry::by_id(&run.detector).map(|d| d.definition()) else {
                continue;
            };
            // Beside numbers there may be words: which rules it went by.
            let used: BTreeMap<String, serde_json::Value> =
                serde_json::from_str(&run.parameters).unwrap_or_default();
            for parameter in definition.parameters {
                let value = used.get(parameter.name).and_then(serde_json::Value::as_f64);
                let other = value.filter(|value| *value != parameter.default);
                other.into_iter().for_each(|value| set.set(definition.id, parameter.name, value));
            }
        }
        set
    }

    /// Those that are set: detector, name, value.
    pub fn all_set(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        self.0.iter().map(|((detector, name), value)| (detector.as_str(), name.as_str(), *value))
    }

    /// Those of one detector that are set, in words: `least_hand_overs 5 (usually 3)`; empty where
    /// none is.
    pub fn words(&self, detector: &str) -> String {
        let definition = registry::by_id(detector).map(|known| known.definition());
        let own = self.all_set().filter(|(of, ..)| *of == detector);
        let words = own.map(|(_, name, value)| {
            let usual = definition.and_then(|d| d.parameters.iter().find(|p| p.name == name));
            let usual = usual.map_or_else(String::new, |p| format!(" (usually {})", p.default));
            format!("{name} {value}{usual}")
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Takes a value back that was set.
    pub fn unset(&mut self, detector: &str, name: &str) {
        self.0.remove(&(detector.to_owned(), name.to_owned()));
    }

    /// Sets one, by the id of its detector and its name. What is not finite is not taken.
    pub fn set(&mut self, detector: &str, name: &str, value: f64) {
        if value.is_finite() {
            self.0.insert((detector.to_owned(), name.to_owned()), value);
        }
    }

    /// The value of a parameter. A detector asks for its own only; an unknown one is 0.
    pub fn get(&self, of: &Definition, name: &str) -> f64 {
        let set = self.0.get(&(of.id.to_owned(), name.to_owned()));
        let default = || of.parameters.iter().find(|p| p.name == name).map(|p| p.default);
        set.copied().or_else(default).unwrap_or_default()
    }

    /// All parameters of a detector with their values, as JSON.
    pub fn json(&self, of: &Definition) -> String {
        let all: BTreeMap<&str, f64> =
            of.parameters.iter().map(|p| (p.name, self.get(of, p.name))).collect();
        serde_json::to_string(&all).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::content::replay::DEFINITION;

    #[test]
    fn a_parameter_is_as_defined_until_it_is_set() {
        let mut parameters = Parameters::default();
        assert_eq!(parameters.get(&DEFINITION, "least_hand_overs"), 3.0);
        parameters.set("D20", "least_hand_overs", 5.0);
        parameters.set("D20", "least_hand_overs", f64::NAN);
        assert_eq!(parameters.json(&DEFINITION), r#"{"least_hand_overs":5.0}"#);
    }

    #[test]
    fn what_a_run_used_is_set_again_and_what_it_did_not_change_is_not() {
        let run = |id: &str, parameters: &str| DetectorRun {
            detector: id.into(),
            version: 1,
            parameters: parameters.into(),
            state: crate::model::finding::DetectorState::Ran,
            findings: 0,
        };
        let runs = [
            run("D20", r#"{"least_hand_overs":5.0}"#),
            run("D07", "not JSON"),
            run("D99", r#"{"x":1}"#),
        ];
        let set = Parameters::of_run(&runs);
        assert_eq!(set.all_set().collect::<Vec<_>>(), [("D20", "least_hand_overs", 5.0)]);
        let with_rules = run("D23", r#"{"least_share":0.4,"rules_version":"7"}"#);
        let set = Parameters::of_run(&[with_rules]);
        assert_eq!(set.all_set().collect::<Vec<_>>(), [("D23", "least_share", 0.4)]);
        let as_defined = run("D20", r#"{"least_hand_overs":3.0}"#);
        assert_eq!(Parameters::of_run(&[as_defined]), Parameters::default());
    }
}
