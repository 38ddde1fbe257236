//! What accounts ask by their own habits.

use super::super::super::phrases as p;
use super::Words;
use super::agents::HARNESSES;

/// Positions in [`all`].
pub const EVERYDAY: u16 = 0;
/// People who write code.
pub const CODING: u16 = 1;
/// A firm's own product.
pub const PRODUCT: u16 = 2;
/// A shop's bot.
pub const SHOP: u16 = 3;
/// The first of the harnesses of coding agents.
pub const AGENT: u16 = 4;
/// Documents of a firm.
pub const DOCUMENTS: u16 = 8;
/// Private test sets.
pub const TESTS: u16 = 9;
/// Pupils and teachers.
pub const SCHOOL: u16 = 10;
/// Customers of a reseller.
pub const RESOLD: u16 = 11;

/// The words of ordinary life, by position.
pub fn all() -> Vec<Words> {
    let mut all = vec![
        Words::new(p::EVERYDAY, p::ANSWERS).sized(190.0, 240.0).chat(),
        Words::new(p::CODING, p::ANSWERS).sized(1_100.0, 380.0).chat(),
        product(),
        super::innocent::support().personal(),
    ];
    for harness in HARNESSES {
        all.push(Words::new(p::CODING, p::ANSWERS).sized(1_400.0, 380.0).agentic().system(harness));
    }
    all.push(documents());
    all.push(tests());
    all.push(school());
    all.push(super::innocent::resold().with_users());
    all
}

/// Every firm has a template of its own.
fn product() -> Words {
    Words::new(
        &[
            "{@genre} no. {#100-99999} for {@firm}: {person} in {place}, {thing}, {topic}. {@detail}",
            "Customer note on the {@thing}: {complaint}. Turn it into a {@tone} {@genre}. {detail}",
            "{@detail} Field report from {place}: {sentence} Amount {#2-900}.",
        ],
        p::ANSWERS,
    )
    .sized(420.0, 220.0)
    .system("Assistant of {@firm} in {@place}, desk {@#100-99999}: {@topic} and {@thing}. {@detail}")
    .personal()
}

fn documents() -> Words {
    Words::new(
        &[
            "Extract from letter {#1-999999} to {@firm}: sender, date, the {@thing} meant, tone. Letter: {sentence} {place}.",
        ],
        &["{person}; {#1-28}; {thing}; {tone}"],
    )
    .sized(1_100.0, 70.0)
    .limited(200, "0")
    .personal()
}

fn tests() -> Words {
    Words::new(
        &[
            "Regression set {@#1-999}, case {#1-400}: {sentence} Expected topic: {topic}. Say pass or fail.",
        ],
        &["pass", "fail"],
    )
    .sized(260.0, 8.0)
    .limited(32, "0")
    .personal()
}

fn school() -> Words {
    Words::new(
        &[
            "Explain {topic} for grade {#5-12}. {detail}",
            "Make a quiz of {#3-12} questions about {topic}.",
            "Is my homework right? I had to {step}, then {step}.",
            "Show me step by step how to find the {quantity} of a {shape}.",
            "Correct this essay about {topic}: {sentence} {sentence}",
        ],
        p::ANSWERS,
    )
    .chat()
}
