"""Usage: toml.py, started by modules.py

Compares the small reader of base/toml.py with tables of texts and their values, and with tomllib
where that exists: also on thousands of damaged texts. Prints differences.
"""

from __future__ import annotations

import random
import sys

from helper.base.toml import LARGEST, TomlError, parse, parse_small

GOOD = r'''
title = "a \"quoted\" \u00fc \U0001F600\ttab \\"  # a comment
'quoted key' = 'C:\raw'
"dotted"."in quotes".bare_1-2 = 1
long = """
one \
    line, ""two quotes"", """
ends = """a""""
raw = @@@
no \escape, ''two''
@@@
array = [ # a comment
    "x", 'y', # another
    [true, false], [], [1, [2, [3]]],
    {a = 1, b.c = 2, b.d = {}},
]
numbers = [0, -1, +1_000, 0xff, 0o17, 0b1_1, 1.5, -2e3, 6.02e-3, inf]
times = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.999999, 1979-05-27, 07:32:00]
zone = 1979-05-27T00:32:00-07:00
empty = {}
[project]
name = "demo"
[project.optional-dependencies]
test = ["pytest>=8; python_version < '3.14'"]
[super.table.below]
x = 1
[super.table]
y.z = 2
y.w = 3
[[list]]
a = 1
[[list]]
a = 2
[list.table]
b = 1
[[list.lists]]
c = 1
[fruit]
apple.color = 1
[fruit.apple.taste]
sweet = true
'''.replace("@@@", "'''")
EXPECTED = {
    "title": 'a "quoted" \u00fc \U0001f600\ttab \\',
    "quoted key": "C:\\raw",
    "dotted": {"in quotes": {"bare_1-2": 1}},
    "long": 'one line, ""two quotes"", ',
    "ends": 'a"',
    "raw": "no \\escape, ''two''\n",
    "project": {
        "name": "demo",
        "optional-dependencies": {"test": ["pytest>=8; python_version < '3.14'"]},
    },
    "super": {"table": {"below": {"x": 1}, "y": {"z": 2, "w": 3}}},
    "list": [{"a": 1}, {"a": 2, "table": {"b": 1}, "lists": [{"c": 1}]}],
    "fruit": {"apple": {"color": 1, "taste": {"sweet": True}}},
    "numbers": [0, -1, 1000, 255, 15, 3, 1.5, -2000.0, 0.00602, float("inf")],
    "empty": {},
}

# Each with the number of the line that the message names
BAD = [
    ("a", 1),
    ("a =", 1),
    ("a = 1 b = 2", 1),
    ("a = 1\n\na = 2", 3),
    ("[a]\n[a]", 2),
    ("[a]\nb = 1\n[a.b]", 3),
    ("a = {b = 1}\na.c = 2", 2),
    ("a = {b = 1}\n[a.c]", 2),
    ("a = {b = {}, b.c = 1}", 1),
    ("a = [{}]\n[[a]]", 2),
    ("[[a]]\n[a]", 2),
    ("[a.b.c]\nx = 1\n[a]\nb.c.t = 1", 4),
    ("a.b = 1\n[a]", 2),
    ('a = "x', 1),
    ('\na = """x', 2),
    ("a = 'x", 1),
    ('a = "\\q"', 1),
    ('a = "\\ud800"', 1),
    ('a = "\\U00110000"', 1),
    ('a = "\x1b[31m"', 1),
    ("# \x01", 1),
    ("a = [1", 1),
    ("a = [\n1 2]", 2),
    ("a = [,]", 1),
    ("a = {b = 1,}", 1),
    ("a = {b = 1\n}", 1),
    ("a = 01", 1),
    ("a = 1__0", 1),
    ("a = .5", 1),
    ("a = tru", 1),
    ("a = 1979-13-01", 1),
    ("[a", 1),
    ("[[a]", 1),
    ("[]", 1),
    ("[a] b = 1", 1),
    ("a. = 1", 1),
    ("= 1", 1),
    ('"""a""" = 1', 1),
    ("a = 1\r", 1),
]
# Refused quickly, with any reader: what they would read is too large, too deep or takes too long
HUGE = [
    b"a = " + b"[" * 200000,
    b"a = [" + b"{a = " * 5000,
    b"a" + b".a" * 100000 + b" = 1",
    b"a = 1\n" * LARGEST,
    b"a = " + b"9" * 100000,
    b'a = """' + b'\\"' * 100000,
    b"\xff",
]


def outcome(read: object, text: object) -> str:
    """What a reader returns, or that it refuses."""
    try:
        return repr(read(text))  # type: ignore[operator]
    except ValueError:
        return "refused"


def check_tables() -> None:
    found = parse_small(GOOD)
    for key, value in EXPECTED.items():
        if found[key] != value:
            print(f"{key} is {found[key]!r}, expected {value!r}")
    for text, line in BAD:
        for read in (parse_small, lambda text: parse(text.encode())):
            try:
                print(f"{text!r} was read as {read(text)!r}")
            except TomlError as error:
                if error.line != line or not error.why:
                    print(f"{text!r}: {error}, expected line {line}")
    for data in HUGE:
        try:
            parse(data)
            print(f"{data[:20]!r}... was read")
        except TomlError as error:
            if len(str(error)) > 200:
                print(f"{data[:20]!r}...: {error}")


def check_beside_tomllib() -> None:
    try:
        from tomllib import loads  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return
    if repr(loads(GOOD)) != repr(parse_small(GOOD)):
        print(f"tomllib: {loads(GOOD)!r}\nours: {parse_small(GOOD)!r}")
    source = random.Random(16)
    for number in range(4000):
        if number % 2:
            text = "".join(source.choices("ab.=\"'\\[]{},#\n 01-e_:tT", k=source.randrange(1, 16)))
        else:
            start = source.randrange(len(GOOD) - 80)
            signs = list(GOOD[start : start + source.randrange(10, 80)])
            signs[source.randrange(len(signs))] = source.choice(".=\"'\\[]{},#\n 0")
            text = "".join(signs)
        theirs, ours = outcome(loads, text), outcome(parse_small, text)
        if theirs != ours:
            print(f"{text!r}\n  tomllib: {theirs}\n  ours: {ours}")


check_tables()
check_beside_tomllib()
sys.exit(0)
