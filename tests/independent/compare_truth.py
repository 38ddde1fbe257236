"""Writes what tests/it/compare_truth.rs expects of src/compare/statistic, from other people's code.

Tests and shares come from scipy and statsmodels, whose versions are written along; what they do not
have is done by brute force: every pair of accounts, every table of signs, numerical likelihoods.
Needs numpy, scipy and statsmodels.
Run: python tests/independent/compare_truth.py > tests/it/golden/compare_truth.json
"""

import json
import math
import sys
import warnings
from functools import lru_cache
from itertools import combinations_with_replacement

import numpy
import scipy
import statsmodels
from scipy import optimize, spatial, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

warnings.simplefilter("ignore")
random = numpy.random.default_rng(20260407)
Z = stats.norm.ppf(0.975)


def plain(x):
    """A number as JSON has it: neither numpy's nor infinite."""
    if x is None or not math.isfinite(x):
        return None
    return float(x)


def ends(pair):
    return [plain(pair[0]), plain(pair[1])]


# One number of each account.


def samples():
    normal = lambda n, at=0.0: numpy.round(random.normal(at, 1.0, n), 3)
    tailed = lambda n, at=0.0: numpy.round(random.lognormal(at, 1.5, n), 3)
    count = lambda n, mean: random.poisson(mean, n).astype(float)
    yield numpy.array([10, 10, 20, 20, 20, 30, 30, 30, 40, 50.0]), numpy.array(
        [10, 20, 30, 40, 40, 50.0]
    )
    yield normal(5), normal(5)
    yield normal(5, 1.0), normal(9)
    yield normal(12, 0.5), normal(17)
    yield normal(50, 0.3), normal(50)
    yield normal(51, -0.3), normal(12)
    yield normal(6, 2.0), normal(150)
    yield tailed(20, 1.0), tailed(80)
    yield count(30, 1.0), count(40, 2.0)
    yield count(5, 0.3), count(7, 0.3)
    yield numpy.zeros(6), count(9, 0.2)
    yield normal(8, 50.0), normal(20)
    yield normal(7, -50.0), normal(6)
    yield numpy.full(6, 2.0), numpy.full(5, 3.0)
    yield numpy.full(6, 2.0), numpy.full(5, 2.0)
    yield normal(3), normal(40)
    yield normal(1), normal(1)


@lru_cache(maxsize=None)
def ways_of_u(u, n_a, n_b):
    """Orders of n_a and n_b accounts with that U, by what the last account is."""
    if u < 0:
        return 0
    if n_a == 0 or n_b == 0:
        return int(u == 0)
    return ways_of_u(u - n_b, n_a - 1, n_b) + ways_of_u(u, n_a, n_b - 1)


def critical(ways, total):
    """The largest c with twice the chance of less than c up to 5 %."""
    c, below = 0, 0
    while True:
        below += ways(c)
        if 40 * below > total:
            return c
        c += 1


def spread(sign, one):
    """Student's t, by its standard deviation, of a mean of signs of all pairs: rows are accounts of
    A, columns those of B; `one` is the variance of one account that is added to each side."""
    (n_a, n_b), d = sign.shape, sign.mean()
    of_a = ((sign.mean(axis=1) - d) ** 2).sum() / (n_a - 1)
    of_b = ((sign.mean(axis=0) - d) ** 2).sum() / (n_b - 1)
    of_pairs = ((sign - d) ** 2).sum() / ((n_a - 1) * (n_b - 1))
    joined = lambda v, w: ((n_b - 1) * v + (n_a - 1) * w + of_pairs) / (n_a * n_b)
    consistent = joined(of_a, of_b)
    of_a, of_b = ((n_a - 1) * of_a + one) / n_a, ((n_b - 1) * of_b + one) / n_b
    v, w = of_a / n_a, of_b / n_b
    freedom = (v + w) ** 2 / (v**2 / (n_a - 1) + w**2 / (n_b - 1))
    return consistent, stats.t.ppf(0.975, freedom) * math.sqrt(joined(of_a, of_b))


def delta_interval(a, b):
    sign = numpy.sign(numpy.subtract.outer(a, b))
    d, n = sign.mean(), min(len(a), len(b))
    if n < 5 or not sign.any():
        return None, None
    if abs(d) == 1:
        return None, sorted([d, d * (n - Z**2) / (n + Z**2)])
    consistent, ts = spread(sign, 1 - d**2)
    half = ts * math.sqrt((1 - d**2) ** 2 + ts**2)
    scale = 1 - d**2 + ts**2
    return consistent, [(d - d**3 - half) / scale, (d - d**3 + half) / scale]


def shift_interval(a, b):
    n_a, n_b = len(a), len(b)
    if min(n_a, n_b) < 5:
        return None
    pairs = numpy.subtract.outer(a, b)
    differences = numpy.sort(pairs.ravel())
    if max(n_a, n_b) <= 50:
        c = critical(lambda u: ways_of_u(u, n_a, n_b), math.comb(n_a + n_b, n_a))
    else:
        _, ts = spread(numpy.sign(pairs - numpy.median(differences)), 1)
        # How far the interval of a delta of 0 reaches.
        reach = ts / math.sqrt(1 + ts**2)
        c = math.floor((n_a * n_b * (1 - reach) + 1) / 2)
    low, high = differences[c - 1], differences[len(differences) - c]
    return [low, high] if low < high else None


def numbers():
    rows = []
    for a, b in samples():
        both = numpy.concatenate([a, b])
        tied = len(set(both)) < len(both)
        differences = numpy.sort(numpy.subtract.outer(a, b).ravel())
        above, below = int((differences > 0).sum()), int((differences < 0).sum())
        exact = not tied and max(len(a), len(b)) <= 50
        test = stats.mannwhitneyu(a, b, method="exact" if exact else "asymptotic")
        known = (exact or min(len(a), len(b)) >= 5) and len(set(both)) > 1
        consistent, interval = delta_interval(a, b)
        shift = shift_interval(a, b)
        rows.append(
            {
                "a": list(a),
                "b": list(b),
                "quartiles": [list(numpy.percentile(x, [25, 50, 75])) for x in (a, b)],
                "above": above,
                "below": below,
                "variance": plain(consistent),
                "delta": interval and ends(interval),
                "middle": float(numpy.median(differences)),
                "shift": shift and ends(shift),
                "u": float(test.statistic),
                "p": plain(test.pvalue) if known else None,
            }
        )
    return rows


# Two shares.


def score_ends(k_a, n_a, k_b, n_b, share_a_of):
    """The ratios at which the score test of two counts rejects, by maximising likelihoods."""

    def likely_b(ratio):
        xlogy = lambda k, p: 0.0 if k == 0 else k * math.log(max(p, 1e-300))
        of = lambda k, n, p: xlogy(k, p) + xlogy(n - k, 1 - p)
        own = lambda b: -of(k_b, n_b, b) - of(k_a, n_a, share_a_of(ratio, b))
        top = min(1.0, 1 / ratio) if share_a_of(2.0, 0.9) > 1 else 1.0
        options = {"xatol": 1e-15, "maxiter": 10000}
        return optimize.minimize_scalar(own, bounds=(0, top), method="bounded", options=options).x

    def chi2(ratio):
        b = likely_b(ratio)
        a = share_a_of(ratio, b)
        part = lambda k, n, p: (k - n * p) ** 2 / (n * p * (1 - p)) if 0 < p < 1 else 0.0
        return part(k_a, n_a, a) + part(k_b, n_b, b)

    def end(low, high):
        over = lambda x: chi2(math.exp(x)) - Z**2
        return math.exp(optimize.brentq(over, low, high, xtol=1e-12))

    return end


def shares():
    rows = []
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20)]
    cases += [(10, 10, 0, 20), (10, 10, 20, 20), (0, 12, 7, 30), (36, 40, 3, 12000)]
    cases += [(3, 40, 3, 12000), (12000, 24000, 11800, 24000), (1, 5, 5, 5), (7, 7, 3, 9), (2, 3, 1, 9), (8, 8, 6, 6)]
    for k_a, n_a, k_b, n_b in cases:
        of = lambda compare, **more: confint_proportions_2indep(
            k_a, n_a, k_b, n_b, compare=compare, correction=False, **more
        )
        given = min(n_a, n_b) >= 5
        row = {"counts": [k_a, n_a, k_b, n_b]}
        row["difference"] = ends(of("diff", method="newcomb")) if given else None
        with numpy.errstate(all="ignore"):
            a, b = numpy.float64(k_a), numpy.float64(k_b)
            row["ratio"] = plain(a / n_a / (b / n_b))
            row["odds"] = plain(a * (n_b - k_b) / (b * (n_a - k_a)))
        risk_of = lambda ratio, b: ratio * b
        odds_of = lambda ratio, b: ratio * b / (1 + b * (ratio - 1))
        all_or_none = (k_a == 0 and k_b == 0) or (k_a == n_a and k_b == n_b)
        for name, share_of in (("ratio", risk_of), ("odds", odds_of)):
            low = high = None
            value = row[name]
            nothing = (k_a == 0 and k_b == 0) if name == "ratio" else all_or_none
            if given and not nothing:
                end = score_ends(k_a, n_a, k_b, n_b, share_of)
                middle = math.log(value) if value else (-12.0 if value == 0.0 else 12.0)
                low = 0.0 if value == 0.0 else end(-15.0, middle - 1e-9)
                high = end(middle + 1e-9, 15.0) if value is not None else None
            row[name + "_ends"] = [plain(low), plain(high)]
        # The same from statsmodels, where it has a ratio and counts to make one of.
        inner = 0 < k_a < n_a and 0 < k_b < n_b and given
        row["ratio_statsmodels"] = ends(of("ratio", method="score")) if inner else None
        row["odds_statsmodels"] = ends(of("odds-ratio", method="score")) if inner else None
        table = [[k_a, n_a - k_a], [k_b, n_b - k_b]]
        one = [stats.fisher_exact(table, alternative=way)[1] for way in ("greater", "less")]
        row["p"] = min(1.0, 2 * min(one))
        rows.append(row)
    return rows


# The same accounts twice.


def pairs():
    normal = lambda n, at=0.0: numpy.round(random.normal(at, 1.0, n), 3)
    yield normal(6), normal(6)
    yield normal(10, 0.6), normal(10)
    yield normal(30, 0.3), normal(30)
    yield normal(50), normal(50, 0.2)
    yield numpy.round(random.lognormal(1, 1, 70), 2), numpy.round(random.lognormal(0.6, 1, 70), 2)
    yield random.poisson(2, 40).astype(float), random.poisson(3, 40).astype(float)
    yield random.poisson(0.2, 25).astype(float), random.poisson(0.2, 25).astype(float)
    yield normal(12, 30.0), normal(12)
    yield numpy.arange(8.0), numpy.arange(8.0) + 2
    yield numpy.arange(8.0), numpy.arange(8.0)
    yield normal(4), normal(4)


def signed_ways(n):
    """Sets of ranks by their sum, by listing them."""
    ways = {0: 1}
    for rank in range(1, n + 1):
        more = dict(ways)
        for total, count in ways.items():
            more[total + rank] = more.get(total + rank, 0) + count
        ways = more
    return ways


def walsh_interval(means, n):
    if n < 6:
        return None
    if n <= 50:
        ways = signed_ways(n)
        c = critical(lambda w: ways[w], 2**n)
    else:
        c = math.floor(n * (n + 1) / 4 + 0.5 - Z * math.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    low, high = means[c - 1], means[len(means) - c]
    return [low, high] if low < high else None


def biserial(changed):
    """The correlation from ranks, and its interval from all sums of two."""
    n = len(changed)
    if n == 0:
        return None, None
    ranks = stats.rankdata(abs(changed))
    r = float((ranks * numpy.sign(changed)).sum() / ranks.sum())
    if n < 6:
        return r, None
    if abs(r) == 1:
        p = n / (n + Z**2)
        return r, sorted([r, r * (2 * p * p - 1)])
    signs = numpy.sign(numpy.add.outer(changed, changed))
    means = (signs.sum(axis=1) - numpy.diag(signs)) / (n - 1)
    own = ((means - means.mean()) ** 2).sum()
    variance = 4 / n * (own + (1 - r * r) / 2) / n
    ts = stats.t.ppf(0.975, n - 1) * math.sqrt(variance)
    half = ts * math.sqrt((1 - r * r) ** 2 + ts**2)
    scale = 1 - r * r + ts**2
    return r, [(r - r**3 - half) / scale, (r - r**3 + half) / scale]


def paired():
    rows = []
    for a, b in pairs():
        differences = numpy.sort(a - b)
        n = len(differences)
        changed = differences[differences != 0]
        m = len(changed)
        means = numpy.sort([(x + y) / 2 for x, y in combinations_with_replacement(differences, 2)])
        c = int(stats.binom.ppf(0.025, n, 0.5))
        around = [differences[c - 1], differences[n - c]] if n >= 6 else [0, 0]
        r, r_ends = biserial(changed)
        exact = len(set(abs(changed))) == m and 0 < m <= 50
        known = m > 0 and (exact or m >= 6)
        signed = stats.wilcoxon(
            changed, correction=not exact, method="exact" if exact else "approx"
        ) if known else None
        shift = walsh_interval(means, n)
        rows.append(
            {
                "a": list(a),
                "b": list(b),
                "median": float(numpy.median(differences)),
                "median_ends": ends(around) if around[0] < around[1] else None,
                "shift": float(numpy.median(means)),
                "shift_ends": shift and ends(shift),
                "r": r,
                "r_ends": r_ends and ends(r_ends),
                "sign": float(stats.binomtest(int((changed > 0).sum()), m).pvalue) if m else None,
                "signed": plain(signed.pvalue) if signed else None,
            }
        )
    return rows


def wilson(k, n):
    middle = (k + Z**2 / 2) / (n + Z**2)
    half = Z / (n + Z**2) * math.sqrt(k * (n - k) / n + Z**2 / 4)
    return middle - half, middle + half


def paired_shares():
    rows = []
    cases = [(36, 12, 2, 0), (1, 1, 7, 12), (0, 0, 0, 50), (43, 0, 0, 5), (20, 12, 2, 16)]
    for e, f, g, h in cases:
        n = e + f + g + h
        p, q = (e + f) / n, (e + g) / n
        (l, u), (m, v) = wilson(e + f, n), wilson(e + g, n)
        product, margins = e * h - f * g, (e + f) * (g + h) * (e + g) * (f + h)
        if product > 0:
            product = max(0, product - n / 2)
        phi = product / math.sqrt(margins) if margins else 0
        root = lambda x, y: math.sqrt(x * x - 2 * phi * x * y + y * y)
        interval = [p - q - root(p - l, v - q), p - q + root(u - p, q - m)]
        test = mcnemar([[e, f], [g, h]], exact=True).pvalue if f + g else None
        rows.append({"counts": [e, f, g, h], "ends": ends(interval), "p": plain(test)})
    return rows


# Rates and categories.


def rates():
    rows = []
    for n_a, n_b in [(5, 5), (12, 40), (30, 9), (60, 60)]:
        a = numpy.round(random.lognormal(1, 0.8, n_a), 3)
        b = numpy.round(random.lognormal(0.5, 1.2, n_b), 3)
        ratio = a.mean() / b.mean()
        x, y = a / a.mean(), b / b.mean()
        # The degrees of freedom that scipy gives Welch's test.
        freedom = stats.ttest_ind(x, y, equal_var=False).df
        error = math.sqrt(x.var(ddof=1) / n_a + y.var(ddof=1) / n_b)
        factor = math.exp(stats.t.ppf(0.975, freedom) * error)
        row = {"a": list(a), "b": list(b), "ratio": ratio, "ends": [ratio / factor, ratio * factor]}
        n = min(n_a, n_b)
        if n >= 6:
            ratio = a[:n].mean() / b[:n].mean()
            own = a[:n] / a[:n].mean() - b[:n] / b[:n].mean()
            factor = math.exp(stats.t.ppf(0.975, n - 1) * stats.sem(own))
            row["paired"] = [ratio, ratio / factor, ratio * factor]
        rows.append(row)
    return rows


def categories():
    rows = []
    for n_a, n_b, kinds, each in [(40, 10_000, 12, 1), (200, 300, 30, 3), (24_000, 24_000, 8, 2)]:
        base = random.dirichlet(numpy.full(kinds, 0.6))
        other = random.dirichlet(400 * base + 0.05)
        a = random.binomial(n_a, numpy.minimum(1, each * base))
        b = random.binomial(n_b, numpy.minimum(1, each * other))
        a[0], b[0] = n_a, 0
        a[1], b[1] = n_a, n_b
        a[2], b[2] = 0, 0
        prior = math.sqrt(n_a * n_b)
        alpha = prior * (a + b) / (n_a + n_b)
        with numpy.errstate(all="ignore"):
            odds = lambda k, n: numpy.log((k + alpha) / (n - k + prior - alpha))
            spread = lambda k, n: 1 / (k + alpha) + 1 / (n - k + prior - alpha)
            z = (odds(a, n_a) - odds(b, n_b)) / numpy.sqrt(spread(a, n_a) + spread(b, n_b))
            value = odds(a, n_a) - odds(b, n_b)
        p = []
        for k, m in zip(a, b):
            urn = stats.hypergeom(n_a + n_b, k + m, n_a)
            p.append(min(1.0, 2 * min(urn.sf(k - 1), urn.cdf(k))))
        rows.append(
            {
                "n": [n_a, n_b],
                "a": [int(k) for k in a],
                "b": [int(k) for k in b],
                "log_odds": [plain(v) for v in value],
                "z": [plain(v) for v in z],
                "p": p,
                "q": list(multipletests(p, method="fdr_bh")[1]),
                "distance": float(spatial.distance.jensenshannon(a, b, base=2)),
            }
        )
    return rows


def chance():
    """Mean divergence of two samples of one mix, drawn many times."""
    rows = []
    for n_a, n_b, kinds, each in [(200, 300, 5, 1), (2000, 60, 8, 1), (500, 500, 24, 0.8)]:
        mix = random.dirichlet(numpy.full(kinds, 5.0)) if each == 1 else None
        total = 0.0
        for _ in range(4000):
            if each == 1:
                a, b = random.multinomial(n_a, mix), random.multinomial(n_b, mix)
            else:
                a, b = random.binomial(n_a, each, kinds), random.binomial(n_b, each, kinds)
            total += spatial.distance.jensenshannon(a, b, base=2) ** 2
        expected = [int(round(n * (m if each == 1 else each))) for n in (n_a, n_b)
                    for m in (mix if each == 1 else numpy.ones(kinds))]
        rows.append({"n": [n_a, n_b], "a": expected[:kinds], "b": expected[kinds:],
                     "divergence": total / 4000})
    return rows


def main():
    versions = {m.__name__: m.__version__ for m in (numpy, scipy, statsmodels)}
    parts = [numbers, shares, paired, paired_shares, rates, categories, chance]
    out = {"versions": versions} | {part.__name__: part() for part in parts}
    text = lambda value: json.dumps(value, allow_nan=False)
    lines = []
    for name, rows in out.items():
        inner = ",\n".join(text(row) for row in rows) if isinstance(rows, list) else text(rows)
        lines.append(f'"{name}": [\n{inner}\n]' if isinstance(rows, list) else f'"{name}": {inner}')
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


main()
