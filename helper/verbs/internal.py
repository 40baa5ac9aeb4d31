"""The requests that the shell makes on its own: its functions call these, and no user does."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import nearest, quoted, report

if TYPE_CHECKING:
    from helper.making.context import Context


def judge(context: Context, words: list[str]) -> int:
    """PATH: report why the environment there is not sound. Returns 0 if usevenv may activate it.
    Raises Failure if not.
    """
    from helper.inspection import verdict
    from helper.inspection.facts import machine, read_at

    path = words[0]
    found = read_at(path)
    if found is None:
        raise Failure(f"{quoted(os.path.basename(path))} is not an environment")
    judged = verdict.judge(found, machine(sys.executable))
    failure = verdict.failure(found, judged)
    if os.path.dirname(path) != context.home.path:  # fixvenv repairs only those of the home
        failure = Failure(f"{quoted(path)} is {judged.status}: {judged.reason}")
    if judged.status in verdict.REFUSED:
        raise failure
    if judged.status in verdict.WARNED:
        report(str(failure))
    return 0


def missing(context: Context, words: list[str]) -> int:
    """VERB NAME: report that no environment has that name, for a verb of the shell. Returns 0 if
    one has it after all.
    """
    context.find(*words)
    return 0


def suggest(context: Context, words: list[str]) -> int:
    """TEXT WORD KNOWN...: report an unknown word, with a text such as `no verb named`, and the
    known word that the user probably meant.
    """
    text, word, *known = words
    near = nearest(word, known)
    advice = f"did you mean {near}?" if near else "see multivenv --help"
    raise Misuse(f"{text} {quoted(word)}", advice)


def drop(context: Context, words: list[str]) -> int:
    """NAME: remove a temporary environment that the user left. Returns 1 if it belongs to another
    shell.
    """
    from helper.making.remove import remove_left

    return remove_left(context, words[0])


def recover(context: Context, words: list[str]) -> int:
    """Finish or undo interrupted work: each request begins with that, so nothing else is to do."""
    return 0
