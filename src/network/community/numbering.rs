//! Numbers of communities.

/// Numbers communities from 0 without gaps, by their first node; returns how many there are.
pub(super) fn compact(community: &mut [u32]) -> usize {
    let highest = community.iter().map(|c| *c as usize + 1).max().unwrap_or(0);
    let mut names = vec![u32::MAX; highest];
    let mut count = 0;
    for c in community {
        let name = &mut names[*c as usize];
        if *name == u32::MAX {
            *name = count;
            count += 1;
        }
        *c = *name;
    }
    count as usize
}

/// Numbers parts from 0 without gaps, in the order of these nodes; returns how many there are.
pub(super) fn compact_in(order: &[u32], part: &mut [u32]) -> usize {
    let mut names = vec![u32::MAX; part.len()];
    let mut count = 0;
    for node in order {
        let p = &mut part[*node as usize];
        let name = &mut names[*p as usize];
        if *name == u32::MAX {
            *name = count;
            count += 1;
        }
        *p = *name;
    }
    count as usize
}

/// Numbers communities by size, largest first, then by their first node; returns how
/// many there are.
pub(super) fn by_size(community: &mut [u32]) -> u32 {
    let count = compact(community);
    let mut size = vec![0_u32; count];
    community.iter().for_each(|c| size[*c as usize] += 1);
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|c| std::cmp::Reverse(size[*c as usize]));
    let mut rank = vec![0; count];
    for (place, c) in (0..).zip(&order) {
        rank[*c as usize] = place;
    }
    community.iter_mut().for_each(|c| *c = rank[*c as usize]);
    count as u32
}

/// The nodes of each group one after the other, and where each group starts. Groups are numbered
/// below `count`; inside a group nodes keep the order in which they come.
pub(super) fn by_group(
    order: impl Iterator<Item = u32>,
    group: &[u32],
    count: usize,
) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; count + 1];
    group.iter().for_each(|g| starts[*g as usize + 1] += 1);
    for i in 0..count {
        starts[i + 1] += starts[i];
    }
    let mut at = starts.clone();
    let mut members = vec![0; group.len()];
    for node in order {
        let at = &mut at[group[node as usize] as usize];
        members[*at as usize] = node;
        *at += 1;
    }
    (starts, members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communities_are_numbered_by_first_node_by_given_order_and_by_size() {
        let mut community = [7, 2, 2, 9, 2, 9];
        assert_eq!(compact(&mut community), 3);
        assert_eq!(community, [0, 1, 1, 2, 1, 2]);
        assert_eq!(by_size(&mut community), 3);
        assert_eq!(community, [2, 0, 0, 1, 0, 1]);
        let mut part = [4, 4, 0, 0, 1];
        assert_eq!(compact_in(&[4, 2, 0, 1, 3], &mut part), 3);
        assert_eq!(part, [2, 2, 1, 1, 0]);
        assert_eq!((compact(&mut []), by_size(&mut [])), (0, 0));
    }

    #[test]
    fn members_of_a_group_keep_their_order() {
        let (starts, members) = by_group([3, 1, 0, 2].into_iter(), &[1, 0, 1, 1], 3);
        assert_eq!(starts, [0, 1, 4, 4]);
        assert_eq!(members, [1, 3, 0, 2]);
    }
}
