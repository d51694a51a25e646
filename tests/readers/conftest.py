"""Datasets for the reader tests: every example scene, rendered once a run by the program itself.

    MAQUETTE_BIN        the program (`make test` sets it)
    MAQUETTE_DATASETS   folders to read instead of rendering, separated as in PATH
"""

import functools
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FRAMES = 3
SEED = 7


@dataclass(frozen=True)
class View:
    """What one camera saw of one frame: its entry in the record, and the record."""

    folder: Path
    record: dict
    camera: dict

    def path(self, plane):
        """Where the file of a plane is."""
        return self.folder / self.camera["planes"][plane]

    @functools.cached_property
    def instance(self):
        return read_png(self.path("instance"))

    @functools.cached_property
    def depth(self):
        return read_depth(self.path("depth"))

    @functools.cached_property
    def instances(self):
        """The record's instances by id."""
        return {instance["id"]: instance for instance in self.record["instances"]}

    @property
    def stem(self):
        """The part of its files' names before the plane, for messages."""
        return self.camera["planes"]["rgb"].removesuffix(".rgb.png")


class Dataset:
    """A dataset folder, read by nothing of ours."""

    def __init__(self, root):
        self.root = Path(root).resolve()

    @functools.cached_property
    def manifest(self):
        return read_json(self.root / "manifest.json")

    @functools.cached_property
    def coco_path(self):
        return self.root / "coco" / "instances.json"

    @functools.cached_property
    def coco(self):
        return read_json(self.coco_path)

    @functools.cached_property
    def records(self):
        """(path, content) of each record, in the order of the names."""
        paths = sorted((self.root / "frames").glob("*/*.json"))
        return [(path, read_json(path)) for path in paths]

    @functools.cached_property
    def views(self):
        return [View(path.parent, record, camera) for path, record in self.records for camera in record["cameras"]]

    @functools.cached_property
    def view_of_file(self):
        """Views by the path of their colour image, relative to the folder, as the COCO file has it."""
        return {view.path("rgb").relative_to(self.root).as_posix(): view for view in self.views}

    @functools.cached_property
    def minimum_pixels(self):
        """The labels policy: instances with fewer visible pixels are not annotated."""
        path = next(iter(sorted((self.root / "frames").glob("*/*.scene.ron"))))
        found = re.search(r"\bminimum_pixels:\s*(\d+)", path.read_text())
        return int(found[1]) if found else 1

    def annotated_ids(self, view):
        """The ids that have to be annotated in a view, with their pixel counts."""
        ids, counts = np.unique(view.instance[view.instance > 0], return_counts=True)
        return {int(i): int(n) for i, n in zip(ids, counts) if n >= self.minimum_pixels}


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=lambda name: pytest.fail(f"{path}: {name} is not JSON"))


def read_png(path):
    with Image.open(path) as image:
        return np.asarray(image)


def read_depth(path):
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return np.array(file.channels()["Z"].pixels)


def render(scene, out):
    program = os.environ.get("MAQUETTE_BIN")
    if not program:
        pytest.exit("MAQUETTE_BIN is not set: run `make test`, or set it to the program's path.", returncode=2)
    command = [os.path.abspath(program), "render", str(scene), "--frames", str(FRAMES), "--seed", str(SEED), "--output", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}", pytrace=False)
    return out


def sources():
    """What to read: the folders given, or the scenes to render."""
    given = os.environ.get("MAQUETTE_DATASETS")
    if given:
        return [Path(folder) for folder in given.split(os.pathsep) if folder]
    return sorted((ROOT / "scenes").glob("*.ron")) or [ROOT / "scenes" / "tabletop.ron"]


@pytest.fixture(scope="session", params=sources(), ids=lambda path: path.stem)
def dataset(request, tmp_path_factory):
    """A dataset, rendered when the first test asks for it."""
    source = request.param
    if source.is_dir():
        return Dataset(source)
    return Dataset(render(source, tmp_path_factory.mktemp(source.stem) / "dataset"))
