"""What in a project's directory can lead to an environment: the symlink .venv and .python-envs.

Both classes have the same methods. They take paths of environments, which need not exist anymore.
put and take return a message about what they changed; None if nothing changed. After a Failure or
an OSError the file is unchanged.
"""

from __future__ import annotations

import io
import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.filesystems import check_symlinks
from helper.base.messages import quoted, typed
from helper.store.home import Home, active_name
from helper.store.locks import file_locked, folder_locked

if TYPE_CHECKING:
    from typing import Callable, List, Union

    Trace = Union["DotVenv", "PythonEnvs"]

    Lines = List[bytes]
    """The lines of .python-envs with their ends, which the last one need not have."""

LARGEST = 1 << 20
"""Bytes of the largest .python-envs that is read."""


class Traces(NamedTuple):
    """A choice of the two."""

    dot_venv: bool = False
    python_envs: bool = False

    def of(self, project: str | None) -> list[Trace]:
        """Those in a project's directory; none without a project, and none for a path that is not
        absolute, which another tool may have written.
        """
        if project is None or not project.startswith("/"):
            return []
        kinds: tuple[Callable[[str], Trace], ...] = (DotVenv, PythonEnvs)
        return [kind(project) for kind, chosen in zip(kinds, self) if chosen]


ALL = Traces(True, True)


def leading(project: str | None, path: str) -> Traces:
    """Those in a project's directory that lead to the environment at a path."""
    return Traces(*(trace.leads(path) for trace in ALL.of(project)))


class DotVenv:
    """A symlink, by which uv and editors find the environment. It never replaces anything."""

    name = ".venv"
    option = "--dot-venv"

    def __init__(self, project: str) -> None:
        self.project = project
        self.file = os.path.join(project, self.name)

    def leads(self, path: str) -> bool:
        """Whether it leads to the environment at a path, by any symlinks."""
        return os.path.islink(self.file) and files.leads_to(self.file, path)

    def check(self, path: str) -> None:
        """Check that put can make it lead to the environment at a path. Raises Failure."""
        file = quoted(self.file)
        if self.leads(path):
            return
        if os.path.islink(self.file):
            target, home = os.path.realpath(self.file), Home(os.path.dirname(path))
            other = active_name(home, target, list(home.environments()))
            gone = "" if os.path.exists(target) else ", which no longer exists"
            what = f"{quoted(target)}{gone}" if other is None else f"environment {quoted(other)}"
            raise Failure(f"{file} already leads to {what}", f"rm {typed(self.file)}")
        if os.path.lexists(self.file):
            kind = "directory" if os.path.isdir(self.file) else "file"
            raise Failure(f"{file} is a {kind}", "move it elsewhere")
        if not os.access(self.project, os.W_OK | os.X_OK):
            raise Failure(f"cannot write to {quoted(self.project)}")
        check_symlinks(self.project, f"cannot create {file}", "see bindvenv --python-envs")

    def put(self, path: str) -> str | None:
        """Make it lead to an environment. Raises Failure, as check does, and OSError."""
        if self.leads(path):
            return None
        self.check(path)
        os.symlink(path, self.file)
        return f"linked {quoted(self.file)} to {quoted(os.path.basename(path))}"

    def take(self, path: str) -> str | None:
        """Remove it if it leads to an environment. Raises OSError."""
        if not self.leads(path):
            return None
        os.unlink(self.file)
        return f"removed {quoted(self.file)}, which led to {quoted(os.path.basename(path))}"

    def follow(self, old: str, new: str) -> None:
        """Lead to an environment's new path instead of the old one. Raises OSError."""
        if self.leads(old):
            with folder_locked(self.project):
                files.replace_link(self.file, new)


class PythonEnvs:
    """A list of environments: PEP 832, a draft.

    It is UTF-8 and has one path per line; lines end as on Unix or as on Windows. A relative path is
    relative to the file. The last line is the default; an empty line names nothing. Lines of other
    environments stay byte for byte. The lock beside it stays too.
    """

    name = ".python-envs"
    option = "--python-envs"

    def __init__(self, project: str) -> None:
        self.project = project
        self.file = os.path.join(project, self.name)

    def leads(self, path: str) -> bool:
        """Whether it lists the environment at a path; a file that cannot be read does not."""
        try:
            return any(self._names(line, path) for line in self._read()[0])
        except (Failure, OSError):
            return False

    def check(self, path: str) -> None:
        """Check that put can list the environment at a path. Raises Failure and OSError."""
        lines, _ = self._read()
        folder = os.path.dirname(os.path.realpath(self.file))
        if self._with_last(lines, path) != lines and not os.access(folder, os.W_OK | os.X_OK):
            raise Failure(f"cannot write to {quoted(folder)}")

    def put(self, path: str) -> str | None:
        """Make an environment the last line. Raises Failure and OSError."""
        changed = self._edit(lambda lines: self._with_last(lines, path))
        name, file = quoted(os.path.basename(path)), quoted(self.file)
        return f"added {name} as the last line of {file}" if changed else None

    def take(self, path: str) -> str | None:
        """Remove the lines of an environment, and an empty file. Raises Failure and OSError."""
        if not os.path.lexists(self.file):
            return None
        changed = self._edit(lambda lines: [each for each in lines if not self._names(each, path)])
        name = quoted(os.path.basename(path))
        return f"removed {name} from {quoted(self.file)}" if changed else None

    def follow(self, old: str, new: str) -> None:
        """List an environment's new path instead of the old one. Raises Failure and OSError."""
        if os.path.lexists(self.file):
            self._edit(lambda lines: [self._renamed(line, old, new) for line in lines])

    def _names(self, line: bytes, path: str) -> bool:
        """Whether a line names the environment at a path."""
        text = os.fsdecode(_without_end(line))
        return text != "" and files.leads_to(os.path.join(self.project, text), path)

    def _with_last(self, lines: Lines, path: str) -> Lines:
        """The lines with an environment in the last one. A line of its own moves there; a new line
        ends as the line before it.
        """
        filled = [line for line in lines if _without_end(line)]
        if filled and self._names(filled[-1], path):
            return lines
        own = [line for line in lines if self._names(line, path)]
        kept = [line for line in lines if line not in own]
        ended = [line for line in lines if line.endswith(b"\n")]
        end = b"\r\n" if ended and ended[-1].endswith(b"\r\n") else b"\n"
        if kept and not kept[-1].endswith(b"\n"):
            kept[-1] += end
        return [*kept, (_without_end(own[-1]) if own else _listable(path)) + end]

    def _renamed(self, line: bytes, old: str, new: str) -> bytes:
        """A line with the new path of an environment if it names the old one. A path that leads
        there in its own way, such as a relative one, still does.
        """
        if not self._names(line, old):
            return line
        text = _without_end(line)
        folder, name = os.path.split(os.fsdecode(text).rstrip("/"))
        moved = os.path.join(folder, os.path.basename(new))
        own_way = name == os.path.basename(old) and self._names(os.fsencode(moved), new)
        return _listable(moved if own_way else new) + line[len(text) :]

    def _read(self) -> tuple[Lines, int | None]:
        """The lines and the permissions of the file; none and None if it does not exist. Raises
        Failure and OSError.
        """
        name = quoted(self.file)
        try:
            found = os.stat(self.file)
        except FileNotFoundError:
            if os.path.islink(self.file):
                raise Failure(f"{name} is a broken symlink", f"rm {typed(self.file)}") from None
            return [], None
        if not stat.S_ISREG(found.st_mode):
            raise Failure(f"{name} is not a file", "move it elsewhere")
        data = files.read(self.file, LARGEST + 1)
        if len(data) > LARGEST:
            raise Failure(f"{name} is too large for a list of environments")
        return io.BytesIO(data).readlines(), stat.S_IMODE(found.st_mode)

    def _edit(self, change: Callable[[Lines], Lines]) -> bool:
        """Change the lines in one step, under the lock of the folder and, for other tools, the one
        beside the file, where virtualenv and tox have it. If the file is a symlink, its target is
        replaced and the link stays. Returns whether anything changed.
        """
        place = os.path.realpath(self.file)
        lines, _ = self._read()
        if change(lines) == lines and not os.path.lexists(f"{place}.multivenv-new"):
            return False  # no lock beside a file that stays as it is
        with folder_locked(os.path.dirname(place)), file_locked(f"{self.file}.lock"):
            files.drop(f"{place}.multivenv-new")  # a killed verb left it
            lines, mode = self._read()
            changed = change(lines)
            if changed == lines:
                return False
            if changed or os.path.islink(self.file):
                files.write(place, b"".join(changed), f"{place}.multivenv-new", mode, True)
            else:
                os.unlink(self.file)
        return True


def _without_end(line: bytes) -> bytes:
    return line.rstrip(b"\r\n")


def _listable(path: str) -> bytes:
    """A path as a line has it, without the end. Raises Failure if no line can hold it."""
    if "\n" in path or path.endswith("\r"):
        raise Failure(f"{quoted(path)} contains a newline, which .python-envs cannot hold")
    try:
        return path.encode()
    except UnicodeEncodeError as error:
        raise Failure(f"{quoted(path)} is not UTF-8, as .python-envs has to be") from error
