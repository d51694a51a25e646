"""Checks that YOLO exports load unchanged in Ultralytics, for detection, masks, turned boxes and keypoints.

What Ultralytics reads of a label, and what it would train with at the images' own size, is held against the native
records. With `--train` it also trains a small network of every kind for an epoch. Nothing is fetched.

    check_ultralytics.py --maquette PROGRAM [--scenes NAME ...] [--train]
"""

import os

from common import Program, Table, arguments, for_once

# Before Ultralytics is imported: neither the settings of whoever runs this, nor a word with the outside.
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_VERBOSE="false", YOLO_CONFIG_DIR=str(for_once()))

import shutil
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import torch
import ultralytics
from conftest import Dataset, corners
from pycocotools import mask as rle
from ultralytics import YOLO
from ultralytics.cfg import get_cfg
from ultralytics.data import YOLODataset
from ultralytics.data.utils import check_det_dataset, load_dataset_cache_file
from ultralytics.utils import USER_CONFIG_DIR
from ultralytics.utils.ops import xywhr2xyxyxyxy

# The font that it draws with; else it would try to fetch one.
shutil.copy(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", USER_CONFIG_DIR / "Arial.ttf")

FORMATS = {"detect": "yolo", "segment": "yolo-seg", "obb": "yolo-obb", "pose": "yolo-pose"}
MODELS = {"detect": "yolov8n.yaml", "segment": "yolov8n-seg.yaml", "obb": "yolov8n-obb.yaml", "pose": "yolov8n-pose.yaml"}
VISIBILITIES = {"absent": 0, "occluded": 1, "visible": 2}
# Half a digit of the sixth place of a share, and what single precision adds.
SHARE = 0.6e-6
# How far what is trained with may be from the record, in pixels.
PIXEL = 0.01
# Outlines are that much within the edges of pixels.
INSET = 0.02

# Keypoints, volumes, crowd, a picture without labels, and names that YAML and shells would take for something else.
CASES = """
Scene(
    categories: ["no", "salt & pepper", "road cone", "bay"],
    resolution: (320, 240),
    cameras: {
        "left": Camera(pose: LookAt(eye_m: (-0.3, 1.0, 2.0), target_m: (0, 0.15, 0)), lens: Fov(vertical_deg: 40)),
        "right": Camera(pose: LookAt(eye_m: (0.5, 0.9, 1.8), target_m: (0, 0.15, 0), roll_deg: 10), lens: Fov(vertical_deg: 35)),
        "up": Camera(pose: LookAt(eye_m: (0, 1.0, 2.0), target_m: (0, 2.0, 0))),
    },
    environment: Ambient(illuminance_lux: 2000),
    ground: Ground(),
    objects: {
        "box": Object(
            category: "no", shape: Box(size_m: (0.3, 0.4, 0.2)), count: 4, place: Above(region: Disk(radius_m: 0.7)),
            keypoints: { "top": (0, 0.2, 0), "base": (0, -0.2, 0), "side": (0.15, 0, 0) }, skeleton: [("top", "base"), ("base", "side")],
        ),
        "ball": Object(category: "salt & pepper", shape: Sphere(radius_m: 0.15), count: 3, place: Above(region: Disk(radius_m: 0.7))),
        "cone": Object(
            category: "road cone", shape: Cone(radius_m: 0.15, height_m: 0.4), count: 4, place: Above(region: Disk(radius_m: 0.7)),
            keypoints: { "tip": (0, 0.2, 0) },
        ),
        "bay": Object(category: "bay", shape: Box(size_m: (0.5, 0.3, 0.4)), place: At(position_m: (0.5, 0.15, -0.2)), volume: true),
        "post": Object(
            category: "road cone", shape: Box(size_m: (0.08, 0.9, 0.08)), body: Body(kind: Static),
            place: At(position_m: (-0.75, 0.5, -0.1), orientation: Angles(yaw_deg: 0, pitch_deg: 0, roll_deg: 40)),
        ),
        "ring": Object(
            category: "road cone", shape: Torus(ring_radius_m: 0.2, tube_radius_m: 0.03), body: Body(kind: Static),
            place: At(position_m: (0, 0.25, 0.6), orientation: Angles(yaw_deg: 20, pitch_deg: 80, roll_deg: 0)),
        ),
    },
    labels: Labels(minimum_visible_fraction: 0.3, rejected: Crowd),
)
"""


class Loaded:
    """An export as Ultralytics reads it, picture by picture beside the views of the dataset."""

    def __init__(self, dataset, folder, task):
        self.task, self.keypoints = task, dataset.keypoints
        self.data = check_det_dataset(folder / "data.yaml", autodownload=False)
        self.size = dataset.views[0].size
        # At the size of the images, so that they are padded to a square and not scaled; a mask for each instance.
        options = get_cfg(overrides={"task": task, "mask_ratio": 1, "overlap_mask": False})
        square = max(self.size)
        self.read = YOLODataset(img_path=self.data["train"], data=self.data, task=task, imgsz=square, augment=False, hyp=options)
        cache = load_dataset_cache_file(Path(self.data["train"]).parents[1] / "labels" / "train.cache")
        self.found, self.missing, self.empty, self.corrupt, self.total = cache["results"]
        self.said = cache["msgs"]
        self.views = [dataset.view_of_name[Path(label["im_file"]).stem] for label in self.read.labels]
        self.offset = [(square - side) // 2 for side in self.size]

    def natives(self, view):
        """The annotations that the format has."""
        keep = {
            "detect": lambda a: True,
            "obb": lambda a: True,
            "segment": lambda a: not a["volume"],
            "pose": lambda a: a["category_id"] in self.keypoints,
        }
        return [annotation for annotation in view.wanted if keep[self.task](annotation)]

    def pairs(self):
        """View, label as it is read, item as it is trained with, and annotations of each picture."""
        for place, (view, label) in enumerate(zip(self.views, self.read.labels)):
            yield view, label, self.read[place], self.natives(view)

    def in_image(self, shares):
        """Pixels of the image, of shares of the padded square."""
        return np.asarray(shares) * max(self.size) - self.offset


def rectangle(native):
    """The corners of the record's turned box."""
    box = native["bbox_oriented"]
    angle = np.radians(box["angle_deg"])
    x = np.array([np.cos(angle), np.sin(angle)]) * box["size"][0] / 2
    y = np.array([-np.sin(angle), np.cos(angle)]) * box["size"][1] / 2
    return box["center"] + np.array([-x - y, x - y, x + y, y - x])


def overlap(one, other):
    """Of two convex quadrilaterals, intersection over union."""
    shared, _ = cv2.intersectConvexConvex(np.float32(one), np.float32(other))
    return shared / (cv2.contourArea(np.float32(one)) + cv2.contourArea(np.float32(other)) - shared)


def check_counts(table, dataset, name, loaded):
    """Every picture and label is there, nothing corrupt, missing or dropped, and classes and pictures are the same."""
    wrong = []
    if loaded.data["names"] != {i - 1: category for i, category in dataset.categories.items()}:
        wrong.append(f"names: {loaded.data['names']}")
    if loaded.task == "pose" and loaded.data["kpt_shape"] != [max(map(len, dataset.keypoints.values())), 3]:
        wrong.append(f"kpt_shape: {loaded.data['kpt_shape']}")
    table.row(name, "data.yaml: names, kpt_shape", len(loaded.data["names"]), wrong)

    without = sum(not loaded.natives(view) for view in dataset.views)
    expected = (len(dataset.views), 0, without, 0, len(dataset.views))
    got = (loaded.found, loaded.missing, loaded.empty, loaded.corrupt, loaded.total)
    wrong = [f"found, missing, empty, corrupt, total: {got}, expected {expected}"] if got != expected else []
    wrong += loaded.said
    if sorted(view.name for view in loaded.views) != sorted(dataset.view_of_name):
        wrong.append("pictures: " + ", ".join(view.name for view in loaded.views))
    figures = f"{loaded.corrupt} corrupt, {loaded.missing} missing, {loaded.empty} empty, {len(loaded.said)} messages"
    table.row(name, "pictures", len(loaded.views), wrong, figures)

    wrong, labels = [], 0
    for view, label, item, natives in loaded.pairs():
        labels += len(label["cls"])
        expected = [native["category_id"] - 1 for native in natives]
        if not label["cls"].ravel().tolist() == item["cls"].ravel().tolist() == expected:
            wrong.append(f"{view.name}: classes {label['cls'].ravel().tolist()}, expected {expected}")
        (left, top), (width, height) = loaded.offset, loaded.size
        if (item["img"].numpy().transpose(1, 2, 0)[top : top + height, left : left + width] != view.rgb).any():
            wrong.append(f"{view.name}: another picture")
    table.row(name, "labels: number, order and class; pixels of the pictures", labels, wrong)


def check_boxes(table, name, loaded):
    wrong, boxes, off = [], 0, 0.0
    for view, label, item, natives in loaded.pairs():
        for read, trained, native in zip(label["bboxes"], item["bboxes"].numpy(), natives):
            left, top, right, bottom = corners(native["bbox_visible"])
            size = np.array([*view.size, *view.size])
            expected = np.array([(left + right) / 2, (top + bottom) / 2, right - left, bottom - top])
            # The box of an outline is made of two corners, each rounded on its own, and drawn in by a hair.
            hair = 2 * INSET if loaded.task == "segment" else 0
            difference = np.abs(read - expected / size)
            also = np.abs(np.concatenate([loaded.in_image(trained[:2]), trained[2:] * max(view.size)]) - expected)
            boxes, off = boxes + 1, max(off, (difference * size).max(), also.max())
            if (difference * size).max() > 2 * SHARE * size.max() + hair or also.max() > PIXEL + hair:
                wrong.append(f"{view.name}: {(read * size).tolist()}, the record has {expected.tolist()}")
    table.row(name, "boxes are bbox_visible, as read and as trained with", boxes, wrong, f"≤ {off:.5f} pixels off")


def check_outlines(table, name, loaded):
    """Outlines fill to exactly the mask, and Ultralytics draws exactly it where it is of one piece."""
    wrong, drawn_wrong, outlines, overlaps = [], [], 0, []
    for view, label, item, natives in loaded.pairs():
        (left, top), (width, height) = loaded.offset, loaded.size
        for place, (outline, native) in enumerate(zip(label["segments"], natives)):
            outlines += 1
            points, mask = outline * view.size, view.mask(native)
            (filled,) = rle.frPyObjects([points.round().ravel().tolist()], height, width)
            if np.abs(points - points.round()).max() > INSET + SHARE * max(view.size) or (rle.decode(filled) != mask).any():
                wrong.append(f"{view.name}: outline of {native['instance_id']}")
            drawn = item["masks"][place].numpy()[top : top + height, left : left + width] > 0
            overlaps.append((drawn & mask).sum() / (drawn | mask).sum())
            # Pieces are tied together by lines, which are drawn, too. Pictures that are resized are drawn in their new size.
            pieces = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] - 1
            lines = (drawn & ~mask).sum()
            if (mask & ~drawn).any() or lines > (0 if pieces == 1 else sum(view.size)):
                drawn_wrong.append(f"{view.name}: mask of {native['instance_id']} in {pieces} pieces, {lines} pixels off")
    table.row(name, "outlines fill to the instance plane", outlines, wrong, "exactly")
    figures = f"overlap {np.mean(overlaps):.3f} in the mean, {np.min(overlaps):.3f} at least"
    table.row(name, "masks trained with are the plane's", outlines, drawn_wrong, figures)


def check_turned(table, name, loaded):
    wrong, turned_wrong, boxes, off, turned_off, cut = [], [], 0, 0.0, 0.0, []
    for view, label, item, natives in loaded.pairs():
        for four, trained, native in zip(label["segments"], item["bboxes"], natives):
            boxes += 1
            whole = rectangle(native)
            inside = np.clip(whole, 0, view.size)
            difference = np.abs(four - inside / view.size).max()
            off = max(off, float(difference * max(view.size)))
            if four.shape != (4, 2) or difference > SHARE:
                wrong.append(f"{view.name}: {(four * view.size).tolist()}, the record has {whole.tolist()}")
            trained = trained.clone()
            trained[:4] *= max(view.size)
            box = xywhr2xyxyxyxy(trained).numpy() - loaded.offset
            if np.abs(whole - inside).max() > PIXEL:
                cut.append(overlap(box, whole))
                continue
            # Its corners may begin at another one, and go round the other way.
            apart = min(np.abs(np.roll(four, turn, axis=0) - whole).max() for turn in range(4) for four in (box, box[::-1]))
            turned_off = max(turned_off, float(apart))
            if apart > 0.1:
                turned_wrong.append(f"{view.name}: {box.tolist()}, the record has {whole.tolist()}")
    table.row(name, "four corners are bbox_oriented's, moved into the image", boxes, wrong, f"≤ {off:.5f} pixels off")
    figures = f"≤ {turned_off:.4f} pixels off"
    if cut:
        figures += f"; {len(cut)} with corners outside overlap {np.mean(cut):.3f} in the mean, {np.min(cut):.3f} at least"
    table.row(name, "turned boxes trained with are bbox_oriented", boxes - len(cut), turned_wrong, figures)


def check_keypoints(table, dataset, name, loaded):
    wrong, points, off, states = [], 0, 0.0, {0: 0, 1: 0, 2: 0}
    most = loaded.data["kpt_shape"][0]
    for view, label, item, natives in loaded.pairs():
        for read, trained, native in zip(label["keypoints"], item["keypoints"].numpy(), natives):
            known = {keypoint["name"]: keypoint for keypoint in native["keypoints"]}
            names = dataset.keypoints[native["category_id"]]
            for point, also, keypoint in zip(read, trained, [*map(known.get, names), *[None] * (most - len(names))]):
                keypoint = keypoint or {"visibility": "absent", "position": [0, 0]}
                points += 1
                states[int(point[2])] += 1
                difference = np.abs(point[:2] * view.size - keypoint["position"]).max()
                if keypoint["visibility"] != "absent":
                    difference = max(difference, np.abs(loaded.in_image(also[:2]) - keypoint["position"]).max())
                off = max(off, float(difference))
                if not point[2] == also[2] == VISIBILITIES[keypoint["visibility"]] or difference > PIXEL:
                    wrong.append(f"{view.name}: {point.tolist()}, the record has {keypoint}")
    figures = f"≤ {off:.5f} pixels off; {states[2]} visible, {states[1]} occluded, {states[0]} absent"
    table.row(name, "keypoints and their visibility", points, wrong, figures)


def check_training(table, name, folder, task):
    """An epoch from scratch, and the losses that it ends with."""
    model = YOLO(MODELS[task])
    losses = {}
    model.add_callback("on_fit_epoch_end", lambda trainer: losses.update(trainer.label_loss_items(trainer.tloss)))
    options = {"epochs": 1, "imgsz": 160, "batch": 4, "workers": 0, "device": "cpu", "amp": False, "plots": False}
    runs = str(folder.parent / "runs")
    model.train(data=str(folder / "data.yaml"), project=runs, name=folder.name, exist_ok=True, pretrained=False, **options)
    wrong = [f"{loss}: {value}" for loss, value in losses.items() if not np.isfinite(float(value))]
    figures = ", ".join(f"{loss.removeprefix('train/')} {float(value):.2f}" for loss, value in losses.items())
    table.row(name, f"{MODELS[task]} trains for an epoch", len(losses), wrong, figures)


def check(table, name, dataset, exports, task, train):
    folder = exports / FORMATS[task]
    loaded = Loaded(dataset, folder, task)
    name = f"{name}, {task}"
    check_counts(table, dataset, name, loaded)
    if task == "obb":
        check_turned(table, name, loaded)
    else:
        check_boxes(table, name, loaded)
    if task == "segment":
        check_outlines(table, name, loaded)
    if task == "pose":
        check_keypoints(table, dataset, name, loaded)
    if train:
        check_training(table, name, folder, task)


def main():
    given = arguments(__doc__.splitlines()[0], train="train a small network of every kind for an epoch, too")
    print(f"ultralytics {ultralytics.__version__}, torch {torch.__version__}\n")
    program, table = Program(given), Table()
    for name, scene in [*((name, None) for name in given.scenes), ("cases", CASES)]:
        folder = program.render(name, scene)
        dataset = Dataset(folder)
        tasks = [task for task in FORMATS if task != "pose" or dataset.keypoints]
        exports = program.export(folder, *(FORMATS[task] for task in tasks))
        for task in tasks:
            check(table, name, dataset, exports, task, given.train)
        # Ultralytics leaves caches beside the labels; that may not keep the program from exporting once more.
        program.export(folder, *(FORMATS[task] for task in tasks))
    table.end()


if __name__ == "__main__":
    main()
