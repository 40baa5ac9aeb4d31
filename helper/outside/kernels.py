"""Kernels of environments for Jupyter: kernelspecs in the user's folder for them, KERNELS.

KERNELS/web/kernel.json starts the Python of $MULTIVENV_HOME/web with ipykernel, as what `python -m
ipykernel install --user` writes does. Its metadata names the environment: that alone makes it one
of multivenv's kernels, and no other file records it. Other kernelspecs are never touched. Kernels
change only under the lock of the folder.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.formats import normalized
from helper.base.messages import quoted, reason, typed
from helper.outside.outcome import Outcome
from helper.store import records
from helper.store.home import STATE, Home

if TYPE_CHECKING:
    from typing import Callable, ContextManager, Mapping

    from helper.inspection.facts import Facts

ENVIRONMENT_GONE = "environment gone"
IPYKERNEL_GONE = "ipykernel gone"
HOW_TO_INSTALL = "runvenv {} python -m pip install ipykernel"
"""The command, for the name of an environment."""

_FILE = "kernel.json"
_MARK = "multivenv"
"""The key in the metadata of a kernelspec that multivenv created."""
_NATIVE = ("python", "python2", "python3")
"""Kernels that Jupyter has of its own: one of the user's with that name would hide it."""


class Kernel(NamedTuple):
    """One of multivenv's kernels."""

    kernel: str
    """Its name in Jupyter, which is that of its folder."""
    environment: str
    """The name of the environment, which need not exist anymore."""
    display_name: str


def known_kernel_folder(environ: Mapping[str, str]) -> str | None:
    """The user's folder for kernels, as jupyter_core.paths.jupyter_data_dir() finds it; it need not
    exist. None if the settings name none.
    """
    home = environ.get("HOME", "")
    default = f"{home}/.local/share"
    data = environ.get("JUPYTER_DATA_DIR") or (
        f"{home}/Library/Jupyter"
        if sys.platform == "darwin"
        else f"{environ.get('XDG_DATA_HOME') or default}/jupyter"
    )
    return os.path.normpath(f"{data}/kernels") if data.startswith("/") and home else None


def kernel_name(name: str) -> str:
    """The name in Jupyter for the kernel of an environment. Jupyter accepts letters, digits, `.`,
    `_` and `-` of ASCII, and ignores case.
    """
    kernel = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.") or "env"
    return f"{kernel}-env" if kernel in _NATIVE else kernel


def _has_ipykernel(facts: Facts) -> bool:
    from helper.inspection.distributions import installed

    try:
        found = installed(facts.site_packages) if facts.library is not None else []
    except OSError:
        found = []
    return any(normalized(each.name) == "ipykernel" for each in found)


class Kernels:
    """The kernels in a folder."""

    def __init__(self, home: Home, place: str | None) -> None:
        self.home = home
        self.place = place
        """The folder; None if the settings name none."""

    def all(self) -> list[Kernel]:
        """All kernels of environments, sorted by their names; none if the folder is unreadable."""
        found = []
        for kernel in files.listed(self.place or os.devnull):
            name = self._environment_of(kernel)
            if name is not None:
                display = records.text(self._spec(kernel), "display_name") or kernel
                found.append(Kernel(kernel, name, display))
        return found

    def of(self, name: str) -> Kernel | None:
        """The kernel of an environment."""
        return next((each for each in self.all() if each.environment == name), None)

    def by_environment(self) -> dict[str, str]:
        """The name in Jupyter of the kernel of each environment that has one."""
        return {each.environment: each.kernel for each in reversed(self.all())}

    def file(self, kernel: str) -> str:
        """The kernelspec of that name."""
        return f"{self.place}/{kernel}/{_FILE}"

    def _spec(self, kernel: str) -> records.Record:
        """What a kernelspec says; nothing if it is none, or in a linked folder."""
        linked = os.path.islink(f"{self.place}/{kernel}") or os.path.islink(self.file(kernel))
        return {} if linked else records.read(self.file(kernel)) or {}

    def _environment_of(self, kernel: str) -> str | None:
        """The environment that a kernel is of; None for the kernelspecs of others."""
        mark = records.part(records.part(self._spec(kernel), "metadata"), _MARK)
        folder, _, name = (records.text(mark, "environment") or "").rpartition("/")
        ours = folder == self.home.path and name not in ("", ".", "..", STATE)
        return name if ours else None

    def reasons(self, found: list[Kernel]) -> list[str | None]:
        """Why each of the kernels is dead; None for those that work."""
        from helper.inspection import verdict
        from helper.inspection.facts import machine, read_one

        here = machine(sys.executable)
        reasons: list[str | None] = []
        for each in found:
            facts = read_one(self.home, each.environment)
            if facts is None or not facts.target_exists:
                reasons.append(ENVIRONMENT_GONE)
                continue
            status = verdict.judge(facts, here).status
            problem = "interpreter gone" if status == "dangling" else f"environment {status}"
            sound = None if _has_ipykernel(facts) else IPYKERNEL_GONE
            reasons.append(problem if status in verdict.REFUSED else sound)
        return reasons

    def put(self, facts: Facts, display: str | None = None) -> Outcome:
        """Create the kernel of an environment, or change the name that Jupyter displays for it.
        display: None for that of the environment. Raises Failure and OSError, and then nothing
        changed.
        """
        name, outcome = facts.name, Outcome()
        if not _has_ipykernel(facts):
            what = f"{quoted(name)} has no ipykernel, which a kernel needs"
            raise Failure(what, HOW_TO_INSTALL.format(typed(name)))
        with self._locked(create=True):
            old = self.of(name)
            if old is not None and display in (None, old.display_name):
                outcome.done = [f"already linked: kernel {quoted(old.kernel)} of {quoted(name)}"]
                return outcome
            kernel = old.kernel if old else self._free_name(name)
            spec = self._spec(kernel) if old else self._new_spec(name)
            spec["display_name"] = display or name
            self._write(kernel, spec)
        if old is not None:
            undo = f"linkvenv --kernel={typed(old.display_name)} {typed(name)}"
            text = f"kernel {quoted(kernel)} of {quoted(name)} is {quoted(display or name)} now"
            outcome.done = [f"{text} (undo: {undo})"]
        else:
            undo = f"linkvenv --remove --kernel {typed(name)}"
            outcome.done = [f"linked kernel {quoted(kernel)} of {quoted(name)} (undo: {undo})"]
        return outcome

    def put_back(self, name: str, display: str | None) -> list[str]:
        """Create the kernel again that an environment had, unless another one has its name now.
        Returns the messages about it.
        """
        from helper.inspection.facts import read_one

        if display is None:
            return []
        try:
            facts = read_one(self.home, name)
            return self.put(facts, display).messages if facts is not None else []
        except (Failure, OSError) as error:
            return [f"did not link the kernel of {quoted(name)}: {reason(error)}"]

    def take(self, name: str) -> Outcome:
        """Remove the kernel of an environment, which need not exist anymore."""

        def act(each: Kernel) -> str:
            os.unlink(self.file(each.kernel))
            with suppress(OSError):  # the user put an icon there
                os.rmdir(f"{self.place}/{each.kernel}")
            there = os.path.lexists(self.home.environment(name))
            undo = f" (undo: {_link_again(name, each)})" if there else ""
            return f"unlinked kernel {quoted(each.kernel)} of {quoted(name)}{undo}"

        return self._each(name, act)

    def follow(self, old: str, new: str) -> list[str]:
        """Make the kernel of a renamed environment that of its new name. Idempotent. Returns
        messages about what failed.
        """
        failed = self._start_at(old, self.home.environment(new), new)
        return failed or self._each(new, lambda each: self._rename(each.kernel, new)).failed

    def follow_home(self, old: Home, name: str) -> list[str]:
        """Make the kernel of an environment whose home was moved start it at its new path. Returns
        messages about what failed.
        """
        return Kernels(old, self.place)._start_at(name, self.home.environment(name), name)

    def _start_at(self, name: str, path: str, new: str) -> list[str]:
        """Make the kernel of an environment start that at another path; what the user changed in
        the kernelspec stays. Returns messages about what failed.
        """
        before = self.home.environment(name)

        def act(each: Kernel) -> None:
            spec = self._spec(each.kernel)
            spec["argv"] = [
                path + word[len(before) :] if word.startswith(f"{before}/") else word
                for word in records.texts(spec, "argv")
            ]
            if each.display_name == name:
                spec["display_name"] = new
            spec["metadata"] = {**spec["metadata"], _MARK: {"environment": path}}
            self._write(each.kernel, spec)

        return self._each(name, act).failed

    def _rename(self, kernel: str, name: str) -> None:
        """Give a kernel the name of its environment, unless another kernelspec has that."""
        wanted = kernel_name(name)
        if kernel == wanted or re.fullmatch(f"{re.escape(wanted)}-[0-9]+", kernel):
            return
        with suppress(Failure):
            free = f"{self.place}/{self._free_name(name)}"
            if os.path.isdir(free):  # a verb left it empty, or the user put an icon there
                os.rmdir(free)
            os.rename(f"{self.place}/{kernel}", free)

    def _each(self, name: str, act: Callable[[Kernel], str | None]) -> Outcome:
        """Act on the kernels of an environment."""
        outcome = Outcome()

        def act_on_all() -> None:
            with self._locked():
                for each in [each for each in self.all() if each.environment == name]:
                    file = quoted(self.file(each.kernel))
                    outcome.attempt(f"{file} is still of {quoted(name)}", act, each)

        if self.of(name) is not None:
            outcome.attempt(f"the kernel of {quoted(name)} is still linked", act_on_all)
        return outcome

    def _free_name(self, name: str) -> str:
        """A name for the kernel of an environment: no kernelspec has it. Raises Failure if one that
        multivenv did not create has it.
        """
        first, number = kernel_name(name), 1
        kernel = first
        while os.path.lexists(self.file(kernel)) or not self._may_be_created(kernel):
            if self._environment_of(kernel) is None:
                there = quoted(f"{self.place}/{kernel}")
                what = f"did not link the kernel of {quoted(name)}: {there} already exists"
                raise Failure(what, "move it elsewhere")
            number += 1
            kernel = f"{first}-{number}"
        return kernel

    def _may_be_created(self, kernel: str) -> bool:
        """Whether the folder of a kernel is free: a verb may have left it empty."""
        folder = f"{self.place}/{kernel}"
        return not os.path.lexists(folder) or (os.path.isdir(folder) and not os.path.islink(folder))

    def _new_spec(self, name: str) -> records.Record:
        """What `python -m ipykernel install` of an environment writes. Its ipykernel brings the
        parts that depend on its version.
        """
        path = self.home.environment(name)
        ships = records.read(f"{path}/share/jupyter/kernels/python3/{_FILE}") or {}
        metadata = records.part(ships, "metadata")
        protocol = records.text(ships, "kernel_protocol_version")
        # the debugger warns of frozen modules; a Python without them ignores the option
        debug = ["-Xfrozen_modules=off"] if metadata.get("debugger") is True else []
        module = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return {
            "argv": [f"{path}/bin/python", *debug, *module],
            "display_name": name,
            "language": "python",
            "metadata": {**metadata, _MARK: {"environment": path}},
            **({"kernel_protocol_version": protocol} if protocol is not None else {}),
        }

    def _write(self, kernel: str, spec: records.Record) -> None:
        """Write a kernelspec in one step. Raises OSError."""
        text = json.dumps(spec, indent=1).encode() + b"\n"
        os.makedirs(f"{self.place}/{kernel}", exist_ok=True)
        files.write(self.file(kernel), text, f"{self.file(kernel)}.multivenv-new")

    def partial(self) -> list[str]:
        """The temporary files that a killed verb left."""
        found = []
        for kernel in files.listed(self.place or os.devnull):
            file = f"{self.file(kernel)}.multivenv-new"
            found += [file] if os.path.isfile(file) else []
        return found

    def _locked(self, create: bool = False) -> ContextManager[None]:
        """Hold the lock of the folder. Raises Failure and OSError."""
        from helper.store.locks import folder_locked

        if self.place is None:
            raise Failure("no folder for kernels", "set JUPYTER_DATA_DIR")
        if create:
            try:
                os.makedirs(self.place, exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                what = f"{quoted(self.place)} is not a directory"
                raise Failure(what, "move it elsewhere") from None
        return folder_locked(self.place)


def _link_again(name: str, kernel: Kernel) -> str:
    """The command that creates a kernel as it was."""
    display = kernel.display_name
    option = "--kernel" if display == name else f"--kernel={typed(display)}"
    return f"linkvenv {option} {typed(name)}"
