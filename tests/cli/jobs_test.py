"""Jobs on a site: the contract's log gives the reference figures, every policy runs, and what cannot be is refused."""
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
        for policy in ("fifo", "sjf", "easy-backfill", "conservative-backfill", "multifactor", "fair-share", "gang", "quota", "las"):
            with self.subTest(policy):
                m = self.run_json(self.site("{policy: %s, placement: topology-aware, %s}" % (policy, QUEUES)))
                self.assertGreater(m["workloads.research.jobs.completed"], 100)
                self.assertEqual(m["workloads.research.jobs.failed"], 0)
                self.assertGreater(m["site.utilisation"], 0.2)
                self.assertAlmostEqual(m["site.utilisation"], m["workloads.research.jobs.utilisation"], delta=1e-9)
                self.assertLessEqual(m["energy_balance_error"], 1e-9)

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
        self.refused("{policy: fifo}", "modelled run times are not modelled yet", "--set", "workloads[research].jobs.speed=modelled")
