"""Every contract file is accepted, or refused by one clear error that names the section which is not there yet."""
import glob
import os

from command import SHARED, CommandTest


class Contract(CommandTest):
    def test_each_file(self):
        self.need_shared()
        files = sorted(glob.glob(os.path.join(SHARED, "contract", "*.yaml")))
        self.assertEqual(len(files), 12)
        for file in files:
            with self.subTest(os.path.basename(file)):
                sweep = os.path.basename(file) == "sweep.yaml"
                done = self.run_command(*(["sweep", "plan", file, "--dry-run"] if sweep else ["check", file]), timeout=20)
                if done.returncode == 0:
                    continue
                self.assertEqual(done.returncode, 2, done.stderr)
                for line in done.stderr.strip().splitlines():
                    self.assertIn(os.path.basename(file) + ":", line)
                    self.assertIn("not modelled yet", line)

    def test_what_must_run_runs(self):
        self.need_shared()
        for name in ("train-405b-h100", "train-inline-model", "collective", "serve-trace", "fleet-swf"):
            with self.subTest(name):
                m = self.run_json(os.path.join(SHARED, "contract", name + ".yaml"))
                self.assertLessEqual(m["energy_balance_error"], 1e-9)
