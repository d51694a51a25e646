"""Checks that BOP exports are what the BOP toolkit would have made, by its published definitions.

The toolkit (github.com/thodan/bop_toolkit) is in no package registry, so that its loaders and `calc_gt_info` are put
here in our words. Silhouettes and visibility are calculated as it does: every instance is rendered alone on a canvas
three times as wide and high as the image, and its distances are held against those of the picture.

    check_bop.py --maquette PROGRAM [--scenes NAME ...]
"""

import json
import math
import random

import numpy as np
from common import Program, Table, arguments
from conftest import Dataset, read_png

# Millimetres by which something may be in front of a surface that still counts as visible.
DELTA = 15
# As the toolkit's `inout` makes them.
SHAPES = {"cam_K": (3, 3), "cam_R_w2c": (3, 3), "cam_t_w2c": (3, 1), "cam_R_m2c": (3, 3), "cam_t_m2c": (3, 1)}
INFO = {"bbox_obj", "bbox_visib", "px_count_all", "px_count_valid", "px_count_visib", "visib_fract"}

# A picture of things that hide each other and leave the image, from two sides.
LAYOUTS = 2
SIZE = (160, 120)
CATEGORIES = ["box", "ring", "mug", "cone"]
CAMERAS = {
    "left": ("LookAt(eye_m: (-0.3, 0.8, 1.6), target_m: (0, 0.4, 0))", (150, 150, 80, 60)),
    "right": ("LookAt(eye_m: (0.6, 0.9, 1.5), target_m: (0, 0.4, 0), roll_deg: 10)", (150, 145, 84.3, 55.2)),
}


def objects(layout):
    """The objects of a layout, as text by name: turned anyhow, each in a cell of its own and above the ground."""
    draw = random.Random(layout)
    cells = [(x, z) for x in (-0.6, 0, 0.6) for z in (-0.35, 0.35)]
    draw.shuffle(cells)
    shapes = [
        ("box", "Box(size_m: (0.25, 0.35, 0.15))"),
        ("box", "Box(size_m: (0.5, 0.08, 0.2))"),
        ("ring", "Torus(ring_radius_m: 0.16, tube_radius_m: 0.03)"),
        ("mug", 'Library(name: "mug", variant: 1)'),
        ("cone", "Cone(radius_m: 0.12, height_m: 0.3)"),
        ("cone", "Capsule(radius_m: 0.08, height_m: 0.4)"),
    ]
    found = {}
    for place, ((category, shape), (x, z)) in enumerate(zip(shapes, cells)):
        position = f"{x}, {draw.uniform(0.35, 0.6):.4f}, {z}"
        yaw, pitch, roll = (round(draw.uniform(-180, 180), 2) for _ in range(3))
        turn = f"Angles(yaw_deg: {yaw}, pitch_deg: {pitch}, roll_deg: {roll})"
        at = f"place: At(position_m: ({position}), orientation: {turn}), body: Body(kind: Static)"
        found[f"thing{place}"] = f'Object(category: "{category}", shape: {shape}, {at})'
    return found


def scene(things, large):
    """A scene of some objects: as a picture, or of these alone on the toolkit's large canvas."""
    width, height = SIZE
    lines = []
    for name, (pose, (fx, fy, cx, cy)) in CAMERAS.items():
        if large:
            cx, cy = cx + width, cy + height
        lines.append(f'"{name}": Camera(pose: {pose}, lens: Intrinsics(fx: {fx}, fy: {fy}, cx: {cx}, cy: {cy})),')
    place = "place: At(position_m: (0.1, 0.4, 0.6)), body: Body(kind: Static)"
    post = {} if large else {"post": f"Object(shape: Cylinder(radius_m: 0.03, height_m: 0.8), {place})"}
    entries = " ".join(f'"{name}": {text},' for name, text in {**things, **post}.items())
    return f"""Scene(
    categories: {json.dumps(CATEGORIES)},
    resolution: {(3 * width, 3 * height) if large else SIZE},
    cameras: {{ {" ".join(lines)} }},
    environment: Ambient(illuminance_lux: 2000),
    {"" if large else "ground: Ground(),"}
    objects: {{ {entries} }},
)
"""


def load(path):
    """A JSON file as the toolkit loads it: numbers for keys, and arrays for matrices."""

    def entry(pairs):
        return {int(key) if key.lstrip("-").isdigit() else key: shaped(key, value) for key, value in pairs.items()}

    def shaped(key, value):
        return np.array(value, float).reshape(SHAPES[key]) if key in SHAPES else value

    with open(path, encoding="utf-8") as file:
        return json.load(file, object_hook=entry)


def bbox(mask, offset=(0, 0)):
    """A box as the toolkit makes it: from the first to the last pixel, not cut at the image's edge."""
    rows, columns = np.nonzero(mask)
    x, y = int(columns.min()), int(rows.min())
    return [x - offset[0], y - offset[1], int(columns.max()) - x, int(rows.max()) - y]


def distances(depth, k):
    """Of a depth image, from the camera's centre; pixels count from the centre of the first one."""
    rows, columns = np.indices(depth.shape)
    x, y = (columns - k[0, 2]) / k[0, 0], (rows - k[1, 2]) / k[1, 1]
    return depth * np.sqrt(x * x + y * y + 1)


def lifted(depth, mask, k):
    """The points in the camera frame, in millimetres, of the pixels of a mask."""
    rows, columns = np.nonzero(mask & (depth > 0))
    z = depth[rows, columns]
    return np.stack([(columns - k[0, 2]) / k[0, 0] * z, (rows - k[1, 2]) / k[1, 1] * z, z])


class Picture:
    """A picture of an export with what is known of it, and the view of the dataset that it is made from."""

    def __init__(self, folder, number, view, indices):
        self.folder, self.number, self.view = folder, number, view
        self.camera, self.truths, self.infos = (index[number] for index in indices)
        self.steps = read_png(folder / "depth" / f"{number:06}.png")
        self.depth = self.steps.astype(np.float32) * self.camera["depth_scale"]
        self.natives = [a for a in view.annotations if not a["crowd"] and not a["volume"]]

    def mask(self, kind, place):
        return read_png(self.folder / kind / f"{self.number:06}_{place:06}.png") > 0

    def items(self):
        """Place, truth, information and annotation of each instance."""
        return zip(range(len(self.truths)), self.truths, self.infos, self.natives)

    def name(self, place):
        return f"{self.folder.name}/{self.number:06}_{place:06}"


def load_pictures(dataset, root):
    """The pictures of an export; a folder is one camera's, since no dataset here is a sequence."""
    cameras = [camera["name"] for camera in dataset.views[0].record["cameras"]]
    found = []
    for place, camera in enumerate(cameras):
        folder = root / "train_pbr" / f"{place:06}"
        indices = [load(folder / f"{name}.json") for name in ("scene_camera", "scene_gt", "scene_gt_info")]
        views = [view for view in dataset.views if view.camera["name"] == camera]
        assert all(list(index) == list(range(len(views))) for index in indices), f"{folder}: pictures of the indices"
        found += [Picture(folder, number, view, indices) for number, view in enumerate(views)]
    return found


def check_files(table, name, pictures):
    """What the files say, held against each other and the native record."""
    wrong = {what: [] for what in ("indices", "depth", "pose", "visible", "whole", "counts", "inside")}
    instances, farthest, scales = 0, 0.0, set()
    for picture in pictures:
        view, k = picture.view, picture.camera["cam_K"]
        counts = [len(picture.truths), len(picture.infos), len(picture.natives)]
        if len(set(counts)) > 1 or any(set(info) != INFO for info in picture.infos):
            wrong["indices"].append(f"{picture.folder.name}/{picture.number}: {counts} poses, entries of information, annotations")
        scale = picture.camera["depth_scale"]
        scales.add(scale)
        # What lies beyond 16 bits of the coarsest steps has no depth.
        native = np.where(view.depth < 655.355, 1000 * view.depth.astype(float), 0)
        off = np.abs(picture.steps * scale - native)
        farthest = max(farthest, float((off / scale).max()))
        if picture.steps.dtype != np.uint16 or off.max() > 0.5001 * scale or ((picture.steps == 0) != (native == 0)).any():
            wrong["depth"].append(f"{picture.folder.name}/{picture.number}: {off.max():.4f} mm off with steps of {scale} mm")
        for place, truth, info, native in picture.items():
            instances += 1
            where, pose = picture.name(place), np.array(native["camera_from_object"])
            rotation, position = truth["cam_R_m2c"], truth["cam_t_m2c"]
            same = np.allclose(rotation, pose[:3, :3], atol=1e-9) and np.allclose(position, 1000 * pose[:3, 3:], atol=1e-5)
            proper = np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6) and np.linalg.det(rotation) > 0
            if not (same and proper and truth["obj_id"] == native["category_id"]):
                wrong["pose"].append(f"{where}: {truth}, record {pose.tolist()}")
            visible, whole = picture.mask("mask_visib", place), picture.mask("mask", place)
            if (visible != view.mask(native)).any():
                wrong["visible"].append(f"{where}: {(visible != view.mask(native)).sum()} pixels")
            if (visible & ~whole).any() or whole.sum() != native["amodal"]["pixels"]:
                wrong["whole"].append(f"{where}: {whole.sum()} pixels, record {native['amodal']['pixels']}")
            expected = {
                "px_count_visib": int(visible.sum()),
                "px_count_valid": int((whole & (picture.depth > 0)).sum()),
                "visib_fract": visible.sum() / info["px_count_all"],
                "bbox_visib": bbox(visible),
            }
            for key, value in expected.items():
                if value != info[key] and not (key == "visib_fract" and math.isclose(value, info[key], abs_tol=1e-9)):
                    wrong["counts"].append(f"{where}: {key} {info[key]}, expected {value}")
            bounds = view.instances[native["instance_id"]]["bounds"]
            low, high = (1000 * np.reshape(bounds[end], (3, 1)) for end in ("min", "max"))
            points = rotation.T @ (lifted(picture.depth, visible, k) - position)
            slack = 0.01 * (high - low) + 2 + scale
            outside = ((points < low - slack) | (points > high + slack)).any(axis=0).sum()
            if outside or not np.allclose(low, -high, atol=1e-3):
                wrong["inside"].append(f"{where}: {outside} points outside the model's box {low.ravel()} to {high.ravel()}")
    steps = ", ".join(f"{scale:g}" for scale in sorted(scales))
    table.row(name, "scene_camera, scene_gt, scene_gt_info load and agree", len(pictures), wrong["indices"])
    table.row(name, "depth × depth_scale is the depth plane", len(pictures), wrong["depth"], f"≤ {farthest:.3f} of a step of {steps} mm")
    table.row(name, "obj_id, cam_R_m2c, cam_t_m2c (mm) are the record's", instances, wrong["pose"])
    table.row(name, "mask_visib is the instance plane", instances, wrong["visible"])
    table.row(name, "mask holds mask_visib, as many pixels as the record says", instances, wrong["whole"])
    table.row(name, "px_count_visib, px_count_valid, visib_fract, bbox_visib", instances, wrong["counts"], "from the masks")
    table.row(name, "pixels lifted lie in the model's box, centred on its origin", instances, wrong["inside"])


def alone(program, layout):
    """Views of each object alone on the large canvas, by its name and the camera's."""
    found = {}
    for thing, text in objects(layout).items():
        dataset = Dataset(program.render(f"layout{layout}-{thing}", scene({thing: text}, large=True), 1))
        for view in dataset.views:
            found[thing, view.camera["name"]] = view
    return found


def check_info(table, name, pictures, canvases):
    """`scene_gt_info` and masks as the toolkit calculates them from renderings of the models."""
    width, height = SIZE
    middle = slice(height, 2 * height), slice(width, 2 * width)
    keys = ("px_count_all", "px_count_valid", "px_count_visib", "visib_fract", "bbox_visib")
    wrong = {what: [] for what in ("mask", "mask_visib", "in", "cut", *keys)}
    instances, inside, cut, hidden = 0, 0, 0, 0
    for picture in pictures:
        k = picture.camera["cam_K"]
        for place, truth, info, native in picture.items():
            instances += 1
            where = picture.name(place)
            large = canvases[picture.view.instances[native["instance_id"]]["name"], picture.view.camera["name"]]
            (there,) = large.annotations
            assert np.allclose(there["camera_from_object"], native["camera_from_object"], atol=1e-8), f"{where}: another pose"
            large_depth = 1000 * large.depth.astype(float)
            depth_gt = large_depth[middle]
            dist_gt, dist_im = distances(depth_gt, k), distances(picture.depth, k)
            visible = (dist_gt > 0) & ((dist_gt - dist_im <= DELTA) | (dist_im == 0))
            ours = picture.mask("mask_visib", place)
            if (ours != visible).any():
                more, less = (ours & ~visible).sum(), (visible & ~ours).sum()
                wrong["mask_visib"].append(f"{where}: {more} pixels that the toolkit has not, {less} that it has")
            hidden += int((~visible & (dist_gt > 0)).sum())
            different = (picture.mask("mask", place) != (depth_gt > 0)).sum()
            if different:
                wrong["mask"].append(f"{where}: {different} pixels differ")
            count = int((large_depth > 0).sum())
            expected = {
                "px_count_all": count,
                "px_count_valid": int((dist_im[dist_gt > 0] > 0).sum()),
                "px_count_visib": int(visible.sum()),
                "visib_fract": visible.sum() / count,
                "bbox_visib": bbox(visible),
            }
            for key, value in expected.items():
                if value != info[key] and not (key == "visib_fract" and math.isclose(value, info[key], abs_tol=1e-9)):
                    wrong[key].append(f"{where}: {info[key]}, the toolkit has {value}")
            whole = bbox(large_depth > 0, (width, height))
            is_cut = bool((large_depth > 0).sum() > (depth_gt > 0).sum())
            cut, inside = cut + is_cut, inside + (not is_cut)
            if whole != info["bbox_obj"]:
                wrong["cut" if is_cut else "in"].append(f"{where}: {info['bbox_obj']}, the toolkit has {whole}")
    table.row(name, "mask is the model's silhouette", instances, wrong["mask"], "rendered alone")
    figures = f"delta {DELTA} mm; {hidden} pixels are hidden"
    table.row(name, "mask_visib is the toolkit's visibility test", instances, wrong["mask_visib"], figures)
    for key in keys:
        table.row(name, key, instances, wrong[key])
    table.row(name, "bbox_obj of what lies within the image", inside, wrong["in"])
    table.row(name, "bbox_obj of what the image's edge cuts", cut, wrong["cut"], "the toolkit does not end it at the edge")


def check_poses(table, name, pictures):
    """Points of a model's surface that one camera sees are where the other one has the model."""
    wrong, checked, points_checked, excess = [], 0, 0, 0.0
    by_frame = {}
    for picture in pictures:
        by_frame.setdefault(picture.view.record["key"], []).append(picture)
    for first, second in [pair for one, two in by_frame.values() for pair in ((one, two), (two, one))]:
        there = {native["instance_id"]: (place, truth) for place, truth, _, native in second.items()}
        for place, truth, _, native in first.items():
            if native["instance_id"] not in there:
                continue
            points = lifted(first.depth, first.mask("mask_visib", place), first.camera["cam_K"])
            model = truth["cam_R_m2c"].T @ (points - truth["cam_t_m2c"])
            other, pose = there[native["instance_id"]]
            seen = second.camera["cam_K"] @ (pose["cam_R_m2c"] @ model + pose["cam_t_m2c"])
            x, y = seen[:2] / seen[2]
            checked += 1
            # Where the image ends, so does what can be said.
            kept = (x > -0.5) & (x < SIZE[0] - 0.5) & (y > -0.5) & (y < SIZE[1] - 0.5)
            points_checked += int(kept.sum())
            if kept.any():
                left, top, width, height = bbox(second.mask("mask", other))
                over = max(left - x[kept].min(), x[kept].max() - left - width)
                over = max(over, top - y[kept].min(), y[kept].max() - top - height)
                excess = max(excess, float(over))
                if over > 1:
                    wrong.append(f"{second.name(other)}: points lie {over:.2f} pixels outside bbox_obj")
    figures = f"{points_checked} points, ≤ {excess:.2f} pixels outside"
    table.row(name, "surface points of one camera lie in the other's bbox_obj", checked, wrong, figures)


def main():
    given = arguments(__doc__.splitlines()[0])
    program, table = Program(given), Table()
    for name in given.scenes:
        folder = program.render(name)
        check_files(table, name, load_pictures(Dataset(folder), program.export(folder, "bop") / "bop"))
    for layout in range(LAYOUTS):
        name = f"layout{layout}"
        folder = program.render(name, scene(objects(layout), large=False), 1)
        pictures = load_pictures(Dataset(folder), program.export(folder, "bop") / "bop")
        check_files(table, name, pictures)
        check_info(table, name, pictures, alone(program, layout))
        check_poses(table, name, pictures)
    table.end()


if __name__ == "__main__":
    main()
