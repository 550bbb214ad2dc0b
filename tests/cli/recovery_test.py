"""Failures, checkpoints and storage through the command: what is lost adds up, whatever strikes."""
import json

from command import CommandTest

SITE = """schema: 1
name: recovery
site:
  systems:
    - {name: gpu, type: dgx-h100, count: 4, per_rack: 2}
  storage:
    - {name: fs, type: lustre, read: 20 GB/s, write: 10 GB/s}
    - {name: bucket, type: s3}
"""
TRAIN = """workloads:
  - name: pretrain
    train: {model: llama-2-7b, sequence: 4096, global_batch: 16, parallelism: {tp: 4}, checkpoint: {every: 20 min, to: fs}%s}
run: {duration: %s, plant_step: 1 min}
"""
PROFILE = """catalog:
  - failures: {name: mine, accelerators: 32, window: 1 d, causes: [{name: board, count: 12}, {name: software, count: 8, takes_node: false}], detection: 2 min, restart: 5 min}
    sources: {"*": test}
"""


class Recovery(CommandTest):
    def train(self, more="", duration="24 h"):
        return self.write("train.yaml", SITE + PROFILE + TRAIN % (more, duration))

    def add_up(self, m, seconds, name="pretrain"):
        lost = sum(v for k, v in m.items() if k.startswith(f"workloads.{name}.lost."))
        self.assertAlmostEqual(m[f"workloads.{name}.goodput"] + lost / seconds, 1.0, delta=1e-6)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)

    def refuses(self, file, text, *options):
        done = self.run_command("check", file, *options)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(text, done.stderr)

    def test_reactions(self):
        sets = ("--set", "site.failures={rates: mine, node_repair: 2 h, spare_nodes: 0}")
        steps = {}
        for reaction in ("replace", "wait", "shrink"):
            m = self.run_json(self.train(f", on_failure: {reaction}"), *sets)
            self.add_up(m, 86400)
            self.assertGreater(m["workloads.pretrain.failures"], 5)
            steps[reaction] = m["workloads.pretrain.steps"]
        self.assertGreater(steps["shrink"], 1.1 * steps["wait"])
        self.assertGreater(m["workloads.pretrain.lost.shrunk"], 0)
        scaled = self.run_json(self.train(", on_failure: shrink, shrunk_batch: scale"), *sets)
        self.add_up(scaled, 86400)
        self.refuses(self.train(", on_failure: shrink"), "train.on_failure: is given, and site.failures is not")

    def test_stragglers_and_corruption(self):
        calm = "rates: mine, node_repair: 1 h, spare_nodes: 2"
        m = self.run_json(self.train(), "--set", f"site.failures={{{calm}, stragglers: {{per_year: 1500, pace: 50 %, lasts: 1 h}}}}")
        self.add_up(m, 86400)
        self.assertGreater(m["workloads.pretrain.lost.straggler"], 3600)
        m = self.run_json(self.train(), "--set", f"site.failures={{{calm}, silent: {{per_year: 600, seen_after: 2 h}}}}")
        self.add_up(m, 86400)
        self.assertGreater(m["workloads.pretrain.corruptions_seen"], 0)
        self.assertGreater(m["workloads.pretrain.lost.corrupted"], 1800)
        rare = "per_year: 0.0000001"
        m = self.run_json(self.train(), "--set", f"site.failures={{{calm}, silent: {{{rare}, seen_after: 2 h}}, stragglers: {{{rare}, pace: 50 %, lasts: 1 h}}, domains: [{{what: rack, {rare}, repair: 1 h}}]}}")
        self.assertEqual(m["workloads.pretrain.corruptions_seen"], 0)

    def test_tiers(self):
        sets = ("--set", "site.failures={rates: mine, node_repair: 1 h, spare_nodes: 4}")
        plain = self.run_json(self.train(), *sets)
        tiers = "{in: host-memory, every: 2 min, copies: 2}, {in: nvme, every: 10 min}"
        m = self.run_json(self.train(), *sets, "--set", f"workloads[pretrain].train.checkpoint={{every: 20 min, to: fs, tiers: [{tiers}]}}")
        self.add_up(m, 86400)
        self.assertEqual(plain["workloads.pretrain.failures"], m["workloads.pretrain.failures"])
        self.assertLess(m["workloads.pretrain.lost.redone"], 0.4 * plain["workloads.pretrain.lost.redone"])
        self.assertGreater(m["workloads.pretrain.tier_checkpoints.host-memory"], 400)
        self.assertGreater(m["workloads.pretrain.tier_checkpoints.nvme"], 80)
        for tier, text in (("{in: nvme, every: 1 min, copies: 2}", "tiers[0].copies: are of host-memory"),
                           ("{in: host-memory, every: 1 min, copies: 8}", "tiers[0].copies: are 8, on 4 nodes"),
                           ("{in: nvme, every: 1 min}, {in: host-memory, every: 1 min}", "tiers[1].in: host-memory is the nearest")):
            self.refuses(self.train(), text, "--set", f"workloads[pretrain].train.checkpoint={{every: 20 min, to: fs, tiers: [{tier}]}}")

    def test_queue_with_everything(self):
        """Training in a queue is preempted, struck and capped, and loses no step that it says it has."""
        queue = SITE + PROFILE + """scheduler: {policy: gang, preemption: {mode: requeue, restart: 2 min}, queues: [{name: low}, {name: high, priority: 5}]%s}
workloads:
  - name: research
    jobs: {list: [{name: urgent, accelerators: 24, duration: 30 min, at: 2 h, queue: high}]}
  - name: pretrain
    train: {model: llama-2-7b, sequence: 4096, global_batch: 16, parallelism: {tp: 4}, steps: %d, checkpoint: {every: 20 min, to: fs}, accelerators: {count: 16}}
    queued: {among: research, queue: low}
run: {duration: 20 h, plant_step: 1 min}
"""
        m = self.run_json(self.write("q.yaml", queue % ("", 16000)))
        self.assertEqual(m["workloads.pretrain.stops"], 1)
        self.assertEqual(m["workloads.pretrain.steps"], 16000)
        self.assertEqual(m["workloads.pretrain.lost.queue"], 1800)
        self.assertEqual(m["workloads.pretrain.lost.restart"], 120)
        self.assertGreater(m["workloads.pretrain.lost.redone"], 0)
        kept = self.run_json(self.write("q.yaml", (queue % ("", 16000)).replace("mode: requeue", "mode: suspend")))
        self.assertLess(kept["workloads.pretrain.lost.redone"], m["workloads.pretrain.lost.redone"])
        struck = self.run_json(self.write("q.yaml", queue % ("", 60000)), "--set", "site.failures={rates: mine, node_repair: 30 min, stragglers: {per_year: 1500, pace: 50 %, lasts: 1 h}}")
        self.assertGreater(struck["workloads.pretrain.stops"], 3)
        self.assertGreater(struck["workloads.pretrain.lost.straggler"], 0)
        self.assertGreater(struck["workloads.pretrain.lost.redone"], 0)
        self.assertGreater(struck["workloads.pretrain.steps"], 1000)
        capped = self.write("q.yaml", (queue % (", power_cap: 12 kW", 16000)).replace("priority: 5", "priority: 0").replace("at: 2 h", "at: 5 min"))
        m = self.run_json(capped)
        self.assertGreater(m["workloads.research.jobs.wait.max"], 3600)  # urgent waits for the power that training draws
        self.refuses(capped, "a queued workload draws", "--set", "scheduler.power_cap=5 kW")

    def test_queued_serving_stays(self):
        file = self.write("s.yaml", SITE + PROFILE + """scheduler: {policy: gang, preemption: {mode: requeue}, queues: [{name: low}, {name: high, priority: 5}]}
workloads:
  - name: research
    jobs: {list: [{name: urgent, accelerators: 32, duration: 30 min, at: 10 min, queue: high}]}
  - name: chat
    serve:
      model: llama-3.1-8b
      replicas: {count: 4}
      requests: {arrival: {poisson: 2 /s}, prompt_tokens: {fixed: 500}, output_tokens: {fixed: 50}, count: 4000}
      accelerators: {count: 8}
    queued: {among: research, queue: low, estimate: 1 h}
run: {duration: 3 h, plant_step: 1 min}
""")
        m = self.run_json(file)
        self.assertNotIn("workloads.chat.stops", m)
        self.assertEqual(m["workloads.chat.requests.completed"], 4000)
        self.assertGreater(m["workloads.research.jobs.wait.max"], 900)

    def test_machines_of_replicas(self):
        file = self.write("r.yaml", SITE + PROFILE.replace("window: 1 d", "window: 2 h") + """workloads:
  - name: chat
    serve:
      model: llama-3.1-8b
      replicas: {count: 16}
      requests: {arrival: {poisson: 2 /s}, prompt_tokens: {fixed: 500}, output_tokens: {fixed: 50}, count: 20000}
run: {duration: 3 h, plant_step: 1 min}
""")
        calm = self.run_json(file)
        m = self.run_json(file, "--set", "site.failures={rates: mine, node_repair: 20 min}")
        self.assertGreater(m["site.failures"], 0)
        self.assertEqual(m["workloads.chat.requests.completed"], calm["workloads.chat.requests.completed"])
        self.assertGreater(m["workloads.chat.requests.rerouted"], 0)

    def test_object_store_and_cache(self):
        m = self.run_json(self.train(", steps: 200", "4 h"), "--set", "workloads[pretrain].train.checkpoint={every: 30 s, to: bucket}")
        s3 = m["workloads.pretrain.lost.checkpoint"] / m["workloads.pretrain.checkpoints"]
        # 6.74e9 * 14 B or so from four nodes at 6.4 GB/s each: connections * part / (latency + part / connection)
        self.assertGreater(s3, 2.0)
        data = ", steps: 300, data: {from: fs, sequence_size: 2 GB, set: 2 TB%s}"
        slow = self.run_json(self.train(data % "", "4 h"))
        fast = self.run_json(self.train(data % ", cache: 1 TB", "4 h"))
        self.assertGreater(slow["workloads.pretrain.lost.data"], 2 * fast["workloads.pretrain.lost.data"])
        self.refuses(self.train(", data: {from: fs, cache: 1 TB}"), "train.data.set: is due with a cache")
        self.refuses(self.train(", data: {from: fs, set: 1 TB, cache: 100 TB}"), "train.data.cache: is 100 TB of each node")
        self.refuses(self.train(), "site.storage[fs].prefixes: is of object stores", "--set", "site.storage[fs].prefixes=4")

    def test_table_scan(self):
        jobs = SITE + """workloads:
  - name: etl
    jobs: {list: [{name: read, accelerators: 8, duration: 1 h, scan: {%s}}]}
run: {duration: 3 h, plant_step: 1 min}
"""
        span = lambda scan: self.run_json(self.write("t.yaml", jobs % scan))["workloads.etl.jobs.makespan"]
        self.assertAlmostEqual(span("files: 20000000, cores: 4"), 3690, delta=1e-6)
        self.assertAlmostEqual(span("files: 20000000, distributed: true"), 3603, delta=1e-6)
        self.assertAlmostEqual(span("files: 20000000, table: delta, times_faster: 10"), 3609, delta=1e-6)
        self.refuses(self.write("t.yaml", jobs % "files: 1000, table: delta"), "scan.times_faster: is due for delta")

    def test_interval_of_tiers(self):
        done = self.run_command("interval", "--write", "30 s", "--between", "3 h", "--tier", "memory, 1 s, 40 %", "--tier", "nvme, 5 s, 60 %", "--json")
        i = json.loads(done.stdout)
        for tier, cost, share in zip(i["tiers"], (1, 5, 30), (0.4, 0.2, 0.4)):
            self.assertAlmostEqual(tier["young"], (2 * cost * 10800 / share) ** 0.5, delta=1e-9)
        self.assertAlmostEqual(i["goodput"], 1 - 600 / 10800 - sum(t["lost"] for t in i["tiers"]), delta=1e-12)
        self.assertEqual(self.run_command("interval", "--write", "30 s", "--between", "3 h", "--tier", "memory, 1 s, 140 %").returncode, 2)

    def test_sites(self):
        spot = """schema: 1
recovery: %s
tasks:
  - {name: train, accelerators: 16, runs: [{accelerator: h100, duration: 20 h}], checkpoint: 30 min, state: 100 GB}
offers:
  - {name: east, cloud: x, region: east, accelerator: h100, price: 20 USD, stays: 6 h, back: 8 h}
  - {name: west, cloud: x, region: west, accelerator: h100, price: 22 USD, stays: 6 h, back: 1 h}
clouds: [{name: x, egress: 0.09 USD, between_regions: 0.02 USD}]
"""
        wait = json.loads(self.run_command("sites", self.write("s.yaml", spot % "wait"), "--json").stdout)
        away = json.loads(self.run_command("sites", self.write("s.yaml", spot % "next-region"), "--json").stdout)
        again = json.loads(self.run_command("sites", self.write("s.yaml", spot % "next-region"), "--json").stdout)
        self.assertEqual(away, again)
        self.assertLess(away["seconds"], wait["seconds"])
        self.assertGreater(away["steps"][0]["moves"], 1)
        self.assertGreater(away["steps"][0]["moved_usd"], 0)
        graph = """schema: 1
tasks:
  - {name: d, accelerators: 8, runs: [{accelerator: h100, duration: 1 h}], after: [b, c]}
  - {name: b, accelerators: 8, runs: [{accelerator: h100, duration: 3 h}], after: [a]}
  - {name: c, accelerators: 8, runs: [{accelerator: h100, duration: 2 h}], after: [a]}
  - {name: a, accelerators: 8, runs: [{accelerator: h100, duration: 1 h}]%s}
offers: [{name: own, cloud: own, accelerator: h100, price: 10 USD}]
"""
        plan = json.loads(self.run_command("sites", self.write("g.yaml", graph % ""), "--json").stdout)
        self.assertEqual((plan["usd"], plan["seconds"]), (70, 5 * 3600))
        done = self.run_command("sites", self.write("g.yaml", graph % ", after: [d]"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("follow each other in a circle: d, b, c, a", done.stderr)
