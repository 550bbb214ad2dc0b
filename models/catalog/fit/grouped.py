"""The equations of models/compute/grouped_gemm.h on arrays of shapes: experts of one layer. See equations.py for the arguments."""
import numpy as np

TILES = [(16, 128), (32, 128), (64, 128), (128, 128), (128, 256), (256, 128), (256, 256)]
SAG_SECONDS = 5e-4
CACHE_TIME = 0.3  # of the memory's time for a byte, where the last-level cache has it


def blend(a, b, p):
    large, small = np.maximum(a, b), np.minimum(a, b)
    return large * (1 + (small / large) ** p) ** (1 / p)


def product(P, m, n, k, groups, uneven, few, resident, machine):
    """`groups` products of m rows each, or of m rows on average where `uneven`; `few`: no more tokens than experts held;
    `resident` of the weights are in the cache."""
    S, b = machine["multiprocessors"], machine["bytes"]
    rate = machine["peak"] * P["compute_efficiency"] / S
    w, compute = P["wave"], None
    for tm, tn in TILES if P["block"] == 0 else [(16, 64), (P["block"], 64)]:
        tiles = groups * np.where(uneven, 1 / -np.expm1(-tm / m), np.ceil(m / tm)) * np.ceil(n / tn)
        area = float(tm * tn)
        load = P["load"] * (tm + tn)
        waves = (1 - w) * np.maximum(tiles / S, 1) + w * np.ceil(tiles / S)
        t = waves * 2 * (area**4 + load**4) ** 0.25 / rate * (k + P["depth"])
        if P["block"] > 0:
            t = np.where(few == (tm == 16), t, np.inf)
        compute = t if compute is None else np.minimum(compute, t)
    if P.get("row_efficiency", 0) > 0:
        compute = compute + groups * 2 * m * n * k / (machine["peak"] * P["row_efficiency"])
    compute = compute * (1 + P.get("sag", 0) * compute / (compute + SAG_SECONDS))
    weights = groups * b * n * k
    traffic = weights + groups * (b * m * k + 2 * m * n)
    memory = (traffic - (1 - CACHE_TIME) * resident * weights) / (machine["bandwidth"] * P["memory_efficiency"])
    memory = memory + P.get("quantise", 0) * 1e-12 * groups * m * k
    bound = np.maximum(groups * 2 * m * n * k / machine["peak"], (traffic - resident * weights) / machine["bandwidth"])
    return P["launch"] * 1e-6 + np.maximum(blend(compute, memory, P["blend"]), bound)


def moved(P, tokens, routed, own, held, hidden, inner):
    """Routing, sorting, moving and summing around the products."""
    root = np.sqrt(routed)
    return (P["route"] * 1e-6 * root / (root + P["route_half"]) + P["held"] * 1e-9 * held
            + 1e-12 * (P["cast"] * tokens * hidden + P["gather"] * routed * hidden + P["gather_own"] * own * hidden
                       + P["sweep"] * routed * inner + P["sweep_own"] * own * inner))


def experts(P, shape, machine):
    """Gate and up as one grouped product, then down, over `groups` experts with `m` tokens each of `held`; what is moved for all
    `routed` rows of `tokens` tokens; weights that an earlier run of the benchmark left in the cache."""
    m, hidden, inner, groups, uneven = shape["m"], shape["hidden"], shape["inner"], shape["groups"], shape["uneven"]
    few = shape["tokens"] <= shape["held"]
    resident = 0.0
    if P.get("reuse", 0) > 0:
        weights = 3 * groups * hidden * inner * machine["bytes"]
        resident = np.clip(1 - weights / (P["reuse"] * machine["cache"]), 0, 1)
    return (product(P, m, 2 * inner, hidden, groups, uneven, few, resident, machine)
            + product(P, m, hidden, inner, groups, uneven, few, resident, machine)
            + moved(P, shape["tokens"], shape["routed"], m * groups, shape["held"], hidden, inner))
