#!/usr/bin/env python3
"""Exporting a large dataset: memory has to stay flat, and time to grow with the number of frames alone.

    python3 benches/export.py --maquette PROGRAM [--frames 100000] [--format NAME,...]

Renders ten small frames, multiplies them on disk to datasets of a hundredth of the frames and of all of them (pictures are
hard links, records are written anew with their own number), exports both, and prints frames a second, megabytes of
records and images a second, and the highest resident memory of each.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENE = ROOT / "scenes/bench/drop.ron"
SHARD = 1000


def template(maquette, folder):
    """Ten frames of the scene in a quarter of its resolution."""
    text = SCENE.read_text().replace("resolution: (640, 480)", "resolution: (160, 120)")
    scene = folder / "drop.ron"
    scene.write_text(text)
    command = [maquette, "render", scene, "--frames", "10", "--output", folder / "ten", "--quiet"]
    subprocess.run(command, check=True)
    return folder / "ten"


def multiplied(ten, folder, frames):
    """The same dataset with so many frames, each a copy of one of the ten."""
    manifest = json.loads((ten / "manifest.json").read_text())
    source = ten / "frames/00000"
    records = [(source / f"{number:08}.json").read_text() for number in range(10)]
    manifest["frames"], manifest["shard_frames"], manifest["shards"] = f"0-{frames - 1}", SHARD, []
    total = 0
    for first in range(0, frames, SHARD):
        shard = folder / f"frames/{first // SHARD:05}"
        shard.mkdir(parents=True)
        last = min(first + SHARD, frames) - 1
        for frame in range(first, last + 1):
            old, new = f"{frame % 10:08}", f"{frame:08}"
            text = records[frame % 10].replace(f'"frame": {frame % 10},', f'"frame": {frame},', 1).replace(old, new)
            (shard / f"{new}.json").write_text(text)
            total += len(text)
            for end in ("rgb.png", "instance.png", "depth.exr"):
                try:
                    os.link(source / f"{old}.{end}", shard / f"{new}.{end}")
                except OSError:
                    # A file may have only so many names: from here on a copy of it is linked.
                    again = source / f"{old}.{end}.copy"
                    again.write_bytes((source / f"{old}.{end}").read_bytes())
                    again.replace(source / f"{old}.{end}")
                    os.link(source / f"{old}.{end}", shard / f"{new}.{end}")
                total += (shard / f"{new}.{end}").stat().st_size
        manifest["shards"].append(
            {"index": first // SHARD, "folder": f"frames/{first // SHARD:05}", "frames": f"{first}-{last}",
             "files": 4 * (last - first + 1), "bytes": 0, "sha256": ""}
        )
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return total


def exported(maquette, dataset, name, output):
    """Seconds and MiB that an export takes."""
    start = time.perf_counter()
    command = [maquette, "export", dataset, "--format", name, "--output", output, "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"export to {name} failed with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maquette", required=True)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--format", default="coco,yolo,kitti,huggingface")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maquette-export-") as folder:
        folder = Path(folder)
        ten = template(arguments.maquette, folder)
        sizes = {}
        for frames in (max(arguments.frames // 100, 1), arguments.frames):
            sizes[frames] = multiplied(ten, folder / str(frames), frames)
        print(f"{'format':14} {'frames':>8} {'seconds':>8} {'frames/s':>9} {'MB/s':>7} {'MiB':>6}")
        for name in arguments.format.split(","):
            for frames, total in sizes.items():
                seconds, memory = exported(arguments.maquette, folder / str(frames), name, folder / f"{frames}-{name}")
                rates = f"{frames / seconds:9.0f} {total / seconds / 1e6:7.1f}"
                print(f"{name:14} {frames:8} {seconds:8.2f} {rates} {memory:6.1f}", flush=True)


if __name__ == "__main__":
    main()
