"""How many racks fit, as the command tells it."""
import csv
import io
import json
import os
import unittest

from command import LIBRARY, CommandTest

HALL = os.path.join(LIBRARY, "twenty-megawatts.yaml")


class SizeTest(CommandTest):
    def test_forms_agree(self):
        text = self.run_command("size", HALL)
        self.assertEqual(text.returncode, 0, text.stderr)
        answer = json.loads(self.run_command("size", HALL, "--json").stdout)
        rows = list(csv.DictReader(io.StringIO(self.run_command("size", HALL, "--csv").stdout)))
        self.assertEqual([b["basis"] for b in answer["bases"]], ["nameplate", "measured"])
        for basis in answer["bases"]:
            one = basis["answers"][0]
            self.assertIn(f"{one['fits']} racks fit", text.stdout)
            self.assertTrue(one["binding"])
            own = [r for r in rows if r["basis"] == basis["basis"]]
            self.assertEqual({r["limit"] for r in own}, {l["limit"] for l in one["limits"]})
            for limit in one["limits"]:
                self.assertGreaterEqual(limit["headroom"], -1e-9)
        self.assertGreater(answer["bases"][1]["answers"][0]["fits"], answer["bases"][0]["answers"][0]["fits"])

    def test_the_answer_stands_in_a_run(self):
        """A run with as many racks as fit keeps every limit; its limits are told as headroom."""
        fits = json.loads(self.run_command("size", HALL, "--json").stdout)["bases"][1]["answers"][0]["fits"]
        metrics = self.run_json(HALL, "--set", f"site.systems[hall].count={fits // 8 * 8}")
        for limit in ("feed", "busway", "liquid", "flow", "air", "space", "weight", "ports"):
            self.assertGreaterEqual(metrics[f"site.headroom.{limit}"], 0.0)
        self.assertLess(metrics["site.power.peak"], 20e6)

    def test_what_exceeds_a_limit_is_warned_of(self):
        done = self.run_command("check", HALL, "--set", "site.limits.racks=60")
        self.assertIn("site.limits.racks: the site takes 78 rack positions; the limit is 60", done.stderr)

    def test_no_limit_is_bad_input(self):
        path = self.write("s.yaml", "schema: 1\nsite: {systems: [{name: a, type: dgx-h100, count: 4}]}\nrun: {duration: 1 h}\n")
        done = self.run_command("size", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn("sets no limit", done.stderr)


if __name__ == "__main__":
    unittest.main()
