//! What the facets card can list.

use crate::index::{Facet, Index};
use crate::model::Field;

/// A grouping that can be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What is grouped by.
    pub facet: Facet,
    /// What the menu calls it.
    pub title: &'static str,
    /// What a value means, where the title does not say it.
    pub about: &'static str,
}

const fn field(field: Field, title: &'static str) -> Choice {
    Choice { facet: Facet::Field(field), title, about: "" }
}

/// Those most often asked about first.
pub const CHOICES: [Choice; 21] = [
    field(Field::Model, "Model"),
    Choice {
        facet: Facet::Template,
        title: "Template",
        about: "The text that prompts share, with its number as in template:17",
    },
    Choice {
        facet: Facet::Field(Field::ClientIp),
        title: "Address",
        about: "As the log wrote it: a masked address is a value of its own",
    },
    Choice {
        facet: Facet::Network,
        title: "Network",
        about: "The /24 of an IPv4 address, the /48 of an IPv6 address. What is not known to lie \
                in one network stays as the log wrote it",
    },
    field(Field::Asn, "Autonomous system"),
    field(Field::Country, "Country"),
    field(Field::UserAgent, "User agent"),
    field(Field::Pathway, "Pathway"),
    field(Field::ApiKeyId, "Key"),
    field(Field::OrgId, "Organisation"),
    field(Field::UserId, "End user"),
    field(Field::SessionId, "Session"),
    field(Field::Endpoint, "Endpoint"),
    field(Field::Status, "Status"),
    field(Field::StopReason, "Stop reason"),
    field(Field::Error, "Error"),
    field(Field::SystemHash, "System prompt"),
    field(Field::Tools, "Tools"),
    field(Field::Temperature, "Temperature"),
    field(Field::Region, "Region"),
    field(Field::DeviceId, "Device"),
];

impl Choice {
    /// The choice of a grouping.
    pub fn of(facet: Facet) -> Self {
        let found = CHOICES.into_iter().find(|choice| choice.facet == facet);
        found.unwrap_or(Self { facet, title: "Value", about: "" })
    }
}

/// Which choices have values, and the first that has several; the dictionaries are read for it.
pub fn variety(index: &Index) -> (Vec<Facet>, Facet) {
    let counts = CHOICES.map(|choice| (choice.facet, index.variety(choice.facet)));
    let there = counts.iter().filter(|(_, n)| *n > 0).map(|(facet, _)| *facet).collect();
    let first = counts.iter().find(|(_, n)| *n > 1).map_or(CHOICES[0].facet, |(facet, _)| *facet);
    (there, first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::explore::test_case;

    #[test]
    fn every_choice_can_be_counted_and_has_a_name_of_its_own() {
        let index = test_case::index();
        let mut titles: Vec<&str> = CHOICES.iter().map(|choice| choice.title).collect();
        assert!(CHOICES.iter().all(|choice| index.can_group_by(choice.facet)));
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), CHOICES.len());
    }

    #[test]
    fn every_title_is_a_name_that_filters_know() {
        for choice in CHOICES {
            let name = choice.title.to_lowercase().replace(' ', "_");
            assert_eq!(
                crate::model::FilterField::parse(&name),
                Some(choice.facet.field()),
                "{name}"
            );
        }
    }

    #[test]
    fn the_first_field_with_several_values_is_listed_before_one_is_chosen() {
        let (there, first) = variety(&test_case::index());
        assert_eq!(first, Facet::Field(Field::Model));
        assert!(there.contains(&Facet::Network) && !there.contains(&Facet::Field(Field::Asn)));
    }
}
