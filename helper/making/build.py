"""Building an environment: venv or virtualenv, pip, and the packages."""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted
from helper.base.formats import changed_record, normalized
from helper.base.messages import counted, listed, quoted
from helper.inspection.distributions import Distribution, installed
from helper.inspection.requirements import requirement
from helper.interpreters.query import Interpreter
from helper.making import seeds
from helper.store import trash
from helper.store.home import UNFINISHED

if TYPE_CHECKING:
    from helper.base.formats import Version
    from helper.making.context import Context

# venv with pip, but without the step that installs pip: the seed has it, or it follows
_VENV = """\
import sys, venv
venv.EnvBuilder._setup_pip = lambda self, context: None
venv.main(sys.argv[1:])
"""

# Like `python -m ensurepip`, but without the traceback that would hide pip's own output
_ENSUREPIP = """\
import ensurepip, subprocess, sys
try:
    sys.exit(ensurepip._main(["--upgrade", "--default-pip"]))
except subprocess.CalledProcessError as error:
    sys.exit(error.returncode)
"""

# Like ensurepip, with wheels from elsewhere: a folder, and the projects
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
    """What to build."""

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


def build(context: Context, path: str, plan: Plan) -> None:
    """Build an environment in a folder that holds nothing but its unfinished record.

    Raises Failure and OSError, and then anything may be there.
    """
    name = quoted(os.path.basename(path))
    making = f"making {name} with {plan.base.called}"
    if plan.base.has_venv and not plan.pip:
        _venv(context, path, plan, ["-m", "venv", "--without-pip"], making)
    elif not _from_seed(context, path, plan, making):
        _from_scratch(context, path, plan, making)
    wanted = list(plan.requirements)
    for file in plan.files:
        wanted += ["-r", file]
    for folder in plan.editables:
        wanted += ["-e", folder]
    if wanted:
        context.run([*_installer(path, plan, "install"), *wanted], f"installing into {name}")


def _from_seed(context: Context, path: str, plan: Plan, making: str) -> bool:
    """Build it from what the first environment of the interpreter left; False if that fails."""
    seed = seeds.load(seeds.folder_for(context.cache, plan.base))
    if seed is None:
        return False
    try:
        if seed.fits(path) and not plan.system_site:
            seed.write_skeleton(path)
        else:
            _venv(context, path, plan, ["-c", _VENV], making)
        seed.install_pip(path)
    except seeds.Unusable:
        seeds.drop(seed.folder)
        trash.empty(path, UNFINISHED)
        return False
    return True


def _from_scratch(context: Context, path: str, plan: Plan, making: str) -> None:
    """Build it as `python -m venv` does, and keep the result as a seed."""
    base = plan.base
    creator = context.pythons.creator(base)
    if creator.problem or creator.tool is None:
        advice = f"{creator.advice}{', or mkvenv --without-pip' if creator.tool else ''}"
        raise Failure(f"{base.called} at {base.path} has {creator.problem}", advice)
    if creator.tool != "venv":
        _virtualenv(context, creator.tool, path, plan, making)
        return
    # like venv: the system's packages come last, or their pip would do for this environment
    _venv(context, path, plan._replace(system_site=False), ["-c", _VENV], making)
    python = [f"{path}/bin/{os.path.basename(base.path)}", *isolated(base)]
    if base.has_ensurepip:
        context.run([*python, "-c", _ENSUREPIP], making)
    else:
        _install_wheels(context, python, path, creator.wheels, making)
    _keep_seed(context, path, plan, creator.wheels, making)
    if plan.system_site:
        _venv(context, path, plan, ["-c", _VENV], making)


def _install_wheels(
    context: Context, python: list[str], path: str, wheels: list[str], making: str
) -> None:
    """Install pip as ensurepip does, from a folder that holds nothing else."""
    folder = f"{path}/{UNFINISHED}-wheels"
    os.mkdir(folder)
    for wheel in wheels:
        os.symlink(wheel, f"{folder}/{os.path.basename(wheel)}")
    projects = [os.path.basename(wheel).split("-")[0] for wheel in wheels]
    context.run([*python, "-c", _INSTALL, folder, *projects], making)
    trash.delete(folder)


def _keep_seed(context: Context, path: str, plan: Plan, wheels: list[str], making: str) -> None:
    """Best effort: without a seed, the next environment takes as long."""
    folder = seeds.folder_for(context.cache, plan.base)
    models: list[str] = []
    place = _plain_place(context)
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        if place:
            os.mkdir(place, 0o700)
            for each in ("one", "two"):
                models.append(f"{place}/multivenv-model-{each}")
                bare = plan._replace(system_site=False)
                _venv(context, models[-1], bare, ["-c", _VENV], making)
        seeds.keep(folder, plan.base, path, models, wheels)
    except Interrupted:
        raise
    except (Failure, OSError):
        pass
    finally:
        if place:
            trash.delete(place)


def _plain_place(context: Context) -> str | None:
    """A path for a folder, of characters that no script has to quote."""
    temporary = "/tmp"  # noqa: S108 # only a folder of our own is created there
    for folder in (f"{context.cache}/seeds", context.environ.get("TMPDIR", ""), temporary):
        if folder.startswith("/") and seeds.is_plain(folder) and os.access(folder, os.W_OK):
            return f"{folder.rstrip('/')}/multivenv-{os.getpid():x}-{os.urandom(4).hex()}"
    return None


def _venv(context: Context, path: str, plan: Plan, words: list[str], making: str) -> None:
    options = ["--system-site-packages"] if plan.system_site else []
    context.run([plan.base.path, *isolated(plan.base), *words, *options, path], making)


def _virtualenv(context: Context, tool: str, path: str, plan: Plan, making: str) -> None:
    words = [tool, "--python", plan.base.path]
    if plan.system_site:
        words.append("--system-site-packages")
    if not plan.pip:
        words += ["--no-pip", "--no-setuptools", "--no-wheel"]
    context.run([*words, path], making)


def isolated(base: Interpreter) -> list[str]:
    """The options that make an interpreter ignore the user's variables and packages."""
    return ["-I"] if base.version >= (3, 4) else ["-E", "-s"]


def _installer(path: str, plan: Plan, command: str) -> list[str]:
    """The words that start pip, or uv in its place, for an environment."""
    python = f"{path}/bin/python"
    if plan.installer:
        return [*plan.installer, "pip", command, "--python", python]
    pip = [python, *isolated(plan.base), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return [*pip, command]


# ---- the packages of another environment ---------------------------------------------------------


def lasting(found: list[Distribution], before: Version, now: Version) -> list[Distribution]:
    """The distributions of an environment that a new one needs: without those that each new
    environment gets, or that the old one got. before, now: the versions of their Pythons.
    """
    seeded = before < (3, 12) and before[:2] != now[:2]  # since 3.12 only pip
    own = {"pip", "setuptools", "pkg-resources"} if seeded else {"pip"}
    return [each for each in found if normalized(each.name) not in own]


def reinstall(context: Context, path: str, plan: Plan, found: list[Distribution]) -> None:
    """Install the distributions of another environment, each from its origin, and check that all
    of them are there. Raises Failure.
    """
    name = quoted(os.path.basename(path))
    there = _installed(path) if found else {}
    missing = [each for each in found if not _is_there(each, there)]
    if missing:
        words = [word for each in missing for word in _words(each)]
        install = _installer(path, plan, "install")
        doing = f"installing {counted(len(missing), 'package')} into {name}"
        context.run([*install, "--no-deps", *words], doing)
        there = _installed(path)
        lost = [each.name for each in found if not _is_there(each, there)]
        if lost:
            raise Failure(f"{(plan.installer and 'uv') or 'pip'} did not install {listed(lost)}")
        _unmark(there, missing)
        _complete(context, path, plan, words, name)


def _complete(context: Context, path: str, plan: Plan, words: list[str], name: str) -> None:
    """Install the dependencies that the packages need only with this Python."""
    checking = f"checking the packages of {name}"
    try:
        context.run(_installer(path, plan, "check"), checking)
    except Interrupted:
        raise
    except Failure:
        try:
            context.run([*_installer(path, plan, "install"), *words], checking)
        except Interrupted:
            raise
        except Failure as failure:
            context.progress.report(f"packages of {name} conflict: {failure}")


def _installed(path: str) -> dict[str, Distribution]:
    """The distributions of a new environment, by normalized names."""
    (library,) = os.listdir(f"{path}/lib")
    found = installed(f"{path}/lib/{library}/site-packages")
    return {normalized(each.name): each for each in found}


def _is_there(each: Distribution, there: dict[str, Distribution]) -> bool:
    known = there.get(normalized(each.name))
    # a project that was installed from a folder may have another version now
    any_version = not each.version or each.origin is not None
    return known is not None and (any_version or known.version == each.version)


def _words(each: Distribution) -> list[str]:
    """The words for pip. An editable project is installed from its folder, even if that is a
    clone.
    """
    text = requirement(each)
    return ["-e", text[len("-e ") :]] if text.startswith("-e ") else [text]


def _unmark(there: dict[str, Distribution], found: list[Distribution]) -> None:
    """Remove REQUESTED (PEP 376) from dependencies: we named each of them to pip."""
    for each in found:
        path = there[normalized(each.name)].path
        if each.requested or not os.path.exists(f"{path}/REQUESTED"):
            continue
        os.unlink(f"{path}/REQUESTED")
        with open(f"{path}/RECORD", encoding="utf-8", newline="") as file:
            record = file.read()
        entry = f"{os.path.basename(path)}/REQUESTED"
        kept = changed_record(record, lambda file, entry=entry: "-" if file == entry else None)  # type: ignore[misc]
        files.write(f"{path}/RECORD", kept.encode())
