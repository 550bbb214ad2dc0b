"""Every shipped scenario runs, closes its balances, and gives figures a person would believe."""
import glob
import os

from command import LIBRARY, CommandTest


class Library(CommandTest):
    def test_each_scenario(self):
        files = sorted(glob.glob(os.path.join(LIBRARY, "*.yaml")))
        self.assertGreaterEqual(len(files), 5)
        for file in files:
            with self.subTest(os.path.basename(file)):
                m = self.run_json(file)
                self.assertLessEqual(m["energy_balance_error"], 1e-9)
                self.assertGreater(m["site.pue"], 1.0)
                self.assertLess(m["site.pue"], 2.0)
                self.assertGreaterEqual(m["site.power.peak"], m["site.power.mean"])
                for name, value in m.items():
                    if ".time." in name and name.startswith("workloads.") or name.endswith("step_time"):
                        self.assertGreaterEqual(value, 0.0, name)

    def test_breakdowns_add_up(self):
        m = self.run_json(os.path.join(LIBRARY, "quickstart.yaml"))
        parts = sum(v for k, v in m.items() if k.startswith("workloads.pretrain.time."))
        self.assertAlmostEqual(parts, m["workloads.pretrain.step_time"], delta=1e-6 * parts)

    def test_warm_coolant_throttles_and_cool_coolant_does_not(self):
        file = os.path.join(LIBRARY, "hot-afternoon.yaml")
        hot = self.run_json(file)
        cool = self.run_json(file, "--set", "site.cooling.rack_supply=40 degC")
        self.assertGreater(hot["site.cooling.throttled"], 0)
        self.assertEqual(cool["site.cooling.throttled"], 0)
        self.assertGreater(hot["workloads.pretrain.step_time"], cool["workloads.pretrain.step_time"])
        self.assertLess(hot["site.power.it_mean"], cool["site.power.it_mean"])
