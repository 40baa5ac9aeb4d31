"""Putting commands of environments on PATH, and changing the links by which they are there.

Whatever is in the folder and is no link of ours is never touched. What links there are may change
only under the folder's lock.
"""

from __future__ import annotations

import os
import sys

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, typed, why
from helper.inspection import verdict
from helper.inspection.commands import runnable
from helper.inspection.facts import Reader, machine
from helper.outside.links import Link, enumerated, environment_of, folder, of_one, target
from helper.store.home import Home
from helper.store.locks import folder_locked

if TYPE_CHECKING:
    from typing import Callable, Mapping


ENVIRONMENT_GONE = "environment gone"
COMMAND_GONE = "command gone"


class Done(NamedTuple):
    """What came of something that was tried with several commands."""

    commands: list[str]
    """Those with which it was done."""
    failed: list[str]
    """What kept it from being done with others, in words for the user."""


def counted(name: str, commands: list[str]) -> str:
    """`2 commands of 'apps'`"""
    return f"{len(commands)} command{'' if len(commands) == 1 else 's'} of {quoted(name)}"


def taken(name: str, done: Done) -> list[str]:
    """What is to be said when commands were taken off PATH."""
    gone = done.commands
    did = [f"took {counted(name, gone)} off PATH: {enumerated(gone)}"] if gone else []
    return [*did, *done.failed]


# ---- looking at them -----------------------------------------------------------------------------


def reasons(home: Home, found: list[Link]) -> list[str | None]:
    """Why each of the links is dead; None for those that work."""
    reader, here = Reader(home), machine(sys.executable)
    amiss: dict[str, str | None] = {}
    for name in {each.environment for each in found}:
        facts = reader.read(name, os.path.islink(home.environment(name)))
        if facts is None or not facts.target_exists:
            amiss[name] = ENVIRONMENT_GONE
            continue
        status = verdict.judge(facts, here).status
        refused = {"dangling": "interpreter gone"}.get(status, f"environment {status}")
        amiss[name] = refused if status in verdict.REFUSED else None
    return [
        amiss[name] or (None if runnable(home.environment(name), command) else COMMAND_GONE)
        for command, name in found
    ]


# ---- making them ---------------------------------------------------------------------------------


def put(home: Home, place: str, name: str, commands: list[str]) -> Done:
    """Put commands of an environment on PATH: all of them or, if something is in the way, none.

    Returns those that were not there yet, and what is in the way. Raises Failure and OSError, and
    then nothing was changed either.
    """
    _make(place)
    with folder_locked(place):
        if not os.path.lexists(home.environment(name)):
            raise Failure(f"{quoted(name)} is gone")
        new = [each for each in commands if environment_of(home, place, each) != name]
        in_the_way = [_in_the_way(home, place, each) for each in new]
        failed = [each for each in in_the_way if each is not None]
        if not failed:
            _link(home, place, name, new)
    return Done([] if failed else new, failed)


def put_back(
    home: Home, environ: Mapping[str, str], name: str, commands: tuple[str, ...]
) -> list[str]:
    """Put the commands that an environment had on PATH there again, as far as there is nothing else
    now. Returns what is to be said of it.
    """
    if not commands:
        return []
    try:
        place = folder(environ)
        _make(place)
        with folder_locked(place):
            lost = {each: _why_not(home, place, name, each) for each in commands}
            back = [each for each in commands if lost[each] is None]
            _link(home, place, name, back)
    except (Failure, OSError) as error:
        return [f"the commands of {quoted(name)} are not on PATH again: {why(error)}"]
    did = [f"put {counted(name, back)} on PATH again: {enumerated(back)}"] if back else []
    return [
        *did,
        *(
            f"{quoted(each)} is not on PATH again: {reason}"
            for each, reason in lost.items()
            if reason
        ),
    ]


def _why_not(home: Home, place: str, name: str, command: str) -> str | None:
    if not runnable(home.environment(name), command):
        return f"{quoted(name)} has no such command any more"
    return _in_the_way(home, place, command)


def _make(place: str) -> None:
    try:
        os.makedirs(place, exist_ok=True)
    except FileExistsError:
        raise Failure(f"{quoted(place)} is not a directory (move it elsewhere)") from None


def _in_the_way(home: Home, place: str, command: str) -> str | None:
    """What is where the link of a command is to be, and what to do about it; None if nothing is."""
    file = f"{place}/{command}"
    if not os.path.lexists(file):
        return None
    other = environment_of(home, place, command)
    if other is not None:
        advice = f"linkvenv --remove {typed(other)} {typed(command)}"
        return f"{quoted(file)} leads to the environment {quoted(other)} ({advice})"
    kind = "directory" if os.path.isdir(file) else "file"
    if os.path.islink(file):
        kind = f"link to {quoted(os.readlink(file))}"
    return f"{quoted(file)} is a {kind}, which is never replaced (move it elsewhere)"


def _link(home: Home, place: str, name: str, commands: list[str]) -> None:
    made = []
    try:
        for command in commands:
            file = f"{place}/{command}"
            os.symlink(target(home, command, name), file)
            made.append(file)
    except BaseException as error:
        for each in made:
            os.unlink(each)
        if isinstance(error, OSError):
            raise Failure(f"cannot make {quoted(file)}: {error.strerror}") from error
        raise


# ---- changing them -------------------------------------------------------------------------------


def take(home: Home, place: str | None, name: str, commands: list[str] | None = None) -> Done:
    """Take commands of an environment, or all of them, off PATH. The environment need not be there
    any more. What fails stops nothing.
    """

    def act(command: str) -> None:
        os.unlink(f"{place}/{command}")

    return _each(home, place, name, commands, act)


def follow(home: Home, place: str | None, old: str, new: str) -> list[str]:
    """Let the links to an environment that had another name lead to it by its new one. Done again,
    it comes to the same. Returns what could not be done.
    """

    def act(command: str) -> None:
        files.replace_link(f"{place}/{command}", target(home, command, new))

    return _each(home, place, old, None, act).failed


def _each(
    home: Home, place: str | None, name: str, wanted: list[str] | None, act: Callable[[str], None]
) -> Done:
    """Act on each link of ours to an environment that is wanted; None stands for all."""
    done = Done([], [])
    if place is None or not os.path.isdir(place):
        return done
    try:
        with folder_locked(place):
            for command in of_one(home, place, name):
                if wanted is not None and command not in wanted:
                    continue
                try:
                    act(command)
                    done.commands.append(command)
                except OSError as error:
                    file = quoted(f"{place}/{command}")
                    done.failed.append(f"{file} still leads to {quoted(name)}: {why(error)}")
    except (Failure, OSError) as error:
        if of_one(home, place, name):  # else there is nothing to be done, and to be said
            done.failed.append(f"commands of {quoted(name)} are still on PATH: {why(error)}")
    return done
