//! What each evasion changes about a campaign.

use super::options::Evasion;
use super::spec::{Assign, Curve, Kin, Models, Pool, Spec, Task, Traffic};
use super::words::{Words, agents, harvest};

/// Applies one evasion.
pub fn apply(evasion: Evasion, spec: &mut Spec, voice: usize) {
    match evasion {
        Evasion::E1 => jitter(&mut spec.traffic),
        Evasion::E2 => reword(spec, voice),
        Evasion::E3 => spread_at_random(&mut spec.traffic),
        Evasion::E4 => {
            spec.kin = Kin::Unique;
            spec.papers = ["pro", "card", "", ""];
        }
        Evasion::E5 => {
            spec.rate *= 0.3;
            spec.unrelated = 70.0 / 30.0;
        }
        Evasion::E6 => {
            spec.rate /= 2.0;
            spec.members *= 2;
            spec.at_once *= 2;
            if let Traffic::Pool(pool) = &mut spec.traffic {
                pool.customers *= 2;
            }
        }
        Evasion::E7 => office_hours(&mut spec.traffic),
        Evasion::E8 => {
            spec.models = match spec.models {
                Models::Guard(day, _) => Models::Guard(day, 7),
                _ => Models::Staggered,
            };
        }
        Evasion::E9 => spec.stripped = true,
        Evasion::All => Evasion::All.single().into_iter().for_each(|e| apply(e, spec, voice)),
    }
}

fn jitter(traffic: &mut Traffic) {
    match traffic {
        Traffic::Bursts { jitter, .. } => *jitter = 0.5,
        Traffic::Pool(pool) => pool.spread = pool.spread.max(0.7),
        _ => {}
    }
}

fn spread_at_random(traffic: &mut Traffic) {
    let curve = match traffic {
        Traffic::Bursts { curve, .. } => *curve,
        Traffic::Pool(pool) => {
            pool.assign = Assign::Random;
            return;
        }
        _ => return,
    };
    *traffic = Traffic::Pool(Pool {
        assign: Assign::Random,
        curve,
        turns: (1, 6),
        pause_s: 20.0,
        spread: 0.7,
        limited: 0.03,
        parts: 1,
        customers: 0,
    });
}

fn office_hours(traffic: &mut Traffic) {
    match traffic {
        Traffic::Bursts { curve, .. } => *curve = Curve::Office(8),
        Traffic::Pool(pool) => pool.curve = Curve::Office(8),
        _ => {}
    }
}

/// The same tasks in templates that a grammar rewrites at every use.
fn reword(spec: &mut Spec, voice: usize) {
    let reworded: Vec<Words> = match spec.id {
        "C02" => vec![
            harvest::articulation(voice, true),
            harvest::rubric(voice, true),
            harvest::recast(voice, true),
        ],
        "C04" => vec![agents::software(voice, true), agents::orchestration(voice, true)],
        "C07" => vec![
            harvest::cleaner(voice, true),
            harvest::rubric(voice, true),
            harvest::task_writer(voice, true),
        ],
        _ => return,
    };
    let tasks = spec.tasks.drain(..).zip(reworded);
    spec.tasks = tasks.map(|(task, words)| Task { words, ..task }).collect();
}
