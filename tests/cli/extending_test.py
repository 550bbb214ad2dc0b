"""The examples of docs/extending.md do what it says: a chip, a node and a model of one's own, without building anything."""
import os
import re

from command import SOURCE, CommandTest


def example():
    with open(os.path.join(SOURCE, "docs", "extending.md")) as f:
        return re.search(r"```yaml\n(.*?)```", f.read(), re.S).group(1)


class Extending(CommandTest):
    def test_the_example_runs(self):
        m = self.run_json(self.write("x.yaml", example()))
        self.assertEqual(m["site.accelerators"], 32)
        self.assertGreater(m["workloads.pretrain.step_time"], 0)

    def test_twice_the_chip_is_faster_but_not_beyond_twice(self):
        slow = self.run_json(self.write("x.yaml", example()))
        text = example().replace("bf16: 1000", "bf16: 2000").replace("bandwidth: 4 TB/s", "bandwidth: 8 TB/s")
        fast = self.run_json(self.write("y.yaml", text))
        ratio = slow["workloads.pretrain.step_time"] / fast["workloads.pretrain.step_time"]
        self.assertGreater(ratio, 1.2)
        self.assertLessEqual(ratio, 2.0)

    def test_a_sheet_in_a_file_of_its_own(self):
        chip = re.search(r"  - (accelerator:.*?)(?=  - node:)", example(), re.S).group(1)
        sheet = "\n".join(line[4:] if line.startswith("    ") else line for line in chip.splitlines())
        self.write("chip.yaml", sheet + "\n")
        text = example().replace("  - " + chip, "  - chip.yaml\n")
        self.assertEqual(self.run_json(self.write("x.yaml", text)), self.run_json(self.write("y.yaml", example())))

    def test_a_sheet_of_the_same_name_wins(self):
        text = example().replace("example-chip", "h100")
        self.assertEqual(self.run_json(self.write("x.yaml", text)).keys(), self.run_json(self.write("y.yaml", example())).keys())
        heavy = text.replace("memory: {capacity: 128 GB", "memory: {capacity: 8 GB")
        done = self.run_command("run", self.write("z.yaml", heavy))
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_a_mistake_in_a_sheet_has_its_place(self):
        done = self.run_command("check", self.write("x.yaml", example().replace("tdp: 800 W", "tdp: 800 kg")))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"x\.yaml:7:\d+: .*tdp")
