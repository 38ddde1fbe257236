#!/usr/bin/env python3
"""Communities (Leiden, constant Potts model): Stillwatch against igraph's C, in turn.

    pip install igraph numpy scikit-learn
    BENCH make FOLDER            # the graph of 24,000 accounts and 100,000 links
    igraph_communities.py BENCH FOLDER [--public GRAPHS]

BENCH is what `cargo bench --no-default-features --bench communities --no-run` builds; GRAPHS is a
folder with a folder for each public graph, in it `*.edges` ("a<TAB>b") and `*.clusters`
("node<TAB>truth").

Both get the same graph (links to oneself dropped, parallel ones added up), the same resolution
and the same number of runs, one of ours after one of igraph's; both processes stay warm. Times
are of the call alone: igraph's makes its lists of neighbours in it, ours has them in its graph,
so the time to make that graph is added in the second ratio. Resolutions are multiples of the
density, the mean weight of all pairs, up to half of the mean weight of a link: beyond, hardly
anything holds together.

"Passes" are ours and igraph's iterations: 2 and 3 passes against igraph's default of 2
iterations, and up to 25 passes, which end when nothing gains any more, against igraph's -1, until
nothing changes. The quality of both is computed here, by the same code. "q+" is how much the
median of ours is above that of igraph's, in thousandths of igraph's.
"""

import argparse
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

import igraph
import numpy
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

PUBLIC = ["karate", "dolphins", "polbooks", "football", "email_eu_core", "polblogs", "cora_full"]
COLUMNS = (
    "graph", "nodes", "links", "density x", "resolution", "passes", "ms", "igraph ms", "ratio", "with graph",
    "quality", "igraph q", "q+", "best", "igraph best", "communities", "igraph c",
    "NMI", "igraph NMI", "ARI", "igraph ARI",
)


class World:
    """A graph with weights and, where it is known, the truth."""

    def __init__(self, name, edges, clusters):
        rows = [line.split() for line in edges.read_text().splitlines()]
        truth = dict(line.split() for line in clusters.read_text().splitlines())
        ends = dict.fromkeys(end for row in rows for end in row[:2])
        names = {node: i for i, node in enumerate(sorted(ends, key=lambda n: (len(n), n)))}
        self.name = name
        self.graph = igraph.Graph(n=len(names), edges=[(names[r[0]], names[r[1]]) for r in rows])
        self.graph.es["weight"] = [float(numpy.float32(r[2])) if len(r) > 2 else 1.0 for r in rows]
        self.graph.simplify(combine_edges="sum")
        self.weights = self.graph.es["weight"]
        self.ends = numpy.array(self.graph.get_edgelist())
        known = [(i, truth[node]) for node, i in names.items() if node in truth]
        self.known = numpy.array([i for i, _ in known], dtype=int)
        labels = {label: i for i, label in enumerate(sorted({label for _, label in known}))}
        self.truth = [labels[label] for _, label in known]

    def density(self):
        nodes = self.graph.vcount()
        return sum(self.weights) / (nodes * (nodes - 1) / 2)

    def quality(self, members, resolution):
        same = members[self.ends[:, 0]] == members[self.ends[:, 1]]
        sizes = numpy.bincount(members).astype(float)
        return numpy.array(self.weights)[same].sum() - resolution * (sizes * (sizes - 1) / 2).sum()

    def scores(self, members):
        found = members[self.known]
        return normalized_mutual_info_score(self.truth, found), adjusted_rand_score(self.truth, found)

    def write(self, file):
        rows = zip(self.ends, self.weights)
        file.write_text("".join(f"{a}\t{b}\t{weight!r}\n" for (a, b), weight in rows))


class Ours:
    """The program, which keeps the graph."""

    def __init__(self, program, world, folder):
        self.members = folder / "members"
        edges = folder / "edges"
        world.write(edges)
        self.process = subprocess.Popen(
            [program, "serve", edges], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.graph_ms = float(self.process.stdout.readline().split()[-2])

    def run(self, resolution, seed, passes):
        self.process.stdin.write(f"{resolution!r} {seed} {passes} {self.members}\n")
        self.process.stdin.flush()
        took = float(self.process.stdout.readline().split()[0])
        return took, numpy.loadtxt(self.members, dtype=int, ndmin=1)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def theirs(world, resolution, seed, iterations):
    random.seed(seed)
    begun = time.perf_counter()
    members, _ = igraph.GraphBase.community_leiden(
        world.graph, edge_weights=world.weights, resolution=resolution, beta=0.01,
        n_iterations=iterations,
    )
    return (time.perf_counter() - begun) * 1e3, numpy.array(members)


def summary(world, resolution, runs):
    """Median time, median and best quality, communities, NMI and ARI."""
    qualities = [world.quality(members, resolution) for _, members in runs]
    scores = [world.scores(members) for _, members in runs]
    middle = statistics.median
    return (
        middle(took for took, _ in runs), middle(qualities), max(qualities),
        middle(len(set(members)) for _, members in runs),
        middle(nmi for nmi, _ in scores), middle(ari for _, ari in scores),
    )


def compared(world, ours, multiple, all_passes, iterations, seeds):
    """A row for each number of our passes against the same runs of igraph's."""
    resolution = multiple * world.density()
    mine, other = {passes: [] for passes in all_passes}, []
    for seed in range(seeds):
        for passes in all_passes:
            mine[passes].append(ours.run(resolution, seed, passes))
        other.append(theirs(world, resolution, seed, iterations))
    their = summary(world, resolution, other)
    for passes in all_passes:
        our = summary(world, resolution, mine[passes])
        yield (
            world.name, world.graph.vcount(), world.graph.ecount(), f"{multiple:g}",
            f"{resolution:.4g}", f"{passes} / {iterations}",
            *row(our, their, ours.graph_ms),
        )


def row(our, their, graph_ms):
    (ms, quality, best, count, nmi, ari) = our
    (their_ms, their_quality, their_best, their_count, their_nmi, their_ari) = their
    return (
        f"{ms:.3f}", f"{their_ms:.3f}", f"{ms / their_ms:.2f}", f"{(ms + graph_ms) / their_ms:.2f}",
        f"{quality:.2f}", f"{their_quality:.2f}", f"{1e3 * (quality / their_quality - 1):+.2f}",
        f"{best:.2f}", f"{their_best:.2f}", f"{count:.0f}", f"{their_count:.0f}",
        f"{nmi:.3f}", f"{their_nmi:.3f}", f"{ari:.3f}", f"{their_ari:.3f}",
    )


def rows(world, options):
    mean = sum(world.weights) / len(world.weights)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.program, world, pathlib.Path(folder))
        # Of small ones the outcomes differ more, and runs cost nothing.
        seeds = options.seeds * (5 if world.graph.ecount() < 20_000 else 1)
        for multiple in options.multiples:
            if multiple * world.density() <= mean / 2:
                yield from compared(world, ours, multiple, (2, 3), 2, seeds)
                yield from compared(world, ours, multiple, (25,), -1, seeds)
        ours.end()


def worlds(options):
    yield World("planted", options.folder / "planted.edges", options.folder / "planted.clusters")
    for name in PUBLIC if options.public else []:
        folder = options.public / name
        yield World(name, next(folder.glob("*.edges")), next(folder.glob("*.clusters")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--public", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=9)
    parser.add_argument("--multiples", type=float, nargs="+", default=[1, 8, 64, 512])
    options = parser.parse_args()
    print(f"igraph {igraph.__version__}, {options.seeds} runs of each, of small graphs five times as many\n")
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    for world in worlds(options):
        for cells in rows(world, options):
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
