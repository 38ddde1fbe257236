"""Compares a layout with igraph's grid Fruchterman-Reingold on the same graph.

    python igraph_layout.py EDGES PLACES SECONDS [ITERATIONS ...]

EDGES has "a<TAB>b" a line, PLACES "node<TAB>x<TAB>y" a line as the bench writes them, SECONDS is
what that layout took. igraph runs with as many iterations as take it that long, and with those
named. Both layouts get the same figures:

Grid Fruchterman-Reingold uses one thread whatever the machine; times are wall time.

stress        sum over pairs of w (s |x_i - x_j| - d_ij)^2 / sum over pairs of w d_ij^2, w = d^-2,
              so that the second sum counts the pairs; d in links by BFS from 100 random nodes to
              all they reach; s, the scale, is the best: sum w d |x| / sum w |x|^2.
neighbours    mean over nodes of the share of the k nodes nearest in the layout that are
              neighbours in the graph, k the node's degree; nodes without neighbours left out.
"""
import random
import sys
import time

import igraph
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import cKDTree

SOURCES = 100


def read_edges(path):
    pairs, ids = set(), set()
    for line in open(path):
        words = line.split()
        if len(words) < 2 or not words[0].isdigit():
            continue
        a, b = int(words[0]), int(words[1])
        ids |= {a, b}
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    ids = sorted(ids)
    number = {v: i for i, v in enumerate(ids)}
    return ids, [(number[a], number[b]) for a, b in sorted(pairs)]


def read_places(path, ids):
    place = {}
    for line in open(path):
        node, x, y = line.split()
        place[int(node)] = (float(x), float(y))
    return np.array([place[i] for i in ids])


class Judge:
    def __init__(self, nodes, edges):
        a = np.array([e[0] for e in edges])
        b = np.array([e[1] for e in edges])
        both = np.ones(2 * len(edges))
        matrix = csr_matrix((both, (np.r_[a, b], np.r_[b, a])), shape=(nodes, nodes))
        self.sources = np.random.default_rng(5).choice(nodes, min(SOURCES, nodes), replace=False)
        self.far = shortest_path(matrix, unweighted=True, indices=self.sources)
        self.near = [set(matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]]) for i in range(nodes)]

    def stress(self, places):
        dxy = sxx = pairs = 0.0
        for source, d in zip(self.sources, self.far):
            ok = np.isfinite(d) & (d > 0)
            x = np.hypot(*(places[ok] - places[source]).T)
            d = d[ok]
            dxy += (x / d).sum()
            sxx += (x * x / (d * d)).sum()
            pairs += len(d)
        return 1.0 - dxy * dxy / sxx / pairs

    def neighbours(self, places):
        tree, shares = cKDTree(places), []
        degree = np.array([len(n) for n in self.near])
        for k in np.unique(degree[degree > 0]):
            who = np.flatnonzero(degree == k)
            _, found = tree.query(places[who], k=min(k + 1, len(places)))
            for i, row in zip(who, found):
                row = [j for j in row if j != i][:k]
                shares.append(sum(j in self.near[i] for j in row) / k)
        return float(np.mean(shares))


def run(graph, iterations):
    igraph.set_random_number_generator(random)
    random.seed(1)
    start = time.perf_counter()
    layout = graph.layout_fruchterman_reingold(grid="grid", niter=iterations)
    return np.array(layout.coords), time.perf_counter() - start


def matched(graph, seconds):
    """Iterations that take about that long."""
    count, took = 50, run(graph, 50)[1]
    while took < 0.9 * seconds and count < 10**6:
        count = max(count + 1, int(count * min(8.0, seconds / max(took, 1e-9))))
        took = run(graph, count)[1]
    return count


def main():
    ids, edges = read_edges(sys.argv[1])
    seconds = float(sys.argv[3])
    graph = igraph.Graph(n=len(ids), edges=edges)
    judge = Judge(len(ids), edges)
    rows = [("ours", read_places(sys.argv[2], ids), seconds)]
    counts = [matched(graph, seconds)] if seconds > 0 else []
    for count in counts + [int(c) for c in sys.argv[4:]]:
        rows.append((f"igraph grid FR, {count}", *run(graph, count)))
    for name, places, took in rows:
        print(f"{name:28} {took:8.4f} s  stress {judge.stress(places):.4f}  "
              f"neighbours {judge.neighbours(places):.4f}")


main()
