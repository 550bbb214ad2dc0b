"""A combination of smoothing, storage and battery meets the grid's limits; each alone breaks one."""
import os

from command import LIBRARY, CommandTest

SWINGS = os.path.join(LIBRARY, "power-swings.yaml")
COMBINED = os.path.join(LIBRARY, "power-smoothing.yaml")


class PowerSmoothing(CommandTest):
    def test_each_part_alone_fails(self):
        self.assertEqual(self.run_json(SWINGS)["site.power.compliant"], 0)
        for variant in ("smoothing", "shelf", "battery", "ballast"):
            with self.subTest(variant):
                m = self.run_json(SWINGS, "--variant", variant)
                self.assertEqual(m["site.power.compliant"], 0)
                self.assertLessEqual(m["energy_balance_error"], 1e-9)

    def test_the_combination_complies(self):
        m = self.run_json(COMBINED)
        self.assertEqual(m["site.power.compliant"], 1)
        self.assertLess(m["site.power.range"], 400e3)
        self.assertLess(m["site.power.band_share"], 0.2)
        self.assertLess(m["site.power.band_amplitude"], 50e3)
        self.assertLess(m["site.power.smoothing_overhead"], 0.06)
        self.assertGreater(m["site.power.smoothing_overhead"], 0.02)
        self.assertGreater(m["site.power.smoothing_slowed"], 0)
        # What is left is drift below the band, not the battery following the start.
        self.assertLess(m["site.power.range"], 2e3)

    def test_windows_change_nothing(self):
        seen = self.run_json(COMBINED)
        # Without windows the last minute is taken.
        unseen = self.run_json(COMBINED, "--set", "record.windows=[]")
        for name in ("site.energy.total", "site.power.peak", "site.battery.charge_min"):
            self.assertEqual(seen[name], unseen[name])

    def test_arbitrage_needs_a_price(self):
        done = self.run_command("check", COMBINED, "--set", "site.power.bess.control=arbitrage")
        self.assertEqual(done.returncode, 2)
        self.assertIn("site.power.bess.control: arbitrage has nothing to go by", done.stderr)

    def test_a_target_is_needed(self):
        done = self.run_command("check", COMBINED, "--set", "site.power.bess.control=peak-shave")
        self.assertEqual(done.returncode, 2)
        self.assertIn("site.power.bess.target: is missing", done.stderr)
