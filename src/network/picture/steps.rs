//! The steps from one sketch to the next.

use std::collections::{BTreeMap, BTreeSet};

use super::sketch::counts;
use super::{Evidence, Key, Picture, Sketch, What, Whole};
use crate::model::MISSING;
use crate::network::layout::Point;

impl Sketch {
    /// Draws what holds a block together.
    pub fn open(&mut self, block: u32) {
        self.open.insert(block);
    }

    /// Draws a block as one node again: what was set apart and ties nobody else goes back into it.
    pub fn close(&mut self, whole: &Whole, block: u32) {
        self.open.remove(&block);
        let numbers = self.groups.iter().filter(|(_, group)| group.home == Some(block));
        let numbers: Vec<u32> = numbers.map(|(number, _)| *number).collect();
        let drawn = self.group_of();
        self.apart.retain(|thing| {
            let of = whole.holders(*thing).filter_map(|(holder, _)| drawn.get(&holder.account));
            let mut is_inside = of.map(|number| numbers.binary_search(number).is_ok()).peekable();
            is_inside.peek().is_none() || !is_inside.all(|is_inside| is_inside)
        });
        self.merge(&numbers);
    }

    /// Draws the accounts of a group apart by what they have of a kind, and each such thing by
    /// itself: accounts with the same of them stay one node.
    pub fn split(&mut self, whole: &Whole, number: u32, evidence: Evidence) {
        let Some(group) = self.groups.get(&number).cloned() else { return };
        if let Some(home) = group.home {
            self.open.insert(home);
        }
        self.hidden.remove(&evidence);
        let shared = shared(whole, &group.accounts, evidence);
        let mut parts: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
        for account in group.accounts.iter() {
            let of = whole.of_account(*account).iter().copied();
            let has: Vec<u32> = of.filter(|thing| shared.contains(thing)).collect();
            parts.entry(has).or_default().push(*account);
        }
        self.apart.extend(&shared);
        for thing in &shared {
            self.gone.remove(thing);
        }
        self.divide(number, parts.into_values().collect());
    }

    /// Draws every account of a group by itself.
    pub fn single(&mut self, number: u32) {
        let Some(group) = self.groups.get(&number).cloned() else { return };
        if let Some(home) = group.home {
            self.open.insert(home);
        }
        self.divide(number, group.accounts.iter().map(|account| vec![*account]).collect());
    }

    /// Draws some accounts by themselves, whatever group they are in; those that are not drawn come
    /// in.
    pub fn single_out(&mut self, whole: &Whole, accounts: &[u32]) {
        let blocks = self.blocks();
        let wanted: BTreeSet<u32> = accounts.iter().copied().collect();
        let mut of_group: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let drawn = self.group_of();
        for account in &wanted {
            match drawn.get(account) {
                Some(number) => of_group.entry(*number).or_default().push(*account),
                None if !whole.has(*account) => {}
                None => {
                    let block = whole.block_of.get(*account as usize).copied();
                    let home = block.filter(|at| *at != MISSING && blocks.contains(at));
                    self.add(home, vec![*account]);
                }
            }
        }
        for (number, out) in of_group {
            let Some(group) = self.groups.get(&number) else { continue };
            let rest = group.accounts.iter().copied().filter(|a| !wanted.contains(a)).collect();
            let mut parts = vec![rest];
            parts.extend(out.into_iter().map(|account| vec![account]));
            self.divide(number, parts);
        }
    }

    /// Draws things by themselves.
    pub fn set_apart(&mut self, things: &[u32]) {
        for thing in things {
            self.apart.insert(*thing);
            self.gone.remove(thing);
        }
    }

    /// Draws the accounts that have a thing and are not drawn yet.
    pub fn show_holders(&mut self, whole: &Whole, thing: u32) {
        self.set_apart(&[thing]);
        let others: Vec<u32> = self.others(whole, thing);
        self.add_accounts(whole, &others);
    }

    /// The accounts that have a thing and are not drawn.
    pub fn others(&self, whole: &Whole, thing: u32) -> Vec<u32> {
        let drawn = self.drawn();
        let holders = whole.holders(thing).map(|(holder, _)| holder.account);
        holders.filter(|account| whole.has(*account) && !drawn.contains(account)).collect()
    }

    /// Takes nodes away.
    pub fn dismiss(&mut self, picture: &Picture, nodes: &BTreeSet<u32>) {
        for node in nodes.iter().filter_map(|at| picture.nodes.get(*at as usize)) {
            match (&node.key, node.what) {
                (Key::Accounts(number), _) => {
                    self.groups.remove(number);
                }
                (_, What::Common(_)) => {
                    self.common.retain(|thing| !node.members.contains(thing));
                }
                _ => self.gone.extend(node.members.iter()),
            }
            self.places.remove(&node.key);
            self.pinned.remove(&node.key);
        }
    }

    /// Takes all other nodes away, but for what ties those that stay.
    pub fn keep_only(&mut self, picture: &Picture, nodes: &BTreeSet<u32>) {
        let mut stays = nodes.clone();
        let has_accounts = |at: &u32| {
            let node = picture.nodes.get(*at as usize);
            node.is_some_and(|node| node.what == What::Accounts)
        };
        if nodes.iter().any(has_accounts) {
            // What was chosen beside accounts stays, though only one of them may have it.
            self.apart.extend(nodes.iter().filter_map(|at| picture.only_thing(*at)));
            // What two of them have in common is why they were chosen.
            let mut ends: BTreeMap<u32, u32> = BTreeMap::new();
            let to_things = picture.lines.iter().filter(|line| !has_accounts(&line.b));
            for line in to_things.filter(|line| nodes.contains(&line.a)) {
                *ends.entry(line.b).or_default() += line.ties;
            }
            stays.extend(ends.into_iter().filter(|(_, ties)| *ties > 1).map(|(b, _)| b));
        } else {
            let lines = picture.lines.iter().filter(|line| nodes.contains(&line.b));
            stays.extend(lines.map(|line| line.a));
        }
        let goes = (0..picture.nodes.len() as u32).filter(|at| !stays.contains(at)).collect();
        self.dismiss(picture, &goes);
    }

    /// Draws groups of one block as one node.
    pub fn fold(&mut self, picture: &Picture, nodes: &BTreeSet<u32>) {
        let mut by_home: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for node in nodes.iter().filter_map(|at| picture.nodes.get(*at as usize)) {
            match &node.key {
                Key::Accounts(number) if self.groups.contains_key(number) => {
                    by_home.entry(node.home).or_default().push(*number);
                }
                Key::Accounts(_) => {}
                _ => node.members.iter().for_each(|thing| {
                    self.apart.remove(thing);
                }),
            }
        }
        for numbers in by_home.into_values() {
            self.merge(&numbers);
        }
    }

    /// Draws a kind of evidence, or no longer.
    pub fn switch(&mut self, evidence: Evidence) {
        if !self.hidden.remove(&evidence) {
            self.hidden.insert(evidence);
        }
    }

    /// Draws what blocks have in common by chance as likely as not, or no longer.
    pub fn switch_weak(&mut self) {
        self.weak = !self.weak;
    }

    /// Moves a node and keeps it there.
    pub fn pin(&mut self, key: Key, place: Point) {
        self.places.insert(key.clone(), place);
        self.pinned.insert(key);
    }

    /// Lets go of a node that was kept in its place.
    pub fn unpin(&mut self, key: &Key) {
        self.pinned.remove(key);
    }

    fn merge(&mut self, numbers: &[u32]) {
        let [first, .., _] = numbers else { return };
        let mut all: Vec<u32> = Vec::new();
        let mut home = None;
        let mut middle = ([0.0_f32; 2], 0.0_f32);
        for number in numbers {
            let Some(group) = self.groups.remove(number) else { continue };
            home = group.home;
            let weight = group.accounts.len() as f32;
            if let Some(place) = self.forget(&Key::Accounts(*number)) {
                let sum = middle.0;
                middle.0 = [sum[0] + weight * place[0], sum[1] + weight * place[1]];
                middle.1 += weight;
            }
            all.extend(group.accounts.iter());
        }
        all.sort_unstable();
        let group = super::Group { home, accounts: all.into() };
        self.groups.insert(*first, group);
        if middle.1 > 0.0 {
            self.places.insert(Key::Accounts(*first), middle.0.map(|x| x / middle.1));
        }
    }

    fn forget(&mut self, key: &Key) -> Option<Point> {
        self.pinned.remove(key);
        self.places.remove(key)
    }

    /// Draws a group as several; the largest keeps its number and place.
    fn divide(&mut self, number: u32, mut parts: Vec<Vec<u32>>) {
        parts.retain(|part| !part.is_empty());
        parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
        let Some(group) = self.groups.get(&number).filter(|_| parts.len() > 1) else { return };
        let home = group.home;
        let mut parts = parts.into_iter();
        if let Some(largest) = parts.next() {
            self.groups.insert(number, super::Group { home, accounts: largest.into() });
        }
        for part in parts {
            self.add(home, part);
        }
    }
}

/// The things of a kind that two of some accounts have.
fn shared(whole: &Whole, accounts: &[u32], evidence: Evidence) -> BTreeSet<u32> {
    let is_shared = |(thing, count): &(u32, u32)| {
        *count > 1 && whole.things[*thing as usize].evidence == evidence
    };
    counts(whole, accounts).into_iter().filter(is_shared).map(|(thing, _)| thing).collect()
}

#[cfg(test)]
#[path = "steps_tests.rs"]
mod tests;
