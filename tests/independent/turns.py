"""Writes what tests/it/turns.rs expects of rotation (D01) and synchrony (D03), from numpy and scipy.

Rotation: the waits of each account in a circle of sessions, held against scipy's geometric
distribution. Synchrony: ten-minute slots that two accounts share, and on days shifted in a circle
scipy's correlation of their day-by-slot tables: one value for each shift.
Run: python tests/independent/turns.py > tests/it/golden/turns.json
"""

import json
import sys

import numpy
import scipy
from scipy import ndimage, stats

random = numpy.random.default_rng(20261130)
SLOTS = 144


def rotation():
    rows = []
    for accounts, sessions, strict in [(4, 40, 1.0), (6, 120, 0.5), (8, 200, 0.0), (3, 60, 0.2)]:
        order = numpy.arange(sessions) % accounts
        drawn = random.random(sessions) >= strict
        labels = numpy.where(drawn, random.integers(0, accounts, sessions), order)
        squares, waits = [], []
        for account in numpy.unique(labels):
            at = numpy.flatnonzero(labels == account)
            wait = numpy.diff(at, append=at[0] + sessions)
            chance = stats.geom(len(at) / sessions)
            squares.extend((wait - chance.mean()) ** 2 / chance.var())
            waits.extend(wait)
        waits = numpy.sort(waits)
        tenth = len(waits) // 10
        rows.append({
            "labels": labels.tolist(),
            "r": float(numpy.mean(squares)),
            "low": int(waits[tenth]),
            "high": int(waits[-1 - tenth]),
        })
    return rows


def synchrony():
    rows = []
    for days, common in [(6, 0.0), (14, 0.1), (27, 0.3)]:
        both = random.random((days, SLOTS)) < 0.1 * common
        a, b = ((random.random((days, SLOTS)) < 0.08) | both for _ in range(2))
        # Both begin and end at the ends of the span: all its days count.
        for table in (a, b):
            table[0, 0] = table[-1, -1] = True
        # Whole days of b, moved in a circle: row k is a shift by k days.
        by_shift = ndimage.correlate(
            a.astype(int), b.astype(int), mode="wrap", origin=0, output=int
        )
        direct = [int((a & numpy.roll(b, k, axis=0)).sum()) for k in range(days)]
        # The correlation holds the same numbers, in its own order of shifts.
        assert sorted(by_shift[:, SLOTS // 2].tolist()) == sorted(direct)
        rows.append({
            "a": numpy.flatnonzero(a).tolist(),
            "b": numpy.flatnonzero(b).tolist(),
            "days": days,
            "shared": direct[0],
            "shifted": direct[1:],
        })
    return rows


json.dump(
    {
        "made by": {
            "python": sys.version.split()[0],
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
        },
        "rotation": rotation(),
        "synchrony": synchrony(),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
