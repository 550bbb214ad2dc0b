"""Workloads on leaves whose uplinks are short: what they share by hand, and what each is by itself."""
from command import CommandTest

# A set of leaves takes 48 nodes. `fill` keeps to the first half of set 0, `a` holds the second half of set 0 and the first of
# set 1, `b` the second half of set 1 and the first of set 2: they meet in set 1 alone.
SITE = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 144}]
  fabric: {type: rail-optimized, oversubscription: %g}
workloads:
  - name: fill
    collective: {operation: all-gather, sizes: [1 MiB], ranks: 192}
%s"""
WORK = """  - name: %s
    collective: {operation: all-to-all, algorithm: direct, sizes: [64 GiB], ranks: 384, repeat: %d}
"""
# Half of a set may use all its uplinks: 400 Gbps over 3 / 2. 47 of 48 domains are not a rank's own.
ALONE = 2.0**36 * 47 / 48 / (50e9 / 1.5)


class Uplinks(CommandTest):
    def times(self, oversubscription, *works):
        self.write("s.yaml", SITE % (oversubscription, "".join(WORK % w for w in works)))
        metrics = self.run_json("s.yaml")
        return [metrics["workloads.%s.collectives.64GiB.time" % name] for name, _ in works]

    def test_a_job_by_itself_has_all_uplinks_of_its_leaves(self):
        alone, = self.times(3, ("a", 10))
        self.assertGreater(alone, ALONE)
        self.assertLess(alone, 1.05 * ALONE)

    def test_two_that_always_send_take_twice_as_long(self):
        alone, = self.times(3, ("a", 10))
        a, b = self.times(3, ("a", 10), ("b", 10))
        self.assertAlmostEqual(a, b, delta=0.01 * a)
        # Each has the uplinks to itself while the other does not send.
        self.assertGreater(a, 2 * ALONE * 0.995)
        self.assertLess(a, 2 * ALONE + (alone - ALONE) * 1.01)

    def test_it_lasts_as_long_as_the_other_runs(self):
        alone, = self.times(3, ("a", 10))
        both = self.times(3, ("a", 10), ("b", 10))[0]
        a, b = self.times(3, ("a", 10), ("b", 5))
        self.assertAlmostEqual(b, both, delta=0.01 * both)
        self.assertAlmostEqual(a, (both + alone) / 2, delta=0.01 * a)

    # A switch of the dragonfly takes the NICs of two nodes, 16, and has 19 cables to its group of 20, which neighbours' ways,
    # straight and over third switches, fill like 10. `fill` keeps to node 0, `a` holds nodes 1 and 2, `b` nodes 3 and 4: each alone has cables
    # enough, both meet on the second switch and share 10 cables there.
    def test_jobs_share_the_switches_of_a_dragonfly(self):
        site = SITE.replace("rail-optimized", "dragonfly").replace("count: 144", "count: 96").replace("ranks: 192", "ranks: 8")
        site = site.replace("oversubscription: %g", "oversubscription: %g, group: 20")
        work = """  - name: %s
    collective: {operation: all-to-all, algorithm: direct, sizes: [64 GiB], ranks: 16, repeat: 10}
"""

        def times(*names):
            self.write("d.yaml", site % (1, "".join(work % name for name in names)))
            metrics = self.run_json("d.yaml")
            return [metrics["workloads.%s.collectives.64GiB.time" % name] for name in names]

        alone, = times("a")
        a, b = times("a", "b")
        self.assertGreater(a, 1.5 * alone)
        self.assertLess(a, 16 / 10 * alone)
        self.assertAlmostEqual(a, b, delta=0.01 * a)

    # 300 prompts/s of 8000 tokens are 300 * 8000 * 131,072 B = 0.315 TB/s from readers on set 0 to writers on set 1, which `b` wants
    # whole: 384 NICs of 50 GB/s over 3 are 6.4 TB/s. It has 95.1 % left, and slows no transfer, which is at most one NIC's rate.
    def test_transfers_between_pools_slow_what_shares_their_leaves(self):
        pools = """  - name: chat
    serve:
      model: llama-3.1-8b
      pools: {prefill: {replicas: 192}, decode: {replicas: 192}}
      requests: {count: 9000, arrival: {poisson: 300 /s}, prompt_tokens: {fixed: 8000}, output_tokens: {fixed: 16}}
"""
        held = WORK.replace("all-to-all, algorithm: direct, sizes: [64 GiB]", "all-gather, sizes: [1 MiB]") % ("held", 1)

        def run(*works):
            self.write("p.yaml", SITE % (3, "".join(works)))
            return self.run_json("p.yaml")

        alone, both, quiet = run(held, WORK % ("b", 10)), run(pools, WORK % ("b", 10)), run(pools)
        time = "workloads.b.collectives.64GiB.time"
        self.assertAlmostEqual(both[time] / alone[time], 1 / (1 - 0.315 / 6.4), delta=0.012)
        self.assertAlmostEqual(both["workloads.chat.kv_transfer.mean"], quiet["workloads.chat.kv_transfer.mean"], delta=1e-9)
        self.assertEqual(both["workloads.chat.requests.completed"], 9000)

    def test_enough_uplinks_are_no_matter(self):
        alone, = self.times(1, ("a", 10))
        self.assertEqual(self.times(1, ("a", 10), ("b", 10)), [alone, alone])

    # Groups of 4 switches with 64 NICs; 7 cables join two of the 10 groups, and a neighbour's ways fill like 35. `fill` keeps to
    # half of group 0, `a` has 32 NICs in groups 0 and 1, `b` in 1 and 2: on no common switch, both over the cables of group 1.
    def test_jobs_share_the_cables_between_groups_of_a_dragonfly(self):
        site = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 80}]
  fabric: {type: dragonfly, group: 4, load_balancing: adaptive}
workloads:
"""
        work = """  - name: %s
    collective: {operation: all-to-all, algorithm: direct, sizes: [64 GiB], ranks: %d, repeat: 10}
"""

        def times(*works):
            self.write("g.yaml", site + "".join(work % w for w in works))
            metrics = self.run_json("g.yaml")
            return [metrics["workloads.%s.collectives.64GiB.time" % name] for name, _ in works]

        alone = times(("fill", 32), ("a", 64))[1]
        _, a, b = times(("fill", 32), ("a", 64), ("b", 64))
        self.assertGreater(a, 1.6 * alone)
        self.assertLess(a, 64 / 35 * alone * 1.01)
        self.assertAlmostEqual(a, b, delta=0.01 * a)

    # SHARP sends a share of the buffer once where a ring sends it nearly twice.
    def test_switches_that_add_up_halve_what_leaves_a_node(self):
        text = """schema: 1
site:
  systems: [{name: gpus, type: dgx-h100, count: 64}]
  fabric: {in_network_reduction: %s%s}
workloads:
  - name: bench
    collective: {operation: all-reduce, algorithm: %s, sizes: [4 GiB]}
"""

        def seconds(reduces, algorithm):
            self.write("r.yaml", text % (reduces, "", algorithm))
            return self.run_json("r.yaml")["workloads.bench.collectives.4GiB.time"]

        # Inside the node 2 x 7/8 of the buffer at 450 GB/s x 82 %, longer than 1/8 of it at 50 GB/s x 97 %.
        self.assertAlmostEqual(seconds("true", "sharp"), 2**32 * 1.75 / (450e9 * 0.82), delta=1e-4)
        self.assertLessEqual(seconds("true", "auto"), seconds("false", "auto"))
        self.write("e.yaml", text % ("true", ", switch: sn5600", "auto"))
        done = self.run_command("run", "e.yaml")
        self.assertIn("site.fabric.in_network_reduction: is true; sn5600 is an ethernet switch", done.stderr)
