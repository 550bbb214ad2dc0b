"""A user's mistake: one clear error with its place and status 2; a failing file: status 5; never a partial final file."""
import os
import subprocess
import time
import unittest

from command import SMALL, CommandTest


class BadInput(CommandTest):
    def refuse(self, text, *wanted, code=2):
        file = self.write("x.yaml", text)
        done = self.run_command("check", file, timeout=20)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertTrue(done.stderr.strip())
        for w in wanted:
            self.assertIn(w, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_the_small_scenario_itself_is_good(self):
        done = self.run_command("check", self.write("x.yaml", SMALL))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_empty_file(self):
        self.refuse("", "x.yaml")

    def test_binary_file(self):
        self.refuse(bytes(range(256)) * 16, "x.yaml")

    def test_missing_file(self):
        done = self.run_command("check", "nowhere.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nowhere.yaml", done.stderr)

    def test_a_folder_in_place_of_a_file(self):
        done = self.run_command("check", self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr.strip())

    def test_100_megabytes(self):
        file = self.write("x.yaml", b"a: " + b"x" * 100_000_000)
        start = time.monotonic()
        done = self.run_command("check", file, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertLess(len(done.stderr), 2000)
        self.assertLess(time.monotonic() - start, 15)

    def test_deep_nesting(self):
        self.refuse("a: " + "[" * 20000, "x.yaml")

    def test_duplicate_key(self):
        self.refuse(SMALL + "name: again\n", "x.yaml:16:1", "name")

    def test_unknown_key_is_given_the_known_one(self):
        self.refuse(SMALL.replace("micro_batch", "micro_bach"), "x.yaml:13:7", "micro_bach", "did you mean", "micro_batch")

    def test_missing_unit(self):
        self.refuse(SMALL + "run: {duration: 5}\n", "x.yaml:16:", "run.duration", "unit")

    def test_wrong_unit(self):
        self.refuse(SMALL + "run: {duration: 5 kW}\n", "x.yaml:16:", "run.duration", "power")

    def test_negative_count(self):
        self.refuse(SMALL.replace("count: 2", "count: -2"), "x.yaml:5:", "count")

    def test_zero_racks(self):
        self.refuse(SMALL.replace("count: 2", "count: 0"), "x.yaml:5:", "count")

    def test_nan(self):
        self.refuse(SMALL.replace("sequence: 4096", "sequence: .nan"), "x.yaml:11:", "sequence")
        self.refuse(SMALL + "run: {duration: .nan h}\n", "x.yaml:16:", "duration")

    def test_no_workload(self):
        done = self.run_command("check", self.write("x.yaml", SMALL.split("workloads:")[0]))
        self.assertEqual(done.returncode, 2)
        self.assertIn("workloads", done.stderr)

    def test_a_plan_that_does_not_divide(self):
        self.refuse(SMALL.replace("pp: 2", "pp: 3"), "x.yaml:14:", "pp")

    def test_plans_that_cannot_be(self):
        plain = "parallelism: {tp: 2, pp: 2, zero: 1, sequence_parallel: true}"
        moe = SMALL.replace("llama-3.1-8b", "qwen3-30b-a3b")
        node = "catalog:\n  - node: {name: p150s, accelerator: blackhole-p150, accelerators: 8, host_idle: 500 W, host_active: 900 W, nameplate: 5 kW}\n    sources: {\"*\": \"assumed: a test\"}\n"
        for text, *words in (
                (SMALL.replace("dgx-h100", "p150s") + node, "x.yaml:10:", "train.precision", "blackhole-p150 has no bf16 rate; it has fp16, fp8"),
                (SMALL.replace(plain, "parallelism: {tp: 3}").replace("count: 2", "count: 3"), "x.yaml:14:", "parallelism.tp", "divide the 32 heads; 2 and 4 would"),
                (SMALL.replace("global_batch: 32", "global_batch: 33"), "x.yaml:12:", "train.global_batch", "32 and 36 would"),
                (SMALL.replace(plain, "pipeline: zbv"), "x.yaml:14:", "train.pipeline", "zbv", "pp is 1"),
                (SMALL.replace("precision: bf16", "precision: nvfp4"), "x.yaml:10:", "train.precision", "h100 has no nvfp4 rate; it has", "fp8"),
                (SMALL.replace("precision: bf16", "precision: mxfp8"), "x.yaml:10:", "train.precision", "h100 has no mxfp8 rate; it has", "fp8"),
                (moe.replace(plain, "parallelism: {ep: 7}"), "x.yaml:14:", "parallelism.ep", "divide the 128 experts; 4 and 8 would"),
                (moe.replace(plain, "parallelism: {ep: 32}"), "x.yaml:14:", "parallelism.ep", "32", "16 ranks"),
                (moe.replace(plain, "moe: {routing: {kind: trace, zipf: 1}}"), "x.yaml:14:", "routing.zipf", "kind: trace"),
                (moe.replace(plain, "moe: {routing: {file: loads.csv}}"), "x.yaml:14:", "routing.file", "balanced")):
            with self.subTest(words[1]):
                self.refuse(text, *words)

    def test_keys_that_change_nothing_are_named(self):
        for was, now, *words in (
                ("micro_batch: 1", "packing: {mean_length: 5000}", "train.packing.mean_length", "longer than a sequence"),
                ("micro_batch: 1", "recompute: selective", "train.recompute", "fused attention"),
                ("micro_batch: 1", "moe: {routing: {zipf: 1}}", "train.moe.routing", "no experts"),
                ("micro_batch: 1", "overlap: {ep: true}", "train.overlap.ep", "ep is 1")):
            with self.subTest(words[0]):
                done = self.run_command("check", self.write("x.yaml", SMALL.replace(was, now)))
                self.assertEqual(done.returncode, 0, done.stderr)
                for w in (*words, "changes nothing"):
                    self.assertIn(w, done.stderr)
        self.assertEqual(self.run_command("check", self.write("x.yaml", SMALL)).stderr, "")
        # Overlap is the default: without anything to run beside it is no statement of the user's.
        self.assertEqual(self.run_command("check", self.write("x.yaml", SMALL.replace(", sequence_parallel: true", ""))).stderr, "")

    def test_a_model_whose_steps_are_missed_is_named(self):
        done = self.run_command("check", self.write("x.yaml", SMALL.replace("llama-3.1-8b", "gpt-oss-20b")))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("train.model: steps of gpt-oss 120B come out 20 to 55 % quicker", done.stderr)

    def test_unknown_catalog_name(self):
        self.refuse(SMALL.replace("dgx-h100", "dgx-h10"), "x.yaml:5:", "dgx-h100")
        self.refuse(SMALL.replace("llama-3.1-8b", "llama-3.1-9b"), "x.yaml:9:", "llama-3.1-8b")

    def test_all_errors_at_once(self):
        text = SMALL.replace("count: 2", "count: -2").replace("micro_batch", "micro_bach") + "run: {duration: 5}\n"
        err = self.refuse(text, "count", "micro_bach", "duration")
        self.assertGreaterEqual(len(err.strip().splitlines()), 3)

    def test_what_does_not_go_together_is_refused_by_name(self):
        serve = """schema: 1
site: {systems: [{name: s, type: dgx-h100, count: 2}]}
workloads:
  - name: chat
    serve: {model: llama-3.1-8b, EXTRA, requests: {arrival: {poisson: 1 /s}, count: 5, prompt_tokens: {fixed: 9}, output_tokens: {fixed: 9}}}
"""
        pools = "pools: {prefill: {replicas: 1}, decode: {replicas: 1}}"
        second = "models: [{model: llama-3.1-8b}]"
        for extra, *words in (
                (f"{pools}, rollout: {{at: 1 min, replicas: 2}}", "serve.rollout.replicas", "so are pools"),
                ("replicas: 2, rollout: {at: 1 min, " + pools + "}", "serve.rollout.pools", "the old version has none"),
                (f"replicas: 2, {second}", "models[0].replicas", "or pools"),
                (f"{pools}, sharing: resident, {second}", "serve.sharing", "pools"),
                ("replicas: 2, sharing: resident", "serve.sharing", "no further models"),
                ("replicas: 2, sharing: resident, models: [{model: llama-3.1-8b, replicas: 3}]", "models[0].replicas", "is 3", "the 2 of the first"),
                ("replicas: 2, sharing: resident, models: [{model: llama-3.1-8b, parallelism: {tp: 2}}]", "models[0].parallelism", "takes 2"),
                ("replicas: 2, sharing: swapped, models: [{model: llama-3.1-8b, memory: 40 %}]", "models[0].memory", "do not share device memory"),
                ("replicas: 2, kv_cache: {load: layer-wise}", "serve.kv_cache.load", "there are none"),
                ("replicas: 2, routing: {zipf: 1}", "serve.routing", "has none"),
                ("replicas: 2, parallelism: {cp: 0}", "cp", "1"),
                ("replicas: 2, speculative: {method: eagle, tree: [9, 9, 9], acceptance: 50 %}", "speculative.tree", "819", "255"),
                ("replicas: 2, speculative: {method: eagle, tree: [2], draft_tokens: 2, acceptance: 50 %}", "speculative.draft_tokens"),
                ("replicas: 2, stages: [{name: answer, time: 1 s}]", "stages[0].name", "answer"),
                ("replicas: 2, stages: [{name: x, time: 1 s, after: [nothing]}]", "stages[0].after", "'nothing'"),
                ("replicas: 2, stages: [{name: x, time: 1 s, generate: {prompt_tokens: {fixed: 1}, output_tokens: {fixed: 1}}}]",
                 "stages[0].generate", "the replicas serve it"),
                ("replicas: 2, stages: [{name: x, generate: {prompt_tokens: {fixed: 1}}}]", "output_tokens")):
            with self.subTest(extra):
                self.refuse(serve.replace("EXTRA", extra), *words)

    def test_a_fault_that_befalls_nothing(self):
        for fault, words in (("at: 1 s, what: meteor, where: cdu-1", ("meteor", "pump-trip", "feed-loss")),
                             ("at: 1 s, what: feed-loss, where: feed-2", ("feed-2", "feed-1")),
                             ("at: 1 s, what: feed-loss", ("where", "missing"))):
            self.refuse(SMALL.replace("site:\n", "site:\n  faults: [{" + fault + "}]\n"), *words)

    def test_weather_with_gaps(self):
        rows = ["hour_index,drybulb_C,wetbulb_C"] + [f"{h},20,15" for h in range(8760) if not 40 <= h < 60]
        weather = self.write("w.csv", "\n".join(rows) + "\n")
        text = SMALL.replace("site:\n", "site:\n  cooling: {weather: {file: %s, start: 2026-07-15}}\n" % os.path.basename(weather))
        self.refuse(text, "w.csv:42", "20 h of dry bulb are missing")

    def test_replicas_that_do_not_go_together(self):
        whole = """schema: 1
site: {systems: [{name: s, type: dgx-h100, count: 2}]}
workloads:
  - name: w
    serve:
      model: llama-3.1-8b
      SERVE
      requests: {arrival: {poisson: 1 /s}, prompt_tokens: {fixed: 10}, output_tokens: {fixed: 10}, count: 5}
"""
        pools = "pools: {prefill: {replicas: 2}, decode: {replicas: 2}}"
        scale = "replicas: {min: 2, max: 4, scale_on: {outstanding: 8}, start_up: 1 min}"
        for serve, *expected in (
                (scale.replace("min: 2, ", ""), "replicas.min", "is needed"),
                (scale.replace(", start_up: 1 min", ""), "replicas.start_up", "is needed"),
                (scale.replace("min: 2", "min: 5"), "replicas", "5", "4"),
                (scale.replace("max: 4", "max: 4, count: 3"), "replicas.count", "fixed"),
                (scale.replace("max: 4", "max: 40"), "40", "16"),
                (pools.replace("decode: {replicas: 2}", "decode: {replicas: 20}"), "22", "16"),
                (pools + "\n      replicas: 4", "replicas", "pools"),
                (pools + "\n      parallelism: {tp: 2}", "parallelism", "pools")):
            with self.subTest(serve):
                self.refuse(whole.replace("SERVE", serve), *expected)
        for serve in (scale, pools):
            done = self.run_command("check", self.write("good.yaml", whole.replace("SERVE", serve)))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_usage(self):
        for arguments in ([], ["fly"], ["run"], ["run", "a.yaml", "--colour"], ["report"]):
            done = self.run_command(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr.strip())

    def test_bad_override(self):
        file = self.write("x.yaml", SMALL)
        for override in ("nothing", "site.systems[other].count=3", "run.duraton=5 h"):
            done = self.run_command("check", file, "--set", override)
            self.assertEqual(done.returncode, 2, override)
            self.assertTrue(done.stderr.strip())

    def test_not_a_report(self):
        done = self.run_command("report", self.write("x.h5", "no"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("not a Headroom report", done.stderr)

    def test_unwritable_output(self):
        file = self.write("x.yaml", SMALL)
        done = self.run_command("run", file, "-o", self.path("no/such/folder/x.h5"))
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("x.h5", done.stderr)

    def test_full_disk(self):
        mount = self.path("small")
        os.mkdir(mount)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", mount], capture_output=True).returncode:
            self.skipTest("skipped: cannot mount a small file system")
        try:
            file = self.write("x.yaml", SMALL)
            done = self.run_command("run", file, "-o", os.path.join(mount, "x.h5"))
            self.assertEqual(done.returncode, 5, done.stderr)
            self.assertTrue(done.stderr.strip())
            self.assertFalse(os.path.exists(os.path.join(mount, "x.h5")))
        finally:
            subprocess.run(["umount", mount], check=True)

    def test_truncated_trace(self):
        self.write("t.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17")
        serve = """schema: 1
site: {systems: [{name: s, type: dgx-h100, count: 1}]}
workloads:
  - name: chat
    serve: {model: llama-3.1-8b, requests: {trace: t.csv, format: azure-llm}}
"""
        done = self.run_command("run", self.write("x.yaml", serve), "-o", self.path("x.h5"))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("t.csv:3", done.stderr)
        self.assertFalse(os.path.exists(self.path("x.h5")))


if __name__ == "__main__":
    unittest.main()
