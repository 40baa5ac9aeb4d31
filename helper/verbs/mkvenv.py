"""mkvenv: make an environment; multivenv.sh activates it."""

from __future__ import annotations

import os
import time

from helper.base import cache
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import expanded
from helper.base.messages import quoted, shown
from helper.base.options import HELP, MAYBE, VALUE, VALUES, Option, parse, value_of, values_of
from helper.base.processes import Progress, run_hook
from helper.interpreters.choice import Pythons
from helper.interpreters.installers import chosen
from helper.interpreters.query import NOWHERE, Interpreters
from helper.making import create, reaper
from helper.making.build import Plan
from helper.outside import projects
from helper.store import temporary, trash
from helper.store.home import Home
from helper.store.names import check_new

if TYPE_CHECKING:
    from typing import Mapping

    from helper.base.options import Given


OPTIONS = (
    HELP,
    Option(("-p", "--python"), VALUE),
    Option(("-r", "--requirement"), VALUES),
    Option(("-e", "--editable"), VALUES),
    Option(("--system-site-packages",)),
    Option(("--without-pip",)),
    Option(("--bind",), MAYBE),
    Option(("--temp",)),
    Option(("--no-use",)),
    Option(("--restore",)),
)


def run(home: Home, typed: list[str], environ: Mapping[str, str]) -> int:
    """Make an environment; multivenv.sh activates it."""
    start = time.monotonic()
    given, rest = parse("mkvenv", typed, OPTIONS)
    if "--restore" in given:
        from helper.verbs import restore

        return restore.run(home, given, rest, environ)
    if "--temp" in given and "--no-use" in given:
        raise Misuse("mkvenv --temp and --no-use do not go together (see mkvenv --help)")
    _check_bind(typed, rest)
    if not rest:
        raise Misuse("mkvenv needs a name (see mkvenv --help)")
    name, *words = rest
    if "--temp" in given and _has_specifier(name):
        raise Misuse(f"mkvenv takes a name before {quoted(name)} (see mkvenv --help)")
    check_new("mkvenv", name)
    plan = _plan(given, words, environ)
    project = _project(given, environ)
    folder = cache.folder(environ)
    interpreters = Interpreters(folder, environ)
    pythons = Pythons(home, environ, interpreters)
    progress = Progress()
    shop = create.Workshop(home, folder, environ, progress, pythons.others)
    try:
        progress.show(f"looking for the Python to make {quoted(name)} with")
        choice = pythons.choose(value_of(given, "--python"))
        plan = plan._replace(base=choice.interpreter)
        trash.sweep(home)
        record = create.record_of(plan, choice.asked)
        if "--temp" in given:
            record[temporary.KEY] = temporary.owner(name)
        create.make(shop, create.Request(name, plan, record, project))
        seconds = time.monotonic() - start
        goes = "; it goes when it is left" if "--temp" in given else ""
        progress.done(f"made {quoted(name)} with {plan.base.called} in {_duration(seconds)}{goes}")
        if seconds > 1:
            pythons.all()  # it took a while anyway, and completion knows only those that were asked
    finally:
        progress.clear()
        interpreters.save()
    run_hook(f"{home.path}/premkvirtualenv", name, home.path)
    if "--temp" in given:
        reaper.watch(home, name, environ)
    return 0


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"


def _plan(given: Given, words: list[str], environ: Mapping[str, str]) -> Plan:
    """What is to be made. Its interpreter is chosen later: it is the one thing that takes time."""
    installed = [_requirement(word) for word in words]
    files = [_requirements_file(value) for value in values_of(given, "--requirement")]
    editables = [_editable(value) for value in values_of(given, "--editable")]
    pip = "--without-pip" not in given
    installer = chosen(environ) if installed or files or editables else []
    if not pip and not installer and (installed or files or editables):
        raise Misuse("mkvenv cannot install requirements --without-pip (see mkvenv --help)")
    return Plan(
        base=NOWHERE,
        system_site="--system-site-packages" in given,
        pip=pip,
        requirements=installed,
        files=files,
        editables=editables,
        installer=installer,
    )


def _has_specifier(name: str) -> bool:
    """Whether it is rather a requirement, such as `flask>=3`."""
    return any(sign in name for sign in ("==", ">=", "<=", "~=", "!="))


def _requirement(word: str) -> str:
    """A requirement as pip is given it: as it was typed, a path absolute."""
    if word.startswith("-"):
        raise Misuse(f"{quoted(word)} is no requirement (see mkvenv --help)")
    from helper.base import requirements

    if requirements.is_path(word):
        typed = requirements.without_marker(word)
        whole = path = expanded(typed)
        if not os.path.exists(whole):  # else with a bracket in its own name, maybe
            path = requirements.without_extras(whole)
        if not os.path.exists(path):
            raise Failure(f"there is no file or directory {quoted(path)} to install")
        return os.path.abspath(path) + whole[len(path) :] + word[len(typed) :]
    if not requirements.is_requirement(word):
        raise Misuse(f"{quoted(word)} is no requirement (see mkvenv --help)")
    return word


def _requirements_file(value: str) -> str:
    """The file of `-r FILE`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = expanded(value)
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"there is no requirements file {quoted(value)}")
    return os.path.abspath(value)


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = expanded(value)
    if os.path.isdir(value):  # with a bracket in its own name, maybe
        return os.path.abspath(value)
    folder, bracket, extras = value.partition("[")
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory {quoted(folder)} to install in editable mode")
    return os.path.abspath(folder) + bracket + extras


def _check_bind(words: list[str], rest: list[str]) -> None:
    """Refuse `--bind DIR`: it would bind to the current directory and install what is in DIR."""
    for word, following in zip(words, words[1:]):
        may_be_name = rest[:1] == [following] and "/" not in following
        if word == "--bind" and os.path.isdir(following) and not may_be_name:
            raise Misuse(
                f"mkvenv takes the directory as --bind={shown(following)} (see mkvenv --help)"
            )


def _project(given: Given, environ: Mapping[str, str]) -> str | None:
    value = value_of(given, "--bind")
    return None if value is None else projects.checked(projects.directory(value, environ))
