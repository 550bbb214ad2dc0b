#!/usr/bin/python3
"""Plans per second of `headroom plan` on library scenarios: wall and CPU time of the whole process, medians of five.

Usage: plan_search.py [HEADROOM]
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "release", "headroom")

for name in ("plan-405b-h100", "train-70b-gb200"):
    wall, cpu = [], []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        out = subprocess.run([BINARY, "plan", os.path.join(ROOT, "scenarios", "library", name + ".yaml"), "--json"],
                             capture_output=True, text=True, check=True).stdout
        wall.append(time.monotonic() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    counts = json.loads(out)["counts"]
    w, c = statistics.median(wall), statistics.median(cpu)
    print("%-18s %6d plans, %4d evaluated in full: %.2f s wall, %.2f CPU-s, %.0f plans/s, %.0f plans per CPU-s"
          % (name, counts["plans"], counts["evaluated"], w, c, counts["plans"] / w, counts["plans"] / c))
