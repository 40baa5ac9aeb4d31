"""mkvenv: make an environment; multivenv.sh activates it."""

from __future__ import annotations

import os
import time

import create
import interpreters
import trash
from errors import Failure, Misuse
from home import PROJECT, Home
from messages import quoted, shown
from names import check_new
from options import HELP, MAYBE, VALUES, Option, parse, value_of, values_of
from processes import Progress, run_hook
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping

    from options import Given


OPTIONS = (
    HELP,
    Option(("-r", "--requirement"), VALUES),
    Option(("-e", "--editable"), VALUES),
    Option(("--system-site-packages",)),
    Option(("--without-pip",)),
    Option(("--bind",), MAYBE),
    Option(("--no-use",)),
)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Make an environment; multivenv.sh activates it."""
    start = time.monotonic()
    given, rest = parse("mkvenv", words, OPTIONS)
    _check_bind(words, rest)
    request = _request(given, rest, environ)
    progress = Progress()
    try:
        progress.show(f"looking for the Python to make {quoted(request.name)} with")
        base = interpreters.default(environ)
        trash.sweep(home)
        create.make(home, request, base, environ, progress)
        seconds = time.monotonic() - start
        progress.done(f"made {quoted(request.name)} with {base.called} in {seconds:.1f} s")
    finally:
        progress.clear()
    run_hook(f"{home.path}/premkvirtualenv", request.name, home.path)
    return 0


def _request(given: Given, rest: list[str], environ: Mapping[str, str]) -> create.Request:
    if not rest:
        raise Misuse("mkvenv needs a name (see mkvenv --help)")
    name, *requirements = rest
    check_new("mkvenv", name)
    for requirement in requirements:
        if not requirement or requirement.startswith("-"):
            raise Misuse(f"{quoted(requirement)} is no requirement (see mkvenv --help)")
    files = [_requirements_file(value) for value in values_of(given, "--requirement")]
    editables = [_editable(value) for value in values_of(given, "--editable")]
    pip = "--without-pip" not in given
    if not pip and (requirements or files or editables):
        raise Misuse("mkvenv cannot install requirements --without-pip (see mkvenv --help)")
    return create.Request(
        name=name,
        python=environ.get("MULTIVENV_PYTHON") or None,
        requirements=requirements,
        files=files,
        editables=editables,
        system_site="--system-site-packages" in given,
        pip=pip,
        project=_project(given, environ),
    )


def _requirements_file(value: str) -> str:
    """The file of `-r FILE`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = _expanded(value)
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"there is no requirements file {quoted(value)}")
    return os.path.abspath(value)


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`, absolute. A URL is pip's business."""
    if "://" in value:
        return value
    value = _expanded(value)
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


def _expanded(value: str) -> str:
    """A path that the user may have typed behind `=`, where not every shell knows `~`."""
    return os.path.expanduser(value) if value.startswith("~/") else value


def _project(given: Given, environ: Mapping[str, str]) -> str | None:
    value = value_of(given, "--bind")
    if value is None:
        return None
    value = _expanded(value)
    # $PWD keeps the symlinks by which the user came here, as the shell's own pwd does
    here = environ.get("PWD", "")
    try:
        here = here if here.startswith("/") and os.path.samefile(here, ".") else os.getcwd()
    except OSError:
        here = os.getcwd()
    folder = os.path.normpath(os.path.join(here, value))
    if not os.path.isdir(folder):
        raise Failure(f"there is no directory {quoted(folder)} to bind to")
    if "\n" in folder:
        raise Failure(f"{quoted(folder)} has a newline, which the file {PROJECT} cannot hold")
    return folder
