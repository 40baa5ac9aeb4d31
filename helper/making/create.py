"""Making an environment: whole, or not at all."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, reason
from helper.base.processes import Progress, Runner, interruptible
from helper.making import user_files
from helper.making.build import Builder, Plan
from helper.outside import linking, projects
from helper.store import records, temporary, trash
from helper.store.home import RECORD, UNFINISHED, Home, is_environment
from helper.store.locks import locked

if TYPE_CHECKING:
    from typing import Callable, Iterable, Mapping

    from helper.inspection.distributions import Distribution
    from helper.interpreters.query import Interpreter


class Request(NamedTuple):
    """What is to be made."""

    name: str
    plan: Plan
    record: records.Record
    """How it was made, to be kept in it."""
    project: str | None = None
    """Directory that the environment is bound to."""
    traces: projects.Traces = projects.Traces()
    """What in that directory is to lead to it, where nothing else is by then."""
    links: tuple[str, ...] = ()
    """Commands of it that are to be on PATH, likewise."""
    distributions: tuple[Distribution, ...] = ()
    """What another environment had, to be installed as it was there."""
    carry: str | None = None
    """That environment's folder, if what is neither venv's nor a package's is to be taken over."""


class Workshop(NamedTuple):
    """What environments are made in and with."""

    home: Home
    cache: str
    environ: Mapping[str, str]
    progress: Progress
    others: Callable[[], Iterable[str]]
    """Finds the wheels of other interpreters, for one that has no ensurepip."""


def make(shop: Workshop, request: Request) -> None:
    """Make an environment with a base interpreter's own venv, then install with its pip.

    Raises Failure (Busy, Interrupted); then nothing of it is left.
    """
    home, name = shop.home, request.name
    try:
        trash.folder(home)
        with locked(home, name, "mkvenv", tell=shop.progress.show) as lock:
            check_free(home, name, shop.progress)
            with interruptible(f"stopped: {quoted(name)} was not made"):
                make_whole(shop, request, lock)
            for line in _settled(shop, request):
                shop.progress.tell(line)
    except OSError as error:
        raise Failure(f"cannot make {quoted(name)}: {reason(error)}") from error


def check_free(home: Home, name: str, progress: Progress) -> None:
    """See that a name is free; what an interrupted mkvenv has left is cleared away.

    The caller holds its lock. Raises Failure if anything else is there.
    """
    path = home.environment(name)
    if not os.path.lexists(path):
        return
    if os.path.lexists(f"{path}/{UNFINISHED}"):
        progress.tell(f"the creation of {quoted(name)} never finished, so it is made anew")
        trash.discard(home, name)
    elif is_environment(path, os.path.islink(path)):
        raise Failure(
            f"there is an environment named {quoted(name)} already"
            " (usevenv activates it, rmvenv removes it)"
        )
    else:
        raise Failure(f"{quoted(path)} is in the way, and it is no environment (move it elsewhere)")


def make_whole(shop: Workshop, request: Request, lock: int) -> None:
    """Make it where nothing is; the caller holds its lock. Raises Failure and OSError, and then
    nothing of it is left.
    """
    home, name = shop.home, request.name
    path = home.environment(name)
    builder = Builder(shop.cache, Runner(_environ(shop.environ), lock, shop.progress), shop.others)
    try:
        _claim(home, request)
        builder.build(path, request.plan)
        if request.carry is not None:
            user_files.over(request.carry, path)  # first: what is in `src` there may be installed
        builder.reinstall(path, request.plan, list(request.distributions))
        _bind(path, request)  # again: a seed that does not fit empties the folder
        os.rename(f"{path}/{UNFINISHED}", f"{path}/{RECORD}")
    except BaseException:
        if os.path.lexists(f"{path}/{UNFINISHED}"):
            shop.progress.show(f"clearing away {quoted(name)}")
            trash.discard(home, name)
        raise


def _claim(home: Home, request: Request) -> None:
    """Make the folder with the unfinished record in it, in one step, so that whatever happens
    from now on, what is left of it can be told from a whole environment.
    """
    entry = trash.new_entry(home, request.name)
    os.mkdir(entry)
    try:
        records.write(f"{entry}/{UNFINISHED}", request.record, f"{entry}/{UNFINISHED}.new")
        temporary.announce(home, request.name, request.record)
        _bind(entry, request)
        os.rename(entry, home.environment(request.name))
    except BaseException:
        trash.delete(entry)
        raise


def _bind(path: str, request: Request) -> None:
    if request.project:
        projects.bind(path, request.project)


def _settled(shop: Workshop, request: Request) -> list[str]:
    home, name = shop.home, request.name
    return [
        *projects.settle(home, request.project, home.environment(name), request.traces),
        *linking.put_back(home, shop.environ, name, request.links),
    ]


def record_of(plan: Plan, asked: str | None) -> records.Record:
    """The record of an environment made now; asked is the interpreter in the user's words."""
    uname, base = os.uname(), plan.base
    return {
        "created": records.timestamp(time.time()),
        "python": {
            "asked": asked,
            "version": base.text,
            "implementation": base.implementation,
            "base": base.path,
        },
        "platform": f"{uname.sysname}-{uname.machine}",
        "requirements": plan.requirements,
        "requirement_files": plan.files,
        "editables": plan.editables,
        "system_site_packages": plan.system_site,
        "pip": plan.pip,
    }


def request_like(
    record: records.Record,
    name: str,
    base: Interpreter,
    system_site: bool,
    installer: list[str],
    asked: str | None,
    lost: bool,
) -> Request:
    """The request for an environment like the one of a record, which is kept as far as it still
    holds. asked is the interpreter in the user's words, if it is another one than before; lost
    tells that nobody knows its packages, so that it gets what the record asked for.
    """
    plan = Plan(
        base=base,
        system_site=system_site,
        pip=record.get("pip") is not False,
        requirements=records.texts(record, "requirements") if lost else [],
        files=records.texts(record, "requirement_files") if lost else [],
        editables=records.texts(record, "editables") if lost else [],
        installer=installer,
    )
    python = record.get("python")
    if asked is None and isinstance(python, dict):
        asked = python.get("asked")
    fresh = record_of(plan, asked if isinstance(asked, str) else None)
    kept = {key: value for key, value in record.items() if key not in ("python", "platform")}
    return Request(name, plan, {**fresh, **kept})


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables for venv, pip and uv: the user's, without those that lead them elsewhere."""
    elsewhere = (
        "MULTIVENV_CACHE",
        "PYTHONHOME",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "VIRTUAL_ENV_PROMPT",
        "__PYVENV_LAUNCHER__",
        "PIP_PREFIX",
        "PIP_PYTHON",
        "PIP_ROOT",
        "PIP_TARGET",
        "UV_PREFIX",
        "UV_PYTHON",
        "UV_SYSTEM_PYTHON",
        "UV_TARGET",
    )
    clean = {key: value for key, value in environ.items() if key not in elsewhere}
    clean["PIP_USER"] = "0"  # also against pip's own configuration file
    return clean
