//! The numbers that decide, as a run uses them.

use std::collections::BTreeMap;

use super::definition::Definition;

/// Parameters that the analyst has set; all others are as their detectors define them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(BTreeMap<(String, String), f64>);

impl Parameters {
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
}
