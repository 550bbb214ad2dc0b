"""`headroom compare` and `headroom export`."""
import csv
import io
import json

from command import SMALL, CommandTest


class Compare(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def report(self, name, *arguments):
        done = self.run_command("run", "small.yaml", "-o", name, "--progress", "none", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_larger_batch_is_a_longer_step(self):
        self.report("a.h5")
        self.report("b.h5", "--set", "workloads[pretrain].train.global_batch=64")
        done = self.run_command("compare", "a.h5", "b.h5", "--json")
        c = json.loads(done.stdout)
        self.assertEqual(c["inputs"], [{"path": "workloads[pretrain].train.global_batch", "values": ["32", "64"]}])
        step = c["metrics"]["workloads.pretrain.step_time"]["values"][1]
        self.assertEqual(step["verdict"], "worse")
        self.assertAlmostEqual(step["relative"], 0.9, delta=0.1)  # twice the work, the same bubble
        self.assertEqual(c["metrics"]["workloads.pretrain.model_flops_utilisation"]["values"][1]["verdict"], "better")
        self.assertIn("| workloads.pretrain.step_time |", self.run_command("compare", "a.h5", "b.h5", "--markdown").stdout)
        rows = list(csv.DictReader(io.StringIO(self.run_command("compare", "a.h5", "b.h5", "--csv").stdout)))
        self.assertEqual({r["column"] for r in rows}, {"a.h5", "b.h5"})

    def test_equal_runs_are_the_same(self):
        self.report("a.h5")
        self.report("b.h5")
        text = self.run_command("compare", "a.h5", "b.h5").stdout
        self.assertIn("the inputs are equal", text)
        self.assertIn("every figure is the same", text)

    def test_seeds_are_repeats(self):
        for seed in "12":
            self.report("a%s.h5" % seed, "--seed", seed)
            self.report("b%s.h5" % seed, "--seed", seed, "--set", "site.cooling.rack_supply=40 degC")
        c = json.loads(self.run_command("compare", "a1.h5", "a2.h5", "b1.h5", "b2.h5", "--json").stdout)
        self.assertEqual([len(k["files"]) for k in c["columns"]], [2, 2])

    def test_exports(self):
        self.report("a.h5")
        rows = list(csv.DictReader(io.StringIO(self.run_command("export", "a.h5", "--csv").stdout)))
        self.assertIn("workloads.pretrain.step_time", {r["metric"] for r in rows})
        power = self.run_command("export", "a.h5", "--csv", "--table", "site_power").stdout.splitlines()
        self.assertEqual(power[0], "time_s,site_power")
        text = self.run_command("export", "a.h5", "--openmetrics").stdout
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertIn("# TYPE headroom_workload_step_time_seconds gauge", text)
        self.assertIn('workload="pretrain"', text)
        self.assertEqual(self.run_command("export", "a.h5").returncode, 2)
