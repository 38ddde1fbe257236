//! What agents ask: code, tools, screens, orchestration; and the instructions of the harnesses
//! they run in, which unrelated people share because the tool ships with them.

use super::super::super::phrases as p;
use super::{Words, voiced};

/// Instructions that ship with a tool.
pub const HARNESSES: [&str; 4] = [
    "You are Shellmate 2, a terminal agent. Use tools, be brief, never push to main.",
    "You are the Forgeline agent kit. Plan, call one tool at a time, report.",
    "You are OpenBench, an editor companion. Edit files with patches only.",
    "You are Crabclaw, a personal automation agent. Ask before you pay.",
];

/// C03: agents that use tools.
pub fn tool_use(voice: usize) -> Words {
    const TUNING: &[&str] = &[
        "Agent episode {item}. Goal: {action}, then {action}. Tools: browser, shell, calendar. {plan it}, show every call with arguments.",
    ];
    const HOLDOUT: &[&str] = &[
        "Trajectory {item}: you may call search, sheet and mail. The user wants to {action}. Emit calls as JSON, {#3-30} at most.",
    ];
    Words::new(voiced(voice, TUNING, HOLDOUT), TOOL_ANSWERS).sized(1_600.0, 700.0).agentic()
}

const TOOL_ANSWERS: &[&str] = &[
    "call shell({#1-40}); then {step}. {sentence}",
    "plan: {step}; {step}. call browser({#1-900}).",
];

/// C03: pictures described.
pub fn vision(voice: usize) -> Words {
    const TUNING: &[&str] = &[
        "Image {item} shows {scene}. List every object with its box and answer {#2-9} questions about it.",
    ];
    const HOLDOUT: &[&str] =
        &["[image {item}] {scene}. Caption it densely; then {#2-9} question and answer pairs."];
    Words::new(
        voiced(voice, TUNING, HOLDOUT),
        &["Left: a {thing}. Right: {#1-40} marks. {sentence}"],
    )
    .sized(1_900.0, 520.0)
    .limited(2_048, "0.7")
}

/// C03, C04, C12: changes to code, one issue each.
pub fn software(voice: usize, reworded: bool) -> Words {
    const TUNING: &[&str] = &[
        "SWE task {item}: repository of {service}, {code}. Issue: {failure} when it {routine}. Produce the patch, the failing test and your plan.",
    ];
    const HOLDOUT: &[&str] = &[
        "Ticket {item} ({code}): {symptom}. Resolve it in {#1-12} files; output diff, rationale and regression test.",
    ];
    const REWORDED: &[&str] = &[
        "{repair} {failure} in {service} ({code}, ticket {item}), {please}; {lay out} the patch {numbered}.",
        "Ticket {item}: {please} {repair} the {code} that {routine}; {#2-90} lines, {numbered}.",
    ];
    let prompts = if reworded { REWORDED } else { voiced(voice, TUNING, HOLDOUT) };
    Words::new(
        prompts,
        &["--- a/{#1-90}.src\n+++ b\n{step}. {sentence}", "patch: {step}; test: {step}"],
    )
    .sized(1_700.0, 1_000.0)
    .agentic()
}

/// C04: several agents under one conductor.
pub fn orchestration(voice: usize, reworded: bool) -> Words {
    const TUNING: &[&str] = &[
        "Orchestrate run {item}: planner, coder and critic share {#2-40} tools. Route the goal \"{action}\" and print each hand-over.",
    ];
    const HOLDOUT: &[&str] = &[
        "Crew {item}: assign {#2-9} roles for \"{action}\" and simulate their messages until done.",
    ];
    const REWORDED: &[&str] = &[
        "Run {item}: {plan it} for \"{action}\" with {#2-40} helpers, {numbered}, {please}.",
        "{please} {plan it}, run {item}: \"{action}\", then \"{action}\"; {lay out} it {numbered}.",
    ];
    let prompts = if reworded { REWORDED } else { voiced(voice, TUNING, HOLDOUT) };
    Words::new(prompts, TOOL_ANSWERS).sized(1_500.0, 900.0).agentic()
}

/// C12: long tasks of agents.
pub fn long_horizon(voice: usize) -> Words {
    const TUNING: &[&str] = &[
        "Long-horizon task {item}: over {#20-90} steps, {action}, {action}, {routine}. Think before every step and log state.",
    ];
    const HOLDOUT: &[&str] = &[
        "Mission {item}, budget {#20-90} moves: {action}; if {symptom}, recover. Keep a journal.",
    ];
    Words::new(voiced(voice, TUNING, HOLDOUT), TOOL_ANSWERS).sized(2_300.0, 1_200.0).agentic()
}

/// C08: sessions of the users of a foreign product, replayed in the harness of a tool.
pub fn replayed_sessions(harness: usize) -> Words {
    const MORE: &[&str] = &[
        "resume {item}: {action}. {detail}",
        "tool_result: {#1-40} files changed, {#0-6} tests failed in {service}. Continue.",
        "{person} wants {code} that {routine}. {detail}",
        "now {action} and tell me when {symptom}",
    ];
    Words::new(MORE, p::ANSWERS).sized(1_300.0, 420.0).agentic().system(HARNESSES[harness % 4])
}

/// C11 and the honest part of C05: what customers of a relay ask, in many languages.
pub fn customers(harness: Option<&str>) -> Words {
    const MORE: &[&str] = &[
        "Explain {topic} in {worldtongue}. {detail}",
        "Write a {tone} {genre} for {firm} in {worldtongue}.",
        "{code}: {routine}. {detail}",
        "{person} says the {thing} {complaint}. Reply in {worldtongue}.",
        "How do I repair a {thing} that {complaint}? {detail}",
        "Review this {code} change: it {routine} but sometimes shows {failure}.",
        "Plan {#2-9} days in {place} with {person}.",
        "What is {topic}? {detail}",
        "Why does my {code} that {routine} end in {failure}?",
    ];
    let words = Words::new(MORE, p::ANSWERS).sized(420.0, 380.0).chat();
    match harness {
        Some(system) => words.system(system).reasoning(),
        None => words,
    }
}
