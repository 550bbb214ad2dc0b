"""Exports, each read again by something that is not Headroom: own decoder of protobuf's wire format, json, jsonschema, yaml."""
import json
import os
import struct

import jsonschema
import yaml

from command import LIBRARY, CommandTest

# Numbers of Perfetto's published .proto files: trace.proto, trace_packet.proto, track_event/*.proto.
PACKET, TIMESTAMP, TRACK_EVENT, SEQUENCE, DESCRIPTOR = 1, 8, 11, 10, 60
TYPE, TRACK, NAME, DOUBLE_COUNTER, ANNOTATIONS = 9, 11, 23, 44, 4
UUID, DESCRIPTOR_NAME, PARENT, COUNTER = 1, 2, 5, 8
BEGIN, END, INSTANT, COUNTED = 1, 2, 3, 4

FACET = {"type": "object", "required": ["_producer", "_schemaURL"], "properties": {"_schemaURL": {"pattern": "^https://openlineage.io/spec/"}}}
DATASET = {"type": "object", "required": ["namespace", "name"],
           "properties": {"namespace": {"type": "string"}, "name": {"type": "string"}, "facets": {"additionalProperties": FACET},
                          "outputFacets": {"additionalProperties": FACET}}}
RUN_EVENT = {  # of https://openlineage.io/spec/2-0-2/OpenLineage.json
    "type": "object", "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
        "run": {"type": "object", "required": ["runId"], "properties": {
            "runId": {"pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "facets": {"additionalProperties": FACET}}},
        "job": {"type": "object", "required": ["namespace", "name"]},
        "inputs": {"type": "array", "items": DATASET}, "outputs": {"type": "array", "items": DATASET}}}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """(number, value) of a message; length-delimited values as bytes, fixed64 as a double."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise AssertionError("wire type %d" % kind)
        yield key >> 3, value


class Export(CommandTest):
    def report(self, scenario):
        done = self.run_command("run", os.path.join(LIBRARY, scenario), "-o", "r.h5", "--progress", "none")
        self.assertEqual(done.returncode, 0, done.stderr)

    def export(self, *arguments):
        done = self.run_command("export", "r.h5", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_perfetto(self):
        self.report("shared-cluster.yaml")
        self.export("--perfetto", "-o", "t.pftrace")
        with open(self.path("t.pftrace"), "rb") as f:
            data = f.read()
        names, parents, counters, open_slices, values, jobs = {}, {}, set(), {}, {}, set()
        for number, packet in fields(data):
            self.assertEqual(number, PACKET)
            packet = dict(fields(packet))
            self.assertEqual(packet[SEQUENCE], 1)
            if DESCRIPTOR in packet:
                track = dict(fields(packet[DESCRIPTOR]))
                names[track[UUID]] = track[DESCRIPTOR_NAME].decode()
                parents[track[UUID]] = track.get(PARENT)
                if COUNTER in track:
                    counters.add(track[UUID])
                continue
            event = dict(fields(packet[TRACK_EVENT]))
            track = event[TRACK]
            self.assertIn(track, names)
            self.assertEqual(event[TYPE] == COUNTED, track in counters)
            if event[TYPE] == BEGIN:
                open_slices.setdefault(track, []).append(packet[TIMESTAMP])
                jobs.add(event[NAME].decode())
            elif event[TYPE] == END:
                self.assertGreaterEqual(packet[TIMESTAMP], open_slices[track].pop())
            elif event[TYPE] == COUNTED:
                values.setdefault(names[track], []).append((packet[TIMESTAMP], event[DOUBLE_COUNTER]))
        self.assertFalse(any(open_slices.values()))
        racks = [t for t, n in names.items() if n.startswith("rack-") and parents[t] and names[parents[t]] == "cluster"]
        self.assertEqual(len(racks), 8)
        rows = [line.split(",") for line in self.export("--csv", "--table", "/workloads/research/jobs").stdout.splitlines()]
        at = {name: i for i, name in enumerate(rows[0])}
        started = {"job " + r[at["id"]] for r in rows[1:] if r[at["start"]]}
        self.assertEqual(jobs, started)
        # A counter tells the series: each value from the begin of its interval, equal ones once.
        expected, last, begin = [], None, 0.0
        for time, value in (line.split(",") for line in self.export("--csv", "--table", "site_power").stdout.splitlines()[1:]):
            if value and value != last:
                expected.append((round(begin * 1e9), float(value)))
                last = value
            begin = float(time)
        self.assertEqual(len(values["site_power"]), len(expected))
        for (a, x), (b, y) in zip(values["site_power"], expected):
            self.assertEqual(a, b)
            self.assertAlmostEqual(x, y, delta=1e-6 * abs(y) + 1e-9)

    def test_chrome(self):
        self.report("quickstart.yaml")
        trace = json.loads(self.export("--chrome", "--series", "site_power").stdout)
        depth, processes, threads = {}, {}, {}
        for e in trace["traceEvents"]:
            if e.get("name") == "process_name":
                processes[e["pid"]] = e["args"]["name"]
            if e.get("name") == "thread_name":
                threads[e["pid"], e["tid"]] = e["args"]["name"]
            if e["ph"] in "BE":
                self.assertIn((e["pid"], e["tid"]), threads)
                key = e["pid"], e["tid"]
                depth[key] = depth.get(key, 0) + (1 if e["ph"] == "B" else -1)
                self.assertGreaterEqual(depth[key], 0)
        self.assertEqual(set(depth.values()), {0})
        self.assertIn("chat > replica 0", processes.values())
        self.assertEqual({e["name"] for e in trace["traceEvents"] if e["ph"] == "C"}, {"site_power [W]"})

    def test_openlineage(self):
        self.report("shared-cluster.yaml")
        lines = self.export("--openlineage").stdout.splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual([e["eventType"] for e in events], ["START", "COMPLETE"])
        for e in events:
            jsonschema.validate(e, RUN_EVENT)
        self.assertEqual(events[0]["run"]["runId"], events[1]["run"]["runId"])
        out = events[1]["outputs"][0]
        self.assertEqual(out["name"], os.path.realpath(self.path("r.h5")))
        self.assertEqual(out["outputFacets"]["outputStatistics"]["size"], os.path.getsize(self.path("r.h5")))
        self.assertIn("site_power", {f["name"] for f in out["facets"]["schema"]["fields"]})

    def test_mlflow(self):
        self.report("quickstart.yaml")
        for _ in range(2):  # the same run again replaces itself
            run = self.path(self.export("--mlflow", "mlruns").stdout.strip().removeprefix("run: "))
        experiment = os.path.dirname(run)
        self.assertEqual(sorted(os.listdir(experiment)), sorted([os.path.basename(run), "meta.yaml"]))
        with open(os.path.join(run, "meta.yaml")) as f:
            meta = yaml.safe_load(f)
        # What mlflow.entities.RunInfo.from_dictionary takes.
        for key in ("run_id", "run_uuid", "experiment_id", "user_id", "status", "start_time", "end_time", "lifecycle_stage", "artifact_uri", "run_name"):
            self.assertIn(key, meta)
        self.assertEqual(meta["run_id"], os.path.basename(run))
        self.assertEqual(meta["experiment_id"], os.path.basename(experiment))
        self.assertTrue(os.path.exists(os.path.join(meta["artifact_uri"].removeprefix("file://"), "scenario.yaml")))
        self.assertGreater(meta["end_time"], meta["start_time"])
        figures = json.loads(self.run_command("report", "r.h5", "--json").stdout)["metrics"]
        for name, figure in figures.items():
            if not isinstance(figure["value"], str):
                with open(os.path.join(run, "metrics", name)) as f:
                    stamp, value, step = f.read().split()
                self.assertEqual((int(stamp), float(value), step), (meta["end_time"], figure["value"], "0"), name)
        with open(os.path.join(run, "metrics", "series", "site_power")) as f:
            steps = [line.split() for line in f]
        self.assertEqual([int(s[2]) for s in steps], list(range(len(steps))))

    def test_usage(self):
        self.report("train-70b-gb200.yaml")
        for arguments, said in ((("--perfetto", "--csv"), "one of --csv"), ((), "one of --csv"), (("--csv", "--series", "x"), "--series goes with"),
                                (("--perfetto", "--series", "site_powr"), "site_powr"), (("--html", "--table", "x"), "--table goes with")):
            done = self.run_command("export", "r.h5", *arguments, "-o", "out")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)
        done = self.run_command("export", "r.h5", "--perfetto", "-o", "no/such/folder/t")
        self.assertEqual(done.returncode, 5)
        self.assertIn("no/such/folder/t", done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), ["r.h5"])
        done = self.run_command("export", "nothing.h5", "--csv")
        self.assertEqual(done.returncode, 5, done.stderr)
