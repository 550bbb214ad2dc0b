"""kill -9 of any process of a sweep, many times: no finished point is lost, no file is harmed, and the collected file is
the one of an undisturbed sweep, byte for byte."""
import os
import random
import signal
import subprocess
import time

from command import BINARY, SMALL, CommandTest
from sweep_test import digest

SWEEP = """schema: 1
base: small.yaml
vary:
  - {path: "workloads[pretrain].train.steps", values: [3, 4, 5, 6, 7, 8, 9, 10]}
  - {path: site.cooling.rack_supply, from: 20 degC, to: 40 degC, count: 20}
"""
KILLS = 30


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(c) for c in f.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Kill(CommandTest):
    def start(self):
        return subprocess.Popen([BINARY, "sweep", "run", "s.yaml", "-o", "d", "--jobs", "2", "--progress", "none"], cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def test_kills_lose_nothing(self):
        self.write("small.yaml", SMALL)
        self.write("s.yaml", SWEEP)
        subprocess.run([BINARY, "sweep", "run", "s.yaml", "-o", "whole"], cwd=self.folder, check=True, capture_output=True)
        draw = random.Random(7)
        kills, finished, pool = 0, set(), self.start()
        self.addCleanup(lambda: pool.poll() is None and pool.kill())
        while kills < KILLS:
            time.sleep(draw.uniform(0.01, 0.1))
            if pool.poll() is not None:
                # The points ran out before the kills: take some reports away and go on.
                pool.stderr.close()
                finished = set(os.listdir(self.path("d/reports"))) if os.path.isdir(self.path("d/reports")) else set()
                for name in draw.sample(sorted(finished), len(finished) // 2):
                    os.unlink(self.path("d/reports/" + name))
                    finished.discard(name)
                pool = self.start()
                continue
            victims = children(pool.pid) if draw.random() < 0.7 else [pool.pid]
            if not victims:
                continue
            try:
                os.kill(draw.choice(victims), signal.SIGKILL)
            except ProcessLookupError:
                continue
            kills += 1
            if os.path.isdir(self.path("d/reports")):
                now = set(os.listdir(self.path("d/reports")))
                self.assertLessEqual(finished, now, "a finished point was lost")
                finished = now
        pool.wait()
        pool.stderr.close()
        last = self.start()
        error = last.communicate()[1].decode()
        self.assertEqual(last.returncode, 0, error)
        self.assertEqual(os.listdir(self.path("d/work")), [])
        self.assertEqual(os.listdir(self.path("d/failed")), [])
        for name in os.listdir(self.path("whole/reports")):
            self.assertEqual(digest(self.path("whole/reports/" + name)), digest(self.path("d/reports/" + name)))
        self.assertEqual(digest(self.path("whole/sweep.h5")), digest(self.path("d/sweep.h5")))
