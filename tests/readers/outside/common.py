"""What the checks share: how datasets are made, and the table of what was found."""

import argparse
import atexit
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "readers"))

SEED = 7
SHOWN = 5


def arguments(description, **flags):
    """The command line: flags are further switches with their help."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--maquette", required=True, type=Path, metavar="PROGRAM", help="the program")
    parser.add_argument("--scenes", nargs="*", default=["tabletop", "street"], metavar="NAME", help="scenes of the folder scenes")
    parser.add_argument("--frames", type=int, default=8, metavar="N", help="frames to render of each scene")
    parser.add_argument("--output", type=Path, metavar="DIR", help="where datasets are made, and used again; else a folder for once")
    for flag, text in flags.items():
        parser.add_argument(f"--{flag}", action="store_true", help=text)
    given = parser.parse_args()
    given.maquette = given.maquette.resolve()
    given.output = (given.output or for_once()).resolve()
    given.output.mkdir(parents=True, exist_ok=True)
    return given


def for_once():
    """A folder that is gone when the check ends."""
    folder = Path(tempfile.mkdtemp(prefix="maquette-outside-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Program:
    """The program, and the folder that its datasets are in."""

    def __init__(self, given):
        self.path, self.folder, self.frames = given.maquette, given.output, given.frames

    def call(self, *words):
        done = subprocess.run([self.path, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{self.path} {' '.join(map(str, words))}\nended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def render(self, name, scene=None, frames=None):
        """The folder of a dataset: of a scene of the repository, or of the text of one."""
        path = ROOT / "scenes" / f"{name}.ron"
        if scene is not None:
            path = self.folder / f"{name}.ron"
            path.write_text(scene)
        dataset = self.folder / name
        if not (dataset / "manifest.json").exists():
            self.call("render", path, "--frames", frames or self.frames, "--seed", SEED, "--output", dataset, "--quiet")
        return dataset

    def export(self, dataset, *formats):
        """The folder that has a folder for each format."""
        exports = self.folder / f"{dataset.name}-export"
        self.call("export", dataset, "--format", ",".join(formats), "--output", exports, "--quiet")
        return exports


class Table:
    """Rows of what was checked; a row in which something is wrong, or nothing was checked, makes the whole fail."""

    def __init__(self):
        self.failed = 0
        print(f"{'dataset':<18} {'what':<60} {'checked':>8} {'wrong':>6}  figures")

    def row(self, dataset, what, checked, wrong, figures=""):
        self.failed += bool(wrong) or not checked
        print(f"{dataset:<18} {what:<60} {checked:>8} {len(wrong):>6}  {figures}", flush=True)
        for text in wrong[:SHOWN]:
            print(f"    {text}")
        if len(wrong) > SHOWN:
            print(f"    and {len(wrong) - SHOWN} more")

    def end(self):
        print(f"\n{self.failed} of the rows above are wrong." if self.failed else "\nAll is as it should be.")
        sys.exit(1 if self.failed else 0)
