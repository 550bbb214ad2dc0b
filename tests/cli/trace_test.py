"""Execution traces: made from a plan, shown, replayed; bad ones are refused by name with status 2."""
import gzip
import os
import shutil
import unittest

from command import SHARED, SMALL, CommandTest

REPLAY = """schema: 1
name: Replay
site:
  systems:
    - {name: train, type: dgx-h100, count: 2}
workloads:
  - name: replay
    trace: {format: chakra, files: "FILES"}
"""


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def message(body):
    return varint(len(body)) + body


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + message(value)


def node(number, kind, micros=0, data=(), **attributes):
    body = field(1, number) + field(2, b"n%d" % number) + field(3, kind) + field(7, micros)
    for d in data:
        body += field(5, d)
    for name, value in attributes.items():
        body += field(10, field(1, name.encode()) + field(9, value))
    return message(body)


HEAD = message(field(1, b"0.0.4"))
COMP, SEND, RECV, COLL = 4, 5, 6, 7


class Trace(CommandTest):
    def replay(self, files, *arguments):
        return self.run_json(self.write("replay.yaml", REPLAY.replace("FILES", files)), *arguments)

    def refuse(self, traces, *wanted):
        for rank, text in enumerate(traces):
            self.write("t.%d.et" % rank, text)
        file = self.write("replay.yaml", REPLAY.replace("FILES", "t.{rank}.et"))
        for command in (["check", file], ["run", file, "-o", self.path("r.h5"), "--progress", "none"]):
            done = self.run_command(*command)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("replay.yaml:8:", done.stderr)
            for w in wanted:
                self.assertIn(w, done.stderr)
        self.assertFalse(os.path.exists(self.path("r.h5")))

    def test_a_plan_made_into_traces_replays_to_its_step(self):
        step = self.run_json(self.write("plan.yaml", SMALL))["workloads.pretrain.step_time"]
        done = self.run_command("trace", "make", "plan.yaml", "-o", self.path("made"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len([f for f in os.listdir(self.path("made")) if f.endswith(".et")]), 16)
        text = REPLAY.replace('FILES"', 'made/pretrain.{rank}.et", groups: made/groups.json')
        m = self.run_json(self.write("replay.yaml", text))
        self.assertAlmostEqual(m["workloads.replay.makespan"] / step, 1, delta=1e-3)
        self.assertLessEqual(m["energy_balance_error"], 1e-9)
        shown = self.run_command("trace", "show", *[self.path("made/pretrain.%d.et" % r) for r in range(16)])
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("reduce-scatter", shown.stdout)

    def test_making_twice_gives_the_same_bytes(self):
        self.write("plan.yaml", SMALL)
        for folder in ("a", "b"):
            self.assertEqual(self.run_command("trace", "make", "plan.yaml", "-o", self.path(folder)).returncode, 0)
        for name in os.listdir(self.path("a")):
            with open(self.path("a/" + name), "rb") as a, open(self.path("b/" + name), "rb") as b:
                self.assertEqual(a.read(), b.read(), name)

    def test_making_what_cannot_be(self):
        done = self.run_command("trace", "make", self.write("r.yaml", REPLAY.replace("FILES", "t.et")), "-o", "x")
        self.assertEqual(done.returncode, 2)
        self.write("plan.yaml", SMALL)
        done = self.run_command("trace", "make", "plan.yaml", "-o", "x", "--workload", "other")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'other'; it has pretrain", done.stderr)
        done = self.run_command("trace", "make", "plan.yaml", "-o", "plan.yaml/x")
        self.assertEqual(done.returncode, 5, done.stderr)

    def test_chain_and_gzip(self):
        trace = HEAD + node(1, COMP, 100) + node(2, COMP, 50, [1])
        self.write("a.et", trace)
        self.write("b.et", gzip.compress(trace))
        self.assertAlmostEqual(self.replay("a.et")["workloads.replay.makespan"], 150e-6, delta=1e-12)
        self.assertAlmostEqual(self.replay("b.et")["workloads.replay.makespan"], 150e-6, delta=1e-12)

    def test_modelled_compute(self):
        self.write("a.et", HEAD + node(1, COMP, 5, num_ops=10**14, tensor_size=1))
        text = REPLAY.replace('FILES"', 'a.et", compute: modelled')
        t = self.run_json(self.write("replay.yaml", text))["workloads.replay.makespan"]
        self.assertGreater(t, 1e14 / 989.5e12)
        self.assertLess(t, 1e14 / 400e12)

    def test_bad_traces(self):
        good = HEAD + node(1, COLL, comm_type=0, comm_size=1024)
        self.refuse([good, good[:-3]], "t.1.et: byte ", "are left")
        self.refuse([good, b""], "t.1.et: the file is empty")
        self.refuse([good, b"\xff" * 40], "t.1.et: byte ")
        self.refuse([good, gzip.compress(good)[:-12]], "t.1.et: byte ", "cut off")
        self.refuse([good, HEAD], "t.0.et: node 1", "no partner in", "t.1.et")
        self.refuse([good, HEAD + node(1, COLL, comm_type=2, comm_size=1024)], "t.1.et: node 1", "all-gather", "t.0.et: node 1")
        self.refuse([good, HEAD + node(1, COLL, comm_type=0, comm_size=512)], "t.1.et: node 1", "512 B")
        self.refuse([HEAD + node(1, COMP, 1, [2]) + node(2, COMP, 1, [1]), HEAD], "t.0.et: node 1", "node 2", "a cycle")
        self.refuse([HEAD + node(1, COMP, 1, [7]), HEAD], "t.0.et: node 1", "node 7 (data dependency)")
        self.refuse([HEAD + node(1, RECV, comm_src=1, comm_size=8), HEAD], "t.0.et: node 1", "rank 1 never sends")
        self.refuse([HEAD + node(1, SEND, comm_dst=1, comm_size=8), HEAD], "t.0.et: node 1", "rank 1 never receives")
        self.refuse([HEAD + node(1, RECV, comm_src=1, comm_size=8) + node(2, SEND, data=[1], comm_dst=1, comm_size=8),
                     HEAD + node(1, RECV, comm_src=0, comm_size=8) + node(2, SEND, data=[1], comm_dst=0, comm_size=8)],
                    "the graph stalls", "t.0.et: node 1", "the message of", "t.1.et: node 2")

    def test_missing_files_and_groups(self):
        file = self.write("replay.yaml", REPLAY.replace("FILES", "t.{rank}.et"))
        done = self.run_command("check", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no file", done.stderr)
        self.write("t.0.et", HEAD + node(1, COMP, 1))
        self.write("t.2.et", HEAD + node(1, COMP, 1))
        done = self.run_command("check", file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("t.1.et, and there is one of rank 2", done.stderr)
        os.remove(self.path("t.2.et"))
        text = REPLAY.replace('FILES"', 't.{rank}.et", groups: g.json')
        done = self.run_command("check", self.write("replay.yaml", text))
        self.assertEqual(done.returncode, 2)
        self.assertIn("g.json", done.stderr)

    def test_more_ranks_than_accelerators(self):
        for rank in range(17):
            self.write("t.%d.et" % rank, HEAD + node(1, COMP, 1))
        done = self.run_command("check", self.write("replay.yaml", REPLAY.replace("FILES", "t.{rank}.et")))
        self.assertEqual(done.returncode, 2)
        self.assertIn("17 accelerators", done.stderr)

    def test_the_contract_replay_equals_the_collective(self):
        self.need_shared()
        replay = self.run_json(os.path.join(SHARED, "contract", "train-chakra.yaml"))["workloads.replay.makespan"]
        text = REPLAY.split("    trace:")[0] + "    collective: {operation: all-reduce, ranks: 16, sizes: [1 MiB]}\n"
        closed = self.run_json(self.write("c.yaml", text))["workloads.replay.collectives.1MiB.time"]
        self.assertAlmostEqual(replay, closed, delta=1.1e-9)

    def test_a_recording_replays_with_a_warning(self):
        self.need_shared()
        shutil.copy(os.path.join(SHARED, "data", "training", "chakra", "pytorch_recorded.0.et"), self.path("p.et"))
        file = self.write("replay.yaml", REPLAY.replace("FILES", "p.et"))
        done = self.run_command("check", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("p.et: 3664 control dependencies name callers", done.stderr)
        self.assertAlmostEqual(self.replay("p.et")["workloads.replay.makespan"], 0.296, delta=0.01)


if __name__ == "__main__":
    unittest.main()
