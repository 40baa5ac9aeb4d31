"""Building an environment: venv or virtualenv, pip, and the packages."""

from __future__ import annotations

import os
import sys

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted
from helper.base.files import Copier
from helper.base.filesystems import has_symlinks
from helper.base.formats import (
    LARGEST,
    changed_record,
    metadata_of,
    normalized,
    parse_version,
    recorded_files,
    script,
)
from helper.base.messages import counted, listed, quoted, shown
from helper.base.versions import is_version, sort_key
from helper.inspection.dependencies import includes, package, unmet, variables_of
from helper.inspection.distributions import Distribution, as_requested, installed
from helper.inspection.requirements import is_lock, operands, requirements_of
from helper.interpreters.creators import WITHOUT_SEEDS
from helper.interpreters.query import Interpreter
from helper.making import seeds
from helper.making.installer import Installer, isolated, pip_version
from helper.store import trash
from helper.store.home import UNFINISHED

if TYPE_CHECKING:
    from typing import Container, Sequence

    from helper.base.formats import Version
    from helper.making.context import Context

# venv without the step that installs pip: that comes from the seed, or follows
_VENV = """\
import sys, venv
venv.EnvBuilder._setup_pip = lambda self, context: None
venv.main(sys.argv[1:])
"""

# The same for a file system without symlinks. venv creates no lib64 if a folder of that name exists
_VENV_OF_COPIES = """\
import os, sys, venv
venv.EnvBuilder._setup_pip = lambda self, context: None
place = os.path.join(sys.argv[-1], "lib64")
os.mkdir(place)
try:
    venv.main(sys.argv[1:])
finally:
    try:
        os.rmdir(place)
    except OSError:
        pass
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


OLDEST_WITH_LOCKS = (26, 1)
"""The first pip that installs from a pylock.toml."""


class Plan(NamedTuple):
    """What to build."""

    base: Interpreter
    system_site: bool
    pip: bool
    requirements: list[str]
    files: list[str]
    """Requirements files and lock files, absolute."""
    editables: list[str]
    """Directories to install in editable mode, absolute."""
    installer: list[str]
    """The command of uv, or nothing for pip."""
    copies: bool = False
    """Whether its interpreter is a copy of the base interpreter."""
    maker: Sequence[str] = ()
    """The command of virtualenv or uv that makes it, instead of the interpreter's own venv; see
    creators.maker."""
    linkless: bool = False
    """Whether its file system has no symlinks."""
    constraints: Sequence[str] = ()
    """Constraints files, absolute."""
    arguments: Sequence[str] = ()
    """The user's own arguments for pip."""
    upgrade_deps: bool = False
    """Whether pip is upgraded first, and setuptools where venv installs it."""


def build(context: Context, path: str, plan: Plan) -> None:
    """Build an environment in a folder that holds nothing but its unfinished record. Raises Failure
    and OSError, and then anything may be there.
    """
    if not has_symlinks(path):
        plan = plan._replace(copies=True, maker=(), linkless=True)
        where = quoted(context.home.path)
        what = f"{quoted(os.path.basename(path))} contains a copy of {plan.base.called}"
        context.progress.report(f"the file system of {where} has no symlinks: {what}")
    if plan.base.has_venv and not plan.pip:
        _venv(context, path, plan)
    elif not _from_seed(context, path, plan):
        _from_scratch(context, path, plan)
    if plan.upgrade_deps:
        _upgrade_own(context, path, plan)
    _install(context, path, plan)


def _install(context: Context, path: str, plan: Plan) -> None:
    """Install what the user requested."""
    doing = f"installing into {quoted(os.path.basename(path))}"
    installer = Installer(context, path, plan.base, plan.installer, plan.arguments)
    locks = list(filter(is_lock, plan.files))
    for file in locks:  # uv takes one at a time, and neither takes anything else with it
        _check_reads_locks(path, plan, file)
        installer.install(["-r", file], doing)
    words = [word for file in plan.files if file not in locks for word in ("-r", file)]
    words += operands([*(f"-e {place}" for place in plan.editables), *plan.requirements])
    if words:
        installer.install([*_constraints(plan), *words], doing)
    if plan.installer and (words or locks):
        _unmark_dependencies(path, plan)


def _constraints(plan: Plan) -> list[str]:
    return [word for file in plan.constraints for word in ("-c", file)]


def _upgrade_own(context: Context, path: str, plan: Plan) -> None:
    """Upgrade pip, and what else venv installs with it, as `python -m venv --upgrade-deps`."""
    own = [name for name in ("pip", "setuptools") if name in installed_in(path)]
    doing = f"upgrading pip in {quoted(os.path.basename(path))}"
    installer = Installer(context, path, plan.base, plan.installer, plan.arguments)
    installer.install(["--upgrade", *operands(own)], doing)


def _check_reads_locks(path: str, plan: Plan, file: str) -> None:
    """Check that the pip of an environment can install from a pylock.toml. Raises Failure."""
    version = pip_version(path) or ""
    if not plan.installer and parse_version(version) < OLDEST_WITH_LOCKS:
        lacks = f"pip {version} cannot install {quoted(os.path.basename(file))}"
        raise Failure(f"{lacks}: that needs uv or pip 26.1", "install uv")


def _unmark_dependencies(path: str, plan: Plan) -> None:
    """Remove REQUESTED (PEP 376) from dependencies: uv marks everything that it installs."""
    base, found = plan.base, list(installed_in(path).values())
    for each, known in zip(
        found, as_requested(found, plan.requirements, base.text, base.implementation)
    ):
        if each.requested and not known.requested:
            unmark(each.path)


def _from_seed(context: Context, path: str, plan: Plan) -> bool:
    """Build it from the seed of its interpreter; False if that fails."""
    seed = seeds.load(seeds.folder_for(context.cache, plan.base))
    if seed is None:
        return False
    try:
        plain = not (plan.system_site or plan.copies or plan.maker)
        if plain and seed.has_skeleton_for(path):
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
    program = "python" if plan.maker else os.path.basename(base.path)
    python = [f"{path}/bin/{program}", *isolated(base.version)]
    if base.has_ensurepip:
        _make_with(context, path, plan, [*python, "-c", _ENSUREPIP])
    else:
        folder = f"{path}/{UNFINISHED}-wheels"  # like ensurepip: nothing else is in it
        os.mkdir(folder)
        for wheel in creator.wheels:
            Copier(share=False).copy(wheel, f"{folder}/{os.path.basename(wheel)}")
        projects = [os.path.basename(wheel).split("-")[0] for wheel in creator.wheels]
        _make_with(context, path, plan, [*python, "-c", _INSTALL, folder, *projects])
        trash.delete(folder)
    if not plan.maker:
        _keep_seed(context, path, alone._replace(copies=False, linkless=False), creator.wheels)
    if plan.system_site:
        _venv(context, path, plan)


def _keep_seed(context: Context, path: str, plan: Plan, wheels: list[str]) -> None:
    """Keep a fresh environment as a seed. Best effort: without it, the next one takes as long."""
    folder = seeds.folder_for(context.cache, plan.base)
    place = _plain_place(context)
    if place and not has_symlinks(place):  # a model has them
        place = None
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
    """Run the interpreter's own venv, or the maker of the plan. It leaves pip to us."""
    module = ["-c", _VENV] if plan.pip else ["-m", "venv", "--without-pip"]
    if plan.linkless:
        module = ["-c", _VENV_OF_COPIES]
    words = [plan.base.path, *isolated(plan.base.version), *module]
    if plan.maker:
        words = [*plan.maker, plan.base.path]
    words += ["--system-site-packages"] if plan.system_site else []
    words += ["--copies"] if plan.copies else []
    _make_with(context, path, plan, [*words, path])
    if plan.linkless:
        _check_copy(context, path, plan)


def _check_copy(context: Context, path: str, plan: Plan) -> None:
    """Check that the copy of an interpreter starts: some need files beside the original. Raises
    Failure.
    """
    words = [f"{path}/bin/python", *isolated(plan.base.version), "-c", "import encodings"]
    try:
        _make_with(context, path, plan, words)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        what = f"the file system of {quoted(context.home.path)} has no symlinks"
        what += f", and a copy of {plan.base.called} does not start"
        raise Failure(what, "set MULTIVENV_HOME to a folder on another one") from error


def _virtualenv(context: Context, tool: str, path: str, plan: Plan) -> None:
    words = ["--system-site-packages"] if plan.system_site else []
    words += [] if plan.pip else WITHOUT_SEEDS
    words += ["--always-copy"] if plan.copies else []
    _make_with(context, path, plan, [tool, "--python", plan.base.path, *words, path])


def _make_with(context: Context, path: str, plan: Plan, words: list[str]) -> None:
    context.run(words, f"making {quoted(os.path.basename(path))} with {plan.base.called}")


# ---- the packages of another environment ---------------------------------------------------------


def without_seeded(found: list[Distribution], before: Version, now: Version) -> list[Distribution]:
    """The distributions of an environment that a new one needs: without those that each new
    environment gets, or that the old one got. before, now: the versions of their Pythons.
    """
    seeded = before < (3, 12) and before[:2] != now[:2]  # since 3.12 only pip
    own = {"pip", "setuptools", "pkg-resources"} if seeded else {"pip"}
    return [each for each in found if normalized(each.name) not in own]


class Wanted(NamedTuple):
    """The packages of another environment to install."""

    found: Sequence[Distribution]
    requested_only: bool = False
    """Whether to keep only the versions of those that the user requested, and to resolve their
    dependencies again."""
    verb: str = "fixvenv"
    """The command that the user typed, for advice."""


def reinstall(context: Context, path: str, plan: Plan, wanted: Wanted) -> None:
    """Install the distributions of another environment, each from its origin, and check that all
    of them are there. Raises Failure.
    """
    name = quoted(os.path.basename(path))
    before = installed_in(path) if wanted.found else {}
    requested = {normalized(each.name) for each in wanted.found if each.requested}
    chosen = _requested(wanted.found) if wanted.requested_only else wanted.found
    pip = before.get("pip")
    version = parse_version(pip.version) if pip and not plan.installer else ()
    # pip installs an editable project from its folder, even from a clone
    texts, missing, problems = requirements_of(
        (each for each in chosen if not _is_there(each, before)), version
    )
    for problem in problems:
        context.progress.report(f"not installed into {name}: {problem}")
    if not missing:
        return
    clones = pip is not None and any(text.startswith("-e git+") for text in texts)
    uv = [] if clones else plan.installer  # uv cannot
    installer = Installer(context, path, plan.base, uv, plan.arguments)
    doing = f"installing {counted(len(missing), 'package')} into {name}"
    resolves, total = wanted.requested_only, len(wanted.found)
    options = _constraints(plan) if resolves else ["--no-deps"]
    installer.install_again(texts, doing, total, options, wanted.verb, requested)
    there = installed_in(path)
    lost = [each.name for each in missing if not _is_there(each, there)]
    if lost:
        raise Failure(f"{installer.name} did not install {listed(lost)}")
    for project in there.keys() - before.keys() - {normalized(it.name) for it in chosen}:
        unmark(there[project].path)  # uv marks dependencies too
    for each in missing:
        if not each.requested and not wanted.requested_only:
            unmark(there[normalized(each.name)].path)
    if not wanted.requested_only:
        _complete(context, path, plan, installer, texts, there)


def _requested(found: Sequence[Distribution]) -> Sequence[Distribution]:
    """The distributions that the user requested; all if nobody knows."""
    return [each for each in found if each.requested] or found


def _complete(
    context: Context,
    path: str,
    plan: Plan,
    installer: Installer,
    texts: list[str],
    there: dict[str, Distribution],
) -> None:
    """Install what the packages need with another Python and did not need before, and report
    conflicts. Reads what `pip check` reads: starting that would take longer.
    """
    name = quoted(os.path.basename(path))
    missing, conflicts = unmet_in(plan.base, plan.system_site, there)
    if missing:
        doing = f"installing what the packages of {name} need"
        failure = installer.tried([*_constraints(plan), *operands(texts)], doing)
        now = installed_in(path)
        for project in now.keys() - there.keys():
            unmark(now[project].path)
        missing, conflicts = unmet_in(plan.base, plan.system_site, now)
        if failure is not None and missing:
            context.progress.report(str(failure))
    if missing or conflicts:
        conflict = "; ".join(map(shown, [*missing, *conflicts]))
        context.progress.report(f"packages of {name} conflict: {conflict}")


def unmet_in(
    base: Interpreter, system_site: bool, there: dict[str, Distribution]
) -> tuple[list[str], list[str]]:
    """The dependencies of these distributions that are missing, and those that conflict, as `pip
    check` reports them. system_site: whether those of the system may contain the missing ones.
    """
    variables = variables_of(base.text, base.implementation, sys.platform, os.uname())
    found = [package(it.name, it.version, metadata_of(it.path)) for it in there.values()]
    missing, conflicts = unmet(found, variables)
    return ([] if system_site else missing), conflicts


def installed_in(path: str) -> dict[str, Distribution]:
    """The distributions of an environment, by normalized names. Raises OSError."""
    (library,) = os.listdir(f"{path}/lib")
    found = installed(f"{path}/lib/{library}/site-packages")
    return {normalized(each.name): each for each in found}


def _is_there(each: Distribution, there: dict[str, Distribution]) -> bool:
    known = there.get(normalized(each.name))
    # a project that was installed from a folder may have another version now
    any_version = not each.version or each.origin is not None
    return known is not None and (any_version or known.version == each.version)


def unmark(path: str) -> None:
    """Remove REQUESTED (PEP 376) from the *.dist-info of a dependency, which we named to pip."""
    if not os.path.exists(f"{path}/REQUESTED"):
        return
    os.unlink(f"{path}/REQUESTED")
    record = files.read_all(f"{path}/RECORD", LARGEST).decode()
    entry = f"{os.path.basename(path)}/REQUESTED"
    kept = changed_record(record, lambda where: "-" if where == entry else None)
    files.write(f"{path}/RECORD", kept.encode())


# ---- the pip of another environment --------------------------------------------------------------


def had_pip(old: str) -> bool:
    """Whether an environment had pip: one that lacks its files, but has its program, did."""
    return pip_version(old) is not None or os.path.lexists(f"{old}/bin/pip")


def keep_pip(path: str, plan: Plan, old: str) -> None:
    """Replace the pip of a new environment with that of an old one, if that is newer, complete and
    supports the interpreter. Raises OSError.
    """
    (library,) = os.listdir(f"{path}/lib")
    site = f"{path}/lib/{library}/site-packages"
    ours = installed_in(path).get("pip")
    theirs = next((each for each in _all_in(old) if normalized(each.name) == "pip"), None)
    if ours is None or theirs is None or not theirs.path.endswith(".dist-info"):
        return
    if sort_key(theirs.version) <= sort_key(ours.version):
        return
    fields = [value for key, value in metadata_of(theirs.path) if key == "Requires-Python"]
    if fields and not includes(fields[0], plan.base.text.rstrip("+")):
        return
    record = files.read_all(f"{theirs.path}/RECORD", LARGEST)
    their_site = os.path.dirname(theirs.path)
    modules = [file for file in recorded_files(record) if not file.startswith(("/", ".."))]
    modules = [file for file in modules if not file.endswith(".pyc") and ".." not in file]
    complete = all(os.path.isfile(f"{their_site}/{file}") for file in modules)
    if "pip/__main__.py" not in modules or not complete:
        return
    remove(path, ours)
    copier = files.Copier(share=False)
    for file in modules:
        os.makedirs(os.path.dirname(f"{site}/{file}"), exist_ok=True)
        copier.copy(f"{their_site}/{file}", f"{site}/{file}")
    there = set(modules)
    kept = changed_record(record.decode(), lambda file: None if file in there else "-")
    text = kept + "".join(f"{file},,\n" for file in _pip_scripts(path, plan))
    files.write(f"{site}/{os.path.basename(theirs.path)}/RECORD", text.encode())


def upgrade_pip(context: Context, path: str, plan: Plan, version: str) -> None:
    """Install a version of pip, if that is newer than the one that came with the interpreter. Best
    effort: a failure is reported.
    """
    there = pip_version(path)
    if there is None or sort_key(version) <= sort_key(there) or not is_version(version):
        return
    name = quoted(os.path.basename(path))
    retries = [] if plan.installer else ["--retries", "0"]
    words = [*retries, "--no-deps", *operands([f"pip=={version}"])]
    installer = Installer(context, path, plan.base, plan.installer, plan.arguments)
    if installer.tried(words, f"upgrading pip in {name}"):
        context.progress.report(f"{name} has pip {there}: cannot install pip {version}")


def _pip_scripts(path: str, plan: Plan) -> list[str]:
    """Write the programs of pip, and return their paths in its RECORD."""
    names = ("pip", f"pip{plan.base.version[0]}", f"pip{plan.base.minor}")
    text = script(os.fsencode(f"{path}/bin/python"), _PIP)
    for name in names:
        files.write(f"{path}/bin/{name}", text)
        os.chmod(f"{path}/bin/{name}", 0o777 & ~seeds.umask())
    return [f"../../../bin/{name}" for name in names]


_PIP = b"""\
import sys
from pip._internal.cli.main import main
if __name__ == '__main__':
    if sys.argv[0].endswith('.exe'):
        sys.argv[0] = sys.argv[0][:-4]
    sys.exit(main())
"""


def _all_in(path: str) -> list[Distribution]:
    sites = [f"{path}/lib/{name}/site-packages" for name in files.listed(f"{path}/lib")]
    return [each for site in sites if os.path.isdir(site) for each in installed(site)]


def remove_pip(path: str, kept: Container[str]) -> None:
    """Remove the pip that served only to install, and what came with it. kept: the normalized names
    of the distributions that the environment is to have. Raises OSError.
    """
    for name, each in installed_in(path).items():
        if name in ("pip", "setuptools", "pkg-resources", "wheel") and name not in kept:
            remove(path, each)


def remove(path: str, each: Distribution) -> None:
    """Remove a distribution from an environment, with its files as its RECORD lists them. Raises
    OSError.
    """
    site = os.path.dirname(each.path)
    folders = set()
    for file in recorded_files(files.read_all(f"{each.path}/RECORD", LARGEST)):
        place = os.path.normpath(f"{site}/{file}")
        if place.startswith(f"{path}/") and not os.path.isdir(place):
            files.drop(place)
            folder, last = os.path.split(os.path.dirname(place))
            folders.add(folder if last == "__pycache__" else f"{folder}/{last}")
    for folder in folders:
        if folder.startswith(f"{site}/"):  # with what was compiled later
            trash.delete(f"{folder}/__pycache__")
        _drop_empty(folder, site)


def _drop_empty(folder: str, top: str) -> None:
    """Remove a folder and those above it, up to one that holds something else."""
    while folder.startswith(f"{top}/") and not files.listed(folder):
        if os.path.isdir(folder):
            os.rmdir(folder)
        folder = os.path.dirname(folder)
