"""What operators have becomes sections of a scenario that the command accepts, and everything left out is named."""
import os

import yaml

from command import CommandTest

SLURM = """ClusterName=prod
SlurmctldHost=head   # a comment
PriorityType=priority/multifactor
PriorityWeightAge=500
PriorityWeightFairshare=20000
PriorityWeightQOS=100
PriorityMaxAge=14-0
SchedulerParameters=bf_window=2880,bf_max_job_test=200,defer
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
TopologyPlugin=topology/tree
GresTypes=gpu
NodeName=DEFAULT Sockets=2 CoresPerSocket=56 \\
    State=UNKNOWN
NodeName=gpu[001-016] Gres=gpu:nvidia_h100_80gb_hbm3:8(S:0-1)
NodeName=nvl[01-36] Gres=gpu:gb200:4
NodeName=cpu[1-4] Sockets=1 CoresPerSocket=1
NodeName=old[1-2] Gres=gpu:v100:4
NodeName=later[1-9] State=FUTURE Gres=gpu:h100:8
PartitionName=main Nodes=gpu[001-016] Default=YES PriorityTier=1 MaxTime=7-0
PartitionName=urgent Nodes=ALL PriorityTier=10
gibberish
"""

TOPOLOGY = """SwitchName=leaf1 Nodes=gpu[001-008]
SwitchName=leaf2 Nodes=gpu[009-016]
SwitchName=spine Switches=leaf[1-2] LinkSpeed=400
"""

SACCT = """JobID|User|Partition|State|Submit|Elapsed|Timelimit|AllocTRES
1|ann|main|COMPLETED|2026-03-01T12:00:00|01:00:00|1-00:00:00|cpu=64,gres/gpu=8,node=1
2|bob|urgent|FAILED|2026-03-01T12:30:00|00:10:00|01:00:00|cpu=64,gres/gpu=16,node=2
"""

KUEUE = """apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {name: team-a}
spec:
  cohortName: research
  queueingStrategy: StrictFIFO
  preemption: {reclaimWithinCohort: Any, withinClusterQueue: LowerPriority}
  fairSharing: {weight: "2"}
  resourceGroups:
    - coveredResources: [cpu, nvidia.com/gpu]
      flavors:
        - name: h100
          resources:
            - {name: cpu, nominalQuota: 640}
            - {name: nvidia.com/gpu, nominalQuota: 16, borrowingLimit: 8, lendingLimit: 4}
---
kind: ClusterQueue
metadata: {name: team-b}
spec:
  cohort: research
  preemption: {reclaimWithinCohort: Any}
  flavorFungibility: {whenCanBorrow: TryNextFlavor}
  admissionChecks: [provision]
  resourceGroups:
    - coveredResources: [nvidia.com/gpu]
      flavors: [{name: h100, resources: [{name: nvidia.com/gpu, nominalQuota: 8}]}, {name: spot, resources: [{name: nvidia.com/gpu, nominalQuota: 8}]}]
---
kind: Topology
metadata: {name: default}
spec: {levels: [{nodeLabel: example.com/cage}, {nodeLabel: cloud.provider.com/topology-block}, {nodeLabel: cloud.provider.com/topology-rack}, {nodeLabel: kubernetes.io/hostname}]}
---
kind: ResourceFlavor
metadata: {name: h100}
spec: {nodeLabels: {gpu: h100}, nodeTaints: [{key: x}]}
"""

VOLCANO = """kind: Queue
metadata: {name: prod}
spec: {weight: 4, capability: {nvidia.com/gpu: 16}, guarantee: {resource: {nvidia.com/gpu: 8}}, deserved: {nvidia.com/gpu: 8}}
---
kind: PodGroup
metadata: {name: train}
spec: {minMember: 2, queue: prod, networkTopology: {mode: hard, highestTierAllowed: 1}, minResources: {nvidia.com/gpu: 16}}
---
kind: HyperNode
metadata: {name: s0}
spec: {tier: 1, members: [{type: Node, selector: {exactMatch: {name: n0}}}, {type: Node, selector: {exactMatch: {name: n1}}}]}
---
kind: HyperNode
metadata: {name: top}
spec: {tier: 2, members: [{type: HyperNode, selector: {exactMatch: {name: s0}}}, {type: HyperNode, selector: {exactMatch: {name: s1}}}]}
---
kind: HyperNode
metadata: {name: any}
spec: {tier: 1, members: [{type: Node, selector: {regexMatch: {pattern: "n.*"}}}]}
"""

SKY = """name: finetune
num_nodes: 2
resources: {accelerators: "H100:8", use_spot: true}
run: python train.py
"""

ARGO = """kind: Workflow
metadata: {name: pipeline}
spec:
  entrypoint: main
  templates:
    - name: main
      dag:
        tasks:
          - {name: prepare, template: cpu}
          - {name: train, template: gpu, dependencies: [prepare]}
          - {name: eval-a, template: gpu, depends: train.Succeeded}
          - {name: eval-b, template: gpu, depends: "train && prepare"}
          - {name: merge, template: gpu, dependencies: [eval-a, eval-b]}
    - {name: cpu, container: {image: a}}
    - name: gpu
      container: {image: b, resources: {limits: {nvidia.com/gpu: 8}}}
"""


def fabric(uplinks):
    """Two hosts with two adapters, each on a rail of its own, and one spine."""
    text = "# Topology file\n"
    for leaf in (1, 2):
        text += f'vendid=0x2c9\nswitchguid=0xa{leaf}\nSwitch\t64 "S-a{leaf}"\t\t# "leaf{leaf}" base port 0 lid {leaf} lmc 0\n'
        text += "".join(f'[{h}]\t"H-{h}{leaf}"[1](c{h}{leaf}) \t\t# "node{h} mlx5_{leaf}" lid 9 4xNDR\n' for h in (1, 2))
        text += "".join(f'[{32 + i}]\t"S-b1"[{leaf * 8 + i}]\t\t# "spine" lid 3 4xNDR\n' for i in range(uplinks)) + "\n"
    text += 'Switch\t64 "S-b1"\t\t# "spine" base port 0 lid 3 lmc 0\n\n'
    for h in (1, 2):
        for leaf in (1, 2):
            text += f'caguid=0xc\nCa\t1 "H-{h}{leaf}"\t\t# "node{h} mlx5_{leaf}"\n[1](c) \t"S-a{leaf}"[{h}]\t\t# lid 9 lmc 0 "leaf{leaf}" lid 1 4xNDR\n\n'
    return text


SITE = """schema: 1
include: [part.yaml]
site: {systems: [{name: gpu, type: dgx-h100, count: 4}]}
run: {duration: 1 h}
"""


class Import(CommandTest):
    def read(self, kind, *files, code=0):
        done = self.run_command("import", kind, *files, "-o", self.path("out.yaml"))
        self.assertEqual(done.returncode, code, done.stderr)
        self.messages = done.stderr
        if code != 0:
            return None
        with open(self.path("out.yaml")) as f:
            return yaml.safe_load(f)

    def accepted(self, file):
        done = self.run_command("check", file)
        self.assertEqual(done.returncode, 0, done.stderr)

    def beside_a_site(self, workload=True):
        os.rename(self.path("out.yaml"), self.path("part.yaml"))
        text = SITE
        if workload:
            text += "workloads: [{name: w, jobs: {synthetic: {rate: 10 /h, accelerators: {fixed: 8}, duration: {fixed: 1 h}}}}]\n"
        self.accepted(self.write("whole.yaml", text))

    def test_slurm(self):
        conf, topology, sacct = self.write("slurm.conf", SLURM), self.write("topology.conf", TOPOLOGY), self.write("jobs.txt", SACCT)
        s = self.read("slurm", conf, topology, sacct)
        self.assertEqual({(x["name"], x["type"], x["count"]) for x in s["site"]["systems"]},
                         {("nvidia_h100_80gb_hbm3", "dgx-h100", 16), ("gb200", "gb200-nvl72", 2), ("cpu", "generic-node", 4)})
        self.assertEqual(s["site"]["fabric"], {"type": "fat-tree"})
        self.assertEqual(s["scheduler"], {
            "policy": "multifactor", "placement": "topology-aware", "preemption": {"mode": "requeue"},
            "priority": {"age": 500, "fair_share": 20000, "max_age": "14 d", "window": "2880 min", "depth": 200},
            "levels": [{"name": "leaf", "nodes": 8}],
            "queues": [{"name": "main", "priority": 1, "nodes": "36-51"}, {"name": "urgent", "priority": 10}]})
        self.assertEqual(s["workloads"][0]["jobs"], {"trace": "jobs.txt", "format": "sacct", "placement": {"mode": "preferred"},
                                                     "kinds": [{"type": "gb200"}, {"type": "nvidia_h100_80gb_hbm3"}]})
        for text in ("slurm.conf:6:1: priorityweightqos=100: is not simulated", "SchedulerParameters defer: is not simulated", "gibberish: is not understood",
                     "later[1-9]: is in state FUTURE", "2 nodes of 4 x v100: the catalog has no such node", "PartitionName=main MaxTime=7-0".lower(),
                     "3 settings: concern the daemons"):
            self.assertIn(text.lower(), self.messages.lower())
        self.accepted(self.path("out.yaml"))
        m = self.run_json(self.path("out.yaml"))
        self.assertEqual(m["workloads.jobs.jobs.completed"] + m["workloads.jobs.jobs.failed"], 2)

    def test_kueue(self):
        s = self.read("kueue", self.write("queues.yaml", KUEUE))["scheduler"]
        self.assertEqual(s["policy"], "quota")
        self.assertEqual(s["quota"]["reclaim"], "any")
        self.assertTrue(s["quota"]["fair_sharing"])
        self.assertEqual(s["cohorts"], [{"name": "research"}])
        self.assertEqual(s["queues"], [{"name": "team-a", "cohort": "research", "weight": 2,
                                        "flavors": [{"kind": "h100", "nominal": 16, "borrowing_limit": 8, "lending_limit": 4}]},
                                       {"name": "team-b", "cohort": "research", "flavors": [{"kind": "h100", "nominal": 8}, {"kind": "spot", "nominal": 8}]}])
        self.assertEqual(s["quota"]["when_can_borrow"], "borrow")
        self.assertEqual(s["quota"]["when_can_preempt"], "try-next-flavor")
        self.assertEqual(s["levels"], [{"name": "leaf"}, {"name": "rack"}])
        for text in ("resource cpu: quotas are in nvidia.com/gpu", "jobs.kinds: flavors are kinds of accelerators; name those of the workload so: h100 (gpu=h100), spot", "admissionChecks of team-b: is not simulated",
                     "queueingStrategy: differs between queues", "level example.com/cage: is neither a rack nor a block of racks", "whenCanBorrow: differs between queues", "nodeTaints of flavor h100: is not read"):
            self.assertIn(text, self.messages)
        os.rename(self.path("out.yaml"), self.path("part.yaml"))
        self.accepted(self.write("whole.yaml", SITE + """workloads: [{name: w, jobs: {synthetic: {rate: 10 /h, accelerators: {fixed: 8}, duration: {fixed: 1 h}},
  kinds: [{type: gpu, count: 16, name: h100}, {type: gpu, name: spot}]}}]
"""))
        # One flavor is no choice.
        one = KUEUE.replace(", {name: spot, resources: [{name: nvidia.com/gpu, nominalQuota: 8}]}", "")
        s = self.read("kueue", self.write("queues.yaml", one))["scheduler"]
        self.assertEqual(s["queues"], [{"name": "team-a", "cohort": "research", "nominal": 16, "borrowing_limit": 8, "lending_limit": 4, "weight": 2},
                                       {"name": "team-b", "cohort": "research", "nominal": 8}])
        self.beside_a_site()

    def test_volcano(self):
        s = self.read("volcano", self.write("v.yaml", VOLCANO))
        self.assertEqual(s["scheduler"]["queues"], [{"name": "prod", "weight": 4, "capability": 16, "guarantee": 8}])
        self.assertEqual(s["scheduler"]["policy"], "proportion")
        self.assertEqual(s["workloads"][0]["jobs"]["list"], [
            {"name": "train", "accelerators": 16, "duration": "1 h", "placement": {"mode": "lowest", "level": "tier-1", "pod": 8}, "queue": "prod"}])
        self.assertEqual(s["scheduler"]["levels"], [{"name": "tier-2", "nodes": 4}, {"name": "tier-1", "nodes": 2}])
        self.assertIn("deserved of queue prod: is not simulated", self.messages)
        self.assertIn("HyperNode any: has members by a pattern", self.messages)
        self.beside_a_site(workload=False)

    def test_skypilot(self):
        s = self.read("skypilot", self.write("task.yaml", SKY))
        self.assertEqual(s["site"]["systems"], [{"name": "finetune", "type": "dgx-h100", "count": 2}])
        self.assertEqual(s["workloads"][0]["jobs"]["list"][0]["accelerators"], 16)
        self.assertIn("resources.use_spot of finetune: is not simulated", self.messages)
        m = self.run_json(self.path("out.yaml"))
        self.assertEqual(m["workloads.tasks.jobs.makespan"], 3600)

    def test_argo(self):
        jobs = self.read("argo", self.write("flow.yaml", ARGO))["workloads"][0]["jobs"]["list"]
        self.assertEqual({j["name"]: j.get("after", []) for j in jobs},
                         {"train": [], "eval-a": ["train"], "eval-b": ["train"], "merge": ["eval-a", "eval-b"]})
        self.assertIn("prepare: asks for no accelerators", self.messages)
        self.beside_a_site(workload=False)
        circle = ARGO.replace("{name: train, template: gpu, dependencies: [prepare]}", "{name: train, template: gpu, dependencies: [merge]}")
        self.read("argo", self.write("flow.yaml", circle), code=2)
        self.assertIn("depend on each other in a circle", self.messages)

    def test_fabric(self):
        for uplinks, oversubscription in ((2, 1), (1, 2)):
            s = self.read("ibnetdiscover", self.write("net.txt", fabric(uplinks)))
            self.assertEqual(s["site"]["fabric"], {"type": "rail-optimized", "oversubscription": oversubscription})
        self.assertIn("4 adapters at 400 Gbps", self.messages)
        self.assertIn("2 hosts with 4 adapters", self.messages)

    def test_node(self):
        rows = ["\t" + "\t".join([f"GPU{i}" for i in range(8)] + ["NIC0", "CPU Affinity"])]
        rows += [f"GPU{i}\t" + "\t".join(["X" if i == j else "NV12" for j in range(8)] + ["PXB", "0-63"]) for i in range(8)]
        rows += ["NIC0\t" + "\t".join(["PXB"] * 8 + ["X"])]
        s = self.read("nvidia-topo", self.write("topo.txt", "\n".join(rows) + "\n"))
        self.assertEqual(s["site"]["systems"][0]["type"], "dgx-a100-80g")
        self.assertIn("8 accelerators, 12 NVLinks each, 1 network cards", self.messages)

    def test_refused(self):
        for kind, text, message in (("slurm", "ClusterName=x\n", "no NodeName"), ("slurm", "NodeName=a[1-2] Gres=gpu:v100:4\n", "none of the nodes is known"),
                                    ("kueue", "kind: Pod\n", "no ClusterQueue"), ("kueue", "a: [\n", "a.txt:2:1: is no YAML"),
                                    ("argo", "kind: Workflow\nspec: {entrypoint: x}\n", "no Workflow with a template"),
                                    ("ibnetdiscover", "hello\n", "no Switch"), ("nvidia-topo", "hello\n", "no row GPU0"),
                                    ("terraform", "", "'terraform' cannot be imported; what can: slurm, kueue")):
            with self.subTest(kind + message):
                self.read(kind, self.write("a.txt", text), code=2)
                self.assertIn(message, self.messages)
                self.assertFalse(os.path.exists(self.path("out.yaml")))
        self.read("kueue", self.path("none.yaml"), code=2)
        self.assertIn("does not exist", self.messages)
