"""The options of the verbs. The help of a verb, help/VERB.txt, describes each of them once: this
parser, both completions and the manual page read that text.

A line such as `  -p, --python SPEC   use another Python` names the spellings and the value.
`[=DIR]` marks a value that only `--option=DIR` gives. An option whose text says `repeat` takes a
value each time.
"""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import read
from helper.base.messages import nearest, quoted

if TYPE_CHECKING:
    from typing import Dict, List, Tuple, Union

    Given = Dict[str, Union[str, List[str]]]
    """The options that the user gave: by key, "" for a flag, the value, or the list of values."""
    Option = Tuple[str, str]
    """Its key, which is its last spelling, and its kind."""

FLAG, VALUE, VALUES, MAYBE = "flag", "value", "values", "maybe"
"""Kinds of option: no value; one; one each time; one only as `--option=VALUE`."""

_HELP = __file__.rpartition("/helper/")[0] + "/help"


def options_of(topic: str) -> dict[str, Option]:
    """The options in help/TOPIC.txt by their spellings."""
    known: dict[str, Option] = {}
    spellings: list[str] = []
    kind = FLAG
    for line in read(f"{_HELP}/{topic}.txt", 1 << 16).decode().split("\n"):
        head, _, text = line[2:].partition("  ")
        if line.startswith("  -"):
            spellings, kind = _option(head)
        elif not line.startswith("    "):
            spellings = []
        if "repeat" in text and kind == VALUE:
            kind = VALUES
        known.update((spelling, (spellings[-1], kind)) for spelling in spellings)
    return known


def _option(head: str) -> tuple[list[str], str]:
    """The spellings and the kind of `-p, --python SPEC`."""
    head, bracket, _ = head.partition("[")
    *spellings, last = head.split(", ")
    spelling, value, _ = last.partition(" ")
    return [*spellings, spelling], MAYBE if bracket else VALUE if value else FLAG


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
        elif kind in (VALUE, VALUES) and value is None:
            if not queue:
                raise Misuse(f"{verb} {spelling} needs a value", f"see {verb} --help")
            value = queue.pop()
        if kind == VALUES:
            given[key] = [*values_of(given, key), value or ""]
        else:
            given[key] = "" if kind == FLAG else value or ""
    return given, rest


def _spelling_and_value(word: str) -> tuple[str, str | None]:
    """The option in a word, and the value if the word contains one."""
    if word.startswith("--"):
        spelling, equals, value = word.partition("=")
        return spelling, value if equals else None
    return word[:2], word[2:] or None


def value_of(given: Given, key: str) -> str | None:
    """The value of a VALUE or MAYBE option; None if the user did not give it."""
    value = given.get(key)
    return value if isinstance(value, str) else None


def values_of(given: Given, key: str) -> list[str]:
    """The values of a VALUES option, in their order."""
    values = given.get(key, [])
    return values if isinstance(values, list) else [values]
