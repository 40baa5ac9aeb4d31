"""Usage: contents.py base PYTHON FOLDER
contents.py table NAME BASE OTHER HELPER

base makes a base interpreter that may be damaged: its program is a copy of PYTHON's, its library a
folder of links.

table puts distributions into the environment NAME of $MULTIVENV_HOME, whose base is BASE, does
each damage to it, and compares three verdicts with those expected: that of lsvenvs, of showvenv and
of lsvenvs --deep. OTHER is a base of another minor version, or empty. Prints each difference.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from glob import escape, glob
from typing import Any, Callable, NamedTuple


def make_base(python: str, folder: str) -> str:
    """Make a base interpreter, and return its program."""
    question = "import os, sys; print(*sys.version_info[:2], os.path.dirname(os.__file__))"
    answer = subprocess.run(
        [python, "-I", "-c", question], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    major, minor, library = answer.rstrip("\n").split(" ", 2)
    name = f"python{major}.{minor}"
    os.makedirs(f"{folder}/bin")
    shutil.copy2(python, f"{folder}/bin/{name}")
    os.symlink(name, f"{folder}/bin/python3")
    os.makedirs(f"{folder}/lib/{name}")
    for entry in os.listdir(library):
        os.symlink(f"{library}/{entry}", f"{folder}/lib/{name}/{entry}")
    prefix = os.path.dirname(os.path.dirname(library))
    for found in glob(f"{escape(prefix)}/lib/libpython*"):
        os.symlink(found, f"{folder}/lib/{os.path.basename(found)}")
    os.makedirs(f"{folder}/include")
    for found in glob(f"{escape(prefix)}/include/{name}*"):
        os.symlink(found, f"{folder}/include/{os.path.basename(found)}")
    return f"{folder}/bin/{name}"


class Env(NamedTuple):
    """The environment."""

    path: str
    base: str
    other: str
    site: str
    library: str
    """The folder in lib, such as python3.12."""
    projects: str
    """The folder of the editable projects."""

    @property
    def tag(self) -> str:
        """The start of the tag of its extension modules."""
        return f"cpython-{self.library[6:].replace('.', '')}"

    def write(self, name: str, text: str = "") -> None:
        """Write a file in site-packages, or at an absolute path."""
        path = os.path.join(self.site, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):  # the kept one is the same file
            os.unlink(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def drop(self, *names: str) -> None:
        """Delete files and folders in site-packages, or at absolute paths."""
        for name in names:
            path = os.path.join(self.site, name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file in site-packages, or at an absolute path."""
        os.rename(os.path.join(self.site, old), os.path.join(self.site, new))

    def configure(self, old: str, new: str) -> None:
        """Replace a text in pyvenv.cfg."""
        file = f"{self.path}/pyvenv.cfg"
        with open(file, encoding="utf-8") as lines:
            text = lines.read()
        assert old in text, f"{old} in {file}"
        self.write(file, text.replace(old, new))

    def record(self, **keys: object) -> None:
        """Write a record of multivenv."""
        self.write(f"{self.path}/.multivenv.json", json.dumps({"schema": 1, **keys}) + "\n")

    def install(self, called: str, *files: str, requires: str = "") -> None:
        """Install a distribution NAME-VERSION with these files."""
        name, _, version = called.partition("-")
        info = f"{called}.dist-info"
        for file in files:
            self.write(file, "#\n")
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        self.write(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
        )
        self.write(f"{info}/INSTALLER", "pip\n")
        lines = [*files, f"{info}/METADATA", f"{info}/INSTALLER", f"{info}/RECORD"]
        self.write(f"{info}/RECORD", "".join(f"{line},,\n" for line in lines))

    def edit(self, called: str, *files: str) -> str:
        """Install a project in editable mode, with these files in site-packages, and return its
        path.
        """
        project = f"{self.projects}/{called.partition('-')[0]}"
        os.makedirs(f"{project}/src", exist_ok=True)
        self.install(called, *files)
        origin = {"url": f"file://{project.replace(' ', '%20')}", "dir_info": {"editable": True}}
        self.write(f"{called}.dist-info/direct_url.json", json.dumps(origin))
        return project


def fill(env: Env) -> None:
    """Put healthy distributions into the environment, of each kind that could be taken for a
    damaged one.
    """
    env.install(
        "idna-3.7", "idna/__init__.py", "idna/core.py", "idna/__pycache__/core.cpython-312.pyc"
    )
    env.drop("idna/__pycache__")
    env.install("six-1.16", "six.py")
    env.install("tool-1.0", "tool.py", "../../../bin/tool", "../../../bin/unwanted")
    env.drop(f"{env.path}/bin/unwanted")
    env.install("fast-1.0", "fast/__init__.py", f"fast/_c.{env.tag}-x86_64-linux-gnu.so")
    env.install("limited-1.0", "limited/__init__.py", "limited/_c.abi3.so", "limited/plain.so")
    env.install(
        *("fat-1.0", "fat/__init__.py", "fat/_c.cpython-36m-x86_64-linux-gnu.so"),
        f"fat/_c.{env.tag}-darwin.so",
    )
    env.install("compiled-1.0", "compiled/__init__.py", "compiled/core.py", "lone.py")
    for path in ("compiled/__init__.py", "compiled/core.py", "lone.py"):
        env.rename(path, f"{path}c")
    env.install("pip-24.0", "pip/__init__.py", "../../../bin/pip")
    env.write(
        f"{env.path}/bin/pip",
        f"#!{env.path}/bin/python\nimport sys\nfrom pip import main\nmain()\n",
    )
    # a namespace without __init__.py, and one whose __init__.py went with another distribution
    env.install("space.a-1.0", "space/a/__init__.py")
    env.install("space.b-1.0", "space/b/__init__.py")
    env.install("ports.a-1.0", "ports/__init__.py", "ports/a/__init__.py", "tests/__init__.py")
    env.install("ports.b-1.0", "ports/__init__.py", "ports/b/__init__.py", "tests/__init__.py")
    env.drop("ports/__init__.py", "tests/__init__.py")
    env.install("data-1.0", "../../../share/data/file")
    env.install("meta-1.0")
    env.install("types_six-1.0", "six-stubs/__init__.pyi")
    env.install("nokeep-1.0", "nokeep.py")
    env.drop("nokeep-1.0.dist-info/RECORD")  # optional: PEP 627
    env.write("~dna-3.6.dist-info/METADATA")
    env.write("~dna/__init__.py")
    env.write("old-1.0-py3.8.egg-info", "Metadata-Version: 1.0\nName: old\nVersion: 1.0\n")
    env.write(
        "egg-1.0-py3.8.egg/EGG-INFO/PKG-INFO", "Metadata-Version: 1.0\nName: egg\nVersion: 1.0\n"
    )
    env.write("leftover-1.0.dist-info/licenses/LICENSE")
    env.write("easy-install.pth", "./egg-1.0-py3.8.egg\n")
    env.write("mine.pth", "# mine\nimport sys\nsub\n")
    env.write("space-nspkg.pth", "import sys\n")
    env.write("handmade.py")
    project = env.edit("static-1.0", "__editable__.static-1.0.pth")
    env.write("__editable__.static-1.0.pth", f"{project}/src\n")
    project = env.edit("found-1.0", "__editable___found_1_0_finder.py")
    env.write(f"{project}/src/found/__init__.py")
    env.write(f"{project}/src/single.py")
    env.write(
        "__editable___found_1_0_finder.py",
        f"MAPPING: dict[str, str] = {{'found': '{project}/src/found', "
        f"'single': '{project}/src/single'}}\n",
    )
    env.edit("hooked-1.0", "_editable_impl_hooked.py")  # as hatchling's exact mode
    env.write(f"{env.projects}/linked/linked.py")
    env.write("linked.egg-link", f"{env.projects}/linked\n.\n")
    env.write(f"{env.projects}/added/added.py")
    env.write(
        "_virtualenv_path_extensions.pth",
        f"import sys; sys.__plen = len(sys.path)\n{env.projects}/added\nimport sys; new = []\n",
    )
    env.record(requirements=["idna"], system_site_packages=False)


# --- damages ----------------------------------------------------------------


class Case(NamedTuple):
    """A damage, the three verdicts, and a part of the reason of the last one."""

    name: str
    statuses: str
    """Those of lsvenvs, showvenv and lsvenvs --deep."""
    reason: str
    spoil: Callable[[Env], object]


def of_base(name: str) -> Callable[[Env], object]:
    """Delete a part of the base's library."""
    return lambda env: env.drop(f"{env.base}/lib/{env.library}/{name}")


def a_base(env: Env, data: bytes) -> None:
    """Replace the program of the base."""
    program = f"{env.base}/bin/{env.library}"
    os.unlink(program)
    with open(program, "wb") as file:
        file.write(data)
    os.chmod(program, 0o755)


def truncated(env: Env) -> None:
    with open(f"{env.base}/bin/{env.library}", "rb") as file:
        data = file.read()
    a_base(env, data[: len(data) // 3])


def emptied(env: Env) -> None:
    env.drop(*os.listdir(env.site))


def emptied_of_uv(env: Env) -> None:
    emptied(env)
    env.drop(*glob(f"{escape(env.path)}/bin/pip*"), f"{env.path}/.multivenv.json")
    env.write(
        f"{env.path}/bin/flask",
        f"#!{env.path}/bin/python\nimport sys\nfrom flask.cli import main\n",
    )


def emptied_relocatable(env: Env) -> None:
    emptied_of_uv(env)
    start = "'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n"
    env.write(
        f"{env.path}/bin/flask", f"#!/bin/sh\n{start}import sys\nfrom flask.cli import main\n"
    )


def without_pip_of_virtualenv(env: Env) -> None:
    env.drop("pip")
    env.write(
        f"{env.path}/bin/pip",
        f"#!{env.path}/bin/python\nimport sys\nif __name__ == '__main__':\n"
        "    from pip._internal.cli.main import main\n    sys.exit(main())\n",
    )


def without_system(env: Env) -> None:
    env.configure("include-system-site-packages = false", "include-system-site-packages = true")
    env.record(system_site_packages=True)
    env.install("flask-3.0", "flask.py", requires="of-the-system>=2")


def replaced_by_another_minor(env: Env) -> None:
    with open(glob(f"{escape(env.other)}/bin/python3.*")[0], "rb") as file:
        a_base(env, file.read())


LOADER = b"#!/bin/sh\necho 'error while loading shared libraries: libx.so' >&2\nexit 127\n"


CASES = (
    Case("none", "ok ok ok", "", lambda env: None),
    Case("a part of a package", "ok ok ok", "", lambda env: env.drop("idna/core.py")),
    # the base interpreter
    # the library that it was compiled for may still be there
    Case("lib of the base", "damaged damaged *", "", of_base("")),
    Case("os.py of the base", "damaged damaged *", "", of_base("os.py")),
    Case("encodings of the base", "damaged damaged broken", "does not start", of_base("encodings")),
    Case(
        "lib-dynload of the base",
        "ok ok *",
        "",
        of_base("lib-dynload"),
    ),
    Case(
        "json of the base",
        "ok ok broken",
        "cannot import its standard library: Mod",
        of_base("json"),
    ),
    Case(
        "a shared library of the base",
        "ok ok broken",
        "does not start: error while",
        lambda env: a_base(env, LOADER),
    ),
    Case("a base that was cut off", "damaged damaged broken", "does not start", truncated),
    Case(
        "a base that is a text",
        "damaged damaged broken",
        "does not start",
        lambda env: a_base(env, b"<html>\n"),
    ),
    Case(
        "an empty base",
        "dangling dangling dangling",
        "which is empty",
        lambda env: a_base(env, b""),
    ),
    Case(
        "a base of another minor version",
        "ok ok hollow",
        "but its packages are in lib/python3",
        replaced_by_another_minor,
    ),
    # site-packages
    Case(
        "an empty site-packages",
        "damaged damaged damaged",
        "is empty, but 'idna' was requested",
        emptied,
    ),
    Case(
        "one without record and pip",
        "damaged damaged damaged",
        "is empty, but bin/flask needs a package",
        emptied_of_uv,
    ),
    Case(
        "one of uv --relocatable",
        "damaged damaged damaged",
        "is empty, but bin/flask needs a package",
        emptied_relocatable,
    ),
    Case(
        "pip of virtualenv",
        "damaged damaged damaged",
        "bin/pip exists, but its site-packages has no pip",
        without_pip_of_virtualenv,
    ),
    Case(
        "pip",
        "damaged damaged damaged",
        "bin/pip exists, but its site-packages has no pip",
        lambda env: env.drop("pip"),
    ),
    Case(
        "the files of a distribution",
        "ok damaged damaged",
        "idna/__init__.py of idna 3.7 no longer exists",
        lambda env: env.drop("idna"),
    ),
    Case(
        "all of its files",
        "ok damaged damaged",
        "types_six 1.0 has metadata, but its files no longer exist",
        lambda env: env.drop("six-stubs"),
    ),
    Case(
        "a module",
        "ok damaged damaged",
        "six.py of six 1.16 no longer exists",
        lambda env: env.drop("six.py"),
    ),
    Case(
        "an extension module",
        "ok damaged damaged",
        "fast/_c.* of fast 1.0 no longer exists",
        lambda env: env.drop(f"fast/_c.{env.tag}-x86_64-linux-gnu.so"),
    ),
    Case(
        *("an extension module for another Python", "ok damaged damaged"),
        "fast/_c.cpython-36m-x86_64-linux-gnu.so is built for Python 3.6, but this is Python 3",
        lambda env: env.rename(
            f"fast/_c.{env.tag}-x86_64-linux-gnu.so", "fast/_c.cpython-36m-x86_64-linux-gnu.so"
        ),
    ),
    Case(
        "an empty METADATA",
        "ok damaged damaged",
        "the METADATA of idna 3.7 is empty",
        lambda env: env.write("idna-3.7.dist-info/METADATA"),
    ),
    Case(
        "an empty RECORD",
        "ok damaged damaged",
        "the RECORD of idna 3.7 is empty",
        lambda env: env.write("idna-3.7.dist-info/RECORD"),
    ),
    Case(
        "bin/pip",
        "ok damaged damaged",
        "bin/pip of pip ",
        lambda env: env.drop(f"{env.path}/bin/pip"),
    ),
    Case(
        "bin/activate",
        "ok damaged damaged",
        "bin/activate is missing",
        lambda env: env.drop(f"{env.path}/bin/activate"),
    ),
    # editable projects
    Case(
        "a project",
        "damaged damaged damaged",
        "static is installed from .*/static, which no longer",
        lambda env: env.drop(f"{env.projects}/static"),
    ),
    Case(
        "the folder of its modules",
        "damaged damaged damaged",
        "__editable__.static-1.0.pth points to ",
        lambda env: env.drop(f"{env.projects}/static/src"),
    ),
    Case(
        "a project with a finder",
        "damaged damaged damaged",
        "found is installed from ",
        lambda env: env.drop(f"{env.projects}/found"),
    ),
    Case(
        "a package of a finder",
        "damaged damaged damaged",
        "__editable___found_1_0_finder.py points to ",
        lambda env: env.drop(f"{env.projects}/found/src/found"),
    ),
    Case(
        "a project with a hook of its own",
        "ok damaged damaged",
        "hooked 1.0 is installed from ",
        lambda env: env.drop(f"{env.projects}/hooked"),
    ),
    Case(
        "a project of setup.py develop",
        "damaged damaged damaged",
        "linked.egg-link points to ",
        lambda env: env.drop(f"{env.projects}/linked"),
    ),
    Case(
        "a folder of add2virtualenv",
        "damaged damaged damaged",
        "_virtualenv_path_extensions.pth points to ",
        lambda env: env.drop(f"{env.projects}/added"),
    ),
    # what runs when Python starts
    Case(
        "sitecustomize",
        "ok ok damaged",
        "sitecustomize fails when Python starts: ",
        lambda env: env.write("sitecustomize.py", "raise RuntimeError('no')\n"),
    ),
    Case(
        "a .pth file",
        "ok ok damaged",
        "mine.pth fails when Python starts: .*nowhere",
        lambda env: env.write("mine.pth", "import nowhere\n"),
    ),
    # pyvenv.cfg
    Case(
        "home of another minor version",
        "damaged damaged damaged",
        "which contains Python 3.*, but bin/python starts Python 3",
        lambda env: env.configure(f"home = {env.base}/bin", f"home = {env.other}/bin"),
    ),
    Case(
        "include-system-site-packages",
        "ok damaged damaged",
        "= true, but was created with false",
        lambda env: env.configure("packages = false", "packages = true"),
    ),
    Case(
        "the packages of the system",
        "ok ok damaged",
        "flask needs of-the-system, which neither",
        without_system,
    ),
)


def main() -> int:
    command, *words = sys.argv[1:]
    if command == "base":
        print(make_base(*words))
        return 0
    name, base, other, helper = words
    home = os.environ["MULTIVENV_HOME"]
    site = glob(f"{escape(home)}/{escape(name)}/lib/python*/site-packages")[0]
    library = os.path.basename(os.path.dirname(site))
    env = Env(f"{home}/{name}", base, other, site, library, f"{os.path.dirname(base)}/projects")
    fill(env)
    kept = f"{os.path.dirname(home)}/kept"
    places = (home, base, env.projects)
    for place in places:
        copy(place, kept + place)
    wrong = 0
    for case in CASES:
        if not other and "another minor" in case.name:
            continue
        for place in places:
            shutil.rmtree(place)
            copy(kept + place, place)
        case.spoil(env)
        wrong += differs(case, name, helper)
    return 1 if wrong else 0


def differs(case: Case, name: str, helper: str) -> bool:
    found = [
        said(helper, *words, name)
        for words in (
            ["lsvenvs", "--json"],
            ["showvenv", "--json"],
            ["lsvenvs", "--json", "--deep"],
        )
    ]
    statuses = [each["status"] for each in found]
    same = all(want in ("*", status) for want, status in zip(case.statuses.split(), statuses))
    reason = str(found[-1]["reason"] or "")
    if same and re.search(case.reason, reason) and bool(reason) == ("ok" not in statuses[-1:]):
        if os.environ.get("MULTIVENV_TEST_FIGURES"):
            print(f"| {case.name} | {' | '.join(statuses)} | {reason} |", file=sys.stderr)
        return False
    print(f"{case.name}: expected {case.statuses} {case.reason}, but is {statuses} {reason}")
    return True


def said(helper: str, *words: str) -> dict[str, str]:
    """What the helper says of the environment."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", helper, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    environments: list[dict[str, str]] = found.get("environments") or [found]
    return environments[0]


def copy(source: str, target: str) -> None:
    shutil.copytree(source, target, symlinks=True, copy_function=link)


def link(source: str, target: str) -> None:
    os.link(source, target, follow_symlinks=False)


if __name__ == "__main__":
    sys.exit(main())
