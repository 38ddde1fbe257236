//! What can go wrong with a package, with what to try.

use std::path::{Path, PathBuf};

use crate::job::Cancelled;

/// Why no package was written, or why one could not be checked. Nothing half-written is left
/// behind.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder holds something that is not an earlier package.
    #[error(
        "{path} holds {found}, which is no part of an earlier evidence package; \
         choose another folder or empty this one"
    )]
    Occupied {
        /// The folder asked for.
        path: PathBuf,
        /// The first entry that does not belong to a package.
        found: String,
    },
    /// A file of the earlier package is not as it was written.
    #[error(
        "{file} in {path} was changed since that package was made; move it away or choose \
         another folder"
    )]
    Edited {
        /// The folder asked for.
        path: PathBuf,
        /// The file that was changed.
        file: String,
    },
    /// An earlier package bears a signature, and the new one would not.
    #[error(
        "{0} is a package that somebody signed, and what would take its place is not signed; sign \
         it, too, or choose another name"
    )]
    Signed(PathBuf),
    /// A file is in the way that no export of a table has written.
    #[error(
        "{0} is there and is no table that Stillwatch has written, or was changed since; choose \
         another name"
    )]
    InTheWay(PathBuf),
    /// A file is in the way that is no package that Stillwatch has written.
    #[error(
        "{0} is there and is no evidence package as Stillwatch has written it; choose another name"
    )]
    ZipInTheWay(PathBuf),
    /// The place asked for cannot be the name of a package.
    #[error("{0} cannot become a package; name a new folder in it")]
    NoName(PathBuf),
    /// The folder to check is not a package.
    #[error("{0} is no evidence package: it has no manifest.json that Stillwatch has written")]
    NotAPackage(PathBuf),
    /// The place asked for is a file.
    #[error("{0} is a file; a package is a folder, so choose another name")]
    IsFile(PathBuf),
    /// A file or folder could not be written or read.
    #[error("could not {doing} {path}: {source}")]
    Io {
        /// What was tried: `write`, `create`, `read`.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The case could not be read.
    #[error("could not read the case: {0}")]
    Case(String),
    /// The case does not hold what its journal says.
    #[error(
        "the case was changed by another hand ({0}), so nothing leaves it; `stillwatch verify` says \
         all that is wrong with it"
    )]
    Untrue(String),
    /// The case is not the one that the export began with.
    #[error("the case was changed while it was being exported; nothing was written, export again")]
    Changed,
    /// A figure could not be drawn.
    #[error("could not draw the figure {figure}: {why}")]
    Figure {
        /// Its file name.
        figure: String,
        /// What went wrong.
        why: String,
    },
    /// What is hidden could not be.
    #[error("could not redact: {0}")]
    Redaction(String),
    /// Something that is hidden stands in a file all the same.
    #[error(
        "{file} would show {what}, which the redaction hides; nothing was written. Leave \
         that file out with --only, or report it as a fault of this program"
    )]
    Leak {
        /// The file.
        file: String,
        /// What, without saying it.
        what: String,
    },
    /// A package could not be signed, or a key is none.
    #[error("could not sign or check a signature: {0}")]
    Signing(String),
    /// The pages could not be set.
    #[error("could not make report.pdf: {0}; the tables can be exported with --only csv,figures")]
    Pdf(String),
    /// The build has no page setter.
    #[error("this build cannot make report.pdf; export with --only csv,figures,json")]
    NoPdf,
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ReportError {
    /// An [`ReportError::Io`] for `map_err`.
    pub(crate) fn io(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { doing, path, source }
    }
}
