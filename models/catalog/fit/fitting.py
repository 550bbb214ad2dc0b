"""Robust least squares on the logarithm of time, with weak priors; related accelerators are fitted together first."""
import numpy as np
from scipy.optimize import least_squares

from equations import FAMILIES

# name: (prior, spread, least, largest, scale). The spread is of the logarithm, or of the value where scale is "linear".
GEMM = {"compute_efficiency": (0.75, 0.5, 0.2, 0.98, "log"), "memory_efficiency": (0.85, 0.3, 0.4, 1.0, "log"),
        "launch": (4.0, 2.0, 0.05, 40.0, "log"), "depth": (60.0, 1.5, 1.0, 1000.0, "log"),
        "blend": (4.0, 0.7, 1.0, 12.0, "log"), "wave": (0.5, 0.5, 0.0, 1.0, "linear"),
        "quantise": (1.0, 1.5, 0.01, 60.0, "log"), "load": (40.0, 1.0, 1.0, 1000.0, "log"),
        "split": (2.0, 1.0, 0.05, 1000.0, "log"), "sag": (0.1, 0.12, 0.0, 0.5, "linear"),
        "single_row": (0.0, 0.0, 0.0, 0.0, "fixed"), "cast": (0.0, 0.0, 0.0, 0.0, "fixed"),
        "issue": (0.0, 0.0, 0.0, 0.0, "fixed"), "issue_many": (0.0, 0.0, 0.0, 0.0, "fixed"), "issue_rows": (0.0, 0.0, 0.0, 0.0, "fixed")}
# Times per moved element are those of a memory of 3.35 TB/s; a fit starts from them in inverse proportion.
EXPERTS = {"compute_efficiency": (0.6, 0.5, 0.05, 0.98, "log"), "memory_efficiency": (0.8, 0.3, 0.2, 1.0, "log"),
           "launch": (8.0, 1.0, 0.5, 100.0, "log"), "depth": (60.0, 1.5, 1.0, 1000.0, "log"),
           "blend": (2.0, 0.7, 1.0, 12.0, "log"), "wave": (0.5, 0.5, 0.0, 1.0, "linear"),
           "load": (40.0, 1.0, 1.0, 1000.0, "log"), "cast": (0.5, 1.5, 0.001, 100.0, "log"),
           "gather": (0.1, 1.0, 0.001, 100.0, "log"), "gather_own": (2.0, 1.0, 0.001, 100.0, "log"),
           "sweep": (0.01, 1.0, 0.001, 100.0, "log"), "sweep_own": (1.5, 1.0, 0.001, 100.0, "log"),
           "route": (15.0, 1.0, 0.1, 400.0, "log"), "route_half": (16.0, 1.0, 1.0, 200.0, "log"),
           "held": (20.0, 1.5, 0.1, 5000.0, "log"), "row_efficiency": (0.0, 0.0, 0.0, 0.0, "fixed"),
           "reuse": (0.0, 0.0, 0.0, 0.0, "fixed"), "block": (0.0, 0.0, 0.0, 0.0, "fixed")}
# Kernels that keep a place for every routed row, also those of experts elsewhere (vLLM's in Triton), clear, activate and sum all.
ALL_ROWS = {"gather": (1.8, 1.0, 0.001, 100.0, "log"), "gather_own": (0.3, 1.0, 0.001, 100.0, "log"),
            "sweep": (3.9, 1.0, 0.001, 100.0, "log"), "sweep_own": (0.3, 1.0, 0.001, 100.0, "log")}
# Of the priors: tables of experts have few rows for their many parts. What leaving out one number of tokens at a time tells.
STRENGTH = {"experts": 3.0}
MOVED = ("cast", "gather", "gather_own", "sweep", "sweep_own")
PREFILL = {"compute_efficiency": (0.7, 0.5, 0.05, 1.1, "log"), "memory_efficiency": (0.8, 0.0, 0.0, 0.0, "fixed"),
           "launch": (6.0, 1.0, 0.5, 200.0, "log"), "half_length": (100.0, 1.5, 1.0, 5000.0, "log"),
           "critical": (0.5, 0.5, 0.0, 1.0, "linear"), "balance": (2.0, 0.7, 1.0, 8.0, "log"),
           "sag": (0.1, 0.12, 0.0, 0.5, "linear"), "passes": (2.0, 1.0, 0.05, 40.0, "log")}
DECODE = {"compute_efficiency": (0.6, 0.0, 0.0, 0.0, "fixed"), "memory_efficiency": (0.9, 0.2, 0.1, 1.0, "log"),
          "launch": (10.0, 1.0, 0.5, 200.0, "log"), "ramp": (3.0, 1.0, 0.05, 60.0, "log"),
          "per_sequence": (1000.0, 1.0, 1.0, 2e5, "log"), "splits": (48.0, 1.0, 1.0, 300.0, "log"),
          "blend": (3.0, 0.7, 1.0, 12.0, "log")}
ELEMENTWISE = {"memory_efficiency": (0.7, 0.5, 0.05, 1.0, "log"), "launch": (2.0, 1.0, 0.05, 20.0, "log")}
SPECS = {"gemm": GEMM, "experts": EXPERTS, "prefill": PREFILL, "decode": DECODE, "elementwise": ELEMENTWISE}
OWN = ("compute_efficiency", "memory_efficiency", "issue", "issue_many")  # not shared among related accelerators
SCALE = 0.05  # errors beyond it count linearly, not squared


def robust(r):
    return np.sign(r) * np.sqrt(2 * SCALE**2 * (np.sqrt(1 + (r / SCALE) ** 2) - 1))


def decode(z, names, base, spec):
    out = dict(base)
    for name, v in zip(names, z):
        _, spread, least, largest, scale = spec[name]
        x = base[name] + v * spread if scale == "linear" else base[name] * np.exp(np.clip(v * spread, -20, 20))
        out[name] = float(min(max(x, least), largest))
    return out


def solve(residuals, count, prior, starts, evaluations):
    best, random = None, np.random.RandomState(1)
    for i in range(starts):
        start = random.normal(0, 0.5, count) if i else np.zeros(count)
        r = least_squares(lambda z: np.concatenate([residuals(z), prior * z]), start, diff_step=2e-3,
                          max_nfev=evaluations)
        if best is None or r.cost < best.cost:
            best = r
    return best.x


def fit(tables, changes=None, strength=None):
    """One parameter set per table. `tables` are of one family, stack and precision on related accelerators."""
    family = tables[0].family
    spec = dict(SPECS[family], **(changes or {}))
    equation = FAMILIES[family]
    if family == "experts":
        slower = 3.35e12 / tables[0].machine["bandwidth"]
        spec |= {k: (spec[k][0] * slower, *spec[k][1:]) for k in MOVED}
    base = {k: v[0] for k, v in spec.items()}
    free = [k for k, v in spec.items() if v[4] != "fixed"]
    own = [k for k in free if k in OWN]
    shared = [k for k in free if k not in OWN]
    parts = [t.part(odd=True) for t in tables]

    def errors(params, i):
        return robust(np.log(equation(params, parts[i][0], tables[i].machine) / parts[i][1]))

    def split(z):
        common = decode(z[:len(shared)], shared, base, spec)
        step = len(own)
        return [decode(z[len(shared) + step * i:len(shared) + step * (i + 1)], own, common, spec)
                for i in range(len(tables))]

    strength = strength or STRENGTH.get(family, 1.0)
    pooled = split(solve(lambda z: np.concatenate([errors(p, i) for i, p in enumerate(split(z))]),
                         len(shared) + len(own) * len(tables), 0.03 * strength, 3, 60))
    if len(tables) == 1:
        return pooled
    return [decode(solve(lambda z: errors(decode(z, free, p, spec), i), len(free), 0.15 * strength, 1, 60), free, p, spec)
            for i, p in enumerate(pooled)]


def judge(table, params, odd=False):
    """Rows, median and 90th percentile of the relative error."""
    shape, seconds = table.part(odd)
    if not len(seconds):
        return 0, 0.0, 0.0
    e = np.abs(FAMILIES[table.family](params, shape, table.machine) / seconds - 1)
    return len(e), float(np.median(e)), float(np.percentile(e, 90))
