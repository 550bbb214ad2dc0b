"""Limits of power in a scenario: a system's power_limit, breakers, shedding, demand events, jobs under the plant's clock."""
from command import SMALL, CommandTest

JOBS = """schema: 1
name: jobs
site:
  systems: [{name: gpu, type: dgx-h100, count: 4, per_rack: 2}]
  power: %s
%s
workloads:
  - name: research
    jobs: {power: 90 %%, synthetic: {rate: 60 /h, accelerators: {fixed: 8}, duration: {fixed: 30 min}, until: 2 h}}
scheduler: {policy: %s}
run: {duration: 6 h}
"""


class PowerLimits(CommandTest):
    def jobs(self, power="{}", faults="", policy="easy-backfill"):
        return self.run_json(self.write("jobs.yaml", JOBS % (power, faults, policy)))

    def test_a_power_limit_trades_time_for_energy(self):
        small = self.write("small.yaml", SMALL)
        free = self.run_json(small)
        limited = self.run_json(small, "--set", "site.systems[0].power_limit=500 W")
        slower = limited["workloads.pretrain.step_time"] / free["workloads.pretrain.step_time"]
        self.assertGreater(slower, 1.02)
        self.assertLess(slower, 1.4)
        self.assertLess(limited["workloads.pretrain.energy_per_token"], free["workloads.pretrain.energy_per_token"])

    def test_a_power_limit_that_cannot_be_is_refused(self):
        small = self.write("small.yaml", SMALL)
        for limit in ("50 W", "900 W"):
            done = self.run_command("check", small, "--set", "site.systems[0].power_limit=" + limit)
            self.assertEqual(done.returncode, 2)
            self.assertIn("power_limit", done.stderr)

    def test_jobs_take_longer_under_a_cap_in_every_policy(self):
        for policy in ("fifo", "sjf", "easy-backfill", "conservative-backfill", "multifactor", "fair-share", "gang", "las"):
            with self.subTest(policy):
                free = self.jobs(policy=policy)
                capped = self.jobs("{utility: {limit: 0.03 MW, at_limit: cap}}", policy=policy)
                self.assertGreater(capped["workloads.research.jobs.turnaround.mean"], free["workloads.research.jobs.turnaround.mean"])
                self.assertEqual(capped["workloads.research.jobs.failed"], 0)

    def test_jobs_stand_while_their_racks_are_dark(self):
        # One job on each node for 30 min; rack-1 is dark for 20 min and its boards start 5 min later.
        free = self.jobs()
        dark = self.jobs(faults="  faults: [{at: 1 h, what: rack-loss, where: rack-1, lasts: 20 min}]")
        more = dark["workloads.research.jobs.turnaround.max"] - free["workloads.research.jobs.turnaround.max"]
        self.assertGreater(more, 0)
        self.assertLess(dark["energy_balance_error"], 1e-9)

    def test_a_busway_that_nameplates_overfill_trips_or_is_capped(self):
        narrow = "distribution: {busway: 13.5 kW, fill: 152 %, block: 1 MW}"
        tripped = self.jobs("{%s, breakers: {}}" % narrow)
        self.assertGreater(tripped["site.power.trips"], 0)
        capped = self.jobs("{%s, breakers: {at_limit: cap}}" % narrow)
        self.assertEqual(capped["site.power.trips"], 0)
        self.assertLess(capped["site.headroom.busway"], 0.1)

    def test_a_demand_event_sheds_and_what_cannot_answer_is_refused(self):
        event = "events: [{at: 1 h, lasts: 30 min, limit: 0.02 MW}]"
        shed = self.jobs("{utility: {at_limit: shed, %s}}" % event)
        self.assertGreater(shed["site.power.shed"], 0)
        battery = "bess: {energy: 1 MWh, power: 0.1 MW, control: peak-shave, target: 1 MW, initial_charge: 100 %}"
        shaved = self.run_json(self.write("b.yaml", JOBS % ("{utility: {%s}, %s}" % (event, battery), "", "fifo")))
        self.assertEqual(shaved["site.demand_response.kept"], 1)
        done = self.run_command("check", self.write("s.yaml", JOBS % ("{utility: {%s}}" % event, "", "fifo")))
        self.assertEqual(done.returncode, 2)
        self.assertIn("at_limit must be cap or shed", done.stderr)
