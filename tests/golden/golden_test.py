"""Every library scenario against its committed figures, four significant digits: a change of any of them is seen in review.

HEADROOM_GOLDEN_UPDATE=1 writes the files anew.
"""
import glob
import json
import os

from command import LIBRARY, CommandTest

HERE = os.path.dirname(os.path.abspath(__file__))


def text(metric):
    v = metric["value"]
    return v if isinstance(v, str) else "%.4g" % v


class Golden(CommandTest):
    maxDiff = None

    def test_library(self):
        for file in sorted(glob.glob(os.path.join(LIBRARY, "*.yaml"))):
            name = os.path.splitext(os.path.basename(file))[0]
            with self.subTest(name):
                done = self.run_command("run", file, "-o", self.path("r.h5"), "--json", "--progress", "none")
                self.assertEqual(done.returncode, 0, done.stderr)
                metrics = json.loads(done.stdout)["metrics"]
                metrics.pop("energy_balance_error")  # rounding
                got = "".join("%-60s %s %s\n" % (k, text(m), m["unit"]) for k, m in sorted(metrics.items()))
                golden = os.path.join(HERE, name + ".txt")
                if os.environ.get("HEADROOM_GOLDEN_UPDATE") == "1":
                    with open(golden, "w") as f:
                        f.write(got)
                with open(golden) as f:
                    self.assertEqual(got, f.read())
