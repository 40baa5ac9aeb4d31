"""What was probably meant by a word that is none of those there are."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Iterable


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that is nearest to one; None if none is near, or several are as near.

    Near is a slip of one key, or of two in a word of six letters or more: a character too many, too
    few, another one, or two that changed places. Upper case is no slip at all.
    """
    most = 2 if len(word) > 5 else 1
    typed = word.casefold()
    found: list[tuple[int, str]] = []
    for each in known:
        if abs(len(each) - len(word)) <= most:
            slips = _slips(typed, each.casefold(), most)
            if slips <= min(most, len(each) - 1):
                found.append((slips, each))
    found.sort()
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _slips(one: str, other: str, most: int) -> int:
    """How many slips lie between two words, as the restricted edit distance of Damerau counts them;
    more than most, whatever the number, if there are more.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (char != wanted))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
