//! Account ids that differ in capital letters alone: two accounts, or one that two logs spell each
//! in its way.

use rustc_hash::FxHashMap;

use super::Material;
use crate::model::finding::count;

impl Material<'_> {
    /// What is not told of such ids, in words.
    pub fn capitals(&self) -> Option<String> {
        said(self.index.accounts())
    }
}

fn said(ids: &[impl AsRef<str>]) -> Option<String> {
    let mut spelled: FxHashMap<String, usize> = FxHashMap::default();
    for id in ids {
        *spelled.entry(id.as_ref().to_lowercase()).or_default() += 1;
    }
    let n: usize = spelled.into_values().filter(|n| *n > 1).sum();
    (n > 0).then(|| {
        format!(
            "whether account ids that differ in capital letters alone are of one account: {} are \
             looked at apart",
            count(n)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_other_capitals_are_counted_and_others_are_not() {
        assert_eq!(said(&["ab", "ac", "b"]), None);
        let said = said(&["ab", "AB", "c", "Äq", "äQ"]).expect("two pairs");
        assert!(said.contains(": 4 are looked at apart"), "{said}");
    }
}
