"""linkvenv: put commands of environments on PATH, take them off it, and list them."""

from __future__ import annotations

import json
import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.messages import quoted, shown, tell, typed, write
from helper.base.options import HELP, Option, parse
from helper.inspection import lookup, verdict
from helper.inspection.commands import HOOKS, declared, is_venvs, runnable
from helper.inspection.distributions import installed
from helper.inspection.facts import Facts, machine, read_one
from helper.inspection.freeze import normalised
from helper.outside import linking, links
from helper.report import tables
from helper.store.home import Home
from helper.store.names import check_child
from helper.store.records import SCHEMA

if TYPE_CHECKING:
    from typing import Mapping

    from helper.inspection.distributions import Distribution
    from helper.outside.links import Link

OPTIONS = (HELP, Option(("--remove",)), Option(("--json",)))

_INSTALLERS = frozenset(("pip", "setuptools", "wheel"))
"""Packages that are not meant by those that were asked for."""


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Put them there, take them off, or list them."""
    given, rest = parse("linkvenv", words, OPTIONS)
    if "--json" in given and (rest or "--remove" in given):
        raise Misuse("linkvenv --json lists all links, and takes no name (see linkvenv --help)")
    if "--remove" in given and not rest:
        raise Misuse("linkvenv --remove needs a name (see linkvenv --help)")
    place = links.folder(environ)
    if "--remove" in given:
        return _remove(home, place, rest[0], rest[1:])
    if rest:
        return _put(home, place, rest[0], rest[1:], environ)
    return _list(home, place, "--json" in given, environ.get("HOME", ""))


# ---- putting them there --------------------------------------------------------------------------


def _put(home: Home, place: str, name: str, wanted: list[str], environ: Mapping[str, str]) -> int:
    for word in wanted:
        if is_venvs(word) or word in HOOKS:
            raise Misuse(
                f"{quoted(word)} of an environment is never put on PATH,"
                f" only usevenv brings it there (usevenv {typed(name)})"
            )
    found = _usable(lookup.find(home, "linkvenv", name))
    commands = _chosen(found, wanted)
    done = linking.put(home, place, name, commands)
    _refuse_if(done.failed, "nothing was put on PATH")
    if done.commands:
        new = done.commands
        tell(f"put {linking.counted(name, new)} on PATH: {links.enumerated(new)}")
    else:
        there, are = links.enumerated(commands), "is" if len(commands) == 1 else "are"
        tell(f"{linking.counted(name, commands)} {are} on PATH already: {there}")
    _tell_if_off_path(place, environ)
    return 0


def _usable(found: Facts) -> Facts:
    """An environment whose commands can be started. Raises Failure for any other."""
    judged = verdict.judge(found, machine(sys.executable))
    if judged.status in verdict.REFUSED:
        raise Failure(verdict.told(found, judged))
    if judged.status in verdict.WARNED:
        tell(verdict.told(found, judged))
    return found


def _chosen(found: Facts, words: list[str]) -> list[str]:
    """The commands of an environment that the words mean: packages or commands; those of all
    packages that were asked for if there are none. Raises Failure.
    """
    packages, name = _packages(found), quoted(found.name)
    if not words:
        asked = {each.name for each in _installed(found) if each.requested}
        wanted = {normalised(each) for each in asked} - _INSTALLERS
        commands = {each for package in wanted for each in _there(found, packages[package])}
        if not commands:
            advice = f"linkvenv {typed(found.name)} PACKAGE takes one that came along"
            raise Failure(f"no package that was asked for in {name} has commands ({advice})")
        return sorted(commands)
    commands, problems = set(), []
    for word in words:
        of_package = _there(found, packages.get(normalised(word), set()))
        if of_package:
            commands |= of_package
        elif runnable(found.path, word):
            commands.add(word)
        elif normalised(word) in packages:
            problems.append(f"the package {quoted(word)} in {name} has no commands")
        else:
            problems.append(f"{name} has neither a package nor a command {quoted(word)}")
    _refuse_if(
        problems, f"nothing was put on PATH (showvenv {typed(found.name)} shows what there is)"
    )
    return sorted(commands)


def _there(found: Facts, commands: set[str]) -> set[str]:
    """Those of the commands of a package that may be put on PATH."""
    return {each for each in commands if runnable(found.path, each) and not is_venvs(each)}


def _installed(found: Facts) -> list[Distribution]:
    """The packages of an environment; none if they cannot be read."""
    try:
        return installed(found.site_packages) if found.library is not None else []
    except OSError:
        return []


def _packages(found: Facts) -> dict[str, set[str]]:
    """The commands that each package declares, by its normalised name."""
    packages: dict[str, set[str]] = {}
    for each in _installed(found):
        packages.setdefault(normalised(each.name), set()).update(declared(each))
    return packages


def _refuse_if(problems: list[str], text: str) -> None:
    """Tell all problems, if there are some, and raise Failure with a text."""
    for line in problems:
        tell(line)
    if problems:
        raise Failure(text)


def _tell_if_off_path(place: str, environ: Mapping[str, str]) -> None:
    entries = environ.get("PATH", "").split(":")
    if any(each.startswith("/") and same(each, place) for each in entries):
        return
    line = f'export PATH={typed(place)}:"$PATH"'
    if place == os.path.normpath(f"{environ.get('HOME', '')}/.local/bin"):
        line = 'export PATH="$HOME/.local/bin:$PATH"'
    tell(f"{quoted(place)} is not on PATH yet: add to the file that your shell starts with: {line}")


# ---- taking them off -----------------------------------------------------------------------------


def _remove(home: Home, place: str, name: str, words: list[str]) -> int:
    check_child("linkvenv", name)
    linked = links.of_one(home, place, name)
    if not linked:
        raise Failure(f"no command of {quoted(name)} is on PATH ({_advice(home, place, name)})")
    found = read_one(home, name)
    packages = _packages(found) if found is not None and words else {}
    wanted, problems = set() if words else set(linked), []
    for word in words:
        of_package = packages.get(normalised(word), set()).intersection(linked)
        if not of_package and word not in linked:
            problems.append(f"{quoted(word)} of {quoted(name)} is not on PATH")
        wanted |= of_package or {word}
    _refuse_if(problems, "nothing was taken off PATH (linkvenv lists what is there)")
    done = linking.take(home, place, name, sorted(wanted))
    for line in linking.taken(name, done):
        tell(line)
    return 1 if done.failed else 0


def _advice(home: Home, place: str, name: str) -> str:
    """What to type instead of `linkvenv --remove` with something that has no links."""
    for command, environment in links.listed(home, place):
        if command == name:
            return f"linkvenv --remove {typed(environment)} {typed(name)}"
    return "linkvenv lists what is there"


# ---- listing them --------------------------------------------------------------------------------


def _list(home: Home, place: str, as_json: bool, user_home: str) -> int:
    found = links.listed(home, place)
    reasons = linking.reasons(home, found)
    if as_json:
        rows = [_element(home, place, *each) for each in zip(found, reasons)]
        return write([json.dumps({"schema": SCHEMA, "links": rows}), "\n"])
    if not sys.stdout.isatty():
        return write(
            "\t".join([*each, *([reason] if reason else [])]) + "\n"
            for each, reason in zip(found, reasons)
        )
    if not found:
        tell("there are no commands of environments on PATH (linkvenv NAME puts some there)")
        return 0
    table = [["", "COMMAND", "ENVIRONMENT", "STATUS", "TO"]]
    for each, reason in zip(found, reasons):
        target = tables.short(links.target(home, *each), user_home)
        table.append(["", shown(each.command), shown(each.environment), reason or "ok", target])
    return write([tables.aligned(table)])


def _element(home: Home, place: str, link: Link, reason: str | None) -> dict[str, str | None]:
    """A link as JSON has it."""
    path, target = f"{place}/{link.command}", links.target(home, *link)
    return {**link._asdict(), "path": path, "target": target, "reason": reason}
