"""Usage: verdicts.py, started by modules.py

Holds helper/inspection/verdict.py to a table: facts, a verdict. Prints what differs.
"""

from __future__ import annotations

import sys
from typing import Any

from helper.base.formats import Config
from helper.inspection.damage import Damage
from helper.inspection.facts import Base, Facts, Machine
from helper.inspection.verdict import OK, REFUSED, STATUS, WARNED, Verdict, judge

LINUX = Machine("Linux", "x86_64", "x86-64 ELF")
MAC = Machine("Darwin", "arm64", None)

HEALTHY = Facts(
    name="name",
    path="/home/name",
    target=None,
    target_exists=True,
    unfinished=False,
    owner=None,
    config=Config(None, "/usr/bin", (3, 12, 4), "CPython", False),
    legacy=False,
    windows=False,
    python="ok",
    python_target="/usr/bin/python3.12",
    home_exists=True,
    base=Base("/usr/bin/python3.12", (3, 12, 4), "x86-64 ELF"),
    library="python3.12",
    packages=1,
    made_at="/home/name",
    made_here=True,
    damaged=None,
    damage=None,
    fault=None,
    record=None,
    project=None,
    project_gone=False,
    last_used=None,
)


def config(**changes: Any) -> Config:
    return HEALTHY.config._replace(**changes)


def base(**changes: Any) -> Base:
    assert HEALTHY.base is not None
    return HEALTHY.base._replace(**changes)


def platform(text: object) -> dict[str, object]:
    return {"platform": text}


MADE_ON = "created on {}, but this machine is {}"
LOST = "bin/python points to /usr/bin/python3.12, which no longer exists"

TABLE: list[tuple[str, dict[str, Any], Machine, Verdict]] = [
    ("healthy", {}, LINUX, OK),
    ("on another machine", {"base": base(machine=None)}, MAC, OK),
    ("a link", {"target": "/elsewhere"}, LINUX, OK),
    (
        "a link to nothing",
        {"target": "/elsewhere", "target_exists": False, "python": "missing"},
        LINUX,
        Verdict("dangling", "it links to /elsewhere, which no longer exists"),
    ),
    # creation
    (
        "unfinished",
        {"unfinished": True, "config": config(problem="pyvenv.cfg is missing")},
        LINUX,
        Verdict("incomplete", "its creation never finished"),
    ),
    (
        "being made",
        {"unfinished": True, "owner": "mkvenv, process 1 on host"},
        LINUX,
        Verdict("incomplete", "still being created by mkvenv, process 1 on host"),
    ),
    # platform
    (
        "Windows",
        {"windows": True, "python": "missing"},
        LINUX,
        Verdict("foreign", "created on Windows, but this machine runs Linux"),
    ),
    ("recorded here", {"record": platform("Linux-x86_64")}, LINUX, OK),
    ("recorded without a platform", {"record": {}}, LINUX, OK),
    ("recorded with nonsense", {"record": platform(["Linux"])}, LINUX, OK),
    (
        "recorded on another system",
        {"record": platform("Darwin-arm64")},
        LINUX,
        Verdict("foreign", MADE_ON.format("Darwin-arm64", "Linux-x86_64")),
    ),
    (
        "recorded on another processor",
        {"record": platform("Linux-aarch64")},
        LINUX,
        Verdict("foreign", MADE_ON.format("Linux-aarch64", "Linux-x86_64")),
    ),
    (
        "recorded by a program for the Mac's other processor",
        {"record": platform("Darwin-x86_64"), "base": base(machine=None)},
        MAC,
        OK,
    ),
    (
        "a program for another processor",
        {"base": base(machine="AArch64 ELF")},
        LINUX,
        Verdict(
            "foreign",
            "bin/python is built for AArch64 ELF, but this machine runs x86-64 ELF",
        ),
    ),
    ("a script as interpreter", {"base": base(machine=None)}, LINUX, OK),
    ("a machine not known", {}, LINUX._replace(binary=None), OK),
    (
        "foreign and lost",
        {"record": platform("Darwin-arm64"), "python": "dangling", "base": None},
        LINUX,
        Verdict("foreign", MADE_ON.format("Darwin-arm64", "Linux-x86_64")),
    ),
    # pyvenv.cfg
    (
        "no pyvenv.cfg",
        {"config": config(problem="pyvenv.cfg is missing", home=None)},
        LINUX,
        Verdict("corrupt", "pyvenv.cfg is missing"),
    ),
    (
        "the machine cannot read it",
        {"fault": "cannot read pyvenv.cfg: Input/output error", "library": None},
        LINUX,
        Verdict("unreadable", "cannot read pyvenv.cfg: Input/output error"),
    ),
    (
        "no home",
        {"config": config(home=None), "home_exists": False},
        LINUX,
        Verdict("corrupt", "pyvenv.cfg has no 'home', the folder of the base interpreter"),
    ),
    (
        "neither home nor python",
        {"config": config(home=None), "python": "missing", "base": None},
        LINUX,
        Verdict("corrupt", "pyvenv.cfg has no 'home', the folder of the base interpreter"),
    ),
    # bin/python
    (
        "missing",
        {"python": "missing", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is missing"),
    ),
    ("lost", {"python": "dangling", "base": None}, LINUX, Verdict("dangling", LOST)),
    (
        "lost with its home",
        {"python": "dangling", "base": None, "home_exists": False},
        LINUX,
        Verdict("dangling", LOST),
    ),
    (
        "orphaned",
        {"python": "orphaned", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is a copy of /usr/bin/python3.12, which no longer exists"),
    ),
    (
        "a loop",
        {"python": "loop", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is a symlink loop"),
    ),
    (
        "a directory",
        {"python": "directory", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is a directory"),
    ),
    (
        "empty",
        {"python": "empty", "base": None},
        LINUX,
        Verdict("dangling", "bin/python points to /usr/bin/python3.12, which is empty"),
    ),
    (
        "not executable",
        {"python": "not executable", "base": None},
        LINUX,
        Verdict("dangling", "bin/python points to /usr/bin/python3.12, which is not executable"),
    ),
    (
        "no base",
        {"home_exists": False},
        LINUX,
        Verdict("dangling", "/usr/bin no longer contains its base interpreter"),
    ),
    # versions
    ("base's version not known", {"base": base(version=())}, LINUX, OK),
    ("base's patch version not known", {"base": base(version=(3, 12))}, LINUX, OK),
    ("own version not known", {"config": config(version=())}, LINUX, OK),
    ("own patch version not known", {"config": config(version=(3, 12))}, LINUX, OK),
    (
        "another minor version",
        {"base": base(version=(3, 13, 0))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, but its packages are in lib/python3.12"),
    ),
    (
        "another minor version, and no more of it known",
        {"base": base(version=(3, 13)), "library": None, "config": config(version=(3, 12))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, but its packages are in lib/python3.12"),
    ),
    (
        "another minor version than python-version says",
        {"config": config(packages_for=(3, 11))},
        LINUX,
        Verdict(
            "hollow", "bin/python starts Python 3.12, but pyvenv.cfg has 'python-version = 3.11'"
        ),
    ),
    (
        "the minor version that python-version says",
        {"config": config(packages_for=(3, 12))},
        LINUX,
        OK,
    ),
    (
        "no packages at all",
        {"library": None, "packages": None},
        LINUX,
        Verdict("corrupt", "its lib has no site-packages folder"),
    ),
    (
        "another minor version than the library is for, and no other known",
        {"base": base(version=(3, 13, 0)), "config": config(version=())},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, but its packages are in lib/python3.12"),
    ),
    (
        "the version that the library is for, whatever pyvenv.cfg says",
        {"config": config(version=(3, 13))},
        LINUX,
        Verdict("drifted", "created with Python 3.13, but its base interpreter is now 3.12.4"),
    ),
    (
        "a free-threaded one",
        {"library": "python3.13t", "base": base(version=(3, 13, 0)), "config": config(version=())},
        LINUX,
        OK,
    ),
    (
        "another major version",
        {"base": base(version=(4, 12, 4))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 4.12, but its packages are in lib/python3.12"),
    ),
    (
        "a newer patch version",
        {"base": base(version=(3, 12, 10))},
        LINUX,
        Verdict("drifted", "created with Python 3.12.4, but its base interpreter is now 3.12.10"),
    ),
    (
        "an older patch version",
        {"base": base(version=(3, 12, 3))},
        LINUX,
        Verdict("drifted", "created with Python 3.12.4, but its base interpreter is now 3.12.3"),
    ),
    # its own files
    (
        "damaged",
        {"damaged": "bin/pip"},
        LINUX,
        Verdict("corrupt", "bin/pip is empty, or a part of it is missing"),
    ),
    (
        "damaged and moved",
        {"damaged": ".multivenv.json", "made_at": "/old/name", "made_here": False},
        LINUX,
        Verdict("corrupt", ".multivenv.json is empty, or a part of it is missing"),
    ),
    # its contents
    (
        "pip is gone",
        {"damage": Damage("bin/pip exists, but its site-packages has no pip", pip=True)},
        LINUX,
        Verdict("damaged", "bin/pip exists, but its site-packages has no pip"),
    ),
    (
        "damaged and drifted",
        {"damage": Damage("why", base=True), "base": base(version=(3, 12, 9))},
        LINUX,
        Verdict("damaged", "why"),
    ),
    (
        "damaged and hollow",
        {"damage": Damage("why"), "base": base(version=(3, 13, 9))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, but its packages are in lib/python3.12"),
    ),
    (
        "damaged and moved",
        {"damage": Damage("why"), "made_at": "/old/name", "made_here": False},
        LINUX,
        Verdict("moved", "its scripts point to /old/name, where it was created"),
    ),
    # place
    (
        "moved",
        {"made_at": "/old\nhome/name", "made_here": False},
        LINUX,
        Verdict("moved", "its scripts point to /old\\nhome/name, where it was created"),
    ),
    (
        "moved and drifted",
        {"made_at": "/old/name", "made_here": False, "base": base(version=(3, 12, 9))},
        LINUX,
        Verdict("moved", "its scripts point to /old/name, where it was created"),
    ),
    (
        "moved and hollow",
        {"made_at": "/old/name", "made_here": False, "base": base(version=(3, 13, 9))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, but its packages are in lib/python3.12"),
    ),
    (
        "the base below a folder of another user",
        {"python": "unreadable", "base": None, "fault": "cannot read /p/python: Permission denied"},
        LINUX,
        Verdict("unreadable", "cannot read /p/python: Permission denied"),
    ),
    ("place not known", {"made_at": None}, LINUX, OK),
    # old virtualenvs
    (
        "legacy",
        {
            "legacy": True,
            "library": "python2.7",
            "config": config(version=(2, 7)),
            "base": base(version=(2, 7)),
        },
        LINUX,
        OK,
    ),
]


def main() -> int:
    wrong = 0
    seen = set()
    for name, changes, machine, expected in TABLE:
        verdict = judge(HEALTHY._replace(**changes), machine)
        seen.add(verdict.status)
        if verdict != expected:
            wrong += 1
            print(f"{name}:\n  expected {expected}\n  is       {verdict}")
    missing = set(STATUS) - seen - {"broken"}
    if missing:
        print(f"no case for {missing}")
    if REFUSED | WARNED | {"ok", "drifted"} != set(STATUS):
        print("a status is neither refused, nor warned of, nor fine")
    return 1 if wrong or missing else 0


sys.exit(main())
