//! What the look-alikes ask.

use super::super::super::phrases as p;
use super::Words;
use super::agents::HARNESSES;

/// L01: business documents of one firm, by the batch.
pub fn batch() -> Words {
    Words::new(
        &[
            "Summarise invoice {item} for the ledger of {@firm}. Fields: supplier, due date, total. Supplier: {firm}, {place}. Amount {#40-9800}.",
        ],
        p::BATCH_ANSWERS,
    )
    .sized(1_400.0, 90.0)
    .limited(256, "0")
    .endpoint("/v1/messages/batches")
}

/// L02, L03: items of a public benchmark, the same for everybody.
pub fn evaluation() -> Words {
    Words::new(p::EVALUATION, p::EVALUATION_ANSWERS).sized(160.0, 12.0).limited(32, "0").fixed()
}

/// L04: a shop's bot.
pub fn support() -> Words {
    Words::new(p::SUPPORT, p::SUPPORT_ANSWERS)
        .sized(480.0, 120.0)
        .limited(400, "0.3")
        .system("You are {@person}, the helper of the {@firm} shop in {@place}, branch {@#10-9999}. Be {@tone}, never promise refunds.")
        .chat()
        .with_users()
}

/// L05: a continuous-integration bot.
pub fn pipeline() -> Words {
    Words::new(
        &[
            "Pipeline {#1000-99999} of {@service}: {failure} in {code}. Suggest the smallest fix.",
            "Review commit {#100000-999999}: {routine}. {#1-30} files.",
            "tool_result: {#1-40} files changed, {#0-6} tests failed in {@service}. Continue.",
        ],
        p::ANSWERS,
    )
    .sized(1_500.0, 300.0)
    .agentic()
    .system(HARNESSES[1])
}

/// L06: a firm's gateway, everybody behind one key.
pub fn gateway() -> Words {
    Words::new(
        &[
            "Explain {topic} in {language}. {detail}",
            "Write a {tone} {genre} for {firm}.",
            "{code}: {routine}. {detail}",
            "Summarise the call with {person} of {firm}: {sentence}",
            "Draft an agenda about {topic} for {@firm}.",
            "Translate into {language}: please send the {thing} to {place}.",
        ],
        p::ANSWERS,
    )
    .sized(360.0, 300.0)
    .chat()
}

/// L07: a router between vendors.
pub fn router() -> Words {
    Words::new(
        &[
            "Route {#100-999}: classify the message \"{sentence}\" into {@topic}, {@thing} or other.",
            "Route {#100-999}: draft a {@tone} reply about the {@thing} that {complaint}.",
        ],
        p::ANSWERS,
    )
    .sized(300.0, 110.0)
    .limited(512, "0.2")
    .system("Desk of {@firm}, {@place}, queue {@#10-9999}.")
}

/// L10: one assignment that a whole course works on.
pub fn assignment() -> Words {
    Words::new(
        &[
            "Assignment {@#1-40}, question {item}: derive the {@quantity} for the {@shape} from the lecture. I have tried to {step} but got stuck. {detail}",
            "Assignment {@#1-40}, question {item}: is it allowed to {step} here?",
            "check my answer to assignment {@#1-40} question {item}: first {step}, then {step}",
        ],
        p::ANSWERS,
    )
    .chat()
}

/// L11, L12: what customers of a reseller or a transfer station ask.
pub fn resold() -> Words {
    Words::new(
        &[
            "Explain {topic} in {language}. {detail}",
            "{code}: {routine}. {detail}",
            "Why would {code} code that {routine} end in {failure}?",
            "Write {#3-9} unit tests for a {code} function that {routine}.",
            "Write a {tone} {genre} about {topic} in {place}.",
            "Translate into {language}: please send the {thing} to {place}.",
            "{person} says the {thing} {complaint}. Reply in {language}.",
            "my thesis needs a paragraph on {topic}. {detail}",
        ],
        p::ANSWERS,
    )
    .sized(520.0, 340.0)
    .chat()
}

/// L13: a scholar probes, declared and few.
pub fn study() -> Words {
    Words::new(
        &[
            "Study {@#1-99}, wording {item}: please show how you arrive at the {quantity} of a {shape}. {detail}",
            "Study {@#1-99}, wording {item}: think in {language} about the {quantity}, then answer. {detail}",
            "Study {@#1-99}, wording {item}: {pretext} {lay out} {chain}.",
        ],
        p::ANSWERS,
    )
    .refused(0.5)
}

/// L14: a teacher run under contract.
pub fn teacher() -> Words {
    Words::new(
        &[
            "{@firm} course material, exercise {item}. Write the full worked solution with every step: a {shape}, find the {quantity}, numbers {#2-90} and {#2-90}.",
        ],
        p::TEACHER_ANSWERS,
    )
    .sized(210.0, 1_100.0)
    .limited(4_096, "1.0")
}

/// L15: documents of a client reviewed by one set of questions.
pub fn review() -> Words {
    Words::new(
        &[
            "Client {@#100-999}, file {item}: does the contract between {firm} and {firm} limit {clause}? Answer yes, no or unclear. Amount {#40-9800}.",
            "Client {@#100-999}, report {item}: patient of {#18-90} years, {finding}. Code it; one label.",
        ],
        &["yes", "no", "unclear", "label {#1-40}"],
    )
    .sized(1_900.0, 6.0)
    .limited(16, "0")
}

/// L16: teachers and auditors who want to see the steps.
pub fn show_steps() -> Words {
    Words::new(
        &[
            "Show every step for my class: {quantity} of a {shape} with {#3-40} parts. {detail}",
            "Explain step by step how to {step}, for {audience}.",
            "For our audit file: how did you reach {#2-900}? List the reasons. {detail}",
            "Solve and show your working: {topic}, {#3-40} examples, grade {#5-12}.",
        ],
        p::ANSWERS,
    )
}

/// L17: a notebook that forks and restores conversations.
pub fn notebook() -> Words {
    Words::new(p::CODING, p::ANSWERS).sized(900.0, 320.0).agentic().system(HARNESSES[2])
}

/// L18: a prompt that went round.
pub fn public_prompt() -> Words {
    Words::new(
        &[
            "Act as my sharp-eyed editor. First list three weaknesses, then rewrite, then grade it from A to F. Text: {sentence} {topic}, {place}, {#2-900}.",
        ],
        p::ANSWERS,
    )
    .chat()
}

/// L19: a team in the middle of an outage.
pub fn incident() -> Words {
    Words::new(
        &[
            "INC-{@#1000-9999}: {symptom} in {service}. List what to check first. {detail}",
            "INC-{@#1000-9999} log excerpt from {service}, {#3-900} errors a minute: {symptom}. Root cause?",
            "INC-{@#1000-9999}: write a {tone} status note, {symptom} since {#1-59} minutes.",
        ],
        p::ANSWERS,
    )
    .chat()
}
