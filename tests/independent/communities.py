"""Writes what tests/it/communities.rs expects of src/network/community, from igraph and leidenalg,
whose versions are written along. Needs numpy, igraph and leidenalg.
Run: python tests/independent/communities.py > tests/it/golden/communities.json
"""

import json
import random
import sys

import igraph
import leidenalg
import numpy

dice = numpy.random.default_rng(20260212)
SEEDS = 20


def weighted(graph):
    """Weights that a 32-bit number holds exactly."""
    return [float(numpy.float32(0.25 + w)) for w in dice.gamma(2.0, 1.0, graph.ecount())]


def planted():
    sizes = [60, 45, 30, 30, 20, 12, 6, 3]
    chance = (0.02 * numpy.ones((8, 8)) + 0.4 * numpy.eye(8)).tolist()
    return igraph.Graph.SBM(chance, sizes)


def worlds():
    random.seed(7)
    igraph.set_random_number_generator(random)
    yield "karate club", igraph.Graph.Famous("Zachary"), [0.1, 0.3, 1.0]
    yield "planted groups", planted(), [0.05, 0.2, 0.6]
    yield "small world", igraph.Graph.Watts_Strogatz(1, 200, 4, 0.1), [0.05, 0.3, 1.0]
    yield "few hubs", igraph.Graph.Barabasi(300, 3), [0.01, 0.1, 0.5]
    yield "sparse", igraph.Graph.Erdos_Renyi(n=120, m=110), [0.1, 1.0]


def quality(part):
    """leidenalg counts an undirected edge from both of its ends."""
    return part.quality() / 2


def qualities(graph, weights, resolution):
    """The best of igraph's runs, and leidenalg's quality of that and of a run of its own."""
    best, members = -1.0, None
    for seed in range(SEEDS):
        random.seed(seed)
        found = graph.community_leiden(
            objective_function="CPM", weights=weights, resolution=resolution, n_iterations=10
        )
        part = leidenalg.CPMVertexPartition(
            graph, found.membership, weights=weights, resolution_parameter=resolution
        )
        if quality(part) > best:
            best, members = quality(part), found.membership
    own = max(
        quality(
            leidenalg.find_partition(
                graph, leidenalg.CPMVertexPartition, weights=weights, seed=seed, n_iterations=10,
                resolution_parameter=resolution,
            )
        )
        for seed in range(SEEDS)
    )
    return {"resolution": resolution, "igraph": best, "members": members, "leidenalg": own}


def described():
    for name, graph, resolutions in worlds():
        graph.simplify()
        weights = weighted(graph)
        pairs = [(int(a), int(b)) for a, b in dice.integers(0, graph.vcount(), (20, 2))]
        steps = [graph.distances(a, b)[0][0] for a, b in pairs]
        yield {
            "name": name,
            "nodes": graph.vcount(),
            "edges": [[e.source, e.target, w] for e, w in zip(graph.es, weights)],
            "runs": [qualities(graph, weights, r) for r in resolutions],
            "articulation points": sorted(graph.articulation_points()),
            "bridges": sorted(sorted(graph.es[e].tuple) for e in graph.bridges()),
            "distances": [[a, b, None if s == float("inf") else s] for (a, b), s in zip(pairs, steps)],
        }


made_by = {
    "python": sys.version.split()[0],
    "igraph": igraph.__version__,
    "leidenalg": leidenalg.version,
    "numpy": numpy.__version__,
}
json.dump({"made by": made_by, "worlds": list(described())}, sys.stdout, separators=(",", ":"))
print()
