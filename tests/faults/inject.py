"""Usage: inject.py [--all | --sample N] [--verb VERB]... [--fault FAULT]... [--keep DIR]

Injects faults into the verbs that write. For each verb, strace lists the system calls by which the
helper changes files. Then the verb runs again in a fresh copy of the same home, once for each of
these calls and each fault: SIGKILL before the call, or ENOSPC or EIO as its result. After each run:

- each environment is whole: as it was before, or as the verb leaves it; a new one may also be
  `incomplete` after SIGKILL;
- an environment whose status is `ok` starts;
- after ENOSPC or EIO, the verb has failed with a message, unless the result is complete;
- the next verb and `multivenv doctor` report no leftovers.

Prints a line for each violation, and the counts at the end. The exit status is 1 if there are any
violations, 2 if strace is missing. --sample N takes every Nth call, a different one for each fault;
the default is 17.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from typing import Dict, Iterator, NamedTuple, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HELPER = f"{ROOT}/helper/__main__.py"

CHANGING = (
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"),
    *("link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "ftruncate"),
    *("write", "pwrite64", "fsync", "fdatasync", "syncfs", "openat", "open"),
)
"""System calls that change files; an open counts only with O_CREAT or O_TRUNC, a write only to a
file."""

ON_FILES = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fchmod", "syncfs")
"""Of these, the calls that count only on a file of the world."""

FAULTS = ("SIGKILL", "ENOSPC", "EIO")
SECONDS = 120
"""Time limit for one run of a verb."""

TEMPORARY = (".new", ".multivenv-new")
"""Endings of files that a kill may leave until the next change, or until doctor --fix."""

Tree = Dict[str, Tuple[object, ...]]


class Call(NamedTuple):
    """A system call that changes files."""

    name: str
    number: int
    """It is this invocation of the system call, counted from 1."""
    text: str


class Scenario(NamedTuple):
    """A verb and the home that it runs in."""

    verb: str
    words: list[str]
    prepare: list[list[str]]
    """The verbs that make the home."""
    damage: str | None = None
    """What happens to the environment `web` before the verb runs."""


SCENARIOS = (
    Scenario("mkvenv", ["mkvenv", "new"], []),
    Scenario("mkvenv --bind", ["mkvenv", "--bind=PROJECT", "new"], []),
    Scenario("rmvenv", ["rmvenv", "-y", "web"], [["mkvenv", "--without-pip", "web"]]),
    Scenario(
        "rmvenv bound",
        ["rmvenv", "-y", "web"],
        [
            ["mkvenv", "--without-pip", "web"],
            ["bindvenv", "--dot-venv", "--python-envs", "web", "PROJECT"],
        ],
    ),
    Scenario(
        "rmvenv set",
        ["rmvenv", "-y", "--unused", "0"],
        [
            ["mkvenv", "--without-pip", "web"],
            ["mkvenv", "--without-pip", "other"],
            ["bindvenv", "--dot-venv", "web", "PROJECT"],
        ],
    ),
    Scenario(
        "restore",
        ["mkvenv", "--restore", "web"],
        [["mkvenv", "--without-pip", "web"], ["rmvenv", "-y", "web"]],
    ),
    Scenario(
        "restore last",
        ["mkvenv", "--restore", "--last"],
        [
            ["mkvenv", "--without-pip", "web"],
            ["mkvenv", "--without-pip", "other"],
            ["rmvenv", "-y", "web", "other"],
        ],
    ),
    Scenario("cpvenv", ["cpvenv", "web", "copy"], [["mkvenv", "--without-pip", "web"]]),
    Scenario("mvvenv", ["mvvenv", "web", "moved"], [["mkvenv", "--without-pip", "web"]]),
    Scenario(
        "mvvenv linked",
        ["mvvenv", "web", "moved"],
        [
            ["mkvenv", "--without-pip", "web"],
            ["bindvenv", "--dot-venv", "--python-envs", "web", "PROJECT"],
            ["linkvenv", "web", "tool"],
        ],
    ),
    Scenario(
        "fixvenv relink", ["fixvenv", "-y", "web"], [["mkvenv", "--without-pip", "web"]], "dangling"
    ),
    Scenario(
        "fixvenv rewrite", ["fixvenv", "-y", "web"], [["mkvenv", "--without-pip", "old"]], "moved"
    ),
    Scenario(
        "fixvenv rebuild", ["fixvenv", "-y", "web"], [["mkvenv", "--without-pip", "web"]], "corrupt"
    ),
    Scenario(
        "bindvenv",
        ["bindvenv", "--dot-venv", "--python-envs", "web", "PROJECT"],
        [["mkvenv", "--without-pip", "web"]],
    ),
    Scenario(
        "bindvenv --remove",
        ["bindvenv", "--remove", "--dot-venv", "--python-envs", "web"],
        [
            ["mkvenv", "--without-pip", "web"],
            ["bindvenv", "--dot-venv", "--python-envs", "web", "PROJECT"],
        ],
    ),
    Scenario("linkvenv", ["linkvenv", "web", "tool"], [["mkvenv", "--without-pip", "web"]]),
    Scenario("adopt", ["adopt", "ELSEWHERE/web", "mine"], []),
)


class World:
    """A private HOME in a folder of its own, and the helper in it."""

    def __init__(self, folder: str, cache: str) -> None:
        self.folder = folder
        self.home = f"{folder}/home"
        self.venvs = f"{self.home}/.multivenv"
        self.environ = {
            "HOME": self.home,
            "PATH": f"{os.path.dirname(sys.executable)}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": f"{folder}/tmp",
            "MULTIVENV_HOME": self.venvs,
            "MULTIVENV_CACHE": f"{cache}/multivenv",
            "MULTIVENV_PYTHON": sys.executable,
        }

    def words(self, words: list[str]) -> list[str]:
        places = {"PROJECT": f"{self.home}/project", "ELSEWHERE": f"{self.home}/elsewhere"}
        for name, path in places.items():
            words = [word.replace(name, path) for word in words]
        return [sys.executable, "-I", "-S", "-B", "-X", "utf8", HELPER, *words]

    def run(
        self, words: list[str], prefix: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            done = subprocess.run(
                [*prefix, *self.words(words)],
                env=self.environ,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            done = subprocess.CompletedProcess(error.cmd, 124, b"", b"timeout")
        wait_for_orphans()
        return done

    def prepare(self, scenario: Scenario) -> None:
        for place in ("project", "elsewhere", ".local/bin"):
            os.makedirs(f"{self.home}/{place}")
        os.makedirs(f"{self.folder}/tmp")
        os.makedirs(self.venvs)
        for words in scenario.prepare:
            done = self.run(words)
            add_tool(self.venvs)
            assert done.returncode == 0, (scenario.verb, words, done.stderr)
        web = f"{self.venvs}/web"
        if scenario.verb == "adopt":
            subprocess.run(
                [sys.executable, "-m", "venv", "--without-pip", f"{self.home}/elsewhere/web"],
                check=True,
            )
        if scenario.damage == "dangling":
            os.unlink(f"{web}/bin/python")
            os.symlink("/nowhere/bin/python3", f"{web}/bin/python")
        elif scenario.damage == "moved":
            os.rename(f"{self.venvs}/old", web)
        elif scenario.damage == "corrupt":
            os.unlink(f"{web}/pyvenv.cfg")


_SET_CHILD_SUBREAPER = 36
"""An option of prctl(2)."""


def adopt_orphans() -> None:
    """Become the parent of processes that a killed helper leaves behind."""
    ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_orphans() -> None:
    """Wait until nothing that a verb started still writes to the world."""
    signal.alarm(SECONDS)  # one that never ends ends this program
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    signal.alarm(0)


def add_tool(venvs: str) -> None:
    """Put a command that linkvenv can link into each environment."""
    for name in os.listdir(venvs):
        file = f"{venvs}/{name}/bin/tool"
        if os.path.isdir(os.path.dirname(file)) and not os.path.exists(file):
            with open(file, "w", encoding="utf-8") as script:
                script.write(f"#!{venvs}/{name}/bin/python\n")
            os.chmod(file, 0o755)


def tree_of(world: World) -> dict[str, Tree]:
    """Each environment, the project and the links: what is there, without times and marks."""
    trees: dict[str, Tree] = {}
    for name in sorted(os.listdir(world.venvs)) if os.path.isdir(world.venvs) else []:
        if name != ".multivenv":
            trees[name] = dict(entries(f"{world.venvs}/{name}", world.folder))
    trees["//project"] = dict(entries(f"{world.home}/project", world.folder))
    trees["//bin"] = dict(entries(f"{world.home}/.local/bin", world.folder))
    return trees


def entries(top: str, folder: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    if os.path.islink(top):
        yield "", ("link", os.readlink(top).replace(folder, "WORLD"))
        return
    for place, folders, files in os.walk(top):
        for name in folders + files:
            path = f"{place}/{name}"
            where = path[len(top) :]
            if name in (".last-used", ".multivenv-sound", "__pycache__") or "__pycache__" in where:
                continue
            if name.endswith(TEMPORARY):  # check() looks for them after doctor --fix
                continue
            found = os.lstat(path)
            if stat.S_ISLNK(found.st_mode):
                yield where, ("link", os.readlink(path).replace(folder, "WORLD"))
            elif stat.S_ISDIR(found.st_mode):
                yield where, ("folder", stat.S_IMODE(found.st_mode))
            else:
                yield where, ("file", stat.S_IMODE(found.st_mode), content(path, name, folder))


def content(path: str, name: str, folder: str) -> object:
    with open(path, "rb") as file:
        data = file.read().replace(folder.encode(), b"WORLD")
    if name == ".multivenv.json":
        record = json.loads(data)
        record.pop("created", None)
        return json.dumps(record, sort_keys=True)
    if name == "RECORD":  # the hashes of scripts depend on the path
        return re.sub(rb",sha256=[^,]*,\d+", b"", data)
    return data


def changing_calls(world: World, scenario: Scenario, log: str) -> list[Call]:
    """The calls that change files, from the first one below the world's folder or the cache."""
    done = world.run(
        scenario.words,
        (
            "strace",
            "-qq",
            "-y",
            "-s",
            "200",
            "-o",
            log,
            "-e",
            f"trace={','.join('?' + name for name in CHANGING)}",
        ),
    )
    assert done.returncode == 0, (scenario.verb, done.returncode, done.stderr)
    found: list[Call] = []
    counts: dict[str, int] = {}
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\w+)\((.*)", line)
            if match is None:
                continue
            name, rest = match[1], match[2]
            counts[name] = counts.get(name, 0) + 1
            if name in ("openat", "open") and not re.search(r"O_CREAT|O_TRUNC", rest):
                continue
            if name in ON_FILES and world.folder not in rest.split(",")[0]:
                continue
            found.append(Call(name, counts[name], line.strip()[:160]))
    return list(thinned(found))


_KINDS = {
    **dict.fromkeys(("mkdir", "mkdirat", "link", "linkat"), "copy"),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), "delete"),
}
"""Calls of which a long row does one thing."""


def thinned(calls: list[Call]) -> Iterator[Call]:
    """The calls without the middle of long rows of the same call: a tree is linked, or deleted."""
    kinds = [_KINDS.get(call.name, call.name) for call in calls]
    start = 0
    for index, call in enumerate(calls):
        if index and kinds[index] != kinds[index - 1]:
            start = index
        end = index
        while end < len(calls) and kinds[end] == kinds[index] and end < index + 4:
            end += 1
        last = end == len(calls) or kinds[end] != kinds[index]
        if index - start < 4 or last or (index - start) % 97 == 0:
            yield call


def check(
    world: World,
    fault: str,
    status: int,
    said: bytes,
    before: dict[str, Tree],
    after: dict[str, Tree],
) -> list[str]:
    """What is wrong after a run."""
    problems = []
    if b"Traceback" in said:
        problems.append("a traceback: " + said.decode("utf-8", "replace").strip().split("\n")[-1])
    if status == 124:
        problems.append("it did not end")
    listed = world.run(["lsvenvs", "--json"])
    if listed.returncode != 0:
        return [*problems, f"lsvenvs failed: {listed.stderr.decode()[-300:]}"]
    statuses = {each["name"]: each for each in json.loads(listed.stdout)["environments"]}
    now = tree_of(world)
    complete = now == after
    if fault != "SIGKILL" and status == 0 and not complete:
        problems.append("exit status 0, and the work is not done")
    if fault != "SIGKILL" and status != 0 and not said.strip():
        problems.append("it failed without a message")
    for name in sorted(set(before) | set(after) | set(now)):
        if now.get(name) in (before.get(name), after.get(name)):
            continue
        if name.startswith("//"):  # here each entry changes by itself
            problems += [
                f"{name[2:]}{key} is neither as before nor as after"
                for key, entry in now[name].items()
                if entry not in (before[name].get(key), after[name].get(key))
            ]
            continue
        if (
            fault == "SIGKILL"
            and name in statuses
            and name not in before
            and statuses[name]["status"] == "incomplete"
        ):
            world.run(["rmvenv", "-y", name])  # as its message says
            continue
        if name in statuses and statuses[name]["status"] not in (
            "ok",
            "drifted",
            "moved",
            "hollow",
        ):
            problems.append(f"{name} is {statuses[name]['status']}")
            continue
        problems.append(
            f"{name} is neither as before nor as after:"
            f" {difference(now.get(name), before.get(name), after.get(name))}"
        )
    if (
        len([name for name in ("web", "moved") if name in now]) == 0
        and "web" in before
        and "moved" in after
    ):
        problems.append("both names are gone")
    for name, each in statuses.items():
        if each["status"] == "ok":
            python = f"{each['path']}/bin/python"
            ran = subprocess.run(
                [python, "-I", "-c", "import sys; print(sys.prefix)"],
                capture_output=True,
                check=False,
            )
            if ran.returncode != 0:
                problems.append(f"{name} is ok and does not start")
    doctor = world.run(["doctor", "--", "--fix"])
    doctor = world.run(["doctor", "--", "--json"])
    try:
        report = json.loads(doctor.stdout)
        same = tuple(f"'{name}' is " for name in before if now.get(name) == before[name])
        problems += [
            f"doctor: {each}"
            for each in report["problems"]
            if "leads" not in each and not each.startswith(same or ("//",))
        ]
    except ValueError:
        problems.append(f"doctor failed: {doctor.stderr.decode()[-300:]}")
    left = leftovers(world)
    if left:
        problems.append(f"left behind: {', '.join(left)}")
    return problems


def difference(now: Tree | None, before: Tree | None, after: Tree | None) -> str:
    if now is None:
        return "it is gone"
    texts = []
    for label, tree in (("before", before), ("after", after)):
        if tree is not None:
            keys = sorted(key for key in set(now) | set(tree) if now.get(key) != tree.get(key))
            texts.append(f"{len(keys)} entries differ from {label}, such as {keys[:2]}")
    return "; ".join(texts) or "it should not exist"


def leftovers(world: World) -> list[str]:
    """Temporary files and unfinished work anywhere in the world."""
    found = []
    for place, folders, files in os.walk(world.home):
        if place.endswith("/site-packages"):
            folders[:] = []
        for name in files + folders:
            where = f"{place}/{name}"[len(world.home) + 1 :]
            if name.endswith(TEMPORARY) or re.search(
                r"\.multivenv/(staging|trash|aside|journal|locks)/.", where
            ):
                found.append(where)
    return found[:5]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int, default=17)
    parser.add_argument("--verb", action="append")
    parser.add_argument("--fault", action="append", choices=FAULTS)
    given = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed", file=sys.stderr)
        return 2
    adopt_orphans()
    step = 1 if given.all else given.sample
    base = tempfile.mkdtemp(prefix="faults-")
    cache = f"{base}/cache"
    os.makedirs(f"{cache}/multivenv")
    total, bad = 0, 0
    try:
        warm = World(f"{base}/warm", cache)
        warm.prepare(Scenario("warm", [], [["mkvenv", "warm"]]))
        for scenario in SCENARIOS:
            if given.verb and not any(scenario.verb.startswith(verb) for verb in given.verb):
                continue
            runs, problems = inject(scenario, given.fault or FAULTS, step, base, cache)
            total, bad = total + runs, bad + len(problems)
            print(f"{scenario.verb:<20} {runs:>4} faults, {len(problems)} violations", flush=True)
            for line in problems:
                print(f"    {line}", flush=True)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{total} faults injected, {bad} violations")
    return 1 if bad or not total else 0


def inject(
    scenario: Scenario, faults: tuple[str, ...], step: int, base: str, cache: str
) -> tuple[int, list[str]]:
    """Run a verb with each fault at each call, or at every Nth. Returns the runs and violations."""
    folder = f"{base}/world"
    pattern = f"{base}/pattern"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(pattern, ignore_errors=True)
    world = World(folder, cache)
    world.prepare(scenario)
    subprocess.run(["cp", "-a", folder, pattern], check=True)
    before = tree_of(world)
    calls = changing_calls(world, scenario, f"{base}/log")
    after = tree_of(world)
    runs, problems = 0, []
    for offset, fault in enumerate(faults):
        for call in calls[offset % step :: step]:
            shutil.rmtree(folder)
            subprocess.run(["cp", "-a", pattern, folder], check=True)
            how = "signal=SIGKILL" if fault == "SIGKILL" else f"error={fault}"
            done = world.run(
                scenario.words,
                (
                    "strace",
                    "-qq",
                    "-o",
                    "/dev/null",
                    "-e",
                    f"trace={call.name}",
                    "-e",
                    f"inject={call.name}:{how}:when={call.number}",
                ),
            )
            runs += 1
            where = f"{fault} at {call.name} {call.number} [{call.text[:110]}]"
            found = check(world, fault, done.returncode, done.stderr, before, after)
            problems += [f"{where}: {problem}" for problem in found]
    return runs, problems


sys.exit(main())
