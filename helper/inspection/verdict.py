"""The verdict on an environment: a pure function of the facts."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, shown, typed

if TYPE_CHECKING:
    from helper.base.formats import Version
    from helper.inspection.facts import Facts, Machine


class Status(NamedTuple):
    """What a status means for the verbs."""

    use: str
    """usevenv activates such an environment: `yes`, `warn` (and says why), or `no`."""
    repair: str
    """What fixvenv does with it."""


STATUS = {
    "ok": Status("yes", ""),
    "drifted": Status("yes", "notes the new version"),
    "dangling": Status("no", "gives it an interpreter again"),
    "hollow": Status("warn", "gives it the right interpreter, or rebuilds it"),
    "moved": Status("warn", "rewrites the paths"),
    "incomplete": Status("no", "recreates it"),
    "foreign": Status("no", "rebuilds it for this machine"),
    "corrupt": Status("no", "restores what is known"),
    "broken": Status("no", "gives it an interpreter that starts"),
}
"""All statuses, in the order of the documentation."""

STATUSES = tuple(STATUS)
REFUSED = frozenset(name for name, status in STATUS.items() if status.use == "no")
WARNED = frozenset(name for name, status in STATUS.items() if status.use == "warn")


class Verdict(NamedTuple):
    """What an environment is."""

    status: str
    reason: str | None
    """In words, with the file and the versions it is about; None with `ok`."""


OK = Verdict("ok", None)


def judge(facts: Facts, machine: Machine) -> Verdict:
    """The verdict on an environment, as seen from a machine."""
    for look in (_link, _creation, _platform, _config, _interpreter, _library, _place, _patch):
        verdict = look(facts, machine)
        if verdict is not None:
            return verdict
    return OK


def advice(facts: Facts, verdict: Verdict) -> str | None:
    """What to type next about an environment; None if there is nothing to do."""
    name = typed(facts.name)
    if verdict.status == "ok":
        return None
    if verdict.status == "incomplete" and facts.owner:
        return "wait for it"
    if facts.target is not None and not facts.target_exists:
        return f"rmvenv {name} takes the link away"
    if facts.target is not None:
        return f"it is a link, so repair {shown(facts.target)} where it is"
    return f"fixvenv {name} {STATUS[verdict.status].repair}"


def failure(facts: Facts, verdict: Verdict) -> Failure:
    """A verdict that is not `ok` as a failure: its reason, and what to type next."""
    status, reason = verdict
    return Failure(f"{quoted(facts.name)} is {status}: {reason}", advice(facts, verdict))


def _link(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.target is not None and not facts.target_exists:
        return Verdict("dangling", f"it is a link to {shown(facts.target)}, which is gone")
    return None


def _creation(facts: Facts, machine: Machine) -> Verdict | None:
    if not facts.unfinished:
        return None
    if facts.owner:
        return Verdict("incomplete", f"it is being made right now by {shown(facts.owner)}")
    return Verdict("incomplete", "its creation never finished")


def _platform(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.windows:
        return Verdict("foreign", f"it was made on Windows, and this is {machine.system}")
    made_on = (facts.record or {}).get("platform")
    if isinstance(made_on, str):
        system, _, processor = made_on.partition("-")
        # not on macOS, where one machine is of two kinds, and each program runs as one of them
        other = system == "Linux" and processor != machine.processor
        if system != machine.system or other:
            here = f"{machine.system}-{machine.processor}"
            return Verdict("foreign", f"it was made on {shown(made_on)}, and this is {here}")
    binary = facts.base.machine if facts.base else None
    if binary and machine.binary and binary != machine.binary:
        return Verdict(
            "foreign",
            f"bin/python is a program for {binary}, and this machine runs {machine.binary}",
        )
    return None


def _config(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.config.problem:
        return Verdict("corrupt", facts.config.problem)
    if not facts.config.home:
        return Verdict("corrupt", "pyvenv.cfg has no 'home', the folder of its base interpreter")
    return None


def _interpreter(facts: Facts, machine: Machine) -> Verdict | None:
    where = shown(facts.python_target)
    words = {
        "missing": "there is no bin/python",
        "dangling": f"bin/python leads to {where}, which is gone",
        "orphaned": f"bin/python is a copy of {where}, which is gone",
        "loop": "bin/python is a link that leads in a circle",
        "directory": "bin/python is a directory",
        "not executable": f"bin/python leads to {where}, which is not executable",
    }.get(facts.python)
    if words is None and not facts.home_exists:
        folder = shown(facts.config.home or "")
        words = f"its base interpreter was in {folder}, and there is none now"
    return Verdict("dangling", words) if words else None


def _library(facts: Facts, machine: Machine) -> Verdict | None:
    starts = facts.base.version[:2] if facts.base else ()
    holds = facts.minor
    if len(starts) < 2 or len(holds) < 2 or starts == holds:
        if facts.library is None:
            return Verdict("corrupt", "there is no site-packages folder in its lib")
        return None
    library = facts.library or f"python{_text(holds)}"
    return Verdict(
        "hollow", f"bin/python starts Python {_text(starts)}, its packages are in lib/{library}"
    )


def _place(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.made_here:
        return None
    return Verdict("moved", f"its scripts point to {shown(facts.made_at or '')}, where it was made")


def _patch(facts: Facts, machine: Machine) -> Verdict | None:
    now, then = facts.base.version if facts.base else (), facts.config.version
    shared = min(len(now), len(then))
    if now[:shared] == then[:shared]:
        return None
    return Verdict(
        "drifted", f"it was made with Python {_text(then)}, and its base is {_text(now)} now"
    )


def _text(version: Version) -> str:
    return ".".join(str(part) for part in version)
