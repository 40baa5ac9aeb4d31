"""Repairing an environment: what to do about a verdict, and doing it."""

from __future__ import annotations

import os
import re
import sys

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.formats import changed_config, metadata_of, new_config, normalized, parse_version
from helper.base.messages import counted, quoted, reason
from helper.base.processes import commit, interruptible
from helper.inspection.distributions import installed
from helper.inspection.facts import Facts, machine, read_one
from helper.inspection.probe import judge_deep, judge_fully
from helper.interpreters.query import Interpreter
from helper.making import create, relocate, replacement
from helper.making.build import without_seeded
from helper.outside import foreign
from helper.store import records, trash
from helper.store.home import RECORD

if TYPE_CHECKING:
    from typing import Optional, Tuple

    from helper.inspection.distributions import Distribution
    from helper.inspection.verdict import Verdict
    from helper.interpreters.choice import Choice
    from helper.making.context import Context

    Decision = Tuple[str, Optional[Interpreter]]
    """The kind of a repair, and the interpreter for it."""


class Wish(NamedTuple):
    """What the user wants of fixvenv: the interpreter of --python; whether they named the
    environment explicitly; whether to start its interpreter too.
    """

    python: Choice | None = None
    by_name: bool = False
    deep: bool = False


class Repair(NamedTuple):
    """What to do about an environment."""

    facts: Facts
    verdict: Verdict
    kind: str
    """`none`; `note` the new version; `relink` to an interpreter of the same minor version;
    `rewrite` the paths; `rebuild` with another Python; `recreate` from the record; `impossible`."""
    base: Interpreter | None
    packages: int
    """How many packages to install; if they are unknown, how many the user requested."""

    @property
    def words(self) -> str:
        """The same in words."""
        called = self.base.called if self.base else ""
        return {
            "none": "nothing to do",
            "note": f"note its {called}",
            "relink": f"relink to {called}, keep the packages",
            "rewrite": "rewrite the paths",
            "rebuild": f"rebuild with {called}, {counted(self.packages, 'package')}",
            "recreate": f"recreate with {called}",
            "impossible": "cannot be repaired",
        }[self.kind]


# ---- planning ------------------------------------------------------------------------------------


def plan(context: Context, name: str, wish: Wish) -> Repair:
    """What to do about an environment. Raises Failure if it does not exist."""
    facts = read_one(context.home, name)
    if facts is None:
        raise Failure("it no longer exists")
    facts, judged = judge_fully(facts, machine(sys.executable))
    if judged.status != "ok" or wish.python is not None:
        foreign.check_ours(facts.path)
    if judged.status not in ("ok", "incomplete") and facts.target is None:
        _check_readable(facts)
    if wish.deep:
        facts, judged = judge_deep(facts, judged)
    kind, base = _decision(context, facts, judged.status, wish)
    packages = 0
    if kind == "rebuild" and base and facts.library is not None:
        packages = len(to_install(facts, base))
    elif kind == "rebuild":
        keys = ("requirements", "requirement_files", "editables")
        packages = sum(len(records.texts(facts.record or {}, key)) for key in keys)
    return Repair(facts, judged, kind, base, packages)


def _check_readable(facts: Facts) -> None:
    """Check that the folders on which the plan depends can be read: a rebuild would lose the rest.
    Raises Failure.
    """
    try:
        for folder in ("", "/bin", "/lib"):
            files.listed_strictly(facts.path + folder)
        for library in files.listed_strictly(f"{facts.path}/lib"):
            files.listed_strictly(f"{facts.path}/lib/{library}/site-packages")
    except OSError as error:
        raise Failure(f"cannot read all of it: {reason(error)}") from error


def _decision(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    if status == "ok" and wish.python is None:
        return "none", None
    if facts.target is not None or facts.owner or status == "unreadable":
        return "impossible", None  # the target of a link belongs to somebody else
    if wish.python is not None and wish.by_name and status != "incomplete":
        return _with_chosen(wish.python.interpreter, facts, status)
    if status == "foreign" and not wish.by_name:
        return "none", None
    if status in ("foreign", "incomplete"):
        return "rebuild" if status == "foreign" else "recreate", successor(context, facts, wish)
    decide = _for_moved if status == "moved" else _relink_or_rebuild
    return decide(context, facts, status, wish)


def _with_chosen(base: Interpreter, facts: Facts, status: str) -> Decision:
    if status == "ok" and facts.base and os.path.realpath(base.path) == facts.base.path:
        return "none", None
    matches = facts.library is not None and base.version[:2] == facts.minor
    return "relink" if matches else "rebuild", base


def _relink_or_rebuild(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    # a copy does not start itself, but the interpreter that it was copied from may
    broken = os.path.realpath(f"{facts.path}/bin/python") if status == "broken" else None
    same = None
    if facts.base and status not in ("broken", "hollow"):
        same = context.pythons.ask(facts.base.path)
    if same is None or same.version[:2] != facts.minor:
        same = context.pythons.of_minor(facts.library or "", facts.minor, broken)
    elif status == "drifted":
        return "note", same
    programs = os.path.isdir(f"{facts.path}/bin")  # else the scripts of the packages are gone too
    scripts = facts.damaged in (None, RECORD)  # a damaged one comes with its package
    if same is not None and facts.library is not None and programs and scripts:
        return "relink", same
    if facts.library is None and facts.record is None:
        return "impossible", None
    return "rebuild", successor(context, facts, wish, broken)


def _for_moved(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    if not files.is_utf8(facts.path):  # no Python would start with that in its pyvenv.cfg
        raise Failure("its path is not UTF-8, so its files cannot name it", "mvvenv renames it")
    if relocate.is_tame(facts.path) and relocate.is_tame(facts.made_at or ""):
        return "rewrite", None
    return "rebuild", successor(context, facts, wish)


def successor(context: Context, facts: Facts, wish: Wish, but: str | None = None) -> Interpreter:
    """The interpreter for the replacement of an environment: the one that the user chose, one of
    the same minor version, or the default; but: a file to leave out. Raises Failure.
    """
    if wish.python is not None:
        return wish.python.interpreter
    recorded = records.text(records.part(facts.record or {}, "python"), "version") or ""
    minor = facts.minor or parse_version(recorded)[:2]
    found = context.pythons.of_minor(facts.library or "", minor, but)
    return found or context.pythons.choose(None).interpreter


def to_install(facts: Facts, base: Interpreter) -> list[Distribution]:
    """The packages of an old environment that its replacement needs. Raises Failure."""
    if facts.library is None:
        return []
    try:
        found = installed(facts.site_packages)
    except OSError as error:
        raise Failure(f"cannot read its packages: {reason(error)}") from error
    named = {normalized(each.name): each for each in reversed(found)}  # one of each
    kept = without_seeded(list(named.values()), facts.minor, base.version)
    if base.version >= (3, 12) and any(_needs_setuptools(each) for each in kept):
        kept += [
            each._replace(version="", requested=False)
            for each in found
            if normalized(each.name) == "setuptools" and each not in kept
        ]
    return kept


def _needs_setuptools(each: Distribution) -> bool:
    return any(
        key == "Requires-Dist" and value.startswith("setuptools") and "extra ==" not in value
        for key, value in metadata_of(each.path)
    )


def replacement_for(
    context: Context,
    facts: Facts,
    base: Interpreter,
    found: list[Distribution],
    asked: str | None = None,
) -> create.Request:
    """The request for the replacement of an environment, with these packages. asked: the
    interpreter in the user's words, if it is a new one.
    """
    record = facts.record or {}
    request = create.request_like(
        context,
        record,
        facts.name,
        base,
        system_site=facts.config.system_site or record.get("system_site_packages") is True,
        asked=asked,
        lost=(not found and facts.library is None) or facts.unfinished,
    )
    return request._replace(project=facts.project, distributions=tuple(found))


# ---- repairing -----------------------------------------------------------------------------------


def repair(context: Context, name: str, wish: Wish) -> Repair:
    """Repair an environment until nothing is left to do. Returns its state after that. Raises
    Failure and OSError; then it is as it was, or as the last finished step left it.
    """
    with context.locked(name, "fixvenv"):
        for _ in range(3):  # a moved environment may be dangling too
            todo = plan(context, name, wish)
            if todo.kind in ("none", "impossible"):
                break
            with interruptible(f"stopped: {quoted(name)} is as it was"):
                _do(context, todo, wish.python.asked if wish.python else None)
            wish = wish._replace(python=None)  # done
    return todo


def _do(context: Context, todo: Repair, asked: str | None) -> None:
    facts, base = todo.facts, todo.base
    context.progress.show(f"{quoted(facts.name)}: {todo.words}")
    if base is None:
        _rewrite(context, facts)
    elif todo.kind == "note":
        _note(facts, base, asked, facts.config.home)
    elif todo.kind == "relink":
        _relink(f"{facts.path}/bin", base)
        _note(facts, base, asked)
    else:
        rebuilds = todo.kind == "rebuild"
        found = to_install(facts, base) if rebuilds else []
        request = replacement_for(context, facts, base, found, asked)
        with replacement.replacing(context.home, facts.name, "fixvenv") as aside:
            create.create_whole(context, request._replace(predecessor=aside if rebuilds else None))


def _rewrite(context: Context, facts: Facts) -> None:
    """Rewrite the old path in all files of a moved environment, in a copy of it."""
    assert facts.made_at is not None
    stage = trash.new_stage(context.home, facts.name)
    try:
        relocate.copy_tree(facts.path, stage, share=True)
        for file in relocate.rewrite(stage, facts.made_at, facts.path):
            where = f"{quoted(file)} in {quoted(facts.name)}"
            context.progress.report(f"{where} is not text and still contains the old path")
        forget_soundness(stage)
        files.sync_all(stage)
        with replacement.replacing(context.home, facts.name, "fixvenv"):
            commit()
            os.rename(stage, facts.path)
    finally:
        trash.delete(stage)


# ---- the interpreter of an environment -----------------------------------------------------------

_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?t?)?|pypy(?:\d(?:\.\d+)?)?")


def _relink(folder: str, base: Interpreter) -> None:
    """Point the names of the interpreter in a bin folder to another one. Idempotent. Raises
    OSError.
    """
    os.makedirs(folder, exist_ok=True)
    names = {name for name in os.listdir(folder) if _PYTHON.fullmatch(name)}
    names |= {"python", "python3", f"python{base.minor}"}
    for name in sorted(names, key=len):  # `python` first: the others lead to it
        target = base.path if name == "python" else "python"
        _clear(f"{folder}/{name}")
        files.replace_link(f"{folder}/{name}", target, f"{folder}/.{name}.new")
    files.sync(folder)


def _note(facts: Facts, base: Interpreter, asked: str | None, home: str | None = None) -> None:
    """Write the interpreter of an environment into its pyvenv.cfg and record. asked: it in the
    user's words; home: its folder, if another name leads to it. Idempotent. Raises OSError.
    """
    home = home or os.path.dirname(base.path)
    path = f"{facts.path}/pyvenv.cfg"
    if facts.config.problem is None and facts.config.home and not facts.legacy:
        old = files.read(path).decode("utf-8", "surrogateescape")
        text = changed_config(old, base.path, base.text, home)
    else:
        system = facts.config.system_site or bool((facts.record or {}).get("system_site_packages"))
        text = new_config(facts.path, base.path, base.text, system)
    _clear(path)
    files.write(path, text.encode("utf-8", "surrogateescape"), durable=True)
    if facts.record is not None:
        known = records.part(facts.record, "python")
        now = {**known, **create.python_of(base, f"{home}/{os.path.basename(base.path)}")}
        if asked is not None:
            now["asked"] = asked
        records.write(f"{facts.path}/{RECORD}", {**facts.record, "python": now})
    elif facts.damaged == RECORD:
        _clear(f"{facts.path}/{RECORD}")
        known = create.python_of(base, f"{home}/{os.path.basename(base.path)}")
        records.write(f"{facts.path}/{RECORD}", {"python": {"asked": asked, **known}})
    forget_soundness(facts.path)


def forget_soundness(path: str) -> None:
    """Delete the mark that tells usevenv that an environment is sound. Raises OSError."""
    if os.path.lexists(f"{path}/.multivenv-sound"):
        os.unlink(f"{path}/.multivenv-sound")


def _clear(path: str) -> None:
    """Rename a folder where a file belongs."""
    if os.path.isdir(path) and not os.path.islink(path):
        aside = f"{path}.old"
        while os.path.lexists(aside):
            aside += ".old"
        os.rename(path, aside)
