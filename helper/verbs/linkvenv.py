"""linkvenv: link commands of environments into a folder on PATH, unlink them, and list them."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.formats import normalized
from helper.base.messages import quoted, report, short, shown, typed, write
from helper.base.options import parse
from helper.inspection import verdict
from helper.inspection.distributions import HOOKS, declared, installed, is_venvs, runnable
from helper.inspection.facts import Facts, machine, read_one
from helper.outside.links import Links, commands_of, enumerated, folder, unlinked
from helper.store.home import check_child

if TYPE_CHECKING:
    from helper.inspection.distributions import Distribution
    from helper.making.context import Context
    from helper.outside.links import Link

_INSTALLERS = frozenset(("pip", "setuptools", "wheel"))
"""Packages that linkvenv links only if the user names them."""


def run(context: Context, words: list[str]) -> int:
    """Link them, unlink them, or list them."""
    given, rest = parse("linkvenv", words)
    if "--json" in given and (rest or "--remove" in given):
        raise Misuse("linkvenv --json lists all links, and takes no name", "see linkvenv --help")
    if "--remove" in given and not rest:
        raise Misuse("linkvenv --remove needs a name", "see linkvenv --help")
    links = Links(context.home, folder(context.environ))
    if "--remove" in given:
        return _unlink(links, rest[0], rest[1:])
    if rest:
        return _link(context, links, rest[0], rest[1:])
    return _list(context, links, "--json" in given)


# ---- linking -------------------------------------------------------------------------------------


def _link(context: Context, links: Links, name: str, wanted: list[str]) -> int:
    for word in wanted:
        if is_venvs(word) or word in HOOKS:
            advice = f"usevenv {typed(name)}"
            raise Misuse(f"linkvenv never links {quoted(word)}; only usevenv offers it", advice)
    found = context.find("linkvenv", name)
    judged = verdict.judge(found, machine(sys.executable))
    if judged.status in verdict.REFUSED:
        raise verdict.failure(found, judged)
    if judged.status in verdict.WARNED:
        report(str(verdict.failure(found, judged)))
    commands = _chosen(found, wanted)
    done = links.put(name, commands)
    _refuse_if(done.failed, Failure("linked nothing"))
    if done.commands:
        undo = f"undo: linkvenv --remove {typed(name)}"
        report(f"linked {commands_of(name, done.commands)}: {enumerated(done.commands)} ({undo})")
    else:
        are = "is" if len(commands) == 1 else "are"
        report(f"{commands_of(name, commands)} {are} already linked: {enumerated(commands)}")
    _report_if_off_path(context, str(links.place))
    return 0


def _chosen(found: Facts, words: list[str]) -> list[str]:
    """The commands of an environment that the words name: packages or commands; without words,
    those of all requested packages. Raises Failure.
    """
    packages, name = _packages(found), quoted(found.name)
    if not words:
        requested = {each.name for each in _installed(found) if each.requested}
        wanted = {normalized(each) for each in requested} - _INSTALLERS
        commands = {each for package in wanted for each in _linkable(found, packages[package])}
        if not commands:
            advice = f"linkvenv {typed(found.name)} PACKAGE links those of a dependency"
            raise Failure(f"no requested package in {name} has commands", advice)
        return sorted(commands)
    commands, problems = set(), []
    for word in words:
        of_package = _linkable(found, packages.get(normalized(word), set()))
        if of_package:
            commands |= of_package
        elif runnable(found.path, word):
            commands.add(word)
        elif normalized(word) in packages:
            problems.append(f"package {quoted(word)} in {name} has no commands")
        else:
            problems.append(f"{name} has neither a package nor a command {quoted(word)}")
    _refuse_if(problems, Failure("linked nothing", f"showvenv {typed(found.name)} lists packages"))
    return sorted(commands)


def _linkable(found: Facts, commands: set[str]) -> set[str]:
    """The commands of a package that linkvenv may link."""
    return {each for each in commands if runnable(found.path, each) and not is_venvs(each)}


def _installed(found: Facts) -> list[Distribution]:
    """The packages of an environment; none if they cannot be read."""
    try:
        return installed(found.site_packages) if found.library is not None else []
    except OSError:
        return []


def _packages(found: Facts) -> dict[str, set[str]]:
    """The commands that each package declares, by its normalized name."""
    packages: dict[str, set[str]] = {}
    for each in _installed(found):
        packages.setdefault(normalized(each.name), set()).update(declared(each))
    return packages


def _refuse_if(problems: list[str], failure: Failure) -> None:
    """Report all problems, if there are any, and raise the failure."""
    for line in problems:
        report(line)
    if problems:
        raise failure


def _report_if_off_path(context: Context, place: str) -> None:
    entries = context.environ.get("PATH", "").split(":")
    if any(each.startswith("/") and same(each, place) for each in entries):
        return
    line = f'export PATH={typed(place)}:"$PATH"'
    if place == os.path.normpath(f"{context.user_home}/.local/bin"):
        line = 'export PATH="$HOME/.local/bin:$PATH"'
    report(f"{quoted(place)} is not on PATH; add this line to your shell's startup file: {line}")


# ---- unlinking -----------------------------------------------------------------------------------


def _unlink(links: Links, name: str, words: list[str]) -> int:
    check_child("linkvenv", name)
    linked = links.of(name)
    if not linked:
        raise Failure(f"no command of {quoted(name)} is linked", _advice(links, name))
    found = read_one(links.home, name)
    packages = _packages(found) if found is not None and words else {}
    wanted, problems = set() if words else set(linked), []
    for word in words:
        of_package = packages.get(normalized(word), set()).intersection(linked)
        if not of_package and word not in linked:
            problems.append(f"{quoted(word)} of {quoted(name)} is not linked")
        wanted |= of_package or {word}
    _refuse_if(problems, Failure("unlinked nothing", "linkvenv lists the links"))
    done = links.take(name, sorted(wanted))
    for line in unlinked(name, done):
        report(line)
    return 1 if done.failed else 0


def _advice(links: Links, name: str) -> str:
    """What to type instead of `linkvenv --remove` with a name that has no links."""
    for command, environment in links.all():
        if command == name:
            return f"linkvenv --remove {typed(environment)} {typed(name)}"
    return "linkvenv lists the links"


# ---- listing -------------------------------------------------------------------------------------


def _list(context: Context, links: Links, as_json: bool) -> int:
    found = links.all()
    reasons = links.reasons(found)
    if as_json:
        from helper.report.documents import document

        return write(document(links=[_element(links, *each) for each in zip(found, reasons)]))
    if not sys.stdout.isatty():
        return write(
            "\t".join([*each, *([reason] if reason else [])]) + "\n"
            for each, reason in zip(found, reasons)
        )
    if not found:
        report("no commands are linked (linkvenv NAME links those of an environment)")
        return 0
    from helper.report.tables import aligned

    table = [["", "COMMAND", "ENVIRONMENT", "STATUS", "TO"]]
    for each, reason in zip(found, reasons):
        target = short(links.target(*each), context.user_home)
        table.append(["", shown(each.command), shown(each.environment), reason or "ok", target])
    return write([aligned(table)])


def _element(links: Links, link: Link, reason: str | None) -> dict[str, str | None]:
    """A link as JSON holds it."""
    path, target = f"{links.place}/{link.command}", links.target(*link)
    return {**link._asdict(), "path": path, "target": target, "reason": reason}
