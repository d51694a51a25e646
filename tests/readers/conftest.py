"""Datasets for the reader tests: every example scene, rendered once a run by the program itself, and their exports.

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
from pycocotools import mask as rle

ROOT = Path(__file__).resolve().parents[2]
FRAMES = 3
SEED = 7

# A small sequence with two cameras that has a case of everything: things that hide each other and leave the image,
# crowds, and names that trip formats over a space, an XML sign, and what YAML takes for false.
TAKE = Path("take.ron")
TAKES = 2
TAKE_STEPS = 3
TAKE_FPS = 8
TAKE_SCENE = """
Scene(
    categories: ["no", "salt & pepper", "road cone"],
    resolution: (160, 120),
    smooth_edges: false,
    cameras: {
        "left": Camera(pose: LookAt(eye_m: (-0.3, 1.0, 2.4), target_m: (0, 0.15, 0)), lens: Fov(vertical_deg: 45)),
        "right": Camera(
            pose: LookAt(eye_m: (0.5, 0.9, 2.2), target_m: (0, 0.15, 0), roll_deg: 10),
            lens: Intrinsics(fx: 150, fy: 145, cx: 84, cy: 55),
        ),
    },
    environment: Ambient(illuminance_lux: 2000),
    ground: Ground(),
    objects: {
        // One of the boxes has a keypoint less than its category.
        "plain": Object(
            category: "no", shape: Box(size_m: (0.3, 0.4, 0.2)), place: Above(region: Disk(radius_m: 0.6)),
            keypoints: {"top": (0, 0.2, 0), "base": (0, -0.2, 0)},
        ),
        "box": Object(
            category: "no", shape: Box(size_m: (0.3, 0.4, 0.2)), count: 2, place: Above(region: Disk(radius_m: 0.6)),
            keypoints: {"top": (0, 0.2, 0), "base": (0, -0.2, 0), "side": (0.15, 0, 0)},
            skeleton: [("top", "base"), ("base", "side")],
        ),
        "ball": Object(
            category: "salt & pepper", shape: Sphere(radius_m: 0.15), count: 3, place: Above(region: Disk(radius_m: 0.6)),
            keypoints: {"crown": (0, 0.15, 0)},
        ),
        "bay": Object(
            category: "no", shape: Box(size_m: (0.6, 0.6, 0.6)), place: At(position_m: (0, 0.3, 0)), volume: true,
            keypoints: {"top": (0, 0.3, 0)},
        ),
        "cone": Object(
            category: "road cone", shape: Cone(radius_m: 0.15, height_m: 0.4), count: 3, place: Above(region: Disk(radius_m: 0.6)),
        ),
        "ring": Object(
            category: "road cone", shape: Torus(ring_radius_m: 0.2, tube_radius_m: 0.03),
            place: At(position_m: (0, 0.25, 0.6), orientation: Angles(yaw_deg: 20, pitch_deg: 80, roll_deg: 0)), body: Body(kind: Static),
        ),
    },
    sequence: Sequence(frames: TAKE_STEPS, fps: TAKE_FPS),
    labels: Labels(minimum_visible_fraction: 0.7, rejected: Crowd),
)
""".replace("TAKE_STEPS", str(TAKE_STEPS)).replace("TAKE_FPS", str(TAKE_FPS))


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

    @property
    def name(self):
        """What exported formats call the picture: the key, and the camera where there are several."""
        several = len(self.record["cameras"]) > 1
        return self.record["key"] + (f"-{self.camera['name']}" if several else "")

    @functools.cached_property
    def rgb(self):
        return read_png(self.path("rgb"))

    @property
    def size(self):
        """Width and height."""
        return self.camera["width"], self.camera["height"]

    @property
    def annotations(self):
        return self.camera["annotations"]

    @property
    def wanted(self):
        """The annotations that formats without a word for "ignore" have, volumes among them."""
        return [annotation for annotation in self.annotations if not annotation["crowd"]]

    @property
    def seen(self):
        """The annotations that have a mask."""
        return [annotation for annotation in self.annotations if annotation["pixels"]]

    def mask(self, annotation):
        """The visible mask of an annotation, from the instance plane."""
        mask = self.instance == annotation["instance_id"]
        assert mask.sum() == annotation["pixels"], f"{self.stem}: pixels of {annotation['instance_id']}"
        return mask


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
    def view_of_name(self):
        """Views by what exported formats call them, in order of frame, step and camera."""
        return {view.name: view for view in self.views}

    @functools.cached_property
    def categories(self):
        """Names by id."""
        return {category["id"]: category["name"] for category in self.manifest["categories"]}

    @functools.cached_property
    def keypoints(self):
        """Names of the keypoints of those categories that have any, by id."""
        return {category["id"]: category["keypoints"] for category in self.manifest["categories"] if category["keypoints"]}

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


def decoded(mask):
    """A mask of a record: compressed run lengths, as COCO has them."""
    return rle.decode({"size": mask["size"], "counts": mask["counts"].encode()}).astype(bool)


def same(one, other):
    """Whether two JSON values are the same, numbers but for their last digits."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return one == pytest.approx(other, rel=1e-12, abs=1e-12) if isinstance(one, float) else one == other


def corners(box):
    """[x, y, width, height] as [left, top, right, bottom]."""
    x, y, width, height = box
    return [x, y, x + width, y + height]


def call(*arguments):
    """Runs the program."""
    program = os.environ.get("MAQUETTE_BIN")
    if not program and os.environ.get("MAQUETTE_DATASETS"):
        pytest.skip("MAQUETTE_BIN is not set")
    if not program:
        pytest.exit("MAQUETTE_BIN is not set: run `make test`, or set it to the program's path.", returncode=2)
    command = [os.path.abspath(program), *(str(argument) for argument in arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}", pytrace=False)


def render(scene, out, frames=FRAMES):
    call("render", scene, "--frames", frames, "--seed", SEED, "--output", out)
    return out


def with_a_case_of_everything(root):
    """Takes from the records of a dataset what no run leaves out in part: in the second take silhouettes, so that nobody
    knows them, and at its end the annotations of a picture."""
    for path in sorted((root / "frames").glob("*/*.json")):
        record = read_json(path)
        for camera in record["cameras"]:
            for annotation in camera["annotations"]:
                if record["frame"] == 1:
                    annotation["amodal"] = None
        if record["key"] == f"{TAKES - 1:08}_{TAKE_STEPS - 1:04}":
            record["cameras"][-1]["annotations"] = []
        path.write_text(json.dumps(record))
    return root


def sources():
    """What to read: the folders given, or the scenes to render."""
    given = os.environ.get("MAQUETTE_DATASETS")
    if given:
        return [Path(folder) for folder in given.split(os.pathsep) if folder]
    return sorted((ROOT / "scenes").glob("*.ron")) or [ROOT / "scenes" / "tabletop.ron"]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory):
    """Gives the dataset of a source; it is rendered when it is first asked for."""

    @functools.cache
    def rendered(source):
        if source.is_dir():
            return Dataset(source)
        folder = tmp_path_factory.mktemp(source.stem)
        if source == TAKE:
            (folder / TAKE).write_text(TAKE_SCENE)
            return Dataset(with_a_case_of_everything(render(folder / TAKE, folder / "dataset", TAKES)))
        return Dataset(render(source, folder / "dataset"))

    return rendered


@pytest.fixture(scope="session", params=sources(), ids=lambda path: path.stem)
def dataset(request, rendered):
    """A dataset as the program writes it."""
    return rendered(request.param)


@pytest.fixture(scope="session", params=[*sources(), TAKE], ids=lambda path: path.stem)
def exportable(request, rendered):
    """A dataset to export: those of the scenes, and one that has a case of everything."""
    return rendered(request.param)


@pytest.fixture(scope="session")
def take(rendered):
    """The dataset that has a case of everything."""
    return rendered(TAKE)


@pytest.fixture(scope="session")
def export(tmp_path_factory):
    """Exports a dataset to a format, once, and gives the format's folder."""
    outputs = {}

    @functools.cache
    def export(root, name):
        output = outputs.get(root) or outputs.setdefault(root, tmp_path_factory.mktemp("export"))
        call("export", root, "--format", name, "--output", output)
        return output / name

    return lambda dataset, name: export(dataset.root, name)
