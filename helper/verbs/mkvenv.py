"""mkvenv: create an environment. The shell gets its name as the answer, and activates it."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import expanded
from helper.base.messages import quoted, report, short, shown, write
from helper.base.options import parse, value_of, values_of
from helper.inspection import requirements
from helper.interpreters.query import UNKNOWN
from helper.making import recipes, remove
from helper.making.build import Plan
from helper.making.create import Request, create, record_of
from helper.outside import projects
from helper.store import records, temporary, trash
from helper.store.home import check_child, check_new

if TYPE_CHECKING:
    from helper.base.options import Given
    from helper.making.context import Context

_SEE = "see mkvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Create an environment, or restore one, and answer with its name unless --no-use."""
    given, rest = parse("mkvenv", words)
    context.answer(None)
    if "--restore" in given:
        status = _restore(context, given, rest)
    else:
        if "--temp" in given and not rest:
            rest = [_free_name(context)]
        status = _create(context, given, words, rest)
    if status == 0 and rest and "--no-use" not in given:
        context.answer(rest[:1])
    return status


def _free_name(context: Context) -> str:
    """A name for a temporary environment: temp-PID, where PID is the shell."""
    name = stem = f"temp-{context.environ.get('MULTIVENV_SHELL') or os.getppid()}"
    number = 1
    while os.path.lexists(context.home.environment(name)):
        number += 1
        name = f"{stem}-{number}"
    return name


def _create(context: Context, given: Given, words: list[str], rest: list[str]) -> int:
    start = time.monotonic()
    if "--temp" in given and "--no-use" in given:
        raise Misuse("mkvenv takes only one of --temp and --no-use", _SEE)
    _check_bind(words, rest)
    if not rest:
        raise Misuse("mkvenv needs a name", _SEE)
    name, *wanted = rest
    if "--temp" in given and _has_specifier(name):
        raise Misuse(f"mkvenv needs a name before {quoted(name)}", _SEE)
    check_new("mkvenv", name)
    plan = _plan(context, given, wanted)
    project = _project(context, given)
    context.progress.show(f"looking for the Python of {quoted(name)}")
    choice = context.pythons.choose(value_of(given, "--python"))
    plan = plan._replace(base=choice.interpreter)
    trash.sweep(context.home)
    record = record_of(plan, choice.asked)
    if "--temp" in given:
        record[temporary.KEY] = temporary.owner(name)
    create(context, Request(name, plan, record, project))
    seconds = time.monotonic() - start
    note = "; temporary: removed when you leave it" if "--temp" in given else ""
    context.progress.done(
        f"made {quoted(name)} with {plan.base.called} in {_duration(seconds)}{note}"
    )
    if seconds > 1:
        context.pythons.all()  # for completion, which offers the remembered interpreters
    context.run_hook("premkvirtualenv", name)
    if "--temp" in given:
        remove.watch(context, name)
    return 0


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"


# ---- the words -----------------------------------------------------------------------------------


def _plan(context: Context, given: Given, words: list[str]) -> Plan:
    """What to create. The interpreter is chosen later: only that takes time."""
    wanted = [_requirement(word) for word in words]
    files = [_requirements_file(value) for value in values_of(given, "--requirement")]
    editables = [_editable(value) for value in values_of(given, "--editable")]
    pip = "--without-pip" not in given
    installer = context.installer if wanted or files or editables else []
    if not pip and not installer and (wanted or files or editables):
        raise Misuse("mkvenv cannot install requirements --without-pip", _SEE)
    return Plan(
        base=UNKNOWN,
        system_site="--system-site-packages" in given,
        pip=pip,
        requirements=wanted,
        files=files,
        editables=editables,
        installer=installer,
    )


def _has_specifier(name: str) -> bool:
    """Whether it looks like a requirement, such as `flask>=3`."""
    return any(sign in name for sign in ("==", ">=", "<=", "~=", "!="))


def _requirement(word: str) -> str:
    """A requirement for pip: as the user typed it, a path made absolute."""
    if word.startswith("-"):
        raise Misuse(f"{quoted(word)} is not a requirement", _SEE)
    if requirements.is_path(word):
        typed = requirements.without_marker(word)
        whole = path = expanded(typed)
        if not os.path.exists(whole):  # it may contain a bracket of its own
            path = requirements.without_extras(whole)
        if not os.path.exists(path):
            raise Failure(f"cannot install {quoted(path)}: no such file or directory")
        return os.path.abspath(path) + whole[len(path) :] + word[len(typed) :]
    if not requirements.is_requirement(word):
        raise Misuse(f"{quoted(word)} is not a requirement", _SEE)
    return word


def _requirements_file(value: str) -> str:
    """The file of `-r FILE`, absolute. pip reads URLs itself."""
    if "://" in value:
        return value
    value = expanded(value)
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"cannot read requirements file {quoted(value)}")
    return os.path.abspath(value)


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`, absolute. pip reads URLs itself."""
    if "://" in value:
        return value
    value = expanded(value)
    if os.path.isdir(value):  # it may contain a bracket of its own
        return os.path.abspath(value)
    folder, bracket, extras = value.partition("[")
    if not os.path.isdir(folder):
        raise Failure(f"cannot install {quoted(folder)} as editable: no such directory")
    return os.path.abspath(folder) + bracket + extras


def _check_bind(words: list[str], rest: list[str]) -> None:
    """Refuse `--bind DIR`: it would bind to the current directory and install the project DIR."""
    for word, following in zip(words, words[1:]):
        may_be_name = rest[:1] == [following] and "/" not in following
        if word == "--bind" and os.path.isdir(following) and not may_be_name:
            raise Misuse(f"mkvenv takes the directory as --bind={shown(following)}", _SEE)


def _project(context: Context, given: Given) -> str | None:
    value = value_of(given, "--bind")
    if value is None:
        return None
    return projects.checked(projects.directory(value, context.environ))


# ---- restoring -----------------------------------------------------------------------------------

_WITH_RESTORE = frozenset(("--restore", "--python", "--no-use"))


def _restore(context: Context, given: Given, words: list[str]) -> int:
    """Restore the environment of that name; without a name, list those that can be restored."""
    start = time.monotonic()
    if len(words) > 1 or not _WITH_RESTORE.issuperset(given):
        raise Misuse("mkvenv --restore takes one name, --python and --no-use", _SEE)
    if not words:
        return _list_removed(context)
    home, name = context.home, words[0]
    check_child("mkvenv", name)
    recipe = recipes.read(home, name)
    if recipe is None:
        raise Failure(f"no removed environment named {quoted(name)}", "see mkvenv --restore")
    asked = value_of(given, "--python")
    choice = context.pythons.choose(asked) if asked is not None else None
    request = recipes.request_of(context, name, recipe, choice)
    trash.sweep(home)
    create(context, request)
    recipes.drop(home, name)
    seconds = time.monotonic() - start
    called = request.plan.base.called
    context.progress.done(f"restored {quoted(name)} with {called} in {seconds:.1f} s")
    context.run_hook("premkvirtualenv", name)
    return 0


def _list_removed(context: Context) -> int:
    from helper.report.tables import ago, aligned

    names = recipes.names(context.home)
    if not sys.stdout.isatty():
        return write(f"{name}\n" for name in names)
    if not names:
        report("nothing to restore: no environment was removed")
        return 0
    rows = [["", "NAME", "PYTHON", "PACKAGES", "PROJECT", "REMOVED"]]
    for name in names:
        recipe = recipes.read(context.home, name) or {}
        found, project = recipe.get("distributions"), records.text(recipe, "project")
        removed = records.seconds(recipe.get("removed"))
        rows.append(
            [
                "",
                shown(name),
                shown(str(recipe.get("python") or "unknown")),
                str(len(found)) if isinstance(found, list) else "-",
                short(project, context.user_home) if project else "-",
                ago(time.time() - removed) if removed is not None else "unknown",
            ]
        )
    return write([aligned(rows)])
