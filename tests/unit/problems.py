"""Usage: problems.py, started by modules.py

Compares making/problems.py with what pip and uv said when they failed: problems.txt has their real
outputs, shortened, each after a line `==== TOOL VERSION | kind | package | reason`. Prints
differences.
"""

from __future__ import annotations

import os

from helper.making.problems import Problem, advice_for, problem_in

OUTPUTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "problems.txt")

NONE = "no matching version for this Python"
REQUESTED = "fixvenv --requested resolves the dependencies again"
OTHER = "choose another Python with fixvenv -p SPEC"
# problem, verb, requested packages, whether only their versions were given, advice
ADVICE = [
    (("version", "numpy==2.3.0", NONE), "fixvenv", [], False, REQUESTED),
    (("version", "numpy==2.3.0", NONE), "fixvenv", ["pandas"], False, REQUESTED),
    (("version", "NumPy==2.3.0", NONE), "fixvenv", ["numpy"], False, OTHER),
    (("version", "zope.interface==7", NONE), "fixvenv", ["zope-interface"], False, OTHER),
    (("version", "numpy==2.3.0", NONE), "fixvenv", [], True, OTHER),
    (
        ("version", "numpy==2.3.0", NONE),
        *("mkvenv --restore", [], False, "choose another Python with mkvenv --restore -p SPEC"),
    ),
    (("version", "/a/demo-1.0-cp311-win.whl", "the wheel"), "fixvenv", ["demo"], False, OTHER),
    (("python", "newer", "it requires Python >=3.99"), "fixvenv", ["newer"], False, OTHER),
    (("python", "newer", "it requires Python >=3.99"), "fixvenv", [], False, REQUESTED),
    (("build", "broken-1.0", "no header"), "fixvenv", [], False, REQUESTED),
    (
        ("build", "broken-1.0", "no header"),
        *("fixvenv", ["broken"], False),
        "install what the build needs, or choose another Python with fixvenv -p SPEC",
    ),
    (("conflict", "a==1, b==1", "they conflict"), "fixvenv", [], False, REQUESTED),
    (("conflict", "a==1, b==1", "they conflict"), "fixvenv", [], True, None),
    (
        ("index", "idna", "Connection refused"),
        *("fixvenv", [], False),
        "check the network, and the index in the installer's configuration",
    ),
    (
        ("gone", "/a/project", "it is gone"),
        *("fixvenv", [], False, "put it back, or fixvenv --moved OLD=NEW"),
    ),
    (("gone", "/a/project", "it is gone"), "mkvenv --restore", [], False, "put it back"),
]

TEXTS = [
    (("build", "broken", "no header"), "cannot build broken: no header"),
    (("version", "a==1", NONE), f"cannot install a==1: {NONE}"),
    (("index", "idna", "timed out"), "cannot reach the index for idna: timed out"),
]


def main() -> None:
    with open(OUTPUTS, encoding="utf-8") as file:
        _, *outputs = file.read().split("==== ")
    for each in outputs:
        head, _, output = each.partition("\n")
        tool, *expected = head.split(" | ")
        found = problem_in(output)
        if found != tuple(expected):
            print(f"{tool}: {found}, expected {expected}")
    for text in ("", "Successfully installed idna-3.4", "Killed"):
        if problem_in(text) is not None:
            print(f"{text!r}: {problem_in(text)}, expected None")
    for fields, verb, requested, only, advice in ADVICE:
        given = advice_for(Problem(*fields), verb, requested, only)
        if given != advice:
            print(f"{fields}, {verb}, {requested}, {only}: {given}, expected {advice}")
    for fields, text in TEXTS:
        if Problem(*fields).text != text:
            print(f"{fields}: {Problem(*fields).text}, expected {text}")


main()
