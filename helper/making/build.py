"""Building an environment: the interpreter's own venv, pip, and what is to be installed."""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted
from helper.base.messages import quoted
from helper.base.processes import Runner
from helper.inspection.distributions import installed
from helper.inspection.freeze import normalised, requirement
from helper.interpreters.creators import maker_for
from helper.interpreters.query import Interpreter
from helper.making import seeds
from helper.store import trash
from helper.store.home import UNFINISHED

if TYPE_CHECKING:
    from typing import Callable, Iterable

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Version

# venv with pip, but for the step that installs pip: the seed has it, or else it comes after
_VENV = """\
import sys, venv
venv.EnvBuilder._setup_pip = lambda self, context: None
venv.main(sys.argv[1:])
"""

# As `python -m ensurepip`, without the traceback in which pip's own words would be lost
_ENSUREPIP = """\
import ensurepip, subprocess, sys
try:
    sys.exit(ensurepip._main(["--upgrade", "--default-pip"]))
except subprocess.CalledProcessError as error:
    sys.exit(error.returncode)
"""

# What ensurepip does, with wheels from elsewhere: a folder, and the projects
_INSTALL = """\
import glob, os, runpy, sys
sys.path[:0] = glob.glob(sys.argv[1] + "/*.whl")
sys.argv[1:] = [
    "install", "--no-cache-dir", "--no-index", "--no-deps", "--disable-pip-version-check",
    "--find-links",
] + sys.argv[1:]
for key in [key for key in os.environ if key.startswith("PIP_")]:
    del os.environ[key]
os.environ["PIP_CONFIG_FILE"] = os.devnull
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


class Plan(NamedTuple):
    """What an environment is to be."""

    base: Interpreter
    system_site: bool
    pip: bool
    requirements: list[str]
    files: list[str]
    """Requirements files, absolute."""
    editables: list[str]
    """Directories to install in editable mode, absolute."""
    installer: list[str]
    """The command of uv, or nothing for pip."""


class Builder(NamedTuple):
    """Builds environments."""

    cache: str
    runner: Runner
    others: Callable[[], Iterable[str]]
    """Finds the wheels of other interpreters."""

    def build(self, path: str, plan: Plan) -> None:
        """Build an environment in a folder that has nothing but its unfinished record in it.

        Raises Failure and OSError, and then anything may be there.
        """
        name = quoted(os.path.basename(path))
        making = f"making {name} with {plan.base.called}"
        if plan.base.has_venv and not plan.pip:
            self._venv(path, plan, ["-m", "venv", "--without-pip"], making)
        elif not self._from_seed(path, plan, making):
            self._slowly(path, plan, making)
        self._install(path, plan, f"installing into {name}")

    def _from_seed(self, path: str, plan: Plan, making: str) -> bool:
        """Build it with what the interpreter's first environment has left; false if that fails."""
        seed = seeds.load(seeds.folder_for(self.cache, plan.base))
        if seed is None:
            return False
        try:
            if seed.fits(path) and not plan.system_site:
                seed.lay(path)
            else:
                self._venv(path, plan, ["-c", _VENV], making)
            seed.plant(path)
        except seeds.Unusable:
            seeds.drop(seed.folder)
            trash.empty(path, UNFINISHED)
            return False
        return True

    def _slowly(self, path: str, plan: Plan, making: str) -> None:
        """Build it as `python -m venv` does, and keep what that has brought."""
        base = plan.base
        maker = maker_for(base, self.runner.environ, self.cache, self.others)
        if maker.problem or maker.tool is None:
            without = ", or mkvenv --without-pip" if maker.tool else ""
            problem = f"{base.called} at {base.path} has {maker.problem}"
            raise Failure(f"{problem[:-1]}{without})")
        if maker.tool != "venv":
            self._virtualenv(maker.tool, path, plan, making)
            return
        # as venv does: the system's packages are let in last, or its pip would do for this one
        self._venv(path, plan._replace(system_site=False), ["-c", _VENV], making)
        python = [f"{path}/bin/{os.path.basename(base.path)}", *isolated(base)]
        if base.has_ensurepip:
            self.runner.run([*python, "-c", _ENSUREPIP], making)
        else:
            self._install_wheels(python, path, maker.wheels, making)
        self._keep(path, plan, maker.wheels, making)
        if plan.system_site:
            self._venv(path, plan, ["-c", _VENV], making)

    def _install_wheels(self, python: list[str], path: str, wheels: list[str], making: str) -> None:
        """Install pip as ensurepip does, which takes it from a folder with nothing else in it."""
        folder = f"{path}/{UNFINISHED}-wheels"
        os.mkdir(folder)
        for wheel in wheels:
            os.symlink(wheel, f"{folder}/{os.path.basename(wheel)}")
        projects = [os.path.basename(wheel).split("-")[0] for wheel in wheels]
        self.runner.run([*python, "-c", _INSTALL, folder, *projects], making)
        trash.delete(folder)

    def _keep(self, path: str, plan: Plan, wheels: list[str], making: str) -> None:
        folder = seeds.folder_for(self.cache, plan.base)
        models: list[str] = []
        place = self._plain_place()
        try:
            os.makedirs(os.path.dirname(folder), exist_ok=True)
            if place:
                os.mkdir(place, 0o700)
                for each in ("one", "two"):
                    models.append(f"{place}/multivenv-model-{each}")
                    self._venv(models[-1], plan._replace(system_site=False), ["-c", _VENV], making)
            seeds.keep(folder, plan.base, path, models, wheels)
        except Interrupted:
            raise
        except (Failure, OSError):  # the environment is made; the next one will take as long
            pass
        finally:
            if place:
                trash.delete(place)

    def _plain_place(self) -> str | None:
        """A path for a folder, made of nothing but characters that no script has to quote."""
        temporary = "/tmp"  # noqa: S108 # a folder of our own is made there
        for folder in (f"{self.cache}/seeds", self.runner.environ.get("TMPDIR", ""), temporary):
            if folder.startswith("/") and seeds.is_plain(folder) and os.access(folder, os.W_OK):
                return f"{folder.rstrip('/')}/multivenv-{os.getpid():x}-{os.urandom(4).hex()}"
        return None

    def _venv(self, path: str, plan: Plan, words: list[str], making: str) -> None:
        options = ["--system-site-packages"] if plan.system_site else []
        self.runner.run([plan.base.path, *isolated(plan.base), *words, *options, path], making)

    def _virtualenv(self, virtualenv: str, path: str, plan: Plan, making: str) -> None:
        words = [virtualenv, "--python", plan.base.path]
        if plan.system_site:
            words.append("--system-site-packages")
        if not plan.pip:
            words += ["--no-pip", "--no-setuptools", "--no-wheel"]
        self.runner.run([*words, path], making)

    def _install(self, path: str, plan: Plan, installing: str) -> None:
        wanted = list(plan.requirements)
        for file in plan.files:
            wanted += ["-r", file]
        for folder in plan.editables:
            wanted += ["-e", folder]
        if wanted:
            self.runner.run([*installer(path, plan, "install"), *wanted], installing)

    def reinstall(self, path: str, plan: Plan, found: list[Distribution]) -> None:
        """Install what another environment had, each distribution from where it came from, and see
        that all are there. Raises Failure.
        """
        name = quoted(os.path.basename(path))
        there = _installed(path) if found else {}
        missing = [each for each in found if not _is_there(each, there)]
        if missing:
            words = [word for each in missing for word in _words(each)]
            install = installer(path, plan, "install")
            packages = "1 package" if len(missing) == 1 else f"{len(missing)} packages"
            doing = f"installing {packages} into {name}"
            self.runner.run([*install, "--no-deps", *words], doing)
            there = _installed(path)
            lost = [each.name for each in found if not _is_there(each, there)]
            if lost:
                raise Failure(f"{', '.join(map(quoted, lost))} did not come into {name}")
            _unmark(there, missing)
            self._complete(path, plan, words, name)

    def _complete(self, path: str, plan: Plan, words: list[str], name: str) -> None:
        """Install what the packages need with this Python and did not with the one before."""
        checking = f"checking the packages of {name}"
        try:
            self.runner.run(installer(path, plan, "check"), checking)
        except Interrupted:
            raise
        except Failure:
            try:
                self.runner.run([*installer(path, plan, "install"), *words], checking)
            except Interrupted:
                raise
            except Failure as failure:
                self.runner.progress.tell(f"packages of {name} do not fit together: {failure}")


def installer(path: str, plan: Plan, command: str) -> list[str]:
    """The words that start pip, or uv in its place, for an environment."""
    python = f"{path}/bin/python"
    if plan.installer:
        return [*plan.installer, "pip", command, "--python", python]
    pip = [python, *isolated(plan.base), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return [*pip, command]


def lasting(found: list[Distribution], before: Version, now: Version) -> list[Distribution]:
    """Those of the distributions of an environment that have to be installed in a new one: not what
    comes with a new environment, or came with the old one. before and now are the versions of
    their Pythons.
    """
    seeded = before < (3, 12) and before[:2] != now[:2]  # since 3.12 with pip alone
    brought = {"pip", "setuptools", "pkg-resources"} if seeded else {"pip"}
    return [each for each in found if normalised(each.name) not in brought]


def _installed(path: str) -> dict[str, Distribution]:
    """What is in an environment, by normalised names."""
    (library,) = os.listdir(f"{path}/lib")
    found = installed(f"{path}/lib/{library}/site-packages")
    return {normalised(each.name): each for each in found}


def _is_there(each: Distribution, there: dict[str, Distribution]) -> bool:
    known = there.get(normalised(each.name))
    # a project that was installed from a folder may be of another version by now
    any_version = not each.version or each.origin is not None
    return known is not None and (any_version or known.version == each.version)


def _words(each: Distribution) -> list[str]:
    """The words for pip. A project in editable mode is installed from where it lies, also if that
    is a clone.
    """
    text = requirement(each._replace(checkout=None))
    return ["-e", text[len("-e ") :]] if text.startswith("-e ") else [text]


def _unmark(there: dict[str, Distribution], found: list[Distribution]) -> None:
    """Take REQUESTED (PEP 376) away from what came along: to pip each one was asked for."""
    for each in found:
        path = there[normalised(each.name)].path
        if each.requested or not os.path.exists(f"{path}/REQUESTED"):
            continue
        os.unlink(f"{path}/REQUESTED")
        with open(f"{path}/RECORD", encoding="utf-8", newline="") as file:
            lines = file.read().splitlines(True)
        entry = f"{os.path.basename(path)}/REQUESTED,"
        kept = "".join(line for line in lines if not line.startswith(entry))
        files.replace(f"{path}/RECORD", kept.encode(), f"{path}/RECORD.new")


def isolated(base: Interpreter) -> list[str]:
    """The options by which an interpreter heeds neither the user's variables nor packages."""
    return ["-I"] if base.version >= (3, 4) else ["-E", "-s"]
