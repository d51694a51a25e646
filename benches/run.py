#!/usr/bin/env python3
"""Speed of maquette, side by side with other simulators on the same machine.

    make bench                                          maquette alone
    make bench PEERS_DIR=FOLDER                         and the peers, from a folder with their scripts
    make bench PEERS_DIR=FOLDER BENCH=--install         makes the peers' Python environments first
    python3 benches/run.py --help                       everything else

Two kinds of work, the same for every program:

- W1: random scenes of 20 objects that drop for two seconds, a frame of each at 640 × 480;
- W2: one such scene, 24 frames over the two seconds while the camera goes a quarter round;

and for each frame the colour image, the id image, the depth and the boxes, written to disk. Peers: PyBullet with its
TinyRenderer for W1, MuJoCo's cheap look (no multisampling, a small shadow map) for W2, each as one process and as two
at once, since each uses one core and maquette all.

Two figures: images per second of the whole process, start-up included, and marginal, from the first image on. And a
limit: the colour image of the same scenes with no physics, labels or files and all shaders ready, which is what the
renderer alone can do.

Absolute figures mean little, ratios more: the programs take turns, round by round, and of all rounds the median counts.
Close other programs first. The peers' scripts are no part of this project. A folder of them has `run.py`, called as
`python3 run.py LABEL PYTHON SCRIPT [ARGUMENT...]`, which adds a line with its measurement to `$PEERS_OUT/results.jsonl`.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "maquette"

SCENES = {"W1": ROOT / "scenes/bench/drop.ron", "W2": ROOT / "scenes/bench/sequence.ron"}
# What makes `maquette render` draw and do nothing else.
LIMIT_ARGUMENTS = ["--limit"]

PACKAGES = {
    "pybullet": ["pybullet==3.2.7", "numpy==2.4.6", "pillow"],
    "mujoco": ["mujoco==4.0.0", "numpy", "pillow"],
}


class Skip(Exception):
    """Why something is not measured."""


class Maquette:
    """maquette itself, or only its renderer."""

    def __init__(self, work, arguments, limit=False):
        self.work, self.limit = work, limit
        self.name = "its renderer alone" if limit else "maquette"
        scene = SCENES[work]
        frames = arguments.frames if work == "W1" else 1
        self.command = [str(arguments.maquette), "render", str(scene), "--frames", str(frames), "--seed", "1", "--progress", "json"]
        if limit:
            self.command += LIMIT_ARGUMENTS
        if not scene.exists():
            raise Skip(f"{scene.relative_to(ROOT)} is not there")

    def measure(self, folder):
        start = time.perf_counter()
        command = self.command + ["--output", str(folder / "out")]
        done = subprocess.run(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        wall_s = time.perf_counter() - start
        if done.returncode != 0:
            raise Skip(f"{' '.join(self.command)} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
        last = last_summary(done.stderr)
        # Without all that happens up to the first image, as for the peers.
        images, seconds = last["images"], last["wall_s"]
        if last["first_image_s"] > 0:
            images, seconds = images - 1, seconds - last["first_image_s"]
        # The limit prepares for longer than it draws.
        return {"whole": math.nan if self.limit else last["images"] / wall_s, "marginal": images / max(1e-9, seconds)}


class Peer:
    """Another simulator, by its script; as several processes at once if asked."""

    def __init__(self, work, name, module, script, script_arguments, arguments, at_once=1):
        self.work, self.at_once = work, at_once
        self.name = name if at_once == 1 else f"{name}, {at_once} at once"
        self.limit = False
        if not arguments.peers:
            raise Skip("no folder of peers (--peers or PEERS_DIR)")
        self.folder = Path(arguments.peers).resolve()
        for file in ("run.py", script):
            if not (self.folder / file).exists():
                raise Skip(f"{self.folder} has no {file}")
        python = venv(module) / "bin/python"
        if not python.exists() or subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode != 0:
            raise Skip(f"{module} is not installed; make bench PEERS_DIR=… BENCH=--install does it")
        self.command = [str(python), script, *script_arguments]

    def measure(self, folder):
        running = []
        for number in range(self.at_once):
            out = folder / str(number)
            out.mkdir()
            command = [sys.executable, str(self.folder / "run.py"), "peer", *self.command]
            environment = dict(peer_environment(), PEERS_OUT=str(out), WAIT_IDLE="0", PYTHONDONTWRITEBYTECODE="1")
            process = subprocess.Popen(command, cwd=out, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            running.append((out, process))
        images, wall_s, marginal = 0, 0.0, 0.0
        for out, process in running:
            said, _ = process.communicate()
            results = out / "results.jsonl"
            line = json.loads(results.read_text().splitlines()[-1]) if results.exists() else {}
            if "result" not in line:
                log = out / "peer" / "log.txt"
                raise Skip(f"{self.name} failed: {(log.read_text() if log.exists() else said).strip()[-400:]}")
            images += line["result"]["images"]
            wall_s = max(wall_s, line["wall_work_s"])
            marginal += 1 / line["result"]["marginal_s_per_image"]
        return {"whole": images / wall_s, "marginal": marginal}


def last_summary(stderr):
    """The last JSON line of a progress stream that sums the run up."""
    for line in reversed(stderr.splitlines()):
        if line.startswith("{"):
            entry = json.loads(line)
            if "images_per_s" in entry:
                return entry
    raise Skip("maquette wrote no summary on stderr (--progress json)")


def peer_environment():
    """Ours, less the Vulkan driver and libraries that are meant for maquette."""
    environment = dict(os.environ)
    ours = str(CACHE / "vulkan")
    for name in ("VK_DRIVER_FILES", "LD_LIBRARY_PATH"):
        parts = [part for part in environment.pop(name, "").split(":") if part and not part.startswith(ours)]
        if parts:
            environment[name] = ":".join(parts)
    return environment


def venv(module):
    return CACHE / "peers" / module


def install():
    for module, packages in PACKAGES.items():
        folder = venv(module)
        if (folder / "bin/python").exists():
            print(f"{module}: {folder} is there")
            continue
        print(f"{module}: installing into {folder}")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run(pip + packages, check=True)


def programs(arguments):
    """What takes turns in a round; what cannot is said and left out."""
    scenes = ["--scenes", str(arguments.frames)]
    cheap = ["--video", "--samples", "0", "--shadowsize", "1024"]
    makers = [
        lambda: Maquette("W1", arguments),
        lambda: Peer("W1", "PyBullet", "pybullet", "pybullet_tiny.py", scenes, arguments),
        lambda: Peer("W1", "PyBullet", "pybullet", "pybullet_tiny.py", scenes, arguments, at_once=2),
        lambda: Maquette("W1", arguments, limit=True),
        lambda: Maquette("W2", arguments),
        lambda: Peer("W2", "MuJoCo", "mujoco", "mujoco_gl.py", cheap, arguments),
        lambda: Peer("W2", "MuJoCo", "mujoco", "mujoco_gl.py", cheap, arguments, at_once=2),
        lambda: Maquette("W2", arguments, limit=True),
    ]
    found, reasons = [], []
    for make in makers:
        try:
            found.append(make())
        except Skip as reason:
            if str(reason) not in reasons:
                reasons.append(str(reason))
                print(f"left out: {reason}", flush=True)
    only = arguments.only
    return [program for program in found if not only or program.work == only]


def measure(found, rounds):
    """Every program's measurements, by its place in the list; the programs take turns."""
    measured = {place: [] for place in range(len(found))}
    for number in range(1, rounds + 1):
        for place, program in enumerate(found):
            if measured[place] is None:
                continue
            with tempfile.TemporaryDirectory(prefix="maquette-bench-") as folder:
                load = os.getloadavg()[0]
                try:
                    figures = program.measure(Path(folder))
                except Skip as reason:
                    print(f"left out: {program.work} {program.name}: {reason}", flush=True)
                    measured[place] = None
                    continue
            measured[place].append(figures)
            speeds = f"{shown(figures['whole']):>8} {shown(figures['marginal']):>8}"
            print(f"round {number}  {program.work}  {program.name:<22} {speeds}   load before {load:.1f}", flush=True)
    return measured


def shown(figure):
    return "–" if math.isnan(figure) else f"{figure:.2f}"


def medians(found, measured):
    rows = []
    for place, program in enumerate(found):
        if measured[place]:
            figures = {name: statistics.median(run[name] for run in measured[place]) for name in ("whole", "marginal")}
            rows.append({"work": program.work, "program": program.name, "limit": program.limit, **figures})
    return rows


def print_table(rows):
    print(f"\n{'':4} {'':22} {'images/s':>10} {'':>10}   {'maquette is':>12}")
    print(f"{'':4} {'':22} {'whole':>10} {'marginal':>10}   {'whole':>12} {'marginal':>10}")
    for row in rows:
        ours = next((other for other in rows if other["work"] == row["work"] and other["program"] == "maquette"), None)
        against = ""
        if ours and row is not ours:
            whole, marginal = ours["whole"] / row["whole"], ours["marginal"] / row["marginal"]
            against = f"{marginal:>23.0%}  of the limit" if row["limit"] else f"{whole:>11.2f}× {marginal:>9.2f}×"
        print(f"{row['work']:4} {row['program']:22} {shown(row['whole']):>10} {shown(row['marginal']):>10}   {against}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maquette", type=Path, default=os.environ.get("MAQUETTE_BIN"), help="the program (or MAQUETTE_BIN)")
    parser.add_argument("--peers", default=os.environ.get("PEERS_DIR"), metavar="DIR", help="folder of the peers' scripts (or PEERS_DIR)")
    parser.add_argument("--frames", type=int, default=24, metavar="N", help="scenes of W1, for every program (24)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="turns that each program takes (3)")
    parser.add_argument("--only", choices=sorted(SCENES), help="one kind of work")
    parser.add_argument("--install", action="store_true", help=f"make the peers' Python environments under {CACHE / 'peers'} first")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the medians there, too")
    arguments = parser.parse_args()
    if arguments.install:
        install()
        if not arguments.maquette:
            return
    if not arguments.maquette or not arguments.maquette.exists():
        parser.error("maquette is not there: build it and say where (--maquette or MAQUETTE_BIN)")
    arguments.maquette = arguments.maquette.resolve()

    found = programs(arguments)
    if not found:
        sys.exit("nothing to measure")
    print(f"\n{os.cpu_count()} cores, {arguments.rounds} round(s), {arguments.frames} scenes of W1; images/s, whole and marginal:")
    rows = medians(found, measure(found, arguments.rounds))
    if not rows:
        sys.exit("nothing could be measured")
    print_table(rows)
    if arguments.json:
        rows = [{name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()} for row in rows]
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
