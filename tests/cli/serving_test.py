"""Serving as a scenario asks for it: drafts, fleets, models, adapters, sessions, stages; and what is wrong said so."""
import json
import os
import pathlib
import re
import unittest

from command import SOURCE, CommandTest

BASE = """schema: 1
name: Chat
site:
  systems:
    - {name: serve, type: dgx-h100, count: 1}
  storage:
    - {name: weights, type: weka}
workloads:
  - name: chat
    serve:
      model: llama-3.1-8b
      replicas: 4
      requests:
        count: 400
        arrival: {poisson: 40 /s}
        prompt_tokens: {fixed: 512}
        output_tokens: {fixed: 64}
      slo: {ttft: 500 ms, tpot: 30 ms}
"""
WORK = "workloads.chat."


class Serving(CommandTest):
    def chat(self, *extra, base=BASE, requests=None):
        """Runs the base scenario with further keys of `serve`."""
        text = base if requests is None else base[:base.index("      requests:")] + requests + base[base.index("      slo:"):]
        return self.run_json(self.write("s.yaml", text + "".join("      " + e + "\n" for e in extra)))

    def errors(self, *extra, base=BASE):
        done = self.run_command("check", self.write("s.yaml", base + "".join("      " + e + "\n" for e in extra)))
        return done.stdout + done.stderr

    def test_tiers_stand_fastest_first(self):
        tiers = "kv_cache: {prefix_caching: true, tiers: [{memory: %s, capacity: 0.1 TB}, {memory: %s, capacity: 0.1 TB}]}"
        self.assertIn("tiers[1].memory: host comes after nvme; tiers stand fastest first", self.errors(tiers % ("nvme", "host")))
        self.assertNotIn("fastest first", self.errors(tiers % ("host", "nvme")))

    def test_drafts_help_few_users_and_hurt_many(self):
        def tpot(users, *extra):
            return self.chat(*extra, base=BASE.replace("{poisson: 40 /s}", "{closed_loop: {users: %d}}" % users)
                             .replace("replicas: 4", "replicas: 1").replace("count: 400", "count: %d" % (4 * users)))
        drafts = "speculative: {method: eagle, draft_tokens: 3, published: kimi-k2.5-eagle3}"
        one, drafted = tpot(2), tpot(2, drafts)
        self.assertLess(drafted[WORK + "tpot.mean"], 0.75 * one[WORK + "tpot.mean"])
        self.assertAlmostEqual(drafted[WORK + "speculation.tokens_per_step"], 2.88, delta=0.15)
        weak = "speculative: {method: draft-model, draft_model: llama-3.1-8b, draft_tokens: 8, acceptance: 30 %}"
        many, slowed = tpot(128), tpot(128, weak)
        self.assertGreater(slowed[WORK + "tpot.mean"], 1.5 * many[WORK + "tpot.mean"])
        self.assertGreater(slowed[WORK + "kv_cache_peak"], many[WORK + "kv_cache_peak"])  # two models in the memory of one
        limited = tpot(128, "speculative: {method: n-gram, draft_tokens: 8, acceptance: 30 %, max_batch: 1}")
        self.assertAlmostEqual(limited[WORK + "tpot.mean"], many[WORK + "tpot.mean"], delta=0.02 * many[WORK + "tpot.mean"])

    def test_the_short_form_of_drafts(self):
        m = self.chat("speculative: {draft_tokens: 3, acceptance: 70 %, draft_cost: 5 %}")
        self.assertAlmostEqual(m[WORK + "speculation.tokens_per_step"], (1 - 0.7**4) / 0.3, delta=0.05)

    def test_classes_admission_patience_and_failures(self):
        m = self.chat("classes: [{name: chat, share: 3, priority: 1, slo: {ttft: 1 s}}, {name: batch, admitted: 50 %, slo: {e2e: 60 s}}]",
                      "admission: {outstanding: 20}", "patience: {timeout: 20 s, retries: 1}",
                      "failures: {list: [{replica: 1, at: 3 s, repair: 1 min}]}")
        ended = sum(m[WORK + "requests." + k] for k in ("completed", "rejected", "shed", "timed_out"))
        self.assertEqual(ended, 400)
        self.assertEqual(m[WORK + "replicas.failures"], 1)
        self.assertGreater(m[WORK + "requests.rerouted"], 0)
        self.assertAlmostEqual(m[WORK + "classes.chat.requests"], 300, delta=40)
        self.assertEqual(m[WORK + "classes.chat.requests"] + m[WORK + "classes.batch.requests"], 400)
        self.assertGreater(m[WORK + "good_requests_per_second"], 0)

    def test_models_adapters_and_a_roll_out(self):
        two = self.chat("models: [{model: llama-3.1-70b, replicas: 1, parallelism: {tp: 4}, share: 0.25}]")
        self.assertAlmostEqual(two[WORK + "groups.llama-3.1-70b.requests"], 80, delta=25)
        self.assertGreater(two[WORK + "groups.llama-3.1-70b.tpot.mean"], 1.2 * two[WORK + "groups.llama-3.1-8b.tpot.mean"])
        plain, adapted = self.chat(), self.chat("adapters: {count: 20, rank: 64, resident: 4}")
        self.assertGreater(adapted[WORK + "adapters.loads"], 16)
        self.assertGreater(adapted[WORK + "tpot.mean"], plain[WORK + "tpot.mean"])
        rolled = self.chat("rollout: {at: 0.05 min, precision: fp8, start_up: 0.02 min}")
        self.assertGreater(rolled[WORK + "groups.new.requests"], 100)
        self.assertLess(rolled[WORK + "groups.new.tpot.mean"], rolled[WORK + "groups.old.tpot.mean"])

    def test_kinds_of_kernels_add_up(self):
        m = self.chat()
        for name in ("energy_per_token", "cost_per_token", "board_energy_per_token"):
            kinds = [v for k, v in m.items() if k.startswith(f"{WORK}{name}.kernels.")]
            self.assertGreaterEqual(len(kinds), 5)
            self.assertAlmostEqual(sum(kinds) / m[WORK + name], 1, delta=1e-6)
            self.assertGreater(m[f"{WORK}{name}.kernels.gemm"], 0)
        phases = [m[f"{WORK}board_energy_per_token.phases.{p}"] for p in ("prefill", "decode")]
        rest = [m[f"{WORK}board_energy_per_token.kernels.{k}"] for k in ("host", "waiting")]
        self.assertAlmostEqual(sum(phases) + sum(rest), m[WORK + "board_energy_per_token"], delta=1e-6 * m[WORK + "board_energy_per_token"])
        self.assertTrue(60 < m[WORK + "kernel_power.decode_attention"] <= 700)

    def test_a_fleet_of_pools(self):
        base = BASE.replace("      replicas: 4\n", "      pools: {prefill: {replicas: 2}, decode: {replicas: 1}}\n").replace(
            "count: 400", "count: 4000")
        base = base.replace("count: 1}", "count: 2}")
        m = self.chat("patience: {timeout: 20 s, retries: 1}", "adapters: {count: 6, resident: 2}",
                      "failures: {list: [{replica: 0, at: 20 s, repair: 0.2 min}, {replica: 5, at: 50 s, repair: 0.1 min}]}",
                      "rollout: {at: 1 min, start_up: 0.1 min, pools: {prefill: {replicas: 3}, decode: {replicas: 2}}}", base=base)
        self.assertEqual(m[WORK + "requests.completed"] + m[WORK + "requests.timed_out"], 4000)
        self.assertEqual(m[WORK + "replicas.failures"], 2)
        self.assertGreater(m[WORK + "groups.new.requests"], 500)
        m = self.chat("models: [{model: llama-3.1-70b, share: 0.2, pools: {prefill: {replicas: 1, parallelism: {tp: 4}}, "
                      "decode: {replicas: 1, parallelism: {tp: 4}}}}]", base=base)
        self.assertEqual(m[WORK + "requests.completed"], 4000)
        self.assertGreater(m[WORK + "groups.llama-3.1-70b.tpot.mean"], m[WORK + "groups.llama-3.1-8b.tpot.mean"])

    def test_pools_on_two_leaves_wait_for_uplinks(self):
        site = """site:
  fabric: {oversubscription: OVER}
  systems:
    - {name: serve, type: dgx-h100, count: 128}
"""
        base = site + BASE[BASE.index("workloads:"):].replace("replicas: 4", """pools: {prefill: {replicas: 480}, decode: {replicas: 480}}""").replace(
            "poisson: 40", "poisson: 800").replace("count: 400", "count: 3000").replace("fixed: 512", "fixed: 8000")
        def transfer(over):
            return self.run_json(self.write("s.yaml", "schema: 1\n" + base.replace("OVER", over)))[WORK + "kv_transfer.mean"]
        free, short = transfer("1"), transfer("32")
        self.assertGreater(short, 1.05 * free)

    def test_models_on_the_same_accelerators(self):
        second = "models: [{model: llama-3.1-8b, share: 1, %s}]"
        alone = self.chat()
        both = self.chat("sharing: resident", second % "memory: 30 %")
        self.assertEqual(both[WORK + "requests.completed"], 400)
        self.assertGreater(both[WORK + "tpot.mean"], 1.3 * alone[WORK + "tpot.mean"])
        self.assertLess(both[WORK + "tpot.mean"], 2.2 * alone[WORK + "tpot.mean"])
        swapped = self.chat("sharing: {how: swapped, patience: 2 s}", second % "precision: fp8")
        self.assertEqual(swapped[WORK + "requests.completed"], 400)
        self.assertGreater(swapped[WORK + "model_swaps"], 2)
        self.assertGreater(swapped[WORK + "ttft.mean"], both[WORK + "ttft.mean"])
        self.assertIn("left for the KV cache", self.errors("sharing: resident", second % "memory: 15 %"))

    def test_agents_go_on_after_their_answer(self):
        m = self.chat("kv_cache: {prefix_caching: true}", "router: session-sticky",
                      "stages: [{name: search, service: milvus}, {name: tool, time: 2 s, after: [answer]}, "
                      "{name: rerank, time: 20 ms, servers: 4}, {name: conclude, generate: {prompt_tokens: {fixed: 200}, output_tokens: {fixed: 32}}}]")
        self.assertEqual(m[WORK + "tasks.completed"], 400)
        self.assertEqual(m[WORK + "requests.completed"], 800)
        self.assertGreater(m[WORK + "tasks.e2e.p50"], 2)
        self.assertGreater(m[WORK + "prefix_hit_rate"], 0.35)
        self.assertLess(m[WORK + "calls.conclude.ttft.mean"], m[WORK + "calls.answer.ttft.mean"])

    def test_swapping_context_ranks_imbalance_and_trees(self):
        swapped = self.chat("batching: {preemption: swap, swap_space: 8 GB}")
        self.assertEqual(swapped[WORK + "requests.completed"], 400)
        long = BASE.replace("replicas: 4", "replicas: 1").replace("fixed: 512", "fixed: 60000").replace("poisson: 40", "poisson: 0.2").replace(
            "count: 400", "count: 20")
        one, four = self.chat(base=long), self.chat("parallelism: {cp: 4}", base=long)
        self.assertLess(four[WORK + "ttft.mean"], 0.45 * one[WORK + "ttft.mean"])
        self.assertGreater(four[WORK + "ttft.mean"], 0.2 * one[WORK + "ttft.mean"])
        moe = BASE.replace("model: llama-3.1-8b", "model: qwen3-30b-a3b").replace("replicas: 4", "replicas: 1")
        even = self.chat("parallelism: {ep: 8}", base=moe)
        skewed = self.chat("parallelism: {ep: 8}", "routing: {zipf: 1}", base=moe)
        self.assertGreater(skewed[WORK + "ttft.mean"], even[WORK + "ttft.mean"])
        m = self.chat("speculative: {method: eagle, tree: [3, 2, 1], acceptance: 60 %}")
        first, second = 1 - 0.4**3, 1 - 0.4**2
        self.assertAlmostEqual(m[WORK + "speculation.tokens_per_step"], 1 + first + first * second + first * second * 0.6, delta=0.06)

    def test_every_accelerator_of_the_catalog_serves(self):
        sheets = os.path.join(SOURCE, "models/catalog/sheets/accelerator")
        names = sorted(f[:-5] for f in os.listdir(sheets))
        self.assertTrue({"tpu-v6e", "trainium2", "groq-lpu", "wormhole-n300", "blackhole-p150", "rtx-4090", "rtx-pro-6000", "l40s", "a40",
                         "b60"} <= set(names))
        base = """schema: 1
catalog:
  - node: {name: mine, accelerator: CHIP, accelerators: 4, host_idle: 400 W, host_active: 800 W, nameplate: 9 kW, nic: 100 Gbps}
    sources: {"*": "assumed"}
site: {systems: [{name: s, type: mine, count: 1}]}
workloads:
  - name: chat
    serve:
      model: {layers: 4, hidden: 1024, heads: 16, kv_heads: 4, head_dim: 64, ffn_hidden: 4096, gated_ffn: true, vocab: 8000, tied_embeddings: true}
      precision: fp16
      replicas: 4
      batching: {max_tokens: 256, max_sequences: 32}
      requests: {count: 40, arrival: {poisson: 20 /s}, prompt_tokens: {fixed: 200}, output_tokens: {fixed: 50}}
"""
        speeds = {}
        for name in names:
            with self.subTest(name):
                text = base.replace("CHIP", name)
                if not re.search("peak: {[^}]*fp16", pathlib.Path(sheets, name + ".yaml").read_text()):
                    text = text.replace("precision: fp16", "precision: bf16")
                file = self.write("s.yaml", text)
                m = self.run_json(file)
                self.assertEqual(m[WORK + "requests.completed"], 40)
                self.assertGreater(m[WORK + "energy_per_token"], 0)
                speeds[name] = m[WORK + "tpot.mean"]
                self.assertRegex(self.run_command("check", file).stdout, f"confidence of {name}: [A-DM], of kernels [^ ]+: [A-DM]")
        self.assertLess(speeds["h100"], speeds["wormhole-n150"])
        self.assertLess(speeds["blackhole-p150"], speeds["wormhole-n150"])  # 0.512 TB/s against 0.288

    def test_weights_come_from_a_store(self):
        scaled = BASE.replace("count: 400", "count: 4000").replace(
            "replicas: 4", "replicas: {min: 1, max: 8, scale_on: {outstanding: 4}, start_up: 0.1 min%s}")
        loaded = (scaled % ", load_from: weights").replace("type: weka}", "type: weka, read: 0.2 GB/s}")
        quick, slow = self.chat(base=scaled % ""), self.chat(base=loaded)
        self.assertGreater(slow[WORK + "ttft.mean"], quick[WORK + "ttft.mean"])

    def test_stages_come_before_the_first_token(self):
        plain = self.chat()
        rag = self.chat("stages: [{name: embed, time: 5 ms, servers: 8}, {name: search, service: milvus}, "
                        "{name: features, service: feast-redis, after: [embed]}, {name: tool, time: 1 s}]")
        self.assertGreater(rag[WORK + "ttft.p50"], plain[WORK + "ttft.p50"] + 1.0)
        self.assertAlmostEqual(rag[WORK + "stages.tool.mean"], 1.0, delta=1e-6)
        self.assertGreater(rag[WORK + "stages.search.utilisation"], 0)

    def test_conversations_find_what_was_said(self):
        asked = """      requests:
        count: 60
        arrival: {gamma: {rate: 4 /s, shape: 0.5}}
        prompt_tokens: {uniform: {from: 100, to: 300}}
        output_tokens: {fixed: 64}
        sessions: {turns: {fixed: 4}, think: 2 s}
"""
        sticky = self.chat("router: session-sticky", "kv_cache: {prefix_caching: true}", requests=asked)
        spread = self.chat("router: round-robin", "kv_cache: {prefix_caching: true}", requests=asked)
        self.assertEqual(sticky[WORK + "requests.completed"], 240)
        self.assertGreater(sticky[WORK + "prefix_hit_rate"], 0.5)
        self.assertGreater(sticky[WORK + "prefix_hit_rate"], 1.5 * spread[WORK + "prefix_hit_rate"])

    def test_traces_of_lengths_take_arrivals_from_the_scenario(self):
        self.write("t.csv", "num_prefill_tokens,num_decode_tokens\n" + "700,20\n300,40\n" * 50)
        m = self.chat(requests="      requests: {trace: t.csv, format: vidur, count: 100, arrival: {poisson: 20 /s}}\n")
        self.assertEqual(m[WORK + "requests.completed"], 100)
        self.write("b.csv", "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n" +
                   "".join(f"{i},GPT-4,100,{10 * (i % 3)},0,API log\n" for i in range(60)))
        cut = self.chat(requests="      requests: {trace: b.csv, format: burstgpt, from: 10 s, until: 40 s, rate_scale: 2}\n")
        self.assertEqual(cut[WORK + "requests.completed"], 20)

    def test_pools_scale_and_their_machines_fail(self):
        scaled = BASE.replace("      replicas: 4\n", "      pools: {prefill: {replicas: {min: 1, max: 3, scale_on: {outstanding: 2}, start_up: 0.2 min}}, "
                              "decode: {replicas: {min: 1, max: 4, scale_on: {outstanding: 8}, start_up: 0.2 min}}}\n").replace("count: 400", "count: 8000")
        m = self.chat(base=scaled)
        self.assertEqual(m[WORK + "requests.completed"], 8000)
        self.assertTrue(1.2 < m[WORK + "replicas.decode.mean"] < m[WORK + "replicas.decode.peak"] <= 4)
        self.assertLess(m[WORK + "replicas.prefill.mean"], 1.1)
        failing = BASE.replace("      replicas: 4\n", "      pools: {prefill: {replicas: 8}, decode: {replicas: 8}}\n").replace("count: 400", "count: 8000").replace(
            "count: 1}", "count: 2}").replace("  storage:\n", "  failures: {rates: llama-3, domains: [{what: node, per_year: 300000, repair: 0.01 h}]}\n  storage:\n")
        m = self.chat(base=failing)
        self.assertEqual(m[WORK + "requests.completed"], 8000)
        self.assertGreater(m[WORK + "replicas.failures"], 1)
        self.assertGreater(m[WORK + "requests.rerouted"], 0)

    def test_a_failure_that_nobody_sees_at_once_hangs_requests(self):
        failed = "failures: {list: [{replica: 1, at: 3 s, repair: 1 min}]%s}"
        seen, hung = self.chat(failed % ""), self.chat(failed % ", detection: 4 s")
        self.assertEqual(hung[WORK + "requests.completed"], 400)
        self.assertLess(seen[WORK + "e2e.p99"], 1.5)
        self.assertGreater(hung[WORK + "e2e.p99"], 3.0)
        self.assertGreater(hung[WORK + "requests.rerouted"], seen[WORK + "requests.rerouted"])

    def test_settings_of_the_engine_may_be_given_one_by_one(self):
        plain = self.chat()
        late = self.chat("host: {ingress: 115 ms}")
        self.assertAlmostEqual(late[WORK + "ttft.mean"] - plain[WORK + "ttft.mean"], 0.1, delta=0.004)
        serial = self.chat("host: {fixed: 5.55 ms, per_sequence: 16 us}")
        self.assertAlmostEqual(serial[WORK + "tpot.mean"] - plain[WORK + "tpot.mean"], 5e-3, delta=1e-3)
        hidden = self.chat("host: {fixed: 5.55 ms, overlapped: true, exposed: 0 ms}")
        self.assertLess(hidden[WORK + "tpot.mean"], plain[WORK + "tpot.mean"])
        padded = self.chat("batching: {graph_granule: 256}")
        self.assertGreater(padded[WORK + "energy_per_token"], plain[WORK + "energy_per_token"])
        few = self.chat("kv_cache: {blocks: 200}")
        self.assertGreater(few[WORK + "kv_cache_peak"], 0.5)
        self.assertIn("27850 KV blocks", self.errors())
        self.assertIn("200 KV blocks", self.errors("kv_cache: {blocks: 200}"))
        self.assertIn("is 28000; 27850 fit", self.errors("kv_cache: {blocks: 28000}"))
        self.assertIn("do not fit beside", self.errors("kv_cache: {blocks: 40000}"))
        less = self.errors("kv_cache: {reserve_memory: 11.1 GB}")
        self.assertIn("KV blocks", less)
        self.assertNotIn("27850 KV blocks", less)

    def test_caches_give_up_by_their_policy(self):
        asked = """      requests:
        count: 1500
        arrival: {poisson: 40 /s}
        prompt_tokens: {fixed: 64}
        output_tokens: {fixed: 8}
        shared_prefix: {count: 40, tokens: 512}
"""
        base = BASE.replace("replicas: 4", "replicas: 1")
        hits = {}
        for rule in ("eviction: lru, index: hash", "eviction: lru, index: radix", "eviction: fifo, index: hash", "eviction: fifo, index: radix",
                     "eviction: lfu, index: radix"):
            text = base[:base.index("      requests:")] + asked + base[base.index("      slo:"):]
            hits[rule] = self.chat("kv_cache: {prefix_caching: true, blocks: 700, %s}" % rule, base=text)[WORK + "prefix_hit_rate"]
        self.assertEqual(hits["eviction: lru, index: hash"], hits["eviction: lru, index: radix"])
        self.assertGreater(hits["eviction: fifo, index: radix"], hits["eviction: fifo, index: hash"])
        self.assertGreater(hits["eviction: lfu, index: radix"], hits["eviction: fifo, index: hash"])

    def test_queue_batch_and_cache_are_series(self):
        report = self.path("r.h5")
        self.run_command("run", self.write("s.yaml", BASE), "-o", report)
        columns = {}
        for series in ("outstanding_requests", "waiting_requests", "running_requests", "kv_cache_use"):
            lines = self.run_command("export", report, "--csv", "--table", series).stdout.strip().splitlines()
            columns[series] = [float(line.split(",")[-1]) for line in lines[1:]]
        self.assertGreater(max(columns["running_requests"]), 5)
        for whole, waits, runs in zip(columns["outstanding_requests"], columns["waiting_requests"], columns["running_requests"]):
            self.assertEqual(whole, waits + runs)
        self.assertTrue(0.001 < max(columns["kv_cache_use"]) < 0.02)

    def test_what_is_wrong_is_said(self):
        for old, new, text in (("count: 400", "count: 400\n        rate_scale: 2", "is of recorded arrivals, and there are none"),
                               ("count: 400", "count: 400\n        format: mooncake", "is of a trace, and there is none"),
                               ("      replicas: 4\n", "      pools: {prefill: {replicas: {min: 1, max: 2}}, decode: {replicas: 1}}\n",
                                "scale_on.outstanding: is needed"),
                               ("      replicas: 4\n", "      pools: {prefill: {replicas: {load_from: weights}}, decode: {replicas: 1}}\n",
                                "is of all replicas; give replicas.load_from")):
            with self.subTest(new):
                self.assertIn(text, self.errors(base=BASE.replace(old, new)))
        for extra, text in (
                ("speculative: {method: eagle, acceptance: 70 %}", "speculative.draft_tokens: is needed"),
                ("speculative: {method: eagle, draft_tokens: 3}", "is needed, or acceptance_by_position or published"),
                ("speculative: {draft_tokens: 3, acceptance: 70 %}", "speculative.method: is needed, or draft_cost"),
                ("speculative: {method: draft-model, draft_tokens: 3, acceptance: 70 %}", "goes with method draft-model"),
                ("failures: {list: [{replica: 4, at: 1 s}]}", "is 4; there are 4, the first is 0"),
                ("classes: [{name: a}, {name: a}]", "is 'a', as that of another class"),
                ("rollout: {at: 1 min, steps: [{after: 1 min, weight: 50 %}, {after: 1 min, weight: 100 %}]}", "is not later than the step before"),
                ("rollout: {at: 1 min, replicas: 5}", "needs 9 accelerators of h100"),
                ("models: [{model: llama-3.1-405b, replicas: 1}]", "llama-3.1-405b: of 85.5 GB per accelerator"),
                ("stages: [{name: a, after: [b], time: 1 ms}]", "names 'b', which is neither 'answer' nor a stage listed before this one"),
                ("stages: [{name: a}]", "is needed where there is no service"),
                ("stages: [{name: a, service: chroma}]", "assumed: no throughput is published"),
                ("stages: [{name: a, service: qdrant, vectors: 5e6, dimensions: 1024, memory: 8 GB}]", "20.5 GB of vectors do not fit into 8 GB"),
                ("replicas: {count: 4, load_from: weights}", "no replica starts while the run goes on")):
            base = BASE if not extra.startswith("replicas") else BASE.replace("      replicas: 4\n", "")
            with self.subTest(extra):
                self.assertIn(text, self.errors(extra, base=base))

    def test_an_slo_that_nobody_can_meet_is_said(self):
        self.assertIn("nobody can meet it", self.errors(base=BASE.replace("tpot: 30 ms", "tpot: 1 ms")))

    def test_a_replica_that_cannot_hold_the_weights_is_refused_with_its_memory(self):
        big = BASE.replace("model: llama-3.1-8b", "model: llama-3.1-405b")
        done = self.run_command("run", self.write("s.yaml", big), "-o", self.path("r.h5"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("are left for the KV cache, 0 blocks", done.stdout + done.stderr)

    def test_prompts_over_the_model_are_rejected_and_counted(self):
        long = BASE.replace("prompt_tokens: {fixed: 512}", "prompt_tokens: {uniform: {from: 130000, to: 132000}}")
        m = self.chat(base=long.replace("count: 400", "count: 20"))
        self.assertGreater(m[WORK + "requests.rejected"], 0)
        self.assertEqual(m[WORK + "requests.rejected"] + m[WORK + "requests.completed"], 20)


if __name__ == "__main__":
    unittest.main()
