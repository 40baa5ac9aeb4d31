"""Usage: verdicts.py, started by modules.py

Holds helper/inspection/verdict.py to a table: facts, a verdict. Prints what differs.
"""

from __future__ import annotations

import sys
from typing import Any

from helper.inspection.facts import Base, Config, Facts, Machine
from helper.inspection.verdict import OK, REFUSED, STATUSES, WARNED, Verdict, judge

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


MADE_ON = "it was made on {}, and this is {}"
LOST = "bin/python leads to /usr/bin/python3.12, which is gone"

TABLE: list[tuple[str, dict[str, Any], Machine, Verdict]] = [
    ("healthy", {}, LINUX, OK),
    ("on another machine", {"base": base(machine=None)}, MAC, OK),
    ("a link", {"target": "/elsewhere"}, LINUX, OK),
    (
        "a link to nothing",
        {"target": "/elsewhere", "target_exists": False, "python": "missing"},
        LINUX,
        Verdict("dangling", "it is a link to /elsewhere, which is gone"),
    ),
    # creation
    (
        "unfinished",
        {"unfinished": True, "config": config(problem="there is no pyvenv.cfg")},
        LINUX,
        Verdict("incomplete", "its creation never finished"),
    ),
    (
        "being made",
        {"unfinished": True, "owner": "mkvenv, process 1 on host"},
        LINUX,
        Verdict("incomplete", "it is being made right now by mkvenv, process 1 on host"),
    ),
    # platform
    (
        "Windows",
        {"windows": True, "python": "missing"},
        LINUX,
        Verdict("foreign", "it was made on Windows, and this is Linux"),
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
            "bin/python is a program for AArch64 ELF, and this machine runs x86-64 ELF",
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
        {"config": config(problem="there is no pyvenv.cfg", home=None)},
        LINUX,
        Verdict("corrupt", "there is no pyvenv.cfg"),
    ),
    (
        "no home",
        {"config": config(home=None), "home_exists": False},
        LINUX,
        Verdict("corrupt", "pyvenv.cfg has no 'home', the folder of its base interpreter"),
    ),
    (
        "neither home nor python",
        {"config": config(home=None), "python": "missing", "base": None},
        LINUX,
        Verdict("corrupt", "pyvenv.cfg has no 'home', the folder of its base interpreter"),
    ),
    # bin/python
    (
        "missing",
        {"python": "missing", "base": None},
        LINUX,
        Verdict("dangling", "there is no bin/python"),
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
        Verdict("dangling", "bin/python is a copy of /usr/bin/python3.12, which is gone"),
    ),
    (
        "a loop",
        {"python": "loop", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is a link that leads in a circle"),
    ),
    (
        "a directory",
        {"python": "directory", "base": None},
        LINUX,
        Verdict("dangling", "bin/python is a directory"),
    ),
    (
        "not executable",
        {"python": "not executable", "base": None},
        LINUX,
        Verdict("dangling", "bin/python leads to /usr/bin/python3.12, which is not executable"),
    ),
    (
        "no base",
        {"home_exists": False},
        LINUX,
        Verdict("dangling", "its base interpreter was in /usr/bin, and there is none now"),
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
        Verdict("hollow", "bin/python starts Python 3.13, its packages are in lib/python3.12"),
    ),
    (
        "another minor version, and no more of it known",
        {"base": base(version=(3, 13)), "library": None, "config": config(version=(3, 12))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, its packages are in lib/python3.12"),
    ),
    (
        "no packages at all",
        {"library": None, "packages": None},
        LINUX,
        Verdict("corrupt", "there is no site-packages folder in its lib"),
    ),
    (
        "another minor version than the library is for, and no other known",
        {"base": base(version=(3, 13, 0)), "config": config(version=())},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, its packages are in lib/python3.12"),
    ),
    (
        "the version that the library is for, whatever pyvenv.cfg says",
        {"config": config(version=(3, 13))},
        LINUX,
        Verdict("drifted", "it was made with Python 3.13, and its base is 3.12.4 now"),
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
        Verdict("hollow", "bin/python starts Python 4.12, its packages are in lib/python3.12"),
    ),
    (
        "a newer patch version",
        {"base": base(version=(3, 12, 10))},
        LINUX,
        Verdict("drifted", "it was made with Python 3.12.4, and its base is 3.12.10 now"),
    ),
    (
        "an older patch version",
        {"base": base(version=(3, 12, 3))},
        LINUX,
        Verdict("drifted", "it was made with Python 3.12.4, and its base is 3.12.3 now"),
    ),
    # place
    (
        "moved",
        {"made_at": "/old\nhome/name", "made_here": False},
        LINUX,
        Verdict("moved", "its scripts point to /old\\nhome/name, where it was made"),
    ),
    (
        "moved and drifted",
        {"made_at": "/old/name", "made_here": False, "base": base(version=(3, 12, 9))},
        LINUX,
        Verdict("moved", "its scripts point to /old/name, where it was made"),
    ),
    (
        "moved and hollow",
        {"made_at": "/old/name", "made_here": False, "base": base(version=(3, 13, 9))},
        LINUX,
        Verdict("hollow", "bin/python starts Python 3.13, its packages are in lib/python3.12"),
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
    missing = set(STATUSES) - seen - {"broken"}
    if missing:
        print(f"no case for {missing}")
    if REFUSED | WARNED | {"ok", "drifted"} != set(STATUSES):
        print("a status is neither refused, nor warned of, nor fine")
    return 1 if wrong or missing else 0


sys.exit(main())
