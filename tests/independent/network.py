"""Reads the network of a package with networkx and igraph and prints what is in it, as JSON.

    pip install networkx igraph
    network.py PACKAGE
"""

import collections
import json
import pathlib
import sys

import igraph
import networkx

package = pathlib.Path(sys.argv[1])
gexf = networkx.read_gexf(package / "network.gexf")
graphml = networkx.read_graphml(package / "network.graphml")
other = igraph.Graph.Read_GraphML(str(package / "network.graphml"))


def said(graph):
    kinds = collections.Counter(of["type"] for _, of in graph.nodes(data=True))
    lines = collections.Counter(of["type"] for *_, of in graph.edges(data=True))
    weight = sum(of["weight"] for *_, of in graph.edges(data=True))
    return {"nodes": kinds, "lines": lines, "weight": round(weight, 6), "directed": graph.is_directed()}


by_igraph = {
    "nodes": collections.Counter(other.vs["type"]),
    "lines": collections.Counter(other.es["type"]),
    "weight": round(sum(other.es["weight"]), 6),
    "directed": other.is_directed(),
}
print(json.dumps({"gexf": said(gexf), "graphml": said(graphml), "igraph": by_igraph}))
