#!/usr/bin/python3
"""Measures sweeps: what running, resuming, status and collecting cost beside the points themselves, as Markdown rows.

    tests/bench/sweep.py [build/release/headroom] [points]

The base is the contract's training of a 405B model on 512 accelerators for ten steps. Share over the runs: CPU time of the whole command, less that of the
processes of its points, over the latter.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "release", "headroom"))
POINTS = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
BASE = """schema: 1
site:
  systems:
    - {name: train, type: dgx-h100, count: 64, per_rack: 4}
workloads:
  - name: pretrain
    train: {model: llama-3.1-405b, precision: fp8, sequence: 8192, global_batch: 1152, steps: 10,
            parallelism: {tp: 8, pp: 8, virtual_stages: 8, cp: 2, zero: 1, sequence_parallel: true}}
"""
SWEEP = """schema: 1
base: base.yaml
vary:
  - {path: site.cooling.rack_supply, from: 20 degC, to: 40 degC, count: %d}
  - {path: site.cooling.weather.dry_bulb, from: 20 degC, to: 40 degC, count: 10}
"""


def measure(folder, *arguments):
    start = time.perf_counter()
    p = subprocess.Popen([BINARY, "sweep", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    out = p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    if status:
        sys.exit("failed: " + " ".join(arguments))
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, out


def row(what, wall, cpu, more=""):
    print("| %s | %.2f | %.2f | %s |" % (what, wall, cpu, more), flush=True)


def main():
    print("| what | wall s | CPU s | |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("base.yaml", BASE), ("s.yaml", SWEEP % (POINTS // 10))):
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        row("plan of %d points" % POINTS, *measure(folder, "plan", "s.yaml", "-o", "d")[:2])
        wall, cpu, out = measure(folder, "run", "s.yaml", "-o", "d", "--jobs", "2", "--json")
        points = json.loads(out)["points_cpu_s"]
        row("`sweep run --jobs 2`, collected", wall, cpu, "%.1f %% over the runs" % (100 * (cpu - points) / points))
        row("the same command again", *measure(folder, "run", "s.yaml", "-o", "d")[:2])
        os.unlink(os.path.join(folder, "d", "collected.key"))
        row("`sweep collect`", *measure(folder, "collect", "d")[:2])
        row("`sweep status`", *measure(folder, "status", "d")[:2])


if __name__ == "__main__":
    main()
