"""What a newcomer types first."""
import json
import os

from command import LIBRARY, SMALL, CommandTest


class Usage(CommandTest):
    def test_help_names_every_command(self):
        done = self.run_command("--help")
        self.assertEqual(done.returncode, 0)
        for command in ("run", "check", "report", "catalog", "schema"):
            self.assertIn(command, done.stdout)

    def test_version(self):
        self.assertRegex(self.run_command("--version").stdout, r"^\d+\.\d+\.\d+\n$")

    def test_run_prints_a_summary_and_where_the_report_is(self):
        done = self.run_command("run", self.write("small.yaml", SMALL))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("report: small.h5", done.stdout)
        self.assertTrue(os.path.exists(self.path("small.h5")))
        self.assertEqual(done.stderr, "")  # not a terminal: no bar, no colour

    def test_run_json_is_the_report_s_json_and_wall_time(self):
        done = self.run_command("run", self.write("small.yaml", SMALL), "--json")
        run = json.loads(done.stdout)
        report = json.loads(self.run_command("report", "small.h5", "--json").stdout)
        self.assertGreater(run.pop("wall_s"), 0)
        self.assertEqual(run, report)
        self.assertEqual(set(report), {"name", "status", "simulated_s", "seed", "metrics"})
        self.assertEqual(report["status"], "done")
        for metric in report["metrics"].values():
            self.assertEqual(set(metric), {"value", "unit"})

    def test_progress_as_json_lines(self):
        done = self.run_command("run", self.write("small.yaml", SMALL), "--progress", "json")
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertTrue(lines)
        self.assertEqual(set(lines[-1]), {"progress", "simulated_s", "elapsed_s", "eta_s"})

    def test_set_changes_one_value(self):
        file = self.write("small.yaml", SMALL)
        base = self.run_json(file)
        more = self.run_json(file, "--set", "workloads[pretrain].train.steps=5")
        self.assertEqual(base["workloads.pretrain.steps"], 3)
        self.assertEqual(more["workloads.pretrain.steps"], 5)

    def test_check_prints_a_scenario_that_runs_the_same(self):
        file = self.write("small.yaml", SMALL)
        resolved = self.run_command("check", file).stdout
        self.assertEqual(self.run_json(self.write("resolved.yaml", resolved)), self.run_json(file))

    def test_catalog(self):
        listed = self.run_command("catalog", "list").stdout
        for name in ("h100", "dgx-h100", "gb200-nvl72", "llama-3.1-405b"):
            self.assertIn(name, listed)
        shown = self.run_command("catalog", "show", "h100")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("sources:", shown.stdout)
        missing = self.run_command("catalog", "show", "h10")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("did you mean", missing.stderr)

    def test_schema_is_json(self):
        schema = json.loads(self.run_command("schema").stdout)
        self.assertIn("properties", json.dumps(schema))

    def test_out_of_memory_is_a_verdict(self):
        text = SMALL.replace("llama-3.1-8b", "llama-3.1-405b")
        done = self.run_command("run", self.write("big.yaml", text), "--json")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("memory", done.stderr)
        self.assertIn("GiB", done.stderr)
        self.assertEqual(json.loads(done.stdout)["status"], "out-of-memory")
