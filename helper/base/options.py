"""The options of the verbs. The help of a verb, help/VERB.txt, describes each of them once: this
parser, both completions and the manual page read that text.

A line such as `  -p, --python SPEC   use another Python` names the spellings and the value.
`[=DIR]` marks a value that only `--option=DIR` gives.
"""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import read
from helper.base.messages import nearest, quoted

if TYPE_CHECKING:
    from typing import Dict, List, Tuple

    Given = Dict[str, List[str]]
    """The options that the user gave, by key, with their values; "" without a value."""
    Option = Tuple[str, str]
    """Its key, which is its last spelling, and its kind."""

FLAG, VALUE, MAYBE = "flag", "value", "maybe"
"""Kinds of option: without a value; with one; with one only as `--option=VALUE`."""

_HELP = __file__.rpartition("/helper/")[0] + "/help"


def verbs() -> list[str]:
    """The verbs in the overview of help/multivenv.txt, in its order."""
    lines = [line[2:] for line in _help("multivenv") if line.startswith("  ")]
    return list(dict.fromkeys([line.split()[0] for line in lines if line[0].isalpha()]))


def _help(topic: str) -> list[str]:
    return read(f"{_HELP}/{topic}.txt", 1 << 16).decode().split("\n")


def options_of(topic: str) -> dict[str, Option]:
    """The options in help/TOPIC.txt by their spellings."""
    known: dict[str, Option] = {}
    for line in _help(topic):
        if line.startswith("  -"):
            head, bracket, _ = line[2:].partition("  ")[0].partition("[")
            words = head.replace(",", "").split(" ")  # -p, --python SPEC
            spellings = [word for word in words if word.startswith("-")]
            kind = MAYBE if bracket else VALUE if len(words) > len(spellings) else FLAG
            known.update(dict.fromkeys(spellings, (spellings[-1], kind)))
    return known


def parse(verb: str, words: list[str]) -> tuple[Given, list[str]]:
    """Split the words of a verb, such as `multivenv doctor`, into its options and the rest. Options
    may stand anywhere; `--` ends them.

    Raises Misuse for an unknown option, a missing value, and a value for a flag.
    """
    known = options_of(verb.rpartition(" ")[2])
    given: Given = {}
    rest: list[str] = []
    queue = list(reversed(words))
    while queue:
        word = queue.pop()
        if word == "--":
            rest.extend(reversed(queue))
            break
        if word == "-" or not word.startswith("-"):
            rest.append(word)
            continue
        spelling, value = _spelling_and_value(word)
        if spelling not in known:
            near = nearest(spelling, known) if spelling.startswith("--") else None
            advice = f"did you mean {near}?" if near else f"see {verb} --help"
            raise Misuse(f"{verb} has no option {quoted(word)}", advice)
        key, kind = known[spelling]
        if kind == FLAG and value is not None:
            if word.startswith("--"):
                raise Misuse(f"{verb} {spelling} takes no value", f"see {verb} --help")
            queue.append(f"-{value}")  # -yq is -y -q
        elif kind == VALUE and value is None:
            if not queue:
                raise Misuse(f"{verb} {spelling} needs a value", f"see {verb} --help")
            value = queue.pop()
        given.setdefault(key, []).append(value or "")
    return given, rest


def _spelling_and_value(word: str) -> tuple[str, str | None]:
    """The option in a word, and the value if the word contains one."""
    if word.startswith("--"):
        spelling, equals, value = word.partition("=")
        return spelling, value if equals else None
    return word[:2], word[2:] or None


def value_of(given: Given, key: str) -> str | None:
    """The last value of an option; None if the user did not give it."""
    return values_of(given, key)[-1] if key in given else None


def values_of(given: Given, key: str) -> list[str]:
    """All values of an option, in their order."""
    return given.get(key, [])
