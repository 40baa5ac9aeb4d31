"""Creating an environment: whole, or not at all."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import listed_strictly, sync, sync_all
from helper.base.formats import normalized, version_of, version_text
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, reason, shown
from helper.inspection import requirements
from helper.inspection.distributions import as_requested, with_clone
from helper.making import build, own_files
from helper.outside import projects
from helper.store import records, temporary, trash
from helper.store.home import RECORD, UNFINISHED, Home, is_environment

if TYPE_CHECKING:
    from typing import Callable, Mapping

    from helper.inspection.distributions import Distribution
    from helper.interpreters.query import Interpreter
    from helper.making.build import Plan
    from helper.making.context import Context
    from helper.outside.traces import Traces


class Request(NamedTuple):
    """What to create."""

    name: str
    plan: Plan
    record: records.Record
    projects: tuple[str, ...] = ()
    """The directories to bind it to."""
    traces: Mapping[str, Traces] = {}
    """What in each of them is to lead to it, unless something else is there by then."""
    links: tuple[str, ...] = ()
    """Its commands to link on PATH, likewise."""
    kernel: str | None = None
    """The name that Jupyter is to display for its kernel, likewise; None for no kernel."""
    distributions: tuple[Distribution, ...] = ()
    """The packages of another environment, to install as they were there."""
    predecessor: str | None = None
    """The folder of that environment, to copy the user's own files from, if any."""
    requested_only: bool = False
    """Whether to keep only the versions of the requested packages, and to resolve their
    dependencies again."""
    pip: str | None = None
    """The version of pip that it had, if nothing but that is left of it."""
    verb: str = "fixvenv"
    """The command that the user typed, for advice if the installer fails."""
    advice: str | None = None
    """What the user has to do next."""


def create(context: Context, request: Request, finish: Callable[[str], None] | None = None) -> None:
    """Create an environment with a base interpreter's own venv, then install with its pip. finish:
    as for create_whole. Raises Failure (Busy, Interrupted); then nothing of it is left.
    """
    from helper.base.processes import interruptible

    name = request.name
    try:
        trash.folder(context.home)
        with context.locked(name, "mkvenv"):
            check_free(context, name)
            with interruptible(f"stopped: {quoted(name)} was not made"):
                create_whole(context, request, finish)
            path = context.home.environment(name)
            for line in (
                *projects.create_traces(request.projects, path, request.traces),
                *context.links.put_back(name, request.links),
                *context.links.kernels.put_back(name, request.kernel),
            ):
                context.progress.report(line)
    except OSError as error:
        raise Failure(f"cannot make {quoted(name)}: {reason(error)}") from error


def check_free(context: Context, name: str) -> None:
    """Check that a name is free; remove what an interrupted mkvenv left there. The caller holds its
    lock. Raises Failure if anything else is there.
    """
    path = context.home.environment(name)
    if not os.path.lexists(path):
        return
    if os.path.lexists(f"{path}/{UNFINISHED}"):
        context.progress.report(f"recreating {quoted(name)}, whose creation never finished")
        trash.discard(context.home, name)
    elif is_environment(path, os.path.islink(path)):
        advice = "usevenv activates it, rmvenv removes it"
        raise Failure(f"environment {quoted(context.home.spelled(name))} already exists", advice)
    else:
        raise Failure(f"{quoted(path)} exists and is not an environment", "move it elsewhere")


def create_whole(
    context: Context, request: Request, finish: Callable[[str], None] | None = None
) -> None:
    """Create it at a free path; the caller holds its lock. finish: called with its folder when only
    the last step is left, the one that makes it valid. Raises Failure and OSError, and then nothing
    of it is left.
    """
    from helper.base.processes import commit

    name = request.name
    path = context.home.environment(name)
    if not context.progress.step:
        context.progress.begin(name)
    request = _like_predecessor(request, path)
    plan = _with_tool(context, request)
    try:
        _claim(context.home, request)
        build.build(context, path, plan)
        _fill(context, path, request, plan)
        _bind(path, request)  # again: a damaged seed empties the folder
        if finish is not None:
            finish(path)
        sync_all(path)
        commit()
        os.rename(f"{path}/{UNFINISHED}", f"{path}/{RECORD}")
        try:
            sync(path)
        except OSError:
            os.rename(f"{path}/{RECORD}", f"{path}/{UNFINISHED}")
            raise
    except BaseException:
        if os.path.lexists(f"{path}/{UNFINISHED}"):
            context.progress.show(f"removing {quoted(name)}")
            trash.discard(context.home, name)
        raise


def _fill(context: Context, path: str, request: Request, plan: Plan) -> None:
    """Install the packages of another environment, and copy the user's own files from it."""
    old = request.predecessor
    if old is not None:
        build.keep_pip(path, plan, old)
        own_files.copy_beside(old, path)  # pip may install from its `src`
    if request.pip is not None and plan.pip:
        build.upgrade_pip(context, path, plan, request.pip)
    found = [with_clone(each, request.record) for each in request.distributions]
    wanted = build.Wanted(found, request.requested_only, request.verb)
    build.reinstall(context, path, plan, wanted)
    if plan.pip and not request.plan.pip:
        build.remove_pip(path, {normalized(each.name) for each in found})
    for file in own_files.copy_among(old, path) if old is not None else ():
        context.progress.report(f"not carried over to {quoted(request.name)}: {quoted(file)}")


def _like_predecessor(request: Request, path: str) -> Request:
    """The same request, without pip if the old environment has none, and with the extras that the
    old packages show. path: the old path, at which they were read.
    """
    old, record = request.predecessor, request.record
    if old is None:
        return request
    if not build.had_pip(old):
        request = request._replace(
            plan=request.plan._replace(pip=False), record={**record, "pip": False}
        )
    moved = [
        each._replace(path=old + each.path[len(path) :]) if each.path.startswith(path) else each
        for each in request.distributions
    ]
    python = records.part(record, "python")
    version = next((version_of(name) for name in listed_strictly(f"{old}/lib")), ())
    found = as_requested(
        moved,
        records.texts(record, "requirements"),
        version_text(version),
        records.text(python, "implementation") or "cpython",
    )
    return request._replace(distributions=tuple(found))


def _with_tool(context: Context, request: Request) -> Plan:
    """The plan, with pip if that has to install, even if the environment is to have none."""
    plan = request.plan
    installs = request.distributions or plan.requirements or plan.files or plan.editables
    needs = bool(installs) and not plan.installer
    return plan._replace(pip=plan.pip or needs)


def uses_uv(request: Request) -> bool:
    """Whether uv installs what is requested."""
    plan = request.plan
    installs = request.distributions or plan.requirements or plan.files or plan.editables
    return bool(installs and plan.installer)


def _claim(home: Home, request: Request) -> None:
    """Create the folder with the unfinished record in it, in one step: it never looks whole."""
    stage = trash.new_stage(home, request.name)
    os.mkdir(stage)
    try:
        records.write(f"{stage}/{UNFINISHED}", request.record, durable=False)
        temporary.announce(home, request.name, request.record)
        _bind(stage, request)
        os.rename(stage, home.environment(request.name))
    except BaseException:
        trash.delete(stage)
        raise


def _bind(path: str, request: Request) -> None:
    if request.projects:
        projects.bind(path, request.projects)


# ---- the record ----------------------------------------------------------------------------------


def record_of(plan: Plan, asked: str | None) -> records.Record:
    """The record of an environment created now; asked: the interpreter in the user's words."""
    uname, base = os.uname(), plan.base
    return {
        "created": records.timestamp(time.time()),
        "python": {"asked": asked, **python_of(base, base.path)},
        "platform": f"{uname.sysname}-{uname.machine}",
        "requirements": plan.requirements,
        "requirement_files": plan.files,
        "editables": plan.editables,
        "system_site_packages": plan.system_site,
        "pip": plan.pip,
        **({"installer": "uv"} if plan.installer else {}),
        **({"constraints": list(plan.constraints)} if plan.constraints else {}),
        **({"upgrade_deps": True} if plan.upgrade_deps else {}),
    }


_OWN = ("python", "platform", "installer")
"""The keys of a record that a replacement does not take over."""


def python_of(base: Interpreter, path: str) -> records.Record:
    """What a record says of an interpreter; path: the name by which the environment knows it."""
    return {"version": base.text, "implementation": base.implementation, "base": path}


def request_like(
    context: Context,
    record: records.Record,
    name: str,
    base: Interpreter,
    system_site: bool,
    asked: str | None,
    lost: bool,
) -> Request:
    """The request for an environment like the one of a record, which stays as far as it is true.
    asked: the interpreter in the user's words, if it is a new one; lost: whether its packages are
    unknown, so that the new environment gets the requirements of the record.
    """

    def allowed(key: str, is_allowed: Callable[[str], bool]) -> list[str]:
        """The texts in the record, which may be damaged or hostile, that are no options."""
        found = records.texts(record, key) if lost else []
        refused = [each for each in found if not is_allowed(each)]
        if refused:
            what = f"not installed into {quoted(name)}: {comma_separated(refused)}"
            context.progress.report(f"{what} in its record, which no requirement can be")
        return [each for each in found if is_allowed(each)]

    arguments = _arguments(context, record, name)
    has_pip = record.get("pip") is not False
    plan = build.Plan(
        base=base,
        system_site=system_site,
        pip=has_pip,
        requirements=allowed("requirements", requirements.is_recorded),
        files=allowed("requirement_files", requirements.is_recorded_file),
        editables=allowed("editables", requirements.is_recorded_file),
        installer=context.installer(name, base, bool(arguments)),
        constraints=_constraints(context, record, name),
        arguments=arguments,
        upgrade_deps=lost and has_pip and record.get("upgrade_deps") is True,
    )
    if asked is None:
        asked = records.text(records.part(record, "python"), "asked")
    kept = {key: value for key, value in record.items() if key not in _OWN}
    return Request(name, plan, {**record_of(plan, asked), **kept})


def _constraints(context: Context, record: records.Record, name: str) -> list[str]:
    """The constraints files in a record that can be read again."""
    found = records.texts(record, "constraints")
    kept = [
        each
        for each in found
        if requirements.is_recorded_file(each) and ("://" in each or os.path.isfile(each))
    ]
    if kept != found:
        lost = comma_separated(each for each in found if each not in kept)
        context.progress.report(f"constraints of {quoted(name)} that do not apply anymore: {lost}")
    return kept


def _arguments(context: Context, record: records.Record, name: str) -> list[str]:
    """The user's own arguments for pip in a record. Reports those that were written elsewhere."""
    found = recorded_arguments(context, record)
    if found is None:
        words = " ".join(map(shown, records.texts(records.part(record, "pip_args"), "words")))
        what = f"left out --pip-args of {quoted(name)}: {words}"
        context.progress.report(f"{what} (its record was not written in this home)")
    return found or []


def recorded_arguments(context: Context, record: records.Record) -> list[str] | None:
    """The user's own arguments for pip in a record; None if this home did not write them."""
    part = records.part(record, "pip_args")
    if not part:
        return []
    from helper.store.seal import unsealed

    return unsealed(context.home, part)
