"""Copying an environment: its files with new paths, or a new environment with its packages."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import sync, sync_all
from helper.base.filesystems import has_symlinks
from helper.base.formats import path_of, url_of
from helper.base.messages import quoted
from helper.base.processes import commit
from helper.inspection import verdict
from helper.inspection.facts import machine
from helper.making import check, relocate, repair, replacement
from helper.making.create import create_whole
from helper.store import records, temporary, trash
from helper.store.home import LAST_USED, OPEN, PROJECT, PROJECTS, RECORD, VARIABLES

if TYPE_CHECKING:
    from typing import Callable

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts
    from helper.making.context import Context

    Whole = Callable[[str], None]


def copy(context: Context, source: Facts, name: str, whole: Whole | None = None) -> None:
    """Create an environment of that name from another one: a copy, or its replacement under a new
    name. whole is for the latter: it is called with the folder of the new environment when only
    the final rename is left. The caller holds the lock of the name, which is free. Raises Failure
    and OSError, and then nothing of it is left.
    """
    if source.fault:
        raise Failure(f"{quoted(source.name)} is unreadable: {source.fault}")
    if not _copied(context, source, name, whole):
        _recreated(context, source, name, whole)


def _copied(context: Context, source: Facts, name: str, whole: Whole | None) -> bool:
    """Copy the files. False if they are for another interpreter, or a program contains the path."""
    path = context.home.environment(name)
    tame = relocate.is_tame(path) and relocate.is_tame(source.path)
    status = verdict.judge(source, machine(sys.executable)).status
    if status not in ("ok", "drifted", "moved", "damaged") or not tame:
        return False
    if os.path.islink(f"{source.path}/bin/python") and not has_symlinks(context.home.path):
        return False
    context.progress.show(f"copying {quoted(source.name)} to {quoted(name)}")
    stage = trash.new_stage(context.home, name)
    try:
        relocate.copy_tree(source.target or source.path, stage, share=whole is not None)
        left = []
        olds = {old for old in (source.made_at, source.target, source.path) if old}
        for old in sorted(olds - {path}, key=len, reverse=True):
            left += relocate.rewrite(stage, old, path)
        if left and whole is None:
            return False
        for file in left:
            context.progress.report(f"{quoted(file)} is not text and still contains the old path")
        repair.forget_soundness(stage)
        record = _record_for(source.record or {}, whole)
        if source.record not in (None, record):
            records.write(f"{stage}/{RECORD}", record, durable=False)
        _settle(context, source, stage, whole)
        sync_all(stage)
        commit()
        os.rename(stage, path)
        try:
            sync(context.home.path)
        except OSError:
            os.rename(path, stage)
            raise
    finally:
        trash.delete(stage)
    return True


def respell(context: Context, source: Facts, new: str, failed: list[str]) -> None:
    """Rename an environment to a name that differs from the old one only in case, where such names
    are one: no rename(2) does that everywhere. failed: gets messages about what still leads to the
    old name. The caller holds the lock of the name. Raises Failure and OSError, and then it is as
    it was.
    """
    home = context.home
    path = home.environment(new)
    if source.target is not None:
        with replacement.respelling(context, source.name, new, failed) as aside:
            commit()
            os.symlink(os.readlink(aside), path)
        return
    context.progress.show(f"renaming {quoted(source.name)} to {quoted(new)}")
    stage = trash.new_stage(home, new)
    try:
        relocate.copy_tree(source.path, stage, share=True)
        if relocate.is_tame(path) and relocate.is_tame(source.path):  # else the old path works too
            for old in {each for each in (source.made_at, source.path) if each} - {path}:
                relocate.rewrite(stage, old, path)
        repair.forget_soundness(stage)
        if source.record is not None and temporary.KEY in source.record:
            record = temporary.lasting(source.record)
            records.write(f"{stage}/{RECORD}", record, durable=False)
        sync_all(stage)
        with replacement.respelling(context, source.name, new, failed):
            commit()
            os.rename(stage, path)
    finally:
        trash.delete(stage)


def _recreated(context: Context, source: Facts, name: str, whole: Whole | None) -> None:
    """Create a new environment with the same packages."""
    base = repair.successor(context, source, repair.Wish())
    if source.library is None:
        raise Failure(f"cannot read the packages of {quoted(source.name)}")
    path = context.home.environment(name)
    found = [_within(each, source.path, path) for each in repair.to_install(source, base)]
    repair.check_sources(name, found, path)
    request = repair.replacement_for(context, source, base, found)
    modules = check.modules_of(source, repair.installed_again(found))
    request = request._replace(
        name=name,
        record=_record_for(request.record, whole),
        projects=source.projects if whole else (),
        predecessor=source.path,
        verb="cpvenv",
    )

    def finish(folder: str) -> None:
        if relocate.is_tame(path) and relocate.is_tame(source.path):
            relocate.rewrite(folder, source.path, path)  # in the user's own files
        check.check(context, folder, base, base.version, modules)
        _settle(context, source, folder, whole)

    create_whole(context, request, finish)


def _record_for(record: records.Record, whole: Whole | None) -> records.Record:
    """The record of the new environment, which is never temporary. A copy has its own age."""
    lasting = temporary.lasting(record)
    return lasting if whole else {**lasting, "created": records.timestamp(time.time())}


def _settle(context: Context, source: Facts, path: str, whole: Whole | None) -> None:
    """Finish the new environment: a copy does not have the original's project and last use. The
    .env of one outside the home has no effect there, and may have come with a cloned directory.
    """
    if whole is not None:
        whole(path)
        return
    for name in (PROJECT, PROJECTS, OPEN, LAST_USED):
        if os.path.lexists(f"{path}/{name}"):
            os.unlink(f"{path}/{name}")
    at_home = context.home.holds(source.path, source.target is not None)
    if not at_home and os.path.lexists(f"{path}/{VARIABLES}"):
        trash.delete(f"{path}/{VARIABLES}")
        context.progress.report(f"did not copy {quoted(f'{source.path}/{VARIABLES}')}")


def _within(each: Distribution, old: str, new: str) -> Distribution:
    """A distribution from a folder inside the environment comes from that of the new one."""
    where = path_of(str((each.origin or {}).get("url", "")))
    if each.origin is None or not where.startswith(f"{old}/"):
        return each
    return each._replace(origin={**each.origin, "url": url_of(new + where[len(old) :])})
