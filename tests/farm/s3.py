#!/usr/bin/env python3
"""Whether a dataset in object storage is the one on disk, byte for byte, when the storage server is killed again and again.

    s3.py MAQUETTE S3S_FS [SCENE]

MAQUETTE is the program, S3S_FS a server of the crate `s3s-fs` (`cargo install s3s-fs --features binary`). The scene is
rendered once into a folder and once to the server, which is killed and started again as long as the run lasts; then
the run is made a second time, which must change nothing, and once more over itself. In the end one is told to stop while
the server is away. What the server holds is read from its own folder.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUCKET, PREFIX = "bucket", "runs/a"
KEY, SECRET = "key", "secret"
MANIFEST = "manifest.json"


class Server:
    """The server, in a folder of its own, at a port that it keeps."""

    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program, folder
        (folder / BUCKET).mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = None

    def start(self):
        host = ["--host", "127.0.0.1", "--port", str(self.port)]
        keys = ["--access-key", KEY, "--secret-key", SECRET]
        self.process = subprocess.Popen(
            [self.program, *host, *keys, self.folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        sys.exit(f"{self.program} does not start at port {self.port}")

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def environment(self) -> dict:
        """The process's own, without what it says of other servers."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "NO_PROXY": "127.0.0.1",
        }

    def prefix(self) -> Path:
        return self.folder / BUCKET / PREFIX


def tree(folder: Path) -> dict:
    """The bytes of all files, by their names from the folder on."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def differences(expected: dict, found: dict) -> list:
    missing = [f"missing: {name}" for name in expected.keys() - found.keys()]
    extra = [f"not expected: {name}" for name in found.keys() - expected.keys()]
    both = expected.keys() & found.keys()
    other = [f"other bytes: {name} ({len(expected[name])} and {len(found[name])})" for name in both if expected[name] != found[name]]
    return sorted(missing + extra + other)


def command(options, output: str) -> list:
    return [options.maquette, "render", options.scene, "--frames", options.frames, "--output", output]


def disturbed(options, server: Server, log: Path, expected: dict) -> int:
    """Renders to the server while it is killed. Returns how often it was killed."""
    chance = random.Random(options.seed)
    kills, problem = 0, None
    deadline = time.monotonic() + options.limit
    with log.open("wb") as output:
        run = subprocess.Popen(
            command(options, f"s3://{BUCKET}/{PREFIX}"), env=server.environment(), stdout=output, stderr=output
        )
        try:
            while problem is None and run.poll() is None:
                try:
                    run.wait(chance.uniform(0.5, 1.5) * options.up)
                    break
                except subprocess.TimeoutExpired:
                    server.kill()
                kills += 1
                found = tree(server.prefix())
                # Who finds the manifest takes the dataset for complete.
                if MANIFEST in found and differences(expected, found):
                    problem = "the manifest was there before the rest: " + ", ".join(differences(expected, found)[:5])
                time.sleep(chance.choice([0, 0.2, 1, 3]))
                server.start()
                if time.monotonic() > deadline:
                    problem = f"not done after {options.limit} s"
        finally:
            if run.poll() is None:
                run.kill()
                run.wait()
    if problem is None and run.returncode != 0:
        problem = f"exit code {run.returncode}"
    if problem is not None:
        fail(f"{problem}\n{log.read_text(errors='replace')[-4000:]}")
    return kills


def overwritten(options, server: Server, log: Path):
    """Renders the same over what is there."""
    with log.open("wb") as output:
        again = command(options, f"s3://{BUCKET}/{PREFIX}") + ["--overwrite"]
        run = subprocess.run(again, env=server.environment(), stdout=output, stderr=output, timeout=options.limit)
    if run.returncode != 0:
        fail(f"exit code {run.returncode} where it was to be overwritten\n{log.read_text(errors='replace')[-4000:]}")


def stopped(options, server: Server, log: Path):
    """A run that is told to stop while the server is away ends within the minute that schedulers give it."""
    with log.open("wb") as output:
        endless = [options.maquette, "render", options.scene, "--frames", "1000000", "--shard-frames", "4"]
        run = subprocess.Popen(
            endless + ["--output", f"s3://{BUCKET}/stopped"], env=server.environment(), stdout=output, stderr=output
        )
        try:
            notes = server.folder / BUCKET / "stopped" / ".maquette" / "hashes"
            while run.poll() is None and not notes.exists():
                time.sleep(0.1)
            server.kill()
            time.sleep(3)
            run.terminate()
            try:
                run.wait(50)
            except subprocess.TimeoutExpired:
                fail("a run that was told to stop while the server was away had not ended after 50 s")
        finally:
            if run.poll() is None:
                run.kill()
                run.wait()
    if run.returncode != 75:
        fail(f"a run that was told to stop ended with {run.returncode}\n{log.read_text(errors='replace')[-4000:]}")


def fail(text: str):
    sys.exit(f"FAILED: {text}")


def compare(expected: dict, server: Server, when: str):
    found = differences(expected, tree(server.prefix()))
    if found:
        fail(f"{when}, {len(found)} of {len(expected)} files differ:\n  " + "\n  ".join(found[:20]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maquette", type=lambda text: Path(text).resolve())
    parser.add_argument("s3s_fs", type=lambda text: Path(text).resolve())
    parser.add_argument("scene", nargs="?", type=lambda text: Path(text).resolve(), default=ROOT / "scenes/shapes.ron")
    parser.add_argument("--frames", default="0-39")
    parser.add_argument("--up", type=float, default=1.0, help="seconds between a start of the server and the next kill, about")
    parser.add_argument("--kills", type=int, default=3, help="how many there have to be at least")
    parser.add_argument("--limit", type=float, default=1200, help="seconds for the disturbed run")
    parser.add_argument("--seed", type=int, default=1, help="of when it is killed")
    return parser.parse_args()


def main():
    options = arguments()
    # So that `finally` is reached, and no server is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="maquette-s3-") as scratch:
        scratch = Path(scratch)
        folder, log = scratch / "folder", scratch / "log"
        begin = time.monotonic()
        subprocess.run(command(options, folder), check=True, stdout=subprocess.DEVNULL)
        alone = time.monotonic() - begin
        expected = tree(folder)
        if MANIFEST not in expected:
            fail(f"the run into a folder left no {MANIFEST}")

        server = Server(options.s3s_fs, scratch / "server")
        try:
            server.start()
            begin = time.monotonic()
            kills = disturbed(options, server, log, expected)
            took = time.monotonic() - begin
            compare(expected, server, "after the disturbed run")
            if kills < options.kills:
                fail(f"the server was killed {kills} times only: use more --frames or less --up")
            again = disturbed(options, server, log, expected)
            compare(expected, server, "after the same run again")
            overwritten(options, server, log)
            compare(expected, server, "after it was overwritten")
            stopped(options, server, log)
        finally:
            server.kill()
    count, size = len(expected), sum(map(len, expected.values()))
    print(f"{count} files with {size} bytes are the same: {alone:.1f} s alone, {took:.1f} s with {kills} kills, {again} in the run after")


if __name__ == "__main__":
    main()
