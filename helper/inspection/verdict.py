"""The verdict on an environment: a pure function of the facts."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.formats import version_text
from helper.base.messages import quoted, shown, typed

if TYPE_CHECKING:
    from helper.base.formats import Version
    from helper.inspection.facts import Facts, Machine


class Status(NamedTuple):
    """What a status means for the verbs."""

    use: str
    """usevenv activates such an environment: `yes`, `warn` (and says why), or `no`."""
    repair: str
    """What fixvenv does about it."""


STATUS = {
    "ok": Status("yes", ""),
    "drifted": Status("yes", "records the new version"),
    "dangling": Status("no", "restores its interpreter"),
    "hollow": Status("warn", "restores its interpreter or rebuilds it"),
    "moved": Status("warn", "rewrites its paths"),
    "incomplete": Status("no", "recreates it"),
    "foreign": Status("no", "rebuilds it for this machine"),
    "corrupt": Status("no", "restores what it can"),
    "damaged": Status("warn", "reinstalls what is missing"),
    "broken": Status("no", "replaces its interpreter"),
    "unreadable": Status("no", ""),
}
"""All statuses, in the order of the documentation."""

REFUSED = frozenset(name for name, status in STATUS.items() if status.use == "no")
WARNED = frozenset(name for name, status in STATUS.items() if status.use == "warn")


class Verdict(NamedTuple):
    """The status of an environment."""

    status: str
    reason: str | None
    """For the user, with the file and the versions concerned; None with `ok`."""


OK = Verdict("ok", None)


def judge(facts: Facts, machine: Machine) -> Verdict:
    """The verdict on an environment, as seen from a machine: that of the first check that fails."""
    checks = (
        _target,
        _creation,
        _fault,
        _platform,
        _config,
        _interpreter,
        _packages,
        _files,
        _paths,
        _damage,
        _patch,
    )
    for check in checks:
        verdict = check(facts, machine)
        if verdict is not None:
            return verdict
    return OK


def advice(facts: Facts, verdict: Verdict) -> str | None:
    """What to type next about an environment; None with `ok`."""
    name = typed(facts.name)
    if verdict.status == "ok":
        return None
    if verdict.status == "incomplete" and facts.owner:
        return "wait for it"
    if facts.target is not None and not facts.target_exists:
        return f"rmvenv {name} removes the link"
    if facts.target is not None:
        folder, _, linked = facts.target.rpartition("/")
        return f"MULTIVENV_HOME={typed(folder)} fixvenv {typed(linked)} repairs it where it is"
    if verdict.status == "unreadable":
        return "check the disk and the permissions, then try again"
    return _repair(facts, verdict)


def _repair(facts: Facts, verdict: Verdict) -> str | None:
    name, damage = typed(facts.name), facts.damage
    if verdict.status != "damaged" or damage is None:
        return f"fixvenv {name} {STATUS[verdict.status].repair}"
    if damage.projects:
        return f"fixvenv --moved {typed(damage.projects[0])}=NEW {name} takes it from its new place"
    if damage.base or damage.relink:
        return f"fixvenv {name} {STATUS['dangling'].repair}"
    if damage.distributions or damage.pip or damage.scripts:
        return f"fixvenv {name} {STATUS['damaged'].repair}"
    return None  # the user has to change the file that the reason names


def hollow(facts: Facts, starts: Version) -> Verdict:
    """The verdict on an environment whose bin/python starts another minor version."""
    library = facts.library or f"python{version_text(facts.minor)}"
    reason = f"bin/python starts Python {version_text(starts[:2])}, but its packages are in "
    return Verdict("hollow", f"{reason}lib/{library}")


def failure(facts: Facts, verdict: Verdict) -> Failure:
    """A verdict other than `ok` as a failure: its reason, and what to type next."""
    status, reason = verdict
    return Failure(f"{quoted(facts.name)} is {status}: {reason}", advice(facts, verdict))


def _target(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.target is None or facts.target_exists:
        return None
    return Verdict("dangling", f"it links to {shown(facts.target)}, which no longer exists")


def _creation(facts: Facts, machine: Machine) -> Verdict | None:
    if not facts.unfinished:
        return None
    if facts.owner:
        return Verdict("incomplete", f"still being created by {shown(facts.owner)}")
    return Verdict("incomplete", "its creation never finished")


def _fault(facts: Facts, machine: Machine) -> Verdict | None:
    return Verdict("unreadable", facts.fault) if facts.fault else None


def _platform(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.windows:
        return Verdict("foreign", f"created on Windows, but this machine runs {machine.system}")
    created_on = (facts.record or {}).get("platform")
    if isinstance(created_on, str):
        system, _, processor = created_on.partition("-")
        # not on macOS: a program for either processor may have created it on the same machine
        other = system == "Linux" and processor != machine.processor
        if system != machine.system or other:
            here = f"{machine.system}-{machine.processor}"
            return Verdict("foreign", f"created on {shown(created_on)}, but this machine is {here}")
    binary = facts.base.machine if facts.base else None
    if binary and machine.binary and binary != machine.binary:
        reason = f"bin/python is built for {binary}, but this machine runs {machine.binary}"
        return Verdict("foreign", reason)
    return None


def _config(facts: Facts, machine: Machine) -> Verdict | None:
    problem = facts.config.problem
    if not problem and not facts.config.home:
        problem = "pyvenv.cfg has no 'home', the folder of the base interpreter"
    return Verdict("corrupt", problem) if problem else None


def _interpreter(facts: Facts, machine: Machine) -> Verdict | None:
    file = shown(facts.python_target)
    reason = {
        "missing": "bin/python is missing",
        "dangling": f"bin/python points to {file}, which no longer exists",
        "orphaned": f"bin/python is a copy of {file}, which no longer exists",
        "loop": "bin/python is a symlink loop",
        "directory": "bin/python is a directory",
        "empty": f"bin/python points to {file}, which is empty",
        "not executable": f"bin/python points to {file}, which is not executable",
    }.get(facts.python)
    if reason is None and not facts.home_exists:
        reason = f"{shown(facts.config.home or '')} no longer contains its base interpreter"
    return Verdict("dangling", reason) if reason else None


def _packages(facts: Facts, machine: Machine) -> Verdict | None:
    starts = facts.base.version[:2] if facts.base else ()
    holds = facts.minor
    if len(starts) == 2 and len(holds) == 2 and starts != holds:
        return hollow(facts, starts)
    named = facts.config.packages_for
    if len(starts) == 2 and named and starts != named:
        reason = f"bin/python starts Python {version_text(starts)}, but pyvenv.cfg has "
        return Verdict("hollow", f"{reason}'python-version = {version_text(named)}'")
    if facts.library is None:
        return Verdict("corrupt", "its lib has no site-packages folder")
    return None


def _files(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.damaged is None:
        return None
    return Verdict("corrupt", f"{facts.damaged} is empty, or a part of it is missing")


def _paths(facts: Facts, machine: Machine) -> Verdict | None:
    if facts.made_here:
        return None
    where = shown(facts.made_at or "")
    return Verdict("moved", f"its scripts point to {where}, where it was created")


def _damage(facts: Facts, machine: Machine) -> Verdict | None:
    return Verdict("damaged", facts.damage.reason) if facts.damage else None


def _patch(facts: Facts, machine: Machine) -> Verdict | None:
    now, then = facts.base.version if facts.base else (), facts.config.version
    known = min(len(now), len(then))
    if now[:known] == then[:known]:
        return None
    now_text, then_text = version_text(now), version_text(then)
    reason = f"created with Python {then_text}, but its base interpreter is now {now_text}"
    return Verdict("drifted", reason)
