//! All detectors there are, in the order of their ids.

use super::{Detector, Need, Reads, commerce, content, infrastructure, life_cycle, timing};

/// All detectors, in the order of their ids.
pub fn all() -> &'static [&'static dyn Detector] {
    &[
        &timing::rotation::Turns,
        &timing::alternation::Pairs,
        &timing::synchrony::Synchrony,
        &timing::coincidence::Coincidence,
        &timing::smooth_total::SmoothTotal,
        &timing::failover::Failover,
        &life_cycle::succession::Succession,
        &timing::circadian::Circadian,
        &timing::mechanics::Mechanics,
        &commerce::indicators::SharedIndicators,
        &infrastructure::dense_block::DenseBlock,
        &commerce::registration::Registration,
        &commerce::no_ramp::NoRamp,
        &commerce::plan_usage::PlanUsage,
        &infrastructure::pathways::Pathways,
        &content::replay::Replay,
        &content::shared_templates::SharedTemplates,
        &content::injected::Injected,
        &content::intent::Intent,
        &content::subject::NarrowSubject,
        &content::concentration::Concentration,
        &content::shards::Shards,
        &content::judge::Judge,
        &content::sweep::Sweep,
        &content::relay::Relay,
        &content::harvest_shape::HarvestShape,
        &life_cycle::pivot::Pivot,
        &life_cycle::changes::Changes,
        &life_cycle::own_baseline::OwnBaseline,
        &life_cycle::arbitrage::Arbitrage,
        &content::system_prompt::SystemPrompt,
    ]
}

/// The detector with this id, in any case.
pub fn by_id(id: &str) -> Option<&'static dyn Detector> {
    all().iter().copied().find(|detector| detector.definition().id.eq_ignore_ascii_case(id))
}

/// Whether a detector is among those that are asked for: all, where none is named.
pub fn is_asked(only: &[String], detector: &dyn Detector) -> bool {
    let id = detector.definition().id;
    only.is_empty() || only.iter().any(|asked| asked.eq_ignore_ascii_case(id))
}

/// What the detectors that are asked for look for in the texts of prompts.
pub fn reads(only: &[String]) -> Reads {
    let of = |detector: &&dyn Detector| {
        let needs = detector.definition().needs;
        let templates =
            needs.iter().any(|need| matches!(need, Need::Templates | Need::TemplatesOr(_)));
        Reads { templates, ..Reads::default() }.and(detector.reads())
    };
    let asked = all().iter().copied().filter(|detector| is_asked(only, *detector));
    asked.map(|detector| of(&detector)).fold(Reads::default(), Reads::and)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::definition::Strength;

    #[test]
    fn every_detector_says_what_it_is_and_what_it_cannot_see() {
        let ids: Vec<&str> = all().iter().map(|d| d.definition().id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        for definition in all().iter().map(|d| d.definition()) {
            let id = definition.id;
            assert_eq!(by_id(&id.to_lowercase()).map(|d| d.definition().id), Some(id));
            for text in [definition.title, definition.sees, definition.cannot_see] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{id}: {text}");
            }
            assert!(!definition.source.is_empty(), "{id}");
            for parameter in definition.parameters {
                assert!(parameter.default.is_finite(), "{id} {}", parameter.name);
                assert!(!parameter.reason.is_empty(), "{id} {}", parameter.name);
            }
            let exact = definition.strength == Strength::Exact;
            assert!(!exact || ["D07", "D20", "D26"].contains(&id), "{id} is not exact evidence");
        }
    }

    #[test]
    fn only_the_texts_that_an_asked_detector_needs_are_read() {
        let of = |ids: &[&str]| reads(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["D10", "D20"]), Reads::default());
        assert_eq!(of(&["d26"]), Reads { templates: true, items: true, ..Reads::default() });
        assert_eq!(of(&["D23"]), Reads { templates: true, rules: true, ..Reads::default() });
        assert!(of(&["D03"]).templates && of(&["D07"]).templates, "they look at templates, too");
        assert!(of(&["D24"]).words && of(&["D27"]).rules && of(&["D21"]).templates);
        assert_eq!(of(&[]), Reads { templates: true, rules: true, items: true, words: true });
    }
}
