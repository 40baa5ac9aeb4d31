"""Usage: plain_words.py FILE...

Finds what plain English does without, in messages, comments, documents and help. In Python only
strings, comments and names are looked at, in other files every line.

A line is exempt when it, or the comment above it, gives a reason:

    # plain: the name of a book
"""

from __future__ import annotations

import re
import sys
import tokenize
from typing import Iterator

# In "if there is none" the words are plain
_CLAUSE = ("if", "where", "when", "whether", "while", "until", "because", "that", "why", "what")
_NO_CLAUSE = "".join(f"(?<!{word} )" for word in _CLAUSE)

# The words, and what to write instead
WORDS = (
    (_NO_CLAUSE + "there (is|are|was|were)", "name the subject: 'x exists', 'no x found'"),
    (r"it (is|was) (the |a |an )?\w+ (that|which|who)", "put the subject first"),
    ("amiss", "problems"),
    ("anew", "again; recreated"),
    ("told", "reported"),
    ("(stands?|stood|standing) aside", "is set aside"),
    (r"fits?(?! (in|into|on|a|the|an|within|\d))", "matches"),
    ("fitting", "matching"),
    ("asked for", "requested"),
    ("(come|comes|came) along", "dependencies"),
    ("goes when", "is removed when"),
    ("minds?(?= (case|neither|CDPATH))", "is case-sensitive; respects"),
    ("is no matter", "is ignored"),
    ("comes? to the same", "is idempotent"),
    ("last words", "the end of the output"),
    ("at hand", "available; installed"),
)
PATTERNS = [(re.compile(rf"\b{pattern}\b", re.IGNORECASE), instead) for pattern, instead in WORDS]
_SUBJECT = re.compile(r"(?:^|[\"'#.:;] *)what (is|was|are|were)\b", re.IGNORECASE)
PATTERNS.append((_SUBJECT, "name it"))

# Names for which packaging has a word
NAMES = {
    "means": "context",
    "shop": "context",
    "workshop": "context",
    "carry": "user_files",
    "passing": "reaper",
    "remains": "leftovers",
    "surroundings": "shell_report",
    "tuples": "compat",
    "deep": "probe",
    "duplicate": "copy",
    "places": "search",
    "lay": "write_skeleton",
    "plant": "install_pip",
}
_DEFINED = re.compile(r"\b(?:def|class|import|as) +(\w+)")
_EXEMPT = re.compile(r"(?:#|<!--).*\bplain: .")
_COMMENT = re.compile(r"\s*(?:#|<!--)")


def main() -> int:
    found = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for number, text in sorted(set(texts(path, lines))):
            for word, instead in struck(text):
                if not is_exempt(lines, number):
                    found += 1
                    print(f"{path}:{number}: plain: '{word.strip()}': {instead}")
                    print(f"    {lines[number - 1].strip()}")
    if found:
        print(f"{found} words that plain English does without")
    return 1 if found else 0


def texts(path: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines to look at by their numbers; of Python only strings, comments and names."""
    if not path.endswith(".py"):
        yield from enumerate(lines, 1)
        return
    with open(path, "rb") as file:
        for token in tokenize.tokenize(file.readline):
            kind = tokenize.tok_name[token.type]
            # since 3.12 an f-string is several tokens
            if kind in ("COMMENT", "STRING", "FSTRING_MIDDLE"):
                for offset, text in enumerate(token.string.split("\n")):
                    yield token.start[0] + offset, text
    for number, line in enumerate(lines, 1):
        match = _DEFINED.search(line)
        if match and match.group(1) in NAMES:
            yield number, f"\0{match.group(1)}"


def struck(text: str) -> Iterator[tuple[str, str]]:
    """The words found in a text, and what to write instead."""
    if text.startswith("\0"):
        yield text[1:], f"name it {NAMES[text[1:]]}"
        return
    for pattern, instead in PATTERNS:
        for match in pattern.finditer(text):
            yield match.group(), instead


def is_exempt(lines: list[str], number: int) -> bool:
    """Does the line, or the comment right above it, give a reason?"""
    if _EXEMPT.search(lines[number - 1]):
        return True
    above = number - 2
    while above >= 0 and _COMMENT.match(lines[above]):
        if _EXEMPT.search(lines[above]):
            return True
        above -= 1
    return False


if __name__ == "__main__":
    sys.exit(main())
