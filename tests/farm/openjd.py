#!/usr/bin/env python3
"""Tries `maquette farm openjd` with OpenJD's own runner, and reads the manifests of `maquette farm kubernetes`.

    python3 tests/farm/openjd.py PROGRAM [--scene FILE] [--frames 0-39] [--keep]

PROGRAM is maquette, or what stands in for it. What the template's steps leave must be, byte for byte, what one process
writes. The manifests are held against the schema of Kubernetes, and their arguments against what was asked for. The
tools come from PyPI into a virtual environment in the temporary folder, or are taken from `--venv FOLDER`.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import venv

from common import SCENE, SCENE_NAME, compare, run, say

PACKAGES = ("openjd-cli==0.8.0", "kubernetes-validate==1.37.0", "PyYAML==6.0.3")
PARTS = 4
# Read by the Python of the virtual environment, which has the packages.
READ_MANIFESTS = r"""
import json, sys, yaml, kubernetes_validate
found = []
for path in sys.argv[1:]:
    manifest = yaml.safe_load(open(path))
    kubernetes_validate.validate(manifest, "1.34", strict=True)
    [container] = manifest["spec"]["template"]["spec"]["containers"]
    found.append(container["args"])
print(json.dumps(found), file=sys.stderr)
"""


def tools(folder):
    """A virtual environment with the packages."""
    if not (folder / "bin" / "openjd").exists():
        venv.create(folder, with_pip=True)
        run(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
        say("OpenJD and kubernetes-validate are installed")
    return folder / "bin"


def try_openjd(program, tools, wanted, folder, alone):
    """Checks the template and runs it."""
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(folder)}
    command = [program, "farm", "openjd", *wanted, "--output", folder / "out put", "--parts", PARTS,
               "--job-dir", folder / "job", "--name", "trial"]
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    log = done.stdout + done.stderr
    if done.returncode:
        sys.exit(f"openjd failed:\n{log}")
    run(tools / "openjd", "check", folder / "job" / "template.yaml")
    chunks = [line.split(" = ")[1] for line in log.splitlines() if "Part(CHUNK[INT]) = " in line]
    say(f"OpenJD ran the chunks {chunks} and the merge")
    if "openjd_progress: 100" not in log:
        sys.exit(f"no progress was told:\n{log}")
    compare(folder / "out put", alone)


def try_failing(program, tools, wanted, folder):
    """A scene that is bad fails the job, and says so."""
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(folder)}
    bad = folder / "bad.ron"
    bad.write_text("Scene(bad")
    command = [program, "farm", "openjd", bad, *wanted[1:], "--output", folder / "none", "--job-dir", folder / "bad"]
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode == 0 or (folder / "none" / "manifest.json").exists():
        sys.exit(f"a bad scene went through:\n{done.stdout}{done.stderr}")
    say(f"a bad scene is refused, with {done.returncode}")


def try_kubernetes(program, tools, folder):
    """Reads manifests for a scene whose name has everything in it."""
    import json

    scene, output = f"/data/{SCENE_NAME} $(HOME)\n", "/data/out put"
    command = [program, "farm", "kubernetes", scene, "--frames", "0-9999", "--output", output, "--parts", PARTS,
               "--image", "maquette:1", "--mount", "datasets=/data", "--secret", "keys", "--service-account", "me",
               "--cpus", 4, "--memory-mib", 8192, "--gpus", 1, "--time-limit-min", 60, "--at-once", 2,
               "--name", "trial", "--set", "lights.sun.elevation_deg=30", "--dry-run"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    # The printed lines write the files; the last of them would hand the job over.
    lines, _, _ = done.stdout.partition("\nkubectl ")
    run("bash", "-ec", f"cd '{folder}'\n{lines}")
    manifests = [folder / "trial.job" / name for name in ("render.yaml", "merge.yaml")]
    render, merge = json.loads(run(tools / "python", "-c", READ_MANIFESTS, *manifests))
    escaped = scene.replace("$", "$$")
    expected = ["render", escaped, "--frames", "0-9999", "--seed", "0", "--shard-frames", "100",
                "--shard", f"$(JOB_COMPLETION_INDEX)/{PARTS}", "--output", output,
                "--set", "lights.sun.elevation_deg=30"]
    if render != expected or merge != ["merge", "--frames", "0-9999", "--output", output]:
        sys.exit(f"not what was asked for: {render} {merge}")
    say("the manifests of Kubernetes pass, with the arguments that were asked for")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--scene", type=pathlib.Path, help="a small scene; one with a mug if left out")
    parser.add_argument("--frames", default="0-39")
    parser.add_argument("--shard-frames", default="5")
    parser.add_argument("--venv", type=pathlib.Path, help="a virtual environment that is there")
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    asked = parser.parse_args()
    program = asked.program.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="maquette-openjd-"))
    try:
        scene = folder / SCENE_NAME
        scene.write_text(asked.scene.read_text() if asked.scene else SCENE)
        bin_folder = tools((asked.venv or folder / "venv").absolute())
        wanted = [scene, "--frames", asked.frames, "--shard-frames", asked.shard_frames, "--seed", "7"]
        at_once = dict(os.environ)
        run(program, "render", *wanted, "--output", folder / "alone", environment=at_once)
        say("one process has made it")
        try_openjd(program, bin_folder, wanted, folder, folder / "alone")
        try_failing(program, bin_folder, wanted, folder)
        try_kubernetes(program, bin_folder, folder)
    finally:
        if asked.keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
