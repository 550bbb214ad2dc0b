"""What measurements say of parameters, and what a figure rests on, as the command tells it."""
import json
import os
import unittest

from command import LIBRARY, SHARED, CommandTest

BOX = """schema: 1
name: Eight H100
site: {systems: [{name: box, type: dgx-h100, count: 1}]}
workloads:
  - name: reduce
    collective: {operation: all-reduce, sizes: [1 MiB]}
"""
FIT = ("--fit", "accelerator/h100:scale_up.latency", "--fit", "accelerator/h100:scale_up.efficiency",
       "--fit", "accelerator/h100:scale_up.in_network_efficiency")


class CalibrateTest(CommandTest):
    def test_measured_all_reduce(self):
        self.need_shared()
        data = os.path.join(SHARED, "data", "training", "nccl_h100x8_allreduce_sweep.csv")
        done = self.run_command("calibrate", data, "--scenario", self.write("box.yaml", BOX), *FIT, "--value", "oop_time_us",
                                "--json", "-o", self.path("overlay.yaml"))
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertLess(answer["median_error_odd_by_even"], 0.08, done.stdout)
        # The overlay gives the fitted run to a scenario that includes it.
        self.write("fitted.yaml", "include: [overlay.yaml, box.yaml]\n")
        metrics = self.run_json(self.path("fitted.yaml"))
        before = self.run_json(self.path("box.yaml"))
        self.assertNotEqual(metrics["workloads.reduce.collectives.1MiB.time"],
                            before["workloads.reduce.collectives.1MiB.time"])

    def test_figures_in_long_form(self):
        """A scenario's own figures, moved parameter: the fit goes back to the value that made them."""
        box = self.write("box.yaml", BOX.replace("[1 MiB]", "[64 KiB, 16 MiB, 1 GiB]"))
        moved = self.run_json(box, "--set", "catalog=[]")
        rows = "metric,value\n" + "".join(f"{k},{v!r}\n" for k, v in moved.items() if k.endswith(".time"))
        path = self.write("m.csv", rows)
        done = self.run_command("calibrate", path, "--scenario", box, "--fit", "accelerator/h100:scale_up.latency", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        one = json.loads(done.stdout)["parameters"][0]
        self.assertAlmostEqual(one["value"] / one["before"], 1.0, delta=1e-3)

    def test_series_and_their_units(self):
        """The mean of a series over a run is a figure as any other: here the supply of the air side, in degC."""
        box = self.write("box.yaml", BOX.replace("[1 MiB]", "[1 GiB], repeat: 2000"))
        row = "metric,value\nrack_group_power:box/air,%r\nit_power,%r\n"
        self.run_json(box)
        power = [float(l.split(",")[1]) for l in self.run_command("export", "r.h5", "--csv", "--table", "rack_group_power").stdout.splitlines()[1:]]
        it = [float(l.split(",")[1]) for l in self.run_command("export", "r.h5", "--csv", "--table", "it_power").stdout.splitlines()[1:]]
        path = self.write("m.csv", row % (sum(power) / len(power) * 1.02, sum(it) / len(it) * 1.02))
        done = self.run_command("calibrate", path, "--scenario", box, "--fit", "node/dgx-h100:host_active", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual([j["unit"] for j in answer["before"]], ["W"])
        self.assertGreater(answer["parameters"][0]["value"], answer["parameters"][0]["before"])

    def test_single_kernels(self):
        """Times of products that the model itself gives, by a launch of another length: the fit finds it, in a table of its own."""
        self.need_shared()
        data = os.path.join(SHARED, "data", "serving", "aic_h100_sxm_gemm.csv")
        box = self.write("box.yaml", BOX)
        one = ("calibrate", data, "--scenario", box, "--value", "latency", "--unit", "ms", "--where", "gemm_dtype=bfloat16", "--where", "framework=VLLM",
               "--fit", "kernels/h100.vllm:gemm[bf16].compute_efficiency", "--fit", "kernels/h100.vllm:gemm[bf16].memory_efficiency")
        done = self.run_command(*one, "--json", "-o", "overlay.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertGreater(answer["rows"], 50)
        self.assertLess(answer["median_error_odd_by_even"], 0.10)
        self.assertTrue(all(p["identified"] for p in answer["parameters"]))
        self.write("fitted.yaml", "include: [overlay.yaml, box.yaml]\n")
        self.assertEqual(self.run_command("check", "fitted.yaml").returncode, 0)

    def test_mistakes_in_kernels(self):
        box = self.write("box.yaml", BOX)
        fit = ("--scenario", box, "--fit", "kernels/h100.vllm:gemm[bf16].compute_efficiency")
        for text, said in (("m,n,k,time_us\n0,1,1,3\n", "m is 0; it must be positive"), ("m,n,k,time_us\n1,1,x,3\n", "m.csv:2"),
                           ("m,n,k,us\n1,1,1,3\n", "has no column 'time_us'"), ("heads,context,query,time_us\n8,10,20,5\n", "the context holds the query"),
                           ("m,n,k,precision,time_us\n8,8,8,bf15,5\n", "is no precision")):
            done = self.run_command("calibrate", self.write("m.csv", text), *fit)
            self.assertEqual(done.returncode, 2, (text, done.stderr))
            self.assertIn(said, done.stderr)
        done = self.run_command("calibrate", self.write("m.csv", "m,n,k,time_us\n8,8,8,5\n"), "--scenario", box, "--fit", "accelerator/h100:tdp")
        self.assertIn("names a parameter of their profile", done.stderr)

    def test_bad_rows_are_named(self):
        box = self.write("box.yaml", BOX)
        done = self.run_command("calibrate", self.write("m.csv", "metric,value\nsite.nothing,3\nsite.pue,x\n"),
                                "--scenario", box, *FIT)
        self.assertEqual(done.returncode, 2)
        self.assertIn("m.csv:3", done.stderr)

    def test_explain(self):
        self.run_json(os.path.join(LIBRARY, "train-70b-gb200.yaml"))
        name = [k for k in json.loads(self.run_command("report", self.path("r.h5"), "--json").stdout)["metrics"]
                if k.endswith(".step_time")][0]
        done = self.run_command("explain", self.path("r.h5"), name, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["value"], answer["run_again"])
        self.assertIn(name.replace("step_time", "time.compute"), answer["parts"])
        first = answer["rests_on"][0]
        self.assertTrue(first["source"])
        self.assertNotEqual(first["elasticity"], 0.0)
        refused = self.run_command("explain", self.path("r.h5"), name + "x")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("did you mean", refused.stderr)

    def test_uncertainty(self):
        box = self.write("box.yaml", BOX)
        one = ("uncertainty", box, "--only", "--band", "accelerator/h100:scale_up.latency=10 %", "--json")
        done = self.run_command(*one)
        self.assertEqual(done.returncode, 0, done.stderr)
        spread = json.loads(done.stdout)["metrics"]["workloads.reduce.collectives.1MiB.time"]
        self.assertLess(spread["p05"], spread["value"])
        self.assertGreater(spread["p95"], spread["value"])
        self.assertEqual(list(spread["causes"]), ["accelerator/h100:scale_up.latency"])
        self.assertEqual(done.stdout, self.run_command(*one).stdout)


if __name__ == "__main__":
    unittest.main()
