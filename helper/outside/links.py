"""Commands of environments on PATH: symlinks in the user's folder for programs, BIN.

BIN/black leads to $MULTIVENV_HOME/apps/bin/black. That target alone makes it one of multivenv's
links; no other file records it. Other files in BIN are never touched. Links change only under the
lock of the folder.
"""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.filesystems import PROBE, check_symlinks
from helper.base.messages import counted, quoted, reason, shown, typed
from helper.inspection.distributions import runnable
from helper.outside.outcome import Outcome
from helper.store.home import STATE, Home

if TYPE_CHECKING:
    from typing import Callable, ContextManager, Mapping

ENVIRONMENT_GONE = "environment gone"
COMMAND_GONE = "command gone"


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


def enumerated(commands: list[str]) -> str:
    """`black, isort`"""
    return ", ".join(map(shown, commands))


def _commands_of(name: str, commands: list[str]) -> str:
    """`2 commands of 'apps': black, isort`"""
    return f"{counted(len(commands), 'command')} of {quoted(name)}: {enumerated(commands)}"


class Links:
    """The links in a folder."""

    def __init__(self, home: Home, place: str | None) -> None:
        self.home = home
        self.place = place
        """The folder; None if the settings name none."""

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
        try:
            with os.scandir(self.place or os.devnull) as entries:
                names = [entry.name for entry in entries if entry.name.endswith(".multivenv-new")]
        except OSError:
            return []
        ours = [name for name in names if name == PROBE or self._is_ours(name)]
        return [f"{self.place}/{name}" for name in sorted(ours)]

    def _is_ours(self, name: str) -> bool:
        try:
            return os.readlink(f"{self.place}/{name}").startswith(f"{self.home.path}/")
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
            if outcome.failed and not partly:
                return outcome
            self._link(name, new)
        if new:
            undo = " ".join(map(typed, [name, *(new if before else [])]))
            outcome.done = [f"linked {_commands_of(name, new)} (undo: linkvenv --remove {undo})"]
        elif not outcome.failed:
            outcome.done = [f"already linked: {enumerated(commands)} of {quoted(name)}"]
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
        """Unlink commands of an environment, all of them by default. The environment need not
        exist anymore.
        """

        def act(command: str) -> str:
            os.unlink(f"{self.place}/{command}")
            return command

        outcome, path = self._each(name, commands, act), self.home.environment(name)
        gone = outcome.done
        if gone:
            outcome.done = [f"unlinked {_commands_of(name, gone)}"]
            if all(runnable(path, each) for each in gone):
                outcome.done[0] += f" (undo: linkvenv {' '.join(map(typed, [name, *gone]))})"
        return outcome

    def follow(self, old: str, new: str) -> list[str]:
        """Point the links to a renamed environment to its new name. Idempotent. Returns messages
        about what failed.
        """

        def act(command: str) -> None:
            files.replace_link(f"{self.place}/{command}", self.target(command, new))

        return self._each(old, None, act).failed

    def follow_home(self, old: Home, name: str) -> list[str]:
        """Point the links of an environment whose home was moved to its new path. Returns messages
        about what failed.
        """

        def act(command: str) -> None:
            files.replace_link(f"{self.place}/{command}", self.target(command, name))

        return Links(old, self.place)._each(name, None, act).failed

    def _each(
        self, name: str, wanted: list[str] | None, act: Callable[[str], str | None]
    ) -> Outcome:
        """Act on the links of the wanted commands of an environment; None stands for all."""
        outcome = Outcome()

        def act_on_all() -> None:
            with self._locked():
                for command in self.of(name):
                    if wanted is None or command in wanted:
                        file = quoted(f"{self.place}/{command}")
                        outcome.attempt(f"{file} still links to {quoted(name)}", act, command)

        if self.place is not None and os.path.isdir(self.place):
            outcome.attempt(f"commands of {quoted(name)} are still linked", act_on_all)
        if outcome.failed and not self.of(name):  # nothing was to do
            outcome.failed = []
        return outcome

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
