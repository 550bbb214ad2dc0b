"""`headroom contingency`: every single loss in turn, as a table, JSON and CSV."""

import csv
import io
import json

from command import CommandTest

SITE = """
schema: 1
name: four racks
site:
  systems: [{name: row, type: gb200-nvl72, count: 4}]
  power: {feeds: {redundancy: %s}}
  cooling: {cdu: {per_racks: 2, redundancy: %s}}
workloads:
  - name: jobs
    jobs: {power: 90 %%, synthetic: {rate: 1000 /h, accelerators: {fixed: 72}, duration: {fixed: 10 h}, until: 1 h}}
run: {duration: 1 h}
"""



class Contingency(CommandTest):
    def table(self, feeds, cdus, *options):
        done = self.run_command("contingency", self.write("s.yaml", SITE % (feeds, cdus)), "--progress", "none", "--at", "20",
                                "--watch", "10", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def rows(self, feeds, cdus):
        return {(r["loss"], r["unit"]): r for r in json.loads(self.table(feeds, cdus, "--json"))["losses"]}

    def test_spares_decide_between_survival_and_loss(self):
        bare, spare = self.rows("N", "N"), self.rows("2N", "N+1")
        self.assertEqual(spare["feed-loss", "feed-1"]["outcome"], "survives")
        self.assertIn(bare["pdu-loss", "pdu-1"]["outcome"], ("dark", "shuts-down"))
        self.assertEqual(spare["pdu-loss", "pdu-1"]["outcome"], "survives")
        self.assertIn(bare["cdu-loss", "cdu-1"]["outcome"], ("throttles", "shuts-down"))
        self.assertEqual(spare["cdu-loss", "cdu-1"]["outcome"], "survives")

    def test_a_rack_takes_its_own_share_of_the_work(self):
        racks = [r for (loss, _), r in self.rows("2N", "N+1").items() if loss == "rack-loss"]
        self.assertEqual(sum(r["alike"] for r in racks), 4)
        for r in racks:
            self.assertEqual(r["outcome"], "shuts-down")
            self.assertAlmostEqual(r["lost_work"], 0.25, delta=0.01)

    def test_lost_switches_are_run_like_other_losses(self):
        site = """
schema: 1
name: four servers
site:
  systems: [{name: row, type: dgx-h100, count: 64}]
  fabric: {type: %s}
  power: {feeds: {redundancy: 2N}}
workloads:
  - name: job
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 512, parallelism: {tp: 4, zero: 1, sequence_parallel: true}}
run: {duration: 30 min}
"""
        rows = {}
        for fabric in ("rail-optimized", "fat-tree"):
            done = self.run_command("contingency", self.write("s.yaml", site % fabric), "--progress", "none", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows[fabric] = {r["loss"]: r for r in json.loads(done.stdout)["losses"]}
        rail, cut = rows["rail-optimized"]["leaf-loss"], rows["fat-tree"]["leaf-loss"]
        self.assertEqual(rail["outcome"], "slows")
        self.assertLess(rail["lost_work"], 0.3)
        self.assertIn("keep 7 of 8 rails", rail["notes"])
        self.assertEqual(cut["outcome"], "stops")
        self.assertIn("lose the fabric", cut["notes"])
        spine = rows["rail-optimized"]["spine-loss"]
        self.assertGreater(spine["lost_work"], 0.0)
        self.assertLess(spine["lost_work"], 0.1)
        # Without a chiller of two the hall of 64 air-cooled servers overheats.
        self.assertEqual(rows["fat-tree"]["chiller-loss"]["outcome"], "shuts-down")

    def test_csv_and_text_have_the_same_rows(self):
        rows = self.rows("N", "N")
        table = list(csv.DictReader(io.StringIO(self.table("N", "N", "--csv"))))
        self.assertEqual({(r["loss"], r["unit"]) for r in table}, set(rows))
        self.assertEqual(len(self.table("N", "N").splitlines()), len(rows) + 1)

    def test_a_scenario_that_cannot_be_built_is_refused(self):
        done = self.run_command("contingency", self.write("s.yaml", SITE.replace("fixed: 72", "fixed: 1000") % ("N", "N")))
        self.assertEqual(done.returncode, 2)
        self.assertIn("will never fit", done.stderr)
