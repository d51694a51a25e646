"""Lenses against OpenCV: where it projects points to, and what it makes of a picture whose lines are bent."""

import cv2
import numpy as np
import OpenEXR
import pytest
from conftest import Dataset, call

SIZE = 320, 240
K = {"fx": 260.0, "fy": 258.0, "cx": 163.0, "cy": 117.0}
MATRIX = np.array([[K["fx"], 0, K["cx"]], [0, K["fy"], K["cy"]], [0, 0, 1]])
BARREL = {"k1": -0.28, "k2": 0.08, "p1": 0.002, "p2": -0.0015, "k3": -0.005}
FISHEYE = {"k1": 0.02, "k2": -0.006, "k3": 0.001, "k4": -0.0002}
INTRINSICS = ", ".join(f"{name}: {value}" for name, value in K.items())


def said(coefficients):
    return ", ".join(f"{name}: {value}" for name, value in coefficients.items())


# Numbers are those that OpenCV has: pixels from the middle of the first one.
LENSES = {
    "straight": f"Intrinsics({INTRINSICS}, origin: Center)",
    "barrel": f"Intrinsics({INTRINSICS}, origin: Center, distortion: Distortion({said(BARREL)}))",
    "fisheye": f"KannalaBrandt({INTRINSICS}, origin: Center, {said(FISHEYE)})",
}
SCENE = """
Scene(
    categories: ["thing"],
    resolution: (320, 240),
    // Without what single samples make of fine patterns.
    samples: 32,
    cameras: {"main": Camera(pose: LookAt(eye_m: (0.2, 1.7, 0.7), target_m: (0, 0.1, 0)), lens: LENS)},
    environment: Ambient(illuminance_lux: 2000),
    labels: Labels(planes: [Linear]),
    ground: Ground(material: Material(base_color: Linear(0.02, 0.02, 0.02), roughness: 1)),
    objects: {
        "box": Object(
            category: "thing", shape: Box(size_m: (0.3, 0.4, 0.2)), count: 14,
            place: Above(region: Rectangle(size_m: (2.0, 1.8))),
            keypoints: {
                "a": (0.15, 0.2, 0.1), "b": (-0.15, 0.2, 0.1), "c": (0.15, -0.2, 0.1), "d": (0.15, 0.2, -0.1), "middle": (0, 0, 0),
            },
        ),
        "ball": Object(
            category: "thing", shape: Sphere(radius_m: 0.12), count: 3, place: Above(region: Rectangle(size_m: (1.4, 1.0))),
        ),
    },
)
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """By lens the one picture of the scene."""
    folder = tmp_path_factory.mktemp("lens")
    views = {}
    for name, lens in LENSES.items():
        scene = folder / f"{name}.ron"
        scene.write_text(SCENE.replace("LENS", lens))
        output = folder / name
        call("render", scene, "--frames", 1, "--seed", 3, "--output", output)
        (views[name],) = Dataset(output).views
    return views


def places(view):
    """Named points in the camera frame, and where the record says that they are in the image."""
    points = [point for annotation in view.annotations for point in annotation["keypoints"]]
    points = [point for point in points if point["visibility"] != "absent"]
    assert len(points) > 8
    return np.array([point["position_m"] for point in points]), np.array([point["position"] for point in points])


def test_points_are_where_opencv_projects_them(seen):
    zero = np.zeros(3)
    for name, project in {
        "straight": lambda points: cv2.projectPoints(points, zero, zero, MATRIX, np.zeros(5)),
        "barrel": lambda points: cv2.projectPoints(points, zero, zero, MATRIX, np.array([*BARREL.values()])),
        "fisheye": lambda points: cv2.fisheye.projectPoints(
            points.reshape(-1, 1, 3), zero, zero, MATRIX, np.array([*FISHEYE.values()])
        ),
    }.items():
        points, expected = places(seen[name])
        found = project(points)[0].reshape(-1, 2) + 0.5
        # Far less than the tenth of a pixel that a calibration can have.
        assert np.abs(found - expected).max() < 1e-4, name


def test_the_record_says_what_opencv_needs(seen):
    camera = seen["barrel"].camera
    assert camera["lens"]["BrownConrady"] == {**BARREL, "k4": 0.0, "k5": 0.0, "k6": 0.0}
    assert camera["intrinsics"] == {**K, "cx": K["cx"] + 0.5, "cy": K["cy"] + 0.5}
    assert seen["straight"].camera["lens"] == "Pinhole"


def undistorted(name, plane, how):
    coefficients = {"barrel": BARREL, "fisheye": FISHEYE}[name]
    coefficients = np.array([*coefficients.values()])
    if name == "fisheye":
        maps = cv2.fisheye.initUndistortRectifyMap(MATRIX, coefficients, np.eye(3), MATRIX, SIZE, cv2.CV_32FC1)
    else:
        maps = cv2.initUndistortRectifyMap(MATRIX, coefficients, np.eye(3), MATRIX, SIZE, cv2.CV_32FC1)
    inside = (maps[0] >= 0) & (maps[0] < SIZE[0] - 1) & (maps[1] >= 0) & (maps[1] < SIZE[1] - 1)
    return cv2.remap(plane, *maps, how), inside


def light(view):
    """Green before the tone curve."""
    return OpenEXR.File(str(view.path("linear")), separate_channels=True).channels()["G"].pixels.astype(np.float64)


@pytest.mark.parametrize("name", ["barrel", "fisheye"])
def test_opencv_makes_lines_straight_again(seen, name):
    """What OpenCV's undistortion makes of the picture is what a pin-hole sees, within a tenth of a pixel all over."""
    # Smooth, so that it matters little that one of them was resampled; and linear, as light adds up.
    smooth = lambda plane: cv2.GaussianBlur(plane, (0, 0), 1.5)
    straight = smooth(light(seen["straight"]))
    found, _ = undistorted(name, light(seen[name]), cv2.INTER_LINEAR)
    found = smooth(found)
    down, across = np.gradient(straight)
    shifts = []
    for top in (12, 84, 156):
        for left in (12, 90, 168, 246):
            part = np.s_[top : top + 72, left : left + 62]
            # How far one is shifted against the other, by least squares (Lucas and Kanade 1981).
            # Contrast may differ a little: one was resampled.
            columns = [across[part], down[part], straight[part], np.ones((72, 62))]
            columns = np.stack([column.ravel() for column in columns], axis=1)
            solved, *_ = np.linalg.lstsq(columns, (straight - found)[part].ravel(), rcond=None)
            shifts.append(np.hypot(*solved[:2]))
    assert max(shifts) < 0.1, shifts


@pytest.mark.parametrize("name", ["barrel", "fisheye"])
def test_ids_are_bent_as_the_picture_is(seen, name):
    ids, inside = undistorted(name, seen[name].instance, cv2.INTER_NEAREST)
    straight = seen["straight"].instance
    edges = cv2.morphologyEx(straight, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint16)) > 0
    differ = (ids != straight) & inside
    # Two roundings to whole pixels at edges, and nothing anywhere else.
    assert not (differ & ~edges).any()
    assert differ.sum() < 0.35 * (edges & inside).sum()


def rays(name, pixels):
    """Directions that OpenCV says are seen at pixels: one deep, or of unit length for a fisheye."""
    pixels = pixels.reshape(-1, 1, 2) - 0.5
    if name == "fisheye":
        plane = cv2.fisheye.undistortPoints(pixels, MATRIX, np.array([*FISHEYE.values()]))
    else:
        coefficients = np.array([*BARREL.values()]) if name == "barrel" else np.zeros(5)
        # As exact as it can be.
        criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-12)
        plane = cv2.undistortPointsIter(pixels, MATRIX, coefficients, np.eye(3), MATRIX @ np.linalg.inv(MATRIX), criteria)
    rays = np.hstack([plane.reshape(-1, 2), np.ones((len(pixels), 1))])
    return rays / np.linalg.norm(rays, axis=1, keepdims=True) if name == "fisheye" else rays


@pytest.mark.parametrize("name", [*LENSES])
def test_depth_puts_balls_where_they_are(seen, name):
    """A fisheye's depth is distance, all others' is along the optical axis."""
    view = seen[name]
    balls = [a for a in view.annotations if view.instances[a["instance_id"]]["name"].startswith("ball")]
    for annotation in balls:
        rows, columns = np.nonzero(view.mask(annotation))
        pixels = np.stack([columns, rows], axis=1) + 0.5
        points = rays(name, pixels) * view.depth[rows, columns, None]
        radii = np.linalg.norm(points - annotation["box_3d"]["center_m"], axis=1)
        # A ball of triangles is flatter between its corners; at its outline a pixel may be seen a little aside.
        assert np.abs(np.median(radii) - 0.12) < 0.001 and np.percentile(np.abs(radii - 0.12), 97) < 0.002
    assert len(balls) >= 2
