//! What the colours of accounts say: how far the evidence carries, the verdict, or what the accounts
//! table says of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::Color32;

use crate::network::picture::What;
use crate::ui::beside::Attributes;
use crate::ui::scene::Scene;
use crate::ui::theme::Theme;

use super::desk::Made;

/// Classes with a colour of their own; the others share the grey.
const CLASSES: usize = 7;

/// What colours say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// How far the evidence carries.
    #[default]
    Level,
    /// The analyst's verdict.
    Verdict,
    /// A column of the accounts table.
    Attribute(String),
}

impl By {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Level => "level",
            Self::Verdict => "verdict",
            Self::Attribute(name) => name,
        }
    }
}

/// What classes were found for: a picture, verdicts, and what colours say.
type Of = (u64, u64, By);

/// The colours of a picture.
#[derive(Default)]
pub struct Hue {
    /// What they say.
    pub by: By,
    of: Option<Of>,
    /// What each class is called, the one with most accounts first.
    pub classes: Vec<String>,
    /// The class of each node; `None` for things, and where no class has more than half.
    of_node: Vec<Option<usize>>,
}

impl Hue {
    /// Finds the classes, where they are not found yet.
    pub fn follow(&mut self, made: &Made, scene: &Scene<'_>) {
        let of = (made.number, scene.lists_version, self.by.clone());
        if self.of.as_ref() == Some(&of) {
            return;
        }
        self.of = Some(of);
        let attributes = scene.beside.attributes().cloned().unwrap_or_default();
        let value = |account: u32| value(&self.by, account, &attributes, scene);
        let mut totals: BTreeMap<String, usize> = BTreeMap::new();
        let mut of_node: Vec<Option<String>> = Vec::with_capacity(made.picture.nodes.len());
        for node in &made.picture.nodes {
            if node.what != What::Accounts || self.by == By::Level {
                of_node.push(None);
                continue;
            }
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for account in node.members.iter() {
                *counts.entry(value(*account)).or_default() += 1;
            }
            let most = counts.iter().max_by_key(|(_, n)| **n).map(|(name, n)| (name.clone(), *n));
            of_node.push(most.filter(|(_, n)| 2 * n > node.members.len()).map(|(name, _)| name));
            counts.into_iter().for_each(|(name, n)| *totals.entry(name).or_default() += n);
        }
        let mut classes: Vec<(usize, String)> = totals.into_iter().map(|(v, n)| (n, v)).collect();
        classes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        self.classes = classes.into_iter().map(|(_, name)| name).collect();
        let place: BTreeMap<&String, usize> = self.classes.iter().zip(0..).collect();
        self.of_node = of_node.iter().map(|name| place.get(name.as_ref()?).copied()).collect();
    }

    /// The colour of a node of accounts; `None` where colours say how far the evidence carries.
    pub fn ink(&self, node: u32, theme: &Theme) -> Option<Color32> {
        if self.by == By::Level {
            return None;
        }
        let class = self.of_node.get(node as usize).copied().flatten();
        Some(class.map_or(theme.faint, |class| theme.category(class)))
    }

    /// The classes that have a colour of their own, and how many share the grey.
    pub fn named(&self) -> (&[String], usize) {
        let named = self.classes.len().min(CLASSES);
        (&self.classes[..named], self.classes.len() - named)
    }
}

/// What an account is called in a column.
fn value(by: &By, account: u32, attributes: &Arc<Attributes>, scene: &Scene<'_>) -> String {
    match by {
        By::Level => String::new(),
        By::Verdict => {
            scene.lists.verdict(account).map_or("new", |verdict| verdict.as_str()).to_owned()
        }
        By::Attribute(name) => {
            let id = scene.index.accounts().get(account as usize);
            let of = id.and_then(|id| attributes.get(id)?.get(name));
            of.filter(|value| !value.is_empty()).map_or_else(|| "absent".to_owned(), String::clone)
        }
    }
}
