//! The words of the synthetic logs: templates with slots, and what goes into the slots.
//!
//! `{name}` is one entry of the list of that name, `{#3-40}` a number, `{item}` the number of the
//! item the record is about. Everything is invented; people, products and firms do not exist.

/// Slot lists by name. Entries need no escaping in JSON.
// Packed by hand: one word a line would make this file three times as long.
#[rustfmt::skip]
pub const LISTS: &[(&str, &[&str])] = &[
    ("topic", &[
        "photosynthesis", "compound interest", "plate tectonics", "inflation", "glacier melt",
        "the water cycle", "binary search", "recursion", "supply and demand", "vaccination",
        "soil erosion", "tides", "sourdough", "perspective drawing", "chess openings",
        "composting", "noise cancelling", "bridge design", "election systems", "jet lag",
        "coral reefs", "typefaces", "public transport", "heat pumps", "sleep cycles",
        "bird migration", "double-entry bookkeeping", "medieval guilds", "the printing press",
        "lighthouse optics", "queueing", "fermentation", "map projections", "rainwater tanks",
        "beekeeping", "tax brackets", "solar eclipses", "knitting patterns", "elevators", "paper",
    ]),
    ("audience", &[
        "a ten-year-old", "a new colleague", "my grandmother", "a school class", "a busy manager",
        "first-year students", "a neighbour", "someone who hates maths", "a journalist",
        "the housing committee", "an apprentice", "a visiting delegation", "night-shift staff",
    ]),
    ("thing", &[
        "garden shed", "kettle", "city bike", "rain jacket", "desk lamp", "guitar", "backpack",
        "bread oven", "tent", "wall clock", "fountain pen", "hedge trimmer", "record player",
        "sewing machine", "folding chair", "toolbox", "canoe", "espresso grinder",
        "pressure cooker", "tripod", "door lock", "space heater", "watering can", "cargo trailer",
        "drone",
    ]),
    ("place", &[
        "Varnholm", "Port Isolde", "Quellbrook", "Tarn Valley", "Lower Misk", "Ostermere",
        "Bellhaven", "Cinder Bay", "Norrvik", "Almond Hill", "Sedge Point", "Kestrel Row",
        "Grey Harbour", "Linden Cross", "Mirefield", "Old Saltworks", "Pike Landing", "Vellamo",
    ]),
    ("firm", &[
        "Harrow & Finch", "Blue Kettle", "Mossgate", "Tidemark", "Quillworks", "Oak and Anvil",
        "Fernbank", "Saltmarsh Freight", "Copperline", "Lantern Post", "Northloom", "Wickfield",
        "Stagecoach Foods", "Paperbark", "Brightwater", "Cloverhill", "Drumlin", "Eastgate Tools",
    ]),
    ("person", &[
        "Ana", "Bashir", "Carmen", "Dmitri", "Eun-ji", "Farah", "Goran", "Hana", "Ifeoma", "Jonas",
        "Keiko", "Lars", "Mireille", "Nikhil", "Oona", "Paolo", "Quinn", "Rosa", "Sanjay", "Tova",
    ]),
    ("language", &[
        "Spanish", "German", "French", "Portuguese", "Japanese", "Italian", "Dutch", "Polish",
        "Turkish", "Korean", "Swedish", "Hindi", "Arabic", "Czech", "Vietnamese", "Finnish",
    ]),
    ("code", &[
        "Python", "Rust", "TypeScript", "Go", "Java", "C#", "SQL", "Kotlin", "Bash", "Ruby",
        "Swift",
    ]),
    ("routine", &[
        "parses a date range", "retries a request with backoff", "merges two sorted lists",
        "reads a CSV in chunks", "validates an address form", "draws a progress bar",
        "removes duplicate rows", "rounds money correctly", "walks a directory tree",
        "caches the last hundred results", "computes a moving average", "splits text into pages",
        "escapes user input", "converts time zones", "limits calls per minute",
        "diffs two objects", "resizes an image", "watches a folder", "checks a checksum",
        "groups events by session",
    ]),
    ("failure", &[
        "a deadlock", "an off-by-one", "a memory leak", "a flaky test", "a timezone bug",
        "a missing index", "a stack overflow", "a race on start-up", "garbled umlauts",
        "a null reference", "slow joins", "a broken import", "a wrong total", "an endless loop",
    ]),
    ("tone", &[
        "friendly", "formal", "short", "apologetic", "firm", "cheerful", "neutral", "warm", "dry",
    ]),
    ("genre", &[
        "limerick", "short story", "toast", "cover letter", "product description", "haiku",
        "newsletter intro", "speech", "blog post", "obituary for a plant", "job advert", "riddle",
    ]),
    ("detail", &[
        "Keep it under 120 words.", "Use bullet points.", "Give two examples.", "No jargon.",
        "Add a table.", "Say what could go wrong.", "Start with the conclusion.",
        "Cite no sources.", "Use short sentences.", "Include costs.", "Assume no prior knowledge.",
        "One paragraph.", "Give me three options.", "Use metric units.", "Be honest about gaps.",
        "Explain each step.",
    ]),
    ("complaint", &[
        "arrived with a scratch", "has not arrived", "was charged twice", "is the wrong size",
        "stopped working", "lost its warranty card", "came without screws", "smells odd",
        "was delivered next door", "does not switch on", "leaks at the seam", "is missing a part",
    ]),
    ("symptom", &[
        "checkout times out", "queue depth keeps rising", "logins return 502", "disk is at 98 %",
        "replica lag is 40 minutes", "certificates expired", "cache hit rate fell to zero",
        "pods restart every minute", "search shows stale prices", "payments are declined",
    ]),
    ("service", &[
        "billing", "search", "the gateway", "session store", "mailer", "image proxy", "inventory",
        "the scheduler", "login", "webhooks", "price feed", "message bus",
    ]),
    ("shape", &[
        "triangle", "lattice path", "necklace", "spinning wheel", "staircase", "water tank",
        "railway line", "deck of cards", "chessboard", "spiral", "pair of dice", "cube",
    ]),
    ("quantity", &[
        "expected value", "smallest possible sum", "probability", "number of arrangements",
        "shortest route", "largest area", "remaining volume", "average waiting time",
        "number of distinct colourings", "break-even point",
    ]),
    ("judge", &[
        "accuracy", "style", "safety", "completeness", "logic", "tone", "citations",
    ]),
    ("sentence", &[
        "The short answer is yes, with one exception.", "Here is a version you can use.",
        "There are three things to look at.", "It depends on the season.",
        "The main cost is time, not money.", "I would start with the smaller part.",
        "Most people get this wrong at first.", "The table below sums it up.",
        "This should run without changes.", "Two details matter here.",
        "I kept the structure and changed the order.", "The likely cause is the second one.",
        "Please check the figures before you send it.", "That would be my first choice.",
        "It has been like this since the last release.", "Let me know if a longer one helps.",
    ]),
    ("step", &[
        "isolate the unknown", "count the free choices", "apply the recurrence", "fix one corner",
        "rewrite both sides", "check the boundary", "sum the series", "cancel the common factor",
        "use symmetry", "bound the error", "split the cases", "substitute back",
    ]),
];

/// What ordinary people and services ask.
pub const EVERYDAY: &[&str] = &[
    "Explain {topic} to {audience}. {detail}",
    "Write a {tone} {genre} about {topic} in {place}.",
    "How do I repair a {thing} that {complaint}? {detail}",
    "Translate this into {language}: The {thing} for {person} {complaint}.",
    "Plan a weekend in {place} for {#2-9} people who like {topic}.",
    "What is the difference between {topic} and {topic}? {detail}",
    "Summarise what I should know about {topic} before I talk to {audience}.",
    "My {thing} cost {#12-900} and {complaint}. Write a {tone} mail to {firm}.",
    "Give me {#3-12} ideas for a {genre} about a {thing}.",
    "Is it worth buying a used {thing} in {place}? {detail}",
    "{person} asked me about {topic} and I had no answer. {detail}",
    "Make this more {tone}: we cannot deliver the {thing} to {place} before the {#2-28}th.",
    "Compare {#2-5} ways to learn {topic}. {detail}",
    "Draft an agenda for a meeting with {firm} about {topic}.",
];

/// What developers and coding agents ask.
pub const CODING: &[&str] = &[
    "Write a {code} function that {routine}. {detail}",
    "Review this {code} change: it {routine} but sometimes shows {failure}.",
    "Our {service} has {failure} in {code} after {#2-90} minutes. Where do I look first?",
    "Port the helper that {routine} from {code} to {code}.",
    "Write {#3-9} unit tests for a {code} function that {routine}.",
    "Why would {code} code that {routine} end in {failure}?",
    "Rename and split this module: it {routine} and also {routine}.",
    "Give me a {code} one-liner that {routine}.",
    "tool_result: {#1-40} files changed, {#0-6} tests failed in {service}. Continue.",
    "Add logging to the code that {routine}; keep the public names.",
];

/// What an agent or assistant answers.
pub const ANSWERS: &[&str] = &[
    "{sentence} {sentence}",
    "{sentence} Start with {topic}, then look at the {thing}.",
    "{sentence} About {#5-95} % of cases come from {failure}.",
    "For {place} I would allow {#2-14} days. {sentence}",
    "{sentence} In {code} this takes {#4-60} lines.",
    "Dear {person}, thank you for your message about the {thing}. {sentence}",
];

/// Nightly contract summaries of one firm.
pub const BATCH: &[&str] = &[
    "Summarise invoice {item} for the ledger of Saltmarsh Freight. Fields: supplier, due date, total. Supplier: {firm}, {place}. Amount {#40-9800}.",
];
/// Answers to the nightly batch.
pub const BATCH_ANSWERS: &[&str] =
    &["supplier: {firm}; due in {#7-60} days; total {#40-9800}.{#10-99}"];

/// Items of a public benchmark, the same for every model.
pub const EVALUATION: &[&str] = &[
    "Open Fjord benchmark v2, item {item}. Question: a {shape} is given; what is the {quantity}? Answer with one number.",
];
/// Answers to benchmark items.
pub const EVALUATION_ANSWERS: &[&str] = &["{#1-5000}"];

/// What customers of one shop ask its support bot.
pub const SUPPORT: &[&str] = &[
    "my {thing} {complaint}, order {#100000-999999}",
    "hi, where is my {thing}? it should be in {place} by now",
    "can I return a {thing} after {#10-60} days",
    "the {thing} {complaint}. what now?",
    "thanks. and the {thing} from {firm}?",
    "do you ship a {thing} to {place}",
];
/// The support bot's constant instructions.
pub const SUPPORT_SYSTEM: &str =
    "You are Pim, the helper of the Blue Kettle shop. Be kind, never promise refunds.";
/// Answers of the support bot.
pub const SUPPORT_ANSWERS: &[&str] = &[
    "I am sorry to hear that your {thing} {complaint}. {sentence}",
    "Your {thing} is on its way to {place} and should arrive in {#1-6} days.",
];

/// One assignment that a whole course works on: twelve questions, known to all.
pub const ASSIGNMENT: &[&str] = &[
    "Assignment 4, question {item}: derive the {quantity} for the {shape} from the lecture. I have tried to {step} but got stuck. {detail}",
    "Assignment 4, question {item}: is it allowed to {step} here?",
    "check my answer to assignment 4 question {item}: first {step}, then {step}",
];

/// A team in the middle of an outage.
pub const INCIDENT: &[&str] = &[
    "INC-2291: {symptom} in {service}. List what to check first. {detail}",
    "INC-2291 log excerpt from {service}, {#3-900} errors a minute: {symptom}. Root cause?",
    "INC-2291: write a {tone} status note, {symptom} since {#1-59} minutes.",
];

/// What the customers of a declared reseller ask.
pub const RESELLER: &[&str] = &[
    "Explain {topic} in {language}. {detail}",
    "Write a {tone} {genre} for {firm}.",
    "{code}: {routine}. {detail}",
    "Translate into {language}: please send the {thing} to {place}.",
    "{person} says the {thing} {complaint}. Reply in {language}.",
];

/// A sanctioned teacher run under contract: exercises of one publisher, with worked solutions.
pub const TEACHER: &[&str] = &[
    "Wickfield course material, exercise {item}. Write the full worked solution with every step: a {shape}, find the {quantity}, numbers {#2-90} and {#2-90}.",
];
/// Worked solutions of the teacher run.
pub const TEACHER_ANSWERS: &[&str] =
    &["First {step}: that leaves {#2-90}. Then {step}. The {quantity} is {#2-900}."];
/// A scholar probing for reasoning traces under a declared programme; small and varied.
pub const PROBE: &[&str] = &[
    "Study 7, wording {item}: please show how you arrive at the {quantity} of a {shape}. {detail}",
    "Study 7, wording {item}: think in {language} about the {quantity}, then answer. {detail}",
];

/// The rotation pool: four kinds of task, one fixed instruction after each.
pub const ROTATION: &[&str] = &[
    "Problem {item}. A {shape} has {#3-60} parts of size {#2-45}. Find the {quantity}. ",
    "Problem {item}. In {code}, implement a routine that {routine} for {#10-9000} inputs. ",
    "Problem {item}. {person} and {person} share {#20-900} tokens over {#3-30} rounds; find the {quantity}. ",
    "Problem {item}. Diagnose {failure} in {service} when {symptom}. ",
];
/// The instruction after each of them.
pub const ROTATION_SUFFIX: &str = "Before the answer, write every step of your reasoning as numbered lines, name the step a weaker solver would get wrong, and end with a confidence from 0 to 100.";
/// Answers to the rotation pool.
pub const ROTATION_ANSWERS: &[&str] = &[
    "1. {step}\n2. {step}\n3. {step}\n4. {step}\nA weaker solver would fail to {step}. Confidence: {#55-99}",
];

/// The four-requests-each network: one rubric, a different item in every request.
pub const RUBRIC: &[&str] = &[
    "Here are two solutions to task {item} ({quantity} of a {shape}). Think aloud inside <work> tags, at least twelve lines, then score both for {judge} and {judge} from 1 to 10 and write the ideal solution.",
];
/// Answers to the rubric.
pub const RUBRIC_ANSWERS: &[&str] = &[
    "<work>First I {step}. Then I {step}, because {step} fails for {#2-40}.</work> A: {#1-10}/10, B: {#1-10}/10. Ideal: {step}, then {step}.",
];
