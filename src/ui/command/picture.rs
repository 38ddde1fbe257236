//! The rows of the picture of the network.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::registry::{CTRL_SHIFT, key};
use super::{Command, Definition, Group, Needs};

const NONE: Modifiers = Modifiers::NONE;

/// What can be done with the picture.
pub(super) const PICTURE: [Definition; 14] = {
    use Command as C;
    const fn row(
        command: Command,
        needs: Needs,
        text: &'static str,
        tooltip: &'static str,
        keys: &'static [KeyboardShortcut],
    ) -> Definition {
        Definition { command, text, tooltip, keys, group: Group::Picture, needs }
    }
    const fn picture(
        command: Command,
        text: &'static str,
        tooltip: &'static str,
        keys: &'static [KeyboardShortcut],
    ) -> Definition {
        row(command, Needs::Network, text, tooltip, keys)
    }
    [
        picture(
            C::Expand,
            "Expand…",
            "What could be opened, with counts first",
            &[key(NONE, Key::X)],
        ),
        picture(
            C::Neighbours,
            "Select neighbours",
            "What lines lead to, one step further each time",
            &[key(NONE, Key::H)],
        ),
        picture(
            C::Dismiss,
            "Dismiss",
            "Take the selected nodes out of the picture",
            &[key(NONE, Key::D), key(NONE, Key::Delete)],
        ),
        picture(
            C::DismissOthers,
            "Dismiss others",
            "Keep the selected nodes and what ties them",
            &[key(Modifiers::SHIFT, Key::D)],
        ),
        picture(
            C::InvertNodes,
            "Invert the selection",
            "Select the nodes that are not selected",
            &[key(NONE, Key::I)],
        ),
        picture(
            C::ShortestPath,
            "Shortest path",
            "Between two selected nodes, with the evidence on each step",
            &[key(NONE, Key::P)],
        ),
        picture(
            C::FoldNodes,
            "Fold into one",
            "The selected accounts as one node",
            &[key(NONE, Key::C)],
        ),
        picture(
            C::PinNodes,
            "Pin, or let go",
            "Selected nodes stay where they are",
            &[key(NONE, Key::L)],
        ),
        picture(
            C::NodesTable,
            "Go to the table",
            "The arrows then go from node to node",
            &[key(CTRL_SHIFT, Key::N)],
        ),
        row(
            C::ShowSelection,
            Needs::Chosen,
            "Draw the selection",
            "The selected accounts as a network, and nobody else",
            &[key(NONE, Key::G)],
        ),
        picture(
            C::StartPicture,
            "Begin the picture anew",
            "As it was when the case was opened",
            &[],
        ),
        picture(
            C::SavePicture,
            "Save the picture…",
            "What is seen as SVG, PNG, GEXF, GraphML or CSV",
            &[key(CTRL_SHIFT, Key::S)],
        ),
        picture(
            C::ReadPlaces,
            "Place nodes from a file…",
            "As another program laid them out: GEXF, GraphML or CSV",
            &[],
        ),
        picture(
            C::SwitchMatrix,
            "Picture or matrix",
            "Accounts against each other, and against what they have in common",
            &[key(NONE, Key::M)],
        ),
    ]
};
