"""Runs the built command; what the tests of this folder share."""
import json
import os
import subprocess
import tempfile
import unittest

BINARY = os.environ["HEADROOM_BINARY"]
SOURCE = os.environ["HEADROOM_SOURCE"]
SHARED = os.environ.get("HEADROOM_SHARED", os.path.join(SOURCE, "..", "shared"))
LIBRARY = os.path.join(SOURCE, "scenarios", "library")

SMALL = """schema: 1
name: Small
site:
  systems:
    - {name: train, type: dgx-h100, count: 2}
workloads:
  - name: pretrain
    train:
      model: llama-3.1-8b
      precision: bf16
      sequence: 4096
      global_batch: 32
      micro_batch: 1
      parallelism: {tp: 2, pp: 2, zero: 1, sequence_parallel: true}
      steps: 3
"""


class CommandTest(unittest.TestCase):
    """Each test has an empty folder of its own, self.folder, in which the command runs."""

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = self._temporary.name
        self.addCleanup(self._temporary.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        mode = "wb" if isinstance(text, bytes) else "w"
        with open(self.path(name), mode) as f:
            f.write(text)
        return self.path(name)

    def run_command(self, *arguments, timeout=120, **keywords):
        return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=timeout, cwd=self.folder,
                              errors="replace", **keywords)

    def run_json(self, scenario, *arguments, timeout=300):
        """Runs a scenario; returns metric name -> value."""
        done = self.run_command("run", scenario, "-o", self.path("r.h5"), "--json", "--progress", "none", *arguments,
                                timeout=timeout)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {k: v["value"] for k, v in json.loads(done.stdout)["metrics"].items()}

    def need_shared(self):
        if not os.path.isdir(SHARED):
            self.skipTest("skipped: no shared reference data")
