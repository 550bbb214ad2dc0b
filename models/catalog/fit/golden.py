#!/usr/bin/env python3
"""Prints the rows of tests/models/compute/equations_test.cc: the equations at fixed parameters and shapes."""
import numpy as np

import equations as e

MACHINE = {"peak": 1979e12, "bandwidth": 3.35e12, "multiprocessors": 132.0, "bytes": 1.0}
BF16 = dict(MACHINE, peak=989e12, bytes=2.0)
GEMM = {"compute_efficiency": 0.8, "memory_efficiency": 0.9, "launch": 4.0, "depth": 120.0, "blend": 2.5, "wave": 0.4,
        "quantise": 3.0, "load": 45.0, "split": 6.0, "sag": 0.2, "single_row": 2.0, "cast": 0.5,
        "issue": 0.0, "issue_many": 0.0, "issue_rows": 0.0}
EXPERTS = GEMM | {"row_efficiency": 0.7, "gather": 0.2, "gather_own": 0.6, "sweep": 0.1, "sweep_own": 0.4, "route": 20.0,
                  "route_half": 15.0, "held": 30.0, "block": 0.0}
PREFILL = {"compute_efficiency": 0.7, "memory_efficiency": 0.8, "launch": 9.0, "half_length": 200.0, "critical": 0.8,
           "balance": 1.5, "sag": 0.1, "passes": 1.5}
DECODE = {"compute_efficiency": 0.6, "memory_efficiency": 0.9, "launch": 8.0, "ramp": 6.0, "per_sequence": 2500.0,
          "splits": 60.0, "blend": 1.7, "crowd": 3.0, "least": 11.0}


def arrays(**values):
    return {k: np.array([float(v)]) for k, v in values.items()}


def heads(**values):
    return arrays(heads=32, kv_heads=8, head_dim=128, **values)


for m, n, k in ((1, 4096, 4096), (16, 2560, 8192), (300, 28672, 1024), (4096, 8192, 65536), (16384, 53248, 16384)):
    print(f"    {{{m}, {n}, {k}, {e.gemm(GEMM, arrays(m=m, n=n, k=k), MACHINE)[0]:.12e}}},")
for g, m, h, f, tokens, routed, held, uneven in ((8, 128, 4096, 14336, 512, 1024, 8, 0), (256, 3.5, 7168, 2048, 112, 896, 256, 1),
                                                 (7.25, 70.5, 7168, 2048, 2048, 16384, 8, 1)):
    shape = arrays(groups=g, m=m, hidden=h, inner=f, tokens=tokens, routed=routed, held=held) | {"uneven": np.array([bool(uneven)])}
    print(f"    {{{g}, {m}, {h}, {f}, {tokens}, {routed}, {held}, {str(bool(uneven)).lower()}, {e.experts(EXPERTS, shape, MACHINE)[0]:.12e}}},")
few = arrays(groups=12, m=2.5, hidden=4096, inner=1536, tokens=8, routed=64, held=16) | {"uneven": np.array([True])}
many = few | arrays(tokens=32, routed=256, m=20.5)
for shape in few, many:
    print(f"    {e.experts(EXPERTS | {'block': 64.0}, shape, MACHINE)[0]:.12e}")
for b, q, c in ((1, 128, 128), (4, 2048, 2048), (1, 512, 32768), (16, 16384, 16384)):
    print(f"    {{{b}, {q}, {c}, {e.prefill(PREFILL, heads(sequences=b, query=q, context=c), BF16)[0]:.12e}}},")
for b, c in ((1, 2), (1, 131072), (64, 4096), (256, 1024)):
    print(f"    {{{b}, 1, {c}, {e.decode(DECODE, heads(sequences=b, context=c), BF16)[0]:.12e}}},")
