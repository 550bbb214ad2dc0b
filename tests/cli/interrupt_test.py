"""Ctrl-C in the middle: status 130, no final file, a partial report that opens."""
import os
import signal
import subprocess
import time

from command import BINARY, SMALL, CommandTest

LONG = SMALL.replace("      steps: 3\n", "") + "run: {duration: 400 d}\n"


class Interrupt(CommandTest):
    def test_interrupted_run(self):
        file = self.write("x.yaml", LONG)
        p = subprocess.Popen([BINARY, "run", file, "-o", self.path("x.h5"), "--progress", "json"], cwd=self.folder,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = p.stderr.readline()  # it is running
        self.assertIn('"progress"', first)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=30)
        self.assertEqual(p.returncode, 130, err)
        self.assertIn("interrupted", err)
        self.assertFalse(os.path.exists(self.path("x.h5")))
        self.assertTrue(os.path.exists(self.path("x.h5.partial")))
        done = self.run_command("report", self.path("x.h5.partial"), "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"incomplete"', done.stdout)

    def test_killed_run_leaves_no_final_file(self):
        file = self.write("x.yaml", LONG)
        p = subprocess.Popen([BINARY, "run", file, "-o", self.path("x.h5"), "--progress", "none"], cwd=self.folder,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not os.path.exists(self.path("x.h5.partial")) and time.monotonic() < deadline:
            time.sleep(0.01)
        p.kill()
        p.wait()
        self.assertTrue(os.path.exists(self.path("x.h5.partial")))
        self.assertFalse(os.path.exists(self.path("x.h5")))
        again = self.run_command("run", self.write("y.yaml", SMALL), "-o", self.path("x.h5"))  # a second run replaces it
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(os.path.exists(self.path("x.h5")))
        self.assertFalse(os.path.exists(self.path("x.h5.partial")))
