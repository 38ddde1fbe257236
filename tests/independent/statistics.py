"""Writes what tests/it/statistics.rs expects of src/detect/stats, from other people's code.

Tails come from exact integers, fractions and 60-digit decimals; the rest from scipy, statsmodels
and ruptures, whose versions are written along. Needs numpy, scipy, statsmodels and ruptures.
Run: python tests/independent/statistics.py > tests/it/golden/statistics.json
"""

import json
import math
import sys
import warnings
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy
import ruptures
import scipy
import statsmodels
from scipy import optimize, spatial, special, stats
from statsmodels.sandbox.stats.runs import runstest_1samp
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")
getcontext().prec = 60
random = numpy.random.default_rng(20260211)


def ln(x):
    """The logarithm of an exact number, as a float."""
    if isinstance(x, Fraction):
        return float(Decimal(x.numerator).ln() - Decimal(x.denominator).ln()) if x else None
    return float(x.ln()) if x else None


def poisson():
    rows = []
    cases = [(0, 0.5), (1, 1e-9), (3, 0.4), (63, 0.4), (10, 10.0), (9, 10.0), (500, 20.0)]
    cases += [(20, 500.0), (990, 1000.0), (1100, 1000.0), (2000, 1000.0), (5, 3000.0)]
    for k, mean in cases:
        m = Decimal(mean)
        term, below = Decimal(1), Decimal(0)
        for i in range(k):
            below += term
            term = term * m / (i + 1)
        at_k, above, i = term, Decimal(0), k
        while term > above * Decimal(10) ** -40 or i < mean:
            above += term
            i += 1
            term = term * m / i
        rows.append([k, mean, ln(above * (-m).exp()), ln((below + at_k) * (-m).exp())])
    return rows


def binomial():
    rows = []
    cases = [(0, 10, 0.5), (10, 10, 0.25), (7, 10, 0.5), (3, 1000, 2.0**-20), (300, 1000, 0.125)]
    cases += [(100, 1000, 0.125), (1, 5000, 0.5), (4999, 5000, 0.5), (2600, 5000, 0.5)]
    for k, n, p in cases:
        p_, q = Fraction(p), 1 - Fraction(p)
        mass = [math.comb(n, i) * p_**i * q ** (n - i) for i in range(n + 1)]
        rows.append([k, n, p, ln(sum(mass[k:])), ln(sum(mass[: k + 1]))])
    return rows


def hypergeometric():
    rows = []
    cases = [(3, 20, 5, 7), (0, 20, 5, 7), (5, 20, 5, 7), (50, 2000, 60, 100), (90, 1000, 500, 100)]
    cases += [(12, 24000, 40, 900), (1, 24000, 4000, 200), (30, 100, 80, 50), (33, 100, 80, 50)]
    for k, items, marked, drawn in cases:
        ways = lambda i: math.comb(marked, i) * math.comb(items - marked, drawn - i)
        low, high = max(0, marked + drawn - items), min(marked, drawn)
        total = math.comb(items, drawn)
        above = Fraction(sum(ways(i) for i in range(max(k, low), high + 1)), total)
        below = Fraction(sum(ways(i) for i in range(low, min(k, high) + 1)), total)
        rows.append([k, items, marked, drawn, ln(above), ln(below)])
    return rows


def chi_square():
    """Even degrees of freedom are a Poisson tail; one is a normal tail; others from scipy."""
    rows = []
    for x, k in [(0.5, 1), (3.84, 1), (200.0, 1), (10.0, 3), (0.01, 5), (60.0, 7), (300.0, 301)]:
        rows.append([x, k, float(stats.chi2.logsf(x, k))])
    for x, k in [(1.0, 2), (900.0, 4), (5000.0, 100), (90.0, 100), (2000.0, 1000)]:
        y, term, total = Decimal(x) / 2, Decimal(1), Decimal(0)
        for i in range(k // 2):
            total += term
            term = term * y / (i + 1)
        rows.append([x, k, ln(total * (-y).exp())])
    return rows


def normal():
    z = [-40.0, -8.0, -3.0, -1.0, -0.5, 0.0, 0.3, 1.0, 1.96, 3.0, 5.9, 6.1, 10.0, 37.0, 40.0, 500.0]
    return [[v, float(special.log_ndtr(-v))] for v in z]


def beta_binomial():
    rows = []
    for k, n, a, b in [(0, 10, 1, 1), (9, 10, 2, 3), (40, 50, 3, 60), (3, 50, 30, 6), (60, 400, 5, 95)]:
        # Whole parameters have exact rational masses.
        beta = lambda x, y: Fraction(math.factorial(x - 1) * math.factorial(y - 1), math.factorial(x + y - 1))
        mass = [math.comb(n, i) * beta(i + a, n - i + b) / beta(a, b) for i in range(n + 1)]
        rows.append([k, n, a, b, ln(sum(mass[k:]))])
    fits = []
    for a, b, accounts, most in [(2.0, 8.0, 60, 40), (0.7, 30.0, 200, 400), (20.0, 20.0, 80, 100)]:
        n = random.integers(5, most, accounts)
        k = random.binomial(n, random.beta(a, b, accounts))
        def loss(v):
            return -stats.betabinom.logpmf(k, n, math.exp(v[0]), math.exp(v[1])).sum()
        best = optimize.minimize(loss, [math.log(a), math.log(b)], method="Nelder-Mead",
                                 options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 10000})
        pairs = [[int(x), int(y)] for x, y in zip(k, n)]
        fits.append([pairs, math.exp(best.x[0]), math.exp(best.x[1])])
    return {"tails": rows, "fits": fits}


def intervals():
    wilson = []
    for k, n in [(0, 20), (1, 20), (20, 20), (7, 30), (390, 1000), (5, 100000)]:
        low, high = proportion_confint(k, n, 0.05, method="wilson")
        wilson.append([k, n, float(low), float(high)])
    ratios = []
    for a, t, b, u in [(121, 139.0, 9, 139.0), (0, 10.0, 5, 7.0), (5, 7.0, 0, 10.0), (1000, 3.0, 900, 4.0)]:
        exact = stats.binomtest(a, a + b).proportion_ci(0.95, method="exact")
        odds = lambda p: p / (1 - p) * u / t if p < 1 else None
        ratios.append([a, t, b, u, odds(exact.low), odds(exact.high)])
    return {"wilson": wilson, "rate_ratio": ratios}


def many():
    p = numpy.concatenate([random.random(40), random.random(10) ** 8, [0.0, 1.0, 0.03, 0.03]])
    return {
        "p": p.tolist(),
        "bh": multipletests(p, method="fdr_bh")[1].tolist(),
        "by": multipletests(p, method="fdr_by")[1].tolist(),
    }


def combined():
    rows = []
    for p in [[0.01, 0.2, 0.5], [1e-9, 0.9, 0.99], [0.5], [0.99, 0.98], [1e-12, 1e-12]]:
        # The Cauchy distribution of scipy is the definition of the method.
        cauchy = float(stats.cauchy.sf(numpy.mean(stats.cauchy.isf(p))))
        size = len(p)
        matrix = numpy.full((size, size), 0.3) + 0.7 * numpy.eye(size)
        z = stats.norm.isf(p)
        stouffer = float(stats.norm.logsf(z.sum() / math.sqrt(matrix.sum())))
        plain = float(stats.combine_pvalues(p, method="stouffer").pvalue)
        rows.append([p, cauchy, matrix.tolist(), stouffer, plain])
    return rows


def sequences():
    rows = []
    for n, stay in [(30, 0.5), (200, 0.1), (200, 0.9), (1000, 0.5)]:
        flips = random.random(n) > stay
        kinds = numpy.cumsum(flips) % 2
        z, _ = runstest_1samp(kinds, cutoff=0.5, correction=False)
        rows.append([kinds.tolist(), float(z)])
    return rows


def mixes():
    rows = []
    for k, n in [(4, 100), (10, 1000), (30, 400)]:
        counts = random.multinomial(n, random.dirichlet(numpy.ones(k)))
        known = random.dirichlet(numpy.ones(k))
        rows.append({
            "counts": counts.tolist(),
            "known": known.tolist(),
            "jsd": float(spatial.distance.jensenshannon(counts / n, known) ** 2),
            "entropy": float(stats.entropy(counts)),
        })
    return rows


def robust():
    rows = []
    for n in [5, 6, 51]:
        v = random.normal(3, 2, n)
        rows.append([v.tolist(), float(numpy.median(v)), float(stats.median_abs_deviation(v, scale="normal"))])
    return rows


def circle():
    """p values by 200,000 draws from an even spread."""
    rows = []
    for n, pull in [(20, 0.3), (60, 0.25), (200, 0.1)]:
        t = (random.random(n) - pull * random.random(n)) % 1.0
        even = random.random((200_000, n))
        def length(x):
            return numpy.abs(numpy.exp(2j * numpy.pi * x).mean(axis=-1))
        def spread(x):
            x = numpy.sort(x, axis=-1)
            i = numpy.arange(1, n + 1) / n
            return (i - x).max(axis=-1) + (x - i + 1 / n).max(axis=-1)
        rows.append({
            "turns": t.tolist(),
            "rayleigh": [float(length(t)), float((length(even) >= length(t)).mean())],
            "kuiper": [float(spread(t)), float((spread(even) >= spread(t)).mean())],
        })
    return rows


def changes():
    rows = []
    for length, cuts in [(200, [80, 140]), (400, [30, 200, 260]), (300, [])]:
        levels = random.uniform(1, 40, len(cuts) + 1)
        edges = [0, *cuts, length]
        counts = numpy.concatenate([random.poisson(l, b - a) for l, a, b in zip(levels, edges, edges[1:])])
        roots = numpy.sqrt(counts)
        penalty = 3 * math.log(length)
        for least in [1, 5]:
            # Its cost is the sum of squares: ours over the variance, here 1/4.
            found = ruptures.Pelt(model="l2", min_size=least, jump=1).fit(roots).predict(pen=penalty / 4)
            rows.append([counts.tolist(), least, [int(c) for c in found[:-1]]])
    return rows


json.dump(
    {
        "made by": {
            "python": sys.version.split()[0],
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
            "ruptures": ruptures.version.__version__ if hasattr(ruptures, "version") else "?",
        },
        "poisson": poisson(),
        "binomial": binomial(),
        "hypergeometric": hypergeometric(),
        "chi_square": chi_square(),
        "normal": normal(),
        "beta_binomial": beta_binomial(),
        "intervals": intervals(),
        "many": many(),
        "combined": combined(),
        "sequences": sequences(),
        "mixes": mixes(),
        "robust": robust(),
        "circle": circle(),
        "changes": changes(),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
