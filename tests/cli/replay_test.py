"""A measured series beside the twin, measured by the twin itself: noise, drift, gaps, what drives and what is refused."""
import csv
import json
import os

import h5py

from command import LIBRARY, CommandTest

SCENARIO = os.path.join(LIBRARY, "shared-cluster.yaml")
SIGNALS = ("site_power", "it_power", "rack_group_power:cluster/air", "loop_temperature:air-return")


class Replay(CommandTest):
    def make(self, *arguments, every="5 min"):
        done = self.run_command("replay", SCENARIO, "--make", "m.csv", "--every", every, *(x for s in SIGNALS for x in ("--signal", s)), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("m.csv")) as f:
            rows = list(csv.reader(line for line in f if not line.startswith("#")))
        return rows[0], rows[1:]

    def rewrite(self, header, rows):
        with open(self.path("m.csv"), "w") as f:
            csv.writer(f).writerows([header] + rows)

    def replay(self, *arguments):
        done = self.run_command("replay", SCENARIO, "--telemetry", "m.csv", "--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        return answer, {s["signal"]: s for s in answer["signals"]}

    def test_a_shadow_of_itself(self):
        self.make("--noise", "1 %")
        answer, signals = self.replay("-o", "r.h5")
        self.assertEqual(set(signals), set(SIGNALS))
        for name, s in signals.items():
            self.assertFalse(s["drift"]["drifts"], (name, s))
            if s["cv_rmse"] is not None:
                self.assertLess(abs(s["cv_rmse"] - 0.01), 0.003, (name, s))  # the noise that was added
        self.assertGreater(signals["site_power"]["skill"], 0.6)
        with h5py.File(self.path("r.h5")) as f:
            self.assertEqual([n.decode() for n in f["/replay/scores/name"]], list(SIGNALS))
            self.assertEqual(f["/replay/1/twin"].shape, f["/replay/1/measured"].shape)
        page = self.run_command("report", "r.h5", "--html", "-o", "-").stdout
        self.assertIn("Measured and twin", page)

    def test_driven_by_its_racks(self):
        header, rows = self.make()
        answer, signals = self.replay("--drive")
        self.assertEqual(answer["driven"], ["cluster/air", "fabric/air"])
        self.assertEqual(set(signals), {"site_power", "loop_temperature:air-return"})
        self.assertLess(signals["site_power"]["cv_rmse"], 0.01)  # without knowing the jobs
        self.assertGreater(signals["site_power"]["skill"], 0.8)

    def test_drift(self):
        header, rows = self.make("--noise", "1 %")
        at = header.index("site_power (W)")
        for i, row in enumerate(rows):
            row[at] = row[at] and repr(float(row[at]) * (1 + 0.05 * i / len(rows)))  # 5 % in two days
        self.rewrite(header, rows)
        signals = self.replay()[1]
        self.assertTrue(signals["site_power"]["drift"]["drifts"])
        self.assertAlmostEqual(signals["site_power"]["drift"]["per_day"] / signals["site_power"]["mean"], 0.025, delta=0.005)
        self.assertFalse(signals["it_power"]["drift"]["drifts"])
        self.assertIn("DRIFTS", self.run_command("replay", SCENARIO, "--telemetry", "m.csv").stdout)

    def test_gaps(self):
        header, rows = self.make()
        for row in rows[100:150]:
            row[header.index("it_power (W)")] = row[header.index("rack_group_power:cluster/air (W)")] = ""
        del rows[300:310]
        rows[400][header.index("site_power (W)")] = "NA"
        self.rewrite(header, rows)
        answer, signals = self.replay("--drive")
        self.assertEqual(len(answer["gaps"]), 4)  # two columns that drive, each with empty cells and missing rows
        self.assertEqual(signals["site_power"]["missing"], 2)  # and the first row, the start of the run
        self.assertGreater(signals["site_power"]["left_out"], 50)
        self.assertLess(signals["site_power"]["cv_rmse"], 0.01)

    def test_equal_runs_give_equal_bytes(self):
        self.make("--noise", "1 %", "--missing", "2 %")
        with open(self.path("m.csv"), "rb") as f:
            first = f.read()
        self.make("--noise", "1 %", "--missing", "2 %")
        with open(self.path("m.csv"), "rb") as f:
            self.assertEqual(first, f.read())
        self.assertEqual(self.replay()[0], self.replay()[0])

    def test_mistakes(self):
        self.write("m.csv", "time,site_powr (kW)\n0,1\n60,1\n120,1\n")
        for arguments, said in ((("--telemetry", "m.csv"), "did you mean site_power?"), (("--telemetry", "no.csv"), "no file no.csv"), ((), "--telemetry names"),
                                (("--make", "x.csv"), "--signal names one"), (("--telemetry", "m.csv", "--drive"), "no column that drives"),
                                (("--telemetry", "m.csv", "--horizon", "5"), "--horizon: 5 is a bare number"), (("--telemetry", "m.csv", "--warm-up", "-1 s"), "must not be negative")):
            done = self.run_command("replay", SCENARIO, *arguments, "-o", "r.h5")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)
        self.assertNotIn("r.h5", os.listdir(self.folder))
