"""What the tests of schedulers share: telling, waiting, and comparing folders byte by byte."""
import os
import pathlib
import subprocess
import sys
import time

START = time.monotonic()
# Names that every layer between here and the program has to leave alone.
SCENE_NAME = "it's a \"$scene\" {{x}}.ron"
SCENE = """Scene(
    resolution: (96, 64),
    categories: ["mug"],
    cameras: { "main": Camera(pose: Orbit(distance_m: Uniform(0.4, 0.6))) },
    ground: (),
    objects: { "mug": Object(category: "mug", shape: Library(name: "mug")) },
)
"""


def say(what):
    print(f"{time.monotonic() - START:6.1f} s  {what}", flush=True)


def wait_for(what, within_s, ask, every_s=0.25):
    """Asks until the answer is true, and gives it."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(every_s)
    sys.exit(f"gave up after {within_s} s of waiting: {what}")


def run(*command, environment=None):
    """Runs a command to its end, whose output is shown if it fails; gives what it wrote to standard error."""
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nleft {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stderr


def files_of(folder):
    """Every file's bytes by its path."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = pathlib.Path(parent, name)
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def compare(made, expected):
    """Ends the test unless both folders hold the same files with the same bytes."""
    made, expected = files_of(made), files_of(expected)
    if not expected:
        sys.exit("there is nothing to compare with")
    wrong = [f"missing: {name}" for name in sorted(expected.keys() - made.keys())]
    wrong += [f"too many: {name}" for name in sorted(made.keys() - expected.keys())]
    wrong += [f"other bytes: {name}" for name in sorted(made.keys() & expected.keys()) if made[name] != expected[name]]
    if wrong:
        sys.exit("\n".join([*wrong[:20], f"{len(wrong)} files are not as a single process writes them"]))
    say(f"{len(made)} files, {sum(map(len, made.values()))} bytes: the same as those of one process")
