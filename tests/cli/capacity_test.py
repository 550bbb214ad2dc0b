"""headroom capacity: the highest rate, the fewest replicas, the curve, and what it refuses."""
import json
import os
import signal
import subprocess
import time
import unittest

from command import BINARY, CommandTest

SERVE = """schema: 1
name: Chat
site:
  systems:
    - {name: serve, type: dgx-h100, count: 1}
workloads:
  - name: chat
    serve:
      model: llama-3.1-8b
      replicas: 8
      requests:
        count: 1500
        arrival: {poisson: 20 /s}
        prompt_tokens: {fixed: 512}
        output_tokens: {fixed: 64}
      slo: {ttft: 500 ms, tpot: 30 ms, share: 95 %}
"""


class CapacityTest(CommandTest):
    def capacity(self, *arguments, text=SERVE):
        return self.run_command("capacity", self.write("s.yaml", text), *arguments)

    def test_a_run_at_the_answer_meets_the_slo_and_one_beyond_it_does_not(self):
        done = self.capacity("--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        best = json.loads(done.stdout)["cases"][0]["loads"][-1]
        self.assertTrue(best["meets"])
        rate = best["rate"]
        at = "workloads[chat].serve.requests.arrival.poisson="
        name = "workloads.chat.slo_attainment"
        self.assertGreaterEqual(self.run_json(self.path("s.yaml"), "--set", f"{at}{rate} /s")[name], 0.95)
        self.assertLess(self.run_json(self.path("s.yaml"), "--set", f"{at}{rate * 1.05} /s")[name], 0.95)

    def test_fewest_replicas_carry_the_rate(self):
        rate = json.loads(self.capacity("--json").stdout)["cases"][0]["loads"][-1]["rate"]
        loads = json.loads(self.capacity("--json", "--rate", str(rate / 2)).stdout)["cases"][0]["loads"]
        self.assertIn(loads[-1]["replicas"], (3, 4, 5))

    def test_a_curve_trades_speed_for_cost(self):
        done = self.capacity("--curve", "--json", "--jobs", "2")
        loads = json.loads(done.stdout)["cases"][0]["loads"]
        self.assertEqual(len(loads), 9)
        self.assertGreater(loads[0]["tokens_per_second_per_user"], loads[-1]["tokens_per_second_per_user"])
        self.assertGreater(loads[0]["usd_per_million_tokens"], loads[-1]["usd_per_million_tokens"])
        self.assertEqual(done.stdout, self.capacity("--curve", "--json", "--jobs", "1").stdout)

    def test_an_slo_that_nobody_can_meet_has_no_answer(self):
        done = self.capacity(text=SERVE.replace("500 ms", "1 ms"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("no rate that was tried meets the SLO", done.stderr)

    def test_what_has_no_slo_or_no_end_is_refused(self):
        self.assertIn("slo: is needed", self.capacity(text=SERVE.replace("      slo: {ttft: 500 ms, tpot: 30 ms, share: 95 %}\n", "")).stderr)
        endless = SERVE.replace("        count: 1500\n", "") + "run: {duration: 1 min}\n"
        done = self.capacity(text=endless)
        self.assertEqual(done.returncode, 2)
        self.assertIn("a count or a trace", done.stderr)

    def test_ctrl_c_ends_the_search_and_its_runs(self):
        file = self.write("s.yaml", SERVE.replace("count: 1500", "count: 3000000"))
        p = subprocess.Popen([BINARY, "capacity", file, "--json"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True)
        runs = []
        deadline = time.monotonic() + 30
        while not runs and time.monotonic() < deadline:
            with open(f"/proc/{p.pid}/task/{p.pid}/children") as children:
                runs = children.read().split()
            time.sleep(0.01)
        self.assertTrue(runs)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=30)
        self.assertEqual(p.returncode, 130, err)
        self.assertIn("interrupted", err)
        self.assertEqual(out, "")
        self.assertFalse(any(os.path.exists(f"/proc/{run}") for run in runs))

    def test_gamma_arrivals_have_a_rate_and_bursts_two(self):
        gamma = SERVE.replace("{poisson: 20 /s}", "{gamma: {rate: 20 /s, shape: 0.5}}")
        done = self.capacity("--json", text=gamma)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(json.loads(done.stdout)["cases"][0]["loads"][-1]["rate"], 20)
        bursts = SERVE.replace("{poisson: 20 /s}", "{bursts: {rate: 5 /s, peak: 50 /s, length: 10 s, gap: 60 s}}")
        self.assertIn("has two rates", self.capacity(text=bursts).stderr)


if __name__ == "__main__":
    unittest.main()
