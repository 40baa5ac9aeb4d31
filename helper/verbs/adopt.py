"""multivenv adopt: give environments of other tools names in the home, without moving them."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.files import same
from helper.base.formats import version_text
from helper.base.messages import (
    confirmed,
    counted,
    quoted,
    reason,
    report,
    short,
    typed,
    write,
)
from helper.base.options import parse, value_of
from helper.inspection.facts import machine
from helper.making import adoption
from helper.outside import discovery, projects
from helper.store.bindings import bound
from helper.store.home import PROJECT, check_new

if TYPE_CHECKING:
    from typing import Iterator

    from helper.base.messages import Line
    from helper.base.options import Given
    from helper.making.context import Context
    from helper.outside.discovery import Other

_SEE = "see multivenv adopt --help"


def run(context: Context, words: list[str]) -> int:
    """Create a link to it in the home."""
    given, rest = parse("multivenv adopt", words)
    if "--all" in given:
        return _adopt_all(context, given, rest)
    if given:
        raise Misuse(f"multivenv adopt {next(iter(given))} needs --all", _SEE)
    if not 1 <= len(rest) <= 2 or not rest[0]:
        raise Misuse("multivenv adopt needs a path, and takes one name", _SEE)
    if len(rest) == 2:
        check_new("multivenv adopt", rest[1])
    path = projects.directory(rest[0], context.environ)
    name, judged = adoption.adopt(context, path, rest[1] if len(rest) == 2 else None)
    target = os.path.realpath(path)
    report(f"adopted {quoted(target)} as {quoted(name)} (not moved; undo: rmvenv {typed(name)})")
    if judged.status != "ok":
        report(f"{quoted(name)} is {judged.status}: {judged.reason}")
    return 0


# ---- all of them ---------------------------------------------------------------------------------


class _Binding(NamedTuple):
    """A directory whose .python-version names an environment of pyenv."""

    name: str
    path: str
    """The environment."""
    folder: str


def _adopt_all(context: Context, given: Given, words: list[str]) -> int:
    """Adopt all that discover finds, after one question."""
    from helper.verbs import discover

    tool = _tool(given)
    folders = [discover.folder_to_search(context, "multivenv adopt", word) for word in words]
    walk = discovery.Walk()
    found = discovery.find_others(context.home, context.environ, folders, walk)
    others, adopted = discovery.read_others(context.home, found, machine(sys.executable))
    wanted = [each for each in others if tool in (None, each.tool)]
    todo = _named(context, [each for each in wanted if _is_adoptable(context, each)])
    bindings = _bindings(context, todo, walk) if tool in (None, discovery.PYENV) else []
    discover.stopped(walk)
    if not todo and not bindings:
        why = "" if others or adopted else ": no environments of other tools found"
        report(f"nothing to adopt{why}")
        return 0
    if "--yes" not in given or "--dry-run" in given:
        _show(todo, bindings)
    if "--dry-run" in given:
        return 0
    if "--yes" not in given and not confirmed(f"{_what(len(todo), len(bindings))}?"):
        report("adopted nothing")
        return 1
    names = [name for name, each in todo if _adopted(context, name, each.path)]
    done = [each for each in bindings if _bound(context, each)]
    failed = len(todo) + len(bindings) - len(names) - len(done)
    parts = [f"adopted {counted(len(names), 'environment')}"] if todo else []
    parts += [f"bound {_directories(len(done))}"] if bindings else []
    parts += [f"failed {failed}"] if failed else []
    report(f"{', '.join(parts)}{' (undo: rmvenv NAME)' if names else ''}")
    return 1 if failed else 0


def _tool(given: Given) -> str | None:
    """The tool of --from; None for all. Raises Misuse and Failure."""
    tool = value_of(given, "--from")
    if tool == "conda":
        what = "the environments of conda are not virtual environments"
        raise Failure(what, "mkvenv -p PATH NAME creates one with the Python of one")
    if tool is not None and tool not in discovery.TOOLS:
        what = f"unknown tool {quoted(tool)}, choose from {', '.join(discovery.TOOLS)}"
        raise Misuse(what, _SEE)
    return tool


def _is_adoptable(context: Context, found: Other) -> bool:
    """Whether it can be adopted under a name that it can have. Says why it is left out."""
    if found.tool == "conda":  # these are not virtual environments
        return False
    try:
        adoption.check(context, found.path)
        adoption.default_name(found.path)
    except (Failure, OSError) as error:
        report(f"left out: {reason(error)}")
        return False
    return True


def _named(context: Context, found: list[Other]) -> list[tuple[str, Other]]:
    """Each with a free name: its default one, or else NAME-TOOL, NAME-TOOL-2 and so on."""
    taken: set[str] = set()
    todo = []
    for each in found:
        for name in _candidates(adoption.default_name(each.path), each.tool):
            # some file systems ignore case
            if name.casefold() not in taken and not os.path.lexists(context.home.environment(name)):
                taken.add(name.casefold())
                todo.append((name, each))
                break
    return todo


def _candidates(name: str, tool: str) -> Iterator[str]:
    yield name
    yield f"{name}-{tool}"
    number = 1
    while True:
        number += 1
        yield f"{name}-{tool}-{number}"


def _adopted(context: Context, name: str, path: str) -> bool:
    """Adopt one, and report that."""
    try:
        _, judged = adoption.adopt(context, path, name)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        report(f"did not adopt {quoted(path)}: {reason(error)}")
        return False
    report(f"adopted {quoted(os.path.realpath(path))} as {quoted(name)}")
    if judged.status != "ok":
        report(f"{quoted(name)} is {judged.status}: {judged.reason}")
    return True


def _show(todo: list[tuple[str, Other]], bindings: list[_Binding]) -> None:
    """The list of what to adopt and bind."""
    from helper.report.tables import aligned

    rows = [["", "NAME", "TOOL", "STATUS", "PYTHON", "PATH"]]
    for name, each in todo:
        version = version_text(each.facts.config.version) if each.facts else ""
        status = each.verdict.status if each.verdict else "-"
        rows.append(["", name, each.tool, status, version or "unknown", short(each.path)])
    lines: list[Line] = aligned(rows) if todo else []
    lines += [""] if todo and bindings else []
    lines += [f"bind {quoted(each.name)} to {quoted(each.folder)}" for each in bindings]
    write(lines)


def _what(count: int, bindings: int) -> str:
    """`Adopt 3 environments, and bind 2 directories`"""
    if not count:
        return f"Bind {_directories(bindings)}"
    what = f"Adopt {counted(count, 'environment')}"
    return f"{what}, and bind {_directories(bindings)}" if bindings else what


def _directories(count: int) -> str:
    return "1 directory" if count == 1 else f"{count} directories"


# ---- the bindings of pyenv -----------------------------------------------------------------------


def _bindings(
    context: Context, todo: list[tuple[str, Other]], walk: discovery.Walk
) -> list[_Binding]:
    """The bindings that the .python-version files say which the walk has found, of environments
    that are adopted or are to be.
    """
    home = context.home
    links = [(name, home.environment(name)) for name, link in home.children() if link]
    names = {os.path.realpath(path): name for name, path in links}
    names.update({os.path.realpath(each.path): name for name, each in todo})
    found = []
    for folder in walk.pinned:
        path = discovery.pinned_by_pyenv(folder, context.environ)
        name = names.get(path) if path is not None else None
        if path is None or name is None or any(same(folder, each) for each in bound(path)):
            continue
        found.append(_Binding(name, path, folder))
    return found


def _bound(context: Context, binding: _Binding) -> bool:
    """Bind one, and report that: the line is in the environment, as virtualenvwrapper's are."""
    name, path, folder = binding
    if not same(context.home.environment(name), path):
        return False  # it was not adopted, which has been said
    try:
        with context.locked(name, "adopt"):
            every = [*bound(path), projects.checked(folder)]
            projects.check_number(name, every)
            projects.bind(path, every)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        report(f"did not bind {quoted(name)} to {quoted(folder)}: {reason(error)}")
        return False
    projects.forget_bindings(context.home)
    undo = f" (undo: rm {typed(f'{path}/{PROJECT}')})" if len(every) == 1 else ""
    report(f"bound {quoted(name)} to {quoted(folder)}{undo}")
    return True
