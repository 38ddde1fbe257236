//! Names of members, which anybody may have written.

/// What a name says of its member.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A path under the archive, `/` between its parts.
    Good(String),
    /// Left aside, as in a folder.
    Left(String, &'static str),
    /// No name to put under that of the archive.
    Bad(String, &'static str),
}

impl Name {
    /// Judges the name of a file in an archive.
    pub(super) fn of(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw).replace('\\', "/");
        // Shown to people, who must not be shown what steers their terminal.
        let shown = || text.replace(|c: char| c.is_control(), "\u{fffd}");
        let is_drive =
            |text: &str| matches!(text.as_bytes(), [d, b':', ..] if d.is_ascii_alphabetic());
        let why = if raw.contains(&0) {
            "a zero byte in its name"
        } else if text.starts_with('/') || is_drive(&text) {
            "its name is an absolute path"
        } else if text.split('/').any(|part| part == "..") {
            "its name leads out of the archive"
        } else {
            let parts: Vec<&str> =
                text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
            return match parts.iter().find(|part| part.starts_with('.')) {
                _ if parts.is_empty() => Self::Bad(shown(), "it has no name"),
                Some(_) => Self::Left(parts.join("/"), "hidden, as its name begins with a dot"),
                None => Self::Good(parts.join("/")),
            };
        };
        Self::Bad(shown(), why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_under_the_archive_or_is_refused() {
        let good = |name: &str| Name::Good(name.to_owned());
        assert_eq!(Name::of(b"a/b.jsonl"), good("a/b.jsonl"));
        assert_eq!(Name::of(b"./a//b.jsonl"), good("a/b.jsonl"));
        assert_eq!(Name::of(b"a\\b.jsonl"), good("a/b.jsonl"));
        assert_eq!(Name::of("días/ä.jsonl".as_bytes()), good("días/ä.jsonl"));
        assert!(matches!(Name::of(b"__MACOSX/._a.jsonl"), Name::Left(..)));
        for bad in
            [&b"../a"[..], b"a/../../b", b"a\\..\\b", b"/etc/x", b"\\x", b"C:\\x", b"a\0b", b""]
        {
            assert!(matches!(Name::of(bad), Name::Bad(..)), "{bad:?}");
        }
    }
}
