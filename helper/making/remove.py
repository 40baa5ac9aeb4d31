"""Removing an environment, and temporary ones when the user leaves them or their shell has ended.

A process of its own waits for the shell of a temporary environment. A trap of the shell would not
do: no shell runs it on each way to end, and traps belong to the user.
"""

from __future__ import annotations

import errno
import os
import select
from contextlib import ExitStack

from helper.base.compat import TYPE_CHECKING
from helper.base.detached import run_detached
from helper.base.errors import Failure
from helper.base.files import same
from helper.base.messages import quoted, reason, report, typed
from helper.inspection.facts import read_one
from helper.making import recipes, replacement
from helper.outside import foreign
from helper.outside.traces import leading
from helper.store import kept, temporary, trash
from helper.store.home import VARIABLES, why_not_name
from helper.store.locks import LEAVING, locked

if TYPE_CHECKING:
    from typing import Callable

    from helper.inspection.facts import Facts
    from helper.making.context import Context
    from helper.store.home import Home
    from helper.store.temporary import Owner

INTERVAL = 5
"""Seconds between the checks of the waiting process whether the environment still exists."""


def remove(
    context: Context,
    name: str,
    owner: Owner | None = None,
    place: str | None = None,
    chosen: Callable[[Facts], bool] | None = None,
) -> int:
    """Remove an environment with the user's hooks, and report that. owner: remove it only if it is
    the temporary environment of that shell, and report only failures. place: the folder that
    trash.deleting deletes later. chosen: whether it is still to be removed. Returns the exit
    status.
    """
    context.run_hook("prermvirtualenv", name)
    try:
        removed = _remove(context, name, owner, place, chosen)
    except (Failure, OSError) as error:
        report(f"did not remove {quoted(name)}: {reason(error)}")
        return 1
    if removed is None:
        return 0
    messages, status = removed
    for line in messages:
        report(line)
    context.run_hook("postrmvirtualenv", name)
    return status


def _remove(
    context: Context,
    name: str,
    owner: Owner | None,
    place: str | None,
    chosen: Callable[[Facts], bool] | None,
) -> tuple[list[str], int] | None:
    """Remove an environment and save its recipe; a temporary one without a recipe: None if it no
    longer exists. Returns messages and the exit status. Raises Failure and OSError, and then the
    environment is where it was.
    """
    home, links = context.home, context.links
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(home, name, LEAVING if owner else "rmvenv"))
        except OSError as error:
            # on a full disk nobody else can lock it either, and removing helps
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
        facts = read_one(home, name)
        if owner and (facts is None or temporary.owner_of(facts.record, name) != owner):
            return None
        if facts is None:
            raise Failure("it no longer exists")
        if chosen is not None and not chosen(facts):
            raise Failure("it was used or changed meanwhile")
        foreign.check_ours(facts.path)
        traces = {each: leading(each, facts.path) for each in facts.projects}
        linked, kernel = links.of(name), links.kernels.of(name)
        restorable = owner is None and facts.target is None
        variables = has_variables(facts)
        recipe = recipes.recipe_of(facts, traces, linked, kernel) if restorable else {}
        problem = recipes.save(home, name, recipe) if restorable else None
        places = tuple(each for each in facts.projects if any(traces[each]))
        with replacement.removing(links, name, places, bool(linked or kernel)) as removal:
            entry = trash.take(home, name, place)
        temporary.forget(home, name)
        left = trash.emptied(entry) if place is None else None
        kept.drop(home, name)
        if problem is not None:
            problem = recipes.save(home, name, recipe)  # the disk may have space for it now
    messages = removal.messages
    if owner is None:
        messages.append(f"removed {quoted(name)}{_how_to_restore(facts, problem, variables)}")
    if problem:
        messages.append(f"could not save a recipe of {quoted(name)}: {problem.strerror}")
    if left:
        why = f"{reason(left)} (see {quoted(home.state('trash'))})"
        messages.append(f"could not delete all of {quoted(name)}: {why}")
    return messages, 1 if left or problem or removal.failed else 0


def has_variables(facts: Facts) -> bool:
    """Whether the removal of an environment deletes a .env. A recipe does not contain it: it may
    hold passwords, and who removes an environment expects that they are gone.
    """
    return facts.target is None and os.path.isfile(f"{facts.path}/{VARIABLES}")


def _how_to_restore(facts: Facts, problem: OSError | None, variables: bool) -> str:
    """How to undo the removal, if that is possible. problem: why its recipe was not saved.
    variables: whether its .env is lost.
    """
    name = typed(facts.name)
    if facts.target is not None:
        adopt = f" (undo: multivenv adopt {typed(facts.target)} {name})"
        return adopt if facts.target_exists else ""
    restorable = problem is None and why_not_name(facts.name) is None
    but = f", without its {VARIABLES}" if variables else ""
    return f" (undo: mkvenv --restore {name}{but})" if restorable else ""


# ---- temporary environments ----------------------------------------------------------------------


def remove_left(context: Context, name: str) -> int:
    """Remove a temporary environment that the user left. Returns the exit status: 1 if it belongs
    to another shell, as when a subshell leaves one that is active in the shell itself.
    """
    found = _owner(context.home, name)
    ours = found is not None and temporary.is_of_caller(found, context.shell)
    return remove(context, name, found) if ours else 1


def remove_orphaned(context: Context) -> None:
    """Remove the temporary environments whose shell ended while no process was waiting for it."""
    home = context.home
    for name in temporary.announced(home):
        found = _owner(home, name)
        if found is None:
            try:
                with locked(home, name, "sweeping", patience=0):  # unless a verb is creating it
                    if _owner(home, name) is None:
                        temporary.forget(home, name)
            except (Failure, OSError):
                pass
        elif temporary.has_ended(found) and not same(home.environment(name), context.active or "/"):
            report(f"removing temporary environment {quoted(name)}: its shell has ended")
            remove(context, name, found)


def watch(context: Context, name: str) -> None:
    """Start a process that removes an environment when its shell has ended. It is no child of the
    shell, has no terminal, and holds no file open.
    """
    found = _owner(context.home, name)
    if found is None:
        return

    def act() -> None:
        if _outlasts(context.home, name, found):
            remove(context, name, found)

    run_detached(act)


def _owner(home: Home, name: str) -> Owner | None:
    facts = read_one(home, name)
    return temporary.owner_of(facts.record, name) if facts else None


def _outlasts(home: Home, name: str, found: Owner) -> bool:
    """Wait until the shell has ended. False if the environment was removed or changed before."""
    end = select.poll()
    try:
        end.register(os.pidfd_open(found["process"]), select.POLLIN)  # type: ignore[attr-defined]
        seconds = INTERVAL
    except (AttributeError, OSError):  # before Linux 5.3 and Python 3.9
        seconds = 1
    while temporary.lives(found):
        if end.poll(seconds * 1000):  # it has ended
            break
        if _owner(home, name) != found:
            return False
    return _owner(home, name) == found
