"""Usage: dependencies.py, started by modules.py

Compares inspection/dependencies.py, and the requirements that reinstall a distribution, with
tables. Prints differences.
"""

from __future__ import annotations

from helper.inspection.dependencies import (
    Package,
    applies,
    includes,
    package,
    unmet,
    used_extras,
    variables_of,
)
from helper.inspection.distributions import Distribution
from helper.inspection.requirements import requirement

LINUX = ("Linux", "host", "6.1", "#1", "x86_64")
VARIABLES = variables_of("3.12.4", "cpython", "linux", LINUX)

# clauses, versions that match, versions that do not
VERSIONS = [
    ("", "1 2.0.dev1", ""),
    (">=2,<3", "2 2.0 2.9.9 2.0.post1", "1.9 3 3.0 3.0a1 1!2.5"),
    ("==1.0", "1 1.0 1.0.0 1.0+local", "1.0.post1 1.0a1 1.0.1"),
    ("==1.*", "1 1.0 1.99 1.5a1", "2 0.1"),
    ("!=1.5.*", "1.4 1.6", "1.5 1.5.1"),
    ("~=1.4.2", "1.4.2 1.4.9", "1.4.1 1.5"),
    ("~=1.4", "1.4 1.9", "1.3 2.0"),
    (">1.0", "1.1 1.0.1", "1.0 1.0.post1 0.9"),
    ("<1.0", "0.9", "1.0 1.0a1 1.0.dev1"),
    (">=1.0a1", "1.0a1 1.0b1 1.0rc1 1.0", "1.0.dev1 0.9"),
    ("===1.0-odd", "1.0-odd", "1.0"),
    (">=2024.1", "2024.1 2025.3", "2023.4"),
    ("nonsense", "1 2", ""),
]

MARKERS = [
    ("", True),
    ('python_version < "3.8"', False),
    ('python_version >= "3.10"', True),
    ('python_version == "3.12.*"', True),
    ('python_full_version < "3.12.5"', True),
    ('sys_platform == "win32"', False),
    ('sys_platform != "win32" and python_version > "3"', True),
    ("platform_system == 'Windows' or os_name == 'posix'", True),
    ('(python_version < "3" or sys_platform == "linux") and os_name == "posix"', True),
    ('platform_python_implementation != "PyPy"', True),
    ('"linux" in sys_platform', True),
    ('platform_machine not in "x86_64 aarch64"', False),
    ('extra == "standard"', False),
    ('implementation_name == "cpython" and extra == ""', True),
    ("unreadable ~~", True),
    ('nobody_knows == "1"', True),
]


def dist(name: str, version: str, *lines: str) -> Package:
    fields = [line.partition(": ")[::2] for line in lines]
    return package(name, version, fields)


UVICORN = dist(
    *("uvicorn", "0.30", "Requires-Dist: click>=7.0", "Provides-Extra: standard"),
    "Requires-Dist: httptools (>=0.5) ; extra == 'standard'",
    "Requires-Dist: PyYAML>=5.1; extra == 'standard'",
    "Requires-Dist: colorama>=0.4; sys_platform == 'win32' and extra == 'standard'",
)
CLICK = dist("click", "8.1", "Requires-Dist: colorama; platform_system == 'Windows'")
HTTPTOOLS, YAML = dist("httptools", "0.6"), dist("PyYAML", "6.0")
ALL = dist(
    *("tool", "1.0", "Provides-Extra: one", "Provides-Extra: all"),
    "Requires-Dist: httptools; extra == 'one'",
    "Requires-Dist: tool[one]; extra == 'all'",
    "Requires-Dist: pyyaml; extra == 'all'",
)

EXTRAS = [
    ([UVICORN, CLICK, HTTPTOOLS, YAML], {"uvicorn"}, {"uvicorn": ("standard",)}),
    # not all of them
    ([UVICORN, CLICK, HTTPTOOLS], {"uvicorn"}, {}),
    # a dependency itself
    ([UVICORN, CLICK, HTTPTOOLS, YAML], set(), {}),
    # requested by themselves
    ([UVICORN, CLICK, HTTPTOOLS, YAML], {"uvicorn", "httptools", "pyyaml"}, {}),
    # there for another reason
    (
        [
            UVICORN,
            CLICK,
            HTTPTOOLS,
            YAML,
            dist("x", "1", "Requires-Dist: httptools", "Requires-Dist: pyyaml"),
        ],
        *({"uvicorn", "x"}, {}),
    ),
    ([ALL, HTTPTOOLS, YAML], {"tool"}, {"tool": ("all",)}),
    ([ALL, HTTPTOOLS], {"tool"}, {"tool": ("one",)}),
]

UNMET = [
    ([UVICORN, CLICK], ([], [])),
    ([UVICORN], (["uvicorn 0.30 requires click>=7.0"], [])),
    (
        [UVICORN, dist("click", "6.0")],
        ([], ["uvicorn 0.30 requires click>=7.0, but 6.0 is installed"]),
    ),
    ([dist("a", "1", "Requires-Dist: b @ https://x.example/b.zip")], (["a 1 requires b"], [])),
    ([dist("a", "1", "Requires-Dist: b; python_version < '3'")], ([], [])),
]

GIT = {"url": "file:///r", "vcs_info": {"vcs": "git", "commit_id": "c" * 40}}
HTTPS = {"url": "https://x.example/r", "vcs_info": {"vcs": "git", "commit_id": "c" * 40}}
WHEEL = {"url": "file:///w/x-1.0.whl", "archive_info": {"hash": "sha256=00"}}
EDITABLE = {"url": "file:///p", "dir_info": {"editable": True}}
HEX = "c" * 40
# origin, extras, version of pip, requirement
REQUIREMENTS = [
    (None, (), (), "x==1.0"),
    (None, ("b", "a"), (), "x[b,a]==1.0"),
    (None, ("-r evil",), (), "x==1.0"),
    (GIT, (), (), f"x @ git+file:///r@{HEX}"),
    (GIT, (), (26, 3), f"x @ git+file:///r@{HEX}"),
    (GIT, (), (24, 1), f"x @ git+file:///r@{HEX}"),
    (GIT, (), (24, 0), f"git+file:///r@{HEX}#egg=x"),
    (GIT, (), (9, 0, 3), f"git+file:///r@{HEX}#egg=x"),
    (HTTPS, (), (23, 2), f"x @ git+https://x.example/r@{HEX}"),
    (HTTPS, ("a",), (18, 1), f"git+https://x.example/r@{HEX}#egg=x[a]"),
    (WHEEL, (), (19, 3), "x @ file:///w/x-1.0.whl#sha256=00"),
    (WHEEL, (), (18, 1), "file:///w/x-1.0.whl#sha256=00&egg=x"),
    (EDITABLE, (), (), "-e /p"),
    (EDITABLE, ("a",), (), "-e /p[a]"),
]


def main() -> None:
    for clauses, good, bad in VERSIONS:
        for words, expected in ((good, True), (bad, False)):
            for version in words.split():
                if includes(clauses, version) != expected:
                    print(f"{clauses!r} and {version}: expected {expected}")
    for marker, expected in MARKERS:
        if applies(marker, VARIABLES, "") != expected:
            print(f"{marker}: expected {expected}")
    for packages, requested, extras in EXTRAS:
        found = used_extras(packages, requested, VARIABLES)
        if found != extras:
            print(f"{[each.name for each in packages]}: {found}, expected {extras}")
    for packages, lists in UNMET:
        if unmet(packages, VARIABLES) != lists:
            print(f"{unmet(packages, VARIABLES)}, expected {lists}")
    for origin, extra, pip, text in REQUIREMENTS:
        each = Distribution("x", "1.0", True, origin, "", extra)
        if requirement(each, None, pip) != text:
            print(f"{origin}, {extra}, {pip}: {requirement(each, None, pip)}, expected {text}")
    source = "git+https://x.example/r@main"
    for checkout, text in (
        ((source, ""), f"-e {source}#egg=x"),
        ((source, "sub"), f"-e {source}#egg=x&subdirectory=sub"),
    ):
        each = Distribution("x", "1.0", True, EDITABLE)
        if requirement(each, checkout) != text:
            print(f"{checkout}: {requirement(each, checkout)}")


main()
