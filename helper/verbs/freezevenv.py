"""freezevenv: print the packages of an environment as requirements, read from disk."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted, reason, report, write
from helper.base.options import parse
from helper.inspection.distributions import checkout, installed, requested_in
from helper.inspection.requirements import Unfit, frozen, requirement

if TYPE_CHECKING:
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Print one requirement per line, sorted by name. Report distributions that have none."""
    given, names = parse("freezevenv", words)
    facts = context.find_or_active("freezevenv", names)
    if facts.library is None:
        raise Failure(f"{quoted(facts.name)} has no site-packages")
    try:
        found = installed(facts.site_packages)
    except OSError as error:
        raise Failure(f"cannot read {quoted(facts.name)}: {reason(error)}") from error
    if "--requested" in given:
        found = requested_in(found, facts)
    wanted = frozen(found, facts.minor)
    if "--requested" in given:
        wanted = [each for each in wanted if each.requested]
    lines, failed = [], 0
    for each in wanted:
        try:
            lines.append(requirement(each, checkout(each.project) if each.project else None))
        except Unfit as problem:
            report(f"left out: {problem}")
            failed = 1
    return max(write(lines, data=True), failed)
