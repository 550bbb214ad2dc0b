"""Same scenario, same seed: the same bytes, whatever else the machine does and wherever it runs; another seed, others."""
import hashlib
import os
import subprocess

from command import BINARY, LIBRARY, CommandTest


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Determinism(CommandTest):
    def report(self, name, *extra, **environment):
        scenario = os.path.join(LIBRARY, "quickstart.yaml")
        subprocess.run([BINARY, "run", scenario, "-o", self.path(name), "--progress", "none", *extra], check=True,
                       capture_output=True, cwd=self.folder, env={**os.environ, **environment})
        return digest(self.path(name))

    def test_two_runs_are_equal(self):
        self.assertEqual(self.report("a.h5"), self.report("b.h5"))

    def test_equal_on_a_busy_machine_and_in_another_environment(self):
        idle = self.report("a.h5")
        hogs = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(4)]
        try:
            busy = self.report("b.h5", TZ="Asia/Tokyo", LC_ALL="C", HOSTNAME="other", OMP_NUM_THREADS="2")
        finally:
            for h in hogs:
                h.kill()
                h.wait()
        self.assertEqual(idle, busy)

    def test_another_seed_gives_another_report(self):
        self.assertNotEqual(self.report("a.h5"), self.report("b.h5", "--seed", "8"))
