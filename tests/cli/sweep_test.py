"""Sweeps: planning, running, resuming, failures, what is collected, the best point."""
import hashlib
import json
import os

from command import SHARED, SMALL, CommandTest

SWEEP = """schema: 1
name: Limits and batches
base: small.yaml
vary:
  - {path: "workloads[pretrain].train.global_batch", values: [16, 32]}
  - {path: site.power.utility.limit, from: 20 kW, to: 30 kW, count: 3}
objective: {minimise: workloads.pretrain.step_time, subject_to: ["workloads.pretrain.memory_peak <= 80 GB"]}
"""


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Sweep(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def sweep(self, *arguments, code=0):
        done = self.run_command("sweep", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_the_contract_file_plans_nine_points(self):
        self.need_shared()
        done = self.sweep("plan", os.path.join(SHARED, "contract", "sweep.yaml"), "--dry-run")
        self.assertIn("9 points", done.stdout)
        self.assertEqual(os.listdir(self.folder), ["small.yaml"])

    def test_run_status_collect_and_best(self):
        self.write("s.yaml", SWEEP)
        done = json.loads(self.sweep("run", "s.yaml", "-o", "d", "--json").stdout)
        self.assertEqual((done["points"], done["done"], done["failed"]), (6, 6, 0))
        self.assertEqual(json.loads(self.sweep("status", "d", "--json").stdout),
                         {"points": 6, "done": 6, "forbidden": 0, "failed": 0, "left": 0, "running": 0})
        best = json.loads(self.sweep("best", "d", "--json").stdout)
        self.assertEqual(best["feasible"], 6)
        self.assertEqual(best["best"][0]["set"]["workloads[pretrain].train.global_batch"], "16")
        margin = best["best"][0]["constraints"]["workloads.pretrain.memory_peak <= 80 GB"]["margin"]
        self.assertTrue(0 < margin < 80e9)

    def test_a_point_is_the_run_of_its_scenario(self):
        self.write("s.yaml", SWEEP)
        self.sweep("run", "s.yaml", "-o", "d")
        with open(self.path("d/points.jsonl")) as f:
            point = json.loads(f.readlines()[4])
        sets = [x for path, text in point["set"] for x in ("--set", "%s=%s" % (path, text))]
        self.assertEqual(self.run_command("run", "small.yaml", "-o", "r.h5", *sets).returncode, 0)
        self.assertEqual(digest(self.path("r.h5")), digest(self.path("d/reports/%s.h5" % point["id"])))

    def test_a_branched_point_is_the_run_of_its_scenario_with_the_change(self):
        self.write("s.yaml", "schema: 1\nbase: small.yaml\nfrom: 2 s\nrepeat: 2\nvary:\n  - {path: site.power.utility.limit, values: [25 kW, 12 kW]}\n"
                             "  - {path: site.power.utility.at_limit, values: [cap]}\n")
        self.sweep("run", "s.yaml", "-o", "d", "--jobs", "2")
        changes = ("{at: 2 s, site: {power: {utility: {limit: 25 kW, at_limit: cap}}}}", "{at: 2 s, site: {power: {utility: {limit: 12 kW, at_limit: cap}}}}")
        with open(self.path("d/points.jsonl")) as f:
            points = [json.loads(l) for l in f]
        self.assertEqual(len(points), 4)
        logs = os.listdir(self.path("d/failed"))
        self.assertEqual(logs, [])
        for p in points:
            limited = any(s[0] == "site.power.utility.limit" and s[1] == "12 kW" for s in p["set"])
            self.assertEqual(self.run_command("run", "small.yaml", "-o", "r.h5", "--seed", str(p["seed"]),
                                              "--set", "changes[+]=" + changes[limited]).returncode, 0)
            self.assertEqual(digest(self.path("r.h5")), digest(self.path("d/reports/%s.h5" % p["id"])))

    def test_designs_rank_what_matters(self):
        for method, column in (("morris", "mean_absolute"), ("saltelli", "total")):
            self.write("s.yaml", "schema: 1\nbase: small.yaml\nsample: {method: %s, count: 16}\nvary:\n"
                                 "  - {path: site.cooling.rack_supply, from: 20 degC, to: 36 degC}\n"
                                 "  - {path: \"workloads[pretrain].train.global_batch\", values: [16, 32, 64]}\n" % method)
            self.sweep("run", "s.yaml", "-o", method)
            rank = json.loads(self.sweep("sensitivity", method, "workloads.pretrain.step_time", "--json").stdout)
            self.assertEqual(rank[0]["coordinate"], "workloads[pretrain].train.global_batch")
            self.assertGreater(rank[0][column], 100 * rank[1][column])
            self.assertIn("coordinate", self.sweep("sensitivity", method, "workloads.pretrain.step_time").stdout)
        self.assertIn("did you mean", self.sweep("sensitivity", "morris", "workloads.pretrain.step_timee", code=2).stderr)

    def test_the_collected_file_opens_in_xarray(self):
        self.write("s.yaml", SWEEP)
        self.sweep("run", "s.yaml", "-o", "d")
        import subprocess
        script = ("import xarray as xr\n"
                  "for engine in ('netcdf4', 'h5netcdf'):\n"
                  "    d = xr.open_dataset('d/sweep.h5', engine=engine)\n"
                  "    v = d.value.sel(metric='workloads.pretrain.step_time')\n"
                  "    assert v.shape == (6,) and float(v[3]) > 1.5 * float(v[0]), v\n"
                  "    assert list(d['site.power.utility.limit'].values) == [20, 25, 30, 20, 25, 30]\n"
                  "    assert d['site.power.utility.limit'].attrs['units'] == 'kW'\n"
                  "    e = xr.open_dataset('d/sweep.h5', engine=engine, group='sensitivity').to_dataframe()\n"
                  "    e = e[e.metric == 'workloads.pretrain.step_time'].set_index('coordinate').share\n"
                  "    assert e['workloads[pretrain].train.global_batch'] > 0.99, e\n")
        done = subprocess.run(["/usr/bin/python3", "-c", script], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_jobs_and_order_do_not_matter(self):
        self.write("s.yaml", SWEEP)
        self.sweep("run", "s.yaml", "-o", "a", "--jobs", "1")
        self.sweep("run", "s.yaml", "-o", "b", "--jobs", "4")
        commands = self.sweep("plan", "s.yaml", "-o", "c", "--commands", "--chunk-size", "2").stdout.splitlines()
        self.assertEqual(len(commands), 3)
        for command in reversed(commands):
            self.assertEqual(os.system(command), 0)
        self.sweep("collect", "c")
        self.assertEqual({digest(self.path(f + "/sweep.h5")) for f in "abc"}.__len__(), 1)

    def test_a_failing_point_does_not_stop_the_others(self):
        self.write("s.yaml", SWEEP.replace("site.power.utility.limit, from: 20 kW, to: 30 kW, count: 3",
                                           '"workloads[pretrain].train.parallelism.pp", values: [2, 7]'))
        done = json.loads(self.sweep("run", "s.yaml", "-o", "d", "--json", code=4).stdout)
        self.assertEqual((done["done"], done["failed"]), (2, 2))
        logs = os.listdir(self.path("d/failed"))
        self.assertEqual(len(logs), 2)
        with open(self.path("d/failed/" + logs[0])) as f:
            self.assertIn("pp", f.read())

    def test_what_does_not_fit_in_memory_is_told_apart(self):
        self.write("small.yaml", SMALL.replace("llama-3.1-8b", "llama-3.1-405b"))
        self.write("s.yaml", SWEEP)
        done = json.loads(self.sweep("run", "s.yaml", "-o", "d", "--json", code=4).stdout)
        self.assertEqual((done["forbidden"], done["failed"]), (6, 0))
        self.assertEqual(len(os.listdir(self.path("d/reports"))), 6)

    def test_resuming_runs_only_what_is_missing(self):
        self.write("s.yaml", SWEEP)
        self.sweep("run", "s.yaml", "-o", "d")
        before = digest(self.path("d/sweep.h5"))
        reports = sorted(os.listdir(self.path("d/reports")))
        os.unlink(self.path("d/reports/" + reports[2]))
        kept = {r: os.stat(self.path("d/reports/" + r)).st_mtime_ns for r in reports if r != reports[2]}
        self.sweep("run", "s.yaml", "-o", "d")
        self.assertEqual(before, digest(self.path("d/sweep.h5")))
        self.assertEqual(kept, {r: os.stat(self.path("d/reports/" + r)).st_mtime_ns for r in kept})

    def test_repeats_have_seeds_of_their_own(self):
        self.write("s.yaml", SWEEP.replace("objective", "repeat: 3\nobjective"))
        points = [json.loads(l) for l in self.sweep("plan", "s.yaml", "--json").stdout.splitlines()]
        self.assertEqual(len(points), 18)
        self.assertEqual([p["seed"] for p in points[:6]], [1, 2, 3, 1, 2, 3])
        self.assertEqual(len({p["id"] for p in points}), 18)

    def test_samples_cover_their_ranges(self):
        for method in ("random", "latin-hypercube", "sobol"):
            self.write("s.yaml", "schema: 1\nbase: small.yaml\nsample: {method: %s, count: 16}\nvary:\n"
                                 "  - {path: site.cooling.rack_supply, from: 20 degC, to: 36 degC}\n"
                                 "  - {path: site.power.utility.limit, from: 10 kW, to: 1000 kW, scale: log}\n" % method)
            self.sweep("plan", "s.yaml", "-o", method)
            with open(self.path(method + "/points.jsonl")) as f:
                values = [[float(text.split()[0]) for _, text in json.loads(l)["set"]] for l in f]
            self.assertEqual(len(values), 16)
            self.assertTrue(all(20 <= a < 36 and 10 <= b < 1000 for a, b in values))
            if method != "random":  # one value in each sixteenth of the range
                self.assertEqual(sorted(int(a - 20) for a, _ in values), list(range(16)))

    def test_mistakes_are_told_with_their_place(self):
        for text, words in ((SWEEP.replace("vary", "varry"), "did you mean 'vary'"), (SWEEP.replace("small.yaml", "none.yaml"), "s.yaml:3:7: base: no file"),
                            (SWEEP.replace("30 kW", "30 MW"), "must have the same unit"), (SWEEP.replace("[16, 32]", "[16, soon]"), "soon"),
                            (SWEEP.replace("site.power.utility.limit", "site.power.utility.limmit"), "limmit"), (SMALL, "not a sweep")):
            self.write("s.yaml", text)
            self.assertIn(words, self.sweep("plan", "s.yaml", "--dry-run", code=2).stderr)
        self.assertIn("no sweep is planned here", self.sweep("status", ".", code=2).stderr)
        self.write("s.yaml", SWEEP.replace("80 GB", "80 kW"))
        self.sweep("run", "s.yaml", "-o", "d")
        self.assertIn("is a power", self.sweep("best", "d", code=2).stderr)

    def test_the_python_loader(self):
        import subprocess
        from command import SOURCE
        self.write("s.yaml", SWEEP)
        self.sweep("run", "s.yaml", "-o", "d")
        with open(self.path("d/points.jsonl")) as f:
            point = json.loads(f.readline())
        script = ("import headroom\n"
                  "s = headroom.open_sweep('d')\n"
                  "f = headroom.frame(s)\n"
                  "assert len(f) == 6 and (f['workloads[pretrain].train.global_batch'].values[:3] == 16).all(), f\n"
                  "r = headroom.open_report('d/reports/%s.h5')\n"
                  "assert r.status == 'done' and r.units['workloads.pretrain.step_time'] == 's'\n"
                  "assert abs(r.metrics['workloads.pretrain.step_time'] - f['workloads.pretrain.step_time'].values[0]) == 0\n"
                  "assert len(r.table('workloads/pretrain/steps')) >= 1\n" % point["id"])
        done = subprocess.run(["/usr/bin/python3", "-B", "-c", script], cwd=self.folder, capture_output=True, text=True,
                              env={**os.environ, "PYTHONPATH": os.path.join(SOURCE, "analysis", "python")})
        self.assertEqual(done.returncode, 0, done.stderr)
