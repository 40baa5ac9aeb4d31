"""The options of the verbs. The help of a verb, help/VERB.txt, describes each of them once: this
parser, both completions and the manual page read that text.

A line such as `  -p, --python SPEC   use another Python` names the spellings and the value.
`[=DIR]` marks a value that only `--option=DIR` gives. An option whose text says `repeat` takes a
value each time.
"""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.messages import nearest, quoted

if TYPE_CHECKING:
    from typing import Dict, List, Union

    Given = Dict[str, Union[str, List[str]]]
    """The options that the user gave: by key, "" for a flag, the value, or the list of values."""

FLAG, VALUE, VALUES, MAYBE = "flag", "value", "values", "maybe"
"""Kinds of option: no value; one; one each time; one only as `--option=VALUE`."""

_HELP = __file__.rpartition("/helper/")[0] + "/help"


class Option(NamedTuple):
    """One option: its spellings (the last one is its key in the answer) and its kind."""

    spellings: tuple[str, ...]
    kind: str


def options_of(topic: str) -> list[Option]:
    """The options that help/TOPIC.txt describes, in that order."""
    found: list[Option] = []
    with open(f"{_HELP}/{topic}.txt", encoding="utf-8") as file:
        for line in file:
            head, _, text = line[2:].rstrip("\n").partition("  ")
            if line.startswith("  -"):
                found.append(_option(head))
            elif not (found and line.startswith("    ")):
                continue
            if "repeat" in text and found[-1].kind == VALUE:
                found[-1] = found[-1]._replace(kind=VALUES)
    return found


def _option(head: str) -> Option:
    """The option of `-p, --python SPEC`."""
    kind = FLAG
    if "[" in head:
        head, kind = head.partition("[")[0], MAYBE
    *spellings, last = head.split(", ")
    spelling, value, _ = last.partition(" ")
    return Option((*spellings, spelling), VALUE if value else kind)


def verbs() -> list[str]:
    """The verbs in the overview of help/multivenv.txt, in its order."""
    with open(f"{_HELP}/multivenv.txt", encoding="utf-8") as file:
        lines = [line[2:] for line in file if line.startswith("  ")]
    return list(dict.fromkeys([line.split()[0] for line in lines if line[0].isalpha()]))


def parse(verb: str, words: list[str]) -> tuple[Given, list[str]]:
    """Split the words of a verb, such as `multivenv doctor`, into its options and the rest. Options
    may stand anywhere; `--` ends them.

    Raises Misuse for an unknown option, and for one whose value is missing.
    """
    known = options_of(verb.rpartition(" ")[2])
    by_spelling = {spelling: option for option in known for spelling in option.spellings}
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
        spelling, value = _split(word)
        option = by_spelling.get(spelling)
        if option is None:
            near = nearest(spelling, by_spelling) if spelling.startswith("--") else None
            advice = f"did you mean {near}?" if near else f"see {verb} --help"
            raise Misuse(f"{verb} has no option {quoted(word)}", advice)
        if option.kind == FLAG and value is not None:
            if word.startswith("--"):
                raise Misuse(f"{verb} {spelling} takes no value", f"see {verb} --help")
            queue.append(f"-{value}")  # -yq is -y -q
        elif option.kind in (VALUE, VALUES) and value is None:
            if not queue:
                raise Misuse(f"{verb} {spelling} needs a value", f"see {verb} --help")
            value = queue.pop()
        _keep(given, option, value)
    return given, rest


def _split(word: str) -> tuple[str, str | None]:
    """The option that a word names, and the value that it holds."""
    if word.startswith("--"):
        spelling, equals, value = word.partition("=")
        return spelling, value if equals else None
    return word[:2], word[2:] or None


def _keep(given: Given, option: Option, value: str | None) -> None:
    key = option.spellings[-1]
    if option.kind == VALUES:
        given[key] = [*values_of(given, key), value or ""]
    else:
        given[key] = "" if option.kind == FLAG else value or ""


def value_of(given: Given, key: str) -> str | None:
    """The value of a VALUE or MAYBE option; None if the user did not give it."""
    value = given.get(key)
    return value if isinstance(value, str) else None


def values_of(given: Given, key: str) -> list[str]:
    """The values of a VALUES option, in their order."""
    values = given.get(key, [])
    return values if isinstance(values, list) else [values]
