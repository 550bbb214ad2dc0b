"""Jobs that share machines: kinds of accelerators, processors, instances, links, stores and nodes that come and go, by hand."""
from command import CommandTest

HEAD = """schema: 1
site:
  systems:
    - {name: new, type: dgx-h100, count: 1}
    - {name: old, type: dgx-a100-80g, count: 1}
"""


class SharedJobs(CommandTest):
    def run_text(self, text):
        m = self.run_json(self.write("s.yaml", text))
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        return m

    def refuses(self, text, message):
        done = self.run_command("check", self.write("bad.yaml", text))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(message, done.stderr)

    def test_kinds(self):
        text = HEAD + """workloads:
  - name: w
    jobs:
      kinds: [{type: new}, {type: old, speed: 0.5}]
      list:
        - {name: a, accelerators: 8, duration: 1 h}
        - {name: b, accelerators: 8, duration: 1 h}
        - {name: c, accelerators: 8, duration: 1 h, on: [{kind: new, speed: 1}]}
"""
        m = self.run_text(text)
        # a on the new ones, b on the old ones for two hours, c waits for the new ones.
        self.assertEqual(m["workloads.w.jobs.makespan"], 7200)
        self.assertEqual(m["workloads.w.jobs.kinds.new.held"], 2 * 8 * 3600)
        self.assertEqual(m["workloads.w.jobs.kinds.old.held"], 2 * 8 * 3600)
        self.refuses(text.replace("accelerators: 8, duration: 1 h}\n        - {name: c", "accelerators: 9, duration: 1 h}\n        - {name: c"),
                     "9 will never fit; there are 8")
        self.refuses(text.replace("kind: new", "kind: newer"), "there is no kind 'newer' in jobs.kinds; there is new, old")
        self.refuses(text.replace("      list", "      accelerators: {count: 8}\n      list"), "jobs.kinds: and accelerators exclude each other")
        self.refuses(text + "scheduler: {policy: las}\n", "needs a policy that waits for places, and las plans by numbers alone")

    def test_gavel(self):
        """The job that gains three times on the new ones gets them, the other does as well on the old ones."""
        text = HEAD + """scheduler: {policy: %s}
workloads:
  - name: w
    jobs:
      kinds: [{type: new, name: fast}, {type: old, name: slow}]
      list:
        - {name: any, accelerators: 8, duration: 1 h, on: [{kind: fast, speed: 1}, {kind: slow, speed: 1}]}
        - {name: keen, accelerators: 8, duration: 3 h, estimate: 9 h, on: [{kind: fast, speed: 3}, {kind: slow, speed: 1}]}
"""
        self.assertEqual(self.run_text(text % "gavel")["workloads.w.jobs.makespan"], 3600)
        self.assertEqual(self.run_text(text % "easy-backfill")["workloads.w.jobs.makespan"], 3 * 3600)
        for objective in ("makespan", "throughput"):
            self.assertEqual(self.run_text(text % ("gavel, gavel: {objective: %s}" % objective))["workloads.w.jobs.makespan"], 3600)
        self.refuses(text % "gavel, power_cap: 100 kW", "scheduler.power_cap: policy gavel plans by shares of time alone")
        self.refuses(text % "gavel, preemption: {mode: cancel}", "policy gavel stops jobs by its own rules")

    def test_flavors(self):
        text = HEAD + """scheduler:
  policy: quota
  quota: {when_can_borrow: %s}
  queues:
    - {name: a, cohort: all, flavors: [{kind: new, nominal: 4}, {kind: old, nominal: 8}]}
    - {name: b, cohort: all, flavors: [{kind: new, nominal: 4}]}
workloads:
  - name: w
    jobs:
      kinds: [{type: new}, {type: old}]
      list: [{name: a, accelerators: 8, duration: 1 h, queue: a}]
"""
        self.assertEqual(self.run_text(text % "borrow")["workloads.w.jobs.kinds.new.held"], 8 * 3600)
        self.assertEqual(self.run_text(text % "try-next-flavor")["workloads.w.jobs.kinds.old.held"], 8 * 3600)
        self.refuses(text.replace("{kind: old, nominal: 8}", "{kind: older, nominal: 8}") % "borrow", "there is no kind 'older' in jobs.kinds; there is new, old")
        self.refuses(text.replace("quota\n", "fifo\n") % "borrow", "queues[a].flavors: is of policy quota, and policy is fifo")
        alone = text.replace("queue: a", "queue: b").replace("{name: b, cohort: all, ", "{name: b, ")
        self.refuses(alone % "borrow",
                     "may have 4 of one kind at most, with all that it can borrow, and a job of w asks for 8")

    def test_processors_and_memory(self):
        text = """schema: 1
site: {systems: [{name: new, type: dgx-h100, count: 1}]}
workloads:
  - name: w
    jobs:
      host: {cpus: 112, memory: 2000 GB}
      list:
        - {name: a, accelerators: 1, duration: 1 h, cpus: 100}
        - {name: b, accelerators: 1, duration: 1 h, cpus: 12, memory: 1500 GB}
        - {name: c, accelerators: 1, duration: 1 h, memory: 600 GB}
        - {name: d, accelerators: 1, duration: 1 h, memory: 500 GB}
"""
        m = self.run_text(text)
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3600)  # c has no memory beside b
        self.assertEqual(m["workloads.w.jobs.wait.mean"], 900)
        self.refuses(text.replace("cpus: 100", "cpus: 113"), "it asks for 1 accelerators with 113 processors")
        self.refuses(text.replace("cpus: 112, ", ""), "host.cpus: is due: the sheet of dgx-h100 does not say")
        self.refuses(text.replace("      host: {cpus: 112, memory: 2000 GB}\n", ""), "list[a].cpus: needs jobs.host")

    def test_instances(self):
        text = """schema: 1
site: {systems: [{name: new, type: dgx-h100, count: 1}]}
scheduler: {placement: mig}
workloads:
  - name: w
    jobs:
      accelerators: {count: 2}
      sharing: {mig: true, profile: 1g.10gb}
      list:
        - {name: a, accelerators: 1, duration: 1 h, profile: 4g.40gb}
        - {name: b, accelerators: 1, duration: 1 h, profile: 4g.40gb}
        - {name: c, accelerators: 1, duration: 1 h, profile: 4g.40gb}
        - {name: d, accelerators: 1, duration: 1 h, profile: 3g.40gb}
        - {name: e, accelerators: 1, duration: 1 h}
"""
        m = self.run_text(text)
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3600)  # four slices of seven fit once on each, and begin at slice 0 alone
        self.assertEqual(m["workloads.w.jobs.wait.mean"], 720)
        self.refuses(text.replace("3g.40gb", "3g.20gb"), "'3g.20gb' is no MIG profile of h100; there is 1g.10gb, 1g.20gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb")
        self.refuses(text.replace("mig: true", "mig: true, parts: 7"), "needs parts or mig, and not both")
        self.refuses(text.replace("placement: mig", "placement: fgd"), "one goes with the other")
        self.refuses(text.replace("dgx-h100", "mi300x-8"), "has no MIG")

    def test_interference(self):
        text = """schema: 1
site: {systems: [{name: new, type: dgx-h100, count: 1}]}
scheduler: {placement: best-fit}
workloads:
  - name: w
    jobs:
      sharing: {parts: 2%s}
      list:
        - {name: a, accelerators: 1, share: 50 %%, duration: 1 h}
        - {name: b, accelerators: 1, share: 50 %%, duration: 1 h, at: 30 min}
        - {name: c, accelerators: 1, duration: 1 h}
"""
        self.assertEqual(self.run_text(text % "")["workloads.w.jobs.makespan"], 5400)
        m = self.run_text(text % ", interference: 50 %")
        # Beside half an accelerator's worth of the other each goes at 1 / 1.25: a needs 30 + 37.5 min, b as long beside it and 30 min alone.
        self.assertAlmostEqual(m["workloads.w.jobs.turnaround.max"], 67.5 * 60, delta=1e-3)
        self.assertAlmostEqual(m["workloads.w.jobs.makespan"], 97.5 * 60, delta=1e-3)
        self.assertAlmostEqual(m["workloads.w.jobs.turnaround.mean"], (67.5 + 67.5 + 60) * 60 / 3, delta=1e-3)

    def test_uplinks(self):
        """Sets of leaves take 48 nodes. a lies on the second half of set 0 and the first of set 1, b on the second of set 1 and the first of set 2."""
        text = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 144}]
  fabric: {type: rail-optimized, oversubscription: %g}
workloads:
  - name: w
    jobs:
      speed: modelled
      list:
        - {name: fill, accelerators: 192, duration: 10 min}
        - {name: a, accelerators: 384, duration: 1 h, traffic: {exchange: 50 %%}}
%s"""
        other = "        - {name: b, accelerators: 384, duration: 1 h, traffic: {exchange: 50 %}}\n"
        self.assertEqual(self.run_text(text % (1, other))["workloads.w.jobs.makespan"], 3600)
        # Half a set's accelerators on uplinks for a third of them: transfers take 1.5 times as long.
        self.assertAlmostEqual(self.run_text(text % (3, ""))["workloads.w.jobs.makespan"], 1.25 * 3600, delta=1)
        # Both send for 0.75 of each second of work over the same uplinks: no less than 1.5, and no more than with all of it at once.
        both = self.run_text(text % (3, other))["workloads.w.jobs.makespan"] / 3600
        self.assertGreater(both, 1.499)
        self.assertLess(both, 1.75)
        # One that needs no uplinks does not slow the other.
        self.assertAlmostEqual(self.run_text(text % (3, other.replace("384", "8")))["workloads.w.jobs.makespan"], 1.25 * 3600, delta=1)
        self.refuses(text.replace("      speed: modelled\n", "") % (3, ""), "needs workloads[w].jobs.speed: modelled; recorded run times stay")
        self.refuses(text.replace(", traffic: {exchange: 50 %%}", "") % (3, ""), "is modelled, and no job says its traffic")

    def test_stores(self):
        text = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 2}]
  storage: [{name: scratch, type: %s, read: 10 GB/s}]
workloads:
  - name: w
    jobs:
      speed: modelled
      traffic: {read: %s GB/s, store: scratch}
      list:
        - {name: a, accelerators: 8, duration: 1 h}
        - {name: b, accelerators: 8, duration: 1 h, at: 30 min}
"""
        store = "lustre"
        self.assertEqual(self.run_text(text % (store, "0.5"))["workloads.w.jobs.makespan"], 5400)
        # Together they want 16 GB/s of 10: 5/8 of the speed. a is half done after 30 min and needs 48 more, b then has 30 min left.
        m = self.run_text(text % (store, "1"))
        self.assertAlmostEqual(m["workloads.w.jobs.turnaround.max"], 78 * 60, delta=1)
        self.assertAlmostEqual(m["workloads.w.jobs.makespan"], 108 * 60, delta=1)
        self.refuses(text.replace("store: scratch", "store: home") % (store, "1"), "no store 'home' in site.storage; there is: scratch")

    def test_workers(self):
        text = """schema: 1
site: {systems: [{name: gpus, type: dgx-h100, count: 4}]}
workloads:
  - name: w
    jobs:
      workers: {launch: 2 min, idle_timeout: 1 min%s}
      list:
        - {name: a, accelerators: 8, duration: 1 h}
        - {name: b, accelerators: 12, duration: 1 h}
        - {name: c, accelerators: 8, duration: 1 h, at: 3 h}
"""
        m = self.run_text(text % "")
        self.assertEqual(m["workloads.w.jobs.wait.max"], 125)  # the first look after they came is at 5 s
        self.assertEqual(m["workloads.w.jobs.workers.launches"], 4)  # three, and one again after the rest
        self.assertEqual(m["workloads.w.jobs.workers.most"], 3)
        # One at a time while none or one runs: b needs two more, the second of them a look after the first has come.
        m = self.run_text(text % ", upscaling_speed: 1")
        self.assertEqual(m["workloads.w.jobs.workers.launches"], 4)
        self.assertGreater(m["workloads.w.jobs.wait.max"], 240)
        m = self.run_text(text % ", min: 4")
        self.assertEqual(m["workloads.w.jobs.wait.max"], 0)
        self.assertEqual(m["workloads.w.jobs.workers.launches"], 0)
        # Two nodes at most: b of 12 has to wait until a has gone.
        m = self.run_text(text % ", max: 2")
        self.assertEqual(m["workloads.w.jobs.workers.most"], 2)
        self.refuses(text % ", max: 1", "workers.max: is 1 nodes of 8 accelerators together, and a job asks for 12")
        self.refuses(text % ", min: 3, max: 2", "workers.max: is 2; it must not be below min, 3")

    def test_partitions(self):
        text = """schema: 1
site: {systems: [{name: gpus, type: dgx-h100, count: 4}]}
scheduler: {queues: [{name: big}, {name: debug, nodes: "%s"}]}
workloads:
  - name: w
    jobs:
      list:
        - {name: a, accelerators: 8, duration: 1 h, queue: debug}
        - {name: b, accelerators: 8, duration: 1 h, queue: debug}
        - {name: c, accelerators: 16, duration: 1 h, queue: big}
"""
        m = self.run_text(text % "3")
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3600)
        self.assertEqual(self.run_text(text % "0,2-3")["workloads.w.jobs.wait.max"], 0)
        self.refuses(text % "2-4", "queues[debug].nodes: names node 4; w has 4, from 0 on")
        self.refuses(text % "x", "'x' is no range of nodes like 0-15")
        self.refuses((text % "3").replace("accelerators: 8, duration: 1 h, queue: debug", "accelerators: 9, duration: 1 h, queue: debug"),
                     "will never start: no nodes of one kind that its queue may use hold them")

    def test_traces(self):
        """PAI's table of tasks without its header, and Philly's own log; a row of each by hand, and what is left out."""
        text = """schema: 1
site: {systems: [{name: gpus, type: dgx-h100, count: 1}]}
workloads: [{name: w, jobs: {trace: %s, format: %s%s}}]
"""
        self.write("pai.csv", "a,worker,2,Terminated,100,3700,600,29.3,50,T4\nb,ps,1,Failed,200,1400,6000,1000,100,V100\nc,ps,1,Running,300,,600,29,100,T4\n")
        m = self.run_text(text % ("pai.csv", "pai", ""))
        self.assertEqual([m["workloads.w.jobs." + k] for k in ("completed", "failed", "makespan", "wait.max")], [1, 1, 3600, 0])
        # 12 and 60 processors on a node of 64: the second waits for the first.
        m = self.run_text(text % ("pai.csv", "pai", ", host: {cpus: 64, memory: 2000 GB}"))
        self.assertEqual(m["workloads.w.jobs.wait.max"], 3500)
        # What no node has is cut, and counted.
        done = self.run_command("check", self.write("s.yaml", text % ("pai.csv", "pai", ", host: {cpus: 16, memory: 2000 GB}")))
        self.assertIn("1 of 2 jobs ask for more processors or memory than the nodes have", done.stderr)
        self.write("philly.json", """[{"status": "Pass", "vc": "a", "jobid": "x", "submitted_time": "2017-10-09 07:00:00", "user": "u", "attempts": [
  {"start_time": "2017-10-09 07:02:00", "end_time": "2017-10-09 07:32:00", "detail": [{"ip": "m1", "gpus": ["gpu0", "gpu1"]}]},
  {"start_time": "2017-10-09 08:00:00", "end_time": "2017-10-09 08:30:00", "detail": [{"ip": "m1", "gpus": ["gpu0", "gpu1"]}, {"ip": "m2", "gpus": ["gpu0", "gpu1"]}]}]},
 {"status": "Killed", "vc": "b", "jobid": "y", "submitted_time": "2017-10-09 07:10:00", "user": "v", "attempts": []}]
""")
        m = self.run_text(text % ("philly.json", "philly", ""))
        self.assertEqual([m["workloads.w.jobs." + k] for k in ("completed", "failed", "makespan")], [1, 0, 3600])
        self.assertAlmostEqual(m["workloads.w.jobs.utilisation"], 0.5, delta=1e-6)  # four of eight
        self.write("philly.json", '[{"status": ')
        self.refuses(text % ("philly.json", "philly", ""), "philly.json: is no JSON")
