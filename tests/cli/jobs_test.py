"""Jobs on a site: the contract's log gives the reference figures, every policy runs, and what cannot be is refused."""
import json
import math
import os

from command import SHARED, CommandTest

SITE = """schema: 1
name: jobs
site:
  systems:
    - {name: gpu, type: dgx-h100, count: 4, per_rack: 2}
scheduler: %s
workloads:
  - name: research
    jobs: {synthetic: {rate: 40 /h, users: 3, accelerators: {powers_of_two: {max: 8}}, duration: {lognormal: {mean: 30 min, sigma: 1}}}}
run: {duration: 6 h}
"""

QUEUES = "queues: [{name: a, cohort: all, nominal: 16}, {name: b, cohort: all, nominal: 16, priority: 1}]"


class Jobs(CommandTest):
    def site(self, scheduler):
        return self.write("jobs.yaml", SITE % scheduler)

    def test_reference_log(self):
        self.need_shared()
        m = self.run_json(os.path.join(SHARED, "contract", "fleet-swf.yaml"))
        self.assertEqual(m["workloads.log.jobs.completed"], 4961)
        self.assertEqual(m["workloads.log.jobs.makespan"], 5064399)
        self.assertAlmostEqual(m["workloads.log.jobs.wait.mean"], 3372.920177, delta=1e-5)
        self.assertAlmostEqual(m["workloads.log.jobs.bounded_slowdown.mean"], 17.142202, delta=1e-5)
        self.assertEqual(m["workloads.log.jobs.wait.max"], 103904)
        self.assertGreater(m["site.power.mean"], 128 * 150)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        for setting, mean in (("passes=per-event", 3372.911510), ("policy=fifo", 15711.536787),
                              ("reservations=machines", 3355.686958), ("policy=conservative-backfill", 3558.031042)):
            with self.subTest(setting):
                m = self.run_json(os.path.join(SHARED, "contract", "fleet-swf.yaml"), "--set", "scheduler." + setting,
                                  "--set", "run.plant_step=1 min")
                self.assertAlmostEqual(m["workloads.log.jobs.wait.mean"], mean, delta=1e-5)

    def test_every_policy(self):
        for policy in ("fifo", "sjf", "easy-backfill", "conservative-backfill", "multifactor", "fair-share", "gang", "quota", "las", "elastic", "gavel", "proportion", "kubernetes"):
            with self.subTest(policy):
                m = self.run_json(self.site("{policy: %s, placement: topology-aware, %s}" % (policy, QUEUES)))
                self.assertGreater(m["workloads.research.jobs.completed"], 100)
                self.assertEqual(m["workloads.research.jobs.failed"], 0)
                self.assertGreater(m["site.utilisation"], 0.2)
                self.assertAlmostEqual(m["site.utilisation"], m["workloads.research.jobs.utilisation"], delta=1e-9)
                self.assertLessEqual(m["energy_balance_error"], 1e-9)

    def test_shared_accelerators(self):
        """Seven parts: shares of 3 and 3 lie on one accelerator, and whole ones keep to a node."""
        site = SITE[:SITE.index("scheduler")] + """scheduler: {placement: %s}
workloads:
  - name: notebooks
    jobs:
      sharing: {parts: 7}
      list:
        - {name: a, accelerators: 1, share: 40 %%, duration: 1 h}
        - {name: b, accelerators: 1, share: 40 %%, duration: 1 h}
        - {name: c, accelerators: 8, duration: 1 h}
run: {duration: 2 h}
"""
        m = self.run_json(self.write("s.yaml", site % "best-fit"))
        self.assertEqual(m["workloads.notebooks.jobs.completed"], 3)
        self.assertAlmostEqual(m["workloads.notebooks.jobs.utilisation"], (2 * 3 / 7 + 8) / 32 / 2, delta=1e-9)
        for placement in ("fgd", "random", "packing", "dot-product"):
            self.assertEqual(self.run_json(self.write("s.yaml", site % placement))["workloads.notebooks.jobs.wait.max"], 0)
        self.refuses(self.write("s.yaml", site % "binpack"), "jobs.sharing: scheduler.placement binpack gives whole accelerators")
        self.refuses(self.write("s.yaml", (site % "fgd").replace("accelerators: 8", "accelerators: 9")), "and will never start; placement fgd gives parts and accelerators of one node, of 8")
        self.refuses(self.write("s.yaml", site.replace("placement: %s", "placement: fgd, policy: las") % ()), "may find no place where enough is free")

    def test_requests(self):
        site = SITE[:SITE.index("scheduler")] + """scheduler: {placement: topology-aware, levels: [{name: pair, nodes: 2}]}
workloads:
  - name: w
    jobs:
      list:
        - {name: a, accelerators: 8, duration: 2 h, placement: {level: pair}}
        - {name: b, accelerators: 24, duration: 1 h, placement: {mode: required, level: pair, pod: 8%s}}
        - {name: c, accelerators: 8, duration: 1 h}
run: {duration: 6 h}
"""
        self.refuses(self.write("r.yaml", site % ""), "workloads[w].jobs.list[b]: it asks for 24 accelerators in pods of 8 and will never start: no pair holds them")
        fits = self.write("r.yaml", (site % "").replace("accelerators: 24", "accelerators: 16").replace("name: c, accelerators: 8", "name: c, accelerators: 16"))
        m = self.run_json(fits)  # a on one pair, b on the other, c waits for a and a node of b's
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3600)
        m = self.run_json(self.write("r.yaml", (site % ", relax_after: 10 min").replace("duration: 2 h", "duration: 2 h, estimate: 2 h")))
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3600)
        for change, text in ((("placement: topology-aware", "placement: binpack"), "scheduler.placement binpack does not heed it; topology-aware does"),
                             (("level: pair, pod", "level: row, pod"), "there is no level 'row'; there is pair, node"),
                             (("scheduler: {", "scheduler: {policy: conservative-backfill, "), "plans by numbers alone and cannot wait for a place"),
                             (("{name: pair, nodes: 2}", "{name: pair, nodes: 2}, {name: third, nodes: 3}"), "it must be a multiple of the 3 of 'third'")):
            with self.subTest(text):
                self.refuses(self.write("r.yaml", (site % "").replace(*change)), text)

    def test_power_cap_and_carbon(self):
        jobs = SITE[:SITE.index("workloads")] + """workloads:
  - name: w
    jobs:
      power: 100 %%
      list: [{name: a, accelerators: 16, duration: 1 h}, {name: b, accelerators: 16, duration: 1 h}]
run: {duration: 12 h}
"""
        free = self.run_json(self.write("p.yaml", jobs % "{policy: fifo}"))
        capped = self.run_json(self.write("p.yaml", jobs % "{policy: fifo, power_cap: 12 kW}"))
        self.assertEqual(free["workloads.w.jobs.wait.max"], 0)
        self.assertEqual(capped["workloads.w.jobs.wait.max"], 3600)
        self.assertLess(capped["site.power.peak"], free["site.power.peak"])
        self.refuses(self.write("p.yaml", jobs % "{power_cap: 10 kW}"), "draws 11.2 kW and will never start; scheduler.power_cap is 10 kW")
        series = "intensity: [400 g/kWh, 400 g/kWh, 400 g/kWh, 100 g/kWh, 100 g/kWh, 400 g/kWh]"
        now = self.run_json(self.write("p.yaml", jobs % ("{carbon: {%s, slack: 1 min}}" % series)))
        later = self.run_json(self.write("p.yaml", jobs % ("{carbon: {%s, slack: 4 h}}" % series)))
        self.assertAlmostEqual(now["workloads.w.jobs.carbon"], 32 * 0.7 * 0.4, delta=1e-6)
        self.assertAlmostEqual(later["workloads.w.jobs.carbon"], 32 * 0.7 * 0.1, delta=1e-6)
        self.assertEqual(later["workloads.w.jobs.wait.mean"], 3 * 3600)

    def test_queued_training(self):
        site = SITE[:SITE.index("workloads")] + """workloads:
  - name: research
    jobs: {list: [{name: a, accelerators: 24, duration: 30 min}, {name: b, accelerators: 32, duration: 10 min, at: 10 min}]}
  - name: pretrain
    train: {model: llama-2-7b, sequence: 4096, global_batch: 16, parallelism: {tp: 4}, steps: 100, accelerators: {count: 16}}
    queued: {among: research, at: 5 min}
"""
        m = self.run_json(self.write("q.yaml", site % "{policy: easy-backfill}"))
        self.assertEqual(m["workloads.pretrain.queue_wait"], 1500)
        self.assertEqual(m["workloads.pretrain.steps"], 100)
        alone = self.run_json(self.write("q.yaml", SITE[:SITE.index("scheduler")] + site[site.index("workloads"):].replace("""  - name: research
    jobs: {list: [{name: a, accelerators: 24, duration: 30 min}, {name: b, accelerators: 32, duration: 10 min, at: 10 min}]}
""", "").replace("    queued: {among: research, at: 5 min}\n", "")))
        self.assertAlmostEqual(m["workloads.pretrain.step_time"], alone["workloads.pretrain.step_time"], delta=1e-9)
        # b is second in the queue and needs everything: it follows the training.
        self.assertAlmostEqual(m["workloads.research.jobs.wait.max"], 1800 - 600 + 100 * m["workloads.pretrain.step_time"], delta=1e-3)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        self.refuses(self.write("q.yaml", (site % "{}").replace("among: research", "among: nobody")), "'nobody' is no workload of jobs with accelerators of its own; there is research")
        self.refuses(self.write("q.yaml", site % "{policy: elastic}"), "has a size of its own, and scheduler.policy elastic sizes jobs")
        self.refuses(self.write("q.yaml", (site % "{}").replace("count: 16", "count: 64")), "asks for 64 accelerators and will never start; 'research' has 32")

    def test_queued_training_shares_uplinks(self):
        """Both lie in the second set of leaves of three, whose uplinks are a third of what its adapters send."""
        site = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 144}]
  fabric: {type: rail-optimized, oversubscription: 3}
scheduler: {policy: fifo}
workloads:
  - name: research
    jobs: {list: [{name: fill, accelerators: 192, duration: 10 min}]}
"""
        train = """  - name: %s
    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 48, parallelism: {tp: 8}, steps: 100, accelerators: {count: 384}}
    queued: {among: research, at: %g s}
"""
        alone = self.run_json(self.write("u.yaml", site + train % ("a", 1)))
        both = self.run_json(self.write("u.yaml", site + train % ("a", 1) + train % ("b", 1)))
        later = self.run_json(self.write("u.yaml", site + train % ("a", 1) + train % ("b", 500)))
        self.assertGreater(both["workloads.a.step_time"], 1.05 * alone["workloads.a.step_time"])
        self.assertAlmostEqual(both["workloads.a.step_time"], both["workloads.b.step_time"], delta=0.01 * both["workloads.a.step_time"])
        self.assertEqual(later["workloads.a.step_time"], alone["workloads.a.step_time"])  # it is done before the other begins

    def test_training_in_failing_racks(self):
        site = SITE[:SITE.index("scheduler")].replace("count: 4", "count: 8") + """workloads:
  - name: pretrain
    train: {model: llama-2-7b, sequence: 4096, global_batch: 32, parallelism: {tp: 4}, steps: 100000, accelerators: {count: 64}, checkpoint: {every: 30 min, to: store}}
run: {duration: 48 h, plant_step: 1 min}
"""
        site = site.replace("site:\n", "site:\n  storage: [{name: store, type: weka}]\n")
        profile = "catalog=[{failures: {name: mine, accelerators: 64, window: 1000 d, causes: [{name: board, count: 1}], detection: 5 min, restart: 10 min}, sources: {\"*\": test}}]"
        m = self.run_json(self.write("t.yaml", site), "--set", profile, "--set",
                          "site.failures={rates: mine, spare_nodes: 8, repair_spread: fixed, domains: [{what: rack, per_year: 300, repair: 1 h}]}")
        self.assertGreaterEqual(m["workloads.pretrain.failures"], 1)  # two or so in the half day that it takes
        self.assertGreaterEqual(m["workloads.pretrain.lost.waiting"], 3600)  # no spare helps

    def test_harvest(self):
        site = SITE[:SITE.index("scheduler")] + """workloads:
  - name: chat
    serve:
      model: llama-2-7b
      parallelism: {tp: 4}
      replicas: {min: 1, max: 8, scale_on: {outstanding: 8}, start_up: 1 min}
      requests: {arrival: {diurnal: {mean: 8 /s, peak_to_trough: 6}}, prompt_tokens: {fixed: 800}, output_tokens: {fixed: 200}}
  - name: batch
    jobs: {harvest: chat, checkpoint: 5 min, synthetic: {rate: 12 /h, accelerators: {powers_of_two: {max: 8}}, duration: {fixed: 30 min}}}
run: {duration: 12 h}
"""
        m = self.run_json(self.write("h.yaml", site))
        alone = self.run_json(self.write("h.yaml", site[:site.index("  - name: batch")] + "run: {duration: 12 h}\n"))
        self.assertEqual(m["workloads.chat.ttft.p99"], alone["workloads.chat.ttft.p99"])  # serving does not notice
        self.assertEqual(m["workloads.chat.replicas.mean"], alone["workloads.chat.replicas.mean"])
        self.assertGreater(m["site.utilisation"], 1.5 * alone["site.utilisation"])
        self.assertGreater(m["workloads.batch.jobs.completed"], 100)
        self.assertGreater(m["workloads.batch.jobs.given_back"], 0)
        # Replicas of four of a node's eight: what both hold is never more than there is.
        self.assertLessEqual(m["workloads.chat.replicas.mean"] * 4 / 32 + m["workloads.batch.jobs.utilisation"], 1.0)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        self.refuses(self.write("h.yaml", site.replace("min: 1, max: 8, scale_on: {outstanding: 8}, start_up: 1 min", "count: 8")),
                     "'chat' is no workload of serving with autoscaling; there is none")

    def test_faults_of_domains(self):
        file = self.site("{policy: easy-backfill}")
        sets = ["--set", "run.duration=60 h", "--set", "run.plant_step=1 min", "--set",
                "catalog=[{failures: {name: mine, accelerators: 32, window: 1000 d, causes: [{name: board, count: 1}], detection: 5 min, restart: 10 min}, sources: {\"*\": test}}]"]

        def run(more):
            m = self.run_json(file, *sets, "--set", "site.failures={rates: mine, %s}" % more)
            return {k.removeprefix("workloads.research.jobs."): v for k, v in m.items()}
        calm = run("node_repair: 1 h")
        racks = run("domains: [{what: rack, per_year: 1000, repair: 1 h}]")
        self.assertGreater(racks["failures"], 5)  # two racks, 14 expected
        self.assertAlmostEqual(racks["down_accelerator_time"] / racks["failures"] / 16 / 3600, 1.0, delta=0.7)
        self.assertGreater(racks["wait.mean"], calm["wait.mean"])
        self.assertLess(racks["goodput"], 1.0)
        slow = run("stragglers: {per_year: 2000, pace: 50 %, lasts: 1 h}")
        self.assertGreater(slow["turnaround.mean"], calm["turnaround.mean"])
        silent = run("silent: {per_year: 1000, seen_after: 2 h}")
        self.assertGreater(silent["corrupted"], 0)
        self.assertGreater(silent["lost_accelerator_time"], calm["lost_accelerator_time"])
        self.assertNotIn("corrupted", calm)
        self.refuses(file, "site.failures.domains[0].nodes: is due for a cdu", *sets, "--set", "site.failures={rates: mine, domains: [{what: cdu, per_year: 1, repair: 1 h}]}")

    def test_interval_and_sites(self):
        done = self.run_command("interval", "--write", "60 s", "--between", "3 h", "--recovery", "10 min", "--json")
        i = json.loads(done.stdout)
        self.assertAlmostEqual(i["young"]["interval"], math.sqrt(2 * 60 * 10800), delta=1e-9)
        self.assertAlmostEqual(i["daly"]["interval"], i["best"]["interval"], delta=0.01 * i["best"]["interval"])
        self.assertGreaterEqual(i["best"]["goodput"], i["young"]["goodput"])
        self.assertEqual(self.run_command("interval", "--write", "60", "--between", "3 h").returncode, 2)
        file = self.write("sites.yaml", """schema: 1
tasks:
  - {name: prepare, accelerators: 8, runs: [{accelerator: h100, duration: 1 h}], output: 500 GB}
  - {name: train, accelerators: 32, runs: [{accelerator: h100, duration: 20 h}, {accelerator: b200, duration: 9 h}], checkpoint: 20 min}
offers:
  - {name: own, cloud: own, accelerator: h100, price: 10 USD, reserved: 2}
  - {name: gcp, cloud: gcp, accelerator: b200, price: 70 USD}
clouds: [{name: own, egress: 0.01 USD}]
""")
        cheap = json.loads(self.run_command("sites", file, "--json").stdout)
        self.assertEqual((cheap["usd"], cheap["seconds"]), (400, 21 * 3600))
        quick = json.loads(self.run_command("sites", file, "--json", "--least", "time").stdout)
        self.assertAlmostEqual(quick["usd"], 4 * 70 * 9 + 5)
        self.assertAlmostEqual(quick["seconds"], 10 * 3600 + 400)

    def test_failing_nodes(self):
        file = self.site("{policy: easy-backfill}")
        sets = ("--set", "site.failures={rates: mine, node_repair: 2 h}", "--set", "run.duration=48 h", "--set",
                "catalog=[{failures: {name: mine, accelerators: 32, window: 1 d, causes: [{name: board, count: 20}], detection: 5 min, restart: 10 min}, sources: {\"*\": test}}]")
        calm = self.run_json(file, "--set", "run.duration=48 h")
        struck = self.run_json(file, *sets)
        m = {k.removeprefix("workloads.research.jobs."): v for k, v in struck.items()}
        self.assertGreater(m["failures"], 20)  # 40 expected, fewer while nodes are down
        self.assertGreater(m["interruptions"], 0)
        self.assertGreater(m["lost_accelerator_time"], 0)
        self.assertGreater(m["down_accelerator_time"], 10 * 8 * 3600)
        self.assertGreater(m["wait.mean"], calm["workloads.research.jobs.wait.mean"])
        self.assertNotIn("workloads.research.jobs.failures", calm)
        kept = self.run_json(file, *sets, "--set", "workloads[research].jobs.checkpoint=1 min")
        self.assertLess(kept["workloads.research.jobs.lost_accelerator_time"], m["lost_accelerator_time"])
        ended = self.run_json(file, *sets, "--set", "workloads[research].jobs.on_failure=fail")
        self.assertGreater(ended["workloads.research.jobs.failed"], 0)

    def test_workflow(self):
        site = SITE[:SITE.index("scheduler")]
        jobs = """workloads:
  - name: research
    jobs:
      list:
        - {name: pack, accelerators: 16, duration: 30 min, after: [left, right]}
        - {name: load, accelerators: 8, duration: 1 h%s}
        - {name: left, accelerators: 8, duration: 2 h, after: [load]}
        - {name: right, accelerators: 8, duration: 90 min, after: [load]}
"""
        m = self.run_json(self.write("flow.yaml", site + jobs % ""))
        self.assertEqual(m["workloads.research.jobs.completed"], 4)
        self.assertEqual(m["workloads.research.jobs.makespan"], 3.5 * 3600)
        self.assertEqual(m["workloads.research.jobs.wait.max"], 0)
        for after, text in ((", after: [pack]", "jobs follow each other in a circle: pack, before it left, before it load, before it pack"),
                            (", after: [lift]", "jobs.list[load].after: there is no job 'lift' in the list; did you mean 'left'?")):
            done = self.run_command("check", self.write("flow.yaml", site + jobs % after))
            self.assertEqual(done.returncode, 2)
            self.assertIn(text, done.stderr)

    def test_busy_jobs_draw_more(self):
        file = self.site("{policy: fifo}")
        low = self.run_json(file, "--set", "workloads[research].jobs.power=40 %")
        high = self.run_json(file, "--set", "workloads[research].jobs.power=90 %")
        self.assertGreater(high["site.power.mean"], low["site.power.mean"])

    def refuses(self, file, text, *options):
        done = self.run_command("check", file, *options)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(text, done.stderr)

    def refused(self, scheduler, text, *options):
        done = self.run_command("check", self.site(scheduler), *options)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(text, done.stderr)

    def test_refusals(self):
        self.refused("{policy: fifo, preemption: {checkpoint: true}}", "scheduler.preemption: policy fifo never preempts")
        self.refused("{policy: quota}", "scheduler.queues: is empty; policy quota needs at least one queue")
        self.refused("{policy: fifo, reservations: machines}", "scheduler.reservations: machines are booked by backfilling alone")
        self.refused("{reservations: machines, placement: spread}", "scheduler.placement: spread cannot be had")
        self.refused("{policy: las, las_thresholds: [5, 5]}", "scheduler.las_thresholds: must ascend")
        self.refused("{policy: quota, cohorts: [{name: x, parent: y}, {name: y, parent: x}], queues: [{name: a, nominal: 32}]}",
                     "scheduler.cohorts[x].parent: 'y' is no cohort, or leads back to itself")
        self.refused("{policy: quota, queues: [{name: a, nominal: 4}]}",
                     "scheduler.queues[a]: may have 4 at most, with all that it can borrow, and a job of research asks for 8")
        self.refused("{policy: fifo}", "a job of 64 will never fit; there are 32", "--set",
                     "workloads[research].jobs.synthetic.accelerators.powers_of_two.max=64")
        self.refused("{policy: fifo}", "speed: is modelled, and no job says its traffic", "--set", "workloads[research].jobs.speed=modelled")
