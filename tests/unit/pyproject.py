"""Usage: pyproject.py, started by modules.py

Compares the functions of inspection/pyproject.py with tables. Prints differences.
"""

from __future__ import annotations

from helper.base.errors import Failure
from helper.base.specifiers import allows, minor_for, parse_specifier
from helper.inspection.pyproject import pinned_python, project_in, requires_of_setup, script_in


def outcome(call: object, *words: object) -> object:
    """What a function returns, or the message of its failure."""
    try:
        return call(*words)  # type: ignore[operator]
    except Failure as failure:
        return f"refused: {failure}"
    except ValueError as error:
        return f"no version: {error}"


def same(what: object, found: object, expected: object) -> None:
    if found != expected:
        print(f"{what!r}:\n  {found!r}, expected\n  {expected!r}")


# ---- the Python ----------------------------------------------------------------------------------

PINNED = [
    ("3.12\n", "3.12"),
    ("# ours\n\n  3.12.4  # pinned\n3.11\n", "3.12.4"),
    ("pypy3.10-7.3.12\n", "pypy3.10"),
    ("cpython-3.12.3-linux-x86_64-gnu\n", "cpython-3.12.3"),
    ("3.14-dev\n", "3.14"),
    ("3.13t\n", "3.13t"),
    (">=3.11\n", ">=3.11"),
    ("system\n", None),
    ("", None),
    ("my-project\n", "no version: my-project"),
    ("3.12; touch x\n", "no version: 3.12; touch x"),
]
REQUIRES = [
    ("requires-python = '>=3.8'", ">=3.8"),
    ("requires-python = ' >= 3.8, != 3.9.0, < 4, '", ">= 3.8, != 3.9.0, < 4"),
    ("requires-python = '~=3.8'", "~=3.8"),
    ("requires-python = ''", None),
    ("requires-python = '3.8'", "refused: /p: requires-python is '3.8', which is not a range"),
    (
        "requires-python = '>=3.8; --x'",
        "refused: /p: requires-python is '>=3.8; --x', which is not a range",
    ),
    ("requires-python = 3", "refused: /p: requires-python is 'int', which is not a range"),
    ("name = 'x'", None),
    ("[tool.poetry.dependencies]\npython = '^3.8'", ">=3.8,<4"),
    ("[tool.poetry.dependencies]\npython = '~3.8.1'", ">=3.8.1,<3.9"),
    ("[tool.poetry.dependencies]\npython = '>=3.8,<4.0'", ">=3.8,<4.0"),
    ("[tool.poetry.dependencies]\npython = '3.11'", "==3.11.*"),
    ("[tool.poetry.dependencies]\npython = '*'", None),
    ("[tool.poetry.dependencies]\npython = '^3.8 || ^4'", None),
    ("[tool.flit.metadata]\nrequires-python = '>=3.9'", ">=3.9"),
]
MINORS = [
    (">=3.15", "3.15"),
    (">=3.8,<3.10", "3.8"),
    (">3.11", "3.11"),
    ("~=3.14.2", "3.14"),
    ("==3.12.*", "3.12"),
    ("<3.8", "3.7"),
    (">=3.15,!=3.15.*", "3.16"),
    (">=4,<3", None),
]
ALLOWED = [
    (">=3.8", "3.14.0rc1", True),
    ("<3.14", "3.14.0rc1", False),
    (">=3.8,!=3.9.0", "3.9.0", False),
]


def check_pythons() -> None:
    for text, expected in PINNED:
        same(text, outcome(pinned_python, text.encode()), expected)
    for text, expected in REQUIRES:
        data = (text if text.startswith("[") else f"[project]\n{text}").encode()
        found = outcome(lambda data: project_in(data, "/p").requires_python, data)
        same(text, found, expected)
    same("setup.cfg", requires_of_setup(b"[options]\npython_requires = >=3.6\n", "/s"), ">=3.6")
    same("setup.cfg", requires_of_setup(b"[options\n", "/s"), None)
    for text, minor in MINORS:
        specifier = parse_specifier(text)
        same(text, specifier and minor_for(specifier), minor)
    for text, version, allowed in ALLOWED:
        specifier = parse_specifier(text)
        same(text, specifier and allows(specifier, version), allowed)


# ---- groups and scripts --------------------------------------------------------------------------

GROUPS = b"""
[dependency-groups]
Dev = ["pytest>=8", {include-group = "Typing_Tests"}, {include-group = "lint"}]
lint = ["ruff", "pytest>=8"]
typing-tests = ["mypy; python_version >= '3.9'", "tool @ https://example.org/tool-1.0.whl"]
empty = []
circle = [{include-group = "a"}]
a = ["x", {include-group = "b"}]
b = [{include-group = "a"}]
self = [{include-group = "self"}]
lost = [{include-group = "nowhere"}]
option = ["--index-url=https://evil"]
path = ["./evil"]
url = ["git+https://example.org/x"]
host = ["x @ git+ssh://-oProxyCommand=evil/x"]
escape = ["x\\u001b[31m"]
number = [1]
text = "pytest"
other = [{include = "a"}]
"""
OF_GROUPS: list[tuple[str, object]] = [
    (
        "dev",
        [
            *("pytest>=8", "mypy; python_version >= '3.9'"),
            *("tool @ https://example.org/tool-1.0.whl", "ruff"),
        ],
    ),
    ("typing.TESTS", ["mypy; python_version >= '3.9'", "tool @ https://example.org/tool-1.0.whl"]),
    ("empty", []),
    ("circle", "refused: /p: dependency groups include each other: a, b, a"),
    ("self", "refused: /p: dependency groups include each other: self, self"),
    ("lost", "refused: /p: dependency group 'nowhere' does not exist"),
    (
        "option",
        "refused: /p: dependency group 'option': '--index-url=https://evil' is not a requirement",
    ),
    ("path", "refused: /p: dependency group 'path': './evil' is not a requirement"),
    (
        "url",
        "refused: /p: dependency group 'url': 'git+https://example.org/x' is not a requirement",
    ),
    (
        "host",
        (
            "refused: /p: dependency group 'host': 'x @ git+ssh://-oProxyCommand=evil/x'"
            " is not a requirement"
        ),
    ),
    ("escape", "refused: /p: dependency group 'escape': 'x\\x1b[31m' is not a requirement"),
    ("number", "refused: /p: dependency group 'number': 'int' is not a requirement"),
    ("text", "refused: /p: dependency group 'text' is not a list"),
    ("other", "refused: /p: dependency group 'other': 'dict' is not a requirement"),
]
SCRIPTS: list[tuple[str, object]] = [
    (
        (
            "#!/usr/bin/env python\n# /// script\n# requires-python = '>=3.11'\n"
            "# dependencies = [\n#   'six<2',\n# ]\n# ///\nimport six\n"
        ),
        (">=3.11", ["six<2"]),
    ),
    ("# /// script\r\n# dependencies = ['six']\r\n#\r\n# ///\r\n", (None, ["six"])),
    ("# /// script\n# ///\n", (None, [])),
    ("# /// other\n# x = 1\n# ///\n", "refused: /p has no block of script metadata (see PEP 723)"),
    ("# /// script\n# x = 1\n", "refused: /p has no block of script metadata (see PEP 723)"),
    (
        "# /// script\n# ///\n\n# /// script\n# ///\n",
        "refused: /p has 2 blocks of script metadata (see PEP 723)",
    ),
    ("\n# /// script\n# a = 1\n# a = 2\n# ///\n", "refused: /p, line 4: "),
    (
        "# /// script\n# dependencies = ['-r x']\n# ///\n",
        "refused: /p: '-r x' is not a requirement",
    ),
]


def check_files() -> None:
    project = project_in(GROUPS, "/p")
    for name, expected in OF_GROUPS:
        same(name, outcome(project.group, name), expected)
    circle = "\n".join(f'g{n} = [{{include-group = "g{(n + 1) % 1000}"}}]' for n in range(1000))
    same(
        "a thousand groups",
        outcome(project_in(f"[dependency-groups]\n{circle}".encode(), "/p").group, "g0"),
        "refused: /p: a dependency group includes more than 100 others",
    )
    # each includes the next one twice
    double = "\n".join(
        f'g{n} = [{{include-group = "g{n + 1}"}}, {{include-group = "g{n + 1}"}}]'
        for n in range(60)
    )
    doubled = project_in(f'[dependency-groups]\n{double}\ng60 = ["six"]'.encode(), "/p")
    same("two to the sixtieth", outcome(doubled.group, "g0"), ["six"])
    for text, expected in SCRIPTS:
        found = outcome(lambda data: tuple(script_in(data, "/p")), text.encode())
        if isinstance(expected, str):
            found = str(found)[: len(expected)]
        same(text, found, expected)


check_pythons()
check_files()
