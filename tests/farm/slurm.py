#!/usr/bin/env python3
"""Tries `maquette farm slurm` on a real Slurm: two nodes on this machine, one of which is lost in the middle.

    python3 tests/farm/slurm.py PROGRAM [--scene FILE] [--frames 0-79] [--shard-frames 5] [--keep]

A part should take about five seconds, so that a node can be lost in the middle. The output of the array and its merge must be, byte for
byte, what one process writes. The cluster lives in a temporary folder and needs neither systemd nor cgroups; it needs
root, as the nodes start jobs for users, and on Debian

    apt-get install --no-install-recommends slurm-wlm munge slurm-wlm-basic-plugins
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from common import SCENE, SCENE_NAME, compare, run, say, wait_for

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "scancel", "sinfo")
PARTS = 8
NODES = ("n1", "n2")


def free_ports(number):
    """Ports that nobody listens at just now."""
    taken = [socket.socket() for _ in range(number)]
    for each in taken:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


class Cluster:
    """Slurm with a controller and two nodes, all on this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = {}
        host = socket.gethostname().split(".")[0]
        controller, *ports = free_ports(1 + len(NODES))
        nodes = "\n".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=1000"
            for node, port in zip(NODES, ports)
        )
        # What costs time in a small test is waiting: `cred_expire` is how long a requeued job is held (120 s if left
        # out), `SlurmdTimeout` when a silent node is given up (300 s), `KillWait` between TERM and KILL (30 s).
        (folder / "slurm.conf").write_text(f"""\
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/ended.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
SwitchType=switch/none
JobRequeue=1
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
SlurmdTimeout=3
MessageTimeout=2
TCPTimeout=1
KillWait=5
CompleteWait=0
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def start(self):
        for name in ("state", *(f"spool.{node}" for node in NODES)):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        files = [f"--{name}={self.folder}/munge.{name[:-5] if name.endswith('-file') else name}"
                 for name in ("key-file", "socket", "pid-file", "log-file", "seed-file")]
        self.launch("munged", "munged", "--foreground", "--force", *files)
        wait_for("munge's socket", 10, (self.folder / "munge.socket").exists, 0.05)
        self.launch("slurmctld", "slurmctld", "-D")
        for node in NODES:
            self.start_node(node)
        wait_for("both nodes to be idle", 30, lambda: self.nodes_in("idle") == len(NODES))

    def launch(self, name, *command):
        log = (self.folder / f"{name}.out").open("ab")
        self.processes[name] = subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )

    def start_node(self, node):
        self.launch(node, "slurmd", "-D", "-N", node)

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True).stdout

    def nodes_in(self, state):
        return self.ask("sinfo", "--noheader", "--Node", "--format=%N %T").split().count(state)

    def kill_node(self, node):
        """As when its power goes: the daemon, the steps it looks after and all that runs in them."""
        daemon = self.processes.pop(node)
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.wait()
        for pid in sorted(self.running_on(node)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def running_on(self, node):
        """Processes whose environment says that a job of this cluster started them on the node."""
        found = set()
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            ours = f"SLURM_CONF={self.folder}/slurm.conf".encode() in environment
            job = f"SLURMD_NODENAME={node}".encode() in environment
            # A step's keeper has the daemon's environment; its log says whose it is.
            if ours and (job or (command.startswith(b"slurmstepd") and node in self.logs_of(entry))):
                found.add(int(entry.name))
        return found

    @staticmethod
    def logs_of(entry):
        try:
            open_files = [os.readlink(file) for file in (entry / "fd").iterdir()]
        except OSError:
            return set()
        return {match[1] for file in open_files if (match := re.search(r"slurmd\.(\w+)\.log$", file))}

    def stop(self):
        self.ask("scancel", "--full", "--user=root")
        for name in [*NODES, "slurmctld", "munged"]:
            if process := self.processes.pop(name, None):
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        for node in NODES:
            for pid in self.running_on(node):
                os.kill(pid, signal.SIGKILL)


def running_at(cluster, job, node, at_least_s=0):
    """The tasks of an array that have been running on a node for so long."""
    lines = cluster.ask("squeue", "--noheader", "--array", f"--jobs={job}", "--format=%K %T %N %M").splitlines()
    running = [words for line in lines if len(words := line.split()) == 4 and words[1:3] == ["RUNNING", node]]
    minute = [(int(task), time.split(":")) for task, _, _, time in running]
    return sorted(task for task, parts in minute if int(parts[-2]) * 60 + int(parts[-1]) >= at_least_s)


def told(cluster, job):
    """What Slurm says of a job, a mapping for each task."""
    blocks = cluster.ask("scontrol", "--oneliner", "show", "job", str(job)).splitlines()
    return [dict(re.findall(r"(\w+)=(\S*)", block)) for block in blocks]


def lose_and_win(cluster, asked, render, output):
    """Tells one task to stop and takes a node away, both in the middle; then the node comes back."""
    # Before it listens for TERM a program dies of it, so tasks are left alone until they have begun to write.
    wait_for("tasks on both nodes, and first frames", 300, lambda: any(output.rglob("*.*")) and all(
        running_at(cluster, render, node, asked.kill_after_s) for node in NODES))
    stopped, lost = running_at(cluster, render, "n1", asked.kill_after_s)[:1], running_at(cluster, render, "n2")
    if not stopped or not lost:
        sys.exit("nothing was left to stop or lose: more frames are needed")
    cluster.kill_node("n2")
    # The step, not the task: `scancel` would tell a task that does not leave at once again and again.
    cluster.ask("scancel", "--signal=TERM", f"{render}_{stopped[0]}.0")
    say(f"node n2 is dead, with tasks {lost}; task {stopped[0]} was told to stop")
    wait_for("n2 to be given up", 60, lambda: cluster.nodes_in("down") + cluster.nodes_in("down*"))
    say("Slurm has noticed")
    cluster.start_node("n2")
    wait_for("n2 to be back", 60, lambda: cluster.nodes_in("down") + cluster.nodes_in("down*") == 0)
    say("node n2 is back")
    return sorted(stopped + lost)


def wait_for_merge(cluster, merge, within_s):
    def over():
        state = told(cluster, merge)[0]["JobState"]
        return state if state not in ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "REQUEUED") else None

    return wait_for("the merge", within_s, over)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--scene", type=pathlib.Path, help="a small scene; one with a mug if left out")
    parser.add_argument("--frames", default="0-79")
    parser.add_argument("--shard-frames", default="5")
    parser.add_argument("--kill-after-s", type=float, default=2.0, help="of running")
    parser.add_argument("--within-s", type=float, default=600.0)
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    asked = parser.parse_args()
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; on Debian\n"
                 "  apt-get install --no-install-recommends slurm-wlm munge slurm-wlm-basic-plugins")
    if os.geteuid() != 0:
        sys.exit("slurmd starts jobs for users, so this needs root")
    program = asked.program.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="maquette-slurm-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        scene = folder / SCENE_NAME
        scene.write_text(asked.scene.read_text() if asked.scene else SCENE)
        wanted = [scene, "--frames", asked.frames, "--shard-frames", asked.shard_frames, "--seed", "7"]
        alone, output = folder / "alone", folder / "out put"
        run(program, "render", *wanted, "--output", alone, environment=dict(os.environ))
        say("one process has made it")
        cluster.start()
        say("Slurm is up, with two nodes")
        printed = run(program, "farm", "slurm", *wanted, "--output", output, "--parts", PARTS, "--name", "trial",
                      "--job-dir", folder / "job", environment=cluster.environment)
        render, merge = re.findall(r": job (\d+)", printed)
        say(f"handed over: array {render}, merge {merge}")
        again = lose_and_win(cluster, asked, render, output)
        state = wait_for_merge(cluster, merge, asked.within_s)
        say(f"the merge is {state}")
        restarts = {int(task["ArrayTaskId"]): int(task["Restarts"]) for task in told(cluster, render)}
        say(f"runs after the first, by task: {restarts}")
        if state != "COMPLETED":
            sys.exit("\n".join(log.read_text() for log in sorted((folder / "job").glob("*.log"))))
        if any(restarts[task] == 0 for task in again):
            sys.exit(f"tasks {again} should have run again")
        compare(output, alone)
    finally:
        cluster.stop()
        if asked.keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
