"""A Slurm cluster of this machine alone: munged, slurmctld and two slurmd on loopback, all files in one folder."""
import os
import shutil
import signal
import socket
import subprocess
import time

CONFIG = """ClusterName=local
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/%n.log
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_min_interval=100000,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=10
MaxArraySize=10001
MaxJobCount=20000
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{n1}-{n2}] CPUs=1 RealMemory=500 State=UNKNOWN
PartitionName=sweep Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def missing():
    """Why there can be no cluster here; empty if there can."""
    if os.geteuid() != 0:
        return "Slurm's daemons need root"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [p for p in ("munged", "slurmctld", "slurmd", "sbatch", "squeue") if not shutil.which(p, path=path)]
    return "not installed: " + ", ".join(absent) if absent else ""


def free_ports(count):
    """The first of `count` ports in a row that nobody uses."""
    for first in range(26817, 36817, 10):
        sockets = []
        try:
            for port in range(first, first + count):
                s = socket.socket()
                sockets.append(s)
                s.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for s in sockets:
                s.close()
    raise OSError("no free ports")


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        for name in ("munge", "state", "spool", "log"):
            os.makedirs(os.path.join(folder, name))
        os.chmod(folder, 0o755)
        os.chmod(os.path.join(folder, "munge"), 0o711)
        port = free_ports(3)
        self.config = os.path.join(folder, "slurm.conf")
        with open(self.config, "w") as f:
            f.write(CONFIG.format(folder=folder, host=socket.gethostname().split(".")[0], port=port, n1=port + 1, n2=port + 2))
        self.environment = {**os.environ, "SLURM_CONF": self.config, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
        self.started = []

    def execute(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)

    def must(self, *command):
        done = self.execute(*command)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(command), done.stdout + done.stderr))

    def start(self):
        munge = os.path.join(self.folder, "munge")
        with open(os.path.join(munge, "munge.key"), "wb") as f:
            f.write(os.urandom(128))
        os.chmod(os.path.join(munge, "munge.key"), 0o600)
        self.must("munged", "--force", "--key-file=" + munge + "/munge.key", "--socket=" + munge + "/munge.socket",
                  "--pid-file=" + munge + "/munged.pid", "--log-file=" + munge + "/munged.log", "--seed-file=" + munge + "/munged.seed")
        self.start_controller()
        time.sleep(1)
        for node in ("n1", "n2"):
            self.start_node(node)
        for _ in range(60):
            if self.execute("sinfo", "--noheader", "--format=%T").stdout.split() == ["idle"]:
                return
            time.sleep(0.5)
        raise RuntimeError("the nodes do not come up: " + self.execute("sinfo").stdout)

    def start_controller(self):
        self.must("slurmctld", "-f", self.config)

    def start_node(self, node):
        os.makedirs(os.path.join(self.folder, "spool", node), exist_ok=True)
        self.must("slurmd", "-f", self.config, "-N", node)

    def pid(self, name):
        try:
            with open(os.path.join(self.folder, name)) as f:
                return int(f.read())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, name, how=signal.SIGKILL):
        """Ends a daemon of this cluster by its pid file."""
        pid = self.pid(name)
        if pid:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                pass
        return pid

    def steps(self, node):
        """Processes that run job steps of a node: its slurmstepd and what they started."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open("/proc/%s/environ" % entry, "rb") as f:
                    environment = f.read().split(b"\0")
                if ("SLURM_CONF=" + self.config).encode() in environment and ("SLURMD_NODENAME=" + node).encode() in environment:
                    found.append(int(entry))
                    with open("/proc/%s/stat" % entry) as f:
                        parent = int(f.read().rsplit(")", 1)[1].split()[1])
                    with open("/proc/%d/comm" % parent) as f:
                        if f.read().startswith("slurmstepd"):
                            found.append(parent)
            except (OSError, ValueError):
                continue
        return sorted(set(found))

    def stop(self):
        self.execute("scancel", "--user=root")
        for name in ("n1.pid", "n2.pid", "slurmctld.pid"):
            self.kill(name, signal.SIGTERM)
        for _ in range(50):
            if not any(self.alive(self.pid(n)) for n in ("n1.pid", "n2.pid", "slurmctld.pid")):
                break
            time.sleep(0.1)
        for name in ("n1.pid", "n2.pid", "slurmctld.pid"):
            self.kill(name)
        self.kill("munge/munged.pid", signal.SIGTERM)

    @staticmethod
    def alive(pid):
        try:
            with open("/proc/%d/stat" % (pid or 0)) as f:
                return f.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False
