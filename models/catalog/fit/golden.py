#!/usr/bin/env python3
"""Prints the rows of tests/models/compute/equations_test.cc: the equations at fixed parameters and shapes."""
import numpy as np

import equations as e

MACHINE = {"peak": 1979e12, "bandwidth": 3.35e12, "multiprocessors": 132.0, "bytes": 1.0}
BF16 = dict(MACHINE, peak=989e12, bytes=2.0)
GEMM = {"compute_efficiency": 0.8, "memory_efficiency": 0.9, "launch": 4.0, "depth": 120.0, "blend": 2.5, "wave": 0.4,
        "quantise": 3.0, "load": 45.0, "split": 6.0, "sag": 0.2, "single_row": 2.0, "cast": 0.5,
        "issue": 0.0, "issue_many": 0.0, "issue_rows": 0.0}
PREFILL = {"compute_efficiency": 0.7, "memory_efficiency": 0.8, "launch": 9.0, "half_length": 200.0, "critical": 0.8,
           "balance": 1.5, "sag": 0.1, "passes": 1.5}
DECODE = {"compute_efficiency": 0.6, "memory_efficiency": 0.9, "launch": 8.0, "ramp": 6.0, "per_sequence": 2500.0,
          "splits": 60.0, "blend": 1.7}


def arrays(**values):
    return {k: np.array([float(v)]) for k, v in values.items()}


def heads(**values):
    return arrays(heads=32, kv_heads=8, head_dim=128, **values)


for m, n, k in ((1, 4096, 4096), (16, 2560, 8192), (300, 28672, 1024), (4096, 8192, 65536), (16384, 53248, 16384)):
    print(f"    {{{m}, {n}, {k}, {e.gemm(GEMM, arrays(m=m, n=n, k=k), MACHINE)[0]:.12e}}},")
for g, m, h, f in ((8, 128, 4096, 14336), (256, 3.5, 7168, 2048)):
    print(f"    {{{g}, {m}, {h}, {f}, {e.experts(GEMM | {'single_row': 0.0, 'gather': 0.0, 'route': 0.0, 'route_half': 20.0}, arrays(groups=g, m=m, hidden=h, inner=f, routed=0), MACHINE)[0]:.12e}}},")
for b, q, c in ((1, 128, 128), (4, 2048, 2048), (1, 512, 32768), (16, 16384, 16384)):
    print(f"    {{{b}, {q}, {c}, {e.prefill(PREFILL, heads(sequences=b, query=q, context=c), BF16)[0]:.12e}}},")
for b, c in ((1, 2), (1, 131072), (64, 4096), (256, 1024)):
    print(f"    {{{b}, 1, {c}, {e.decode(DECODE, heads(sequences=b, context=c), BF16)[0]:.12e}}},")
