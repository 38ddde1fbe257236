//! What kinds of commands there are: where they stand, and what they need.

/// Where a command stands in menus and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Files.
    File,
    /// Screens.
    Go,
    /// Filter and selection.
    Look,
    /// The tables of Explore.
    Tables,
    /// The picture of the network.
    Picture,
    /// What changes the case.
    Decide,
    /// The window.
    Window,
}

impl Group {
    /// All, in menu order.
    pub const ALL: [Self; 7] =
        [Self::File, Self::Go, Self::Look, Self::Tables, Self::Picture, Self::Decide, Self::Window];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Go => "Go to",
            Self::Look => "Look",
            Self::Tables => "Tables",
            Self::Picture => "Network",
            Self::Decide => "Decide",
            Self::Window => "Window",
        }
    }
}

/// What must be there for a command to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// An open case.
    Case,
    /// An open case with something selected.
    Selection,
    /// The same, or with a range of time brushed.
    SelectionOrRange,
    /// An open case, and Explore on screen.
    Explore,
    /// An open case in which detectors have been run.
    Findings,
    /// An open case, and Network on screen.
    Network,
    /// An open case with something selected, which may be read-only.
    Chosen,
}
