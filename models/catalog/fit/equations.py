"""The equations of models/compute/gemm.h, attention.h and elementwise.h on arrays of shapes; those of experts: grouped.py. Seconds, SI units.

Each takes a dictionary of parameters named as in catalog.proto (launch, split, single_row, ramp in us; quantise, cast in ps;
per_sequence in ns), a dictionary of equally long shape arrays, and the machine: peak [FLOP/s], bandwidth [B/s],
multiprocessors, bytes [B per operand or cache element].
"""
import numpy as np

from grouped import experts

TILES = [(64, 128), (128, 128), (128, 256), (256, 128), (256, 256)]
LEAST_DEPTH = 512.0  # k that a split leaves to one multiprocessor at least
SAG_SECONDS = 5e-4
ATTENTION_SAG_SECONDS = 5e-3
QUERY_TILE = 128.0
RAMP_CONTEXT = 2048.0
LEAST_BLEND = 8.0


def blend(a, b, p):
    large, small = np.maximum(a, b), np.minimum(a, b)
    return large * (1 + (small / large) ** p) ** (1 / p)


def product(P, m, n, k, batch, machine, may_split):
    S, b = machine["multiprocessors"], machine["bytes"]
    rate = machine["peak"] * P["compute_efficiency"] / S
    w, compute = P["wave"], None
    for tm, tn in TILES:
        tiles = batch * np.ceil(m / tm) * np.ceil(n / tn)
        area = float(tm * tn)
        load = P["load"] * (tm + tn)
        slice_seconds = 2 * (area**4 + load**4) ** 0.25 / rate
        waves = (1 - w) * np.maximum(tiles / S, 1) + w * np.ceil(tiles / S)
        t = waves * slice_seconds * (k + P["depth"])
        compute = t if compute is None else np.minimum(compute, t)
        if may_split:
            ways = np.floor(S / tiles)
            share = np.maximum(k / np.maximum(ways, 1), LEAST_DEPTH)
            t = slice_seconds * (share + P["depth"]) + P["split"] * 1e-6
            compute = np.where(ways >= 2, np.minimum(compute, t), compute)
    if P.get("row_efficiency", 0) > 0:
        compute = compute + batch * 2 * m * n * k / (machine["peak"] * P["row_efficiency"])
    compute = compute * (1 + P["sag"] * compute / (compute + SAG_SECONDS))
    traffic = batch * (b * (n * k + m * k) + 2 * m * n)
    memory = traffic / (machine["bandwidth"] * P["memory_efficiency"]) + P["quantise"] * 1e-12 * batch * m * k
    bound = np.maximum(batch * 2 * m * n * k / machine["peak"], traffic / machine["bandwidth"])
    busy = np.maximum(blend(compute, memory, P["blend"]), bound)
    return P["launch"] * 1e-6 + np.where(m == 1, P["single_row"] * 1e-6, 0) + P["cast"] * 1e-12 * batch * m * k + busy


def gemm(P, shape, machine):
    one = np.ones_like(shape["m"])
    t = product(P, shape["m"], shape["n"], shape["k"], one, machine, True)
    few = (shape["m"] <= P["issue_rows"]) | (P["issue_rows"] == 0)
    return np.maximum(t, np.where(few, P["issue"], P["issue_many"]) * 1e-6)


def prefill(P, shape, machine):
    b, q, c, h, g = (shape[x] for x in ("sequences", "query", "context", "heads", "kv_heads"))
    d, S, bw = shape["head_dim"], machine["multiprocessors"], machine["bandwidth"]
    tiles = b * g * np.ceil(q * (h / g) / QUERY_TILE)
    keys = np.minimum(c, c - q / 2 + QUERY_TILE / 2)
    per_pair = 4 * d / (machine["peak"] * P["compute_efficiency"] / S)
    work = (tiles / S * keys + np.maximum(tiles / S, 1) * P["half_length"]) * QUERY_TILE * per_pair
    longest = P["critical"] * (c + P["half_length"]) * QUERY_TILE * per_pair
    unequal = P["critical"] * (q + P["half_length"]) * QUERY_TILE * per_pair
    compute = np.maximum((work ** P["balance"] + unequal ** P["balance"]) ** (1 / P["balance"]), longest)
    compute = compute * (1 + P["sag"] * compute / (compute + ATTENTION_SAG_SECONDS))
    rows = 4 * b * q * d * h
    cache = 2 * b * g * c * d * machine["bytes"]
    reach = bw * P["memory_efficiency"]
    flops = 4 * b * h * d * (q * (c - q) + q * (q + 1) / 2)
    bound = np.maximum(flops / machine["peak"], cache / bw)
    return P["launch"] * 1e-6 + P["passes"] * rows / reach + np.maximum(blend(compute, cache / reach, 4.0), bound)


def decode(P, shape, machine):
    b, c, h, g = (shape[x] for x in ("sequences", "context", "heads", "kv_heads"))
    d, S, bw = shape["head_dim"], machine["multiprocessors"], machine["bandwidth"]
    traffic = b * d * (2 * g * c * machine["bytes"] + 4 * h)
    fill = np.minimum(1, b * g * P["splits"] / S)
    fill = fill / (1 + P.get("crowd", 0) / (b * g))
    memory = traffic / (bw * P["memory_efficiency"] * fill)
    waves = P["per_sequence"] * 1e-9 * np.ceil(b * g / S)
    flops = 4 * b * h * d * c
    compute = flops / (machine["peak"] * P["compute_efficiency"])
    busy = np.maximum(blend(memory, np.maximum(waves, compute), P["blend"]), traffic / bw)
    t = P["launch"] * 1e-6 + P["ramp"] * 1e-6 * c / (c + RAMP_CONTEXT) + busy
    return blend(t, P.get("least", 0) * 1e-6, LEAST_BLEND)


def elementwise(P, shape, machine):
    return P["launch"] * 1e-6 + shape["bytes"] / (machine["bandwidth"] * P["memory_efficiency"])


FAMILIES = {"gemm": gemm, "experts": experts, "prefill": prefill, "decode": decode, "elementwise": elementwise}
