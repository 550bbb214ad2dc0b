"""Outages, generators, trading batteries and series in a scenario, end to end."""
import os

from command import LIBRARY, CommandTest

OUTAGE = os.path.join(LIBRARY, "outage-with-generators.yaml")
TRADES = os.path.join(LIBRARY, "arbitrage-day.yaml")

SITE = """schema: 1
name: priced
site:
  systems: [{name: gpu, type: dgx-h100, count: 4, per_rack: 2}]
  power: %s
%s
workloads:
  - name: research
    jobs: {power: 90 %%, synthetic: {rate: 60 /h, accelerators: {fixed: 8}, duration: {fixed: 30 min}, until: 2 h}}
run: {duration: 3 h}
"""


class Outage(CommandTest):
    def run_outage(self, *options):
        m = self.run_json(OUTAGE, "--set", "record.every=1 min", *options)
        self.assertLess(m["energy_balance_error"], 1e-9)
        return m

    def test_generators_save_the_site_and_without_them_it_goes_dark(self):
        saved = self.run_outage()
        self.assertEqual(saved["site.outage.dark"], 0)
        self.assertEqual(saved["site.outage.on_ups"], 10)
        self.assertAlmostEqual(saved["site.outage.time"], 1800, delta=1)
        self.assertEqual(saved["site.generators.starts"], 1)
        dark = self.run_outage("--variant", "none-starts")
        self.assertAlmostEqual(dark["site.outage.on_ups"] + dark["site.outage.dark"], 1800, delta=1)
        # Cooling stands, so dies shut down, and the hall's air after them: the batteries outlast the racks.
        self.assertLess(dark["site.ride_through.shutdown"], 60)
        self.assertNotIn("site.ride_through.dark", dark)
        bold = self.run_outage("--variant", "none-starts", "--set", "site.cooling.air.inlet_limit=80 degC")
        self.assertGreaterEqual(bold["site.outage.on_ups"] + bold["site.outage.dark"], 1799)
        self.assertLess(dark["workloads.pretrain.steps"], saved["workloads.pretrain.steps"])

    def test_shelf_batteries_and_a_site_battery_bridge_it_too(self):
        shelves = self.run_outage("--variant", "shelves")
        self.assertGreater(shelves["site.shelf_battery.margin"], 0.005)
        self.assertEqual(shelves["site.shelf_battery.failed"], 0)
        battery = self.run_outage("--variant", "battery")
        self.assertGreater(battery["site.outage.on_battery"], 1700)
        self.assertEqual(battery["site.outage.dark"], 0)

    def test_two_runs_are_equal(self):
        self.assertEqual(self.run_outage("--seed", "3"), self.run_outage("--seed", "3"))


class Trading(CommandTest):
    def test_arbitrage_saves_energy_cost_and_carbon_by_its_signal(self):
        runs = {v: self.run_json(TRADES, *(["--variant", v] if v else [])) for v in ("", "carbon", "shave", "backup")}
        for m in runs.values():
            self.assertLess(m["energy_balance_error"], 1e-9)
        bill = {v: m["site.energy.cost"] - m["site.energy.demand_charge"] for v, m in runs.items()}
        self.assertLess(bill[""], 0.95 * bill["backup"])
        self.assertEqual(min(runs, key=lambda v: bill[v]), "")
        self.assertEqual(min(runs, key=lambda v: runs[v]["site.energy.carbon"]), "carbon")
        self.assertEqual(min(runs, key=lambda v: runs[v]["site.energy.demand_charge"]), "shave")
        self.assertLessEqual(runs[""]["site.power.peak"], 2.2e6 * 1.001)
        self.assertGreater(runs[""]["site.battery.fade"], runs["backup"]["site.battery.fade"] * 0.2)


class Series(CommandTest):
    def priced(self, rows, keys="", power=None, more=""):
        self.write("prices.csv", "hour,price_USD_per_MWh\n" + rows)
        power = power or "{utility: {price: {series: {file: prices.csv%s}}}}" % keys
        return self.write("s.yaml", SITE % (power, more))

    def refused(self, file, *wanted):
        done = self.run_command("check", file)
        self.assertEqual(done.returncode, 2, done.stderr)
        for w in wanted:
            self.assertIn(w, done.stderr)

    def test_a_file_of_prices_makes_the_bill(self):
        flat = self.run_json(self.priced("0,100\n1,100\n2,100\n"))
        self.assertAlmostEqual(flat["site.energy.price_mean"], 100, places=6)
        self.assertAlmostEqual(flat["site.energy.cost"], flat["site.energy.total"] / 3.6e9 * 100, delta=1e-6)
        late = self.run_json(self.priced("0,10\n1,20\n2,20\n3,20\n", ", start: 2026-01-01T01:00"))
        self.assertAlmostEqual(late["site.energy.price_mean"], 20, places=6)
        again = self.run_json(self.priced("0,30\n1,30\n", ", repeat: true"))
        self.assertAlmostEqual(again["site.energy.price_mean"], 30, places=6)

    def test_gaps_are_bridged_with_a_warning_or_refused(self):
        done = self.run_command("check", self.priced("0,100\n1,100\n3,100\n"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 values are missing, first here; they are bridged linearly", done.stderr)
        self.refused(self.priced("0,1\n1,1\n8,1\n"), "prices.csv:4", "6 h are missing before or at this line; up to 3 h are bridged")

    def test_a_series_that_does_not_fit_the_run_is_refused(self):
        self.refused(self.priced("0,1\n1,1\n"), "ends 2 h after the start of the run, which lasts 3 h; repeat: true begins it anew")
        self.refused(self.priced("5,1\n6,1\n7,1\n8,1\n", ", start: 2026-01-01"), "5 h before the first row")
        self.refused(self.priced("0,1\n", power="{utility: {price: {series: {peak: 18 h}}}}"), "has neither a file nor a swing")
        self.refused(self.priced("0,1\n", power="{utility: {price: {series: {file: nowhere.csv}}}}"), "nowhere.csv", "does not exist")

    def test_impossible_supplies_are_refused(self):
        bess = "{bess: {energy: 1 MWh, power: 1 MW, %s}}"
        for power, wanted in (
                (bess % "initial_charge: 120 %", "initial_charge"), (bess % "round_trip: 105 %", "round_trip"),
                (bess % "control: arbitrage", "arbitrage has nothing to go by; give site.power.utility.price.series"),
                (bess % "control: arbitrage, signal: carbon", "give site.power.utility.carbon_series"),
                ("{generators: {efficiency: 110 %}}", "efficiency"), ("{supplies: {modules: 2, needed: 3}}", "is 3, of 2 modules"),
                ("{feeds: {cords: [{rack: rack-1, a: 100 %}]}}", "redundancy must be 2N"),
                ("{feeds: {redundancy: 2N, cords: [{rack: rack-9, a: 100 %}]}}", "the site has rack-1 to rack-2"),
                ("{ups: {topology: none, smoothing: {}}}", "belongs to a UPS")):
            with self.subTest(wanted):
                self.refused(self.priced("0,1\n1,1\n", power=power), wanted)
        self.refused(self.priced("0,1\n1,1\n", power="{}", more="  faults: [{at: 1 h, what: generator-loss, where: generator-1}]"),
                     "the site has no generator")

    def test_costs_add_up(self):
        m = self.run_json(self.priced("0,1\n1,1\n", power="{bess: {energy: 1 MWh, power: 1 MW}}", more="""  cost:
    discount_rate: 8 %
    items: [{name: spares, capital: 100000 USD, life: 1826.25 d}]"""))
        self.assertAlmostEqual(m["site.cost.capital.battery"], 300000)
        self.assertAlmostEqual(m["site.cost.capital.spares"], 100000)
        parts = sum(m["site.cost." + p] for p in ("it", "facility", "items", "operation", "energy"))
        self.assertAlmostEqual(m["site.cost.total"], parts, delta=1e-9 * parts)
        self.assertAlmostEqual(m["site.cost.per_accelerator_hour"], m["site.cost.total"] / (32 * 3), delta=1e-6)
        self.assertAlmostEqual(m["site.carbon.embodied"], 32 * 164 + 4 * 1000 + 2 * 500 + 75000 + m["site.carbon.embodied"] % 1, delta=4e4)


class Cords(CommandTest):
    def test_a_rack_with_one_cord_dies_with_its_path(self):
        faults = "  faults: [{at: 1 h, what: feed-loss, where: feed-1, lasts: 30 min}]"
        site = lambda cords: self.write("s.yaml", SITE % ("{feeds: {redundancy: 2N%s}}" % cords, faults))
        both = self.run_json(site(""))
        one = self.run_json(site(", cords: [{rack: rack-1, a: 100 %}]"))
        self.assertGreater(one["workloads.research.jobs.turnaround.max"], both["workloads.research.jobs.turnaround.max"])
        other = self.run_json(site(", cords: [{rack: rack-1, a: 0 %}]"))
        self.assertEqual(other["workloads.research.jobs.turnaround.max"], both["workloads.research.jobs.turnaround.max"])

    def test_a_lost_power_supply_is_survived_by_the_spares(self):
        faults = "  faults: [{at: 1 h, what: psu-loss, where: rack-1}]"
        site = lambda needed: self.write("s.yaml", SITE % ("{supplies: {modules: 2, needed: %d}}" % needed, faults))
        spare, bare = self.run_json(site(1)), self.run_json(site(2))
        self.assertGreater(bare["workloads.research.jobs.turnaround.max"], spare["workloads.research.jobs.turnaround.max"])
