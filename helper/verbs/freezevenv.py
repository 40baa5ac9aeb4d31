"""freezevenv: print the packages of an environment as requirements, read from disk."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted, reason, report, typed, write
from helper.base.options import parse, value_of
from helper.inspection.distributions import checkout, installed, requested_in
from helper.inspection.requirements import Unfit, frozen, requirement

if TYPE_CHECKING:
    from helper.making.context import Context

FORMATS = ("requirements", "pylock")


def run(context: Context, words: list[str]) -> int:
    """Print one requirement per line, sorted by name. Report distributions that have none."""
    given, names = parse("freezevenv", words)
    form = value_of(given, "--format") or "requirements"
    if form not in FORMATS:
        what = f"freezevenv cannot print the format {quoted(form)}, only {', '.join(FORMATS)}"
        raise Misuse(what, "see freezevenv --help")
    facts = context.find_or_active("freezevenv", names)
    if form == "pylock":
        requirements = f"freezevenv {typed(facts.name)} >requirements.txt"
        advice = f"{requirements}, then pip lock -r requirements.txt"
        advice += " or uv pip compile requirements.txt -o pylock.toml"
        raise Failure("a pylock.toml needs the hashes of archives, which are not on disk", advice)
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
