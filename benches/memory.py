#!/usr/bin/env python3
"""Memory of a long run: that of frame 2,000 has to be that of frame 200.

    python3 benches/memory.py --maquette PROGRAM

Renders scenes/bench/drop.ron small, reads the resident memory as the kernel counts it (VmRSS) at each step of progress, and
prints it for both places and their ratio. With --at-most RATIO a greater ratio is a failure.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENE = ROOT / "scenes/bench/drop.ron"
RESOLUTION = (160, 120)


def small_scene(folder):
    """A copy of the scene with a small resolution."""
    text = SCENE.read_text()
    resolution = f"resolution: [{RESOLUTION[0]}, {RESOLUTION[1]}]"
    text, found = re.subn(r"\bresolution:\s*[\[(][^\])]*[\])]", resolution, text, count=1)
    if not found:
        # The first parenthesis that is not in a comment opens the scene.
        text = re.sub(r"\A((?:\s|//[^\n]*|#!\[[^\]]*\])*)\(", rf"\1({resolution}, ", text, count=1)
    path = folder / SCENE.name
    path.write_text(text)
    return path


def resident_mib(pid):
    """Resident memory of a process; None once it has ended."""
    try:
        found = re.search(r"^VmRSS:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(found[1]) / 1024 if found else None


def sample(command):
    """(frames done, MiB) at each step of progress, and the seconds it all took."""
    samples, said = [], []
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    done = 0
    # Progress may come in leaps: the memory is read on a clock, too.
    ended = threading.Event()

    def on_the_clock():
        while not ended.wait(0.2):
            memory = resident_mib(process.pid)
            if memory and done:
                samples.append((done, memory))

    clock = threading.Thread(target=on_the_clock, daemon=True)
    clock.start()
    for line in process.stderr:
        said.append(line)
        if line.startswith("{"):
            entry = json.loads(line)
            if entry.get("event") == "progress":
                done = entry["frames_done"]
                memory = resident_mib(process.pid)
                if memory:
                    samples.append((done, memory))
    code = process.wait()
    ended.set()
    clock.join()
    if code != 0:
        sys.exit(f"{' '.join(command)} ended with {code}:\n{''.join(said)[-800:]}")
    return samples, time.perf_counter() - start


def around(samples, frame):
    """The median of what was read within a tenth of a frame number, or of the reading nearest to it."""
    near = [memory for done, memory in samples if abs(done - frame) <= frame / 10]
    if near:
        return statistics.median(near)
    return min(samples, key=lambda entry: abs(entry[0] - frame))[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maquette", type=Path, default=os.environ.get("MAQUETTE_BIN"), help="the program (or MAQUETTE_BIN)")
    parser.add_argument("--frames", type=int, default=2000, metavar="N", help="length of the run (2000)")
    parser.add_argument("--early", type=int, default=200, metavar="N", help="the frame it is held against (200)")
    parser.add_argument("--at-most", type=float, metavar="RATIO", help="fail if late over early is more than this")
    arguments = parser.parse_args()
    if not arguments.maquette or not arguments.maquette.exists():
        parser.error("maquette is not there: build it and say where (--maquette or MAQUETTE_BIN)")
    if not SCENE.exists():
        parser.error(f"{SCENE.relative_to(ROOT)} is not there")

    with tempfile.TemporaryDirectory(prefix="maquette-memory-") as folder:
        folder = Path(folder)
        command = [str(arguments.maquette.resolve()), "render", str(small_scene(folder)), "--frames", str(arguments.frames)]
        command += ["--seed", "1", "--progress", "json", "--output", str(folder / "out")]
        print(f"rendering {arguments.frames} frames at {RESOLUTION[0]} × {RESOLUTION[1]}", flush=True)
        samples, seconds = sample(command)
    if not samples:
        sys.exit("maquette reported no progress on stderr (--progress json)")
    early, late = around(samples, arguments.early), around(samples, arguments.frames)
    print(f"resident memory at frame {arguments.early:>6}: {early:8.1f} MiB")
    print(f"resident memory at frame {arguments.frames:>6}: {late:8.1f} MiB")
    print(f"ratio {late / early:.3f}, highest {max(memory for _, memory in samples):.1f} MiB, {arguments.frames / seconds:.1f} frames/s")
    if arguments.at_most and late / early > arguments.at_most:
        sys.exit(f"memory grows: more than {arguments.at_most} times")


if __name__ == "__main__":
    main()
