"""Building an environment: venv or virtualenv, pip, and the packages."""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted
from helper.base.formats import LARGEST, changed_record, normalized
from helper.base.messages import counted, listed, quoted
from helper.inspection.distributions import Distribution, installed
from helper.inspection.requirements import requirements_of
from helper.interpreters.query import Interpreter
from helper.making import seeds
from helper.store import trash
from helper.store.home import UNFINISHED

if TYPE_CHECKING:
    from typing import Sequence

    from helper.base.formats import Version
    from helper.making.context import Context

# venv without the step that installs pip: that comes from the seed, or follows
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

# Like ensurepip, with other wheels. Arguments: their folder, and the projects
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
    copies: bool = False
    """Whether its interpreter is a copy of the base interpreter."""


def build(context: Context, path: str, plan: Plan) -> None:
    """Build an environment in a folder that holds nothing but its unfinished record. Raises Failure
    and OSError, and then anything may be there.
    """
    if plan.base.has_venv and not plan.pip:
        _venv(context, path, plan)
    elif not _from_seed(context, path, plan):
        _from_scratch(context, path, plan)
    words = [word for file in plan.files for word in ("-r", file)]
    words += _operands([*(f"-e {place}" for place in plan.editables), *plan.requirements])
    if words:
        doing = f"installing into {quoted(os.path.basename(path))}"
        context.run([*_installer(path, plan, "install"), *words], doing)


def _operands(requirements: list[str]) -> list[str]:
    """Requirements as words for pip and uv: those with `-e `, then `--`, which ends the options."""
    editable = [
        word for text in requirements if text.startswith("-e ") for word in text.split(" ", 1)
    ]
    others = [text for text in requirements if not text.startswith("-e ")]
    return [*editable, *(["--", *others] if others else [])]


def _from_seed(context: Context, path: str, plan: Plan) -> bool:
    """Build it from the seed of its interpreter; False if that fails."""
    seed = seeds.load(seeds.folder_for(context.cache, plan.base))
    if seed is None:
        return False
    try:
        if seed.has_skeleton_for(path) and not (plan.system_site or plan.copies):
            seed.write_skeleton(path)
        else:
            _venv(context, path, plan)
        seed.install_pip(path)
    except seeds.Unusable:
        seeds.delete_seed(seed.folder)
        trash.empty(path, UNFINISHED)
        return False
    return True


def _from_scratch(context: Context, path: str, plan: Plan) -> None:
    """Build it as `python -m venv` does, and keep the result as a seed."""
    base = plan.base
    creator = context.pythons.creator(base)
    if creator.problem or creator.tool is None:
        advice = f"{creator.advice}{', or mkvenv --without-pip' if creator.tool else ''}"
        raise Failure(f"{base.called} at {quoted(base.path)} has {creator.problem}", advice)
    if creator.tool != "venv":
        _virtualenv(context, creator.tool, path, plan)
        return
    # like venv: the system's packages come last, or their pip would do for this environment
    alone = plan._replace(system_site=False)
    _venv(context, path, alone)
    python = [f"{path}/bin/{os.path.basename(base.path)}", *_isolated(base)]
    if base.has_ensurepip:
        _make_with(context, path, plan, [*python, "-c", _ENSUREPIP])
    else:
        folder = f"{path}/{UNFINISHED}-wheels"  # like ensurepip: nothing else is in it
        os.mkdir(folder)
        for wheel in creator.wheels:
            os.symlink(wheel, f"{folder}/{os.path.basename(wheel)}")
        projects = [os.path.basename(wheel).split("-")[0] for wheel in creator.wheels]
        _make_with(context, path, plan, [*python, "-c", _INSTALL, folder, *projects])
        trash.delete(folder)
    _keep_seed(context, path, alone._replace(copies=False), creator.wheels)
    if plan.system_site:
        _venv(context, path, plan)


def _keep_seed(context: Context, path: str, plan: Plan, wheels: list[str]) -> None:
    """Keep a fresh environment as a seed. Best effort: without it, the next one takes as long."""
    folder = seeds.folder_for(context.cache, plan.base)
    place = _plain_place(context)
    models = [f"{place}/multivenv-model-{each}" for each in ("one", "two") if place]
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        if place:
            os.mkdir(place, 0o700)
        for model in models:
            _venv(context, model, plan)
        seeds.keep(folder, plan.base, path, models, wheels)
    except Interrupted:
        raise
    except (Failure, OSError):
        pass
    finally:
        if place:
            trash.delete(place)


def _plain_place(context: Context) -> str | None:
    """An unused path of characters that no script has to quote."""
    temporary = "/tmp"  # noqa: S108 # only a folder of our own is created there
    for folder in (f"{context.cache}/seeds", context.environ.get("TMPDIR", ""), temporary):
        if folder.startswith("/") and seeds.is_plain(folder) and os.access(folder, os.W_OK):
            return f"{folder.rstrip('/')}/multivenv-{os.getpid():x}-{os.urandom(4).hex()}"
    return None


def _venv(context: Context, path: str, plan: Plan) -> None:
    """Run the interpreter's own venv. It leaves pip to us."""
    words = ["-c", _VENV] if plan.pip else ["-m", "venv", "--without-pip"]
    words += ["--system-site-packages"] if plan.system_site else []
    words += ["--copies"] if plan.copies else []
    _make_with(context, path, plan, [plan.base.path, *_isolated(plan.base), *words, path])


def _virtualenv(context: Context, tool: str, path: str, plan: Plan) -> None:
    words = ["--system-site-packages"] if plan.system_site else []
    words += [] if plan.pip else ["--no-pip", "--no-setuptools", "--no-wheel"]
    _make_with(context, path, plan, [tool, "--python", plan.base.path, *words, path])


def _make_with(context: Context, path: str, plan: Plan, words: list[str]) -> None:
    context.run(words, f"making {quoted(os.path.basename(path))} with {plan.base.called}")


def _isolated(base: Interpreter) -> list[str]:
    """The options that make an interpreter ignore the user's variables and packages."""
    return ["-I"] if base.version >= (3, 4) else ["-E", "-s"]


def _installer(path: str, plan: Plan, command: str) -> list[str]:
    """The words that start pip, or uv in its place, for an environment."""
    python = f"{path}/bin/python"
    if plan.installer:
        return [*plan.installer, "pip", command, "--python", python]
    pip = [python, *_isolated(plan.base), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    return [*pip, command]


# ---- the packages of another environment ---------------------------------------------------------


def without_seeded(found: list[Distribution], before: Version, now: Version) -> list[Distribution]:
    """The distributions of an environment that a new one needs: without those that each new
    environment gets, or that the old one got. before, now: the versions of their Pythons.
    """
    seeded = before < (3, 12) and before[:2] != now[:2]  # since 3.12 only pip
    own = {"pip", "setuptools", "pkg-resources"} if seeded else {"pip"}
    return [each for each in found if normalized(each.name) not in own]


def reinstall(context: Context, path: str, plan: Plan, found: Sequence[Distribution]) -> None:
    """Install the distributions of another environment, each from its origin, and check that all
    of them are there. Raises Failure.
    """
    name = quoted(os.path.basename(path))
    there = _installed(path) if found else {}
    # pip installs an editable project from its folder, even from a clone
    texts, missing, problems = requirements_of(each for each in found if not _is_there(each, there))
    for problem in problems:
        context.progress.report(f"not installed into {name}: {problem}")
    if not missing:
        return
    words = _operands(texts)
    install = _installer(path, plan, "install")
    doing = f"installing {counted(len(missing), 'package')} into {name}"
    context.run([*install, "--no-deps", *words], doing)
    there = _installed(path)
    lost = [each.name for each in missing if not _is_there(each, there)]
    if lost:
        raise Failure(f"{'uv' if plan.installer else 'pip'} did not install {listed(lost)}")
    for each in missing:
        if not each.requested:
            _unmark(there[normalized(each.name)].path)
    # with another Python, packages may need dependencies that they did not need before
    checking = f"checking the packages of {name}"
    if _failure_of(context, _installer(path, plan, "check"), checking):
        failure = _failure_of(context, [*install, *words], checking)
        if failure:
            context.progress.report(f"packages of {name} conflict: {failure}")


def _failure_of(context: Context, words: list[str], doing: str) -> Failure | None:
    try:
        context.run(words, doing)
    except Interrupted:
        raise
    except Failure as failure:
        return failure
    return None


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


def _unmark(path: str) -> None:
    """Remove REQUESTED (PEP 376) from the *.dist-info of a dependency, which we named to pip."""
    if not os.path.exists(f"{path}/REQUESTED"):
        return
    os.unlink(f"{path}/REQUESTED")
    record = files.read_all(f"{path}/RECORD", LARGEST).decode()
    entry = f"{os.path.basename(path)}/REQUESTED"
    kept = changed_record(record, lambda where: "-" if where == entry else None)
    files.write(f"{path}/RECORD", kept.encode())
