#!/usr/bin/python3
"""Measures the command as a whole: CPU and wall seconds and peak memory, median of several runs, as Markdown rows.

    tests/bench/command.py [build/release/headroom] [repeats]
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "release", "headroom"))
REPEATS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
LIBRARY = os.path.join(ROOT, "scenarios", "library")
CONTRACT = os.path.join(os.environ.get("HEADROOM_SHARED", os.path.join(ROOT, "..", "shared")), "contract")


def measure(arguments):
    start = time.perf_counter()
    p = subprocess.Popen([BINARY, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit("failed: " + " ".join(arguments))
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def row(name, *arguments):
    runs = [measure(arguments) for _ in range(REPEATS)]
    cpu, wall, memory = (statistics.median(column) for column in zip(*runs))
    print("| %s | %.3f | %.3f | %.0f |" % (name, cpu, wall, memory), flush=True)


def main():
    print("| command | CPU s | wall s | MiB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "r.h5")
        run = lambda file: ("run", file, "-o", report, "--progress", "none")
        row("`headroom check quickstart.yaml`", "check", os.path.join(LIBRARY, "quickstart.yaml"))
        for name in sorted(os.listdir(LIBRARY)):
            if name.endswith(".yaml"):
                row("`headroom run %s`" % name, *run(os.path.join(LIBRARY, name)))
        for name in ("train-405b-h100", "train-moe-gb200", "collective", "serve-trace"):
            file = os.path.join(CONTRACT, name + ".yaml")
            if os.path.exists(file):
                row("`headroom run` contract %s" % name, *run(file))


if __name__ == "__main__":
    main()
