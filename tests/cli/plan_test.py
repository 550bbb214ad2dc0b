"""`headroom plan`: the front, its forms and limits, and that a run of the best plan gives its step time."""
import csv
import io
import json
import os
import signal
import subprocess
import time

from command import BINARY, LIBRARY, SMALL, CommandTest


class Plan(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def plan(self, *arguments, code=0):
        done = self.run_command("plan", *arguments, "--progress", "none")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_a_run_of_every_plan_shown_gives_its_figures(self):
        answer = json.loads(self.plan("small.yaml", "--json").stdout)
        self.assertEqual(answer["status"], "done")
        self.assertGreater(len(answer["front"]), 2)
        for found in answer["front"][:3] + answer["front"][-1:]:
            sets = [x for path, text in found["set"].items() for x in ("--set", "%s=%s" % (path, text))]
            metrics = self.run_json("small.yaml", *sets)
            for figure in ("step_time", "memory_peak"):
                self.assertAlmostEqual(metrics["workloads.pretrain." + figure] / found["figures"][figure]["value"], 1.0,
                                       delta=1e-9)
        times = [found["figures"]["step_time"]["value"] for found in answer["front"]]
        self.assertEqual(times, sorted(times))
        self.assertLessEqual(times[0], answer["written"]["figures"]["step_time"]["value"])

    def test_text_json_and_csv_say_the_same(self):
        answer = json.loads(self.plan("small.yaml", "--json").stdout)
        rows = list(csv.DictReader(io.StringIO(self.plan("small.yaml", "--csv").stdout)))
        self.assertEqual(len(rows), len(answer["front"]))
        for row, found in zip(rows, answer["front"]):
            self.assertEqual(row["tp"], str(found["plan"]["tp"]))
            self.assertEqual(float(row["step_time [s]"]), found["figures"]["step_time"]["value"])
        text = self.plan("small.yaml").stdout
        self.assertIn("headroom run small.yaml --set 'workloads[pretrain].train.accelerators.count=16'", text)
        self.assertIn("as written", text)

    def test_threads_change_nothing(self):
        self.assertEqual(self.plan("small.yaml", "--json", "-j", "1").stdout,
                         self.plan("small.yaml", "--json", "-j", "3").stdout)

    def test_limits_and_lists_of_the_file_hold(self):
        answer = json.loads(self.plan("small.yaml", "--json", "--set", "plan.tp=[1, 2]", "--set",
                                      "plan.memory=60 GB").stdout)
        for found in answer["front"]:
            self.assertIn(found["plan"]["tp"], (1, 2))
            self.assertLessEqual(found["figures"]["memory_peak"]["value"], 60e9)
        none = self.plan("small.yaml", "--set", "plan.step_time=1 ms", code=3)
        self.assertIn("no plan keeps every limit", none.stdout)

    def test_mistakes_are_named(self):
        for setting, words in (("plan.workload=nobody", "no training workload is called 'nobody'"),
                               ("plan.accelerators=[32]", "more than the 16 accelerators that 'pretrain' holds"),
                               ("plan.zero=[4]", "plan.zero"), ("plan.memory=5", "unit")):
            self.assertIn(words, self.plan("small.yaml", "--set", setting, code=2).stderr)
        self.assertIn("two forms", self.plan("small.yaml", "--json", "--csv", code=2).stderr)

    def test_a_plan_that_breaks_rules_is_no_hindrance(self):
        answer = json.loads(self.plan("small.yaml", "--json", "--set",
                                      "workloads[pretrain].train.parallelism.tp=3").stdout)
        self.assertIsNone(answer["written"])
        self.assertTrue(answer["front"])

    def test_out_of_memory_names_the_nearest_plan_that_fits(self):
        done = self.run_command("run", "small.yaml", "--set", "workloads[pretrain].train.model=llama-3.1-70b")
        self.assertEqual(done.returncode, 3)
        self.assertIn("the nearest plan that fits: ", done.stderr)

    def test_an_interruption_shows_what_was_found(self):
        process = subprocess.Popen([BINARY, "plan", os.path.join(LIBRARY, "plan-405b-h100.yaml"), "--json", "--progress",
                                    "none", "-j", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(json.loads(out)["status"], "interrupted")
        self.assertIn("interrupted", err)
