"""Requests that the functions of the shell part make; users have no names for them."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import nearest, quoted, report, typed

if TYPE_CHECKING:
    from helper.making.context import Context


def judge(context: Context, words: list[str]) -> int:
    """PATH: report the problem of the environment there. Returns 0 if usevenv may activate it, else
    raises Failure.
    """
    from helper.inspection import verdict
    from helper.inspection.facts import machine, read_at

    path = words[0]
    found = read_at(path)
    if found is None:
        raise Failure(f"{quoted(os.path.basename(path))} is not an environment")
    judged = verdict.judge(found, machine(sys.executable))
    failure = verdict.failure(found, judged)
    if os.path.dirname(path) != context.home.path:  # fixvenv repairs only the home's
        failure = Failure(f"{quoted(path)} is {judged.status}: {judged.reason}")
    if judged.status in verdict.REFUSED:
        raise failure
    if judged.status in verdict.WARNED:
        report(str(failure))
    return 0


def missing(context: Context, words: list[str]) -> int:
    """VERB NAME: raise Failure because no environment has that name. Returns 0 if one has it after
    all.
    """
    context.find(*words)
    return 0


def suggest(context: Context, words: list[str]) -> int:
    """TEXT WORD KNOWN...: raise Misuse for an unknown word, with the known word that the user
    probably meant. TEXT is such as `no verb named`.
    """
    text, word, *known = words
    near = nearest(word, known)
    advice = f"did you mean {near}?" if near else "see multivenv --help"
    raise Misuse(f"{text} {quoted(word)}", advice)


def drop(context: Context, words: list[str]) -> int:
    """NAME: remove a temporary environment that the user left. Returns 1 if another shell has
    it.
    """
    from helper.making.remove import remove_left

    return remove_left(context, words[0])


def recover(context: Context, words: list[str]) -> int:
    """Finish or undo interrupted work. Each request starts with that, so this does nothing."""
    return 0


def toggle_system_site(context: Context, words: list[str]) -> int:
    """NAME: give an environment access to the packages of its base interpreter, or take it away."""
    import re

    from helper.base import files
    from helper.making.repair import forget_soundness
    from helper.outside import foreign
    from helper.store import records
    from helper.store.home import RECORD

    facts = context.find("toggleglobalsitepackages", words[0])
    foreign.check_ours(facts.path)
    with context.locked(facts.name, "toggleglobalsitepackages"):
        path = f"{facts.path}/pyvenv.cfg"
        now = not facts.config.system_site
        old = files.read(path)
        text, changes = re.subn(
            rb"(?m)^(include-system-site-packages *= *)\w+", rb"\1" + str(now).lower().encode(), old
        )
        if not changes:
            lacks = f"{quoted(path)} has no include-system-site-packages"
            raise Failure(lacks, f"fixvenv {typed(facts.name)}")
        files.write(path, text, durable=True)
        if facts.record is not None:
            record = {**facts.record, "system_site_packages": now}
            records.write(f"{facts.path}/{RECORD}", record)
        forget_soundness(facts.path)
    report(
        f"{quoted(facts.name)} {'uses' if now else 'ignores'} the packages of its base interpreter"
    )
    return 0
