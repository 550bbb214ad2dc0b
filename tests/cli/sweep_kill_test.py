"""kill -9 of any process of a sweep, fifty times: the runner, a point, a common run from which points branch, the collector. No
finished point is lost, no file is harmed, and the collected file is the one of an undisturbed sweep, byte for byte."""
import os
import random
import signal
import subprocess
import time

import h5py
from command import BINARY, SMALL, CommandTest
from sweep_test import digest

PLAIN = """schema: 1
base: small.yaml
vary:
  - {path: "workloads[pretrain].train.steps", values: [3, 4, 5, 6, 7]}
  - {path: site.cooling.rack_supply, from: 20 degC, to: 40 degC, count: 12}
"""
BRANCHED = """schema: 1
base: small.yaml
from: 3 s
vary:
  - {path: "workloads[pretrain].train.steps", values: [5, 6, 7], from_start: true}
  - {path: site.cooling.rack_supply, from: 20 degC, to: 40 degC, count: 20}
"""
KILLS = 25  # of each sweep


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(c) for c in f.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Kill(CommandTest):
    def start(self, *command):
        process = subprocess.Popen([BINARY, "sweep", *command], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        self.addCleanup(process.stderr.close)
        return process

    def run_sweep(self):
        return self.start("run", "s.yaml", "-o", "d", "--jobs", "2", "--progress", "none")

    def reports(self):
        return set(os.listdir(self.path("d/reports"))) if os.path.isdir(self.path("d/reports")) else set()

    def check_collected(self):
        """Whatever was killed, a collected file that is there opens."""
        if os.path.exists(self.path("d/sweep.h5")):
            with h5py.File(self.path("d/sweep.h5"), "r") as f:
                self.assertEqual(f["point"].shape[0], 60)

    def kill_one(self, draw, pool, collector):
        """Kills a process of the sweep; its kind, or nothing."""
        kind = draw.choice(["point", "point", "runner", "collector"])
        victims = {"runner": [pool.pid], "point": children(pool.pid),
                   "collector": [collector.pid] if collector.poll() is None else []}[kind]
        try:
            os.kill(draw.choice(victims), signal.SIGKILL)
        except (IndexError, ProcessLookupError):
            return None
        return kind

    def disturb(self, sweep, seed):
        self.write("small.yaml", SMALL)
        self.write("s.yaml", sweep)
        whole = subprocess.run([BINARY, "sweep", "run", "s.yaml", "-o", "whole"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(whole.returncode, 0, whole.stdout + whole.stderr)
        draw = random.Random(seed)
        kills, finished = {"point": 0, "runner": 0, "collector": 0}, set()
        pool, collector = self.run_sweep(), self.start("collect", "d")
        while sum(kills.values()) < KILLS:
            time.sleep(draw.uniform(0.0, 0.05))
            if collector.poll() is not None:
                collector = self.start("collect", "d")
                time.sleep(draw.uniform(0.0, 0.03))
            if pool.poll() is not None:
                # Over, or killed: take some reports away and go on.
                finished = self.reports()
                for name in draw.sample(sorted(finished), len(finished) // 2):
                    os.unlink(self.path("d/reports/" + name))
                    finished.discard(name)
                pool = self.run_sweep()
                continue
            kind = self.kill_one(draw, pool, collector)
            if kind is None:
                continue
            kills[kind] += 1
            if kind == "runner":
                pool.wait()
            self.assertLessEqual(finished, self.reports(), "a finished point was lost")
            finished = self.reports()
            self.check_collected()
        self.assertTrue(all(kills.values()), kills)
        pool.wait()
        collector.wait()
        last = self.run_sweep()
        error = last.communicate()[1].decode()
        self.assertEqual(last.returncode, 0, error)
        self.assertEqual(os.listdir(self.path("d/work")), [])
        self.assertEqual(os.listdir(self.path("d/failed")), [])
        for name in os.listdir(self.path("whole/reports")):
            self.assertEqual(digest(self.path("whole/reports/" + name)), digest(self.path("d/reports/" + name)))
        self.assertEqual(digest(self.path("whole/sweep.h5")), digest(self.path("d/sweep.h5")))

    def test_kills_lose_nothing(self):
        self.disturb(PLAIN, 7)

    def test_kills_lose_nothing_where_points_branch(self):
        self.disturb(BRANCHED, 8)
