"""Commands of environments on PATH: symlinks in the user's folder for programs, BIN.

BIN/black leads to $MULTIVENV_HOME/apps/bin/black. That target alone makes it one of multivenv's
links; no other file records it. Other files in BIN are never touched. Links change only under the
lock of the folder. The manual page and the completions of a linked command are links likewise, in
the folder `share` beside BIN, where man and the shells look for them.
"""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.filesystems import PROBE, check_symlinks
from helper.base.messages import counted, quoted, reason, shown, typed
from helper.inspection.distributions import runnable
from helper.outside.kernels import Kernels, known_kernel_folder
from helper.outside.outcome import Outcome
from helper.store.home import STATE, Home

if TYPE_CHECKING:
    from typing import Callable, ContextManager, Iterable, Iterator, Mapping

ENVIRONMENT_GONE = "environment gone"
COMMAND_GONE = "command gone"

_SHARED = (
    ("share/man/man1", "{}.1"),
    ("share/man/man1", "{}.1.gz"),
    ("share/bash-completion/completions", "{}"),
    ("share/fish/vendor_completions.d", "{}.fish"),
    ("share/zsh/site-functions", "_{}"),
)
"""Folder and name of the manual page and the completions of a command, in an environment as in the
folder that contains BIN."""


class Link(NamedTuple):
    """One of multivenv's links."""

    command: str
    environment: str
    """The name of the environment, which need not exist anymore."""


def bin_folder(environ: Mapping[str, str]) -> str:
    """The user's folder for programs, which need not exist: $XDG_BIN_HOME, as uv and others use it,
    or the ~/.local/bin of the XDG Base Directory Specification. Raises Failure.
    """
    name = "XDG_BIN_HOME" if environ.get("XDG_BIN_HOME") else "HOME"
    value = environ.get(name, "")
    if not value:
        raise Failure("no folder for commands", "set XDG_BIN_HOME")
    if not value.startswith("/"):
        raise Failure(f"{name} is {quoted(value)}, which is not an absolute path")
    if ":" in value:
        raise Failure(f"{name} is {quoted(value)}: ':' would split PATH", "choose another folder")
    return os.path.normpath(value if name == "XDG_BIN_HOME" else f"{value}/.local/bin")


def known_bin_folder(environ: Mapping[str, str]) -> str | None:
    """The same; None if the settings name none."""
    try:
        return bin_folder(environ)
    except Failure:
        return None


def links_of(home: Home, environ: Mapping[str, str]) -> Links:
    """The links and kernels in the user's folders; none where the settings name no folder."""
    return Links(home, known_bin_folder(environ), known_kernel_folder(environ))


def enumerated(commands: list[str]) -> str:
    """`black, isort`"""
    return ", ".join(map(shown, commands))


def _commands_of(name: str, commands: list[str]) -> str:
    """`2 commands of 'apps': black, isort`"""
    return f"{counted(len(commands), 'command')} of {quoted(name)}: {enumerated(commands)}"


class Links:
    """The links in a folder. The kernels of environments come and go with them."""

    def __init__(self, home: Home, place: str | None, kernels: str | None = None) -> None:
        self.home = home
        self.place = place
        """The folder; None if the settings name none."""
        self.kernels = Kernels(home, kernels)

    def of_home(self, home: Home) -> Links:
        """Those of another home in the same folders."""
        return Links(home, self.place, self.kernels.place)

    @property
    def folders(self) -> dict[str, str | None]:
        """The folders, as journal entries name them."""
        return {"links": self.place, "kernels": self.kernels.place}

    def all(self) -> list[Link]:
        """All links, sorted by their commands. Raises OSError if the folder cannot be read."""
        try:
            with os.scandir(self.place or os.devnull) as entries:
                names = [entry.name for entry in entries if entry.is_symlink()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        owners = [(name, self.environment_of(name)) for name in sorted(names)]
        return [Link(name, owner) for name, owner in owners if owner is not None]

    def partial(self) -> list[str]:
        """The temporary links that a killed verb left."""
        folders = [self.place or os.devnull]
        if self._prefix is not None:
            folders += dict.fromkeys(f"{self._prefix}/{folder}" for folder, _ in _SHARED)
        found = [f"{folder}/{name}" for folder in folders for name in files.listed(folder)]
        return [each for each in found if each.endswith(".multivenv-new") and self._is_ours(each)]

    def _is_ours(self, file: str) -> bool:
        if file == f"{self.place}/{PROBE}":
            return True
        try:
            return os.readlink(file).startswith(f"{self.home.path}/")
        except OSError:
            return False

    def by_environment(self) -> dict[str, tuple[str, ...]]:
        """The linked commands of each environment that has some, sorted; empty if unreadable."""
        found: dict[str, tuple[str, ...]] = {}
        try:
            for command, name in self.all():
                found[name] = (*found.get(name, ()), command)
        except OSError:
            pass
        return found

    def of(self, name: str) -> list[str]:
        """The linked commands of one environment, sorted."""
        return list(self.by_environment().get(name, ()))

    def target(self, command: str, name: str) -> str:
        """The path that the link of a command of an environment leads to."""
        return f"{self.home.environment(name)}/bin/{command}"

    def environment_of(self, command: str) -> str | None:
        """The environment that the link of a command leads to; None for other files and links."""
        try:
            text = os.readlink(f"{self.place}/{command}")
        except OSError:
            return None
        name = text[len(self.home.path) + 1 : -len(f"/bin/{command}")]
        ours = text == self.target(command, name) and "/" not in name
        return name if ours and name not in ("", ".", "..", STATE) else None

    def reasons(self, found: list[Link]) -> list[str | None]:
        """Why each of the links is dead; None for those that work."""
        import sys

        from helper.inspection import verdict
        from helper.inspection.facts import Reader, machine

        reader, here = Reader(self.home), machine(sys.executable)
        problems: dict[str, str | None] = {}
        for name in {each.environment for each in found}:
            facts = reader.read(name, os.path.islink(self.home.environment(name)))
            if facts is None or not facts.target_exists:
                problems[name] = ENVIRONMENT_GONE
                continue
            status = verdict.judge(facts, here).status
            text = "interpreter gone" if status == "dangling" else f"environment {status}"
            problems[name] = text if status in verdict.REFUSED else None
        return [
            problems[name]
            or (None if runnable(self.home.environment(name), command) else COMMAND_GONE)
            for command, name in found
        ]

    def put(self, name: str, commands: list[str], partly: bool = False) -> Outcome:
        """Link commands of an environment: all of them, or none if something is in the way; partly:
        those that nothing is in the way of. Raises Failure and OSError, and then nothing changed.
        """
        outcome = Outcome()
        with self._locked(create=True):
            before = self.of(name)
            new = [each for each in commands if each not in before]
            lost = {each: why for each in new if (why := self._obstacle(name, each))}
            new = [each for each in new if each not in lost]
            if new:
                advice = "set XDG_BIN_HOME to a folder on another one"
                check_symlinks(str(self.place), f"cannot link {_commands_of(name, new)}", advice)
            outcome.failed = [f"did not link {quoted(each)}: {why}" for each, why in lost.items()]
            if lost and not partly:
                return outcome
            self._link(name, new)
            notes = self._share(name, [each for each in commands if each not in lost])
        if new:
            undo = " ".join(map(typed, [name, *(new if before else [])]))
            outcome.done = [f"linked {_commands_of(name, new)} (undo: linkvenv --remove {undo})"]
        elif not lost:
            outcome.done = [f"already linked: {enumerated(commands)} of {quoted(name)}"]
        outcome.done += notes
        return outcome

    def put_back(self, name: str, commands: tuple[str, ...]) -> list[str]:
        """Link the commands again that an environment had on PATH, unless something else is there
        now. Returns the messages about it.
        """
        try:
            return self.put(name, list(commands), partly=True).messages if commands else []
        except (Failure, OSError) as error:
            return [f"did not link the commands of {quoted(name)}: {reason(error)}"]

    def _obstacle(self, name: str, command: str) -> str | None:
        """Why a command of an environment cannot be linked, with advice; None if it can."""
        file = f"{self.place}/{command}"
        if not runnable(self.home.environment(name), command):
            return f"{quoted(name)} no longer has it"
        if not os.path.lexists(file):
            return None
        other = self.environment_of(command)
        if other is not None:
            advice = f"linkvenv --remove {typed(other)} {typed(command)}"
            return f"{quoted(file)} links to environment {quoted(other)} ({advice})"
        kind = "directory" if os.path.isdir(file) else "file"
        if os.path.islink(file):
            kind = f"link to {quoted(os.readlink(file))}"
        return f"{quoted(file)} is a {kind} (move it elsewhere)"

    def _link(self, name: str, commands: list[str]) -> None:
        """Link all commands or none. Raises Failure."""
        made = []
        try:
            for command in commands:
                file = f"{self.place}/{command}"
                os.symlink(self.target(command, name), file)
                made.append(file)
        except BaseException as error:
            for each in made:
                os.unlink(each)
            if isinstance(error, OSError):
                raise Failure(f"cannot create {quoted(file)}: {error.strerror}") from error
            raise

    def take(self, name: str, commands: list[str] | None = None) -> Outcome:
        """Unlink commands of an environment; by default all of them, and its kernel. The
        environment need not exist anymore.
        """

        def act(command: str) -> str:
            os.unlink(f"{self.place}/{command}")
            return command

        path = self.home.environment(name)
        outcome = self._each(name, commands, act, lambda file: os.unlink(f"{self._prefix}/{file}"))
        gone = outcome.done
        if gone:
            outcome.done = [f"unlinked {_commands_of(name, gone)}"]
            if all(runnable(path, each) for each in gone):
                outcome.done[0] += f" (undo: linkvenv {' '.join(map(typed, [name, *gone]))})"
        if commands is None:
            kernel = self.kernels.take(name)
            outcome.done += kernel.done
            outcome.failed += kernel.failed
        return outcome

    def follow(self, old: str, new: str) -> list[str]:
        """Point the links to a renamed environment to its new name, and its kernel. Idempotent.
        Returns messages about what failed.
        """
        return [*self._point(old, self.home, new), *self.kernels.follow(old, new)]

    def follow_home(self, old: Home, name: str) -> list[str]:
        """Point the links of an environment whose home was moved to its new path, and its kernel.
        Returns messages about what failed.
        """
        moved = self.of_home(old)._point(name, self.home, name)
        return [*moved, *self.kernels.follow_home(old, name)]

    def _point(self, name: str, home: Home, new: str) -> list[str]:
        """Point the links of an environment to another one. Returns messages about what failed."""
        path = home.environment(new)

        def act(command: str) -> None:
            files.replace_link(f"{self.place}/{command}", f"{path}/bin/{command}")

        def share(file: str) -> None:
            files.replace_link(f"{self._prefix}/{file}", f"{path}/{file}")

        return self._each(name, None, act, share).failed

    def _each(
        self,
        name: str,
        wanted: list[str] | None,
        act: Callable[[str], str | None],
        share: Callable[[str], None],
    ) -> Outcome:
        """Act on the links of the wanted commands of an environment; None stands for all. share:
        the same for a manual page or a completion of such a command, which gets its path below
        BIN/..
        """
        outcome = Outcome()

        def act_on_all() -> None:
            with self._locked():
                for file in list(self._shared(name, wanted)):
                    place = quoted(f"{self._prefix}/{file}")
                    outcome.attempt(f"{place} still links to {quoted(name)}", share, file)
                for command in self.of(name):
                    if wanted is None or command in wanted:
                        file = quoted(f"{self.place}/{command}")
                        outcome.attempt(f"{file} still links to {quoted(name)}", act, command)

        if self.place is not None and os.path.isdir(self.place):
            outcome.attempt(f"commands of {quoted(name)} are still linked", act_on_all)
        if outcome.failed and not self.of(name) and not [*self._shared(name, wanted)]:
            outcome.failed = []  # nothing was to do
        return outcome

    # ---- manual pages and completions ------------------------------------------------------------

    @property
    def _prefix(self) -> str | None:
        """The folder that contains BIN; None if that has another name than `bin`: then nobody looks
        for manual pages in its `share`.
        """
        prefix, _, last = (self.place or "").rpartition("/")
        return prefix if last == "bin" else None

    def _shared(self, name: str, wanted: list[str] | None = None) -> Iterator[str]:
        """The links to manual pages and completions of an environment, by their paths in it: those
        of the wanted commands, or all.
        """
        if self._prefix is None:
            return
        path = self.home.environment(name)
        patterns = {f"{folder}/{form}" for folder, form in _SHARED}
        ours = None if wanted is None else {p.format(each) for p in patterns for each in wanted}
        for folder in dict.fromkeys(folder for folder, _ in _SHARED):
            for each in files.listed(f"{self._prefix}/{folder}"):
                file = f"{folder}/{each}"
                if (ours is None or file in ours) and self._leads(file, f"{path}/{file}"):
                    yield file

    def _leads(self, file: str, target: str) -> bool:
        try:
            return os.readlink(f"{self._prefix}/{file}") == target
        except OSError:
            return False

    def _share(self, name: str, commands: Iterable[str]) -> list[str]:
        """Link the manual pages and completions of linked commands, where the environment has them
        and nothing else is there. Returns messages about those that it cannot link.
        """
        path, failed = self.home.environment(name), []
        for command in commands if self._prefix is not None else ():
            for folder, form in _SHARED:
                file = f"{folder}/{form.format(command)}"
                place = f"{self._prefix}/{file}"
                if not os.path.isfile(f"{path}/{file}") or self._leads(file, f"{path}/{file}"):
                    continue
                try:
                    os.makedirs(os.path.dirname(place), exist_ok=True)
                    os.symlink(f"{path}/{file}", place)
                except FileExistsError:
                    failed.append(f"did not link {quoted(place)}: it already exists")
                except OSError as error:
                    failed.append(f"did not link {quoted(place)}: {error.strerror}")
        return failed

    def renew(self, name: str) -> list[str]:
        """Link the manual pages and completions that the linked commands of a changed environment
        have now, and unlink those that it lost. Returns messages about what failed.
        """

        def drop(file: str) -> None:
            if not os.path.isfile(f"{self.home.environment(name)}/{file}"):
                os.unlink(f"{self._prefix}/{file}")

        commands = self.of(name)
        if not commands and not [*self._shared(name)]:
            return []
        failed = self._each(name, None, lambda command: None, drop).failed
        try:
            with self._locked():
                return [*failed, *self._share(name, commands)]
        except (Failure, OSError) as error:
            return [*failed, f"did not link the manual pages of {quoted(name)}: {reason(error)}"]

    def _locked(self, create: bool = False) -> ContextManager[None]:
        """Hold the lock of the folder. Raises Failure and OSError."""
        from helper.store.locks import folder_locked

        if self.place is None:
            raise Failure("neither XDG_BIN_HOME nor HOME names a folder for them")
        if create:
            try:
                os.makedirs(self.place, exist_ok=True)
            except FileExistsError:
                advice = "move it elsewhere"
                raise Failure(f"{quoted(self.place)} is not a directory", advice) from None
        return folder_locked(self.place)
