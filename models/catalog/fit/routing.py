"""Which experts of the busiest accelerator have work, and how much: the benchmark's own draws, repeated.

`power_law_A` draws expert loads from x^-A between 1 and 0.8 tokens (0.01 and 2 when there are no more token visits than
experts), rounds them, hands what is left to the most loaded experts and makes the busiest rank the first. Early collectors
give ties to the first experts. Slots that a token cannot fill (an expert twice) go to the first experts. Gates with groups
(DeepSeek's: 8 groups of experts, of which a token may use 4) get the same scores; ties go to the lower number, so balanced
scores crowd the first experts. tests/validation/kernels/expert_load.cc does the same.
"""
import functools
import math

import numpy as np

DRAWS, TOKENS = 64, 20000  # loads are drawn DRAWS times, fewer for a gate with groups: TOKENS tokens in all, but 8 at least
GROUPS, MAY_USE = 8, 4


class Uniform:
    """splitmix64 of a counter."""

    def __init__(self):
        self.at = 0

    def __call__(self, count):
        with np.errstate(over="ignore"):
            z = np.arange(self.at + 1, self.at + count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        self.at += count
        return (z >> np.uint64(11)).astype(float) * 2.0**-53


def drawn(tokens, experts, topk, ranks, a, uniform, early):
    """Visits of each expert, the busiest rank's first."""
    low, high = (1.0, 0.8 * tokens) if tokens * topk > experts else (0.01, 2.0)
    u = uniform(experts)
    x = ((high ** (1 - a) - low ** (1 - a)) * u + low ** (1 - a)) ** (1 / (1 - a))
    n = np.round(x / x.sum() * tokens * topk).astype(int)
    tie = np.arange(experts) if early else uniform(experts)
    order = np.lexsort((tie, -n))
    left = tokens * topk - n.sum()
    if left > 0:
        n += left // experts
        n[order[:left % experts]] += 1
    for i in range(-left):
        e = order[-(i % experts) - 1]
        n[e if n[e] > 0 else np.argmax(n)] -= 1
    rank = n.reshape(ranks, -1)
    busiest = np.argmax(rank.sum(1))
    rank[[0, busiest]] = rank[[busiest, 0]]
    return n


def distinct(n, tokens):
    """No expert sees a token twice: the first experts with room take over."""
    more = np.maximum(n - tokens, 0).sum()
    n = np.minimum(n, tokens)
    for e in range(len(n)):
        take = min(more, tokens - n[e])
        n[e] += take
        more -= take
    return n


def balanced(tokens, experts, topk):
    """Experts of each token."""
    stride = math.ceil(experts / topk)
    t, i = np.arange(tokens)[:, None], np.arange(topk)[None, :]
    return (np.floor(t if tokens >= stride else t * stride / tokens).astype(int) + i * stride) % experts


def assigned(n, tokens, topk):
    """Experts of each token, most loaded experts first."""
    order = np.argsort(-n, kind="stable")
    return np.repeat(order, n[order]).reshape(topk, tokens).T


def grouped(choice, experts, topk):
    """Visits of each expert through a gate with groups."""
    score = np.zeros((len(choice), experts), int)
    np.add.at(score, (np.arange(len(choice))[:, None], choice), 1)
    best = np.sort(score.reshape(len(choice), GROUPS, -1), 2)[:, :, -2:].sum(2) * GROUPS - np.arange(GROUPS)
    usable = best >= -np.sort(-best, 1)[:, MAY_USE - 1:MAY_USE]
    key = np.where(np.repeat(usable, experts // GROUPS, 1), score * experts - np.arange(experts), -experts)
    return np.bincount(np.argpartition(-key, topk - 1, 1)[:, :topk].ravel(), minlength=experts)


@functools.lru_cache(None)
def busiest_rank(tokens, experts, topk, ranks, distribution, groups_in_gate, early):
    """Experts with work on the busiest of `ranks`, and tokens of each, on average."""
    local, uniform, loads = experts // ranks, Uniform(), []
    if distribution == "balanced":
        choice = balanced(tokens, experts, topk)
        loads.append(grouped(choice, experts, topk) if groups_in_gate else np.bincount(choice.ravel(), minlength=experts))
    else:
        a = float(distribution.split("_")[-1])
        for _ in range(min(DRAWS, max(8, TOKENS // tokens)) if groups_in_gate else DRAWS):
            n = drawn(tokens, experts, topk, ranks, a, uniform, early)
            loads.append(grouped(assigned(n, tokens, topk), experts, topk) if groups_in_gate else distinct(n, tokens))
    active = max(1.0, np.mean([(n[:local] > 0).sum() for n in loads]))
    return active, max(active, np.mean([n[:local].sum() for n in loads])) / active
