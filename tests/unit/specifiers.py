"""Usage: specifiers.py, started by modules.py

Compares the functions of base/specifiers.py and inspection/requirements.py with tables of words and
their meanings. Prints differences.
"""

from __future__ import annotations

from helper.base.specifiers import matches, parse_specifier
from helper.inspection.requirements import is_path, is_requirement, without_extras

# What an interpreter is called here: its implementation unless that is CPython, its version, and
# `t` if it is free-threaded
FITTING = [
    # a version means all that start with it
    ("3.12", "3.12.0 3.12.4 3.12.14", "3.1.2 3.11.9 3.13.0 3.120.0 2.7.18"),
    ("3.1", "3.1.5", "3.10.1 3.12.4"),
    ("3.12.4", "3.12.4", "3.12.3 3.12.40 3.12.0"),
    ("3", "3.6.15 3.12.4 3.99.0 pypy3.10.14", "2.7.18 4.0.0"),
    ("2.7", "2.7.18", "3.7.16 2.6.9"),
    (" 3.12 ", "3.12.4", "3.11.9"),
    # of one implementation
    ("3.10", "3.10.14 pypy3.10.14 graalpy3.10.8", ""),
    ("python3.12", "3.12.4", "3.11.9 pypy3.12.4"),
    ("Python3.12", "3.12.4", "3.11.9 pypy3.12.4"),
    ("python3.12.4", "3.12.4", "3.12.3"),
    ("cpython-3.12", "3.12.4", "3.11.9 pypy3.12.4"),
    ("cpython3.12", "3.12.4", "pypy3.12.4"),
    ("python-3.12", "3.12.4", "pypy3.12.4"),
    ("python@3.12", "3.12.4", "pypy3.12.4"),
    ("pypy3.10", "pypy3.10.14", "3.10.14 pypy3.9.19 graalpy3.10.8"),
    ("pypy-3.10", "pypy3.10.14", "3.10.14 pypy3.9.19"),
    ("pypy3", "pypy3.10.14", "3.10.14 pypy2.7.18"),
    ("pypy", "pypy3.10.14 pypy2.7.18", "3.10.14"),
    ("graalpy", "graalpy3.10.8", "3.10.8 pypy3.10.14"),
    ("pypy>=3.9,<3.11", "pypy3.9.19 pypy3.10.14", "3.10.14 pypy3.11.9"),
    # ranges, as PEP 440 has them
    (">=3.11", "3.11.0 3.11.9 3.12.4 pypy3.11.9 4.0.0", "3.10.14 3.9.19"),
    (">=3.11,<3.13", "3.11.0 3.12.14", "3.10.14 3.13.0 3.13.1"),
    (" >= 3.11 , < 3.13 ", "3.11.0 3.12.14", "3.10.14 3.13.0"),
    (">=3.11.2,!=3.11.5", "3.11.2 3.11.6 3.12.0", "3.11.1 3.11.5"),
    (">3.11", "3.11.1 3.12.0", "3.11.0 3.10.14"),
    ("<=3.11", "3.11.0 3.10.14", "3.11.1 3.12.0"),
    ("<3.11", "3.10.14 2.7.18", "3.11.0"),
    ("==3.12.*", "3.12.0 3.12.4", "3.11.9 3.13.0 3.1.2"),
    ("==3.*", "3.6.15 3.12.4", "2.7.18"),
    ("==3.12.4", "3.12.4", "3.12.5 3.12.40"),
    ("==3.12", "3.12.0", "3.12.4"),
    ("===3.12.4", "3.12.4", "3.12.5"),
    ("!=3.12.*", "3.11.9 3.13.0", "3.12.0 3.12.4"),
    ("!=3.12.4", "3.12.3 3.11.9", "3.12.4"),
    ("~=3.10", "3.10.0 3.14.2", "3.9.19 4.0.0"),
    ("~=3.10.2", "3.10.2 3.10.14", "3.10.1 3.11.0"),
    # free-threaded: only if asked for, and then nothing else
    ("3.13t", "3.13.0t 3.13.1t", "3.13.1 3.12.4t"),
    ("3.13.1t", "3.13.1t", "3.13.1 3.13.0t"),
    ("python3.13t", "3.13.1t", "3.13.1"),
    (">=3.13t", "3.13.1t 3.14.0t", "3.13.1"),
    ("3.13", "3.13.1", "3.13.1t"),
    (">=3.13", "3.13.1", "3.13.1t"),
    # pre-releases: only if one is named
    ("3.14", "3.14.0", "3.14.0a7 3.14.0b4 3.14.0rc1"),
    ("3", "3.13.1", "3.14.0rc1"),
    (">=3.13", "3.13.1", "3.14.0a7 3.14.0b4 3.14.0rc1"),
    ("pypy", "", "pypy3.12.0a1"),
    ("3.14.0rc1", "3.14.0rc1", "3.14.0 3.14.0rc2 3.14.0b1 3.14.0a1"),
    ("3.14rc1", "3.14.0rc1", "3.14.0 3.14.1rc1"),
    ("3.14.0a7", "3.14.0a7", "3.14.0rc7 3.14.0b7 3.14.0a1"),
    ("==3.14.0b4", "3.14.0b4", "3.14.0 3.14.0b3"),
    ("3.14.0b4t", "3.14.0b4t", "3.14.0b4"),
    (">=3.14.0b1", "3.14.0b1 3.14.0b4 3.14.0rc1 3.14.0 3.14.2", "3.14.0a7 3.13.1"),
    (">=3.14.0a1,<3.14", "", "3.14.0a7 3.14.0rc1 3.14.0"),
    ("<3.14.0rc2", "3.14.0rc1 3.14.0a7 3.13.1", "3.14.0rc2 3.14.0"),
    (">=3.13.0rc1,<3.14.0b1", "3.13.0rc2 3.13.1 3.14.0a7", "3.14.0b1 3.13.0b4"),
    (">=3.13,!=3.14.0rc1", "3.13.1 3.14.0", "3.14.0rc1 3.14.0rc2 3.15.0a1"),
    # what was built between two releases
    ("3.13", "3.13.0+", "3.12.4+"),
    ("3.13.0", "3.13.0+", "3.13.1+"),
    ("3.13.0+", "3.13.0+", "3.13.1"),
    (">=3.13,<3.14", "3.13.0+", "3.14.0+"),
    ("3.14", "", "3.14.0b4+"),
    # an interpreter whose version is none
    ("3", "", "3.12.4.5 3.x unknown"),
    (">=3", "", "3.12.4.5 3.x unknown"),
]

# No versions, so maybe environments or commands
NO_VERSIONS = """\
web 3.x x3 3. .3 3..12 3.12.4.5 v3.12 3.12dev 3.12rc 3.12c1 3.12-1 -3 +3 1e3 0x3 ³ 3.12.*
python python3 python2 PYTHON cpython pythonic python3.12-config pypyx python3.12.local
> < = == >= ~= != , >=3.11, ,>=3.11 >=3.11,,<3.13 >=3.11<3.13 =>3.11 =3.11 <>3.11 >=3.* <3.12.*
~=3 ~=3.* ~=3.10.* ==3.12.** ==*.12 >=three 3.12tt 3.13t1 my-python3.12 3.12,3.13 3.12-3.13
"""
WORDS = [
    *NO_VERSIONS.split(),
    *("", " ", "3 .12", "3. 12", "my env", "3.12 3.13", "3.12\n3.13", "env\n"),
    "t",
]

VERSIONS = ["cpython3", "cpython-3", "python-3"]

GOOD = """\
flask
Flask-SQLAlchemy
zope.interface
a
A1
a__b--c..d
flask==1.0
flask == 1.0
flask>=1,<2
flask >= 1 , < 2
flask~=2.0
flask!=2.0.*
flask==2.0.*
flask===2.0
flask===2.0-whatever
flask<2
flask>2
flask<=2
flask==1.0rc1
flask==1.0.dev3
flask==1!2.0.post1
flask==1.0+local.1
flask(>=1,<2)
flask (>=1)
flask ( >= 1 , < 2 )
flask[async]
flask[async,dotenv]
flask[ async , dotenv ]
flask[]
flask [async] >=2
flask[async]>=2,<3
flask[async] (>=2)
flask;python_version<"3.8"
flask>=2;python_version<'3.8'
flask[async]>=2 ; python_version < "3.8" and (os_name == "posix" or extra == "x")
flask @ https://example.org/flask-1.0-py3-none-any.whl
flask@https://example.org/flask-1.0-py3-none-any.whl
flask[async] @ https://example.org/flask-1.0.tar.gz#sha256=abc
flask @ https://example.org/flask-1.0.tar.gz ; python_version < "3.8"
flask @ file:///tmp/flask-1.0.tar.gz
flask @ git+https://github.com/pallets/flask@main#egg=flask
https://example.org/flask-1.0-py3-none-any.whl
https://user:word@example.org/flask.zip?query=1#egg=flask
https://example.org/flask.whl ; python_version < "3.8"
file:///tmp/flask-1.0.tar.gz
git+https://github.com/pallets/flask
git+https://github.com/pallets/flask.git@2.0#egg=flask&subdirectory=a
git+ssh://git@github.com/pallets/flask.git
svn+https://example.org/flask
hg+https://example.org/flask"""
REQUIREMENTS = [*GOOD.split("\n"), " flask "]

BAD = """\
flask=>3
flask=3
flask=
flask==
flask>
flask==;python_version<"3.8"
flask>=1,<
flask>=1,,<2
flask >=1 <2
flask 1.0
flask~1
flask!
flask=<1
=1
==1.0
>=1
a b
flask click
flask,click
flask==1.0 extra
flask==1.0, extra
flask==1.0 # pinned
flask[
flask]
flask[async
flask[async]]
flask[async dotenv]
flask[async,]x
flask[=]
[async]
flask(>=1
flask >=1)
flask ()
flask @
flask @ a b
flask-
flask.
_flask
.flask
@flask
;python_version<"3.8"
fla$k
"flask"
flask==1.0"
flask≥3
flâsk
https://example.org/a b
git+https://example.org/a b
,
*
!"""
MALFORMED = [
    *BAD.split("\n"),
    "",
    " ",
    "\n",
    "flask\nclick",
    "flask\n",
    "flask\t==\t1.0",
    "flask==1.0\n",
    "flask\0",
    "flask==1.0\nclick",
]

# A path, and what of it is not its extras
PATHS = {
    "./flask-1.0-py3-none-any.whl": None,
    "flask-1.0-py3-none-any.whl": None,
    "FLASK.WHL": None,
    "flask-1.0.tar.gz": None,
    "flask-1.0.zip": None,
    "flask-1.0.tgz": None,
    "flask-1.0.tar.bz2": None,
    "flask-1.0.tar.xz": None,
    "dist/flask-1.0.tar.gz": None,
    "./project": None,
    "project/": None,
    "../project": None,
    "/abs/project": None,
    "~/project": None,
    "my/own project": None,
    ".": None,
    "..": None,
    "./": None,
    ".[async]": ".",
    "..[async]": "..",
    ".[async,dotenv]": ".",
    "./project[async]": "./project",
    "./[a]/project[async]": "./[a]/project",
    "./[a]/project": None,
    "flask-1.0-py3-none-any.whl[async]": "flask-1.0-py3-none-any.whl",
    "C:/x": None,
}

NO_PATHS = [
    *(each for each in REQUIREMENTS if "/" in each),
    "flask",
    "flask.git",
    "zope.interface",
    "flask>=1.0",
    "flask[async]",
    "flask @ ./flask.whl",
    "wheel",
    "whl",
    "zip",
    "flask.whl.sig",
    "flask; platform_version == 'a/b'",
    "",
]


def parts(called: str) -> tuple[str, str, bool]:
    """Version, implementation, and whether it is free-threaded."""
    number = next((i for i, char in enumerate(called) if char.isdigit()), len(called))
    version = called[number:] or called
    return version.rstrip("t"), called[:number] or "cpython", version.endswith("t")


def check_fitting() -> None:
    for word, wanted, unwanted in FITTING:
        specifier = parse_specifier(word)
        if specifier is None:
            print(f"{word!r} is no version")
            continue
        for called in wanted.split():
            if not matches(specifier, *parts(called)):
                print(f"{word!r} does not mean {called}")
        for called in unwanted.split():
            if matches(specifier, *parts(called)):
                print(f"{word!r} means {called}")


def check_words() -> None:
    for word in WORDS:
        if parse_specifier(word) is not None:
            print(f"{word!r} is a version")
    for word in VERSIONS:
        if parse_specifier(word) is None:
            print(f"{word!r} is no version")


def check_requirements() -> None:
    for word in REQUIREMENTS:
        if not is_requirement(word):
            print(f"{word!r} is no requirement")
    for word in MALFORMED:
        if is_requirement(word):
            print(f"{word!r} is a requirement")
        if is_path(word):
            print(f"{word!r} is a path")
    for path, rest in PATHS.items():
        if not is_path(path):
            print(f"{path!r} is no path")
        if without_extras(path) != (rest or path):
            print(f"{path!r} without extras is {without_extras(path)!r}")
    for word in NO_PATHS:
        if is_path(word):
            print(f"{word!r} is a path")


check_fitting()
check_words()
check_requirements()
