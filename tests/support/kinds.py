"""Usage: kinds.py FOLDER HELPER [NAME=VALUE]...

Makes environments of many kinds with real software, does each damage to each of them, and repairs
it. A cell of the table is right if the healthy environment was `ok`, the damaged one has the
expected status, the repaired one is `ok` (--deep too), and it is of the same kind as before, with
its packages and the user's own files. Prints the table, and a line for what is wrong.

FOLDER has `wheels`. The values name what makes environments: python2, python3, newer (of the same
minor version as python3, may be missing), pypy, virtualenv, virtualenv16, virtualenv20, uv. What
is missing is skipped, and named. With $MULTIVENV_TEST_ALL each damage is done to each kind.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from glob import escape, glob
from typing import Callable, Iterator, NamedTuple

SEEDED = ("pip", "setuptools", "wheel")
"""What creators bring, each another version."""

FROM_BASE = "frombase"
"""A module that all bases have."""

ALL = bool(os.environ.get("MULTIVENV_TEST_ALL"))

# --- files ---------------------------------------------------------------------


def link_tree(source: str, target: str) -> None:
    """Copy a tree by hard links: its files may be replaced, but not be changed."""
    shutil.copytree(source, target, symlinks=True, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    os.link(source, target, follow_symlinks=False)


def replace(path: str, data: bytes) -> None:
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)


def minor_of(version: str) -> str:
    return ".".join(version.split(".")[:2])


# --- bases ------------------------------------------------------------------


class Base(NamedTuple):
    """An interpreter that may be damaged."""

    path: str
    successor: str
    """Another one of the same minor version, which stays."""
    upgraded: str | None
    """One with a newer patch version."""
    program: str
    """The name of its program."""
    version: str


def answer(python: str, expression: str) -> str:
    run = subprocess.run(
        [python, "-c", f"import os, sys; print({expression})"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return run.stdout.rstrip("\n")


def folder_name(python: str) -> str:
    """The name that pyenv and asdf give to an interpreter's folder."""
    version = answer(python, "'.'.join(str(each) for each in sys.version_info[:3])")
    return f"pypy{minor_of(version)}-7.3.11" if "pypy" in python else version


def make_base(python: str, folder: str) -> tuple[str, str]:
    """Make a base interpreter: a copy of the program, and a standard library of symlinks, but with
    its own site-packages. Returns the name of the program and its version.
    """
    version = answer(python, "'.'.join(str(each) for each in sys.version_info[:3])")
    library = answer(python, "os.path.dirname(os.__file__)")
    program = os.path.basename(os.path.realpath(python))
    os.makedirs(f"{folder}/bin")
    shutil.copy2(os.path.realpath(python), f"{folder}/bin/{program}")
    short = "pypy3" if "pypy" in program else f"python{version[0]}"
    for name in (short, "python"):
        os.symlink(program, f"{folder}/bin/{name}")
    place = f"{folder}/lib/{os.path.basename(library)}"
    os.makedirs(place)
    for entry in os.listdir(library):
        if entry not in ("site-packages", "dist-packages"):
            os.symlink(f"{library}/{entry}", f"{place}/{entry}")
    # Debian looks into the second
    for site in ("site-packages", "dist-packages"):
        os.mkdir(f"{place}/{site}")
        write(f"{place}/{site}/{FROM_BASE}.py", "")
    prefix = os.path.dirname(os.path.dirname(library))
    for found in glob(f"{escape(prefix)}/include/*python{minor_of(version)}*"):
        os.makedirs(f"{folder}/include", exist_ok=True)
        os.symlink(found, f"{folder}/include/{os.path.basename(found)}")
    return program, version


def write(path: str, text: str, mode: int = 0o644) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


# --- kinds ------------------------------------------------------------------


class Env(NamedTuple):
    """An environment of a kind."""

    name: str
    path: str
    base: Base
    moving: tuple[str, ...]
    """The folder that a damage moves, if the kind has one."""
    modules: tuple[str, ...]
    legacy: bool
    """Without pyvenv.cfg."""
    relocatable: bool
    packages: bool
    """It is of interest for its packages, not for its interpreter."""

    @property
    def site(self) -> str:
        found = glob(f"{escape(self.path)}/lib/*/site-packages") or glob(
            f"{escape(self.path)}/site-packages"
        )
        return found[0]


class World:
    """The bases, and what makes environments of them."""

    def __init__(self, folder: str, helper: str, tools: dict[str, str]) -> None:
        self.folder, self.tools = folder, tools
        self.home = os.environ["MULTIVENV_HOME"]
        self.bases = f"{os.environ['PYENV_ROOT']}/versions"
        self.successors = f"{os.environ['ASDF_DATA_DIR']}/installs/python"
        self.projects = f"{folder}/projects"
        pycache = f"pycache_prefix={os.environ['MULTIVENV_CACHE']}/pycache"
        self.helper = [sys.executable, "-I", "-S", "-X", "utf8", "-X", pycache, helper]
        self.found: dict[str, Base] = {}
        for kind in ("python3", "python2", "pypy"):
            if tools.get(kind):
                self.found[kind] = self._base(kind)

    def _base(self, kind: str) -> Base:
        python, newer = self.tools[kind], ""
        if kind == "python3":
            newer = self.tools.get("newer", "")
        name = folder_name(python)
        program, version = make_base(python, f"{self.bases}/{name}")
        successor = f"{self.successors}/{folder_name(newer or python)}"
        make_base(newer or python, successor)
        upgraded = f"{self.folder}/upgraded" if newer else None
        if upgraded:
            make_base(newer, upgraded)
        return Base(f"{self.bases}/{name}", successor, upgraded, program, version)

    def run(self, *words: str, where: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=where,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
            errors="replace",
        )

    def do(self, *words: str, where: str | None = None) -> None:
        run = self.run(*words, where=where)
        if run.returncode:
            raise RuntimeError(f"{' '.join(words)}: {run.stdout.strip()[-2000:]}")

    def pip(self, path: str, *words: str) -> None:
        self.do(f"{path}/bin/python", "-m", "pip", "install", "-q", *words)

    def mkvenv(self, name: str, python: str, *words: str) -> None:
        self.do(*self.helper, "mkvenv", "--no-use", "-p", python, name, *words)

    def project(self, name: str, backend: str) -> str:
        """Make a project with a module of that name. Returns its folder."""
        folder = f"{self.projects}/{name}"
        write(f"{folder}/src/{name}/__init__.py", "def main(): print('it works')\n")
        if backend == "setup.py":
            write(
                f"{folder}/setup.py",
                f"import setuptools\nsetuptools.setup(name={name!r}, version='1.0',"
                f" package_dir={{'': 'src'}}, packages=[{name!r}])\n",
            )
            return folder
        requires, module = {
            "setuptools": ("setuptools", "setuptools.build_meta"),
            "hatchling": ("hatchling", "hatchling.build"),
        }[backend]
        write(
            f"{folder}/pyproject.toml",
            f'[project]\nname = "{name}"\nversion = "1.0"\n'
            f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{module}"\n',
        )
        return folder


Make = Callable[[World, str, str, str], "tuple[str, ...]"]
"""Makes an environment of a NAME, at a path, with an interpreter; returns its folders to move."""


class Kind(NamedTuple):
    """A way to make environments."""

    name: str
    base: str
    tools: tuple[str, ...]
    make: Make
    modules: tuple[str, ...]
    packages: bool
    rare: bool
    """Only with $MULTIVENV_TEST_ALL."""


KINDS: list[Kind] = []


def kind(
    name: str,
    base: str = "python3",
    tools: str = "",
    modules: str = "",
    packages: bool = False,
    rare: bool = False,
) -> Callable[[Make], Make]:
    """A function that makes environments of a kind."""

    def add(make: Make) -> Make:
        each = ("demo", "own_module", *modules.split())
        KINDS.append(Kind(name, base, tuple(tools.split()), make, each, packages, rare))
        return make

    return add


def old_virtualenv(tool: str, *options: str) -> Make:
    def make(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
        file = world.tools[tool]
        command = [python, file] if file.endswith(".py") else [file, "-p", python]
        world.do(*command, "-q", *options, path)
        world.pip(path, "demo")
        return ()

    return make


kind("2.7, virtualenv 20.21.1", "python2", "virtualenv20")(
    old_virtualenv("virtualenv20", "--no-periodic-update")
)
kind("2.7, virtualenv 16.7.12", "python2", "virtualenv16")(
    old_virtualenv("virtualenv16", "--no-download")
)
kind("virtualenv", tools="virtualenv")(old_virtualenv("virtualenv", "--no-periodic-update"))
kind("PyPy, virtualenv", "pypy", "virtualenv", rare=True)(
    old_virtualenv("virtualenv", "--no-periodic-update")
)
kind("virtualenv 20.21.1", tools="virtualenv20", rare=True)(
    old_virtualenv("virtualenv20", "--no-periodic-update")
)


def venv(*options: str) -> Make:
    def make(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
        world.do(python, "-m", "venv", *options, path)
        world.pip(path, "demo")
        return ()

    return make


kind("PyPy, venv", "pypy")(venv())
kind("PyPy, venv --copies", "pypy")(venv("--copies"))
kind("venv --copies")(venv("--copies"))
kind("venv --system-site-packages", modules=FROM_BASE)(venv("--system-site-packages"))


def uv(*options: str) -> Make:
    def make(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
        tool = world.tools["uv"]
        world.do(tool, "venv", "-q", "--no-config", *options, "-p", python, path)
        world.do(tool, "pip", "install", "-q", "--no-config", "--no-index", "-f",
                 f"{world.folder}/wheels", "-p", f"{path}/bin/python", "demo")  # fmt: skip
        return ()

    return make


kind("uv", tools="uv")(uv())
kind("uv --relocatable", tools="uv")(uv("--relocatable"))


@kind("of an environment")
def of_an_environment(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    origin = f"{world.folder}/origin"
    world.do(python, "-m", "venv", "--without-pip", origin)
    return venv()(world, name, path, f"{origin}/bin/python")


def editable(backend: str) -> Make:
    def make(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
        folder = world.project(f"by{backend}", backend)
        world.mkvenv(name, python, "demo", "-e", folder)
        return (folder,)

    return make


kind("editable, setuptools", modules="bysetuptools", packages=True)(editable("setuptools"))
kind("editable, hatchling", modules="byhatchling", packages=True)(editable("hatchling"))


@kind("setup.py develop", modules="developed", packages=True)
def developed(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    folder = world.project("developed", "setup.py")
    world.mkvenv(name, python, "demo", "setuptools")
    world.do(f"{path}/bin/python", "setup.py", "-q", "develop", "--no-deps", where=folder)
    return (folder,)


@kind("git+file", modules="fromgit", packages=True)
def from_git(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    folder = world.project("fromgit", "setuptools")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        world.do(*git, *words, where=folder)
    url = f"git+file://{folder.replace(' ', '%20')}#egg=fromgit"  # for a pip before 24.1
    world.mkvenv(name, python, "demo", url)
    return ()


@kind("local wheel", modules="local", packages=True)
def local_wheel(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    world.mkvenv(name, python, "demo", glob(f"{escape(world.folder)}/local/local-*.whl")[0])
    return ()


@kind("add2virtualenv", modules="added", packages=True)
def add2virtualenv(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    folder = f"{world.projects}/added folder"
    write(f"{folder}/added.py", "")
    world.mkvenv(name, python, "demo")
    site = glob(f"{escape(path)}/lib/*/site-packages")[0]
    write(
        f"{site}/_virtualenv_path_extensions.pth",
        f"import sys; sys.__plen = len(sys.path)\n{folder}\nimport sys; new=sys.path[sys.__plen:];"
        " del sys.path[sys.__plen:]; p=getattr(sys,'__egginsert',0); sys.path[p:p]=new;"
        " sys.__egginsert = p+len(new)\n",
    )
    return (folder,)


@kind("kernelspec", packages=True)
def kernelspec(world: World, name: str, path: str, python: str) -> tuple[str, ...]:
    world.mkvenv(name, python, "demo")
    words = [f"{path}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    text = json.dumps({"argv": words, "display_name": name, "language": "python"}, indent=1)
    write(f"{path}/share/jupyter/kernels/{name}/kernel.json", text)
    return ()


# --- damages ----------------------------------------------------------------


class Damage(NamedTuple):
    """A damage to an environment."""

    name: str
    status: Callable[[Env], str]
    """What it is then; nothing if this damage is none of its kind."""
    spoil: Callable[[World, Env], object]


def base_moved(world: World, env: Env) -> None:
    if os.path.isdir(env.base.path):
        os.rename(env.base.path, f"{world.folder}/away-{os.path.basename(env.base.path)}")


def base_upgraded(world: World, env: Env) -> None:
    base = env.base
    if base.upgraded is None:
        major, minor, patch = base.version.split(".")
        before = f"{major}.{minor}.{int(patch) - 1}"
        pattern = rf"(?m)^(version\w* *= *){re.escape(base.version)}"
        text = re.sub(pattern, rf"\g<1>{before}", read(f"{env.path}/pyvenv.cfg"))
        replace(f"{env.path}/pyvenv.cfg", text.encode())
    elif not os.path.isdir(f"{world.folder}/before"):
        os.rename(base.path, f"{world.folder}/before")
        link_tree(base.upgraded, base.path)


def renamed(world: World, env: Env) -> None:
    os.rename(env.path, f"{env.path} moved")


def emptied(world: World, env: Env) -> None:
    site = env.site
    shutil.rmtree(site)
    os.mkdir(site)
    record = f"{env.path}/.multivenv.json"
    if not os.path.exists(record):  # as mkvenv would have written it
        write(record, json.dumps({"schema": 1, "requirements": ["demo"]}))


def module_gone(world: World, env: Env) -> None:
    for file in glob(f"{escape(env.site)}/demo.py*"):  # Python 2.7 would import demo.pyc
        os.unlink(file)


def project_moved(world: World, env: Env) -> None:
    os.makedirs(f"{world.folder}/moved", exist_ok=True)
    for folder in env.moving:
        os.rename(folder, moved_to(world, folder))


def moved_to(world: World, folder: str) -> str:
    return f"{world.folder}/moved/{os.path.basename(folder)}"


def python_deleted(world: World, env: Env) -> None:
    os.unlink(f"{env.path}/bin/python")


def everyone(status: str) -> Callable[[Env], str]:
    return lambda env: status


def interpreters(status: str) -> Callable[[Env], str]:
    """Only those that are of interest for their interpreters, unless all are wanted."""
    return lambda env: "" if env.packages and not ALL else status


LIKE_OTHERS = (
    "of an environment",
    "venv --system-site-packages",
    "editable, setuptools",
    "editable, hatchling",
    "git+file",
    "local wheel",
    "add2virtualenv",
    "kernelspec",
)
"""Those whose packages are reinstalled like those of other environments."""

DAMAGES = [
    Damage("base moved", everyone("dangling"), base_moved),
    Damage("patch", lambda env: "" if env.legacy else interpreters("drifted")(env), base_upgraded),
    Damage("moved", lambda env: "ok" if env.relocatable else "moved", renamed),
    Damage("emptied", everyone("damaged"), emptied),
    Damage(
        "module gone",
        lambda env: "damaged" if ALL or env.name not in LIKE_OTHERS else "",
        module_gone,
    ),
    Damage("project moved", lambda env: "damaged" if env.moving else "", project_moved),
    Damage("no python", interpreters("dangling"), python_deleted),
]

# --- what an environment is -------------------------------------------------

LOOK = """
import json, os, platform, sys
found = {"version": "%d.%d" % sys.version_info[:2],
         "implementation": platform.python_implementation(),
         "prefix": sys.prefix.replace(sys.argv[1], "ENV")}
for name in sys.argv[2:]:
    try:
        __import__(name)
        found[name] = "imported"
    except Exception as error:
        found[name] = repr(error)
print(json.dumps(found, sort_keys=True))
"""


class Sight(NamedTuple):
    """What can be seen of an environment."""

    says: dict[str, str]
    """What its interpreter says: of itself, and of its modules."""
    command: str
    kind: str
    """Whether its interpreter is a copy, and what pyvenv.cfg says."""
    packages: dict[str, str]
    own: dict[str, str]
    """The user's own files."""


OWN = ("share/notes.txt", "lib/mine/data", "bin/postactivate", "bin/sub/program")


def give_own_files(env: Env) -> None:
    for name in OWN:
        write(f"{env.path}/{name}", "#!/bin/sh\n# my own\n", 0o755)
    write(f"{env.site}/own_module.py", "# my own\n")
    write(f"{env.site}/own.pth", "# my own\n")


def look(world: World, env: Env, path: str) -> Sight:
    """Look at an environment, and start its interpreter and a command."""
    says, command = {}, ""
    try:
        run = world.run(f"{path}/bin/python", "-c", LOOK, path, *env.modules)
        says = json.loads(run.stdout)
        command = world.run(f"{path}/bin/demo").stdout
    except OSError as error:
        command = f"does not start: {error.strerror}"
    except ValueError:
        command = run.stdout
    keys = set()
    text = read(f"{path}/pyvenv.cfg") if os.path.isfile(f"{path}/pyvenv.cfg") else ""
    for line in text.splitlines():
        key, _, value = (each.strip() for each in line.partition("="))
        if key in ("uv", "virtualenv"):
            keys.add(key)
        elif key in ("relocatable", "include-system-site-packages", "implementation"):
            keys.add(f"{key} {value}")
    if env.legacy:
        keys.clear()  # virtualenv 20 writes a pyvenv.cfg when it makes the environment again
    python = os.path.realpath(f"{path}/bin/python")
    copied = "a copy" if python.startswith(os.path.realpath(path)) else "a link"
    own = {}
    names = [*OWN, *(os.path.relpath(each, path) for each in files_in(f"{path}/share"))]
    for name in {*names, *glob_in(path, "lib/*/site-packages/own*", "site-packages/own*")}:
        # Debian's PyPy copies its wheels into new environments
        if not re.search(r"__pycache__|\.pyc$|/python-wheels/", name):
            exists = os.path.isfile(f"{path}/{name}")
            own[name] = read(f"{path}/{name}").replace(path, "ENV") if exists else "gone"
    return Sight(
        says,
        command.strip().replace(path, "ENV"),
        ", ".join([copied, *sorted(keys)]),
        packages_in(path),
        own,
    )


def files_in(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield f"{place}/{name}"


def glob_in(path: str, *patterns: str) -> list[str]:
    found = [each for pattern in patterns for each in glob(f"{escape(path)}/{pattern}")]
    return [os.path.relpath(each, path) for each in found]


def packages_in(path: str) -> dict[str, str]:
    found = {}
    for info in glob_in(path, "lib/*/site-packages/*-info", "site-packages/*-info"):
        name, version = os.path.basename(info).split("-")[:2]
        if name.lower() not in SEEDED:
            found[name.lower()] = re.sub("[.](dist|egg)$", "", version)
    for link in glob_in(path, "lib/*/site-packages/*.egg-link"):
        found[os.path.basename(link)[:-9]] = "1.0"
    return found


def differences(then: Sight, now: Sight) -> Iterator[str]:
    """What is not as before, in words."""
    for what, before, after in zip(then._fields, then, now):
        if before == after:
            continue
        if isinstance(before, dict):
            assert isinstance(after, dict)
            for key in sorted({*before, *after}):
                if before.get(key) != after.get(key):
                    yield f"{what} {key}: {before.get(key)!r} is now {after.get(key)!r}"
        else:
            yield f"{what}: {before!r} is now {after!r}"


# --- the table --------------------------------------------------------------


class Table:
    """The cells: a damage to an environment."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept = f"{world.folder}/kept"
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.envs: list[Env] = []
        self.whole: dict[str, Sight] = {}
        self.cells: dict[tuple[str, str], list[str]] = {}
        self.skipped: list[str] = []

    def make(self) -> None:
        """Make the environments; they have to be `ok`."""
        tried = list(
            self.pool.map(self._make_one, [each for each in KINDS if ALL or not each.rare])
        )
        self.envs = [env for env in tried if env]
        for each in (False, True):
            found = self._statuses(deep=each)
            for env in self.envs:
                status, reason = found.get(env.name, ("", ""))
                wrong = [] if status == "ok" else [f"the healthy one is {status}: {reason}"]
                self.cells[env.name, "--deep" if each else "healthy"] = wrong
        sights = self.pool.map(lambda env: look(self.world, env, env.path), self.envs)
        for env, sight in zip(self.envs, sights):
            self.whole[env.name] = sight
            if "Error" in str(sight.says) or sight.command != "demo works":
                self.cells[env.name, "healthy"] += [f"it does not work from the start: {sight}"]
        for env in self.envs:
            link_tree(env.path, f"{self.kept}/envs/{env.name}")
        link_tree(self.world.bases, f"{self.kept}/bases")
        link_tree(self.world.projects, f"{self.kept}/projects")

    def _make_one(self, kind: Kind) -> Env | None:
        world = self.world
        missing = [each for each in (kind.base, *kind.tools) if not world.tools.get(each)]
        if missing:
            self.skipped.append(f"{kind.name}: no {', '.join(missing)}")
            return None
        base = world.found[kind.base]
        path = f"{world.home}/{kind.name}"
        try:
            moving = kind.make(world, kind.name, path, f"{base.path}/bin/{base.program}")
        except RuntimeError as error:
            self.skipped.append(f"{kind.name}: {error}")
            return None
        legacy = not os.path.exists(f"{path}/pyvenv.cfg")
        relocatable = "relocatable" in kind.name
        env = Env(
            *(kind.name, path, base, moving, kind.modules, legacy, relocatable, kind.packages)
        )
        give_own_files(env)
        return env

    def _restore(self) -> None:
        world = self.world
        for name in os.listdir(world.home):
            shutil.rmtree(f"{world.home}/{name}")
        for place in os.listdir(world.folder):
            if place in ("moved", "before") or place.startswith("away-"):
                shutil.rmtree(f"{world.folder}/{place}")
        for env in self.envs:
            link_tree(f"{self.kept}/envs/{env.name}", env.path)
        for kept, place in (("bases", world.bases), ("projects", world.projects)):
            shutil.rmtree(place)
            link_tree(f"{self.kept}/{kept}", place)

    def rows(self) -> None:
        for damage in DAMAGES:
            self._restore()
            envs = [env for env in self.envs if damage.status(env)]
            for env in envs:
                damage.spoil(self.world, env)
            begun = time.monotonic()
            found = self._statuses()
            if damage.spoil in (module_gone, base_upgraded):
                for name, deeper in self._statuses(deep=True).items():
                    # no file shows a missing module to lsvenvs, and the patch version of a PyPy
                    if damage.spoil is module_gone or "PyPy" in name:
                        found[name] = deeper
            wrong = self.pool.map(partial(self._cell, damage, found), envs)
            for env, each in zip(envs, wrong):
                self.cells[env.name, damage.name] = each
            print(f"# {damage.name}: {time.monotonic() - begun:.1f} s", file=sys.stderr)

    def _cell(self, damage: Damage, found: dict[str, tuple[str, str]], env: Env) -> list[str]:
        """What is wrong."""
        world, wrong = self.world, []
        name = f"{env.name} moved" if damage.spoil is renamed else env.name
        path = f"{world.home}/{name}"
        status, reason = found.get(name, ("nothing", ""))
        if status != damage.status(env):
            wrong.append(f"is {status} ({reason}), not {damage.status(env)}")
        words = ["-y"] + (["--deep"] if damage.spoil is base_upgraded else [])
        if damage.spoil is project_moved:
            for folder in env.moving:
                words += ["--moved", f"{folder}={moved_to(world, folder)}"]
        run = world.run(*world.helper, "fixvenv", *words, name)
        said = "; ".join(run.stdout.strip().splitlines())
        if run.returncode:
            wrong.append(f"fixvenv ended with {run.returncode}: {said}")
        status, reason = self._statuses(name, deep=True).get(name, ("nothing", ""))
        if status != "ok":
            wrong.append(f"is {status} after the repair ({reason}); fixvenv said: {said}")
        then, now = self.whole[env.name], look(world, env, path)
        if damage.spoil is emptied:
            then, now = without_unknown(then), without_unknown(now)
        unlike = list(differences(then, now))
        if unlike:
            wrong += [*unlike, f"fixvenv said: {said}"]
        return wrong

    def _statuses(self, *names: str, deep: bool = False) -> dict[str, tuple[str, str]]:
        """The status and the reason of each environment."""
        world = self.world
        options = ["--deep"] if deep else []
        run = subprocess.run(
            [*world.helper, "lsvenvs", "--json", *options, *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
        )
        try:
            found = json.loads(run.stdout)["environments"]
        except ValueError:
            return dict.fromkeys(names, (run.stderr, ""))
        return {each["name"]: (each["status"], each["reason"]) for each in found}

    def show(self) -> int:
        """Print the table. Returns the status of the process."""
        columns = ["healthy", "--deep", *(damage.name for damage in DAMAGES)]
        width = max(len(env.name) for env in self.envs)
        print(f"{'':{width}}  {'  '.join(columns)}")
        for env in self.envs:
            cells = [self._word(env, column).ljust(len(column)) for column in columns]
            print(f"{env.name:{width}}  {'  '.join(cells)}")
        for (name, column), wrong in self.cells.items():
            for each in wrong:
                print(f"WRONG {name}, {column}: {each}")
        for each in self.skipped:
            print(f"skipped {each}")
        right = sum(not wrong for wrong in self.cells.values())
        print(f"{len(self.cells)} cells, {right} right")
        return 0 if right == len(self.cells) else 1

    def _word(self, env: Env, column: str) -> str:
        wrong = self.cells.get((env.name, column))
        return "-" if wrong is None else "WRONG" if wrong else "right"


def without_unknown(sight: Sight) -> Sight:
    """Without what only the emptied site-packages showed: the user's own modules, and a project of
    setup.py develop.
    """
    gone = ("own_module", "added", "developed")
    return sight._replace(
        says={key: text for key, text in sight.says.items() if key not in gone},
        packages={key: text for key, text in sight.packages.items() if key not in gone},
        own={key: text for key, text in sight.own.items() if "site-packages" not in key},
    )


def main() -> int:
    folder, helper, *words = sys.argv[1:]
    tools = dict(word.split("=", 1) for word in words)
    begun = time.monotonic()
    table = Table(World(folder, helper, {key: value for key, value in tools.items() if value}))
    table.make()
    print(f"# made: {time.monotonic() - begun:.1f} s", file=sys.stderr)
    table.rows()
    return table.show()


if __name__ == "__main__":
    sys.exit(main())
