"""A sweep of 200 points on a real Slurm of two nodes. Midway one node is lost with what runs on it, and the controller is
killed and comes back. The collected file is the one of the local engine, byte for byte."""
import os
import signal
import subprocess
import time
import unittest

import cluster
from command import BINARY, SMALL, CommandTest
from sweep_test import digest

SWEEP = """schema: 1
base: small.yaml
vary:
  - {path: "workloads[pretrain].train.steps", values: [3, 4, 5, 6, 7]}
  - {path: site.cooling.rack_supply, from: 20 degC, to: 40 degC, count: 40}
"""


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Slurm(CommandTest):
    def reports(self):
        folder = self.path("d/reports")
        return len(os.listdir(folder)) if os.path.isdir(folder) else 0

    def test_a_lost_node_and_a_lost_controller(self):
        why = cluster.missing()
        if why:
            self.skipTest("skipped: " + why)
        os.chmod(self.folder, 0o755)
        self.write("small.yaml", SMALL)
        self.write("s.yaml", SWEEP)
        subprocess.run([BINARY, "sweep", "run", "s.yaml", "-o", "local"], cwd=self.folder, check=True, capture_output=True)
        site = cluster.Cluster(self.path("cluster"))
        self.addCleanup(site.stop)
        site.start()
        run = subprocess.Popen([BINARY, "sweep", "run", "s.yaml", "-o", "d", "--engine", "slurm", "--chunk-size", "10"], cwd=self.folder,
                               env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: run.poll() is None and run.kill())
        self.assertTrue(wait_until(lambda: self.reports() >= 40, 90), "the array does not run")
        self.assertTrue(wait_until(lambda: site.steps("n2"), 60), "nothing runs on the second node")
        site.kill("n2.pid")
        for pid in site.steps("n2"):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        site.kill("slurmctld.pid")
        time.sleep(1)
        self.assertLess(self.reports(), 200, "the sweep was over before the kills")
        site.start_controller()
        self.assertTrue(wait_until(lambda: "down" in site.execute("sinfo", "--noheader", "--nodes=n2", "--format=%T").stdout, 60),
                        "the lost node is not noticed")
        site.start_node("n2")
        out, error = run.communicate(timeout=180)
        self.assertEqual(run.returncode, 0, out + error)
        self.assertIn("200 of 200 points done", out)
        self.assertEqual(digest(self.path("local/sweep.h5")), digest(self.path("d/sweep.h5")))


if __name__ == "__main__":
    unittest.main()
