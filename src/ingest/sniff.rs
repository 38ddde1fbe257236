//! Recognising a source by its first bytes.

use super::format::{self, FORMATS, Format, Score};
use super::{DetectError, Detection, Head, Mapping, NextBest, Sample, magic};

/// What the person at the keyboard has already decided.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The format, by id.
    pub format: Option<String>,
    /// The mapping; its format counts where `format` is not given.
    pub mapping: Option<Mapping>,
}

/// Below this a guess is not offered.
const LEAST: f32 = 0.2;

/// Recognises a source by its first bytes, within what was decided already.
///
/// # Errors
/// What the bytes are instead, and what to try.
pub fn detect(head: &Head<'_>, choice: &Choice) -> Result<Detection, DetectError> {
    if head.bytes.is_empty() {
        return Err(DetectError::Empty);
    }
    if let Some(error) = magic::binary(head.bytes) {
        return Err(error);
    }
    let sample = Sample::cut(head)?;
    let wanted = choice.mapping.as_ref().map(|m| m.format.clone()).filter(|id| !id.is_empty());
    let detection = match choice.format.clone().or(wanted) {
        Some(id) => asked(&id, &sample)?,
        None if choice.mapping.is_some() => asked(generic_id(&sample), &sample)?,
        None => best(&sample)?,
    };
    match &choice.mapping {
        Some(mapping) => mapped(detection, mapping),
        None => Ok(detection),
    }
}

fn generic_id(sample: &Sample) -> &'static str {
    if sample.is_table() { "csv" } else { "json" }
}

/// The format asked for, however well it fits.
fn asked(id: &str, sample: &Sample) -> Result<Detection, DetectError> {
    let unknown = || DetectError::UnknownFormat { name: id.to_owned() };
    let format = format::by_id(id).ok_or_else(unknown)?;
    let score = format.score(sample);
    let (confidence, seen) =
        score.map_or((0.0, "nothing speaks for it".to_owned()), |s| (s.confidence, s.why));
    let why = format!("asked for by name; {seen}");
    Ok(detection(format, Score { confidence, why }, None, sample))
}

/// The format that fits best.
fn best(sample: &Sample) -> Result<Detection, DetectError> {
    if sample.records.is_empty() && !sample.is_table() {
        let (seen, hint) = ("a list without records", "choose a file with records in it");
        return Err(DetectError::NotALog { seen: seen.to_owned(), hint: hint.to_owned() });
    }
    let mut scores: Vec<(&'static dyn Format, Score)> =
        FORMATS.into_iter().filter_map(|f| Some((f, f.score(sample)?))).collect();
    // Stable: the more specific format comes first and wins a tie.
    scores.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence));
    let specific = scores.first().is_some_and(|(f, s)| !is_generic(*f) && s.confidence >= 0.5);
    if !specific && let Some(error) = format::foreign::recognise(sample) {
        return Err(error);
    }
    let mut scores = scores.into_iter().filter(|(_, s)| s.confidence >= LEAST);
    let Some((format, score)) = scores.next() else {
        return Err(nothing_fits(sample));
    };
    let next = scores.next();
    let next_best = next.map(|(f, s)| NextBest { format: f.id(), confidence: s.confidence });
    Ok(detection(format, score, next_best, sample))
}

fn is_generic(format: &dyn Format) -> bool {
    matches!(format.id(), "csv" | "json")
}

fn nothing_fits(sample: &Sample) -> DetectError {
    format::suggest::obstacle(sample).unwrap_or_else(|| DetectError::NotALog {
        seen: "nothing that reads like single calls of a model".to_owned(),
        hint: "name the fields with `--mapping FILE` if it is a log of calls".to_owned(),
    })
}

fn detection(
    format: &'static dyn Format,
    score: Score,
    next_best: Option<NextBest>,
    sample: &Sample,
) -> Detection {
    Detection {
        format: format.id(),
        container: sample.container.clone(),
        confidence: score.confidence,
        why: score.why,
        next_best,
        mapping: format.mapping(sample),
    }
}

/// Puts a given mapping in the place of the guessed one: it says what is read, all of it.
fn mapped(mut detection: Detection, mapping: &Mapping) -> Result<Detection, DetectError> {
    let fields = mapping.fields.clone();
    if fields.is_empty() {
        detection.mapping.timezone = mapping.timezone.clone();
        return Ok(detection);
    }
    let missing = fields.iter().flat_map(|m| &m.from).find(|path| {
        let header = match &detection.container {
            super::Container::Csv { header, .. } => header,
            _ => return false,
        };
        let column = path.split('.').next().unwrap_or(path);
        !header.iter().any(|name| name == *path || name == column)
    });
    let is_needed = |path: &String| {
        fields.iter().any(|m| m.from.len() == 1 && m.from.contains(path) && m.constant.is_none())
    };
    if let Some(path) = missing.filter(|path| is_needed(path)) {
        return Err(DetectError::Mapping(format!("the table has no column \"{path}\"")));
    }
    detection.mapping =
        Mapping { format: detection.format.to_owned(), timezone: mapping.timezone.clone(), fields };
    detection.why = "read with the mapping given".to_owned();
    detection.confidence = 1.0;
    detection.next_best = None;
    Ok(detection)
}
