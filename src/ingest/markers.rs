//! The releases table: moments that are drawn on every time axis.

use super::side::{self, SideTable, scalar_text};
use super::time::TimeParser;
use super::{DetectError, ReaderOptions};
use crate::model::{Marker, MarkerKind};

/// Reads a releases table: CSV, JSON lines or a JSON array with either `model,released_at` or
/// `label,kind,at` (kind: release, ban, policy, incident; release when left out).
///
/// # Errors
/// What the bytes are instead of such a table. Single rows that cannot be read are rejects.
pub fn read_markers(
    bytes: &[u8],
    file_name: &str,
    options: &ReaderOptions,
) -> Result<SideTable<Marker>, DetectError> {
    let times = TimeParser::new(options.timezone.clone());
    let needed = side::Needed {
        any_of: &["model", "label"],
        seen: "a table without the columns of a releases table",
        hint: "it needs model and released_at, or label, kind and at",
        names: &["model", "released_at", "label", "kind", "at"],
        synonyms: &[],
    };
    side::read(bytes, file_name, &needed, |row| {
        let get = |name: &str| row.get(name).and_then(scalar_text);
        let label = get("label").or_else(|| get("model")).ok_or("label or model missing")?;
        let at = get("at").or_else(|| get("released_at")).ok_or("at or released_at missing")?;
        let at = times.text(&at).map_err(|why| format!("at: {why}"))?.at;
        let kind = match get("kind") {
            None => MarkerKind::Release,
            Some(kind) => MarkerKind::parse(&kind.to_ascii_lowercase())
                .ok_or("kind is none of release, ban, policy, incident")?,
        };
        Ok(Marker { at, kind, label })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_markers(text: &[u8], name: &str) -> Result<SideTable<Marker>, DetectError> {
        super::read_markers(text, name, &ReaderOptions::default())
    }

    #[test]
    fn moments_without_a_zone_are_local_to_the_zone_of_the_import() {
        let berlin = ReaderOptions::in_zone("Europe/Berlin").expect("a zone");
        let csv = b"model,released_at\natlas-4,2026-02-01 12:00:00\n";
        let table = super::read_markers(csv, "releases.csv", &berlin).expect("a table");
        assert_eq!(table.rows[0].at.to_string(), "2026-02-01T11:00:00Z");
    }

    #[test]
    fn both_layouts_are_read_and_mixed_errors_are_rejects() {
        let releases = "model,released_at\natlas-4,2026-02-01T00:00:00Z\natlas-5,\n";
        let table = read_markers(releases.as_bytes(), "releases.csv").expect("a table");
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0].label, "atlas-4");
        assert_eq!(table.rows[0].kind, MarkerKind::Release);
        assert_eq!(table.rejects[0].reason, "at or released_at missing");

        let events = "label,kind,at\nfirst wave closed,ban,2026-02-03\nparty,fun,2026-02-04\n";
        let table = read_markers(events.as_bytes(), "events.csv").expect("a table");
        assert_eq!(table.rows[0].kind, MarkerKind::Ban);
        assert_eq!(table.rows[0].at.to_string(), "2026-02-03T00:00:00Z");
        assert_eq!(table.rejects[0].line, 3);
    }

    #[test]
    fn another_table_is_refused_as_a_whole() {
        assert!(read_markers(b"a,b\n1,2\n", "x.csv").is_err());
    }
}
